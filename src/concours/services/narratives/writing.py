"""The candidate's narratives: saved as drafts, checked, submitted and locked."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from concours.kernel.errors import BadInput, Refusal, RuleRefused
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.policy.catalogue import Catalogue, codes
from concours.policy.edition import Edition
from concours.policy.relation_bar import RelationBar
from concours.policy.text_length import TextLength, characters, counted, words
from concours.records import personal
from concours.records.models import NarrativeDraft
from concours.selection.authority import Actor
from concours.selection.candidacy import require_open
from concours.selection.narratives import (
    Narrative,
    deadline_of,
    judge_narratives,
    submit_narratives,
)
from concours.selection.narratives_state import Narratives
from concours.selection.reached import arrival, require_reached
from concours.services.case import Case, decide, open_candidacy
from concours.services.narratives.reading_file import make_reading_file
from concours.services.receipts import Receipt, receipt_of

TEXT = "narrativedraft.text"
VERIFIER = "narrativedraft.verifier"

#: Relations a verifier may be said to stand in; which of them are barred, the rule says.
RELATIONS = ("supervisor", "colleague", "client", "teacher", "subordinate", "relative", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One theme with what stands in its draft. ``fault`` is what still keeps it from being sent."""

    code: str
    title: str
    gloss: str
    text: str
    characters: int
    words: int
    verifier_name: str
    verifier_contact: str
    relation: str
    saved_at: datetime | None
    fault: Refusal | None

    @property
    def begun(self) -> bool:
        """Whether anything was written."""
        return bool(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingPage:
    """The candidate's own narratives. ``open`` while they may still be changed."""

    code: str
    version: str
    step: str
    track: str
    limit: int
    due_on: datetime | None
    submitted_at: datetime | None
    receipt: Receipt | None
    open: bool
    themes: tuple[Theme, ...]
    done: int

    def theme(self, code: str) -> Theme:
        """One theme by its code. Raises BadInput for a theme that is not asked for."""
        for theme in self.themes:
            if theme.code == code:
                return theme
        raise BadInput("no_such_theme", remedy="Choose one of the published themes.", field="theme")

    @property
    def ready(self) -> bool:
        """Whether all of them could be submitted as they stand."""
        return self.open and all(theme.fault is None for theme in self.themes)


def step_of(edition: Edition, kind: str = "narratives") -> str:
    """The id of the process's first step of a kind. Raises RuleRefused where it has none."""
    for plan in edition.steps:
        if plan.kind == kind:
            return plan.id
    raise RuleRefused("no_such_step", remedy=f"Edition {edition.edition} has no {kind}.")


def writing_page(actor: Actor, code: str, *, at: datetime) -> WritingPage:
    """The candidate's own drafts, with what is still missing."""
    case = open_candidacy(actor, code, "narratives.draft", at=at)
    step = step_of(case.edition)
    file = case.as_shown()
    require_reached(file, case.edition, step=step)
    state = file.state(step, Narratives)
    catalogue = case.edition.value(f"{step}.themes", Catalogue)
    drafts = {n.theme: n for n in _drafts(case, codes(catalogue))}
    faults: dict[str, Refusal] = {}
    for fault in judge_narratives(
        case.edition, step=step, narratives=[n.narrative for n in drafts.values()]
    ):
        faults.setdefault((fault.field or "").removesuffix("_verifier"), fault)
    themes = tuple(
        Theme(
            code=item.code,
            title=item.title,
            gloss=item.gloss,
            text=drafts[item.code].narrative.text,
            characters=characters(drafts[item.code].narrative.text),
            words=words(drafts[item.code].narrative.text),
            verifier_name=drafts[item.code].name,
            verifier_contact=drafts[item.code].contact,
            relation=drafts[item.code].narrative.relation,
            saved_at=drafts[item.code].saved_at,
            fault=faults.get(item.code),
        )
        for item in catalogue.items
    )
    due = deadline_of(file, case.edition, step=step)
    still_open = file.closed is None and state.submitted_at is None and (due is None or at < due)
    return WritingPage(
        code=code,
        version=case.version,
        step=step,
        track=file.track,
        limit=case.edition.value(f"{step}.length", TextLength).maximum,
        due_on=due,
        submitted_at=state.submitted_at,
        receipt=receipt_of(case, "narratives.submitted"),
        open=still_open,
        themes=themes,
        done=sum(theme.fault is None for theme in themes),
    )


@transaction.atomic
def save_narrative(
    actor: Actor,
    code: str,
    *,
    theme: str,
    text: str,
    verifier_name: str,
    verifier_contact: str,
    relation: str,
    at: datetime,
) -> None:
    """Save a draft as it stands, too long or unfinished as it may be; nothing typed is lost.

    Refused once submitted or when the deadline has passed.
    """
    case = open_candidacy(actor, code, "narratives.draft", at=at, lock=True)
    require_open(case.candidacy)
    step = step_of(case.edition)
    require_reached(case.candidacy, case.edition, step=step)
    if theme not in codes(case.edition.value(f"{step}.themes", Catalogue)):
        raise BadInput("no_such_theme", remedy="Choose one of the published themes.", field="theme")
    if relation and relation not in RELATIONS:
        raise BadInput(
            "no_such_relation", remedy="Choose one of the listed relations.", field="relation"
        )
    if case.candidacy.state(step, Narratives).submitted_at is not None:
        raise RuleRefused("already_submitted", remedy="The narratives are locked.")
    due = deadline_of(case.candidacy, case.edition, step=step)
    if due is not None and at >= due:
        raise case.edition.refusal(
            f"{step}.deadline",
            "deadline_passed",
            remedy="The deadline has passed; nothing can be changed.",
        )
    person = case.candidacy.person
    verifier = json.dumps({"name": verifier_name.strip(), "contact": verifier_contact.strip()})
    NarrativeDraft.objects.update_or_create(
        candidacy=code,
        theme=theme,
        defaults={
            "text": personal.seal_text(person, TEXT, counted(text)),
            "verifier": personal.seal_text(person, VERIFIER, verifier),
            "relation": relation,
            "salt": secrets.token_bytes(32),
            "characters": characters(text),
            "saved_at": at,
        },
    )


@dataclass(frozen=True, slots=True)
class _Written:
    """One draft opened, as the command takes it, with what only the page shows."""

    theme: str
    narrative: Narrative
    name: str
    contact: str
    saved_at: datetime | None


def _digest(salt: bytes, text: str) -> str:
    return hashlib.sha256(salt + canonical({"text": text}).encode()).hexdigest()


def _drafts(case: Case, themes: tuple[str, ...]) -> list[_Written]:
    """Every theme's draft, opened; empty where nothing was written yet."""
    rows = {row.theme: row for row in NarrativeDraft.objects.filter(candidacy=case.code)}
    found = []
    for theme in themes:
        row = rows.get(theme)
        if row is None:
            empty = Narrative(theme=theme, text="", digest="", relation="", verifier_digest="")
            found.append(_Written(theme, empty, "", "", None))
            continue
        text = personal.open_text(case.candidacy.person, TEXT, row.text)
        verifier = personal.open_text(case.candidacy.person, VERIFIER, row.verifier) or "{}"
        read = json.loads(verifier)
        salt = bytes(row.salt)
        named = bool(read.get("name") and read.get("contact"))
        narrative = Narrative(
            theme=theme,
            text=text,
            digest=_digest(salt, text),
            relation=row.relation if named else "",
            verifier_digest=_digest(salt, verifier),
        )
        found.append(
            _Written(theme, narrative, read.get("name", ""), read.get("contact", ""), row.saved_at)
        )
    return found


def submit(actor: Actor, code: str, *, at: datetime, seen: str | None) -> Case:
    """Submit all narratives as they stand: they are locked, and the readers' copy is made masked."""

    def command(case: Case) -> tuple[Draft, ...]:
        step = step_of(case.edition)
        themes = codes(case.edition.value(f"{step}.themes", Catalogue))
        written = _drafts(case, themes)
        drafts = submit_narratives(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            narratives=[found.narrative for found in written],
        )
        NarrativeDraft.objects.filter(candidacy=code).update(locked_at=at)
        texts = {found.theme: found.narrative.text for found in written}
        make_reading_file(case, step=step, narratives=texts, at=at)
        return drafts

    return decide(actor, code, "narratives.submit", command, at=at, seen=seen)


def barred_relations(edition: Edition, *, step: str) -> tuple[str, ...]:
    """The relations that keep somebody from vouching, for the form's hint."""
    return tuple(edition.value(f"{step}.verifier", RelationBar).barred)


def has_reached(case: Case) -> bool:
    """Whether the candidate was told that the narratives are theirs to write."""
    return arrival(case.as_shown(), case.edition, step=step_of(case.edition)) is not None
