"""What has come due on a candidacy by an instant, whether the worker has written it down or not."""

from collections.abc import Callable, Sequence
from datetime import datetime

from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.records.ledger_store import read_facts
from concours.selection import register_offers
from concours.selection.candidacy import Candidacy
from concours.selection.class_plan import ClassPlan, fold_class
from concours.selection.come_due import come_due
from concours.selection.person import Person
from concours.selection.register_state import Register
from concours.services.persons import read_person


def _offer_lapsed(
    edition: Edition, at: datetime, read: Callable[[str, int], None]
) -> Callable[[Candidacy], Sequence[Draft]]:
    """An offer nobody answered: what follows needs the class and the person's file too."""

    def found(file: Candidacy) -> Sequence[Draft]:
        step = next((plan.id for plan in edition.steps if plan.kind == "register"), "")
        state = file.state(step, Register) if step else Register()
        if file.closed is not None or state.offer is None:
            return ()
        due = register_offers.offer_due(file, edition, step=step)
        if due is None or at < due:
            return ()
        plan: ClassPlan = fold_class(read_facts(state.offer.class_file))
        person: Person = read_person(file.person)
        read(plan.file, plan.seq)
        read(person.file, person.seq)
        return register_offers.lapse_offer(
            file, edition, step=step, at=at, plan=plan, person=person
        )

    return found


def due_drafts(
    file: Candidacy, edition: Edition, *, at: datetime, relies_on: dict[str, int] | None = None
) -> tuple[Draft, ...]:
    """The entries that follow from the dates that have come, as the worker would write them.

    ``relies_on`` is filled with the other files they were found from.
    """

    def read(code: str, seq: int) -> None:
        if relies_on is not None:
            relies_on[code] = seq

    return come_due(file, edition, at=at, other=_offer_lapsed(edition, at, read))
