"""An edition: the pinned rules of one process, read from its folder of TOML files.

A later edition ``extends`` another: it replaces whole rules by id, lists
``remove``, and gives ``steps`` whole when the order changes. Nothing is ever
merged inside a rule. The digest covers every file the edition is made of.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec

from concours.kernel.citation import Citation, Standing
from concours.kernel.errors import BadInput, RuleRefused
from concours.policy.kinds import KINDS

V = TypeVar("V", bound=msgspec.Struct)


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A citation as written in a rulebook file."""

    source: str
    clause: str
    checked_on: date
    standing: Standing
    url: str = ""

    def citation(self) -> Citation:
        """The same, as the kernel's value."""
        return Citation(
            source=self.source,
            clause=self.clause,
            checked_on=self.checked_on,
            standing=self.standing,
            url=self.url,
        )


class ValueSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Unit and source of one value, where they differ from the rule's own."""

    unit: str
    cite: Source


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A worked case: runs as a test under this edition and every one that inherits it."""

    why: str
    given: dict[str, object]
    expect: dict[str, object]


class StepPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step of the process: its id, which kind of step it is, and its title."""

    id: str
    kind: str
    title: str


class RuleText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rule as written. ``open`` says why it has no value; then no competition may reach it."""

    id: str
    kind: str
    question: str
    unit: str
    cite: Source
    value: dict[str, object] = {}
    sources: dict[str, ValueSource] = {}
    cases: list[Case] = []
    open: str = ""


class StepFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One TOML file: the rules of one step, or of the process as a whole."""

    rules: list[RuleText]


class EditionText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``edition.toml``: what this edition is, what it extends, and its order of steps."""

    process: str
    edition: str
    title: str
    zone: str
    summary: str
    in_force: str
    extends: str = ""
    steps: list[StepPlan] = []
    remove: list[str] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of an edition, decoded. ``value`` is None exactly when ``open`` says why."""

    id: str
    kind: str
    question: str
    unit: str
    cite: Citation
    value: msgspec.Struct | None
    sources: Mapping[str, ValueSource]
    cases: tuple[Case, ...]
    open: str
    edition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The rules a competition pins, by id, with the order of steps and a digest."""

    process: str
    edition: str
    title: str
    zone: str
    summary: str
    in_force: str
    extends: str
    steps: tuple[StepPlan, ...]
    rules: Mapping[str, Rule]
    digest: str

    def rule(self, rule_id: str) -> Rule:
        """The rule of this id. Raises RuleRefused when the edition has none."""
        found = self.rules.get(rule_id)
        if found is None:
            raise RuleRefused(
                "no_such_rule",
                remedy=f"Edition {self.edition} has no rule {rule_id}: this command does not belong to it.",
                rule=rule_id,
            )
        return found

    def has(self, rule_id: str) -> bool:
        """Whether the edition has this rule at all, open or not."""
        return rule_id in self.rules

    def value(self, rule_id: str, kind: type[V]) -> V:
        """The typed value of a rule. Raises RuleRefused when absent or left open."""
        rule = self.rule(rule_id)
        if rule.value is None:
            raise RuleRefused(
                "rule_left_open", remedy=f"No source settles {rule_id}: {rule.open}", rule=rule_id
            )
        if not isinstance(rule.value, kind):
            raise BadInput(
                "wrong_rule_kind", remedy=f"{rule_id} is a {rule.kind}, not {kind.__name__}."
            )
        return rule.value

    def refusal(
        self, rule_id: str, code: str, *, remedy: str, field: str | None = None, **numbers: str
    ) -> RuleRefused:
        """The refusal a rule gives, carrying its citation and the numbers compared."""
        cite = self.rule(rule_id).cite
        return RuleRefused(
            code, remedy=remedy, field=field, cite=cite, rule=rule_id, numbers=numbers
        )

    def step(self, step_id: str) -> StepPlan:
        """The step of this id. Raises RuleRefused when the process has none."""
        for plan in self.steps:
            if plan.id == step_id:
                return plan
        raise RuleRefused("no_such_step", remedy=f"Edition {self.edition} has no step {step_id}.")


def _decode(text: bytes, kind: type[V], path: str) -> V:
    try:
        return msgspec.toml.decode(text, type=kind)
    except msgspec.DecodeError as error:
        raise BadInput("bad_rulebook", remedy=f"{path}: {error}") from error


def _decode_rule(text: RuleText, path: str, edition: str) -> Rule:
    kind = KINDS.get(text.kind)
    where = f"{path}: rules.{text.id}"
    if kind is None:
        known = ", ".join(sorted(KINDS))
        raise BadInput(
            "unknown_rule_kind", remedy=f"{where}.kind = {text.kind!r}; known kinds: {known}"
        )
    if text.open and text.value:
        raise BadInput("open_rule_with_value", remedy=f"{where}: either open or value, not both")
    if not text.open and not text.cases:
        raise BadInput("rule_without_cases", remedy=f"{where}: give at least one worked case")
    value = None
    if not text.open:
        try:
            value = msgspec.convert(text.value, kind.value, str_keys=True)
        except msgspec.ValidationError as error:
            raise BadInput("bad_rulebook", remedy=f"{where}.value: {error}") from error
    unknown = set(text.sources) - set(text.value)
    if unknown:
        raise BadInput("bad_rulebook", remedy=f"{where}.sources names no value: {sorted(unknown)}")
    return Rule(
        id=text.id,
        kind=text.kind,
        question=text.question,
        unit=text.unit,
        cite=text.cite.citation(),
        value=value,
        sources=text.sources,
        cases=tuple(text.cases),
        open=text.open,
        edition=edition,
    )


def read_edition(root: Traversable, process: str, edition: str) -> Edition:
    """Read one edition below ``root`` (the folder that holds processes).

    Raises BadInput naming file and path for an unknown key, a wrong type, a
    missing citation, a rule without worked cases, or a step file of no use.
    """
    folder = root / process / edition
    head_file = folder / "edition.toml"
    if not head_file.is_file():
        raise BadInput(
            "no_such_edition",
            remedy=f"There is no edition {edition} of {process}.",
            field="edition",
        )
    head_bytes = head_file.read_bytes()
    head = _decode(head_bytes, EditionText, f"{process}/{edition}/edition.toml")
    base = read_edition(root, process, head.extends) if head.extends else None
    digest = hashlib.sha256(base.digest.encode() if base else b"")
    digest.update(head_bytes)
    rules: dict[str, Rule] = dict(base.rules) if base else {}
    for gone in head.remove:
        if rules.pop(gone, None) is None:
            raise BadInput(
                "bad_rulebook",
                remedy=f"{process}/{edition}/edition.toml: remove names no rule {gone}",
            )
    seen: set[str] = set()
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name == "edition.toml" or not file.name.endswith(".toml"):
            continue
        path = f"{process}/{edition}/{file.name}"
        text = file.read_bytes()
        digest.update(file.name.encode() + b"\0" + text)
        for rule in _decode(text, StepFile, path).rules:
            if rule.id in seen:
                raise BadInput("bad_rulebook", remedy=f"{path}: rules.{rule.id} stands twice")
            seen.add(rule.id)
            rules[rule.id] = _decode_rule(rule, path, edition)
    steps = tuple(head.steps) or (base.steps if base else ())
    if not steps:
        raise BadInput(
            "bad_rulebook", remedy=f"{process}/{edition}/edition.toml: steps are missing"
        )
    return Edition(
        process=head.process,
        edition=head.edition,
        title=head.title,
        zone=head.zone,
        summary=head.summary,
        in_force=head.in_force,
        extends=head.extends,
        steps=steps,
        rules=dict(sorted(rules.items())),
        digest=digest.hexdigest(),
    )


def rulebooks() -> Traversable:
    """The folder of rulebooks that ships with Concours."""
    return resources.files("concours.policy") / "rulebooks"


@cache
def load_edition(process: str, edition: str) -> Edition:
    """One shipped edition; read once, as its files never change while running."""
    return read_edition(rulebooks(), process, edition)


def shipped_editions() -> tuple[tuple[str, str], ...]:
    """Every (process, edition) that ships, in order."""
    return tuple(
        (process.name, edition.name)
        for process in sorted(rulebooks().iterdir(), key=lambda f: f.name)
        if process.is_dir() and not process.name.startswith("_")
        for edition in sorted(process.iterdir(), key=lambda f: f.name)
        if (edition / "edition.toml").is_file()
    )
