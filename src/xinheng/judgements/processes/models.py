"""Cases: customers on their way through a process, step by step."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Case(models.Model):
    """One customer in one process, by the version of it that held when the case began."""

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    process = models.CharField(max_length=40)  # code of the definition
    version = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)  # of the definition, which is never edited
    steps = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField(default=1)  # where it stands; where it ended once it has
    lane = models.CharField(max_length=48)  # who owns that step
    since = models.DateField()  # day it came to the step
    due_on = models.DateField(null=True)  # target of the step; null: the step has none
    state = models.CharField(max_length=9, default="open")
    started_by = models.CharField(max_length=150)
    started_on = models.DateField()
    ended_by = models.CharField(max_length=150, blank=True)
    ended_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "customer"], condition=Q(state="open"), name="one_open_case_a_process"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "cancelled"]), name="case_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(step__gte=1) & Q(step__lte=F("steps")), name="case_stands_at_a_step"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_on__isnull=True)
                | (~Q(state="open") & Q(ended_on__isnull=False)),
                name="ended_case_has_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "process", "step", "due_on"], name="cases_by_step"),
            models.Index(fields=["customer"], name="cases_by_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.process} {self.customer_id} {self.step}/{self.steps}"


class CaseAct(models.Model):
    """One line of a case's minutes: it began, a step was closed, it went back, or it was cancelled."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=6)  # start, close, return, cancel
    step = models.PositiveSmallIntegerField()  # at which it was done
    to_step = models.PositiveSmallIntegerField(null=True)  # where the case stood after it; null: it ended
    days = models.PositiveIntegerField(default=0)  # working days the step had taken
    forms = models.JSONField(default=list)  # at closing: the form and the record that showed it
    note = models.CharField(max_length=1000, blank=True)  # what was done, or why
    by = models.CharField(max_length=150)
    on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=["start", "close", "return", "cancel"]), name="case_act_of_a_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.act} {self.step}"
