"""Training: the modules of the programme, and how often one may be repeated."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.kind import Kind

RESULTS = ("passed", "failed")


class Module(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One module; ``weeks`` is None where only the whole programme's length is known."""

    title: str
    weeks: int | None = None


class Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Modules in order, the programme's length in months, repeats allowed for each module."""

    months: int
    centre: str
    modules: dict[str, Module]
    repeats: int


def standing(rule: Training, *, results: Sequence[tuple[str, str]]) -> str:
    """ "under_way", "passed" or "separated" from the results of modules, oldest first."""
    failures: dict[str, int] = {}
    passed: set[str] = set()
    for module, result in results:
        if result == "passed":
            passed.add(module)
        else:
            failures[module] = failures.get(module, 0) + 1
    if any(count > rule.repeats for count in failures.values()):
        return "separated"
    return "passed" if passed >= set(rule.modules) else "under_way"


def require_result(
    rule: Training, *, results: Sequence[tuple[str, str]], module: str, result: str
) -> None:
    """Raise BadInput unless this module may still have this result recorded."""
    if module not in rule.modules:
        known = ", ".join(rule.modules)
        raise BadInput("no_such_module", remedy=f"Modules are {known}.", field="module")
    if result not in RESULTS:
        raise BadInput("no_such_result", remedy="A result is passed or failed.", field="result")
    if (module, "passed") in results:
        raise BadInput(
            "module_already_passed", remedy="This module is passed; choose another.", field="module"
        )


def _run(rule: Training, given: Mapping[str, Any]) -> Mapping[str, object]:
    results = [(r["module"], r["result"]) for r in given["results"]]
    return {"standing": standing(rule, results=results)}


KIND = Kind("training", Training, _run)
