"""The late-payment model on any frame of bills, for rooms that keep bills of their own in columns."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.judgements.arrears import forecasting, history, learning, storing
from xinheng.judgements.arrears.fitting import Tell, quiet
from xinheng.judgements.arrears.storing import Kept

BILLS = {
    "customer": pl.String, "bill": pl.String, "group": pl.String, "currency": pl.String,
    "amount": pl.Float64, "billed": pl.Date, "due": pl.Date, "paid": pl.Date,
}  # fmt: skip


def learned(bills: pl.DataFrame, *, as_of: date, tolerance: int, least: int, tell: Tell = quiet) -> Kept:
    """A model of bills as known on a day, tested on the later of them: `report["beats"]` says if it is good.

    bills: the columns of BILLS, a row a bill; paid null while open, known on its billed day.
    Refuses: TooFewBills.
    """
    return learning.learn(_ledger(bills), as_of, [], tolerance=tolerance, least=least, tell=tell)


def foretold(kept: Kept, bills: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """The bills open as of a day: customer, bill, chance (of lateness), days_late, payments and reasons."""
    found = forecasting.open_on(kept.model, _ledger(bills), as_of)
    return found.select("customer", "bill", "chance", "days_late", "payments", "reasons")


def kept_in(content: bytes, *, file: str) -> Kept:
    """The model in a file's bytes. Refuses: ModelUnreadable."""
    return storing.unpacked(content, file=file)


def _ledger(bills: pl.DataFrame) -> pl.DataFrame:
    told = bills.select(pl.col(name).cast(kind) for name, kind in BILLS.items())
    ledger = told.with_columns(known="billed", due=pl.max_horizontal("due", "billed"))
    return history.with_days(ledger.sort("customer", "billed", "bill"))
