"""Synthetic people: invented names, plausible lives, and the abilities a test would find.

Nobody in here exists. Distributions follow published figures loosely: ages from
the early twenties to the fifties, most with a bachelor's or a master's degree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from numpy.random import Generator

from concours.simulator.home import REHEARSAL

GIVEN = [
    "Ada",
    "Amara",
    "Aidan",
    "Bela",
    "Bruno",
    "Carmen",
    "Cyrus",
    "Dalia",
    "Dmitri",
    "Elena",
    "Emeka",
    "Farah",
    "Felix",
    "Greta",
    "Hana",
    "Hugo",
    "Ines",
    "Ivan",
    "Jamal",
    "June",
    "Kavya",
    "Kofi",
    "Lena",
    "Luca",
    "Mai",
    "Marcus",
    "Nadia",
    "Noah",
    "Olga",
    "Omar",
    "Priya",
    "Quinn",
    "Rosa",
    "Ravi",
    "Sofia",
    "Silas",
    "Tara",
    "Theo",
    "Uma",
    "Victor",
    "Wanda",
    "Xavier",
    "Yara",
    "Yusuf",
    "Zara",
    "Zeno",
]
FAMILY = [
    "Abbott",
    "Adeyemi",
    "Aldana",
    "Barros",
    "Bergen",
    "Castell",
    "Chaudhry",
    "Dorsey",
    "Eklund",
    "Farrow",
    "Galindo",
    "Harmon",
    "Ibarra",
    "Jansen",
    "Kowal",
    "Lindqvist",
    "Mbeki",
    "Nakano",
    "Okafor",
    "Pruitt",
    "Quintero",
    "Ruvalcaba",
    "Sandoval",
    "Tanaka",
    "Underhill",
    "Vasquez",
    "Whitlock",
    "Xiong",
    "Yamada",
    "Zeller",
    "Ashgrove",
    "Brightwater",
    "Coldwell",
    "Fairweather",
]
SCHOOLS = (
    "Northgate College",
    "Riverbend University",
    "Lakeshore Institute",
    "Summit State University",
)
EMPLOYERS = (
    "Harbour Relief",
    "Meridian Analytics",
    "Plains School District",
    "Cedar Health",
    "Union Transit",
)
TRACKS = tuple(REHEARSAL.tracks)
TRACK_SHARES = tuple(REHEARSAL.tracks.values())
DEGREES = ("none", "bachelor", "master", "doctorate")
DEGREE_SHARES = (0.06, 0.46, 0.4, 0.08)
LANGUAGES = ("french", "spanish", "arabic", "mandarin", "russian", "portuguese")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """One synthetic person. Abilities are in standard deviations of the applicant group."""

    number: int
    given: str
    family: str
    born: date
    citizen: bool
    available: bool
    barred: bool
    track: str
    degree: str
    school: str
    employer: str
    years: int
    preference: str
    language: str
    speaking: int
    general: float
    sections: tuple[float, float, float]
    writing: float
    narrative: float
    oral: float
    healthy: float
    clean: float
    eager: float
    sex: str
    group: str

    @property
    def full_name(self) -> str:
        """Given name and family name, as on an identity document."""
        return f"{self.given} {self.family}"

    @property
    def email(self) -> str:
        """An address that cannot exist: the domain is reserved for examples."""
        return f"{self.given}.{self.family}.{self.number}@candidates.example".lower()


def _pick(chance: Generator, of: Sequence[str], shares: Sequence[float] | None = None) -> str:
    return str(chance.choice(of, p=shares))


def invent(count: int, *, base: date, chance: Generator, first: int = 1) -> tuple[Invented, ...]:
    """Invent ``count`` people as of ``base``; the same generator gives the same people."""
    return tuple(_one(number, base, chance) for number in range(first, first + count))


def _one(number: int, base: date, chance: Generator) -> Invented:
    general = float(chance.normal())
    age = min(59.5, 19.6 + float(chance.gamma(2.6, 4.2)))
    noise = chance.normal(size=8)
    degree = _pick(chance, DEGREES, DEGREE_SHARES)
    return Invented(
        number=number,
        given=_pick(chance, GIVEN),
        family=_pick(chance, FAMILY),
        born=base - timedelta(days=int(age * 365.2425)),
        citizen=bool(chance.random() > 0.012),
        available=bool(chance.random() > 0.01),
        barred=bool(chance.random() < 0.004),
        track=_pick(chance, TRACKS, TRACK_SHARES),
        degree=degree,
        school=_pick(chance, SCHOOLS),
        employer=_pick(chance, EMPLOYERS),
        years=max(0, int(age - 23 - 2 * DEGREES.index(degree) / 3)),
        preference=_pick(chance, ("none", "five_point", "ten_point"), (0.9, 0.07, 0.03)),
        language=_pick(chance, LANGUAGES),
        speaking=int(chance.choice((0, 1, 2, 3, 4), p=(0.4, 0.2, 0.18, 0.17, 0.05))),
        general=general,
        sections=(
            0.75 * general + 0.66 * float(noise[0]),
            0.75 * general + 0.66 * float(noise[1]),
            0.55 * general + 0.83 * float(noise[2]),
        ),
        writing=0.6 * general + 0.8 * float(noise[3]),
        narrative=0.5 * general + 0.87 * float(noise[4]),
        oral=0.5 * general + 0.87 * float(noise[5]),
        healthy=float(chance.random()),
        clean=float(chance.random()),
        eager=float(chance.random()),
        sex=_pick(chance, ("woman", "man", "not_said"), (0.44, 0.51, 0.05)),
        group=_pick(chance, ("a", "b", "c", "not_said"), (0.6, 0.2, 0.14, 0.06)),
    )
