"""A small utility: two areas, five consumers, 26 months of daily readings, and an outside that was told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.packs import services as packs
from xinheng.facts.factors import services as factors
from xinheng.facts.factors.values import NewEntry, NewFigure, NewSeries
from xinheng.facts.metering import services as metering
from xinheng.facts.metering.values import NewArea, NewConsumer, Terms
from xinheng.judgements.demand import policy

FOUNDED, TODAY = date(2024, 1, 1), date(2026, 3, 1)
RULES = """
kind: demand
code: demand
version: "1"
name: {zh: 试验规则, en: Test rules}
least_months: 24
band: 80
candidates: [year_ago]
read_share: 0.9
large_kva: 1000
most: 0.2
factors:
  - {code: large, zh: 大用户, en: Large consumers, weight: 0.5, own: large_consumers, response: 0.5}
  - {code: macro, zh: 景气, en: Macro, weight: 0.2, series: macro_index, against: level, neutral: 100, response: 0.5}
  - {code: industry, zh: 产业, en: Industry, weight: 0.2, entries: industrial_policy, step: 0.02}
  - {code: market, zh: 市场, en: Market, weight: 0.1, entries: market_environment, step: 0.02}
"""
CONSUMERS = [  # number, name, unit, area, industry, kVA, kWh a day, since
    ("U-1", "钢铁厂", "N", "T-1", "C31", 2000, 2400, FOUNDED),
    ("U-2", "商店", "N", "T-1", "F52", 100, 120, FOUNDED),
    ("U-3", "居民", "S", "T-2", "", 8, 6, FOUNDED),
    ("U-4", "超市", "S", "T-2", "F52", 200, 360, FOUNDED),
    ("U-5", "新厂", "S", "T-2", "C31", 500, 900, date(2025, 9, 1)),
]


@pytest.fixture
def utility(db: None) -> None:
    """The utility with its readings and its outside, before anything was forecast."""
    worlds.given(founded)


def founded() -> None:
    root = system_actor()
    told = {"actor": root, "on": FOUNDED}
    access.load_shipped_roles(**told)
    access.create_unit(**told, code="HQ", name="供电公司", kind="company")
    access.save_role(
        **told, code="demand_unit", name="所用电预测", name_en="Demand of a unit", reach="unit",
        permits=["demand.read", "demand.run", "metering.read"],
    )  # fmt: skip
    for code, name, login in (("N", "北所", "north"), ("S", "南所", "south")):
        access.create_unit(**told, code=code, name=name, kind="department", parent="HQ")
        access.create_person(
            **told, login=login, name=login, password="长江-river-2026", role="demand_unit", unit=code
        )
    access.create_person(
        **told, login="boss", name="boss", password="长江-river-2026", role="approver", unit="HQ"
    )
    metering.add_area(**told, new=NewArea("T-1", "北台区", "transformer"))
    metering.add_area(**told, new=NewArea("T-2", "南台区", "transformer"))
    for no, name, unit, area, industry, kva, _use, since in CONSUMERS:
        terms = Terms(unit, area, "high" if kva >= 1000 else "low", capacity_kva=Decimal(kva))
        new = NewConsumer(no, name, since, terms, industry=industry)
        metering.open_consumer(actor=root, on=since, new=new)
    metering.keep_readings(actor=root, on=TODAY, frame=readings(), marked=False)
    _outside(root)
    packs.adopt(actor=root, on=FOUNDED, kind=policy.KIND, text=RULES, effective_from=FOUNDED)


def _outside(root: Actor) -> None:
    new = NewSeries("macro_index", "景气指数", "", "economy")
    factors.open_series(actor=root, on=FOUNDED, new=new)
    factors.tell_figure(
        actor=root, on=date(2026, 2, 1), code="macro_index", new=NewFigure(date(2026, 1, 1), 104.0)
    )
    for title, industry, effect, since, until in (
        ("压减产能", "C", -1, date(2026, 1, 1), date(2026, 12, 31)),
        ("已过期的市场消息", "", 2, date(2025, 1, 1), date(2025, 12, 31)),
    ):
        kind = "market_environment" if effect > 0 else "industrial_policy"
        entry = NewEntry(kind, title, effect, since, until, "公报", industry)
        factors.tell_entry(actor=root, on=since, new=entry)


def readings(until: date = TODAY) -> pl.DataFrame:
    """Every day up to one; a tenth more in 2025 than in 2024, and nobody read U-2 on ten days of May 2025."""
    rows = [
        (no, day, None if no == "U-2" and date(2025, 5, 1) <= day <= date(2025, 5, 10) else _use(use, day))
        for no, _name, _unit, _area, _industry, _kva, use, since in CONSUMERS
        for day in (since + timedelta(days=number) for number in range((until - since).days))
    ]
    return pl.DataFrame(rows, schema={"consumer": pl.String, "day": pl.Date, "kwh": pl.Float64}, orient="row")


def _use(use: int, day: date) -> float:
    return use * (1.0 if day.year == 2024 else 1.1)


def analyst(*more: str) -> Actor:
    """Somebody who reaches everything and forecasts demand."""
    permits = frozenset({"demand.read", "demand.run", "metering.read", "exports.read", *more})
    return Actor(login="analyst", name="分析员", permits=permits, scope=system_actor().scope, via="page")


def of_unit(login: str) -> Actor:
    """Somebody who reaches the consumers of one unit."""
    return access.actor_of(Person.objects.get(login=login), on=TODAY)
