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
    kind = models.CharField(max_length=20, default="goods")  # values.KINDS
    arises_from = models.ForeignKey(  # the debt a fee belongs to, the bill a credit note takes off
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
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
        indexes = [
            models.Index(fields=["customer", "due_on"], name="bills_by_due_day"),
            models.Index(
                fields=["arises_from"], condition=Q(arises_from__isnull=False), name="bills_arising"
            ),
        ]

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
    reference = models.CharField(max_length=200, blank=True)  # what the payer wrote
    payer = models.CharField(max_length=200, blank=True)  # who paid, as the bank names them
    purpose = models.CharField(max_length=20, blank=True)  # values.PURPOSES; "": not said
    order_no = models.CharField(max_length=40, blank=True)  # the order it is an advance for
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
    """The money of a receipt never came: it was entered by mistake."""

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField()
    reason = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.receipt_id}"


class ReturnedPayment(models.Model):
    """The money of a receipt went back: until that day it counted, from that day on it does not."""

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="+")
    returned_on = models.DateField()
    told_on = models.DateField()
    reason = models.CharField(max_length=200)
    fee_bill = models.ForeignKey(Bill, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["returned_on"], name="payments_returned")]

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.returned_on}"


class InstalmentPlan(models.Model):
    """The instalments agreed for a bill; a later version takes the place of the one before it.

    A version without instalments ends the plan: the bill is due as a whole again, on its own day.
    """

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(  # the bill's: what a customer's plans make due is found without its bills
        "customers.Customer", on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveSmallIntegerField()
    agreed_on = models.DateField()  # the due days of the plan hold from this day on
    told_on = models.DateField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bill", "version"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.version}"


class Instalment(models.Model):
    """One part of a plan: so much by that day. Together they are the bill, to the cent."""

    plan = models.ForeignKey(InstalmentPlan, on_delete=models.PROTECT, related_name="+", db_index=False)
    no = models.PositiveSmallIntegerField()  # from 1, the earliest due first
    due_on = models.DateField()
    amount_minor = models.BigIntegerField()  # 分, in the bill's currency
    before_minor = models.BigIntegerField()  # what the instalments before it come to

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "no"], name="instalment_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="instalment_above_zero"),
            models.CheckConstraint(condition=Q(before_minor__gte=0), name="instalment_after_others"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.no}"


class WriteOff(models.Model):
    """Part of a bill given up in the books from a day on; the claim itself stays."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()  # 分, above zero, in the bill's currency
    asked_on = models.DateField()
    asked_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=200)
    rule = models.CharField(max_length=80)  # who had to sign, by which document: code@version
    request = models.ForeignKey(  # null: nobody had to sign
        "approvals.Request", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, default="asked")  # asked, written, refused
    written_off_on = models.DateField(null=True, blank=True)
    told_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="write_off_above_zero"),
            models.CheckConstraint(
                condition=Q(state="written", written_off_on__isnull=False, told_on__isnull=False)
                | (~Q(state="written") & Q(written_off_on__isnull=True, told_on__isnull=True)),
                name="written_off_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.amount_minor}"


class WriteOffReturn(models.Model):
    """Part of a write-off came back: a receipt paid it, or it was taken back."""

    write_off = models.ForeignKey(WriteOff, on_delete=models.PROTECT, related_name="+")
    returned_on = models.DateField()
    amount_minor = models.BigIntegerField()  # 分, above zero
    receipt = models.ForeignKey(
        Receipt, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # null: taken back
    reason = models.CharField(max_length=200, blank=True)
    told_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="write_off_return_above_zero")
        ]

    def __str__(self) -> str:
        return f"{self.write_off_id} {self.amount_minor}"


class Settlement(models.Model):
    """Part of a receipt, or of a credit bill, clears part of a bill; or that part is written off.

    A reversal is a row below zero of the same day: what it takes back never was, but was once told. Where a
    payment was returned it is of the day of the return. What comes back of a write-off is a row below zero.
    """

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="+")
    receipt = models.ForeignKey(
        Receipt, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    credit_bill = models.ForeignKey(
        Bill, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    write_off = models.ForeignKey(
        WriteOff, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
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
                condition=Q(receipt__isnull=True, credit_bill__isnull=False, write_off__isnull=True)
                | Q(receipt__isnull=False, credit_bill__isnull=True, write_off__isnull=True)
                | Q(receipt__isnull=True, credit_bill__isnull=True, write_off__isnull=False),
                name="settled_by_one_of_three",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, reverses__isnull=True)
                | Q(amount_minor__lt=0, reverses__isnull=False)
                | Q(amount_minor__lt=0, write_off__isnull=False),
                name="settled_above_zero",
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
            models.Index(
                fields=["write_off"], condition=Q(write_off__isnull=False), name="settlement_write_off"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.amount_minor}"
