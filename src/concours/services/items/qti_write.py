"""QTI 3.0 packages out: items, stimuli, images and a manifest, with nothing of an item left behind."""

from collections.abc import Mapping
from html import escape

from concours.selection.item_content import ItemContent, plain_text
from concours.services.items.markup import images_of
from concours.services.items.package import packed
from concours.services.items.stimuli import Stimulus

ITEM = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
MANIFEST = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/LOM"
MATCH = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"
CATALOG = "concours"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def qti_package(
    items: Mapping[str, ItemContent], stimuli: Mapping[str, Stimulus], images: Mapping[str, bytes]
) -> bytes:
    """A package of these items with the stimuli and images they show; the same bytes each time."""
    files: dict[str, bytes] = {}
    resources: list[str] = []
    for digest in sorted(images):
        files[f"images/{digest}.png"] = images[digest]
        resources.append(
            f'<resource identifier="I-{digest}" type="webcontent" href="images/{digest}.png">'
            f'<file href="images/{digest}.png"/></resource>'
        )
    for name in sorted(stimuli):
        path = f"stimuli/{name}.xml"
        files[path] = _stimulus(stimuli[name]).encode()
        resources.append(
            f'<resource identifier="S-{name}" type="imsqti_stimulus_xmlv3p0" href="{path}">'
            f'<file href="{path}"/>{_needed(images_of(stimuli[name].text))}</resource>'
        )
    for name in sorted(items):
        path, content = f"items/{name}.xml", items[name]
        stimulus = stimuli.get(content.stimulus)
        files[path] = _item(name, content, stimulus).encode()
        shown = [d for text in _texts(content) for d in images_of(text)]
        needs = f'<dependency identifierref="S-{content.stimulus}"/>' if stimulus else ""
        resources.append(
            f'<resource identifier="Q-{name}" type="imsqti_item_xmlv3p0" href="{path}">'
            f"<metadata>{_lom(name, content)}</metadata>"
            f'<file href="{path}"/>{_needed(shown)}{needs}</resource>'
        )
    files["imsmanifest.xml"] = (
        f'{HEAD}<manifest xmlns="{MANIFEST}" xmlns:lom="{LOM}" identifier="concours-bank">'
        "<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>"
        f"<organizations/><resources>{''.join(resources)}</resources></manifest>"
    ).encode()
    return packed(files)


def _item(name: str, content: ItemContent, stimulus: Stimulus | None) -> str:
    single = content.kind == "choice"
    typed = "string" if content.kind == "text" else "identifier"
    cardinality = "multiple" if content.kind == "multiple" else "single"
    values = "".join(f"<qti-value>{letter}</qti-value>" for letter in content.key)
    correct = f"<qti-correct-response>{values}</qti-correct-response>" if values else ""
    reference = (
        f'<qti-assessment-stimulus-ref identifier="{content.stimulus}" '
        f'href="../stimuli/{content.stimulus}.xml" title="{_quoted(stimulus.title)}"/>'
        if stimulus
        else ""
    )
    rationale = (
        '<qti-rubric-block use="scoring" view="author scorer"><qti-content-body>'
        f"<div>{_placed(content.rationale)}</div></qti-content-body></qti-rubric-block>"
        if content.rationale
        else ""
    )
    if content.kind == "text":
        asked = '<qti-extended-text-interaction response-identifier="RESPONSE"/>'
    else:
        choices = "".join(
            f'<qti-simple-choice identifier="{letter}">{_placed(text)}</qti-simple-choice>'
            for letter, text in content.options
        )
        asked = (
            f'<qti-choice-interaction response-identifier="RESPONSE" '
            f'shuffle="{"true" if content.shuffle else "false"}" '
            f'max-choices="{1 if single else 0}">{choices}</qti-choice-interaction>'
        )
    marked = f'<qti-response-processing template="{MATCH}"/>' if values else ""
    title = plain_text(content.stem)[:60]
    return (
        f'{HEAD}<qti-assessment-item xmlns="{ITEM}" identifier="{name}" '
        f'title="{_quoted(" ".join(title.split()))}" adaptive="false" time-dependent="false">'
        f'<qti-response-declaration identifier="RESPONSE" cardinality="{cardinality}" '
        f'base-type="{typed}">{correct}</qti-response-declaration>'
        '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>'
        f"{reference}<qti-item-body><div>{_placed(content.stem)}</div>{asked}{rationale}"
        f"</qti-item-body>{marked}</qti-assessment-item>"
    )


def _stimulus(stimulus: Stimulus) -> str:
    return (
        f'{HEAD}<qti-assessment-stimulus xmlns="{ITEM}" identifier="{stimulus.name}" '
        f'title="{_quoted(stimulus.title)}"><qti-stimulus-body><div>{_placed(stimulus.text)}</div>'
        "</qti-stimulus-body></qti-assessment-stimulus>"
    )


def _lom(name: str, content: ItemContent) -> str:
    """What QTI has no place for, as Learning Object Metadata (IEEE 1484.12.1)."""
    level = (
        f"<lom:educational><lom:difficulty><lom:source>{CATALOG}</lom:source>"
        f"<lom:value>{content.level}</lom:value></lom:difficulty></lom:educational>"
        if content.level
        else ""
    )
    enemies = "".join(
        f"<lom:relation><lom:kind><lom:source>{CATALOG}</lom:source><lom:value>enemy</lom:value>"
        f"</lom:kind><lom:resource><lom:identifier><lom:catalog>{CATALOG}</lom:catalog>"
        f"<lom:entry>{enemy}</lom:entry></lom:identifier></lom:resource></lom:relation>"
        for enemy in content.enemies
    )
    taxon = f"{content.section}.{content.subject}.{content.subtopic}"
    return (
        f"<lom:lom><lom:general><lom:identifier><lom:catalog>{CATALOG}</lom:catalog>"
        f"<lom:entry>{name}</lom:entry></lom:identifier></lom:general>{level}{enemies}"
        f"<lom:classification><lom:taxonPath><lom:source><lom:string>{CATALOG}</lom:string>"
        f"</lom:source><lom:taxon><lom:id>{taxon}</lom:id></lom:taxon></lom:taxonPath>"
        "</lom:classification></lom:lom>"
    )


def _placed(markup: str) -> str:
    """The markup with its images' addresses as they lie in the package."""
    for digest in set(images_of(markup)):
        markup = markup.replace(f'src="{digest}"', f'src="../images/{digest}.png"')
    return markup


def _needed(digests: tuple[str, ...] | list[str]) -> str:
    return "".join(f'<dependency identifierref="I-{d}"/>' for d in sorted(set(digests)))


def _texts(content: ItemContent) -> list[str]:
    return [content.stem, content.rationale, *(text for _, text in content.options)]


def _quoted(text: str) -> str:
    return escape(text)
