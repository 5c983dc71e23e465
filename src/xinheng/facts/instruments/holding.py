"""The acts on instruments: taken in, endorsed on, discounted, presented, paid, dishonoured."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from babel.numbers import is_currency
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.instruments import policy, rules, selecting
from xinheng.facts.instruments.errors import InstrumentInvalid, InstrumentKept, InstrumentStands
from xinheng.facts.instruments.models import Endorsement, Instrument, InstrumentAct
from xinheng.facts.instruments.values import (
    FORMS,
    KINDS,
    METHOD,
    STATES,
    Dishonour,
    NewDiscount,
    NewInstrument,
    moved,
)
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewBill, NewReceipt, NewReturn

MOVES = {
    "customer_id": pl.Int64, "segment": pl.String, "currency": pl.String, "component": pl.String,
    "minor": pl.Int64,
}  # fmt: skip


@transaction.atomic
def receive(*, actor: Actor, on: date, customer_no: str, new: NewInstrument) -> Instrument:
    """Take an instrument from a customer: a receipt in the ledger, and still exposure as the rules say.

    The receipt settles bills as any other does; what was paid by paper counts on until it is paid or has
    matured. Refuses: AccessDenied, CustomerUnknown, InstrumentInvalid, InstrumentKept, ReceiptPosted.
    """
    access.require(actor, "instruments.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    _check(new, on=on)
    held = policy.in_force(on)
    counts = held.counts.get(new.kind, "until_paid")
    if Instrument.objects.filter(no=new.no).exists():
        raise InstrumentKept(no=new.no)
    receipt = NewReceipt(
        new.no, new.received_on, new.amount, METHOD, reference=new.reference[:200], payer=customer.name[:200]
    )
    ledger.post_receipt(actor=actor, on=on, customer_no=customer_no, receipt=receipt)
    try:
        with transaction.atomic():
            kept = Instrument.objects.create(
                no=new.no, kind=new.kind, form=new.form, customer=customer, drawer=new.drawer.strip(),
                acceptor=new.acceptor.strip(), amount_minor=new.amount.minor, currency=new.amount.currency,
                issued_on=new.issued_on, matures_on=new.matures_on, received_on=new.received_on,
                receipt_no=new.no, counts=counts, told_by=actor.login, told_on=on,
            )  # fmt: skip
    except IntegrityError:
        raise InstrumentKept(no=new.no) from None
    for place, link in enumerate(new.endorsed, start=1):
        Endorsement.objects.create(
            instrument=kept, place=place, from_name=link.from_name[:200], to_name=link.to_name[:200],
            endorsed_on=link.endorsed_on,
        )  # fmt: skip
    _note(kept, "receive", new.received_on, actor, on)
    _count(kept, on=on)
    too_long = rules.runs_too_long(held, new.form, issued_on=new.issued_on, matures_on=new.matures_on)
    after = {"no": new.no, "amount": new.amount, "matures_on": new.matures_on, "acceptor": new.acceptor}
    _record(actor, on, "receive", kept, after={**after, **({"longest_months": too_long} if too_long else {})})
    return kept


@transaction.atomic
def present(*, actor: Actor, on: date, instrument_id: int, done_on: date) -> Instrument:
    """Present an instrument to its acceptor, on the day it matures or later.

    Refuses: AccessDenied, InstrumentUnknown, InstrumentStands, InstrumentInvalid.
    """
    one = _begun(actor, instrument_id, "present", done_on, on=on)
    if done_on < one.matures_on:
        raise InstrumentInvalid(field="done_on", cause=_("It matures on %(day)s.") % {"day": one.matures_on})
    return _done(one, "present", done_on, actor, on)


@transaction.atomic
def endorse(*, actor: Actor, on: date, instrument_id: int, done_on: date, to_name: str) -> Instrument:
    """Pass an instrument on to somebody else; until it is paid recourse may come back to us.

    Refuses: AccessDenied, InstrumentUnknown, InstrumentStands, InstrumentInvalid.
    """
    one = _begun(actor, instrument_id, "endorse", done_on, on=on)
    name = to_name.strip()[:200]
    if not name:
        raise InstrumentInvalid(field="to_name", cause=_("Say who has it now."))
    _link(one, name, done_on)
    return _done(one, "endorse", done_on, actor, on, counterparty=name)


@transaction.atomic
def discount(*, actor: Actor, on: date, instrument_id: int, new: NewDiscount) -> Instrument:
    """Sell an instrument to a bank before it matures; the bank keeps the interest to that day, half-up.

    Refuses: AccessDenied, InstrumentUnknown, InstrumentStands, InstrumentInvalid.
    """
    day = new.discounted_on
    one = _begun(actor, instrument_id, "discount", day, on=on)
    if not Decimal(0) <= new.rate <= 100:
        raise InstrumentInvalid(field="rate", cause=_("It is a percentage of a year."))
    if day >= one.matures_on or not new.bank.strip():
        field, cause = (
            ("bank", _("Say which bank.")) if day < one.matures_on else ("done_on", _("It has matured."))
        )
        raise InstrumentInvalid(field=field, cause=cause)
    interest = rules.discount_interest(
        one.amount_minor, new.rate, days=(one.matures_on - day).days, day_base=policy.in_force(on).day_base
    )
    _link(one, new.bank.strip()[:200], day)
    told = {
        "counterparty": new.bank.strip()[:200], "interest_minor": interest,
        "proceeds_minor": one.amount_minor - interest, "note": f"{new.rate} %",
    }  # fmt: skip
    return _done(one, "discount", day, actor, on, **told)


@transaction.atomic
def pay(*, actor: Actor, on: date, instrument_id: int, done_on: date) -> Instrument:
    """Say that the acceptor paid, us or who has it now; it no longer counts, and no recourse is left.

    Refuses: AccessDenied, InstrumentUnknown, InstrumentStands, InstrumentInvalid.
    """
    one = _begun(actor, instrument_id, "pay", done_on, on=on)
    proceeds = one.amount_minor if one.state in ("held", "presented") else 0
    return _done(one, "pay", done_on, actor, on, proceeds_minor=proceeds)


@transaction.atomic
def dishonour(*, actor: Actor, on: date, instrument_id: int, told: Dishonour) -> Instrument:
    """Say that an instrument was not paid: what it settled is open again from that day, costs are a claim.

    Whether we hold it or it comes back by recourse, the customer owes again what it had paid with it.
    Refuses: AccessDenied, InstrumentUnknown, InstrumentStands, InstrumentInvalid.
    """
    day = told.dishonoured_on
    one = _begun(actor, instrument_id, "dishonour", day, on=on)
    reason = told.reason.strip()[:180]
    if not reason:
        raise InstrumentInvalid(field="reason", cause=_("Say why."))
    if told.costs and (told.costs.minor <= 0 or told.costs.currency != one.currency):
        raise InstrumentInvalid(
            field="costs", cause=_("They are above zero and in the currency of the bill.")
        )
    costs = NewBill(f"{one.no[:55]}-C", day, day, told.costs, kind="cost") if told.costs else None
    back = NewReturn(one.receipt_no, reason, returned_on=day, fee=costs)
    ledger.return_payment(actor=actor, on=on, customer_no=one.customer.no, returned=back)
    one.dishonoured_on = day
    costs_minor = told.costs.minor if told.costs else 0
    return _done(one, "dishonour", day, actor, on, costs_minor=costs_minor, note=reason)


@transaction.atomic
def end_day(*, actor: Actor, on: date) -> int:
    """Let instruments that count until they mature count no longer after that day. Gives how many.

    Refuses: AccessDenied.
    """
    access.require(actor, "instruments.write", "maturity")
    rows = Instrument.objects.select_for_update().filter(
        counts="until_matured", counted_minor__gt=0, matures_on__lt=on
    )
    found = list(rows.order_by("pk").values_list("pk", "customer_id", "currency", "counted_minor"))
    if not found:
        return 0
    frame = pl.DataFrame(found, schema=["id", "customer_id", "currency", "minor"], orient="row")
    sums = (
        frame.group_by("customer_id", "currency").agg(-pl.col("minor").sum()).sort("customer_id", "currency")
    )
    for at in range(0, len(found), 500):
        ids = frame["id"][at : at + 500].to_list()
        Instrument.objects.filter(pk__in=ids).update(counted_minor=0)
    _tell(sums.with_columns(segment=pl.lit(""), component=pl.lit("receivable")))
    audit.record(
        actor=actor, act="instruments.end_day", subject="maturity", on=on, after={"instruments": len(found)}
    )
    return len(found)


def _begun(actor: Actor, instrument_id: int, act: str, done_on: date, *, on: date) -> Instrument:
    access.require(actor, "instruments.write", f"instrument:{instrument_id}")
    one = selecting.get_instrument(actor, instrument_id, on=on, lock=True)
    if not rules.may(act, one.state):
        raise InstrumentStands(no=one.no, state=STATES[one.state])
    last = InstrumentAct.objects.filter(instrument=one).order_by("-done_on").first()
    earliest = last.done_on if last else one.received_on
    if not earliest <= done_on <= on:
        words = _("It lies between %(earliest)s and %(latest)s.") % {"earliest": earliest, "latest": on}
        raise InstrumentInvalid(field="done_on", cause=words)
    return one


def _done(one: Instrument, act: str, done_on: date, actor: Actor, on: date, **told: Any) -> Instrument:
    before = one.state
    one.state = rules.BECOMES[act]
    one.save(update_fields=["state", "dishonoured_on"])
    _note(one, act, done_on, actor, on, **told)
    _count(one, on=on)
    money = {name: Money(value, one.currency) for name, value in told.items() if name.endswith("_minor")}
    after = {"state": one.state, "done_on": done_on, "counterparty": told.get("counterparty", ""), **money}
    _record(actor, on, act, one, before={"state": before}, after=after)
    return one


def _note(one: Instrument, act: str, done_on: date, actor: Actor, on: date, **told: Any) -> None:
    InstrumentAct.objects.create(
        instrument=one, act=act, done_on=done_on, told_by=actor.login, told_on=on, **told
    )


def _link(one: Instrument, to_name: str, done_on: date) -> None:
    """We pass it on: the next link of the chain."""
    place = Endorsement.objects.filter(instrument=one).count() + 1
    Endorsement.objects.create(
        instrument=one, place=place, from_name="", to_name=to_name, endorsed_on=done_on
    )


def _count(one: Instrument, *, on: date) -> None:
    """Bring what counts of it to what the rules say, and tell who keeps count."""
    counts: Any = one.counts
    minor = rules.counted(counts, one.state, one.amount_minor, matures_on=one.matures_on, on=on)
    change = minor - one.counted_minor
    if not change:
        return
    one.counted_minor = minor
    one.save(update_fields=["counted_minor"])
    row = (one.customer_id, "", one.currency, "receivable", change)
    _tell(pl.DataFrame([row], schema=MOVES, orient="row"))


def _tell(moves: pl.DataFrame) -> None:
    moved.send(Instrument, moves=moves.select(pl.col(name).cast(kind) for name, kind in MOVES.items()))


def _check(new: NewInstrument, *, on: date) -> None:
    for field, text, longest in (
        ("no", new.no, 60),
        ("drawer", new.drawer, 200),
        ("acceptor", new.acceptor, 200),
    ):
        if not text.strip() or text != text.strip() or len(text) > longest or not text.isprintable():
            raise InstrumentInvalid(field=field, cause=_("It is empty, padded or too long."))
    if new.kind not in KINDS or new.form not in FORMS:
        raise InstrumentInvalid(
            field="kind" if new.kind not in KINDS else "form", cause=_("There is no such kind.")
        )
    if new.amount.minor <= 0 or not is_currency(new.amount.currency):
        raise InstrumentInvalid(field="amount", cause=_("It must be above zero, in a known currency."))
    if not new.issued_on <= new.received_on <= on:
        words = _("It lies between the issue and today.")
        raise InstrumentInvalid(field="received_on", cause=words)
    if new.matures_on < new.issued_on:
        raise InstrumentInvalid(field="matures_on", cause=_("It is before the issue."))


def _record(actor: Actor, on: date, act: str, one: Instrument, **told: Any) -> None:
    audit.record(actor=actor, act=f"instruments.{act}", subject=f"customer:{one.customer.no}", on=on,
                 **{**told, "after": {"no": one.no, **told.get("after", {})}})  # fmt: skip
