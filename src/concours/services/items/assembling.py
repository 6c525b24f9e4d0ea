"""The worker's part of forms: the bank and a blueprint put to the planner, what it finds kept."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from concours.kernel.errors import Refusal
from concours.ledger.canonical import canonical
from concours.planning.blueprint import Anchor, Blueprint, Candidate, Range, Section
from concours.planning.forms import Assembled, Form, assemble_forms
from concours.records.codes import new_code
from concours.records.models import Assembly, BankForm, BankItem
from concours.selection.item_content import count_words
from concours.services.items.asking import ASSEMBLE, Pool, blueprint_of, pool_of
from concours.services.items.blueprints import BlueprintText, section_names
from concours.services.items.curves import curve_of, information
from concours.services.jobs import Running, handler


@transaction.atomic
def assemble(code: str) -> Assembly:
    """Look for the forms an assembly asks for, and keep them, or the conflict, or the refusal.

    Once looked for, it is left as it stands: a job run again changes nothing.
    """
    assembly = Assembly.objects.get(pk=code)
    if assembly.outcome != "asked":
        return assembly
    text = blueprint_of(assembly)
    pool = pool_of(list(section_names(text)))
    assembly.pool = pool.digest
    try:
        found = _assembled(pool, text, assembly.seed)
    except Refusal as refusal:
        assembly.outcome = "refused"
        assembly.conflict = [{"code": refusal.code, "of": "", "asked": refusal.remedy, "there": -1}]
    else:
        assembly.outcome = "found" if found.forms else "impossible"
        assembly.conflict = [asdict(demand) for demand in found.conflict]
        _keep(assembly, pool, text, found)
    assembly.save(update_fields=["pool", "outcome", "conflict"])
    return assembly


@handler(ASSEMBLE)
def assemble_job(arguments: Mapping[str, Any], running: Running) -> None:
    """The worker's side of asking for forms."""
    running.save({"outcome": assemble(str(arguments["assembly"])).outcome})


def candidates(pool: Pool, text: BlueprintText) -> list[Candidate]:
    """The pool as the planner takes it. A pilot is an item not yet approved for counting."""
    return [_candidate(row, pool, text) for row in pool.rows]


def planner_blueprint(text: BlueprintText, items: Sequence[Candidate]) -> Blueprint:
    """The blueprint as the planner takes it; ``items`` give a section its target where it names none."""
    return Blueprint(
        forms=text.forms,
        points=tuple(text.points),
        sections=tuple(
            Section(
                section=s.section,
                counted=s.counted,
                pilots=s.pilots,
                most_words=s.most_words,
                most_seconds=None if s.minutes is None else s.minutes * 60,
                information={} if s.least_information is None else {text.cut: s.least_information},
                target=tuple(s.target) or usual_target(s.section, s.counted, items),
            )
            for s in text.sections
        ),
        ranges=tuple(
            Range(
                section=r.section,
                subject=r.subject,
                subtopic=r.subtopic,
                kind=r.kind,
                least=r.least,
                most=r.most,
            )
            for r in text.ranges
        ),
        anchors=tuple(Anchor(form=a.form, section=a.section, least=a.least) for a in text.anchors),
        most_overlap=text.most_overlap,
        most_used=text.most_used,
        least_of_set=text.least_of_set,
    )


def usual_target(section: str, counted: int, items: Sequence[Candidate]) -> tuple[float, ...]:
    """What so many items of a section have at each point when they are like the bank's average.

    Forms that come near to it are parallel to one another and to those of other windows.
    Empty for a section without information, such as an essay.
    """
    here = [item.information for item in items if item.section == section and not item.pilot]
    total = [sum(values) for values in zip(*here, strict=True)]
    if not any(total):
        return ()
    return tuple(counted * value / len(here) for value in total)


def _assembled(pool: Pool, text: BlueprintText, seed: str) -> Assembled:
    items = candidates(pool, text)
    return assemble_forms(items, planner_blueprint(text, items), seed=seed)


def _candidate(row: BankItem, pool: Pool, text: BlueprintText) -> Candidate:
    curve = curve_of(row)
    passage = pool.stimuli.get(row.stimulus)
    shared = sum(1 for other in pool.rows if row.stimulus and other.stimulus == row.stimulus)
    words = row.words + (count_words(passage.text) // shared if passage else 0)
    return Candidate(
        name=row.name,
        section=row.section,
        subject=row.subject,
        subtopic=row.subtopic,
        kind=row.kind,
        words=words,
        seconds=text.seconds_per_item + 60.0 * words / text.words_per_minute,
        information=tuple(0.0 if curve is None else information(curve, p) for p in text.points),
        pilot=row.state == "pilot",
        stimulus=row.stimulus,
        used=len(pool.forms.get(row.name, ())),
        enemies=pool.enemies.get(row.name, frozenset()),
        forms=pool.forms.get(row.name, frozenset()),
    )


def _keep(assembly: Assembly, pool: Pool, text: BlueprintText, found: Assembled) -> None:
    for number, form in enumerate(found.forms, start=1):
        items = arranged(form, pool, text, f"{assembly.seed}/{number}")
        BankForm.objects.create(
            code=new_code(),
            assembly=assembly,
            number=number,
            items=items,
            digest=hashlib.sha256(canonical(items).encode()).hexdigest(),
        )


def arranged(
    form: Form, pool: Pool, text: BlueprintText, seed: str
) -> list[list[str | int | bool]]:
    """The form's items in an order by lot: items of one passage together, pilots among the rest.

    Each is [section, number, name, version, digest of the content, digest of the
    passage or "", whether it counts].
    """
    rows = {row.name: row for row in pool.rows}
    found: list[list[str | int | bool]] = []
    for section in section_names(text):
        names = [name for name in sorted(form.names) if rows[name].section == section]
        names.sort(key=lambda n: (_lot(seed, rows[n].stimulus or n), rows[n].stimulus, n))
        for number, name in enumerate(names, start=1):
            item = pool.kept[name].item
            passage = pool.stimuli.get(rows[name].stimulus)
            assert item.content is not None
            found.append(
                [
                    section,
                    number,
                    name,
                    item.version,
                    item.content.digest,
                    passage.digest if passage else "",
                    name in form.counted,
                ]
            )
    return found


def _lot(seed: str, name: str) -> bytes:
    return hashlib.sha256(f"{seed}/{name}".encode()).digest()
