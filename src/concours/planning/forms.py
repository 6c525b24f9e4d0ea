"""Parallel test forms from a bank, as one whole-number model; or why the blueprint cannot be met.

Whether an item stands in a form is a column of 0 or 1. Every demand of the
blueprint is a group of rows with a name, so that a conflict can be told in its
own terms. Among all forms that meet it, those are chosen whose information comes
nearest to the target at every point; then items shown less often before, then by
a lot from the seed. Source: van der Linden (2005), Linear Models for Optimal Test
Design, chapters 3 to 6.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import highspy
import numpy as np

from concours.kernel.errors import BadInput
from concours.planning.blueprint import Blueprint, Candidate, Section, require_blueprint
from concours.planning.rows import Columns, Row, smallest_conflict, solve

INFINITE = highspy.kHighsInf
GAP = 0.01
"""How far the largest deviation from the target may be from the best there is."""
EXPOSURE_WEIGHT, LOT_WEIGHT = 2e-5, 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form: names of its counted items and of its pilots, in order of name."""

    counted: tuple[str, ...]
    pilots: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every item of the form."""
        return frozenset(self.counted) | frozenset(self.pilots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One demand of a blueprint as it takes part in a conflict.

    ``code`` says which kind; ``of`` what it is about; ``asked`` and ``there`` the
    numbers: what each form needs, and what the bank has for all of them (-1 where
    that is no number of items).
    """

    code: str
    of: str
    asked: str
    there: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """The forms found; or, where there are none, the fewest demands that conflict.

    ``deviation`` is the largest share by which the information of a form differs
    from its target at a point; 0 where no target was given.
    """

    forms: tuple[Form, ...]
    conflict: tuple[Demand, ...]
    deviation: float = 0.0


@dataclass(slots=True)
class _Model:
    """Rows and demands as they are built; ``x[item, form]`` is the column of a choice."""

    items: Sequence[Candidate]
    blueprint: Blueprint
    x: np.ndarray
    columns: int
    rows: list[Row] = field(default_factory=list)
    demands: dict[str, Demand] = field(default_factory=dict)

    def demand(self, found: Demand) -> str:
        """Name a group of rows."""
        key = f"{found.code}/{found.of}"
        self.demands.setdefault(key, found)
        return key

    def add(
        self, group: str, index: Iterable[int], value: Iterable[float], low: float, high: float
    ) -> None:
        """One row."""
        self.rows.append(Row(group, [int(i) for i in index], [float(v) for v in value], low, high))

    def each(self, group: str, chosen: Sequence[int], low: float, high: float) -> None:
        """For each form: so many of the chosen items."""
        for f in range(self.blueprint.forms):
            self.add(
                group, self.x[chosen, f] if len(chosen) else [], [1.0] * len(chosen), low, high
            )

    def extra(self, count: int) -> np.ndarray:
        """So many more columns of 0 or 1."""
        found = np.arange(self.columns, self.columns + count)
        self.columns += count
        return found


def assemble_forms(items: Sequence[Candidate], blueprint: Blueprint, *, seed: str) -> Assembled:
    """Assemble ``blueprint.forms`` parallel forms from the items of a bank.

    The same items, blueprint and seed give the same forms, in whatever order the
    items come. Where there are none, ``conflict`` names the fewest demands that
    cannot be met together. Raises BadInput for a blueprint that cannot be read or
    an item named twice, RuleRefused when the search ends at its limit.
    Cost: items x forms columns; 260 items and 2 forms of 200 in a few seconds.
    """
    require_blueprint(blueprint)
    pool = _pool(items, blueprint)
    x = np.arange(len(pool) * blueprint.forms).reshape(len(pool), blueprint.forms)
    model = _Model(pool, blueprint, x, x.size)
    for section in blueprint.sections:
        _section_rows(model, section)
    _range_rows(model)
    _anchor_rows(model)
    _enemy_rows(model)
    _used_rows(model)
    _overlap_rows(model)
    columns = _plain_columns(model)
    targets = [section for section in blueprint.sections if section.target]
    found = _nearest(model, targets, seed)
    if found is None:
        groups = smallest_conflict(columns, model.rows)
        return Assembled(forms=(), conflict=tuple(model.demands[group] for group in groups))
    forms = tuple(
        Form(
            counted=tuple(
                i.name for i, k in zip(pool, x[:, f], strict=True) if found[k] > 0.5 and not i.pilot
            ),
            pilots=tuple(
                i.name for i, k in zip(pool, x[:, f], strict=True) if found[k] > 0.5 and i.pilot
            ),
        )
        for f in range(blueprint.forms)
    )
    forms = tuple(sorted(forms, key=lambda form: _lot(seed, "form", *form.counted, *form.pilots)))
    return Assembled(forms=forms, conflict=(), deviation=float(found[-1]) if targets else 0.0)


def _pool(items: Sequence[Candidate], blueprint: Blueprint) -> list[Candidate]:
    names = [item.name for item in items]
    if len(set(names)) != len(names):
        raise BadInput("item_twice", remedy="Name every item of the bank once.", field="items")
    wanted = {section.section for section in blueprint.sections}
    pool = sorted((i for i in items if i.section in wanted), key=lambda item: item.name)
    if any(len(item.information) != len(blueprint.points) for item in pool):
        raise BadInput(
            "information_missing",
            remedy="Give every item its information at each point.",
            field="items",
        )
    return pool


def _at(model: _Model, section: str, *, pilot: bool) -> list[int]:
    return [
        n for n, item in enumerate(model.items) if item.section == section and item.pilot == pilot
    ]


def _section_rows(model: _Model, section: Section) -> None:
    name = section.section
    counted, pilots = _at(model, name, pilot=False), _at(model, name, pilot=True)
    group = model.demand(
        Demand(code="counted", of=name, asked=str(section.counted), there=len(counted))
    )
    model.each(group, counted, section.counted, section.counted)
    group = model.demand(
        Demand(code="pilots", of=name, asked=str(section.pilots), there=len(pilots))
    )
    model.each(group, pilots, section.pilots, section.pilots)
    shown = _stimulus_columns(model, [*counted, *pilots])
    if section.most_words is not None:
        group = model.demand(Demand(code="words", of=name, asked=str(section.most_words)))
        _budget(model, group, [*counted, *pilots], "words", section.most_words)
    if section.most_seconds is not None:
        asked = f"{section.most_seconds / 60:.0f}"
        group = model.demand(Demand(code="minutes", of=name, asked=asked))
        _budget(model, group, [*counted, *pilots], "seconds", section.most_seconds)
    if model.blueprint.least_of_set > 1 and shown:
        group = model.demand(Demand(code="set", of=name, asked=str(model.blueprint.least_of_set)))
        for members, column in shown:
            for f in range(model.blueprint.forms):
                index = [*model.x[members, f], column[f]]
                value = [*[1.0] * len(members), -float(model.blueprint.least_of_set)]
                model.add(group, index, value, 0.0, INFINITE)
    for point, least in sorted(section.information.items()):
        there = model.blueprint.points[point]
        group = model.demand(
            Demand(code="information", of=f"{name} at {there:+.2f}", asked=f"{least:.2f}")
        )
        values = [model.items[n].information[point] for n in counted]
        for f in range(model.blueprint.forms):
            model.add(group, model.x[counted, f] if counted else [], values, least, INFINITE)


def _stimulus_columns(model: _Model, members: Sequence[int]) -> list[tuple[list[int], np.ndarray]]:
    """A column for each shared stimulus and form: 1 when the form shows it."""
    if model.blueprint.least_of_set < 2:
        return []
    sets: dict[str, list[int]] = defaultdict(list)
    for n in members:
        if model.items[n].stimulus:
            sets[model.items[n].stimulus].append(n)
    found = []
    for _, items in sorted(sets.items()):
        shown = model.extra(model.blueprint.forms)
        for f in range(model.blueprint.forms):
            for n in items:
                model.add("", [model.x[n, f], shown[f]], [1.0, -1.0], -INFINITE, 0.0)
        found.append((items, shown))
    return found


def _budget(model: _Model, group: str, members: Sequence[int], what: str, most: float) -> None:
    values = [float(getattr(model.items[n], what)) for n in members]
    for f in range(model.blueprint.forms):
        model.add(group, model.x[list(members), f] if members else [], values, -INFINITE, most)


def _range_rows(model: _Model) -> None:
    for span in model.blueprint.ranges:
        members = [n for n, i in enumerate(model.items) if not i.pilot and span.holds(i)]
        asked = f"{span.least}-{span.most}" if span.most < 10_000 else f"{span.least}+"
        group = model.demand(Demand(code="range", of=span.traits, asked=asked, there=len(members)))
        model.each(group, members, span.least, min(span.most, len(model.items)))


def _anchor_rows(model: _Model) -> None:
    for anchor in model.blueprint.anchors:
        members = [
            n
            for n, item in enumerate(model.items)
            if item.section == anchor.section and anchor.form in item.forms and not item.pilot
        ]
        group = model.demand(
            Demand(
                code="anchor",
                of=f"{anchor.section} of {anchor.form}",
                asked=str(anchor.least),
                there=len(members),
            )
        )
        model.each(group, members, anchor.least, INFINITE)


def _enemy_rows(model: _Model) -> None:
    place = {item.name: n for n, item in enumerate(model.items)}
    pairs = sorted(
        {
            (min(n, place[enemy]), max(n, place[enemy]))
            for n, item in enumerate(model.items)
            for enemy in item.enemies
            if enemy in place and enemy != item.name
        }
    )
    if pairs:
        group = model.demand(Demand(code="enemies", of="", asked=str(len(pairs))))
        for pair in pairs:
            model.each(group, pair, 0.0, 1.0)


def _used_rows(model: _Model) -> None:
    most = model.blueprint.most_used
    if most is None:
        return
    worn = [n for n, item in enumerate(model.items) if item.used > most]
    if worn:
        group = model.demand(Demand(code="used", of="", asked=str(most), there=len(worn)))
        model.each(group, worn, 0.0, 0.0)


def _overlap_rows(model: _Model) -> None:
    most, forms = model.blueprint.most_overlap, model.blueprint.forms
    if most is None or forms < 2:
        return
    anchors = {(anchor.form, anchor.section) for anchor in model.blueprint.anchors}
    free = [
        n
        for n, item in enumerate(model.items)
        if not any((form, item.section) in anchors for form in item.forms)
    ]
    group = model.demand(Demand(code="overlap", of="", asked=str(most), there=len(free)))
    if most == 0:
        for n in free:
            model.add(group, model.x[n], [1.0] * forms, 0.0, 1.0)
        return
    for f, g in combinations(range(forms), 2):
        both = model.extra(len(free))
        for n, column in zip(free, both, strict=True):
            index = [model.x[n, f], model.x[n, g], column]
            model.add("", index, [1.0, 1.0, -1.0], -INFINITE, 1.0)
        model.add(group, both, [1.0] * len(free), 0.0, float(most))


def _plain_columns(model: _Model, more: int = 0) -> Columns:
    count = model.columns + more
    whole = np.ones(count, bool)
    return Columns(cost=np.zeros(count), lower=np.zeros(count), upper=np.ones(count), whole=whole)


def _nearest(model: _Model, targets: Sequence[Section], seed: str) -> np.ndarray | None:
    """The choice nearest to the targets, the largest deviation as the last column; or None."""
    columns = _plain_columns(model, more=1)
    far = model.columns
    columns.whole[far], columns.upper[far], columns.cost[far] = False, INFINITE, 1.0
    if not targets:
        columns.upper[far] = 0.0
    for n, item in enumerate(model.items):
        for f in range(model.blueprint.forms):
            lot = _lot(seed, item.name, str(f)) / 2**64
            columns.cost[model.x[n, f]] = EXPOSURE_WEIGHT * item.used + LOT_WEIGHT * lot
    rows = list(model.rows)
    for row in _target_rows(model, targets, far):
        rows.append(row)
    return solve(columns, rows, gap=GAP if targets else 1e-9)


def _target_rows(model: _Model, targets: Sequence[Section], far: int) -> Iterator[Row]:
    for section in targets:
        members = _at(model, section.section, pilot=False)
        for point, target in enumerate(section.target):
            if target <= 0:
                continue
            values = [model.items[n].information[point] / target for n in members]
            for f in range(model.blueprint.forms):
                index = [*(int(k) for k in model.x[members, f]), far]
                yield Row("", index, [*values, 1.0], 1.0, INFINITE)
                yield Row("", index, [*values, -1.0], -INFINITE, 1.0)


def _lot(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("/".join(parts).encode()).digest()[:8], "big")
