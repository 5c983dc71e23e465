"""Applications for credit, what was known when they were decided, and what came of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Application(models.Model):
    """What was asked for a customer, by the version of the rules that held, and what was granted.

    amount_minor and days are what is asked for now: an approver may have changed them (see Alteration).
    """

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    rules = models.CharField(max_length=40)  # code of the document
    version = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)  # of the document, which is never edited
    segment = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=10, default="fixed")
    reach = models.CharField(max_length=5, default="own")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    days = models.PositiveSmallIntegerField()
    payment = models.CharField(max_length=10)
    until_on = models.DateField(null=True, blank=True)  # last day of a temporary limit
    answers = models.JSONField(default=dict)
    reason = models.CharField(max_length=300)
    method = models.CharField(max_length=48, blank=True)  # the proposal it rests on
    why_method = models.CharField(max_length=300, blank=True)
    grade = models.CharField(max_length=12, blank=True)  # approved one at submission
    row = models.CharField(max_length=48, blank=True)  # of the authority matrix
    state = models.CharField(max_length=9, default="draft")
    request = models.OneToOneField(
        "approvals.Request", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    applied_by = models.CharField(max_length=150)
    applied_on = models.DateField()
    ended_by = models.CharField(max_length=150, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=1000, blank=True)
    agreement = models.CharField(max_length=9, default="none")
    agreement_no = models.CharField(max_length=60, blank=True)
    active_on = models.DateField(null=True, blank=True)  # day from which the limit holds; null: not active

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "open", "returned", "approved", "rejected", "withdrawn"]),
                name="application_in_a_known_state",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="application_not_below_zero"),
            models.CheckConstraint(
                condition=Q(agreement__in=["none", "awaited", "confirmed"]), name="agreement_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(kind="fixed", until_on__isnull=True)
                | Q(kind="temporary", until_on__isnull=False),
                name="temporary_application_has_an_end",
            ),
            models.UniqueConstraint(
                fields=["customer", "segment"],
                condition=Q(state__in=["draft", "open", "returned"]),
                name="one_application_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="applications_by_state")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.customer_id} {self.state}"


class Frozen(models.Model):
    """Every figure of the customer as it stood at a decision on an application. Never changed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=10)  # submit, approve, return, reject
    step = models.PositiveSmallIntegerField(null=True)  # place in the chain; null: at submission
    content = models.TextField()  # JSON, keys in order
    sha256 = models.CharField(max_length=64)  # of the content
    by = models.CharField(max_length=150)
    on = models.DateField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.act}"


class Alteration(models.Model):
    """An approver asked for another amount or other days before signing."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    before_minor = models.BigIntegerField()
    after_minor = models.BigIntegerField()
    before_days = models.PositiveSmallIntegerField()
    after_days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=150)
    on = models.DateField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.before_minor} → {self.after_minor}"


class Finding(models.Model):
    """A condition that refuses credit, as a person told it with evidence; or a complaint that excuses one."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    rules = models.CharField(max_length=40)
    condition = models.CharField(max_length=48)
    happened_on = models.DateField()
    evidence = models.CharField(max_length=300)
    complaint_no = models.CharField(max_length=60, blank=True)  # case that shows we caused it
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_on = models.DateField(null=True, blank=True)
    lifted_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["customer", "rules"], name="findings_of_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.condition}"


class PaperHold(models.Model):
    """Credit suspended or shrunk because a key paper of the file is out of date; ended once it is renewed."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    rules = models.CharField(max_length=40)
    item = models.CharField(max_length=81)  # of the file, or kind.line of a dossier
    paper_on = models.DateField()  # day the paper that went out of date was true, or its last day
    effect = models.CharField(max_length=7)  # suspend, shrink
    before_status = models.CharField(max_length=5, blank=True)
    before_minor = models.BigIntegerField(null=True)
    after_minor = models.BigIntegerField(null=True)
    since = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "rules", "item"],
                condition=Q(ended_on__isnull=True),
                name="one_hold_a_paper",
            ),
            models.CheckConstraint(
                condition=Q(effect__in=["suspend", "shrink"]), name="paper_hold_of_a_known_effect"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.item} {self.effect}"


class Batch(models.Model):
    """A change of many limits, asked for at once and applied at once or not at all."""

    rules = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)  # of the rules
    reason = models.CharField(max_length=300)
    origin = models.CharField(max_length=200)  # the file's name, or the selection in words
    state = models.CharField(max_length=9, default="open")
    request = models.OneToOneField(
        "approvals.Request", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sums = models.JSONField(default=dict)
    applied_by = models.CharField(max_length=150)
    applied_on = models.DateField()
    ended_by = models.CharField(max_length=150, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"


class BatchLine(models.Model):
    """One limit of a batch: what held, what is asked for, what was owed at that time."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    old_minor = models.BigIntegerField(null=True)  # null: none was set, or it was without limit
    new_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    exposure_minor = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["batch", "customer"], name="one_line_a_customer")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.customer_id}"
