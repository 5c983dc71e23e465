"""The demonstration utility is loaded: its units, grid, consumers, meters, readings, factors."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.facts.factors import services as factors
from xinheng.facts.factors.values import NewEntry, NewSeries
from xinheng.facts.metering import queries as asked
from xinheng.facts.metering import services as metering
from xinheng.facts.metering.values import NewArea, NewConsumer, NewMeter, Terms
from xinheng.runs.demonstration.utility import AREAS, COUNTY_OF, Told, simulate

SERIES = (
    NewSeries("temperature", "日平均气温（模拟）", "℃", "weather", 14),
    NewSeries("pmi", "制造业采购经理指数（模拟）", "", "economy", 62),
    NewSeries("macro_index", "宏观景气指数（模拟）", "", "economy", 62),
    NewSeries("regional_consumption", "地区消费水平指数（模拟）", "", "economy", 62),
    NewSeries("price_industrial", "大工业平均电价（模拟）", "元/kWh", "price", 400),
)


def supply_power(*, actor: Actor, on: date) -> None:
    """Simulate the utility up to a day and keep what was measured. Done once."""
    if asked.areas(actor).exists():
        return
    told = simulate(on)
    first = told.readings["day"].min()
    assert isinstance(first, date)
    for code, name, kind, parent, kva in AREAS:
        capacity = Decimal(kva) if kva else None
        metering.add_area(actor=actor, on=on, new=NewArea(code, name, kind, parent, capacity))
    _connect(told, first, actor, on)
    kept: dict[str, Any] = {"actor": actor, "on": on, "source": "模拟"}
    metering.keep_readings(frame=told.readings, **kept)
    metering.keep_quarters(frame=told.quarters, **kept)
    metering.keep_events(frame=told.events, **kept)
    metering.keep_areas(frame=told.areas, **kept)
    metering.keep_bills(frame=told.bills, **kept)
    _tell_factors(told, first, actor, on)


def _connect(told: Told, first: date, actor: Actor, on: date) -> None:
    """Open the accounts and install their meters, with the ratio their size needs."""
    for row in told.consumers.iter_rows(named=True):
        is_high = row["voltage"] == "high"
        terms = Terms(
            COUNTY_OF[row["county"]], row["area"], row["voltage"], Decimal(10) if is_high else None,
            Decimal(str(row["capacity_kva"])), "大工业" if is_high else "一般工商业" if row["industry"] else "居民",
        )  # fmt: skip
        new = NewConsumer(
            row["no"], row["name"], first, terms, industry=row["industry"], phases=3 if is_high else 1,
            is_prepaid=row["shape"] == "home", is_important=row["industry"] in {"D46", "Q84"},
        )  # fmt: skip
        metering.open_consumer(actor=actor, on=on, new=new)
        meter = NewMeter(f"DB{row['no'][2:]}", first, Decimal(1500) if is_high else Decimal(1), 6)
        metering.install_meter(actor=actor, on=on, consumer_no=row["no"], new=meter)


def _tell_factors(told: Told, first: date, actor: Actor, on: date) -> None:
    for series in SERIES:
        factors.open_series(actor=actor, on=first, new=series)
    note = pl.lit("").alias("note")
    factors.post_values(told.factors.with_columns(note), batch_no=None, told_on=on, actor=actor)
    half, source = timedelta(days=183), "模拟信息"
    for new in (
        NewEntry(
            "industrial_policy", "高耗能行业差别电价收紧（模拟）", -1, on - half, on + half, source, "C30"
        ),
        NewEntry(
            "industrial_policy", "上一轮淘汰落后产能名单（模拟）", -2, on - 4 * half, on - half, source, "C33"
        ),
        NewEntry("economic_situation", "地区工业增加值回升（模拟）", 1, on - half, on + half, source),
        NewEntry("market_environment", "建材需求走弱（模拟）", -1, on - half, on + half, source, "C30"),
        NewEntry(
            "public_information",
            "迎峰度夏有序用电方案将启用（模拟）",
            -1,
            on + half // 6,
            on + half,
            source,
            "C",
        ),
    ):
        factors.tell_entry(actor=actor, on=on, new=new)
