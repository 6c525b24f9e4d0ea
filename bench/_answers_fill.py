"""What `answers.py` measures on: a competition with its items, open sittings, a token for each.

    python bench/_answers_fill.py FILE SITTINGS

Writes to FILE the sittings left for the bare insert, and the tokens of as many others.
"""

import json
import secrets
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import django

django.setup()

from concours.policy.edition import Edition, load_edition  # noqa: E402 - tables need settings
from concours.records.models import Sitting  # noqa: E402
from concours.selection import competition as rules  # noqa: E402
from concours.services.case import append_as_system  # noqa: E402
from concours.services.examination.desk_token import Token, issue_token  # noqa: E402
from concours.services.examination.items import rehearsal_items  # noqa: E402
from concours.services.files import new_code  # noqa: E402

PROCESS, EDITION = "us_foreign_service", "2016"
DRAFTED = datetime(2016, 1, 4, 15, tzinfo=UTC)
CALENDAR = rules.Calendar(
    window="2016-06",
    registration_opens=date(2016, 4, 29),
    seats_from=date(2016, 5, 4),
    test_starts=date(2016, 6, 3),
    test_ends=date(2016, 6, 10),
)


def main() -> None:
    """Fill the database that DATABASE_URL names."""
    out, sittings = Path(sys.argv[1]), int(sys.argv[2])
    edition = load_edition(PROCESS, EDITION)
    competition = make_competition(edition)
    rehearsal_items(competition, edition, step="examination", seed="bench")
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


def make_competition(edition: Edition) -> str:
    """A competition's file, drafted: enough for the desk to know its sections."""
    file = new_code()
    drafted = rules.draft_competition(
        file,
        title="Bench",
        process=PROCESS,
        edition=EDITION,
        edition_digest=edition.digest,
        calendar=CALENDAR,
    )
    append_as_system(drafted, at=DRAFTED)
    return file


if __name__ == "__main__":
    main()
