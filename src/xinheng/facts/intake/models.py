"""Where facts come in: sources with their remembered mappings, batches, and the rows refused."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

KINDS = [
    ("customers", _("customers")),
    ("bills", _("bills")),
    ("receipts", _("receipts")),
    ("opening_items", _("opening items")),
    ("instalments", _("instalments")),
    ("statements", _("statements")),
    ("trade_invoices", _("trade invoices")),
    ("assessments", _("assessments")),
    ("orders", _("orders")),
    ("deliveries", _("deliveries")),
    ("contracts", _("ledger of contracts")),
    ("limits", _("limits")),
    ("factor_values", _("figures of outside factors")),
    ("factor_entries", _("external information bank")),
]
STATES = [
    ("waiting", _("waiting")),  # stored, not yet read
    ("reading", _("reading")),  # being read and checked
    ("previewed", _("previewed")),  # checked: says what would happen, waits for a person
    ("posting", _("posting")),  # one transaction is putting the rows in
    ("posted", _("posted")),
    ("refused", _("refused")),  # the file as a whole, with the cause
    ("cancelled", _("cancelled")),
]


class Source(models.Model):
    """A system or person that sends files of one kind; its column mapping is remembered."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=KINDS)
    mapping = models.JSONField(default=dict)  # column of the file -> field of the kind
    settings = models.JSONField(default=dict)  # date order, money unit, default currency …

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Batch(models.Model):
    """One file taken in: every row of it is accepted, known already, or rejected with a cause."""

    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=KINDS)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.BigIntegerField()
    format = models.CharField(max_length=10, blank=True)  # xlsx, xls, csv, parquet
    encoding = models.CharField(max_length=20, blank=True)
    mapping = models.JSONField(default=dict)
    mode = models.CharField(
        max_length=12,
        default="all_or_none",
        choices=[("all_or_none", _("all or none")), ("good_rows", _("good rows only"))],
    )
    state = models.CharField(max_length=10, choices=STATES, default="waiting", db_index=True)
    cause = models.TextField(blank=True)  # why the file as a whole was refused
    rows_total = models.BigIntegerField(default=0)
    rows_accepted = models.BigIntegerField(default=0)
    rows_void = models.BigIntegerField(
        default=0
    )  # taken, and marked void in the file; not among the accepted
    rows_known = models.BigIntegerField(default=0)  # posted before with the same content
    rows_rejected = models.BigIntegerField(default=0)
    totals = models.JSONField(default=dict)  # control totals of the file and of what was accepted
    told_on = models.DateField()
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.file_name}"


class RejectedRow(models.Model):
    """A row that was not taken, kept with where it stood and why."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="+")
    row_no = models.BigIntegerField()  # as a person counts it in the file, header included
    sheet = models.CharField(max_length=60, blank=True)
    field = models.CharField(max_length=60)
    value = models.TextField(blank=True)
    cause = models.CharField(max_length=40)  # a code of checks.yaml
    params = models.JSONField(default=dict)
    row = models.JSONField()  # the whole row as it was read, column -> text

    class Meta:
        ordering = ["batch", "row_no", "id"]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.row_no} {self.field} {self.cause}"
