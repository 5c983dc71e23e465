"""Tasks, what units owe as reports, what was handed in, breaches and their fines, calendars subscribed to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

INCIDENT_STATES = ("proposed", "confirmed", "criticised", "waived", "appealed", "settled")


class Task(models.Model):
    """Something one person was ordered to do by a day; a repeated one leaves the next when it is done."""

    kind = models.CharField(max_length=8, default="order")  # order, request (a contribution is asked for)
    title = models.CharField(max_length=200)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")  # that owes it
    owner = models.CharField(max_length=150, blank=True)  # login; blank: whoever the unit chooses
    pack = models.CharField(max_length=40, blank=True)  # of the list of duties it serves
    duty = models.CharField(max_length=81, blank=True)  # "list.duty" of that document
    due_on = models.DateField()
    every = models.CharField(max_length=8, blank=True)  # month, quarter, half, year; blank: once
    ordered_by = models.CharField(max_length=150)
    ordered_on = models.DateField()
    state = models.CharField(max_length=9, default="open")
    result = models.CharField(max_length=1000, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="duty_task_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "withdrawn"]), name="duty_task_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(done_on__isnull=False) & ~Q(result="")),
                name="duty_task_done_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("ordered_on")), name="duty_task_due_after_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Reporter(models.Model):
    """A unit is of a type of a calendar of reports or a list of duties, and owes what that type owes."""

    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    pack = models.CharField(max_length=40)
    type = models.CharField(max_length=40)
    owner = models.CharField(max_length=150, blank=True)  # login
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # first day it no longer holds

    class Meta:
        ordering = ["pack", "type", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "pack", "type"],
                condition=Q(until_on__isnull=True),
                name="unit_of_a_type_once",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="unit_of_a_type_ends_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.pack}.{self.type}"


class Submission(models.Model):
    """A report of a unit for a period, as it was handed in. One that was returned makes way for the next."""

    pack = models.CharField(max_length=40)
    report = models.CharField(max_length=40)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    first_on = models.DateField()  # of the period
    last_on = models.DateField()
    due_on = models.DateField()
    is_late = models.BooleanField()
    is_nil = models.BooleanField(default=False)
    texts = models.JSONField(default=dict)  # part to text
    figures = models.JSONField(default=list)  # [{what, value}] computed when it was handed in
    state = models.CharField(max_length=9, default="handed_in")
    handed_in_by = models.CharField(max_length=150)
    handed_in_on = models.DateField()
    judged_by = models.CharField(max_length=150, blank=True)
    judged_on = models.DateField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)  # it was returned

    class Meta:
        ordering = ["-first_on", "report", "unit"]
        indexes = [
            models.Index(fields=["handed_in_by", "handed_in_on"], name="duty_report_by"),
            models.Index(fields=["pack", "first_on"], name="duty_report_period"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "report", "unit", "first_on"],
                condition=~Q(state="returned"),
                name="duty_report_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["handed_in", "verified", "returned"]),
                name="duty_report_in_a_known_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack}.{self.report} {self.unit_id} {self.first_on}"


class MissingMark(models.Model):
    """A summary goes on without the report of a unit: somebody said so, and why."""

    pack = models.CharField(max_length=40)
    report = models.CharField(max_length=40)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    first_on = models.DateField()
    why = models.CharField(max_length=300)
    marked_by = models.CharField(max_length=150)
    marked_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "report", "unit", "first_on"], name="missing_report_marked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pack}.{self.report} {self.unit_id} {self.first_on}"


class Incident(models.Model):
    """One breach of one person: a vehicle at a time, a hand-over, a case. What it costs stands beside it.

    nth: which penalty of the person's month in the scope it is. fine = base × factor + extra, or what was
    fixed within a range; the cut of performance pay comes on top.
    """

    pack = models.CharField(max_length=40)
    version = models.CharField(max_length=20)  # of the scheme of the day it happened
    scope = models.CharField(max_length=40)
    cause = models.CharField(max_length=120)  # "handover:12", "visit:LSV…/2024-05-24"; once a scheme
    what = models.CharField(max_length=200)
    happened_on = models.DateField()
    person = models.CharField(max_length=150)  # login of who answers
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, default="CNY")
    nth = models.PositiveIntegerField(default=1)
    factor = models.PositiveSmallIntegerField(default=1)
    base_minor = models.BigIntegerField(default=0)
    extra_minor = models.BigIntegerField(default=0)
    fine_minor = models.BigIntegerField(default=0)
    severity = models.CharField(max_length=40, blank=True)
    pay_minor = models.BigIntegerField(null=True, blank=True)  # performance pay of the month
    cut_share = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    cut_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, default="proposed")
    proposed_by = models.CharField(max_length=150)
    proposed_on = models.DateField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)  # it was waived, or changed after an appeal
    appealed_on = models.DateField(null=True, blank=True)
    appealed_by = models.CharField(max_length=150, blank=True)
    appeal = models.CharField(max_length=1000, blank=True)  # what is put forward
    appeal_result = models.CharField(max_length=8, blank=True)  # upheld, reduced, lifted
    appeal_by = models.CharField(max_length=150, blank=True)  # who decided it
    appeal_on = models.DateField(null=True, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    settled_how = models.CharField(max_length=200, blank=True)
    ordered_on = models.DateField(null=True, blank=True)  # to put it right at once
    corrected_on = models.DateField(null=True, blank=True)
    repeats = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-happened_on", "-pk"]
        indexes = [
            models.Index(fields=["pack", "scope", "person", "happened_on"], name="duty_incident_month"),
            models.Index(fields=["state", "happened_on"], name="duty_incident_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["pack", "cause"], name="duty_incident_once"),
            models.CheckConstraint(
                condition=Q(state__in=INCIDENT_STATES), name="duty_incident_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="waived") | ~Q(why=""), name="duty_incident_waived_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(fine_minor__gte=0, cut_minor__gte=0), name="duty_fine_from_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.cause}"


class IncidentLine(models.Model):
    """One thing that was wrong in an incident."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    item = models.CharField(max_length=120, blank=True)  # which paper
    defects = models.JSONField(default=list)  # codes
    count = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["incident", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1), name="duty_incident_line_counts_something")
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"


class Feed(models.Model):
    """Somebody reads what is due in a calendar of their own, at an address with a secret in it."""

    person = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256; the address itself is shown once
    made_on = models.DateField()
    revoked_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class Told(models.Model):
    """Somebody was told of something late, at a step of escalation; each is told once."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    due_on = models.DateField()
    days_late = models.PositiveIntegerField()  # the step
    person = models.CharField(max_length=150)
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "due_on", "days_late", "person"], name="told_of_a_step_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.person}"
