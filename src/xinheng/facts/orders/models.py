"""What customers ordered and what we delivered: posted facts that are never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class SalesOrder(models.Model):
    """What a customer ordered. A change is a further version under the same number; the last one counts."""

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    order_no = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    segment = models.CharField(max_length=20, blank=True)  # credit segment; "": the only one
    ordered_on = models.DateField()
    ship_on = models.DateField()  # planned day of delivery
    amount_minor = models.BigIntegerField()  # 分, with tax, in the order's currency
    currency = models.CharField(max_length=3, default="CNY")
    kind = models.CharField(max_length=10, default="standard")
    payment = models.CharField(max_length=10, default="credit")
    terms_days = models.PositiveSmallIntegerField(null=True, blank=True)  # null: as agreed with the customer
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    told_on = models.DateField()
    batch_no = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_no", "version"], name="order_posted_once"),
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(replaces__isnull=False), name="order_replaced_once"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="order_above_zero"),
            models.CheckConstraint(
                condition=Q(ship_on__gte=F("ordered_on")), name="shipped_not_before_ordered"
            ),
            models.CheckConstraint(condition=Q(kind__in=["standard", "rush"]), name="order_of_a_known_kind"),
            models.CheckConstraint(
                condition=Q(payment__in=["credit", "prepaid", "delivery"]), name="order_paid_in_a_known_way"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "ordered_on"], name="orders_of_customer"),
            models.Index(fields=["customer", "ship_on"], name="orders_planned"),
        ]

    def __str__(self) -> str:
        return self.order_no


class OrderEnd(models.Model):
    """Nothing more is delivered on an order: it was cancelled, or its rest is not wanted any more."""

    order_no = models.CharField(max_length=60, unique=True)
    how = models.CharField(max_length=9)  # cancelled: nothing was delivered; closed: the rest falls away
    ended_on = models.DateField()
    told_on = models.DateField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(how__in=["cancelled", "closed"]), name="order_ended_in_a_known_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_no} {self.how}"


class Delivery(models.Model):
    """Goods that left on an order; below zero they came back."""

    order = models.ForeignKey(SalesOrder, on_delete=models.PROTECT, related_name="+")  # version of its day
    order_no = models.CharField(max_length=60, db_index=True)
    delivery_no = models.CharField(max_length=60, unique=True)
    delivered_on = models.DateField()
    amount_minor = models.BigIntegerField()  # 分, in the order's currency
    told_on = models.DateField()
    batch_no = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount_minor=0), name="delivery_not_zero")]

    def __str__(self) -> str:
        return self.delivery_no


class Billing(models.Model):
    """Which order a bill bills. The rows of an order add up: a void bill has a second that takes it back."""

    bill = models.ForeignKey("receivables.Bill", on_delete=models.PROTECT, related_name="+")
    order_no = models.CharField(max_length=60, db_index=True)
    amount_minor = models.BigIntegerField()  # 分
    takes_back = models.BooleanField(default=False)
    told_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bill", "takes_back"], name="billed_once")]

    def __str__(self) -> str:
        return f"{self.order_no} {self.amount_minor}"
