"""How we look after personal data: who was trained, what was checked, what was read in bulk."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Training(models.Model):
    """One of our people was trained in keeping personal data."""

    login = models.CharField(max_length=150)
    topic = models.CharField(max_length=200)
    on = models.DateField()
    until_on = models.DateField()  # the last day it counts
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["login", "topic", "on"], name="trained_once_a_day"),
            models.CheckConstraint(condition=Q(until_on__gte=F("on")), name="training_counts_from_its_day"),
        ]

    def __str__(self) -> str:
        return f"{self.login} {self.on}"


class SafetyCheck(models.Model):
    """A check of the document was done: what each of its points came to."""

    scheme = models.CharField(max_length=30)
    code = models.CharField(max_length=30)  # a check of the document: security, rule, backup …
    on = models.DateField()
    findings = models.JSONField(default=dict)  # point -> {"passes": bool, "note": text}
    note = models.CharField(max_length=500, blank=True)
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code", "on"], name="checked_once_a_day")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.code} {self.on}"


class Measure(models.Model):
    """What is done about a point of a check that failed."""

    check_of = models.ForeignKey(SafetyCheck, on_delete=models.PROTECT, related_name="+")
    point = models.CharField(max_length=30)
    what = models.CharField(max_length=300)
    owner = models.CharField(max_length=150)  # login
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "point"], name="one_measure_a_failed_point"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | ~Q(outcome=""), name="measure_done_in_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id} {self.point}"


class ReadingAlert(models.Model):
    """One of our people read the data of more persons in a day than is normal."""

    login = models.CharField(max_length=150)
    on = models.DateField()
    persons = models.PositiveIntegerField()  # different ones
    normal = models.PositiveIntegerField()  # the bound of that day
    seen_by = models.CharField(max_length=150, blank=True)
    seen_on = models.DateField(null=True, blank=True)
    finding = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-on", "login"]
        constraints = [
            models.UniqueConstraint(fields=["login", "on"], name="one_alert_a_reader_a_day"),
            models.CheckConstraint(condition=Q(persons__gt=F("normal")), name="alert_above_normal"),
            models.CheckConstraint(
                condition=Q(seen_by="") | ~Q(seen_by=F("login")), name="nobody_clears_the_own_alert"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.login} {self.on}"
