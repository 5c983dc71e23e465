"""What left the house of personal data: to partners by agreement, to others by extract."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Partner(models.Model):
    """Somebody data may be shared with, under a confidentiality agreement that holds for a time."""

    scheme = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    agreement_no = models.CharField(max_length=60)
    purposes = models.JSONField(default=list)
    items = models.JSONField(default=list)
    from_on = models.DateField()
    until_on = models.DateField()  # the last day it holds
    sha256 = models.CharField(max_length=64)  # of the signed agreement in the archive
    ended_on = models.DateField(null=True, blank=True)  # before its day
    ended_why = models.CharField(max_length=300, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["name", "-from_on"]
        constraints = [
            models.UniqueConstraint(fields=["name", "agreement_no"], name="partner_agreement_once"),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="partner_agreement_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.agreement_no}"


class Sharing(models.Model):
    """One line of the log of sharing: whose data went to which partner, for what, in which items."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("privacy.PersonSubject", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=30)
    items = models.JSONField(default=list)
    way = models.CharField(max_length=100)
    on = models.DateField()
    by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.person_id} {self.on}"


class Extract(models.Model):
    """A request from outside for data, what it rests on, who granted it, and the file that was given."""

    scheme = models.CharField(max_length=30)
    kind = models.CharField(
        max_length=10,
        choices=[
            ("letter", "letter"),  # with a letter of introduction
            ("order", "order"),  # by order of the law
            ("paid", "paid"),  # payment records, for a fee
            ("service", "service"),  # to a neutral service body
            ("supervisor", "supervisor"),  # asked by who supervises us
        ],
    )
    recipient = models.CharField(max_length=200)
    purpose = models.CharField(max_length=300)
    rests_on = models.CharField(max_length=300)  # the article, the order or the consent
    letter_no = models.CharField(max_length=60, blank=True)
    letter_from = models.CharField(max_length=200, blank=True)  # the superior body that introduces
    sha256 = models.CharField(max_length=64, blank=True)  # of the letter or order in the archive
    people = models.JSONField(default=list)  # numbers of persons
    items = models.JSONField(default=list)
    from_on = models.DateField()  # dealings of these days, both included
    until_on = models.DateField()
    fee_minor = models.BigIntegerField(default=0)  # 分
    invoice_line = models.CharField(max_length=200, blank=True)
    asked_by = models.CharField(max_length=150)
    asked_on = models.DateField()
    state = models.CharField(
        max_length=8,
        default="asked",
        choices=[("asked", "asked"), ("granted", "granted"), ("given", "given"), ("refused", "refused")],
    )
    decided_by = models.CharField(max_length=150, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_why = models.CharField(max_length=300, blank=True)
    given_by = models.CharField(max_length=150, blank=True)
    given_on = models.DateField(null=True, blank=True)
    given_sha256 = models.CharField(max_length=64, blank=True)  # of the file that went out
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="extract_range_in_order"),
            models.CheckConstraint(condition=Q(fee_minor__gte=0), name="extract_fee_not_below_zero"),
            models.CheckConstraint(condition=~Q(rests_on=""), name="extract_rests_on_something"),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("asked_by")), name="extract_takes_two"
            ),
            models.CheckConstraint(
                condition=~Q(kind="letter") | (~Q(letter_no="") & ~Q(letter_from="") & ~Q(sha256="")),
                name="letter_of_introduction_is_there",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.recipient} {self.asked_on}"
