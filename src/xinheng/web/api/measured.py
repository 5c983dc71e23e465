"""Indicators: the catalogue, a customer's values and how they went, measurements, queued work."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.indicators.errors import DayAhead, NotMeasured
from xinheng.indicators.values import Card, Figure
from xinheng.runs import services as runs
from xinheng.web.api.fields import AsOf, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.rating_schemas import DayIn, IndicatorOut, MeasurementOut, TrendOut, ValueOut
from xinheng.web.api.schemas import JobOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["indicators"])
Codes = Annotated[list[str], Query(min_length=1, max_length=50, description="Codes of the catalogue.")]


@router.get("/indicators", response={200: list[IndicatorOut], **PROBLEMS})
def catalogue(request: HttpRequest) -> list[dict[str, Any]]:
    """Every indicator: what it measures, its unit, its source, and what "not measured" means."""
    access.require(actor_of(request), "indicators.read")
    return [asdict(card) for card in indicators.catalogue()]


@router.get("/customers/{path:no}/indicators", response={200: list[ValueOut], **PROBLEMS})
def values(request: HttpRequest, no: No, as_of: AsOf = None) -> list[dict[str, Any]]:
    """A customer's figures of the latest measurement on or before a day; none: nothing was measured yet."""
    found = indicators.values_of(_no(request, no), as_of=as_of or runs.business_day())
    return [
        {"code": value.card.code, "unit": value.card.unit, "as_of": value.as_of,
         "figure": _written(value.card, value.figure, value.currency), "currency": value.currency}
        for value in found
    ]  # fmt: skip


@router.get("/customers/{path:no}/trends", response={200: list[TrendOut], **PROBLEMS})
def trends(
    request: HttpRequest,
    no: No,
    code: Codes,
    as_of: AsOf = None,
    months: Annotated[int, Query(ge=1, le=120)] = 12,
) -> list[dict[str, Any]]:
    """How some indicators of a customer went: the last measurement of each month, oldest first."""
    found = indicators.trends_of(_no(request, no), code, as_of=as_of or runs.business_day(), months=months)
    currency = _currency(no, as_of or runs.business_day())
    return [
        {
            "code": one.card.code,
            "unit": one.card.unit,
            "days": one.days,
            "figures": [_written(one.card, figure, currency) for figure in one.figures],
        }
        for one in found
    ]


@router.get("/measurements/latest", response={200: MeasurementOut, **PROBLEMS})
def latest(request: HttpRequest, as_of: AsOf = None) -> Any:
    """The latest measurement on or before a day."""
    access.require(actor_of(request), "indicators.read")
    day = as_of or runs.business_day()
    found = indicators.latest_measurement(as_of=day)
    if found is None:
        raise NotMeasured(as_of=day)
    return found


@router.post("/measurements", response={202: JobOut, **PROBLEMS})
@once()
def measure(request: HttpRequest, body: DayIn) -> Status[Any]:
    """Queue measuring of all customers as of a day; ask for the job to see how it goes."""
    actor, today = actor_of(request), runs.business_day()
    access.require(actor, "indicators.measure")
    if body.as_of > today:
        raise DayAhead(as_of=body.as_of, on=today)
    return Status(202, {"id": runs.enqueue_measuring(body.as_of, actor.login), "state": "waiting"})


@router.get("/jobs/{job_id}", response={200: JobOut, **PROBLEMS}, tags=["jobs"])
def job(request: HttpRequest, job_id: No) -> dict[str, Any]:
    """How queued work stands: your own, or any with the right runs.read."""
    return {"id": job_id, **asdict(runs.job_of(actor_of(request), job_id))}


def _written(card: Card, figure: Figure, currency: str) -> Any:
    """A figure as the API writes it: money as a decimal string in the major unit."""
    if card.unit == "CNY" and isinstance(figure, int):
        return str(Money(figure, currency).decimal)
    return figure


def _currency(no: str, as_of: date) -> str:
    """The currency of a customer's money figures, by the latest measurement."""
    found = indicators.values_of(no, as_of=as_of)
    return found[0].currency if found else "CNY"


def _no(request: HttpRequest, no: str) -> str:
    actor = actor_of(request)
    access.require(actor, "indicators.read", f"customer:{no}")
    return customers.get(actor, no, on=runs.business_day()).no
