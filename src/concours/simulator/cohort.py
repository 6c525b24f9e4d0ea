"""A cohort: invented people walked along the road by selection's own commands, up to one instant.

Nothing after ``base`` happens: whoever's next act would come later stands where
they are. So one cohort fills every step with open files.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from numpy.random import Generator

from concours.kernel.identifiers import code_from
from concours.ledger.draft import Draft, Fact
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.fold import tell, untold
from concours.simulator.people import Invented
from concours.simulator.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """One member of staff of the rehearsal: the code the ledger knows, and the roles."""

    code: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One assessment day: where its candidates were booked, and who assesses."""

    code: str
    competition: str
    starts_at: datetime
    members: tuple[str, ...]
    team: tuple[str, ...]
    held: bool


@dataclass(slots=True)
class Cohort:
    """The world under way, with its people by candidacy, its staff by name and its chance."""

    edition: Edition
    base: datetime
    chance: Generator
    world: World = field(default_factory=World)
    people: dict[str, Invented] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    days: list[Day] = field(default_factory=list)

    def new_code(self) -> str:
        """A file code from the cohort's own chance: the same cohort, the same codes."""
        return code_from(self.chance.bytes(8))

    def hire(self, name: str, *roles: str) -> Staff:
        """Add a member of staff."""
        found = Staff(code=self.new_code(), name=name, roles=roles)
        self.staff[name] = found
        return found

    def holding(self, role: str) -> tuple[Staff, ...]:
        """Everybody of the staff who holds a role, in order of hiring."""
        return tuple(s for s in self.staff.values() if role in s.roles)

    def past(self, at: datetime) -> bool:
        """Whether an act at this instant has happened by the base instant."""
        return at < self.base

    def act(
        self, drafts: Sequence[Draft], *, by: Staff | str, role: str, at: datetime
    ) -> tuple[Fact, ...]:
        """Record what a command returned."""
        actor = by if isinstance(by, str) else by.code
        return self.world.record(drafts, actor=actor, role=role, at=at)

    def file(self, code: str) -> Candidacy:
        """A candidacy as it stands."""
        return self.world.candidacy(code)

    def tell_all(self, code: str, at: datetime) -> bool:
        """Tell the candidate of everything decided; false when that comes after the base."""
        if not self.past(at):
            return False
        for fact in untold(self.world.read(code)):
            telling = tell(self.file(code), self.edition, about=fact, at=at)
            self.act((telling,), by="system", role="system", at=at)
        return True

    def later(self, at: datetime, *, least: float, most: float) -> datetime:
        """A chance instant so many days after ``at``, by day on the board's clock."""
        moment = at + timedelta(days=float(self.chance.uniform(least, most)))
        local = moment.astimezone(ZoneInfo(self.edition.zone))
        hour = 9 + local.hour * 8 // 24
        moved = local.replace(hour=hour).astimezone(UTC)
        return moved if moved > at else moved + timedelta(days=1)


def at_hour(day: date, hour: float, zone: str) -> datetime:
    """An hour of a day on the board's clock, in UTC."""
    minutes = round(hour * 60)
    local = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)
