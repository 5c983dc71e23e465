"""Late-payment risk: customers, bills, accuracy and outer factors."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.kernel.money import Money
from xinheng.judgements.arrears import queries as arrears
from xinheng.judgements.arrears import services as acts
from xinheng.judgements.arrears.values import Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, After, Limit
from xinheng.web.api.late_payment_schemas import (
    LateAccuracyOut,
    LateBillOut,
    LateCustomerOut,
    LatePaymentStandingOut,
    LevelName,
    OuterFactorIn,
    OuterFactorOut,
)
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import MoneyOut, Page
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["late payment"])
Text = Annotated[str, Query(max_length=100)]


@router.get("/late-payment", response={200: LatePaymentStandingOut, **PROBLEMS})
def late_payment_standing(request: HttpRequest) -> dict[str, Any]:
    """Whether forecasts are shown, by which model, and how good it was beside the naive rules."""
    actor = actor_of(request)
    found = arrears.standing(actor)
    model, made = found.model, found.forecast
    sees_all = actor.scope.reach == "everything"
    return {
        "notice": found.notice, "words": str(arrears.NOTICES.get(found.notice, "")),
        "model": model.pk if model else None, "trained_on": model.as_of if model else None,
        "sha256": model.sha256 if model else None, "forecast_on": made.as_of if made else None,
        "totals": made.totals if made and sees_all else [], "report": model.report if model else {},
    }  # fmt: skip


@router.get("/late-payment/customers", response={200: Page[LateCustomerOut], **PROBLEMS})
def late_payment_customers(
    request: HttpRequest,
    level: LevelName | None = None,
    group: Text = "",
    q: Text = "",
    after: After = "",
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """The customers of the last forecast within your reach, the largest expected late amount first."""
    wanted = Wanted(text=q, level=level or "", group=group)
    rows = arrears.risks(actor_of(request), wanted, on=business_day())
    items, following = _part(rows, after, limit)
    return {"items": [_customer(row) for row in items], "next": following}


@router.get("/late-payment/bills", response={200: Page[LateBillOut], **PROBLEMS})
def late_payment_bills(
    request: HttpRequest, customer: Text = "", after: After = "", limit: Limit = USUAL_LIMIT
) -> dict[str, Any]:
    """Open bills of customers at risk, or all of one customer, most money expected to be late first."""
    rows = arrears.warned_bills(actor_of(request), on=business_day(), customer_no=customer)
    items, following = _part(rows, after, limit)
    return {"items": [_bill(row) for row in items], "next": following}


@router.get("/late-payment/accuracy", response={200: list[LateAccuracyOut], **PROBLEMS})
def late_payment_accuracy(request: HttpRequest) -> list[Any]:
    """What the first forecast of each month that is over came to, by class, the newest first."""
    found = arrears.accuracy_history(actor_of(request), on=business_day())
    return [
        {**one.__dict__, "foretold": str(one.foretold), "actual": str(one.actual),
         "accuracy": str(round(one.accuracy, 6)), "precision": one.precision, "recall": one.recall}
        for one in found
    ]  # fmt: skip


@router.get("/late-payment/factors", response={200: list[OuterFactorOut], **PROBLEMS})
def late_payment_factors(request: HttpRequest, limit: Limit = USUAL_LIMIT) -> list[Any]:
    """The steps that were told of outer factors, the newest first."""
    return list(arrears.outer_factors(actor_of(request))[:limit])


@router.post("/late-payment/factors", response={201: OuterFactorOut, **PROBLEMS})
@once()
def tell_outer_factor(request: HttpRequest, body: OuterFactorIn) -> Status[Any]:
    """Give an outer factor a step from a day on; it counts from the next forecast on."""
    told: dict[str, Any] = body.model_dump()
    row = acts.tell_factor(actor=actor_of(request), on=business_day(), **told)
    return Status(201, OuterFactorOut.from_orm(row))


def _part(rows: Any, after: str, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    more = start + limit < rows.height
    return rows.slice(start, limit).to_dicts(), str(start + limit) if more else None


def _money(row: dict[str, Any], name: str) -> MoneyOut:
    return MoneyOut.of(Money(row[name], row["currency"]))


def _customer(row: dict[str, Any]) -> dict[str, Any]:
    amounts = {
        "open": _money(row, "open_minor"), "late": _money(row, "late_minor"),
        "expected_late": _money(row, "expected_late_minor"),
    }  # fmt: skip
    return {**row, "customer_no": row["customer"], "chance": row["largest"], **amounts}


def _bill(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "customer_no": row["customer"], "open": _money(row, "open_minor")}
