"""Single assessments, allowances that were proposed, figures that were told, and the registers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SingleAssessment(models.Model):
    """A debtor whose loss is judged by itself; while it holds, the debtor is in no portfolio."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    percent = models.DecimalField(max_digits=5, decimal_places=2)  # of what is open, at most 100
    reason = models.CharField(max_length=300)
    from_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)  # the first day it no longer holds
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="loss_within_balance"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended_on__isnull=True), name="one_assessment_of_loss"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.percent} %"


class Allowance(models.Model):
    """A proposal of the allowance of one currency as of a day, with its figures frozen and hashed."""

    as_of = models.DateField()
    currency = models.CharField(max_length=3)
    method = models.CharField(max_length=10)
    policy = models.CharField(max_length=80)  # code@version
    policy_sha256 = models.CharField(max_length=64)
    opening_minor = models.BigIntegerField()
    written_off_minor = models.BigIntegerField()
    recovered_minor = models.BigIntegerField()
    acquired_minor = models.BigIntegerField(default=0)
    required_minor = models.BigIntegerField()
    change_minor = models.BigIntegerField()  # booked where above zero, released where below
    since = models.DateField(null=True, blank=True)  # written off and recovered after that day
    figures = models.JSONField()  # portfolios, buckets, rates, single assessments, entries
    sha256 = models.CharField(max_length=64)  # of the figures
    note = models.CharField(max_length=300, blank=True)
    request = models.OneToOneField("approvals.Request", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9)  # submitted, approved, returned, rejected, withdrawn
    asked_by = models.CharField(max_length=150)
    asked_on = models.DateField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-as_of", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["as_of", "currency"],
                condition=Q(state__in=["submitted", "returned", "approved"]),
                name="one_allowance_a_day",
            ),
            models.CheckConstraint(condition=Q(required_minor__gte=0), name="allowance_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.as_of} {self.currency} {self.required_minor}"


class ToldFigure(models.Model):
    """A figure of a month that the ledger does not know. The last that was told counts."""

    what = models.CharField(max_length=24)  # values.TOLD
    month = models.DateField()  # its first day
    value = models.DecimalField(max_digits=20, decimal_places=2)  # yuan, a number, or days
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="told_figure_not_below_zero"),
            models.CheckConstraint(condition=Q(month__day=1), name="told_figure_of_a_month"),
        ]
        indexes = [models.Index(fields=["what", "month"], name="told_figures")]

    def __str__(self) -> str:
        return f"{self.what} {self.month} {self.value}"


class RegisterEntry(models.Model):
    """A line of a register: proof of a control, an improvement, a promise, an event.

    due_on: by when. done_on: when it was done, kept, held; blank while it is open.
    """

    register = models.CharField(max_length=12)  # values.REGISTERS
    kind = models.CharField(max_length=20, blank=True)  # of the register; of a control its code
    what = models.CharField(max_length=300)
    owner = models.CharField(max_length=100, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)
    is_kept = models.BooleanField(null=True, blank=True)  # of a promise
    participants = models.PositiveIntegerField(null=True, blank=True)  # of an event
    satisfaction = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)  # percent
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-told_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(register="improvement") | ~Q(owner=""), name="improvement_has_an_owner"
            ),
            models.CheckConstraint(
                condition=~Q(register="promise") | Q(due_on__isnull=False), name="promise_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__gte=0, satisfaction__lte=100),
                name="satisfaction_in_percent",
            ),
        ]
        indexes = [models.Index(fields=["register", "done_on"], name="register_entries")]

    def __str__(self) -> str:
        return f"{self.register} {self.what}"
