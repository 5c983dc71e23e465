"""Where paper lies, who hands it to whom, who holds it, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from xinheng.facts.custody.records import (
    Archivist,
    Consultation,
    Difference,
    Grant,
    Incident,
    Leaving,
    Proxy,
    Reported,
    Scan,
    StockTake,
    Tidying,
)

__all__ = [
    "WAYS", "Archivist", "Consultation", "Difference", "Grant", "Handover", "HandoverLine", "HandoverStep",
    "Incident", "Leaving", "Loan", "Lying", "Place", "Proxy", "Reported", "Scan", "Season", "Signature",
    "Slip", "SlipPaper", "StockTake", "Tidying",
]  # fmt: skip
WAYS = [("read", "read in the archive room"), ("lend", "taken out"), ("copy", "a copy is given")]


class Place(models.Model):
    """A room, a cabinet in it, a shelf, a box; what lies there is found by its code."""

    code = models.CharField(max_length=40, unique=True)  # what its bar code says
    name = models.CharField(max_length=120)
    kind = models.CharField(
        max_length=8,
        choices=[("room", "room"), ("cabinet", "cabinet"), ("shelf", "shelf"), ("box", "box")],
    )
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200, db_index=True)  # "/1/3/", ids from the room, itself last
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")  # whose place it is
    capacity = models.PositiveIntegerField(null=True, blank=True)  # papers and bags; None: not told
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Lying(models.Model):
    """A paper or the bag of a dossier lies at a place from one moment to another."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    paper = models.ForeignKey(
        "dossiers.Paper", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    dossier = models.ForeignKey(
        "dossiers.Dossier", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)  # None: it lies there
    put_by = models.CharField(max_length=150)  # login
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(paper__isnull=False, dossier__isnull=True)
                | Q(paper__isnull=True, dossier__isnull=False),
                name="a_paper_or_a_bag_lies",
            ),
            models.UniqueConstraint(
                fields=["paper"], condition=Q(until__isnull=True), name="paper_lies_at_one_place"
            ),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(until__isnull=True), name="bag_lies_at_one_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id}: {self.paper_id or self.dossier_id}"


class Season(models.Model):
    """A filing season: papers formed in a period are collected from the departments (LAR-03)."""

    code = models.CharField(max_length=40)  # of the document's seasons
    first = models.DateField()  # of the period whose papers are collected
    last = models.DateField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-opens_on", "code"]
        constraints = [models.UniqueConstraint(fields=["code", "first"], name="season_opens_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.first}…{self.last}"


class Handover(models.Model):
    """Papers pass from one unit to another by a day; both sides sign for them."""

    scheme = models.CharField(max_length=40)  # a code of the documents of hand-overs
    subject = models.CharField(max_length=120)  # as the trail names it
    dossier = models.ForeignKey(
        "dossiers.Dossier", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    from_unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    owner = models.CharField(max_length=150, blank=True)  # login of who hands over
    started_on = models.DateField()  # the day of the event that starts the clock
    due_on = models.DateField()  # kept through every return for correction
    is_assumed = models.BooleanField(default=False)  # no source gave the deadline
    without_calendar = models.JSONField(default=list)  # years counted without holiday data
    state = models.CharField(
        max_length=10,
        choices=[
            ("open", "open"),
            ("returned", "returned for correction"),
            ("received", "received"),
            ("done", "done"),
            ("cancelled", "cancelled"),
        ],
        default="open",
    )
    round = models.PositiveIntegerField(default=1)  # one more with each return for correction
    is_nil = models.BooleanField(default=False)  # nothing to hand over, and said so
    accepted_on = models.DateField(null=True, blank=True)  # the day of the second signature
    verify_by = models.DateField(null=True, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    exception = models.CharField(max_length=300, blank=True)  # why it was verified though papers are missing
    cancelled_why = models.CharField(max_length=300, blank=True)
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    same_as = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    season = models.ForeignKey(Season, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    told_by = models.CharField(max_length=150)  # login
    told_on = models.DateField()
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="handover_due"),
            models.Index(fields=["subject", "scheme"], name="handover_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.subject}"


class HandoverLine(models.Model):
    """One thing handed over, or missing; the archivist ticks it off."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="+")
    place_in_list = models.PositiveIntegerField()
    paper = models.ForeignKey(
        "dossiers.Paper", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    item = models.CharField(max_length=40, blank=True)  # a line of the dossier's checklist
    title = models.CharField(max_length=200)
    copy_form = models.CharField(max_length=12, blank=True)  # original, duplicate, copy, electronic
    secrecy = models.CharField(max_length=20, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    formed_on = models.DateField(null=True, blank=True)
    is_missing = models.BooleanField(default=False)
    is_late_filing = models.BooleanField(default=False)  # of a season that was closed before
    note = models.CharField(max_length=200, blank=True)
    is_right = models.BooleanField(null=True, blank=True)  # what the archivist found; None: not looked
    found = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["handover", "place_in_list"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "place_in_list"], name="handover_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.handover_id}.{self.place_in_list} {self.title}"


class Signature(models.Model):
    """One side signs for what the list says, by its own password or by hand."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveIntegerField()
    side = models.CharField(max_length=8, choices=[("giver", "giver"), ("receiver", "receiver")])
    login = models.CharField(max_length=150)
    name = models.CharField(max_length=60)
    way = models.CharField(max_length=8, choices=[("login", "password"), ("hand", "by hand")])
    drawing = models.ForeignKey(
        "archive.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    list_sha256 = models.CharField(max_length=64)  # of the list as it was signed
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["handover", "round", "id"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "round", "side"], name="a_side_signs_once"),
            models.CheckConstraint(
                condition=Q(way="login", drawing__isnull=True) | Q(way="hand", drawing__isnull=False),
                name="what_is_drawn_is_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.side} {self.login}"


class HandoverStep(models.Model):
    """One step of a hand-over was done, or it went back for correction."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveIntegerField()
    step = models.CharField(max_length=12)
    on = models.DateField()
    by = models.CharField(max_length=150)  # login
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["handover", "id"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "round", "step"], name="handover_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.step}"


class Slip(models.Model):
    """Somebody asks to read, borrow or have copied papers of a dossier, and says what for."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    reader = models.CharField(max_length=150)  # login
    reader_unit = models.ForeignKey("access.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=300)
    way = models.CharField(max_length=8, choices=WAYS)
    secrecy = models.CharField(max_length=20)  # the highest grade of what is asked for
    asked_on = models.DateField()
    state = models.CharField(
        max_length=10,
        choices=[
            ("asked", "asked"),
            ("approved", "approved"),
            ("returned", "returned for correction"),
            ("rejected", "rejected"),
            ("withdrawn", "withdrawn"),
            ("used", "used"),
        ],
    )
    is_direct = models.BooleanField(default=False)  # the reader's role needs no approval
    request = models.ForeignKey(
        "approvals.Request", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rules = models.CharField(max_length=60)  # "lar@1", the document of lending it was asked under
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["reader", "state"], name="slip_reader")]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="slip_says_what_for"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.reader}"


class SlipPaper(models.Model):
    """One paper that a slip asks for."""

    slip = models.ForeignKey(Slip, on_delete=models.PROTECT, related_name="+")
    paper = models.ForeignKey("dossiers.Paper", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slip", "paper"], name="slip_asks_for_a_paper_once")]

    def __str__(self) -> str:
        return f"{self.slip_id} {self.paper_id}"


class Loan(models.Model):
    """An original is out of its place: in the reading room, or taken out; a copy was given."""

    slip = models.ForeignKey(Slip, on_delete=models.PROTECT, related_name="+")
    paper = models.ForeignKey("dossiers.Paper", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, choices=WAYS)
    holder = models.CharField(max_length=150)  # login
    out_at = models.DateTimeField()
    out_by = models.CharField(max_length=150)  # login of who handed it out
    due_at = models.DateTimeField()  # the last moment in time
    pages_out = models.PositiveIntegerField(null=True, blank=True)
    renewals = models.PositiveIntegerField(default=0)
    returned_at = models.DateTimeField(null=True, blank=True)  # None: it is out
    returned_to = models.CharField(max_length=150, blank=True)
    pages_back = models.PositiveIntegerField(null=True, blank=True)
    damage = models.CharField(max_length=300, blank=True)
    is_lost = models.BooleanField(default=False)
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["holder", "returned_at"], name="loan_holder"),
            models.Index(fields=["returned_at", "due_at"], name="loan_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["paper"], condition=Q(returned_at__isnull=True), name="original_is_out_once"
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("out_at")), name="loan_never_due_before_out"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.holder}"
