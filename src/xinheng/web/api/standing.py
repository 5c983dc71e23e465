"""How customers stand: grade, balance, overdue and turnover, by the filters and orders of the list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from xinheng.reports import queries as reports
from xinheng.reports.values import Line
from xinheng.runs.services import business_day
from xinheng.web.api.fields import No
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import MoneyOut
from xinheng.web.api.signing_in import actor_of
from xinheng.web.api.standing_schemas import (
    CreditNowOut,
    SizeOut,
    StandingsAsked,
    StandingsOut,
    StandingsWanted,
)

router = Router(tags=["standings"])
AMOUNTS = ("balance", "overdue", "turnover")
TOLD = (
    "no", "name", "kind", "uscc", "region", "size_class", "status", "salesperson", "unit", "grade",
    "previous_grade", "longest_overdue_days",
)  # fmt: skip


@router.get("/standings", response={200: StandingsOut, **PROBLEMS})
def standings(request: HttpRequest, asked: Query[StandingsAsked]) -> dict[str, Any]:
    """The customers within your reach with the grade of the latest run and the latest figures."""
    actor, today = actor_of(request), business_day()
    order = asked.order(asked.after)
    lines: list[Line] = []
    while True:
        listing = reports.customer_list(actor, asked.wanted(), order, on=today)
        lines += listing.lines
        if listing.last or len(lines) >= asked.limit:
            break
        order = replace(order, after=lines[-1].customer_id)
    shown = lines[: asked.limit]
    more = len(lines) > len(shown) or not listing.last
    return {
        "items": [_standing(line) for line in shown],
        "next": str(shown[-1].customer_id) if more and shown else None,
        "total": listing.total,
        "run_id": listing.run_id,
        "graded_as_of": listing.as_of,
        "measured_on": listing.measured_on,
    }


@router.get("/standings/size", response={200: SizeOut, **PROBLEMS})
def size(request: HttpRequest, asked: Query[StandingsWanted]) -> Any:
    """How many customers match."""
    return reports.customer_sizes(actor_of(request), asked.wanted(), asked.order(), on=business_day())


@router.get("/customers/{path:no}/credit", response={200: CreditNowOut, **PROBLEMS})
def credit(request: HttpRequest, no: No) -> dict[str, Any]:
    """What is known of one customer's credit now: grades, arrears, risk and open cases."""
    actor = actor_of(request)
    found = reports.credit_now(actor, no, on=business_day())
    consumers = [{**one.__dict__, "expected_late": MoneyOut.of(one.expected_late)} for one in found.consumers]
    arrears = [
        {
            **{name: MoneyOut.of(getattr(one, name)) for name in ("open", "overdue", "prepaid")},
            "bills": one.bills,
            "overdue_bills": one.overdue_bills,
        }
        for one in found.arrears
    ]
    return {
        "customer_no": found.customer_no,
        "customer_name": found.customer_name,
        "on": found.on,
        "grade": found.grade or "not rated" if found.sees_grades else None,
        "rated": found.rated if found.sees_grades else None,
        "approved": found.approved if found.sees_grades else None,
        "arrears": arrears if found.sees_arrears else None,
        "risk": found.risk or None,
        "consumers": consumers if actor.may("consumers.read") else None,
        "cases": found.cases if found.sees_grades else None,
    }


def _standing(line: Line) -> dict[str, Any]:
    return {
        **{name: getattr(line, name) for name in TOLD},
        **{name: MoneyOut.of_any(getattr(line, name)) for name in AMOUNTS},
        "industry_section": line.section,
        "approved": line.approved,
    }
