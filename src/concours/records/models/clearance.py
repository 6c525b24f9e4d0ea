"""What a compartment knows of a person: encrypted with the compartment's own key."""

from typing import ClassVar

from django.db import models

from concours.records.codes import new_code
from concours.records.models.kinds import CodeField, SealedField, Source, Standing

COMPARTMENTS = ("medical", "security", "review", "register")


class CompartmentRecord(Source):
    """One record of a compartment: the particulars that an entry only commits to.

    ``content`` is sealed JSON with a salt of its own; ``commitment`` is the
    SHA-256 of it, as the entry holds it. Rows are added, never changed.
    """

    of_person: ClassVar[str] = "person"
    kept_apart: ClassVar[bool] = True

    code = CodeField(primary_key=True, default=new_code, editable=False)
    person = CodeField(db_index=True)
    file = CodeField()
    step = models.CharField(max_length=40)
    compartment = models.CharField(max_length=20)
    kind = models.CharField(max_length=40)
    content = SealedField()
    commitment = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = CodeField()

    class Meta:
        indexes = [models.Index(fields=["file", "compartment", "at"], name="compartment_of_file")]


class ClearanceStanding(Standing):
    """One row a compartment and file: what the desks list. It holds no class and no guideline."""

    person = CodeField()
    compartment = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    waits_on = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField()
    due_on = models.DateTimeField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "compartment"], name="compartment_once")
        ]
        indexes = [models.Index(fields=["compartment", "state", "due_on"], name="clearance_desk")]
