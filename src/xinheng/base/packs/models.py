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
