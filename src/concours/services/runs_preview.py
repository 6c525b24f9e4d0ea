"""What a decision over many would decide, before anybody signs it: counted, nothing written.

The preview and the decision read the same rows. Its version is a digest of every
entry that signing would write: where another would be written by then, the act is
refused; what moved on without changing that does not matter. Counts stand as they
are, small ones too: whoever signs decides on each of these files.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from concours.kernel.citation import Citation
from concours.policy.edition import Edition
from concours.selection.competition import Competition
from concours.services.case import moved_on
from concours.services.runs import Row, table_digest

NAMED = 20
"""Files left out that are named, of each reason; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Files a run leaves as they are: why, how many, and the first of them by code."""

    why: str
    count: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """How far the worker is with a run that was signed: files done of all, or what came of it.

    ``state`` is queued, running, done or failed.
    """

    state: str
    stage: str
    done: int
    total: int
    decided: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPreview:
    """What signing would do. ``decides`` are the files that would get a decision.

    ``unfinished``: a run of the kind was broken off, and signing goes on with it.
    """

    competition: str
    title: str
    version: str
    decides: tuple[str, ...]
    outcomes: tuple[tuple[str, int], ...]
    left_out: tuple[LeftOut, ...]
    unfinished: bool
    rule: str
    cite: Citation
    state: RunState | None = None

    @property
    def looked_at(self) -> int:
        """How many files were looked at."""
        return len(self.decides) + sum(line.count for line in self.left_out)

    @property
    def may_sign(self) -> bool:
        """Whether there is anything to sign, and no run of the kind under way."""
        under_way = self.state is not None and self.state.state in ("queued", "running")
        return bool(self.decides or self.unfinished) and not under_way


def preview_of(
    rows: Sequence[Row],
    *,
    competition: Competition,
    edition: Edition,
    rule: str,
    left_out: Mapping[str, str] | None = None,
    unfinished: bool = False,
    state: RunState | None = None,
) -> RunPreview:
    """The preview of what these rows decide; ``left_out`` are files without a row, with the code why."""
    left = {row.file: row.refused for row in rows if not row.drafts} | dict(left_out or {})
    outcomes = {row.file: _outcome(row) for row in rows if row.drafts}
    found = edition.rule(rule)
    return RunPreview(
        competition=competition.file,
        title=competition.title,
        version=table_digest([row for row in rows if row.drafts])[:20],
        decides=tuple(sorted(outcomes)),
        outcomes=tuple(sorted(Counter(outcomes.values()).items())),
        left_out=_grouped(left),
        unfinished=unfinished,
        rule=found.id,
        cite=found.cite,
        state=state,
    )


def require_version(preview: RunPreview, seen: str) -> None:
    """Refuse what was signed on other files, or with other outcomes, than stand now."""
    if seen != preview.version:
        raise moved_on()


def _outcome(row: Row) -> str:
    """The code of what a file gets: its first entry's outcome, or what the entry is about."""
    first = row.drafts[0]
    return str(first.body.get("outcome") or first.kind)


def _grouped(left: Mapping[str, str]) -> tuple[LeftOut, ...]:
    """Those left out by reason, the commonest first."""
    by_reason: dict[str, list[str]] = {}
    for file, why in sorted(left.items()):
        by_reason.setdefault(why, []).append(file)
    lines = [
        LeftOut(why=why, count=len(files), files=tuple(files[:NAMED]))
        for why, files in by_reason.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.count, line.why)))
