"""Which facts each figure is made of: bills and invoices of a window, statement lines, items of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from xinheng.indicators import queries as indicators

Back = Callable[[int], date]
Which = Callable[[Back], pl.Expr]
How = Literal["sum", "count", "max"]
Kind = Literal["bills", "invoices", "statement"]


@dataclass(frozen=True)
class Behind:
    """Which rows a figure is made of, and how: the sum or the largest of a column, or their number."""

    kind: Kind
    which: Which
    how: How | None = None  # none: these rows and a formula; the total says nothing
    of: str = ""


def _billed(months: int) -> Which:
    return lambda back: pl.col("valid_on") > back(months)


def _behaved(months: int) -> Which:
    return lambda back: pl.col("behaved_on") > back(months)


def _traded(side: str, months: int) -> Which:
    return lambda back: (pl.col("side") == side) & ~pl.col("is_void") & (pl.col("issued_on") > back(months))


def _told(side: str) -> Which:
    """The valid invoices of a side, whenever they were issued."""
    return lambda _back: (pl.col("side") == side) & ~pl.col("is_void")


def _all_of(side: str) -> Which:
    """The invoices of a side in 24 months, void ones too."""
    return lambda back: (pl.col("side") == side) & (pl.col("issued_on") > back(24))


def _ever(_back: Back) -> pl.Expr:
    return pl.col("valid_on").is_not_null()


def _selling(back: Back) -> pl.Expr:
    """What is open, and what was billed in the three months it is measured against."""
    return (pl.col("open_minor") != 0) | (pl.col("valid_on") > back(3))


OVERDUE = pl.col("overdue_days") > 0
EXACT: dict[str, Behind] = {
    "turnover_12m": Behind("bills", _billed(12), "sum", "amount_minor"),
    "turnover_24m": Behind("bills", _billed(24), "sum", "amount_minor"),
    "turnover_ever": Behind("bills", _ever, "sum", "amount_minor"),
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
OF_ONE: dict[str, Behind] = {  # figures whose rows are not those of their subject
    **dict.fromkeys(
        ("months_since_first", "months_since_last", "relation_years", "turnover_growth"),
        Behind("bills", _ever),
    ),
    **dict.fromkeys(
        ("void_share", "void_amount_share"), Behind("bills", lambda back: pl.col("billed_on") > back(24))
    ),
    **dict.fromkeys(("dso", "best_possible_dso", "average_days_delinquent"), Behind("bills", _selling)),
    **dict.fromkeys(
        ("sales_monthly", "trading_months", "months_since_sale", "sales_growth"),
        Behind("invoices", _told("sale")),
    ),
    **dict.fromkeys(("months_since_purchase", "purchases_growth"), Behind("invoices", _told("purchase"))),
    "trade_margin": Behind("invoices", lambda _back: ~pl.col("is_void")),
    **dict.fromkeys(
        (
            "sales_void_share", "sales_void_amount_share", "sales_red_share", "sales_red_amount_share",
        ),
        Behind("invoices", _all_of("sale")),
    ),
    "purchases_void_share": Behind("invoices", _all_of("purchase")),
    **dict.fromkeys(
        ("buyers_24m", "buyer_hhi", "buyer_top1_share", "buyer_top5_share"),
        Behind("invoices", _traded("sale", 24)),
    ),
    **dict.fromkeys(
        ("suppliers_24m", "supplier_hhi", "supplier_top1_share", "supplier_top5_share"),
        Behind("invoices", _traded("purchase", 24)),
    ),
}  # fmt: skip
BY_SUBJECT: dict[str, Behind] = {  # of figures with a formula of their own
    "dealings": Behind("bills", _billed(24)),
    "payment": Behind("bills", _behaved(24)),
    "position": Behind("bills", lambda _back: pl.col("open_minor") != 0),
    "trade": Behind("invoices", lambda back: ~pl.col("is_void") & (pl.col("issued_on") > back(24))),
    "statement": Behind("statement", lambda _back: pl.lit(value=True)),
}
RIGHTS = {  # what one must be allowed to see
    "bills": "receivables.read",
    "invoices": "financials.read",
    "statement": "financials.read",
    "facts": "customers.read",
}
FIELDS: dict[
    str, tuple[str, ...]
] = {  # a fact a policy may look at -> fields of the customer it is read from
    "kind": ("kind",),
    "is_customer": ("is_customer",),
    "is_supplier": ("is_supplier",),
    "industry_section": ("industry",),
    "region": ("region",),
    "size_class": ("industry", "employees", "revenue_minor", "assets_minor"),
    "founded_years": ("founded_on",),
    "is_guarantor": (),  # stands in the files of others
}


def behind(code: str) -> Behind | None:
    """The rows behind an indicator; none of what is no indicator."""
    card = next((one for one in indicators.catalogue() if one.code == code), None)
    if card is None:
        return None
    return EXACT.get(code) or OF_ONE.get(code) or BY_SUBJECT[card.subject]


def right_to(code: str) -> str:
    """What one must be allowed to see to look behind a figure that nobody assessed; blank where none is."""
    if code in FIELDS:
        return RIGHTS["facts"]
    found = behind(code)
    return RIGHTS[found.kind] if found else ""
