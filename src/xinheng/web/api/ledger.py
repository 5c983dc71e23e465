"""What customers owe: bills, receipts, settlements, ageing."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables import services as acts
from xinheng.facts.receivables.values import AgeingRow, NewBill, NewReceipt, NewSettlement
from xinheng.reports import queries as reports
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, After, AsOf, Id, Limit, No
from xinheng.web.api.ledger_schemas import (
    AgeingOut,
    BalanceOut,
    BillIn,
    BillOut,
    CorrectedIn,
    EventsWanted,
    OpenItemsOut,
    PaymentMonthOut,
    ReceiptIn,
    ReceiptOut,
    ReverseIn,
    RiskEventsOut,
    SettlementIn,
    SettlementOut,
    TotalsOut,
    VoidBillIn,
    VoidReceiptIn,
)
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["receivables"])
Months = Annotated[int, Query(ge=1, le=120, description="How many months, the month of the day the last.")]


@router.get("/ageing", response={200: list[AgeingOut], **PROBLEMS})
def ageing_of_all(request: HttpRequest, as_of: AsOf = None) -> list[dict[str, Any]]:
    """Open bills of all customers within your reach by days past due, as of any past day."""
    actor, today = actor_of(request), business_day()
    access.require(actor, "receivables.read")
    seen = None if actor.scope.reach == "everything" else customers.visible(actor, on=today)
    return [_aged(row) for row in receivables.ageing(seen, as_of=as_of or today)]


@router.get("/totals", response={200: list[TotalsOut], **PROBLEMS})
def totals(request: HttpRequest, as_of: AsOf = None) -> list[dict[str, Any]]:
    """Open, overdue and prepaid money of all customers within your reach, a row a currency."""
    actor, today = actor_of(request), business_day()
    access.require(actor, "receivables.read")
    seen = None if actor.scope.reach == "everything" else customers.visible(actor, on=today)
    return [_with_money(row) for row in receivables.totals(seen, as_of=as_of or today)]


@router.get("/credit-events", response={200: RiskEventsOut, **PROBLEMS})
def credit_events(request: HttpRequest, asked: Query[EventsWanted]) -> dict[str, Any]:
    """Late payments, bills not paid when due, and inability told with evidence, within your reach."""
    wanted = reports.RiskWanted(asked.event, asked.text, asked.as_of, asked.since)
    found = reports.risk_events(
        actor_of(request), wanted, on=business_day(), skip=asked.skip, most=asked.limit
    )
    read = asked.skip + asked.limit
    items = [{**vars(line), "amount": MoneyOut.of_any(line.amount)} for line in found.lines]
    return {**vars(found), "items": items, "next": read if read < found.total else None}


@router.get("/customers/{path:no}/ageing", response={200: list[AgeingOut], **PROBLEMS})
def ageing(request: HttpRequest, no: No, as_of: AsOf = None) -> list[dict[str, Any]]:
    """A customer's open bills by days past due, as of any past day; later receipts are ignored."""
    customer = _customer(request, no)
    return [_aged(row) for row in receivables.ageing_of(customer, as_of=as_of or business_day())]


@router.get("/customers/{path:no}/balance", response={200: BalanceOut, **PROBLEMS})
def balance(request: HttpRequest, no: No, as_of: AsOf = None) -> dict[str, Any]:
    """What a customer owes, and what it paid ahead, as of any past day."""
    customer, day = _customer(request, no), as_of or business_day()
    return {
        "as_of": day,
        "open": [MoneyOut.of(money) for money in receivables.open_balance(customer, as_of=day)],
        "prepaid": [MoneyOut.of(money) for money in receivables.prepaid(customer, as_of=day)],
    }


@router.get("/customers/{path:no}/bills", response={200: Page[BillOut], **PROBLEMS})
def bills(
    request: HttpRequest, no: No, as_of: AsOf = None, after: After = "", limit: Limit = USUAL_LIMIT
) -> dict[str, Any]:
    """A customer's bills as of a day, the newest first."""
    page = receivables.bills_of(
        _customer(request, no), as_of=as_of or business_day(), after=after, limit=limit
    )
    return {"items": [_with_money(row) for row in page.rows], "next": page.after or None}


@router.get("/customers/{path:no}/receipts", response={200: Page[ReceiptOut], **PROBLEMS})
def receipts(
    request: HttpRequest, no: No, as_of: AsOf = None, after: After = "", limit: Limit = USUAL_LIMIT
) -> dict[str, Any]:
    """A customer's receipts as of a day, the newest first."""
    page = receivables.receipt_page(
        _customer(request, no), as_of=as_of or business_day(), after=after, limit=limit
    )
    return {"items": [_with_money(row) for row in page.rows], "next": page.after or None}


@router.get("/customers/{path:no}/settlements", response={200: Page[SettlementOut], **PROBLEMS})
def settlements(
    request: HttpRequest, no: No, as_of: AsOf = None, after: After = "", limit: Limit = USUAL_LIMIT
) -> dict[str, Any]:
    """What was settled of a customer's bills by a day, the newest first."""
    page = receivables.settlement_page(
        _customer(request, no), as_of=as_of or business_day(), after=after, limit=limit
    )
    return {"items": [_with_money(row) for row in page.rows], "next": page.after or None}


@router.get("/customers/{path:no}/open-items", response={200: OpenItemsOut, **PROBLEMS})
def open_items(request: HttpRequest, no: No, as_of: AsOf = None) -> dict[str, Any]:
    """What of a customer may be settled, and with what, the oldest first; a few hundred of each at most."""
    found = receivables.open_items(_customer(request, no), as_of=as_of or business_day())
    return {name: [_with_money(row) for row in rows] for name, rows in vars(found).items()}


@router.get("/customers/{path:no}/payments", response={200: list[PaymentMonthOut], **PROBLEMS})
def payments(request: HttpRequest, no: No, as_of: AsOf = None, months: Months = 24) -> list[dict[str, Any]]:
    """How a customer was billed and paid, month by month."""
    rows = receivables.payment_curve(_customer(request, no), as_of=as_of or business_day(), months=months)
    return [_with_money(row) for row in rows]


@router.post("/customers/{path:no}/bills", response={201: DoneOut, **PROBLEMS})
@once()
def post_bill(request: HttpRequest, no: No, body: BillIn) -> Status[Any]:
    """Post one bill."""
    kept = acts.post_bill(actor=actor_of(request), on=business_day(), customer_no=no, bill=_bill(body))
    return Status(201, {"id": kept.pk})


@router.post("/customers/{path:no}/bills/void", response={200: DoneOut, **PROBLEMS})
@once()
def void_bill(request: HttpRequest, no: No, body: VoidBillIn) -> Status[Any]:
    """Cancel a bill from a day on. A settled one is refused."""
    kept = acts.void_bill(actor=actor_of(request), on=business_day(), customer_no=no, **body.model_dump())
    return Status(200, {"id": kept.pk})


@router.post("/customers/{path:no}/bills/correct", response={201: DoneOut, **PROBLEMS})
@once()
def correct_bill(request: HttpRequest, no: No, body: CorrectedIn) -> Status[Any]:
    """Post a bill anew under its number; the wrong one stays to be seen."""
    corrected = _bill(body)
    if body.model_fields_set.isdisjoint({"kind", "arises_from"}):
        before = receivables.bill_now(_customer(request, no), body.bill_no)
        if before:
            corrected = replace(corrected, kind=before.kind, arises_from=before.arises_from)
    kept = acts.correct_bill(
        actor=actor_of(request), on=business_day(), customer_no=no, corrected=corrected, reason=body.reason
    )
    return Status(201, {"id": kept.pk})


@router.post("/customers/{path:no}/receipts", response={201: DoneOut, **PROBLEMS})
@once()
def post_receipt(request: HttpRequest, no: No, body: ReceiptIn) -> Status[Any]:
    """Post money that came in; until it settles bills it is a prepayment."""
    told = body.model_dump(exclude={"amount", "currency"})
    receipt = NewReceipt(**told, amount=Money.of(body.amount, body.currency))
    kept = acts.post_receipt(actor=actor_of(request), on=business_day(), customer_no=no, receipt=receipt)
    return Status(201, {"id": kept.pk})


@router.post("/customers/{path:no}/receipts/void", response={200: DoneOut, **PROBLEMS})
@once()
def void_receipt(request: HttpRequest, no: No, body: VoidReceiptIn) -> Status[Any]:
    """Say that the money of a receipt never came."""
    kept = acts.void_receipt(actor=actor_of(request), on=business_day(), customer_no=no, **body.model_dump())
    return Status(200, {"id": kept.pk})


@router.post("/customers/{path:no}/settlements", response={201: DoneOut, **PROBLEMS})
@once()
def settle(request: HttpRequest, no: No, body: SettlementIn) -> Status[Any]:
    """Clear part of a bill with a receipt or a credit bill."""
    told = body.model_dump(exclude={"amount", "currency"})
    settlement = NewSettlement(**told, amount=Money.of(body.amount, body.currency))
    kept = acts.settle(actor=actor_of(request), on=business_day(), customer_no=no, settlement=settlement)
    return Status(201, {"id": kept.pk})


@router.post("/customers/{path:no}/settlements/{settlement_id}/reverse", response={200: DoneOut, **PROBLEMS})
@once()
def reverse_settlement(request: HttpRequest, no: No, settlement_id: Id, body: ReverseIn) -> Status[Any]:
    """Take a settlement back: it never was, and was told until today."""
    kept = acts.reverse_settlement(
        actor=actor_of(request),
        on=business_day(),
        customer_no=no,
        settlement_id=settlement_id,
        reason=body.reason,
    )
    return Status(200, {"id": kept.pk})


def _customer(request: HttpRequest, no: str) -> Any:
    access.require(actor_of(request), "receivables.read", f"customer:{no}")
    return customers.get(actor_of(request), no, on=business_day())


def _bill(body: BillIn) -> NewBill:
    of = {"kind": body.kind, "arises_from": body.arises_from}
    return NewBill(body.bill_no, body.billed_on, body.due_on, Money.of(body.amount, body.currency), **of)


def _aged(row: AgeingRow) -> dict[str, Any]:
    return {
        "bucket": row.bucket.code,
        "from_day": row.bucket.from_day,
        "upto_day": row.bucket.upto_day,
        "currency": row.currency,
        "bills": row.bills,
        "amount": MoneyOut.of(row.amount),
    }


def _with_money(row: Any) -> dict[str, Any]:
    """The fields of a value; amounts as the API writes them."""
    return {
        name: MoneyOut.of(value) if isinstance(value, Money) else value for name, value in vars(row).items()
    }
