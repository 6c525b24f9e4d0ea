"""Acts on a whole class taken back: the oath, and the first postings found for it."""

from collections.abc import Sequence

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft, Json
from concours.selection.application_exceptions import require_reason
from concours.selection.class_plan import ClassPlan


def reverse_swearing_in(
    plan: ClassPlan, *, who: Sequence[str], reason: str, authority: str
) -> tuple[Draft, ...]:
    """Take the oath of some or all officers of a class back.

    Their appointments stay until they are taken back too. When nobody is left
    who was sworn in, places may be changed and offered again.
    """
    if not plan.sworn_in:
        raise RuleRefused(
            "not_sworn_in", remedy="Nobody of this class has been sworn in, or it was taken back."
        )
    if not who or set(who) - set(plan.sworn_in):
        raise BadInput(
            "not_sworn_in_here",
            remedy="Name only people who were sworn in with this class, and at least one.",
            field="who",
        )
    require_reason(reason, authority)
    body: dict[str, Json] = {
        "who": sorted(set(who)),
        "count": len(set(who)),
        "reason": reason,
        "authority": authority,
    }
    return (Draft(file=plan.file, step="", kind="class.swearing_in_reversed", body=body),)


def reverse_postings(
    plan: ClassPlan, *, officers: int, reason: str, authority: str
) -> tuple[Draft, ...]:
    """The class's own entry that the postings of its run are taken back, for so many officers."""
    if not plan.postings_run:
        raise RuleRefused(
            "no_postings_to_reverse",
            remedy="No postings were signed for this class, or they were taken back.",
        )
    require_reason(reason, authority)
    body: dict[str, Json] = {
        "run": plan.postings_run,
        "count": officers,
        "reason": reason,
        "authority": authority,
    }
    return (Draft(file=plan.file, step="", kind="class.postings_reversed", body=body),)
