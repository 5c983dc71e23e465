"""Orders and credit: check and take an order, deliver, bill, release; limits and what is left of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import queries as orders
from xinheng.facts.orders import services as moving
from xinheng.facts.orders.values import NewDelivery, NewOrder, OrderNow
from xinheng.facts.receivables.values import NewBill
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import Checked, Effective, NewLimit, NewProfile, Reason
from xinheng.runs.services import business_day
from xinheng.web.api.credit_schemas import (
    ChangedOrderIn,
    CreditOut,
    CreditProfileIn,
    DeliveryIn,
    HeldOrderOut,
    LimitIn,
    ManyCheckedOut,
    ManyOrdersIn,
    OrderCheckedOut,
    OrderEndIn,
    OrderIn,
    OrderOut,
    RateIn,
    RecheckedOut,
    RejectOrderIn,
    ReleaseIn,
)
from xinheng.web.api.fields import USUAL_LIMIT, After, Limit, No
from xinheng.web.api.ledger_schemas import BillIn
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["credit"])
Skipped = Annotated[int, Query(ge=0, le=1_000_000, description="How many were read already.")]


@router.post("/customers/{path:no}/orders", response={201: OrderCheckedOut, **PROBLEMS})
@once()
def check_order(request: HttpRequest, no: No, body: OrderIn) -> Status[Any]:
    """Check an order and take it: passed, held or rejected. A passed order has spent the headroom."""
    checked = limits.check_order(**_who(request), customer_no=no, order=_order(body))
    return Status(201, _checked(checked, body.currency))


@router.post("/customers/{path:no}/order-trials", response={200: OrderCheckedOut, **PROBLEMS})
def try_order(request: HttpRequest, no: No, body: OrderIn) -> dict[str, Any]:
    """What a check of an order would come to now. Nothing is kept; `decision` is 0."""
    checked = limits.try_order(**_who(request), customer_no=no, order=_order(body))
    return _checked(checked, body.currency)


@router.post("/order-checks", response={201: ManyCheckedOut, **PROBLEMS})
@once()
def check_orders(request: HttpRequest, body: ManyOrdersIn) -> Status[Any]:
    """Check up to 10,000 orders and take them, in their order; all of them are kept, or none."""
    asked = [(each.customer_no, _order(each)) for each in body.orders]
    return Status(201, {"orders": limits.check_all(**_who(request), asked=asked)})


@router.post("/held-orders-recheck", response={200: RecheckedOut, **PROBLEMS})
@once()
def recheck_all(request: HttpRequest) -> Status[Any]:
    """Ask the rules about every held order within your reach again; gives how many now stand how."""
    found = limits.recheck_all(**_who(request))
    return Status(200, {state: found.get(state, 0) for state in ("passed", "held", "rejected")})


@router.post("/customers/{path:no}/credit-profile", response={200: DoneOut, **PROBLEMS})
@once()
def set_profile(request: HttpRequest, no: No, body: CreditProfileIn) -> Status[Any]:
    """Say anew how an account stands: status, risk class, review, agreed payment and days, reminders."""
    kept = limits.set_profile(**_who(request), customer_no=no, profile=NewProfile(**body.dict()))
    return Status(200, {"id": kept.pk})


@router.get("/customers/{path:no}/orders", response={200: Page[OrderOut], **PROBLEMS})
def orders_of(request: HttpRequest, no: No, after: After = "", limit: Limit = USUAL_LIMIT) -> dict[str, Any]:
    """A customer's orders, the newest first, as they stand today."""
    customer = _customer(request, no, "orders.read")
    page, following = orders.order_page(customer, as_of=business_day(), after=after, limit=limit)
    states = credit.states_of([order.order_no for order in page])
    return {
        "items": [_order_out(order, states.get(order.order_no)) for order in page],
        "next": following or None,
    }


@router.post("/customers/{path:no}/orders/{path:order_no}/deliveries", response={201: OrderOut, **PROBLEMS})
@once()
def deliver(request: HttpRequest, no: No, order_no: No, body: DeliveryIn) -> Status[Any]:
    """Post goods that left on an order, or came back. Goods leave only on an order that passed."""
    new = NewDelivery(body.delivery_no, body.delivered_on, Money.of(body.amount, body.currency))
    now = moving.deliver(**_who(request), customer_no=no, order_no=order_no, delivery=new)
    return Status(201, _order_out(now, credit.states_of([order_no]).get(order_no)))


@router.post("/customers/{path:no}/orders/{path:order_no}/bills", response={201: OrderOut, **PROBLEMS})
@once()
def bill_order(request: HttpRequest, no: No, order_no: No, body: BillIn) -> Status[Any]:
    """Bill what was delivered on an order. Shipped goods stay billable, whatever the customer owes."""
    new = NewBill(body.bill_no, body.billed_on, body.due_on, Money.of(body.amount, body.currency))
    now = moving.bill_order(**_who(request), customer_no=no, order_no=order_no, bill=new)
    return Status(201, _order_out(now, credit.states_of([order_no]).get(order_no)))


@router.post("/customers/{path:no}/orders/{path:order_no}/end", response={200: OrderOut, **PROBLEMS})
@once()
def end_order(request: HttpRequest, no: No, order_no: No, body: OrderEndIn) -> Status[Any]:
    """Cancel an order, or close what is left of it; its headroom is free again."""
    told: dict[str, Any] = {"order_no": order_no, "how": body.how, "reason": body.reason}
    now = moving.end_order(**_who(request), customer_no=no, **told)
    return Status(200, _order_out(now, credit.states_of([order_no]).get(order_no)))


@router.get("/customers/{path:no}/orders/{path:order_no}", response={200: OrderOut, **PROBLEMS})
def one_order(request: HttpRequest, no: No, order_no: No) -> dict[str, Any]:
    """One order as it stands."""
    found = orders.order_now(_customer(request, no, "orders.read"), order_no)
    return _order_out(found, credit.states_of([order_no]).get(order_no))


@router.put("/customers/{path:no}/orders/{path:order_no}", response={200: OrderOut, **PROBLEMS})
@once()
def change_order(request: HttpRequest, no: No, order_no: No, body: ChangedOrderIn) -> Status[Any]:
    """Change an order; what got worse by it is checked, and may hold it."""
    changed = _order(body)
    now = moving.change_order(**_who(request), customer_no=no, changed=changed, reason=body.reason)
    return Status(200, _order_out(now, credit.states_of([order_no]).get(order_no)))


@router.get("/held-orders", response={200: Page[HeldOrderOut], **PROBLEMS})
def held_orders(request: HttpRequest, after: Skipped = 0, limit: Limit = USUAL_LIMIT) -> dict[str, Any]:
    """Orders held for credit within your reach, the longest held first, with every reason."""
    rows = list(credit.held(actor_of(request), on=business_day())[after : after + limit + 1])
    following = str(after + limit) if len(rows) > limit else None
    return {"items": [_held(row) for row in rows[:limit]], "next": following}


@router.post("/held-orders/{path:order_no}/recheck", response={200: OrderCheckedOut, **PROBLEMS})
@once()
def recheck(request: HttpRequest, order_no: No) -> Status[Any]:
    """Ask the rules about a held order again."""
    checked = limits.recheck(**_who(request), order_no=order_no)
    return Status(200, _checked(checked, "CNY"))


@router.post("/held-orders/{path:order_no}/release", response={200: DoneOut, **PROBLEMS})
@once()
def release(request: HttpRequest, order_no: No, body: ReleaseIn) -> Status[Any]:
    """Release a held order within your authority, up to a value and a day where given."""
    up_to = None if body.up_to is None else Money.of(body.up_to, body.currency)
    told: dict[str, Any] = {"order_no": order_no, "reason": body.reason, "until": body.until, "up_to": up_to}
    return Status(200, {"id": limits.release(**_who(request), **told).pk})


@router.post("/held-orders/{path:order_no}/reject", response={200: DoneOut, **PROBLEMS})
@once()
def reject(request: HttpRequest, order_no: No, body: RejectOrderIn) -> Status[Any]:
    """Turn a held order down."""
    return Status(200, {"id": limits.reject(**_who(request), order_no=order_no, reason=body.reason).pk})


@router.get("/customers/{path:no}/credit-line", response={200: CreditOut, **PROBLEMS})
def credit_line(request: HttpRequest, no: No, segment: str = "") -> dict[str, Any]:
    """What a customer owes by component, the limit that holds today, and what is left."""
    head = credit.headroom(_customer(request, no, "limits.read"), on=business_day(), segment=segment)
    shown, currency = head.exposure, head.exposure.currency
    parts = ("receivable", "prepaid", "delivered", "ordered", "held", "foreign")
    return {
        "segment": head.segment,
        "limit": _limit(head.limit, currency),
        **{part: MoneyOut.of(Money(getattr(shown, part), currency)) for part in parts},
        "exposure": MoneyOut.of(Money(shown.minor, currency)),
        "left": MoneyOut.of(head.left) if head.left else None,
        "groups": [
            {
                "no": group.no,
                "exposure": MoneyOut.of(Money(group.minor, currency)),
                "limit": _limit(group.limit, currency),
            }
            for group in head.groups
        ],
    }


@router.post("/customers/{path:no}/limits", response={201: DoneOut, **PROBLEMS})
@once()
def set_limit(request: HttpRequest, no: No, body: LimitIn) -> Status[Any]:
    """Say what a customer may owe from a day on; what was said before stays on record."""
    told = body.dict(exclude={"amount", "currency"})
    amount = None if body.amount is None else Money.of(body.amount, body.currency)
    kept = limits.set_limit(**_who(request), customer_no=no, limit=NewLimit(amount=amount, **told))
    return Status(201, {"id": kept.pk})


@router.post("/rates", response={201: DoneOut, **PROBLEMS})
@once()
def set_rate(request: HttpRequest, body: RateIn) -> Status[Any]:
    """Say what one unit of a currency is worth in yuan from a day on."""
    told: dict[str, Any] = {"currency": body.currency, "rate": body.rate, "from_on": body.from_on}
    return Status(201, {"id": limits.set_rate(**_who(request), **told).pk})


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _customer(request: HttpRequest, no: str, right: str) -> Any:
    actor = actor_of(request)
    access.require(actor, right, f"customer:{no}")
    return customers.get(actor, no, on=business_day())


def _order(body: OrderIn) -> NewOrder:
    told = body.dict(
        include={"order_no", "ordered_on", "ship_on", "segment", "kind", "payment", "terms_days"}
    )
    return NewOrder(amount=Money.of(body.amount, body.currency), **told)


def _checked(checked: Checked, currency: str) -> dict[str, Any]:
    return {
        "order_no": checked.order_no,
        "verdict": checked.verdict,
        "reasons": [_reason(reason, currency) for reason in checked.reasons],
        "decision": checked.decision_id,
    }


def _reason(reason: Reason, currency: str) -> dict[str, Any]:
    return {**asdict(reason), "text": credit.told(reason, currency)}


def _held(row: Any) -> dict[str, Any]:
    return {
        "order_no": row.order_no,
        "customer_no": row.customer.no,
        "customer_name": row.customer.name,
        "amount": MoneyOut.of(Money(row.amount_minor, row.currency)),
        "since": row.since,
        "reasons": [_reason(reason, row.currency) for reason in credit.reasons_of(row.decision)],
    }


def _order_out(order: OrderNow, state: str | None) -> dict[str, Any]:
    money = ("amount", "delivered", "billed", "undelivered", "unbilled")
    plain = (
        "order_no",
        "version",
        "segment",
        "ordered_on",
        "ship_on",
        "kind",
        "payment",
        "terms_days",
        "ended",
    )
    return {
        **{name: getattr(order, name) for name in plain},
        **{name: MoneyOut.of(getattr(order, name)) for name in money},
        "credit": state,
    }


def _limit(limit: Effective, currency: str) -> dict[str, Any]:
    return {
        "state": limit.state,
        "kind": limit.kind,
        "amount": MoneyOut.of(Money(limit.minor, currency)) if limit.state == "limited" else None,
        "insured": MoneyOut.of(Money(limit.insured_minor, currency)),
        "guaranteed": MoneyOut.of(Money(limit.guaranteed_minor, currency)),
        "until": limit.until,
    }
