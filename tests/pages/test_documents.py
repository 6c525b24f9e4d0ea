"""Pages as PDF files: where none can be made, the link's place says so before anybody presses it."""

from concours.pages.documents import can_set, pdf_of
from concours.pages.templatetags.parts import link_or_reason, pdf_link

PAGE = "<html lang=en><title>Letter</title><body><h1>Letter</h1></body></html>"


def test_a_link_to_a_pdf_file_stands_where_one_can_be_made() -> None:
    assert can_set()
    assert pdf_of(PAGE).startswith(b"%PDF-")
    assert (
        pdf_link("/a.pdf", "Letter as PDF")
        == '<a class="govuk-link" href="/a.pdf">Letter as PDF</a>'
    )
    assert pdf_link("/a.pdf", "Letter", button=True) == (
        '<a class="govuk-button" role="button" href="/a.pdf">Letter</a>'
    )


def test_without_the_typesetter_the_reason_stands_in_its_place() -> None:
    assert link_or_reason("/a.pdf", "Letter <b>", button=True, able=False) == (
        '<span class="govuk-hint">Letter &lt;b&gt;: PDF files cannot be made here: '
        "the library Pango is not installed. Use the page itself.</span>"
    )
