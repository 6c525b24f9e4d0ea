"""The standing rows of a panel's file: the panel, its members, and who rates what."""

from collections.abc import Iterable

from concours.records.models import PanelMember, PanelReading, PanelStanding
from concours.records.models.kinds import Standing
from concours.selection.panel import Panel


def panel_rows(panel: Panel) -> Iterable[Standing]:
    """One row for the panel."""
    yield PanelStanding(
        file=panel.file,
        seq=panel.seq,
        competition=panel.competition,
        step=panel.step,
        track=panel.track,
        chair=panel.chair,
        members=len(panel.members),
        readings=len(panel.readers),
        entered=len(panel.entered),
        formed_at=panel.formed_at,
    )


def member_rows(panel: Panel) -> Iterable[Standing]:
    """One row for each member, the chair last."""
    for member in panel.members:
        yield PanelMember(file=panel.file, member=member, is_chair=False)
    if panel.chair:
        yield PanelMember(file=panel.file, member=panel.chair, is_chair=True)


def reading_rows(panel: Panel) -> Iterable[Standing]:
    """One row for each file (or exercise of it) and member who rates it."""
    for (candidacy, part), readers in sorted(panel.readers.items()):
        for member in readers:
            yield PanelReading(
                file=panel.file,
                step=panel.step,
                member=member,
                candidacy=candidacy,
                part=part,
                barred=(member, candidacy) in panel.barred,
                entered=(candidacy, part) in panel.entered,
            )
