"""A group whose answer sheets are in, with one item whose key is wrong."""

from collections.abc import Callable
from datetime import timedelta

from tests.cast import APPLIES, given_competition, staff
from tests.services.application_cast import TEST
from tests.services.seats import admitted

from concours.selection.authority import Actor
from concours.selection.competition import set_base_scale
from concours.services.case import append_as_system
from concours.services.competitions import read_competition
from concours.services.examination.imports import import_answers
from concours.services.examination.sheets import KeyItem, Sheet, Sheets

SCORED = TEST + timedelta(days=2)
SECTIONS = ("job_knowledge", "english_expression", "biographic")
ADMINISTRATOR, PSYCHOMETRICIAN = staff("test_administrator"), staff("psychometrician")
ITEMS = 4


def pattern(person: int, wrong: int = 1) -> tuple[str, ...]:
    """Four answers a section; item ``wrong`` of job knowledge has its key in option A, but the
    able choose B there."""
    able = person >= 8
    usual = ["A" if person % 4 > n or able else "C" for n in range(ITEMS)]
    first = list(usual)
    first[wrong - 1] = "B" if able else "A"
    return (*first, *usual, *usual)


def mixed(person: int) -> tuple[str, ...]:
    """Answers in which the able are right more often, but nobody by rule: fit to be measured."""
    found = []
    for n in range(ITEMS):
        luck = (person * 7 + n * 11) % 24
        found.append("A" if person + luck >= 14 + 4 * n else "BCD"[(person + n) % 3])
    return tuple(found * len(SECTIONS))


def given_sheets(
    answers: Callable[[int], tuple[str, ...]] = pattern,
) -> list[tuple[Actor, str]]:
    """Twenty-four candidates with four answers a section."""
    competition = given_competition()
    scale = dict.fromkeys(SECTIONS, ("2", "1"))
    append_as_system(set_base_scale(read_competition(competition), scale=scale), at=APPLIES)
    found = admitted(competition, 24)
    key = tuple(KeyItem(name=f"{s}{n}", key="A", section=s) for s in SECTIONS for n in range(ITEMS))
    sheets = tuple(
        Sheet(row=n + 2, person=code, answers=answers(n)) for n, (_, code) in enumerate(found)
    )
    read = Sheets(key=key, sheets=sheets, options=("A", "B", "C", "D"))
    import_answers(ADMINISTRATOR, competition, read, by_code=True, at=TEST)
    return found
