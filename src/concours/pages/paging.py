"""Which page numbers a list offers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page one can go to; a gap between numbers has no address."""

    number: int
    href: str
    current: bool = False

    @property
    def gap(self) -> bool:
        """Whether this stands for the pages left out."""
        return not self.href


@dataclass(frozen=True, slots=True)
class Paging:
    """The pages around the one shown, and the one before and after it."""

    links: Sequence[PageLink]
    previous: str
    next: str


def paging(page: int, pages: int, address: Callable[[int], str]) -> Paging | None:
    """The first, the last and the neighbours of ``page``; None where all is on one page."""
    if pages <= 1:
        return None
    kept = sorted({1, pages, page - 1, page, page + 1} & set(range(1, pages + 1)))
    links: list[PageLink] = []
    before = 0
    for number in kept:
        if number == before + 2:
            links.append(PageLink(before + 1, address(before + 1)))
        elif number > before + 2:
            links.append(PageLink(0, ""))
        links.append(PageLink(number, address(number), number == page))
        before = number
    return Paging(
        links,
        address(page - 1) if page > 1 else "",
        address(page + 1) if page < pages else "",
    )
