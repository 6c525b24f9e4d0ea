"""The forms of a test, locked for a competition: one person assembled them, another locks them.

Several parallel forms are locked together. Which of them a sitting gets follows from the
recorded seed and the seat, and is recorded when the sitting is opened.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import gcd

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft, Fact, Json
from concours.selection.competition import Competition

LOCKABLE = frozenset({"drafted", "submitted", "approved", "published"})
KIND = "competition.form_locked"
LABELS = "ABCDEFGH"
DEALT = ("sitting", "session")
"""How parallel forms are dealt: in turn from seat to seat, or one form to a whole session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedForm:
    """One form of a test. ``label`` is A to H beside its siblings, "" where it is alone."""

    label: str
    form: str
    digest: str
    items: int


def lock_forms(
    competition: Competition,
    *,
    step: str,
    forms: Sequence[LockedForm],
    assembly: str,
    seed: str,
    pool: str,
    order_seed: str,
    assembled_by: str,
    by: str,
    dealt: str = "sitting",
) -> tuple[Draft, ...]:
    """Lock one form, or parallel forms of one assembly, as the test of a step.

    ``digest`` of each commits to every item, its version and its place; ``pool`` to the
    bank they were chosen from, ``seed`` to the choice among equals; ``order_seed`` decides
    in which order each sitting sees items and options, and which form it gets. ``dealt``
    says how several are dealt: seat by seat ("sitting"), or one to a session. Raises
    RuleRefused for the assembler's own forms, a second lock of the step, or a competition
    that takes none; BadInput for no form or too many.
    """
    _require_lockable(competition, step)
    if by == assembled_by:
        raise RuleRefused(
            "same_person", remedy="A second person locks the form that the first has assembled."
        )
    if not 1 <= len(forms) <= len(LABELS):
        raise BadInput(
            "wrong_number_of_forms",
            remedy=f"Lock 1 to {len(LABELS)} forms together.",
            field="forms",
        )
    if dealt not in DEALT:
        raise BadInput(
            "unknown_dealing", remedy=f"Choose one of {', '.join(DEALT)}.", field="dealt"
        )
    body: dict[str, Json] = {
        "form": forms[0].form,
        "digest": forms[0].digest,
        "items": forms[0].items,
        "assembly": assembly,
        "seed": seed,
        "pool": pool,
        "order_seed": order_seed,
        "assembled_by": assembled_by,
    }
    if len(forms) > 1:
        body["dealt"] = dealt
        body["forms"] = [
            {"label": f.label, "form": f.form, "digest": f.digest, "items": f.items} for f in forms
        ]
    return (Draft(file=competition.file, step=step, kind=KIND, body=body),)


def _require_lockable(competition: Competition, step: str) -> None:
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


def forms_of(competition: Competition, step: str) -> tuple[LockedForm, ...]:
    """The step's locked forms in the order of their labels; one alone has the label ""."""
    found = _settings(competition, step)
    listed = found.get("forms")
    if not isinstance(listed, (list, tuple)):
        return (_form({**found, "label": ""}),) if found.get("form") else ()
    return tuple(_form(one) for one in listed if isinstance(one, Mapping))


def labels_of(competition: Competition, step: str) -> str:
    """The labels of parallel forms, such as "AB"; "" where there is one form or none."""
    return "".join(one.label for one in forms_of(competition, step))


def dealt_form(
    competition: Competition, step: str, *, session: str, seat: str, sitting: str, number: int
) -> str:
    """The label of the form a sitting gets; "" where the test has not several.

    Dealt by sitting, neighbours in a session take the forms in turn, from a beginning that
    the seed gives: each form to as many, as like groups as can be, and never the same form
    beside, before or behind. Without a seat the
    ``sitting``'s name decides. Whoever sits again in the same place (``number`` 2 and on)
    gets the next form. A pure function of what is recorded.
    """
    labels = labels_of(competition, step)
    if not labels:
        return ""
    seed = order_seed(competition, step)
    if dealt_by(competition, step) == "session" and session:
        first = _draw(f"{seed}/form/{session}")
    elif session and seat:
        row, column = place_of(seat)
        first = _draw(f"{seed}/form/{session}") + column + row * _row_shift(len(labels))
    else:
        first = _draw(f"{seed}/form/{sitting}")
    return labels[(first + number - 1) % len(labels)]


def dealt_by(competition: Competition, step: str) -> str:
    """How the step's parallel forms are dealt; "sitting" unless the lock says otherwise."""
    return _text(competition, step, "dealt") or DEALT[0]


def place_of(seat: str) -> tuple[int, int]:
    """A seat's row and its place in the row by its label, from 0: A1 is (0, 0), B3 (1, 2)."""
    letters = seat.rstrip("0123456789")
    row = 0
    for letter in letters:
        row = row * 26 + ord(letter.upper()) - ord("A") + 1
    return max(0, row - 1), max(0, int(seat[len(letters) :] or "1") - 1)


def _row_shift(forms: int) -> int:
    """How many forms further on the next row begins.

    By one, the person in front has another form. By more, those across a corner have as
    well; but only a shift without a common divisor also gives a column every form, and
    two, three, four and six forms have none but one.
    """
    return next((by for by in range(2, forms - 1) if gcd(by, forms) == 1), 1)


def _draw(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def _form(found: Mapping[str, Json]) -> LockedForm:
    items = found.get("items", 0)
    return LockedForm(
        label=str(found.get("label", "")),
        form=str(found.get("form", "")),
        digest=str(found.get("digest", "")),
        items=items if isinstance(items, int) else 0,
    )


def _settings(competition: Competition, step: str) -> Mapping[str, Json]:
    found = competition.settings.get(f"form.{step}")
    return found if isinstance(found, Mapping) else {}


def _text(competition: Competition, step: str, key: str) -> str:
    return str(_settings(competition, step).get(key, ""))
