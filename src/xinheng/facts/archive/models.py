"""Documents kept unchanged, and what each was put beside."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

FAULTS = ("altered", "missing", "copy_altered", "copy_missing")


class Document(models.Model):
    """The bytes of one document, kept once however often they come; the file is named by its hash."""

    sha256 = models.CharField(max_length=64, unique=True)
    sm3 = models.CharField(max_length=64, blank=True)  # GB/T 32905; blank until the first check of older ones
    size = models.BigIntegerField()  # bytes
    content_type = models.CharField(max_length=100)  # as the bytes themselves say
    kept_by = models.CharField(max_length=150)  # login
    kept_on = models.DateField()
    checked_on = models.DateField(null=True, blank=True)  # the last day its bytes were proven or found wrong
    fault = models.CharField(  # of the last check
        max_length=12, blank=True, choices=[(fault, fault) for fault in FAULTS]
    )
    wiped_on = models.DateField(null=True, blank=True)  # the bytes are gone by rule; the row stays

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["checked_on", "id"], name="document_checked_longest_ago")]
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


class FixityRun(models.Model):
    """One check of kept files against their hashes: of all, or of those checked longest ago."""

    of_all = models.BooleanField()
    begun_on = models.DateField()
    begun_by = models.CharField(max_length=150)  # login
    last_document = models.BigIntegerField(default=0)  # where a check of all goes on after it was cut off
    documents = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    is_finished = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.begun_on} {self.pk}"


class FixityFault(models.Model):
    """A file that a check found altered or gone; it is never put right by the program."""

    run = models.ForeignKey(FixityRun, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    fault = models.CharField(max_length=12, choices=[(fault, fault) for fault in FAULTS])

    class Meta:
        ordering = ["run", "id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "document", "fault"], name="fault_once_in_a_check")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.fault}"
