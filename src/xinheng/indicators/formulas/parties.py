"""Concentration: how much of a customer's business hangs on few buyers or suppliers, over 24 months."""

from __future__ import annotations

from typing import Any

import ibis

from xinheng.indicators.catalogue import Day, Family
from xinheng.indicators.formulas.parts import count, total

PARTS = 1_000_000_000  # a party's share in whole billionths: sums are the same in any order
WINDOW_MONTHS = 24

buyers = Family(
    "trade",
    "parties",
    "docs/algorithms/indicators.md#concentration",
    "近24个月没有买方",
    "no buyer in the last 24 months",
)
suppliers = buyers.but(missing="近24个月没有供方", missing_en="no supplier in the last 24 months")


def parties(invoices: Any, day: Day) -> Any:
    """A row a customer, side and counterparty with money above zero: its share of the side, and its rank.

    invoices: a row a trade invoice. Gives seq, side, share_parts (billionths), rank (1 is largest).
    """
    inside = invoices.filter(~invoices.is_void & (invoices.issued_on > day.back(WINDOW_MONTHS)))
    each = inside.group_by("seq", "side", "counterparty").aggregate(net_minor=inside.net_minor.sum())
    each = each.filter(each.net_minor > 0)
    side = ibis.window(group_by=["seq", "side"])
    ranked = ibis.window(group_by=["seq", "side"], order_by=[each.net_minor.desc(), each.counterparty.asc()])
    share = each.net_minor * 1.0 / each.net_minor.sum().over(side)
    return each.select(
        "seq",
        "side",
        share_parts=(share * PARTS).round().cast("int64"),
        rank=ibis.row_number().over(ranked) + 1,
    )


def measured(rows: Any, side: str, value: Any) -> Any:
    """The value, where the customer has a party on that side."""
    return (count(rows.side == side) > 0).ifelse(value, None)


def hhi(rows: Any, side: str) -> Any:
    """Sum of squared percentages, 0 to 10,000 (standards 2.7)."""
    squares = total(rows.share_parts * rows.share_parts, rows.side == side)
    return measured(rows, side, squares / (PARTS / 100) / (PARTS / 100))


def top(rows: Any, side: str, number: int) -> Any:
    """Share of the largest so many."""
    inside = (rows.side == side) & (rows["rank"] <= number)
    return measured(rows, side, total(rows.share_parts, inside) / PARTS)


def standing(rows: Any, side: str) -> Any:
    """How many parties stand on the side."""
    return measured(rows, side, count(rows.side == side))


@buyers.indicator("买方数", "Buyers, last 24 months", "count", "higher")
def buyers_24m(rows: Any, _: Day) -> Any:
    """Buyers with sales above zero."""
    return standing(rows, "sale")


@buyers.indicator("客户集中度 HHI", "Concentration of buyers (HHI)", "points", "lower")
def buyer_hhi(rows: Any, _: Day) -> Any:
    """Herfindahl index of the buyers, 10,000: all sales to one."""
    return hhi(rows, "sale")


@buyers.indicator("第一大买方占比", "Share of the largest buyer", "share", "lower")
def buyer_top1_share(rows: Any, _: Day) -> Any:
    """The largest buyer's share of the sales to all buyers."""
    return top(rows, "sale", 1)


@buyers.indicator("前五大买方占比", "Share of the five largest buyers", "share", "lower")
def buyer_top5_share(rows: Any, _: Day) -> Any:
    """The five largest buyers' share of the sales to all buyers."""
    return top(rows, "sale", 5)


@suppliers.indicator("供方数", "Suppliers, last 24 months", "count", "higher")
def suppliers_24m(rows: Any, _: Day) -> Any:
    """Suppliers with purchases above zero."""
    return standing(rows, "purchase")


@suppliers.indicator("供应商集中度 HHI", "Concentration of suppliers (HHI)", "points", "lower")
def supplier_hhi(rows: Any, _: Day) -> Any:
    """Herfindahl index of the suppliers, 10,000: all purchases from one."""
    return hhi(rows, "purchase")


@suppliers.indicator("第一大供方占比", "Share of the largest supplier", "share", "lower")
def supplier_top1_share(rows: Any, _: Day) -> Any:
    """The largest supplier's share of the purchases from all suppliers."""
    return top(rows, "purchase", 1)


@suppliers.indicator("前五大供方占比", "Share of the five largest suppliers", "share", "lower")
def supplier_top5_share(rows: Any, _: Day) -> Any:
    """The five largest suppliers' share of the purchases from all suppliers."""
    return top(rows, "purchase", 5)
