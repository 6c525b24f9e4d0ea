"""Where scores vary: variance components of crossed and nested designs, and what a better design would give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats, Ints
from concours.psychometrics.notice import Notice
from concours.psychometrics.variance_likelihood import restricted_likelihood

RESIDUAL = "residual"
MOST_LEVELS = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """Variance components of one design.

    object       the facet that is measured, such as the person
    effects      name of each effect, "person", "task", "rater:task", "person x task" and
                 last "residual"; variances (effects,) with errors (effects,), NaN
                 where none is known
    facets       of each effect, the facets it depends on
    method       "ems", "reml" or "henderson"
    """

    object: str
    effects: tuple[str, ...]
    facets: tuple[frozenset[str], ...]
    variances: Floats
    errors: Floats
    method: str
    notices: tuple[Notice, ...]

    def variance(self, effect: str) -> float:
        """Variance of one effect; raises BadInput for a name that is none."""
        if effect not in self.effects:
            raise BadInput(
                "unknown_effect", field="effect", remedy=f"Use one of {', '.join(self.effects)}."
            )
        return float(self.variances[self.effects.index(effect)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a design of these sizes would give.

    sizes             levels of each facet averaged over
    generalizability  for ranking (relative error); dependability for fixed cuts (absolute error)
    """

    sizes: Mapping[str, float]
    universe: float
    relative_error: float
    absolute_error: float
    generalizability: float
    dependability: float


def components(
    score: ArrayLike, facets: Mapping[str, ArrayLike], effects: Sequence[str], *, object: str
) -> Components:
    """Estimate variance components.

    score    (n,)  one a row
    facets   name to (n,)  the level of every facet in each row
    effects  what varies besides the residual, in the names of facets: "person",
             "task", "person x task" for crossed, "rater:task" for nested (raters of
             different tasks are different raters, whatever their codes)
    object   the facet that is measured

    Balanced designs (every combination the same number of times) by expected
    mean squares: components may be below 0 and then stay so, with a notice, for
    setting them to 0 biases the others. Others by restricted maximum likelihood,
    none below 0, up to 1,500 levels in all; beyond, by Henderson's method 1, which
    is unbiased and quick, and has no standard errors. Raises BadInput for unknown facets, effects that cannot be
    told apart, or too few rows.
    Cost: rows x effects^2; REML (levels)^3 some hundred times.
    Source: Brennan (2001), Generalizability Theory, chs. 3, 7 and 8; Henderson (1953),
    Biometrics 9, 226-252; Patterson & Thompson (1971), Biometrika 58, 545-554.
    """
    y = np.asarray(score, dtype=np.float64)
    if y.ndim != 1 or not np.isfinite(y).all() or y.size < 3:
        raise BadInput(
            "wrong_scores", field="score", remedy="Give three finite scores or more, one a row."
        )
    if object not in facets:
        raise BadInput(
            "unknown_facet", field="object", remedy=f"{object} is not one of the facets given."
        )
    parts = tuple(_parts(effect, facets) for effect in effects)
    if len(set(parts)) != len(parts) or not parts:
        raise BadInput("effects_repeat", field="effects", remedy="Give each effect once.")
    levels = [_levels(part, facets, y.size) for part in parts]
    sizes = [int(level.max()) + 1 for level in levels]
    if max(sizes) >= y.size:
        worst = effects[int(np.argmax(sizes))]
        raise BadInput(
            "effect_is_residual",
            field=worst,
            remedy=f"{worst} has a level for every row; it is the residual.",
        )
    variances, errors, method = _estimated(y, parts, levels, sizes)
    names = (*effects, RESIDUAL)
    below = tuple(
        Notice(
            "variance_below_zero", "This estimate is below 0; treat the effect as absent.", names[k]
        )
        for k in np.flatnonzero(variances < 0)
    )
    everything = frozenset().union(*parts)
    return Components(
        object=object,
        effects=names,
        facets=(*parts, everything),
        variances=variances,
        errors=errors,
        method=method,
        notices=below,
    )


def decide(found: Components, sizes: Mapping[str, float], *, fixed: Sequence[str] = ()) -> Decision:
    """Error and reliability of the mean over ``sizes`` levels of every other facet.

    sizes  facet to number of levels averaged over (for a nested facet, within each
           level of the one it is nested in)
    fixed  facets not generalised over: their interaction with the object counts as universe

    Components below 0 count as 0. Raises BadInput for a facet without a size or
    a size that is not above 0. Source: Brennan (2001), chs. 4 and 5.
    Cost: effects.
    """
    others = frozenset().union(*found.facets) - {found.object}
    missing = sorted(others - set(sizes))
    if missing or any(not sizes[f] > 0 for f in others):
        raise BadInput(
            "wrong_sizes",
            field="sizes",
            remedy=f"Give a size above 0 for each of {', '.join(sorted(others))}.",
        )
    universe = relative = absolute = 0.0
    for part, raw in zip(found.facets, found.variances, strict=True):
        value = max(float(raw), 0.0)
        averaged = part - {found.object}
        share = value / float(np.prod([sizes[f] for f in averaged]))
        if found.object in part and not (averaged - set(fixed)):
            universe += share
        elif averaged - set(fixed):
            absolute += share
            relative += share if found.object in part else 0.0
    return Decision(
        sizes=dict(sizes),
        universe=universe,
        relative_error=relative,
        absolute_error=absolute,
        generalizability=universe / (universe + relative)
        if universe + relative > 0
        else float("nan"),
        dependability=universe / (universe + absolute) if universe + absolute > 0 else float("nan"),
    )


def _estimated(
    y: Floats, parts: Sequence[frozenset[str]], levels: Sequence[Ints], sizes: Sequence[int]
) -> tuple[Floats, Floats, str]:
    """Variances and errors by the method the design allows."""
    even = all(
        (np.bincount(level) == y.size / size).all()
        for level, size in zip(levels, sizes, strict=True)
    )
    if even and _crossed(parts, levels):
        return *_ems(y, parts, levels, sizes), "ems"
    if sum(sizes) <= MOST_LEVELS:
        return *restricted_likelihood(y, levels, sizes), "reml"
    return *_henderson(y, levels, sizes), "henderson"


def _parts(effect: str, facets: Mapping[str, ArrayLike]) -> frozenset[str]:
    """Facets an effect depends on, from its name."""
    names = [name.strip() for name in effect.replace(":", " x ").split(" x ")]
    unknown = [name for name in names if name not in facets]
    if unknown:
        raise BadInput(
            "unknown_facet", field=effect, remedy=f"{unknown[0]} is not one of {', '.join(facets)}."
        )
    return frozenset(names)


def _levels(part: frozenset[str], facets: Mapping[str, ArrayLike], rows: int) -> Ints:
    """Level of an effect in each row, coded from 0."""
    level = np.zeros(rows, dtype=np.int64)
    for name in sorted(part):
        codes, inverse = np.unique(np.asarray(facets[name]), return_inverse=True)
        if inverse.shape != (rows,):
            raise BadInput("shapes_disagree", field=name, remedy=f"Give {rows} levels of {name}.")
        level = level * codes.size + inverse
    return np.unique(level, return_inverse=True)[1].astype(np.int64)


def _crossed(parts: Sequence[frozenset[str]], levels: Sequence[Ints]) -> bool:
    """Whether any two effects meet equally often at every pair of levels they can."""
    for a in range(len(parts)):
        for b in range(a):
            if parts[a] < parts[b] or parts[b] < parts[a]:
                continue
            common = [k for k in range(len(parts)) if parts[k] <= (parts[a] & parts[b])]
            inside = levels[common[-1]] if common else np.zeros_like(levels[a])
            pair = levels[a] * (int(levels[b].max()) + 1) + levels[b]
            met = np.unique(pair, return_counts=True)[1]
            if (met != met[0]).any():
                return False
            for block in np.unique(inside):
                here = inside == block
                wide = np.unique(levels[a][here]).size * np.unique(levels[b][here]).size
                if np.unique(pair[here]).size != wide:
                    return False
    return True


def _ems(
    y: Floats, parts: Sequence[frozenset[str]], levels: Sequence[Ints], sizes: Sequence[int]
) -> tuple[Floats, Floats]:
    """Expected mean squares of a balanced design, and the components' standard errors."""
    order = sorted(range(len(parts)), key=lambda k: len(parts[k]))
    centred = y - y.mean()
    effect: dict[int, Floats] = {}
    squares, freedom = np.zeros(len(parts) + 1), np.zeros(len(parts) + 1)
    left = centred.copy()
    used = 1
    for k in order:
        means = np.bincount(levels[k], weights=centred) / np.bincount(levels[k])
        own = means[levels[k]] - sum(
            (effect[m] for m in order if m in effect and parts[m] < parts[k]), np.zeros_like(y)
        )
        effect[k] = own
        freedom[k] = (
            sizes[k] - 1 - sum(freedom[m] for m in effect if m != k and parts[m] < parts[k])
        )
        squares[k] = float(own @ own)
        left -= own
        used += int(freedom[k])
    squares[-1], freedom[-1] = float(left @ left), y.size - used
    if freedom.min() <= 0:
        raise BadInput(
            "no_freedom", field="effects", remedy="Too few rows for these effects; leave one out."
        )
    # how often a level of effect m recurs within the mean square of effect k
    expected = np.zeros((len(parts) + 1,) * 2)
    expected[:, -1] = 1.0
    for k in range(len(parts)):
        for m in range(len(parts)):
            if parts[k] <= parts[m]:
                expected[k, m] = y.size / sizes[m]
    inverse = np.linalg.inv(expected)
    mean_squares = squares / freedom
    return inverse @ mean_squares, np.sqrt((inverse**2) @ (2 * mean_squares**2 / (freedom + 2)))


def _henderson(y: Floats, levels: Sequence[Ints], sizes: Sequence[int]) -> tuple[Floats, Floats]:
    """Sums of squares of uncorrected sums, set equal to what they are expected to be."""
    n, count = y.size, len(levels)
    # unknowns: effects, residual, squared mean; equations: one an effect, all scores, their sum
    expected = np.zeros((count + 2, count + 2))
    found = np.zeros(count + 2)
    for k in range(count):
        own = np.bincount(levels[k])
        found[k] = float((np.bincount(levels[k], weights=y) ** 2 / own).sum())
        for m in range(count):
            pair = levels[k] * sizes[m] + levels[m]
            where, met = np.unique(pair, return_counts=True)
            expected[k, m] = float((met.astype(float) ** 2 / own[where // sizes[m]]).sum())
        expected[k, -2], expected[k, -1] = sizes[k], n
        expected[-1, k] = float((own.astype(float) ** 2).sum()) / n
    expected[-2, :] = n
    expected[-1, -2], expected[-1, -1] = 1.0, n
    found[-2], found[-1] = float(y @ y), float(y.sum()) ** 2 / n
    if np.linalg.matrix_rank(expected) < count + 2:
        raise BadInput(
            "effects_confounded",
            field="effects",
            remedy="Two effects cannot be told apart; leave one out.",
        )
    solved = np.asarray(np.linalg.solve(expected, found))
    return solved[:-1], np.full(count + 1, np.nan)
