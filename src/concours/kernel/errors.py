"""The anticipated refusals; anything else crashes loudly.

Refusal
├── NotPermitted   403   this actor may not do or see this
├── RuleRefused    422   a rule of the edition says no, with its citation
├── OutOfDate      409   the file has moved on since the page was shown
└── BadInput       400   what was sent cannot be read as what was asked
"""

from collections.abc import Mapping

from concours.kernel.citation import Citation


class Refusal(Exception):
    """Something anticipated that a person can act on.

    ``code`` is permanent machine text in snake_case; ``remedy`` is one plain
    English sentence that says what to do; ``field`` names the input at fault;
    ``cite`` is given when a rule spoke; ``numbers`` are the values compared.
    """

    status = 400

    def __init__(
        self,
        code: str,
        *,
        remedy: str,
        field: str | None = None,
        cite: Citation | None = None,
        rule: str | None = None,
        numbers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {remedy}")
        self.code = code
        self.remedy = remedy
        self.field = field
        self.cite = cite
        self.rule = rule
        self.numbers: Mapping[str, str] = dict(numbers or {})


class NotPermitted(Refusal):
    """This actor may not do or see this."""

    status = 403


class RuleRefused(Refusal):
    """A rule of the pinned edition says no."""

    status = 422


class OutOfDate(Refusal):
    """What the page showed is no longer so."""

    status = 409


class BadInput(Refusal):
    """The input cannot be read as what was asked for."""

    status = 400
