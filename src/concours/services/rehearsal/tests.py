"""Centres, seats, items and sittings of the rehearsal's tests."""

from dataclasses import asdict

from concours.records.models import Centre, Seat, Sitting
from concours.selection.examination import Examination
from concours.selection.session import Session, fold_session
from concours.services.rehearsal.bank import lock_tests
from concours.services.sitting_rows import columns
from concours.simulator.cohort import Cohort
from concours.simulator.home import REHEARSAL
from concours.simulator.window import seat_label

STEP = "examination"


def fill_tests(cohort: Cohort) -> None:
    """Write centres, every session's seats with their holders, items and sittings."""
    Centre.objects.bulk_create(
        Centre(
            code=centre.code,
            name=centre.name,
            city=centre.city,
            country=centre.country,
            zone=centre.zone,
            address=centre.address,
            abroad=centre.abroad,
        )
        for centre in REHEARSAL.centres
    )
    sessions = [
        fold_session(facts)
        for facts in cohort.world.facts.values()
        if facts[0].kind.startswith("session.")
    ]
    _seats(cohort, sessions)
    _sittings(cohort)
    lock_tests(cohort, sorted({s.competition for s in sessions}), step=STEP)


def _seats(cohort: Cohort, sessions: list[Session]) -> None:
    held = {
        (seat.session, seat.seat): (code, file.last_at)
        for code in cohort.people
        if (file := cohort.file(code)).closed is None
        and (seat := file.state(STEP, Examination).seat) is not None
    }
    rows = []
    for session in sessions:
        for place in range(session.seats):
            label = seat_label(place)
            holder, since = held.get((session.file, label), (None, None))
            rows.append(
                Seat(
                    session=session.file,
                    step=STEP,
                    label=label,
                    accessible=place < session.accessible,
                    holder=holder,
                    taken_at=since,
                )
            )
    Seat.objects.bulk_create(rows, batch_size=1_000)


def _sittings(cohort: Cohort) -> None:
    Sitting.objects.bulk_create(
        Sitting(
            candidacy=code,
            step=STEP,
            number=1,
            medium="screen",
            opened_at=sitting.opened_at,
            **asdict(columns(cohort.file(code), cohort.edition, STEP)),
        )
        for code in cohort.people
        if (sitting := cohort.file(code).state(STEP, Examination).sitting) is not None
    )
