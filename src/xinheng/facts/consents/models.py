"""What a customer, or the law, lets us tell outside: each permission with its paper, and its end."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

PURPOSES = [
    ("material", "material"),  # material of a rating may be given to the recipient
    ("commission", "commission"),  # the customer applied to be rated, by the agency that is the recipient
    ("publication", "publication"),  # the customer applied for the result of a commissioned rating to be told
]
BASES = [("consent", "consent"), ("law", "law")]


class Consent(models.Model):
    """A permission of a customer, or a rule of the state in its place (LOA-03, LOA-04)."""

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    purpose = models.CharField(max_length=12, choices=PURPOSES)
    basis = models.CharField(max_length=8, choices=BASES)
    recipient = models.CharField(max_length=200, blank=True)  # to whom; blank: to anyone
    policy_code = models.CharField(max_length=40, blank=True)  # of a commission; blank: any policy
    source = models.CharField(max_length=300)  # what was signed, or the rule and its article
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # the last day it holds; a consent always has one
    sha256 = models.CharField(max_length=64, blank=True)  # of the paper in the archive
    told_by = models.CharField(max_length=150)  # login
    told_on = models.DateField()

    class Meta:
        ordering = ["-from_on", "-id"]
        indexes = [models.Index(fields=["customer", "purpose", "from_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="consent_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(basis="law") | (Q(until_on__isnull=False) & ~Q(sha256="")),
                name="consent_has_an_end_and_a_paper",
            ),
            models.CheckConstraint(
                condition=Q(purpose="material") | Q(basis="consent"), name="only_material_goes_by_law"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.purpose} {self.from_on}"


class Withdrawal(models.Model):
    """The end of a permission before its day: it holds no more from that day on."""

    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="+")
    withdrawn_on = models.DateField()
    reason = models.CharField(max_length=300)
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.consent_id} {self.withdrawn_on}"
