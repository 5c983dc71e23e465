"""What was told of outside: series by day, and entries of the information bank. Rows are only added."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Series(models.Model):
    """A factor that has a figure a day."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=20)
    valid_days = models.PositiveIntegerField(null=True, blank=True)  # after its last day; None: no limit
    note = models.CharField(max_length=300, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Figure(models.Model):
    """What was told of one day of a series; told again, the later one counts from then on."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    value = models.FloatField()
    source = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=200, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()
    batch_no = models.BigIntegerField(null=True, blank=True)  # of the file it came in

    class Meta:
        ordering = ["series", "day", "id"]
        indexes = [models.Index(fields=["series", "day"], name="figures_of_factor")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.day} {self.value}"


class Entry(models.Model):
    """A dated entry of the external information bank, or the correction of one."""

    no = models.CharField(max_length=20, unique=True)  # "I2026-00001"
    kind = models.CharField(max_length=20)
    industry = models.CharField(max_length=5, blank=True)  # GB/T 4754; "": every industry
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=2000, blank=True)
    effect = models.SmallIntegerField()  # +2 much better to −2 much worse for the industry
    valid_from = models.DateField()
    valid_until = models.DateField()  # last day it may be used
    source = models.CharField(max_length=200)
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()
    batch_no = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(effect__gte=-2, effect__lte=2), name="effect_of_an_entry"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="entry_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["valid_until", "valid_from"], name="factor_entries_by_validity")]

    def __str__(self) -> str:
        return self.no
