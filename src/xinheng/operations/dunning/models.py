"""Who was reminded of what, at which level, in which run, and what holds reminders back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

RUN_STATES = ["planned", "sending", "sent", "undone"]


class LadderChoice(models.Model):
    """Another ladder than the company's: of one bill, of a customer, or of a customer and all below it."""

    level = models.CharField(max_length=10)  # document, customer, group
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey(
        "receivables.Bill", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ladder = models.CharField(max_length=40)  # code; "": nobody reminds
    language = models.CharField(max_length=2, blank=True)  # zh, en; "": as the ladder says
    reason = models.CharField(max_length=300)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # first day it no longer holds
    made_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level="document", bill__isnull=False)
                | Q(level__in=["customer", "group"], bill__isnull=True),
                name="ladder_choice_of_a_known_level",
            ),
            models.UniqueConstraint(
                fields=["level", "customer"],
                condition=Q(until_on__isnull=True, bill__isnull=True),
                name="ladder_choice_of_a_customer_once",
            ),
            models.UniqueConstraint(
                fields=["bill"], condition=Q(until_on__isnull=True), name="ladder_choice_of_a_bill_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.customer_id} {self.ladder}"


class Pause(models.Model):
    """Nobody is reminded of a customer's debts, or of one bill, until a day."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey(
        "receivables.Bill", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cause = models.CharField(max_length=10)  # promise, plan, dispute, other
    reason = models.CharField(max_length=300)
    from_on = models.DateField()
    until_on = models.DateField()  # its last day
    resumed_on = models.DateField(null=True, blank=True)  # first day it no longer holds, where ended early
    about = models.CharField(max_length=60, blank=True)  # what it is for: "promise:12"
    made_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=models.F("from_on")), name="dunning_pause_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["about"], name="dunning_pause_about")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.until_on}"


class Jump(models.Model):
    """A person lets a bill skip levels: the next run goes to `level`, whatever its days."""

    bill = models.ForeignKey("receivables.Bill", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    made_on = models.DateField()
    made_by = models.CharField(max_length=150)
    is_used = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bill"], condition=Q(is_used=False), name="dunning_jump_waits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.level}"


class Run(models.Model):
    """One day's reminders: planned, looked at, sent or undone; each day has one that counts.

    ladders: code to hash of the text it was planned by. counts: items by what was decided.
    """

    on = models.DateField()
    state = models.CharField(max_length=8, default="planned")
    ladders = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    missing = models.JSONField(default=list)  # customer no, name, way and field of contacts that are empty
    items = models.PositiveIntegerField(default=0)
    letters = models.PositiveIntegerField(default=0)
    planned_by = models.CharField(max_length=150)
    planned_at = models.DateTimeField()
    sent_by = models.CharField(max_length=150, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    undone_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RUN_STATES), name="dunning_run_in_a_known_state"),
            models.UniqueConstraint(
                fields=["on"], condition=~Q(state="undone"), name="dunning_run_of_a_day_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.state}"


class Letter(models.Model):
    """What one customer is told in one run: by a ladder, in a currency, at its highest level."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()  # within the run, from 1
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ladder = models.CharField(max_length=40)
    currency = models.CharField(max_length=3)
    level = models.PositiveSmallIntegerField()
    lines = models.PositiveIntegerField()
    open_minor = models.BigIntegerField()  # of the lines
    credit_minor = models.BigIntegerField()  # taken off: credit notes and receipts no bill has taken
    charges_minor = models.BigIntegerField()  # of what is due: interest, fees and costs
    due_minor = models.BigIntegerField()  # what is asked for: open less what was taken off
    oldest_days = models.PositiveIntegerField()  # past due, of the oldest line
    deadline_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=2, default="zh")
    state = models.CharField(max_length=8, default="planned")  # planned, sent, undone
    sent_on = models.DateField(null=True, blank=True)
    paper_id = models.BigIntegerField(null=True, blank=True)  # in the archive, once it was made

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "place"], name="dunning_letter_placed_once"),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="dunning_letter_customer"),
            models.Index(fields=["state", "-id"], name="dunning_letter_state"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.place}"


class Item(models.Model):
    """What a run decided on one open bill or instalment, and why."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    bill = models.ForeignKey("receivables.Bill", on_delete=models.PROTECT, related_name="+", db_index=False)
    instalment = models.PositiveSmallIntegerField(default=0)  # 0: the whole bill
    due_on = models.DateField()
    open_minor = models.BigIntegerField()
    due_minor = models.BigIntegerField()  # of it what is asked for, credits and disputed parts taken off
    overdue_days = models.IntegerField()  # below zero: until it is due
    level_before = models.SmallIntegerField()  # -1: never reminded
    level = models.SmallIntegerField()  # with this run
    decision = models.CharField(max_length=12)  # remind, repeat, waits, or why not (values.DECISIONS)
    letter = models.PositiveIntegerField(null=True, blank=True)  # place of the letter in the run

    class Meta:
        indexes = [
            models.Index(fields=["run", "decision"], name="dunning_item_decision"),
            models.Index(fields=["run", "letter"], name="dunning_item_letter"),
            models.Index(fields=["run", "customer"], name="dunning_item_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.bill_id} {self.decision}"


class Reminder(models.Model):
    """A bill or instalment was reminded of at a level. The last one of each is the one that lives."""

    bill = models.ForeignKey("receivables.Bill", on_delete=models.PROTECT, related_name="+", db_index=False)
    instalment = models.PositiveSmallIntegerField(default=0)
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3)
    segment = models.CharField(max_length=20, blank=True)
    open_minor = models.BigIntegerField()  # on that day
    sent_on = models.DateField()
    lives = models.BooleanField(default=True)
    blocks = models.BooleanField(default=False)  # the level stops new orders

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bill", "instalment"], condition=Q(lives=True), name="one_live_reminder_an_item"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "lives"], name="dunning_reminder_customer"),
            models.Index(fields=["bill", "sent_on"], name="dunning_reminder_bill"),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.level}"


class Call(models.Model):
    """What a call or a visit because of a reminder came to."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    result = models.CharField(max_length=12)  # values.RESULTS
    spoke_with = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=600, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    promised_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    made_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(result="promised") | Q(promised_on__isnull=False),
                name="dunning_promise_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.result}"


class Block(models.Model):
    """An account was put on hold because of a level, and how it stood before."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    segment = models.CharField(max_length=20, blank=True)
    before = models.CharField(max_length=5)  # status of the account
    level = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    lifted_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "segment"],
                condition=Q(lifted_on__isnull=True),
                name="dunning_block_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.segment} {self.from_on}"
