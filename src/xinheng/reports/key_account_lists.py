"""The lists of key accounts: their columns and rows, one description for every door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import month_end, month_start
from xinheng.operations.key_accounts import queries as keys
from xinheng.operations.key_accounts.values import Attained, Market, Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Kind, Sheet, workbook

Words = str | Promise


@dataclass(frozen=True)
class KeyList:
    """One list. columns: heading, kind, width; cells: the values of a row, as many as columns.

    shown: the places of the columns that a page shows; a workbook and the page of one row show all.
    """

    title: Words
    columns: tuple[tuple[Words, Kind, int], ...]
    rows: Callable[[Actor, Wanted, date], Any]
    cells: Callable[[Any, date], tuple[Any, ...]]
    states: tuple[str, ...] = ()
    shown: tuple[int, ...] = ()


def _profile(row: Any, on: date) -> tuple[Any, ...]:
    told = row.attributes
    missing = "、".join(keys.words_of("attributes", code, on) for code in row.missing)
    return (
        row.customer.no,
        row.customer.name,
        _("key account") if row.is_key else _("ordinary customer"),
        keys.words_of("rules", row.because, on) if row.because else "",
        row.manager,
        told.get("trade", ""),
        *(keys.value_words(code, told[code], on) if told.get(code) else "" for code in SHOWN),
        missing,
        row.from_on,
    )


SHOWN = ("voltage_kv", "capacity_kva", "year_kwh")


def _request(row: Any, on: date) -> tuple[Any, ...]:
    return (
        row.pk,
        keys.words_of("services", row.kind, on),
        row.customer.no,
        row.customer.name,
        row.what,
        keys.words_of("levels", row.channel, on),
        keys.words_of("levels", row.level, on),
        row.owner,
        row.asked_on,
        row.accept_by,
        row.accepted_on,
        row.escalated or None,
        row.close_by,
        row.closed_on,
        row.mark,
    )


def _target(row: Any, on: date) -> tuple[Any, ...]:
    waiting = [one.unit.name for one in keys.confirmations_of(row) if one.confirmed_on is None]
    return (
        row.pk,
        keys.words_of("services", row.kind, on),
        row.version,
        target_words(row.unit, row.value),
        row.proposed_by,
        row.proposed_on,
        row.from_on,
        row.until_on,
        "、".join(waiting),
    )


def _attained(row: Attained, on: date) -> tuple[Any, ...]:
    kept = {True: _("kept"), False: _("not kept"), None: _("n/a: no case")}[row.is_kept]
    return (
        keys.words_of("services", row.kind, on),
        target_words(row.unit, row.wanted),
        "" if row.figure is None else target_words(row.unit, row.figure),
        kept,
        row.cases,
        row.open_cases,
    )


def _market(row: Market, _on: date) -> tuple[Any, ...]:
    return (row.unit, row.trade, row.customers, row.year_kwh, row.year_sales)


def target_words(unit: str, value: Any) -> str:
    """A service level with its unit."""
    told = {"value": f"{value.normalize():f}"}
    return _("%(value)s%% in time") % told if unit == "percent" else _("%(value)s working days") % told


def _this_month(actor: Actor, _wanted: Wanted, on: date) -> list[Attained]:
    return keys.attainment(actor, since=month_start(on), until=month_end(on), on=on)


WHO: tuple[tuple[Words, Kind, int], ...] = (
    (gettext_lazy("Customer no."), "text", 14),
    (gettext_lazy("Customer"), "text", 28),
)
KEY_LISTS = {
    "accounts": KeyList(
        gettext_lazy("Key accounts"),
        (
            *WHO,
            (gettext_lazy("Class"), "text", 12),
            (gettext_lazy("Because of"), "text", 22),
            (gettext_lazy("Account manager"), "text", 14),
            (gettext_lazy("Trade"), "text", 14),
            (gettext_lazy("Voltage"), "text", 10),
            (gettext_lazy("Capacity"), "text", 12),
            (gettext_lazy("Energy a year"), "text", 16),
            (gettext_lazy("Missing of the profile"), "text", 30),
            (gettext_lazy("Since"), "date", 12),
        ),
        lambda actor, wanted, on: keys.profiles(actor, wanted, on=on),
        _profile,
        ("key", "ordinary", "incomplete"),
        (0, 1, 2, 3, 4, 5, 9),
    ),
    "requests": KeyList(
        gettext_lazy("Requests of key accounts"),
        (
            (gettext_lazy("No."), "text", 8),
            (gettext_lazy("Service"), "text", 16),
            *WHO,
            (gettext_lazy("What is asked for"), "text", 40),
            (gettext_lazy("Came in through"), "text", 16),
            (gettext_lazy("Handled by level"), "text", 16),
            (gettext_lazy("Owner"), "text", 12),
            (gettext_lazy("Asked on"), "date", 12),
            (gettext_lazy("Accept by"), "date", 12),
            (gettext_lazy("Accepted on"), "date", 12),
            (gettext_lazy("Times risen"), "count", 8),
            (gettext_lazy("Close by"), "date", 12),
            (gettext_lazy("Closed on"), "date", 12),
            (gettext_lazy("Mark given"), "count", 8),
        ),
        lambda actor, wanted, on: keys.requests(actor, wanted, on=on),
        _request,
        ("open", "late", "escalated", "closed"),
        (0, 1, 3, 4, 6, 7, 11, 12, 13),
    ),
    "targets": KeyList(
        gettext_lazy("Service levels"),
        (
            (gettext_lazy("No."), "text", 8),
            (gettext_lazy("Service"), "text", 16),
            (gettext_lazy("Version"), "count", 8),
            (gettext_lazy("Level promised"), "text", 18),
            (gettext_lazy("Proposed by"), "text", 12),
            (gettext_lazy("Proposed on"), "date", 12),
            (gettext_lazy("In use from"), "date", 12),
            (gettext_lazy("In use until"), "date", 12),
            (gettext_lazy("Waits for"), "text", 30),
        ),
        lambda actor, _wanted, _on: keys.targets(actor),
        _target,
    ),
    "attainment": KeyList(
        gettext_lazy("Service levels kept this month"),
        (
            (gettext_lazy("Service"), "text", 16),
            (gettext_lazy("Level promised"), "text", 18),
            (gettext_lazy("Reached"), "text", 18),
            (gettext_lazy("Kept or not"), "text", 12),
            (gettext_lazy("Cases"), "count", 8),
            (gettext_lazy("Open cases"), "count", 8),
        ),
        _this_month,
        _attained,
    ),
    "market": KeyList(
        gettext_lazy("Market by region and trade"),
        (
            (gettext_lazy("Region"), "text", 18),
            (gettext_lazy("Trade"), "text", 18),
            (gettext_lazy("Key accounts"), "count", 10),
            (gettext_lazy("Energy a year (kWh)"), "number", 18),
            (gettext_lazy("Sales a year (CNY)"), "money", 18),
        ),
        lambda actor, _wanted, on: keys.market(actor, on=on),
        _market,
    ),
}


def export_key_accounts(*, actor: Actor, on: date, what: str, wanted: Wanted) -> bytes:
    """One of the lists as a workbook. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "key_accounts")
    listed = KEY_LISTS[what]
    rows = listed.rows(actor, wanted, on)
    if (count := rows.count() if hasattr(rows, "filter") else len(rows)) > MOST_ROWS:
        raise TooManyRows(rows=count, most=MOST_ROWS)
    tally = Tally(listed.cells(row, on) for row in rows)
    columns = [Column(str(title), kind, width) for title, kind, width in listed.columns]
    told = {name: getattr(wanted, name) for name in ("text", "kind", "state")}
    asked = {name: value for name, value in told.items() if value}
    sheet = Sheet(str(listed.title), columns, tally)
    content = workbook([sheet], notes=notes_of(actor, on, asked.items()), about=_("About this file"))
    after = {**asked, "rows": tally.rows}
    audit.record(actor=actor, act="exports.key_accounts", subject=f"key_accounts:{what}", on=on, after=after)
    return content
