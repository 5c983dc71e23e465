"""Kept simulations: a folder each, beside the files of runs but never among them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import polars as pl
from django.conf import settings

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.facts.customers import queries as customers
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import reasons
from xinheng.judgements.ratings.errors import NotAMover, SimulationEnded, SimulationRunning, SimulationUnknown
from xinheng.judgements.ratings.simulated import (
    Cause,
    GroupCount,
    MoveCount,
    Plan,
    PolicyText,
    SimulatedCase,
    SimulatedDay,
    SimulatedMover,
    SimulatedSide,
    Simulation,
    Turn,
)
from xinheng.judgements.ratings.simulating_days import DayFiles

CARD, PLAN, CANCEL = "simulation.json", "plan.json", "cancelled"
UNDER_WAY = ("waiting", "running")
MOST_ASKED = 500  # ids named in one question to the database


def folder_of(number: int) -> Path:
    """Where one simulation is kept."""
    return Path(settings.HOME) / "simulations" / str(number)


def keep_new(begun: Simulation, plan: Plan) -> Simulation:
    """Keep one that begins, under the next free number."""
    home = folder_of(0).parent
    home.mkdir(parents=True, exist_ok=True)
    number = max((int(path.name) for path in _folders(home)), default=0) + 1
    while True:
        try:
            folder_of(number).mkdir()
            break
        except FileExistsError:
            number += 1
    told = {"new": asdict(plan.new), "old": asdict(plan.old)}
    (folder_of(number) / PLAN).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    kept = replace(begun, number=number)
    keep(kept)
    return kept


def keep(simulation: Simulation) -> None:
    """Write down how a simulation stands; whoever reads meanwhile sees the old state or the new one."""
    path = folder_of(simulation.number) / CARD
    written = path.with_suffix(".new")
    written.write_text(json.dumps(asdict(simulation), default=str, ensure_ascii=False), encoding="utf-8")
    written.replace(path)


def begun(actor: Actor, number: int) -> tuple[Simulation, Plan]:
    """One simulation with the texts it compares. Refuses: AccessDenied, SimulationUnknown."""
    kept = simulation(actor, number)
    try:
        told = json.loads((folder_of(number) / PLAN).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SimulationUnknown(number=number) from error
    return kept, Plan(PolicyText(**told["new"]), PolicyText(**told["old"]), kept.asked)


def simulations(actor: Actor) -> list[Simulation]:
    """The simulations an actor may see, the newest first. Refuses: AccessDenied."""
    access.require(actor, "policies.read")
    home = folder_of(0).parent
    numbers = sorted((int(path.name) for path in _folders(home)), reverse=True)
    found = [_read(number) for number in numbers]
    return [one for one in found if one is not None and _may_see(actor, one)]


def simulation(actor: Actor, number: int) -> Simulation:
    """One simulation as it stands; one's own, or any where one reaches every customer.

    Refuses: AccessDenied, SimulationUnknown.
    """
    access.require(actor, "policies.read", f"simulation:{number}")
    found = _read(number)
    if found is None or not _may_see(actor, found):
        raise SimulationUnknown(number=number)
    return found


def simulated_movers(
    actor: Actor, number: int, as_of: date, *, on: date, chosen: dict[str, str] | None = None
) -> list[SimulatedMover]:
    """Who would move on a day, within the actor's reach, by customer number.

    chosen: narrows by old, new (a grade, "-" for none), turn, kind, code, section. Refuses: AccessDenied,
    SimulationUnknown, also where the day is not done.
    """
    _done_day(simulation(actor, number), as_of)
    frame = pl.read_parquet(DayFiles(folder_of(number), as_of).movers)
    columns = {"old": "old_grade", "new": "new_grade"}
    for name, value in (chosen or {}).items():
        if value:
            frame = frame.filter(pl.col(columns.get(name, name)) == ("" if value == "-" else value))
    names = _names(actor, frame, on=on)
    rows = frame.filter(pl.col("customer_id").is_in(list(names))).iter_rows(named=True)
    return [_mover(row, names[row["customer_id"]]) for row in rows]


def simulated_case(actor: Actor, number: int, as_of: date, customer_no: str, *, on: date) -> SimulatedCase:
    """Why both policies grade one mover as they do, from what the simulation kept.

    Refuses: AccessDenied, CustomerUnknown (also out of scope), SimulationUnknown, NotAMover where the
    customer does not move, or is beyond the movers of whom all figures are kept.
    """
    kept, plan = begun(actor, number)
    _done_day(kept, as_of)
    customer = customers.get(actor, customer_no, on=on)
    files = DayFiles(folder_of(number), as_of)
    old = _side(files.cases("old"), plan.old, customer.pk, number)
    new = _side(files.cases("new"), plan.new, customer.pk, number)
    return SimulatedCase(customer.no, customer.name, as_of, old, new)


def cancel_simulation(*, actor: Actor, on: date, number: int) -> None:
    """Stop a simulation that waits or runs, after the day it is at; what is done stays.

    Refuses: AccessDenied, SimulationUnknown, SimulationEnded.
    """
    access.require(actor, "policies.simulate", f"simulation:{number}")
    if simulation(actor, number).state not in UNDER_WAY:
        raise SimulationEnded(number=number)
    (folder_of(number) / CANCEL).touch()
    audit.record(actor=actor, act="policies.cancel_simulation", subject=f"simulation:{number}", on=on)


def discard_simulation(*, actor: Actor, on: date, number: int) -> None:
    """Throw a simulation away with its files.

    Refuses: AccessDenied, SimulationUnknown, SimulationRunning.
    """
    access.require(actor, "policies.simulate", f"simulation:{number}")
    kept = simulation(actor, number)
    if kept.state in UNDER_WAY:
        raise SimulationRunning(number=number)
    audit.record(
        actor=actor, act="policies.discard_simulation", subject=f"simulation:{number}", on=on,
        before={"new": kept.new, "old": kept.old, "by": kept.by},
    )  # fmt: skip
    shutil.rmtree(folder_of(number))


def is_cancelled(number: int) -> bool:
    """Whether somebody asked a running simulation to stop."""
    return (folder_of(number) / CANCEL).exists()


def fail_unfinished_simulations() -> int:
    """Name failed what a stop left running; call at start, when none is under way. Gives how many."""
    running = [one for path in _folders(folder_of(0).parent) if (one := _read(int(path.name)))]
    cut_off = [one for one in running if one.state == "running"]
    for one in cut_off:
        keep(
            replace(
                one, state="failed", cause="cut off", finished_at=timestamp().isoformat(timespec="seconds")
            )
        )
    return len(cut_off)


def _folders(home: Path) -> list[Path]:
    return [path for path in home.iterdir() if path.name.isdigit()] if home.is_dir() else []


def _may_see(actor: Actor, kept: Simulation) -> bool:
    return kept.by == actor.login or actor.scope.reach == "everything"


def _done_day(kept: Simulation, as_of: date) -> SimulatedDay:
    found = next((day for day in kept.days if day.as_of == as_of), None)
    if found is None:
        raise SimulationUnknown(number=f"{kept.number}, {as_of}")
    return found


def _read(number: int) -> Simulation | None:
    try:
        told = json.loads((folder_of(number) / CARD).read_text(encoding="utf-8"))
        return _simulation(told)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _simulation(told: dict[str, Any]) -> Simulation:
    days = tuple(_day(day) for day in told["days"])
    dates = {name: tuple(map(date.fromisoformat, told[name])) for name in ("asked", "not_measured")}
    scales = {name: tuple(told[name]) for name in ("old_scale", "new_scale")}
    plain = {**told, **dates, **scales, "on": date.fromisoformat(told["on"]), "days": days}
    return Simulation(**{one.name: plain[one.name] for one in fields(Simulation)})


def _day(told: dict[str, Any]) -> SimulatedDay:
    parts: dict[str, Any] = {
        "as_of": date.fromisoformat(told["as_of"]),
        "measured_on": date.fromisoformat(told["measured_on"]),
        "moves": tuple(MoveCount(**one) for one in told["moves"]),
        "groups": tuple(GroupCount(**one) for one in told["groups"]),
        "causes": tuple(Cause(**one) for one in told["causes"]),
    }
    return SimulatedDay(**{**told, **parts})


def _names(actor: Actor, frame: pl.DataFrame, *, on: date) -> dict[int, str]:
    """The movers within reach with their names."""
    seen = customers.visible(actor, on=on)
    ids = frame["customer_id"].to_list()
    if len(ids) <= MOST_ASKED:
        seen = seen.filter(pk__in=ids)
        return dict(seen.values_list("pk", "name"))
    wanted = set(ids)
    return {pk: name for pk, name in seen.values_list("pk", "name").iterator() if pk in wanted}


def _mover(row: dict[str, Any], name: str) -> SimulatedMover:
    return SimulatedMover(
        customer_no=row["customer_no"],
        customer_name=name,
        section=row["section"],
        old=row["old_grade"],
        new=row["new_grade"],
        turn=cast("Turn", row["turn"]),
        old_score=_points(row["old_score_milli"]),
        new_score=_points(row["new_score_milli"]),
        kind=row["kind"],
        code=row["code"],
        zh=row["zh"],
        en=row["en"],
    )


def _points(milli: int | None) -> Decimal | None:
    return None if milli is None else Decimal(milli) / 1000


def _side(path: Path, policy: PolicyText, customer_id: int, number: int) -> SimulatedSide:
    found: Iterable[dict[str, Any]] = (
        pl.scan_parquet(path).filter(pl.col("customer_id") == customer_id).collect().to_dicts()
    )
    row = next(iter(found), None)
    if row is None:
        raise NotAMover(number=number)
    told = reasons.of(policies.load(policy.text, file=policy.label), row, row)
    return SimulatedSide(policy.label, row["grade"], row["state"], _points(row["score_milli"]), tuple(told))
