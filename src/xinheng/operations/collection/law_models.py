"""Steps of the law, and what moves the clocks after which a claim can no longer be enforced."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class LegalStep(models.Model):
    """A step against a debtor: lawyer's letter, suit, judgment, enforcement, claim in a bankruptcy."""

    case = models.ForeignKey("collection.Case", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=48)  # of the policy
    on = models.DateField()
    court = models.CharField(max_length=100, blank=True)
    case_no = models.CharField(max_length=60, blank=True)
    amount_minor = models.BigIntegerField(null=True, blank=True)  # claimed or awarded
    cost_minor = models.BigIntegerField(default=0)  # ours, claimed of the debtor
    cost_bill_no = models.CharField(max_length=60, blank=True)  # the bill it became
    perform_by = models.DateField(null=True, blank=True)  # by which a judgment is to be fulfilled
    note = models.CharField(max_length=500, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(cost_minor__gte=0), name="step_costs_not_below_zero")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.code} {self.on}"


class LegalPaper(models.Model):
    """A paper of a step, kept unchanged in the archive."""

    step = models.ForeignKey(LegalStep, on_delete=models.PROTECT, related_name="+")
    attachment_no = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.step_id} {self.file_name}"


class ClockEvent(models.Model):
    """What makes the time of limitation of a debt run anew, with its evidence; never without."""

    bill = models.ForeignKey("receivables.Bill", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=48)  # kind, of the policy
    on = models.DateField()
    attachment_no = models.BigIntegerField()  # the evidence, in the archive
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()
    taken_back_on = models.DateField(null=True, blank=True)  # it was no proof after all
    taken_back_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["bill", "on"], name="clock_events_of_bill")]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.code} {self.on}"


class ClockPause(models.Model):
    """An obstacle that kept us from claiming; it counts in the last months of the time."""

    bill = models.ForeignKey("receivables.Bill", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # its last day; none: it lasts
    attachment_no = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="obstacle_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.from_on}"


class Deadline(models.Model):
    """Another time within which something must be done: a guarantee, recourse, enforcement, a bankruptcy."""

    case = models.ForeignKey("collection.Case", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=48)  # of the policy
    what = models.CharField(max_length=200, blank=True)  # the guarantor, the bill of exchange …
    from_on = models.DateField()
    last_day = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_how = models.CharField(max_length=300, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["last_day", "id"]
        indexes = [models.Index(fields=["done_on", "last_day"], name="deadlines_by_day")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.code} {self.last_day}"
