"""People, where they stand in the organisation, and what they may do."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinheng.base.access.rules import normal_login


class Unit(models.Model):
    """A place in the organisation: group, company or department."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(
        max_length=12, choices=[("group", "group"), ("company", "company"), ("department", "department")]
    )
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200, db_index=True)  # "/1/3/", ids from the root, itself last
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Role(models.Model):
    """What a kind of work may do and how far it reaches."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    permits = models.JSONField(default=list)  # patterns of acts: ["customers.*", "receivables.read"]
    reach = models.CharField(
        max_length=12, choices=[("everything", "everything"), ("unit", "unit"), ("own", "own")]
    )

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class PersonManager(BaseUserManager["Person"]):
    """Finds people by login; making one is base.access.services.create_person."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person who signs in with a login, however it was typed."""
        return self.get(login=normal_login(username or ""))


class Person(AbstractBaseUser):
    """Someone who signs in."""

    login = models.CharField(_("Login"), max_length=150, unique=True)
    name = models.CharField(_("full name"), max_length=60)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="zh-hans")
    must_change_password = models.BooleanField(default=False)

    USERNAME_FIELD = "login"
    objects = PersonManager()

    class Meta:
        ordering = ["login"]

    def __str__(self) -> str:
        return f"{self.name} ({self.login})"


class Assignment(models.Model):
    """A person holds a role in a unit for a time."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # first day it no longer holds

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("from_on")),
                name="assignment_never_ends_before_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role_id} {self.unit_id}"


class ApiToken(models.Model):
    """Lets a program act for a person until a day, within some of the person's permits."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12)  # shown, so that a person recognises the token
    digest = models.CharField(max_length=64, unique=True)  # SHA-256; the token itself is shown once
    permits = models.JSONField(default=list)
    expires_on = models.DateField()
    revoked_on = models.DateField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"
