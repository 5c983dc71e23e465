"""What customers owe us and what they paid: posted facts that are never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Bill(models.Model):
    """Money asked for. A negative amount is a credit (red-letter) bill."""

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    bill_no = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)  # a correction keeps the number
    billed_on = models.DateField()
    due_on = models.DateField()
    amount_minor = models.BigIntegerField()  # 分, with tax, in the bill's currency
    currency = models.CharField(max_length=3, default="CNY")
    segment = models.CharField(max_length=20, blank=True)  # credit segment; "": the only one
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    told_on = models.DateField()
    batch_no = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "bill_no", "version"], name="bill_posted_once"),
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(replaces__isnull=False), name="bill_replaced_once"
            ),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="bill_not_zero"),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("billed_on")), name="due_not_before_billed"
            ),
        ]
        indexes = [models.Index(fields=["customer", "due_on"], name="bills_by_due_day")]

    def __str__(self) -> str:
        return self.bill_no


class Voiding(models.Model):
    """A bill was cancelled: from that day on it counts for nothing.

    A correction voids the wrong bill from the day it was billed, for it never was.
    """

    bill = models.OneToOneField(Bill, on_delete=models.PROTECT, related_name="+")
    voided_on = models.DateField()
    told_on = models.DateField()
    reason = models.CharField(max_length=200)
    batch_no = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.bill_id} {self.voided_on}"


class Receipt(models.Model):
    """Money received from a customer; unsettled money is a prepayment."""

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receipt_no = models.CharField(max_length=60)
    received_on = models.DateField()
    amount_minor = models.BigIntegerField()  # 分
    currency = models.CharField(max_length=3, default="CNY")
    method = models.CharField(max_length=20, blank=True)  # transfer, cash, bill_of_exchange …
    told_on = models.DateField()
    batch_no = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "receipt_no"], name="receipt_posted_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="receipt_above_zero"),
        ]

    def __str__(self) -> str:
        return self.receipt_no


class ReceiptVoiding(models.Model):
    """The money of a receipt never came: entered by mistake, or the payment bounced."""

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField()
    reason = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.receipt_id}"


class Settlement(models.Model):
    """Part of a receipt, or of a credit bill, clears part of a bill.

    A reversal is a row below zero of the same day: what it takes back never was, but was once told.
    """

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="+")
    receipt = models.ForeignKey(
        Receipt, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    credit_bill = models.ForeignKey(
        Bill, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    settled_on = models.DateField()
    amount_minor = models.BigIntegerField()  # 分, above zero; below zero takes an earlier one back
    reverses = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    told_on = models.DateField()
    batch_no = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(receipt__isnull=True, credit_bill__isnull=False)
                | Q(receipt__isnull=False, credit_bill__isnull=True),
                name="settled_by_receipt_or_credit",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, reverses__isnull=True)
                | Q(amount_minor__lt=0, reverses__isnull=False),
                name="settlement_sign",
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="settlement_reversed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["receipt"], condition=Q(receipt__isnull=False), name="settlement_receipt"),
            models.Index(
                fields=["credit_bill"], condition=Q(credit_bill__isnull=False), name="settlement_credit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.amount_minor}"
