"""Replays of a past against a policy: what was asked, how far it is, what it came to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ShadowRun(models.Model):
    """One replay. Its orders are a Parquet file beside it; nothing of it is a fact or a judgement."""

    state = models.CharField(max_length=9, default="waiting")
    by = models.CharField(max_length=150)
    on = models.DateField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    policy = models.CharField(max_length=120)  # where its text comes from: a version, a draft, a file
    policy_sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=5, default="files")
    plan = models.JSONField()  # all that was asked for, the policy's text included
    total = models.PositiveIntegerField(default=0)  # customers in all
    done = models.PositiveIntegerField(default=0)
    documents = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    held_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    from_on = models.DateField(null=True, blank=True)  # first day that is checked
    until_on = models.DateField(null=True, blank=True)
    summary = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64, blank=True)  # of the file of orders
    cause = models.CharField(max_length=300, blank=True)  # why it failed

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "cancelled", "failed"]),
                name="shadow_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["files", "books"]), name="shadow_of_a_known_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.policy}"
