"""Pages as PDF files, from the same templates, tagged for screen readers."""

from concours.kernel.errors import Refusal


class NoTypesetter(Refusal):
    """The system library that sets PDF files is missing; everything else works without it."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "no_pdf",
            remedy="PDF files cannot be made here: the library Pango is not installed. Use the page itself.",
        )


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
