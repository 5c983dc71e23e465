"""The hold desk: own orders, what is asked of customers, time to clear, severe problems."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.kernel.money import Money
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.queries import NewCover
from xinheng.runs.services import business_day
from xinheng.web.api.desk_schemas import (
    CoverIn,
    CoverMetIn,
    HoldReasonIn,
    HoldStatisticsOut,
    OwnOrderOut,
    SevereOut,
)
from xinheng.web.api.fields import USUAL_LIMIT, Day, Id, Limit, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["credit"])
Skipped = Annotated[int, Query(ge=0, le=1_000_000, description="How many were read already.")]
OrderState = Literal["", "passed", "held", "released", "rejected", "ended"]
PERIOD = timedelta(days=90)
FIGURES = ("since", "until", "holds", "days", "days_cleared", "oldest_open")


@router.get("/own-orders", response={200: Page[OwnOrderOut], **PROBLEMS})
def own_orders(
    request: HttpRequest, state: OrderState = "", after: Skipped = 0, limit: Limit = USUAL_LIMIT
) -> dict[str, Any]:
    """The orders you asked for, the newest first, with where each stands and why."""
    found = credit.own_orders(actor_of(request), on=business_day(), state=state)
    rows = list(found[after : after + limit + 1])
    following = str(after + limit) if len(rows) > limit else None
    return {"items": [_own(row) for row in rows[:limit]], "next": following}


@router.post("/held-orders/{path:order_no}/covers", response={201: DoneOut, **PROBLEMS})
@once()
def ask_cover(request: HttpRequest, order_no: No, body: CoverIn) -> Status[Any]:
    """Ask the customer of a held order for money before the goods leave, or for a guarantee."""
    cover = NewCover(body.what, Money.of(body.amount, body.currency), body.until_on, body.note)
    return Status(201, {"id": limits.ask_cover(**_who(request), order_no=order_no, cover=cover).pk})


@router.post("/covers/{cover_id}/met", response={200: DoneOut, **PROBLEMS})
@once()
def meet_cover(request: HttpRequest, cover_id: Id, body: CoverMetIn) -> Status[Any]:
    """Say that what was asked for is there; the order is checked again."""
    told: dict[str, Any] = {"reason": body.reason, "guaranteed_until": body.guaranteed_until}
    return Status(200, {"id": limits.meet_cover(**_who(request), cover_id=cover_id, **told).pk})


@router.post("/covers/{cover_id}/withdrawn", response={200: DoneOut, **PROBLEMS})
@once()
def withdraw_cover(request: HttpRequest, cover_id: Id, body: HoldReasonIn) -> Status[Any]:
    """Ask no more; the order stays held."""
    kept = limits.withdraw_cover(**_who(request), cover_id=cover_id, reason=body.reason)
    return Status(200, {"id": kept.pk})


@router.post("/orders/{path:order_no}/hold", response={200: DoneOut, **PROBLEMS})
@once()
def hold(request: HttpRequest, order_no: No, body: HoldReasonIn) -> Status[Any]:
    """Hold an order that passed; only a person frees it again."""
    return Status(200, {"id": limits.hold(**_who(request), order_no=order_no, reason=body.reason).pk})


@router.get("/hold-statistics", response={200: HoldStatisticsOut, **PROBLEMS})
def hold_statistics(
    request: HttpRequest, since: Day | None = None, until: Day | None = None
) -> dict[str, Any]:
    """How long orders were held that were held first in a period; the last 90 days if none is named."""
    last = until or business_day()
    found = credit.statistics(actor_of(request), since=since or last - PERIOD, until=last)
    return {
        **{
            name: getattr(found, name)
            for name in ("since", "until", "holds", "days", "days_cleared", "oldest_open")
        },
        "endings": [asdict(one) for one in found.endings],
        "releasers": [
            {
                "login": one.login,
                "orders": one.orders,
                "amount": MoneyOut.of(Money(one.minor, one.currency)),
                "lost_orders": one.lost_orders,
                "lost": MoneyOut.of(Money(one.lost_minor, one.currency)),
            }
            for one in found.releasers
        ],
    }


@router.get("/severe-problems", response={200: SevereOut, **PROBLEMS})
def severe_problems(request: HttpRequest) -> dict[str, Any]:
    """Customers over their limit, long overdue, with held orders or stopped, the worst first."""
    found = credit.severe_problems(actor_of(request), on=business_day())
    return {
        "on": found.on,
        "more": found.more,
        "lines": [
            {
                "customer_no": line.customer.no,
                "customer_name": line.customer.name,
                **{name: MoneyOut.of(getattr(line, name)) for name in ("exposure", "over", "overdue")},
                **{name: getattr(line, name) for name in ("status", "oldest_days", "held", "stop_proposed")},
                "problems": list(line.problems),
            }
            for line in found.lines
        ],
    }


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _own(row: Any) -> dict[str, Any]:
    currency = row.account.currency
    return {
        "order_no": row.order_no,
        "customer_no": row.customer.no,
        "customer_name": row.customer.name,
        "amount": MoneyOut.of(Money(row.amount_minor, row.currency)),
        "state": row.state,
        "since": row.since,
        "reasons": [
            {**asdict(reason), "text": credit.told(reason, currency)}
            for reason in credit.reasons_of(row.decision)
        ],
        "why": row.decision.why,
    }
