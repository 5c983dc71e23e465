"""What instruments and deposits hand out and take in, and what they tell to those who keep count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from django.dispatch import Signal
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from xinheng.base.kernel.money import Money

Kind = Literal["bank_acceptance", "commercial_acceptance", "promissory_note", "cheque"]
Form = Literal["electronic", "paper"]
State = Literal["held", "presented", "endorsed", "discounted", "paid", "dishonoured"]
Counts = Literal["until_paid", "until_matured", "never"]
Right = Literal["acceptor", "recourse", "recourse_again"]
CountedFrom = Literal["maturity", "issue", "dishonour", "payment"]
KINDS: dict[str, str | Promise] = {
    "bank_acceptance": _("bank acceptance bill"),
    "commercial_acceptance": _("commercial acceptance bill"),
    "promissory_note": _("promissory note"),
    "cheque": _("cheque"),
}
FORMS: dict[str, str | Promise] = {"electronic": _("electronic"), "paper": _("on paper")}
STATES: dict[str, str | Promise] = {
    "held": _("in hand"),
    "presented": _("presented"),
    "endorsed": _("endorsed on"),
    "discounted": _("discounted"),
    "paid": _("paid"),
    "dishonoured": _("dishonoured"),
}
ACTS: dict[str, str | Promise] = {
    "receive": _("taken in"),
    "present": _("presented"),
    "endorse": _("endorsed on"),
    "discount": _("discounted"),
    "pay": _("paid"),
    "dishonour": _("dishonoured"),
    "mature": _("matured"),
}
RIGHTS: dict[str, str | Promise] = {
    "acceptor": _("against the acceptor"),
    "recourse": _("recourse against who gave it"),
    "recourse_again": _("recourse again after paying"),
}
MOVES: dict[str, str | Promise] = {
    "receive": _("taken in"),
    "apply": _("applied to arrears"),
    "refund": _("refunded"),
}
SORTS = ("matures", "amount", "customer", "received")
METHOD = "bill_of_exchange"  # of the receipt an instrument is in the ledger
# Sent inside the transaction of every act that changes what of instruments counts as exposure:
# moved(moves: pl.DataFrame), a row a change, with the columns customer_id, segment (""), currency, component
# ("receivable"), minor (above or below zero).
moved = Signal()


class Written(BaseModel):
    """Anything in the rules: closed (an unknown key is refused) and never edited."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Longest(Written):
    """The longest an instrument of a form may run from a day on."""

    from_on: Annotated[date, Field(alias="from")]
    form: Form
    months: Annotated[int, Field(ge=1, le=60)]


class PeriodRule(Written):
    """How many months a right lasts, counted from what, for rights that began on a day or later."""

    from_on: Annotated[date, Field(alias="from")]
    right: Right
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    months: Annotated[int, Field(ge=1, le=120)]
    counted_from: CountedFrom


class InstrumentRules(Written):
    """The rules of instruments, checked."""

    kind: Literal["instruments"]
    code: Literal["instruments"]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: dict[Literal["zh", "en"], str]
    source: dict[Literal["zh", "en"], str]
    day_base: Literal[360, 365]
    present_within_days: Annotated[int, Field(ge=0, le=60)]
    alert_days: Annotated[tuple[Annotated[int, Field(ge=0, le=365)], ...], Field(min_length=1)]
    counts: dict[Kind, Counts]
    longest_months: tuple[Longest, ...]
    periods: Annotated[tuple[PeriodRule, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Holder:
    """One endorsement of the chain before us: from whom to whom."""

    from_name: str
    to_name: str
    endorsed_on: date | None = None


@dataclass(frozen=True)
class NewInstrument:
    """An instrument a customer gave us. endorsed: how it came from the payee to that customer."""

    no: str
    kind: Kind
    amount: Money
    drawer: str
    acceptor: str
    issued_on: date
    matures_on: date
    received_on: date
    form: Form = "electronic"
    endorsed: tuple[Holder, ...] = ()
    reference: str = ""  # what the customer wrote, such as the bills it pays


@dataclass(frozen=True)
class NewDiscount:
    """An instrument sold to a bank before it matures. rate: percent a year."""

    bank: str
    discounted_on: date
    rate: Decimal


@dataclass(frozen=True)
class Dishonour:
    """That an instrument was not paid. costs: what that cost us, a claim on who gave it."""

    dishonoured_on: date
    reason: str
    costs: Money | None = None


@dataclass(frozen=True)
class NewDeposit:
    """A deposit a customer has to leave with us."""

    no: str
    purpose: str
    amount: Money
    due_on: date


@dataclass(frozen=True)
class Claimable:
    """Until when a right of an instrument can be claimed."""

    right: Right
    until: date
    is_over: bool


@dataclass(frozen=True)
class Alert:
    """What is to be done about an instrument. code: present_now, matures, not_presented, recourse_ends."""

    code: str
    instrument_id: int
    no: str
    customer_no: str
    customer_name: str
    amount: Money
    on: date  # when it must be done


@dataclass(frozen=True)
class DepositStanding:
    """A deposit as it stands: due, received, applied, refunded, held, and what is still to come."""

    due: Money
    received: Money
    applied: Money
    refunded: Money
    held: Money
    missing: Money


@dataclass(frozen=True)
class AccountStanding:
    """The ledger of one customer in one currency (PRP-06): what was charged and paid, and where it stands."""

    currency: str
    charged: Money
    paid: Money
    arrears: Money  # overdue
    credit: Money  # overpaid, kept for the customer
    deposits_due: Money  # still to come in
    deposits_held: Money
    refunded: Money
