"""Marks: the key changed by two people, its check, challenges, re-scoring, measured scores, markers."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from tests.cast import APPLIES, staff
from tests.services.application_cast import TEST, why
from tests.services.marks_cast import ADMINISTRATOR, PSYCHOMETRICIAN, SCORED, SECTIONS, given_sheets

from concours.kernel.errors import BadInput, NotPermitted, OutOfDate, RuleRefused
from concours.records.ledger_store import read_facts
from concours.records.models import (
    ChallengeArgument,
    EssaySheet,
    ExaminationStanding,
    KeyCheckItem,
    MeasurementArtefact,
    Notice,
    SeededScript,
    TestItem,
)
from concours.selection.authority import Actor
from concours.selection.competition import set_base_scale
from concours.services.case import append_as_system
from concours.services.competitions import read_competition
from concours.services.examination import (
    essay_seeds,
    essays,
    key_check,
    key_check_run,
    key_review,
    markers,
    measuring,
    requests,
    responses,
)
from concours.services.examination.keys import key_digest, key_of
from concours.services.examination.results import decide_result, result_page
from concours.services.examination.scoring import score_all
from concours.services.home.second import proposals_for
from concours.services.listing import ListQuery
from concours.services.measurement.again import run_again
from concours.services.measurement.calibration_run import CalibrationRequest, run_calibration
from concours.services.measurement.score_run import ScoreRequest, run_scores
from concours.services.notices.release import release_due
from concours.services.own_data import own_data_copy

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[tuple[Actor, str]]:
    return given_sheets()


def competition_of(people: list[tuple[Actor, str]]) -> str:
    return ExaminationStanding.objects.get(file=people[0][1]).competition


def totals() -> dict[str, Decimal]:
    rows = ExaminationStanding.objects.exclude(total="").values_list("file", "total")
    return {file: Decimal(total) for file, total in rows}


def kinds(code: str) -> list[str]:
    return [fact.kind for fact in read_facts(code)]


def rekey(competition: str, **change: object) -> str:
    plain = {"section": "job_knowledge", "item": 1, "treatment": "rekey", "option": "B"}
    return key_review.propose(
        ADMINISTRATOR, competition, **(plain | change), reason="wrong_key", at=SCORED
    )


def test_an_option_that_beats_the_key_is_flagged_and_its_numbers_are_shown(people) -> None:
    competition = competition_of(people)
    with pytest.raises(NotPermitted):
        key_check.ask_for_check(staff("proctor"), competition, at=SCORED)
    assert key_check_run.check_key(competition, at=SCORED, by="w") == {
        "job_knowledge": 1,
        "english_expression": 0,
        "biographic": 0,
    }
    query = ListQuery(order="flag", filters={"flag": "suspect"})
    found = key_check.checked_items(PSYCHOMETRICIAN, competition, query)
    assert [(i.section, i.number, i.key, i.suspect) for i in found.rows] == [
        ("job_knowledge", 1, "A", "B")
    ]
    shown = {option: (n, r) for option, n, _, r in found.rows[0].options}
    assert shown["A"][0] == 8
    assert shown["B"][0] == 16
    assert shown["B"][1] > 0 > shown["A"][1]
    state = key_check.check_state(PSYCHOMETRICIAN, competition)
    assert (state.items, state.flagged, state.answers) == (12, 1, 24)
    key_check_run.check_key(competition, at=SCORED, by="w")
    assert KeyCheckItem.objects.count() == 12
    assert MeasurementArtefact.objects.filter(what="key_check").count() == 6


def test_a_change_of_the_key_shows_its_effect_and_then_does_exactly_that(people) -> None:
    competition = competition_of(people)
    score_all(ADMINISTRATOR, competition, at=SCORED)
    before = totals()
    code = rekey(competition)
    assert [(p.what, p.code) for p in proposals_for(PSYCHOMETRICIAN)] == [("key_change", code)]
    assert proposals_for(ADMINISTRATOR) == ()
    page = key_review.change_page(PSYCHOMETRICIAN, competition, code)
    effect = page.effect
    assert effect is not None
    assert (effect.persons, effect.changed, effect.up, effect.down) == (24, 24, 16, 8)
    with pytest.raises(RuleRefused) as same:
        key_review.decide(
            ADMINISTRATOR, competition, code, approve=True, effect=effect.digest, at=SCORED
        )
    assert same.value.code == "same_person"
    with pytest.raises(OutOfDate):
        key_review.decide(
            PSYCHOMETRICIAN, competition, code, approve=True, effect="other", at=SCORED
        )
    assert totals() == before
    run = key_review.decide(
        PSYCHOMETRICIAN, competition, code, approve=True, effect=effect.digest, at=SCORED
    )
    assert run is not None
    assert proposals_for(PSYCHOMETRICIAN) == ()
    after = totals()
    assert run.decided == effect.changed
    moved = [after[c] - before[c] for c in before]
    assert (sum(m > 0 for m in moved), sum(m < 0 for m in moved)) == (16, 8)
    above = [sum(t >= 154 for t in found.values()) for found in (before, after)]
    assert above[1] - above[0] == effect.to_above - effect.to_below
    assert kinds(people[-1][1])[-2:] == ["choice.scored", "choice.corrected"]
    assert TestItem.objects.get(section="job_knowledge", number=1).key == "A"
    again = key_review.rescore_all(PSYCHOMETRICIAN, competition, at=SCORED)
    assert again.decided == 0


@pytest.mark.parametrize(
    ("treatment", "able", "weak"),
    [("drop", "4", "0"), ("credit", "4", "1"), ("accept_also", "4", "1")],
)
def test_each_treatment_gives_the_raw_score_it_says(people, treatment, able, weak) -> None:
    competition = competition_of(people)
    score_all(ADMINISTRATOR, competition, at=SCORED)
    option = "B" if treatment == "accept_also" else ""
    code = rekey(competition, treatment=treatment, option=option)
    page = key_review.change_page(PSYCHOMETRICIAN, competition, code)
    key_review.decide(
        PSYCHOMETRICIAN, competition, code, approve=True, effect=page.effect.digest, at=SCORED
    )
    raw = []
    for _, code in (people[-1], people[0]):
        bodies = [f.body for f in read_facts(code) if f.kind.startswith("choice.")]
        raw.append(bodies[-1]["raw"]["job_knowledge"])
    assert raw == [able, weak]
    able_body = [f.body for f in read_facts(people[-1][1]) if f.kind.startswith("choice.")][-1]
    assert able_body["key"] == key_digest(key_of(competition, "examination"))


def decided_and_told(code: str) -> None:
    decide_result(ADMINISTRATOR, code, at=SCORED, seen=None)
    release_due(at=SCORED + timedelta(days=2))


def test_who_failed_by_a_faulty_item_goes_on_and_is_told(people) -> None:
    competition = competition_of(people)
    scale = dict.fromkeys(SECTIONS, ("4", "1")) | {"job_knowledge": ("3", "1")}
    append_as_system(set_base_scale(read_competition(competition), scale=scale), at=APPLIES)
    score_all(ADMINISTRATOR, competition, at=SCORED)
    actor, code = people[-1]
    assert totals()[code] == Decimal("150.00")
    below = people[0][1]
    decided_and_told(code)
    decided_and_told(below)
    assert kinds(code)[-3:] == ["examination.decided", "candidacy.closed", "candidacy.told"]
    change = rekey(competition)
    page = key_review.change_page(PSYCHOMETRICIAN, competition, change)
    assert (page.effect.to_above, page.effect.reopened) == (16, 1)
    later = SCORED + timedelta(days=4)
    key_review.decide(
        PSYCHOMETRICIAN, competition, change, approve=True, effect=page.effect.digest, at=later
    )
    assert kinds(code)[-3:] == ["choice.rescored", "examination.set_aside", "candidacy.reopened"]
    row = ExaminationStanding.objects.get(file=code)
    assert (row.total, row.outcome, row.essay) == ("160.00", "", "to_mark")
    assert kinds(below)[-2:] == ["choice.rescored", "candidacy.told"]
    release_due(at=later + timedelta(days=2))
    assert result_page(actor, code, at=later + timedelta(days=2)).outcome == ""
    letters = {
        file: [n.template for n in Notice.objects.filter(file=file, queued_at=later)]
        for file in (code, below)
    }
    assert letters == {code: ["examination.set_aside"], below: ["choice.rescored"]}


def test_a_challenge_keeps_its_words_encrypted_and_is_answered_with_the_key_check_beside_it(
    people,
) -> None:
    competition = competition_of(people)
    actor, code = people[-1]
    words = "Option B is right because the law changed in 2010."
    plain = {"section": "job_knowledge", "item": 1, "ground": "wrong_key"}
    with pytest.raises(BadInput):
        requests.challenge_item(actor, code, **plain, argument="No.", at=TEST)
    with pytest.raises(NotPermitted):
        requests.challenge_item(people[0][0], code, **plain, argument=words, at=TEST)
    requests.challenge_item(actor, code, **plain, argument=words, at=TEST)
    row = ChallengeArgument.objects.get()
    assert b"law" not in bytes(row.argument)
    assert words not in str(read_facts(code)[-1].body)
    assert words in own_data_copy(actor, at=TEST)
    key_check_run.check_key(competition, at=SCORED, by="w")
    page = requests.challenge_page(ADMINISTRATOR, code, at=SCORED)
    assert page is not None
    assert (page.argument, page.checked.suspect) == (words, "B")
    assert [i.lodged for i in requests.challenged_items(ADMINISTRATOR, competition)] == [1]
    requests.decide_challenge(ADMINISTRATOR, code, upheld=True, at=SCORED, seen=None, **why())
    assert kinds(code)[-1] == "item_challenge.decided"
    assert requests.challenge_page(ADMINISTRATOR, code, at=SCORED) is None
    assert requests.requests_page(actor, code, at=SCORED).challenges[0].outcome == ""
    release_due(at=SCORED + timedelta(days=2))
    assert requests.requests_page(actor, code, at=SCORED).challenges[0].outcome == "upheld"


def test_a_request_for_rescoring_is_confirmed_or_corrected_by_the_key_in_force(people) -> None:
    competition = competition_of(people)
    score_all(ADMINISTRATOR, competition, at=SCORED)
    (first, one), (second, two) = people[0], people[1]
    for code in (one, two):
        decided_and_told(code)
    later = SCORED + timedelta(days=3)
    requests.request_rescoring(first, one, at=later)
    requests.decide_rescoring(ADMINISTRATOR, one, at=later, seen=None, **why())
    assert read_facts(one)[-1].body["outcome"] == "confirmed"
    code = rekey(competition, treatment="credit", option="")
    page = key_review.change_page(PSYCHOMETRICIAN, competition, code)
    append_as_system(
        [
            key_review.rules.decide_key_change(
                read_competition(competition), code=code, by="X", approve=True, effect=""
            )[0]
        ],
        at=later,
    )
    assert page.effect.up > 0
    requests.request_rescoring(second, two, at=later)
    requests.decide_rescoring(ADMINISTRATOR, two, at=later, seen=None, **why())
    found = [f for f in read_facts(two) if f.kind == "rescoring.decided"]
    assert found[-1].body["outcome"] == "confirmed"
    result = result_page(first, one, at=later + timedelta(days=2))
    assert result.outcome == "failed"


# the measurement room


def test_scores_are_taken_only_from_what_was_handed_over_and_can_be_reproduced(
    people, tmp_path: Path
) -> None:
    competition = competition_of(people)
    score_all(ADMINISTRATOR, competition, at=SCORED)
    handed = responses.hand_over(PSYCHOMETRICIAN, competition, tmp_path / "out", at=SCORED)
    assert [(h.section, h.persons, h.items) for h in handed] == [
        (s, 24, 4) for s in ("biographic", "english_expression", "job_knowledge")
    ]
    source = Path(handed[0].path)
    parameters = tmp_path / "parameters.csv"
    calibrate(source, tmp_path, parameters)
    report = tmp_path / "scores"
    request = ScoreRequest(answers=str(source), parameters=str(parameters), id="candidacy")
    run_scores(request, report)
    run = measuring.take_scores(PSYCHOMETRICIAN, competition, {"biographic": report}, at=SCORED)
    assert run.decided == 24
    body = read_facts(people[-1][1])[-1].body
    taken = measuring.read_measured(competition, "examination", "biographic", report)
    assert body["scaled"]["biographic"] == str(taken.scores[people[-1][1]])
    assert body["scaled"]["english_expression"] == "70.00"
    assert body["measured"] == {"biographic": {"report": taken.report, "scores": taken.table}}
    assert all(c.same for c in run_again(report / "report.json", tmp_path / "again"))
    with pytest.raises(BadInput) as other:
        measuring.take_scores(PSYCHOMETRICIAN, competition, {"job_knowledge": report}, at=SCORED)
    assert other.value.code == "other_responses"
    table = report / "scores.csv"
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(BadInput) as changed:
        measuring.take_scores(PSYCHOMETRICIAN, competition, {"biographic": report}, at=SCORED)
    assert changed.value.code == "table_changed"


def calibrate(source: Path, folder: Path, parameters: Path) -> None:
    """Parameters of a Rasch model for the responses."""
    request = CalibrationRequest(answers=str(source), model="1pl", id="candidacy")
    run_calibration(request, folder / "calibration")
    (folder / "calibration" / "parameters.csv").replace(parameters)


# essays


def seeded(competition: str, marks: tuple[int, ...] = (2, 4)) -> Actor:
    chair = staff("chair")
    for mark in marks:
        essay_seeds.add_script(chair, competition, text="A known script. " * 10, mark=mark, at=TEST)
    return chair


def test_a_known_script_looks_like_any_other_sheet_and_never_enters_a_file(people) -> None:
    competition = competition_of(people)
    chair = seeded(competition)
    with pytest.raises(NotPermitted):
        essay_seeds.scripts(staff("marker"), competition)
    marker = next(
        actor
        for actor in (staff("marker") for _ in range(200))
        if essay_seeds.script_for(actor.code, competition) is not None
    )
    code = essays.next_sheet(marker, competition=competition, at=SCORED)
    assert code is not None
    page = essays.sheet_page(marker, code)
    assert page.text.startswith("A known script.")
    assert [mark for mark, _ in page.rubric] == [6, 5, 4, 3, 2, 1, 0]
    assert (page.reading, len(page.criteria)) == (1, 4)
    assert essays.lock_mark(marker, code, mark=5, at=SCORED) is False
    script = SeededScript.objects.get(code=EssaySheet.objects.get(code=code).candidacy)
    row = markers.markers_page(chair, competition).rows[0]
    assert (row.marker, row.seeds, row.seeded) == (marker.code, 1, 5 - script.mark)
    assert row.flagged is (5 - script.mark > 1)
    assert sorted((r.mark, r.read) for r in essay_seeds.scripts(chair, competition)) == sorted(
        (m, int(m == script.mark)) for m in (2, 4)
    )


def test_the_dashboard_says_who_is_severe_and_how_far_markers_agree(people) -> None:
    competition = competition_of(people)
    mild, severe = staff("marker"), staff("marker")
    for place, (first, second) in enumerate([(4, 3), (5, 2), (4, 4), (6, 4)]):
        for reading, (marker, mark) in enumerate([(mild, first), (severe, second)], start=1):
            EssaySheet.objects.create(
                code=f"{place}-{reading}",
                candidacy=people[place][1],
                competition=competition,
                step="examination",
                marker=marker.code,
                reading=reading,
                mark=mark,
                locked_at=SCORED,
            )
    page = markers.markers_page(staff("chair"), competition)
    by_code = {row.marker: row for row in page.rows}
    assert (by_code[mild.code].severity, by_code[severe.code].severity) == (1.5, -1.5)
    assert (page.essays, page.exact, page.within, page.tolerance) == (4, 1, 3, 2)
    assert [r.flagged for r in page.rows] == [False, False]
    with pytest.raises(NotPermitted):
        markers.markers_page(staff("marker"), competition)
