"""Narratives: what may be submitted and when, who reads, how scores are made, who is in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.selection.examination_strategies import sat
from tests.selection.narratives_strategies import (
    ALLOCATED,
    CHAIR,
    DECIDED,
    EDITION,
    READERS,
    STEP,
    THEMES,
    WRITTEN,
    Field,
    level,
    narrative,
    rated,
    six,
    submitted,
)

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.exact import fraction
from concours.policy.edition import load_edition
from concours.selection.fold import fold_candidacy
from concours.selection.narratives import (
    check_deadline,
    deadline_of,
    extend_deadline,
    judge_narratives,
    openings,
    submit_narratives,
    summary,
)
from concours.selection.narratives_panel import allocate_files, enter_sheets
from concours.selection.narratives_result import (
    admit_late,
    appeal,
    file_score,
    record_run_without,
    reverse_result,
    run_without,
    settle_appeal,
)
from concours.selection.panel import Settled, Sheet, declare_conflict, form_panel, replace_reader

PAST = "p" * 64
ONE = "CAND-0000-0001"
#: Told on 12 October 2016: due by the end of 2 November in Washington.
DUE = datetime(2016, 11, 3, 4, tzinfo=UTC)


def code_of(call, *args, **kwargs):
    """The refusal's code of a call that must refuse."""
    with pytest.raises((RuleRefused, BadInput)) as refused:
        call(*args, **kwargs)
    return refused.value.code


def submit(field, narratives, at=WRITTEN):
    return submit_narratives(field.file(ONE), EDITION, step=STEP, at=at, narratives=narratives)


# ---- the candidate's side


def test_the_deadline_is_three_weeks_after_the_day_the_result_was_told():
    assert deadline_of(Field().file(ONE), EDITION, step=STEP) == DUE


def test_the_last_instant_is_in_time_and_the_next_is_not():
    field = Field()
    assert submit(field, six(), DUE - timedelta(microseconds=1))[0].kind == "narratives.submitted"
    assert code_of(submit, field, six(), DUE) == "deadline_passed"


def test_only_counts_and_digests_enter_the_record():
    body = submit(Field(), six(leadership=narrative("leadership", "I led Zanzibar Shipping.")))[
        0
    ].body
    assert body == {
        "rule": "narratives.length",
        "themes": {
            theme: {
                "characters": 24 if theme == "leadership" else 11,
                "digest": f"d-{theme}",
                "verifier": f"v-{theme}",
            }
            for theme in sorted(THEMES)
        },
    }


@pytest.mark.parametrize(
    ("bad", "code", "field"),
    [
        (narrative("management", "a" * 1301), "narrative_too_long", "management"),
        (narrative("management", "  \n "), "narrative_missing", "management"),
        (narrative("management", relation="relative"), "verifier_barred", "management_verifier"),
        (narrative("management", relation=""), "verifier_missing", "management_verifier"),
    ],
)
def test_a_narrative_that_breaks_a_rule_is_named_with_the_rule(bad, code, field):
    with pytest.raises(RuleRefused) as refused:
        submit(Field(), six(management=bad))
    assert (refused.value.code, refused.value.field) == (code, field)
    assert refused.value.cite == EDITION.rule(refused.value.rule).cite


def test_every_fault_is_found_at_once_for_the_check_page():
    bad = six(
        leadership=narrative("leadership", "a" * 1400, relation="relative"),
        substantive=narrative("substantive", ""),
    )
    found = judge_narratives(EDITION, step=STEP, narratives=bad)
    assert [(f.code, f.field) for f in found] == [
        ("narrative_too_long", "leadership"),
        ("verifier_barred", "leadership_verifier"),
        ("narrative_missing", "substantive"),
    ]
    assert found[0].numbers == {"found": "1400", "bound": "1300"}


def test_one_theme_twice_or_an_unknown_one_is_refused():
    assert code_of(submit, Field(), (*six(), narrative("leadership"))) == "no_such_theme"
    assert code_of(submit, Field(), (*six(), narrative("fidelity"))) == "no_such_theme"


def test_submitted_narratives_are_locked():
    assert code_of(submit, submitted(), six()) == "already_submitted"


def test_nobody_submits_before_being_told_of_a_pass():
    road = sat().score().mark(3, 3).decide()
    code = code_of(submit_narratives, road.now, EDITION, step=STEP, at=WRITTEN, narratives=six())
    assert code == "step_not_reached"


def test_an_extension_moves_the_deadline_and_may_come_late():
    field = Field()
    until = DUE + timedelta(days=7)
    drafts = extend_deadline(
        field.file(ONE),
        EDITION,
        step=STEP,
        at=DUE + timedelta(hours=1),
        until=until,
        ground="illness",
        authority="board",
    )
    field.do(drafts, DUE + timedelta(hours=1))
    assert deadline_of(field.file(ONE), EDITION, step=STEP) == until
    assert submit(field, six(), until - timedelta(seconds=1))[0].kind == "narratives.submitted"


def test_an_extension_to_an_earlier_day_is_none():
    code = code_of(
        extend_deadline,
        Field().file(ONE),
        EDITION,
        step=STEP,
        at=WRITTEN,
        until=DUE,
        ground="illness",
        authority="board",
    )
    assert code == "not_an_extension"


def test_silence_ends_the_candidacy_from_the_deadline_whenever_it_is_recorded():
    field = Field()
    late = DUE + timedelta(days=3)
    assert code_of(
        check_deadline, field.file(ONE), EDITION, step=STEP, at=DUE - timedelta(seconds=1)
    ) == ("deadline_not_passed")
    field.do(check_deadline(field.file(ONE), EDITION, step=STEP, at=late), late)
    closed = field.file(ONE).closed
    assert (closed.reason, closed.on) == ("narratives_not_submitted", DUE)
    assert field.state(ONE).passed is False


def test_a_late_entry_opens_the_candidacy_again_with_a_new_deadline():
    field = Field()
    late = DUE + timedelta(days=3)
    field.do(check_deadline(field.file(ONE), EDITION, step=STEP, at=late), late)
    until = late + timedelta(days=7)
    drafts = admit_late(
        field.file(ONE),
        EDITION,
        step=STEP,
        at=late,
        until=until,
        ground="service_failure",
        authority="board",
    )
    field.do(drafts, late)
    assert field.file(ONE).closed is None
    assert (field.state(ONE).passed, deadline_of(field.file(ONE), EDITION, step=STEP)) == (
        None,
        until,
    )
    assert (
        code_of(
            admit_late,
            field.file(ONE),
            EDITION,
            step=STEP,
            at=late,
            until=until,
            ground="again",
            authority="board",
        )
        == "not_lapsed"
    )


# ---- the panel's side


def test_allocation_writes_one_entry_for_the_panel_and_one_for_each_file():
    field = submitted(2)
    drafts = allocate_files(
        field.panel,
        EDITION,
        step=STEP,
        at=ALLOCATED,
        files={code: field.file(code) for code in field.files},
        plan=dict.fromkeys(field.files, READERS[1:]),
    )
    assert [(d.file, d.kind) for d in drafts] == [
        (field.panel.file, "panel.files_assigned"),
        (field.files[0], "narratives.allocated"),
        (field.files[1], "narratives.allocated"),
    ]
    # the candidacy's entry names the panel, never who reads
    assert drafts[1].body == {"panel": field.panel.file, "rule": "narratives.panel"}


def test_a_conflict_cannot_be_allocated_whoever_made_the_plan():
    field = submitted()
    drafts = declare_conflict(
        field.panel, EDITION, member=READERS[0], candidacy=ONE, relation="friend", source="declared"
    )
    field.do(drafts, ALLOCATED)
    assert code_of(field.allocate) == "conflict_of_interest"
    assert field.allocate({ONE: READERS[1:]}).panel.readers == {(ONE, ""): READERS[1:]}


@pytest.mark.parametrize(
    ("readers", "code"),
    [
        (READERS[:2], "wrong_number_of_readers"),
        ((READERS[0], READERS[0], READERS[1]), "reader_stands_twice"),
        ((*READERS[:2], "STRANGER"), "not_a_member"),
    ],
)
def test_a_plan_that_breaks_the_rule_allocates_nothing(readers, code):
    assert code_of(submitted().allocate, {ONE: readers}) == code


def test_a_panel_of_another_track_reads_none_of_these_files():
    field = submitted()
    other = form_panel(
        "PANE-0000-0002", competition="C", step=STEP, track="economic", members=READERS, chair=CHAIR
    )
    facts = field.do(other, ALLOCATED)
    from_other = {ONE: READERS[:3]}
    panel = type(field.panel)(
        file=facts[0].file, step=STEP, track="economic", members=READERS, chair=CHAIR
    )
    code = code_of(
        allocate_files,
        panel,
        EDITION,
        step=STEP,
        at=ALLOCATED,
        files={ONE: field.file(ONE)},
        plan=from_other,
    )
    assert code == "reader_of_another_track"


def test_a_tie_the_rule_does_not_name_is_no_conflict():
    code = code_of(
        declare_conflict,
        submitted().panel,
        EDITION,
        member=READERS[0],
        candidacy=ONE,
        relation="same_town",
        source="declared",
    )
    assert code == "relation_is_no_bar"


def test_a_recused_reader_is_replaced_by_one_free_of_conflict():
    field = submitted().allocate()
    conflict = declare_conflict(
        field.panel,
        EDITION,
        member=READERS[0],
        candidacy=ONE,
        relation="recognised",
        source="declared",
    )
    field.do(conflict, ALLOCATED)
    field.do(
        replace_reader(
            field.panel, candidacy=ONE, out=READERS[0], into=READERS[3], reason="recused"
        ),
        ALLOCATED,
    )
    assert field.panel.readers[(ONE, "")] == READERS[1:]
    assert (
        code_of(
            replace_reader,
            field.panel,
            candidacy=ONE,
            out=READERS[1],
            into=READERS[0],
            reason="recused",
        )
        == "conflict_of_interest"
    )


def test_nobody_declares_a_conflict_after_rating():
    code = code_of(
        declare_conflict,
        rated(4).panel,
        EDITION,
        member=READERS[0],
        candidacy=ONE,
        relation="friend",
        source="declared",
    )
    assert code == "already_rated"


def test_sheets_enter_only_when_the_last_is_locked():
    field = submitted().allocate()
    two = [Sheet(rater=r, ratings=level(4)) for r in field.panel.readers[(ONE, "")][:2]]
    with pytest.raises(RuleRefused) as refused:
        enter_sheets(field.panel, field.file(ONE), EDITION, step=STEP, at=ALLOCATED, sheets=two)
    assert refused.value.numbers == {"locked": "2", "readers": "3"}


def test_the_candidacy_learns_that_it_was_rated_but_no_number():
    field = rated(4)
    fact = next(f for f in field.world.read(ONE) if f.kind == "narratives.rated")
    assert fact.body == {
        "panel": field.panel.file,
        "sheets": 3,
        "awaits": "results",
        "rule": "narratives.disagreement",
    }


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (level(4) | {"leadership": 8}, "off_the_scale"),
        (level(4) | {"leadership": 0}, "off_the_scale"),
        ({t: 4 for t in THEMES if t != "leadership"}, "theme_not_rated"),
        (level(4) | {"fidelity": 4}, "no_such_theme"),
    ],
)
def test_a_sheet_rates_every_theme_once_on_the_scale(sheet, code):
    field = submitted().allocate()
    assert code_of(field.rate, ONE, level(4), level(4), sheet) == code


def test_a_theme_in_disagreement_waits_for_the_chair_and_takes_the_chairs_rating():
    field = submitted().allocate()
    field.rate(ONE, level(3), level(3), level(3, leadership=6))
    assert field.state(ONE).awaits == "chair"
    assert code_of(field.results, 1) == "files_not_rated"
    field.settle(ONE, leadership=5)
    found = file_score(field.panel, candidacy=ONE)
    assert found.themes["leadership"] == 5
    assert found.score == Fraction(5 + 5 * 3, 6)


def test_the_chair_decides_the_themes_in_disagreement_and_no_others():
    field = submitted().allocate()
    field.rate(ONE, level(3), level(3), level(3, leadership=6))
    assert code_of(field.settle, ONE, leadership=5, management=5) == "other_themes"
    assert code_of(rated(4).settle, ONE, leadership=4) == "nothing_to_settle"


# ---- results


sheets = st.fixed_dictionaries({theme: st.integers(1, 7) for theme in THEMES})


@settings(max_examples=25, deadline=None)
@given(three=st.tuples(sheets, sheets, sheets))
def test_a_score_is_the_mean_of_all_eighteen_ratings_where_the_readers_agree(three):
    field = submitted().allocate().rate(ONE, *three)
    flagged = {
        t
        for t in THEMES
        for own in range(3)
        if all(abs(three[own][t] - three[o][t]) > 2 for o in range(3) if o != own)
    }
    if flagged:
        assert field.state(ONE).awaits == "chair"
        field.settle(ONE, **dict.fromkeys(flagged, 4))
    total = sum(
        Fraction(4) if t in flagged else Fraction(sum(s[t] for s in three), 3) for t in THEMES
    )
    assert file_score(field.panel, candidacy=ONE).score == total / 6


@settings(max_examples=15, deadline=None)
@given(levels=st.lists(st.integers(1, 7), min_size=1, max_size=6), need=st.integers(0, 7))
def test_everyone_at_the_cut_is_in_and_nobody_below_it(levels, need):
    field = rated(*levels).decide(need)
    last = sorted(levels, reverse=True)[:need][-1:]
    expected = {
        code for code, found in zip(field.files, levels, strict=True) if last and found >= last[0]
    }
    passed = {code for code in field.files if field.state(code).passed}
    closed = {code for code in field.files if field.file(code).closed}
    assert (passed, closed) == (expected, set(field.files) - expected)


def test_a_decision_shows_its_numbers():
    field = rated(5, 4, 4).decide(1)
    facts = [f for f in field.world.read(field.files[1]) if f.kind == "narratives.decided"]
    assert facts[0].body == {
        "outcome": "failed",
        "score": "4",
        "themes": dict.fromkeys(sorted(THEMES), "4"),
        "adjustment": "0.00",
        "cut": "5",
        "need": 1,
        "rank": 2,
        "of": 3,
        "rule": "narratives.cut",
        "run": "RUN-1",
    }
    assert field.file(field.files[1]).closed.reason == "narratives_failed"


def test_a_reversal_opens_the_candidacy_again_and_keeps_the_first_decision():
    field = rated(5, 4).decide(1)
    failed = field.files[1]
    drafts = reverse_result(
        field.file(failed),
        EDITION,
        step=STEP,
        at=DECIDED,
        outcome="passed",
        ground="conflict_found",
        authority="board",
    )
    field.do(drafts, DECIDED)
    assert (field.file(failed).closed, field.state(failed).passed) == (None, True)
    assert fraction(field.state(failed).decision.score) == 4
    kinds = [f.kind for f in field.world.read(failed)]
    assert kinds.count("narratives.decided") == 1


def test_a_reversal_gives_the_other_outcome_and_a_ground():
    field = rated(5).decide(1)
    for outcome, ground, code in (
        ("passed", "x", "same_outcome"),
        ("excellent", "x", "same_outcome"),
        ("failed", "", "ground_missing"),
    ):
        assert code == code_of(
            reverse_result,
            field.file(ONE),
            EDITION,
            step=STEP,
            at=DECIDED,
            outcome=outcome,
            ground=ground,
            authority="board",
        )


def test_a_panel_run_again_without_one_member_shows_who_would_move():
    field = submitted(2).allocate()
    one, two = field.files
    field.rate(one, level(5), level(4), level(4)).rate(two, level(3), level(5), level(5))
    found = field.results(1)
    changes = run_without(field.panel, EDITION, step=STEP, found=found, member=READERS[0])
    assert [(c.candidacy, c.before, c.after, c.was_in, c.would_be_in) for c in changes] == [
        (one, Fraction(13, 3), Fraction(4), True, False),
        (two, Fraction(13, 3), Fraction(5), True, True),
    ]
    draft = record_run_without(
        field.panel,
        step=STEP,
        member=READERS[0],
        changes=changes,
        table="digest",
        ground="recusal",
        authority="board",
    )[0]
    assert (draft.body["changed"], draft.body["moved"]) == (2, 1)


def test_leaving_out_a_member_who_read_nothing_changes_nothing():
    found = rated(5, 4)
    assert (
        run_without(found.panel, EDITION, step=STEP, found=found.results(1), member=READERS[3])
        == ()
    )


def uneven() -> Field:
    """Sixteen files, each read by three of four; the first reader gives a point less than the others."""
    field = submitted(16)
    plan = {
        code: [reader for reader in READERS if reader != READERS[n % 4]]
        for n, code in enumerate(field.files)
    }
    field.allocate(plan)
    for code, three in plan.items():
        field.rate(code, *(level(4 if reader == READERS[0] else 5) for reader in three))
    return field


def test_a_strict_readers_files_are_given_back_what_the_reader_took():
    field = uneven()
    found = field.results(5)
    read = {code: READERS[0] in field.panel.readers[(code, "")] for code in field.files}
    raw = {code: file_score(field.panel, candidacy=code).score for code in field.files}
    assert {raw[c] for c in read if read[c]} == {Fraction(14, 3)}
    assert {raw[c] for c in read if not read[c]} == {Fraction(5)}
    assert {found.scores[c].adjustment for c in read if read[c]} == {"0.08"}
    assert {found.scores[c].adjustment for c in read if not read[c]} == {"-0.25"}
    assert {found.scores[c].score for c in read if read[c]} == {Fraction(14, 3) + Fraction("0.08")}
    assert {found.scores[c].score for c in read if not read[c]} == {Fraction("4.75")}
    assert {found.scores[c].themes[THEMES[0]] for c in read if read[c]} == {Fraction(14, 3)}


def test_a_theme_the_chair_decided_is_given_nothing():
    panel = uneven().panel
    one = next(c for (c, part) in panel.entered if not part)
    decided = replace(
        panel,
        settled={(one, ""): Settled(ratings={THEMES[0]: 4}, by=CHAIR, seq=1, at=DECIDED)},
    )
    plain = file_score(decided, candidacy=one).score
    given = file_score(decided, candidacy=one, adjustment="0.06").score
    assert given - plain == Fraction("0.06") * 5 / 6


# ---- appeals


def failed_field():
    return rated(5, 4).decide(1)


def test_a_failed_result_is_appealed_once_and_in_time():
    field = failed_field()
    failed = field.files[1]
    last = datetime(2017, 1, 31, 5, tzinfo=UTC)  # told on 1 December: until the end of 30 January
    assert (
        code_of(appeal, field.file(failed), EDITION, step=STEP, at=last, commitment=PAST)
        == "appeal_too_late"
    )
    just = last - timedelta(seconds=1)
    field.do(appeal(field.file(failed), EDITION, step=STEP, at=just, commitment=PAST), just)
    assert (
        code_of(appeal, field.file(failed), EDITION, step=STEP, at=just, commitment=PAST)
        == "nothing_to_appeal"
    )
    found = openings(field.file(failed), EDITION, step=STEP, at=just)
    assert [(o.command, o.awaited) for o in found] == [
        ("narratives.reverse", False),
        ("narratives.decide_appeal", True),
    ]


def test_a_pass_cannot_be_appealed():
    field = failed_field()
    assert (
        code_of(appeal, field.file(ONE), EDITION, step=STEP, at=DECIDED, commitment=PAST)
        == "nothing_to_appeal"
    )


@pytest.mark.parametrize(("upheld", "passed"), [(True, True), (False, False)])
def test_an_appeal_upheld_reverses_the_result_and_a_dismissed_one_does_not(upheld, passed):
    field = failed_field()
    failed = field.files[1]
    field.do(appeal(field.file(failed), EDITION, step=STEP, at=DECIDED, commitment=PAST), DECIDED)
    drafts = settle_appeal(
        field.file(failed),
        EDITION,
        step=STEP,
        at=DECIDED,
        upheld=upheld,
        ground="rating_error" if upheld else "no_error_found",
        authority="board",
    )
    field.do(drafts, DECIDED)
    assert (field.state(failed).passed, field.file(failed).closed is None) == (passed, passed)
    again = {"step": STEP, "at": DECIDED, "upheld": True, "ground": "x", "authority": "board"}
    assert code_of(settle_appeal, field.file(failed), EDITION, **again) == "no_appeal_pending"


# ---- what comes next, and replay


def due_openings(field):
    found = openings(field.file(ONE), EDITION, step=STEP, at=ALLOCATED)
    return [(o.command, o.owner) for o in found if o.awaited]


def test_an_open_file_always_waits_for_somebody_by_a_date():
    field = Field()
    assert [
        (o.command, o.owner, o.due_on)
        for o in openings(field.file(ONE), EDITION, step=STEP, at=WRITTEN)
        if o.awaited
    ] == [("narratives.submit", "candidate", DUE)]
    assert due_openings(field) == [("narratives.check_deadline", "system")]
    field.submit(ONE)
    assert due_openings(field) == [("narratives.allocate", "scheduler")]
    field.allocate()
    assert due_openings(field) == [("narratives.rate", "panellist")]
    field.rate(ONE, level(3), level(3), level(3, leadership=6))
    assert due_openings(field) == [("narratives.adjudicate", "chair")]
    field.settle(ONE, leadership=5)
    assert due_openings(field) == [("narratives.decide", "registrar")]
    field.decide(1)
    assert due_openings(field) == []


def test_the_road_tells_the_step_at_every_point():
    field = Field()
    told = [summary(field.file(ONE), EDITION, step=STEP, at=WRITTEN).status]
    field.submit(ONE)
    told.append(summary(field.file(ONE), EDITION, step=STEP, at=ALLOCATED).status)
    field.allocate().rate(ONE, level(4), level(4), level(4)).decide(1)
    told.append(summary(field.file(ONE), EDITION, step=STEP, at=DECIDED).status)
    assert told == ["your_turn", "board", "passed"]


def test_every_prefix_of_a_file_replays():
    field = rated(5, 4).decide(1)
    facts = field.world.read(field.files[1])
    for length in range(len(facts) + 1):
        file = fold_candidacy(facts[:length])
        summary(file, EDITION, step=STEP, at=DECIDED)
        openings(file, EDITION, step=STEP, at=DECIDED)
    assert file.closed.reason == "narratives_failed"


def test_destroyed_bodies_replay():
    field = rated(5, 4).decide(1)
    facts = [
        type(f)(**{n: getattr(f, n) for n in f.__slots__} | {"body": {}})
        for f in field.world.read(ONE)
    ]
    assert fold_candidacy(facts).seq == len(facts)


def test_the_sift_of_2022_is_left_open_and_stops_allocation():
    field = submitted()
    late = load_edition("us_foreign_service", "2022")
    code = code_of(
        allocate_files,
        field.panel,
        late,
        step=STEP,
        at=ALLOCATED,
        files={ONE: field.file(ONE)},
        plan={ONE: READERS[:3]},
    )
    assert code == "rule_left_open"
