"""What is charged for lateness: what was agreed, the rates of each day, runs, and every charge."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Rate(models.Model):
    """A loan prime rate from its day on until the next one."""

    from_on = models.DateField(unique=True)
    one_year = models.DecimalField(max_digits=7, decimal_places=4)  # percent a year
    five_year = models.DecimalField(max_digits=7, decimal_places=4)
    source = models.CharField(max_length=200, blank=True)
    told_by = models.CharField(max_length=150, blank=True)
    told_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.from_on} {self.one_year}"


class Agreement(models.Model):
    """What is charged for a bill, a customer, or a customer with all below it, from a day on."""

    reach = models.CharField(max_length=8)  # bill, customer, group
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey(
        "receivables.Bill", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    schemes = models.JSONField(default=list)  # codes; none: nothing is charged
    percent = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)  # in place of theirs
    signed_on = models.DateField(null=True, blank=True)
    paper = models.CharField(max_length=120, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reach="bill", bill__isnull=False)
                | Q(reach__in=["customer", "group"], bill__isnull=True),
                name="charge_agreement_of_a_bill_or_customer",
            ),
            models.UniqueConstraint(
                fields=["reach", "customer"],
                condition=Q(until_on__isnull=True, bill__isnull=True),
                name="charge_agreement_runs_once",
            ),
            models.UniqueConstraint(
                fields=["bill"],
                condition=Q(until_on__isnull=True, bill__isnull=False),
                name="charge_agreement_of_bill_runs_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reach} {self.customer_id}"


class ChargeRun(models.Model):
    """One posting of what came up until a day."""

    until_on = models.DateField()
    posted_on = models.DateField()
    posted_by = models.CharField(max_length=150)
    kind = models.CharField(max_length=10, default="run")  # run, correction, fee
    charges = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict)  # currency: minor units

    def __str__(self) -> str:
        return f"{self.pk} {self.until_on}"


class Charge(models.Model):
    """Interest or a fee for some days of one bill, posted as a bill of its own. Below zero it takes back."""

    run = models.ForeignKey(ChargeRun, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey("receivables.Bill", on_delete=models.PROTECT, related_name="+")  # the principal
    instalment = models.PositiveIntegerField(default=0)  # 0: the whole bill
    scheme = models.CharField(max_length=60)
    number = models.PositiveIntegerField(default=0)  # 0: the charge; then its corrections
    from_on = models.DateField()
    until_on = models.DateField()  # the first day not charged
    days = models.IntegerField()  # on which anything was charged
    amount_minor = models.BigIntegerField()  # 分
    currency = models.CharField(max_length=3)
    claim = models.CharField(max_length=10)  # interest, fee
    claim_no = models.CharField(max_length=60)  # number of the bill it became
    reckoned = models.JSONField(default=dict)  # the scheme as it was, and what the agreement set
    steps = models.JSONField(default=list)  # from, until, days, base_minor, percent
    waived_minor = models.BigIntegerField(default=0)
    waived_on = models.DateField(null=True, blank=True)
    waived_by = models.CharField(max_length=150, blank=True)
    waived_why = models.CharField(max_length=300, blank=True)
    told_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bill", "instalment", "scheme", "from_on", "number"], name="charged_once_for_a_day"
            ),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="charge_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(waived_minor=0) | Q(waived_minor__gt=0, waived_minor__lte=F("amount_minor")),
                name="waived_at_most_what_was_charged",
            ),
        ]
        indexes = [models.Index(fields=["claim_no"], name="charges_by_claim")]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.scheme} {self.from_on}"
