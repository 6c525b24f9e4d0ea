"""File codes: random, readable aloud, and read back as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.errors import BadInput
from concours.kernel.identifiers import ALPHABET, code_from, read_code

entropies = st.binary(min_size=8, max_size=8)


@given(entropies)
def test_a_code_has_three_groups_of_four(entropy: bytes) -> None:
    code = code_from(entropy)
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert set(code) <= set(ALPHABET + "-")


@given(entropies)
def test_a_code_is_read_as_people_type_it(entropy: bytes) -> None:
    code = code_from(entropy)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_code(code) == read_code(typed) == code


def test_letters_that_look_like_digits_are_never_in_a_code() -> None:
    assert set("ILOU") & set(ALPHABET) == set()
    assert len(set(ALPHABET)) == 32


@given(entropies, entropies)
def test_sixty_bits_tell_codes_apart(one: bytes, other: bytes) -> None:
    same = int.from_bytes(one) >> 4 == int.from_bytes(other) >> 4
    assert (code_from(one) == code_from(other)) == same


@pytest.mark.parametrize(
    "text", ["", "7KQ2-M4ZD", "7KQ2-M4ZD-X0PTT", "7KQ2-M4ZD-X0P!", "UUUU-UUUU-UUUU"]
)
def test_anything_else_is_no_code(text: str) -> None:
    with pytest.raises(BadInput):
        read_code(text)


def test_too_little_randomness_is_refused() -> None:
    with pytest.raises(BadInput):
        code_from(b"1234567")
