"""Runs: asked for, made in the queue or at once, kept as they were made, proven again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.metering import services as items
from xinheng.facts.metering.values import NewItem
from xinheng.judgements.demand import gathering, making, policy, storing
from xinheng.judgements.demand.combining import Known
from xinheng.judgements.demand.errors import (
    ForecastChoiceInvalid,
    ForecastNotReady,
    ForecastUnknown,
    NothingRead,
)
from xinheng.judgements.demand.gathering import Gathered
from xinheng.judgements.demand.making import Tell, quiet
from xinheng.judgements.demand.models import Run
from xinheng.judgements.demand.values import FREQUENCIES, HORIZONS, LEAVES, NewRun


@transaction.atomic
def begin_run(*, actor: Actor, on: date, new: NewRun) -> Run:
    """Ask for a forecast of every node; it waits to be made. Refuses: AccessDenied, ForecastChoiceInvalid."""
    access.require(actor, "demand.run")
    access.require(actor, "metering.read")
    _check(new, on)
    run = Run.objects.create(
        as_of=new.as_of, frequency=new.frequency, horizon=new.horizon, leaf=new.leaf,
        reason=new.reason.strip()[:300], made_by=actor.login, made_on=on,
    )  # fmt: skip
    told = {"as_of": new.as_of, "frequency": new.frequency, "horizon": new.horizon, "leaf": new.leaf}
    audit.record(
        actor=actor, act="demand.begin_run", subject=f"forecast:{run.pk}", on=on, after=told,
        reason=run.reason,
    )  # fmt: skip
    return run


def make_run(*, actor: Actor, on: date, number: int, tell: Tell = quiet) -> Run:
    """Make a run that waits. A refusal is kept with the run, in words, and raised.

    Refuses: AccessDenied, ForecastUnknown, ForecastNotReady, NothingRead.
    """
    access.require(actor, "demand.run", f"forecast:{number}")
    access.require(actor, "metering.read", f"forecast:{number}")
    with transaction.atomic():
        run = _held(number, "waiting")
        run.state = "running"
        run.save(update_fields=["state"])

    def told(done: int, total: int) -> None:
        Run.objects.filter(pk=run.pk).update(done=done, total=total)
        tell(done, total)

    try:
        _made(run, told)
    except Refusal as refusal:
        _ended(run, actor, on, "refused", str(refusal))
        raise
    except Exception as error:
        _ended(run, actor, on, "failed", f"{type(error).__name__}: {error}")
        raise
    return _ended(run, actor, on, "done")


def forecast(*, actor: Actor, on: date, new: NewRun, tell: Tell = quiet) -> Run:
    """Ask for a forecast and make it at once. Refuses: as `begin_run` and `make_run`."""
    access.require(actor, "demand.run")
    run = begin_run(actor=actor, on=on, new=new)
    return make_run(actor=actor, on=on, number=run.pk, tell=tell)


def replay(*, actor: Actor, number: int) -> bool:
    """Whether a run made again from its kept series, rates and rules is the same, row by row.

    Refuses: AccessDenied, ForecastUnknown, ForecastNotReady, ForecastFileChanged.
    """
    access.require(actor, "demand.read", f"forecast:{number}")
    run = _held(number, "done", lock=False)
    rules = policy.of_hash(run.policy_sha256)
    leaves, series = storing.read(run, "leaves"), storing.read(run, "series")
    gathered = Gathered(leaves, series, storing.read(run, "calendar"), run.report["large"])
    made = making.make(run, gathered, rules, Known())
    base, levels = storing.read(run, "base"), storing.read(run, "levels")
    totals = making.totals(base, levels, storing.read(run, "rates"))
    return made.base.equals(base) and made.levels.equals(levels) and totals == run.totals


def fail_unfinished() -> int:
    """Mark runs that a stop cut off as failed; gives how many."""
    return Run.objects.filter(state="running").update(state="failed", cause=_("The work was cut off."))


def _check(new: NewRun, on: date) -> None:
    if new.frequency not in FREQUENCIES:
        raise ForecastChoiceInvalid(option="frequency", value=new.frequency, cause=", ".join(FREQUENCIES))
    if new.leaf not in LEAVES:
        raise ForecastChoiceInvalid(option="leaf", value=new.leaf, cause=", ".join(LEAVES))
    if not 1 <= new.horizon <= (most := HORIZONS[new.frequency]):
        raise ForecastChoiceInvalid(option="horizon", value=new.horizon, cause=f"1…{most}")
    if new.as_of > on:
        raise ForecastChoiceInvalid(option="as_of", value=new.as_of, cause=_("the day has not come"))


def _made(run: Run, tell: Tell) -> None:
    held = policy.held_on(run.as_of)
    gathered = gathering.gather(as_of=run.as_of, frequency=run.frequency, leaf=run.leaf, rules=held.rules)
    if gathered.leaves.is_empty():
        raise NothingRead(as_of=run.as_of)
    known = gathering.known(as_of=run.as_of, rules=held.rules, large=gathered.large)
    made = making.make(run, gathered, held.rules, known, tell)
    tables = {
        "leaves": gathered.leaves, "series": gathered.series, "base": made.base, "levels": made.levels,
        "rates": made.rates, "calendar": gathered.calendar,
    }  # fmt: skip
    run.policy, run.policy_sha256 = held.name, held.sha256
    run.files = {name: storing.keep(run, name, table) for name, table in tables.items()}
    run.lineage = {
        "readings": [{"path": path, "sha256": digest} for path, digest in gathered.files],
        "sources": gathered.sources,
        "series": known.series["code"].unique().sort().to_list(),
        "entries": sorted(one.no for one in known.entries),
    }  # fmt: skip
    run.report, run.totals = made.report, made.totals
    moments = made.base["ds"].dt.date()
    run.first, run.last = moments.min(), moments.max()  # type: ignore[assignment]


def _held(number: int, *states: str, lock: bool = True) -> Run:
    rows: Any = Run.objects.select_for_update() if lock else Run.objects
    run: Run | None = rows.filter(pk=number).first()
    if run is None:
        raise ForecastUnknown(run=number)
    if run.state not in states:
        raise ForecastNotReady(run=number, state=run.state)
    return run


@transaction.atomic
def _ended(run: Run, actor: Actor, on: date, state: str, cause: str = "") -> Run:
    run.state, run.cause = state, cause[:500]
    run.save(update_fields=[
        "state", "cause", "policy", "policy_sha256", "files", "lineage", "report", "totals", "first", "last",
    ])  # fmt: skip
    after = {"state": state, "policy": run.policy, "cause": run.cause,
             "files": {name: told["sha256"] for name, told in run.files.items()}}  # fmt: skip
    audit.record(actor=actor, act="demand.make_run", subject=f"forecast:{run.pk}", on=on, after=after)
    if state == "done":
        _registered(run, actor, on)
    return run


def _registered(run: Run, actor: Actor, on: date) -> None:
    """Put the run among the data items with the raw ones it came from (PWR-01)."""
    sources = tuple((code, key) for code, key in run.lineage["sources"])
    title = f"{run.frequency} {run.as_of.isoformat()} +{run.horizon}"
    digest = str(run.files["base"]["sha256"])
    new = NewItem("output", "demand_run", str(run.pk), title, ("load",), sources, digest)
    items.keep_item(actor=actor, on=on, new=new)
