"""Models of what is kept beside papers: grants, consultations, stock-takes, incidents, people, reports."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Proxy(models.Model):
    """An approver lets another approve loans for some days, inside what it names (LAR-14)."""

    giver = models.CharField(max_length=150)  # login
    taker = models.CharField(max_length=150)  # login
    role = models.CharField(max_length=40)  # of the giver, in whose name is signed
    kinds = models.JSONField(default=list)  # patterns of dossier kinds: ["lar_*"]; empty: all
    grades = models.JSONField(default=list)  # grades of secrecy; empty: all
    from_on = models.DateField()
    until_on = models.DateField()  # first day it no longer holds
    delegation = models.ForeignKey("approvals.Delegation", on_delete=models.PROTECT, related_name="+")
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="proxy_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}"


class Grant(models.Model):
    """Somebody may consult files until a day: one dossier, or every one of some kinds."""

    login = models.CharField(max_length=150)
    dossier = models.ForeignKey(
        "dossiers.Dossier", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kinds = models.JSONField(default=list)  # patterns of dossier kinds, where no dossier is named
    is_standing = models.BooleanField(default=False)  # for whoever must consult before every signing
    from_on = models.DateField()
    until_on = models.DateField()  # first day it no longer holds
    given_by = models.CharField(max_length=150)
    given_on = models.DateField()
    why = models.CharField(max_length=300)
    ended_on = models.DateField(null=True, blank=True)  # taken back before its end
    slip = models.ForeignKey(
        "custody.Slip", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["login", "until_on"], name="grant_login")]
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="grant_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return f"{self.login} {self.from_on}…{self.until_on}"


class Consultation(models.Model):
    """Somebody looked into a dossier, and what was wrong there (GRP-06)."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=120)  # of the dossier, as the trail names it
    login = models.CharField(max_length=150)
    on = models.DateField()
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)  # the end of a reading
    way = models.CharField(max_length=8)  # screen, review, or the way of a slip
    purpose = models.CharField(max_length=300)
    slip = models.ForeignKey(
        "custody.Slip", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    wrong_field = models.CharField(max_length=80, blank=True)
    old_value = models.CharField(max_length=300, blank=True)
    new_value = models.CharField(max_length=300, blank=True)
    corrected_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["login", "subject", "on"], name="consulted_before"),
            models.Index(fields=["dossier", "on"], name="consulted_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.login} {self.subject} {self.on}"


class StockTake(models.Model):
    """What lies at a place is scanned and compared with the register."""

    place = models.ForeignKey("custody.Place", on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    opened_by = models.CharField(max_length=150)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    counts = models.JSONField(default=dict)  # result -> how many, once closed

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(closed_on__isnull=True), name="one_stock_take_at_a_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.place_id}"


class Scan(models.Model):
    """One bar code that was read where it lay."""

    stock_take = models.ForeignKey(StockTake, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    place = models.ForeignKey("custody.Place", on_delete=models.PROTECT, related_name="+")  # where it lay
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["stock_take", "code"], name="a_code_is_read_once")]

    def __str__(self) -> str:
        return self.code


class Difference(models.Model):
    """What a stock-take found otherwise than the register says."""

    stock_take = models.ForeignKey(StockTake, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)  # missing, misplaced, unexpected, unknown
    code = models.CharField(max_length=40)
    paper = models.ForeignKey("dossiers.Paper", null=True, on_delete=models.PROTECT, related_name="+")
    dossier = models.ForeignKey("dossiers.Dossier", null=True, on_delete=models.PROTECT, related_name="+")
    registered = models.ForeignKey("custody.Place", null=True, on_delete=models.PROTECT, related_name="+")
    found = models.ForeignKey("custody.Place", null=True, on_delete=models.PROTECT, related_name="+")
    settled_on = models.DateField(null=True, blank=True)
    settled_by = models.CharField(max_length=150, blank=True)
    settled = models.CharField(max_length=300, blank=True)  # what was done

    class Meta:
        ordering = ["stock_take", "kind", "code"]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Incident(models.Model):
    """A paper was lost, leaked, damaged or misused, and who answers for it."""

    kind = models.CharField(max_length=16)  # of the document: loss, leak, damage, alteration …
    paper = models.ForeignKey(
        "dossiers.Paper", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    loan = models.ForeignKey(
        "custody.Loan", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    what = models.CharField(max_length=500)
    happened_on = models.DateField()
    told_on = models.DateField()
    told_by = models.CharField(max_length=150)
    chain = models.JSONField(default=list)  # who held it, when, as the register said when it was told
    responsible = models.CharField(max_length=150, blank=True)  # login
    pieces = models.PositiveIntegerField(default=1)
    measures = models.CharField(max_length=500, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-told_on", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Archivist(models.Model):
    """Somebody is to keep the archive: what the person learned and did before (CTR-12)."""

    login = models.CharField(max_length=150)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    education = models.CharField(max_length=20)  # a code of the document's educations
    months = models.PositiveIntegerField()  # of experience with archives
    can_search = models.BooleanField()  # able to search databases
    is_full_time = models.BooleanField()
    lacks = models.JSONField(default=list)  # what the person has not, as codes; empty: qualified
    why = models.CharField(max_length=300, blank=True)  # why all the same
    state = models.CharField(
        max_length=10,
        choices=[
            ("asked", "asked"),
            ("appointed", "appointed"),
            ("rejected", "rejected"),
            ("ended", "ended"),
        ],
    )
    request = models.ForeignKey(
        "approvals.Request", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["login", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["login", "unit"],
                condition=Q(state__in=["asked", "appointed"]),
                name="archivist_of_a_unit_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.login} {self.state}"


class Reported(models.Model):
    """What somebody reports of a customer waits here until it was verified (KPR-01, KPR-02)."""

    kind = models.CharField(max_length=8, choices=[("new", "new"), ("change", "change")])
    source = models.CharField(max_length=40)  # one of the document's sources
    party = models.CharField(max_length=200)
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")  # that keeps the file
    content = models.CharField(max_length=1000)
    state = models.CharField(
        max_length=10,
        choices=[("held", "held"), ("verified", "verified"), ("rejected", "rejected"), ("filed", "filed")],
        default="held",
    )
    version = models.PositiveIntegerField(default=0)  # of the file, once it was filed
    reported_by = models.CharField(max_length=150)
    reported_on = models.DateField()
    checked_by = models.CharField(max_length=150, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was rejected
    dossier = models.ForeignKey(
        "dossiers.Dossier", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="rejected", reason=""), name="rejection_says_why")
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.state}"


class Tidying(models.Model):
    """A place is to be tidied by a day; the next one follows from the day it was done (PRP-02)."""

    place = models.ForeignKey("custody.Place", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    is_assumed = models.BooleanField(default=True)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.CharField(max_length=150, blank=True)
    found = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(done_on__isnull=True), name="one_tidying_waits_at_a_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.due_on}"


class Leaving(models.Model):
    """Somebody leaves: what they hold is handed over before they may go (INF-06)."""

    login = models.CharField(max_length=150)
    to = models.CharField(max_length=150)  # login of who takes it over
    last_day = models.DateField()
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()
    finished_on = models.DateField(null=True, blank=True)
    finished_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["login"], condition=Q(finished_on__isnull=True), name="one_leaving_is_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.login} {self.last_day}"
