"""Forms of the exam room: one answer at a time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Choice, CountedTextField, Form
from concours.services.examination.sittings import MOST_CHARACTERS, ItemPage


class ChoiceAnswer(forms.ChoiceField):
    """An answer may be left out, and the page does not say so: "(optional)" would mislead."""

    optional_unsaid = True


class EssayAnswer(CountedTextField):
    """The same for an essay, which may be saved empty."""

    optional_unsaid = True


class ChoiceAnswerForm(Form):
    """One option of one item; leaving it unmarked is an answer too."""

    def __init__(self, *args: Any, page: ItemPage, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["choice"] = ChoiceAnswer(
            label=page.item.stem or _("Choose an answer"),
            required=False,
            widget=forms.RadioSelect,
            choices=[
                (key, Choice(f"{key}. {words}" if words != key else key))
                for key, words in page.item.options
            ],
            initial=page.item.choice,
        )


class EssayForm(Form):
    """The essay; it may be saved as often as its writer likes."""

    def __init__(self, *args: Any, page: ItemPage, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"] = EssayAnswer(
            limit=MOST_CHARACTERS,
            label=page.item.stem or _("Write your essay"),
            required=False,
            initial=page.item.text,
        )


def answer_form(page: ItemPage, data: Any) -> Form:
    """The form that fits the section."""
    kind = EssayForm if page.section.answer == "essay" else ChoiceAnswerForm
    return kind(data, page=page)
