"""The staff of a rehearsal: somebody for every role, enough readers, markers and assessors."""

from concours.simulator.cohort import Cohort

SINGLE = (
    "registrar",
    "test_administrator",
    "proctor",
    "scheduler",
    "chair",
    "medical_adjudicator",
    "waiver_officer",
    "security_adjudicator",
    "appeals_officer",
    "appointing_authority",
    "training_officer",
    "policy_officer",
    "psychometrician",
    "auditor",
)
ITEM_STAFF = ("item_writer", "item_reviewer")
SEVERAL = {"marker": 4, "panellist": 15, "assessor": 8, "suitability_examiner": 5}


def hire_everybody(cohort: Cohort) -> None:
    """Hire one of each single role, and several of those who work in panels."""
    for role in SINGLE:
        cohort.hire(role.replace("_", "-"), role)
    for role, count in SEVERAL.items():
        for number in range(1, count + 1):
            cohort.hire(f"{role.replace('_', '-')}-{number}", role)


def hire_item_staff(cohort: Cohort) -> None:
    """Hire who writes items and who reviews them; after everybody else, whose codes then stay."""
    for role in ITEM_STAFF:
        cohort.hire(role.replace("_", "-"), role)
