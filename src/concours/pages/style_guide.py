"""The style guide: every shared part in every state, with made-up content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from concours.kernel.citation import Citation, Standing
from concours.kernel.errors import RuleRefused
from concours.pages import charts, lists
from concours.pages.forms import (
    Choice,
    CodeField,
    CountedTextField,
    DateField,
    Form,
    SeenField,
    add_refusal,
)
from concours.services.listing import ListPage, ListQuery

AT = datetime(2016, 10, 3, 14, 30, tzinfo=UTC)
CITE = Citation(
    source="Specimen Service Rules",
    clause="rule 6(1)",
    checked_on=date(2026, 11, 20),
    standing=Standing.QUOTED,
)
COLOURS = ("blue", "grey", "green", "teal", "purple", "magenta", "red", "orange", "yellow")


class SampleForm(Form):
    """One question of each kind."""

    name = forms.CharField(
        label=_("Full name"),
        help_text=_("As it appears on your identity document"),
        error_messages={"required": _("Enter your full name")},
    )
    email = forms.EmailField(
        label=_("Email address"),
        help_text=_("We will only use this to contact you about this application"),
    )
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        required=False,
    )
    born = DateField(label=_("Date of birth"), help_text=_("For example, 27 3 1990"))
    file = CodeField()
    centre = forms.ChoiceField(
        label=_("Test centre"),
        choices=[("", _("Choose a centre")), ("lon", "London"), ("dc", "Washington")],
    )
    help = forms.MultipleChoiceField(
        label=_("Do you need any adjustments for the test?"),
        help_text=_("Select all that apply. Nobody who marks your work sees this answer."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("time", _("Extra time")),
            ("reader", _("I use a screen reader")),
            ("breaks", Choice(_("Rest breaks"), _("Breaks stop the clock"))),
        ],
    )
    track = forms.ChoiceField(
        label=_("Which career track do you choose?"),
        widget=forms.RadioSelect,
        choices=[
            ("consular", Choice(_("Consular"), _("Visas, and help for citizens abroad"))),
            ("economic", Choice(_("Economic"), _("Trade, energy, environment"))),
            ("political", _("Political")),
        ],
    )
    reason = CountedTextField(label=_("Why do you want this post?"), limit=200)
    diploma = forms.FileField(
        label=_("Upload your diploma"), help_text=_("PDF or picture, up to 10 MB")
    )
    told = forms.BooleanField(label=_("Send me a reminder a week before"), required=False)
    seen = SeenField()


class SampleDecision(Form):
    """A decision that a rule refuses."""

    months = forms.IntegerField(label=_("Months to stop the clock"))


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row of the list in the guide."""

    code: str
    place: int
    score: Fraction
    at: datetime
    status: str


ROWS = [
    SampleRow(
        f"7KQ2-M4ZD-X{number:03d}",
        number,
        Fraction(630 - number, 120),
        AT,
        ("open", "decided", "waiting")[number % 3],
    )
    for number in range(1, 61)
]
_TAGS = {"open": "blue", "waiting": "orange"}


def _status(row: SampleRow) -> lists.Cell:
    colour = _TAGS.get(row.status, "")
    return lists.Cell(value=dict(_STATUSES)[row.status], tag=colour, plain=row.status)


_STATUSES = (("open", _("Open")), ("decided", _("Decided")), ("waiting", _("Waiting")))
LIST: lists.ListSpec[SampleRow] = lists.ListSpec(
    export_needs="",
    caption=_("Files of the competition"),
    default_order="place",
    per_page=8,
    search=_("Search by file code"),
    filters=[lists.Filter(key="status", title=_("Status"), choices=_STATUSES)],
    columns=[
        lists.Column(
            key="code",
            title=_("File"),
            value=lambda row: lists.Cell(value=row.code, href=f"#{row.code}"),
            heads_row=True,
        ),
        lists.Column(
            key="place", title=_("Place"), value=lambda row: row.place, sort=True, numeric=True
        ),
        lists.Column(
            key="score",
            title=_("Score"),
            value=lambda row: charts.shown(row.score, 2),
            sort=True,
            numeric=True,
        ),
        lists.Column(key="at", title=_("Recorded"), value=lambda row: row.at.date()),
        lists.Column(key="status", title=_("Status"), value=_status),
    ],
)


def sample_rows(query: ListQuery) -> ListPage[SampleRow]:
    """The guide's rows, searched, filtered and ordered as a service would."""
    found = [
        row
        for row in ROWS
        if query.search.upper() in row.code
        and row.status == query.filters.get("status", row.status)
    ]
    found.sort(key=lambda row: (getattr(row, query.order), row.code), reverse=query.descending)
    return ListPage(found[query.start : query.end], len(found))


def style_guide(request: HttpRequest) -> HttpResponseBase:
    """Show every part; ``?format=csv`` downloads the list as any list does."""
    if lists.wants_export(request, LIST):
        return lists.export(request, LIST, sample_rows, filename="style-guide")
    sent = SampleForm(
        {"email": "x", "born_0": "31", "born_1": "2", "born_2": "1990"}, auto_id="sent_%s"
    )
    decision = SampleDecision({"months": "30"}, auto_id="decision_%s")
    add_refusal(decision, _refusal())
    return render(
        request,
        "pages/style_guide.html",
        {
            "form_empty": SampleForm(),
            "sent": sent,
            "decision": decision,
            "list": lists.show_list(request, LIST, sample_rows),
            "nothing": lists.show_list(request, _EMPTY, lambda query: ListPage([], 0)),
            "colours": COLOURS,
            "cite": CITE,
            "at": AT,
            "samples": _samples(),
            "crumbs": [{"href": "/", "text": _("Home")}, {"text": _("Style guide")}],
        },
    )


_EMPTY: lists.ListSpec[SampleRow] = lists.ListSpec(
    caption=_("A list with nothing in it"),
    columns=LIST.columns,
    default_order="place",
    empty=_("Nobody is waiting."),
    prefix="none_",
    export=False,
)


def _refusal() -> RuleRefused:
    return RuleRefused(
        "clock_stop_too_long",
        remedy="Give 24 months or fewer.",
        field="months",
        cite=CITE,
        rule="register.clock",
        numbers={"found": "30", "bound": "24"},
    )


def _samples() -> dict[str, object]:
    return {
        "tasks": _tasks(),
        "summary": [
            {"key": _("Name"), "value": "Amara Okafor", "href": "#form"},
            {"key": _("Date of birth"), "value": date(1990, 3, 27), "href": "#form"},
            {"key": _("Languages"), "value": None, "href": "#form"},
            {"key": _("Sum of scores"), "value": 154},
        ],
        "figures": [
            {"label": _("Applications"), "value": 1183, "href": "#list"},
            {"label": _("Eligible"), "value": 1046},
            {"label": _("Essays marked"), "value": 612},
            {"label": _("Third reading needed"), "value": 37, "note": _("oldest: 4 days")},
        ],
        "points": {
            "heads": [_("Level"), _("Points"), _("Since")],
            "rows": [[_("Basic"), "0.17", date(2016, 1, 1)], [_("High"), "0.38", date(2016, 1, 1)]],
        },
        "road": road_sample(),
        "events": [
            {
                "title": _("Result of the officer test"),
                "at": AT,
                "on": date(2016, 10, 4),
                "actor": "REG-01",
                "text": _("Sum 158.21; the cut is 154.00."),
                "cite": CITE,
                "rule": "examination.cut",
            },
            {"title": _("Application submitted"), "at": datetime(2016, 8, 30, 9, 5, tzinfo=UTC)},
        ],
        "receipt": {"code": "7KQ2-M4ZD-X0PT", "at": AT, "digest": "9f2c41d0" * 8},
        "bars": _bars(),
        "grouped": _grouped(),
        "funnel": _funnel(),
        "line": _line(),
        "histogram": _histogram(),
    }


def _tasks() -> Sequence[dict[str, object]]:
    return [
        {
            "title": _("Your details"),
            "href": "#form",
            "status": _("Completed"),
            "hint": _("Name and contact"),
        },
        {"title": _("Documents"), "href": "#form", "status": _("There is a problem"), "tag": "red"},
        {"title": _("Adjustments"), "href": "#form", "status": _("In progress"), "tag": "teal"},
        {
            "title": _("Choose a seat"),
            "href": "#form",
            "status": _("Not yet started"),
            "tag": "blue",
        },
        {"title": _("Officer test"), "status": _("Cannot start yet"), "hint": _("Opens 3 October")},
    ]


def road_sample() -> Sequence[dict[str, object]]:
    """The road with one step of each status."""
    return [
        {"title": _("Apply"), "status": "passed", "since": date(2016, 8, 30), "href": "#road"},
        {"title": _("Career track"), "status": "exempt"},
        {
            "title": _("Officer test"),
            "status": "your_turn",
            "current": True,
            "next": _("Reserve a seat."),
            "since": date(2016, 9, 2),
            "until": date(2016, 9, 30),
            "owner": "candidate",
            "href": "#road",
        },
        {"title": _("Narratives and panel"), "status": "board", "owner": "registrar"},
        {"title": _("Oral assessment"), "status": "failed", "outcome": _("5.20; 5.25 is needed.")},
        {"title": _("Clearance"), "status": "closed"},
        {"title": _("Register"), "status": "not_started"},
    ]


def _bars() -> charts.BarsChart:
    return charts.bars(
        key="bars",
        title=_("Applications by track"),
        summary=_("Political has the most applications, public diplomacy the fewest."),
        head=_("Track"),
        series=[_("Applications")],
        rows=[
            (_("Consular"), [286]),
            (_("Economic"), [154]),
            (_("Management"), [233]),
            (_("Political"), [1412]),
            (_("Public diplomacy"), [98]),
        ],
    )


def _grouped() -> charts.BarsChart:
    return charts.bars(
        key="grouped",
        title=_("Applied and passed by window"),
        summary=_("About a third pass in each window."),
        head=_("Window"),
        series=[_("Took the test"), _("Passed"), _("Absent")],
        rows=[
            ("2016-02", [512, 171, 40]),
            ("2016-06", [498, 160, 55]),
            ("2016-10", [560, None, 61]),
        ],
    )


def _funnel() -> charts.BarsChart:
    return charts.funnel(
        key="funnel",
        title=_("The road in one picture"),
        summary=_("Of 600 people who applied, 18 entered a class."),
        head=_("Step"),
        rows=[
            (_("Applied"), 600),
            (_("Sat the test"), 512),
            (_("Passed the test"), 201),
            (_("Invited to the oral"), 96),
            (_("On the register"), 31),
            (_("Entered a class"), 18),
        ],
    )


def _line() -> charts.PlotChart:
    months = [f"2016-{month:02d}" for month in range(1, 13)]
    return charts.line(
        key="line",
        title=_("Files open and decided"),
        summary=_("Open files rise with each window; July is not shown."),
        across=months,
        across_title=_("Month"),
        up_title=_("Files"),
        series=[
            (_("Open"), [120, 340, 310, 280, 260, 420, None, 350, 330, 540, 500, 470]),
            (_("Decided"), [80, 90, 120, 130, 150, 140, None, 190, 210, 205, 260, 280]),
        ],
    )


def _histogram() -> charts.PlotChart:
    counts = [2, 5, 11, 24, 40, 61, 77, 70, 52, 31, 14, 4]
    return charts.histogram(
        key="histogram",
        title=_("Sums of scores"),
        summary=_("Most sums lie between 140 and 160."),
        across_title=_("Sum of the three scores"),
        up_title=_("People"),
        bins=[(str(120 + 5 * index), count) for index, count in enumerate(counts)],
        mark=(_("cut 154"), Fraction(34, 60)),
    )
