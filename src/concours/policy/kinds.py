"""The closed set of rule kinds, by name. A new kind is a module and one line here."""

from concours.policy import (
    age_window,
    attainment,
    attendance,
    citizenship,
    compensatory_sum,
    conditional_marking,
    cut,
    deadline,
    declaration,
    double_marking,
    form_sections,
    hold,
    identity_check,
    seat_rules,
    t_scale,
    test_form,
    test_section,
    tracks,
    wait,
    windows,
)
from concours.policy.kind import Kind

ALL: tuple[Kind, ...] = (
    age_window.KIND,
    attainment.KIND,
    attendance.KIND,
    citizenship.KIND,
    compensatory_sum.KIND,
    conditional_marking.KIND,
    cut.KIND,
    deadline.KIND,
    declaration.KIND,
    double_marking.KIND,
    form_sections.KIND,
    hold.KIND,
    identity_check.KIND,
    seat_rules.KIND,
    t_scale.KIND,
    test_form.KIND,
    test_section.KIND,
    tracks.KIND,
    wait.KIND,
    windows.KIND,
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in ALL}
