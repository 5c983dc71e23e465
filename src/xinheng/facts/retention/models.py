"""Terms as they were fixed, holds, appraisals, lists of destruction and their register."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from xinheng.facts.retention.values import BASES, LIST_STATES, VERDICTS


class Kept(models.Model):
    """How long one filed paper is kept, as it was fixed at filing; no later schedule shortens it (LAR-21)."""

    paper = models.OneToOneField("dossiers.Paper", on_delete=models.PROTECT, related_name="+")
    term = models.CharField(max_length=10)  # code in the schedule
    years = models.PositiveSmallIntegerField(null=True, blank=True)  # of the term then
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    is_permanent = models.BooleanField(default=False)
    basis = models.CharField(max_length=12)  # what it counts from
    basis_on = models.DateField(null=True, blank=True)  # None: that has not happened yet
    ends_on = models.DateField(null=True, blank=True)  # last day it is kept
    fixed_on = models.DateField()
    extended_on = models.DateField(null=True, blank=True)  # an appraisal kept it longer

    class Meta:
        ordering = ["ends_on", "paper"]
        indexes = [models.Index(fields=["ends_on"], name="kept_until")]
        constraints = [
            models.CheckConstraint(condition=Q(basis__in=BASES), name="term_counts_from_a_known_day"),
            models.CheckConstraint(
                condition=Q(is_permanent=False) | Q(ends_on__isnull=True), name="permanent_never_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.term} {self.ends_on or '—'}"


class Hold(models.Model):
    """Somebody keeps papers from destruction: of one paper, one dossier or one customer."""

    subject = models.CharField(max_length=120)  # "paper:P260000123", "dossier:KH2026-000007", "customer:C-7"
    reason = models.CharField(max_length=300)
    placed_by = models.CharField(max_length=150)
    placed_on = models.DateField()
    released_by = models.CharField(max_length=150, blank=True)
    released_on = models.DateField(null=True, blank=True)
    released_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject"], name="holds_by_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(released_on__isnull=True) | ~Q(released_why=""), name="released_hold_says_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.subject}"


class Appraisal(models.Model):
    """A group looks at papers whose term is over and says of each whether it is kept or destroyed."""

    title = models.CharField(max_length=200)
    members = models.JSONField(default=list)  # logins
    opened_by = models.CharField(max_length=150)
    opened_on = models.DateField()
    closed_by = models.CharField(max_length=150, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"


class Candidate(models.Model):
    """One paper before the group, and what it thinks of it."""

    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="+")
    paper = models.ForeignKey("dossiers.Paper", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, blank=True)  # blank: not looked at yet
    term = models.CharField(max_length=10, blank=True)  # it is kept for from now on
    reason = models.CharField(max_length=300, blank=True)
    told_by = models.CharField(max_length=150, blank=True)
    told_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["appraisal", "id"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "paper"], name="appraised_once"),
            models.CheckConstraint(condition=Q(verdict__in=["", *VERDICTS]), name="opinion_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.appraisal_id} {self.paper_id} {self.verdict}"


class Destruction(models.Model):
    """One list of papers to be destroyed, from drawing it up to the certificate."""

    no = models.CharField(max_length=20, unique=True)
    chain = models.CharField(max_length=40)  # code: who approves it
    appraisal = models.ForeignKey(
        Appraisal, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=9, default="draft")
    request_id = models.BigIntegerField(null=True, blank=True)  # of the approval
    drawn_by = models.CharField(max_length=150)
    drawn_on = models.DateField()
    approved_on = models.DateField(null=True, blank=True)
    approved_by = models.CharField(max_length=150, blank=True)  # who signed last
    done_by = models.CharField(max_length=150, blank=True)
    done_on = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=120, blank=True)
    method = models.CharField(max_length=120, blank=True)
    ended_why = models.CharField(max_length=1000, blank=True)  # why it was rejected or withdrawn
    certificate = models.ForeignKey(
        "archive.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LIST_STATES), name="destruction_in_a_known_state"),
            models.CheckConstraint(
                condition=~Q(state="destroyed") | (Q(done_on__isnull=False) & ~Q(place="") & ~Q(method="")),
                name="destroyed_says_when_where_how",
            ),
        ]

    def __str__(self) -> str:
        return self.no


class Line(models.Model):
    """One paper of a list, with what remains of it: number, title and hash."""

    destruction = models.ForeignKey(Destruction, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    paper = models.ForeignKey("dossiers.Paper", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=24)
    number = models.CharField(max_length=60, blank=True)  # 档号
    title = models.CharField(max_length=200)
    dossier_no = models.CharField(max_length=40)
    responsible = models.CharField(max_length=150, blank=True)  # 责任者
    formed_on = models.DateField()
    term = models.CharField(max_length=10)
    ends_on = models.DateField()
    secrecy = models.CharField(max_length=20)
    pages = models.PositiveIntegerField(null=True, blank=True)
    has_original = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=300)
    is_open = models.BooleanField(default=True)  # the list can still destroy it
    scanned_by = models.CharField(max_length=150, blank=True)
    scanned_on = models.DateField(null=True, blank=True)
    bytes_left = models.BooleanField(default=False)  # another paper has the same bytes, so they stay

    class Meta:
        ordering = ["destruction", "position"]
        constraints = [
            models.UniqueConstraint(fields=["destruction", "position"], name="list_position_once"),
            models.UniqueConstraint(
                fields=["paper"], condition=Q(is_open=True), name="paper_on_one_open_list"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.destruction_id}/{self.position} {self.label}"


class Supervisor(models.Model):
    """Who watches a destruction and signs for it."""

    destruction = models.ForeignKey(Destruction, on_delete=models.PROTECT, related_name="+")
    login = models.CharField(max_length=150)
    name = models.CharField(max_length=150)
    for_department = models.BooleanField(default=False)  # of the department the papers come from
    named_by = models.CharField(max_length=150)
    named_on = models.DateField()
    signed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["destruction", "id"]
        constraints = [
            models.UniqueConstraint(fields=["destruction", "login"], name="supervises_a_list_once")
        ]

    def __str__(self) -> str:
        return f"{self.destruction_id} {self.login}"


class Registered(models.Model):
    """One line of the permanent register of what was destroyed, chained to the one before it."""

    serial = models.PositiveBigIntegerField(primary_key=True)  # 1, 2, 3 … without a gap
    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="+")
    told = models.JSONField()  # the line as it was written
    previous = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        ordering = ["serial"]
        constraints = [models.CheckConstraint(condition=~Q(seal=F("previous")), name="register_goes_on")]

    def __str__(self) -> str:
        return f"{self.serial} {self.seal[:12]}"
