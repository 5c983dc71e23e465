"""How instruments and deposits stand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db.models import F, Q, QuerySet, Sum

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.instruments import rules
from xinheng.facts.instruments.models import Deposit, DepositMove, Endorsement, Instrument, InstrumentAct
from xinheng.facts.instruments.policy import in_force
from xinheng.facts.instruments.selecting import get_deposit, get_instrument, seen_deposits, seen_instruments
from xinheng.facts.instruments.values import (
    AccountStanding,
    Alert,
    Claimable,
    CountedFrom,
    DepositStanding,
)
from xinheng.facts.receivables import queries as receivables

__all__ = [
    "account_of",
    "acts_of",
    "alerts",
    "chain_of",
    "deposits",
    "get_deposit",
    "get_instrument",
    "in_force",
    "instruments",
    "moves_of",
    "open_documents",
    "rights_of",
    "running_sums",
    "runs_too_long",
    "standing_of",
    "totals",
]
ORDERS = {
    "matures": ("matures_on", "pk"), "amount": ("amount_minor", "pk"), "customer": ("customer__no", "pk"),
    "received": ("received_on", "pk"),
}  # fmt: skip
DEPOSIT_SUMS = ("due_minor", "received_minor", "applied_minor", "refunded_minor")
FIRST_DAY = date(1950, 1, 1)
SUMS = {"customer_id": pl.Int64, "segment": pl.String, "currency": pl.String, "paper_minor": pl.Int64}
DOCUMENTS = {
    "customer_id": pl.Int64, "segment": pl.String, "currency": pl.String, "component": pl.String,
    "no": pl.String, "on": pl.Date, "due_on": pl.Date, "minor": pl.Int64,
}  # fmt: skip


def instruments(
    actor: Actor, *, on: date, text: str = "", state: str = "", kind: str = "", sort: str = "matures"
) -> QuerySet[Instrument]:
    """The instruments within reach that pass the filters, in order. Refuses: AccessDenied."""
    rows = seen_instruments(actor, on=on)
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if text := text.strip():
        rows = rows.filter(
            Q(no__icontains=text) | Q(acceptor__icontains=text) | Q(drawer__icontains=text)
            | Q(customer__no__icontains=text) | Q(customer__name__icontains=text)
        )  # fmt: skip
    order = ORDERS[sort.removeprefix("-")]
    return rows.order_by(*(f"-{name}" if sort.startswith("-") else name for name in order))


def totals(actor: Actor, *, on: date) -> list[tuple[str, str, Money, int]]:
    """Money within reach by currency and state: currency, state, amount, number. Refuses: AccessDenied."""
    rows = (
        seen_instruments(actor, on=on)
        .order_by("currency", "state")
        .values_list("currency", "state", "amount_minor")
    )
    frame = pl.DataFrame(list(rows), schema=["currency", "state", "minor"], orient="row")
    sums = frame.group_by("currency", "state", maintain_order=True).agg(
        pl.col("minor").sum(), number=pl.len()
    )
    return [
        (currency, state, Money(minor, currency), number)
        for currency, state, minor, number in sums.iter_rows()
    ]


def chain_of(one: Instrument) -> list[Endorsement]:
    """Who passed it on to whom, in order."""
    return list(Endorsement.objects.filter(instrument=one))


def acts_of(one: Instrument) -> list[InstrumentAct]:
    """What happened to it, in order."""
    return list(InstrumentAct.objects.filter(instrument=one))


def rights_of(one: Instrument, *, on: date) -> list[Claimable]:
    """Until when each right of it can be claimed, by the rules of a day."""
    paid_back = InstrumentAct.objects.filter(instrument=one, act="dishonour").first()
    days: dict[CountedFrom, date | None] = {
        "maturity": one.matures_on, "issue": one.issued_on, "dishonour": one.dishonoured_on,
        "payment": paid_back.done_on if paid_back and _was_passed_on(one) else None,
    }  # fmt: skip
    if one.state == "paid":
        return []
    return rules.rights(in_force(on), one.kind, days, on=on)


def runs_too_long(one: Instrument, *, on: date) -> int:
    """The months it may run at most where it runs longer; 0: it does not."""
    return rules.runs_too_long(in_force(on), one.form, issued_on=one.issued_on, matures_on=one.matures_on)


def alerts(actor: Actor, *, on: date) -> list[Alert]:
    """What is to be done about instruments within reach, the soonest first. Refuses: AccessDenied.

    matures: it is held and matures within the largest of the alert days. present_now: it has matured and is
    to be presented by the day told. not_presented: that day has passed. recourse_ends: it was dishonoured,
    and recourse ends within the largest of the alert days.
    """
    held, found = in_force(on), []
    ahead, within = max(held.alert_days), timedelta(days=held.present_within_days)
    rows = seen_instruments(actor, on=on)
    soon = rows.filter(state="held", matures_on__lte=on + timedelta(days=ahead))
    for one in soon.order_by("matures_on")[:1000]:
        last = one.matures_on + within
        code = "matures" if one.matures_on > on else "present_now" if on <= last else "not_presented"
        found.append(_alert(code, one, one.matures_on if code == "matures" else last))
    for one in rows.filter(state="dishonoured").order_by("dishonoured_on")[:1000]:
        ends = [right.until for right in rights_of(one, on=on) if right.right.startswith("recourse")]
        soonest = [until for until in ends if on <= until <= on + timedelta(days=ahead)]
        found += [_alert("recourse_ends", one, until) for until in soonest]
    return sorted(found, key=lambda one: (one.on, one.no))


def deposits(actor: Actor, *, on: date, text: str = "", which: str = "") -> QuerySet[Deposit]:
    """The deposits within reach; which: missing, held, "" all. Refuses: AccessDenied."""
    rows = seen_deposits(actor, on=on)
    held = F("received_minor") - F("applied_minor") - F("refunded_minor")
    rows = rows.annotate(
        held_minor=held, missing_minor=F("due_minor") + F("applied_minor") - F("received_minor")
    )
    if which == "missing":
        rows = rows.filter(missing_minor__gt=0)
    if which == "held":
        rows = rows.filter(held_minor__gt=0)
    if text := text.strip():
        rows = rows.filter(
            Q(no__icontains=text) | Q(purpose__icontains=text) | Q(customer__no__icontains=text)
            | Q(customer__name__icontains=text)
        )  # fmt: skip
    return rows.order_by("due_on", "pk")


def moves_of(one: Deposit) -> list[DepositMove]:
    """What came in, paid arrears and went back, in order."""
    return list(DepositMove.objects.filter(deposit=one))


def standing_of(one: Deposit) -> DepositStanding:
    """A deposit as it stands."""
    money = {
        name: Money(getattr(one, f"{name}_minor"), one.currency)
        for name in ("received", "applied", "refunded")
    }
    held = one.received_minor - one.applied_minor - one.refunded_minor
    missing = max(0, one.due_minor + one.applied_minor - one.received_minor)
    return DepositStanding(
        due=Money(one.due_minor, one.currency), held=Money(held, one.currency),
        missing=Money(missing, one.currency), **money,
    )  # fmt: skip


def account_of(actor: Actor, customer_no: str, *, on: date) -> list[AccountStanding]:
    """What a customer was charged and paid, its arrears, credit and deposits, a row a currency (PRP-06).

    Refuses: AccessDenied, CustomerUnknown.
    """
    access.require(actor, "instruments.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    own = customers.visible(actor, on=on).filter(pk=customer.pk)
    rows = Deposit.objects.filter(customer=customer).values_list("currency", *DEPOSIT_SUMS)
    frame = pl.DataFrame(list(rows), schema=["currency", *DEPOSIT_SUMS], orient="row")
    sums = frame.group_by("currency").agg(pl.col(DEPOSIT_SUMS).sum())
    kept = {row["currency"]: row for row in sums.iter_rows(named=True)}
    ledger = {row.currency: row for row in receivables.totals(own, as_of=on)}
    moved = receivables.moves([customer.pk], from_on=FIRST_DAY, as_of=on)
    is_bill = pl.col("what").is_in(["bill", "credit", "voided"])
    by_side = moved.group_by("currency", is_bill=is_bill).agg(pl.col("amount_minor").sum())
    found = {(currency, side): minor for currency, side, minor in by_side.iter_rows()}
    made = []
    for currency in sorted({*kept, *ledger, *(currency for currency, _ in found)}):
        row, stands = kept.get(currency, dict.fromkeys(DEPOSIT_SUMS, 0)), ledger.get(currency)
        none = Money(0, currency)
        missing = max(0, row["due_minor"] + row["applied_minor"] - row["received_minor"])
        held = row["received_minor"] - row["applied_minor"] - row["refunded_minor"]
        made.append(
            AccountStanding(
                currency=currency, charged=Money(found.get((currency, True), 0), currency),
                paid=Money(-found.get((currency, False), 0), currency),
                arrears=stands.overdue if stands else none, credit=stands.prepaid if stands else none,
                deposits_due=Money(missing, currency), deposits_held=Money(held, currency),
                refunded=Money(row["refunded_minor"], currency),
            )
        )  # fmt: skip
    return made


def running_sums() -> pl.DataFrame:
    """What of instruments counts as exposure now: customer_id, segment (""), currency, paper_minor."""
    rows = Instrument.objects.filter(counted_minor__gt=0).order_by().values_list("customer_id", "currency")
    found = [
        (customer, "", currency, minor) for customer, currency, minor in rows.annotate(Sum("counted_minor"))
    ]
    return pl.DataFrame(found, schema=SUMS, orient="row")


def open_documents(
    customers: QuerySet[Any] | None, *, as_of: date, known_on: date | None = None
) -> pl.DataFrame:
    """Every instrument that counted as exposure on a day, as documents behind an exposure.

    customers: the rows of customers.queries.visible; None: everybody's. Gives customer_id, segment (""),
    currency, component ("receivable"), no, on, due_on, minor.
    """
    known = known_on or date.max
    rows = Instrument.objects.exclude(counts="never").filter(received_on__lte=as_of, told_on__lte=known)
    if customers is not None:
        rows = rows.filter(customer__in=customers.order_by().values("pk"))
    over = InstrumentAct.objects.filter(
        act__in=("pay", "dishonour"), done_on__lte=as_of, told_on__lte=known
    ).values("instrument")
    rows = rows.exclude(pk__in=over).exclude(counts="until_matured", matures_on__lt=as_of)
    found = rows.order_by("customer_id", "pk").values_list(
        "customer_id", "currency", "no", "received_on", "matures_on", "amount_minor"
    )
    told = [
        (who, "", currency, "receivable", no, day, due, minor) for who, currency, no, day, due, minor in found
    ]
    return pl.DataFrame(told, schema=DOCUMENTS, orient="row")


def _was_passed_on(one: Instrument) -> bool:
    return InstrumentAct.objects.filter(instrument=one, act__in=("endorse", "discount")).exists()


def _alert(code: str, one: Instrument, day: date) -> Alert:
    return Alert(
        code, one.pk, one.no, one.customer.no, one.customer.name, Money(one.amount_minor, one.currency), day
    )
