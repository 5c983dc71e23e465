"""What is posted already: the same rows are known, other content under the same key is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import polars as pl
import pyarrow as pa

from xinheng.facts.financials import tables as financials
from xinheng.facts.intake.checking import known_orders
from xinheng.facts.intake.checking.causes import none, turned_down
from xinheng.facts.intake.checking.plan import Plan
from xinheng.facts.intake.offers import offers
from xinheng.facts.receivables import queries as receivables

FEW = 20_000  # customers of a file that are asked for by number; above, the whole table is read


class Posted:
    """What is posted of the customers of a file, each table read once when it is first asked for."""

    def __init__(self, customer_ids: pl.Series) -> None:
        self.ids = customer_ids.drop_nulls().unique()
        self._asked = None if len(self.ids) > FEW else self.ids.to_list()

    @cached_property
    def bills(self) -> pl.DataFrame:
        """As `receivables.known_bills`."""
        return receivables.known_bills(self._asked)

    @cached_property
    def receipts(self) -> pl.DataFrame:
        """As `receivables.known_receipts`."""
        return receivables.known_receipts(self._asked)

    @cached_property
    def settlements(self) -> pl.DataFrame:
        """As `receivables.known_settlements`."""
        return receivables.known_settlements(self._asked)

    @cached_property
    def trade_invoices(self) -> pl.DataFrame:
        """As `financials.tables.read_trade_invoices`, of these customers."""
        return self._of_mine(financials.read_trade_invoices())

    @cached_property
    def statements(self) -> pl.DataFrame:
        """As `financials.tables.read_statements`, of these customers."""
        return self._of_mine(financials.read_statements())

    def _of_mine(self, reader: pa.RecordBatchReader) -> pl.DataFrame:
        mine = pl.DataFrame({"customer_id": self.ids.cast(pl.Int64)})
        kept: list[pl.DataFrame] = []
        empty = pl.from_arrow(reader.schema.empty_table())
        assert isinstance(empty, pl.DataFrame)
        for batch in reader:
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            kept.append(frame.join(mine, on="customer_id", how="semi"))
        return pl.concat([empty, *kept])


@dataclass(frozen=True)
class Compared:
    """rows: as they came, with _known (nothing new in it) and what a kind needs for posting."""

    rows: pl.DataFrame
    causes: pl.DataFrame


def compare(rows: pl.DataFrame, plan: Plan, posted: Posted) -> Compared:
    """The good rows of a piece against what is posted."""
    by_kind: dict[str, Callable[[pl.DataFrame, Posted], Compared]] = {
        "bills": _bills,
        "receipts": _receipts,
        "opening_items": _openings,
        "trade_invoices": _trade_invoices,
        "statements": _statements,
    }
    if "_known" in rows.columns:  # customers: told already
        return Compared(rows, none())
    if plan.kind.code in by_kind:
        return by_kind[plan.kind.code](rows, posted)
    kept = known_orders.posted(plan.kind.code, rows)
    if kept is None:
        return Compared(rows.with_columns(_known=pl.lit(value=False)), _judged(rows, plan))
    rows, causes = _against(rows, *kept)
    wrong = known_orders.causes(plan.kind.code, rows.filter(~pl.col("_posted")))
    said = _judged(rows.filter(~pl.col("_posted")), plan)
    return Compared(rows.with_columns(_known=pl.col("_posted")), pl.concat([causes, wrong, said]))


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


def _bills(rows: pl.DataFrame, posted: Posted) -> Compared:
    same = ["billed_on", "due_on", "amount_minor", "currency"]
    rows, causes = _against(rows, posted.bills, ["customer_id", "bill_no"], same, "bill_no")
    void_new = pl.col("_posted") & pl.col("is_void") & ~pl.col("is_void_posted")
    rows = rows.with_columns(_void_new=void_new.fill_null(value=False))
    rows, settle_causes = _settled(rows, posted)
    known = pl.col("_posted") & ~pl.col("_void_new") & (pl.col("_settle_minor") == 0)
    rows, order_causes = known_orders.of_bills(rows)
    return Compared(rows.with_columns(_known=known), pl.concat([causes, settle_causes, order_causes]))


def _openings(rows: pl.DataFrame, posted: Posted) -> Compared:
    same = ["billed_on", "due_on", "amount_minor", "currency"]
    rows, causes = _against(rows, posted.bills, ["customer_id", "bill_no"], same, "bill_no")
    return Compared(rows.with_columns(_known=pl.col("_posted")), causes)


def receipt_no() -> pl.Expr:
    """The number of the receipt that a bill's row tells of: one a bill and day."""
    return pl.format("R-{}/{}", "bill_no", pl.col("settled_on").dt.to_string("%Y%m%d"))


def _settled(rows: pl.DataFrame, posted: Posted) -> tuple[pl.DataFrame, pl.DataFrame]:
    """_settle_minor: what a bill's row says was paid beyond what is posted for it."""
    told = pl.col("settled_minor").fill_null(0)
    if not (rows.get_column("settled_minor").fill_null(0) != 0).any():
        return rows.with_columns(_settle_minor=pl.lit(0, dtype=pl.Int64)), none()
    paid = (
        posted.receipts.filter(~pl.col("is_void"))
        .with_columns(bill_no=pl.col("receipt_no").str.extract(r"^R-(.*)/\d{8}$"))
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


def _receipts(rows: pl.DataFrame, posted: Posted) -> Compared:
    same = ["received_on", "amount_minor", "currency"]
    rows, causes = _against(rows, posted.receipts, ["customer_id", "receipt_no"], same, "receipt_no")
    rows, settle_causes = _against(
        rows.rename({"_posted": "_receipt_posted"}),
        posted.settlements.rename({"amount_minor": "settled_minor"}),
        ["customer_id", "receipt_no", "bill_no"],
        ["settled_minor"],
        "bill_no",
    )
    known = pl.col("_receipt_posted") & (pl.col("_posted") | pl.col("bill_no").is_null())
    rows = rows.with_columns(_known=known).rename({"_posted": "_settle_posted"})
    return Compared(rows, pl.concat([causes, settle_causes]))


def _trade_invoices(rows: pl.DataFrame, posted: Posted) -> Compared:
    same = ["counterparty", "issued_on", "net_minor", "tax_minor", "is_void"]
    key = ["customer_id", "side", "invoice_no"]
    rows, causes = _against(rows, posted.trade_invoices, key, same, "invoice_no")
    return Compared(rows.with_columns(_known=pl.col("_posted")), causes)


def _statements(rows: pl.DataFrame, posted: Posted) -> Compared:
    whole = ["customer_id", "period_end", "months", "is_consolidated"]
    last = posted.statements.filter(pl.col("version") == pl.col("version").max().over(whole))
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
    rows: pl.DataFrame, posted: pl.DataFrame, key: list[str], same: list[str], number: str
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
