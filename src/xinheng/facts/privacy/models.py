"""People whose data we keep: what they agreed to, asked for, and what became of their data."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from xinheng.facts.privacy.outside_models import Extract, Partner, Sharing
from xinheng.facts.privacy.watch_models import Measure, ReadingAlert, SafetyCheck, Training

__all__ = [
    "Agreement",
    "Dealing",
    "Erasure",
    "Extract",
    "Measure",
    "Partner",
    "PersonRequest",
    "PersonSubject",
    "ReadingAlert",
    "SafetyCheck",
    "Sharing",
    "Training",
]


class PersonSubject(models.Model):
    """A person whom kept data is about. What names the person stands here and goes with an erasure.

    vault: what was taken out of the files of a frozen person; nobody reads it, it only waits for the end of
    the reason.
    """

    no = models.CharField(max_length=20, unique=True)  # "P-000012"; never used again
    scheme = models.CharField(max_length=30)  # the privacy document the person stands under
    role = models.CharField(
        max_length=10,
        choices=[
            ("customer", "customer"),
            ("contact", "contact"),
            ("guarantor", "guarantor"),
            ("household", "household"),
            ("guest", "guest"),
            ("insured", "insured"),
        ],
    )
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # in whose file the person stands
    name = models.CharField(max_length=60)
    items = models.JSONField(default=dict)  # item of the document -> value
    born_on = models.DateField(null=True, blank=True)
    guardian = models.CharField(max_length=60, blank=True)
    last_visit_on = models.DateField()
    state = models.CharField(
        max_length=6,
        default="kept",
        choices=[("kept", "kept"), ("frozen", "frozen"), ("erased", "erased")],
    )
    state_on = models.DateField(null=True, blank=True)
    vault = models.JSONField(default=dict)
    told_by = models.CharField(max_length=150)  # login
    told_on = models.DateField()

    class Meta:
        ordering = ["no"]
        indexes = [
            models.Index(fields=["state", "last_visit_on"], name="persons_by_last_visit"),
            models.Index(fields=["customer"], name="persons_of_customer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="erased") | Q(name="", guardian="", born_on__isnull=True),
                name="nothing_names_an_erased_person",
            ),
        ]

    def __str__(self) -> str:
        return self.no


class Agreement(models.Model):
    """A line of the ledger of consents: which purposes a person agreed to, on which notice, and until when.

    A withdrawal ends it; nothing else of the line ever changes.
    """

    person = models.ForeignKey(PersonSubject, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=30)  # a purpose of the document
    basis = models.CharField(max_length=10)  # consent, contract, law
    items = models.JSONField(default=list)  # the items it covers
    notice = models.CharField(max_length=60)  # which text was shown: "guest@1"
    notice_sha256 = models.CharField(max_length=64)  # of that very text
    way = models.CharField(max_length=30)  # a way of the document: form, online …
    is_separate = models.BooleanField(default=False)  # given for this alone, not among others
    guardian = models.CharField(max_length=60, blank=True)
    given_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # the last day it holds
    told_by = models.CharField(max_length=150)
    withdrawn_on = models.DateField(null=True, blank=True)  # holds no more from that day on
    withdrawn_why = models.CharField(max_length=300, blank=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-given_on", "-id"]
        indexes = [models.Index(fields=["person", "purpose"], name="agreement_for_purpose")]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
                name="agreement_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose} {self.given_on}"


class Dealing(models.Model):
    """What happened with a person, or with a guest nobody named: a meal, a complaint, a claim, bad conduct.

    It stays when the person is erased, with nobody beside it and no words: amounts are kept for the books.
    """

    person = models.ForeignKey(
        PersonSubject, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    scheme = models.CharField(max_length=30)
    kind = models.CharField(
        max_length=12,
        choices=[
            ("consumption", "consumption"),
            ("complaint", "complaint"),
            ("claim", "claim"),
            ("contract", "contract"),
            ("negative", "negative"),
        ],
    )
    on = models.DateField()
    amount_minor = models.BigIntegerField(default=0)  # 分
    text = models.CharField(max_length=500, blank=True)
    ended_on = models.DateField(null=True, blank=True)  # paid, settled, over; null: it is open
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["person", "ended_on"], name="dealings_of_person"),
            models.Index(fields=["kind", "ended_on"], name="dealings_that_ended"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="dealing_not_below_zero"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("on")),
                name="dealing_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False)
                | Q(text="", kind="consumption")
                | Q(text="", ended_on__isnull=False),
                name="dealing_of_nobody_says_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class PersonRequest(models.Model):
    """What a person asked of us about the own data, and our answer."""

    person = models.ForeignKey(PersonSubject, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # know, copy, correct, delete, portability, explain, by_hand
    what = models.CharField(max_length=500, blank=True)  # goes with an erasure
    asked_on = models.DateField()
    way = models.CharField(max_length=60)
    proof = models.CharField(max_length=100)  # how we knew who asks
    checked_by = models.CharField(max_length=150, blank=True)  # login; blank: not checked yet
    due_on = models.DateField()
    is_assumed = models.BooleanField(default=False)  # the term is a default that no source gave
    state = models.CharField(
        max_length=8,
        default="open",
        choices=[("open", "open"), ("answered", "answered"), ("refused", "refused")],
    )
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.CharField(max_length=150, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["state", "due_on"], name="person_requests_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_on__isnull=True)
                | (Q(answered_on__isnull=False) & ~Q(answer="") & ~Q(state="open")),
                name="request_answered_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(checked_by=""), name="answered_to_who_was_checked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.asked_on}"


class Erasure(models.Model):
    """The erasure of a person's data: asked, approved by another, done, with its certificate."""

    person = models.ForeignKey(PersonSubject, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=10)  # retention, request, purpose
    why = models.CharField(max_length=300)
    asked_by = models.CharField(max_length=150)
    asked_on = models.DateField()
    state = models.CharField(
        max_length=8,
        default="asked",
        choices=[
            ("asked", "asked"),
            ("approved", "approved"),
            ("frozen", "frozen"),  # approved, but something still needs the data
            ("erased", "erased"),
            ("refused", "refused"),
        ],
    )
    decided_by = models.CharField(max_length=150, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_why = models.CharField(max_length=300, blank=True)
    holds = models.JSONField(default=list)  # what still needed the data when it was last looked at
    erased_by = models.CharField(max_length=150, blank=True)
    erased_on = models.DateField(null=True, blank=True)
    what = models.JSONField(default=list)  # which fields went; no value of any of them
    certificate = models.CharField(max_length=20, blank=True)  # its number

    class Meta:
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=("asked", "approved", "frozen")),
                name="erased_once_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["certificate"], condition=~Q(certificate=""), name="erasure_certificate_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("asked_by")), name="erasure_takes_two"
            ),
            models.CheckConstraint(
                condition=~Q(state="erased") | (Q(erased_on__isnull=False) & ~Q(certificate="")),
                name="erased_with_a_certificate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"
