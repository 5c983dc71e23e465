"""Contracts, who is party to them, what happened to them, and how they were audited."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

STATES = ("draft", "legal", "countersign", "to_sign", "signed", "performing", "changed", "ended", "void")
RUNNING = ("signed", "performing", "changed")


class Serial(models.Model):
    """The last serial number that a department used in a year."""

    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="contract_serials_once_a_year")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year} {self.last}"


class Contract(models.Model):
    """One line of the ledger of contracts, from its draft to its end; a number is never used again."""

    no = models.CharField(max_length=60, unique=True)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")  # the department
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    outside_no = models.CharField(max_length=60, blank=True)  # as the other side or an older ledger calls it
    kind = models.CharField(max_length=30)  # a kind of the rules
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    matter = models.CharField(max_length=500)  # what it is about
    demand = models.CharField(max_length=500, blank=True)  # the purchase demand it answers (FSP-02)
    amount_minor = models.BigIntegerField()  # 分, with tax; 0: a frame without an amount
    currency = models.CharField(max_length=3, default="CNY")
    terms = models.CharField(max_length=500, blank=True)  # how it is paid and delivered
    handler = models.CharField(max_length=150)  # login
    state = models.CharField(
        max_length=12, choices=[(state, state) for state in STATES], default="draft", db_index=True
    )
    version = models.PositiveSmallIntegerField(default=1)
    template = models.CharField(max_length=60, blank=True)  # code@version it was drafted from
    drafted_on = models.DateField()
    signed_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)  # last day to perform it
    ends_on = models.DateField(null=True, blank=True)  # last day it holds; None: without an end
    performed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    next_term = models.CharField(max_length=300, blank=True)  # what was agreed for the time after (ADV-27)
    archived_on = models.DateField(null=True, blank=True)  # from then on it is only read
    noticed_on = models.DateField(null=True, blank=True)  # the customer was told to pay in advance (FSP-02)
    process_ended_on = models.DateField(null=True, blank=True)
    request = models.ForeignKey(
        "approvals.Request", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "ends_on"], name="contracts_by_end"),
            models.Index(fields=["due_on"], name="contracts_by_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "serial"], name="contract_numbered_once"),
            models.UniqueConstraint(
                fields=["unit", "outside_no"], condition=~Q(outside_no=""), name="contract_outside_no_once"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="contract_amount_not_below_zero"),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=False)
                | ~Q(state__in=["signed", "performing", "changed", "ended"]),
                name="contract_in_force_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(effective_on__isnull=True)
                | Q(ends_on__gte=F("effective_on")),
                name="contract_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_on__isnull=False), name="contract_end_has_its_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.title}"


class Party(models.Model):
    """Who else is party to a contract: ours, a guarantor, or a further side."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(
        max_length=10, choices=[("ours", "ours"), ("guarantor", "guarantor"), ("other", "other")]
    )
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["contract", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "role", "name"], name="contract_party_once")
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.name}"


class LegalCheck(models.Model):
    """What the legal check said of a draft."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    is_ok = models.BooleanField()
    comments = models.CharField(max_length=1000, blank=True)
    checked_by = models.CharField(max_length=150)
    checked_on = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(is_ok=True) | ~Q(comments=""), name="not_ok_is_commented")
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.is_ok}"


class Change(models.Model):
    """A signed contract was changed: a version with what stood before and after."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()  # the one it made, from 2
    why = models.CharField(max_length=300)
    before = models.JSONField()
    after = models.JSONField()
    signed_on = models.DateField()
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["contract", "version"]
        constraints = [models.UniqueConstraint(fields=["contract", "version"], name="contract_version_once")]

    def __str__(self) -> str:
        return f"{self.contract_id} v{self.version}"


class Event(models.Model):
    """The formalities of signing, changing, performing or ending were finished; each is handed over."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=10,
        choices=[(kind, kind) for kind in ("signed", "changed", "performed", "ended")],
    )
    finished_on = models.DateField()
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()
    reopened_on = models.DateField(null=True, blank=True)  # its clock was cancelled
    reopened_by = models.CharField(max_length=150, blank=True)
    reopened_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["contract", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reopened_on__isnull=True) | ~Q(reopened_why=""), name="reopened_for_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.kind}"


class Record(models.Model):
    """Something of the performance: a delivery, an acceptance, a payment, a breach and its cure."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=12,
        choices=[(kind, kind) for kind in ("delivery", "acceptance", "payment", "breach", "notice")],
    )
    happened_on = models.DateField()
    amount_minor = models.BigIntegerField(default=0)  # 分, in the contract's currency
    note = models.CharField(max_length=500)
    cured_on = models.DateField(null=True, blank=True)  # of a breach
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["contract", "happened_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="performance_not_below_zero"),
            models.CheckConstraint(
                condition=Q(cured_on__isnull=True) | Q(kind="breach", cured_on__gte=F("happened_on")),
                name="a_breach_is_cured_after_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.kind} {self.happened_on}"


class Audit(models.Model):
    """A sample of contracts drawn by a kept seed, so that it can be drawn again, and what it found."""

    first_on = models.DateField()  # contracts signed in these days
    last_on = models.DateField()
    share = models.DecimalField(max_digits=5, decimal_places=4)  # 0 to 1, of the population
    seed = models.BigIntegerField()
    population = models.JSONField()  # keys of the contracts it was drawn from, in order
    drawn_on = models.DateField()
    drawn_by = models.CharField(max_length=150)
    closed_on = models.DateField(null=True, blank=True)
    conclusion = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="audit_of_days_in_order"),
            models.CheckConstraint(condition=Q(share__gt=0) & Q(share__lte=1), name="audit_of_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.first_on}…{self.last_on}"


class Finding(models.Model):
    """One test of one contract of a sample."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    test = models.CharField(max_length=30)  # a test of the rules
    verdict = models.CharField(
        max_length=6, choices=[("open", "open"), ("ok", "ok"), ("issue", "issue")], default="open"
    )
    words = models.CharField(max_length=500, blank=True)
    found_by = models.CharField(max_length=150, blank=True)
    found_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["audit", "contract", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "contract", "test"], name="audited_once_a_test"),
            models.CheckConstraint(condition=~Q(verdict="issue") | ~Q(words=""), name="issue_in_words"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.contract_id} {self.test}"


class Analysis(models.Model):
    """The analysis report of a year or half a year: its figures as they were, and its text."""

    first_on = models.DateField()
    last_on = models.DateField()
    unit = models.ForeignKey("access.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField()
    parts = models.JSONField()  # code of the rules -> text, none empty
    written_by = models.CharField(max_length=150)
    written_on = models.DateField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.first_on}…{self.last_on}"


class Stage(models.Model):
    """Where we stand with a customer: latent, in contact, under contract, kept up (GRP-12)."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(
        max_length=10, choices=[(stage, stage) for stage in ("latent", "contact", "contract", "upkeep")]
    )
    from_on = models.DateField()
    why = models.CharField(max_length=300, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["customer", "pk"]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.stage}"
