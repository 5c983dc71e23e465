"""Readings are kept as told; marks stand beside them; what is told later counts, and the past can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.facts.metering.conftest import TODAY
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import engine
from xinheng.facts.metering import queries, services, tables
from xinheng.facts.metering.models import StoredFile

FIRST = date(2026, 4, 1)


def days(consumer: str, kwh: Sequence[float | None], since: date = FIRST) -> pl.DataFrame:
    """The days of one consumer from a day on."""
    told = [since + timedelta(days=place) for place in range(len(kwh))]
    return pl.DataFrame(
        {"consumer": [consumer] * len(kwh), "day": told, "kwh": list(kwh)},
        schema_overrides={"kwh": pl.Float64},
    )


def rows(home: Path, **asked: Any) -> dict[tuple[str, date], tuple[float | None, str]]:
    """All readings, as the engine hands them out."""
    with engine(home, name="duckdb") as backend:
        found = tables.readings(backend, **asked).to_pyarrow().to_pylist()
    assert all(list(row) == ["consumer", "day", "kwh", "mark"] for row in found)
    return {(row["consumer"], row["day"]): (row["kwh"], row["mark"]) for row in found}


@pytest.mark.req("PWR-04")
def test_a_correction_counts_and_what_was_known_before_can_still_be_asked(utility: Actor, home: Path) -> None:
    services.keep_readings(actor=utility, on=date(2026, 5, 2), frame=days("E-1", [5.0, 6.0, None]))
    services.keep_readings(actor=utility, on=date(2026, 6, 3), frame=days("E-1", [60.0], date(2026, 4, 2)))

    assert rows(home)["E-1", date(2026, 4, 2)][0] == 60.0
    assert rows(home, as_of=date(2026, 5, 31))["E-1", date(2026, 4, 2)][0] == 6.0
    assert rows(home, as_of=date(2026, 5, 1)) == {}
    assert StoredFile.objects.filter(dataset="readings", is_past=False).count() == 1  # merged, sorted
    assert len(rows(home)) == 3  # the correction is no further row
    assert rows(home)["E-1", date(2026, 4, 3)] == (None, "missing")


def test_files_without_marks_are_merged_later_and_say_the_same(utility: Actor, home: Path) -> None:
    for kwh in (1.0, 2.0):
        frame = days("E-3", [kwh], FIRST)
        services.keep_readings(actor=utility, on=TODAY, frame=frame, marked=False)
    before = rows(home)
    assert before["E-3", FIRST] == (2.0, "")

    done = services.compact(actor=utility, on=TODAY)

    assert done == {"months": 1, "removed": 0}
    assert rows(home) == before
    assert services.compact(actor=utility, on=TODAY)["months"] == 0


def test_marks_are_found_set_by_set_and_the_reading_stays(utility: Actor, home: Path) -> None:
    zeros = [4.0] * 10 + [0.0] * 15 + [4.0] * 5 + [0.0] * 14
    services.keep_readings(actor=utility, on=TODAY, frame=days("E-1", zeros))
    odd = [10.0] * 20 + [-1.0, 81.0, 80.0, 10.0]
    services.keep_readings(actor=utility, on=TODAY, frame=days("E-3", odd))
    over = days("E-2", [100.0, 315 * 24 * 1.2, 315 * 24 * 1.2 + 1])
    said = over.with_columns(mark=pl.Series(["estimate", "", ""]))
    services.keep_readings(actor=utility, on=TODAY, frame=said)

    found = rows(home)

    run = [day for (no, day), (_, mark) in found.items() if no == "E-1" and mark == "zero_run"]
    assert sorted(run) == [
        FIRST + timedelta(days=place) for place in range(10, 25)
    ]  # not the run of fourteen
    marks = {(no, (day - FIRST).days): mark for (no, day), (_, mark) in found.items() if mark}
    assert marks["E-3", 20] == "negative"
    assert marks["E-3", 21] == "spike"  # above eight times the median of ten; eighty is not
    assert ("E-3", 22) not in marks
    assert marks["E-2", 0] == "estimate"
    assert ("E-2", 1) not in marks
    assert marks["E-2", 2] == "beyond_capacity"
    assert found["E-3", FIRST + timedelta(days=20)][0] == -1.0  # never repaired
    assert services.mark_readings(actor=utility, on=TODAY) == 2
    assert rows(home) == found  # marking again says the same


def test_a_run_of_zeros_over_the_end_of_a_month_is_one_run(utility: Actor, home: Path) -> None:
    services.keep_readings(actor=utility, on=TODAY, frame=days("E-1", [0.0] * 10, date(2026, 4, 21)))
    assert not any(mark for _, mark in rows(home).values())

    services.keep_readings(actor=utility, on=TODAY, frame=days("E-1", [0.0] * 5, date(2026, 5, 1)))

    assert [mark for _, mark in rows(home).values()] == ["zero_run"] * 15


def test_success_of_reading_counts_what_was_due(utility: Actor) -> None:
    frames = [days("E-1", [1.0] * 30), days("E-2", [1.0] * 20 + [None] * 10), days("E-3", [-2.0] * 15)]
    services.keep_readings(actor=utility, on=TODAY, frame=pl.concat(frames))

    found = {one.area: one for one in queries.success(utility, since=FIRST, until=date(2026, 5, 31))}

    assert (found["T-1"].due, found["T-1"].read, found["T-1"].good) == (60, 50, 50)
    assert (found["T-2"].due, found["T-2"].read, found["T-2"].good) == (30, 15, 0)
    assert found["T-1"].share == 50 / 60
    assert found["T-2"].kwh == -30.0


def test_one_consumer_reads_the_same_without_an_engine(utility: Actor, home: Path) -> None:
    services.keep_readings(actor=utility, on=TODAY, frame=days("E-1", [1.0, None]))
    services.keep_readings(actor=utility, on=TODAY, frame=days("E-1", [3.0]), marked=False)

    told = queries.readings_of(utility, "E-1", since=FIRST)

    assert [(one.day, one.kwh, one.marks) for one in told] == [
        (FIRST, 3.0, ()),
        (FIRST + timedelta(days=1), None, ("missing",)),
    ]
    assert {(one.day, one.kwh) for one in told} == {(day, kwh) for (_, day), (kwh, _) in rows(home).items()}


def test_the_other_tables_have_their_columns_when_nothing_was_told(utility: Actor, home: Path) -> None:
    with engine(home, name="duckdb") as backend:
        for name in ("readings", "quarters", "events", "areas", "bills"):
            table = getattr(tables, name)(backend)
            assert table.columns == tuple(getattr(tables, name.upper())), name
            assert table.count().execute() == 0
        consumers = tables.consumers(backend).to_pyarrow().to_pylist()
    assert [(row["consumer"], row["area"], row["voltage"], row["capacity_kva"]) for row in consumers] == [
        ("E-1", "T-1", "low", 8.0), ("E-2", "T-1", "high", 315.0), ("E-3", "T-2", "low", None),
    ]  # fmt: skip
