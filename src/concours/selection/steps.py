"""The closed set of step kinds, by name. A new kind is a module and one line here."""

from collections.abc import Mapping

from concours.selection import (
    application_step,
    assessment_road,
    clearance_step,
    examination_step,
    narratives,
    register_step,
    review_step,
    service_step,
)
from concours.selection.candidacy import APPLY as CANDIDACY_APPLY
from concours.selection.candidacy import KINDS as CANDIDACY_WORDS
from concours.selection.candidacy import Apply
from concours.selection.step_kind import StepKind

ALL: tuple[StepKind, ...] = (
    application_step.KIND,
    examination_step.KIND,
    narratives.KIND,
    assessment_road.KIND,
    clearance_step.KIND,
    review_step.KIND,
    register_step.KIND,
    service_step.KIND,
)

STEPS: Mapping[str, StepKind] = {kind.name: kind for kind in ALL}

APPLY: Mapping[str, Apply] = {
    **CANDIDACY_APPLY,
    **{name: apply for kind in ALL for name, apply in kind.apply.items()},
}

WORDS: Mapping[str, str] = {
    **CANDIDACY_WORDS,
    **{name: words for kind in ALL for name, words in kind.words.items()},
}

TOLD: Mapping[str, str] = {name: template for kind in ALL for name, template in kind.told.items()}

DEADLINES: Mapping[str, str] = {name: rule for kind in ALL for name, rule in kind.deadlines.items()}

HELD: Mapping[str, str] = {name: told for kind in ALL for name, told in kind.held.items()}

WITHHELD: frozenset[str] = frozenset().union(*(kind.withheld for kind in ALL))
