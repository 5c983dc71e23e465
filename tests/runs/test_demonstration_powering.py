"""The demonstration utility: what was put in can be seen, and what is honest is not told as theft."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.worlds import given
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.factors import queries as factors
from xinheng.facts.factors import tables
from xinheng.facts.metering import queries as metering
from xinheng.runs.demonstration.metering import supply_power
from xinheng.runs.demonstration.organisation import found_company
from xinheng.runs.demonstration.utility import CASES, simulate

TODAY = date(2026, 6, 30)
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def utility() -> None:
    actor: Actor = system_actor()
    found_company(actor=actor, on=TODAY, password="only-for-this-test-1")
    supply_power(actor=actor, on=TODAY)


def test_the_same_day_gives_the_same_utility_and_every_theft_shows_as_loss_of_its_area() -> None:
    told, again = simulate(TODAY), simulate(TODAY)
    assert told.readings.equals(again.readings)
    assert told.consumers.height == 60
    assert (told.readings["day"].min(), told.readings["day"].max()) == (date(2024, 4, 1), date(2026, 6, 29))
    where = dict(told.consumers.select("no", "area").iter_rows())
    last = told.readings.filter(pl.col("day") >= date(2026, 5, 1))
    sold = last.join(told.consumers.select("no", "area"), left_on="consumer", right_on="no")
    sold = sold.group_by("area").agg(pl.col("kwh").sum())
    supplied = (
        told.areas.filter(pl.col("day") >= date(2026, 5, 1)).group_by("area").agg(into=pl.col("kwh").sum())
    )
    loss = dict(supplied.join(sold, on="area").select("area", 1 - pl.col("kwh") / pl.col("into")).iter_rows())
    robbed = {where[case.consumer] for case in CASES if case.kind == "theft"} & {
        area for area in loss if area[:2] == "TA"
    }
    clean = {area for area in loss if area[:2] == "TA"} - robbed
    assert min(loss[area] for area in robbed) > max(loss[area] for area in clean)
    assert max(loss[area] for area in clean) < 0.07


def test_the_utility_is_kept_once_with_its_grid_units_and_factors() -> None:
    given(utility)
    actor = system_actor()
    supply_power(actor=actor, on=TODAY)  # there already

    figures = {
        one.code: (one.consumers, one.total_consumers) for one in metering.unit_figures(actor, on=TODAY)
    }
    assert figures["POWER"] == (0, 60)
    assert sum(figures[code][0] for code in ("PW-A", "PW-B", "PW-C")) == 60
    read = metering.readings_of(actor, "DY0007", since=date(2026, 6, 1))
    assert read[-1].day == date(2026, 6, 29)
    assert [one.words for one in metering.events_of(actor, "DY0007") if one.code == "301B"] != []
    assert tables.series(["temperature"], as_of=TODAY).height == 820
    assert [line.title for line in factors.expired(as_of=TODAY)] == ["上一轮淘汰落后产能名单（模拟）"]
    assert len(factors.entries(as_of=TODAY)) == 3
