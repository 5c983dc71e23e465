"""The facts behind a measured figure, out of the snapshot it was measured from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import polars as pl
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.indicators import queries as indicators
from xinheng.indicators import tables
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings.values import InputValue
from xinheng.reports.errors import NoRowsBehind
from xinheng.reports.values import RowsBehind

MOST_ROWS = 200  # shown; the total is of all
Back = Callable[[int], date]
How = Literal["sum", "count", "max"]


@dataclass(frozen=True)
class Behind:
    """Which rows a figure is made of, and how: the sum or the largest of a column, or their number."""

    kind: Literal["bills", "invoices"]
    which: Callable[[Back], pl.Expr]
    how: How | None = None  # none: these rows and a formula; the total says nothing
    of: str = ""


def _billed(months: int) -> Callable[[Back], pl.Expr]:
    return lambda back: pl.col("valid_on") > back(months)


def _behaved(months: int) -> Callable[[Back], pl.Expr]:
    return lambda back: pl.col("behaved_on") > back(months)


def _traded(side: str, months: int) -> Callable[[Back], pl.Expr]:
    return lambda back: (pl.col("side") == side) & ~pl.col("is_void") & (pl.col("issued_on") > back(months))


OVERDUE = pl.col("overdue_days") > 0
EXACT: dict[str, Behind] = {
    "turnover_12m": Behind("bills", _billed(12), "sum", "amount_minor"),
    "turnover_24m": Behind("bills", _billed(24), "sum", "amount_minor"),
    "turnover_ever": Behind("bills", lambda _back: pl.col("valid_on").is_not_null(), "sum", "amount_minor"),
    "bills_12m": Behind("bills", _billed(12), "count"),
    "balance": Behind("bills", lambda _back: pl.col("open_minor") != 0, "sum", "open_minor"),
    "overdue_amount": Behind("bills", lambda _back: OVERDUE, "sum", "open_minor"),
    "overdue_count": Behind("bills", lambda _back: OVERDUE, "count"),
    "longest_overdue": Behind("bills", lambda _back: OVERDUE, "max", "overdue_days"),
    "worst_delay_12m": Behind("bills", _behaved(12), "max", "days_late"),
    "worst_delay_24m": Behind("bills", _behaved(24), "max", "days_late"),
    "late_count_12m": Behind("bills", lambda back: _behaved(12)(back) & (pl.col("days_late") > 0), "count"),
    "sales_12m": Behind("invoices", _traded("sale", 12), "sum", "net_minor"),
    "sales_24m": Behind("invoices", _traded("sale", 24), "sum", "net_minor"),
    "purchases_12m": Behind("invoices", _traded("purchase", 12), "sum", "net_minor"),
    "purchases_24m": Behind("invoices", _traded("purchase", 24), "sum", "net_minor"),
}
BY_SUBJECT: dict[str, Behind] = {  # of figures with a formula of their own
    "dealings": Behind("bills", _billed(24)),
    "payment": Behind("bills", _behaved(24)),
    "position": Behind("bills", lambda _back: pl.col("open_minor") != 0),
    "trade": Behind("invoices", lambda back: ~pl.col("is_void") & (pl.col("issued_on") > back(24))),
}
RIGHTS = {"bills": "receivables.read", "invoices": "financials.read"}


def rows_behind(actor: Actor, run_id: int, customer_no: str, code: str, *, on: date) -> RowsBehind:
    """The rows one figure of a decision was made of, the weightiest first, at most 200 with the total of all.

    code: an indicator, or a question people answered. Out of the snapshot that was measured then: a later
    fact changes nothing. Refuses: AccessDenied, CustomerUnknown, RunUnknown, NotRated, NoRowsBehind.
    """
    found = ratings.decision(actor, run_id, customer_no, on=on)
    question = next((one for one in found.case.policy.questions if one.code == code), None)
    if question is not None:
        return _answers(found, question)
    card = next((one for one in indicators.catalogue() if one.code == code), None)
    behind = EXACT.get(code) or (BY_SUBJECT.get(card.subject) if card else None)
    measurement = indicators.measurement(found.run.measurement_id)
    if card is None or behind is None or measurement is None:
        raise NoRowsBehind(code=code)
    access.require(actor, RIGHTS[behind.kind], f"customer:{customer_no}")
    path = tables.facts(measurement, behind.kind)
    if not path.is_file():
        raise NoRowsBehind(code=code)
    day = measurement.as_of
    rows = pl.scan_parquet(path).filter(pl.col("customer_no") == found.customer.no)
    if behind.kind == "bills":
        rows = rows.filter(pl.col("is_main_currency"))
    rows_ = rows.filter(behind.which(lambda months: indicators.months_back(day, months))).collect()
    currency = rows_["currency"][0] if behind.kind == "bills" and rows_.height else "CNY"
    return RowsBehind(
        code=code,
        kind=behind.kind,
        as_of=day,
        how=behind.how or "",
        total=_total(rows_, behind),
        unit=card.unit,
        currency=currency,
        number=rows_.height,
        rows=tuple(_row(row, currency) for row in _weightiest(rows_, behind).head(MOST_ROWS).to_dicts()),
    )


def _total(rows: pl.DataFrame, behind: Behind) -> int | None:
    """What the rows come to; it is the figure itself where the figure is a sum, a count or a largest."""
    if behind.how is None or (rows.is_empty() and behind.how == "max" and behind.of == "days_late"):
        return None
    if behind.how == "count":
        return rows.height
    if behind.how == "sum":
        return int(rows[behind.of].sum())
    return max(0, int(rows[behind.of].max() or 0))  # type: ignore[arg-type]


def _weightiest(rows: pl.DataFrame, behind: Behind) -> pl.DataFrame:
    by = behind.of or ("days_late" if behind.kind == "bills" else "net_minor")
    when = "billed_on" if behind.kind == "bills" else "issued_on"
    return rows.sort(pl.col(by).abs(), pl.col(when), descending=True, nulls_last=True)


def _row(row: dict[str, Any], currency: str) -> dict[str, Any]:
    """A bill or an invoice as people see it; money in its currency."""
    if "bill_no" in row:
        return {
            "no": row["bill_no"],
            "date": row["billed_on"],
            "due_on": row["due_on"],
            "amount": Money(row["amount_minor"], currency),
            "open": Money(row["open_minor"], currency),
            "paid_on": row["last_paid_on"],
            "days_late": row["days_late"],
        }
    return {
        "no": row["invoice_no"],
        "date": row["issued_on"],
        "counterparty": row["counterparty"],
        "side": _("sale") if row["side"] == "sale" else _("purchase"),
        "amount": Money(row["net_minor"], "CNY"),
        "tax": Money(row["tax_minor"], "CNY"),
    }


def _answers(found: Any, question: Any) -> RowsBehind:
    told = ratings.assessments_of(found.customer, as_of=found.run.as_of).filter(question=question.code)
    rows = [
        {
            "date": one.assessed_on,
            "value": one.value,
            "by": one.assessed_by,
            "evidence": one.evidence,
            "told_on": one.told_on,
        }
        for one in told.order_by("-assessed_on", "-pk")[:MOST_ROWS]
    ]
    return RowsBehind(
        code=question.code,
        kind="answers",
        as_of=found.run.as_of,
        how="",
        total=None,
        unit=question.unit,
        currency="",
        number=told.count(),
        rows=tuple(rows),
    )


def has_rows(actor: Actor, figure: InputValue) -> bool:
    """Whether rows of facts stand behind a figure of an explanation, and the actor may see them."""
    if figure.origin == "assessment":
        return True
    card = next((one for one in indicators.catalogue() if one.code == figure.code), None)
    behind = EXACT.get(figure.code) or (BY_SUBJECT.get(card.subject) if card else None)
    return behind is not None and actor.may(RIGHTS[behind.kind])


def total_in_words(found: RowsBehind) -> str:
    """The total with its unit; nothing where the rows have none."""
    if found.total is None:
        return ""
    if found.how == "sum":
        return str(Money(found.total, found.currency))
    return f"{Decimal(found.total):,}"
