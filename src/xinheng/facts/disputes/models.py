"""What customers contest and when the overdue clock of a bill stands still."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Dispute(models.Model):
    """A customer contests a bill or part of it; how it ended is kept with what the rules made of it."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey("receivables.Bill", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=30)  # a reason of the rules in force when it was opened
    what = models.CharField(max_length=500)  # in the customer's words
    amount_minor = models.BigIntegerField()  # 分, what is contested, in the bill's currency
    opened_on = models.DateField()
    owner = models.CharField(max_length=150)  # login
    next_step = models.CharField(max_length=200, blank=True)
    next_on = models.DateField(null=True, blank=True)
    case_no = models.CharField(max_length=60, blank=True)  # the complaint it belongs to
    stops_clock = models.BooleanField(default=True)  # enough of the bill is contested
    is_dunned = models.BooleanField(default=False)  # whether reminders go on while it is open
    state = models.CharField(max_length=6, default="open")
    outcome = models.CharField(max_length=30, blank=True)
    agreed_minor = models.BigIntegerField(default=0)  # 分 that we let go of
    credit_bill_no = models.CharField(max_length=60, blank=True)
    our_fault = models.BooleanField(default=False)
    finding = models.CharField(max_length=500, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    closed_told_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="disputed_above_zero"),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True)
                | Q(state="closed", closed_on__gte=F("opened_on"), closed_told_on__isnull=False),
                name="dispute_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=Q(our_fault=False) | ~Q(case_no=""), name="our_fault_has_a_case"
            ),
            models.UniqueConstraint(
                fields=["bill", "reason"], condition=Q(state="open"), name="disputed_once_for_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["state", "next_on"], name="disputes_by_next_step")]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.reason}"


class Pause(models.Model):
    """The overdue clock of a bill stands still from a day on until, and not on, another.

    A pause that the outcome did not bear out is annulled: it never was, from the day that was told on.
    """

    bill = models.ForeignKey("receivables.Bill", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # dispute, or a kind of the rules: plan, promise …
    dispute = models.ForeignKey(Dispute, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # null: it stands still
    reason = models.CharField(max_length=200, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()
    ended_told_on = models.DateField(null=True, blank=True)
    annulled_told_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True, ended_told_on__isnull=True)
                | Q(until_on__gte=F("from_on"), ended_told_on__isnull=False),
                name="pause_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.kind} {self.from_on}"
