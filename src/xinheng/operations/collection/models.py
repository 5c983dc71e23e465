"""Collection: who works on which arrears, what was said and promised, and what was agreed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from xinheng.operations.collection.law_models import (
    ClockEvent,
    ClockPause,
    Deadline,
    LegalPaper,
    LegalStep,
)

__all__ = [
    "Assignment",
    "Case",
    "ClockEvent",
    "ClockPause",
    "Collector",
    "Contact",
    "Deadline",
    "LegalPaper",
    "LegalStep",
    "OrderBlock",
    "PaymentPlan",
    "PlanPart",
    "Promise",
]  # some are made in another module, and part of the same tables


class Case(models.Model):
    """The arrears of a customer in one currency, while there are any. Amounts in minor units.

    The figures are those of the last look at the ledger, which `figures_on` names.
    """

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, default="CNY")
    collector = models.CharField(max_length=150, blank=True)  # login; blank: nobody yet
    next_step = models.CharField(max_length=300, blank=True)
    next_step_on = models.DateField(null=True, blank=True)
    active_on = models.DateField()  # the last day anything was done
    overdue_minor = models.BigIntegerField(default=0)
    disputed_minor = models.BigIntegerField(default=0)  # of bills past their day, left out of the arrears
    loss_minor = models.BigIntegerField(default=0)  # expected
    late_minor = models.BigIntegerField(null=True, blank=True)  # expected to be late; none: no forecast
    weight_minor = models.BigIntegerField(default=0)  # what the list is ordered by
    overdue_days = models.PositiveIntegerField(default=0)  # of the oldest line, pauses taken off
    lines = models.PositiveIntegerField(default=0)
    figures_on = models.DateField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-weight_minor", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "currency"],
                condition=Q(closed_on__isnull=True),
                name="one_case_at_a_time",
            )
        ]
        indexes = [
            models.Index(fields=["closed_on", "-weight_minor"], name="cases_by_weight"),
            models.Index(fields=["collector", "next_step_on"], name="cases_of_collector"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.currency} {self.overdue_minor}"


class Assignment(models.Model):
    """Who collected a case from which day on, and until when."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    collector = models.CharField(max_length=150)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # the first day it was another's
    how = models.CharField(max_length=6)  # plan, hand
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["case", "from_on"], name="assignments_of_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.collector}"


class Collector(models.Model):
    """How strong a person is at collecting, and how many cases it takes at a time."""

    login = models.CharField(max_length=150, unique=True)
    skill = models.PositiveSmallIntegerField()  # 1 to 5, 5 the strongest
    capacity = models.PositiveSmallIntegerField()  # cases at a time
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-skill", "login"]
        constraints = [
            models.CheckConstraint(condition=Q(skill__gte=1, skill__lte=5), name="skill_from_1_to_5")
        ]

    def __str__(self) -> str:
        return f"{self.login} {self.skill}"


class Contact(models.Model):
    """Somebody spoke or wrote to a customer, and what came of it."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    way = models.CharField(max_length=8)  # phone, visit, letter, email, sms, chat
    person = models.CharField(max_length=60, blank=True)  # whom one spoke to
    result = models.CharField(max_length=48)  # code of the policy
    note = models.CharField(max_length=1000, blank=True)
    by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["customer", "on"], name="contacts_of_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.on} {self.way}"


class Promise(models.Model):
    """A customer said it would pay so much by a day; the ledger says whether it did."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    due_on = models.DateField()
    promised_by = models.CharField(max_length=60)  # at the customer
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()  # receipts count from this day on
    state = models.CharField(max_length=9, default="open")
    paid_minor = models.BigIntegerField(default=0)
    judged_on = models.DateField(null=True, blank=True)
    rests_until = models.DateField(null=True, blank=True)  # no reminder up to and with this day
    consequences = models.JSONField(default=list)  # codes of what a broken one led to

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="open"), name="one_promise_at_a_time"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="promise_above_zero"),
            models.CheckConstraint(condition=Q(due_on__gte=F("told_on")), name="promise_for_a_day_to_come"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "kept", "part", "broken", "withdrawn"]),
                name="promise_in_a_known_state",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="promises_by_day")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.amount_minor} {self.due_on}"


class PaymentPlan(models.Model):
    """Parts in which a customer pays its arrears, as agreed; while it is kept nobody is reminded."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    total_minor = models.BigIntegerField()
    agreed_on = models.DateField()  # receipts count from this day on
    agreed_with = models.CharField(max_length=60)
    note = models.CharField(max_length=300, blank=True)
    attachment_no = models.BigIntegerField(null=True, blank=True)  # the paper, in the archive
    state = models.CharField(max_length=9, default="running")  # running, kept, broken, withdrawn
    paid_minor = models.BigIntegerField(default=0)
    judged_on = models.DateField(null=True, blank=True)
    rests_until = models.DateField(null=True, blank=True)  # no reminder up to and with this day
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="running"), name="one_payment_plan_at_a_time"
            ),
            models.CheckConstraint(condition=Q(total_minor__gt=0), name="payment_plan_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.total_minor}"


class PlanPart(models.Model):
    """What is to be paid by a day."""

    plan = models.ForeignKey(PaymentPlan, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_on"], name="one_part_a_day"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="plan_part_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.due_on} {self.amount_minor}"


class OrderBlock(models.Model):
    """An account that a broken promise put on hold, until the arrears are paid."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    before = models.CharField(max_length=8)  # the status it had
    from_on = models.DateField()
    lifted_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.case_id} {self.from_on}"
