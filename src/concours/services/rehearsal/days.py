"""The assessment days of the rehearsal, with their places and assessors, and days still open."""

from datetime import datetime, timedelta

from concours.policy.edition import Edition
from concours.records.models import AssessmentDay, AssessmentPlace, DayAssessor
from concours.simulator.cohort import Cohort
from concours.simulator.home import REHEARSAL

STEP = "assessment"
PLACES = 6
OPEN_DAYS = 3


def fill_days(cohort: Cohort) -> None:
    """Write every day with who is booked, and some open days after the base instant."""
    booked = [
        (d.code, d.competition, d.starts_at, d.members, d.team, "held" if d.held else "open")
        for d in cohort.days
    ]
    for competition in sorted({d.competition for d in cohort.days if not d.held}):
        for number in range(OPEN_DAYS):
            starts = cohort.base.replace(hour=12, minute=0) + timedelta(days=35 + 7 * number)
            booked.append((cohort.new_code(), competition, starts, (), (), "open"))
    days = AssessmentDay.objects.bulk_create(
        _day(code, competition, starts, cohort.edition, state)
        for code, competition, starts, _, _, state in booked
    )
    places: list[AssessmentPlace] = []
    assessors: list[DayAssessor] = []
    for day, (_, _, starts, members, team, _) in zip(days, booked, strict=True):
        for number in range(1, PLACES + 1):
            holder = members[number - 1] if number <= len(members) else None
            still = holder is not None and cohort.file(holder).closed is None
            places.append(
                AssessmentPlace(
                    day=day,
                    number=number,
                    candidacy=holder if still else None,
                    taken_at=starts - timedelta(days=20) if still else None,
                )
            )
        assessors.extend(DayAssessor(day=day, account=code) for code in team)
    AssessmentPlace.objects.bulk_create(places)
    DayAssessor.objects.bulk_create(assessors)


def _day(
    code: str, competition: str, starts: datetime, edition: Edition, state: str
) -> AssessmentDay:
    place = REHEARSAL.assessment
    return AssessmentDay(
        code=code,
        competition=competition,
        step=STEP,
        place=place.place,
        address=place.address,
        zone=edition.zone,
        starts_at=starts,
        state=state,
    )
