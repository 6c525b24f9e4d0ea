"""Identifiers: random, never derived from a person, easy to read aloud."""

from concours.kernel.errors import BadInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12


def code_from(entropy: bytes) -> str:
    """A file code such as "7KQ2-M4ZD-X0PT" from at least 8 random bytes (60 bits used).

    Crockford's alphabet: no I, L, O, U. The caller supplies the randomness.
    """
    if len(entropy) < 8:
        raise BadInput("too_little_entropy", remedy="Give at least 8 random bytes.")
    number = int.from_bytes(entropy[:8], "big") >> 4
    letters = ""
    for _ in range(LENGTH):
        number, digit = divmod(number, 32)
        letters = ALPHABET[digit] + letters
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def read_code(text: str) -> str:
    """Read a code as people type it: any case, O for 0, I or L for 1, dashes optional."""
    letters = text.upper().replace("-", "").replace(" ", "")
    letters = letters.replace("O", "0").replace("I", "1").replace("L", "1")
    if len(letters) != LENGTH or any(c not in ALPHABET for c in letters):
        raise BadInput(
            "not_a_code", remedy="A code has twelve letters and digits, such as 7KQ2-M4ZD-X0PT."
        )
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
