"""Documents: uploads, encrypted on disk, apart by compartment."""

from typing import ClassVar

from django.db import models

from concours.records.codes import new_code
from concours.records.models.kinds import CodeField, SealedField, Source


class Document(Source):
    """One upload. The file under ``path`` is encrypted with the person's key of the compartment.

    ``digest`` is the SHA-256 of what was uploaded; its commitment is what entries hold.
    """

    of_person: ClassVar[str] = "person"

    code = CodeField(primary_key=True, default=new_code, editable=False)
    person = CodeField(db_index=True)
    file = CodeField(db_index=True)
    step = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    compartment = models.CharField(max_length=20, blank=True)
    name = SealedField(null=True, blank=True)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField()
    uploaded_by = CodeField()
    removed_at = models.DateTimeField(null=True, blank=True)
