"""Runs of consumer risk, what came of them, demerits, payments under way, and figures of a case."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class RiskRun(models.Model):
    """What was judged of every consumer for a month, as known on a day; results are Parquet with their hash.

    totals: a row a voltage class, amounts in minor units. Never changed: judging again makes another run.
    """

    month = models.DateField()  # its first day
    as_of = models.DateField()
    rules = models.CharField(max_length=80)  # code@version
    rules_sha256 = models.CharField(max_length=64)
    method = models.CharField(max_length=20)  # model, past
    model_path = models.CharField(max_length=300, blank=True)  # of the late-payment model, below HOME
    model_sha256 = models.CharField(max_length=64, blank=True)
    model_as_of = models.DateField(null=True)
    report = models.JSONField(default=dict)  # how that model was tested
    results_path = models.CharField(max_length=300)  # below HOME
    results_sha256 = models.CharField(max_length=64)
    totals = models.JSONField(default=list)
    notes = models.JSONField(default=dict)  # what was neutral or left out, in numbers
    made_by = models.CharField(max_length=150)
    made_on = models.DateField()

    class Meta:
        ordering = ["-month", "-id"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} #{self.pk}"


class Outcome(models.Model):
    """What came of a run in one voltage class, from the ledger or as told; the last told counts."""

    run = models.ForeignKey(RiskRun, on_delete=models.PROTECT, related_name="+")
    voltage = models.CharField(max_length=4)
    late = models.IntegerField()  # consumers
    late_minor = models.BigIntegerField()
    found = models.IntegerField(null=True)  # at risk and late
    found_high = models.IntegerField(null=True)
    found_minor = models.BigIntegerField(null=True)
    source = models.CharField(max_length=10)  # ledger, told
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(late__gte=0, late_minor__gte=0), name="outcome_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.voltage}"


class Demerit(models.Model):
    """What an event took from a consumer's points, with its months; taken back, it never counted.

    subject: what raised it ("" by hand); the same event raises it once.
    """

    consumer = models.ForeignKey("metering.Consumer", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=30)
    points = models.IntegerField()
    cash = models.IntegerField()
    months = models.IntegerField()
    decay = models.CharField(max_length=10)  # step, monthly
    from_on = models.DateField()
    subject = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    rules = models.CharField(max_length=80)  # code@version
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()
    taken_back_on = models.DateField(null=True)
    taken_back_by = models.CharField(max_length=150, blank=True)
    taken_back_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-from_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consumer", "code", "subject"], condition=~Q(subject=""), name="demerit_raised_once"
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0, cash__gte=0, months__gt=0), name="demerit_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consumer_id} {self.code} {self.from_on}"


class PaymentUnderWay(models.Model):
    """Money a consumer paid that has not arrived in the books; it counts until it arrives or fails."""

    consumer = models.ForeignKey("metering.Consumer", on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    paid_on = models.DateField()
    reference = models.CharField(max_length=80)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()
    ended_on = models.DateField(null=True)
    outcome = models.CharField(max_length=10, blank=True)  # arrived, failed

    class Meta:
        ordering = ["-paid_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="under_way_above_zero"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("paid_on")),
                name="under_way_ends_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consumer_id} {self.reference}"


class PrepaidBalance(models.Model):
    """What stood on the account of a prepaid consumer at the end of a day, as the billing system told it."""

    consumer = models.ForeignKey("metering.Consumer", on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    amount_minor = models.BigIntegerField()  # below zero: owed
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-as_of", "-id"]
        indexes = [models.Index(fields=["consumer", "as_of"], name="balances_of_consumer")]

    def __str__(self) -> str:
        return f"{self.consumer_id} {self.as_of}"


class CaseFigures(models.Model):
    """The printed figures of a case as loaded; loading them again makes a new version."""

    code = models.CharField(max_length=40)
    version = models.IntegerField()
    title = models.CharField(max_length=200)
    figures = models.JSONField()  # item -> number as text
    sha256 = models.CharField(max_length=64)
    loaded_by = models.CharField(max_length=150)
    loaded_on = models.DateField()

    class Meta:
        ordering = ["code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="case_version_once")]

    def __str__(self) -> str:
        return f"{self.code}@{self.version}"
