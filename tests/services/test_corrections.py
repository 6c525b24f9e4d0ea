"""Bulk corrections: every wrong cell named, a dry run that writes nothing, a second person's one act."""

from datetime import timedelta

import pytest
from tests.cast import APPLIES, given_candidacy, given_competition, given_person, staff

from concours.kernel.errors import NotPermitted, RuleRefused
from concours.records.ledger_store import count_entries, read_facts
from concours.selection.authority import Actor
from concours.services.competitions import read_competition
from concours.services.corrections.acts import correction_page, propose, sign
from concours.services.corrections.sheet import WrongCell, WrongSheet

pytestmark = pytest.mark.django_db

NOW = APPLIES + timedelta(hours=2)


class Desk:
    """A competition with two drafts under way, and the two people a correction needs."""

    def __init__(self) -> None:
        self.competition = given_competition()
        self.files = [
            given_candidacy(given_person(f"{name}@example.org", name), self.competition)
            for name in ("ada", "ben")
        ]
        self.registrar, self.officer = staff("registrar"), staff("appeals_officer")

    def propose(self, text: str, by: Actor | None = None) -> str:
        """Propose extensions."""
        return propose(
            by or self.registrar,
            competition=self.competition,
            what="extensions",
            content=text.encode(),
            reason="board_error",
            authority="court",
            at=NOW,
        )

    def sheet(self, until: str = "2016-06-05") -> str:
        """One row a file."""
        return "candidacy,until\n" + "".join(f"{file},{until}\n" for file in self.files)


def test_every_wrong_cell_is_named_and_nothing_is_kept() -> None:
    desk = Desk()
    text = (
        f"candidacy,until\n{desk.files[0]},tomorrow\nNOPE,2016-06-02\n{desk.files[0]},2016-06-02\n"
    )
    before = count_entries()
    with pytest.raises(WrongSheet) as caught:
        desk.propose(text)
    assert [(c.row, c.column) for c in caught.value.cells] == [
        (2, "until"),
        (3, "candidacy"),
        (4, "candidacy"),
    ]
    assert caught.value.cells[0] == WrongCell(
        row=2, column="until", found="tomorrow", remedy="Write a day as 2027-02-28."
    )
    assert count_entries() == before


def test_a_dry_run_says_what_would_happen_and_writes_nothing() -> None:
    desk = Desk()
    before = count_entries()
    page = correction_page(desk.officer, desk.propose(desk.sheet()), at=NOW)
    assert page.dry_run is not None
    assert (page.dry_run.rows, page.dry_run.decided, page.dry_run.refused) == (2, 2, ())
    assert count_entries() == before


def test_whoever_proposed_a_file_cannot_sign_it() -> None:
    desk = Desk()
    both = Actor(code="BOTH-0000-0000", roles=frozenset({"registrar", "appeals_officer"}))
    code = desk.propose(desk.sheet(), by=both)
    digest = correction_page(both, code, at=NOW).digest
    with pytest.raises(RuleRefused, match="same_person"):
        sign(both, code, digest=digest, at=NOW)


def test_a_registrar_alone_cannot_sign() -> None:
    desk = Desk()
    code = desk.propose(desk.sheet())
    with pytest.raises(NotPermitted):
        sign(staff("registrar"), code, digest="", at=NOW)


def test_signing_is_one_act_with_an_entry_in_every_file_and_one_run() -> None:
    desk = Desk()
    code = desk.propose(desk.sheet())
    digest = correction_page(desk.officer, code, at=NOW).digest
    done = sign(desk.officer, code, digest=digest, at=NOW)
    assert done.decided == 2
    for file in desk.files:
        last = [f for f in read_facts(file) if f.kind == "application.extended"]
        assert [f.actor for f in last] == [desk.officer.code]
        assert last[0].body["authority"] == "court"
    run = read_competition(desk.competition).runs[f"correction-{code}"]
    assert (run["closed"], run["count"]) == (True, 2)


def test_a_row_a_rule_refuses_is_left_out_and_named() -> None:
    desk = Desk()
    code = desk.propose(desk.sheet(until="2016-05-03"))
    page = correction_page(desk.officer, code, at=NOW)
    assert page.dry_run is not None
    assert page.dry_run.decided == 0
    assert [file for file, _ in page.dry_run.refused] == sorted(desk.files)
