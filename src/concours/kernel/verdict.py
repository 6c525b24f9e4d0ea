"""The answer of one rule: allowed or not, why, and the numbers compared."""

from dataclasses import dataclass

from concours.kernel.citation import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a rule found. ``found`` and ``bound`` are exact text, never floats."""

    allowed: bool
    reason: str
    rule: str
    cite: Citation
    found: str = ""
    bound: str = ""
