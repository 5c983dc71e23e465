"""Models that were trained, what they foretold day by day, and the outer factors people told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class TrainedModel(models.Model):
    """A model fitted to the own books as known on a day; used only if it beat the naive rules."""

    as_of = models.DateField()
    path = models.CharField(max_length=300)  # below HOME
    sha256 = models.CharField(max_length=64)
    policy = models.CharField(max_length=80)  # code@version
    report = models.JSONField(default=dict)
    beats = models.BooleanField()
    bills = models.IntegerField()  # it learned from
    trained_by = models.CharField(max_length=150)
    trained_on = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(bills__gt=0), name="learned_from_bills")]

    def __str__(self) -> str:
        return f"{self.as_of} {self.sha256[:8]}"


class Forecast(models.Model):
    """What one model foretold of the bills open as of a day; inputs and results are Parquet with their hash.

    results: a row a bill; customers: a row a customer and currency. totals: a row a class and currency with
    amounts in minor units.
    """

    model = models.ForeignKey(TrainedModel, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    inputs_path = models.CharField(max_length=300)
    inputs_sha256 = models.CharField(max_length=64)
    results_path = models.CharField(max_length=300)
    results_sha256 = models.CharField(max_length=64)
    customers_path = models.CharField(max_length=300)
    customers_sha256 = models.CharField(max_length=64)
    factors = models.JSONField(default=list)  # those that counted
    totals = models.JSONField(default=list)
    made_by = models.CharField(max_length=150)
    made_on = models.DateField()

    class Meta:
        ordering = ["-as_of", "-id"]
        constraints = [models.UniqueConstraint(fields=["model", "as_of"], name="foretold_once_a_day")]

    def __str__(self) -> str:
        return f"{self.as_of} by {self.model_id}"


class OuterFactor(models.Model):
    """A step people give to an outer factor from a day on; the last one told counts.

    applies_to: a customer number, a segment, or "" for everybody; the narrowest counts.
    """

    code = models.CharField(max_length=20)
    applies_to = models.CharField(max_length=40, blank=True)
    step = models.SmallIntegerField()  # -2 much better to 2 much worse
    from_on = models.DateField()
    reason = models.CharField(max_length=300)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-from_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(step__gte=-2, step__lte=2), name="step_of_a_factor")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.applies_to} {self.step}"
