"""Questions to metering. Rows of consumers outside the actor's reach are not shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering import lineage, policy, store
from xinheng.facts.metering.line_loss import line_loss
from xinheng.facts.metering.lineage import item, origins_of, tags_of
from xinheng.facts.metering.models import Area, Batch, Consumer, Item, Meter, Supply, Tag
from xinheng.facts.metering.overview import last_read, loss_state, paths_of_areas, supplies_now
from xinheng.facts.metering.owners import accounts, capacity_of, keys_of
from xinheng.facts.metering.previewing import batch_of, outline, preview, rejected, to_correct
from xinheng.facts.metering.selecting import area, consumer, consumers, has_consumers, scope_of, sees_all
from xinheng.facts.metering.succeeding import success, success_days
from xinheng.facts.metering.values import DayRead, EventRead, MeteringRules, UnitFigures

__all__ = [
    "accounts",
    "area",
    "areas",
    "batch_of",
    "batches",
    "bills_of",
    "capacity_of",
    "consumer",
    "consumers",
    "events_of",
    "has_consumers",
    "item",
    "items",
    "keys_of",
    "last_read",
    "line_loss",
    "loss_state",
    "meters_of",
    "origins_of",
    "outline",
    "paths_of_areas",
    "preview",
    "quarters_of",
    "raw_sources",
    "readings_of",
    "rejected",
    "rules",
    "scope_of",
    "sees_all",
    "success",
    "success_days",
    "supplied_into",
    "supplies_now",
    "supplies_of",
    "supply_of",
    "tags_of",
    "to_correct",
    "unit_figures",
    "with_supply",
]


def areas(actor: Actor) -> QuerySet[Area]:
    """The areas of the grid in the order of the tree. Refuses: AccessDenied."""
    require(actor, "metering.read")
    return Area.objects.select_related("parent").order_by("path")


def with_supply(rows: QuerySet[Consumer]) -> QuerySet[Any]:
    """Consumers with how they are supplied now: unit_name, area_name, voltage, capacity_kva, tariff."""
    now = Supply.objects.filter(consumer=OuterRef("pk"), until_on__isnull=True).order_by()
    told = {"unit_name": "unit__name", "area_name": "area__name", "voltage": "voltage",
            "capacity_kva": "capacity_kva", "tariff": "tariff"}  # fmt: skip
    return rows.annotate(**{name: Subquery(now.values(path)[:1]) for name, path in told.items()})


def supplies_of(row: Consumer) -> QuerySet[Supply]:
    """How a consumer was supplied, the newest first; for callers that see the consumer."""
    return Supply.objects.filter(consumer=row).select_related("unit", "area").order_by("-from_on")


def supply_of(row: Consumer, *, on: date) -> Supply | None:
    """How a consumer is supplied on a day; None before it was. For callers that see the consumer."""
    holds = Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))
    return supplies_of(row).filter(holds).first()


def meters_of(row: Consumer) -> QuerySet[Meter]:
    """The meters of a consumer, the newest first; for callers that see the consumer."""
    return Meter.objects.filter(consumer=row).order_by("-installed_on", "-pk")


def readings_of(
    actor: Actor, consumer_no: str, *, since: date | None = None, until: date | None = None
) -> list[DayRead]:
    """The days of a consumer with their marks, both days included. Refuses: AccessDenied, ConsumerUnknown."""
    rows = _rows_of(actor, "readings", consumer_no, since, until)
    return [
        DayRead(day, kwh, tuple(mark.split(";")) if mark else ())
        for day, kwh, mark in rows.select("day", "kwh", "mark").iter_rows()
    ]


def quarters_of(
    actor: Actor, consumer_no: str, *, since: date | None = None, until: date | None = None
) -> list[tuple[date, list[float | None]]]:
    """The days of a consumer in 96 points. Refuses: AccessDenied, ConsumerUnknown."""
    rows = _rows_of(actor, "quarters", consumer_no, since, until)
    return list(rows.select("day", "kwh").iter_rows())


def events_of(
    actor: Actor, consumer_no: str, *, since: date | None = None, until: date | None = None
) -> list[EventRead]:
    """What the meters of a consumer reported, the oldest first. Refuses: AccessDenied, ConsumerUnknown."""
    rows = _rows_of(actor, "events", consumer_no, since, until)
    return [
        EventRead(at, code, note or "") for at, code, note in rows.select("at", "code", "note").iter_rows()
    ]


def bills_of(
    actor: Actor, consumer_no: str, *, since: date | None = None, until: date | None = None
) -> list[dict[str, Any]]:
    """Billed use of a consumer by month: month, kwh, amount (yuan), due_on, paid_on, paid_late, bill_no.

    Refuses: AccessDenied, ConsumerUnknown.
    """
    return _rows_of(actor, "bills", consumer_no, since, until).drop("consumer").to_dicts()


def supplied_into(
    actor: Actor, code: str, *, since: date | None = None, until: date | None = None
) -> list[tuple[date, float | None]]:
    """What was supplied into an area by day. Refuses: AccessDenied, AreaUnknown."""
    require(actor, "metering.read")
    rows = store.rows_for("areas", area(code).code, since=since, until=until)
    return list(rows.select("day", "kwh").iter_rows())


def unit_figures(actor: Actor, *, on: date) -> list[UnitFigures]:
    """What each unit supplied on a day, its own and with all units below (PWR-35); units within reach.

    A consumer counts where it was that day, wherever it is now. Refuses: AccessDenied.
    """
    require(actor, "metering.read")
    holds = Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))
    is_open = Q(consumer__opened_on__lte=on) & (
        Q(consumer__closed_on__isnull=True) | Q(consumer__closed_on__gt=on)
    )
    rows = list(
        Supply.objects.filter(holds, is_open, unit__isnull=False)
        .order_by("unit__path")
        .values_list("unit__code", "unit__name", "unit__path")
        .annotate(n=Count("pk"), high=Count("pk", filter=Q(voltage="high")), kva=Sum("capacity_kva"))
    )
    own = {path: (code, name, n, high, kva or Decimal(0)) for code, name, path, n, high, kva in rows}
    named = _units_above(set(own))
    figures = []
    for path, (code, name) in sorted(named.items()):
        if not (sees_all(actor) or any(path.startswith(one) for one in actor.scope.unit_paths)):
            continue
        mine = own.get(path, (code, name, 0, 0, Decimal(0)))[2:]
        below = [told[2:] for other, told in own.items() if other.startswith(path)]
        total = [sum(column) for column in zip(*below, strict=True)]
        figures.append(UnitFigures(code, name, path, *mine, int(total[0]), int(total[1]), Decimal(total[2])))
    return figures


def batches(actor: Actor) -> QuerySet[Batch]:
    """The files that were told, the newest first. Refuses: AccessDenied."""
    require(actor, "metering.read")
    return Batch.objects.all()


def items(actor: Actor, *, data_class: str = "", subsystem: str = "") -> QuerySet[Item]:
    """Items of the credit information database, the newest first. Refuses: AccessDenied."""
    require(actor, "metering.read")
    rows = Item.objects.all()
    if data_class:
        rows = rows.filter(data_class=data_class)
    if subsystem:
        rows = rows.filter(pk__in=Tag.objects.filter(subsystem=subsystem).values("item"))
    return rows


def raw_sources(
    dataset: str, *, since: date | None = None, until: date | None = None
) -> list[tuple[str, str]]:
    """Code and key of the raw items that told of some days, for the lineage of what is made of them."""
    paths = store.paths_of(dataset, since, until)
    if not paths:
        return []
    told = pl.scan_parquet(paths, hive_partitioning=False).select(pl.col("batch").unique()).collect()
    batches = Batch.objects.filter(pk__in=told["batch"].to_list()).order_by("pk")
    return [lineage.named(one) for one in batches]


def rules(on: date) -> MeteringRules:
    """The rules of measured values that hold on a day."""
    return policy.in_force(on)


def _rows_of(
    actor: Actor, dataset: str, consumer_no: str, since: date | None, until: date | None
) -> pl.DataFrame:
    row = consumer(actor, consumer_no)
    return store.rows_for(dataset, row.consumer_no, since=since, until=until)


def _units_above(paths: set[str]) -> dict[str, tuple[str, str]]:
    """The units of some paths and all above them: path -> code and name."""
    units = {path: (code, name) for code, (path, name) in people.unit_paths().items()}
    return {path: told for path, told in units.items() if any(one.startswith(path) for one in paths)}
