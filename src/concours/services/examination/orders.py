"""The order in which one sitting sees the items of a section, worked out from what is recorded."""

from collections.abc import Mapping, Sequence

from concours.kernel.errors import BadInput
from concours.records.models import TestItem
from concours.selection.examination import Examination, sections_of
from concours.selection.form_lock import order_seed
from concours.selection.scramble import order_of
from concours.services.case import Case
from concours.services.examination.sat_forms import form_numbers, form_of


def sitting_name(case: Case, step: str) -> str:
    """The name under which the candidacy's last sitting has its orders."""
    return f"{case.code}/{case.candidacy.state(step, Examination).sittings}"


def seen_order(case: Case, step: str, section: str) -> tuple[int, ...]:
    """The numbers of the form's items in the order the candidacy's last sitting sees them."""
    count = sections_of(case.edition, step)[section].items
    competition = case.candidacy.competition
    numbers = form_numbers(competition, step, section, form_of(case, step), count=count)
    seed = order_seed(case.competition, step)
    if not seed:
        return numbers
    rows = TestItem.objects.filter(competition=competition, step=step, section=section).exclude(
        passage=""
    )
    passages = dict(rows.values_list("number", "passage"))
    return dealt_order(seed, sitting_name(case, step), section, numbers, passages)


def dealt_order(
    seed: str,
    sitting: str,
    section: str,
    numbers: Sequence[int],
    passages: Mapping[int, str],
) -> tuple[int, ...]:
    """A form's ``numbers`` in the order a sitting sees them; ``passages`` by number, "" for none.

    Places on the form are dealt, not numbers, so that a form alone is dealt as it always was.
    """
    place = {number: k for k, number in enumerate(numbers, start=1)}
    sets = passage_sets({place[n]: text for n, text in passages.items() if n in place})
    order = order_of(seed, sitting, section, len(numbers), sets=sets)
    return tuple(numbers[k - 1] for k in order)


def passage_sets(passages: Mapping[int, str]) -> list[list[int]]:
    """Numbers that share a passage, which stay together; ``passages`` by number, "" for none."""
    sets: dict[str, list[int]] = {}
    for number in sorted(passages):
        if passages[number]:
            sets.setdefault(passages[number], []).append(number)
    return list(sets.values())


def number_of_seen(case: Case, step: str, section: str, seen: int) -> int:
    """The test's number of the item a candidate saw under another. Raises BadInput for none."""
    sections = sections_of(case.edition, step)
    if section not in sections:
        raise BadInput("no_such_section", remedy="Choose a section of the test.", field="section")
    order = seen_order(case, step, section)
    if not 1 <= seen <= len(order):
        raise BadInput(
            "no_such_item",
            remedy=f"This section has items 1 to {len(order)}.",
            field="item",
        )
    return order[seen - 1]
