"""The columns of what is measured, and where its files stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from django.conf import settings

TOLD = {"told": pl.Date(), "batch": pl.Int64()}  # beside every row: when, and by which file


@dataclass(frozen=True)
class Dataset:
    """One kind of measured values. key: what makes a row the same row; time: the column months go by.

    columns: what is handed out; kept: what stands beside it in the files.
    """

    columns: dict[str, pl.DataType]
    key: tuple[str, ...]
    time: str
    kept: dict[str, pl.DataType] = field(default_factory=dict)

    @property
    def stored(self) -> dict[str, pl.DataType]:
        """Every column of a file."""
        return {**self.columns, **self.kept, **TOLD}


DATASETS = {
    "readings": Dataset(
        {"consumer": pl.String(), "day": pl.Date(), "kwh": pl.Float64(), "mark": pl.String()},
        ("consumer", "day"),
        "day",
        {"said": pl.String(), "register": pl.Float64()},  # marks that came with it; what the meter showed
    ),
    "quarters": Dataset(
        {"consumer": pl.String(), "day": pl.Date(), "kwh": pl.List(pl.Float32())}, ("consumer", "day"), "day"
    ),
    "events": Dataset(
        {"consumer": pl.String(), "at": pl.Datetime("us"), "code": pl.String(), "note": pl.String()},
        ("consumer", "at", "code"),
        "at",
    ),
    "areas": Dataset({"area": pl.String(), "day": pl.Date(), "kwh": pl.Float64()}, ("area", "day"), "day"),
    "bills": Dataset(
        {
            "consumer": pl.String(), "month": pl.Date(), "kwh": pl.Float64(), "amount": pl.Float64(),
            "due_on": pl.Date(), "paid_on": pl.Date(), "paid_late": pl.Boolean(), "bill_no": pl.String(),
        },
        ("consumer", "month"),
        "month",
    ),
}  # fmt: skip
CONSUMERS = {
    "consumer": pl.String(), "name": pl.String(), "industry": pl.String(), "area": pl.String(),
    "voltage": pl.String(), "capacity_kva": pl.Float64(), "tariff": pl.String(),
}  # fmt: skip


def folder() -> Path:
    """Where the room's files stand."""
    return Path(settings.HOME) / "metering"
