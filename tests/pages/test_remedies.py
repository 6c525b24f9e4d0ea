"""What a candidate is told to do when a rule says no is said in their language."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from concours.kernel.errors import BadInput
from concours.pages.wording.remedies import REMEDIES
from concours.pages.words import remedy_of

SOURCE = Path(__file__).resolve().parents[2] / "src" / "concours"
BLANK = re.compile(r"\{[^{}]*\}")
CANDIDATES = {
    "selection/application.py": "start_application submit_application _require_in_time choose_track require_no_wait",
    "selection/application_appeals.py": "appeal_eligibility",
    "selection/application_exceptions.py": "resubmit_section require_submitted",
    "selection/candidacy.py": "require_open",
    "selection/examination_seats.py": "reserve_seat move_seat _admitted _changeable _require_bookable",
    "policy/accommodations.py": "require_accommodations",
    "selection/examination_accommodations.py": "ask_accommodation _before_the_sitting",
    "services/examination/accommodations.py": "ask_accommodation",
    "selection/examination_breaks.py": "begin_break end_break require_unpaused running_sitting",
    "selection/examination_sitting.py": "submit_sitting",
    "selection/examination_challenges.py": "challenge_item request_rescoring",
    "selection/examination_reversal.py": "appeal_examination",
    "selection/result_appeal.py": "lodge_appeal",
    "selection/reached.py": "require_reached",
    "selection/progress.py": "require_all_before",
    "selection/narratives.py": "submit_narratives judge_narratives",
    "selection/assessment.py": "_require_free_to_book _require_good book join_waiting_list move",
    "selection/clearance.py": "require_offered certify_forms send_documents",
    "selection/clearance_second.py": "request_waiver _require_denied appeal_security",
    "selection/review.py": "reply appeal _require_refused",
    "selection/register.py": "require_placed set_do_not_call",
    "selection/register_points.py": "claim_points",
    "selection/register_clock.py": "request_stop",
    "selection/register_offers.py": "require_offer",
    "selection/service.py": "rank_preferences _require_appointed",
    "services/appeal_grounds.py": "keep_grounds",
    "services/application/sections.py": "_require_unfrozen",
    "services/assessment/booking.py": "_place _require_same_rules",
    "services/case.py": "moved_on",
    "services/documents.py": "_media_type open_document",
    "services/files.py": "unknown_file",
    "services/narratives/writing.py": "save_narrative theme",
    "services/rules/pages.py": "_edition rule_page",
}
"""Functions a candidate's own acts go through, and the public pages."""


def written(text: ast.expr) -> set[str]:
    """A remedy as it is written in the code; what is filled in is left blank."""
    if isinstance(text, ast.Constant):
        return {str(text.value)}
    if isinstance(text, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in text.values)
        return {"".join(str(part) for part in parts)}
    return set()


def remedies(file: Path, functions: set[str] | None = None) -> set[str]:
    """The remedies of a module, or of some of its functions."""
    return {
        remedy
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.ClassDef)
        and (functions is None or function.name in functions)
        for node in ast.walk(function)
        if isinstance(node, ast.keyword) and node.arg == "remedy"
        for remedy in written(node.value)
    }


def blanked(sentences: tuple[str, ...]) -> set[str]:
    return {BLANK.sub("{}", sentence) for sentence in sentences}


@pytest.mark.parametrize("name", CANDIDATES)
def test_whatever_a_candidate_may_be_told_to_do_is_among_the_translated_sentences(
    name: str,
) -> None:
    functions = set(CANDIDATES[name].split())
    assert remedies(SOURCE / name, functions) - blanked(REMEDIES) == set()
    code = ast.parse((SOURCE / name).read_text(encoding="utf-8"))
    known = {node.name for node in ast.walk(code) if isinstance(node, ast.FunctionDef)}
    assert functions - known == set()


def test_no_translated_sentence_has_gone_from_the_code() -> None:
    rooms = ("kernel", "policy", "selection", "services", "pages")
    files = [file for room in rooms for file in (SOURCE / room).rglob("*.py")]
    everything = "\n".join(file.read_text(encoding="utf-8") for file in files)
    found = {remedy for file in files for remedy in remedies(file)}
    gone = [s for s in blanked(REMEDIES) if s not in found and f'"{s}"' not in everything]
    assert gone == []


def test_a_refusal_is_read_in_spanish_and_arabic_with_its_own_particulars() -> None:
    plain = BadInput("no_seat", remedy="You hold no seat.")
    filled = BadInput("too_long", remedy="Shorten the narrative on Leadership by 12 characters.")
    found = {}
    for code in ("en", "es", "ar"):
        with translation.override(code):
            found[code] = (remedy_of(plain), remedy_of(filled))
    assert found == {
        "en": (plain.remedy, filled.remedy),
        "es": ("No tiene plaza.", "Acorte el relato sobre Leadership en 12 caracteres."),
        "ar": ("ليس لديك مقعد.", "اختصر السردية عن Leadership بمقدار 12 حرفًا."),
    }


def test_a_sentence_without_words_in_another_language_stays_as_it_is_written() -> None:
    with translation.override("es"):
        assert remedy_of(BadInput("x", remedy="Nobody wrote this.")) == "Nobody wrote this."
