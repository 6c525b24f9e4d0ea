"""How answers are laid out here: persons in rows, items in columns, -1 for not presented.

Every function of the classical half of this package reads its answers through
``answer_chunks`` or ``answers``, so that one layout and one set of errors holds.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concours.kernel.errors import BadInput

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Answers = NDArray[np.int8]
Flags = NDArray[np.bool_]

NOT_PRESENTED = -1
MOST_ANSWERS = 512 * 1024  # cells of one block: float32 copies stay inside the second-level cache


def answers(responses: ArrayLike, *, field: str = "responses") -> Answers:
    """Return the matrix of answers (persons, items) as int8, -1 not presented.

    Raises BadInput when it is not two-dimensional, is empty, or holds anything
    but whole numbers from -1 to 127; NaN is refused, not repaired.
    """
    found = np.asarray(responses)
    if found.ndim != 2 or 0 in found.shape:
        raise BadInput(
            "answers_not_a_matrix",
            field=field,
            remedy=f"Give persons in rows and items in columns, not an array of shape {found.shape}.",
        )
    if found.dtype == np.int8:
        whole = found
    else:
        if not np.issubdtype(found.dtype, np.number) and found.dtype != np.bool_:
            raise BadInput(
                "answers_not_numbers",
                field=field,
                remedy="Give whole numbers, -1 for not presented.",
            )
        whole = _whole(found, field)
    if whole.min() < NOT_PRESENTED:
        row, column = np.argwhere(whole < NOT_PRESENTED)[0]
        raise BadInput(
            "answer_out_of_range",
            field=field,
            remedy=f"Row {row + 1}, column {column + 1} holds {whole[row, column]}; use -1 for not presented.",
        )
    return whole


def _whole(found: NDArray[np.generic], field: str) -> Answers:
    """Turn a numeric matrix into int8 without losing anything."""
    numbers = found.astype(np.float64)
    wrong = ~np.isfinite(numbers) | (numbers != np.trunc(numbers)) | (np.abs(numbers) > 127)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise BadInput(
            "answer_not_whole",
            field=field,
            remedy=f"Row {row + 1}, column {column + 1} holds {numbers[row, column]}; "
            "give whole numbers up to 127, -1 for not presented.",
        )
    return numbers.astype(np.int8)


def answer_chunks(responses: ArrayLike | Iterable[ArrayLike]) -> Iterator[Answers]:
    """Yield blocks of checked answers from one matrix or from an iterable of them.

    Blocks are small enough to work on in cache. Raises BadInput when two
    chunks disagree about the number of items, or nothing was given.
    """
    items: int | None = None
    pieces = [responses] if isinstance(responses, np.ndarray | list | tuple) else responses
    for piece in pieces:  # type: ignore[union-attr]
        matrix = answers(piece)
        if items is None:
            items = matrix.shape[1]
        if matrix.shape[1] != items:
            raise BadInput(
                "chunks_disagree",
                field="responses",
                remedy=f"One chunk has {items} items, another {matrix.shape[1]}; give the same items in each.",
            )
        step = max(1, MOST_ANSWERS // items)
        for start in range(0, matrix.shape[0], step):
            yield matrix[start : start + step]
    if items is None:
        raise BadInput(
            "no_answers", field="responses", remedy="Give at least one person's answers."
        )


def vector(values: ArrayLike, *, size: int, field: str) -> Floats:
    """Return finite numbers (size,). Raises BadInput when there are more, fewer, or others."""
    found = np.asarray(values, dtype=np.float64)
    if found.shape != (size,) or not np.isfinite(found).all():
        raise BadInput(
            "wrong_vector",
            field=field,
            remedy=f"Give {size} finite numbers, not shape {found.shape}.",
        )
    return found


def abilities(theta: ArrayLike) -> Floats:
    """Return finite abilities (points,); one number is one point. Raises BadInput for anything else."""
    found = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    if found.ndim != 1 or not found.size or not np.isfinite(found).all():
        raise BadInput(
            "wrong_abilities",
            field="theta",
            remedy=f"Give finite abilities in logits, in one dimension; found shape {found.shape}.",
        )
    return found
