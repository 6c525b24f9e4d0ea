"""In which order one sitting sees items and options: a pure function of a recorded seed and the sitting.

The seed stands in the competition's file; a sitting is named by its candidacy's
code and its number. So the order of any sitting can be worked out again by anyone
who may see both, and nothing else has to be kept. Answers are kept and scored by
the numbers and letters of the form; only what is drawn changes place.
"""

import hashlib
from collections.abc import Iterator, Sequence

from concours.kernel.errors import BadInput

LETTERS = "ABCDEFGH"


def order_of(
    seed: str, sitting: str, section: str, n: int, *, sets: Sequence[Sequence[int]] = ()
) -> tuple[int, ...]:
    """The form's item numbers 1 to ``n`` in the order this sitting sees them.

    ``sets`` are numbers that belong to one passage: they stay together, in their own
    order. An empty seed leaves the order of the form. Raises BadInput when a number
    stands in two sets or is not one of the section's.
    """
    grouped = [number for found in sets for number in found]
    if len(set(grouped)) != len(grouped) or not set(grouped) <= set(range(1, n + 1)):
        raise BadInput("bad_sets", remedy="Each item stands in one set at most.", field="sets")
    if not seed:
        return tuple(range(1, n + 1))
    first = {found[0]: tuple(found) for found in sets if found}
    inner = {number for found in sets for number in found[1:]}
    blocks = [first.get(k, (k,)) for k in range(1, n + 1) if k not in inner]
    dealt = _dealt(len(blocks), seed, sitting, section)
    return tuple(number for block in dealt for number in blocks[block])


def options_of(
    seed: str,
    sitting: str,
    section: str,
    item: int,
    letters: Sequence[str],
    *,
    shuffle: bool = True,
) -> tuple[str, ...]:
    """The form's option letters of an item in the order this sitting sees them.

    The k-th is drawn as the k-th letter of the alphabet. With ``shuffle`` False (a
    scale), or an empty seed, they stay as they are.
    """
    if not seed or not shuffle:
        return tuple(letters)
    dealt = _dealt(len(letters), seed, sitting, section, str(item))
    return tuple(letters[k] for k in dealt)


def form_letter(shown: str, order: Sequence[str]) -> str:
    """The form's letter behind the one that was shown; "" (no answer) stays "".

    Raises BadInput for a letter that was not shown.
    """
    if not shown:
        return ""
    place = LETTERS.find(shown)
    if len(shown) != 1 or not 0 <= place < len(order):
        raise BadInput("no_such_option", remedy="Choose one of the options shown.", field="choice")
    return order[place]


def shown_letter(letter: str, order: Sequence[str]) -> str:
    """The letter under which a letter of the form was shown; "" stays ""."""
    return LETTERS[order.index(letter)] if letter else ""


def _dealt(count: int, *parts: str) -> list[int]:
    """0 to count - 1, shuffled: every order as likely as any other over all seeds."""
    found = list(range(count))
    lots = _bytes("/".join(parts))
    for k in range(count - 1, 0, -1):
        j = _below(k + 1, lots)
        found[k], found[j] = found[j], found[k]
    return found


def _below(limit: int, lots: Iterator[int]) -> int:
    """A number below ``limit``; those that would favour some are drawn again."""
    fair = 2**32 - 2**32 % limit
    while True:
        drawn = next(lots)
        if drawn < fair:
            return drawn % limit


def _bytes(name: str) -> Iterator[int]:
    """Whole numbers of 32 bits from SHA-256 of the name and a counter."""
    counter = 0
    while True:
        block = hashlib.sha256(f"{name}/{counter}".encode()).digest()
        for k in range(0, 32, 4):
            yield int.from_bytes(block[k : k + 4], "big")
        counter += 1
