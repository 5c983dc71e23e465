"""Late payment in any table of bills: a model fitted to a file, a file foretold by it, a file back-tested."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.arrears import forecasting, learning, policy, reading, storing
from xinheng.judgements.arrears.fitting import Tell, quiet
from xinheng.judgements.arrears.storing import Kept
from xinheng.judgements.arrears.values import Columns

FEW = 60  # paid bills from which a file may be learned from; below the policy's own figure for the books


def fit_table(
    *,
    actor: Actor,
    path: Path,
    columns: Columns,
    as_of: date,
    tolerance: int | None = None,
    tell: Tell = quiet,
) -> Kept:
    """Fit a model to the bills of a file as known on a day, and test it on the later of them.

    What the file says of that day or later is not looked at. Refuses: AccessDenied, LedgerUnreadable,
    LedgerColumnMissing, LedgerCellInvalid, TooFewBills.
    """
    access.require(actor, "arrears.fit")
    ledger = reading.ledger(path, columns)
    days = policy.shipped().tolerance_days if tolerance is None else tolerance
    marks = reading.marks_of(columns)
    return learning.learn(
        ledger, as_of, marks, tolerance=days, least=FEW, tell=tell, columns=columns
    )  # fmt: skip


def predict_table(
    *, actor: Actor, model: Path, path: Path, columns: Columns | None = None, as_of: date | None = None
) -> pl.DataFrame:
    """Foretell the bills of a file: each on the day it came, or those open as of a day where one is given.

    columns: as the model was fitted where not said; a column of payments may be missing from the file.
    Refuses: AccessDenied, ModelUnreadable, LedgerUnreadable, LedgerColumnMissing, LedgerCellInvalid.
    """
    access.require(actor, "arrears.read")
    kept = storing.load(model)
    named = columns or kept.named or Columns("customer", "billed", "amount")
    later = reading.ledger(path, _there(path, named))
    if as_of is not None:
        return forecasting.open_on(kept.model, later, as_of)
    return forecasting.on_their_day(kept.model, later)


def backtest_table(
    *,
    actor: Actor,
    path: Path,
    columns: Columns,
    as_of: date,
    tolerance: int | None = None,
    tell: Tell = quiet,
) -> dict[str, Any]:
    """The report of a file tested by time; see learning.backtest. Refuses as fit_table does."""
    access.require(actor, "arrears.read")
    ledger = reading.ledger(path, columns)
    days = policy.shipped().tolerance_days if tolerance is None else tolerance
    return learning.backtest(
        ledger, as_of, reading.marks_of(columns), tolerance=days, least=FEW, tell=tell
    )  # fmt: skip


def _there(path: Path, columns: Columns) -> Columns:
    """The columns, without those of payments that a table of open bills may lack."""
    from dataclasses import replace

    names = set(reading.read(path).columns)
    missing = {name: "" for name in ("paid", "took") if getattr(columns, name) not in names}
    return replace(columns, **missing)  # type: ignore[arg-type]
