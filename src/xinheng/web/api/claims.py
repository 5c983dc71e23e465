"""Plans of instalments, returned payments, write-offs, and the lists of the ledger."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from xinheng.base.kernel.money import Money
from xinheng.facts.receivables import services as acts
from xinheng.facts.receivables.values import NewBill, NewInstalment, NewPlan, NewRecovery, NewReturn
from xinheng.reports import queries as reports
from xinheng.reports import services as files
from xinheng.runs.services import business_day
from xinheng.web.api.claims_schemas import (
    ClaimListOut,
    ClaimsAsked,
    EndPlanIn,
    PlanIn,
    RecoveryIn,
    ReturnedPaymentIn,
    RevaluationOut,
    TakeBackWriteOffIn,
    WriteOffIn,
)
from xinheng.web.api.fields import AsOf, Id, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut
from xinheng.web.api.signing_in import actor_of
from xinheng.web.api.taken_in import EXCEL, WORKBOOK

router = Router(tags=["receivables"])
Listed = Annotated[
    Literal["prepaid", "plans", "other", "returned", "asked", "written-off", "recovered"],
    Path(description="Which list of the ledger."),
]


@router.get("/claims/{name}", response={200: ClaimListOut, **PROBLEMS})
def claims(request: HttpRequest, name: Listed, asked: Query[ClaimsAsked]) -> dict[str, Any]:
    """A list of the ledger: free money, plans, other claims, returns, write-offs, recoveries."""
    wanted = reports.ClaimsWanted(asked.text, asked.as_of, asked.sort)
    actor, on, listed = actor_of(request), business_day(), reports.CLAIM_LISTS[name]
    found = reports.claims(actor, name, wanted, on=on, skip=asked.skip, most=asked.limit)
    read = asked.skip + asked.limit
    return {
        "name": name,
        "title": str(listed.title),
        "as_of": found.as_of,
        "columns": [
            {"key": _key(field.key), "title": str(field.title), "kind": field.kind} for field in listed.fields
        ],
        "total": found.total,
        "sums": {
            _key(key): {currency: MoneyOut.of(money) for currency, money in by.items()}
            for key, by in found.sums.items()
        },
        "items": [_item(row) for row in found.rows],
        "next": read if read < found.total else None,
    }


@router.get("/claims/{name}/list.xlsx", response=PROBLEMS, openapi_extra=WORKBOOK)
def claims_workbook(request: HttpRequest, name: Listed, asked: Query[ClaimsAsked]) -> HttpResponse:
    """The same list, all of it, as Excel."""
    wanted = reports.ClaimsWanted(asked.text, asked.as_of, asked.sort)
    content = files.export_claims(actor=actor_of(request), on=business_day(), name=name, wanted=wanted)
    answer = HttpResponse(content, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


@router.get("/revaluation", response={200: list[RevaluationOut], **PROBLEMS})
def revaluation(
    request: HttpRequest, as_of: AsOf = None, text: Annotated[str, Query(max_length=100)] = ""
) -> list[dict[str, Any]]:
    """Open foreign items in yuan, as booked and at the rate of a day; refused where a rate is not told."""
    rows = reports.revaluation(actor_of(request), on=business_day(), as_of=as_of, text=text)
    return [
        {name: MoneyOut.of(value) if isinstance(value, Money) else value for name, value in vars(row).items()}
        for row in rows
    ]


@router.post("/customers/{path:no}/plans", response={201: DoneOut, **PROBLEMS})
@once()
def agree_plan(request: HttpRequest, no: No, body: PlanIn) -> Status[Any]:
    """Split a bill into instalments, due on their own days from the day agreed on."""
    parts = tuple(NewInstalment(one.due_on, Money.of(one.amount, body.currency)) for one in body.instalments)
    plan = NewPlan(body.bill_no, parts, body.reason, body.agreed_on)
    kept = acts.agree_plan(actor=actor_of(request), on=business_day(), customer_no=no, plan=plan)
    return Status(201, {"id": kept.pk})


@router.post("/customers/{path:no}/plans/end", response={200: DoneOut, **PROBLEMS})
@once()
def end_plan(request: HttpRequest, no: No, body: EndPlanIn) -> Status[Any]:
    """End a plan: the bill is due as a whole on its own day again."""
    kept = acts.end_plan(actor=actor_of(request), on=business_day(), customer_no=no, **body.model_dump())
    return Status(200, {"id": kept.pk})


@router.post("/customers/{path:no}/receipts/return", response={201: DoneOut, **PROBLEMS})
@once()
def return_payment(request: HttpRequest, no: No, body: ReturnedPaymentIn) -> Status[Any]:
    """Say that a payment went back; the bills it settled are open again from that day on."""
    on, fee = business_day(), None
    day = body.returned_on or on
    if body.fee:
        amount = Money.of(body.fee.amount, body.fee.currency)
        of = {"kind": "fee", "arises_from": body.fee.arises_from}
        fee = NewBill(body.fee.bill_no, day, day, amount, **of)
    returned = NewReturn(body.receipt_no, body.reason, day, fee)
    kept = acts.return_payment(actor=actor_of(request), on=on, customer_no=no, returned=returned)
    return Status(201, {"id": kept.pk})


@router.post("/customers/{path:no}/write-offs", response={201: DoneOut, **PROBLEMS})
@once()
def write_off(request: HttpRequest, no: No, body: WriteOffIn) -> Status[Any]:
    """Ask to write a claim off; where nobody has to sign it is done at once. The claim stays."""
    amount = None if body.amount is None else Money.of(body.amount, body.currency)
    told: dict[str, Any] = {"bill_no": body.bill_no, "reason": body.reason, "amount": amount}
    kept = acts.write_off(actor=actor_of(request), on=business_day(), customer_no=no, **told)
    return Status(201, {"id": kept.pk})


@router.post("/customers/{path:no}/write-offs/{write_off_id}/take-back", response={200: DoneOut, **PROBLEMS})
@once()
def take_back_write_off(
    request: HttpRequest, no: No, write_off_id: Id, body: TakeBackWriteOffIn
) -> Status[Any]:
    """Take a write-off back, or a part of it: the bill is open again from today."""
    amount = None if body.amount is None else Money.of(body.amount, body.currency)
    told: dict[str, Any] = {"write_off_id": write_off_id, "reason": body.reason, "amount": amount}
    kept = acts.take_back_write_off(actor=actor_of(request), on=business_day(), customer_no=no, **told)
    return Status(200, {"id": kept.pk})


@router.post("/customers/{path:no}/write-offs/{write_off_id}/recover", response={201: DoneOut, **PROBLEMS})
@once()
def recover(request: HttpRequest, no: No, write_off_id: Id, body: RecoveryIn) -> Status[Any]:
    """A receipt pays what was written off."""
    amount = Money.of(body.amount, body.currency)
    recovery = NewRecovery(write_off_id, body.receipt_no, amount, body.recovered_on)
    kept = acts.recover(actor=actor_of(request), on=business_day(), customer_no=no, recovery=recovery)
    return Status(201, {"id": kept.pk})


def _item(row: dict[str, Any]) -> dict[str, Any]:
    return {
        _key(key): MoneyOut.of(value) if isinstance(value, Money) else value for key, value in row.items()
    }


def _key(key: str) -> str:
    """A column as the interface names it: money carries its currency and is not in minor units."""
    return key.removesuffix("_minor")
