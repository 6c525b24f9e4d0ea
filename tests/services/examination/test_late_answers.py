"""Late answers, hand-over files, another machine, the timeline: what counts, and who decides."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tests.cast import given_competition, given_person, staff
from tests.services.application_cast import TEST, given_inside, given_items, given_session

from concours.kernel.errors import BadInput, NotPermitted, RuleRefused
from concours.records import answer_store
from concours.records.answer_store import Row
from concours.records.ledger_store import read_facts
from concours.records.models import Answer, ExaminationStanding, Notice, Sitting
from concours.selection.authority import Actor
from concours.services.examination import hand_over_key
from concours.services.examination.device import Device, open_device, swap_machine
from concours.services.examination.hand_over import take_hand_over
from concours.services.examination.keys import key_of, raw_scores
from concours.services.examination.late import decide_late, late_page
from concours.services.examination.measuring import take_scores
from concours.services.examination.overdue import end_overdue
from concours.services.examination.proctor import pause
from concours.services.examination.responses import hand_over
from concours.services.examination.results import result_page
from concours.services.examination.scoring import score_all
from concours.services.examination.sittings import (
    add_minutes,
    close_section,
    open_section,
    open_sitting,
    submit_sitting,
)
from concours.services.examination.timeline import timeline
from concours.services.notices.messages import read_message
from concours.services.notices.release import release_due

pytestmark = pytest.mark.django_db
SECTION = "job_knowledge"
SYSTEM = Actor(code="system", roles=frozenset({"system"}))
WHY = {"reason": "service_outage", "authority": "board"}


@pytest.fixture
def ada() -> Actor:
    return given_person()


@pytest.fixture
def code(ada: Actor) -> str:
    competition = given_competition()
    given_items(competition)
    found = given_inside(ada, competition, given_session(competition))
    open_sitting(ada, found, at=TEST)
    open_section(ada, found, section=SECTION, at=TEST)
    return found


def device(ada: Actor, code: str, at: datetime = TEST) -> Device:
    return open_device(ada, code, at=at, machine_now=at)


def keep(
    code: str,
    epoch: int,
    n: int,
    choice: str,
    *,
    at: datetime,
    item: int = 1,
    given: datetime | None = None,
) -> str:
    pk = Sitting.objects.get(candidacy=code).pk
    receipt = answer_store.receipt_of(pk, epoch, n, SECTION, item, choice, "")
    row = Row(pk, epoch, n, SECTION, item, choice, None, receipt, given)
    return answer_store.keep([row], at=at).outcomes[0].status


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def handed(opened: Device, *saves: tuple[int, int, str, int], section: str = SECTION) -> bytes:
    """A file as a browser makes it: (n, item, choice, milliseconds since the last mark)."""
    content = {
        "token": opened.token,
        "after": opened.mark,
        "saves": [
            {"n": n, "section": section, "item": item, "choice": choice, "elapsed": elapsed}
            for n, item, choice, elapsed in saves
        ],
    }
    return hand_over_key.seal_file(msgspec.json.encode(content), to=opened.hand_over)


def right(code: str) -> int:
    competition = ExaminationStanding.objects.get(file=code).competition
    key = key_of(competition, "examination")
    return int(raw_scores([code], "examination", key)[code][SECTION])


def test_minutes_given_on_the_day_move_the_deadline_of_the_desk_at_once(
    ada: Actor, code: str
) -> None:
    device(ada, code)
    late = TEST + minutes(45)
    assert keep(code, 1, 1, "A", at=late) == "closed"
    add_minutes(staff("proctor"), code, minutes=10, reason="noise", at=TEST + minutes(39))
    assert keep(code, 1, 1, "A", at=late) == "saved"


def test_late_answers_count_only_once_an_administrator_has_taken_them(
    ada: Actor, code: str
) -> None:
    device(ada, code)
    assert keep(code, 1, 1, "A", at=TEST) == "saved"
    assert keep(code, 1, 2, "B", at=TEST, item=2) == "saved"
    given, arrives = TEST + minutes(39), TEST + minutes(44)
    assert keep(code, 1, 3, "A", at=arrives, item=2, given=given) == "late"
    assert end_overdue(SYSTEM, at=TEST + minutes(45)) == 0
    submit_sitting(staff("proctor"), code, at=TEST + minutes(46), ended_by="proctor")
    assert right(code) == 1
    administrator = staff("test_administrator")
    competition = ExaminationStanding.objects.get(file=code).competition
    assert score_all(administrator, competition, at=TEST + minutes(49)).decided == 0
    page = late_page(administrator, code, at=TEST + minutes(50))
    assert (page.state, page.items_changed, page.minutes) == ("waiting", 1, 5)
    assert [(r.item, r.given_at, r.arrived_at, r.changes) for r in page.rows] == [
        (2, given, arrives, True)
    ]
    with pytest.raises(BadInput):
        decide_late(
            administrator, code, take=True, reason="x", authority="board", at=arrives, seen=None
        )
    decide_late(administrator, code, take=True, at=TEST + minutes(51), seen=page.version, **WHY)
    assert right(code) == 2
    with pytest.raises(RuleRefused) as found:
        decide_late(administrator, code, take=False, at=TEST + minutes(52), **WHY)
    assert found.value.code == "no_late_answers"
    body = next(f for f in read_facts(code) if f.kind == "late_answers.decided").body
    assert (body["outcome"], body["late"], body["reason"]) == ("taken", 1, "service_outage")


def report_on(responses: Path, folder: Path, code: str) -> Path:
    """A score report on handed-over responses that gives ``code`` 61.50."""
    folder.mkdir()
    scores = folder / "scores.csv"
    scores.write_text(f"id,score\n{code},61.50\n", encoding="utf-8")
    used, table = (hashlib.sha256(f.read_bytes()).hexdigest() for f in (responses, scores))
    said = {
        "kind": "scores",
        "inputs": [{"role": "answers", "sha256": used}],
        "tables": {"scores": table},
    }
    (folder / "report.json").write_text(json.dumps(said), encoding="utf-8")
    return folder


def test_no_measured_score_rests_on_part_of_the_answers(
    ada: Actor, code: str, tmp_path: Path
) -> None:
    device(ada, code)
    assert keep(code, 1, 1, "B", at=TEST + minutes(1)) == "saved"
    assert keep(code, 1, 2, "A", at=TEST + minutes(44), given=TEST + minutes(39)) == "late"
    submit_sitting(staff("proctor"), code, at=TEST + minutes(46), ended_by="proctor")
    administrator = staff("test_administrator")
    competition = ExaminationStanding.objects.get(file=code).competition

    def measured(name: str) -> dict[str, Path]:
        out = tmp_path / name
        handed = hand_over(administrator, competition, out, at=TEST + minutes(47))
        source = next(Path(h.path) for h in handed if h.section == SECTION)
        return {SECTION: report_on(source, out / "report", code)}

    early = measured("early")
    for folders, refusal in ((early, "late_answers_wait"), (early, "answers_changed")):
        with pytest.raises((RuleRefused, BadInput)) as found:
            take_scores(administrator, competition, folders, at=TEST + minutes(48))
        assert found.value.code == refusal
        assert not ExaminationStanding.objects.get(file=code).scored
        if refusal == "late_answers_wait":
            decide_late(administrator, code, take=True, at=TEST + minutes(49), seen=None, **WHY)
    assert take_scores(administrator, competition, measured("now"), at=TEST + minutes(50)).decided
    body = next(f for f in read_facts(code) if f.kind == "choice.scored").body
    assert (body["scaled"][SECTION], body["raw"][SECTION]) == ("61.50", "1")


def test_refused_late_answers_are_kept_and_count_for_nothing(ada: Actor, code: str) -> None:
    device(ada, code)
    assert keep(code, 1, 1, "A", at=TEST + minutes(41), given=TEST + minutes(39)) == "late"
    submit_sitting(staff("proctor"), code, at=TEST + minutes(46), ended_by="proctor")
    decide_late(staff("test_administrator"), code, take=False, at=TEST + minutes(50), **WHY)
    assert right(code) == 0
    assert Answer.objects.filter(late=True).count() == 1
    for stranger in (ada, staff("proctor"), staff("marker")):
        with pytest.raises(NotPermitted):
            late_page(stranger, code, at=TEST + minutes(50))


def test_answers_of_the_section_left_last_are_late_also_while_the_next_one_is_open(
    ada: Actor, code: str
) -> None:
    device(ada, code)
    assert keep(code, 1, 1, "A", at=TEST) == "saved"
    left, opened = TEST + minutes(40), TEST + minutes(41)
    close_section(ada, code, section=SECTION, at=opened)
    given, arrives = TEST + minutes(39), TEST + minutes(42)
    # Between the sections: kept and flagged. Without a mark, or given after the end: closed.
    assert keep(code, 1, 2, "A", at=opened, item=2, given=given) == "late"
    assert keep(code, 1, 3, "A", at=opened, item=3) == "closed"
    assert keep(code, 1, 4, "A", at=opened, item=3, given=opened) == "closed"
    open_section(ada, code, section="english_expression", at=opened)
    # The next section is open: the same, from the current epoch, until the grace is over.
    assert keep(code, 1, 5, "A", at=arrives, item=3, given=given) == "late"
    assert keep(code, 1, 6, "A", at=left + minutes(10), item=4, given=given) == "closed"
    assert keep(code, 0, 7, "A", at=arrives, item=4, given=given) == "fenced"
    # A repeat of what came in time is still that, and a repeat of a late one is late.
    assert keep(code, 1, 1, "A", at=arrives, given=given) == "saved"
    assert keep(code, 1, 5, "A", at=arrives, item=3, given=given) == "late"
    found = Answer.objects.filter(late=True).order_by("n")
    assert list(found.values_list("section", "item", "given_at", "at")) == [
        (SECTION, 2, given, opened),
        (SECTION, 3, given, arrives),
    ]
    submit_sitting(staff("proctor"), code, at=TEST + minutes(95), ended_by="proctor")
    assert (right(code), keep(code, 1, 8, "A", at=arrives, item=4, given=given)) == (1, "closed")
    decide_late(staff("test_administrator"), code, take=True, at=TEST + minutes(96), **WHY)
    assert right(code) == 3


def test_a_section_left_early_ended_when_it_was_left(ada: Actor, code: str) -> None:
    device(ada, code)
    left = TEST + minutes(20)
    close_section(ada, code, section=SECTION, at=left)
    before, after = left - minutes(1), left + minutes(1)
    assert keep(code, 1, 1, "A", at=after, given=before) == "late"
    assert keep(code, 1, 2, "A", at=after, item=2, given=left) == "closed"
    assert keep(code, 1, 3, "A", at=left + minutes(10), item=2, given=before) == "closed"
    open_section(ada, code, section="english_expression", at=after)
    pause(staff("proctor"), code, reason="noise", at=after)
    assert keep(code, 1, 4, "A", at=after, item=2, given=before) == "paused"


@pytest.mark.parametrize(("take", "subject"), [(True, "count"), (False, "do not count")])
def test_a_candidate_is_told_by_letter_and_page_what_was_decided_about_late_answers(
    ada: Actor, code: str, take: bool, subject: str
) -> None:
    device(ada, code)
    assert keep(code, 1, 1, "A", at=TEST + minutes(41), given=TEST + minutes(39)) == "late"
    submitted, decided = TEST + minutes(46), TEST + minutes(50)
    submit_sitting(staff("proctor"), code, at=submitted, ended_by="proctor")

    def shown(at: datetime) -> tuple[str, int, str, datetime | None]:
        found = result_page(ada, code, at=at).late
        assert found is not None
        assert found.rule == "examination.late_answers"
        return found.outcome, found.count, found.reason, found.decided_at

    assert shown(submitted) == ("waiting", 1, "", None)
    decide_late(staff("test_administrator"), code, take=take, at=decided, **WHY)
    # Until the letter is sent the page says nothing that the letter has not said.
    assert shown(decided) == ("waiting", 1, "", None)
    release_due(at=decided + minutes(61))
    told = "taken" if take else "refused"
    assert shown(decided + minutes(62)) == (told, 1, "service_outage", decided)
    notice = Notice.objects.get(template="late_answers.decided")
    letter = read_message(ada, notice.pk, at=decided + minutes(62))
    assert letter.subject == f"Your late answers {subject}"
    assert ": 1 in all." in letter.paragraphs[0]


def test_a_hand_over_file_brings_what_the_devices_clock_places_in_the_section(
    ada: Actor, code: str
) -> None:
    opened = device(ada, code)
    assert keep(code, 1, 1, "A", at=TEST) == "saved"
    submit_sitting(staff("proctor"), code, at=TEST + minutes(60), ended_by="proctor")
    blob = handed(
        opened,
        (1, 1, "A", 1_000),
        (2, 2, "A", 39 * 60_000),
        (3, 3, "A", 41 * 60_000),
        (4, 61, "A", 1_000),
        (2, 4, "B", 2_000),
    )
    assert b"job_knowledge" not in blob
    proctor = staff("proctor")
    found = take_hand_over(proctor, code, blob, at=TEST + minutes(70))
    assert (found.taken, found.held_already) == (1, 1)
    assert [n for n, _ in found.refused] == [3, 4, 2]
    assert list(Answer.objects.filter(late=True).values_list("n", "item")) == [(2, 2)]
    again = take_hand_over(proctor, code, blob, at=TEST + minutes(71))
    assert (again.taken, again.held_already) == (0, 2)
    facts = [f for f in read_facts(code) if f.kind == "answers.handed_over"]
    assert [(f.body["taken"], f.body["late"]) for f in facts] == [(1, 1)]
    assert right(code) == 1
    decide_late(staff("test_administrator"), code, take=True, at=TEST + minutes(80), **WHY)
    assert right(code) == 2


def test_a_file_of_somebody_else_of_a_fenced_device_or_changed_on_its_way_is_refused(
    ada: Actor, code: str
) -> None:
    opened = device(ada, code)
    blob = handed(opened, (1, 1, "A", 1_000))
    proctor, at = staff("proctor"), TEST + minutes(60)
    for broken in (b"", b"{}", blob[:-9] + b"AAAAAAA" + blob[-2:], b"x" * 10):
        with pytest.raises(BadInput) as found:
            take_hand_over(proctor, code, broken, at=at)
        assert found.value.code == "not_a_hand_over_file"
    with pytest.raises(BadInput) as found:
        take_hand_over(proctor, code, handed(replace(opened, mark="x"), (1, 1, "A", 1)), at=at)
    assert found.value.code == "not_a_hand_over_file"
    swap_machine(proctor, code, reason="machine_failed", at=TEST + minutes(1))
    with pytest.raises(RuleRefused) as refused:
        take_hand_over(proctor, code, blob, at=at)
    assert refused.value.code == "fenced"
    bob = given_person("bob@example.org", "Bob Other")
    competition = given_competition()
    given_items(competition)
    other = given_inside(bob, competition, given_session(competition), name="Bob Other")
    open_sitting(bob, other, at=TEST)
    with pytest.raises(BadInput) as strange:
        take_hand_over(proctor, other, blob, at=at)
    assert strange.value.code == "another_sitting"
    with pytest.raises(NotPermitted):
        take_hand_over(ada, code, blob, at=at)
    assert Answer.objects.count() == 0


def test_the_timeline_replays_every_save_and_agrees_with_the_record(ada: Actor, code: str) -> None:
    device(ada, code)
    for n, (item, choice) in enumerate(((1, "B"), (2, "C"), (1, "A")), start=1):
        assert keep(code, 1, n, choice, at=TEST + minutes(n), item=item) == "saved"
    swap_machine(staff("proctor"), code, reason="network_down", at=TEST + minutes(5))
    assert keep(code, 1, 4, "D", at=TEST + minutes(5)) == "fenced"
    assert keep(code, 2, 1, "D", at=TEST + minutes(6)) == "saved"
    close_section(ada, code, section=SECTION, at=TEST + minutes(7))
    submit_sitting(staff("proctor"), code, at=TEST + minutes(8), ended_by="proctor")
    found = timeline(staff("appeals_officer"), code, at=TEST + minutes(9))
    assert [(m.kind, m.epoch, m.n, m.item, m.choice, m.stands) for m in found.moments] == [
        ("sitting.opened", 0, 0, 0, "", False),
        ("section.opened", 0, 0, 0, "", False),
        ("answer", 1, 1, 1, "B", False),
        ("answer", 1, 2, 2, "C", True),
        ("answer", 1, 3, 1, "A", False),
        ("machine.swapped", 0, 0, 0, "", False),
        ("answer", 2, 1, 1, "D", True),
        ("section.locked", 0, 0, 0, "", False),
        ("sitting.submitted", 0, 0, 0, "", False),
    ]
    assert (found.saves, found.devices, found.agrees) == (4, 2, True)
    body = next(f for f in read_facts(code) if f.kind == "sitting.submitted").body
    assert found.recorded == body["answers"] == found.digest
    Answer.objects.filter(n=2, epoch=1).delete()
    assert timeline(staff("auditor"), code, at=TEST + minutes(9)).agrees is False
    with pytest.raises(NotPermitted):
        timeline(ada, code, at=TEST + minutes(9))
