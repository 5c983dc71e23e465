"""Runs of forecasts, kept as they were made, and what people laid over them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Run(models.Model):
    """One forecast of every node at once; never changed once done: a correction is a new run.

    files: name -> path below HOME and SHA-256: series (what it was made from), base (a row a leaf and
    moment), levels (the bands of the nodes above), rates (of the outside factors). lineage: hashes and days
    of what the series and the factors came from. report: figures of the back-test by level.
    """

    STATES = ("waiting", "running", "done", "refused", "failed")
    FREQUENCIES = ("hour", "day", "month")

    as_of = models.DateField()  # nothing of this day or later was known
    frequency = models.CharField(max_length=10)
    horizon = models.IntegerField()  # periods
    leaf = models.CharField(max_length=10)  # consumer, or cell: an industry of an area
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, default="waiting")
    done = models.IntegerField(default=0)  # steps
    total = models.IntegerField(default=0)
    cause = models.CharField(max_length=500, blank=True)  # why it was refused or failed, in words
    policy = models.CharField(max_length=80, blank=True)  # code@version
    policy_sha256 = models.CharField(max_length=64, blank=True)
    files = models.JSONField(default=dict)
    lineage = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    totals = models.JSONField(default=list)  # of the whole company, a row a moment, in Wh
    first = models.DateField(null=True)  # day of the first moment that is forecast
    last = models.DateField(null=True)
    made_by = models.CharField(max_length=150)
    made_on = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(horizon__gt=0), name="forecast_looks_ahead")]

    def __str__(self) -> str:
        return f"{self.pk} {self.frequency} {self.as_of}"


class Overlay(models.Model):
    """A sudden event, or new business, laid over the forecasts of some days; taken back, never deleted.

    Exactly one of percent, wh_a_day and net_kva says how much. node: a consumer, area or industry; "" for
    the company.
    """

    kind = models.CharField(max_length=10)  # event, or expansion (of business)
    level = models.CharField(max_length=10)
    node = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=120)
    since = models.DateField()
    until = models.DateField(null=True)  # the last day; null: for good
    percent = models.DecimalField(max_digits=7, decimal_places=2, null=True)  # of base and factors
    wh_a_day = models.BigIntegerField(null=True)
    net_kva = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # new + more - less - closed
    utilisation = models.DecimalField(max_digits=5, decimal_places=4, null=True)  # share of the capacity
    ramp_months = models.IntegerField(default=0)  # until all of it is used
    capacity = models.JSONField(default=dict)  # the four figures the net capacity comes from, in kVA
    reason = models.CharField(max_length=300)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_on = models.DateField(null=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=False, wh_a_day__isnull=True, net_kva__isnull=True)
                | Q(percent__isnull=True, wh_a_day__isnull=False, net_kva__isnull=True)
                | Q(percent__isnull=True, wh_a_day__isnull=True, net_kva__isnull=False),
                name="overlay_says_how_much_once",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="overlay_ends_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"
