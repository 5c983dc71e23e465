"""Demand of the demonstration utility: an earlier forecast to be judged, one of today, events laid over."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_months, month_start
from xinheng.judgements.demand import queries as demand
from xinheng.judgements.demand import services as acts
from xinheng.judgements.demand.services import Run
from xinheng.judgements.demand.values import Capacity, NewOverlay, NewRun


def forecast_demand(*, actor: Actor, on: date) -> None:
    """Forecast by month as of four months ago and as of today; a stop of production, and new business."""
    if demand.runs(actor).exists():
        return
    earlier = add_months(month_start(on), -4)
    for as_of, horizon, reason in ((earlier, 4, "回顾检验"), (on, 12, "年度电力电量平衡")):
        new = NewRun(as_of=as_of, frequency="month", horizon=horizon, reason=reason)
        run = acts.forecast(actor=actor, on=on, new=new)
    area, since = _largest(actor, run, on), month_start(add_months(on, 1))
    acts.lay_overlay(
        actor=actor, on=on,
        new=NewOverlay(
            "area", "线路检修限电", since, "年度检修计划：计划停电", area, until=since + timedelta(days=9),
            percent=Decimal(-30),
        ),
    )  # fmt: skip
    capacity = Capacity(new=Decimal(200), more=Decimal(100), less=Decimal(50))
    acts.lay_overlay(
        actor=actor, on=on,
        new=NewOverlay(
            "area", "工业园区业扩", add_months(since, 1), "业扩报装：新装 200、增容 100、减容 50", area,
            kind="expansion", capacity=capacity, utilisation=Decimal("0.12"), ramp_months=3,
        ),
    )  # fmt: skip


def _largest(actor: Actor, run: Run, on: date) -> str:
    """The area that is forecast to use most."""
    return str(demand.nodes(actor, run, "area", on=on)["node"][0])
