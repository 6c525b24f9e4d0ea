"""The item bank: items and their history, stimuli, images, figures, use; forms and how they were found."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, LedgerTable, Source

NAME_LENGTH = 40


class BankItem(Source):
    """Where one item stands now: its history folded, for lists and search.

    ``enemies`` are the names it calls so, each between blanks.
    """

    of_nobody: ClassVar[bool] = True

    name = models.CharField(max_length=NAME_LENGTH, primary_key=True)
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    section = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    subtopic = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    level = models.CharField(max_length=10, blank=True)
    words = models.PositiveIntegerField()
    stem = models.TextField()
    stimulus = models.CharField(max_length=NAME_LENGTH, blank=True)
    enemies = models.TextField(blank=True, default="")
    author = CodeField()
    reviewer = CodeField(blank=True)
    changed_at = models.DateTimeField()
    administrations = models.PositiveIntegerField(default=0)
    difficulty = models.FloatField(null=True, blank=True)
    discrimination = models.FloatField(null=True, blank=True)
    a = models.FloatField(null=True, blank=True)
    b = models.FloatField(null=True, blank=True)
    c = models.FloatField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["section", "state", "subject"], name="bank_item_section"),
        ]


class BankAct(LedgerTable):
    """One act on an item: written, sent to review, approved, rested… Never changed, chained by digest."""

    item = models.CharField(max_length=NAME_LENGTH)
    seq = models.PositiveIntegerField()
    body = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "seq"], name="bank_act_once")]


class BankStimulus(LedgerTable):
    """One version of a passage that items share; the latest counts for new forms."""

    name = models.CharField(max_length=NAME_LENGTH)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    author = CodeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="bank_stimulus_once")
        ]


class BankImage(LedgerTable):
    """A picture of an item or stimulus, drawn anew from what came in; named by its digest."""

    digest = models.CharField(max_length=64, primary_key=True)
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    data = models.BinaryField()
    at = models.DateTimeField()


class BankFigures(Source):
    """What one administration said of one version of an item. ``options``: letter to count, share, correlation."""

    of_nobody: ClassVar[bool] = True

    item = models.CharField(max_length=NAME_LENGTH)
    version = models.PositiveIntegerField()
    administration = models.CharField(max_length=40)
    at = models.DateTimeField()
    presented = models.PositiveIntegerField()
    difficulty = models.FloatField(null=True, blank=True)
    discrimination = models.FloatField(null=True, blank=True)
    options = models.JSONField(default=dict)
    a = models.FloatField(null=True, blank=True)
    b = models.FloatField(null=True, blank=True)
    c = models.FloatField(null=True, blank=True)
    fit = models.FloatField(null=True, blank=True)
    dif = models.CharField(max_length=2, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "administration"], name="bank_figures_once")
        ]


class Assembly(Source):
    """One search for forms: the blueprint asked, the items it could choose from, the seed, what came out."""

    of_nobody: ClassVar[bool] = True

    code = CodeField(primary_key=True)
    competition = CodeField(db_index=True)
    step = models.CharField(max_length=40)
    blueprint = models.JSONField()
    seed = models.CharField(max_length=64)
    pool = models.CharField(max_length=64)
    by = CodeField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    conflict = models.JSONField(default=list)


class BankForm(Source):
    """One form found: its items in their order. Locked by a second person, it becomes a test."""

    of_nobody: ClassVar[bool] = True

    code = CodeField(primary_key=True)
    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="forms")
    number = models.PositiveSmallIntegerField()
    items = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, default="proposed")
    locked_by = CodeField(blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assembly", "number"], name="bank_form_once")
        ]


class BankUse(Source):
    """That a locked form of a competition holds a version of an item: its exposure."""

    of_nobody: ClassVar[bool] = True

    item = models.CharField(max_length=NAME_LENGTH)
    version = models.PositiveIntegerField()
    competition = CodeField(db_index=True)
    form = CodeField()
    section = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    counts = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "form"], name="bank_use_once")]
