"""What a payment that is not enough clears first: pure, by a document (standards: Civil Code 560, 561)."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.facts.receivables.values import ClearingOrder

DEBT = ["customer_id", "currency", "debt_bill", "debt_instalment"]
PAYER = ["customer_id", "currency"]
ABSENT = {
    "is_named": pl.lit(value=False),
    "secured_share": pl.lit(0.0),
    "yearly_rate": pl.lit(0.0),
}  # what the caller may know of a line


def ranked(lines: pl.DataFrame, order: ClearingOrder, *, on: date) -> pl.DataFrame:
    """The lines a payment of a day may clear, in the order it clears them, payer by payer.

    lines: as queries.open_lines gives them; also is_named (the payer named the bill), secured_share (0 to 1)
    and yearly_rate (what the debt costs the debtor) where they are known, else false and 0. Only lines above
    zero stay. A claim that arose of a bill belongs to the earliest open instalment of that bill, for as long
    as one is open; later it is a debt of its own. Gives the lines with debt_bill and debt_instalment,
    debt_place (from 1; debts that the document leaves equal share one) and step (place within the debt).
    """
    added = [value.alias(name) for name, value in ABSENT.items() if name not in lines.columns]
    last = len(order.within) - 1
    steps = {kind: place for place, step in enumerate(order.within) for kind in step.kinds}
    told = lines.filter(pl.col("open_minor") > 0).with_columns(
        *added,
        step=pl.col("kind").replace_strict(steps, default=last, return_dtype=pl.Int64)
        if steps
        else pl.lit(last, pl.Int64),
    )
    told = _by_debt(told, last)
    heads = told.group_by(DEBT).agg(
        due_on=pl.col("due_on").filter(pl.col("step") == last).min().fill_null(pl.col("due_on").min()),
        billed_on=pl.col("billed_on").min(),
        is_named=pl.col("is_named").any(),
        secured_share=pl.col("secured_share").max(),
        yearly_rate=pl.col("yearly_rate").max(),
    )
    keys = [*(_rule(rule, on) for rule in order.across), *_ties(order)]
    placed = heads.with_columns(pl.struct(keys).rank("dense").over(PAYER).cast(pl.Int64).alias("debt_place"))
    return told.join(placed.select(*DEBT, "debt_place"), on=DEBT).sort(
        *PAYER, "debt_place", "debt_bill", "debt_instalment", "step", "due_on", "bill_id", "instalment"
    )


def allocate(payment_minor: int, lines: pl.DataFrame, order: ClearingOrder, *, on: date) -> pl.DataFrame:
    """What one payment clears of the lines of one payer in one currency.

    payment_minor: 分. lines: as `ranked` takes them. Gives the lines in the order of clearing with paid_minor
    (0 where nothing is left for them); together they are the payment, or all that is open. Debts that stand
    equal share by what is open on them, in whole cents: the cents left over go to the largest remainders.
    """
    placed = ranked(lines, order, on=on)
    debts = placed.group_by(*DEBT, "debt_place", maintain_order=True).agg(
        debt_minor=pl.col("open_minor").sum()
    )
    shared = _shares(debts, payment_minor)
    joined = placed.join(shared.select(*DEBT, "share_minor"), on=DEBT, maintain_order="left")
    before = pl.col("open_minor").cum_sum().over(DEBT) - pl.col("open_minor")
    left = (pl.col("share_minor") - before).clip(lower_bound=0)
    return joined.with_columns(paid_minor=pl.min_horizontal(left, "open_minor")).drop("share_minor")


def _by_debt(told: pl.DataFrame, last: int) -> pl.DataFrame:
    """The debt each line belongs to: its own, or that of the bill it arose of."""
    first = (
        told.filter(pl.col("step") == last)
        .sort("due_on", "instalment")
        .unique(["customer_id", "bill_id"], keep="first", maintain_order=True)
        .select("customer_id", arises_from_id="bill_id", first_instalment="instalment")
    )
    joined = told.join(first, on=["customer_id", "arises_from_id"], how="left")
    hangs = (pl.col("step") < last) & pl.col("first_instalment").is_not_null()
    return joined.with_columns(
        debt_bill=pl.when(hangs).then("arises_from_id").otherwise("bill_id"),
        debt_instalment=pl.when(hangs).then("first_instalment").otherwise("instalment"),
    ).drop("first_instalment")


def _rule(rule: str, on: date) -> pl.Expr:
    """What a rule sorts debts by, the smallest first."""
    return {
        "named": ~pl.col("is_named"),
        "due_first": pl.col("due_on") > on,
        "least_secured": pl.col("secured_share"),
        "heavier_burden": -pl.col("yearly_rate"),
        "earliest_due": pl.col("due_on"),
    }[rule].alias(rule)


def _ties(order: ClearingOrder) -> list[pl.Expr]:
    if order.ties == "pro_rata":
        return []
    return [pl.col("billed_on").alias("tie_billed"), pl.col("debt_bill").alias("tie_bill"),
            pl.col("debt_instalment").alias("tie_instalment")]  # fmt: skip


def _shares(debts: pl.DataFrame, payment_minor: int) -> pl.DataFrame:
    """What each debt gets: places one after the other, within a place by what is open, to the cent."""
    places = debts.group_by("debt_place").agg(place_minor=pl.col("debt_minor").sum()).sort("debt_place")
    before = pl.col("place_minor").cum_sum() - pl.col("place_minor")
    given = places.with_columns(
        given_minor=pl.min_horizontal((payment_minor - before).clip(lower_bound=0), "place_minor")
    )
    rows = debts.join(given, on="debt_place", maintain_order="left")
    # the products may pass what 64 bits hold
    product = pl.col("given_minor").cast(pl.Int128) * pl.col("debt_minor").cast(pl.Int128)
    parts = rows.with_columns(
        floor=(product // pl.col("place_minor")).cast(pl.Int64), remainder=product % pl.col("place_minor")
    )
    over = pl.col("given_minor") - pl.col("floor").sum().over("debt_place")
    largest = pl.col("remainder").rank("ordinal", descending=True).over("debt_place")
    return parts.with_columns(share_minor=pl.col("floor") + (largest <= over).cast(pl.Int64))
