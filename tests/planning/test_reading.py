"""Laws of giving files to readers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concours.kernel.errors import RuleRefused
from concours.planning.reading import allocate_readers

READERS = [f"r{n}" for n in range(6)]


@st.composite
def tasks(draw):
    files = [f"f{n:02}" for n in range(draw(st.integers(1, 12)))]
    pairs = [(r, f) for r in READERS for f in files]
    barred = draw(st.frozensets(st.sampled_from(pairs), max_size=len(pairs) // 3))
    return files, barred


@settings(max_examples=60, deadline=None)
@given(task=tasks())
def test_a_plan_gives_every_file_its_readers_and_never_one_in_conflict(task):
    files, barred = task
    free = {f: [r for r in READERS if (r, f) not in barred] for f in files}
    if any(len(found) < 3 for found in free.values()):
        with pytest.raises(RuleRefused) as refused:
            allocate_readers(files=files, readers=READERS, barred=barred, each=3)
        first = min(f for f, found in free.items() if len(found) < 3)
        assert (refused.value.code, refused.value.field) == (
            "too_few_readers_without_conflict",
            first,
        )
        return
    plan = allocate_readers(files=files, readers=READERS, barred=barred, each=3)
    assert sorted(plan.readers) == files
    assert all(len(set(found)) == 3 for found in plan.readers.values())
    assert not {(r, f) for f, found in plan.readers.items() for r in found} & barred
    assert sum(plan.load.values()) == 3 * len(files)


@settings(max_examples=30, deadline=None)
@given(task=tasks())
def test_the_same_task_in_another_order_gives_the_same_plan(task):
    files, barred = task
    barred = frozenset(pair for pair in barred if pair[0] in READERS[:3])
    one = allocate_readers(files=files, readers=READERS, barred=barred, each=3)
    other = allocate_readers(files=files[::-1], readers=READERS[::-1], barred=barred, each=3)
    assert one == other


@pytest.mark.parametrize(("count", "most"), [(4, 2), (12, 6), (7, 4)])
def test_without_conflicts_loads_differ_by_one_at_most(count, most):
    plan = allocate_readers(
        files=[f"f{n:02}" for n in range(count)], readers=READERS, barred=frozenset(), each=3
    )
    assert max(plan.load.values()) == most
    assert max(plan.load.values()) - min(plan.load.values()) <= 1


def test_a_new_conflict_changes_one_reader_of_one_file():
    files = [f"f{n:02}" for n in range(10)]
    before = allocate_readers(files=files, readers=READERS, barred=frozenset(), each=3)
    out = before.readers["f04"][0]
    after = allocate_readers(
        files=files, readers=READERS, barred={(out, "f04")}, each=3, kept=before.readers
    )
    moved = {f for f in files if after.readers[f] != before.readers[f]}
    assert (after.changed, moved) == (1, {"f04"})
    assert len(set(after.readers["f04"]) & set(before.readers["f04"])) == 2


def test_too_little_capacity_is_said_with_its_numbers():
    with pytest.raises(RuleRefused) as refused:
        allocate_readers(
            files=["a", "b"], readers=READERS[:3], barred=frozenset(), each=3, at_most={"r0": 1}
        )
    assert refused.value.code == "too_little_capacity"
    assert refused.value.numbers == {"needed": "6", "room": "5"}


def test_conflicts_that_meet_limits_are_said_with_a_file():
    # a and b may be read by r0, r1, r2 only, and r0 may read one of them; c takes r3, r4, r5
    barred = {(r, f) for r in ("r3", "r4", "r5") for f in ("a", "b")}
    with pytest.raises(RuleRefused) as refused:
        allocate_readers(
            files=["a", "b", "c"], readers=READERS, barred=barred, each=3, at_most={"r0": 1}
        )
    assert refused.value.code == "conflicts_meet_limits"
    assert refused.value.field in {"a", "b"}


def test_no_files_need_no_plan():
    plan = allocate_readers(files=[], readers=READERS, barred=frozenset(), each=3)
    assert (plan.readers, plan.changed) == ({}, 0)
