"""From blueprint to locked form through the services: two people, one entry, the test's items."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.cast import given_competition, staff

from concours.kernel.errors import BadInput, NotPermitted, RuleRefused
from concours.policy.edition import load_edition
from concours.psychometrics.information import item_information
from concours.psychometrics.parameters import item_parameters
from concours.records.ledger_store import read_facts
from concours.records.models import Assembly, BankForm, BankUse, TestItem
from concours.selection.authority import Actor
from concours.selection.form_lock import locked_form, order_seed
from concours.services.competitions import read_competition
from concours.services.home.second import proposals_for
from concours.services.items.asking import ask_for_forms
from concours.services.items.assembling import assemble
from concours.services.items.blueprints import blueprint_text, default_blueprint, read_blueprint
from concours.services.items.curves import Curve, information
from concours.services.items.demonstration import load_demonstration
from concours.services.items.forms import assemblies, assembly_page
from concours.services.items.locking import lock
from concours.services.items.pages import item_page
from concours.services.items.writing import take_step

pytestmark = pytest.mark.django_db
AT = datetime(2016, 4, 4, 15, tzinfo=UTC)
EDITION = load_edition("us_foreign_service", "2016")


@pytest.fixture
def competition() -> str:
    load_demonstration(
        EDITION, step="examination", author="AUTH-OR00-0000", reviewer="READ-ER00-0000", at=AT
    )
    return given_competition()


@pytest.fixture
def first() -> Actor:
    return staff("test_administrator")


@pytest.fixture
def second() -> Actor:
    return staff("psychometrician")


def ask(actor: Actor, competition: str, *, seed: str = "s", **changes) -> str:
    plain = json.loads(blueprint_text(default_blueprint(EDITION, step="examination")))
    code = ask_for_forms(
        actor, competition, blueprint=json.dumps({**plain, **changes}), seed=seed, at=AT
    )
    assemble(code)
    return code


def test_a_form_by_the_rulebook_is_assembled_by_one_and_locked_by_another(
    competition: str, first: Actor, second: Actor
) -> None:
    code = ask(first, competition)
    page = assembly_page(first, code)
    assert (page.outcome, page.conflict, page.own, page.may_lock) == ("found", (), True, False)
    (form,) = page.forms
    assert [(s.section, s.counted, s.pilots) for s in form.sections] == [
        ("job_knowledge", 54, 6),
        ("english_expression", 59, 6),
        ("biographic", 68, 7),
        ("essay", 1, 0),
    ]
    assert all(3 <= n <= 6 for (s, _), n in form.subjects.items() if s == "job_knowledge")
    assert [(p.what, p.code) for p in proposals_for(second)] == [("form_lock", code)]
    assert proposals_for(first) == ()
    with pytest.raises(RuleRefused, match="same_person"):
        lock(first, form.code, digest=form.digest, at=AT)
    with pytest.raises(RuleRefused, match="form_changed"):
        lock(second, form.code, digest="0" * 64, at=AT)
    assert TestItem.objects.count() == 0
    lock(second, form.code, digest=form.digest, at=AT + timedelta(days=1))
    assert proposals_for(second) == ()
    entry = read_facts(competition)[-1]
    assert (entry.kind, entry.step, entry.actor) == (
        "competition.form_locked",
        "examination",
        second.code,
    )
    assert entry.body == {
        "form": form.code,
        "digest": form.digest,
        "items": 201,
        "assembly": code,
        "seed": "s",
        "pool": page.pool,
        "order_seed": order_seed(read_competition(competition), "examination"),
        "assembled_by": first.code,
    }
    assert locked_form(read_competition(competition), "examination") == form.code
    rows = list(TestItem.objects.order_by("section", "number"))
    assert [(r.section, r.number, r.name, r.version, r.counts) for r in rows] == sorted(form.items)
    keyed = [r for r in rows if r.section != "essay"]
    assert all(r.key in dict(r.options) and len(r.key) == 1 for r in keyed)
    assert BankUse.objects.filter(form=form.code).count() == 201
    assert assemblies(second, competition)[0].locked == 1
    (use,) = item_page(second, rows[0].name).uses
    assert (use.competition, use.form, use.sittings) == (competition, form.code, 0)
    again = ask(first, competition)
    (other,) = assembly_page(second, again).forms
    with pytest.raises(RuleRefused, match="test_has_items"):
        lock(second, other.code, digest=other.digest, at=AT)


def test_the_same_bank_blueprint_and_seed_give_the_same_form(
    competition: str, first: Actor
) -> None:
    one, two, other = (
        BankForm.objects.get(assembly=ask(first, competition, seed=seed)) for seed in "aab"
    )
    assert (one.digest, one.assembly.pool) == (two.digest, two.assembly.pool)
    assert other.digest != one.digest
    assert other.assembly.pool == one.assembly.pool


def test_parallel_forms_have_the_information_of_the_banks_average(
    competition: str, first: Actor
) -> None:
    page = assembly_page(first, ask(first, competition, forms=2))
    one, two = page.forms
    assert [n for _, _, n in page.overlaps] == [
        len({x[2] for x in one.items} & {x[2] for x in two.items})
    ]
    for left, right in zip(one.sections, two.sections, strict=True):
        assert left.at_cut == pytest.approx(right.at_cut, rel=0.05)


def test_a_blueprint_the_bank_cannot_meet_says_what_conflicts(
    competition: str, first: Actor, second: Actor
) -> None:
    page = assembly_page(first, ask(first, competition, forms=2, most_overlap=0))
    assert (page.outcome, page.forms) == ("impossible", ())
    assert [c.code for c in page.conflict] == ["counted", "overlap"]
    worn = assembly_page(
        second,
        ask(
            first,
            competition,
            ranges=[{"section": "job_knowledge", "subject": "economics", "least": 20}],
        ),
    )
    (alone,) = worn.conflict
    assert (alone.code, alone.of, alone.asked) == ("range", "job_knowledge.economics", "20+")
    assert 0 < alone.there < 20


def test_a_form_whose_item_changed_since_is_not_locked(
    competition: str, first: Actor, second: Actor
) -> None:
    (form,) = assembly_page(first, ask(first, competition)).forms
    name = form.items[0][2]
    take_step(staff("item_reviewer"), name, "retired", at=AT, note="Became known.")
    with pytest.raises(RuleRefused, match="item_changed_since"):
        lock(second, form.code, digest=form.digest, at=AT)
    assert (TestItem.objects.count(), BankUse.objects.count()) == (0, 0)
    assert "competition.form_locked" not in [f.kind for f in read_facts(competition)]


def test_who_may_not_neither_asks_nor_sees_nor_locks(competition: str, first: Actor) -> None:
    code = ask(first, competition)
    (form,) = assembly_page(first, code).forms
    for actor in (staff("item_writer"), staff("item_reviewer"), staff("proctor")):
        with pytest.raises(NotPermitted):
            assembly_page(actor, code)
        with pytest.raises(NotPermitted):
            lock(actor, form.code, digest=form.digest, at=AT)
        with pytest.raises(NotPermitted):
            ask_for_forms(actor, competition, blueprint="{}", at=AT)
    assert Assembly.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "malformed|truncated"),
        ("{}", "forms"),
        ('{"forms": 1, "points": [0], "cut": 3, "sections": []}', "cut"),
        ('{"forms": 1, "points": [0], "cut": 0, "sections": [], "speed": 3}', "speed"),
    ],
)
def test_a_blueprint_that_cannot_be_read_says_where(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_blueprint(text)


@pytest.mark.parametrize(("a", "b", "c"), [(1.0, 0.0, 0.0), (1.7, -0.8, 0.22), (0.4, 2.5, 0.1)])
def test_curves_are_those_of_the_measurement_room(a: float, b: float, c: float) -> None:
    points = [-3.0, -0.5, 0.13, 2.0]
    known = item_information(item_parameters(a=[a], b=[b], c=[c]), points)[0]
    assert [information(Curve(a, b, c), p) for p in points] == pytest.approx(list(known), rel=1e-9)
