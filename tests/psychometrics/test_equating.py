"""Laws and refusals of equating."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.special import expit

from concours.kernel.errors import BadInput
from concours.psychometrics.anchor_equating import (
    CURVED,
    STRAIGHT,
    Curved,
    Straight,
    equate_through_anchor,
)
from concours.psychometrics.equating import (
    bootstrap_error,
    equate,
    percentile_points,
    percentile_ranks,
)
from concours.psychometrics.frequency import (
    Frequency,
    JointFrequency,
    frequency,
    frequency_of,
    joint_frequency_of,
)
from concours.psychometrics.irt_equating import (
    observed_score_equating,
    score_distribution,
    true_score_equating,
    true_score_error,
)
from concours.psychometrics.kernel_equating import (
    Kernel,
    kernel_equate,
    kernel_equate_through_anchor,
)
from concours.psychometrics.linking import expected_points
from concours.psychometrics.parameters import ItemParameters, item_parameters
from concours.psychometrics.presmoothing import choose_degree, presmooth, presmooth_joint

Floats = NDArray[np.float64]
some_counts = arrays(np.float64, st.integers(4, 20), elements=st.integers(1, 60).map(float))


def forms(
    persons: int = 3000, gap: float = 0.3, seed: int = 1
) -> tuple[JointFrequency, JointFrequency]:
    """Two forms of 24 items with 8 in common; form Y is easier, group 2 more able by ``gap``."""
    chance = np.random.default_rng(seed)
    made = []
    for shift, ease in ((0.0, 0.0), (gap, 0.4)):
        ability = chance.normal(shift, 1, size=(persons, 1))
        own = chance.random((persons, 16)) < expit(ability - np.linspace(-1.5, 1.5, 16) + ease)
        common = (chance.random((persons, 8)) < expit(ability - np.linspace(-1, 1, 8))).sum(axis=1)
        made.append(joint_frequency_of(own.sum(axis=1) + common, common, high=24, anchor_high=8))
    return made[0], made[1]


def items(count: int, seed: int, ease: float = 0.0) -> ItemParameters:
    chance = np.random.default_rng(seed)
    return item_parameters(
        a=np.exp(chance.normal(0, 0.2, count)),
        b=chance.normal(-ease, 1, count),
        c=np.full(count, 0.2),
    )


@given(counts=some_counts)
@settings(max_examples=40, deadline=None)
def test_equating_a_form_to_itself_is_the_identity(counts: Floats) -> None:
    form = frequency(counts)
    for method in ("identity", "mean", "linear", "equipercentile"):
        np.testing.assert_allclose(
            equate(form, form, method=method).equated, form.points, atol=1e-9
        )


@given(counts=some_counts, other=some_counts)
@settings(max_examples=40, deadline=None)
def test_equipercentile_equivalents_never_fall_and_keep_the_ranks(
    counts: Floats, other: Floats
) -> None:
    x, y = frequency(counts), frequency(other)
    found = equate(x, y).equated
    assert (np.diff(found) >= 0).all()
    ranks = np.interp(
        found, np.arange(other.size + 1) - 0.5, np.concatenate([[0], np.cumsum(y.shares)])
    )
    np.testing.assert_allclose(ranks, percentile_ranks(x.shares), atol=1e-9)


@given(counts=some_counts, other=some_counts)
@settings(max_examples=40, deadline=None)
def test_linear_equating_gives_the_mean_and_the_spread_of_the_other_form(
    counts: Floats, other: Floats
) -> None:
    x, y = frequency(counts), frequency(other)
    found = equate(x, y, method="linear").equated
    mean = float(x.shares @ found)
    assert mean == pytest.approx(y.moment(1))
    spread = float(x.counts @ (found - mean) ** 2) / (x.persons - 1)
    assert np.sqrt(spread) == pytest.approx(y.sd)


def test_a_rank_inside_a_run_of_empty_scores_is_its_middle() -> None:
    shares = np.array([0.5, 0, 0, 0, 0.5])
    assert percentile_points(np.array([0.5]), shares).tolist() == [2.0]
    assert percentile_points(np.array([0.0, 1.0]), shares).tolist() == [-0.5, 4.5]


@given(degree=st.integers(1, 6))
@settings(max_examples=6, deadline=None)
def test_smoothing_keeps_the_moments_it_was_asked_for(degree: int) -> None:
    given_form = forms()[0].total
    fit = presmooth(given_form, degree=degree)
    for power in range(degree + 1):
        assert fit.counts @ given_form.points**power == pytest.approx(
            given_form.counts @ given_form.points**power, rel=1e-6
        )


def test_joint_smoothing_keeps_both_margins_the_cross_moment_and_the_empty_corner() -> None:
    x = forms()[0]
    fit = presmooth_joint(x, degrees=(4, 3), cross=((1, 1), (2, 1)))
    v, t = x.anchor.points, x.total.points
    for i, j in ((4, 0), (0, 3), (1, 1), (2, 1)):
        assert t**i @ fit.counts @ v**j == pytest.approx(t**i @ x.counts @ v**j, rel=1e-6)
    assert fit.counts[0, 1:].sum() == 0
    assert fit.counts[24, :8].sum() == 0


def test_the_chosen_degree_has_the_smallest_criterion() -> None:
    degree, fits = choose_degree(forms()[0].total, most=8)
    assert fits[degree - 1].aic == min(fit.aic for fit in fits)


@pytest.mark.parametrize("method", [*STRAIGHT, *CURVED])
def test_an_anchor_method_gives_the_identity_for_one_form_and_one_group(
    method: Straight | Curved,
) -> None:
    x, _ = forms()
    found = equate_through_anchor(x, x, method=method, errors=False)
    np.testing.assert_allclose(found.equated, np.arange(25), atol=1e-9)


@pytest.mark.parametrize("method", [*STRAIGHT, *CURVED])
def test_an_anchor_method_takes_the_groups_apart_from_the_forms(method: Straight | Curved) -> None:
    # same items on both forms, so that the truth is the identity however able the groups are
    chance, made = np.random.default_rng(4), []
    for shift in (0.0, 0.4):
        ability = chance.normal(shift, 1, size=(60_000, 1))
        right = chance.random((60_000, 30)) < expit(
            ability - np.tile(np.linspace(-1.5, 1.5, 10), 3)
        )
        made.append(
            joint_frequency_of(
                right.sum(axis=1), right[:, 10:20].sum(axis=1), high=30, anchor_high=10
            )
        )
    found = equate_through_anchor(made[0], made[1], method=method, errors=False)
    limit = (
        0.35 if method in ("levine", "levine_true") else 0.9
    )  # the others lean to the groups' gap
    assert np.abs(found.equated - found.points)[5:26].max() < limit


@pytest.mark.parametrize("method", ["tucker", "levine", "chained_linear"])
def test_errors_agree_with_the_bootstrap(method: Straight) -> None:
    x, y = forms(persons=800)

    def table(a: Floats, b: Floats) -> Floats:
        return equate_through_anchor(
            JointFrequency(0, 0, a, True),
            JointFrequency(0, 0, b, True),
            method=method,
            errors=False,
        ).equated

    resampled = bootstrap_error(
        (x.counts, y.counts), table, generator=np.random.default_rng(1), replications=100
    )
    np.testing.assert_allclose(
        equate_through_anchor(x, y, method=method).error, resampled, rtol=0.2
    )


def test_smoothed_and_kernel_errors_agree_with_the_bootstrap() -> None:
    x, y = (form.total for form in forms(persons=800))
    fits = [presmooth(form, degree=4) for form in (x, y)]

    def smoothed(a: Floats, b: Floats) -> Floats:
        one, two = Frequency(0, a), Frequency(0, b)
        return equate(
            one, two, smoothed_x=presmooth(one, degree=4), smoothed_y=presmooth(two, degree=4)
        ).equated

    def kernel(a: Floats, b: Floats) -> Floats:
        one, two = Frequency(0, a), Frequency(0, b)
        return kernel_equate(
            one, two, presmooth(one, degree=4), presmooth(two, degree=4), bandwidths=(0.7, 0.7)
        ).equated

    for table, ours in (
        (smoothed, equate(x, y, smoothed_x=fits[0], smoothed_y=fits[1]).error),
        (kernel, kernel_equate(x, y, fits[0], fits[1], bandwidths=(0.7, 0.7)).error),
    ):
        resampled = bootstrap_error(
            (x.counts, y.counts), table, generator=np.random.default_rng(2), replications=100
        )
        np.testing.assert_allclose(ours[3:22], resampled[3:22], rtol=0.25)


def test_poststratified_kernel_errors_agree_with_the_bootstrap() -> None:
    x, y = forms(persons=800)

    def table(a: Floats, b: Floats) -> Floats:
        one, two = JointFrequency(0, 0, a, False), JointFrequency(0, 0, b, False)
        fits = [presmooth_joint(f, degrees=(3, 2), cross=((1, 1),)) for f in (one, two)]
        return kernel_equate_through_anchor(
            one, two, *fits, weight=0.5, bandwidths=(0.7, 0.7)
        ).equated

    apart = [JointFrequency(0, 0, f.counts, False) for f in (x, y)]
    fits = [presmooth_joint(f, degrees=(3, 2), cross=((1, 1),)) for f in apart]
    ours = kernel_equate_through_anchor(
        apart[0], apart[1], *fits, weight=0.5, bandwidths=(0.7, 0.7)
    )
    resampled = bootstrap_error(
        (x.counts, y.counts), table, generator=np.random.default_rng(2), replications=70
    )
    np.testing.assert_allclose(ours.error[3:22], resampled[3:22], rtol=0.3)


def test_the_kernel_keeps_mean_and_spread_and_becomes_linear_when_wide() -> None:
    x, y = (form.total for form in forms())
    fits = [presmooth(form, degree=4) for form in (x, y)]
    kernel = Kernel(x.points, fits[0].counts / fits[0].counts.sum(), 0.6)
    grid = np.linspace(-20, 45, 20_001)
    density = kernel.density(grid) * (grid[1] - grid[0])
    assert density.sum() == pytest.approx(1, abs=1e-6)
    mean = float(density @ grid)
    assert mean == pytest.approx(kernel.mean, abs=1e-6)
    assert float(density @ (grid - mean) ** 2) == pytest.approx(
        float(kernel.shares @ (x.points - mean) ** 2), rel=1e-4
    )
    wide = kernel_equate(x, y, fits[0], fits[1], bandwidths=(500.0, 500.0)).equated
    slope = np.sqrt(y.moment(2) / x.moment(2))
    np.testing.assert_allclose(wide, y.moment(1) + slope * (x.points - x.moment(1)), atol=0.01)


def test_the_kernel_gives_the_identity_for_one_form() -> None:
    x, _ = forms()
    fit = presmooth(x.total, degree=4)
    np.testing.assert_allclose(
        kernel_equate(x.total, x.total, fit, fit).equated, x.total.points, atol=1e-6
    )


def test_scores_under_the_model_add_up_and_have_the_expected_mean() -> None:
    mixed = item_parameters(
        a=[1.0, 0.7, 1.3],
        thresholds=[[0.2], [-1.0, 0.5, 1.0], [-0.3, 0.8]],
        models=["2pl", "gpcm", "grm"],
    )
    theta = np.linspace(-3, 3, 9)
    found = score_distribution(mixed, theta)
    assert found.shape == (7, 9)
    np.testing.assert_allclose(found.sum(axis=0), 1)
    np.testing.assert_allclose(np.arange(7) @ found, expected_points(mixed, theta).sum(axis=0))


def test_irt_equating_of_a_form_to_itself_is_the_identity_and_never_falls() -> None:
    x, y = items(30, 1), items(30, 2, ease=0.4)
    nodes = np.linspace(-5, 5, 61)
    weights = np.exp(-0.5 * nodes**2)
    np.testing.assert_allclose(true_score_equating(x, x).equated, np.arange(31), atol=1e-8)
    np.testing.assert_allclose(
        observed_score_equating(x, x, nodes=nodes, weights=weights).equated,
        np.arange(31),
        atol=1e-8,
    )
    for found in (
        true_score_equating(x, y),
        observed_score_equating(x, y, nodes=nodes, weights=weights),
    ):
        assert (np.diff(found.equated) > 0).all()
    assert [n.code for n in true_score_equating(x, y).notices] == ["below_chance"]


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ([1.0], "wrong_counts"),
        ([-1.0, 2.0], "wrong_counts"),
        ([0.0, 0.0], "wrong_counts"),
        ([np.nan, 1], "wrong_counts"),
    ],
)
def test_counts_that_cannot_be_are_refused(counts: list[float], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        frequency(counts)
    assert refused.value.code == code


def test_a_score_outside_the_form_is_refused_with_its_row() -> None:
    with pytest.raises(BadInput, match=r"Person 3 has 41"):
        frequency_of([0, 40, 41], high=40)
    with pytest.raises(BadInput, match="anchor_above_total"):
        joint_frequency_of([3], [4], high=10, anchor_high=5)
    with pytest.raises(BadInput, match="score_not_in_table"):
        equate(forms()[0].total, forms()[1].total).of([2.5])


def test_an_anchor_score_of_one_group_only_is_refused_not_guessed() -> None:
    x = joint_frequency_of([2, 3, 4, 5], [0, 1, 1, 2], high=6, anchor_high=2)
    y = joint_frequency_of([2, 3, 4, 5], [0, 1, 1, 1], high=6, anchor_high=2)
    with pytest.raises(BadInput, match="anchor_score_missing"):
        equate_through_anchor(x, y, method="frequency_estimation", errors=False)


def test_groups_far_apart_are_named() -> None:
    found = equate_through_anchor(*forms(gap=1.2), method="tucker", errors=False)
    assert [n.code for n in found.notices] == ["groups_far_apart"]


def test_true_score_errors_are_those_of_repeated_calibrations() -> None:
    x, y = items(20, 1), items(20, 2, ease=0.4)
    spread = np.array([0.08, 0.06, 0.02])
    covariance = np.broadcast_to(np.diag(spread**2), (20, 3, 3))
    chance, found = np.random.default_rng(3), []
    for _ in range(80):
        drawn = []
        for form in (x, y):
            noise = chance.normal(size=(20, 3)) * spread
            drawn.append(
                item_parameters(
                    a=form.a + noise[:, 0],
                    b=form.b + noise[:, 1],
                    c=np.clip(form.c + noise[:, 2], 0, 0.9),
                )
            )
        found.append(true_score_equating(*drawn).equated)
    ours = true_score_error(x, y, x_covariance=covariance, y_covariance=covariance)
    np.testing.assert_allclose(ours[8:20], np.std(found, axis=0)[8:20], rtol=0.25)
    assert np.isnan(ours[[0, 1, 2, 3, 4, 20]]).all()
