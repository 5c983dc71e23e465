"""What is watched over beside advances: old debts, plans, reconciliations, checks, collections."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class LegacyDebt(models.Model):
    """What a customer owed before advances were kept here. It may only fall."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    opening_minor = models.BigIntegerField()
    balance_minor = models.BigIntegerField()
    since = models.DateField()
    note = models.CharField(max_length=300)
    settled_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(balance_minor__gte=0) & Q(balance_minor__lte=models.F("opening_minor")),
                name="old_debt_only_falls",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.balance_minor}"


class LegacyBalance(models.Model):
    """A fall of an old debt: what is left from a day on."""

    debt = models.ForeignKey(LegacyDebt, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    fell_minor = models.BigIntegerField()
    balance_minor = models.BigIntegerField()
    note = models.CharField(max_length=300, blank=True)
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(fell_minor__gt=0), name="old_debt_fell")]

    def __str__(self) -> str:
        return f"{self.debt_id} {self.on} {self.balance_minor}"


class Plan(models.Model):
    """How what a customer was advanced comes down to what it may be."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=10)  # legacy, lowered
    start_minor = models.BigIntegerField()
    target_minor = models.BigIntegerField()
    begun_on = models.DateField()
    due_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ended_how = models.CharField(max_length=8, blank=True)  # met, replaced
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended_on__isnull=True), name="one_plan_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.start_minor} → {self.target_minor}"


class PlanStep(models.Model):
    """What may be open on a day at most."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    at_most_minor = models.BigIntegerField()

    class Meta:
        ordering = ["due_on"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.due_on} {self.at_most_minor}"


class Reconciliation(models.Model):
    """Our figure and the customer's on a day, and who signed for either side."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    ours_minor = models.BigIntegerField()
    theirs_minor = models.BigIntegerField()
    signed_by_us = models.CharField(max_length=60)
    signed_by_them = models.CharField(max_length=60)
    note = models.CharField(max_length=300, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["customer", "on"], name="reconciled_by_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.on}"


class QuarterCheck(models.Model):
    """What the check of a quarter found of a customer with advances."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    quarter = models.DateField()  # its first day
    findings = models.CharField(max_length=1000)
    advice = models.CharField(max_length=6)  # keep, lower, stop
    checked_by = models.CharField(max_length=150)
    checked_on = models.DateField()

    class Meta:
        ordering = ["-quarter", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "quarter"], name="checked_once_a_quarter"),
            models.CheckConstraint(
                condition=Q(advice__in=["keep", "lower", "stop"]), name="check_of_a_known_advice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.quarter}"


class Collection(models.Model):
    """An old debt being collected by a named person, with the day of the next step."""

    debt = models.ForeignKey(LegacyDebt, on_delete=models.PROTECT, related_name="+")
    collector = models.CharField(max_length=150)  # login
    next_step = models.CharField(max_length=300)
    next_step_on = models.DateField()
    active_on = models.DateField()  # the last day anything was done
    ended_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["next_step_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["debt"], condition=Q(ended_on__isnull=True), name="collected_by_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.debt_id} {self.collector}"


class CollectionAct(models.Model):
    """What was done to collect an old debt."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="+")
    done = models.CharField(max_length=1000)
    by = models.CharField(max_length=150)
    on = models.DateField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.collection_id} {self.on}"


class NextTerm(models.Model):
    """What was agreed for the time after a contract's end."""

    advance = models.OneToOneField("advances.Advance", on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=300)  # the form of cooperation agreed, or that it ends
    agreed_by = models.CharField(max_length=150)
    agreed_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.advance_id} {self.agreed_on}"
