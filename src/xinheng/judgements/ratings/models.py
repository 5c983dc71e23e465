"""Grades, the runs that gave them, and what people assessed by hand."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Assessment(models.Model):
    """A person's answer to one question of a policy about one customer; the newest of a day counts."""

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    question = models.CharField(max_length=60)  # a code of the policy's questions
    value = models.CharField(max_length=60)  # yes, no, unknown, a number, or a choice
    assessed_on = models.DateField()
    told_on = models.DateField()
    assessed_by = models.CharField(max_length=150)
    evidence = models.CharField(max_length=300, blank=True)
    batch_no = models.BigIntegerField(null=True, blank=True)
    channel = models.CharField(max_length=20, blank=True)  # of customers.CHANNELS; blank: by own judgement
    survey = models.ForeignKey(
        "customers.Survey", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verification = models.CharField(  # declared, verified, disputed; a mailed form counts once verified
        max_length=10, default="declared"
    )
    verified_by = models.CharField(max_length=150, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    verified_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["customer", "question", "-assessed_on", "-id"]
        indexes = [models.Index(fields=["customer", "question", "assessed_on"])]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.question} {self.value}"


class Run(models.Model):
    """One rating of customers by one policy as of a day, with all that is needed to do it again."""

    policy_code = models.CharField(max_length=40)
    policy_version = models.CharField(max_length=20)
    policy_sha256 = models.CharField(max_length=64)
    as_of = models.DateField(db_index=True)
    measurement_id = models.BigIntegerField()
    inputs_path = models.CharField(max_length=300)  # Parquet: a row a customer, a column an input
    inputs_sha256 = models.CharField(max_length=64)
    results_path = models.CharField(max_length=300)  # Parquet: grade, score, triggers, points, caps
    results_sha256 = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=[("running", "running"), ("done", "done"), ("failed", "failed")]
    )
    customers = models.BigIntegerField(default=0)
    graded = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)  # grade -> customers
    shares = models.JSONField(
        default=dict
    )  # industry_section, region, previous_grade -> group -> grade -> customers
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    run_by = models.CharField(max_length=150)
    cause = models.CharField(max_length=300, blank=True)  # why a run failed

    class Meta:
        ordering = ["-as_of", "-id"]

    def __str__(self) -> str:
        return f"{self.policy_code} {self.as_of} #{self.pk}"


class Grade(models.Model):
    """The grade one run gave one customer; one for each role where the policy grades by role (NET-07)."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    role = models.CharField(max_length=8, blank=True)  # customer, supplier, or "" without roles
    leads = models.BooleanField(default=True)  # the worse of a customer's roles is shown first
    state = models.CharField(max_length=14)  # graded, incomplete, not_applicable (RR-09)
    grade = models.CharField(max_length=12, blank=True)
    rank = models.SmallIntegerField(null=True)  # 1 is best
    score_milli = models.BigIntegerField(null=True)  # thousandths of a point
    previous_grade = models.CharField(max_length=12, blank=True)  # of the run before, same policy
    previous_rank = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "customer", "role"], name="graded_once_a_run"),
            models.UniqueConstraint(
                fields=["run", "customer"], condition=Q(leads=True), name="one_grade_leads"
            ),
        ]
        indexes = [models.Index(fields=["customer", "run"]), models.Index(fields=["run", "rank", "customer"])]

    def __str__(self) -> str:
        return f"{self.run_id} {self.customer_id} {self.grade}"
