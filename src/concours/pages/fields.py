"""Fields and widgets that Django does not have: counted text, a date in three boxes, codes."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from concours.kernel.errors import BadInput
from concours.kernel.identifiers import read_code

Words = str | Promise

PLURALS: Mapping[str, Mapping[str, int]] = {
    "en": {"one": 1, "other": 2},
    "es": {"one": 1, "other": 2},
    "ar": {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100},
}
"""For each language its plural categories, each with one number that belongs to it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The words of one radio or checkbox, with a hint under them."""

    label: Words
    hint: Words = ""

    def __str__(self) -> str:
        return str(self.label)


@dataclass(frozen=True, slots=True)
class Count:
    """What stands under a counted text: before a script runs, and as the count changes."""

    limit: int
    hint: str
    messages: str


def characters(text: str) -> int:
    """How long a text is: Unicode code points after NFC, line ends as one, trimmed."""
    return len(normalised(text))


def normalised(text: str) -> str:
    """The text as it is kept and counted: NFC, line feeds only, no white space around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines).strip()


def count_of(limit: int) -> Count:
    """The words of a count with ``limit``, in the active language and all its plural forms."""
    samples = PLURALS.get((get_language() or "en").split("-")[0], PLURALS["en"])
    left = {
        category: ngettext(
            "You have {n} character remaining", "You have {n} characters remaining", sample
        )
        for category, sample in samples.items()
    }
    over = {
        category: ngettext(
            "You have {n} character too many", "You have {n} characters too many", sample
        )
        for category, sample in samples.items()
    }
    hint = ngettext(
        "You can enter up to {n} character", "You can enter up to {n} characters", limit
    ).replace("{n}", number_format(limit, force_grouping=True))
    return Count(limit, hint, json.dumps({"left": left, "over": over}, ensure_ascii=False))


class CountedTextarea(forms.Textarea):
    """A text area that says how many characters are left and never cuts text off.

    ``maxlength`` is left out on purpose: browsers obey it by dropping what was pasted.
    """

    template_name = "django/forms/widgets/counted.html"

    def __init__(self, limit: int, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 8, **(attrs or {})})
        self.limit = limit

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["count"] = count_of(self.limit)
        widget["attrs"].pop("maxlength", None)
        described = [widget["attrs"].get("aria-describedby", ""), f"{widget['attrs']['id']}_left"]
        widget["attrs"]["aria-describedby"] = " ".join(filter(None, described))
        return context


class CountedTextField(forms.CharField):
    """Text of at most ``limit`` characters, counted as `characters` counts; kept as `normalised`."""

    def __init__(self, *, limit: int, **options: Any) -> None:
        super().__init__(widget=CountedTextarea(limit), strip=True, **options)
        self.limit = limit

    def clean(self, value: Any) -> str:
        text = normalised(str(super().clean(value) or ""))
        over = len(text) - self.limit
        if over > 0:
            raise ValidationError(
                ngettext(
                    "“%(label)s” is %(over)s character too long: shorten it to %(limit)s",
                    "“%(label)s” is %(over)s characters too long: shorten it to %(limit)s",
                    over,
                ),
                code="too_long",
                params={
                    "label": self.label,
                    "over": over,
                    "limit": number_format(self.limit, force_grouping=True),
                },
            )
        return text


class ThreeBoxes(forms.MultiWidget):
    """Day, month and year as three short text inputs."""

    template_name = "django/forms/widgets/three_boxes.html"
    use_fieldset = True
    box_labels = (_("Day"), _("Month"), _("Year"))

    def __init__(self, autocomplete: str = "") -> None:
        widths = (2, 2, 4)
        boxes = [
            forms.TextInput(
                {
                    "inputmode": "numeric",
                    "class": f"govuk-date-input__input govuk-input--width-{width}",
                    **({"autocomplete": f"{autocomplete}-{part}"} if autocomplete else {}),
                }
            )
            for width, part in zip(widths, ("day", "month", "year"), strict=True)
        ]
        super().__init__(boxes)

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, date):
            return [value.day, value.month, value.year]
        return [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["subwidgets"]
        for box, label in zip(shown, self.box_labels, strict=True):
            box["label"] = label
            box["attrs"].pop("aria-describedby", None)
        context["widget"]["boxes"] = shown
        return context


class DateField(forms.MultiValueField):
    """A date typed in three boxes. Says which box is missing, and when no such day exists."""

    default_error_messages = {
        "incomplete": _("“%(label)s” must include a %(missing)s"),
        "unreal": _("“%(label)s” must be a real date, like 27 3 1990"),
    }

    def __init__(self, *, autocomplete: str = "", **options: Any) -> None:
        boxes = [forms.CharField(required=False, max_length=10) for _box in range(3)]
        super().__init__(
            fields=boxes,
            widget=ThreeBoxes(autocomplete),
            require_all_fields=False,
            **options,
        )

    def clean(self, value: Any) -> date | None:
        typed = [str(part or "").strip() for part in (value or ["", "", ""])]
        if not any(typed):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        missing = [
            str(label) for label, part in zip(ThreeBoxes.box_labels, typed, strict=True) if not part
        ]
        if missing:
            raise ValidationError(
                self.error_messages["incomplete"],
                code="incomplete",
                params={"label": self.label, "missing": ", ".join(missing).lower()},
            )
        try:
            found = date(*(int(part) for part in reversed(typed)))
        except (ValueError, OverflowError) as error:
            raise self._unreal() from error
        if found.year < 1900:
            raise self._unreal()
        return found

    def _unreal(self) -> ValidationError:
        return ValidationError(
            self.error_messages["unreal"], code="unreal", params={"label": self.label}
        )

    def compress(self, data_list: list[Any]) -> date | None:
        """Not used: `clean` reads the boxes itself, so that it can name the one at fault."""
        return self.clean(data_list)


class CodeField(forms.CharField):
    """A file code as people type it: any case, O for 0, dashes left out. Cleans to its one form."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("File code"))
        options.setdefault("help_text", _("Twelve letters and digits, such as 7KQ2-M4ZD-X0PT"))
        super().__init__(
            widget=forms.TextInput(
                {"class": "govuk-input--width-20 concours-file-code", "spellcheck": "false"}
            ),
            **options,
        )

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if not text:
            return ""
        try:
            return read_code(text)
        except BadInput as error:
            raise ValidationError(
                _("A code has twelve letters and digits, such as 7KQ2-M4ZD-X0PT"), code="not_a_code"
            ) from error


class SeenField(forms.CharField):
    """The version of what the page showed, carried hidden and given back with the decision."""

    def __init__(self) -> None:
        super().__init__(
            widget=forms.HiddenInput(),
            max_length=200,
            error_messages={"required": _("Reload this page and decide again.")},
        )
