"""After a session: who sat, how many answers of each section, what is missing, late or irregular."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Q

from concours.records.models import Answer, ExaminationStanding, SessionStanding, Sitting
from concours.selection.authority import Actor
from concours.selection.examination import sections_of
from concours.selection.session import Irregularity
from concours.services.casefile import open_file
from concours.services.competitions import read_competition
from concours.services.examination.answers import counting
from concours.services.examination.sat_forms import sat_forms
from concours.services.examination.sessions import SessionRow, edition_of, session_rows_of

READ = "examination.read_marks"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionCount:
    """How many items of a section have an answer, of how many."""

    section: str
    title: str
    answered: int
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SatRow:
    """One candidate of the session. ``state`` is expected, inside, sitting, submitted or no_show.

    ``gaps`` names the sections without a single answer; ``late`` counts rows that wait
    for a decision. ``form`` is the one dealt, where the test has several.
    """

    code: str
    seat: str
    state: str
    sections: tuple[SectionCount, ...]
    gaps: tuple[str, ...]
    late: int
    irregularities: int
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionTotal:
    """A section over everybody who sat."""

    title: str
    complete: int
    partial: int
    empty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """The report of one session. ``complete`` when nothing is left to look at."""

    session: SessionRow
    rows: tuple[SatRow, ...]
    states: tuple[tuple[str, int], ...]
    totals: tuple[SectionTotal, ...]
    late: int
    irregularities: tuple[Irregularity, ...]
    incident_minutes: int
    complete: bool


def completeness(actor: Actor, session: str, *, at: datetime) -> Completeness:
    """The report of one session, from what the service holds."""
    found = open_file(actor, "session", session, READ).state
    edition = edition_of(read_competition(found.competition))
    sections = sections_of(edition, found.step)
    standing = list(ExaminationStanding.objects.filter(session=session).order_by("seat", "file"))
    codes = [row.file for row in standing]
    counts, late = _counts(codes, found.step), _late(codes, found.step)
    forms = sat_forms(codes, found.step)
    irregular = Counter(i.candidacy for i in found.irregularities if i.candidacy)
    rows = tuple(
        SatRow(
            code=row.file,
            seat=row.seat,
            state=_state(row),
            sections=tuple(
                SectionCount(
                    section=name,
                    title=about.title,
                    answered=counts.get((row.file, name), 0),
                    items=about.items,
                )
                for name, about in sections.items()
            )
            if row.sitting
            else (),
            gaps=tuple(
                about.title
                for name, about in sections.items()
                if row.sitting == "submitted" and not counts.get((row.file, name), 0)
            ),
            late=late.get(row.file, 0),
            irregularities=irregular[row.file],
            form=forms.get(row.file, ""),
        )
        for row in standing
    )
    states = Counter(row.state for row in rows)
    waiting = sum(row.late for row in rows)
    return Completeness(
        session=session_rows_of(list(SessionStanding.objects.filter(file=session)))[0],
        rows=rows,
        states=tuple((s, states[s]) for s in STATES if states[s]),
        totals=_totals(rows),
        late=waiting,
        irregularities=found.irregularities,
        incident_minutes=found.incident_minutes,
        complete=found.status == "closed"
        and not waiting
        and not any(row.gaps for row in rows)
        and set(states) <= {"submitted", "no_show"},
    )


STATES = ("expected", "inside", "sitting", "submitted", "no_show")


def _state(row: ExaminationStanding) -> str:
    if row.outcome == "no_show":
        return "no_show"
    if row.sitting:
        return "sitting" if row.sitting == "open" else "submitted"
    return "inside" if row.checked_in else "expected"


def _last(codes: Sequence[str], step: str) -> list[int]:
    """The rows of everybody's last sitting."""
    rows = Sitting.objects.filter(candidacy__in=codes, step=step)
    last = rows.values("candidacy").annotate(last=Max("number")).order_by()
    wanted = {(r["candidacy"], r["last"]) for r in last}
    return [
        pk
        for pk, code, number in rows.values_list("pk", "candidacy", "number")
        if (code, number) in wanted
    ]


def _counts(codes: Sequence[str], step: str) -> dict[tuple[str, str], int]:
    """Items with an answer by candidacy and section, the latest answer of each item counting."""
    latest: dict[tuple[str, str, int], bool] = {}
    written = ExpressionWrapper(Q(text__isnull=False), output_field=BooleanField())
    rows = counting().filter(sitting__in=_last(codes, step)).annotate(written=written)
    for code, section, item, choice, has_text in rows.values_list(
        "sitting__candidacy", "section", "item", "choice", "written"
    ).iterator():
        latest[code, section, item] = bool(choice) or has_text
    found: Counter[tuple[str, str]] = Counter()
    for (code, section, _), given in latest.items():
        found[code, section] += given
    return found


def _late(codes: Sequence[str], step: str) -> dict[str, int]:
    """Late rows of each candidacy that nobody has decided on and that would change nothing yet."""
    rows = Answer.objects.filter(sitting__in=_last(codes, step)).values("sitting__candidacy")
    waiting = rows.annotate(n=Count("id", filter=Q(late=True, sitting__late_taken=False)))
    return {r["sitting__candidacy"]: r["n"] for r in waiting.order_by() if r["n"]}


def _totals(rows: Sequence[SatRow]) -> tuple[SectionTotal, ...]:
    sat = [row for row in rows if row.state == "submitted"]
    if not sat:
        return ()
    found = []
    for place, first in enumerate(sat[0].sections):
        counts = [row.sections[place] for row in sat]
        found.append(
            SectionTotal(
                title=first.title,
                complete=sum(c.answered == c.items for c in counts),
                partial=sum(0 < c.answered < c.items for c in counts),
                empty=sum(c.answered == 0 for c in counts),
            )
        )
    return tuple(found)
