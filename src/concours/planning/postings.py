"""First postings of a class: preferences and needs weighed as one optimisation, with reasons.

Every officer gets one post, no post more officers than it has places, and
nobody a post that is barred to them. The total of weighted preferences is as
high as it can be. An assignment problem has a whole optimum, so a linear model
solved by HiGHS gives it, and its prices say what any other post would cost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from concours.kernel.errors import BadInput

#: What an officer's wish for a post weighs. A post not named counts as "low".
WEIGHTS: Mapping[str, int] = {"high": 100, "medium": 40, "low": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post with its ``places`` for this class; ``need`` adds to every officer's wish for it."""

    code: str
    places: int
    need: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """An officer's wishes by post, and the posts that are barred to them with the reason."""

    code: str
    wishes: Mapping[str, str]
    barred: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A post wished for more and not given: why not, and what the class as a whole would lose."""

    post: str
    wish: str
    reason: str
    loss: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The post one officer gets, the wish it meets, and the posts wished for more."""

    officer: str
    post: str
    wish: str
    passed: tuple[Passed, ...]


def _worth(officer: Officer, post: Post) -> int:
    return WEIGHTS[officer.wishes.get(post.code, "low")] + post.need


def _check(officers: Sequence[Officer], posts: Sequence[Post]) -> None:
    if sum(post.places for post in posts) < len(officers):
        raise BadInput(
            "too_few_places",
            remedy="There are fewer places than officers; add posts or places.",
            field="posts",
            numbers={
                "places": str(sum(post.places for post in posts)),
                "officers": str(len(officers)),
            },
        )
    for officer in officers:
        unknown = sorted(set(officer.wishes.values()) - set(WEIGHTS))
        if unknown:
            raise BadInput(
                "no_such_wish",
                remedy=f"A wish is {', '.join(WEIGHTS)}, not {', '.join(unknown)}.",
                field="wishes",
            )


def _model(
    officers: Sequence[Officer], posts: Sequence[Post], pairs: Sequence[tuple[int, int]]
) -> tuple[list[int], list[float], list[float]]:
    """Solve; gives the pairs chosen, and the prices of officers and of posts."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("solver", "simplex")
    worth = [float(_worth(officers[i], posts[j])) for i, j in pairs]
    count, rows = len(pairs), len(officers) + len(posts)
    starts = np.arange(0, 2 * count + 1, 2, dtype=np.int32)
    index = np.array([[i, len(officers) + j] for i, j in pairs], dtype=np.int32).ravel()
    lower = [1.0] * len(officers) + [0.0] * len(posts)
    upper = [1.0] * len(officers) + [float(post.places) for post in posts]
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, rows
    model.col_cost_ = np.array([-w for w in worth])
    model.col_lower_, model.col_upper_ = np.zeros(count), np.ones(count)
    model.row_lower_, model.row_upper_ = np.array(lower), np.array(upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = starts
    model.a_matrix_.index_ = index
    model.a_matrix_.value_ = np.ones(2 * count)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise BadInput(
            "no_assignment_possible",
            remedy="The bars leave somebody without a post; lift one or add places.",
            field="posts",
        )
    solution = solver.getSolution()
    chosen = [k for k, value in enumerate(solution.col_value) if value > 0.5]
    prices = [-float(dual) for dual in solution.row_dual]
    return chosen, prices[: len(officers)], prices[len(officers) :]


def assign_postings(*, officers: Sequence[Officer], posts: Sequence[Post]) -> tuple[Posted, ...]:
    """Give every officer a post, as near to everybody's wishes and the needs as can be.

    officers  each with wishes high, medium or low by post, and barred posts
    posts     each with places and a need in the same units as the weights

    The answer depends on the codes only through ties: officers and posts are
    ordered by code first, so the same input in any order gives the same answer.
    ``loss`` is the least the total would fall if the officer had that post.
    Raises BadInput when there are too few places or bars leave somebody out.
    Cost: one linear model with officers x posts columns; 100 x 60 in well
    under a second. Source: Shapley & Shubik (1971), the assignment game.
    """
    _check(officers, posts)
    crew, list_ = sorted(officers, key=lambda o: o.code), sorted(posts, key=lambda p: p.code)
    pairs = [
        (i, j)
        for i, officer in enumerate(crew)
        for j, post in enumerate(list_)
        if post.code not in officer.barred and post.places > 0
    ]
    if {i for i, _ in pairs} != set(range(len(crew))):
        raise BadInput(
            "no_assignment_possible",
            remedy="The bars leave somebody without a post; lift one or add places.",
            field="posts",
        )
    if not crew:
        return ()
    chosen, officer_price, post_price = _model(crew, list_, pairs)
    given = {pairs[k][0]: pairs[k][1] for k in chosen}
    return tuple(
        _reasons(crew[i], list_[j], list_, officer_price[i], post_price)
        for i, j in sorted(given.items())
    )


def _reasons(
    officer: Officer, post: Post, posts: Sequence[Post], price: float, prices: Sequence[float]
) -> Posted:
    """The posts this officer wished for more, each with why it went elsewhere."""
    wish = officer.wishes.get(post.code, "low")
    passed = []
    for j, other in enumerate(posts):
        wanted = officer.wishes.get(other.code, "low")
        if WEIGHTS[wanted] <= WEIGHTS[wish]:
            continue
        bar = officer.barred.get(other.code, "")
        loss = 0 if bar else max(0, round(price + prices[j] - _worth(officer, other)))
        reason = bar or ("worth_more_to_others" if loss else "equally_good_elsewhere")
        passed.append(Passed(post=other.code, wish=wanted, reason=reason, loss=loss))
    return Posted(officer=officer.code, post=post.code, wish=wish, passed=tuple(passed))
