"""Documents kept unchanged, and what each was put beside."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Document(models.Model):
    """The bytes of one document, kept once however often they come; the file is named by its hash."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()  # bytes
    content_type = models.CharField(max_length=100)  # as the bytes themselves say
    kept_by = models.CharField(max_length=150)  # login
    kept_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="document_is_not_empty")]

    def __str__(self) -> str:
        return self.sha256


class Attachment(models.Model):
    """A document put beside something of another room: a survey, a customer, an assessment."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=120)  # "survey:7", as the trail names it
    file_name = models.CharField(max_length=200)  # as it came
    note = models.CharField(max_length=200, blank=True)
    attached_by = models.CharField(max_length=150)  # login
    attached_on = models.DateField()

    class Meta:
        ordering = ["subject", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "document", "file_name"], name="attached_once_by_a_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.file_name}"
