"""Bills of exchange that customers gave us and deposits they left: facts that are added to, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Instrument(models.Model):
    """An instrument from the day it was received on. Amounts in 分 of its currency."""

    no = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=21)  # values.KINDS
    form = models.CharField(max_length=10, default="electronic")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    drawer = models.CharField(max_length=200)
    acceptor = models.CharField(max_length=200)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    issued_on = models.DateField()
    matures_on = models.DateField()
    received_on = models.DateField()
    receipt_no = models.CharField(max_length=60)  # the receipt it is in the ledger
    state = models.CharField(max_length=11, default="held")
    counts = models.CharField(max_length=13)  # until when it counts, by the rules of the day it came
    counted_minor = models.BigIntegerField(default=0)  # of it in the exposure now
    dishonoured_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["matures_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="instrument_above_zero"),
            models.CheckConstraint(
                condition=Q(counted_minor__gte=0) & Q(counted_minor__lte=F("amount_minor")),
                name="instrument_counts_at_most_itself",
            ),
            models.CheckConstraint(
                condition=Q(matures_on__gte=F("issued_on")), name="instrument_matures_after_issue"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "presented", "endorsed", "discounted", "paid", "dishonoured"]),
                name="instrument_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=Q(state="dishonoured", dishonoured_on__isnull=False)
                | (~Q(state="dishonoured") & Q(dishonoured_on__isnull=True)),
                name="dishonoured_on_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "matures_on"], name="instruments_maturing"),
            models.Index(fields=["customer"], condition=Q(counted_minor__gt=0), name="instruments_counting"),
        ]

    def __str__(self) -> str:
        return self.no


class Endorsement(models.Model):
    """One link of the chain: to the customer, from it to us, and from us on."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    from_name = models.CharField(max_length=200)
    to_name = models.CharField(max_length=200)
    endorsed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["instrument", "place"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "place"], name="endorsement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.place}"


class InstrumentAct(models.Model):
    """What happened to an instrument."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=9)  # values.ACTS
    done_on = models.DateField()
    counterparty = models.CharField(max_length=200, blank=True)
    proceeds_minor = models.BigIntegerField(default=0)  # money that came for it
    interest_minor = models.BigIntegerField(default=0)  # kept by the bank of a discount
    costs_minor = models.BigIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["instrument", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(proceeds_minor__gte=0, interest_minor__gte=0, costs_minor__gte=0),
                name="instrument_money_not_below_zero",
            )
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.act} {self.done_on}"


class Deposit(models.Model):
    """Money a customer has to leave with us; the sums move with its moves, under the lock of this row."""

    no = models.CharField(max_length=40)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=120)
    due_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    due_on = models.DateField()
    received_minor = models.BigIntegerField(default=0)
    applied_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "no"], name="deposit_once"),
            models.CheckConstraint(condition=Q(due_minor__gt=0), name="deposit_above_zero"),
            models.CheckConstraint(
                condition=Q(received_minor__lte=F("due_minor") + F("applied_minor")),
                name="deposit_held_at_most_what_is_due",
            ),
            models.CheckConstraint(
                condition=Q(received_minor__gte=F("applied_minor") + F("refunded_minor")),
                name="deposit_held_not_below_zero",
            ),
        ]

    def __str__(self) -> str:
        return self.no


class DepositMove(models.Model):
    """Money of a deposit that came in, paid arrears, or went back."""

    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="+")
    move = models.CharField(max_length=7)  # values.MOVES
    moved_on = models.DateField()
    amount_minor = models.BigIntegerField()
    receipt_no = models.CharField(max_length=60, blank=True)  # of the ledger, where it paid arrears
    note = models.CharField(max_length=200, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["deposit", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="deposit_move_above_zero"),
            models.CheckConstraint(
                condition=Q(move__in=["receive", "apply", "refund"]), name="deposit_moves_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deposit_id} {self.move} {self.amount_minor}"
