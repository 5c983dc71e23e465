"""Foretelling bills by a model: later bills on the day they came, or open bills as of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from xinheng.judgements.arrears import foretelling, history, reasons
from xinheng.judgements.arrears.adjusting import Floats
from xinheng.judgements.arrears.figures import figures
from xinheng.judgements.arrears.fitting import Model, Seen
from xinheng.judgements.arrears.foretelling import Foreteller

NEEDED = ["customer", "bill", "group", "currency", "amount", "billed", "known", "due", "paid",
          "billed_day", "known_day", "due_day", "paid_day"]  # fmt: skip
SAME = ["customer", "bill"]


def joined(model: Model, later: pl.DataFrame) -> pl.DataFrame:
    """The model's ledger and later bills; of a bill in both, what the later table says counts."""
    wanted = [*NEEDED, *model.marks]
    kept = model.ledger.select(wanted).join(later.select(SAME).unique(), on=SAME, how="anti")
    return pl.concat([kept, later.select(wanted)])


def horizon(model: Model, later: pl.DataFrame) -> int:
    """The first day of which nothing is known: of the fit, or after the last payment told since."""
    last: Any = later["paid_day"].max()
    return max(history.day_number(model.as_of), 0 if last is None else int(last) + 1)


def on_their_day(model: Model, later: pl.DataFrame, *, words: bool = True) -> pl.DataFrame:
    """Every bill of a table as it was foretold on the day it came, whatever was told of its payment since.

    The past counts as far as it is known: payments before the bill's day, from the model's ledger and from
    the table itself. A row a bill in their order; see `_told`.
    """
    known = joined(model, later)
    until = pl.lit(horizon(model, later), dtype=pl.Int32)
    looks = later.with_columns(pl.min_horizontal("known_day", until).alias("look_day"))
    return _told(model, known, looks, looks["known_day"].cast(pl.Int32), words=words, fresh=True)


def open_on(model: Model, later: pl.DataFrame, as_of: date, *, words: bool = True) -> pl.DataFrame:
    """The bills of a table open as of a day, with the days they have been open counted in; see `_told`."""
    day = history.day_number(as_of)
    known = history.as_known(joined(model, later), day)
    looks = history.as_known(later, day).filter(pl.col("paid_day").is_null())
    looks = looks.with_columns(pl.lit(day, dtype=pl.Int32).alias("look_day"))
    return _told(model, known, looks, looks["look_day"], words=words, fresh=False)


def _told(
    model: Model, known: pl.DataFrame, looks: pl.DataFrame, since: pl.Series, *, words: bool, fresh: bool
) -> pl.DataFrame:
    """chance (0 to 1), days (median from the billed day), settle, settle_early and settle_late (days),
    days_late (the mean, 0 when in time), payments (paid before) and reasons, beside the bill's own columns.
    """
    held, looks = model.coded(known), model.coded(looks)
    own = [name for name in ("row", *NEEDED[:9]) if name in looks.columns]
    if not looks.height:
        return looks.select(own).with_columns(_EMPTY)
    table = figures(held, looks, tolerance=model.tolerance, marks=model.marks)
    one = _seen(table, looks, model.tolerance)
    teller = Foreteller(model.learned)
    parts = teller.parts(one.figures, one.bases, one.room)
    days = parts.medians @ np.array(model.blend.days)
    chance = foretelling.chances(parts, days, model.blend)
    elapsed = np.zeros(len(days)) if fresh else (since - looks["billed_day"]).cast(pl.Float64).to_numpy()
    found = teller.open_bills(one.figures, days=days, room=one.room, elapsed=elapsed, chance=chance)
    settle = days if fresh else found["settle"]
    past = history.looked(held, looks, tolerance=model.tolerance)
    return looks.select(own).with_columns(
        pl.Series("chance", found["chance"]).round(6), pl.Series("days", settle).round(2),
        _day("settle", settle), _day("settle_early", np.minimum(found["early"], settle)),
        _day("settle_late", np.maximum(found["late"], settle)),
        pl.Series("days_late", found["days_late"]).round(2),
        past["own_paid"].fill_null(0).cast(pl.Int64).alias("payments"),
        pl.Series("reasons", _reasons(teller, table, one, past, words=words), dtype=pl.String),
    )  # fmt: skip


def _seen(table: pl.DataFrame, looks: pl.DataFrame, tolerance: int) -> Seen:
    adjust = looks["adjust"].to_numpy()
    habit = table["billed_mean"].fill_null(0.0).to_numpy() + adjust
    room = (looks["due_day"] - looks["billed_day"] + tolerance).cast(pl.Float64).to_numpy()
    nothing = np.full(len(adjust), np.nan)
    return Seen(
        table.to_numpy(), np.column_stack([adjust, habit]), room, nothing, np.zeros(len(adjust), dtype=bool)
    )


def _reasons(
    teller: Foreteller, table: pl.DataFrame, one: Seen, past: pl.DataFrame, *, words: bool
) -> list[str]:
    if not words:
        return [""] * table.height
    return reasons.told(table, teller.contributions(one.figures), past)


def _day(name: str, days: Floats) -> pl.Expr:
    whole = pl.lit(pl.Series(name, np.floor(days + 0.5).astype(np.int64)))
    return (pl.col("billed") + pl.duration(days=whole)).cast(pl.Date).alias(name)


def by_customer(told: pl.DataFrame, *, least: int, amount: str = "amount") -> pl.DataFrame:
    """A row a customer and currency: bills, amount, expected_late (money), chance (of at least one late
    bill), days_late (by amount), payments, assessable, group and reasons of the bill that weighs most.

    Bills' chances count as independent. Credit bills do not lessen what may be late.
    """
    money = pl.col(amount).clip(lower_bound=0)
    late = money * pl.col("chance")
    return (
        told.with_columns(money.alias("money"), late.alias("weight"))
        .sort("customer", "currency", "weight", descending=[False, False, True])
        .group_by("customer", "currency", maintain_order=True)
        .agg(
            pl.len().alias("bills"),
            pl.col("money").sum().round(2).alias("amount"),
            pl.col("weight").sum().round(2).alias("expected_late"),
            (1 - (1 - pl.col("chance").clip(0, 1)).product()).alias("chance"),
            ((pl.col("days_late") * pl.col("money")).sum() / pl.col("money").sum())
            .fill_nan(0)
            .round(2)
            .alias("days_late"),
            pl.col("payments").max(),
            pl.col("group").first(),
            pl.col("reasons").first(),
        )
        .with_columns((pl.col("payments") >= least).alias("assessable"))
    )


_EMPTY: list[Any] = [
    pl.lit(None, dtype=pl.Float64).alias("chance"), pl.lit(None, dtype=pl.Float64).alias("days"),
    pl.lit(None, dtype=pl.Date).alias("settle"), pl.lit(None, dtype=pl.Date).alias("settle_early"),
    pl.lit(None, dtype=pl.Date).alias("settle_late"), pl.lit(None, dtype=pl.Float64).alias("days_late"),
    pl.lit(None, dtype=pl.Int64).alias("payments"), pl.lit(None, dtype=pl.String).alias("reasons"),
]  # fmt: skip
