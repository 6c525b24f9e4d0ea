"""Parallel forms dealt over a room: nobody has the form of a neighbour, each form goes to as many."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from concours.selection.competition import Competition
from concours.selection.form_lock import LABELS, dealt_form

forms = st.integers(2, len(LABELS))
sizes = st.integers(1, 12)


def room(count: int, rows: int, length: int, session: str) -> dict[tuple[int, int], str]:
    """The form at each seat, by row and place in the row."""
    listed = [{"label": label, "form": label} for label in LABELS[:count]]
    competition = Competition(
        file="COMP", settings={"form.test": {"order_seed": "seed", "forms": listed}}
    )
    return {
        (row, place): dealt_form(
            competition,
            "test",
            session=session,
            seat=f"{chr(ord('A') + row)}{place + 1}",
            sitting="X/1",
            number=1,
        )
        for row in range(rows)
        for place in range(length)
    }


@given(count=forms, rows=sizes, length=sizes, session=st.text(max_size=4))
def test_who_sits_beside_before_or_behind_has_another_form(
    count: int, rows: int, length: int, session: str
) -> None:
    dealt = room(count, rows, length, session or "S")
    corners = [(1, 1), (1, -1)] if count in (5, 7, 8) else []
    for row, place in dealt:
        for down, right in [(0, 1), (1, 0), *corners]:
            other = dealt.get((row + down, place + right))
            assert other != dealt[row, place]


@given(count=forms, rows=sizes, length=sizes)
def test_a_full_room_gives_each_form_to_nearly_as_many(count: int, rows: int, length: int) -> None:
    held = Counter(room(count, rows, length, "S").values())
    shares = [held[label] for label in LABELS[:count]]
    assert max(shares) - min(shares) <= count // 2
