"""What a staff member sees before one act on one file: the rule, where the file stands, its version."""

from dataclasses import dataclass
from datetime import datetime

from concours.kernel.citation import Citation
from concours.selection.authority import Actor
from concours.selection.road import openings
from concours.services.appeal_grounds import grounds_of
from concours.services.case import open_candidacy


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """One act offered on one file. ``open_now`` says whether the file allows it at this moment.

    ``grounds`` is what the candidate wrote, where the act decides their appeal.
    """

    code: str
    version: str
    competition: str
    edition: str
    track: str
    rule: str
    question: str
    cite: Citation | None
    open_now: bool
    due_on: datetime | None
    grounds: str


def act_page(
    actor: Actor, code: str, *, command: str, action: str, rule: str, at: datetime
) -> ActPage:
    """Open a file for an act. Raises NotPermitted where the actor's role does not hold it."""
    case = open_candidacy(actor, code, action, at=at)
    found = next(
        (o for o in openings(case.candidacy, case.edition, at=at) if o.command == command), None
    )
    deciding = command.endswith(".decide_appeal")
    known = case.edition.rules.get(rule)
    return ActPage(
        code=code,
        version=case.version,
        competition=case.competition.title,
        edition=case.edition.edition,
        track=case.candidacy.track,
        rule=rule if known else "",
        question=known.question if known else "",
        cite=known.cite if known else None,
        open_now=found is not None,
        due_on=found.due_on if found else None,
        grounds=grounds_of(code, step=found.step) if found and deciding else "",
    )
