"""Forms of the item bank: an item, an act, a stimulus, a blueprint."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Form, SeenField
from concours.pages.words import label
from concours.selection.item_content import KINDS, LETTERS, LEVELS, ItemContent
from concours.services.items.exchange import FORMATS, WHATS
from concours.services.items.subjects import published_subjects

lazy_label = lazy(label, str)
MOST_OPTIONS = 6
WIDE = {"rows": 4}


def _subject_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Section and subject and subtopic as one choice: `section.subject.subtopic`."""
    return [
        (
            f"{label(section)}: {subject.title}",
            [
                (f"{section}.{code}.{sub}", f"{subject.title}: {title}")
                for sub, title in subject.subtopics.items()
            ],
        )
        for section, rule in published_subjects().items()
        for code, subject in rule.subjects.items()
    ]


class ItemForm(Form):
    """One item. Options left empty at the end are not there."""

    about = forms.ChoiceField(label=_("Subject"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        widget=forms.RadioSelect,
        choices=[(k, lazy_label(f"item_kind.{k}")) for k in KINDS],
    )
    stem = forms.CharField(
        label=_("Stem"),
        widget=forms.Textarea(WIDE),
        help_text=_("Plain text, or the elements p, em, strong, sub, sup, ul, ol, li, table, br."),
    )
    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=8,
        help_text=_(
            "The letter of the right option; several, such as AC, where several are right."
        ),
        widget=forms.TextInput({"class": "govuk-input--width-5"}),
    )
    rationale = forms.CharField(label=_("Rationale"), required=False, widget=forms.Textarea(WIDE))
    stimulus = forms.CharField(
        label=_("Name of a stimulus it shares"), required=False, max_length=40
    )
    fixed = forms.BooleanField(label=_("Keep the options in this order (a scale)"), required=False)
    level = forms.ChoiceField(
        label=_("Expected difficulty"),
        required=False,
        choices=[(x, lazy_label(f"item_level.{x}") if x else _("Not said")) for x in LEVELS],
    )
    enemies = forms.CharField(
        label=_("Names of items that give it away"),
        required=False,
        help_text=_("Parted by blanks."),
    )
    note = forms.CharField(label=_("What was changed and why"), required=False, max_length=2_000)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, new: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["about"].choices = [("", "—"), *_subject_choices()]  # type: ignore[attr-defined]
        for letter in LETTERS[:MOST_OPTIONS]:
            self.fields[f"option_{letter}"] = forms.CharField(
                label=_("Option %(letter)s") % {"letter": letter}, required=False, max_length=600
            )
        if new:
            name = forms.CharField(
                label=_("Name"),
                max_length=40,
                help_text=_("Small letters, digits and dashes, such as jk-econ-001."),
            )
            self.fields = {"name": name, **self.fields}
        places = [f"option_{x}" for x in LETTERS[:MOST_OPTIONS]]
        self.order_fields(["name", "about", "kind", "stem", *places])

    def content(self) -> ItemContent:
        """What was typed, as content."""
        found = self.cleaned_data
        section, subject, subtopic = found["about"].split(".")
        texts = [found[f"option_{x}"] for x in LETTERS[:MOST_OPTIONS]]
        while texts and not texts[-1]:
            texts.pop()
        return ItemContent(
            section=section,
            subject=subject,
            subtopic=subtopic,
            kind=found["kind"],
            stem=found["stem"],
            options=tuple(zip(LETTERS, texts, strict=False)),
            key=tuple(sorted(found["key"].upper().replace(" ", ""))),
            rationale=found["rationale"],
            stimulus=found["stimulus"],
            shuffle=not found["fixed"],
            level=found["level"],
            enemies=tuple(sorted(set(found["enemies"].split()))),
        )


def written(content: ItemContent, seen: str) -> dict[str, Any]:
    """What the form shows of an item that stands."""
    return {
        "about": f"{content.section}.{content.subject}.{content.subtopic}",
        "kind": content.kind,
        "stem": content.stem,
        "key": "".join(content.key),
        "rationale": content.rationale,
        "stimulus": content.stimulus,
        "fixed": not content.shuffle,
        "level": content.level,
        "enemies": " ".join(content.enemies),
        "seen": seen,
        **{f"option_{letter}": text for letter, text in content.options},
    }


class ActForm(Form):
    """One step of an item's life."""

    act = forms.ChoiceField(label=_("What happens"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Needed to send it back, rest it or retire it."),
    )
    seen = SeenField()

    def __init__(self, *args: Any, moves: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["act"].choices = [(m, label(f"item.{m}")) for m in moves]  # type: ignore[attr-defined]


class StimulusForm(Form):
    """A passage that several items share."""

    name = forms.CharField(label=_("Name"), max_length=40)
    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea({"rows": 10}))


class ImportForm(Form):
    """A file of items or of figures."""

    what = forms.ChoiceField(
        label=_("What it holds"),
        widget=forms.RadioSelect,
        choices=[(w, lazy_label(f"import.{w}")) for w in WHATS],
    )
    file = forms.FileField(label=_("File"))
    administration = forms.CharField(
        label=_("Administration"),
        required=False,
        max_length=40,
        help_text=_("For figures only, such as 2016-06."),
    )
    about = forms.ChoiceField(
        label=_("Subject of items that name none"),
        required=False,
        help_text=_("For packages of other programs."),
    )
    dry = forms.BooleanField(label=_("Only check; take nothing in"), required=False, initial=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["about"].choices = [("", "—"), *_subject_choices()]  # type: ignore[attr-defined]


class ExportForm(Form):
    """Which form the bank leaves in."""

    form = forms.ChoiceField(
        label=_("Format"),
        widget=forms.RadioSelect,
        choices=[(f, lazy_label(f"export.{f}")) for f in FORMATS],
    )
    section = forms.ChoiceField(label=_("Section"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, states: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        every = [("", _("All"))]
        sections = [(s, label(s)) for s in published_subjects()]
        self.fields["section"].choices = [*every, *sections]  # type: ignore[attr-defined]
        self.fields["state"].choices = [*every, *((s, label(f"item_state.{s}")) for s in states)]  # type: ignore[attr-defined]


class BlueprintForm(Form):
    """What the forms must be, as JSON, and a seed."""

    blueprint = forms.CharField(label=_("Blueprint"), widget=forms.Textarea({"rows": 24}))
    seed = forms.CharField(
        label=_("Seed"),
        required=False,
        max_length=64,
        help_text=_("Leave empty to have one drawn. It is kept with the forms."),
    )
