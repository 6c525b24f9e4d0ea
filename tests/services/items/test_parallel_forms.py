"""Parallel forms of one test: locked together, dealt seat by seat, each sitting scored by its own."""

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from tests.cast import given_competition, given_person, staff
from tests.services.application_cast import TEST, given_seated, given_session
from tests.services.items.test_forms import EDITION, ask
from tests.services.items.test_seen_in_the_room import let_in

from concours.kernel.errors import BadInput, RuleRefused
from concours.records.ledger_store import read_facts
from concours.records.models import BankUse, KeyCheckItem, Sitting, TestItem
from concours.selection.examination import Examination
from concours.selection.form_lock import dealt_form, forms_of, labels_of, order_seed, place_of
from concours.services.case import open_candidacy
from concours.services.competitions import read_competition
from concours.services.examination.completeness import completeness
from concours.services.examination.desk_items import fault_of, section_items
from concours.services.examination.imports import set_reference_group
from concours.services.examination.key_check_run import check_key
from concours.services.examination.keys import key_of, raw_scores
from concours.services.examination.responses import hand_over
from concours.services.examination.room import section_page
from concours.services.examination.sat_forms import scale_of_form
from concours.services.examination.sessions import open_session
from concours.services.examination.sittings import (
    open_section,
    open_sitting,
    save_answer,
    submit_sitting,
)
from concours.services.items.demonstration import load_demonstration
from concours.services.items.forms import assembly_page, forms_page
from concours.services.items.from_tests import take_figures
from concours.services.items.locking import lock_set
from concours.services.items.pages import item_page

pytestmark = pytest.mark.django_db
AT = datetime(2016, 4, 4, 15, tzinfo=UTC)
STEP, SECTION = "examination", "job_knowledge"
LATER = TEST + timedelta(days=1)
LOCKER = staff("psychometrician")


@pytest.fixture
def competition() -> str:
    load_demonstration(EDITION, step=STEP, author="A", reviewer="B", at=AT)
    return given_competition()


def lock_both(competition: str, *, dealt: str = "sitting") -> str:
    """Two forms that share items, locked together; the assembly."""
    assembly = ask(staff("test_administrator"), competition, forms=2)
    shown = {form.code: form.digest for form in assembly_page(LOCKER, assembly).forms}
    lock_set(LOCKER, shown, dealt=dealt, at=AT)
    return assembly


def sat(competition: str, names: str) -> list[str]:
    """People on neighbouring seats who answer job knowledge right and submit; their codes."""
    session = given_session(competition, seats=len(names))
    people = [given_person(f"{name}@example.org") for name in names]
    codes = [given_seated(person, competition, session) for person in people]
    open_session(staff("proctor"), session, at=TEST - timedelta(minutes=30))
    keys = dict(TestItem.objects.filter(section=SECTION).values_list("number", "key"))
    for number, (person, code) in enumerate(zip(people, map(let_in, codes), strict=True)):
        open_sitting(person, code, at=TEST)
        open_section(person, code, section=SECTION, at=TEST)
        page = section_page(person, code, section=SECTION, at=TEST)
        for item in page.items[: 2 + number]:
            choice = keys[item.number]
            save_answer(person, code, section=SECTION, item=item.number, choice=choice, at=TEST)
        submit_sitting(staff("proctor"), code, at=TEST + timedelta(hours=1), ended_by="proctor")
    return codes


def test_forms_are_locked_as_a_set_and_an_item_on_two_is_one_item_of_the_test(
    competition: str,
) -> None:
    assembly = lock_both(competition)
    page = assembly_page(LOCKER, assembly)
    found = read_competition(competition)
    one, two = forms_of(found, STEP)
    assert (one.label, two.label, labels_of(found, STEP)) == ("A", "B", "AB")
    body = read_facts(competition)[-1].body
    assert (body["form"], body["dealt"]) == (one.form, "sitting")
    assert [dict(form) for form in body["forms"]] == [
        {"label": f.label, "form": f.form, "digest": f.digest, "items": 201} for f in (one, two)
    ]
    contents = [{(s, name) for s, _, name, _, _ in form.items} for form in page.forms]
    rows = TestItem.objects.filter(competition=competition)
    assert Counter(row.forms for row in rows) == Counter(
        "A" if place not in contents[1] else "B" if place not in contents[0] else "AB"
        for place in contents[0] | contents[1]
    )
    for label, names in zip("AB", contents, strict=True):
        on_form = rows.filter(forms__contains=label)
        assert {(row.section, row.name) for row in on_form} == names
        assert BankUse.objects.filter(form={"A": one.form, "B": two.form}[label]).count() == 201
    assert [(r.section, r.number) for r in rows.order_by("section", "number")] == sorted(
        (s, n) for s, count in Counter(r.section for r in rows).items() for n in range(1, count + 1)
    )
    assert (forms_page(LOCKER, competition).locked, page.locked) == ((one, two), (one, two))
    with pytest.raises(RuleRefused, match="test_has_items"):
        lock_both(competition)


def test_a_set_is_of_one_assembly_and_by_a_second_person(competition: str) -> None:
    first = staff("test_administrator")
    assembly = ask(first, competition, forms=2)
    shown = {form.code: form.digest for form in assembly_page(first, assembly).forms}
    with pytest.raises(RuleRefused, match="same_person"):
        lock_set(first, shown, at=AT)
    with pytest.raises(BadInput, match="unknown_dealing"):
        lock_set(LOCKER, shown, dealt="by hand", at=AT)
    (other,) = assembly_page(first, ask(first, competition)).forms
    with pytest.raises(RuleRefused, match="not_parallel"):
        lock_set(LOCKER, {**shown, other.code: other.digest}, at=AT)
    assert TestItem.objects.count() == 0


def test_neighbours_get_other_forms_and_each_is_scored_exported_and_checked_by_its_own(
    competition: str, tmp_path: Path
) -> None:
    lock_both(competition)
    codes = sat(competition, "abc")
    forms = dict(Sitting.objects.values_list("candidacy", "form"))
    dealt = [forms[code] for code in codes]
    assert dealt in (["A", "B", "A"], ["B", "A", "B"])
    for code in codes:
        case = open_candidacy(staff("test_administrator"), code, "file.read", at=LATER)
        state = case.candidacy.state(STEP, Examination)
        opened = next(f for f in read_facts(code) if f.kind == "sitting.opened")
        assert state.form == opened.body["form"] == forms[code]
        shown = section_items(competition, STEP, forms[code])[SECTION]
        on_form = {
            n
            for n, where in TestItem.objects.filter(section=SECTION).values_list("number", "forms")
            if forms[code] in where
        }
        assert set(shown.options) == on_form
        stranger = min(n for n in range(1, max(on_form) + 61) if n not in on_form)
        first = max(on_form) == len(on_form)
        assert fault_of(shown, stranger, "A", "") == (
            "item",
            "This section has items 1 to 60."
            if first
            else "This item is not on the form of this sitting.",
        )
    key = key_of(competition, STEP)
    assert {form: len(places[SECTION]) for form, places in key.forms.items()} == {"A": 54, "B": 54}
    raw = raw_scores(codes, STEP, key)
    counted = dict(TestItem.objects.filter(section=SECTION).values_list("number", "counts"))
    held = {
        code: Fraction(sum(counted[a.item] for a in s.answers.all()))
        for code in codes
        for s in Sitting.objects.filter(candidacy=code)
    }
    assert {code: raw[code][SECTION] for code in codes} == held
    (_, _, job) = sorted(
        hand_over(LOCKER, competition, tmp_path, at=LATER), key=lambda h: h.section
    )
    with open(job.path, encoding="utf-8", newline="") as lines:
        rows = {row.pop("candidacy"): row for row in csv.DictReader(lines)}
    where = dict(TestItem.objects.filter(section=SECTION).values_list("name", "forms"))
    for code in codes:
        shown_items = {name for name, cell in rows[code].items() if cell != ""}
        assert shown_items == {n for n in rows[code] if forms[code] in where[n]}
        assert sum(int(cell) for cell in rows[code].values() if cell) == raw[code][SECTION]
    check_key(competition, at=LATER, by="worker")
    sitters = Counter(forms.values())
    checked = dict(KeyCheckItem.objects.filter(section=SECTION).values_list("number", "persons"))
    assert checked == {
        n: sum(sitters[label] for label in labels)
        for n, labels in TestItem.objects.filter(section=SECTION).values_list("number", "forms")
    }
    take_figures(LOCKER, competition, at=LATER)
    alone = TestItem.objects.filter(section=SECTION, forms="A").first()
    assert alone is not None
    page = item_page(LOCKER, alone.name)
    assert [f.presented for f in page.figures] == [u.sittings for u in page.uses] == [sitters["A"]]
    report = completeness(
        staff("test_administrator"),
        open_candidacy(staff("test_administrator"), codes[0], "file.read", at=LATER)
        .candidacy.state(STEP, Examination)
        .seat.session,
        at=LATER,
    )
    assert [(row.code, row.form) for row in report.rows] == list(zip(codes, dealt, strict=True))
    scale = set_reference_group(staff("test_administrator"), competition, at=LATER)
    assert {name for name in scale if name.startswith(SECTION)} >= {SECTION}
    twice = max("AB", key=lambda label: sitters[label])
    of_form = scale_of_form(read_competition(competition), twice)
    assert of_form[SECTION] == scale[f"{SECTION}/{twice}"]


def test_a_session_can_have_one_form_and_who_sits_again_gets_the_next(competition: str) -> None:
    lock_both(competition, dealt="session")
    found = read_competition(competition)

    def dealt(session: str, seat: str, number: int = 1) -> str:
        return dealt_form(
            found, STEP, session=session, seat=seat, sitting=f"X/{number}", number=number
        )

    sessions = [f"SESS-{n:04d}-0000" for n in range(40)]
    assert all(dealt(s, "A1") == dealt(s, "C7") for s in sessions)
    assert {dealt(s, "A1") for s in sessions} == {"A", "B"}
    assert all({dealt(s, "A1"), dealt(s, "A1", 2)} == {"A", "B"} for s in sessions)
    assert order_seed(found, STEP)
    assert [place_of(seat) for seat in ("A1", "A10", "B1", "Z3", "AA1", "", "7")] == [
        (0, 0), (0, 9), (1, 0), (25, 2), (26, 0), (0, 0), (0, 6),
    ]  # fmt: skip
