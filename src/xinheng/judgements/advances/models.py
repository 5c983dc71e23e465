"""Advances: what was asked and approved, what was paid out and repaid, and what is watched over."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from xinheng.judgements.advances.watched_models import (
    Collection,
    CollectionAct,
    LegacyBalance,
    LegacyDebt,
    NextTerm,
    Plan,
    PlanStep,
    QuarterCheck,
    Reconciliation,
)

__all__ = [
    "Advance",
    "Change",
    "Collection",
    "CollectionAct",
    "LegacyBalance",
    "LegacyDebt",
    "NextTerm",
    "Paper",
    "Payout",
    "Plan",
    "PlanStep",
    "Pool",
    "QuarterCheck",
    "Reconciliation",
    "Repayment",
    "Settlement",
]  # some are made in another module, and part of the same tables


class Pool(models.Model):
    """The one row that whoever spends the cap of all advances waits at."""

    name = models.CharField(max_length=20, unique=True)

    def __str__(self) -> str:
        return self.name


class Advance(models.Model):
    """An advance from its request on. Amounts in 分; the running sums move with payouts and repayments."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    limit_minor = models.BigIntegerField()  # the most that may be open at a time
    months = models.PositiveSmallIntegerField()  # from each payout
    days = models.PositiveSmallIntegerField(default=0)  # on top of the months
    purpose = models.CharField(max_length=300)
    contract_no = models.CharField(max_length=60)
    contract_end_on = models.DateField(null=True, blank=True)
    settle_from = models.DateField(null=True, blank=True)  # from when the contract's end is prepared
    agreed_minor = models.BigIntegerField(null=True, blank=True)  # as the agreement states it
    agreed_months = models.PositiveSmallIntegerField(null=True, blank=True)
    agreed_days = models.PositiveSmallIntegerField(default=0)
    grade = models.CharField(max_length=12, blank=True)  # approved, on the day of submission
    is_new = models.BooleanField(default=False)  # the customer, on that day
    policy = models.CharField(max_length=61, blank=True)  # code@version
    sha256 = models.CharField(max_length=64, blank=True)
    figures = models.JSONField(default=dict)  # what was known at submission
    findings = models.JSONField(default=list)  # the rules "in principle" it passes
    is_exception = models.BooleanField(default=False)  # it passes one
    why = models.CharField(max_length=300, blank=True)
    request = models.OneToOneField("approvals.Request", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, default="draft")
    paid_minor = models.BigIntegerField(default=0)
    repaid_minor = models.BigIntegerField(default=0)
    last_day = models.DateField(null=True, blank=True)  # of the oldest payout that is open
    asked_by = models.CharField(max_length=150)
    asked_on = models.DateField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(limit_minor__gte=0), name="advance_not_below_zero"),
            models.CheckConstraint(
                condition=Q(repaid_minor__lte=F("paid_minor")), name="never_repaid_more_than_paid_out"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft", "submitted", "returned", "approved", "rejected", "withdrawn", "closed",
                    ]
                ),
                name="advance_in_a_known_state",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["state", "last_day"], name="advances_by_last_day"),
            models.Index(fields=["customer", "state"], name="advances_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.limit_minor} {self.state}"


class Paper(models.Model):
    """A paper of a request, kept unchanged in the archive."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # letter, supplement, contract, explanation
    attachment_no = models.BigIntegerField()  # of the archive
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    is_sealed = models.BooleanField(default=False)  # somebody saw the official seal
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.advance_id} {self.kind}"


class Payout(models.Model):
    """Money paid out for the customer; its period runs from this day until it is repaid."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="+")
    paid_on = models.DateField()
    amount_minor = models.BigIntegerField()
    open_minor = models.BigIntegerField()  # what is not repaid yet
    what = models.CharField(max_length=9)  # wages, insurance, other
    last_day = models.DateField()  # by which it is to be back
    settled_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["paid_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_above_zero"),
            models.CheckConstraint(
                condition=Q(open_minor__gte=0) & Q(open_minor__lte=F("amount_minor")),
                name="payout_open_within_its_amount",
            ),
        ]
        indexes = [models.Index(fields=["paid_on"], name="payouts_by_day")]

    def __str__(self) -> str:
        return f"{self.advance_id} {self.paid_on} {self.amount_minor}"


class Repayment(models.Model):
    """Money the customer paid back on an advance."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="+")
    repaid_on = models.DateField()
    amount_minor = models.BigIntegerField()
    note = models.CharField(max_length=300, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["repaid_on", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="repayment_above_zero")]

    def __str__(self) -> str:
        return f"{self.advance_id} {self.repaid_on} {self.amount_minor}"


class Settlement(models.Model):
    """What of a repayment settles which payout."""

    repayment = models.ForeignKey(Repayment, on_delete=models.PROTECT, related_name="+")
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.repayment_id} {self.payout_id} {self.amount_minor}"


class Change(models.Model):
    """Another limit or period of an advance on its way. What makes it smaller holds at once."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="+")
    from_minor = models.BigIntegerField()
    limit_minor = models.BigIntegerField()
    from_months = models.PositiveSmallIntegerField()
    from_days = models.PositiveSmallIntegerField(default=0)
    months = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(default=0)
    grade = models.CharField(max_length=12, blank=True)  # approved, on the day it was asked
    findings = models.JSONField(default=list)
    why = models.CharField(max_length=300)
    request = models.OneToOneField("approvals.Request", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9)  # submitted, approved, returned, rejected, withdrawn
    asked_by = models.CharField(max_length=150)
    asked_on = models.DateField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["advance"],
                condition=Q(state__in=["submitted", "returned"]),
                name="one_change_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.advance_id} {self.from_minor} → {self.limit_minor}"
