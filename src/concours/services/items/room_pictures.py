"""The pictures of a test: shown to whoever has a section open in which they stand."""

from datetime import datetime

from concours.kernel.errors import BadInput
from concours.records.models import TestItem
from concours.selection import examination_sitting as rules
from concours.selection.authority import Actor
from concours.services.case import open_candidacy
from concours.services.examination.sat_forms import form_of
from concours.services.examination.sessions import test_step
from concours.services.examination.sittings import sitting_page
from concours.services.items.markup import images_of
from concours.services.items.stimuli import image_data


def pictures_of(row: TestItem) -> tuple[str, ...]:
    """The digests of the pictures an item shows: in its passage, stem and options."""
    markups = [row.passage, row.stem, *(str(words) for _, words in row.options)]
    return tuple(digest for markup in markups for digest in images_of(markup))


def room_picture(actor: Actor, code: str, digest: str, *, at: datetime) -> bytes:
    """One picture as PNG. Refused, like the section itself, when no section is open or its time
    is over; BadInput for a picture that the open section of the sitting's form does not show.
    """
    case = open_candidacy(actor, code, "examination.sit", at=at)
    step = test_step(case.edition)
    section = sitting_page(actor, code, at=at).current
    rules.require_answerable(case.candidacy, case.edition, step=step, at=at, section=section)
    rows = TestItem.objects.filter(
        competition=case.candidacy.competition,
        step=step,
        section=section,
        forms__contains=form_of(case, step),
    )
    if not any(digest in pictures_of(row) for row in rows):
        raise BadInput("no_such_image", remedy="This section shows no such picture.", field="image")
    return image_data([digest])[digest]
