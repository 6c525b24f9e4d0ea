"""The panel's side of the narratives: files to readers, sheets entered together, themes settled."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft, Json
from concours.policy.catalogue import Catalogue, codes
from concours.policy.edition import Edition
from concours.policy.outlier import Outlier, disagrees
from concours.policy.panel_shape import PanelShape, faults
from concours.policy.scale import Scale, on_scale
from concours.selection.candidacy import Candidacy, require_open
from concours.selection.narratives_state import Narratives
from concours.selection.panel import (
    Panel,
    Sheet,
    ratings_of,
    require_unbarred,
    settled_draft,
    sheets_draft,
)

REMEDIES: Mapping[str, str] = {
    "reader_stands_twice": "Name each reader of a file once.",
    "wrong_number_of_readers": "Give the file exactly as many readers as the rule asks for.",
    "reader_of_another_track": "Readers must be of the candidate's own track.",
}


def allocate_files(
    panel: Panel,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    files: Mapping[str, Candidacy],
    plan: Mapping[str, Sequence[str]],
) -> tuple[Draft, ...]:
    """Give files to readers as planned: one entry in the panel's file, one in each candidacy.

    Every pair is checked again here, whoever made the plan: number of readers,
    own track, membership and conflicts. Nothing is allocated unless all holds.
    """
    shape = edition.value(f"{step}.panel", PanelShape)
    edition_sift(edition, step=step)
    if not plan:
        raise BadInput("nothing_to_allocate", remedy="There is no file to allocate.", field="plan")
    table: dict[str, Json] = {}
    drafts: list[Draft] = []
    for code in sorted(plan):
        file, readers = files[code], tuple(sorted(plan[code]))
        require_open(file)
        state = file.state(step, Narratives)
        if state.submitted_at is None or state.allocated_at is not None:
            raise RuleRefused(
                "not_waiting_for_readers",
                remedy=f"File {code} is not waiting to be allocated. Make the plan again.",
            )
        wrong = faults(
            shape, readers=readers, tracks=[panel.track] * len(readers), track=file.track
        )
        if wrong:
            raise edition.refusal(f"{step}.panel", wrong, remedy=REMEDIES[wrong], field=code)
        for reader in readers:
            if reader not in panel.members:
                raise BadInput("not_a_member", remedy=f"{reader} is not on this panel.", field=code)
            require_unbarred(panel, member=reader, candidacy=code)
        table[code] = list(readers)
        body: dict[str, Json] = {"panel": panel.file, "rule": f"{step}.panel"}
        drafts.append(Draft(file=code, step=step, kind="narratives.allocated", body=body))
    assigned = Draft(
        file=panel.file,
        step=step,
        kind="panel.files_assigned",
        body={"files": table, "part": "", "rule": f"{step}.panel"},
    )
    return (assigned, *drafts)


def edition_sift(edition: Edition, *, step: str) -> None:
    """Refuse where the edition sifts files before people read them and no source says how."""
    if edition.has(f"{step}.sift"):
        rule = edition.rule(f"{step}.sift")
        raise edition.refusal(
            f"{step}.sift", "rule_left_open", remedy=f"No source settles this: {rule.open}"
        )


def check_ratings(edition: Edition, *, step: str, ratings: Mapping[str, int]) -> None:
    """Refuse a sheet that does not rate every theme once, on the scale."""
    themes = set(codes(edition.value(f"{step}.themes", Catalogue)))
    scale = edition.value(f"{step}.scale", Scale)
    for theme in sorted(themes ^ set(ratings)):
        raise edition.refusal(
            f"{step}.themes",
            "theme_not_rated" if theme in themes else "no_such_theme",
            remedy="Rate each of the published themes once.",
            field=theme,
        )
    for theme, rating in sorted(ratings.items()):
        if not on_scale(scale, rating):
            raise edition.refusal(
                f"{step}.scale",
                "off_the_scale",
                remedy=f"Give a whole number from {scale.lowest} to {scale.highest}.",
                field=theme,
                found=str(rating),
                lowest=str(scale.lowest),
                highest=str(scale.highest),
            )


def to_chair(panel: Panel, edition: Edition, *, step: str, candidacy: str) -> tuple[str, ...]:
    """The themes on which one reader stands too far from all others, in order of code."""
    rule = edition.value(f"{step}.disagreement", Outlier)
    found = ratings_of(panel, candidacy=candidacy)
    return tuple(theme for theme, ratings in found.items() if disagrees(rule, ratings))


def enter_sheets(
    panel: Panel,
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    sheets: Sequence[Sheet],
) -> tuple[Draft, ...]:
    """Bring the last locked sheet and all others into the panel's chain in one act.

    The candidacy's own entry says only that it was done and who acts next: the
    numbers reach the candidate with the result.
    """
    require_open(file)
    if file.state(step, Narratives).panel != panel.file:
        raise BadInput("other_panel", remedy="This file is read by another panel.", field="panel")
    for sheet in sheets:
        check_ratings(edition, step=step, ratings=sheet.ratings)
    entered = sheets_draft(panel, candidacy=file.file, part="", sheets=sheets)
    rule = edition.value(f"{step}.disagreement", Outlier)
    themes = codes(edition.value(f"{step}.themes", Catalogue))
    apart = any(disagrees(rule, [sheet.ratings[theme] for sheet in sheets]) for theme in themes)
    body: dict[str, Json] = {
        "panel": panel.file,
        "sheets": len(sheets),
        "awaits": "chair" if apart else "results",
        "rule": f"{step}.disagreement",
    }
    return (entered, Draft(file=file.file, step=step, kind="narratives.rated", body=body))


def settle_themes(
    panel: Panel,
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    chair: str,
    ratings: Mapping[str, int],
    reasons: str,
) -> tuple[Draft, ...]:
    """The chair's own ratings of the themes in disagreement, with a commitment to the reasons."""
    require_open(file)
    state = file.state(step, Narratives)
    if state.awaits != "chair" or state.decision is not None:
        raise RuleRefused("nothing_to_settle", remedy="The readers of this file agree well enough.")
    if chair != panel.chair:
        raise BadInput(
            "not_the_chair",
            remedy="The panel's own chair settles its disagreements.",
            field="chair",
        )
    require_unbarred(panel, member=chair, candidacy=file.file)
    if not reasons:
        raise BadInput("reasons_missing", remedy="Say why, in a sentence or two.", field="reasons")
    flagged = to_chair(panel, edition, step=step, candidacy=file.file)
    if tuple(sorted(ratings)) != flagged:
        raise BadInput(
            "other_themes",
            remedy=f"Decide exactly these themes: {', '.join(flagged)}.",
            field="ratings",
        )
    scale = edition.value(f"{step}.scale", Scale)
    for theme, rating in sorted(ratings.items()):
        if not on_scale(scale, rating):
            raise edition.refusal(
                f"{step}.scale",
                "off_the_scale",
                remedy=f"Give a whole number from {scale.lowest} to {scale.highest}.",
                field=theme,
                found=str(rating),
            )
    settled = settled_draft(
        panel, candidacy=file.file, part="", ratings=ratings, by=chair, reasons=reasons
    )
    body: dict[str, Json] = {"panel": panel.file, "rule": f"{step}.disagreement"}
    return (settled, Draft(file=file.file, step=step, kind="narratives.settled", body=body))
