"""Bulk corrections: what was proposed in one file, by whom, and whether a second person signed it."""

from typing import ClassVar

from django.db import models

from concours.records.codes import new_code
from concours.records.models.kinds import CodeField, Source


class BulkCorrection(Source):
    """One file of corrections, checked row by row. Rows hold codes and values, never names."""

    of_nobody: ClassVar[bool] = True

    code = CodeField(primary_key=True, default=new_code, editable=False)
    competition = CodeField(db_index=True)
    what = models.CharField(max_length=40)
    rows = models.JSONField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=60)
    authority = models.CharField(max_length=120)
    proposed_by = CodeField()
    proposed_at = models.DateTimeField(db_index=True)
    signed_by = CodeField(blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    run = models.CharField(max_length=60, blank=True)
    decided = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list)
