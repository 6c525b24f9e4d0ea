"""What a candidate writes when appealing: why, in their own words."""

from typing import ClassVar

from django.db import models

from concours.records.codes import new_code
from concours.records.models.kinds import CodeField, SealedField, Source


class AppealGrounds(Source):
    """The written grounds of one appeal, sealed with the person's key.

    ``content`` is JSON with a salt of its own; ``commitment`` is the SHA-256 of
    it, as the entry of the appeal holds it. Rows are added, never changed.
    """

    of_person: ClassVar[str] = "person"

    code = CodeField(primary_key=True, default=new_code, editable=False)
    person = CodeField(db_index=True)
    file = CodeField()
    step = models.CharField(max_length=40)
    content = SealedField()
    commitment = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["file", "step", "at"], name="appeal_of_file")]
