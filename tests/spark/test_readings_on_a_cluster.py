"""The same files read and marked by DuckDB and by a Spark cluster of two worker processes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import engine
from xinheng.facts.metering import services, tables

FIRST, TODAY = date(2026, 4, 1), date(2026, 6, 30)


@pytest.mark.django_db
@pytest.mark.any_database
def test_readings_are_the_same_on_both_engines(
    cluster: str, place: Path, chief: Actor, settings: Any
) -> None:
    settings.HOME = place
    days = [FIRST + timedelta(days=number) for number in range(60)]
    kwh = [*[4.0] * 10, *[0.0] * 20, *[4.0] * 30, *[10.0] * 58, -1.0, None]
    who: dict[str, Any] = {"actor": chief, "on": TODAY}
    frame = pl.DataFrame({"consumer": ["E-1"] * 60 + ["E-2"] * 60, "day": days * 2, "kwh": kwh})
    services.keep_readings(**who, frame=frame)
    corrected = pl.DataFrame({"consumer": ["E-1"], "day": [FIRST], "kwh": [7.0]})
    services.keep_readings(**who, frame=corrected, marked=False)
    at = datetime.fromisoformat("2026-04-03T08:15")
    events = pl.DataFrame({"consumer": ["E-1"], "at": [at], "code": ["301B"], "note": [""]})
    services.keep_events(**who, frame=events)

    def told(name: str) -> dict[str, list[Any]]:
        with engine(place, name=name) as backend:
            asked = {
                "readings": tables.readings(backend),
                "april": tables.readings(backend, since=FIRST, until=date(2026, 4, 30)),
                "before": tables.readings(backend, as_of=date(2026, 6, 29)),
                "events": tables.events(backend, since=FIRST),
                "bills": tables.bills(backend),
                "consumers": tables.consumers(backend),
            }
            return {table: sorted(map(str, rows.to_pyarrow().to_pylist())) for table, rows in asked.items()}

    here = told("duckdb")

    assert told(cluster) == here
    assert {table: len(rows) for table, rows in here.items()} == {
        "readings": 120, "april": 60, "before": 0, "events": 1, "bills": 0, "consumers": 0,
    }  # fmt: skip
    assert sum("zero_run" in row for row in here["readings"]) == 20
