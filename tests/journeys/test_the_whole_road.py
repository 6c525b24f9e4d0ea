"""One person walks all eight steps in the browser, and verifies the record of it off line."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys import road_application as application
from tests.journeys import road_examination as examination
from tests.journeys import road_panel_and_day as panel
from tests.journeys import road_service as service
from tests.journeys.conftest import watch
from tests.journeys.walking import NEWCOMER, Rehearsal
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
    assert _verify(tmp_path, record, key) == (0, "")
    body = json.loads(record)["entries"][-1]["body"].encode()
    place = record.index(json.dumps(body.decode()).encode()[1:-1]) + len(body) // 2
    spoilt = record[:place] + bytes([record[place] ^ 1]) + record[place + 1 :]
    code_of_exit, said = _verify(tmp_path, spoilt, key)
    assert code_of_exit == 3
    assert str(len(json.loads(record)["entries"])) in said


def _record(page: Page, code: str) -> bytes:
    """The download, once every entry of the file is in the log."""
    link = page.get_by_role("link", name="Download the record").get_attribute("href")
    answered = page.context.request.get(page.url.split("/candidacy/")[0] + (link or ""))
    assert answered.status == 200
    assert json.loads(answered.body())["file"] == code
    return answered.body()


def _public_key(people: Rehearsal) -> str:
    """The key as anybody reads it on the page of the record."""
    page = people.visitor()
    page.goto(f"{people.address}/record/")
    shown = page.locator("pre", has_text="--key").inner_text()
    page.context.close()
    return shown.split('"')[1]


def _verify(folder: Path, record: bytes, key: str) -> tuple[int, str]:
    """Run `concours verify` as somebody with nothing but the file and the key; what it complained of."""
    file = folder / "record.json"
    file.write_bytes(record)
    done = subprocess.run(
        [*PROGRAM, "verify", str(file), "--key", key],
        env=surroundings_of(folder / "nothing"),
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr if done.returncode else ""
