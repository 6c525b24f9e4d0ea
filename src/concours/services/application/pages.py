"""What the candidate's pages of applying show: the task list, the answers, the result."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from concours.kernel.citation import Citation
from concours.policy.declaration import Declaration
from concours.policy.edition import Edition
from concours.policy.form_sections import FormSections, missing_sections
from concours.policy.tracks import Track, Tracks
from concours.records.models import EqualityAnswer
from concours.selection.application import Application
from concours.selection.application_appeals import appeal_lapses_at
from concours.selection.authority import Actor
from concours.services.application.sections import (
    SALT,
    application_step,
    complete_sections,
    read_section,
    read_sections,
)
from concours.services.case import Case, open_candidacy
from concours.services.receipts import Receipt, receipt_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionTask:
    """One section in the task list."""

    section: str
    complete: bool
    optional: bool
    saved_at: datetime | None
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPage:
    """The application as its owner sees it."""

    code: str
    version: str
    competition: str
    edition: str
    step: str
    tasks: tuple[SectionTask, ...]
    missing: tuple[str, ...]
    submitted_at: datetime | None
    submit_by: datetime | None
    judge_by: datetime | None
    track: str
    eligible: bool | None
    decided_at: datetime | None
    findings: tuple["FindingLine", ...]
    appeal_until: datetime | None
    appealed: bool
    closed: str
    late_code: bool
    content: Mapping[str, Mapping[str, Any]]
    digest: str
    receipt: Receipt | None
    done: int
    declarations: tuple[tuple[str, str, bool], ...]
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One rule's verdict as the applicant reads it."""

    rule: str
    question: str
    allowed: bool
    reason: str
    found: str
    bound: str
    cite: Citation


def application_page(actor: Actor, code: str, *, at: datetime) -> ApplicationPage:
    """The applicant's own file: what is done, what is missing, what was decided."""
    case = open_candidacy(actor, code, "application.draft", at=at)
    step = application_step(case)
    file = case.as_shown()
    state = file.state(step, Application)
    rule = case.edition.value(f"{step}.sections", FormSections)
    saved = complete_sections(code)
    equality = EqualityAnswer.objects.filter(candidacy=code).first()
    if equality is not None:
        saved["equality"] = equality.saved_at
    tasks = tuple(
        SectionTask(
            section=section,
            complete=section in saved,
            optional=section in rule.optional or section in rule.apart,
            saved_at=saved.get(section),
            open=_is_open(state, section, at, closed=file.closed is not None),
        )
        for section in rule.sections
    )
    finding = state.finding
    lapse = None
    if finding is not None and not finding.eligible and state.appeal is None:
        lapse = appeal_lapses_at(file, case.edition, step=step, about=finding.seq)
    return ApplicationPage(
        code=code,
        version=case.version,
        competition=case.competition.title,
        edition=case.edition.edition,
        step=step,
        tasks=tasks,
        missing=missing_sections(rule, complete=frozenset(saved)),
        submitted_at=state.submitted_at,
        submit_by=state.submit_by,
        judge_by=state.judge_by,
        track=file.track,
        eligible=state.passed,
        decided_at=finding.at if finding else None,
        findings=_findings(case),
        appeal_until=lapse,
        appealed=state.appeal is not None,
        closed=file.closed.reason if file.closed else "",
        late_code=bool(state.late_code),
        content=_shown(code, case.candidacy.person),
        digest=state.digest,
        receipt=receipt_of(case, "application.submitted"),
        done=sum(1 for t in tasks if t.complete),
        declarations=declarations_of(case.edition),
        tracks=tracks_of(case.edition),
    )


def section_content(actor: Actor, code: str, section: str, *, at: datetime) -> dict[str, Any]:
    """What the applicant typed in one section; the answers for statistics are not shown again."""
    case = open_candidacy(actor, code, "application.draft", at=at)
    return _plain(read_section(code, case.candidacy.person, section))


def declarations_of(edition: Edition) -> tuple[tuple[str, str, bool], ...]:
    """Every declaration an applicant makes: its code, its words, and the answer that is needed."""
    step = next(plan.id for plan in edition.steps if plan.kind == "application")
    found = []
    for name in (f"{step}.conditions", f"{step}.bars"):
        if edition.has(name):
            rule = edition.value(name, Declaration)
            found += [(item, rule.words.get(item, item), rule.required) for item in rule.items]
    return tuple(found)


def tracks_of(edition: Edition) -> tuple[Track, ...]:
    """The career tracks of an edition, with what the work is."""
    step = next(plan.id for plan in edition.steps if plan.kind == "application")
    return tuple(edition.value(f"{step}.tracks", Tracks).tracks)


def _is_open(state: Application, section: str, at: datetime, *, closed: bool) -> bool:
    if closed:
        return False
    if state.submitted_at is None:
        return True
    until = state.reopened.get(section)
    return until is not None and at < until


def _shown(code: str, person: str) -> dict[str, dict[str, Any]]:
    return {section: _plain(found) for section, found in read_sections(code, person).items()}


def _plain(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != SALT}


def _findings(case: Case) -> tuple[FindingLine, ...]:
    """The verdicts of the finding the reader has been told of."""
    for fact in reversed(case.visible):
        if fact.kind == "eligibility.found":
            found = fact.body.get("findings")
            lines = found if isinstance(found, list | tuple) else ()
            return tuple(
                FindingLine(
                    rule=str(line["rule"]),
                    question=case.edition.rule(str(line["rule"])).question,
                    allowed=bool(line["allowed"]),
                    reason=str(line["reason"]),
                    found=str(line["found"]),
                    bound=str(line["bound"]),
                    cite=case.edition.rule(str(line["rule"])).cite,
                )
                for line in lines
                if isinstance(line, Mapping) and case.edition.has(str(line["rule"]))
            )
    return ()
