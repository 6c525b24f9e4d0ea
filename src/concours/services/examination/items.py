"""Practice items for a rehearsal: made from a seed, plain enough to answer, and nobody's secret."""

import hashlib
from collections.abc import Iterator

from concours.policy.edition import Edition
from concours.policy.test_section import TestSection, pilot_items
from concours.records.models import TestItem
from concours.selection.examination import sections_of

OPTIONS = ("A", "B", "C", "D")
FACTS = (
    ("What is the capital of France?", ("Paris", "Lyon", "Nice", "Lille")),
    (
        "Which ocean lies between Africa and Australia?",
        ("Indian", "Atlantic", "Arctic", "Southern"),
    ),
    (
        "What does a central bank mainly set?",
        ("A key interest rate", "Wages", "School terms", "Tariffs"),
    ),
    ("What does a census count?", ("People", "Laws", "Embassies", "Harvests")),
    ("Which word means the same as “brief”?", ("Short", "Loud", "Late", "Broad")),
    ("Which is spelled correctly?", ("Separate", "Seperate", "Separete", "Seprate")),
    ("What is 15 per cent of 200?", ("30", "15", "20", "35")),
    ("What does an average of 4, 6 and 8 come to?", ("6", "5", "7", "18")),
    (
        "Who signs a treaty for a state?",
        ("Its representative", "Any citizen", "A visitor", "Nobody"),
    ),
    (
        "Which of these is a spreadsheet's smallest part?",
        ("A cell", "A page", "A file", "A folder"),
    ),
)
TOPIC = "Should a public service rotate its staff often, or let them stay long? Argue for one side."


def rehearsal_items(competition: str, edition: Edition, *, step: str, seed: str) -> int:
    """Give a rehearsal's competition its items with their key; returns how many.

    The same seed gives the same items and the same places of the right answers.
    One in ten of each section is a pilot: it has a key and does not count.
    """
    rows = [
        row
        for section, about in sections_of(edition, step).items()
        for row in _section(competition, step, section, about, seed)
    ]
    TestItem.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _section(
    competition: str, step: str, section: str, about: TestSection, seed: str
) -> Iterator[TestItem]:
    pilots = _pilot_places(about, f"{seed}/{section}")
    for number in range(1, about.items + 1):
        common = TestItem(
            competition=competition,
            step=step,
            section=section,
            number=number,
            name=f"{section}-{number:03d}",
        )
        if about.answer == "essay":
            common.stem = TOPIC
        else:
            stem, answers = FACTS[(number - 1) % len(FACTS)]
            turn = _digest(f"{seed}/{section}/{number}") % len(OPTIONS)
            turned = (*answers[-turn:], *answers[:-turn]) if turn else answers
            common.stem = stem
            common.options = [[k, words] for k, words in zip(OPTIONS, turned, strict=True)]
            common.key = OPTIONS[turned.index(answers[0])]
            common.counts = number not in pilots
        yield common


def _pilot_places(about: TestSection, seed: str) -> frozenset[int]:
    """Which numbers are pilots: spread by the seed, so that nobody can tell."""
    ordered = sorted(range(1, about.items + 1), key=lambda n: _digest(f"{seed}/pilot/{n}"))
    return frozenset(ordered[: pilot_items(about)])


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
