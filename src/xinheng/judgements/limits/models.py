"""Credit accounts: what a customer may owe us, what it does owe us, and every decision on an order."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Account(models.Model):
    """The credit of a customer in a segment ("": over all of them), with the running sums of its exposure.

    One row, so that whoever spends its headroom waits at the same place. The sums are in minor units of
    `currency`, kept in the transaction of the fact that moves them; `foreign_minor` is what stands in other
    currencies, at the rates of the last move. What is overdue is known as of `rolled_on`.
    """

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    segment = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    status = models.CharField(max_length=5, default="open")
    risk_class = models.CharField(max_length=10, blank=True)
    review_on = models.DateField(null=True, blank=True)
    payment = models.CharField(max_length=10, blank=True)  # how it is agreed to pay; "": nothing is agreed
    terms_days = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # days of credit agreed; null: none are
    dunning_level = models.PositiveSmallIntegerField(default=0)  # highest level of a reminder that stands
    late_days = models.IntegerField(null=True, blank=True)  # how late it pays by habit; null: not known
    receivable_minor = models.BigIntegerField(default=0)  # open on bills, credit bills taken off
    prepaid_minor = models.BigIntegerField(default=0)  # left of receipts
    delivered_minor = models.BigIntegerField(default=0)  # delivered and not billed
    ordered_minor = models.BigIntegerField(default=0)  # undelivered of orders
    held_minor = models.BigIntegerField(default=0)  # of that on held or rejected orders: does not count
    foreign_minor = models.BigIntegerField(default=0)
    is_convertible = models.BooleanField(default=True)  # false: a currency stands open that has no rate
    version = models.BigIntegerField(default=0)  # rises with all that moves it, but an order that passed
    rolled_on = models.DateField(null=True, blank=True)
    overdue_minor = models.BigIntegerField(default=0)  # open on bills due before `rolled_on`
    oldest_due_on = models.DateField(null=True, blank=True)  # no open bill is due earlier
    is_rolled = models.BooleanField(
        default=False
    )  # what is overdue, oldest and foreign is right as of `rolled_on`

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "segment"], name="one_account_a_segment"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "watch", "hold", "stop"]), name="account_in_a_known_status"
            ),
            models.CheckConstraint(
                condition=Q(payment__in=["", "credit", "prepaid", "delivery"]),
                name="account_paid_in_a_known_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.segment}"


class OverdueSum(models.Model):
    """What is more than so many days past due, for the rules that ask."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    days = models.PositiveSmallIntegerField()
    cutoff_on = models.DateField()  # open on bills due before this day is counted
    minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "days"], name="one_overdue_sum_a_distance")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.days} {self.minor}"


class ForeignSum(models.Model):
    """What stands in another currency than the account's, by component, in that currency's minor units."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    receivable_minor = models.BigIntegerField(default=0)
    prepaid_minor = models.BigIntegerField(default=0)
    delivered_minor = models.BigIntegerField(default=0)
    ordered_minor = models.BigIntegerField(default=0)
    held_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "currency"], name="one_sum_a_currency")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.currency}"


class Rate(models.Model):
    """What one unit of a currency is worth in another from a day on, until the next rate."""

    currency = models.CharField(max_length=3)
    into = models.CharField(max_length=3, default="CNY")
    from_on = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    told_on = models.DateField()
    told_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "into", "from_on"], name="one_rate_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.from_on} {self.rate}"


class Limit(models.Model):
    """One word on what an account may owe. A newer word of its kind replaces it; none is ever changed.

    reach: own, of the customer itself; group, of the customer and all below it.
    kind: fixed; temporary, which replaces the fixed one while it holds; insured and guaranteed, which add.
    component: "" for all that is owed; else a sub-limit of one part of it: receivable, delivered or ordered.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    reach = models.CharField(max_length=5, default="own")
    kind = models.CharField(max_length=10)
    component = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=9, default="limited")
    amount_minor = models.BigIntegerField(default=0)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # last day it holds; null: until told otherwise
    reason = models.CharField(max_length=300)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(reach__in=["own", "group"]), name="limit_of_a_known_reach"),
            models.CheckConstraint(
                condition=Q(kind__in=["fixed", "temporary", "insured", "guaranteed"]),
                name="limit_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(component="")
                | Q(component__in=["receivable", "delivered", "ordered"], kind="fixed", reach="own"),
                name="limit_of_a_known_component",
            ),
            models.CheckConstraint(
                condition=Q(state="limited", amount_minor__gte=0)
                | Q(state__in=["no_credit", "unlimited", "withdrawn"], amount_minor=0),
                name="limit_says_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("from_on")),
                name="limit_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["account", "reach", "kind"], name="limits_of_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind} {self.amount_minor}"


class OrderCredit(models.Model):
    """Where an order stands with credit. Only a passed or released one is delivered."""

    order_no = models.CharField(max_length=60, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    since = models.DateField()
    decision = models.ForeignKey("Decision", on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by = models.CharField(max_length=150, blank=True)  # login of who brought the order
    over_minor = models.BigIntegerField(
        default=0
    )  # by how much it lies over the limit, in the account's currency
    released_minor = models.BigIntegerField(null=True, blank=True)  # up to which value it was released
    released_until = models.DateField(null=True, blank=True)  # last day the release holds

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["passed", "held", "released", "rejected", "ended"]),
                name="order_credit_in_a_known_state",
            )
        ]
        indexes = [
            models.Index(fields=["since", "id"], condition=Q(state="held"), name="orders_held"),
            models.Index(fields=["asked_by", "since"], name="orders_asked_for"),
        ]

    def __str__(self) -> str:
        return f"{self.order_no} {self.state}"


class Decision(models.Model):
    """What was decided on an order, by which rules, from which figures. Never changed."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    order_no = models.CharField(max_length=60)
    act = models.CharField(max_length=10)  # check, recheck, deliver, release, reject
    verdict = models.CharField(max_length=8)  # passed, held, released, rejected
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    policy = models.CharField(max_length=61, blank=True)  # code@version; "" where no rule was asked
    sha256 = models.CharField(max_length=64, blank=True)
    figures = models.JSONField()  # every figure the rules looked at
    reasons = models.JSONField()  # every rule that did not pass, with its figures
    why = models.CharField(max_length=300, blank=True)  # what the person said
    by = models.CharField(max_length=150)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["order_no"], name="decisions_of_order")]

    def __str__(self) -> str:
        return f"{self.order_no} {self.act} {self.verdict}"


class CoverRequest(models.Model):
    """What was asked of a customer so that a held order may leave: money before, or a guarantee."""

    order_no = models.CharField(max_length=60, db_index=True)
    what = models.CharField(max_length=10)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    until_on = models.DateField(null=True, blank=True)  # last day to answer
    note = models.CharField(max_length=300, blank=True)
    asked_by = models.CharField(max_length=150)
    asked_on = models.DateField()
    state = models.CharField(max_length=9, default="open")
    ended_by = models.CharField(max_length=150, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["prepayment", "guarantee"]), name="cover_of_a_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "met", "withdrawn"]), name="cover_in_a_known_state"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="cover_above_zero"),
            models.UniqueConstraint(
                fields=["order_no", "what"], condition=Q(state="open"), name="cover_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_no} {self.what} {self.state}"


class Reconciliation(models.Model):
    """The running sums were held against the facts: how many differed, and which. Never changed."""

    on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    differing = models.PositiveIntegerField()
    differences = models.JSONField()  # the first hundred, as rows

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.on} {self.differing}"
