"""A test form locked for a competition: one person assembled it, another locks it, for good."""

from dataclasses import replace

from concours.kernel.errors import RuleRefused
from concours.ledger.draft import Draft, Fact, Json
from concours.selection.competition import Competition

LOCKABLE = frozenset({"drafted", "submitted", "approved", "published"})
KIND = "competition.form_locked"


def lock_form(
    competition: Competition,
    *,
    step: str,
    form: str,
    digest: str,
    items: int,
    assembly: str,
    seed: str,
    pool: str,
    order_seed: str,
    assembled_by: str,
    by: str,
) -> tuple[Draft, ...]:
    """Lock a form as the test of a step.

    ``digest`` commits to every item, its version and its place; ``pool`` to the bank
    it was chosen from, ``seed`` to the choice among equals; ``order_seed`` decides in
    which order each sitting sees items and options. Raises RuleRefused for the
    assembler's own form, a second form of the step, or a competition that takes none.
    """
    if competition.status not in LOCKABLE:
        raise RuleRefused(
            "wrong_competition_status",
            remedy="A form is locked before the competition closes.",
            numbers={"status": competition.status},
        )
    if locked_form(competition, step):
        raise RuleRefused(
            "form_locked_already",
            remedy="This test has its form; a locked form is never replaced.",
            numbers={"form": locked_form(competition, step)},
        )
    if by == assembled_by:
        raise RuleRefused(
            "same_person", remedy="A second person locks the form that the first has assembled."
        )
    body: dict[str, Json] = {
        "form": form,
        "digest": digest,
        "items": items,
        "assembly": assembly,
        "seed": seed,
        "pool": pool,
        "order_seed": order_seed,
        "assembled_by": assembled_by,
    }
    return (Draft(file=competition.file, step=step, kind=KIND, body=body),)


def apply_lock(found: Competition, fact: Fact) -> Competition:
    """The competition after a form was locked: its settings name it by step."""
    body = dict(fact.body)
    return replace(found, settings={**found.settings, f"form.{fact.step}": body})


def locked_form(competition: Competition, step: str) -> str:
    """The code of the step's locked form; "" while there is none."""
    return _text(competition, step, "form")


def order_seed(competition: Competition, step: str) -> str:
    """The seed that decides the orders sittings see; "" leaves the order of the form."""
    return _text(competition, step, "order_seed")


def _text(competition: Competition, step: str, key: str) -> str:
    found = competition.settings.get(f"form.{step}")
    return str(found.get(key, "")) if isinstance(found, dict) else ""
