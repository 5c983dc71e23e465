"""Proofs that ageing adds up; confirmations of balances, their answers, and differences worked to nothing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class AgeingProof(models.Model):
    """One check that ageing, by everything it is gathered by, comes to what the facts say."""

    on = models.DateField()  # the business day it was made on
    as_of = models.DateField()
    customers = models.IntegerField()  # whose account was compared
    checks = models.JSONField()  # a row a grouping and currency: by, currency, shown, facts, customers
    from_file = models.BooleanField()  # whether the columnar files were compared too
    differences = models.IntegerField()
    is_sound = models.BooleanField()
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["as_of"], name="proofs_by_day")]

    def __str__(self) -> str:
        return f"{self.as_of} {self.is_sound}"


class ProofDifference(models.Model):
    """What does not add up: a customer's account, or a whole grouping (no customer)."""

    proof = models.ForeignKey(AgeingProof, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=12)  # ledger, files, or the dimension
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    shown_minor = models.BigIntegerField()  # what ageing comes to
    facts_minor = models.BigIntegerField()  # what bills and receipts come to

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.by} {self.customer_id} {self.shown_minor} {self.facts_minor}"


class Campaign(models.Model):
    """A round of confirmations, quarterly or yearly: as of one day, for a selection of customers."""

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=9)  # quarterly, yearly, other
    as_of = models.DateField()
    reply_by = models.DateField()
    selection = models.JSONField(default=dict)
    company = models.CharField(max_length=200)  # ours, as it stands on the letters
    language = models.CharField(max_length=7)
    passed_over = models.IntegerField(default=0)  # customers chosen whose account did not agree
    opened_by = models.CharField(max_length=150)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reply_by__gte=models.F("as_of")), name="campaign_answers_after_its_day"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Confirmation(models.Model):
    """A letter or statement of one customer's balance on a day, sealed as it was printed."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    form = models.CharField(max_length=9)  # letter, statement
    company = models.CharField(max_length=200)
    language = models.CharField(max_length=7)
    from_on = models.DateField(null=True, blank=True)  # of a statement
    as_of = models.DateField()
    reply_by = models.DateField()
    state = models.CharField(max_length=8, default="drawn")  # values.STATES
    sha256 = models.CharField(max_length=64, blank=True)  # of the sealed PDF; "": not printed yet
    attachment_no = models.BigIntegerField(null=True, blank=True)  # of the archive
    made_by = models.CharField(max_length=150)
    made_on = models.DateField()
    sent_on = models.DateField(null=True, blank=True)  # the first time
    reminders = models.PositiveSmallIntegerField(default=0)
    answered_on = models.DateField(null=True, blank=True)
    settled_on = models.DateField(null=True, blank=True)  # agreed, or every difference worked off

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "customer"],
                condition=Q(campaign__isnull=False),
                name="one_letter_a_customer_and_campaign",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["drawn", "sent", "agreed", "differs", "settled"]),
                name="confirmation_in_a_known_state",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "state"], name="letters_of_campaign"),
            models.Index(fields=["state", "reply_by"], name="letters_by_reply_day"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.as_of} {self.state}"


class Balance(models.Model):
    """What one currency of a confirmation comes to, and what the customer answered."""

    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    opening_minor = models.BigIntegerField(default=0)  # of a statement
    balance_minor = models.BigIntegerField()  # above zero: the customer owes us
    lines = models.JSONField()  # as printed: what, no, on, due_on, amount, open; minor units
    theirs_minor = models.BigIntegerField(null=True, blank=True)  # as they answered; null: not answered

    class Meta:
        ordering = ["confirmation", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["confirmation", "currency"], name="one_balance_a_currency")
        ]

    def __str__(self) -> str:
        return f"{self.confirmation_id} {self.currency}"


class Sending(models.Model):
    """A confirmation, or a reminder of it, went out: how, when, by whom, to which address."""

    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=8)  # values.WAYS
    address = models.CharField(max_length=300)
    reference = models.CharField(max_length=100, blank=True)  # number of the parcel or message
    is_reminder = models.BooleanField(default=False)
    sent_on = models.DateField()
    sent_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.confirmation_id} {self.way} {self.sent_on}"


class Answer(models.Model):
    """What a customer answered, with the signed slip in the archive where it came back."""

    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    answered_by = models.CharField(max_length=100)  # who signed for them
    answered_on = models.DateField()
    is_sealed = models.BooleanField(default=False)  # somebody saw their seal
    note = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the slip
    attachment_no = models.BigIntegerField(null=True, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.confirmation_id} {self.agrees}"


class Difference(models.Model):
    """One line of what explains why their figure is not ours; together they are their figure less ours."""

    balance = models.ForeignKey(Balance, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=15)  # values.CAUSES
    no = models.CharField(max_length=60, blank=True)  # of the document
    amount_minor = models.BigIntegerField()  # what it adds to their figure; below zero: takes off
    note = models.CharField(max_length=300, blank=True)
    owner = models.CharField(max_length=150)  # login of who works it off
    until_on = models.DateField()
    outcome = models.CharField(max_length=300, blank=True)
    is_ours = models.BooleanField(null=True)  # whether our books were to be corrected; null: not decided
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="difference_is_not_zero"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | ~Q(outcome=""), name="closed_with_an_outcome"
            ),
        ]
        indexes = [
            models.Index(
                fields=["until_on"], condition=Q(closed_on__isnull=True), name="open_differences_by_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.balance_id} {self.cause} {self.amount_minor}"
