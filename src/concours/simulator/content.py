"""What invented people write: application sections and narratives, the same for the same person."""

import hashlib
from collections.abc import Mapping

from concours.ledger.canonical import canonical
from concours.simulator.people import Invented

SECTIONS = (
    "identity",
    "education",
    "employment",
    "languages",
    "veteran",
    "contact",
    "declarations",
)
CITIES = ("Annapolis", "Boise", "Cleveland", "Duluth", "El Paso", "Fresno")
DEEDS = {
    "leadership": "I led a small team through a change of system that nobody had asked for",
    "interpersonal": "Two departments had stopped speaking, and I brought them to one table",
    "communication": "I rewrote the notice that our clients kept misreading",
    "management": "With half the budget I kept the programme open all year",
    "intellectual": "The figures contradicted the story we told, so I went back to the source",
    "substantive": "I spent three years close to the questions this track deals with",
}
RESULTS = (
    "Within six months complaints fell by half, and the method was taken over by two other offices.",
    "The plan held when the storm came, and the people who had doubted it asked for the notes.",
    "It did not all work: one supplier left. I said so in the report and we changed the contract.",
    "The partners signed the following spring, and the agreement is still in force.",
)


def sections_of(person: Invented) -> Mapping[str, Mapping[str, str]]:
    """The sections of an application as field to text."""
    return {
        "identity": {
            "full_name": person.full_name,
            "birth_date": person.born.isoformat(),
            "citizenships": "USA" if person.citizen else "XXA",
        },
        "education": {"degree": person.degree, "school": person.school},
        "employment": {"employer": person.employer, "years": str(person.years)},
        "languages": {"language": person.language, "speaking": str(person.speaking)},
        "veteran": {"preference": person.preference},
        "contact": {
            "city": CITIES[person.number % len(CITIES)],
            "telephone": f"+1 202 555 {person.number % 10_000:04}",
        },
        "declarations": {"worldwide": "yes" if person.available else "no"},
    }


def narrative_of(person: Invented, theme: str) -> str:
    """One narrative, well under the published length."""
    head = next(
        (deed for name, deed in DEEDS.items() if theme.startswith(name)), DEEDS["management"]
    )
    place = f"at {person.employer}" if person.years else f"while studying at {person.school}"
    return f"{head} {place}. {RESULTS[(person.number + len(theme)) % len(RESULTS)]}"


def essay_of(person: Invented) -> str:
    """A short essay for the test."""
    side = "should" if person.number % 2 else "should not"
    return (
        f"Whether a small country {side} rely on one large neighbour is a question of price and of "
        "memory. I take the price first. Trade that can be turned off is a tax on every later "
        "decision. Against that stands what distance costs every day. I conclude that the answer "
        "lies in the second contract, not in the first."
    )


def digest_of(value: object) -> str:
    """SHA-256 of the canonical form of plain values: what an entry says of a snapshot."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()  # type: ignore[arg-type]
