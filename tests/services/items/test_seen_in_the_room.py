"""A locked form in the examination room: each sitting its own order, answers kept by the form's letters."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.cast import given_competition, given_person, staff
from tests.services.application_cast import TEST, given_seated, given_session
from tests.services.items.test_forms import EDITION, ask

from concours.kernel.errors import BadInput
from concours.records.models import TestItem
from concours.selection.form_lock import order_seed
from concours.selection.scramble import options_of, order_of
from concours.services.competitions import read_competition
from concours.services.examination.answers import held_answers
from concours.services.examination.door import check_in
from concours.services.examination.key_check_run import check_key
from concours.services.examination.keys import key_of
from concours.services.examination.requests import challenge_item, requests_page
from concours.services.examination.room import section_page
from concours.services.examination.scoring import raw_scores
from concours.services.examination.sessions import open_session
from concours.services.examination.sittings import (
    open_section,
    open_sitting,
    save_answer,
    submit_sitting,
)
from concours.services.items.demonstration import load_demonstration
from concours.services.items.forms import assembly_page
from concours.services.items.from_tests import take_figures
from concours.services.items.locking import lock
from concours.services.items.pages import item_page

pytestmark = pytest.mark.django_db
AT = datetime(2016, 4, 4, 15, tzinfo=UTC)


def let_in(code: str) -> str:
    check_in(
        staff("proctor"), code, document="passport", has_photograph=True, expires=None,
        name_matches=True, at=TEST - timedelta(minutes=20),
    )  # fmt: skip
    return code


def test_two_sittings_see_their_own_orders_and_are_scored_by_the_form() -> None:
    load_demonstration(EDITION, step="examination", author="A", reviewer="B", at=AT)
    competition = given_competition()
    (form,) = assembly_page(
        staff("psychometrician"), ask(staff("test_administrator"), competition)
    ).forms
    lock(staff("psychometrician"), form.code, digest=form.digest, at=AT)
    session = given_session(competition)
    seed = order_seed(read_competition(competition), "examination")
    rows = {r.number: r for r in TestItem.objects.filter(section="biographic")}
    orders = []
    people = [given_person(email) for email in ("ada@example.org", "bo@example.org")]
    codes = [given_seated(person, competition, session) for person in people]
    open_session(staff("proctor"), session, at=TEST - timedelta(minutes=30))
    for person, code in zip(people, map(let_in, codes), strict=True):
        open_sitting(person, code, at=TEST)
        open_section(person, code, section="job_knowledge", at=TEST)
        page = section_page(person, code, section="job_knowledge", at=TEST)
        order = [item.number for item in page.items]
        assert order == list(order_of(seed, f"{code}/1", "job_knowledge", 60))
        assert [item.shown for item in page.items] == list(range(1, 61))
        assert [item.following for item in page.items] == [*order[1:], order[-1]]
        keys = dict(TestItem.objects.filter(section="job_knowledge").values_list("number", "key"))
        for item in page.items[:2]:
            letters = [key for key, _, _ in item.shown_options]
            assert letters == list(
                options_of(seed, f"{code}/1", "job_knowledge", item.number, "ABCD")
            )
            assert [shown for _, _, shown in item.shown_options] == list("ABCD")
            words = dict(TestItem.objects.get(section="job_knowledge", number=item.number).options)
            assert all(words[key] == text for key, text, _ in item.shown_options)
            save_answer(
                person, code, section="job_knowledge", item=item.number,
                choice=keys[item.number], at=TEST,
            )  # fmt: skip
        held = held_answers(code, "examination")
        assert {i: c for (_, i), (c, _) in held.items()} == {i: keys[i] for i in order[:2]}
        counted = TestItem.objects.filter(
            section="job_knowledge", number__in=order[:2], counts=True
        )
        raw = raw_scores([code], "examination", key_of(competition, "examination"))
        assert raw[code]["job_knowledge"] == counted.count()
        orders.append(order)
    assert orders[0] != orders[1]
    scale = next(r for r in rows.values() if not r.shuffle)
    assert options_of(
        seed, "x/1", "biographic", scale.number, "ABCD", shuffle=scale.shuffle
    ) == tuple("ABCD")
    tester = staff("psychometrician")
    with pytest.raises(BadInput, match="no_key_check"):
        take_figures(tester, competition, at=AT)
    for code in codes:
        submit_sitting(staff("proctor"), code, at=TEST + timedelta(hours=1), ended_by="proctor")
    person, code = people[0], codes[0]
    challenge_item(
        person, code, section="job_knowledge", item=5, ground="wrong_key",
        argument="The almanac of 2015 says otherwise.", at=TEST + timedelta(hours=2),
    )  # fmt: skip
    asked = requests_page(person, code, at=TEST + timedelta(hours=2))
    assert [(c.section, c.item) for c in asked.challenges] == [("job_knowledge", orders[0][4])]
    assert asked.seen == {("job_knowledge", orders[0][4]): 5}
    check_key(competition, at=TEST + timedelta(days=1), by="worker")
    assert take_figures(tester, competition, at=TEST + timedelta(days=1)) == 200
    name = TestItem.objects.get(section="job_knowledge", number=orders[0][0]).name
    (figures,) = item_page(tester, name).figures
    assert (figures.administration, figures.presented, figures.version) == (competition, 2, 1)
    both = orders[0][0] in orders[1][:2]
    assert figures.difficulty == (1.0 if both else 0.5)
    assert {letter for letter, *_ in figures.options} <= {"A", "B", "C", "D", "–"}
