"""Bills of exchange and deposits."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from xinheng.base.kernel.money import Money
from xinheng.facts.instruments import queries as instruments
from xinheng.facts.instruments import services as acts
from xinheng.facts.instruments.errors import InstrumentInvalid
from xinheng.facts.instruments.values import Dishonour, NewDiscount
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, AfterId, Id, Limit, No
from xinheng.web.api.instruments_schemas import (
    CustomerAccountOut,
    DepositIn,
    DepositMoveIn,
    DepositOut,
    DiscountIn,
    DishonourIn,
    EndorseIn,
    InstrumentAlertOut,
    InstrumentDayIn,
    InstrumentIn,
    InstrumentOut,
    InstrumentToldOut,
)
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["bills of exchange and deposits"])
Text = Annotated[str, Query(max_length=100)]
StateOf = Literal["", "held", "presented", "endorsed", "discounted", "paid", "dishonoured"]
KindOf = Literal["", "bank_acceptance", "commercial_acceptance", "promissory_note", "cheque"]


@router.get("/bills-of-exchange", response={200: Page[InstrumentOut], **PROBLEMS})
def listed(
    request: HttpRequest,
    state: StateOf = "",
    kind: KindOf = "",
    q: Text = "",
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """The bills of exchange within your reach, the oldest first."""
    told: dict[str, Any] = {"on": business_day(), "state": state, "kind": kind, "text": q}
    rows = instruments.instruments(actor_of(request), **told).order_by("pk")
    rows = rows.filter(pk__gt=after) if after else rows
    shown, following = page_of(list(rows[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_instrument(row) for row in shown], "next": following}


@router.get("/bills-of-exchange/alerts", response={200: list[InstrumentAlertOut], **PROBLEMS})
def alerts(request: HttpRequest) -> list[dict[str, Any]]:
    """What is to be done about bills of exchange within your reach, the soonest first."""
    return [
        {
            "code": one.code, "id": one.instrument_id, "no": one.no, "customer_no": one.customer_no,
            "amount": MoneyOut.of(one.amount), "on": one.on,
        }
        for one in instruments.alerts(actor_of(request), on=business_day())
    ]  # fmt: skip


@router.post("/customers/{path:no}/bills-of-exchange", response={201: InstrumentOut, **PROBLEMS})
@once()
def receive(request: HttpRequest, no: No, body: InstrumentIn) -> Status[Any]:
    """Take a bill of exchange in; it is a receipt in the ledger."""
    return Status(201, _instrument(acts.receive(**_who(request), customer_no=no, new=body.new())))


@router.get("/bills-of-exchange/{instrument_id}", response={200: InstrumentToldOut, **PROBLEMS})
def one_instrument(request: HttpRequest, instrument_id: Id) -> dict[str, Any]:
    """One bill of exchange with its chain, what happened to it, and its rights."""
    on = business_day()
    one = instruments.get_instrument(actor_of(request), instrument_id, on=on)
    happened = [
        {
            "act": act.act, "done_on": act.done_on, "counterparty": act.counterparty, "note": act.note,
            **{name: MoneyOut.of(Money(getattr(act, f"{name}_minor"), one.currency))
               for name in ("proceeds", "interest", "costs")},
        }
        for act in instruments.acts_of(one)
    ]  # fmt: skip
    chain = [
        {"from_name": link.from_name, "to_name": link.to_name, "endorsed_on": link.endorsed_on}
        for link in instruments.chain_of(one)
    ]
    rights = [
        {"right": right.right, "until": right.until, "is_over": right.is_over}
        for right in instruments.rights_of(one, on=on)
    ]
    return {**_instrument(one), "chain": chain, "acts": happened, "rights": rights}


@router.post("/bills-of-exchange/{instrument_id}/present", response={200: InstrumentOut, **PROBLEMS})
@once()
def present(request: HttpRequest, instrument_id: Id, body: InstrumentDayIn) -> Status[Any]:
    """Present it to its acceptor."""
    one = acts.present(**_who(request), instrument_id=instrument_id, done_on=body.done_on)
    return Status(200, _instrument(one))


@router.post("/bills-of-exchange/{instrument_id}/endorse", response={200: InstrumentOut, **PROBLEMS})
@once()
def endorse(request: HttpRequest, instrument_id: Id, body: EndorseIn) -> Status[Any]:
    """Pass it on."""
    return Status(200, _instrument(acts.endorse(**_who(request), instrument_id=instrument_id, **body.dict())))


@router.post("/bills-of-exchange/{instrument_id}/discount", response={200: InstrumentOut, **PROBLEMS})
@once()
def discount(request: HttpRequest, instrument_id: Id, body: DiscountIn) -> Status[Any]:
    """Sell it to a bank; the interest to maturity is reckoned half-up to the cent."""
    new = NewDiscount(body.bank, body.done_on, body.rate)
    return Status(200, _instrument(acts.discount(**_who(request), instrument_id=instrument_id, new=new)))


@router.post("/bills-of-exchange/{instrument_id}/pay", response={200: InstrumentOut, **PROBLEMS})
@once()
def pay(request: HttpRequest, instrument_id: Id, body: InstrumentDayIn) -> Status[Any]:
    """Say that the acceptor paid."""
    one = acts.pay(**_who(request), instrument_id=instrument_id, done_on=body.done_on)
    return Status(200, _instrument(one))


@router.post("/bills-of-exchange/{instrument_id}/dishonour", response={200: InstrumentOut, **PROBLEMS})
@once()
def dishonour(request: HttpRequest, instrument_id: Id, body: DishonourIn) -> Status[Any]:
    """Say that it was not paid; what it settled is open again from that day."""
    one = instruments.get_instrument(actor_of(request), instrument_id, on=business_day())
    costs = _money(body.costs, one.currency, "costs") if body.costs else None
    told = Dishonour(body.done_on, body.reason, costs)
    return Status(200, _instrument(acts.dishonour(**_who(request), instrument_id=instrument_id, told=told)))


@router.get("/deposits", response={200: Page[DepositOut], **PROBLEMS})
def deposits(
    request: HttpRequest,
    which: Literal["", "held", "missing"] = "",
    q: Text = "",
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """The deposits within your reach, the oldest first."""
    rows = instruments.deposits(actor_of(request), on=business_day(), text=q, which=which).order_by("pk")
    rows = rows.filter(pk__gt=after) if after else rows
    shown, following = page_of(list(rows[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_deposit(row) for row in shown], "next": following}


@router.post("/customers/{path:no}/deposits", response={201: DepositOut, **PROBLEMS})
@once()
def ask_deposit(request: HttpRequest, no: No, body: DepositIn) -> Status[Any]:
    """Keep that the customer has to leave a deposit."""
    return Status(201, _deposit(acts.ask_deposit(**_who(request), customer_no=no, new=body.new())))


@router.get("/customers/{path:no}/account", response={200: list[CustomerAccountOut], **PROBLEMS})
def account(request: HttpRequest, no: No) -> list[dict[str, Any]]:
    """What the customer was charged and paid, its arrears, credit and deposits, a row a currency."""
    names = ("charged", "paid", "arrears", "credit", "deposits_due", "deposits_held", "refunded")
    return [
        {"currency": row.currency, **{name: MoneyOut.of(getattr(row, name)) for name in names}}
        for row in instruments.account_of(actor_of(request), no, on=business_day())
    ]


@router.post("/deposits/{deposit_id}/receive", response={200: DepositOut, **PROBLEMS})
@once()
def receive_deposit(request: HttpRequest, deposit_id: Id, body: DepositMoveIn) -> Status[Any]:
    """Keep money that came for it; what is over is the customer's credit."""
    told = {"amount": _amount(request, deposit_id, body), "received_on": body.done_on, "note": body.note}
    acts.receive_deposit(**_who(request), deposit_id=deposit_id, **told)
    return _answer(request, deposit_id)


@router.post("/deposits/{deposit_id}/apply", response={200: DepositOut, **PROBLEMS})
@once()
def apply_deposit(request: HttpRequest, deposit_id: Id, body: DepositMoveIn) -> Status[Any]:
    """Pay what is overdue from it, in the order of clearing."""
    told = {"amount": _amount(request, deposit_id, body), "applied_on": body.done_on, "note": body.note}
    acts.apply_deposit(**_who(request), deposit_id=deposit_id, **told)
    return _answer(request, deposit_id)


@router.post("/deposits/{deposit_id}/refund", response={200: DepositOut, **PROBLEMS})
@once()
def refund_deposit(request: HttpRequest, deposit_id: Id, body: DepositMoveIn) -> Status[Any]:
    """Give it back, as far as it is held."""
    told = {"amount": _amount(request, deposit_id, body), "refunded_on": body.done_on, "note": body.note}
    acts.refund_deposit(**_who(request), deposit_id=deposit_id, **told)
    return _answer(request, deposit_id)


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _amount(request: HttpRequest, deposit_id: int, body: DepositMoveIn) -> Any:
    one = instruments.get_deposit(actor_of(request), deposit_id, on=business_day())
    return _money(body.amount, one.currency, "amount")


def _money(amount: Decimal, currency: str, field: str) -> Money:
    """An amount in a currency. Refuses: InstrumentInvalid, of more places than the currency has."""
    found = Money.of(amount, currency)
    if found.decimal != amount:
        raise InstrumentInvalid(field=field, cause=_("It has more decimals than its currency."))
    return found


def _answer(request: HttpRequest, deposit_id: int) -> Status[Any]:
    return Status(200, _deposit(instruments.get_deposit(actor_of(request), deposit_id, on=business_day())))


def _instrument(one: Any) -> dict[str, Any]:
    same = ("id", "no", "kind", "form", "drawer", "acceptor", "issued_on", "matures_on", "received_on",
            "receipt_no", "state")  # fmt: skip
    return {
        **{name: getattr(one, name) for name in same}, "customer_no": one.customer.no,
        "amount": MoneyOut.of(Money(one.amount_minor, one.currency)),
        "counted": MoneyOut.of(Money(one.counted_minor, one.currency)),
    }  # fmt: skip


def _deposit(one: Any) -> dict[str, Any]:
    stands = instruments.standing_of(one)
    names = ("due", "received", "applied", "refunded", "held", "missing")
    return {
        "id": one.pk, "no": one.no, "customer_no": one.customer.no, "purpose": one.purpose,
        "due_on": one.due_on,
        **{name: MoneyOut.of(getattr(stands, name)) for name in names},
    }  # fmt: skip
