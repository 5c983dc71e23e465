"""What passes between customers and us, how they are met, what is followed up, and who hands over to whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Entry(models.Model):
    """One line of the register: an item, a letter or a call that passed between a customer and us."""

    no = models.CharField(max_length=20, unique=True)  # "R2026-00001", in the order of registering
    kind = models.CharField(max_length=30)  # a code of the rules
    direction = models.CharField(max_length=4, choices=[("in", "in"), ("out", "out")])  # seen from us
    sender = models.CharField(max_length=120)
    receiver = models.CharField(max_length=120)
    party = models.CharField(max_length=200)  # as it was told; who it is says `customer`
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # None: on the holding list
    about = models.CharField(max_length=200)
    note = models.CharField(max_length=1000, blank=True)
    is_confidential = models.BooleanField(default=False)  # what it says is hidden, that it is there is not
    passed_on = models.DateField()
    due_on = models.DateField()  # to be registered by
    told_by = models.CharField(max_length=150)  # login
    told_on = models.DateField()

    class Meta:
        ordering = ["-no"]
        indexes = [models.Index(fields=["customer", "passed_on"], name="entries_of_customer")]

    def __str__(self) -> str:
        return self.no


class Standing(models.Model):
    """How a customer is to be received and how far the relation has come, from a day on."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=30)
    stage = models.CharField(max_length=30)
    is_promising = models.BooleanField(default=False)
    why = models.CharField(max_length=300, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # first day it no longer holds
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["customer", "-from_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(until_on__isnull=True), name="one_care_standing_now"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="care_standing_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.level} {self.stage}"


class Visit(models.Model):
    """A meeting with a customer: planned, held, and its record."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=30)
    planned_on = models.DateField()
    owner = models.CharField(max_length=150)  # login
    purpose = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=30)
    record_due_on = models.DateField()
    happened_on = models.DateField(null=True, blank=True)
    people = models.JSONField(default=list)  # logins of ours who were there
    met = models.CharField(max_length=200, blank=True)  # whom they met
    report = models.CharField(max_length=2000, blank=True)
    contact_verified_at = models.DateTimeField(null=True, blank=True)  # person and number of the contact
    recorded_by = models.CharField(max_length=150, blank=True)
    recorded_on = models.DateField(null=True, blank=True)
    called_off_why = models.CharField(max_length=300, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-planned_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(happened_on__isnull=True) | (~Q(report="") & Q(recorded_on__isnull=False)),
                name="visit_held_has_its_report",
            )
        ]
        indexes = [
            models.Index(fields=["customer", "happened_on"], name="care_visits_of_customer"),
            models.Index(fields=["happened_on", "record_due_on"], name="care_visits_unrecorded"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.planned_on}"


class Presence(models.Model):
    """One of ours was there."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    login = models.CharField(max_length=150)

    class Meta:
        ordering = ["visit", "login"]
        constraints = [models.UniqueConstraint(fields=["visit", "login"], name="present_once")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.login}"


class Matter(models.Model):
    """Something of a customer that is followed to its end: a repair, a quality case, a violation."""

    no = models.CharField(max_length=20, unique=True)  # "M2026-00001"
    kind = models.CharField(max_length=30)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=120, blank=True)  # dwelling unit, order, vehicle
    what = models.CharField(max_length=1000)
    amount_minor = models.BigIntegerField(default=0)  # 分; of a violation
    is_confidential = models.BooleanField(default=False)
    reported_on = models.DateField()
    reported_by = models.CharField(max_length=120)
    owner = models.CharField(max_length=150)  # login
    due_on = models.DateField()
    result = models.CharField(max_length=1000, blank=True)
    confirmed_by = models.CharField(max_length=120, blank=True)  # at the customer
    confirmed_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-no"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | ~Q(result=""), name="matter_closed_has_a_result"
            )
        ]
        indexes = [models.Index(fields=["closed_on", "due_on"], name="matters_open_by_due")]

    def __str__(self) -> str:
        return self.no


class Opinion(models.Model):
    """How satisfied a customer says it is, item by item."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    said_on = models.DateField()
    answers = models.JSONField()  # code of the item: code of the level
    total = models.PositiveIntegerField()  # sum of the levels answered
    answered = models.PositiveSmallIntegerField()
    asked = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=500, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-said_on", "-id"]
        indexes = [models.Index(fields=["said_on"], name="opinions_by_day")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.said_on}"


class Departure(models.Model):
    """A person leaves: what must be handed over before the leaving is done."""

    login = models.CharField(max_length=150)
    successor = models.CharField(max_length=150)  # login
    leaves_on = models.DateField()
    receiver = models.CharField(max_length=150)  # login, of the department that takes the data
    begun_by = models.CharField(max_length=150)
    begun_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["login"], condition=Q(done_on__isnull=True), name="one_departure_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.login} {self.leaves_on}"


class Handed(models.Model):
    """One item of a leaver's list, signed by both."""

    departure = models.ForeignKey(Departure, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # customer, dossier, loan, other
    subject = models.CharField(max_length=120, blank=True)  # "customer:12"
    words = models.CharField(max_length=200)
    given_on = models.DateField(null=True, blank=True)
    taken_on = models.DateField(null=True, blank=True)
    missing = models.CharField(max_length=300, blank=True)  # what was not there
    told_on = models.DateField(null=True, blank=True)  # the customer learned of the successor
    met_due_on = models.DateField(null=True, blank=True)  # the successor meets the customer by
    met_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["departure", "id"]
        indexes = [models.Index(fields=["met_on", "met_due_on"], name="handed_to_be_met")]

    def __str__(self) -> str:
        return self.words


class Evaluation(models.Model):
    """The keeper's judgement of a customer's file: what it is worth as a ground for decisions."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    evaluated_on = models.DateField()
    next_on = models.DateField()
    finding = models.CharField(max_length=1000)
    by = models.CharField(max_length=150)  # login

    class Meta:
        ordering = ["-evaluated_on", "-id"]
        indexes = [models.Index(fields=["customer", "evaluated_on"], name="evaluations_of_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.evaluated_on}"


class Controlled(models.Model):
    """A version of a document that goes to a list of receivers."""

    title = models.CharField(max_length=120)
    version = models.CharField(max_length=20)
    place = models.CharField(max_length=120)  # where the master lies
    receivers = models.JSONField(default=list)  # names on the list, outer customers by name
    from_on = models.DateField()
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["title", "-id"]
        constraints = [models.UniqueConstraint(fields=["title", "version"], name="controlled_version_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Copy(models.Model):
    """A copy of a controlled document that somebody was given."""

    document = models.ForeignKey(Controlled, on_delete=models.PROTECT, related_name="+")
    receiver = models.CharField(max_length=120)
    given_on = models.DateField()
    is_listed = models.BooleanField()  # False: a deviation
    why = models.CharField(max_length=300, blank=True)
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_listed=True) | ~Q(why=""), name="unlisted_copy_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.receiver}"


class Serial(models.Model):
    """The last number given of a series and year; the row is locked while one is given."""

    series = models.CharField(max_length=10, unique=True)  # "R2026"
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series} {self.last}"
