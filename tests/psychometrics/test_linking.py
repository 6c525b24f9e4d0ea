"""Laws of linking, its errors, and drift screening."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concours.kernel.errors import BadInput
from concours.psychometrics.drift import robust_z, screened_link
from concours.psychometrics.linking import METHODS, Method, expected_points, link, moved_parameters
from concours.psychometrics.linking_error import link_error
from concours.psychometrics.parameters import ItemParameters, item_parameters

slopes, shifts = st.floats(0.5, 2.0), st.floats(-1.0, 1.0)


def anchors(items: int = 12, seed: int = 5) -> ItemParameters:
    """Three-parameter items with a spread of everything."""
    chance = np.random.default_rng(seed)
    return item_parameters(
        a=np.exp(chance.normal(0, 0.3, items)),
        b=np.linspace(-1.5, 1.5, items),
        c=np.full(items, 0.15),
    )


def mixed() -> ItemParameters:
    """Right-or-wrong, partial credit and graded items."""
    return item_parameters(
        a=[1.1, 0.8, 1.4, 0.9],
        thresholds=[[-0.5], [-1.0, 0.4, 1.2], [0.3], [-0.7, 0.9]],
        models=["2pl", "gpcm", "2pl", "grm"],
    )


@pytest.mark.parametrize("method", METHODS)
@given(slope=slopes, shift=shifts)
@settings(max_examples=8, deadline=None)
def test_a_scale_that_was_only_stretched_and_moved_is_found_again(
    method: Method, slope: float, shift: float
) -> None:
    for target in (anchors(), mixed()):
        source = moved_parameters(target, 1 / slope, -shift / slope)
        found = link(source, target, method=method)
        assert (found.slope, found.shift) == pytest.approx((slope, shift), abs=1e-6)
        np.testing.assert_allclose(found.parameters(source).a, target.a, atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_linking_a_calibration_to_itself_is_the_identity(method: Method) -> None:
    found = link(anchors(), anchors(), method=method)
    assert (found.slope, found.shift) == pytest.approx((1, 0), abs=1e-9)


@pytest.mark.parametrize("method", ["mean_sigma", "haebara", "stocking_lord"])
def test_linking_back_is_the_inverse_when_both_scales_are_compared(method: Method) -> None:
    one, two = anchors(seed=5), anchors(seed=6)
    there, back = link(one, two, method=method), link(two, one, method=method)
    undone = there.then(back)
    assert (undone.slope, undone.shift) == pytest.approx((1, 0), abs=1e-6)
    again = there.then(there.inverse())
    assert (again.slope, again.shift) == pytest.approx((1, 0), abs=1e-12)


def test_moving_items_and_persons_together_changes_no_probability() -> None:
    theta = np.linspace(-3, 3, 7)
    found = link(anchors(seed=5), anchors(seed=6))
    np.testing.assert_allclose(
        expected_points(found.parameters(anchors(seed=5)), found.ability(theta)),
        expected_points(anchors(seed=5), theta),
        atol=1e-12,
    )


def test_the_order_of_anchors_changes_nothing() -> None:
    one, two = anchors(seed=5), anchors(seed=6)
    turned = one.names[::-1]
    a, b = link(one, two), link(one.select(turned), two.select(turned))
    assert (a.slope, a.shift) == pytest.approx((b.slope, b.shift), abs=1e-8)


def test_the_delta_method_gives_what_repeated_calibration_would() -> None:
    target = anchors()
    spread = np.array([0.08, 0.06, 0.02])
    covariance = np.broadcast_to(np.diag(spread**2), (12, 3, 3))
    chance, found = np.random.default_rng(2), []
    for _ in range(300):
        noise = chance.normal(size=(12, 3)) * spread
        source = item_parameters(
            a=target.a + noise[:, 0], b=target.b + noise[:, 1], c=target.c + noise[:, 2]
        )
        line = link(source, target, method="mean_sigma")
        found.append([line.slope, line.shift])
    delta = link_error(target, target, method="mean_sigma", source_covariance=covariance)
    np.testing.assert_allclose(np.sqrt(np.diag(delta)), np.std(found, axis=0), rtol=0.15)


def test_anchors_that_agree_leave_no_error_from_their_choice() -> None:
    np.testing.assert_allclose(link_error(anchors(), anchors()), 0, atol=1e-12)
    assert link_error(anchors(seed=5), anchors(seed=6)).trace() > 0


def test_one_drifting_anchor_is_found_left_out_and_named() -> None:
    chance = np.random.default_rng(9)
    target = anchors(items=20)
    source = item_parameters(
        a=target.a * np.exp(chance.normal(0, 0.03, 20)),
        b=target.b + chance.normal(0, 0.03, 20),
        c=target.c,
    )
    moved = source.b.copy()
    moved[7] += 0.9
    drifted = item_parameters(a=source.a, b=moved, c=source.c)
    found = screened_link(drifted, target)
    assert found.removed == ("8",)
    assert [(n.code, n.where) for n in found.notices] == [("anchor_removed", "8")]
    clean = link(*(x.select([n for n in x.names if n != "8"]) for x in (source, target)))
    assert (found.link.slope, found.link.shift) == pytest.approx((clean.slope, clean.shift))


def test_too_much_drift_stops_and_says_so() -> None:
    target = anchors(items=10)
    b = target.b.copy()
    b[[1, 4, 6]] += [1.5, -1.2, 1.1]
    found = screened_link(item_parameters(a=target.a, b=b, c=target.c), target, most_removed=0.1)
    assert len(found.removed) == 1
    assert found.notices[-1].code == "drift_remains"


def test_robust_z_is_not_moved_by_the_outlier_it_measures() -> None:
    calm = np.linspace(-1, 1, 21)
    wild = np.append(calm, 50.0)
    np.testing.assert_allclose(robust_z(wild)[:21], robust_z(calm), atol=0.15)
    assert robust_z(wild)[21] > 50


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        (anchors(3), anchors(4), "anchors_differ"),
        (anchors(1), anchors(1), "too_few_anchors"),
        (
            item_parameters(a=[1, -1.0], b=[0, 1]),
            item_parameters(a=[1, 1.0], b=[0, 1]),
            "negative_slope",
        ),
    ],
)
def test_anchors_that_cannot_carry_a_link_are_refused(
    source: ItemParameters, target: ItemParameters, code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        link(source, target)
    assert refused.value.code == code
