"""Cards that rate beside a policy in force and change no grade."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Challenger(models.Model):
    """A card that rates on each run of a policy, silently."""

    champion = models.CharField(max_length=40, db_index=True)  # code of the policy it runs beside
    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    since = models.DateField()
    until = models.DateField(null=True)  # no run from this day on
    added_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["champion", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["champion", "sha256"], condition=Q(until=None), name="challenges_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version} beside {self.champion}"


class Challenge(models.Model):
    """What one challenger gave on one run."""

    challenger = models.ForeignKey(Challenger, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey("ratings.Run", on_delete=models.PROTECT, related_name="+")
    results_path = models.CharField(max_length=300)  # Parquet: customer_no, score, grade, chance_of_bad
    results_sha256 = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)  # grade -> customers

    class Meta:
        ordering = ["-run", "challenger"]
        constraints = [models.UniqueConstraint(fields=["challenger", "run"], name="challenged_once_a_run")]

    def __str__(self) -> str:
        return f"{self.challenger_id} on {self.run_id}"


class Fit(models.Model):
    """A card asked for on the pages: the table it learns from, how far it is, and what came of it."""

    STATES = ("open", "waiting", "running", "done", "refused", "failed")  # open: columns are to be chosen

    name = models.CharField(max_length=120)
    file_name = models.CharField(max_length=200)  # empty: from own history
    table_path = models.CharField(max_length=300)
    asked = models.JSONField(default=dict)  # columns, choices, history
    state = models.CharField(max_length=10, default="open")
    done = models.IntegerField(default=0)  # folds
    total = models.IntegerField(default=0)
    cause = models.CharField(max_length=500)  # why it was refused or failed, in words
    report = models.JSONField(default=dict)
    document = models.TextField()
    added_by = models.CharField(max_length=150)
    added_on = models.DateField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"
