"""The one written form, against RFC 8785 and an encoder of our own making."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.errors import BadInput
from concours.ledger.canonical import LIMIT, canonical, read_body

texts = st.text(st.characters(exclude_categories=("Cs",)))
values = st.recursive(
    st.none() | st.booleans() | st.integers(1 - LIMIT, LIMIT - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
bodies = st.dictionaries(texts, values, max_size=5).filter(
    lambda body: len({unicodedata.normalize("NFC", key) for key in body}) == len(body)
)


def distinct(value: object) -> bool:
    """Whether no object inside has two keys that are one after NFC."""
    if isinstance(value, dict):
        keys = {unicodedata.normalize("NFC", key) for key in value}
        return len(keys) == len(value) and all(map(distinct, value.values()))
    return all(map(distinct, value)) if isinstance(value, list) else True


def test_keys_are_ordered_by_utf16_units_as_in_rfc_8785_section_3_2_3() -> None:
    body = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    order = list(json.loads(canonical({k: v for k, v in body.items() if k != "\ufb33"})).values())
    assert order == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
    ]


def test_an_astral_key_stands_before_one_at_the_end_of_the_basic_plane() -> None:
    assert canonical({"\uffee": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\uffee":1}'


def test_text_is_escaped_as_in_rfc_8785_section_3_2_2_2() -> None:
    assert canonical({"s": '\u20ac$\u000f\nA\'B"\\\\"/\x7f\x1f'}) == (
        '{"s":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f\\u001f"}'
    )


@given(bodies.filter(distinct))
def test_the_form_is_what_plain_json_writes_after_nfc(body: dict[str, object]) -> None:
    def plain(value: object) -> object:
        if isinstance(value, str):
            return unicodedata.normalize("NFC", value)
        if isinstance(value, dict):
            pairs = [(unicodedata.normalize("NFC", k), plain(v)) for k, v in value.items()]
            return dict(sorted(pairs, key=lambda pair: pair[0].encode("utf-16-be")))
        return [plain(v) for v in value] if isinstance(value, list) else value

    expected = json.dumps(plain(body), ensure_ascii=False, separators=(",", ":"))
    assert canonical(body) == expected  # type: ignore[arg-type]
    assert read_body(expected) == plain(body)


def test_two_ways_of_typing_a_letter_are_one_text() -> None:
    assert canonical({"n": "e\u0301"}) == canonical({"n": "\u00e9"}) == '{"n":"\u00e9"}'


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"score": 1.5}, "not_for_a_body", "score"),
        ({"a": [0, {"b": float("nan")}]}, "not_for_a_body", "a[1].b"),
        ({"n": 2**53}, "number_too_large", "n"),
        ({"n": -(2**53)}, "number_too_large", "n"),
        ({"s": "\ud800"}, "lone_surrogate", "s"),
        ({"e\u0301": 1, "\u00e9": 2}, "key_twice", ""),
        ({1: "x"}, "key_not_text", ""),
        ({"b": b"bytes"}, "not_for_a_body", "b"),
    ],
)
def test_what_a_decision_may_not_hold_is_refused_by_path(
    body: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        canonical(body)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    "text",
    ['{"b":1,"a":2}', '{"a": 1}', '{"a":1,"a":1}', '{"a":1.0}', "[]", "{", '{"a":"e\u0301"}'],
)
def test_text_in_another_form_is_not_a_body(text: str) -> None:
    with pytest.raises(BadInput):
        read_body(text)
