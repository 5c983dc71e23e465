"""The terms of customers, as they were granted, lowered and restored, and what goes with them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class CustomerTerms(models.Model):
    """One word on a customer's terms in a segment. The newest that holds on a day counts; none is changed."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    segment = models.CharField(max_length=20, blank=True)
    payment = models.CharField(max_length=8)
    days = models.PositiveSmallIntegerField(null=True, blank=True)  # of credit
    lowered = models.PositiveSmallIntegerField(default=0)  # steps below what the grade entitles to
    policy_code = models.CharField(max_length=40, blank=True)  # the terms they rest on; "": none
    grade = models.CharField(max_length=12, blank=True)
    source = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # last day they hold; null: until others are told
    told_on = models.DateField()
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(payment="credit", days__isnull=False)
                | Q(payment__in=["delivery", "prepaid"], days__isnull=True),
                name="only_credit_has_days",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="terms_end_after_start",
            ),
        ]
        indexes = [models.Index(fields=["customer", "segment", "from_on"], name="terms_of_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.payment} {self.days}"


class TermsRequest(models.Model):
    """An exception to soft terms, a restoration or a reward, with its reason and what became of it."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=11)
    policy_code = models.CharField(max_length=40)
    subject_no = models.CharField(max_length=60, blank=True)  # order, offer or measure it is for
    figure = models.CharField(max_length=60, blank=True)  # what is asked for: a price, days, percent
    reason = models.CharField(max_length=300)
    until_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=9, default="open")
    request = models.ForeignKey("approvals.Request", null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.CharField(max_length=150)
    asked_on = models.DateField()
    ended_by = models.CharField(max_length=150, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    what__in=[
                        "price", "rush", "cooperation", "days", "settlement", "restore", "reward", "measure",
                    ]
                ),
                name="exception_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "approved", "returned", "rejected", "withdrawn"]),
                name="exception_in_a_known_state",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["customer", "what", "state"], name="exceptions_of_customer")]

    def __str__(self) -> str:
        return f"{self.what} {self.customer_id} {self.state}"


class MeasureTaken(models.Model):
    """What breaches led to: trade suspended or the limit reduced, until it is lifted with approval."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=48)
    what = models.CharField(max_length=12)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    quarter_from = models.DateField()  # first day of the quarter of the breaches
    breaches = models.PositiveIntegerField()
    before_minor = models.BigIntegerField(null=True, blank=True)  # the limit before it was reduced
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # first day it held no more
    told_by = models.CharField(max_length=150)
    lifted_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "code", "quarter_from"], name="one_measure_a_quarter"
            ),
            models.CheckConstraint(
                condition=Q(what__in=["suspend", "reduce_limit"]), name="measure_of_a_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.code}"


class OrderReview(models.Model):
    """What the examination of an order found, where the grade wants one before it is taken (PTS-10)."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    order_no = models.CharField(max_length=60, unique=True)
    finding = models.CharField(max_length=300)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    def __str__(self) -> str:
        return self.order_no


class Price(models.Model):
    """What a product costs from a day on: our internal control price, the market's, or its lowest."""

    product = models.CharField(max_length=60)
    kind = models.CharField(max_length=7)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    from_on = models.DateField()
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "kind", "currency", "from_on"], name="one_price_a_day"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["control", "market", "lowest"]), name="price_of_a_known_kind"
            ),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="price_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.kind} {self.from_on}"


class Inquiry(models.Model):
    """A customer asked or wrote, and is answered in time (PTS-12)."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    told_by = models.CharField(max_length=150)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=150, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_at", "id"]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.asked_at:%Y-%m-%d %H:%M}"


class Visit(models.Model):
    """A customer was called or visited (PTS-13)."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=5)
    visited_on = models.DateField()
    note = models.CharField(max_length=300)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-visited_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(how__in=["phone", "visit"]), name="visit_of_a_known_kind"),
        ]
        indexes = [models.Index(fields=["customer", "visited_on"], name="visits_of_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.visited_on}"
