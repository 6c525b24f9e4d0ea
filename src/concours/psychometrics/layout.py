"""Where each item's response lies in a packed row, and tables indexed by byte value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.packing_kernels import gather_rows, mark_met, spread_rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BYTE = 256
MOST_CATEGORIES = 127


def field_width(categories: int) -> int:
    """Bits for one response with so many categories: the highest code means not presented."""
    if categories < 4:
        return 2
    return 4 if categories < 16 else 8


@dataclass(frozen=True, slots=True)
class Layout:
    """The packing of a test.

    names       one per item, unique
    categories  (items,)  number of response categories, 2 or more
    slot        (items,)  byte that holds the item
    shift       (items,)  its lowest bit there
    missing     (items,)  code of "not presented", all bits of the field set
    width       bytes per person
    """

    names: tuple[str, ...]
    categories: Ints
    slot: Ints
    shift: Ints
    missing: Ints
    width: int

    @property
    def items(self) -> int:
        """Number of items."""
        return len(self.names)

    @property
    def first(self) -> Ints:
        """(items + 1,) where each item's categories begin in a flat list of all categories."""
        return np.concatenate(([0], np.cumsum(self.categories)))

    def spread(self, values: Floats) -> Floats:
        """Turn values per category into a table per byte value.

        values  (all categories,) or (all categories, nodes), laid out as ``first`` says
        Returns (bytes, 256) or (bytes, 256, nodes): the sum over the items whose fields make up
        the byte; an item not presented adds nothing.
        """
        wide = np.ascontiguousarray(values, np.float64).reshape(values.shape[0], -1)
        table = np.zeros((self.width, BYTE, wide.shape[1]))
        spread_rows(wide, self.first, self.slot, self.shift, self.missing, table)
        return table.reshape(self.width, BYTE, *values.shape[1:])

    def met(self, rows: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """(bytes, 256) which values of each byte occur in these rows: few, for complete answers."""
        found = np.zeros((self.width, BYTE), np.bool_)
        mark_met(rows, found)
        return found

    def gather(
        self, table: Floats | NDArray[np.float32], met: NDArray[np.bool_] | None = None
    ) -> Floats:
        """The transpose of ``spread``: sums per byte value become sums per category.

        met  as the method gives it, where it is known; what did not occur is left out
        """
        if met is None:
            met = np.ones((self.width, BYTE), np.bool_)
        wide = cast(
            "Floats | NDArray[np.float32]",
            np.ascontiguousarray(table).reshape(self.width, BYTE, -1),
        )
        flat = np.zeros((int(self.categories.sum()), wide.shape[2]))
        gather_rows(wide, self.first, self.slot, self.shift, self.missing, met, flat)
        return flat.reshape(flat.shape[0], *table.shape[2:])


def lay_out(names: Sequence[str], categories: Sequence[int]) -> Layout:
    """Plan the packed row for items with these names and numbers of categories.

    Raises BadInput for no items, repeated names, or fewer than 2 or more than 127 categories.
    """
    if not names:
        raise BadInput("no_items", field="responses", remedy="Give at least one item.")
    repeated = (
        sorted({n for n in names if list(names).count(n) > 1})
        if len(set(names)) < len(names)
        else []
    )
    if repeated:
        raise BadInput(
            "repeated_item", field="items", remedy=f"Item names must differ; repeated: {repeated}."
        )
    for name, count in zip(names, categories, strict=True):
        if not 2 <= count <= MOST_CATEGORIES:
            raise BadInput(
                "categories_out_of_range",
                field=name,
                remedy=f"Item {name} has {count} categories; 2 to {MOST_CATEGORIES} are possible.",
            )
    slot, shift, missing = [], [], []
    byte, bit = 0, 0
    for count in categories:
        bits = field_width(count)
        bit = -(-bit // bits) * bits
        if bit == 8:
            byte, bit = byte + 1, 0
        slot.append(byte)
        shift.append(bit)
        missing.append((1 << bits) - 1)
        bit += bits
    return Layout(
        names=tuple(names),
        categories=np.asarray(categories, np.int64),
        slot=np.asarray(slot, np.int64),
        shift=np.asarray(shift, np.int64),
        missing=np.asarray(missing, np.int64),
        width=byte + 1,
    )
