"""Reading a body in a fold: total, so that a destroyed or older body never breaks a replay."""

from datetime import date, datetime

from concours.kernel.errors import BadInput
from concours.kernel.period import instant
from concours.ledger.draft import Body, Json


def text(body: Body, key: str) -> str:
    """The text under ``key``; "" where there is none."""
    found = body.get(key)
    return found if isinstance(found, str) else ""


def whole(body: Body, key: str) -> int:
    """The whole number under ``key``; 0 where there is none."""
    found = body.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def day(body: Body, key: str) -> date | None:
    """The date under ``key``; None where there is none."""
    try:
        return date.fromisoformat(text(body, key))
    except ValueError:
        return None


def moment(body: Body, key: str) -> datetime | None:
    """The instant under ``key``; None where there is none."""
    try:
        return instant(text(body, key))
    except BadInput:
        return None


def texts(body: Body, key: str) -> tuple[str, ...]:
    """The list of texts under ``key``; empty where there is none."""
    found = body.get(key)
    if isinstance(found, (list, tuple)):
        return tuple(one for one in found if isinstance(one, str))
    return ()


def rows(body: Body, key: str) -> tuple[Body, ...]:
    """The list of mappings under ``key``; empty where there is none."""
    found = body.get(key)
    if isinstance(found, (list, tuple)):
        return tuple(one for one in found if isinstance(one, dict))
    return ()


def table(body: Body, key: str) -> dict[str, Json]:
    """The mapping under ``key``; empty where there is none."""
    found = body.get(key)
    return dict(found) if isinstance(found, dict) else {}
