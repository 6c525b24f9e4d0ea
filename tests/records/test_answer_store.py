"""The laws of the store of answers: any order of devices, repeats, pauses and ends keeps them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from concours.records.answer_store import KEPT, Row, keep, next_epoch, receipt_of
from concours.records.models import Answer, Sitting

NOON = datetime(2016, 6, 6, 12, tzinfo=UTC)
ENDS, GRACE = NOON + timedelta(minutes=40), NOON + timedelta(minutes=50)


class Store(RuleBasedStateMachine):
    """One sitting, and beside it what must be held, as a plain mapping."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.held: dict[tuple[int, int], tuple[int, str, str, bool]] = {}
        self.epoch, self.state, self.section, self.now = 0, "open", "one", NOON

    @initialize()
    def opened(self) -> None:
        self.sitting = Sitting.objects.create(
            candidacy="CAND-0000-0001",
            step="examination",
            number=1,
            medium="screen",
            opened_at=NOON,
            state="open",
            section="one",
            closes_at=ENDS,
            accepts_until=ENDS,
            late_until=GRACE,
        ).pk
        self.device()

    @rule()
    def device(self) -> None:
        self.epoch += 1
        assert next_epoch(self.sitting) == self.epoch

    @rule(state=st.sampled_from(("open", "paused", "closed")), section=st.sampled_from(("one", "")))
    def changed(self, state: str, section: str) -> None:
        self.state, self.section = state, section
        Sitting.objects.filter(pk=self.sitting).update(state=state, section=section)

    @rule(minutes=st.integers(0, 25))
    def later(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(
        saves=st.lists(
            st.tuples(
                st.integers(0, 2),
                st.integers(1, 4),
                st.integers(1, 2),
                st.sampled_from("AB"),
                st.sampled_from((None, 20, 41)),
                st.sampled_from(("one", "two")),
            ),
            min_size=1,
            max_size=4,
        ),
        elsewhere=st.booleans(),
    )
    def batch(
        self, saves: list[tuple[int, int, int, str, int | None, str]], elsewhere: bool
    ) -> None:
        rows = []
        for older, n, item, choice, given, section in saves:
            epoch = self.epoch - older
            receipt = receipt_of(self.sitting, epoch, n, section, item, choice, "")
            at = None if given is None else NOON + timedelta(minutes=given)
            rows.append(Row(self.sitting, epoch, n, section, item, choice, None, receipt, at))
        if elsewhere:
            rows.append(Row(10**9, 1, 1, "one", 1, "A", None, "00", None))
        found = keep(rows, at=self.now)
        said = [outcome.status for outcome in found.outcomes]
        if elsewhere:
            assert said.pop() == "not_permitted"
            rows.pop()
        for row, outcome, status in zip(rows, found.outcomes, said, strict=False):
            self.judged(row, status, outcome.receipt)

    def judged(self, row: Row, status: str, receipt: str) -> None:
        wanted = self.allowed(row)
        key = (row.epoch, row.n)
        same = key in self.held and self.held[key][2] == row.receipt
        if wanted not in KEPT and not same:
            assert status == wanted
            return
        late = wanted == "late"
        stands = self.held.setdefault(key, (row.item, row.choice, row.receipt, late))
        if stands[2] != row.receipt:
            assert status == "bad"
            return
        assert receipt == row.receipt
        assert status in ({"late"} if stands[3] else {"saved", "superseded"})

    def allowed(self, row: Row) -> str:
        if row.epoch != self.epoch:
            return "fenced"
        if self.state == "closed" or row.section != self.section:
            return "closed"
        if self.state == "paused":
            return "paused"
        if self.now < ENDS:
            return "saved"
        in_time = row.given_at is not None and row.given_at < ENDS
        return "late" if in_time and self.now < GRACE else "closed"

    @precondition(lambda self: self.epoch)
    @invariant()
    def exactly_what_was_acknowledged_is_held(self) -> None:
        rows = Answer.objects.filter(sitting=self.sitting)
        names = ("epoch", "n", "item", "choice", "receipt", "late")
        assert {(e, n): (*rest,) for e, n, *rest in rows.values_list(*names)} == self.held

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


@pytest.mark.django_db
def test_whatever_is_acknowledged_is_held_once_and_nothing_else_is() -> None:
    Store.TestCase.settings = settings(max_examples=25, stateful_step_count=15)
    Store.TestCase("runTest").runTest()
