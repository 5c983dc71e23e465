"""Indicators: the catalogue and a customer's values."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.runs.services import business_day
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import IndicatorOut, ValueOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["indicators"])


@router.get("/indicators", response={200: list[IndicatorOut], **PROBLEMS})
def catalogue(request: HttpRequest) -> list[dict[str, Any]]:
    """Every indicator: what it measures, its unit, its source, and what "not measured" means."""
    access.require(actor_of(request), "indicators.read")
    return [asdict(card) for card in indicators.catalogue()]


@router.get("/customers/{no}/indicators", response={200: list[ValueOut], **PROBLEMS})
def values(request: HttpRequest, no: str, as_of: date | None = None) -> list[dict[str, Any]]:
    """A customer's figures of the latest measurement on or before a day."""
    actor, today = actor_of(request), business_day()
    access.require(actor, "indicators.read")
    customer = customers.get(actor, no, on=today)
    found = indicators.values_of(customer.no, as_of=as_of or today)
    return [{"code": value.card.code, "as_of": value.as_of, "figure": value.figure} for value in found]
