"""Running the compiled replay over all accounts, some at a time on every core, and reading what it found."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import polars as pl

from xinheng.judgements.shadow import machine as m
from xinheng.judgements.shadow.preparing import Prepared

Tell = Callable[[int, int], bool]  # accounts done, accounts in all; gives whether to go on
PORTIONS = 24
STATES = ("not_assessed", "no_credit", "unlimited", "limited", "expired")


class Stopped(Exception):
    """Somebody asked for the replay to end."""


def replayed(prepared: Prepared, tell: Tell | None = None) -> pl.DataFrame:
    """What would have become of every order. Raises Stopped where `tell` gives that it should end.

    Gives the orders' columns with verdict (passed, held, rejected), reasons (mask), the figures then known
    (minor units), released_on, ended_on (rejected or given up later), back_on, back_days, back_reasons.
    """
    from xinheng.judgements.shadow.kernel import replay

    accounts = np.arange(prepared.accounts)
    portions = [
        part for part in np.array_split(accounts, min(PORTIONS, max(prepared.accounts, 1))) if len(part)
    ]
    done = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        works = [pool.submit(replay, part, m.with_own_books(prepared.machine)) for part in portions]
        for part, work in zip(portions, works, strict=True):
            work.result()
            done += len(part)
            if tell and not tell(done, prepared.accounts):
                for other in works:
                    other.cancel()
                raise Stopped
    return _found(prepared)


def _found(prepared: Prepared) -> pl.DataFrame:
    found = prepared.machine.orders
    begun = prepared.begun
    verdicts = {m.TO_COME: "passed", m.PASSED: "passed", m.HELD: "held", m.REJECTED: "rejected"}

    def column(name: str, place: int) -> pl.Series:
        return pl.Series(name, found[:, place])

    rows = prepared.orders.with_columns(
        column("verdict", m.O_VERDICT).replace_strict(verdicts, return_dtype=pl.String),
        column("state", m.O_STATUS).cast(pl.Int8),
        column("reasons", m.O_REASONS),
        column("back_reasons", m.O_BACK_REASONS),
        column("back_days", m.O_BACK_DAYS).cast(pl.Int32),
        column("exposure_minor", m.O_EXPOSURE),
        column("limit_minor", m.O_LIMIT),
        column("limit_state", m.O_LIMIT_STATE).replace_strict(
            dict(enumerate(STATES)), return_dtype=pl.String
        ),
        column("over_minor", m.O_OVER),
        column("receivable_minor", m.O_OWED),
        column("overdue_minor", m.O_OVERDUE),
        column("oldest_days", m.O_OLDEST).cast(pl.Int32),
        _days("released_on", found[:, m.O_RELEASED], begun),
        _days("ended_on", found[:, m.O_ENDED], begun),
        _days("back_on", found[:, m.O_BACK_ON], begun),
    )
    return rows.filter(pl.col("on") <= prepared.last)


def _days(name: str, numbers: np.ndarray, begun: date) -> pl.Series:
    known = np.where(numbers >= 0, np.datetime64(begun, "D") + numbers, np.datetime64("NaT"))
    return pl.Series(name, known.astype("datetime64[ms]")).cast(pl.Date)
