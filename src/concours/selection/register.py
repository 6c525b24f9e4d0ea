"""The register: placement, do-not-call, removal when the clock runs out, and restoring."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.exact import fraction, text_of
from concours.kernel.period import day_of, day_start
from concours.ledger.draft import Draft, Json
from concours.policy.edition import Edition
from concours.policy.points_table import PointsTable
from concours.policy.register_clock import RegisterClock, ends_on
from concours.selection.candidacy import Candidacy, close, require_open
from concours.selection.grounds import require_true_ground, upheld_appeals
from concours.selection.person import Person
from concours.selection.progress import require_all_before
from concours.selection.register_score import lot_of, score_of, score_on
from concours.selection.register_state import Register
from concours.selection.reversal import require_authority

CLOCK_ENDED = "register_clock_ended"
SECOND_DECLINE = "register_second_decline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """Another candidacy of the same person, with the edition it pins and its register step."""

    file: Candidacy
    edition: Edition
    step: str

    @property
    def on_register(self) -> bool:
        """Whether it has a place that counts now or would again if the candidacy re-opened."""
        state = self.file.state(self.step, Register)
        return state.placed_at is not None and not state.removed


def register_entry(file: Candidacy, step: str, kind: str, **body: Json) -> Draft:
    """One entry of this step: ``kind`` without its prefix, the rest is the body."""
    return Draft(file=file.file, step=step, kind=f"register.{kind}", body=body)


def require_placed(file: Candidacy, edition: Edition, *, step: str, rule: str) -> Register:
    """The open file's place. Refused by ``rule`` before placement and after removal."""
    require_open(file)
    state = file.state(step, Register)
    if state.placed_at is None or state.removed:
        raise edition.refusal(
            f"{step}.{rule}",
            "not_on_the_register",
            remedy="This is possible while the candidate stands on the register, not before or after.",
        )
    return state


def place(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    oral: str,
    seed: str,
    person: Person,
) -> tuple[Draft, ...]:
    """Place the candidate on the register of their track, once every earlier step is passed.

    ``oral`` is the exact mean of the oral assessment, the only score that
    counts here; ``seed`` the competition's recorded seed for lots. A
    preference already found on another register of the person counts at once.
    """
    require_open(file)
    require_all_before(file, edition, step=step)
    if file.state(step, Register).placed_at is not None:
        raise RuleRefused("already_placed", remedy="The candidate has a place on the register.")
    today = day_of(at, edition.zone)
    known = edition.value(f"{step}.veterans_points", PointsTable)
    preference = person.preference if person.preference in known.points else ""
    score = score_of(
        edition,
        step=step,
        oral=fraction(oral),
        preference=preference,
        languages=(),
        experience=False,
        on=today,
    )
    end = ends_on(edition.value(f"{step}.clock", RegisterClock), placed_on=today, stops=())
    return (
        register_entry(
            file,
            step,
            "placed",
            rule=f"{step}.clock",
            placed_on=today.isoformat(),
            ends_on=end.isoformat(),
            oral=text_of(fraction(oral)),
            preference=preference,
            score=text_of(score.total),
            lot=lot_of(seed, file=file.file),
        ),
    )


def set_do_not_call(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, chosen: bool
) -> tuple[Draft, ...]:
    """Ask not to be called, or to be called again. The clock runs on either way."""
    state = require_placed(file, edition, step=step, rule="clock")
    if state.do_not_call == chosen:
        raise RuleRefused("already_so", remedy="The register says so already.")
    return (register_entry(file, step, "do_not_call_set", rule=f"{step}.clock", chosen=chosen),)


def lapse_clock(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, due_on: datetime
) -> tuple[Draft, ...]:
    """The clock ran out: off the register from the start of its day, unless an offer is still open."""
    state = require_placed(file, edition, step=step, rule="clock")
    if state.ends_on is None or state.offer is not None or state.accepted_at is not None:
        return ()
    if at < day_start(state.ends_on, edition.zone) or at < due_on:
        return ()
    body: dict[str, Json] = {
        "rule": f"{step}.clock",
        "reason": "clock_ended",
        "ends_on": state.ends_on.isoformat(),
    }
    return (
        replace(register_entry(file, step, "removed", **body), on=due_on),
        close(file, step=step, reason=CLOCK_ENDED, on=due_on),
    )


def restore(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    until: date,
    ground: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Put a removed candidate back, to a new last day; the board may extend in the Service's interest."""
    require_authority(authority)
    require_true_ground(ground, upheld=bool(upheld_appeals(file)))
    state = file.state(step, Register)
    if not state.removed or file.closed is None or file.closed.step != step:
        raise RuleRefused("not_removed", remedy="Only a candidate who was removed can be put back.")
    if until <= day_of(at, edition.zone):
        raise BadInput(
            "date_has_passed", remedy="Give a last day that is still to come.", field="until"
        )
    return (
        Draft(file=file.file, step=step, kind="candidacy.reopened", body={"reason": ground}),
        register_entry(
            file,
            step,
            "restored",
            rule=f"{step}.clock",
            ground=ground,
            authority=authority,
            ends_on=until.isoformat(),
            score=text_of(score_on(state, edition, step=step, on=day_of(at, edition.zone)).total),
        ),
    )
