"""Claims of a file held together: what arises of a bill, opening items by their total, plans by the bill."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from xinheng.facts.intake.checking.causes import none, turned_down
from xinheng.facts.receivables import queries as receivables

CUSTOMER = ["customer_no", "currency"]
BILL = ["customer_no", "bill_no"]


def broken_arising(scan: pl.LazyFrame) -> pl.DataFrame:
    """Bills that arise of one that is neither posted nor in the file, and credit notes above their bill.

    scan: the rows with _out, true where they are turned down already. What earlier credit notes took off a
    bill the ledger itself holds when the rows are posted.
    """
    arising = scan.filter(~pl.col("_out") & pl.col("arises_from").is_not_null()).collect()
    if arising.is_empty():
        return none()
    mine = scan.filter(~pl.col("_out") & pl.col("arises_from").is_null() & ~pl.col("is_void")).select(
        "customer_no", arises_from="bill_no", _minor="amount_minor"
    )
    named = arising.drop_nulls("customer_id").select("customer_id", bill_no="arises_from")
    posted = receivables.bills_named(named).select(
        "customer_id", arises_from="bill_no", _posted_minor="amount_minor"
    )
    met = arising.join(
        mine.unique(["customer_no", "arises_from"]).collect(), on=["customer_no", "arises_from"], how="left",
        maintain_order="left",
    ).join(posted, on=["customer_id", "arises_from"], how="left", maintain_order="left")  # fmt: skip
    met = met.with_columns(_minor=pl.coalesce("_minor", "_posted_minor"))
    unknown = met.filter(pl.col("_minor").is_null())
    credited = (
        -pl.col("amount_minor").filter(pl.col("amount_minor") < 0).sum().over("customer_no", "arises_from")
    )
    noted = met.with_columns(_credited=credited)
    above = noted.filter((pl.col("amount_minor") < 0) & (pl.col("_credited") > pl.col("_minor")))
    params = [_money(above, "_minor", "amount"), _money(above, "_credited", "credited")]
    bill_no = above["arises_from"]
    return pl.concat([
        turned_down(unknown, "unknown_bill", field="arises_from", value=unknown["arises_from"]),
        turned_down(above, "credit_above_bill", field="arises_from", value=bill_no, params=params),
    ])  # fmt: skip


def broken_openings(scan: pl.LazyFrame) -> pl.DataFrame:
    """Customers whose opening items do not come to the total that was given with them, to the cent.

    A customer of whom a row is turned down already is not judged.
    """
    rows = scan.filter(~pl.col("_out").any().over(CUSTOMER)).collect()
    judged = rows.with_columns(
        _found=pl.col("amount_minor").sum().over(CUSTOMER),
        _totals=pl.col("customer_total_minor").n_unique().over(CUSTOMER),
    )
    unclear = judged.filter(pl.col("_totals") > 1)
    wrong = judged.filter((pl.col("_totals") == 1) & (pl.col("_found") != pl.col("customer_total_minor")))
    params = [_money(wrong, "_found", "found"), _money(wrong, "customer_total_minor", "told")]
    told = _money(unclear, "customer_total_minor", "told")
    return pl.concat([
        turned_down(unclear, "customer_total_unclear", field="customer_total", value=told),
        turned_down(
            wrong, "customer_total_differs", field="customer_total", value=wrong["customer_no"], params=params
        ),
    ])  # fmt: skip


def broken_plans(scan: pl.LazyFrame) -> pl.DataFrame:
    """Instalments that do not make up their bill to the cent, or whose days cannot be."""
    rows = scan.filter(~pl.col("_out").any().over(BILL)).collect()
    rest = scan.filter(pl.col("_out").any().over(BILL) & ~pl.col("_out")).collect()
    bills = receivables.known_bills(rows["customer_id"].drop_nulls().unique().to_list())
    standing = bills.filter(~pl.col("is_void") & (pl.col("amount_minor") > 0)).select(
        "customer_id", "bill_no", "billed_on", _bill_minor="amount_minor", _bill_currency="currency"
    )
    met = rows.join(standing, on=["customer_id", "bill_no"], how="left", maintain_order="left")
    met = met.with_columns(_found=pl.col("amount_minor").sum().over(BILL))
    unknown = met.filter(pl.col("_bill_minor").is_null() | (pl.col("_bill_currency") != pl.col("currency")))
    known = met.join(unknown.select(BILL).unique(), on=BILL, how="anti", maintain_order="left")
    early = (pl.min_horizontal("due_on", "agreed_on") < pl.col("billed_on")).any().over(BILL)
    days = known.filter(early | (pl.col("agreed_on").n_unique().over(BILL) > 1))
    left = known.join(days.select(BILL).unique(), on=BILL, how="anti", maintain_order="left")
    wrong = left.filter(pl.col("_found") != pl.col("_bill_minor"))
    params = [_money(wrong, "_bill_minor", "amount"), _money(wrong, "_found", "found")]
    return pl.concat([
        turned_down(rest, "plan_incomplete", field="bill_no", value=rest["bill_no"]),
        turned_down(unknown, "unknown_bill", field="bill_no", value=unknown["bill_no"]),
        turned_down(days, "plan_day", field="bill_no", value=days["bill_no"]),
        turned_down(wrong, "plan_sum", field="amount", value=wrong["bill_no"], params=params),
    ])  # fmt: skip


def _money(rows: pl.DataFrame, column: str, name: str) -> pl.Series:
    """Amounts as a person reads them."""
    amount = (pl.col(column).cast(pl.Decimal(38, 2)) / 100).cast(pl.Decimal(38, 2))
    return rows.select(amount.cast(pl.String).alias(name)).to_series()


BROKEN: dict[str, Callable[[pl.LazyFrame], pl.DataFrame]] = {
    "bills": broken_arising,
    "opening_items": broken_openings,
    "instalments": broken_plans,
}
