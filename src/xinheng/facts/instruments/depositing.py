"""The acts on deposits: asked for, received, applied to arrears, refunded (PRP-06)."""

from __future__ import annotations

from datetime import date

import polars as pl
from babel.numbers import is_currency
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.instruments import selecting
from xinheng.facts.instruments.errors import (
    DepositKept,
    InstrumentInvalid,
    MoreThanArrears,
    RefundAboveDeposit,
)
from xinheng.facts.instruments.models import Deposit, DepositMove
from xinheng.facts.instruments.values import NewDeposit
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewReceipt


@transaction.atomic
def ask_deposit(*, actor: Actor, on: date, customer_no: str, new: NewDeposit) -> Deposit:
    """Keep that a customer has to leave a deposit. Refuses: AccessDenied, CustomerUnknown, InstrumentInvalid,
    DepositKept.
    """
    access.require(actor, "instruments.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    for field, text, longest in (("no", new.no, 40), ("purpose", new.purpose, 120)):
        if not text.strip() or text != text.strip() or len(text) > longest or not text.isprintable():
            raise InstrumentInvalid(field=field, cause=_("It is empty, padded or too long."))
    _above_zero(new.amount)
    try:
        with transaction.atomic():
            kept = Deposit.objects.create(
                no=new.no, customer=customer, purpose=new.purpose, due_minor=new.amount.minor,
                currency=new.amount.currency, due_on=new.due_on, told_by=actor.login, told_on=on,
            )  # fmt: skip
    except IntegrityError:
        raise DepositKept(no=new.no) from None
    _record(actor, on, "ask_deposit", kept, amount=new.amount, due_on=new.due_on)
    return kept


@transaction.atomic
def receive_deposit(
    *, actor: Actor, on: date, deposit_id: int, amount: Money, received_on: date, note: str = ""
) -> tuple[Money, Money]:
    """Keep money that came for a deposit: gives what was taken and what was over.

    What is over the deposit is posted as a receipt of the customer and kept as its credit. Refuses:
    AccessDenied, DepositUnknown, InstrumentInvalid.
    """
    access.require(actor, "instruments.write", f"deposit:{deposit_id}")
    one = selecting.get_deposit(actor, deposit_id, on=on, lock=True)
    _check_move(one, amount, received_on, on=on)
    room = max(0, one.due_minor + one.applied_minor - one.received_minor)
    taken = min(room, amount.minor)
    over = Money(amount.minor - taken, one.currency)
    if taken:
        one.received_minor += taken
        one.save(update_fields=["received_minor"])
        _move(one, "receive", taken, received_on, **_told(actor, on, note))
    if over.minor:
        receipt = NewReceipt(_receipt_no(one), received_on, over, "deposit", reference=one.no)
        ledger.post_receipt(actor=actor, on=on, customer_no=one.customer.no, receipt=receipt)
    _record(actor, on, "receive_deposit", one, taken=Money(taken, one.currency), over=over)
    return Money(taken, one.currency), over


@transaction.atomic
def apply_deposit(
    *, actor: Actor, on: date, deposit_id: int, amount: Money, applied_on: date, note: str = ""
) -> Money:
    """Pay what is overdue from a deposit, in the order of clearing; the deposit is to be filled up again.

    Gives what is held after it. Refuses: AccessDenied, DepositUnknown, RefundAboveDeposit, MoreThanArrears,
    InstrumentInvalid.
    """
    access.require(actor, "instruments.write", f"deposit:{deposit_id}")
    one = selecting.get_deposit(actor, deposit_id, on=on, lock=True)
    _check_move(one, amount, applied_on, on=on)
    _check_held(one, amount)
    own = customers.visible(actor, on=on).filter(pk=one.customer_id)
    lines = receivables.open_lines(own, as_of=applied_on)
    overdue = lines.filter(
        pl.col("currency") == one.currency, pl.col("due_on") < applied_on, pl.col("open_minor") > 0
    )
    arrears = Money(int(overdue["open_minor"].sum()), one.currency)
    if amount.minor > arrears.minor:
        raise MoreThanArrears(arrears=arrears, amount=amount)
    number = _receipt_no(one)
    receipt = NewReceipt(number, applied_on, amount, "deposit", reference=one.no)
    ledger.post_receipt(actor=actor, on=on, customer_no=one.customer.no, receipt=receipt)
    order = receivables.clearing_order(on)
    paid = receivables.allocate(amount.minor, overdue, order, on=applied_on).filter(pl.col("paid_minor") > 0)
    by_bill = paid.group_by("customer_id", "bill_no", maintain_order=True).agg(
        amount_minor=pl.col("paid_minor").sum()
    )
    settled = by_bill.with_columns(receipt_no=pl.lit(number), settled_on=pl.lit(applied_on))
    posted = ledger.post_settlements(settled, batch_no=None, told_on=on, actor=actor)
    assert posted.rejected.is_empty(), posted.rejected
    one.applied_minor += amount.minor
    one.save(update_fields=["applied_minor"])
    _move(one, "apply", amount.minor, applied_on, receipt_no=number, **_told(actor, on, note))
    _record(actor, on, "apply_deposit", one, amount=amount, bills=by_bill["bill_no"].to_list())
    return _held(one)


@transaction.atomic
def refund_deposit(
    *, actor: Actor, on: date, deposit_id: int, amount: Money, refunded_on: date, note: str
) -> Money:
    """Give a deposit back, as far as it is held. Gives what is held after it.

    Refuses: AccessDenied, DepositUnknown, RefundAboveDeposit, InstrumentInvalid.
    """
    access.require(actor, "instruments.write", f"deposit:{deposit_id}")
    one = selecting.get_deposit(actor, deposit_id, on=on, lock=True)
    _check_move(one, amount, refunded_on, on=on)
    _check_held(one, amount)
    one.refunded_minor += amount.minor
    one.save(update_fields=["refunded_minor"])
    _move(one, "refund", amount.minor, refunded_on, **_told(actor, on, note))
    _record(actor, on, "refund_deposit", one, amount=amount)
    return _held(one)


def _held(one: Deposit) -> Money:
    return Money(one.received_minor - one.applied_minor - one.refunded_minor, one.currency)


def _above_zero(amount: Money) -> None:
    if amount.minor <= 0 or not is_currency(amount.currency):
        raise InstrumentInvalid(field="amount", cause=_("It must be above zero, in a known currency."))


def _check_move(one: Deposit, amount: Money, day: date, *, on: date) -> None:
    _above_zero(amount)
    if amount.currency != one.currency:
        raise InstrumentInvalid(
            field="amount", cause=_("The deposit is in %(currency)s.") % {"currency": one.currency}
        )
    if day > on:
        raise InstrumentInvalid(field="done_on", cause=_("It lies in the future."))


def _check_held(one: Deposit, amount: Money) -> None:
    held = _held(one)
    if amount.minor > held.minor:
        raise RefundAboveDeposit(no=one.no, held=held, amount=amount)


def _receipt_no(one: Deposit) -> str:
    """The number of the receipt of the ledger that the next move becomes."""
    return f"DP{one.pk}-{DepositMove.objects.filter(deposit=one).count() + 1}"


def _move(one: Deposit, move: str, minor: int, day: date, **told: object) -> None:
    DepositMove.objects.create(deposit=one, move=move, moved_on=day, amount_minor=minor, **told)


def _told(actor: Actor, on: date, note: str) -> dict[str, object]:
    return {"note": note.strip()[:200], "told_by": actor.login, "told_on": on}


def _record(actor: Actor, on: date, act: str, one: Deposit, **after: object) -> None:
    audit.record(
        actor=actor, act=f"instruments.{act}", subject=f"customer:{one.customer.no}", on=on,
        after={"deposit": one.no, "held": _held(one), **after},
    )  # fmt: skip
