"""The one written form of a body or header: RFC 8785, narrowed to the types a decision may hold.

The bytes hashed are the bytes stored. Text is brought to NFC first, so that two
ways of typing one letter are one decision; numbers are whole and below 2^53, so
that every reader of JSON agrees on them; a float is refused.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence

import msgspec

from concours.kernel.errors import BadInput
from concours.ledger.draft import Body, Json

LIMIT = 2**53
"""Whole numbers stay strictly below this, on either side of zero."""

_encode = msgspec.json.Encoder().encode


def canonical(value: Json) -> str:
    """The RFC 8785 text of ``value``.

    Raises BadInput for a float, a whole number of 2^53 or more, a lone surrogate,
    a key that is not text, two keys that are one after NFC, or a type JSON has not.
    """
    return _encode(_plain(value, "")).decode()


def read_body(text: str) -> Body:
    """Read a canonical object back. Raises BadInput when it is not one, byte for byte."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise BadInput("not_json", remedy=f"The text is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise BadInput("not_an_object", remedy="A body is a JSON object.")
    if canonical(value) != text:
        raise BadInput("not_canonical", remedy="The text is not in the form of RFC 8785 and NFC.")
    return value


def _plain(value: Json, path: str) -> object:
    """The value with normalised text and keys in order, or a refusal that names the path."""
    kind = type(value)
    if kind is str:
        return _text(value, path)  # type: ignore[arg-type]
    if kind is bool or value is None:
        return value
    if kind is int:
        if not -LIMIT < value < LIMIT:  # type: ignore[operator]
            raise _refusal("number_too_large", path, "write whole numbers of 2^53 and more as text")
        return value
    if isinstance(value, Mapping):
        return _object(value, path)
    if isinstance(value, str):  # an enum of text
        return _text(str(value), path)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(item, f"{path}[{n}]") for n, item in enumerate(value)]
    raise _refusal(
        "not_for_a_body", path, f"{kind.__name__} is not allowed; write exact numbers as text"
    )


def _object(value: Mapping[str, Json], path: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, item in value.items():
        if type(key) is not str:
            raise _refusal("key_not_text", path, "every key is text")
        if type(item) is str and item.isascii():  # most of what bodies hold; no path is needed
            found[_text(key, path)] = item
        else:
            found[_text(key, path)] = _plain(item, f"{path}.{key}")
    if len(found) != len(value):
        raise _refusal("key_twice", path, "two keys are the same after NFC")
    order = sorted(found) if "".join(found).isascii() else sorted(found, key=_units)
    return {key: found[key] for key in order}


def _units(key: str) -> bytes:
    """What RFC 8785 orders keys by: UTF-16 code units, not code points."""
    return key.encode("utf-16-be")


def _text(text: str, path: str) -> str:
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _refusal("lone_surrogate", path, "half of a surrogate pair is not text") from error
    return unicodedata.normalize("NFC", text)


def _refusal(code: str, path: str, rule: str) -> BadInput:
    return BadInput(
        code, remedy=f"At {path.lstrip('.') or 'the top'}: {rule}.", field=path.lstrip(".")
    )
