"""Interest and fees: what came up, runs, corrections, waivers, agreements, rates."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.operations.charges import queries as charges
from xinheng.operations.charges import services as acts
from xinheng.operations.charges.values import Asked as Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.charge_schemas import (
    ChargeAccruedOut,
    ChargeAgreementEndIn,
    ChargeAgreementIn,
    ChargeAgreementOut,
    ChargeCorrectedOut,
    ChargeOut,
    ChargeRunIn,
    ChargeRunOut,
    ChargesAsked,
    ChargeWaiverIn,
    LprIn,
    LprOut,
    TermFindingsOut,
)
from xinheng.web.api.fields import USUAL_LIMIT, After, AsOf, Id, Limit, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["charges"])
Buyer = Annotated[Literal["public", "large", "other"], Query(description="Who the buyer is.")]
TermDays = Annotated[int | None, Query(ge=0, le=3650)]


@router.get("/charges", response={200: Page[ChargeOut], **PROBLEMS})
def listed(request: HttpRequest, asked: Query[ChargesAsked]) -> dict[str, Any]:
    """The charges within your reach that pass the filters, the oldest first."""
    wanted = Wanted(**asked.model_dump(exclude={"after", "limit"}))
    rows = charges.charges(actor_of(request), wanted, on=business_day()).order_by("pk")
    rows = rows.filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_out(row) for row in found], "next": following}


@router.get("/charges-accrued", response={200: Page[ChargeAccruedOut], **PROBLEMS})
def accrued(
    request: HttpRequest, until: AsOf = None, after: After = "", limit: Limit = USUAL_LIMIT
) -> dict[str, Any]:
    """What came up on overdue claims until a day, which does not count, and was not charged."""
    actor, on = actor_of(request), business_day()
    rows = charges.accrued_within(actor, as_of=until or on, on=on).rows
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    some = rows.slice(start, limit)
    named = customers.numbers_and_names(some["customer_id"].unique().to_list())
    items = [
        {**row, "customer_no": named[row["customer_id"]][0],
         "amount": MoneyOut.of(Money(row["minor"], row["currency"]))}
        for row in some.iter_rows(named=True)
    ]  # fmt: skip
    more = start + limit < rows.height
    return {"items": items, "next": str(start + limit) if more else None}


@router.post("/charge-runs", response={201: ChargeRunOut, **PROBLEMS})
@once()
def post_charges(request: HttpRequest, body: ChargeRunIn) -> Status[Any]:
    """Charge what came up until a day; no day is charged twice."""
    told: dict[str, Any] = {"until_on": body.until_on, "customer_nos": body.customer_nos}
    done = acts.post_charges(**_who(request), **told)
    totals = [MoneyOut.of(money) for money in done.totals.values()]
    return Status(201, {"run": done.run, "charges": done.charges, "waiting": done.waiting, "totals": totals})


@router.post("/charge-corrections", response={200: ChargeCorrectedOut, **PROBLEMS})
@once()
def correct(request: HttpRequest) -> Status[Any]:
    """Bring interest that was charged to what is known now."""
    done = acts.correct_charges(**_who(request))
    totals = [MoneyOut.of(money) for money in done.totals.values()]
    return Status(200, {"run": done.run, "raised": done.raised, "lowered": done.lowered, "totals": totals})


@router.get("/charge-agreements", response={200: list[ChargeAgreementOut], **PROBLEMS})
def agreements(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest 200 agreements within your reach."""
    rows = charges.agreements(actor_of(request), on=business_day())[:200]
    plain = ("id", "reach", "schemes", "percent", "signed_on", "from_on", "until_on", "paper")
    return [
        {**{name: getattr(row, name) for name in plain}, "customer_no": row.customer.no,
         "bill_no": row.bill.bill_no if row.bill else ""}
        for row in rows
    ]  # fmt: skip


@router.post("/customers/{path:no}/charge-agreements", response={201: DoneOut, **PROBLEMS})
@once()
def agree(request: HttpRequest, no: No, body: ChargeAgreementIn) -> Status[Any]:
    """Keep what was agreed on charges; it ends the one before of its like."""
    return Status(201, {"id": acts.agree(**_who(request), customer_no=no, new=body.new()).pk})


@router.post("/charge-agreements/{agreement_id}/end", response={200: DoneOut, **PROBLEMS})
@once()
def end_agreement(request: HttpRequest, agreement_id: Id, body: ChargeAgreementEndIn) -> Status[Any]:
    """Let an agreement end with a day, which it no longer covers."""
    told: dict[str, Any] = {"agreement_id": agreement_id, "until_on": body.until_on}
    return Status(200, {"id": acts.end_agreement(**_who(request), **told).pk})


@router.get("/loan-prime-rates", response={200: list[LprOut], **PROBLEMS})
def loan_prime_rates(request: HttpRequest) -> list[Any]:
    """Every rate that is known, the first first."""
    access.require(actor_of(request), "charges.read")
    return [one.__dict__ for one in charges.known_rates()]


@router.post("/loan-prime-rates", response={200: DoneOut, **PROBLEMS})
@once()
def enter_rates(request: HttpRequest, body: LprIn) -> Status[Any]:
    """Enter rates as they were published; id: how many are new."""
    return Status(200, {"id": acts.enter_rates(**_who(request), rates=body.new())})


@router.get("/payment-term-findings", response={200: TermFindingsOut, **PROBLEMS})
def payment_term_findings(
    request: HttpRequest, buyer: Buyer = "large", delivered_on: AsOf = None, days: TermDays = None,
    when_paid: bool = False, reason: Annotated[str, Query(max_length=300)] = "",
) -> dict[str, Any]:  # fmt: skip
    """What the regulation on payments to small enterprises finds in a term, and the due day it gives."""
    access.require(actor_of(request), "charges.read")
    return {
        "findings": charges.term_findings(buyer, days, when_paid=when_paid, reason=reason),
        "statutory_due_on": charges.statutory_due_on(delivered_on or business_day(), buyer),
    }


@router.get("/charges/{charge_id}", response={200: ChargeOut, **PROBLEMS})
def one(request: HttpRequest, charge_id: Id) -> dict[str, Any]:
    """One charge with the days behind it."""
    return _out(charges.get_charge(actor_of(request), charge_id, on=business_day()))


@router.post("/charges/{charge_id}/waive", response={200: ChargeOut, **PROBLEMS})
@once()
def waive(request: HttpRequest, charge_id: Id, body: ChargeWaiverIn) -> Status[Any]:
    """Let go of a charge or part of it."""
    row = charges.get_charge(actor_of(request), charge_id, on=business_day())
    amount = None if body.amount is None else Money.of(body.amount, row.currency)
    acts.waive(**_who(request), charge_id=charge_id, reason=body.reason, amount=amount)
    return Status(200, one(request, charge_id))


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _out(row: Any) -> dict[str, Any]:
    plain = (
        "id", "instalment", "scheme", "number", "from_on", "until_on", "days", "claim", "claim_no", "told_on",
        "waived_on", "waived_by", "waived_why", "steps",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in plain},
        "customer_no": row.customer.no,
        "bill_no": row.bill.bill_no,
        "amount": MoneyOut.of(Money(row.amount_minor, row.currency)),
        "waived": MoneyOut.of(Money(row.waived_minor, row.currency)),
    }
