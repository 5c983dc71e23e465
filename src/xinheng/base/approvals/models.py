"""The minutes of approvals: what was submitted, who decided what, and who acts for whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Request(models.Model):
    """One matter on its way through a chain. What it means is known to the owner of its kind alone."""

    kind = models.CharField(max_length=20)  # "grades", "policy"
    subject = models.CharField(max_length=120)  # "sheet:7", "policy:adv@2"
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    chain = models.JSONField()  # as it was at submission: Chain.as_kept
    step = models.PositiveSmallIntegerField(default=0)  # place in the chain, from 0
    round = models.PositiveSmallIntegerField(default=1)  # rises each time it is submitted again
    state = models.CharField(max_length=10, default="open")
    due_on = models.DateField(null=True, blank=True)  # of the present step
    submitted_by = models.CharField(max_length=150)
    submitted_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state__in=["open", "returned"]),
                name="one_open_request_a_subject",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="approvals_by_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.state}"


class Wanted(models.Model):
    """A signature that the present step of an open request still waits for."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)  # code of a role

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "role"], name="signature_wanted_once")]
        indexes = [models.Index(fields=["role"], name="approvals_by_role")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.role}"


class Decision(models.Model):
    """What one person decided on one step, for one role."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=40)
    decision = models.CharField(max_length=10)  # approve, return, reject
    by = models.CharField(max_length=150)
    on_behalf_of = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "round", "step", "role"], name="one_decision_a_signature"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.role} {self.decision}"


class Delegation(models.Model):
    """One person decides for another, for a time and for a reason (RR-17)."""

    giver = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True)  # blank: every role of the giver
    from_on = models.DateField()
    until_on = models.DateField()  # first day it no longer holds
    reason = models.CharField(max_length=300)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="delegation_never_ends_before_start"
            ),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="nobody_delegates_to_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.taker_id}"
