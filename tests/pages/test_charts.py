"""Charts: what is drawn is what the table says."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from concours.pages import charts

counts = st.integers(0, 10**7)


def number(percent: str) -> float:
    return float(percent.removesuffix("%"))


def bars(rows: list[tuple[str, list[int | None]]], series: list[str]) -> charts.BarsChart:
    return charts.bars(
        key="k", title="Title", summary="Says.", head="Track", series=series, rows=rows
    )


@given(st.lists(counts, min_size=1, max_size=8))
def test_bars_are_as_long_as_their_numbers_and_the_longest_leaves_room_for_its_value(
    values: list[int],
) -> None:
    chart = bars([(str(i), [value]) for i, value in enumerate(values)], ["People"])
    lengths = [number(row.bars[0].length) for row in chart.rows]
    assert max(lengths) == (charts.LONGEST if max(values) else 0)
    for length, value in zip(lengths, values, strict=True):
        assert abs(length - (charts.LONGEST * value / max(values) if max(values) else 0)) < 0.01


def test_the_table_of_bars_holds_every_number_shown() -> None:
    chart = bars([("A", [1200, None]), ("B", [3, 4])], ["Sat", "Passed"])
    assert chart.table == charts.Table(
        ["Track", "Sat", "Passed"], [["A", "1,200", "not shown"], ["B", "3", "4"]]
    )
    assert [[bar.shown for bar in row.bars] for row in chart.rows] == [
        ["1,200", "not shown"],
        ["3", "4"],
    ]
    assert chart.series == [(1, "Sat"), (2, "Passed")]


def test_one_series_needs_no_legend() -> None:
    assert bars([("A", [1])], ["Sat"]).series == []


def test_a_funnel_says_what_share_of_the_step_before_is_left() -> None:
    chart = charts.funnel(
        key="f",
        title="T",
        summary="S",
        head="Step",
        rows=[("Applied", 600), ("Sat", 150), ("None", 0), ("Left", 0)],
    )
    assert [row.note for row in chart.rows] == [
        "",
        "25\u00a0% of the step before",
        "0\u00a0% of the step before",
        "– of the step before",
    ]
    assert [row[2] for row in chart.table.rows] == ["–", "25\u00a0%", "0\u00a0%", "–"]


@given(st.lists(st.one_of(st.none(), counts), min_size=1, max_size=15))
def test_a_line_stays_in_its_plot_and_breaks_where_a_value_is_missing(
    values: list[int | None],
) -> None:
    chart = charts.line(
        key="l",
        title="T",
        summary="S",
        across=[str(i) for i in range(len(values))],
        across_title="Month",
        up_title="Files",
        series=[("Open", values)],
    )
    (line,) = chart.lines
    present = [value for value in values if value is not None]
    assert len(line.points) == len(present)
    pairs = sum(a is not None and b is not None for a, b in pairwise(values))
    assert len(line.segments) == pairs
    assert all(0 <= number(p.x) <= 100 and 0 <= number(p.y) <= 100 for p in line.points)
    highest = max(present, default=0)
    ys = {p.shown: number(p.y) for p in line.points}
    if present and highest:
        assert ys[charts.shown(highest)] == min(ys.values())


@given(counts)
def test_axes_start_at_zero_in_few_even_whole_steps_and_reach_the_highest(highest: int) -> None:
    ticks = [value for value, _label in charts._ticks(highest, 0)]
    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert 2 <= len(ticks) <= 6
    steps = {Fraction(b) - Fraction(a) for a, b in pairwise(ticks)}
    assert len(steps) == 1
    assert steps.pop().denominator == 1


def test_axes_of_decimals_keep_their_places() -> None:
    assert [label for _value, label in charts._ticks(Decimal("0.55"), 2)] == [
        "0.00",
        "0.20",
        "0.40",
        "0.60",
    ]


def test_a_histogram_draws_one_column_for_each_bin_and_its_mark() -> None:
    chart = charts.histogram(
        key="h",
        title="T",
        summary="S",
        across_title="Sum",
        up_title="People",
        bins=[("140", 10), ("150", 20)],
        mark=("cut", Fraction(1, 2)),
    )
    assert [block.height for block in chart.blocks] == ["50.00%", "100.00%"]
    assert chart.mark == charts.Tick("cut", "50.00%")
    assert chart.table.rows == [["140", "10"], ["150", "20"]]


def test_every_chart_brings_its_sentence_its_table_and_no_style_of_its_own() -> None:
    chart = bars([("<b>A</b>", [3, 1])], ["Sat", "Passed"])
    page = render_to_string("pages/parts/chart_bars.html", {"chart": chart})
    assert "Says." in page
    assert page.count("<table") == 1
    assert "style=" not in page
    assert "<b>A" not in page


def test_numbers_are_written_exactly() -> None:
    assert charts.shown(Fraction(21, 4), 2) == "5.25"
    assert charts.shown(Decimal("154.00"), 2) == "154.00"
    assert charts.shown(None) == "not shown"
    assert charts.shown(12, 0, "days") == "12\u00a0days"
    assert charts.percent(1, 0) == "–"
