"""Who we deal with: parties, their names, groups, people, and every fact with its source."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

KINDS = [("company", "company"), ("person", "person")]
CHANNELS = [  # SIX-13, ADV-05, NET-03
    ("customer", "given by the customer"),
    ("observation", "contact and observation"),
    ("registry", "industry-commerce, tax, bank, intermediaries"),
    ("own_dealings", "own files and dealings"),
    ("agency", "commissioned agency"),
    ("network", "network centre"),
    ("public", "other public channels"),
    ("mailed_form", "form returned by mail"),  # LSE-11: counts only once it was examined
    ("phone_mail", "telephone or e-mail"),  # COL-05
    ("bank", "banks"),  # FOU-10, with the two below
    ("trade", "customers or trade bodies"),
    ("colleagues", "colleagues and affiliates, heard say"),
    ("press", "press, heard say"),
    ("other", "other"),
]


class Customer(models.Model):
    """A company or person we deal with, as customer, supplier or both."""

    no = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=8, choices=KINDS)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)  # normalised, to find like names
    uscc = models.CharField(max_length=18, null=True, blank=True, unique=True)  # 统一社会信用代码
    id_number = models.CharField(max_length=18, null=True, blank=True, unique=True)  # 公民身份号码
    org_code = models.CharField(max_length=10, blank=True)  # 组织机构代码
    is_customer = models.BooleanField(default=True)
    is_supplier = models.BooleanField(default=False)
    is_direct = models.BooleanField(default=True)  # an indirect one is linked to the direct one it came by
    nature = models.CharField(max_length=20, blank=True)  # the pack's classes: state, private, foreign …
    industry = models.CharField(max_length=5, blank=True)  # GB/T 4754: a section letter or 2 to 4 digits
    industry_section = models.CharField(max_length=1, blank=True)  # A to T
    region = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=300, blank=True)
    founded_on = models.DateField(null=True, blank=True)
    employees = models.IntegerField(null=True, blank=True)
    revenue_minor = models.BigIntegerField(null=True, blank=True)  # a year, 分
    assets_minor = models.BigIntegerField(null=True, blank=True)  # 分
    size_class = models.CharField(max_length=16, blank=True)  # large … micro, not_applicable, ""
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=8, default="active", choices=[("active", "active"), ("closed", "closed")]
    )
    closed_on = models.DateField(null=True, blank=True)
    told_on = models.DateField()
    channel = models.CharField(max_length=20, choices=CHANNELS, default="own_dealings")  # of this row
    source = models.CharField(max_length=200, blank=True)
    batch_no = models.BigIntegerField(null=True, blank=True)  # the intake batch that told us

    class Meta:
        ordering = ["no"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="person") | Q(id_number__isnull=True), name="only_persons_have_id_number"
            ),
            models.CheckConstraint(
                condition=Q(status="active", closed_on__isnull=True)
                | Q(status="closed", closed_on__isnull=False),
                name="closed_customers_have_a_day",
            ),
        ]
        indexes = [  # a filtered list comes out in the order of the numbers without sorting
            models.Index(fields=["name_key"]),
            models.Index(fields=["org_code"]),
            models.Index(fields=["name", "no"]),
            models.Index(fields=["industry_section", "no"]),
            models.Index(fields=["region", "no"]),
            models.Index(fields=["size_class", "no"]),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.name}"


class FormerName(models.Model):
    """A name the customer carried before."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    until_on = models.DateField(null=True, blank=True)
    told_on = models.DateField()

    class Meta:
        ordering = ["customer", "-until_on", "-id"]
        indexes = [models.Index(fields=["name_key"])]

    def __str__(self) -> str:
        return self.name


class Responsibility(models.Model):
    """Which unit and which salesperson answer for the customer, by date."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "access.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # first day it no longer holds

    class Meta:
        ordering = ["customer", "from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(until_on__isnull=True), name="one_responsibility_now"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=models.F("from_on")),
                name="responsibility_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["person", "until_on"]), models.Index(fields=["unit", "until_on"])]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.unit_id} {self.person_id}"


class RelatedParty(models.Model):
    """A link between a customer and another party: shareholder, guarantor, subsidiary …"""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(
        max_length=20
    )  # shareholder, subsidiary, guarantor, manager, controller, other
    other = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    other_name = models.CharField(max_length=200)
    share = models.DecimalField(max_digits=9, decimal_places=8, null=True, blank=True)  # 0 to 1
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    told_on = models.DateField()

    class Meta:
        ordering = ["customer", "relation", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=1), name="share_0_to_1"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.relation} {self.other_name}"


class Contact(models.Model):
    """Someone to talk to at the customer."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    post = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    until_on = models.DateField(null=True, blank=True)
    told_on = models.DateField()

    class Meta:
        ordering = ["customer", "id"]

    def __str__(self) -> str:
        return self.name


class FileFact(models.Model):
    """One item of a customer's credit file as one channel told it. A newer fact never erases an older."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=60)  # a code of the item catalogue (items.yaml)
    key = models.CharField(max_length=120, blank=True)  # which of many: a case number, a bank account
    value = models.TextField()
    true_on = models.DateField()
    told_on = models.DateField()
    channel = models.CharField(max_length=20, choices=CHANNELS)
    source = models.CharField(max_length=200)  # a document, an agency, a person: what can be looked up
    told_by = models.CharField(max_length=150)  # login
    verification = models.CharField(
        max_length=10,
        default="declared",
        choices=[("declared", "declared"), ("verified", "verified"), ("disputed", "disputed")],
    )
    verified_by = models.CharField(max_length=150, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["customer", "item", "key", "-true_on", "-id"]
        indexes = [models.Index(fields=["customer", "item", "true_on"]), models.Index(fields=["told_by"])]
        constraints = [
            models.CheckConstraint(condition=~Q(channel=""), name="fact_has_a_channel"),
            models.CheckConstraint(
                condition=Q(verification="declared") | Q(verified_on__isnull=False),
                name="fact_judged_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.item} {self.true_on}"


class SiteItem(models.Model):
    """An item of the credit file that the site added: told before it was known, classified since."""

    code = models.CharField(max_length=60, unique=True)
    dimension = models.SmallIntegerField()  # 1 to 6
    credit = models.CharField(max_length=5, choices=[("moral", "moral"), ("asset", "asset")])
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    stale_after_months = models.SmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["dimension", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(dimension__gte=1, dimension__lte=6), name="dimension_1_to_6")
        ]

    def __str__(self) -> str:
        return self.code


class Survey(models.Model):
    """A questionnaire on one customer: kept unfinished, handed in signed, then reviewed and filed."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=40)  # its code
    form_sha256 = models.CharField(max_length=64, blank=True)  # the site's document; blank: a shipped form
    channel = models.CharField(max_length=20, choices=CHANNELS)
    source = models.CharField(max_length=200)
    answers = models.JSONField(default=dict)  # item -> text, or null where the answer is "unknown"
    questions = models.JSONField(default=dict)  # policy question -> text, or null
    facts = models.JSONField(default=dict)  # item -> the id of the fact its answer became
    state = models.CharField(
        max_length=12,
        default="open",
        choices=[
            ("open", "open"),
            ("handed_in", "handed in"),
            ("accepted", "accepted"),
            ("filed", "filed"),
            ("rejected", "rejected"),
            ("not_answered", "not answered"),  # COL-05: kept
        ],
    )
    begun_on = models.DateField()
    submitted_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=150)  # login
    signed_by = models.CharField(max_length=150, blank=True)  # login of who answers for its truth (ADV-06)
    reminders = models.SmallIntegerField(default=0)
    reminded_on = models.DateField(null=True, blank=True)
    returned_by = models.CharField(max_length=150, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    returned_why = models.CharField(max_length=300, blank=True)
    looked_at = models.JSONField(default=dict)  # point of review -> by, on, note (NET-05)
    reviewed_by = models.CharField(max_length=150, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    review_note = models.CharField(max_length=300, blank=True)
    filed_by = models.CharField(max_length=150, blank=True)
    filed_on = models.DateField(null=True, blank=True)  # with finance

    class Meta:
        ordering = ["customer", "-id"]
        indexes = [models.Index(fields=["state", "form"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(submitted_on__isnull=True) | ~Q(signed_by=""), name="handed_in_surveys_are_signed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.form} {self.begun_on}"


class Investigation(models.Model):
    """A credit investigation ordered from one of our own people or from an agency (SIX-12)."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=8, choices=[("staff", "staff"), ("agency", "agency")])
    assignee = models.CharField(max_length=150)  # a login, or the name of the agency
    reason = models.CharField(max_length=300)
    ordered_by = models.CharField(max_length=150)
    ordered_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=10,
        default="ordered",
        choices=[("ordered", "ordered"), ("done", "done"), ("cancelled", "cancelled")],
    )
    done_on = models.DateField(null=True, blank=True)
    report_on = models.DateField(null=True, blank=True)  # the day the report describes
    cost_minor = models.BigIntegerField(null=True, blank=True)  # 分
    outcome = models.CharField(max_length=300, blank=True)  # the finding, or why it was cancelled

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("ordered_on")), name="investigation_due_after_order"
            ),
            models.CheckConstraint(
                condition=Q(cost_minor__isnull=True) | Q(cost_minor__gte=0),
                name="investigation_cost_from_zero",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(report_on__isnull=False),
                name="investigation_done_has_a_report",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.assignee} {self.due_on}"


class FieldReport(models.Model):
    """A daily report told by word of mouth, or an urgent one, between the formal reports (ADV-07)."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=[("daily", "daily"), ("urgent", "urgent")])
    text = models.CharField(max_length=1000)
    told_by = models.CharField(max_length=150)  # login
    told_on = models.DateField()
    read_by = models.CharField(max_length=150, blank=True)  # the manager
    read_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-told_on", "-id"]
        indexes = [models.Index(fields=["kind", "read_on"])]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.kind} {self.told_on}"


class SearchEntry(models.Model):
    """What finds a customer: the tokens of all its names and codes.

    An index of each database's own kind stands on the tokens (migration 0002): a migration that
    rebuilds this table on SQLite must make the triggers anew.
    """

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="+")
    tokens = models.TextField()

    class Meta:
        ordering = ["customer"]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.tokens[:40]}"
