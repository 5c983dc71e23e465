"""The figures of one customer: indicators with trends, payments, ageing, bills, its own business."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xinheng.facts.financials import queries as financials
from xinheng.facts.receivables import queries as receivables
from xinheng.indicators import queries as indicators
from xinheng.indicators.values import Card, Trend, Value
from xinheng.reports import services as reports
from xinheng.web.pages.figures import figure_text
from xinheng.web.pages.seen import Seen

SUBJECTS = [
    ("dealings", _("Dealings")),
    ("payment", _("Payment behaviour")),
    ("position", _("Position today")),
    ("trade", _("Trade with others")),
    ("statement", _("Statements")),
]


def card_words(card: Card) -> dict[str, str]:
    """Name and meaning of missing in the reader's language."""
    chinese = (get_language() or "").startswith("zh")
    return {
        "code": card.code,
        "name": card.name if chinese else card.name_en,
        "missing": card.missing if chinese else card.missing_en,
        "source": card.source,
    }


def measured(seen: Seen, _request: HttpRequest) -> dict[str, Any]:
    """Every indicator of the day by subject, with the line of its last twelve months."""
    values = indicators.values_of(seen.customer.no, as_of=seen.as_of)
    codes = [value.card.code for value in values]
    trends = {t.card.code: t for t in indicators.trends_of(seen.customer.no, codes, as_of=seen.as_of)}
    return {
        "measured_on": values[0].as_of if values else None,
        "groups": [
            {"heading": heading, "lines": lines}
            for subject, heading in SUBJECTS
            if (
                lines := [
                    _line(value, trends.get(value.card.code))
                    for value in values
                    if value.card.subject == subject
                ]
            )
        ],
    }


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
    """Payment curve, ageing as of the day, and the bills, newest first, a page at a time."""
    months = receivables.payment_curve(seen.customer, as_of=seen.as_of, months=24)
    rows = receivables.ageing_of(seen.customer, as_of=seen.as_of)
    lived = any(month.billed.minor or month.received.minor for month in months)
    after = request.GET.get("after", "")[:60]
    bills = receivables.bills_of(seen.customer, as_of=seen.as_of, after=after)
    return {
        "curve": reports.payment_curve(months) if lived else None,
        "ageing": rows,
        "ageing_rows": [(reports.word(reports.BUCKETS, row.bucket.code), row) for row in rows],
        "ageing_chart": reports.ageing(rows, reports.in_full(reports.BUCKETS)) if rows else None,
        "bills": bills,
        "prepaid": receivables.prepaid(seen.customer, as_of=seen.as_of),
        "later_page": bool(after),
    }


def business(seen: Seen, _request: HttpRequest) -> dict[str, Any]:
    """The customer's own statements and the invoices it let us see."""
    return {
        "statements": financials.statements_of(seen.customer, as_of=seen.as_of),
        "trade": financials.trade_summary(seen.customer, as_of=seen.as_of),
    }


def day_text(day: date | None) -> str:
    """A day as people write it, or a dash."""
    return day.isoformat() if day else "—"
