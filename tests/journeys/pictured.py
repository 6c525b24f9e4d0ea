"""Gives every question of a section a picture, in the database of a running service.

`python -m tests.journeys.pictured`, with the service's surroundings.
"""

import hashlib
import io
import os

import django
from PIL import Image

WORDS = "Four bars, the second the highest"


def main() -> None:
    """One picture, wider than a small screen, under a paragraph of every stem."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concours.site.settings")
    django.setup()
    from concours.pages.clock import service_now  # noqa: PLC0415
    from concours.records.models import BankImage, TestItem  # noqa: PLC0415

    out = io.BytesIO()
    Image.new("RGB", (900, 300), (30, 90, 160)).save(out, "PNG")
    data = out.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    BankImage.objects.create(
        digest=digest, media_type="image/png", width=900, height=300, data=data, at=service_now()
    )
    stem = f'<p>Which bar is the highest?</p><p><img src="{digest}" alt="{WORDS}"/></p>'
    TestItem.objects.filter(section="job_knowledge").update(stem=stem)


if __name__ == "__main__":
    main()
