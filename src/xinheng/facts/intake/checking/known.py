"""What is posted already: the same rows are known, other content under the same key is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from xinheng.facts.financials import tables as financials
from xinheng.facts.intake.checking.causes import none, turned_down
from xinheng.facts.intake.checking.plan import Plan
from xinheng.facts.intake.offers import offers
from xinheng.facts.receivables import queries as receivables

FEW = 60_000  # customers of a piece that are asked for by number; above, the whole table is read once


@dataclass(frozen=True)
class Compared:
    """rows: as they came, with _known (nothing new in it) and what a kind needs for posting."""

    rows: pl.DataFrame
    causes: pl.DataFrame


def compare(rows: pl.DataFrame, plan: Plan) -> Compared:
    """The good rows of a piece against what is posted."""
    by_kind: dict[str, Callable[[pl.DataFrame, Plan], Compared]] = {
        "bills": _bills,
        "receipts": _receipts,
        "trade_invoices": _trade_invoices,
        "statements": _statements,
    }
    if "_known" in rows.columns:  # customers: told already
        return Compared(rows, none())
    if plan.kind.code not in by_kind:
        return Compared(rows.with_columns(_known=pl.lit(value=False)), _judged(rows, plan))
    return by_kind[plan.kind.code](rows, plan)


def _judged(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """What the room that will post the rows says against them."""
    offer = offers.get(plan.kind.code)
    if offer is None or offer.judge is None or rows.is_empty():
        return none()
    said = offer.judge(rows, on=plan.told_on)
    bad = rows.filter(said.is_not_null())
    reason = said.drop_nulls().alias("reason")
    field = "value" if "value" in rows.columns else plan.kind.key[0]
    return turned_down(bad, "judged", field=field, value=bad.get_column(field), params=[reason])


def _ids(rows: pl.DataFrame) -> list[int] | None:
    ids = rows.get_column("customer_id").drop_nulls().unique()
    return None if len(ids) > FEW else ids.to_list()


def _bills(rows: pl.DataFrame, plan: Plan) -> Compared:  # noqa: ARG001
    posted = receivables.known_bills(_ids(rows))
    same = ["billed_on", "due_on", "amount_minor", "currency"]
    rows, causes = _against(rows, posted, ["customer_id", "bill_no"], same, number="bill_no")
    void_new = pl.col("_posted") & pl.col("is_void") & ~pl.col("is_void_posted")
    rows = rows.with_columns(_void_new=void_new.fill_null(value=False))
    rows, settle_causes = _settled(rows)
    known = pl.col("_posted") & ~pl.col("_void_new") & (pl.col("_settle_minor") == 0)
    return Compared(rows.with_columns(_known=known), pl.concat([causes, settle_causes]))


def receipt_no() -> pl.Expr:
    """The number of the receipt that a bill's row tells of: one a bill and day."""
    return pl.format("R-{}/{}", "bill_no", pl.col("settled_on").dt.to_string("%Y%m%d"))


def _settled(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """_settle_minor: what a bill's row says was paid beyond what is posted for it."""
    told = pl.col("settled_minor").fill_null(0)
    if not (rows.get_column("settled_minor").fill_null(0) != 0).any():
        return rows.with_columns(_settle_minor=pl.lit(0, dtype=pl.Int64)), none()
    posted = receivables.known_receipts(_ids(rows)).filter(~pl.col("is_void"))
    paid = (
        posted.with_columns(bill_no=pl.col("receipt_no").str.extract(r"^R-(.*)/\d{8}$"))
        .drop_nulls("bill_no")
        .group_by("customer_id", "bill_no")
        .agg(_paid=pl.col("amount_minor").sum(), _paid_on=pl.col("received_on").max())
    )
    rows = rows.join(paid, on=["customer_id", "bill_no"], how="left", maintain_order="left")
    rows = rows.with_columns(_settle_minor=told - pl.col("_paid").fill_null(0))
    # less than before, or more on the very day that was told before
    less = (pl.col("_settle_minor") < 0) & (told != 0)
    again = (pl.col("_settle_minor") > 0) & (pl.col("settled_on") == pl.col("_paid_on")).fill_null(
        value=False
    )
    wrong = rows.filter(less | again)
    causes = none()
    if wrong.height:
        paid_text = wrong.select(
            (pl.col("_paid").cast(pl.Decimal(38, 2)) / 100).cast(pl.String).alias("posted")
        )
        value = wrong.get_column("bill_no")
        causes = turned_down(
            wrong, "conflict_with_posted", field="settled", value=value, params=[paid_text.to_series()]
        )
    rows = rows.with_columns(pl.when(pl.col("_settle_minor") > 0).then("_settle_minor").otherwise(0))
    return rows.drop("_paid", "_paid_on"), causes


def _receipts(rows: pl.DataFrame, plan: Plan) -> Compared:  # noqa: ARG001
    ids = _ids(rows)
    same = ["received_on", "amount_minor", "currency"]
    rows, causes = _against(
        rows, receivables.known_receipts(ids), ["customer_id", "receipt_no"], same, number="receipt_no"
    )
    settled = receivables.known_settlements(ids)
    rows, settle_causes = _against(
        rows.rename({"_posted": "_receipt_posted"}),
        settled.rename({"amount_minor": "settled_minor"}),
        ["customer_id", "receipt_no", "bill_no"],
        ["settled_minor"],
        number="bill_no",
    )
    known = pl.col("_receipt_posted") & (pl.col("_posted") | pl.col("bill_no").is_null())
    rows = rows.with_columns(_known=known).rename({"_posted": "_settle_posted"})
    return Compared(rows, pl.concat([causes, settle_causes]))


def _trade_invoices(rows: pl.DataFrame, plan: Plan) -> Compared:  # noqa: ARG001
    wanted = rows.select("customer_id").drop_nulls().unique().lazy()
    posted = pl.from_arrow(financials.read_trade_invoices().read_all())
    assert isinstance(posted, pl.DataFrame)
    posted = posted.lazy().join(wanted, on="customer_id", how="semi").collect()
    same = ["counterparty", "issued_on", "net_minor", "tax_minor", "is_void"]
    rows, causes = _against(rows, posted, ["customer_id", "side", "invoice_no"], same, number="invoice_no")
    return Compared(rows.with_columns(_known=pl.col("_posted")), causes)


def _statements(rows: pl.DataFrame, plan: Plan) -> Compared:  # noqa: ARG001
    posted = pl.from_arrow(financials.read_statements().read_all())
    assert isinstance(posted, pl.DataFrame)
    whole = ["customer_id", "period_end", "months", "is_consolidated"]
    last = posted.filter(pl.col("version") == pl.col("version").max().over(whole))
    if last.is_empty():
        return Compared(rows.with_columns(_known=pl.lit(value=False)), none())
    last = last.with_columns(pl.col("months").cast(pl.Int64)).select(
        *whole, "item", posted_minor="amount_minor"
    )
    rows = rows.join(last, on=[*whole, "item"], how="left", maintain_order="left")
    equal = (pl.col("posted_minor") == pl.col("amount_minor")).fill_null(value=False)
    # a statement is known as a whole; one figure that differs makes a new version of it
    return Compared(rows.with_columns(_known=equal.all().over(whole)).drop("posted_minor"), none())


def _against(
    rows: pl.DataFrame, posted: pl.DataFrame, key: list[str], same: list[str], *, number: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """_posted marks the rows that are posted with the same content; the others posted are causes."""
    flags = [name for name in ("is_void",) if name in posted.columns and name not in same]
    kept = posted.select(*key, *same, *flags).rename({name: f"{name}_posted" for name in [*same, *flags]})
    if kept.is_empty():
        empty = [pl.lit(None, dtype=kept.schema[f"{name}_posted"]).alias(f"{name}_posted") for name in flags]
        return rows.with_columns(_posted=pl.lit(value=False)).with_columns(empty), none()
    kept = kept.with_columns(_found=pl.lit(value=True)).unique(key, keep="last")
    joined = rows.join(kept, on=key, how="left", maintain_order="left")
    equal = pl.all_horizontal([pl.col(name).eq_missing(pl.col(f"{name}_posted")) for name in same])
    joined = joined.with_columns(
        _posted=(pl.col("_found") & equal).fill_null(value=False),
        _other=(pl.col("_found") & ~equal).fill_null(value=False),
    )
    other = joined.filter("_other")
    causes = none()
    if other.height:
        differing = pl.concat_list(
            [pl.when(~pl.col(name).eq_missing(pl.col(f"{name}_posted")))
             .then(pl.format("{}={}", pl.lit(name.removesuffix("_minor")), _as_told(name)))
             for name in same]
        ).list.drop_nulls().list.join(", ")  # fmt: skip
        params = [other.select(differing.alias("posted")).to_series()]
        value = other.get_column(number).cast(pl.String)
        causes = turned_down(other, "conflict_with_posted", field=number, value=value, params=params)
    return joined.drop("_found", "_other", *[f"{name}_posted" for name in same]), causes


def _as_told(name: str) -> pl.Expr:
    kept = pl.col(f"{name}_posted")
    if name.endswith("_minor"):
        kept = (kept.cast(pl.Decimal(38, 2)) / 100).cast(pl.Decimal(38, 2))
    return kept.cast(pl.String).fill_null("")
