"""The shapes of bills, receipts, statements and trade."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field, model_validator

from xinheng.web.api.fields import Amount, Currency, Day, exact
from xinheng.web.api.schemas import Asked, MoneyOut

Number = Annotated[str, Field(min_length=1, max_length=60)]
Reason = Annotated[str, Field(max_length=300)]


class AgeingOut(Schema):
    """Open bills of one bucket and currency. from_day, upto_day: days past due, both included."""

    bucket: str
    from_day: int | None
    upto_day: int | None
    currency: str
    bills: int
    amount: MoneyOut


class BalanceOut(Schema):
    """What a customer owes and has paid ahead; one amount a currency."""

    as_of: date
    open: list[MoneyOut]
    prepaid: list[MoneyOut]


class EventsWanted(Schema):
    """Which events. since: paid or told since; twelve months before as_of if not given."""

    event: Literal["", "late", "not_paid", "unable"] = ""
    text: Annotated[str, Field(max_length=100)] = ""
    as_of: Day | None = None
    since: Day | None = None
    skip: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class RiskEventOut(Schema):
    """One event. event: late, not_paid or unable; of the last the evidence is told, and no amount."""

    customer_no: str
    customer_name: str
    event: str
    bill_no: str
    due_on: date | None
    happened_on: date
    days_late: int | None
    amount: MoneyOut | None
    evidence: str
    source: str
    told_by: str


class RiskEventsOut(Schema):
    """Events, the newest first. counts: of each kind; total: of the kind asked for; next: what to skip."""

    as_of: date
    since: date
    counts: dict[str, int]
    total: int
    items: list[RiskEventOut]
    next: int | None


class TotalsOut(Schema):
    """The ledger of the customers within your reach, in one currency."""

    currency: str
    open: MoneyOut
    overdue: MoneyOut
    prepaid: MoneyOut
    bills: int
    overdue_bills: int


class BillOut(Schema):
    """One bill as of a day."""

    bill_no: str
    billed_on: date
    due_on: date
    amount: MoneyOut
    open: MoneyOut
    overdue_days: int
    settled_on: date | None
    is_void: bool
    kind: str
    arises_from: str
    instalments: int
    next_due_on: date | None
    written_off: MoneyOut | None


class Priced(Asked):
    """An amount with the decimals of its currency, no more."""

    amount: Amount
    currency: Currency = "CNY"

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.amount, self.currency, "amount")
        return self


class BillIn(Priced):
    """A bill; below zero: a credit bill."""

    bill_no: Number
    billed_on: Day
    due_on: Day
    kind: str = Field("goods", max_length=20)
    arises_from: str = Field("", max_length=60)


class CorrectedIn(BillIn):
    """The right bill under the number of the wrong one; kind and arises_from left out: as they were."""

    reason: Reason


class VoidBillIn(Asked):
    """Why a bill is void, and from which day; today if not given."""

    bill_no: Number
    reason: Reason
    voided_on: Day | None = None


class ReceiptOut(Schema):
    """One receipt as of a day. unsettled: what no bill has taken."""

    receipt_no: str
    received_on: date
    amount: MoneyOut
    unsettled: MoneyOut
    method: str
    is_void: bool
    reference: str
    payer: str
    purpose: str
    order_no: str
    returned_on: date | None


class ReceiptIn(Priced):
    """Money that came in."""

    receipt_no: Number
    received_on: Day
    method: str = Field("", max_length=20)
    reference: str = Field("", max_length=200)
    payer: str = Field("", max_length=200)
    purpose: str = Field("", max_length=20)
    order_no: str = Field("", max_length=40)


class VoidReceiptIn(Asked):
    """Why the money of a receipt never came."""

    receipt_no: Number
    reason: Reason


class SettlementIn(Priced):
    """Part of a bill cleared with a receipt or a credit bill: name one of the two."""

    bill_no: Number
    settled_on: Day
    receipt_no: str = Field("", max_length=60)
    credit_bill_no: str = Field("", max_length=60)


class OpenItemOut(Schema):
    """A bill, receipt or credit bill of which something is left."""

    no: str
    on: date
    left: MoneyOut


class OpenItemsOut(Schema):
    """What may be settled, and with what."""

    bills: list[OpenItemOut]
    receipts: list[OpenItemOut]
    credit_bills: list[OpenItemOut]


class SettlementOut(Schema):
    """Part of a bill cleared. id: what takes it back names it. is_reversed: it was taken back since."""

    id: int
    settled_on: date
    bill_no: str
    receipt_no: str
    credit_bill_no: str
    amount: MoneyOut
    told_on: date
    is_reversed: bool


class ReverseIn(Asked):
    """Why."""

    reason: Reason


class PaymentMonthOut(Schema):
    """One month of a customer's payments. days_to_pay: weighted by money; null: nothing was settled."""

    month: date
    billed: MoneyOut
    received: MoneyOut
    days_to_pay: float | None


class FigureOut(Schema):
    """One line of a statement. opening: null when it was not told."""

    code: str
    name: str
    name_en: str
    statement: str
    amount: MoneyOut
    opening: MoneyOut | None


class CheckOut(Schema):
    """A sum of a statement that does not add up."""

    code: str
    line: str
    told: MoneyOut
    expected: MoneyOut
    grave: bool


class StatementOut(Schema):
    """One period's statement, its last version. is_consistent false: unverified, see checks."""

    period_end: date
    months: int
    version: int
    currency: str
    is_consolidated: bool
    opinion: str
    is_consistent: bool
    told_on: date
    figures: list[FigureOut]
    checks: list[CheckOut]


class StatementIn(Asked):
    """A statement. figures: code of a line -> amount; openings: the same for the period before."""

    period_end: Day
    figures: dict[Annotated[str, Field(max_length=60)], Amount] = Field(max_length=500)
    openings: dict[Annotated[str, Field(max_length=60)], Amount] = Field({}, max_length=500)
    months: int = Field(12, ge=1, le=24)
    currency: Currency = "CNY"
    is_consolidated: bool = False
    opinion: str = Field("", max_length=20)

    @model_validator(mode="after")
    def _openings_have_figures(self) -> StatementIn:
        if alone := sorted(self.openings.keys() - self.figures.keys()):
            raise ValueError(_("openings without a figure: %(lines)s") % {"lines": ", ".join(alone)})
        for place in ("figures", "openings"):
            for code, amount in getattr(self, place).items():
                exact(amount, self.currency, f"{place}.{code}")
        return self


class LineOut(Schema):
    """A line that statements have."""

    code: str
    name: str
    name_en: str
    statement: str
    total: bool


class TradeMonthOut(Schema):
    """What the customer sold and bought in a month, without tax."""

    month: date
    sold: MoneyOut
    bought: MoneyOut


class CounterpartyOut(Schema):
    """A buyer or supplier of the customer. share: of the side's net money, 0 to 1."""

    name: str
    invoices: int
    net: MoneyOut
    share: Decimal


class TradeSideOut(Schema):
    """Sales or purchases over the months looked at."""

    side: str
    invoices: int
    void: int
    red_letter: int
    net: MoneyOut
    tax: MoneyOut
    counterparties: int
    largest: list[CounterpartyOut]


class TradeOut(Schema):
    """The customer's own trade by its VAT invoices. Days null and lists empty: it showed none."""

    first_on: date | None = None
    last_on: date | None = None
    months: list[TradeMonthOut] = []
    sides: list[TradeSideOut] = []
