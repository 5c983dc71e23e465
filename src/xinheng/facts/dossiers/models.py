"""Dossiers, the lines of their checklists, and the papers in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

STAGES = ("collect", "arrange", "file", "use")  # in order; none is skipped on the way forward


class Dossier(models.Model):
    """The file of one object: a customer, a contract, a vehicle, a dwelling unit, a project."""

    no = models.CharField(max_length=40, unique=True)  # never used again
    kind = models.CharField(max_length=40)  # a code of the document of kinds
    subject = models.CharField(max_length=120)  # what it is about, as the trail names it: "customer:12"
    single = models.CharField(max_length=170, blank=True)  # kind and subject where one file is all
    title = models.CharField(max_length=200)
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # who reaches the customer reaches the file
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")  # that keeps it
    custodian = models.CharField(max_length=150, blank=True)  # login; blank stands on the exception list
    secrecy = models.CharField(max_length=20)  # a grade of base.secrecy
    facts = models.JSONField(default=dict)  # what its kind asks of the object: {"party": "person"}
    opened_on = models.DateField()
    opened_by = models.CharField(max_length=150)  # login
    closed_on = models.DateField(null=True, blank=True)
    touched_on = models.DateField(null=True, blank=True)  # last act on it or on a paper of it
    confirmed_on = models.DateField(null=True, blank=True)  # None where its kind asks for it: a draft
    confirmed_by = models.CharField(max_length=150, blank=True)  # login

    class Meta:
        ordering = ["no"]
        indexes = [models.Index(fields=["kind", "subject"], name="dossier_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["single"], condition=~Q(single=""), name="one_dossier_where_one_is_all"
            )
        ]

    def __str__(self) -> str:
        return self.no


class Lookup(models.Model):
    """What a dossier is found by; FTS5 on SQLite and GIN on PostgreSQL index the tokens."""

    dossier = models.OneToOneField(Dossier, primary_key=True, on_delete=models.CASCADE, related_name="+")
    folded = models.TextField()  # number, title, object and answers
    tokens = models.TextField()  # of it, each once, a space between

    def __str__(self) -> str:
        return f"{self.dossier_id}"


class Item(models.Model):
    """One line of a dossier's checklist, as far as a person said something of it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)  # a line of the kind's checklist
    state = models.CharField(
        max_length=16,
        choices=[("asked", "asked"), ("not_applicable", "not applicable"), ("later", "later")],
        default="asked",
    )
    why = models.CharField(max_length=300, blank=True)
    later_until = models.DateField(null=True, blank=True)
    stage = models.CharField(max_length=8, choices=[(stage, stage) for stage in STAGES], blank=True)

    class Meta:
        ordering = ["dossier", "code"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "code"], name="dossier_has_a_line_once"),
            models.CheckConstraint(
                condition=~Q(state="later") | Q(later_until__isnull=False), name="later_names_its_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.code}"


class Paper(models.Model):
    """One paper of a dossier: a kept file, an original on a shelf, or both."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=40, blank=True)  # the line it answers; blank beside the checklist
    label = models.CharField(max_length=24, unique=True)  # what its bar code says
    number = models.CharField(max_length=60, blank=True)  # 档号, given at filing, never again
    title = models.CharField(max_length=200)
    document = models.ForeignKey(
        "archive.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # None: on paper only
    file_name = models.CharField(max_length=200, blank=True)  # as it came
    copy_form = models.CharField(max_length=12)  # "original", "duplicate", "copy", "electronic"
    has_original = models.BooleanField(default=False)  # a sheet lies, or shall lie, in the archive room
    secrecy = models.CharField(max_length=20)  # a grade of base.secrecy, never below its dossier's
    retention = models.CharField(max_length=10)  # a term of the retention schedule: "Y", "D30", "D10"
    formed_on = models.DateField()  # the paper's own day
    received_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True)  # last day it holds
    pages = models.PositiveIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12,
        choices=[
            ("in_force", "in force"),
            ("superseded", "superseded"),
            ("withdrawn", "withdrawn"),
            ("lost", "lost"),
            ("destroyed", "destroyed"),
        ],
        default="in_force",
    )
    filed_on = models.DateField(null=True, blank=True)
    kept_by = models.CharField(max_length=150)  # login
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["dossier", "item", "id"]
        indexes = [
            models.Index(fields=["dossier", "item"], name="paper_line"),
            models.Index(fields=["valid_until"], name="paper_runs_out"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="paper_number_never_twice"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.title}"


class Stage(models.Model):
    """A line of a dossier went to another stage."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)  # a line of the kind's checklist
    before = models.CharField(max_length=8, blank=True)  # blank: nothing was there
    stage = models.CharField(max_length=8, choices=[(stage, stage) for stage in STAGES])
    why = models.CharField(max_length=300, blank=True)
    told_on = models.DateField()
    told_by = models.CharField(max_length=150)  # login

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.code} {self.stage}"


class Series(models.Model):
    """A row of numbers: one of dossiers of a year, of papers of a category, year, term and unit."""

    name = models.CharField(max_length=60, unique=True)  # what stands before the serial
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class IssuedNumber(models.Model):
    """A number that was given; it is never given again, also when it is void."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=60, unique=True)
    subject = models.CharField(max_length=120)  # "dossier:7", "paper:12"
    issued_on = models.DateField()
    void_on = models.DateField(null=True, blank=True)
    void_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["series", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["series", "serial"], name="serial_given_once"),
            models.CheckConstraint(
                condition=Q(void_on__isnull=True) | ~Q(void_why=""), name="void_number_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.number
