"""Credit-risk events of the customers within reach: listed, counted by kind, and as Excel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import add_months
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook

RISK_EVENTS: dict[str, str | Promise] = {
    "late": gettext_lazy("Late payment"),
    "not_paid": gettext_lazy("No payment at the due date"),
    "unable": gettext_lazy("Unable to pay at the due date"),
}
DAYS = ("due_on", "happened_on", "days_late")


@dataclass(frozen=True)
class RiskWanted:
    """Which events: of a kind, of customers a text finds, as of a day, paid or told since another.

    since: twelve months before where none is given; what is open past its due day is always there.
    """

    event: str = ""
    text: str = ""
    as_of: date | None = None
    since: date | None = None


@dataclass(frozen=True)
class RiskEvent:
    """One event: of a bill, or told of a bill or contract with its evidence."""

    customer_no: str
    customer_name: str
    event: str
    bill_no: str
    due_on: date | None
    happened_on: date
    days_late: int | None
    amount: Money | None
    evidence: str
    source: str
    told_by: str

    @property
    def word(self) -> str:
        """The kind in the reader's language."""
        return str(RISK_EVENTS[self.event])


@dataclass(frozen=True)
class RiskEvents:
    """A page of events, the newest first; counts: of each kind, whichever kind is asked for."""

    as_of: date
    since: date
    counts: dict[str, int]
    total: int
    lines: tuple[RiskEvent, ...]


def risk_events(actor: Actor, wanted: RiskWanted, *, on: date, skip: int = 0, most: int = 200) -> RiskEvents:
    """Late payments, bills not paid when due, and inability told with evidence, of customers within reach.

    Refuses: AccessDenied.
    """
    access.require(actor, "receivables.read", "risk_events")
    as_of = min(wanted.as_of or on, on)
    since = wanted.since or add_months(as_of, -12)
    reach = customers.search(actor, wanted.text, on=on)
    everyone = actor.scope.reach == "everything" and not wanted.text.strip()
    billed = receivables.risk_events(None if everyone else reach, as_of=as_of, since=since)
    told = customers.inabilities(reach, as_of=as_of, since=since).with_columns(event=pl.lit("unable"))
    found = pl.concat([billed, told], how="diagonal")
    counted = dict(found.group_by("event").len().iter_rows())
    if wanted.event:
        found = found.filter(pl.col("event") == wanted.event)
    ordered = found.sort(
        ["happened_on", "customer_id", "bill_no", "event"], descending=[True, False, False, False]
    )
    return RiskEvents(
        as_of=as_of,
        since=since,
        counts={event: counted.get(event, 0) for event in RISK_EVENTS},
        total=found.height,
        lines=_lines(actor, ordered.slice(skip, most), on=on),
    )


def export_risk_events(*, actor: Actor, on: date, wanted: RiskWanted) -> bytes:
    """The same events, all of them, as Excel. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "risk_events")
    found = risk_events(actor, wanted, on=on, most=MOST_ROWS)
    if found.total > MOST_ROWS:
        raise TooManyRows(rows=found.total, most=MOST_ROWS)
    columns = [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("Event"), width=20),
        Column(_("Bill or contract no."), width=20), Column(_("Due"), "date"),
        Column(_("Happened on"), "date"), Column(_("Days late"), "count", 10),
        Column(_("Amount"), "money", 16), Column(_("Currency"), width=8), Column(_("Evidence"), width=40),
        Column(_("Source"), width=24), Column(_("Told by"), width=14),
    ]  # fmt: skip
    rows = (
        (
            one.customer_no, one.customer_name, one.word, one.bill_no, one.due_on, one.happened_on,
            one.days_late, one.amount, one.amount.currency if one.amount else None, one.evidence, one.source,
            one.told_by,
        )
        for one in found.lines
    )  # fmt: skip
    told = {"as_of": found.as_of, "from_on": found.since, "text": wanted.text}
    notes = notes_of(actor, on, [(name, value) for name, value in told.items() if value])
    if wanted.event in RISK_EVENTS:
        notes.append((_("Event"), str(RISK_EVENTS[wanted.event])))
    content = workbook(
        [Sheet(_("Credit-risk events"), columns, rows)], notes=notes, about=_("About this file")
    )
    after = {"event": wanted.event, "as_of": found.as_of.isoformat(), "rows": found.total}
    audit.record(actor=actor, act="exports.risk_events", subject="risk_events", on=on, after=after)
    return content


def _lines(actor: Actor, found: pl.DataFrame, *, on: date) -> tuple[RiskEvent, ...]:
    parties = customers.visible(actor, on=on).in_bulk(found["customer_id"].unique().to_list())
    return tuple(
        _line(parties[row["customer_id"]], row)
        for row in found.iter_rows(named=True)
        if row["customer_id"] in parties
    )


def _line(party: Any, row: dict[str, Any]) -> RiskEvent:
    minor = row["amount_minor"]
    told: dict[str, Any] = {name: row[name] for name in ("event", "bill_no", *DAYS)}
    told |= {name: row[name] or "" for name in ("evidence", "source", "told_by")}
    amount = None if minor is None else Money(minor, row["currency"])
    return RiskEvent(customer_no=party.no, customer_name=party.name, amount=amount, **told)
