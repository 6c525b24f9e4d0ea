"""Races: one place has one candidate, and sheets locked at the same moment enter the record once."""

import threading
from collections import Counter

from django.db import connections
from tests.selection.narratives_strategies import level
from tests.services.assessment.test_assessment_services import BOOKED, Scene
from tests.services.panel_cast import RATED
from tests.services.panel_pages_cast import PanelScene

from concours.kernel.errors import RuleRefused
from concours.records.ledger_store import read_facts
from concours.records.models import AssessmentPlace
from concours.services.assessment.booking import book_day
from concours.services.narratives.reading import rate


def together(jobs):
    """Do these at the same time; counts how they came out."""
    outcomes, start = Counter(), threading.Barrier(len(jobs))
    lock = threading.Lock()

    def work(job):
        try:
            start.wait()
            try:
                outcome = job()
            except RuleRefused as refusal:
                outcome = refusal.code
            with lock:
                outcomes[outcome] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_three_places_are_taken_three_times_by_eight_who_want_them(own_database):
    scene = Scene(count=8, places=3).invite()

    def booking(file):
        def job():
            book_day(scene.people[file], file, day=scene.day, at=BOOKED, seen=None)
            return "booked"

        return job

    assert together([booking(f) for f in scene.files]) == {"booked": 3, "day_is_full": 5}
    held = set(AssessmentPlace.objects.exclude(candidacy=None).values_list("candidacy", flat=True))
    told = {f for f in scene.files if read_facts(f)[-1].kind == "assessment.booked"}
    assert (len(held), held) == (3, told)


def test_one_candidate_who_presses_twice_has_one_place(own_database):
    scene = Scene(count=1, places=3).invite()
    file = scene.files[0]

    def job():
        book_day(scene.people[file], file, day=scene.day, at=BOOKED, seen=None)
        return "booked"

    assert together([job, job, job]) == {"booked": 1, "already_booked": 2}
    assert AssessmentPlace.objects.filter(candidacy=file).count() == 1


def test_three_readers_who_lock_at_once_bring_their_sheets_in_once(own_database):
    scene = PanelScene().allocate()
    file = scene.first

    def locking(code):
        def job():
            return rate(
                scene.readers[code], file, ratings=level(4), reasons="", lock=True, at=RATED
            )

        return job

    outcomes = together([locking(code) for code in scene.readers_of(file)])
    assert outcomes == {True: 1, False: 2}
    kinds = [fact.kind for fact in read_facts(scene.panel)]
    assert kinds.count("panel.sheets_entered") == 1
    assert [f.kind for f in read_facts(file)].count("narratives.rated") == 1
