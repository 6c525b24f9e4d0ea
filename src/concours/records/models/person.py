"""Persons: their encrypted particulars, their keys, and what a search by name looks at."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, SealedField, Source


class Person(Source):
    """What the service knows of a person, under the code of their file. Encrypted throughout.

    The row outlives erasure, empty: codes in the ledger still lead somewhere.
    """

    of_person: ClassVar[str] = "file"

    file = CodeField(primary_key=True)
    full_name = SealedField(null=True, blank=True)
    birth_date = SealedField(null=True, blank=True)
    address = SealedField(null=True, blank=True)
    telephone = SealedField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)


class PersonKey(Source):
    """A person's data key for one compartment ("" is the general one), wrapped by a service key."""

    of_person: ClassVar[str] = "person_id"

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="keys", db_constraint=False
    )
    compartment = models.CharField(max_length=20, blank=True)
    key_id = models.CharField(max_length=16)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "compartment"], name="one_key_a_compartment")
        ]
        indexes = [models.Index(fields=["key_id"], name="key_by_service_key")]


class NameKey(Source):
    """A keyed hash of a word of a name, or of its beginning: search without names."""

    of_person: ClassVar[str] = "person_id"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="name_keys")
    token = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "person"], name="name_key_once")]
