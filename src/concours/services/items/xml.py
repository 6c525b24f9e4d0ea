"""XML from strangers: no entities, no document type, no network, bounded size and depth."""

from lxml import etree

from concours.kernel.errors import BadInput

MOST_BYTES = 4_000_000
MOST_ELEMENTS = 40_000
MOST_DEEP = 120


def parse(data: bytes) -> etree._Element:
    """The root of a document. Raises BadInput for what is not well-formed, too large or too deep,
    and for any document type: it is where entities and outside addresses are declared."""
    if len(data) > MOST_BYTES:
        raise _bad("xml_too_large", f"An XML file may have {MOST_BYTES} bytes.")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _bad("xml_not_well_formed", f"The XML cannot be read: {error}.") from error
    if root.getroottree().docinfo.doctype:
        raise _bad(
            "xml_document_type", "A document type is not allowed; take the DOCTYPE line out."
        )
    _require_bounded(root)
    return root


def local_name(node: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(etree.QName(node).localname)


def namespace(node: etree._Element) -> str:
    """The element's namespace; "" where it has none."""
    return str(etree.QName(node).namespace or "")


def children(node: etree._Element, *names: str) -> list[etree._Element]:
    """The element's children of these local names, in their order."""
    return [c for c in node if isinstance(c.tag, str) and local_name(c) in names]


def descendants(node: etree._Element, *names: str) -> list[etree._Element]:
    """All elements below of these local names, in the order of the document."""
    return [d for d in node.iterdescendants() if isinstance(d.tag, str) and local_name(d) in names]


def _require_bounded(root: etree._Element) -> None:
    count, stack = 0, [(root, 1)]
    while stack:
        node, depth = stack.pop()
        count += 1
        if count > MOST_ELEMENTS or depth > MOST_DEEP:
            raise _bad("xml_too_deep", "The XML has too many elements or nests them too deep.")
        stack.extend((child, depth + 1) for child in node)


def _bad(code: str, remedy: str) -> BadInput:
    return BadInput(code, remedy=remedy, field="file")
