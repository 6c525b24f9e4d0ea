"""The bank's ways in and out: a file checked whole, then taken in whole or not at all."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from concours.kernel.errors import BadInput, Refusal
from concours.records.models import BankImage
from concours.selection.authority import Actor, holds, require
from concours.selection.item_content import ItemContent, require_name
from concours.selection.item_life import Act, write
from concours.services.examination.sheets import Fault
from concours.services.items.csv_file import csv_file, read_csv
from concours.services.items.figures import BadFile, read_figures, record_figures
from concours.services.items.history import Kept, read_items, record
from concours.services.items.markup import images_of
from concours.services.items.parcel import Parcel, ReportLine
from concours.services.items.qti_read import read_qti
from concours.services.items.qti_write import qti_package
from concours.services.items.stimuli import (
    image_data,
    stimuli,
    stimulus_digest,
    write_stimulus,
)
from concours.services.items.writing import check_content, cleaned

WHATS = ("qti", "csv", "figures")
FORMATS = ("qti", "csv")
MEDIA = {"qti": ("application/zip", "items.zip"), "csv": ("text/csv", "items.csv")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, or with ``dry`` would do, and what of the file could not be kept."""

    dry: bool
    new: int
    changed: int
    same: int
    stimuli: int
    images: int
    figures: int
    report: tuple[ReportLine, ...]


def take_in(
    actor: Actor,
    data: bytes,
    *,
    what: str,
    at: datetime,
    about: str = "",
    administration: str = "",
    dry: bool = False,
) -> Imported:
    """Take a file into the bank: QTI, CSV, or figures; with ``dry`` only check it.

    Items come in as drafts of whoever brings them. Raises BadFile naming every fault
    by row (or item) and column, BadInput for a file that cannot be read; then, and
    with ``dry``, nothing is taken in.
    """
    if what == "figures":
        return _figures(actor, data, administration=administration, at=at, dry=dry)
    if what not in WHATS:
        raise BadInput("no_such_format", remedy=f"Choose one of {', '.join(WHATS)}.", field="what")
    require(actor, "items.import")
    parcel = read_qti(data, about=about) if what == "qti" else read_csv(data)
    with transaction.atomic():
        found = _take_in(actor, parcel, at=at, source=what, dry=dry)
        if dry:
            transaction.set_rollback(True)
    return found


def hand_out(actor: Actor, names: Sequence[str], *, form: str) -> bytes:
    """Items as a QTI 3.0 package or as CSV, in their standing versions.

    Raises BadInput for a format or an item that is not there.
    """
    require(actor, "items.export")
    if form not in FORMATS:
        raise BadInput(
            "no_such_format", remedy=f"Choose one of {', '.join(FORMATS)}.", field="form"
        )
    kept = read_items(list(names))
    items = {name: found.item.content for name, found in kept.items() if found.item.content}
    if len(items) != len(kept):
        raise BadInput("no_such_item", remedy="The bank does not hold all these items.")
    if form == "csv":
        return csv_file(items)
    shared = stimuli(content.stimulus for content in items.values() if content.stimulus)
    shown = {d for content in items.values() for text in _texts(content) for d in images_of(text)}
    shown |= {d for stimulus in shared.values() for d in images_of(stimulus.text)}
    return qti_package(items, shared, image_data(shown))


def _take_in(actor: Actor, parcel: Parcel, *, at: datetime, source: str, dry: bool) -> Imported:
    faults: list[Fault] = []
    new_images = _keep_images(parcel, at)
    new_stimuli = _write_stimuli(actor, parcel, at, faults)
    kept = read_items([item.name for item in parcel.items])
    acts: list[Act] = []
    names: set[str] = set()
    for item in parcel.items:
        try:
            if item.name in names:
                raise BadInput("item_twice", remedy=f"{item.name} comes twice.", field="name")
            names.add(item.name)
            acts.extend(_act(actor, kept[item.name], item.name, item.content, at, source))
        except Refusal as refusal:
            where = refusal.field or "item"
            faults.append(
                Fault(
                    row=item.row,
                    column=where.removeprefix("option "),
                    code=refusal.code,
                    remedy=f"{item.place}: {refusal.remedy}",
                )
            )
    if faults:
        raise BadFile("bad_items", faults[:50])
    record(kept, acts)
    new = sum(not kept[act.item].acts for act in acts)
    return Imported(
        dry=dry,
        new=new,
        changed=len(acts) - new,
        same=len(parcel.items) - len(acts),
        stimuli=new_stimuli,
        images=new_images,
        figures=0,
        report=tuple(parcel.report),
    )


def _act(
    actor: Actor, kept: Kept, name: str, content: ItemContent, at: datetime, source: str
) -> list[Act]:
    require_name(name)
    ready = cleaned(content)
    check_content(ready)
    act = write(kept.item, ready, actor=actor.code, at=at, source=f"import {source}")
    return [] if act is None else [act]


def _keep_images(parcel: Parcel, at: datetime) -> int:
    known = set(BankImage.objects.filter(pk__in=parcel.images).values_list("pk", flat=True))
    fresh = [
        BankImage(digest=d, media_type="image/png", width=w, height=h, data=data, at=at)
        for d, (data, w, h) in parcel.images.items()
        if d not in known
    ]
    BankImage.objects.bulk_create(fresh)
    return len(fresh)


def _write_stimuli(actor: Actor, parcel: Parcel, at: datetime, faults: list[Fault]) -> int:
    before = stimuli(parcel.stimuli)
    count = 0
    for row, stimulus in enumerate(parcel.stimuli.values(), start=1):
        try:
            found = write_stimulus(
                _importer(actor), stimulus.name, title=stimulus.title, text=stimulus.text, at=at
            )
        except Refusal as refusal:
            faults.append(
                Fault(
                    row=row,
                    column=refusal.field or "stimulus",
                    code=refusal.code,
                    remedy=f"{stimulus.place}: {refusal.remedy}",
                )
            )
        else:
            old = before.get(stimulus.name)
            digest = stimulus_digest(found.name, found.title, found.text)
            count += old is None or old.digest != digest
    return count


def _importer(actor: Actor) -> Actor:
    """Who may import may write what comes with it."""
    if holds(actor, "items.write"):
        return actor
    return Actor(code=actor.code, roles=actor.roles | {"item_writer"}, person=actor.person)


def _figures(
    actor: Actor, data: bytes, *, administration: str, at: datetime, dry: bool
) -> Imported:
    require(actor, "items.record_figures")
    lines = io.StringIO(data.decode("utf-8-sig", errors="replace"), newline="")
    with transaction.atomic():
        count = record_figures(actor, administration, read_figures(lines), at=at)
        if dry:
            transaction.set_rollback(True)
    return Imported(
        dry=dry, new=0, changed=0, same=0, stimuli=0, images=0, figures=count, report=()
    )


def _texts(content: ItemContent) -> list[str]:
    return [content.stem, content.rationale, *(text for _, text in content.options)]
