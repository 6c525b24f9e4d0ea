"""What candidates write for the panel: drafts by theme, frozen once submitted."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, SealedField, Source


class NarrativeDraft(Source):
    """One narrative as last saved, with its verifier.

    Nothing changes once ``locked_at`` is set. Text and verifier are encrypted; ``digest`` and ``verifier_digest`` commit to
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


class ReadingFile(Source):
    """What a panellist may see of a file, masked when it was submitted: the blind page reads this
    table and none that holds a name, an answer or a score. Encrypted JSON."""

    of_candidacy: ClassVar[str] = "candidacy"

    candidacy = CodeField(primary_key=True)
    person = CodeField()
    step = models.CharField(max_length=40)
    track = models.CharField(max_length=40)
    content = SealedField()
    made_at = models.DateTimeField()


class FileTie(Source):
    """A school, an employer or the name on a file, as a keyed hash: what readers' ties meet."""

    of_candidacy: ClassVar[str] = "candidacy"

    candidacy = CodeField(db_index=True)
    kind = models.CharField(max_length=12)
    token = models.BinaryField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "kind", "candidacy"], name="file_tie_once")
        ]
