"""A candidate's narratives: saved, checked, submitted, and copied masked for the readers."""

import json

import pytest
from tests.cast import given_person, staff
from tests.selection.narratives_strategies import THEMES
from tests.services.panel_cast import (
    EMPLOYER,
    NAME,
    SCHOOL,
    SUBMITTED,
    WRITTEN,
    Passed,
)

from concours.kernel.errors import NotPermitted, RuleRefused
from concours.records import personal
from concours.records.ledger_store import read_facts
from concours.records.models import FileTie, NarrativeDraft, ReadingFile
from concours.services.narratives.exceptions import extend
from concours.services.narratives.writing import save_narrative, submit, writing_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def passed():
    return Passed(1)


def one(passed):
    return passed.people[0], passed.files[0]


def test_a_draft_keeps_what_was_typed_too_long_or_not(passed):
    actor, file = one(passed)
    save_narrative(
        actor,
        file,
        theme="leadership",
        text="x" * 1400,
        verifier_name="",
        verifier_contact="",
        relation="relative",
        at=WRITTEN,
    )
    theme = writing_page(actor, file, at=WRITTEN).theme("leadership")
    assert (theme.characters, theme.text, theme.fault.code) == (
        1400,
        "x" * 1400,
        "narrative_too_long",
    )


def test_nobody_else_reads_or_writes_a_candidates_drafts(passed):
    _, file = one(passed)
    passed.write()
    for actor in (
        given_person("eve@example.org", "Eve Other"),
        staff("registrar"),
        staff("panellist"),
    ):
        with pytest.raises(NotPermitted) as refused:
            writing_page(actor, file, at=WRITTEN)
        assert EMPLOYER not in str(refused.value)


def test_texts_and_verifiers_are_encrypted_at_rest(passed):
    passed.write()
    row = NarrativeDraft.objects.get(theme="leadership")
    for column in (row.text, row.verifier):
        assert b"Zanzibar" not in bytes(column)
        assert b"Verity" not in bytes(column)


def test_six_narratives_are_submitted_and_locked(passed):
    actor, file = one(passed)
    passed.write()
    page = writing_page(actor, file, at=WRITTEN)
    assert (page.ready, page.done, page.limit) == (True, 6, 1300)
    submit(actor, file, at=SUBMITTED, seen=page.version)
    after = writing_page(actor, file, at=SUBMITTED)
    assert (after.open, after.submitted_at) == (False, SUBMITTED)
    with pytest.raises(RuleRefused) as refused:
        passed.write()
    assert refused.value.code == "already_submitted"


def test_one_unfinished_narrative_stops_the_submission_and_nothing_is_written(passed):
    actor, file = one(passed)
    passed.write(themes=THEMES[:-1])
    before = len(read_facts(file))
    with pytest.raises(RuleRefused) as refused:
        submit(actor, file, at=SUBMITTED, seen=None)
    assert (refused.value.code, refused.value.field) == ("narrative_missing", THEMES[-1])
    assert (len(read_facts(file)), ReadingFile.objects.count()) == (before, 0)


def test_the_ledger_holds_no_word_of_a_narrative(passed):
    _actor, file = one(passed)
    passed.submit_all()
    said = json.dumps([dict(f.body) for f in read_facts(file)])
    for secret in ("Zanzibar", "Bramblewick", "Ophelia", "Verity", "verity@example.org"):
        assert secret not in said


def test_the_readers_copy_masks_schools_employers_and_the_name_wherever_they_stand(passed):
    passed.submit_all()
    row = ReadingFile.objects.get()
    content = json.loads(personal.open_text(row.person, "readingfile.content", row.content))
    assert content["track"] == "consular"
    assert content["narratives"]["leadership"] == (
        "At [employer 1] I, [name], used what [school 1] taught me: leadership."
    )
    assert content["education"] == [{"school": "[school 1]", "degree": "BA", "field": "History"}]
    assert content["employment"] == [
        {"employer": "[employer 1]", "title": "Purser", "duties": "Kept the books of [employer 1]."}
    ]


def test_ties_of_a_file_are_hashes_only(passed):
    passed.submit_all()
    found = {(t.kind, bytes(t.token)) for t in FileTie.objects.all()}
    assert {kind for kind, _ in found} == {"school", "employer", "person"}
    for secret in (SCHOOL, EMPLOYER, NAME):
        assert not any(secret.encode() in token for _, token in found)


def test_the_registrar_extends_a_deadline_for_a_ground(passed):
    actor, file = one(passed)
    until = SUBMITTED.replace(month=11, day=20)
    extend(
        staff("registrar"),
        file,
        until=until,
        ground="illness",
        authority="board",
        at=WRITTEN,
        seen=None,
    )
    assert writing_page(actor, file, at=WRITTEN).due_on == until
    with pytest.raises(NotPermitted):
        extend(
            staff("panellist"),
            file,
            until=until,
            ground="illness",
            authority="board",
            at=WRITTEN,
            seen=None,
        )
