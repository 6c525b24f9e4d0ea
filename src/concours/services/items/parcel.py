"""What an import brings: items, stimuli and images read from a file, and what could not be kept."""

from dataclasses import dataclass, field

from concours.selection.item_content import ItemContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One item as it came. ``place`` is its row or file."""

    place: str
    row: int
    name: str
    content: ItemContent


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingStimulus:
    """One stimulus as it came."""

    place: str
    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One element that was not kept as it came: where, which, how often, what became of it.

    ``outcome`` is "left_out", "changed" or "item_left_out".
    """

    place: str
    element: str
    count: int
    outcome: str

    @property
    def shown(self) -> str:
        """The code under which pages have words for the outcome."""
        return f"import.{self.outcome}"


@dataclass(slots=True)
class Parcel:
    """Everything read from one file. ``images`` are fresh PNGs by digest, not yet in the bank."""

    items: list[Incoming] = field(default_factory=list)
    stimuli: dict[str, IncomingStimulus] = field(default_factory=dict)
    images: dict[str, tuple[bytes, int, int]] = field(default_factory=dict)
    report: list[ReportLine] = field(default_factory=list)

    def lose(self, place: str, element: str, outcome: str = "left_out", count: int = 1) -> None:
        """Note that something was not kept."""
        self.report.append(ReportLine(place=place, element=element, count=count, outcome=outcome))
