"""What became of the bills, seen from the end of the ledger: for saying what a hold would have saved or cost.

Nothing here is known to the replay, which decides on each day by what was known then.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from xinheng.judgements.shadow.values import Ledger


def with_outcomes(orders: pl.DataFrame, ledger: Ledger, *, late_days: int, last: date) -> pl.DataFrame:
    """The orders with how they really were paid for.

    outcome: good, paid at most so many days late; late, some of it later; unpaid, some of it open and so
    many days past due at the end; open, not yet so late; not_billed. Gives also billed_minor, lost_minor
    (paid late, or not at all, of late and unpaid bills), days_late (the latest bill's).
    """
    of_order = _bills(ledger, late_days=late_days, last=last).group_by("order_no").agg(
        pl.col("minor").sum().alias("billed_minor"),
        pl.col("lost").sum().alias("lost_minor"),
        pl.col("days_late").max(),
        worst=pl.col("outcome").max(),
    )  # fmt: skip
    found = orders.join(of_order, on="order_no", how="left", maintain_order="left")
    named = {0: "good", 1: "open", 2: "late", 3: "unpaid"}
    outcome = pl.col("worst").replace_strict(named, default="not_billed", return_dtype=pl.String)
    return found.with_columns(
        outcome=outcome,
        billed_minor=pl.col("billed_minor").fill_null(0),
        lost_minor=pl.col("lost_minor").fill_null(0),
    ).drop("worst")


def _bills(ledger: Ledger, *, late_days: int, last: date) -> pl.DataFrame:
    """Each bill of an order: how late it was paid, what of it was lost, and what came of it as a number."""
    bills = ledger.bills.filter(pl.col("order_no").is_not_null() & (pl.col("on") <= last))
    bills = bills.with_columns(due_on=pl.col("due_on").fill_null(pl.col("on")))
    due = bills.select("bill_no", "due_on")
    paid = (
        ledger.receipts.filter(pl.col("on") <= last)
        .join(due, on="bill_no")
        .with_columns(late=(pl.col("on") - pl.col("due_on")).dt.total_days())
    )
    sums = paid.group_by("bill_no").agg(
        paid=pl.col("minor").sum(),
        paid_late=pl.col("minor").filter(pl.col("late") > late_days).sum(),
        latest=pl.col("late").max(),
    )
    found = bills.join(sums, on="bill_no", how="left").with_columns(
        left=pl.col("minor") - pl.col("paid").fill_null(0),
        paid_late=pl.col("paid_late").fill_null(0),
        until_now=(pl.lit(last) - pl.col("due_on")).dt.total_days(),
    )
    is_open, is_past = pl.col("left") > 0, pl.col("until_now") > late_days
    outcome = (
        pl.when(is_open & is_past)
        .then(3)
        .when(pl.col("paid_late") > 0)
        .then(2)
        .when(is_open)
        .then(1)
        .otherwise(0)
    )
    days = (
        pl.when(is_open)
        .then(pl.max_horizontal("until_now", pl.col("latest").fill_null(0)))
        .otherwise("latest")
    )
    return found.select(
        "order_no", "minor", outcome=outcome, days_late=days.cast(pl.Int32),
        lost=pl.col("paid_late") + pl.when(is_open & is_past).then("left").otherwise(0),
    )  # fmt: skip


def with_blocks(orders: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """The orders with whether the company really blocked them, since when, and how many days."""
    blocks = ledger.blocks.select("order_no", "until_on", blocked_on="on").unique("order_no")
    found = orders.join(blocks, on="order_no", how="left", maintain_order="left")
    is_blocked = pl.col("blocked_on").is_not_null() | pl.col("until_on").is_not_null()
    since = pl.coalesce("blocked_on", "on")
    days = (pl.col("until_on") - since).dt.total_days().clip(lower_bound=0).cast(pl.Int32)
    return found.with_columns(
        really_blocked=is_blocked, block_days=pl.when(is_blocked).then(days).otherwise(None)
    ).drop("until_on")


def summed(orders: pl.DataFrame, rules: tuple[Any, ...], *, margin: int, last: date) -> dict[str, Any]:
    """A replay in figures: in all, by month, by reason, by customer, and against real blocks."""
    checked = orders.filter("checked")
    marked = _marked(checked, last)
    return {
        "all": _figures(marked, margin),
        "months": _by(marked.with_columns(month=pl.col("on").dt.strftime("%Y-%m")), "month"),
        "reasons": _reasons(marked, rules),
        "outcomes": _by(marked, "outcome"),
        "agreement": _agreement(marked),
    }


def marked(orders: pl.DataFrame, last: date) -> pl.DataFrame:
    """The orders with what they count as: see `by_customer`."""
    return _marked(orders.filter("checked"), last)


def _marked(orders: pl.DataFrame, last: date) -> pl.DataFrame:
    """Whether an order was stopped, or let go by itself, after how many days, and what that saved or cost."""
    is_stopped = pl.col("verdict") != "passed"
    is_let_go = pl.col("released_on").is_not_null()
    until = pl.coalesce("released_on", "ended_on", pl.lit(last))
    waited = pl.when(pl.col("verdict") == "held").then((until - pl.col("on")).dt.total_days()).otherwise(0)
    is_bad, is_good = pl.col("outcome").is_in(["late", "unpaid"]), pl.col("outcome") == "good"
    return orders.with_columns(
        is_stopped=is_stopped, is_let_go=is_let_go, held_days=waited.cast(pl.Int32)
    ).with_columns(
        saved=pl.when(is_stopped & is_bad).then("lost_minor").otherwise(0),
        missed=pl.when(~is_stopped & is_bad).then("lost_minor").otherwise(0),
        delayed=pl.when(is_stopped & is_good & is_let_go).then("minor").otherwise(0),
        lost_sales=pl.when(is_stopped & is_good & ~is_let_go).then("minor").otherwise(0),
    )


COUNTS = {
    "orders": pl.len(),
    "value": pl.col("minor").sum(),
    "held": (pl.col("verdict") == "held").sum(),
    "held_value": pl.col("minor").filter(pl.col("verdict") == "held").sum(),
    "rejected": (pl.col("verdict") == "rejected").sum(),
    "rejected_value": pl.col("minor").filter(pl.col("verdict") == "rejected").sum(),
    "let_go": pl.col("is_let_go").sum(),
    "warned": (pl.col("reasons") != 0).and_(pl.col("verdict") == "passed").sum(),
    "held_back": pl.col("back_on").is_not_null().sum(),
    "saved": pl.col("saved").sum(),
    "missed": pl.col("missed").sum(),
    "delayed": pl.col("delayed").sum(),
    "lost_sales": pl.col("lost_sales").sum(),
}


def _figures(orders: pl.DataFrame, margin: int) -> dict[str, Any]:
    days = pl.col("held_days").filter(pl.col("is_let_go"))
    found = orders.select(
        **COUNTS,
        customers=pl.col("customer_no").n_unique(),
        days_median=days.median(),
        days_mean=days.mean(),
        days_most=days.max(),
        back_days=pl.col("back_days").filter(pl.col("back_on").is_not_null()).mean(),
        still_held=(
            (pl.col("verdict") == "held") & ~pl.col("is_let_go") & pl.col("ended_on").is_null()
        ).sum(),
        money_days=(pl.col("delayed") * pl.col("held_days")).sum(),
    ).to_dicts()[0]
    return {**found, "lost_margin": found["lost_sales"] * margin // 100}


def _by(orders: pl.DataFrame, column: str) -> list[dict[str, Any]]:
    return orders.group_by(column).agg(**COUNTS).sort(column).to_dicts()


def by_customer(orders: pl.DataFrame) -> pl.DataFrame:
    """A row a customer with anything stopped, warned or lost, the most held money first."""
    rows = orders.group_by("customer_no").agg(
        pl.col("name").first(), **COUNTS, days=pl.col("held_days").sum()
    )
    return rows.sort("held_value", "rejected_value", "customer_no", descending=[True, True, False])


def _reasons(orders: pl.DataFrame, rules: tuple[Any, ...]) -> list[dict[str, Any]]:
    """A row a rule: orders it was a reason for, and those it alone stopped. An order may count by several."""
    stopping = sum(1 << bit for bit, rule in enumerate(rules) if rule.strength != "warn") | 3 << 60
    found = []
    extra = [("no_rule", "rules", "hold", 60), ("not_paid", "prepaid", "hold", 61)]
    named = [(rule.code, rule.check, rule.strength, bit) for bit, rule in enumerate(rules)]
    for code, check, strength, bit in (*named, *extra):
        at_order, at_gate = (
            orders.filter((pl.col(name) & (1 << bit)) != 0) for name in ("reasons", "back_reasons")
        )
        if at_order.height or at_gate.height or bit < 60:
            alone = at_order.filter((pl.col("reasons") & stopping) == (1 << bit))
            found.append(
                {"rule": code, "check": check, "strength": strength, "orders": at_order.height,
                 "value": at_order["minor"].sum(), "alone": alone.height, "at_gate": at_gate.height,
                 "saved": at_order["saved"].sum(), "lost_sales": at_order["lost_sales"].sum()}
            )  # fmt: skip
    return found


def _agreement(orders: pl.DataFrame) -> dict[str, Any] | None:
    """Really blocked against what the policy would have held: counts, and days of both."""
    if not orders["really_blocked"].any():
        return None
    both = orders.group_by("really_blocked", "is_stopped").agg(
        orders=pl.len(), value=pl.col("minor").sum(), block_days=pl.col("block_days").median(),
        held_days=pl.col("held_days").median(),
    )  # fmt: skip
    cells = {(row["really_blocked"], row["is_stopped"]): row for row in both.to_dicts()}
    none = {"orders": 0, "value": 0, "block_days": None, "held_days": None}
    names = {
        "both": (True, True),
        "only_real": (True, False),
        "only_shadow": (False, True),
        "neither": (False, False),
    }
    return {name: {key: cells.get(place, none)[key] for key in none} for name, place in names.items()}
