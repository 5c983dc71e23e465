"""Line loss by area and day: what says nothing is left out, what is negative is abnormal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.metering import queries, services
from xinheng.facts.metering.values import NewArea, NewConsumer, Terms

TODAY = date(2026, 6, 30)
DAYS = [date(2026, 6, day) for day in range(1, 5)]


@pytest.fixture
def grid(db: None, chief: Actor) -> Actor:
    """A line without a meter of its own over two transformer areas with two consumers each."""
    told = {"actor": chief, "on": TODAY}
    access.create_unit(**told, code="U", name="供电局", kind="company", parent="")
    access.create_unit(**told, code="U1", name="一所", kind="department", parent="U")
    services.add_area(**told, new=NewArea("L", "10kV线路", "line"))
    for area in ("A", "B"):
        services.add_area(**told, new=NewArea(area, f"{area}台区", "transformer", "L", Decimal(400)))
        for place in (1, 2):
            terms = Terms("U1" if area == "A" else "U", area)
            services.open_consumer(**told, new=NewConsumer(f"{area}{place}", "某户", date(2026, 1, 1), terms))
    rows = [(no, day, 50.0) for no in ("A1", "A2", "B1", "B2") for day in DAYS]
    frame = pl.DataFrame(rows, schema=["consumer", "day", "kwh"], orient="row")
    unread = (pl.col("consumer") == "B2") & (pl.col("day") == DAYS[2])
    services.keep_readings(**told, frame=frame.with_columns(pl.when(~unread).then("kwh").alias("kwh")))
    supplied = {"A": (105.0, 125.0, 98.0, 99.5), "B": (110.0, 110.0, 110.0, None)}
    areas = [
        (area, day, kwh)
        for area, told_kwh in supplied.items()
        for day, kwh in zip(DAYS, told_kwh, strict=True)
    ]
    services.keep_areas(**told, frame=pl.DataFrame(areas, schema=["area", "day", "kwh"], orient="row"))
    return chief


def losses(actor: Actor, area: str) -> list[tuple[float | None, str]]:
    rows = queries.line_loss(actor, since=DAYS[0], until=DAYS[-1]).filter(pl.col("area") == area)
    return list(rows.select(pl.col("loss").round(4), "state").iter_rows())


def test_loss_is_what_was_not_sold_and_what_says_nothing_is_left_out(grid: Actor) -> None:
    assert losses(grid, "A") == [(0.0476, "normal"), (0.2, "high"), (-0.0204, "negative"), (-0.005, "normal")]
    assert losses(grid, "B") == [
        (0.0909, "normal"),
        (0.0909, "normal"),
        (None, "unread"),
        (None, "unsupplied"),
    ]
    # the line is supplied with what its parts are; where one part is not told, nor is the line
    assert losses(grid, "L") == [(0.0698, "normal"), (0.1489, "high"), (None, "unread"), (None, "unsupplied")]


def test_an_area_with_a_consumer_out_of_reach_is_not_shown(grid: Actor) -> None:
    path = next(one.path for one in queries.unit_figures(grid, on=TODAY) if one.code == "U1")
    scope = Scope(reach="unit", unit_paths=(path,))
    inspector = Actor("shi", "石察", permits=frozenset({"metering.read"}), scope=scope)
    found = queries.line_loss(inspector, since=DAYS[0], until=DAYS[-1])
    assert found["area"].unique().to_list() == ["A"]
    with pytest.raises(AccessDenied):
        queries.line_loss(Actor("nobody", "无权"), since=DAYS[0], until=DAYS[-1])
