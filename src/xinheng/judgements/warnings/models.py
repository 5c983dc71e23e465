"""What calls for attention: each warning with its evidence, who answers for it, and how it ended."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class RaisedWarning(models.Model):
    """One cause of one signal at one customer (or of all, where there is none), told once."""

    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signal = models.CharField(max_length=48)
    cause = models.CharField(max_length=120)  # what tells one cause from another: a receipt, a case …
    level = models.CharField(max_length=7)  # notice, serious
    measure = models.DecimalField(max_digits=20, decimal_places=2)
    bound = models.DecimalField(max_digits=20, decimal_places=2)  # from which on it was raised
    amount_minor = models.BigIntegerField(null=True, blank=True)  # 分 at stake
    currency = models.CharField(max_length=3, default="CNY")
    evidence = models.JSONField(default=list)  # [{what, figure}] as told
    raised_on = models.DateField()
    due_on = models.DateField()  # to be closed by
    owner = models.CharField(max_length=150, blank=True)  # login
    times = models.PositiveIntegerField(default=1)  # told, the first time among them
    worse_on = models.DateField(null=True, blank=True)  # told again, being worse
    seen_on = models.DateField()  # when it was last so
    state = models.CharField(max_length=6, default="open")
    outcome = models.CharField(max_length=48, blank=True)
    is_true = models.BooleanField(null=True)
    note = models.CharField(max_length=500, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    raised_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "signal", "cause"],
                condition=Q(state="open"),
                name="warned_once_of_a_cause",
            ),
            models.UniqueConstraint(
                fields=["signal", "cause"],
                condition=Q(state="open", customer__isnull=True),
                name="warned_once_of_a_cause_of_all",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True)
                | Q(state="closed", closed_on__gte=F("raised_on")) & ~Q(outcome=""),
                name="warning_closed_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="warnings_by_deadline"),
            models.Index(fields=["owner", "state"], name="warnings_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.signal} {self.customer_id}"


class DigestSent(models.Model):
    """An owner was told of the open warnings once on a day."""

    owner = models.CharField(max_length=150)
    on = models.DateField()
    warnings = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "on"], name="one_digest_a_day")]

    def __str__(self) -> str:
        return f"{self.owner} {self.on}"
