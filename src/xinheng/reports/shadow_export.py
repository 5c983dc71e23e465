"""A replay of a past as an Excel workbook: in all, by month, reason and customer, and every order stopped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.shadow import queries as shadow
from xinheng.judgements.shadow.values import Wanted
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook

MONEY = ("value", "held_value", "rejected_value", "saved", "missed", "delayed", "lost_sales")
COUNTS = ("orders", "held", "rejected", "let_go", "warned", "held_back")


def export_shadow(*, actor: Actor, on: date, number: int, wanted: Wanted | None = None) -> bytes:
    """One replay as a workbook; wanted: which of its orders, all that were stopped or warned if not given.

    Refuses: AccessDenied, ShadowUnknown, ResultAltered.
    """
    access.require(actor, "exports.read", f"shadow:{number}")
    run = shadow.shadow_run(actor, number)
    content = workbook(
        [_parts(run, _("Months"), "months", "month"), _reasons(run), _customers(run), _orders(run, wanted)],
        notes=[
            (_("Replay"), str(run.pk)),
            (_("Policy"), run.policy),
            (_("Days checked"), f"{run.from_on} – {run.until_on}"),
            (_("Replayed by"), run.by),
            (_("Exported on"), on.isoformat()),
            *[(_("To know"), note) for note in shadow.notes_of(run)],
        ],
        about=_("About"),
    )
    audit.record(actor=actor, act="exports.shadow", subject=f"shadow:{number}", on=on)
    return content


def headings() -> dict[str, str]:
    """What the columns of figures are called."""
    return {
        "orders": _("Orders"), "value": _("Order value"), "held": _("Held"), "held_value": _("Value held"),
        "rejected": _("Rejected orders"), "rejected_value": _("Value rejected"),
        "let_go": _("Let go by itself"),
        "warned": _("Warned"), "held_back": _("Goods held back"), "saved": _("Loss spared"),
        "missed": _("Loss let through"), "delayed": _("Good sales delayed"),
        "lost_sales": _("Good sales lost"),
    }  # fmt: skip


def _figures() -> list[Column]:
    return [Column(title, "money" if name in MONEY else "count") for name, title in headings().items()]


def _row(run: Any, row: dict[str, Any]) -> list[Any]:
    return [Money(row[name] or 0, run.currency) if name in MONEY else row[name] for name in headings()]


def _parts(run: Any, title: str, part: str, key: str) -> Sheet:
    rows = [[one[key], *_row(run, one)] for one in run.summary.get(part, [])]
    return Sheet(title, [Column(title), *_figures()], rows)


def _reasons(run: Any) -> Sheet:
    columns = [
        Column(_("Rule")), Column(_("What it looks at"), width=28), Column(_("Strength")),
        Column(_("Orders"), "count"), Column(_("Order value"), "money"), Column(_("It alone"), "count"),
        Column(_("Goods held back"), "count"), Column(_("Loss spared"), "money"),
        Column(_("Good sales lost"), "money"),
    ]  # fmt: skip
    rows = [
        [one["rule"], str(shadow.CHECKS[one["check"]]), str(shadow.STRENGTHS[one["strength"]]), one["orders"],
         Money(one["value"], run.currency), one["alone"], one["at_gate"], Money(one["saved"], run.currency),
         Money(one["lost_sales"], run.currency)]
        for one in run.summary.get("reasons", [])
    ]  # fmt: skip
    return Sheet(_("Reasons"), columns, rows)


def _customers(run: Any) -> Sheet:
    columns = [Column(_("Customer number")), Column(_("Name"), width=32), *_figures()]
    rows = ([one["customer_no"], one["name"], *_row(run, one)] for one in _dicts(shadow.customers_of(run)))
    return Sheet(_("Customers"), columns, rows)


def _orders(run: Any, wanted: Wanted | None) -> Sheet:
    columns = [
        Column(_("Order number"), width=20), Column(_("Customer number")), Column(_("Name"), width=24),
        Column(_("Ordered on"), "date"), Column(_("Order value"), "money"), Column(_("Outcome"), width=18),
        Column(_("Reasons"), width=24), Column(_("Exposure then"), "money"), Column(_("Limit then"), "money"),
        Column(_("Over the limit"), "money"), Column(_("Overdue then"), "money"),
        Column(_("Oldest, days past due"), "count"), Column(_("Let go on"), "date"),
        Column(_("Days held"), "count"),
        Column(_("Days goods held back"), "count"), Column(_("Really paid"), width=18),
        Column(_("Lost or late"), "money"), Column(_("Really blocked"), width=14),
    ]  # fmt: skip
    found = shadow.orders_of(run, wanted or Wanted())
    if wanted is None:
        found = found.filter((pl.col("reasons") != 0) | pl.col("back_on").is_not_null())
    return Sheet(_("Orders"), columns, _order_rows(run, found.head(MOST_ROWS)))


def _order_rows(run: Any, orders: pl.DataFrame) -> Iterator[list[Any]]:
    rules, currency = shadow.rules_of(run), run.currency
    for one in _dicts(orders):
        codes = shadow.reason_codes(one["reasons"] | one["back_reasons"], rules)
        yield [
            one["order_no"], one["customer_no"], one["name"], one["on"], Money(one["minor"], currency),
            str(shadow.VERDICTS[one["verdict"]]), ", ".join(codes),
            *(Money(one[name], currency)
              for name in ("exposure_minor", "limit_minor", "over_minor", "overdue_minor")),
            one["oldest_days"], one["released_on"], one["held_days"], one["back_days"],
            str(shadow.OUTCOMES[one["outcome"]]), Money(one["lost_minor"], currency),
            str(shadow.BLOCKS["blocked"]) if one["really_blocked"] else "",
        ]  # fmt: skip


def _dicts(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    return frame.iter_rows(named=True)
