"""What a pass looks at: the money that is free and the lines that are open, as the ledger stands."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.matching.proposing import RULES
from xinheng.judgements.matching.values import MatchingRules

KEYS = ["customer_id", "currency"]


def money(seen: Any, *, on: date) -> pl.DataFrame:
    """Receipts with something free that is not kept for an advance or a deposit, as `propose` takes them."""
    free = receivables.unapplied(seen, as_of=on)
    return free.filter(pl.col("purpose") == "", pl.col("free_minor") > 0)


def lines(seen: Any, *, on: date) -> pl.DataFrame:
    """Open lines with their key and their place in the order of clearing, credit bills before the rest."""
    found = (
        receivables.open_lines(seen, as_of=on)
        .with_row_index("line")
        .with_columns(pl.col("line").cast(pl.Int64))
    )
    if found.is_empty():
        return found.with_columns(place=pl.lit(0, pl.Int64))
    placed = receivables.ranked(found, receivables.clearing_order(on), on=on)
    order = placed.select("line", place=pl.int_range(1, pl.len() + 1).over(KEYS))
    joined = found.join(order, on="line", how="left", maintain_order="left")
    return joined.with_columns(place=pl.col("place").fill_null(0).cast(pl.Int64))


def of_customers(rules: MatchingRules) -> pl.DataFrame:
    """The rules by customer, as `propose` takes them; customers that are not there are passed over."""
    told = [
        {
            "no": no, "pays": rule.pays,
            "percent_bp": int(rule.discount.percent * 100) if rule.discount else None,
            "within_days": rule.discount.within_days if rule.discount else None,
            "fee_upto": float(rule.fee_upto) if rule.fee_upto is not None else None,
        }
        for rule in rules.rules for no in rule.customers
    ]  # fmt: skip
    if not told:
        return pl.DataFrame(schema=RULES)
    schema = {"no": pl.String, **{name: kind for name, kind in RULES.items() if name != "customer_id"}}
    frame = pl.DataFrame(told, schema=schema)
    return frame.join(customers.ids_by_no(), on="no").rename({"id": "customer_id"}).select(list(RULES))
