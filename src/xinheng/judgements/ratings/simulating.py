"""Simulating a policy: what grades would be on past days if it held, touching no real grade."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.indicators import tables
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings import inputs, simulations
from xinheng.judgements.ratings.errors import (
    NotMeasured,
    SimulationDayAhead,
    SimulationEnded,
    SimulationTooLong,
)
from xinheng.judgements.ratings.simulated import Plan, SimulatedDay, Simulation
from xinheng.judgements.ratings.simulating_days import DayFiles, Pair, one_day, psi

MOST_DAYS = 60
Tell = Callable[[int, int], None]  # days done, days in all


def month_ends(last: date, count: int) -> tuple[date, ...]:
    """So many days, oldest first: the last one and the month-ends before it."""
    days = [last]
    while len(days) < count:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return tuple(reversed(days))


def begin_simulation(*, actor: Actor, on: date, plan: Plan) -> Simulation:
    """Check what is asked for and keep it; nothing is computed yet.

    Refuses: AccessDenied, PolicyInvalid (either policy), SimulationDayAhead, SimulationTooLong,
    NotMeasured where none of the days is measured.
    """
    access.require(actor, "policies.simulate")
    old, new = _policies(plan)
    if len(plan.days) > MOST_DAYS:
        raise SimulationTooLong(days=len(plan.days), most=MOST_DAYS)
    for day in plan.days:
        if day > on:
            raise SimulationDayAhead(as_of=day, on=on)
    measured = [day for day in plan.days if indicators.latest_measurement(as_of=day)]
    if not measured:
        raise NotMeasured(as_of=max(plan.days, default=on))
    begun = Simulation(
        number=0,
        state="waiting",
        by=actor.login,
        on=on,
        started_at=timestamp().isoformat(timespec="seconds"),
        finished_at="",
        new=plan.new.label,
        old=plan.old.label,
        old_scale=tuple(step.code for step in old.scale),
        new_scale=tuple(step.code for step in new.scale),
        asked=plan.days,
        whole=actor.scope.reach == "everything",
        not_measured=tuple(day for day in plan.days if day not in measured),
    )
    kept = simulations.keep_new(begun, plan)
    audit.record(
        actor=actor,
        act="policies.simulate",
        subject=f"simulation:{kept.number}",
        on=on,
        after={"new": plan.new.label, "old": plan.old.label, "days": [str(day) for day in plan.days]},
    )
    return kept


def run_simulation(*, actor: Actor, on: date, number: int, tell: Tell | None = None) -> Simulation:
    """Compute the days of a simulation that was begun, one after the other; a cancelled one stops.

    Refuses: AccessDenied, SimulationUnknown, SimulationEnded where it does not wait for this.
    """
    access.require(actor, "policies.simulate", f"simulation:{number}")
    kept, plan = simulations.begun(actor, number)
    if kept.state != "waiting":
        raise SimulationEnded(number=number)
    kept = replace(kept, state="running")
    simulations.keep(kept)
    pair = Pair(*_policies(plan))
    seen = None if kept.whole else _seen(actor, on)
    try:
        kept = _days(kept, pair, seen, tell)
    except Exception as error:
        failed = replace(kept, state="failed", cause=f"{type(error).__name__}: {error}"[:300])
        simulations.keep(_ended(failed))
        raise
    simulations.keep(kept)
    return kept


def simulate(*, actor: Actor, on: date, plan: Plan, tell: Tell | None = None) -> Simulation:
    """Begin a simulation and compute it at once. Refuses what begin_simulation refuses."""
    begun = begin_simulation(actor=actor, on=on, plan=plan)
    return run_simulation(actor=actor, on=on, number=begun.number, tell=tell)


def _days(kept: Simulation, pair: Pair, seen: pl.Series | None, tell: Tell | None) -> Simulation:
    days = [day for day in kept.asked if day not in kept.not_measured]
    for done, day in enumerate(days):
        if tell:
            tell(done, len(days))
        if simulations.is_cancelled(kept.number):
            return _ended(replace(kept, state="cancelled"))
        computed = _compared(kept, _one(kept, pair, day, seen))
        kept = replace(kept, days=(*kept.days, computed))
        simulations.keep(kept)
    if tell:
        tell(len(days), len(days))
    return _ended(replace(kept, state="done"))


def _one(kept: Simulation, pair: Pair, day: date, seen: pl.Series | None) -> SimulatedDay:
    measurement = indicators.latest_measurement(as_of=day)
    assert measurement is not None
    sources = inputs.Sources(tables.customers(measurement), tables.values(measurement))
    files = DayFiles(simulations.folder_of(kept.number), day)
    return one_day(pair, sources, files, measured_on=measurement.as_of, seen=seen)


def _compared(kept: Simulation, day: SimulatedDay) -> SimulatedDay:
    """The day with how stable either policy was since the day before in the series."""
    if not kept.days:
        return day
    before = kept.days[-1]
    return replace(
        day,
        unstable_old=psi(before.counts("old"), day.counts("old")),
        unstable_new=psi(before.counts("new"), day.counts("new")),
    )


def _ended(kept: Simulation) -> Simulation:
    return replace(kept, finished_at=timestamp().isoformat(timespec="seconds"))


def _policies(plan: Plan) -> tuple[Policy, Policy]:
    return (
        policies.load(plan.old.text, file=plan.old.label),
        policies.load(plan.new.text, file=plan.new.label),
    )


def _seen(actor: Actor, on: date) -> pl.Series:
    ids = list(customers.visible(actor, on=on).values_list("pk", flat=True))
    return pl.Series("customer_id", ids, dtype=pl.Int64)


def sized(plan: Plan) -> int:
    """How many customers are rated in all, over the days: for whether to wait or to queue."""
    measured = [indicators.latest_measurement(as_of=day) for day in plan.days]
    return sum(one.customers for one in measured if one is not None)
