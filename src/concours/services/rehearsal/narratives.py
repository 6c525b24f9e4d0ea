"""The narratives of the rehearsal, and the masked copies their readers see."""

import json

from concours.policy.field_view import FieldView
from concours.records import personal
from concours.records.models import NarrativeDraft, ReaderProfile, ReadingFile
from concours.selection.narratives_state import Narratives
from concours.services.narratives.masking import reading_content
from concours.services.narratives.reading_file import CONTENT
from concours.services.narratives.writing import TEXT
from concours.simulator.cohort import Cohort
from concours.simulator.content import narrative_of, sections_of
from concours.simulator.people import TRACKS
from concours.simulator.reading import readers_of, themes_of

STEP = "narratives"


def fill_narratives(cohort: Cohort) -> None:
    """Write every submitted narrative, locked, and the readers' copies of files not yet decided."""
    written = [
        code
        for code in cohort.people
        if cohort.file(code).state(STEP, Narratives).submitted_at is not None
    ]
    ReaderProfile.objects.bulk_create(
        ReaderProfile(account=reader.code, track=track)
        for track in TRACKS
        for reader in readers_of(cohort, track)
    )
    keys = personal.keys_of([cohort.file(code).person for code in written])
    themes = themes_of(cohort)
    NarrativeDraft.objects.bulk_create(
        (
            _draft(cohort, code, theme, keys[cohort.file(code).person])
            for code in written
            for theme in themes
        ),
        batch_size=1_000,
    )
    ReadingFile.objects.bulk_create(
        _copy(cohort, code, themes, keys[cohort.file(code).person])
        for code in written
        if cohort.file(code).state(STEP, Narratives).decision is None
    )


def _draft(cohort: Cohort, code: str, theme: str, key: bytes) -> NarrativeDraft:
    file = cohort.file(code)
    at = file.state(STEP, Narratives).submitted_at or cohort.base
    text = narrative_of(cohort.people[code], theme)
    return NarrativeDraft(
        candidacy=code,
        theme=theme,
        text=personal.seal_with(key, file.person, TEXT, text),
        relation="supervisor",
        salt=bytes(32),
        characters=len(text),
        saved_at=at,
        locked_at=at,
    )


def _copy(cohort: Cohort, code: str, themes: tuple[str, ...], key: bytes) -> ReadingFile:
    file, invented = cohort.file(code), cohort.people[code]
    sections = sections_of(invented)
    content = reading_content(
        cohort.edition.value(f"{STEP}.view", FieldView),
        track=file.track,
        narratives={theme: narrative_of(invented, theme) for theme in themes},
        education=sections["education"],
        employment=sections["employment"],
        own_name=invented.full_name,
    )
    text = json.dumps(content, ensure_ascii=False)
    return ReadingFile(
        candidacy=code,
        person=file.person,
        step=STEP,
        track=file.track,
        content=personal.seal_with(key, file.person, CONTENT, text),
        made_at=file.state(STEP, Narratives).submitted_at or cohort.base,
    )
