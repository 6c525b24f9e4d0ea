"""Forms: messages that name the question, refusals that keep what was typed."""

import re
from datetime import date

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.citation import Citation, Standing
from concours.kernel.errors import OutOfDate, RuleRefused
from concours.pages.forms import (
    Choice,
    CodeField,
    CountedTextField,
    DateField,
    ErrorLink,
    Form,
    SeenField,
    add_refusal,
    characters,
    error_links,
    normalised,
    status_of,
)

CITE = Citation(
    source="Specimen Rules",
    clause="rule 6",
    checked_on=date(2026, 11, 20),
    standing=Standing.QUOTED,
)


class Application(Form):
    """A form with one field of each kind."""

    name = forms.CharField(label="Full name", error_messages={"required": "Enter your full name"})
    email = forms.EmailField(label="Email address")
    born = DateField(label="Date of birth", help_text="For example, 27 3 1990")
    track = forms.ChoiceField(
        label="Track",
        widget=forms.RadioSelect,
        choices=[("a", Choice("Consular", "Visas")), ("b", "Economic")],
    )
    help = forms.MultipleChoiceField(
        label="Adjustments",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("time", "Extra time")],
    )
    why = CountedTextField(label="Why", limit=10)
    diploma = forms.FileField(label="Diploma")
    seen = SeenField()


FULL = {
    "name": "Amara",
    "email": "a@example.org",
    "born_0": "27",
    "born_1": "3",
    "born_2": "1990",
    "track": "a",
    "why": "because",
    "seen": "12",
}


def test_an_empty_form_names_each_question_in_the_order_of_the_page() -> None:
    form = Application({"seen": "12"})
    assert error_links(form) == [
        ErrorLink("Enter your full name", "id_name"),
        ErrorLink("Enter an answer to “Email address”", "id_email"),
        ErrorLink("Enter an answer to “Date of birth”", "id_born_0"),
        ErrorLink("Select an answer to “Track”", "id_track_0"),
        ErrorLink("Enter an answer to “Why”", "id_why"),
        ErrorLink("Select a file for “Diploma”", "id_diploma"),
    ]
    assert status_of(form) == 422


def test_a_wrong_address_is_told_how_one_looks() -> None:
    form = Application({**FULL, "email": "x"})
    assert form.errors["email"] == [
        "Enter an email address in the correct format, like name@example.org"
    ]


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        (("31", "2", "1990"), "“Date of birth” must be a real date, like 27 3 1990"),
        (("1", "1", "190"), "“Date of birth” must be a real date, like 27 3 1990"),
        (("x", "1", "1990"), "“Date of birth” must be a real date, like 27 3 1990"),
        (("1", "1", "99999999999999999999"), "“Date of birth” must be a real date, like 27 3 1990"),
        (("27", "", "1990"), "“Date of birth” must include a month"),
        (("27", "", ""), "“Date of birth” must include a month, year"),
    ],
)
def test_a_date_says_what_is_wrong_with_it(boxes: tuple[str, str, str], message: str) -> None:
    typed = dict(zip(("born_0", "born_1", "born_2"), boxes, strict=True))
    form = Application({**FULL, **typed})
    assert form.errors["born"] == [message]
    for name, value in typed.items():
        assert f'name="{name}" class="govuk-input govuk-date-input__input' in str(form)
        assert f'value="{value}"' in str(form) or value == ""


@given(st.dates(date(1900, 1, 1)))
def test_every_real_date_since_1900_is_read_back(day: date) -> None:
    boxes = [str(day.day), f" {day.month:02d} ", str(day.year)]
    assert DateField().clean(boxes) == day


def test_a_date_that_is_not_required_may_be_left_empty() -> None:
    assert DateField(required=False).clean(["", "", ""]) is None


@given(st.text())
def test_text_is_counted_in_one_way_whatever_its_line_ends(text: str) -> None:
    plain = text.replace("\r", "")
    assert characters(plain.replace("\n", "\r\n")) == characters(plain)
    assert normalised(normalised(text)) == normalised(text)


def test_characters_are_code_points_after_composition() -> None:
    assert characters("e\u0301") == 1
    assert characters("👩\u200d🚀") == 3
    assert characters("  a\r\nb  ") == 3


def test_a_text_that_is_too_long_is_kept_whole_and_told_by_how_much() -> None:
    form = Application({**FULL, "why": "twelve chars"})
    assert form.errors["why"] == ["“Why” is 2 characters too long: shorten it to 10"]
    assert "twelve chars</textarea>" in str(form)
    assert "maxlength" not in str(form["why"])


@pytest.mark.parametrize("typed", ["7kq2-m4zd-xopt", "7KQ2 M4ZD X0PT", "7kq2m4zdx0pt"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert CodeField().clean(typed) == "7KQ2-M4ZD-X0PT"


def test_a_code_that_cannot_be_one_says_what_codes_look_like() -> None:
    with pytest.raises(forms.ValidationError, match="twelve letters and digits"):
        CodeField().clean("7KQ2-M4ZD")


def refusal(field: str | None) -> RuleRefused:
    return RuleRefused(
        "too_young",
        remedy="Apply in a later window.",
        field=field,
        cite=CITE,
        rule="application.age",
        numbers={"found": "19", "bound": "20"},
    )


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed() -> None:
    form = Application(FULL)
    assert add_refusal(form, refusal("born")) == 422
    assert error_links(form)[0] == ErrorLink("Apply in a later window.", "id_born_0")
    assert 'value="1990"' in str(form)
    summary = render_to_string("pages/parts/error_summary.html", {"form": form})
    for words in (
        "Apply in a later window.",
        "application.age",
        "Specimen Rules",
        "rule 6",
        "19",
        "20",
    ):
        assert words in summary


def test_a_refusal_of_no_field_heads_the_summary() -> None:
    form = Application(FULL)
    add_refusal(form, refusal("nowhere"))
    assert error_links(form)[0] == ErrorLink("Apply in a later window.", "")


def test_an_outdated_page_answers_409() -> None:
    form = Application(FULL)
    add_refusal(form, OutOfDate("file_has_moved_on", remedy="Reload the file and decide again."))
    assert status_of(form) == 409


def test_a_form_that_was_not_sent_answers_200() -> None:
    assert status_of(Application()) == 200


def test_a_form_without_the_version_of_its_page_says_to_reload() -> None:
    form = Application({key: value for key, value in FULL.items() if key != "seen"})
    assert ErrorLink("Reload this page and decide again.", "") in error_links(form)


def test_every_control_is_named_described_and_marked_when_wrong() -> None:
    page = str(Application({"seen": "12"}))
    assert 'id="id_name_error"' in page
    assert 'aria-describedby="id_name_error"' in page
    assert (
        '<fieldset class="govuk-fieldset" aria-describedby="id_born_helptext id_born_error">'
        in page
    )
    assert 'id="id_why_left"' in page
    assert 'aria-describedby="id_why_error id_why_left"' in page
    assert page.count('aria-invalid="true"') == 9
    assert (
        '<label class="govuk-label govuk-radios__label" for="id_track_0"><bdi>Consular</bdi></label>'
        in page
    )
    assert 'id="id_track_0_hint">Visas</div>' in page
    assert "<bdi>Adjustments</bdi> (optional)" in page
    assert "required" not in page.replace("is required", "")


def test_what_people_type_is_escaped() -> None:
    page = str(Application({**FULL, "name": '"><script>x</script>', "why": "</textarea><b>"}))
    assert "<script>" not in page
    assert "</textarea><b>" not in page


def test_a_library_form_is_drawn_in_the_same_look() -> None:
    class Plain(forms.Form):
        password = forms.CharField(widget=forms.PasswordInput, label="Password")

    page = str(Plain({}))
    assert 'class="govuk-form-group govuk-form-group--error"' in page
    assert 'type="password" name="password" class="govuk-input"' in page


@pytest.mark.parametrize(("language", "forms_of_plural"), [("en", 2), ("es", 2), ("ar", 6)])
def test_the_count_has_words_for_every_plural_of_the_language(
    language: str, forms_of_plural: int
) -> None:
    with translation.override(language):
        count = CountedTextField(limit=1300, label="x").widget.get_context("x", "", {"id": "i"})
    messages = forms.JSONField().to_python(count["widget"]["count"].messages)
    assert len(messages["left"]) == len(messages["over"]) == forms_of_plural
    assert "1300" in re.sub(r"\D", "", count["widget"]["count"].hint)
