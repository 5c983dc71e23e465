"""The figures of one customer: indicators with trends, payments, ageing, bills, its own business."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.financials import queries as financials
from xinheng.facts.receivables import queries as receivables
from xinheng.indicators import queries as indicators
from xinheng.indicators.values import Card, Trend, Value
from xinheng.reports import services as reports
from xinheng.reports.services import figure_text
from xinheng.web.pages.seen import Seen

SHOWN = 20  # of the last receipts and settlements
SUBJECTS = [
    ("dealings", _("Dealings")),
    ("payment", _("Payment behaviour")),
    ("position", _("Position today")),
    ("trade", _("Trade with others")),
    ("statement", _("Statements")),
]


def card_words(card: Card) -> dict[str, str]:
    """Name and meaning of missing in the reader's language."""
    chinese = reads_chinese()
    return {
        "code": card.code,
        "name": card.name if chinese else card.name_en,
        "missing": card.missing if chinese else card.missing_en,
        "source": card.source,
    }


def measured(seen: Seen, _request: HttpRequest) -> dict[str, Any]:
    """Every indicator of the day by subject, with the line of its last twelve months.

    Within a subject those that are not measured stand apart, each with what that means.
    """
    values = indicators.values_of(seen.customer.no, as_of=seen.as_of)
    codes = [value.card.code for value in values if value.figure is not None]
    trends = {t.card.code: t for t in indicators.trends_of(seen.customer.no, codes, as_of=seen.as_of)}
    groups = []
    for subject, heading in SUBJECTS:
        lines = [_line(one, trends.get(one.card.code)) for one in values if one.card.subject == subject]
        known = [line for line in lines if line["known"]]
        if lines:
            groups.append(
                {"heading": heading, "known": known, "unknown": [line for line in lines if not line["known"]]}
            )
    return {"measured_on": values[0].as_of if values else None, "groups": groups}


def _line(value: Value, trend: Trend | None) -> dict[str, Any]:
    known = [] if trend is None else [figure for figure in trend.figures if figure is not None]
    return {
        **card_words(value.card),
        "text": figure_text(value.figure, value.card.unit, value.currency),
        "known": value.figure is not None,
        "spark": reports.sparkline(trend) if trend is not None and len(known) > 1 else None,
        "turn": _turn(value.card, known),
    }


def _turn(card: Card, known: list[Any]) -> str:
    """Whether the last step was "better" or "worse"; nothing where the card names no better side."""
    if len(known) < 2 or not card.better or known[-1] == known[-2]:
        return ""
    return "better" if (known[-1] > known[-2]) == (card.better == "higher") else "worse"


def payments(seen: Seen, request: HttpRequest) -> dict[str, Any]:
    """Payment curve, ageing as of the day, bills a page at a time, the last receipts and settlements."""
    months = receivables.payment_curve(seen.customer, as_of=seen.as_of, months=24)
    rows = receivables.ageing_of(seen.customer, as_of=seen.as_of)
    lived = any(month.billed.minor or month.received.minor for month in months)
    after = request.GET.get("after", "")[:60]
    bills = receivables.bills_of(seen.customer, as_of=seen.as_of, after=after)
    may_write = seen.actor.may("receivables.write") and not seen.past
    return {
        "curve": reports.payment_curve(months) if lived else None,
        "ageing": rows,
        "ageing_rows": [(reports.word(reports.BUCKETS, row.bucket.code), row) for row in rows],
        "ageing_chart": reports.ageing(rows, reports.in_full(reports.BUCKETS)) if rows else None,
        "bills": bills,
        "prepaid": receivables.prepaid(seen.customer, as_of=seen.as_of),
        "later_page": bool(after),
        "receipts": receivables.receipt_page(seen.customer, as_of=seen.as_of, limit=SHOWN),
        "settlements": receivables.settlement_page(seen.customer, as_of=seen.as_of, limit=SHOWN),
        "may_write": may_write,
        "may_write_off": seen.actor.may("receivables.write_off") and not seen.past,
        "written_off": _written_off(seen),
    }


def _written_off(seen: Seen) -> list[dict[str, Any]]:
    mine = customers.visible(seen.actor, on=seen.on).filter(pk=seen.customer.pk)
    rows = receivables.written_off(mine, as_of=seen.as_of).iter_rows(named=True)
    return [
        {**row, "amount": Money(row["amount_minor"], row["currency"]),
         "left": Money(row["left_minor"], row["currency"])}
        for row in rows
    ]  # fmt: skip


SIDES: dict[str, Any] = {"sale": _("Sales"), "purchase": _("Purchases")}
OPINIONS: dict[str, Any] = {
    "unqualified": _("unqualified"),
    "emphasis": _("with emphasis of matter"),
    "qualified": _("qualified"),
    "adverse": _("adverse"),
    "disclaimer": _("disclaimer"),
}


def business(seen: Seen, _request: HttpRequest) -> dict[str, Any]:
    """The customer's own statements and the invoices it let us see."""
    trade = financials.trade_summary(seen.customer, as_of=seen.as_of)
    table = financials.statement_table(financials.statements_of(seen.customer, as_of=seen.as_of))
    chinese = reads_chinese()
    return {
        "trade": trade,
        "trade_chart": reports.trade_curve(trade.months) if trade else None,
        "sides": [(SIDES[side.side], side, _largest(side)) for side in trade.sides] if trade else [],
        "statements": [(one, OPINIONS.get(one.opinion, "")) for one in table.statements],
        "lines": [
            (row.line.name if chinese else row.line.name_en, row.line.total, row.amounts)
            for row in table.rows
        ],
    }


def _largest(side: Any) -> list[tuple[Any, str]]:
    return [(party, figure_text(party.share, "share")) for party in side.largest]
