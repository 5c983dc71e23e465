"""Profiles of key accounts, their managers, what they asked for, and the levels of service promised."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Profile(models.Model):
    """What is known of a customer as a key account from a day on; the last one holds."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    attributes = models.JSONField(default=dict)  # code: number as text, code of a choice, or words
    is_key = models.BooleanField()
    because = models.CharField(max_length=30, blank=True)  # code of the rule that matched
    missing = models.JSONField(default=list)  # codes of needed attributes that nobody told
    manager = models.CharField(max_length=150, blank=True)  # login; blank: nobody is named for its region
    rules = models.CharField(max_length=60)  # code and version of the rules it was judged by
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # first day it no longer holds
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["customer", "-from_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(until_on__isnull=True), name="one_key_profile_now"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="key_profile_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.from_on}"


class Manager(models.Model):
    """Who answers for key accounts of a unit and all below, at a level, from a day on."""

    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=30)
    login = models.CharField(max_length=150)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["unit", "level", "-from_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "level"], condition=Q(until_on__isnull=True), name="one_key_manager_now"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.level} {self.login}"


class Request(models.Model):
    """What a customer asked for, through whichever channel, until it is closed."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)  # a service of the rules, or the general enquiry
    channel = models.CharField(max_length=30)  # the level it came in at
    what = models.CharField(max_length=1000)
    asked_on = models.DateField()
    level = models.CharField(max_length=30)  # that handles it now
    owner = models.CharField(max_length=150, blank=True)  # login; blank: whoever of the level takes it
    accept_by = models.DateField()
    accepted_on = models.DateField(null=True, blank=True)
    accepted_by = models.CharField(max_length=150, blank=True)
    escalated = models.PositiveSmallIntegerField(default=0)  # how often it rose
    close_by = models.DateField()  # moves with the pauses
    same_as = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=1000, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    mark = models.PositiveSmallIntegerField(null=True, blank=True)  # 0 to 100, by the company manager
    evaluated_by = models.CharField(max_length=150, blank=True)
    evaluation = models.CharField(max_length=500, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | ~Q(result=""), name="key_request_closed_has_a_result"
            ),
            models.CheckConstraint(condition=Q(mark__isnull=True) | Q(mark__lte=100), name="key_mark_to_100"),
        ]
        indexes = [
            models.Index(fields=["customer", "kind", "asked_on"], name="key_requests_of_customer"),
            models.Index(fields=["closed_on", "accepted_on", "accept_by"], name="key_requests_waiting"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Contact(models.Model):
    """One line of the contact record: the first is written by whoever met the customer first."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=1000)
    on = models.DateField()
    by = models.CharField(max_length=150)

    class Meta:
        ordering = ["request", "id"]

    def __str__(self) -> str:
        return self.words[:40]


class Pause(models.Model):
    """The clock of a request stands still, for a reason of the rules."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=30)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # first day it runs again
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["request", "from_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(until_on__isnull=True), name="one_key_pause_now"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.reason}"


class Target(models.Model):
    """A service level; used from the day the last department confirmed it until the next version."""

    kind = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10)  # day, percent
    value = models.DecimalField(max_digits=6, decimal_places=2)
    proposed_by = models.CharField(max_length=150)
    proposed_on = models.DateField()
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="key_target_version_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Confirmation(models.Model):
    """A department that confirms a service level before it is used."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["target", "unit"]
        constraints = [models.UniqueConstraint(fields=["target", "unit"], name="key_target_confirmed_once")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.unit_id}"
