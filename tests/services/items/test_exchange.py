"""The bank's ways in and out: nothing lost on the round, nothing hostile let in, nothing half taken in."""

import io
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from tests.cast import staff

from concours.kernel.errors import BadInput, NotPermitted
from concours.policy.edition import load_edition
from concours.records.models import BankAct, BankImage, BankStimulus
from concours.selection.authority import Actor
from concours.selection.item_content import LETTERS, ItemContent, faults_of
from concours.services.items import package
from concours.services.items.csv_file import csv_file, read_csv
from concours.services.items.demonstration import load_demonstration
from concours.services.items.exchange import hand_out, take_in
from concours.services.items.figures import BadFile
from concours.services.items.history import read_item
from concours.services.items.markup import clean, drawn
from concours.services.items.package import packed
from concours.services.items.qti_read import read_qti
from concours.services.items.qti_write import qti_package
from concours.services.items.stimuli import Stimulus, drawn_image
from concours.services.items.xml import parse

AT = datetime(2016, 1, 4, 15, tzinfo=UTC)
ABOUT = "job_knowledge.economics.markets"


def png(colour: tuple[int, ...] = (200, 30, 30), *, size: tuple[int, int] = (8, 6)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB" if len(colour) == 3 else "RGBA", size, colour).save(out, "PNG")
    return out.getvalue()


# --- round trips -------------------------------------------------------------------------------

IMAGES = dict([drawn_image(png()), drawn_image(png((10, 20, 30, 128)))])
WORDS = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")),
        min_size=1,
        max_size=30,
    )
    .map(str.strip)
    .filter(lambda t: t and clean(escape(t, quote=False)))
)
PLAIN = WORDS.map(lambda t: clean(escape(t, quote=False)))
INLINE = st.one_of(
    PLAIN,
    st.builds("{} <{}>{}</{}>".format, PLAIN, st.shared(st.sampled_from(["em", "strong", "sub"]), key="t"), PLAIN, st.shared(st.sampled_from(["em", "strong", "sub"]), key="t")),
)  # fmt: skip
MARKUP = st.one_of(
    INLINE,
    st.lists(INLINE.map(lambda t: f"<p>{t}</p>"), min_size=1, max_size=3).map("".join),
    st.lists(PLAIN.map(lambda t: f"<li>{t}</li>"), min_size=1, max_size=3).map(
        lambda rows: f"<p>See:</p><ul>{''.join(rows)}</ul>"
    ),
    st.builds(
        lambda words, digest, alt: (
            f'<p>{words}</p><img src="{digest}" alt="{escape(" ".join(alt.split()))}"/>'
        ),
        PLAIN,
        st.sampled_from(sorted(IMAGES)),
        WORDS,
    ),
)
NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{1,20}[a-z0-9]", fullmatch=True)
STIMULI = {
    "st-letter": Stimulus(
        name="st-letter",
        version=1,
        title='A "letter" & more',
        text="<p>Dear Sir,</p><p>x &lt; y</p>",
        digest="",
    )
}


@st.composite
def contents(draw) -> ItemContent:
    kind = draw(st.sampled_from(["choice", "multiple", "text"]))
    texts = draw(st.lists(MARKUP, min_size=2, max_size=6, unique_by=lambda t: clean(t).casefold()))
    options = tuple(zip(LETTERS, texts, strict=False)) if kind != "text" else ()
    letters = [letter for letter, _ in options]
    some = st.sets(st.sampled_from(letters or ["A"]), min_size=1, max_size=max(1, len(letters) - 1))
    key = {"choice": 1, "multiple": 9, "text": 0}[kind]
    return ItemContent(
        section="job_knowledge",
        subject="economics",
        subtopic="markets",
        kind=kind,
        stem=draw(MARKUP),
        options=options,
        key=tuple(sorted(draw(some)))[:key],
        rationale=draw(st.one_of(st.just(""), MARKUP)),
        stimulus=draw(st.sampled_from(["", "st-letter"])),
        shuffle=draw(st.booleans()) if kind != "text" else True,
        level=draw(st.sampled_from(["", "easy", "medium", "hard"])),
        enemies=tuple(sorted(draw(st.sets(NAMES, max_size=3)))),
    )


BANKS = st.dictionaries(NAMES, contents(), min_size=1, max_size=3)


@settings(max_examples=25)
@given(BANKS)
def test_a_qti_package_brings_back_every_item_as_it_left(bank: dict[str, ItemContent]) -> None:
    images = {digest: data for digest, (data, _, _) in IMAGES.items()}
    sent = qti_package(bank, STIMULI, images)
    assert qti_package(bank, STIMULI, images) == sent
    parcel = read_qti(sent)
    assert {item.name: item.content for item in parcel.items} == bank
    assert {s.name: (s.title, s.text) for s in parcel.stimuli.values()} == {
        "st-letter": (STIMULI["st-letter"].title, STIMULI["st-letter"].text)
    }
    assert parcel.report == []
    assert set(parcel.images) <= set(IMAGES)


@settings(max_examples=25)
@given(BANKS)
def test_a_csv_file_brings_back_every_item_as_it_left(bank: dict[str, ItemContent]) -> None:
    parcel = read_csv(csv_file(bank))
    assert {item.name: item.content for item in parcel.items} == bank


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once_and_leaves_nothing_a_browser_runs(text: str) -> None:
    try:
        once = clean(text)
    except BadInput:
        return
    assert clean(once) == once
    parse(f"<x>{once}</x>".encode())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ('<p onclick="go()">a</p>', "<p>a</p>"),
        ('a<script>alert("x")</script>b', "ab"),
        ('<a href="javascript:go()">click</a>', "click"),
        ('<img src="https://evil.example/x.png" alt="a map"/>', "[a map]"),
        ("<svg><circle/></svg>after", "after"),
        ("<style>p{}</style><b>bold</b>", "<strong>bold</strong>"),
        ("3 < 4 & 5 > 4", None),
        ("fish & chips", "fish &amp; chips"),
        ('<div style="x"><span lang="fr">mot</span></div>', "mot"),
    ],
)
def test_markup_is_reduced_to_what_is_safe(typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(BadInput, match="bad_markup"):
            clean(typed)
    else:
        assert clean(typed) == kept
        assert drawn(kept, lambda d: f"/x/{d}") == kept


# --- what is hostile is refused -----------------------------------------------------------------

MANIFEST = (
    '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>'
    '<resource type="imsqti_item_xmlv2p1" href="a.xml"/></resources></manifest>'
)
ITEM21 = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="Econ 1"
 title="Prices" adaptive="false" timeDependent="false">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
<correctResponse><value>c2</value></correctResponse>
<mapping defaultValue="0"><mapEntry mapKey="c2" mappedValue="2"/></mapping></responseDeclaration>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody><p class="q">The price <i>falls</i>. <img src="img/m.gif" alt="a curve"/></p>
<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">
<prompt>What follows?</prompt><simpleChoice identifier="c1" fixed="true">Less is bought</simpleChoice>
<simpleChoice identifier="c2">More is <b>bought</b></simpleChoice></choiceInteraction></itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>
<modalFeedback identifier="F" outcomeIdentifier="FEEDBACK" showHide="show">Well done</modalFeedback>
</assessmentItem>"""


def zipped(**files: str | bytes) -> bytes:
    named = {name.replace("__", "/").replace("_xml", ".xml"): v for name, v in files.items()}
    return packed({n: v.encode() if isinstance(v, str) else v for n, v in named.items()})


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', "xml_document_type"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "xml_document_type"),
        ('<!DOCTYPE x SYSTEM "http://evil.example/x.dtd"><x/>', "xml_document_type"),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://evil.example/">%p;]><x/>', "xml_"),
        ("<x>" * 300 + "</x>" * 300, "xml_"),
        ("<x>" + "<y/>" * 40_001 + "</x>", "xml_too_deep"),
        ("<x", "xml_not_well_formed"),
        ("<x>&undefined;</x>", "xml_not_well_formed"),
        ("<x>" + "a" * 4_000_001 + "</x>", "xml_too_large"),
    ],
)
def test_hostile_xml_is_refused(xml: str, code: str) -> None:
    with pytest.raises(BadInput, match=code):
        parse(xml.encode())


def test_what_an_entity_would_have_read_never_appears() -> None:
    data = zipped(imsmanifest_xml=MANIFEST, a_xml='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + ITEM21.replace("The price", "&e;"))  # fmt: skip
    with pytest.raises(BadInput, match="xml_document_type"):
        read_qti(data)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", b" " * 5_900_000)
    return out.getvalue()


def named(name: str, *, attributes: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = attributes
        archive.writestr(entry, b"x")
    return out.getvalue()


def lying() -> bytes:
    """A package that says of a large file that it is small."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", b"a" * 9_000_000)
    data = bytearray(out.getvalue())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(mark) + place
        data[at : at + 4] = struct.pack("<I", 90_000)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK not a zip", "not_a_package"),
        (bomb(), "package_too_large"),
        (lying(), "package_"),
        (named("../outside.xml"), "package_points_outside"),
        (named("/etc/passwd"), "package_points_outside"),
        (named("a\\..\\b"), "package_points_outside"),
        (named("C:/x"), "package_points_outside"),
        (named("link", attributes=0o120777 << 16), "package_points_outside"),
        (zipped(a_xml="<x/>"), "file_missing"),
        (zipped(imsmanifest_xml="<manifest><resources/></manifest>"), "no_items"),
        (zipped(imsmanifest_xml=MANIFEST.replace("a.xml", "../../etc/passwd")), "file_missing"),
    ],
)
def test_hostile_packages_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(BadInput, match=code):
        read_qti(data)


def test_a_package_of_too_many_files_is_refused() -> None:
    names = {f"f{n}": b"" for n in range(package.MOST_FILES + 1)}
    with pytest.raises(BadInput, match="package_too_large"):
        read_qti(packed(names))


def test_an_image_is_drawn_anew_without_what_was_hidden_in_it() -> None:
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "SECRET-PLACE")
    out = io.BytesIO()
    Image.new("RGB", (8, 6), (1, 2, 3)).save(out, "PNG", pnginfo=hidden)
    data = out.getvalue() + b"<script>SECRET-PLACE</script>"
    digest, (fresh, width, height) = drawn_image(data)
    assert (b"SECRET-PLACE" in fresh, width, height) == (False, 8, 6)
    assert drawn_image(fresh)[0] == digest
    assert Image.open(io.BytesIO(fresh)).getpixel((0, 0)) == (1, 2, 3)


def claiming(width: int, height: int) -> bytes:
    """A small, whole PNG that claims to be a large picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        png()[:40],
        b"%PDF-1.4",
        claiming(60_000, 60_000),
        claiming(10_000, 10_000),
        claiming(4_000, 4_000),
    ],
)  # fmt: skip
def test_what_is_no_sound_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="bad_image"):
        drawn_image(data)


# --- other programs' packages ---------------------------------------------------------------------


def gif() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), (9, 9, 9)).save(out, "GIF")
    return out.getvalue()


def test_a_package_of_qti_21_is_read_and_what_cannot_be_kept_is_named() -> None:
    parcel = read_qti(packed({"imsmanifest.xml": MANIFEST.encode(), "a.xml": ITEM21.encode(), "img/m.gif": gif()}), about=ABOUT)  # fmt: skip
    (item,) = parcel.items
    (digest,) = parcel.images
    assert item.name == "econ-1"
    assert list(faults_of(item.content)) == []
    assert (item.content.section, item.content.subject, item.content.key) == (
        "job_knowledge",
        "economics",
        ("B",),
    )
    assert item.content.stem == (
        f'<p>The price <em>falls</em>. <img src="{digest}" alt="a curve"/></p><p>What follows?</p>'
    )
    assert item.content.options == (
        ("A", "Less is bought"),
        ("B", "More is <strong>bought</strong>"),
    )
    assert sorted((line.element, line.outcome) for line in parcel.report) == [
        ("b, kept as strong", "changed"),
        ("i, kept as em", "changed"),
        ("mapping", "left_out"),
        ("modal-feedback", "left_out"),
        ("p@class", "left_out"),
        ("simple-choice@fixed", "left_out"),
    ]


@pytest.mark.parametrize(
    ("interaction", "element"),
    [
        ("<matchInteraction responseIdentifier='RESPONSE'/>", "match-interaction"),
        ("<p>no question</p>", "0 interactions"),
        ("<textEntryInteraction responseIdentifier='RESPONSE'/>", "text-entry-interaction"),
    ],
)
def test_an_item_of_a_kind_the_bank_has_not_is_left_out_by_name(
    interaction: str, element: str
) -> None:
    body = (
        ITEM21[: ITEM21.index("<choiceInteraction")] + interaction + "</itemBody></assessmentItem>"
    )
    parcel = read_qti(body.encode(), about=ABOUT)
    assert parcel.items == []
    assert [(r.element, r.outcome) for r in parcel.report] == [(element, "item_left_out")]


def test_an_item_of_qti_22_in_writing_is_read_from_its_file_alone() -> None:
    xml = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="essay-one" title="x">'
        '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string"/>'
        '<itemBody><div>Argue for one side.</div><extendedTextInteraction responseIdentifier="RESPONSE"/>'
        '<rubricBlock view="scorer"><p>Look for reasons.</p></rubricBlock></itemBody></assessmentItem>'
    )
    parcel = read_qti(xml.encode(), about="essay.public_question.education")
    (item,) = parcel.items
    assert (item.content.kind, item.content.stem) == ("text", "Argue for one side.")
    assert item.content.rationale == "<p>Look for reasons.</p>"
    assert parcel.report == []


# --- through the service ------------------------------------------------------------------------------


@pytest.fixture
def importer() -> Actor:
    return staff("test_administrator")


@pytest.mark.django_db
def test_a_dry_run_says_what_would_come_and_takes_nothing_in(importer: Actor) -> None:
    data = packed({"imsmanifest.xml": MANIFEST.encode(), "a.xml": ITEM21.encode(), "img/m.gif": gif()})  # fmt: skip
    dry = take_in(importer, data, what="qti", about=ABOUT, at=AT, dry=True)
    assert (dry.new, dry.images, len(dry.report), dry.dry) == (1, 1, 6, True)
    assert (BankAct.objects.count(), BankImage.objects.count()) == (0, 0)
    done = take_in(importer, data, what="qti", about=ABOUT, at=AT)
    assert (done.new, done.changed, done.same) == (1, 0, 0)
    again = take_in(importer, data, what="qti", about=ABOUT, at=AT)
    assert (again.new, again.changed, again.same, again.images) == (0, 0, 1, 0)
    kept = read_item("econ-1").item
    assert (kept.state, kept.version, kept.author) == ("draft", 1, importer.code)


@pytest.mark.django_db
def test_one_faulty_row_keeps_everything_out_and_each_fault_is_named(importer: Actor) -> None:
    good = ItemContent(
        section="job_knowledge", subject="economics", subtopic="markets", kind="choice",
        stem="What falls?", options=(("A", "One"), ("B", "Two")), key=("A",),
    )  # fmt: skip
    text = csv_file({"jk-econ-1": good, "jk-econ-2": good, "jk-econ-3": good}).decode()
    lines = text.split("\r\n")
    lines[2] = lines[2].replace("economics", "chemistry")
    lines[3] = lines[3].replace("jk-econ-3", "JK 3").replace("One", "Two")
    with pytest.raises(BadFile) as refused:
        take_in(importer, "\r\n".join(lines).encode(), what="csv", at=AT)
    assert [(f.row, f.column, f.code) for f in refused.value.faults] == [
        (3, "subject", "subject_not_published"),
        (4, "name", "bad_item_name"),
    ]
    assert BankAct.objects.count() == 0
    assert take_in(importer, text.encode(), what="csv", at=AT).new == 3


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (b"\xff\xfe\x00", [(1, "file", "not_csv")]),
        (b"name,stem\n", [(1, c, "column_missing") for c in ("section", "subject", "subtopic")]),
        (b"name,section,subject,subtopic,stem,colour\n", [(1, "colour", "column_unknown")]),
        (b"name,section,subject,subtopic,stem\na-1,b\n", [(2, "file", "row_length")]),
        (b"name,section,subject,subtopic,stem\n", [(1, "file", "no_items")]),
        (b"name,section,subject,subtopic,stem,fixed\na-1,b,c,d,e,maybe\na-1,b,c,d,e,no\n",
         [(2, "fixed", "not_yes_or_no"), (3, "name", "item_twice")]),
    ],
)  # fmt: skip
def test_a_csv_file_of_a_wrong_form_is_refused_by_row_and_column(data: bytes, faults: list) -> None:
    with pytest.raises(BadFile) as refused:
        read_csv(data)
    assert [(f.row, f.column, f.code) for f in refused.value.faults] == faults


@pytest.mark.django_db
def test_the_demonstration_bank_leaves_and_comes_back_the_same(importer: Actor) -> None:
    edition = load_edition("us_foreign_service", "2016")
    count = load_demonstration(edition, step="examination", author="A", reviewer="B", at=AT)
    names = sorted(set(BankAct.objects.values_list("item", flat=True)))
    stimuli = BankStimulus.objects.count()
    for form in ("qti", "csv"):
        back = take_in(importer, hand_out(importer, names, form=form), what=form, at=AT)
        assert (back.new, back.changed, back.same, back.report) == (0, 0, count, ())
    assert BankStimulus.objects.count() == stimuli


@pytest.mark.django_db
def test_who_may_not_neither_imports_nor_exports(importer: Actor) -> None:
    for actor in (staff("item_reviewer"), staff("proctor"), staff("auditor")):
        with pytest.raises(NotPermitted):
            take_in(actor, ITEM21.encode(), what="qti", about=ABOUT, at=AT)
        with pytest.raises(NotPermitted):
            take_in(actor, b"item\n", what="figures", administration="x", at=AT)
        with pytest.raises(NotPermitted):
            hand_out(actor, [], form="csv")
    assert BankAct.objects.count() == 0
