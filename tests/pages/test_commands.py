"""What the road says is awaited."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.template.loader import render_to_string

from concours.pages.commands import road_steps
from concours.selection.opening import Opening
from concours.selection.road import Milestone
from concours.selection.step_kind import StepView

AT = datetime(2016, 10, 3, 12, tzinfo=UTC)
FORMS = Opening(
    command="clearance.certify_forms",
    action="clearance.certify_forms",
    step="clearance",
    owner="candidate",
    since=AT,
    awaited=True,
    due_on=AT + timedelta(days=30),
)
DOCUMENTS = replace(FORMS, command="clearance.send_documents", due_on=AT + timedelta(days=20))
STEP = Milestone(
    step="clearance",
    kind="clearance",
    title="Clearances",
    view=StepView(status="your_turn", since=AT, due_on=DOCUMENTS.due_on),
)


def test_two_awaited_acts_of_a_step_are_both_named_the_earlier_first() -> None:
    (step,) = road_steps([STEP], "clearance", [], awaited=(FORMS, DOCUMENTS))
    assert step["acts"] == [DOCUMENTS, FORMS]
    page = render_to_string("pages/parts/road.html", {"steps": [step]})
    assert page.index("23 October 2016") < page.index("2 November 2016")


def test_one_awaited_act_is_told_by_the_step_itself() -> None:
    (step,) = road_steps([STEP], "clearance", [], awaited=(DOCUMENTS,))
    assert step["acts"] == []
    assert "23 October 2016" in render_to_string("pages/parts/road.html", {"steps": [step]})
