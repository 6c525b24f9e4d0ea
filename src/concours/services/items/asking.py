"""Asking the worker for parallel forms, and what it may choose from."""

import hashlib
import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import transaction

from concours.kernel.errors import BadInput
from concours.ledger.canonical import canonical
from concours.ledger.draft import Json
from concours.records.codes import new_code
from concours.records.models import Assembly, BankItem, BankUse
from concours.selection.authority import Actor, require
from concours.services.competitions import read_competition
from concours.services.examination.sessions import edition_of, test_step
from concours.services.items.blueprints import BlueprintText, read_blueprint
from concours.services.items.history import Kept, read_items
from concours.services.items.stimuli import Stimulus, stimuli
from concours.services.jobs import enqueue

ASSEMBLE = "items.assemble"
SHOWABLE = ("choice", "multiple", "text")
"""Kinds the examination room can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """What forms may be made of: rows of the bank with their histories, stimuli, uses and enemies."""

    rows: tuple[BankItem, ...]
    kept: dict[str, Kept]
    stimuli: dict[str, Stimulus]
    forms: dict[str, frozenset[str]]
    enemies: dict[str, frozenset[str]]

    @property
    def digest(self) -> str:
        """SHA-256 over every item that could be chosen, by its last act and figures."""
        lines: list[Json] = [
            [
                row.name,
                self.kept[row.name].digest,
                *(("" if v is None else f"{v:.6f}") for v in (row.a, row.b, row.c)),
                len(self.forms.get(row.name, ())),
            ]
            for row in self.rows
        ]
        return hashlib.sha256(canonical(lines).encode()).hexdigest()


def pool_of(sections: list[str]) -> Pool:
    """Every item of these sections that a form may hold now: pilots and operational ones."""
    rows = list(
        BankItem.objects.filter(
            section__in=sections, state__in=("pilot", "operational"), kind__in=SHOWABLE
        ).order_by("name")
    )
    kept = read_items([row.name for row in rows])
    passages = stimuli(row.stimulus for row in rows if row.stimulus)
    forms: dict[str, set[str]] = defaultdict(set)
    for item, form in BankUse.objects.values_list("item", "form"):
        forms[item].add(form)
    enemies: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        content = kept[row.name].item.content
        for enemy in content.enemies if content else ():
            enemies[row.name].add(enemy)
            enemies[enemy].add(row.name)
    return Pool(
        rows=tuple(rows),
        kept=kept,
        stimuli=passages,
        forms={name: frozenset(found) for name, found in forms.items()},
        enemies={name: frozenset(found) for name, found in enemies.items()},
    )


@transaction.atomic
def ask_for_forms(
    actor: Actor, competition: str, *, blueprint: str, seed: str = "", at: datetime
) -> str:
    """Ask for forms of a competition's test to a blueprint in JSON; the code of the assembly.

    The worker looks for them. Without a seed one is drawn; it is kept with the rest,
    so that the same bank gives the same forms again. Raises BadInput where the
    blueprint cannot be read or names a section the test has not.
    """
    require(actor, "forms.assemble")
    text = read_blueprint(blueprint)
    edition = edition_of(read_competition(competition))
    step = test_step(edition)
    known = edition.rules
    for section in text.sections:
        if f"{step}.section_{section.section}" not in known:
            raise BadInput(
                "no_such_section",
                remedy=f"The test has no section {section.section}.",
                field="blueprint",
            )
    code = new_code()
    Assembly.objects.create(
        code=code,
        competition=competition,
        step=step,
        blueprint=msgspec.to_builtins(text),
        seed=seed or secrets.token_hex(8),
        pool="",
        by=actor.code,
        at=at,
        outcome="asked",
    )
    enqueue(ASSEMBLE, {"assembly": code}, asked_by=actor.code)
    return code


def blueprint_of(assembly: Assembly) -> BlueprintText:
    """The blueprint an assembly was asked for."""
    return msgspec.convert(assembly.blueprint, BlueprintText)
