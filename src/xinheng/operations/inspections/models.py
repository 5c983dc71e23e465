"""Cases of inspectors: why they were opened, visits, evidence, findings, their money and appeals."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from xinheng.base.kernel.money import Money
from xinheng.operations.inspections.values import LEVELS, SOURCES, STATES


class Inspector(models.Model):
    """A person who inspects: the work pass, what it is skilled in, and how many cases a day it takes."""

    login = models.CharField(max_length=150, unique=True)
    pass_no = models.CharField(max_length=40)  # 用电检查证号
    skills = models.JSONField(default=list)  # codes of the rules
    a_day = models.PositiveSmallIntegerField(default=4)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["login"]

    def __str__(self) -> str:
        return f"{self.login} {self.pass_no}"


class Case(models.Model):
    """One consumer to be inspected."""

    no = models.CharField(max_length=20, unique=True)  # "J2026-00001"
    consumer = models.ForeignKey("metering.Consumer", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        "access.Unit", null=True, on_delete=models.PROTECT, related_name="+"
    )  # that supplies it
    area = models.CharField(max_length=40, blank=True)  # code, of the day it was opened; the route goes by it
    area_name = models.CharField(max_length=120, blank=True)
    voltage = models.CharField(max_length=4, blank=True)
    source = models.CharField(max_length=10, choices=[(one, one) for one in SOURCES])
    run_id = models.BigIntegerField(null=True, blank=True)  # the ranking it comes from
    score = models.DecimalField(max_digits=7, decimal_places=6, null=True, blank=True)
    level = models.CharField(max_length=14, blank=True)
    detectors = models.JSONField(default=list)  # codes of those that spoke
    evidence = models.JSONField(default=list)  # as the ranking told it
    reason = models.CharField(max_length=500, blank=True)
    expected_minor = models.BigIntegerField()  # 分; what the rule would bring
    priority_minor = models.BigIntegerField()  # suspicion × expected recovery
    state = models.CharField(max_length=10, default="open")
    crew = models.JSONField(default=list)  # login and name of those it is given to
    skill = models.CharField(max_length=30, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    assigned_by = models.CharField(max_length=150, blank=True)
    opened_by = models.CharField(max_length=150)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    why_dropped = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-priority_minor", "no"]
        constraints = [
            models.UniqueConstraint(
                fields=["consumer"],
                condition=Q(state__in=["open", "assigned", "visited", "found"]),
                name="one_inspection_at_a_time",
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="inspection_in_a_known_state"),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="inspection_from_a_known_source"),
            models.CheckConstraint(condition=Q(level__in=["", *LEVELS]), name="inspection_of_a_known_level"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1),
                name="inspection_score_is_share",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-priority_minor"], name="inspections_by_priority"),
            models.Index(fields=["planned_on", "area"], name="inspections_by_route"),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def expected(self) -> Money:
        """What it may bring."""
        return Money(self.expected_minor)


class Assignee(models.Model):
    """One inspector of a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    login = models.CharField(max_length=150)

    class Meta:
        ordering = ["case", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "login"], name="inspector_once_a_case")]
        indexes = [models.Index(fields=["login"], name="cases_of_inspector")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.login}"


class Visit(models.Model):
    """What inspectors saw at the consumer."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    visited_at = models.DateTimeField()
    inspectors = models.JSONField()  # login, name and work pass of each
    meter_no = models.CharField(max_length=40, blank=True)
    seals = models.CharField(max_length=300, blank=True)
    load_kw = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)  # measured
    clamp_amperes = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    met = models.CharField(max_length=200, blank=True)  # who was there for the consumer
    note = models.CharField(max_length=2000, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        ordering = ["case", "visited_at", "id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.visited_at:%Y-%m-%d}"


class Exhibit(models.Model):
    """A piece of evidence: what, by whom, when and where, and the hash of what was kept."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    attachment_id = models.BigIntegerField(unique=True)  # of the archive, beside the case
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=150)
    place = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    told_on = models.DateField()

    class Meta:
        ordering = ["case", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "sha256"], name="exhibit_once_a_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:8]}"


class Finding(models.Model):
    """What an inspection found, its money, and the rules by which it was reckoned."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6)
    found_on = models.DateField()
    inspectors = models.JSONField()  # login, name and work pass of each
    method = models.CharField(max_length=30, blank=True)
    breach = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    rules = models.CharField(max_length=80)  # code@version of the document, and the edition
    clause = models.JSONField(default=dict)  # zh, en
    facts = models.JSONField(default=dict)  # what it was reckoned from
    steps = models.JSONField(default=list)  # code, how and result of each line
    kwh = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    fee_minor = models.BigIntegerField(default=0)  # 分; recovered electricity fee (追补电费)
    penalty_minor = models.BigIntegerField(default=0)  # 分; penalty for breach (违约使用电费)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()
    confirmed_by = models.CharField(max_length=150, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    appeal_until = models.DateField(null=True, blank=True)  # last day
    bills = models.JSONField(default=list)  # numbers of the claims
    calls = models.JSONField(default=list)  # keys of the reviews it called for

    class Meta:
        ordering = ["-found_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["theft", "breach", "none"]), name="finding_of_a_known_kind"
            ),
            models.CheckConstraint(condition=~Q(inspectors=[]), name="finding_has_inspectors"),
            models.CheckConstraint(
                condition=Q(fee_minor__gte=0, penalty_minor__gte=0, kwh__gte=0),
                name="finding_costs_not_below_0",
            ),
        ]
        indexes = [models.Index(fields=["found_on", "kind"], name="findings_by_day")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"

    @property
    def fee(self) -> Money:
        """Recovered electricity fee."""
        return Money(self.fee_minor)

    @property
    def penalty(self) -> Money:
        """Penalty for theft or breach of use."""
        return Money(self.penalty_minor)

    @property
    def total(self) -> Money:
        """Fee and penalty."""
        return self.fee + self.penalty


class Signature(models.Model):
    """A signature drawn on the notice, or that the consumer would not sign."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10)  # inspector, consumer, witness
    name = models.CharField(max_length=120)
    drawing = models.ForeignKey("archive.Document", null=True, on_delete=models.PROTECT, related_name="+")
    refused = models.BooleanField(default=False)
    sheet_sha256 = models.CharField(max_length=64)  # of what was signed: visits, evidence, finding, money
    signed_at = models.DateTimeField()
    told_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "role", "name"], name="signed_once_by_each"),
            models.CheckConstraint(
                condition=Q(refused=True) | Q(drawing__isnull=False), name="signed_or_refused"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.name}"


class Appeal(models.Model):
    """What the consumer contests of a finding, and what became of it."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField()
    told_by = models.CharField(max_length=150)
    words = models.CharField(max_length=1000)
    due_on = models.DateField()
    result = models.CharField(max_length=10, blank=True)  # upheld: the finding stands; overturned
    why = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result="", decided_on__isnull=True)
                | Q(result__in=["upheld", "overturned"], decided_on__isnull=False),
                name="appeal_decided_on_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.result}"


class Serial(models.Model):
    """The last number of a year."""

    series = models.CharField(max_length=12, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["series"]

    def __str__(self) -> str:
        return f"{self.series} {self.last}"
