"""Stimuli (passages that items share) and the images items and stimuli show."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from PIL import Image, ImageOps, UnidentifiedImageError

from concours.kernel.errors import BadInput
from concours.ledger.canonical import canonical
from concours.records.models import BankImage, BankStimulus
from concours.selection.authority import Actor, require
from concours.selection.item_content import require_name
from concours.services.items.markup import clean, images_of

TEXT_LIMIT, TITLE_LIMIT = 20_000, 200
MOST_IMAGE_BYTES = 5_000_000
MOST_PIXELS = 12_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
UNSOUND = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
)
"""What Pillow raises for a file that is no sound picture, or one that would fill memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stimulus:
    """One version of a stimulus. ``text`` is safe markup."""

    name: str
    version: int
    title: str
    text: str
    digest: str


def write_stimulus(actor: Actor, name: str, *, title: str, text: str, at: datetime) -> Stimulus:
    """Write a stimulus or its next version; what says the same is left as it stands.

    Raises BadInput for a bad name, missing title, markup not well-formed, or an
    image that is not in the bank.
    """
    require(actor, "items.write")
    require_name(name)
    text, title = clean(text), " ".join(title.split())
    if not title or len(title) > TITLE_LIMIT:
        raise BadInput(
            "title_wrong", remedy=f"Give a title of up to {TITLE_LIMIT} characters.", field="title"
        )
    if not text or len(text) > TEXT_LIMIT:
        raise BadInput(
            "text_wrong", remedy=f"Give a text of up to {TEXT_LIMIT} characters.", field="text"
        )
    require_images([text])
    found = stimuli([name]).get(name)
    digest = stimulus_digest(name, title, text)
    if found is not None and found.digest == digest:
        return found
    row = BankStimulus.objects.create(
        name=name,
        version=1 if found is None else found.version + 1,
        title=title,
        text=text,
        digest=digest,
        author=actor.code,
        at=at,
    )
    return _stimulus(row)


def stimulus_digest(name: str, title: str, text: str) -> str:
    """What a form commits to when it shows this stimulus."""
    return hashlib.sha256(canonical([name, title, text]).encode()).hexdigest()


def stimuli(names: Iterable[str]) -> dict[str, Stimulus]:
    """The latest version of each of these stimuli that is in the bank."""
    rows = BankStimulus.objects.filter(name__in=set(names)).order_by("name", "version")
    return {row.name: _stimulus(row) for row in rows}


def all_stimuli(actor: Actor) -> tuple[Stimulus, ...]:
    """Every stimulus of the bank in its latest version, by name."""
    require(actor, "items.read")
    rows = BankStimulus.objects.order_by("name", "version")
    return tuple({row.name: _stimulus(row) for row in rows}.values())


def drawn_image(data: bytes) -> tuple[str, tuple[bytes, int, int]]:
    """An image drawn anew as PNG: its digest, its bytes, width and height.

    The picture is decoded and encoded again, so no metadata, no second payload and
    no format trick survives. Raises BadInput for what is no PNG, JPEG, GIF or WebP
    picture of bounded size.
    """
    drawn, (width, height) = redrawn(data)
    return hashlib.sha256(drawn).hexdigest(), (drawn, width, height)


def redrawn(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """The picture as a fresh PNG and its size. An animation keeps its first picture."""
    if len(data) > MOST_IMAGE_BYTES:
        raise _bad_image(f"An image may have {MOST_IMAGE_BYTES} bytes.")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                raise _bad_image(f"An image may have {MOST_PIXELS} points.")
            found.seek(0)
            found.load()
            upright = ImageOps.exif_transpose(found)
            mode = "RGBA" if upright.has_transparency_data else "RGB"
            plain = Image.frombytes(mode, upright.size, upright.convert(mode).tobytes())
    except UNSOUND as error:
        raise _bad_image("The file is not a whole PNG, JPEG, GIF or WebP picture.") from error
    out = io.BytesIO()
    plain.save(out, "PNG", optimize=False)
    return out.getvalue(), plain.size


def image_data(digests: Iterable[str]) -> dict[str, bytes]:
    """The PNG bytes of these images."""
    rows = BankImage.objects.filter(pk__in=set(digests))
    return {row.digest: bytes(row.data) for row in rows}


def image(actor: Actor, digest: str) -> bytes:
    """One image of the bank, for its pages."""
    require(actor, "items.read")
    found = image_data([digest])
    if digest not in found:
        raise BadInput("no_such_image", remedy="The bank has no such image.", field="image")
    return found[digest]


def require_images(markups: Iterable[str]) -> None:
    """Refuse markup that shows an image the bank does not hold."""
    wanted = {digest for markup in markups for digest in images_of(markup)}
    have = set(BankImage.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - have:
        raise BadInput(
            "no_such_image",
            remedy="An image named in the text is not in the bank; import it first.",
            field="stem",
        )


def _stimulus(row: BankStimulus) -> Stimulus:
    return Stimulus(
        name=row.name, version=row.version, title=row.title, text=row.text, digest=row.digest
    )


def _bad_image(remedy: str) -> BadInput:
    return BadInput("bad_image", remedy=remedy, field="image")
