"""A utility of forty consumers, drawn by a fixed seed: what each of the special ones does is said at its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.metering import services as metering
from xinheng.facts.metering.values import NewArea, NewConsumer, Terms

FIRST, LAST, TODAY = date(2024, 7, 1), date(2026, 6, 28), date(2026, 6, 29)
STOLEN_FROM = date(2026, 2, 2)
PLAIN = 34
SPECIAL = {
    "drop": "from 2 February 2026 a third of before, and nobody else falls",
    "exchange": "a new meter on 2 February 2026 that says a third of the old one",
    "rollover": "the register starts anew on 3 March 2026: a day of minus 9,800 kWh, told as it was read",
    "three": "three readings",
    "gaps": "every second day is not read, use as ever",
    "none": "no reading at all",
}


def drawn() -> pl.DataFrame:
    """consumer, day, kwh, mark of everybody: like curves of the year, each with a level and an unrest of its own."""
    chance = np.random.default_rng(11)
    days = pl.date_range(FIRST, LAST, "1d", eager=True).to_list()
    year = 1 + 0.2 * np.sin(np.arange(len(days)) * 2 * np.pi / 365.25)
    week = np.array([0.8 if day.weekday() >= 5 else 1.0 for day in days])
    frames = []
    for no in [*(f"E-{place:02d}" for place in range(PLAIN)), *SPECIAL]:
        kwh = 100 * year * week * chance.normal(1, 0.05, len(days))
        frame = pl.DataFrame({"consumer": no, "day": days, "kwh": kwh.round(2), "mark": ""})
        frames.append(ALTERED.get(no, lambda told: told)(frame))
    return pl.concat(frames)


def _from(day: date, kwh: pl.Expr, mark: str = "") -> Callable[[pl.DataFrame], pl.DataFrame]:
    at = pl.col("day")
    return lambda told: told.with_columns(
        pl.when(at >= day).then(kwh).otherwise(pl.col("kwh")).round(2).alias("kwh"),
        pl.when(at == day).then(pl.lit(mark)).otherwise(pl.col("mark")).alias("mark"),
    )


ALTERED: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "drop": _from(STOLEN_FROM, pl.col("kwh") / 3),
    "exchange": _from(STOLEN_FROM, pl.col("kwh") / 3, "exchange"),
    "rollover": lambda told: told.with_columns(
        kwh=pl.when(pl.col("day") == date(2026, 3, 3)).then(-9800.0).otherwise(pl.col("kwh")),
        mark=pl.when(pl.col("day") == date(2026, 3, 3)).then(pl.lit("rollover")).otherwise(pl.lit("")),
    ),
    "three": lambda told: told.head(3),
    "gaps": lambda told: told.gather_every(2),
    "none": lambda told: told.clear(),
}


@pytest.fixture(scope="session")
def readings() -> pl.DataFrame:
    """The drawn readings."""
    return drawn()


@pytest.fixture(scope="session")
def file(readings: pl.DataFrame, tmp_path_factory: Any) -> Path:
    """The drawn readings in a file."""
    path: Path = tmp_path_factory.mktemp("readings") / "readings.parquet"
    readings.write_parquet(path)
    return path


@pytest.fixture
def utility(db: None, settings: Any, tmp_path: Path) -> Actor:
    """The consumers on the books, each in its own unit, and their readings kept."""
    settings.HOME = tmp_path
    worlds.given(founded)
    return system_actor()


def founded() -> None:
    root = system_actor()
    access.load_shipped_roles(actor=root, on=FIRST)
    for code, parent in (("U", ""), ("N", "U"), ("S", "U")):
        kind = "company" if parent else "group"
        access.create_unit(actor=root, on=FIRST, code=code, name=code, kind=kind, parent=parent)
    metering.add_area(actor=root, on=FIRST, new=NewArea("T-1", "台区一", "transformer"))
    for place, no in enumerate([*(f"E-{place:02d}" for place in range(PLAIN)), *SPECIAL]):
        unit = "S" if no in {"drop", "three"} else "N"
        terms = Terms(unit, "T-1", "low", capacity_kva=Decimal(50))
        industry = "" if no in {"drop", "E-00"} else "C"
        new = NewConsumer(no, f"用户{place}", FIRST - timedelta(days=400), terms, industry=industry)
        metering.open_consumer(actor=root, on=FIRST, new=new)
    metering.keep_readings(actor=root, on=TODAY, frame=drawn(), source="drawn.parquet", marked=False)
