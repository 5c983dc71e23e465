"""How long each open debt can still be enforced: the list, and one debt in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.collection import policy as policies
from xinheng.operations.collection.errors import DebtUnknown
from xinheng.operations.collection.limitation import EVENTS, PAUSES, Terms, clocks
from xinheng.operations.collection.models import ClockEvent, ClockPause
from xinheng.operations.collection.values import ClockLine, Collecting, LimitationRules, text_of

KEY = ["customer_id", "bill_no"]


def terms_of(rules: LimitationRules) -> Terms:
    """The rules of the policy as the clock takes them."""
    kinds = {one.kind: one.months for one in rules.kinds}
    return Terms(rules.months, rules.cap_years, rules.obstacle_months, kinds)


def limitation(customers_seen: QuerySet[Any] | None, *, on: date, policy: Collecting) -> pl.DataFrame:
    """The clock of every open bill past its day, the most urgent first.

    customers_seen: the rows of customers.queries.visible; None: all. Gives customer_id, bill_id, bill_no,
    currency, open_minor, due_on (of the last instalment), and what limitation.clocks gives; days_left (to the
    careful day; null: an obstacle lasts), alert (the smallest alert day of the policy that was reached; null:
    none) and is_expired (by the day of the law). What happened to an earlier version of a bill counts.
    """
    lines = receivables.open_lines(customers_seen, as_of=on).filter(pl.col("open_minor") > 0)
    debts = lines.group_by(*KEY, "bill_id", "kind", "currency").agg(
        pl.col("open_minor").sum(), pl.col("due_on").max()
    )
    debts = debts.filter(pl.col("due_on") < on)
    found = clocks(
        debts.select("bill_id", "kind", "due_on"),
        _events(debts, policy),
        _pauses(debts),
        terms=terms_of(policy.limitation),
        as_of=on,
    )
    left = (pl.col("alert_base") - pl.lit(on)).dt.total_days()
    alerts = [pl.when(left <= days).then(pl.lit(days)) for days in sorted(policy.limitation.alert_days)]
    return (
        debts.drop("due_on")
        .join(found, on="bill_id")
        .with_columns(
            days_left=left,
            alert=pl.coalesce(*alerts),
            is_expired=(pl.col("last_day") < on).fill_null(value=False),
        )
        .sort("days_left", *KEY, nulls_last=True)
    )


def _events(debts: pl.DataFrame, policy: Collecting) -> pl.DataFrame:
    """Interruptions of the debts, of earlier versions of a bill, too."""
    waiving = {one.code for one in policy.limitation.interruptions if one.waives}
    rows = ClockEvent.objects.filter(taken_back_on__isnull=True)
    found = rows.order_by().values_list("bill__customer_id", "bill__bill_no", "on", "code")
    frame = pl.DataFrame(
        list(found),
        schema={"customer_id": pl.Int64, "bill_no": pl.String, "on": pl.Date, "code": pl.String},
        orient="row",
    )
    told = frame.with_columns(waives=pl.col("code").is_in(list(waiving)))
    by_day = told.group_by(*KEY, "on").agg(pl.col("waives").any())
    return by_day.join(debts.select(*KEY, "bill_id"), on=KEY).select(*EVENTS)


def _pauses(debts: pl.DataFrame) -> pl.DataFrame:
    found = ClockPause.objects.order_by().values_list(
        "bill__customer_id", "bill__bill_no", "from_on", "until_on"
    )
    schema = {"customer_id": pl.Int64, "bill_no": pl.String, "from_on": pl.Date, "until_on": pl.Date}
    frame = pl.DataFrame(list(found), schema=schema, orient="row")
    return frame.join(debts.select(*KEY, "bill_id"), on=KEY).select(*PAUSES)


def clock_lines(actor: Actor, *, on: date, which: str = "alert", customer: Any = None) -> list[ClockLine]:
    """Debts within reach with their clocks, the most urgent first. Refuses: AccessDenied.

    which: "alert" those that reached an alert day or are over, "expired", "all".
    """
    access.require(actor, "collection.read")
    policy = policies.in_force(on)
    seen = customers.visible(actor, on=on)
    if customer is not None:
        seen = seen.filter(pk=customer.pk)
    everybody = customer is None and actor.scope.reach == "everything"
    frame = limitation(None if everybody else seen, on=on, policy=policy)
    if which == "expired":
        frame = frame.filter(pl.col("is_expired"))
    elif which == "alert":
        frame = frame.filter(pl.col("alert").is_not_null())
    return lines_of(frame, seen)


def lines_of(frame: pl.DataFrame, seen: QuerySet[Any]) -> list[ClockLine]:
    """The rows of a frame of `limitation` with their customers."""
    ids = frame["customer_id"].unique().to_list()
    by_id: dict[int, Any] = {}
    for at in range(0, len(ids), 900):
        by_id |= seen.order_by().in_bulk(ids[at : at + 900])
    return [
        ClockLine(
            row["bill_id"], row["bill_no"], row["kind"], by_id[row["customer_id"]], row["currency"],
            Money(row["open_minor"], row["currency"]), row["due_on"], row["runs_from"], row["last_day"],
            row["alert_base"], row["days_left"], row["alert"], row["is_expired"], row["is_capped"],
            row["is_certain"], row["events"],
        )
        for row in frame.iter_rows(named=True)
    ]  # fmt: skip


def clock_of(actor: Actor, customer_no: str, bill_no: str, *, on: date) -> tuple[ClockLine, list[str]]:
    """One debt's clock, and how its last day came about, sentence by sentence.

    Refuses: AccessDenied, CustomerUnknown, DebtUnknown.
    """
    access.require(actor, "collection.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    found = [
        one for one in clock_lines(actor, on=on, which="all", customer=customer) if one.bill_no == bill_no
    ]
    if not found:
        raise DebtUnknown(customer_no=customer_no, bill_no=bill_no)
    return found[0], _told(found[0], customer, policies.in_force(on), on=on)


def events_of(customer: Any, bill_no: str) -> QuerySet[ClockEvent]:
    """What was told to interrupt the clock of a bill, taken back or not, the oldest first."""
    return ClockEvent.objects.filter(bill__customer=customer, bill__bill_no=bill_no)


def pauses_of(customer: Any, bill_no: str) -> QuerySet[ClockPause]:
    """The obstacles of a bill."""
    return ClockPause.objects.filter(bill__customer=customer, bill__bill_no=bill_no)


def _told(line: ClockLine, customer: Any, policy: Collecting, *, on: date) -> list[str]:
    """The arithmetic in words: the clock with no event, then with one more at a time."""
    months = next(
        (one.months for one in policy.limitation.kinds if one.kind == line.kind),
        policy.limitation.months,
    )
    rows = events_of(customer, line.bill_no).filter(taken_back_on__isnull=True, on__lte=on)
    events = [(row.on, row.code) for row in rows]
    debts = pl.DataFrame({"bill_id": [line.bill_id], "kind": [line.kind], "due_on": [line.due_on]})
    gaps = [(line.bill_id, one.from_on, one.until_on) for one in pauses_of(customer, line.bill_no)]
    pauses = pl.DataFrame(gaps, schema=PAUSES, orient="row")

    def after(number: int) -> dict[str, Any]:
        waiving = {one.code for one in policy.limitation.interruptions if one.waives}
        told = [(line.bill_id, day, code in waiving) for day, code in events[:number]]
        frame = pl.DataFrame(told, schema=EVENTS, orient="row")
        terms = terms_of(policy.limitation)
        return clocks(debts, frame, pauses, terms=terms, as_of=on).row(0, named=True)

    first = after(0)
    said = [
        _("Due on %(due)s, first overdue day %(first)s; %(months)s months from then end on %(last)s.")
        % {"due": line.due_on, "first": first["runs_from"], "months": months, "last": first["end"]}
    ]
    for number, (day, code) in enumerate(events, start=1):
        found, before = after(number), after(number - 1)
        rule = policy.interruption(code)
        what = {"day": day, "what": text_of(rule) if rule else code, "last": found["end"]}
        if found["events"] > before["events"]:
            said.append(_("%(day)s, %(what)s: the time runs anew and ends on %(last)s.") % what)
        else:
            said.append(
                _("%(day)s, %(what)s: counts for nothing, the time was over or had not begun.") % what
            )
    return said + _ends(after(len(events)), policy)


def _ends(found: dict[str, Any], policy: Collecting) -> list[str]:
    """What moves the end besides interruptions, in words."""
    said = []
    if found["counted_day"] is None:
        said.append(_("An obstacle lasts: the time does not end before it does."))
    elif found["counted_day"] != found["end"]:
        told = {"months": policy.limitation.obstacle_months, "last": found["counted_day"]}
        said.append(_("An obstacle: %(months)s months after its end, on %(last)s.") % told)
    if found["is_capped"]:
        told = {"years": policy.limitation.cap_years, "last": found["cap"]}
        said.append(_("Never later than %(years)s years after the first day: %(last)s.") % told)
    if found["last_day"] != found["counted_day"]:
        told = {"day": found["counted_day"], "last": found["last_day"]}
        said.append(_("%(day)s is a day off, so the last day is %(last)s.") % told)
    if not found["is_certain"]:
        said.append(_("The days off of that year are not known yet; only weekends were counted."))
    return said
