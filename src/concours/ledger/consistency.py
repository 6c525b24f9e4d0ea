"""Showing that a head kept earlier is the beginning of the log as it is now."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from concours.kernel.errors import BadInput
from concours.ledger.checkpoint import Verifier, open_checkpoint
from concours.ledger.merkle import consistent

FORMAT = "concours-consistency/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """What was compared: two sizes, and what is wrong ("" when the log only grew)."""

    old: int
    new: int
    wrong: str


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format: str
    old: str
    new: str
    proof: tuple[str, ...]


def render_consistency(old: str, new: str, proof: Sequence[bytes]) -> str:
    """The document: both signed heads and the proof between them."""
    content = {"format": FORMAT, "old": old, "new": new, "proof": [step.hex() for step in proof]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def is_consistency(content: bytes) -> bool:
    """Whether this looks like such a document, and not like a download."""
    return FORMAT.encode() in content[:200]


def verify_consistency(content: bytes, verifier: Verifier) -> Consistency:
    """Check both signatures and that the older tree is the beginning of the newer one.

    Never raises for what the document holds.
    """
    try:
        found = msgspec.json.decode(content, type=_Document)
        old = open_checkpoint(found.old, verifier)
        new = open_checkpoint(found.new, verifier)
        proof = [bytes.fromhex(step) for step in found.proof]
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        return Consistency(old=0, new=0, wrong=f"it cannot be read: {error}")
    except BadInput as error:
        return Consistency(old=0, new=0, wrong=error.remedy)
    wrong = ""
    if found.format != FORMAT or old.origin != new.origin:
        wrong = "the heads are of two logs"
    elif not consistent(
        old=old.size, new=new.size, old_root=old.root, new_root=new.root, proof=proof
    ):
        wrong = "the older head is not the beginning of the newer one: entries were changed"
    return Consistency(old=old.size, new=new.size, wrong=wrong)
