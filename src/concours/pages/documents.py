"""Pages as PDF files, from the same templates, tagged for screen readers."""

from ctypes import CDLL
from functools import cache

from concours.kernel.errors import Refusal

MISSING = "PDF files cannot be made here: the library Pango is not installed. Use the page itself."


class NoTypesetter(Refusal):
    """The system library that sets PDF files is missing; everything else works without it."""

    status = 503

    def __init__(self) -> None:
        super().__init__("no_pdf", remedy=MISSING)


@cache
def can_set() -> bool:
    """Whether this machine can set PDF files: asked once, then known while the process lives."""
    try:
        CDLL("libpango-1.0.so.0")
    except OSError:  # a library by another name is for the typesetter to find
        try:
            import weasyprint  # noqa: F401, PLC0415  slow import, and needs a system library
        except OSError:
            return False
    return True


def pdf_of(html: str) -> bytes:
    """Set a whole HTML page as a tagged PDF file (PDF/UA-1). Raises NoTypesetter without Pango.

    Nothing is fetched: a page for print carries its style and pictures in itself.
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415  slow import, and needs a system library
    except OSError as missing:
        raise NoTypesetter from missing
    return bytes(HTML(string=html, url_fetcher=_nothing).write_pdf(pdf_variant="pdf/ua-1"))


def _nothing(url: str) -> dict[str, str]:
    raise ValueError(f"a page for print fetches nothing, not even {url[:40]}")
