"""Demand forecasts: runs, curves with their parts, overlays, errors and weights."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from xinheng.base.packs.services import PolicyDocument
from xinheng.judgements.demand import queries as demand
from xinheng.judgements.demand import services as acts
from xinheng.judgements.demand.values import Capacity, Compared, Curve, NewOverlay, NewRun, Node
from xinheng.reports import services as reports
from xinheng.runs import services as runs
from xinheng.web.api.fields import USUAL_LIMIT, Id, Limit
from xinheng.web.api.forecast_schemas import (
    DemandWeightsIn,
    DemandWeightsKept,
    DemandWeightsOut,
    ForecastCurveOut,
    ForecastHistoryOut,
    ForecastNodeOut,
    ForecastRunIn,
    ForecastRunOut,
    ForecastRunWhole,
    FrequencyName,
    LevelOfDemand,
    OverlayIn,
    OverlayOut,
    OverlayReasonIn,
)
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import JobOut
from xinheng.web.api.signing_in import actor_of
from xinheng.web.api.taken_away import FILE, file_answer

router = Router(tags=["demand"])
Text = Annotated[str, Query(max_length=40)]
SIZES = ("new_kva", "more_kva", "less_kva", "closed_kva")


@router.get("/demand/runs", response={200: list[ForecastRunOut], **PROBLEMS})
def forecast_runs(
    request: HttpRequest, frequency: FrequencyName | None = None, limit: Limit = USUAL_LIMIT
) -> list[Any]:
    """The runs, the newest first."""
    return list(demand.runs(actor_of(request), frequency=frequency or "")[:limit])


@router.post("/demand/runs", response={202: JobOut, **PROBLEMS})
@once()
def start_forecast(request: HttpRequest, body: ForecastRunIn) -> Status[Any]:
    """Ask for a forecast of every node; it is made in the queue. The result of the job is its id."""
    actor, on = actor_of(request), runs.business_day()
    told = {**body.model_dump(), "as_of": body.as_of or on}
    run = acts.begin_run(actor=actor, on=on, new=NewRun(**told))
    job = runs.enqueue_forecast(run.pk, actor.login)
    return Status(202, {"id": job, "state": "waiting", "result": run.pk})


@router.get("/demand/runs/{run_id}", response={200: ForecastRunWhole, **PROBLEMS})
def forecast_run(request: HttpRequest, run_id: Id) -> Any:
    """One run with its models, figures, factors and lineage."""
    return demand.run(actor_of(request), run_id)


@router.post("/demand/runs/{run_id}/replay", response={200: dict[str, bool], **PROBLEMS})
def replay_forecast(request: HttpRequest, run_id: Id) -> dict[str, bool]:
    """Make a run again from what it kept; whether it is the same, row by row."""
    return {"same": acts.replay(actor=actor_of(request), number=run_id)}


@router.get("/demand/runs/{run_id}/curve", response={200: ForecastCurveOut, **PROBLEMS})
def forecast_curve(
    request: HttpRequest, run_id: Id, level: LevelOfDemand = "company", node: Text = ""
) -> dict[str, Any]:
    """A node's forecast with its parts, and what was used before."""
    actor = actor_of(request)
    curve = demand.curve(actor, demand.made(actor, run_id), Node(level, node), on=runs.business_day())
    return {"run": run_id, **_curve(curve)}


@router.get("/demand/runs/{run_id}/nodes", response={200: list[ForecastNodeOut], **PROBLEMS})
def forecast_nodes(
    request: HttpRequest, run_id: Id, level: LevelOfDemand = "area", q: Text = "", limit: Limit = USUAL_LIMIT
) -> list[Any]:
    """The nodes of a level within your reach, the largest first."""
    actor = actor_of(request)
    rows = demand.nodes(actor, demand.made(actor, run_id), level, on=runs.business_day(), text=q)
    return rows.head(limit).to_dicts()


@router.get("/demand/runs/{run_id}/export", response=PROBLEMS, openapi_extra=FILE)
def forecast_export(
    request: HttpRequest, run_id: Id, level: LevelOfDemand = "company", node: Text = ""
) -> HttpResponse:
    """A node's forecast, the nodes, the errors and the factors as Excel."""
    actor, on = actor_of(request), runs.business_day()
    content = reports.export_demand(
        actor=actor, on=on, run_id=demand.made(actor, run_id).pk, node=Node(level, node)
    )
    return file_answer(content, f"demand-{run_id}", "xlsx")


@router.get("/demand/accuracy", response={200: ForecastHistoryOut, **PROBLEMS})
def forecast_accuracy(
    request: HttpRequest, frequency: FrequencyName = "month", limit: Limit = USUAL_LIMIT
) -> dict[str, Any]:
    """Of each period that is over, what the last run before it foretold, and what was used."""
    actor = actor_of(request)
    rows = demand.history(actor, on=runs.business_day(), frequency=frequency)
    figures = demand.figures(rows, demand.latest(actor, frequency=frequency))
    return {
        "figures": [{**vars(one), "mean_error_wh": one.mean_error} for one in figures],
        "periods": [_compared(one) for one in rows[:limit]],
        "total": len(rows),
    }


@router.get("/demand/overlays", response={200: list[OverlayOut], **PROBLEMS})
def overlays(request: HttpRequest, withdrawn: bool = False) -> list[Any]:
    """The overlays within your reach, the latest first; withdrawn: those taken back as well."""
    return demand.overlays(actor_of(request), on=runs.business_day(), with_withdrawn=withdrawn)


@router.post("/demand/overlays", response={201: OverlayOut, **PROBLEMS})
@once()
def lay_overlay(request: HttpRequest, body: OverlayIn) -> Status[Any]:
    """Lay a sudden event or new business over the forecasts of its days."""
    told = body.model_dump()
    sizes = [told.pop(name) for name in SIZES]
    capacity = Capacity(*(one or Decimal(0) for one in sizes)) if any(sizes) else None
    new = NewOverlay(**told, capacity=capacity, kind="expansion" if capacity else "event")
    row = acts.lay_overlay(actor=actor_of(request), on=runs.business_day(), new=new)
    return Status(201, OverlayOut.from_orm(row))


@router.post("/demand/overlays/{overlay_id}/withdraw", response={200: OverlayOut, **PROBLEMS})
@once()
def withdraw_overlay(request: HttpRequest, overlay_id: Id, body: OverlayReasonIn) -> Status[Any]:
    """Take an overlay back; it stays on record."""
    row = acts.withdraw_overlay(
        actor=actor_of(request), on=runs.business_day(), number=overlay_id, reason=body.reason
    )
    return Status(200, OverlayOut.from_orm(row))


@router.get("/demand/weights", response={200: DemandWeightsOut, **PROBLEMS})
def demand_weights(request: HttpRequest) -> dict[str, Any]:
    """The rules and weights that hold today."""
    held = demand.weights(actor_of(request), on=runs.business_day())
    factors = [
        {"code": one.code, "name": str(one), "weight": str(one.weight), "series": one.series,
         "entries": one.entries, "own": one.own}
        for one in held.rules.factors
    ]  # fmt: skip
    return {"policy": held.name, "sha256": held.sha256, "is_adopted": held.is_adopted, "factors": factors,
            "text": held.text}  # fmt: skip


@router.post("/demand/weights", response={201: DemandWeightsKept, **PROBLEMS})
@once()
def propose_demand_weights(request: HttpRequest, body: DemandWeightsIn) -> Status[Any]:
    """Adopt the first own version, or send a further one through the chain of approval."""
    told = body.model_dump()
    kept = acts.propose_weights(actor=actor_of(request), on=runs.business_day(), **told)
    is_adopted = isinstance(kept, PolicyDocument)
    state = "adopted" if is_adopted else "submitted"
    return Status(201, {"state": state, "version": kept.version, "draft": None if is_adopted else kept.pk})


def _curve(curve: Curve) -> dict[str, Any]:
    points = [
        {"at": one.at, "base_wh": one.base, "factors": one.factors,
         "overlays": {str(number): value for number, value in one.overlays.items()},
         "whole_wh": one.whole, "low_wh": one.low, "high_wh": one.high}
        for one in curve.points
    ]  # fmt: skip
    return {
        "level": curve.node.level, "node": curve.node.no, "model": curve.model, "is_short": curve.is_short,
        "is_partial": curve.is_partial, "figures": curve.figures, "points": points,
        "history": [{"at": at, "used_wh": used} for at, used in curve.history],
    }  # fmt: skip


def _compared(one: Compared) -> dict[str, Any]:
    return {
        "run": one.run, "level": one.level, "node": one.node, "at": one.at, "foretold_wh": one.foretold,
        "actual_wh": one.actual, "error_wh": one.error, "share": one.share, "in_band": one.in_band,
    }  # fmt: skip
