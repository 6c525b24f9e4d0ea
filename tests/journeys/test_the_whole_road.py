"""One person walks all eight steps in the browser, and verifies the record of it off line."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys import road_application as application
from tests.journeys import road_examination as examination
from tests.journeys import road_panel_and_day as panel
from tests.journeys import road_service as service
from tests.journeys.conftest import watch
from tests.journeys.walking import NEWCOMER, PATIENCE, Rehearsal
from tests.service import PROGRAM, Service, surroundings_of

WALK: tuple[Callable[[Rehearsal, str], None], ...] = (
    application.be_found_eligible,
    examination.reserve_a_seat,
    examination.pass_the_door,
    examination.sit,
    examination.be_scored,
    panel.write_narratives,
    panel.be_given_to_readers,
    panel.be_read,
    panel.pass_the_panel,
    panel.book_a_day,
    panel.be_planned,
    panel.be_assessed,
    service.be_cleared,
    service.pass_the_review,
    service.stand_on_the_register,
    service.accept_a_place,
    service.be_appointed,
    service.be_posted,
)
STEPS = (
    "Apply and choose a track",
    "Officer Test",
    "Narratives and qualifications panel",
    "Oral assessment",
    "Medical and security clearance",
    "Final review",
    "Register and offer",
    "Class, training and first posting",
)


@pytest.fixture
def people(
    own_rehearsal: Service,
    browser: Browser,
    browser_context_args: dict[str, object],
    complaints: list[str],
    axe: Callable[..., None],
) -> Iterator[Rehearsal]:
    """The people of a rehearsal whose worker runs."""
    own_rehearsal.start_worker()
    people = Rehearsal(
        own_rehearsal.address,
        browser,
        browser_context_args,
        lambda context: watch(context, complaints),
        axe,
    )
    yield people
    people.close()


@pytest.mark.everywhere
@pytest.mark.timeout(900)
def test_a_newcomer_walks_all_eight_steps_and_verifies_the_record_without_us(
    people: Rehearsal, tmp_path: Path
) -> None:
    code = application.apply(people)
    for part in WALK:
        part(people, code)

    page = people.go(NEWCOMER, f"/candidacy/{code}/")
    for step in STEPS:
        row = page.locator("main li", has_text=step).filter(has_text="Passed")
        expect(row.first).to_be_visible()
    people.look(page)

    record = _record(page, code)
    key = _public_key(people)
    assert _verify(tmp_path, record, key)[0] == 0
    place = record.index(b"entered_service")
    spoilt = record[:place] + bytes([record[place] ^ 1]) + record[place + 1 :]
    left_with, said = _verify(tmp_path, spoilt, key)
    assert left_with == 3
    last = len(json.loads(record)["entries"])
    assert f'"entry": {last}, "part": "body"' in said


def _record(page: Page, code: str) -> bytes:
    """The download, once the worker has put every entry of the file into the log."""
    link = page.locator("main a", has_text="Download the record").get_attribute("href") or ""
    until = time.monotonic() + PATIENCE
    while True:
        answered = page.context.request.get(urljoin(page.url, link))
        assert answered.status == 200
        found = json.loads(answered.body())
        assert found["file"] == code
        if all(entry.get("proof") for entry in found["entries"]):
            return answered.body()
        assert time.monotonic() < until, "an entry is not in the log"
        page.wait_for_timeout(500)


def _public_key(people: Rehearsal) -> str:
    """The key as anybody reads it on the page of the record."""
    page = people.visitor()
    page.goto(f"{people.address}/record/")
    shown = page.locator("pre", has_text="--key").inner_text()
    page.context.close()
    return shown.split('"')[1]


def _verify(folder: Path, record: bytes, key: str) -> tuple[int, str]:
    """Run `concours verify` as somebody with nothing but the file and the key; what it said."""
    file = folder / "record.json"
    file.write_bytes(record)
    done = subprocess.run(
        [*PROGRAM, "verify", str(file), "--key", key],
        env=surroundings_of(folder / "nothing"),
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr
