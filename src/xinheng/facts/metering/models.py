"""Consumers and their meters, the files that hold what was measured, and where each item came from."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

AREA_KINDS = [
    ("company", "company"),
    ("county", "county"),
    ("substation", "substation"),
    ("line", "line"),
    ("transformer", "transformer"),
]
VOLTAGES = [("low", "low"), ("high", "high")]
DATASETS = [
    ("readings", "readings"),
    ("quarters", "quarters"),
    ("events", "events"),
    ("areas", "areas"),
    ("bills", "bills"),
]


class Area(models.Model):
    """A part of the grid that is measured as a whole: company, county, substation, line, transformer area."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=AREA_KINDS)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200, db_index=True)  # "/1/3/", ids from the root, itself last
    capacity_kva = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    told_on = models.DateField()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[code for code, _ in AREA_KINDS]), name="area_of_a_known_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Consumer(models.Model):
    """An account that electricity is supplied to. What may change by day stands in `Supply`."""

    consumer_no = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # null: a household without a credit file
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)  # normalised, to find like names
    address = models.CharField(max_length=300, blank=True)
    industry = models.CharField(max_length=5, blank=True)  # GB/T 4754: section letter or 2 to 4 digits
    phases = models.SmallIntegerField(default=1)
    is_prepaid = models.BooleanField(default=False)  # fee control
    is_important = models.BooleanField(default=False)  # may not be cut off without the authority
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)  # first day without supply
    told_on = models.DateField()
    batch_no = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["consumer_no"]
        constraints = [
            models.CheckConstraint(condition=Q(phases__in=[1, 3]), name="consumer_of_one_or_three_phases"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="consumer_closed_after_opened",
            ),
        ]
        indexes = [
            models.Index(fields=["name_key", "consumer_no"], name="consumers_by_name"),
            models.Index(fields=["industry", "consumer_no"], name="consumers_by_industry"),
        ]

    def __str__(self) -> str:
        return f"{self.consumer_no} {self.name}"


class Supply(models.Model):
    """How a consumer is supplied from a day on: by which unit and area, at which voltage, up to what."""

    consumer = models.ForeignKey(Consumer, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(
        "access.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    voltage = models.CharField(max_length=4, choices=VOLTAGES)
    voltage_kv = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    capacity_kva = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)  # by contract
    tariff = models.CharField(max_length=40, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # first day it no longer holds
    told_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["consumer", "from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["consumer"], condition=Q(until_on__isnull=True), name="one_supply_now"
            ),
            models.UniqueConstraint(fields=["consumer", "from_on"], name="one_supply_from_a_day"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="supply_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(voltage__in=["low", "high"]), name="supply_at_a_known_voltage"
            ),
            models.CheckConstraint(
                condition=Q(capacity_kva__isnull=True) | Q(capacity_kva__gt=0), name="capacity_above_zero"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "until_on", "consumer"], name="supplies_of_unit"),
            models.Index(fields=["area", "until_on", "consumer"], name="supplies_of_area"),
        ]

    def __str__(self) -> str:
        return f"{self.consumer_id} {self.from_on}"


class Meter(models.Model):
    """A meter at a consumer, from the day it was installed until it was removed."""

    meter_no = models.CharField(max_length=40)
    consumer = models.ForeignKey(Consumer, on_delete=models.PROTECT, related_name="+")
    installed_on = models.DateField()
    removed_on = models.DateField(null=True, blank=True)  # the day of its last reading
    ratio = models.DecimalField(max_digits=12, decimal_places=4, default=1)  # CT × PT
    digits = models.SmallIntegerField(default=6)  # before the point: behind it the register starts anew
    first_index = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    last_index = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    told_on = models.DateField()
    batch_no = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["consumer", "installed_on"]
        constraints = [
            models.UniqueConstraint(fields=["meter_no", "installed_on"], name="meter_installed_once"),
            models.UniqueConstraint(
                fields=["meter_no"], condition=Q(removed_on__isnull=True), name="meter_at_one_consumer"
            ),
            models.CheckConstraint(condition=Q(ratio__gt=0), name="ratio_above_zero"),
            models.CheckConstraint(
                condition=Q(digits__gte=3, digits__lte=10), name="meter_of_3_to_10_digits"
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True) | Q(removed_on__gte=F("installed_on")),
                name="meter_removed_after_installed",
            ),
        ]

    def __str__(self) -> str:
        return self.meter_no


class Batch(models.Model):
    """A file of consumers, meters or measured values that was told: received, checked, then posted."""

    kind = models.CharField(max_length=12)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    options = models.JSONField(default=dict)  # how it is read: shape, columns, unit, start day …
    mode = models.CharField(max_length=12, default="all_or_none")
    state = models.CharField(max_length=10, default="waiting")
    cause = models.CharField(max_length=500, blank=True)  # why the whole file was refused
    rows_total = models.BigIntegerField(default=0)  # values: consumer and day of a wide table
    rows_new = models.BigIntegerField(default=0)
    rows_known = models.BigIntegerField(default=0)  # told before and the same
    rows_changed = models.BigIntegerField(default=0)  # told before and now otherwise
    rows_rejected = models.BigIntegerField(default=0)
    causes = models.JSONField(default=dict)  # cause -> rows
    marks = models.JSONField(default=dict)  # mark -> values
    told_on = models.DateField()
    told_by = models.CharField(max_length=150)  # login
    posted_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "kind"], name="batches_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=["all_or_none", "good_rows"]), name="batch_of_a_known_mode"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "previewed", "posted", "refused", "cancelled"]),
                name="metering_batch_in_a_known_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.file_name}"


class StoredFile(models.Model):
    """One Parquet file of a month. Only files named here are read, so none is ever half there."""

    dataset = models.CharField(max_length=10, choices=DATASETS)
    month = models.DateField()  # its first day
    path = models.CharField(max_length=300, unique=True)  # below the room's folder
    sha256 = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    batch_no = models.BigIntegerField(default=0)  # 0: merged from several
    told_on = models.DateField()  # of its latest row
    repeats = models.BooleanField(default=False)  # tells again what another live file of the month told
    is_past = models.BooleanField(default=False)  # only rows that were told otherwise later

    class Meta:
        ordering = ["dataset", "month", "id"]
        indexes = [models.Index(fields=["dataset", "is_past", "month"], name="stored_files_by_month")]

    def __str__(self) -> str:
        return self.path


class Item(models.Model):
    """An item of the credit information database: raw as told, intermediate, or put out (PWR-01)."""

    data_class = models.CharField(max_length=12)
    code = models.CharField(max_length=60)  # what it is, as "readings", "theft_run", "risk_report"
    key = models.CharField(max_length=80)  # which one
    title = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField()
    told_by = models.CharField(max_length=150)  # login

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["code", "key"], name="data_item_kept_once"),
            models.CheckConstraint(
                condition=Q(data_class__in=["raw", "intermediate", "output"]),
                name="data_item_of_a_known_class",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}:{self.key}"


class Tag(models.Model):
    """Which subsystem uses an item. One that two use is stored once and tagged twice (PWR-02)."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    subsystem = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "subsystem"], name="data_item_tagged_once"),
            models.CheckConstraint(
                condition=Q(subsystem__in=["info", "rate", "risk", "theft", "load"]),
                name="tag_of_a_known_subsystem",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.subsystem}"


class Origin(models.Model):
    """What an item was made from."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "source"], name="origin_named_once"),
            models.CheckConstraint(condition=~Q(item=F("source")), name="no_item_comes_from_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} ← {self.source_id}"
