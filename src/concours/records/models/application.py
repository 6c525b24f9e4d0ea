"""What applicants type: drafts by section, the frozen snapshot, equality answers kept apart."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, SealedField, Source


class ApplicationSection(Source):
    """One section of an application as last saved; frozen once the application is submitted.

    ``content`` is encrypted JSON; ``digest`` commits to it with a salt that stands in it.
    """

    of_candidacy: ClassVar[str] = "candidacy"

    candidacy = CodeField()
    section = models.CharField(max_length=40)
    content = SealedField()
    digest = models.CharField(max_length=64)
    complete = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "section"], name="section_once")
        ]


class EqualityAnswer(Source):
    """Answers for statistics only: no page of a case, no assessor and no entry reads this table."""

    of_candidacy: ClassVar[str] = "candidacy"

    candidacy = CodeField(primary_key=True)
    content = SealedField()
    saved_at = models.DateTimeField()
