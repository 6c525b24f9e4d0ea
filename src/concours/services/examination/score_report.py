"""The score report: each section's score, and right answers by published subject, as told."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from concours.policy.subject_list import SubjectList
from concours.records.models import BankItem, TestItem
from concours.selection.authority import Actor
from concours.selection.examination import sections_of
from concours.services.case import Case, open_candidacy
from concours.services.examination.keys import EVERYBODY, key_of, latest_choices
from concours.services.examination.results import ResultPage, result_page
from concours.services.examination.sat_forms import form_of
from concours.services.examination.sessions import test_step


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectScore:
    """Right answers among the counted items of one published subject."""

    title: str
    right: int
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSubjects:
    """One section's subjects, in the order they are published."""

    title: str
    subjects: tuple[SubjectScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport:
    """The result with a finer view of each section; empty while nothing has been told."""

    result: ResultPage
    sections: tuple[SectionSubjects, ...]


def score_report(actor: Actor, code: str, *, at: datetime) -> ScoreReport:
    """The report of one candidate: built only once the result has been told."""
    result = result_page(actor, code, at=at)
    case = open_candidacy(actor, code, "file.read_own", at=at)
    told = bool(result.outcome) and bool(result.total)
    return ScoreReport(result=result, sections=_sections(case) if told else ())


def _sections(case: Case) -> tuple[SectionSubjects, ...]:
    step, competition = test_step(case.edition), case.candidacy.competition
    key = key_of(competition, step).on(form_of(case, step))
    subjects = _subjects(competition, step)
    choices = latest_choices([case.code], step, key.sections)[case.code]
    found = []
    for section, about in sections_of(case.edition, step).items():
        rule = f"{step}.subjects_{section}"
        if section not in key.right or not case.edition.has(rule):
            continue
        items: Counter[str] = Counter()
        right: Counter[str] = Counter()
        for number, options in key.right[section].items():
            subject = subjects.get((section, number), "")
            items[subject] += 1
            right[subject] += options == EVERYBODY or choices.get((section, number)) in options
        published = _published(case, rule)
        rows = tuple(
            SubjectScore(title=title, right=right[name], items=items[name])
            for name, title in published.items()
            if items[name]
        )
        if rows:
            found.append(SectionSubjects(title=about.title, subjects=rows))
    return tuple(found)


def _published(case: Case, rule: str) -> Mapping[str, str]:
    if case.edition.rule(rule).value is None:
        return {}
    listed = case.edition.value(rule, SubjectList).subjects
    return {name: subject.title for name, subject in listed.items()}


def _subjects(competition: str, step: str) -> dict[tuple[str, int], str]:
    """The subject of each item that comes from the bank."""
    rows = TestItem.objects.filter(competition=competition, step=step)
    names = {(r.section, r.number): r.name for r in rows}
    known = dict(
        BankItem.objects.filter(name__in=set(names.values())).values_list("name", "subject")
    )
    return {place: known[name] for place, name in names.items() if name in known}
