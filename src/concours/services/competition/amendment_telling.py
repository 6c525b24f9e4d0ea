"""The worker tells everybody an amendment touches; begun again it goes on where it stood."""

from collections.abc import Mapping
from typing import Any

from concours.kernel.period import instant
from concours.records.ledger_store import read_many
from concours.selection.fold import fold_candidacy
from concours.services.competition.life import TELL_AMENDED, affected_by
from concours.services.competitions import read_competition
from concours.services.jobs import Running, handler
from concours.services.notices.amendments import tell_amended

CHUNK = 100


@handler(TELL_AMENDED)
def tell_everybody(arguments: Mapping[str, Any], running: Running) -> None:
    """A letter to each candidacy that has begun none of the amended steps and is open."""
    code, seq = str(arguments["competition"]), int(arguments["seq"])
    at = instant(str(arguments["at"]))
    competition = read_competition(code)
    amendment = next(one for one in competition.amendments if one.seq == seq)
    touched = affected_by(code, steps=amendment.steps, edition=amendment.edition)
    codes = sorted(one.file for one in touched)
    for start in range(0, len(codes), CHUNK):
        some = codes[start : start + CHUNK]
        files = read_many(some)
        for file in some:
            tell_amended(fold_candidacy(files[file]), competition, amendment, at=at)
        running.save(done=start + len(some), total=len(codes))
