"""Which form of a test a sitting has, and which items of the test stand on it.

Items of parallel forms are numbered once over the whole test, so that an item on two forms
is one item: its key, its answers and its figures are found under one number.
"""

from collections.abc import Sequence

from django.db.models import Max

from concours.records.models import Sitting, TestItem
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Competition
from concours.selection.examination import Examination
from concours.selection.form_lock import dealt_form
from concours.services.case import Case

CHUNK = 400


def form_to_sit(case: Case, step: str) -> str:
    """The label of the form that the candidacy's next sitting gets; "" in a test with one form."""
    state = case.candidacy.state(step, Examination)
    number = state.sittings + 1
    return dealt_form(
        case.competition,
        step,
        session=state.seat.session if state.seat else "",
        seat=state.seat.seat if state.seat else "",
        sitting=f"{case.code}/{number}",
        number=number,
    )


def form_sat(file: Candidacy, step: str) -> str:
    """The label of the form of a candidacy's last sitting, as it was recorded."""
    return file.state(step, Examination).form


def form_of(case: Case, step: str) -> str:
    """The same of an open file."""
    return form_sat(case.candidacy, step)


def form_numbers(
    competition: str, step: str, section: str, form: str, *, count: int
) -> tuple[int, ...]:
    """The numbers of a section's items on a form, ascending: 1 to ``count`` where it is the only one."""
    if not form:
        return tuple(range(1, count + 1))
    rows = TestItem.objects.filter(
        competition=competition, step=step, section=section, forms__contains=form
    )
    return tuple(rows.order_by("number").values_list("number", flat=True))


def sat_forms(codes: Sequence[str], step: str) -> dict[str, str]:
    """The form of the last sitting of many candidacies, by code."""
    found: dict[str, str] = {}
    for start in range(0, len(codes), CHUNK):
        part = list(codes[start : start + CHUNK])
        rows = Sitting.objects.filter(candidacy__in=part, step=step).order_by("number")
        found.update(rows.values_list("candidacy", "form"))
    return found


def last_sittings(codes: Sequence[str], step: str) -> dict[str, int]:
    """The number of the last sitting of many candidacies, by code."""
    found: dict[str, int] = {}
    for start in range(0, len(codes), CHUNK):
        part = list(codes[start : start + CHUNK])
        rows = Sitting.objects.filter(candidacy__in=part, step=step).values("candidacy")
        last = rows.annotate(last=Max("number")).values_list("candidacy", "last")
        found.update(last.order_by())
    return found


def scale_of_form(competition: Competition, form: str) -> dict[str, tuple[str, str]]:
    """The base scale for one form: its own mean and spread of a section where it has them
    (`section/A`), those of the section otherwise."""
    scale = competition.base_scale
    plain = {name: pair for name, pair in scale.items() if "/" not in name}
    return {name: scale.get(f"{name}/{form}", pair) for name, pair in plain.items()}
