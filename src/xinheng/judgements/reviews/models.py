"""From a proposed grade to one that stands: what was proposed, reviewed, submitted and approved."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Sheet(models.Model):
    """A grade summary (客户信用等级汇总表): reviewed proposals of one run on their way through a chain."""

    run = models.ForeignKey("ratings.Run", on_delete=models.PROTECT, related_name="+")
    policy_code = models.CharField(max_length=40)
    unit = models.CharField(max_length=40, blank=True)  # code of the unit whose customers these are
    request = models.OneToOneField("approvals.Request", null=True, on_delete=models.PROTECT, related_name="+")
    effective_on = models.DateField()  # asked for; the grades never take effect before they are approved
    state = models.CharField(max_length=10, default="open")  # open, approved, returned, rejected, withdrawn
    note = models.CharField(max_length=300, blank=True)
    submitted_by = models.CharField(max_length=150)
    submitted_on = models.DateField()
    lines = models.PositiveIntegerField(default=0)  # at submission
    approved_by = models.CharField(max_length=150, blank=True)
    approved_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.policy_code} #{self.pk} {self.state}"


class Proposal(models.Model):
    """What a run proposes for one customer (and role), and what people made of it."""

    run = models.ForeignKey("ratings.Run", on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    policy_code = models.CharField(max_length=40)
    role = models.CharField(max_length=8, blank=True)  # as of ratings.Grade
    proposed = models.CharField(max_length=12, blank=True)  # blank: data are missing, no grade is proposed
    proposed_rank = models.SmallIntegerField(null=True)  # 1 is best
    before_caps = models.CharField(max_length=12, blank=True)
    held = models.CharField(max_length=4, blank=True)  # what holds it down: veto, cap, soft; blank: nothing
    ceiling_rank = models.SmallIntegerField(default=1)  # the best that vetoes and hard caps allow anybody
    soft_rank = models.SmallIntegerField(default=1)  # the best that soft caps allow "in principle"
    standing = models.CharField(max_length=12, blank=True)  # the grade that stood when the review began
    standing_rank = models.SmallIntegerField(null=True)
    is_first = models.BooleanField(default=False)  # handled first; it skips no check
    steps = models.SmallIntegerField(null=True)  # above zero: worse than the standing grade by so many
    stage = models.CharField(max_length=10, default="open")
    kind = models.CharField(max_length=9, blank=True)  # accepted, override, exception; blank: not reviewed
    grade = models.CharField(max_length=12, blank=True)  # as reviewed, or as an approver changed it
    rank = models.SmallIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    expires_on = models.DateField(null=True, blank=True)  # first day an override no longer holds
    reviewed_by = models.CharField(max_length=150, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    sheet = models.ForeignKey(Sheet, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_changed = models.BooleanField(default=False)  # by an approver

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "customer", "role"], name="proposed_once_a_run"),
            models.UniqueConstraint(
                fields=["policy_code", "customer", "role"],
                condition=Q(stage="submitted"),
                name="on_one_sheet_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "stage", "id"], name="proposals_by_stage"),
            models.Index(fields=["sheet", "id"], name="proposals_by_sheet"),
            models.Index(fields=["customer"], name="proposals_by_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.customer_id} {self.proposed} → {self.grade}"


class LineAct(models.Model):
    """What an approver did to a single line of a sheet: changed its grade, or took it off."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=8)  # change, return, reject
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=150)
    on = models.DateField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.act} {self.before} → {self.after}"


class StandingGrade(models.Model):
    """An approved grade and the days on which it holds. A row is never taken back, only ended."""

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    policy_code = models.CharField(max_length=40)
    role = models.CharField(max_length=8, blank=True)
    grade = models.CharField(max_length=12, blank=True)  # blank: an override ended and nothing was proposed
    rank = models.SmallIntegerField(null=True)
    proposed = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=9)  # accepted, override, exception, fallback, event
    reason = models.CharField(max_length=300, blank=True)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)  # first day it no longer holds
    review_due_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)  # last day it gives terms; none: no end
    run = models.ForeignKey("ratings.Run", on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="+", db_index=False)
    reviewed_by = models.CharField(max_length=150)
    approved_by = models.CharField(max_length=150)
    call = models.ForeignKey(  # the event that lowered it
        "ReviewCall", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    instead_of = models.ForeignKey(  # what stands again once the event is taken back
        "self", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policy_code", "customer", "role"],
                condition=Q(effective_until__isnull=True),
                name="one_grade_stands_last",
            ),
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True) | Q(effective_until__gte=F("effective_from")),
                name="grade_never_ends_before_start",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "policy_code", "effective_from"], name="standing_by_customer"),
            models.Index(fields=["policy_code", "review_due_on", "customer"], name="standing_by_due_day"),
            models.Index(fields=["policy_code", "rank", "customer"], name="standing_by_rank"),
            models.Index(fields=["sheet"], name="standing_by_sheet"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_code} {self.customer_id} {self.grade}"


class ReviewCall(models.Model):
    """Why a customer's grade must be looked at before its day."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    policy_code = models.CharField(max_length=40)
    event = models.CharField(max_length=48)  # a code of the policy's events
    evidence = models.CharField(max_length=300, blank=True)
    run = models.ForeignKey("ratings.Run", null=True, on_delete=models.PROTECT, related_name="+")
    falls = models.JSONField(default=dict)  # grade to worse grade, as the policy said that day
    request = models.OneToOneField(  # where lowering waits for approval
        "approvals.Request", null=True, on_delete=models.PROTECT, related_name="+"
    )
    called_by = models.CharField(max_length=150)
    called_on = models.DateField()
    due_on = models.DateField()
    answered_on = models.DateField(null=True, blank=True)  # a grade was approved since
    lifted_on = models.DateField(null=True, blank=True)  # it turned out not to be so
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "policy_code", "event"],
                condition=Q(answered_on__isnull=True, lifted_on__isnull=True),
                name="called_once_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["policy_code", "due_on"], name="calls_by_due")]

    def __str__(self) -> str:
        return f"{self.policy_code} {self.customer_id} {self.event}"
