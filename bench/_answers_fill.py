"""What `answers.py` measures on: a competition with its items, open sittings, a token for each.

    python bench/_answers_fill.py FILE SITTINGS

Writes to FILE the sittings left for the bare insert, and the tokens of as many others.
"""

import json
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reservations import EDITION, PROCESS, make_competition

from concours.policy.edition import load_edition
from concours.records.models import Sitting
from concours.services.examination.desk_token import Token, issue_token
from concours.services.examination.items import rehearsal_items


def main() -> None:
    """Fill the database that DATABASE_URL names."""
    out, sittings = Path(sys.argv[1]), int(sys.argv[2])
    competition = make_competition()
    rehearsal_items(competition, load_edition(PROCESS, EDITION), step="examination", seed="bench")
    now = datetime.now(UTC)
    ends = now + timedelta(days=1)
    Sitting.objects.bulk_create(
        (
            Sitting(
                candidacy=f"B{secrets.token_hex(6).upper()}",
                step="examination",
                number=1,
                medium="screen",
                opened_at=now,
                epoch=1,
                state="open",
                section="job_knowledge",
                closes_at=ends,
                accepts_until=ends,
                late_until=ends,
            )
            for _ in range(2 * sittings)  # as many for the bare insert
        ),
        batch_size=1_000,
    )
    rows = list(Sitting.objects.order_by("pk").values_list("pk", flat=True))
    expires = int(ends.timestamp())
    tokens = [
        issue_token(Token(pk, 1, competition, "examination", expires)) for pk in rows[sittings:]
    ]
    out.write_text(json.dumps([rows[:sittings], tokens]))


if __name__ == "__main__":
    main()
