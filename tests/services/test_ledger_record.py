"""Downloads, replay and rebuilding."""

import json
from datetime import timedelta

import pytest
from tests.cast import APPLIES, given_candidacy, given_competition, given_person, staff

from concours.kernel.errors import BadInput, NotPermitted
from concours.kernel.period import instant_text
from concours.ledger.draft import Draft
from concours.ledger.verification import verify
from concours.records import log
from concours.records.models import CandidacyStanding, CompetitionStanding
from concours.selection.authority import Actor
from concours.services.case import decide
from concours.services.ledger.checkpoints import checkpoint_page, short_head
from concours.services.ledger.downloads import download
from concours.services.ledger.log import sequence_and_sign
from concours.services.ledger.rebuilding import rebuild
from concours.services.ledger.replay import replay

pytestmark = pytest.mark.django_db
LATER = APPLIES + timedelta(days=3)


@pytest.fixture
def ada() -> Actor:
    return given_person()


@pytest.fixture
def code(ada: Actor) -> str:
    return given_candidacy(ada, given_competition())


def find(code: str, *, tell: bool) -> None:
    body = {"outcome": "eligible", "findings": []}
    decide(
        staff("registrar"),
        code,
        "application.judge",
        lambda case: (Draft(file=code, step="application", kind="eligibility.found", body=body),),
        at=LATER,
        tell=tell,
    )


def test_a_candidates_download_verifies_with_the_public_key_alone(ada: Actor, code: str) -> None:
    sequence_and_sign(at=APPLIES)
    found = verify(download(ada, code, at=LATER).encode(), log.signer().verifier)
    assert found.sound
    assert (found.file, found.awaiting, found.bodies) == (code, 0, found.entries)
    assert found.proven == found.entries > 0


def test_entries_not_yet_in_the_log_await_it_and_still_verify(ada: Actor, code: str) -> None:
    found = verify(download(ada, code, at=LATER).encode(), log.signer().verifier)
    assert (found.sound, found.proven, found.awaiting) == (True, 0, found.entries)


def test_a_download_stops_before_the_first_decision_not_told(ada: Actor, code: str) -> None:
    before = json.loads(download(ada, code, at=LATER))["entries"]
    find(code, tell=False)
    sequence_and_sign(at=LATER)
    theirs = download(ada, code, at=LATER)
    assert len(json.loads(theirs)["entries"]) == len(before)
    assert "eligibility.found" not in theirs
    boards = json.loads(download(staff("auditor"), code, at=LATER))["entries"]
    assert len(boards) == len(before) + 1
    assert verify(theirs.encode(), log.signer().verifier).sound


def test_nobody_downloads_somebody_elses_file(code: str) -> None:
    bob = given_person("bob@example.org", "Bob Other")
    for file in (code, "0000-0000-0000"):
        with pytest.raises(NotPermitted):
            download(bob, file, at=LATER)


def test_the_public_page_shows_the_head_and_the_key(code: str) -> None:
    empty = checkpoint_page()
    assert (empty.text, empty.size, empty.signed_at) == ("", 0, None)
    sequence_and_sign(at=APPLIES)
    page = checkpoint_page()
    assert page.text.startswith(f"{log.signer().name}\n{page.size}\n")
    assert (page.signed_at, page.public_key) == (APPLIES, str(log.signer().verifier))
    assert page.merge_delay == 60
    assert short_head().startswith(f"{page.size} ")


def test_replay_shows_what_was_known_then(code: str) -> None:
    find(code, tell=True)
    now = json.loads(replay(code))
    then = json.loads(replay(code, known_at=APPLIES, on=APPLIES))
    assert now["state"]["steps"]["application"]["finding"]["eligible"] is True
    assert then["state"]["steps"]["application"]["finding"] is None
    assert then["known_at"] == instant_text(APPLIES).replace(".000000Z", "Z")
    with pytest.raises(BadInput):
        replay("0000-0000-0000")


def test_rebuilding_gives_the_rows_that_stood(code: str) -> None:
    find(code, tell=True)
    before = CandidacyStanding.objects.values().get(file=code)
    assert [d for _, found in rebuild() for d in found] == []
    assert CandidacyStanding.objects.values().get(file=code) == before


def test_rebuilding_names_and_mends_what_was_tampered_with(code: str) -> None:
    CandidacyStanding.objects.filter(file=code).update(status="passed", furthest=8)
    CompetitionStanding.objects.all().delete()
    CandidacyStanding.objects.create(
        file="GONE-0000-0000", seq=1, competition="x", step="application"
    )
    found = {(d.table, d.kept, d.folded) for _, some in rebuild() for d in some}
    assert found == {
        ("records_candidacystanding", 1, 1),
        ("records_competitionstanding", 0, 1),
        ("records_candidacystanding", 1, 0),
    }
    assert CandidacyStanding.objects.get().status == "your_turn"
    assert [d for _, some in rebuild() for d in some] == []
