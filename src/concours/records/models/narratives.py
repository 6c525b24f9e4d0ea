"""What candidates write for the panel: drafts by theme, frozen once submitted."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, SealedField, Source


class NarrativeDraft(Source):
    """One narrative as last saved, with its verifier; nothing changes once ``locked_at`` is set.

    Text and verifier are encrypted; ``digest`` and ``verifier_digest`` commit to
    them with ``salt``, and only they enter the ledger.
    """

    of_candidacy: ClassVar[str] = "candidacy"

    candidacy = CodeField()
    theme = models.CharField(max_length=40)
    text = SealedField(null=True, blank=True)
    verifier = SealedField(null=True, blank=True)
    relation = models.CharField(max_length=40, blank=True)
    salt = models.BinaryField(max_length=32)
    characters = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "theme"], name="narrative_once")
        ]
