"""Who needs to know, and how grades of secrecy were changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class NeedToKnow(models.Model):
    """One person on the list of those who may see what bears a grade that is for named people alone."""

    login = models.CharField(max_length=150)
    grade = models.CharField(max_length=20)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # first day it no longer holds
    reason = models.CharField(max_length=300)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["grade", "login", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="need_to_know_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["login", "grade"], condition=Q(until_on__isnull=True), name="named_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.login} {self.grade}"


class Regrading(models.Model):
    """One change of a grade on its way: proposed, then approved or turned down."""

    subject = models.CharField(max_length=120)  # "paper:7", as the trail names it
    title = models.CharField(max_length=200)
    from_grade = models.CharField(max_length=20)
    to_grade = models.CharField(max_length=20)
    until_on = models.DateField(null=True, blank=True)  # last day of the new grade
    until_words = models.CharField(max_length=40, blank=True)  # or until what: "公布前"
    then_grade = models.CharField(max_length=20, blank=True)  # what it bears afterwards
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, default="open")
    request_id = models.BigIntegerField(null=True, blank=True)  # of the approval
    proposed_by = models.CharField(max_length=150)
    proposed_on = models.DateField()
    ended_by = models.CharField(max_length=150, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=1000, blank=True)
    lapsed_on = models.DateField(null=True, blank=True)  # the period was over and the next grade was given

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "approved", "rejected", "withdrawn"]),
                name="regrading_in_a_known_state",
            ),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(state="open"), name="one_open_regrading_a_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.from_grade} → {self.to_grade}"
