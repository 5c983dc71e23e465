"""Policy documents: what the company decided, by version and day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class PolicyDocument(models.Model):
    """One version of one policy. The text is never edited; a change is a new version."""

    kind = models.CharField(max_length=20)  # "rating"
    code = models.SlugField(max_length=40)  # "adv"
    version = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    text = models.TextField()  # the YAML as adopted
    sha256 = models.CharField(max_length=64)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)  # first day it no longer holds (RR-11)
    adopted_by = models.CharField(max_length=150)
    adopted_on = models.DateField()

    class Meta:
        ordering = ["kind", "code", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "version"], name="policy_version_once"),
            models.UniqueConstraint(fields=["kind", "code", "effective_from"], name="policy_one_a_day"),
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True) | Q(effective_until__gt=models.F("effective_from")),
                name="policy_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class PolicyDraft(models.Model):
    """A policy on its way: kept apart from the versions, so that none of these is ever edited.

    Its text is that of its newest revision; every one before is kept.
    """

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=40, blank=True)  # as the text last said it
    version = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    started_from = models.CharField(max_length=80, blank=True)  # "adv@1", "shipped:adv", blank: from nothing
    purpose = models.CharField(max_length=600, blank=True)  # what the change is for
    state = models.CharField(max_length=10, default="open")
    revision = models.PositiveIntegerField(default=1)  # rises with each save; a save names the one it saw
    drafted_by = models.CharField(max_length=150)
    drafted_on = models.DateField()
    changed_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField()
    effective_from = models.DateField(null=True, blank=True)  # as submitted
    backdated_why = models.CharField(max_length=300, blank=True)  # where that day had passed
    request_id = models.BigIntegerField(null=True, blank=True)  # of the approval it was submitted to
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_why = models.CharField(max_length=1000, blank=True)  # why it was returned, rejected or discarded

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "proposed", "submitted", "adopted", "rejected", "discarded"]),
                name="draft_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(effective_from__isnull=False),
                name="submitted_draft_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk} {self.code} {self.state}"


class PolicyRevision(models.Model):
    """One text of a draft as somebody saved it, or as it stood while they typed."""

    draft = models.ForeignKey(PolicyDraft, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    text = models.TextField()
    saved_by = models.CharField(max_length=150)
    saved_at = models.DateTimeField()
    is_kept = models.BooleanField(default=True)  # false: saved while typing; the next such takes its place

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="draft_revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} #{self.number}"
