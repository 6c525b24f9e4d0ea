"""Forms of the exam room: one answer at a time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Choice, CountedTextField, Form
from concours.selection.item_content import plain_text
from concours.services.examination.sittings import MOST_CHARACTERS, ItemView
from concours.services.items.markup import has_blocks


class ChoiceAnswer(forms.ChoiceField):
    """An answer may be left out, and the page does not say so: "(optional)" would mislead."""

    optional_unsaid = True


class EssayAnswer(CountedTextField):
    """The same for an essay, which may be saved empty."""

    optional_unsaid = True


class Epoch(forms.IntegerField):
    """The device epoch under which the page was shown; a page without one is not refused for it."""

    def __init__(self) -> None:
        super().__init__(required=False, min_value=0, widget=forms.HiddenInput)


class ChoiceAnswerForm(Form):
    """One option of one item; leaving it unmarked is an answer too."""

    def __init__(self, *args: Any, item: ItemView, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["epoch"] = Epoch()
        self.fields["choice"] = ChoiceAnswer(
            label=plain_text(item.stem) or _("Choose an answer"),
            required=False,
            widget=forms.RadioSelect,
            choices=[
                (key, Choice(f"{key}. {plain_text(words)}" if words != key else key))
                for key, words in item.options
            ],
            initial=item.choice,
        )


class SetOfAnswers(forms.MultipleChoiceField):
    """Several options as one answer: their letters in the order of the alphabet."""

    optional_unsaid = True

    def clean(self, value: Any) -> str:
        return "".join(sorted(set(super().clean(value))))


class SeveralAnswersForm(Form):
    """Any number of options of one item, which are one answer; none is an answer too."""

    def __init__(self, *args: Any, item: ItemView, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["epoch"] = Epoch()
        self.fields["choice"] = SetOfAnswers(
            label=plain_text(item.stem) or _("Choose an answer"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(key, plain_text(words)) for key, words in item.options],
            initial=list(item.choice),
        )


class EssayForm(Form):
    """The essay; it may be saved as often as its writer likes."""

    def __init__(self, *args: Any, item: ItemView, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["epoch"] = Epoch()
        self.fields["text"] = EssayAnswer(
            limit=MOST_CHARACTERS,
            label=_essay_label(item.stem),
            required=False,
            initial=item.text,
        )


def _essay_label(topic: str) -> str:
    """The topic itself; where a label cannot hold it the page shows it above the label."""
    return str(_("Write your essay")) if not topic or has_blocks(topic) else plain_text(topic)


def answer_form(kind: str, item: ItemView, data: Any) -> Form:
    """The form that fits the section: ``kind`` is "essay" or "choice"."""
    if kind == "essay":
        return EssayForm(data, item=item)
    return (SeveralAnswersForm if item.several else ChoiceAnswerForm)(data, item=item)
