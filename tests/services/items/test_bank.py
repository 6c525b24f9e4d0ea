"""The item bank through its services: writing, two people, history that cannot be changed, figures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from tests.cast import staff

from concours.kernel.errors import BadInput, NotPermitted, OutOfDate, RuleRefused
from concours.policy.edition import load_edition
from concours.records.models import BankAct, BankItem
from concours.selection.authority import Actor
from concours.selection.item_content import ItemContent
from concours.services.items.demonstration import load_demonstration
from concours.services.items.figures import BadFile, read_figures, record_figures
from concours.services.items.history import history_faults, read_item
from concours.services.items.pages import bank_counts, item_list, item_page
from concours.services.items.stimuli import write_stimulus
from concours.services.items.writing import take_step, write_item
from concours.services.listing import ListQuery

pytestmark = pytest.mark.django_db
AT = datetime(2016, 1, 4, 15, tzinfo=UTC)
CONTENT = ItemContent(
    section="job_knowledge",
    subject="economics",
    subtopic="markets",
    kind="choice",
    stem="What does a <b>price ceiling</b> below the market price lead to?",
    options=(("A", "A shortage"), ("B", "A surplus"), ("C", "More supply"), ("D", "No change")),
    key=("A",),
    rationale="At a lower price more is asked for than is offered.",
    enemies=("jk-econ-900",),
)


@pytest.fixture
def writer() -> Actor:
    return staff("item_writer", "item_reviewer")


@pytest.fixture
def reviewer() -> Actor:
    return staff("item_reviewer")


def step(actor: Actor, act: str, *, note: str = "", name: str = "jk-econ-901", day: int = 1):
    return take_step(actor, name, act, at=AT + timedelta(days=day), note=note)


def test_an_item_goes_its_way_by_two_people(writer: Actor, reviewer: Actor) -> None:
    write_item(writer, "jk-econ-901", CONTENT, at=AT)
    step(writer, "submitted")
    with pytest.raises(RuleRefused, match="same_person"):
        step(writer, "reviewed")
    with pytest.raises(BadInput, match="reason_missing"):
        step(reviewer, "returned")
    step(reviewer, "returned", note="Option C repeats A.")
    better = replace(CONTENT, options=(*CONTENT.options[:2], ("C", "A queue only"), ("D", "None")))
    page = item_page(writer, "jk-econ-901")
    assert write_item(writer, "jk-econ-901", better, at=AT, seen=page.version).version == 2
    for actor, act in ((writer, "submitted"), (reviewer, "reviewed"), (reviewer, "approved")):
        step(actor, act)
    page = item_page(reviewer, "jk-econ-901")
    assert (page.state, page.number, page.author, page.reviewer) == (
        "operational",
        2,
        writer.code,
        reviewer.code,
    )
    assert [act.act for act in page.acts] == [
        "written", "submitted", "returned", "written", "submitted", "reviewed", "approved",
    ]  # fmt: skip
    assert (page.moves, page.enemies) == (("rested", "retired"), ("jk-econ-900",))
    assert page.content.stem == (
        "What does a <strong>price ceiling</strong> below the market price lead to?"
    )
    step(reviewer, "rested", note="Shown in June.")
    step(reviewer, "restored")
    step(reviewer, "retired", note="Became known.")
    with pytest.raises(RuleRefused, match="item_retired"):
        write_item(
            writer, "jk-econ-901", CONTENT, at=AT, seen=item_page(writer, "jk-econ-901").version
        )
    assert history_faults() == []


def test_who_may_not_is_refused_and_nothing_is_written(writer: Actor) -> None:
    for actor in (
        staff("item_reviewer"),
        staff("proctor"),
        Actor(code="X", roles=frozenset({"candidate"})),
    ):
        with pytest.raises(NotPermitted):
            write_item(actor, "jk-econ-901", CONTENT, at=AT)
    assert BankAct.objects.count() == 0
    write_item(writer, "jk-econ-901", CONTENT, at=AT)
    for actor in (
        staff("proctor"),
        staff("marker"),
        Actor(code="X", roles=frozenset({"candidate"})),
    ):
        with pytest.raises(NotPermitted):
            item_page(actor, "jk-econ-901")
        with pytest.raises(NotPermitted):
            item_list(actor, ListQuery(order="name"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": "chemistry"}, "subject"),
        ({"subtopic": "congress"}, "subtopic"),
        ({"section": "essays"}, "section"),
        ({"key": ()}, "key"),
        ({"key": ("A", "B")}, "key"),
        ({"options": (("A", "x"), ("B", "X "))}, "options"),
        ({"stem": "<script>alert(1)</script>"}, "stem"),
        ({"stem": "<p>not closed"}, "stem"),
        ({"stem": "x" * 6_001}, "stem"),
        ({"stimulus": "st-none"}, "stimulus"),
        ({"enemies": ("jk-econ-901",)}, "enemies"),
        ({"stem": f'<img src="{"0" * 64}" alt="a map"/>'}, "stem"),
    ],
)
def test_a_faulty_item_is_refused_by_field(writer: Actor, change: dict, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        write_item(writer, "jk-econ-901", replace(CONTENT, **change), at=AT)
    assert refused.value.field == field
    assert BankAct.objects.count() == 0


def test_an_act_on_what_has_moved_on_is_refused(writer: Actor, reviewer: Actor) -> None:
    write_item(writer, "jk-econ-901", CONTENT, at=AT)
    seen = item_page(reviewer, "jk-econ-901").version
    step(writer, "submitted")
    with pytest.raises(OutOfDate):
        take_step(reviewer, "jk-econ-901", "reviewed", at=AT, seen=seen)
    with pytest.raises(BadInput, match="name_taken"):
        write_item(writer, "jk-econ-901", CONTENT, at=AT)


def test_the_history_cannot_be_changed_and_a_row_that_lies_is_found(writer: Actor) -> None:
    write_item(writer, "jk-econ-901", CONTENT, at=AT)
    for change in (
        lambda: BankAct.objects.update(digest="0" * 64),
        lambda: BankAct.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    BankItem.objects.update(state="operational")
    assert history_faults() == ["jk-econ-901: the list shows what its history does not say"]


def test_the_demonstration_bank_is_taken_in_once_and_found_by_words(reviewer: Actor) -> None:
    edition = load_edition("us_foreign_service", "2016")
    given = {"step": "examination", "author": "AUTH-OR00-0000", "reviewer": "READ-ER00-0000"}
    count = load_demonstration(edition, **given, at=AT)
    assert count >= 240
    assert load_demonstration(edition, **given, at=AT) == 0
    counts = dict(bank_counts(reviewer))
    assert sum(row[2] + row[3] for row in counts.values()) == count
    assert counts["job_knowledge"][2] >= 6
    assert history_faults() == []
    everything = item_list(reviewer, ListQuery(order="words", descending=True))
    assert everything.total == count
    assert [r.words for r in everything.rows] == sorted(
        (r.words for r in everything.rows), reverse=True
    )
    found = item_list(
        reviewer,
        ListQuery(
            order="name",
            search="price",
            filters={"section": "job_knowledge", "subject": "economics"},
        ),
    )
    assert found.total > 0
    assert all("price" in (r.stem + r.name).lower() for r in found.rows)


def test_figures_are_kept_by_administration_and_the_latest_are_shown(writer: Actor) -> None:
    tester = staff("psychometrician")
    write_item(writer, "jk-econ-901", CONTENT, at=AT)
    first = read_figures(
        [
            "item,presented,difficulty,item_rest,a,b,c,dif\n",
            "jk-econ-901,200,0.62,0.31,1.1,-0.4,0.2,A\n",
        ]
    )
    assert record_figures(tester, "2015-10", first, at=AT) == 1
    again = read_figures(
        ["item,presented,difficulty,discrimination\n", "jk-econ-901,90,0.95,0.05\n"]
    )
    record_figures(tester, "2016-02", again, at=AT + timedelta(days=30))
    page = item_page(tester, "jk-econ-901")
    assert [(f.administration, f.presented, f.difficulty, f.b, f.dif) for f in page.figures] == [
        ("2015-10", 200, 0.62, -0.4, "A"),
        ("2016-02", 90, 0.95, None, ""),
    ]
    (row,) = item_list(tester, ListQuery(order="name", filters={"figures": "weak"})).rows
    assert (row.difficulty, row.discrimination, row.b, row.administrations) == (0.95, 0.05, -0.4, 2)
    assert item_list(tester, ListQuery(order="name", filters={"figures": "none"})).total == 0


def test_faulty_figures_are_named_by_row_and_column_and_none_is_kept(writer: Actor) -> None:
    with pytest.raises(BadFile) as refused:
        read_figures(
            ["item,difficulty,c,dif,presented\n", "x-1,1.2,0.2,D,9\n", "x-1,half,-1,B,many\n"]
        )
    assert [(f.row, f.column, f.code) for f in refused.value.faults] == [
        (2, "difficulty", "out_of_range"),
        (2, "dif", "not_a_class"),
        (3, "difficulty", "not_a_number"),
        (3, "c", "out_of_range"),
        (3, "presented", "not_a_number"),
        (3, "item", "item_twice"),
    ]
    with pytest.raises(BadInput, match="no_such_item"):
        record_figures(staff("psychometrician"), "x", read_figures(["item\n", "jk-1\n"]), at=AT)


def test_a_passage_has_versions_and_its_items_show_the_latest(writer: Actor) -> None:
    one = write_stimulus(writer, "st-note", title="A note", text="<p>First.</p>", at=AT)
    assert write_stimulus(writer, "st-note", title="A note", text="<p>First.</p>", at=AT) == one
    two = write_stimulus(writer, "st-note", title="A note", text="<p>Second.</p>", at=AT)
    write_item(writer, "jk-econ-901", replace(CONTENT, stimulus="st-note"), at=AT)
    page = item_page(writer, "jk-econ-901")
    assert (one.version, two.version, page.stimulus) == (1, 2, two)
    assert read_item("jk-econ-901").item.content.stimulus == "st-note"
