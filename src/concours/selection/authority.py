"""Who may do what: one table, role to actions, and the question asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from concours.kernel.errors import NotPermitted


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody acting: an account's code, the roles it holds, and the person file it is, if any.

    ``code`` is what the ledger records; a candidate acts as their own person file's code.
    """

    code: str
    roles: frozenset[str]
    person: str = ""


SYSTEM = Actor(code="system", roles=frozenset({"system"}))
PUBLIC = Actor(code="public", roles=frozenset({"public"}))

#: Roles of the default service. ``public`` needs no account; ``system`` is the worker.
ROLES: Mapping[str, str] = {
    "public": "Anybody, without an account",
    "candidate": "A person applying, on their own files only",
    "registrar": "Runs the competition's files: eligibility, register, offers, corrections",
    "test_administrator": "Centres, sessions, seats, scoring and key decisions",
    "item_writer": "Writes items of the test",
    "item_reviewer": "Reviews and approves items others have written",
    "proctor": "Checks candidates in and runs the sitting",
    "scheduler": "Allocates panels and assessment days",
    "marker": "Marks essays, blind",
    "panellist": "Reads narratives, blind",
    "chair": "Settles disagreements of a panel",
    "assessor": "Rates the oral assessment",
    "medical_adjudicator": "The medical compartment",
    "waiver_officer": "Decides medical waivers",
    "security_adjudicator": "The security compartment",
    "suitability_examiner": "Final review",
    "appeals_officer": "Decides appeals and reversals",
    "appointing_authority": "Approves competitions, cuts, classes; signs offers",
    "training_officer": "Training results and first postings",
    "policy_officer": "Rulebooks, editions and amendments",
    "psychometrician": "Item analysis and scores",
    "auditor": "Reads every decision and proof; decides nothing",
    "system": "The worker, on dates that have come",
}

#: action -> roles that hold it. The one table; nothing else grants anything.
HOLDERS: Mapping[str, frozenset[str]] = {
    action: frozenset(roles.split())
    for action, roles in {
        # reading
        "file.read_own": "candidate",
        "file.read": "registrar test_administrator appeals_officer appointing_authority auditor",
        "file.search": "registrar test_administrator scheduler appeals_officer auditor",
        "file.names": "registrar proctor test_administrator appeals_officer training_officer",
        "file.lapse": "system",
        "board.enter": " ".join(sorted(set(ROLES) - {"public", "candidate", "system"})),
        "ledger.read": "auditor registrar",
        "lists.export": "registrar test_administrator scheduler auditor appointing_authority training_officer",
        "funnel.read": "registrar test_administrator scheduler appointing_authority auditor policy_officer psychometrician",
        # competition
        "competition.draft": "policy_officer registrar",
        "competition.submit": "policy_officer registrar",
        "competition.approve": "appointing_authority",
        "competition.publish": "registrar",
        "competition.amend": "policy_officer",
        "competition.close": "registrar",
        "competition.archive": "registrar",
        "competition.set_cut": "appointing_authority",
        # application
        "application.draft": "candidate",
        "application.submit": "candidate",
        "application.choose_track": "candidate",
        "application.withdraw": "candidate registrar",
        "application.undo_withdrawal": "registrar",
        "application.judge": "registrar system",
        "application.grant_extension": "registrar",
        "application.reopen_section": "registrar",
        "application.admit_late": "registrar",
        "candidacy.reopen": "appeals_officer",
        "candidacy.correct": "registrar",
        "appeal.lodge": "candidate",
        "appeal.decide": "appeals_officer",
        # examination
        "examination.manage_sessions": "test_administrator",
        "examination.reserve_seat": "candidate",
        "examination.offer_seat": "system",
        "examination.draw_seats": "test_administrator system",
        "examination.move_seat": "candidate test_administrator",
        "examination.cancel_seat": "candidate test_administrator",
        "examination.check_in": "proctor",
        "examination.sit": "candidate",
        "examination.end_sitting": "proctor system",
        "examination.add_minutes": "proctor",
        "examination.swap_machine": "proctor",
        "examination.hand_over": "proctor test_administrator",
        "examination.decide_late": "test_administrator",
        "examination.timeline": "test_administrator appeals_officer auditor",
        "examination.record_no_show": "proctor system",
        "examination.import_answers": "test_administrator",
        "examination.score": "test_administrator psychometrician",
        "examination.mark_essay": "marker",
        "examination.settle_essay": "chair",
        "examination.decide": "test_administrator system",
        "examination.reverse": "appeals_officer",
        "examination.pause_sitting": "proctor",
        "examination.resume_sitting": "proctor",
        "examination.run_desk": "proctor",
        "examination.exempt_lockdown": "proctor test_administrator",
        "examination.set_lockdown": "test_administrator",
        "examination.ask_accommodation": "candidate",
        "examination.decide_accommodation": "test_administrator",
        "examination.reverse_accommodation": "appeals_officer",
        "examination.challenge_item": "candidate",
        "examination.decide_challenge": "test_administrator",
        "examination.request_rescoring": "candidate",
        "examination.decide_rescoring": "test_administrator",
        "examination.decide_key": "test_administrator psychometrician appointing_authority",
        "examination.read_marks": "test_administrator psychometrician chair auditor",
        "examination.seed_essays": "chair",
        # item bank and forms
        "items.read": "item_writer item_reviewer test_administrator psychometrician",
        "items.write": "item_writer",
        "items.review": "item_reviewer",
        "items.rest": "item_reviewer test_administrator psychometrician",
        "items.import": "item_writer test_administrator",
        "items.export": "test_administrator psychometrician",
        "items.record_figures": "test_administrator psychometrician",
        "forms.read": "test_administrator psychometrician",
        "forms.assemble": "test_administrator psychometrician",
        "forms.lock": "test_administrator psychometrician",
        # narratives
        "narratives.draft": "candidate",
        "narratives.submit": "candidate",
        "narratives.extend": "registrar",
        "narratives.allocate": "scheduler",
        "narratives.declare_conflict": "panellist chair",
        "narratives.rate": "panellist",
        "narratives.adjudicate": "chair",
        "narratives.decide": "registrar",
        "narratives.check_deadline": "system registrar",
        "narratives.admit_late": "appeals_officer",
        "narratives.run_without": "appeals_officer",
        "narratives.reverse": "appeals_officer",
        # assessment
        "assessment.invite": "scheduler system",
        "assessment.manage_days": "scheduler",
        "assessment.book": "candidate",
        "assessment.move": "candidate scheduler",
        "assessment.record_attendance": "assessor scheduler",
        "assessment.rate": "assessor",
        "assessment.integrate": "assessor",
        "assessment.decide": "chair",
        "assessment.check_invitation": "system registrar",
        "assessment.reverse": "appeals_officer",
        # clearance
        "clearance.offer_conditional": "registrar system",
        "clearance.submit_forms": "candidate",
        "clearance.extend": "registrar",
        "clearance.read_medical": "medical_adjudicator waiver_officer",
        "clearance.decide_medical": "medical_adjudicator",
        "clearance.request_waiver": "candidate",
        "clearance.decide_waiver": "waiver_officer",
        "clearance.read_security": "security_adjudicator",
        "clearance.decide_security": "security_adjudicator",
        "clearance.record_wait": "medical_adjudicator security_adjudicator",
        "clearance.appeal_security": "candidate",
        "clearance.decide_security_appeal": "appeals_officer",
        "clearance.lapse": "system registrar",
        "clearance.reverse": "appeals_officer",
        # review
        "review.open": "scheduler registrar",
        "review.recuse": "suitability_examiner",
        "review.vote": "suitability_examiner",
        "review.read": "suitability_examiner",
        "review.reply": "candidate",
        "review.decide": "suitability_examiner",
        "review.appeal": "candidate",
        "review.decide_appeal": "appeals_officer",
        "review.lapse": "system registrar",
        "review.reverse": "appeals_officer",
        # register
        "register.place": "registrar system",
        "register.claim_points": "candidate",
        "register.request_stop": "candidate",
        "register.decide_points": "registrar",
        "register.correct_points": "appeals_officer",
        "register.stop_clock": "registrar",
        "register.resume_clock": "registrar",
        "register.set_do_not_call": "candidate",
        "register.remove": "registrar system",
        "register.restore": "appeals_officer",
        "register.reverse_placement": "appeals_officer",
        "register.read": "registrar appointing_authority auditor",
        "register.plan_class": "appointing_authority",
        "register.swear_in": "registrar",
        "register.make_offers": "registrar",
        "register.answer_offer": "candidate",
        "register.lapse_offer": "system registrar",
        "register.rescind": "appointing_authority",
        "register.reverse_offer": "appointing_authority",
        # service
        "service.appoint": "registrar",
        "service.record_training": "training_officer",
        "service.rank_preferences": "candidate",
        "service.assign": "training_officer",
        "service.hand_over": "registrar",
        "service.reverse": "appeals_officer",
        "class.reverse": "appointing_authority",
        # notices, record, operations
        "notice.release": "system registrar",
        "notice.manage": "registrar",
        "record.correct_in_bulk": "registrar",
        "record.read_bulk": "registrar appeals_officer auditor",
        "record.approve_bulk": "appeals_officer",
        "record.propose_destruction": "appeals_officer",
        "record.confirm_destruction": "appeals_officer appointing_authority",
        "person.propose_erasure": "registrar",
        "person.confirm_erasure": "registrar appeals_officer",
        "person.erase": "system",
        "person.hold": "appeals_officer",
        "policy.read": "public",
    }.items()
}


def holds(actor: Actor, action: str) -> bool:
    """Whether any of the actor's roles holds the action. An unknown action is a crash, not a no."""
    return bool(actor.roles & HOLDERS[action]) or "public" in HOLDERS[action]


def actions_of(actor: Actor) -> frozenset[str]:
    """Every action that one of the actor's roles holds."""
    return frozenset(action for action in HOLDERS if holds(actor, action))


def require(actor: Actor, action: str) -> None:
    """Refuse an actor none of whose roles holds the action."""
    if not holds(actor, action):
        raise NotPermitted(
            "not_permitted",
            remedy="Your role does not include this. Ask the registrar if you think it should.",
        )


def role_for(actor: Actor, action: str) -> str:
    """The role under which the actor does this; what the ledger records beside the actor."""
    require(actor, action)
    held = sorted(actor.roles & HOLDERS[action])
    return held[0] if held else "public"
