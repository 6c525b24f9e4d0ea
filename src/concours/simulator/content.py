"""What invented people write: application sections and narratives, the same for the same person."""

import hashlib
from typing import Any

from concours.ledger.canonical import canonical
from concours.simulator.home import REHEARSAL
from concours.simulator.people import Invented

SALT = "_salt"
BARS = (
    "separated_607",
    "separated_608",
    "separated_610",
    "separated_611",
    "separated_612",
    "denied_tenure",
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


def sections_of(person: Invented) -> dict[str, dict[str, Any]]:
    """The sections of an application as they are kept, each with the salt its digest needs."""
    degree = {
        "degree": person.degree,
        "field": "Public affairs",
        "year": str(person.born.year + 22),
    }
    work = {
        "employer": person.employer,
        "title": "Programme officer",
        "country": REHEARSAL.citizen_of,
        "from_year": str(person.born.year + 23),
        "to_year": str(person.born.year + 23 + person.years),
        "duties": "Planning, accounts and reporting.",
    }
    found: dict[str, dict[str, Any]] = {
        "identity": {
            "full_name": person.full_name,
            "birth_date": person.born.isoformat(),
            "citizenships": [REHEARSAL.citizen_of] if person.citizen else ["XXA"],
        },
        "contact": {
            "address": f"{person.number} Example Street, {CITIES[person.number % len(CITIES)]}",
            "telephone": f"+1 202 555 {person.number % 10_000:04}",
        },
        "education": {
            "entries": [{**degree, "institution": person.school}] if person.degree != "none" else []
        },
        "employment": {"entries": [work] if person.years else []},
        "languages": {"entries": [{"language": person.language, "level": str(person.speaking)}]},
        "veteran": {"claim": person.preference},
        "declarations": declarations_of(person),
        "track": {"track": person.track},
    }
    return {name: {**text, SALT: _salt(person, name)} for name, text in found.items()}


def declarations_of(person: Invented) -> dict[str, bool]:
    """What the person agrees to, and what they declare not to be."""
    agreed = {
        "worldwide_availability": person.available,
        "public_support_of_policy": True,
        "needs_of_the_service": True,
    }
    return agreed | {bar: person.barred and bar == "separated_607" for bar in BARS}


def _salt(person: Invented, name: str) -> str:
    return hashlib.sha256(f"salt {person.number} {name}".encode()).hexdigest()


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
