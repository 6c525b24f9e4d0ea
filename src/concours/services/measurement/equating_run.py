"""`concours equate`: scores of one form on the scale of another, by what the two files hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.anchor_equating import Curved, Straight, equate_through_anchor
from concours.psychometrics.counted import Counted
from concours.psychometrics.equating import Equating, bootstrap_error, equate
from concours.psychometrics.frequency import (
    Frequency,
    JointFrequency,
    frequency_of,
    joint_frequency_of,
)
from concours.psychometrics.kernel_equating import kernel_equate, kernel_equate_through_anchor
from concours.psychometrics.notice import Notice
from concours.psychometrics.presmoothing import Smoothed, choose_degree, presmooth, presmooth_joint
from concours.services.measurement.equating_report import score_parts
from concours.services.measurement.items_run import options_asked
from concours.services.measurement.report import Report, input_of, write_report
from concours.services.measurement.table_file import numbers_of, read_columns
from concours.services.measurement.telling import SILENT, Telling

Floats = NDArray[np.float64]
Table = Callable[[Floats, Floats], Floats]
ALONE = ("mean", "linear", "equipercentile", "smoothed", "kernel")
ANCHORED = (
    "tucker",
    "levine",
    "levine_true",
    "chained_linear",
    "braun_holland",
    "frequency_estimation",
    "chained_equipercentile",
    "kernel",
)


@dataclass(frozen=True, slots=True)
class EquatingRequest:
    """What to equate; paths as given.

    score, anchor    columns of whole scores; an anchor means the groups differ
    count            column of persons at each row's scores; "" when a row is a person
    highest, anchor_highest   of both forms; 0 takes the highest met
    smooth           degree of log-linear smoothing; 0 chooses it by AIC
    bootstrap, seed  replications for standard errors; 0 for analytic ones
    """

    x: str
    y: str
    methods: tuple[str, ...] = ()
    score: str = "score"
    anchor: str = ""
    count: str = ""
    external: bool = False
    highest: int = 0
    anchor_highest: int = 0
    smooth: int = 0
    weight: float = 1.0
    bootstrap: int = 0
    seed: int = 1

    @property
    def chosen(self) -> tuple[str, ...]:
        """The methods asked for, or all that fit the design."""
        return self.methods or (ANCHORED if self.anchor else ALONE)


def run_equating(
    request: EquatingRequest, folder: Path, *, told: Telling = SILENT
) -> tuple[Equating, ...]:
    """Equate score files, and write tables, pictures and report into ``folder``."""
    known = ANCHORED if request.anchor else ALONE
    methods = request.chosen
    unknown = [m for m in methods if m not in known]
    if unknown:
        raise BadInput(
            "unknown_method",
            field="method",
            remedy=f"{unknown[0]}: use {', '.join(known)} for these files.",
        )
    one, two = (
        _scores(Path(path), request, told.counted(f"reading form {name}"))
        for name, path in (("X", request.x), ("Y", request.y))
    )
    notices: list[Notice] = []
    if request.anchor:
        found, smoothing = _anchored(request, one, two, methods, told)
    else:
        found, smoothing = _alone(request, one, two, methods, told)
    for made in found:
        notices += [Notice(n.code, n.text, n.where or made.method) for n in made.notices]
    pair = (_form(one, request), _form(two, request))
    write_report(
        folder,
        Report(
            kind="equating",
            title="Equating of two test forms",
            inputs=(input_of("form X", Path(request.x)), input_of("form Y", Path(request.y))),
            options=options_asked(request),
            summary={
                "form X, persons": round(pair[0].persons),
                "form X, mean and sd": f"{pair[0].moment(1):.3f}, {pair[0].sd:.3f}",
                "form Y, persons": round(pair[1].persons),
                "form Y, mean and sd": f"{pair[1].moment(1):.3f}, {pair[1].sd:.3f}",
                "design": "groups joined by an anchor" if request.anchor else "equivalent groups",
                "methods": ", ".join(m.method for m in found),
            },
            parts=score_parts(found, pair, smoothing),
            warnings=tuple(notices),
        ),
        told.counted("writing"),
    )
    return found


@dataclass(frozen=True, slots=True)
class _Scores:
    total: Floats
    anchor: Floats | None


def _scores(path: Path, request: EquatingRequest, told: Counted) -> _Scores:
    """Whole scores of one file, a person a row, whatever the file's shape."""
    frame = read_columns(path, (request.score, request.anchor, request.count), told)
    if request.count:
        persons = numbers_of(frame, request.count, path)
        if (persons < 0).any() or (persons != np.round(persons)).any():
            raise BadInput(
                "wrong_counts", field=request.count, remedy="Give whole numbers of persons."
            )
        times = pl.Series(persons.astype(np.int64))
        frame = frame[np.repeat(np.arange(frame.height), times.to_numpy())]
    total = numbers_of(frame, request.score, path)
    return _Scores(total, numbers_of(frame, request.anchor, path) if request.anchor else None)


def _form(scores: _Scores, request: EquatingRequest) -> Frequency:
    high = request.highest or int(scores.total.max())
    return frequency_of(scores.total, high=high)


def _joint(
    scores: _Scores, request: EquatingRequest, high: int, anchor_high: int
) -> JointFrequency:
    assert scores.anchor is not None
    return joint_frequency_of(
        scores.total,
        scores.anchor,
        high=high,
        anchor_high=anchor_high,
        internal=not request.external,
    )


def _alone(
    request: EquatingRequest,
    one: _Scores,
    two: _Scores,
    methods: Sequence[str],
    told: Telling,
) -> tuple[tuple[Equating, ...], dict[str, tuple[int, Smoothed]]]:
    x, y = _form(one, request), _form(two, request)
    fits: dict[str, tuple[int, Smoothed]] = {}
    if {"smoothed", "kernel"} & set(methods):
        for name, form in (("X", x), ("Y", y)):
            degree = request.smooth or choose_degree(form)[0]
            fits[name] = (degree, presmooth(form, degree=degree))

    def table(method: str, a: Frequency, b: Frequency) -> Equating:
        if method in ("smoothed", "kernel"):
            p, q = presmooth(a, degree=fits["X"][0]), presmooth(b, degree=fits["Y"][0])
            if method == "kernel":
                return kernel_equate(a, b, p, q)
            return equate(a, b, smoothed_x=p, smoothed_y=q)
        return equate(a, b, method=method)  # type: ignore[arg-type]

    def again(method: str) -> Table:
        return lambda a, b: table(method, Frequency(0, a), Frequency(0, b)).equated

    found = []
    tell = told.counted("methods")
    for method in methods:
        made = table(method, x, y)
        name = "equipercentile_smoothed" if method == "smoothed" else made.method
        error = made.error
        if request.bootstrap:
            error = _resampled(request, (x.counts, y.counts), again(method), told.counted(method))
        found.append(_renamed(made, name, error))
        tell(len(found), len(methods))
    return tuple(found), fits


def _anchored(
    request: EquatingRequest,
    one: _Scores,
    two: _Scores,
    methods: Sequence[str],
    told: Telling,
) -> tuple[tuple[Equating, ...], dict[str, tuple[int, Smoothed]]]:
    assert one.anchor is not None
    assert two.anchor is not None
    high = request.highest or int(max(one.total.max(), two.total.max()))
    anchor_high = request.anchor_highest or int(max(one.anchor.max(), two.anchor.max()))
    x, y = (_joint(s, request, high, anchor_high) for s in (one, two))
    fits: dict[str, tuple[int, Smoothed]] = {}
    if request.smooth or "kernel" in methods:
        for name, form in (("X", x), ("Y", y)):
            degree = request.smooth or choose_degree(form.total, most=6)[0]
            fits[name] = (degree, _joint_fit(form, degree))

    def table(method: str, a: JointFrequency, b: JointFrequency, *, errors: bool) -> Equating:
        if method == "kernel":
            return kernel_equate_through_anchor(
                a,
                b,
                _joint_fit(a, fits["X"][0]),
                _joint_fit(b, fits["Y"][0]),
                weight=request.weight,
            )
        smoothed = (None, None)
        if request.smooth:
            smoothed = (_joint_fit(a, fits["X"][0]), _joint_fit(b, fits["Y"][0]))  # type: ignore[assignment]
        named: Straight | Curved = method  # type: ignore[assignment]
        return equate_through_anchor(
            a,
            b,
            method=named,
            weight=request.weight,
            smoothed_x=smoothed[0],
            smoothed_y=smoothed[1],
            errors=errors,
        )

    def again(method: str) -> Table:
        def equated(a: Floats, b: Floats) -> Floats:
            pair = (JointFrequency(0, 0, a, x.internal), JointFrequency(0, 0, b, y.internal))
            return table(method, *pair, errors=False).equated

        return equated

    found = []
    tell = told.counted("methods")
    for method in methods:
        made = table(method, x, y, errors=not request.bootstrap)
        error = made.error
        if request.bootstrap:
            error = _resampled(request, (x.counts, y.counts), again(method), told.counted(method))
        found.append(_renamed(made, made.method, error))
        tell(len(found), len(methods))
    return tuple(found), fits


def _joint_fit(form: JointFrequency, degree: int) -> Smoothed:
    """Degrees of both scores alike, within what the anchor allows, and two cross moments."""
    own = min(degree, form.counts.shape[1] - 1)
    return presmooth_joint(form, degrees=(degree, own), cross=((1, 1),))


def _resampled(
    request: EquatingRequest, counts: tuple[Floats, Floats], table: Table, told: Counted
) -> Floats:
    """Bootstrap errors, from the request's seed."""
    return bootstrap_error(
        counts,
        table,
        generator=np.random.default_rng(request.seed),
        replications=request.bootstrap,
        progress=told,
    )


def _renamed(made: Equating, name: str, error: Floats) -> Equating:
    return Equating(
        method=name,
        points=made.points,
        equated=made.equated,
        error=error,
        line=made.line,
        notices=made.notices,
    )
