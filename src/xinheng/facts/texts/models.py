"""What papers say: how far each document is read, its pages, and what a search finds a paper by."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

WAYS = [("text", "text layer"), ("ocr", "recognised"), ("mixed", "text and pictures")]


class Reading(models.Model):
    """How far one document is read; papers that share the document share its reading."""

    document = models.OneToOneField(
        "archive.Document", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        max_length=8,
        choices=[
            ("queued", "queued"),
            ("read", "read"),
            ("nothing", "nothing to read"),  # no sign on any page
            ("failed", "failed"),  # tried as often as the site allows
        ],
        default="queued",
    )
    pages = models.PositiveIntegerField(null=True, blank=True)  # of the document; None: not opened yet
    pages_read = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)  # pages behind the most that the site reads
    attempts = models.PositiveSmallIntegerField(default=0)
    confidence = models.FloatField(null=True, blank=True)  # 0 to 1, least of its recognised pages
    error = models.CharField(max_length=300, blank=True)  # of the last attempt
    engine = models.CharField(max_length=60, blank=True)  # that read it, with its version
    queued_on = models.DateField()
    read_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["document"]
        indexes = [models.Index(fields=["state", "document"], name="texts_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="confidence_is_a_share",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.state}"


class Page(models.Model):
    """The text of one page, as people read it and as a search compares it."""

    document = models.ForeignKey("archive.Document", on_delete=models.PROTECT, related_name="+")
    no = models.PositiveIntegerField()  # from 1
    text = models.TextField(blank=True)
    folded = models.TextField(blank=True)  # see folding.fold
    way = models.CharField(max_length=5, choices=WAYS, default="text")
    confidence = models.FloatField(null=True, blank=True)  # 0 to 1; None where nothing was recognised

    class Meta:
        ordering = ["document", "no"]
        constraints = [models.UniqueConstraint(fields=["document", "no"], name="page_once_a_document")]

    def __str__(self) -> str:
        return f"{self.document_id} p. {self.no}"


class Removal(models.Model):
    """A paper left the index; until the index is written anew, its signs may still lie on the disk."""

    paper = models.OneToOneField(
        "dossiers.Paper", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    gone_on = models.DateField()

    class Meta:
        ordering = ["paper"]

    def __str__(self) -> str:
        return f"{self.paper_id}"


class Entry(models.Model):
    """What a search finds a paper by; FTS5 on SQLite and GIN on PostgreSQL index the tokens."""

    paper = models.OneToOneField(
        "dossiers.Paper", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    document = models.ForeignKey(
        "archive.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    head = models.TextField()  # folded title, numbers, label and file name, title of the dossier
    tokens = models.TextField()  # of the head and of every page, each once, a space between

    class Meta:
        ordering = ["paper"]

    def __str__(self) -> str:
        return f"{self.paper_id}"
