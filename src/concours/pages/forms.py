"""Forms as people meet them: every message says what to do, and a refusal keeps what was typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from concours.kernel.errors import Refusal
from concours.pages.fields import (
    Choice,
    CodeField,
    CountedTextField,
    DateField,
    SeenField,
    characters,
    normalised,
)
from concours.pages.words import remedy_of

__all__ = [
    "Choice",
    "CodeField",
    "CountedTextField",
    "DateField",
    "ErrorLink",
    "Form",
    "SeenField",
    "add_refusal",
    "characters",
    "error_links",
    "normalised",
    "refusal_of",
    "status_of",
]

_BOXES = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.MultiWidget)


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One line of the error summary: the message, and the control it leads to if there is one."""

    message: str
    target: str = ""


class Form(forms.Form):
    """Every form of the service: no colons after labels, and messages that name the question.

    ``heading`` names the field whose label is the page's heading, on a page with one question.
    ``refusal`` is set by `add_refusal` when a command said no.
    """

    heading: str = ""
    refusal: Refusal | None = None
    # The browser's own complaints name no question and vanish; ours stay on the page.
    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        for field in self.fields.values():
            _word(field)


def _word(field: forms.Field) -> None:
    """Replace Django's messages that name no question, unless the form has written its own."""
    usual = type(field).default_error_messages.get("required", _usual_required())
    if str(field.error_messages["required"]) == str(usual):
        field.error_messages["required"] = _required_words(field)
    if isinstance(field, forms.EmailField):
        for validator in field.validators:
            if getattr(validator, "code", "") == "invalid":
                field.error_messages["invalid"] = _(
                    "Enter an email address in the correct format, like name@example.org"
                )


def _usual_required() -> str | Promise:
    return forms.Field.default_error_messages["required"]


def _required_words(field: forms.Field) -> str:
    label = field.label or ""
    if isinstance(field, forms.FileField):
        return _("Select a file for “%(label)s”") % {"label": label}
    if isinstance(field, forms.ChoiceField | forms.BooleanField):
        return _("Select an answer to “%(label)s”") % {"label": label}
    return _("Enter an answer to “%(label)s”") % {"label": label}


def error_links(forms_shown: forms.BaseForm | Iterable[forms.BaseForm]) -> list[ErrorLink]:
    """The lines of the error summary, in the order of the questions on the page."""
    if isinstance(forms_shown, forms.BaseForm):
        return _links_of(forms_shown)
    return [link for form in forms_shown for link in _links_of(form)]


def _links_of(form: forms.BaseForm) -> list[ErrorLink]:
    errors = form.errors
    links = [ErrorLink(str(message)) for message in errors.get(NON_FIELD_ERRORS, [])]
    for name in form.fields:
        for message in errors.get(name, []):
            bound = form[name]
            target = "" if bound.is_hidden else _first_control(bound)
            links.append(ErrorLink(str(message), target))
    return links


def _first_control(bound: BoundField) -> str:
    """The id of the control that takes the focus: the first box, radio or checkbox of several."""
    plain = bound.auto_id or ""
    return f"{plain}_0" if isinstance(bound.field.widget, _BOXES) else plain


def add_refusal(form: forms.BaseForm, refusal: Refusal) -> int:
    """Put a refusal on the form, beside its field if the form has it; return the status to answer.

    What was typed stays. The error summary shows the remedy, and under it the rule,
    the numbers compared and the citation.
    """
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, ValidationError(remedy_of(refusal), code=refusal.code))
    form.refusal = refusal  # type: ignore[attr-defined]  # a library's form has no such name
    return refusal.status


def refusal_of(form: forms.BaseForm) -> Refusal | None:
    """The refusal that stands on this form, if a command said no."""
    found = getattr(form, "refusal", None)
    return found if isinstance(found, Refusal) else None


def status_of(form: forms.BaseForm) -> int:
    """The status to answer with: the refusal's, 422 for other errors, 200 for none."""
    refusal = refusal_of(form)
    if refusal is not None:
        return refusal.status
    return 422 if form.errors else 200
