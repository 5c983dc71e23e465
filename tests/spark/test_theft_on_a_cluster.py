"""The same figures and the same suspects on a cluster of two worker processes as on one machine."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from xinheng.base.kernel.engine import EMBEDDED, engine
from xinheng.judgements.theft import gathering, judging, policy
from xinheng.judgements.theft.beside import Tables
from xinheng.judgements.theft.learning import quiet

pytestmark = [pytest.mark.any_database, pytest.mark.filterwarnings("ignore")]
FIRST, LAST = date(2025, 1, 6), date(2026, 6, 28)


def write(place: Path) -> None:
    """Sixty consumers in two areas, with a thief, events, nights, bills and what was supplied."""
    chance = np.random.default_rng(5)
    days = pl.date_range(FIRST, LAST, "1d", eager=True).to_list()
    rows = []
    for at in range(60):
        kwh = 40 * (1 + at % 7) * chance.normal(1, 0.1, len(days))
        if at == 3:
            kwh[-120:] /= 4
        mark = ["missing" if chance.random() < 0.02 else "" for _day in days]
        read = [None if one else round(float(value), 3) for one, value in zip(mark, kwh, strict=True)]
        rows.append(pl.DataFrame({"consumer": f"E-{at:02d}", "day": days, "kwh": read, "mark": mark}))
    readings = pl.concat(rows)
    readings.write_parquet(place / "readings.parquet")
    pl.DataFrame({
        "consumer": [f"E-{at:02d}" for at in range(60)], "name": ["户"] * 60,
        "industry": [None if at % 5 == 0 else "C" for at in range(60)],
        "area": [f"T-{at % 2}" for at in range(60)], "voltage": ["low"] * 60,
        "capacity_kva": [50.0] * 60, "tariff": [None] * 60,
    }, schema_overrides={"tariff": pl.String}).write_parquet(place / "consumers.parquet")  # fmt: skip
    opened = datetime(2026, 3, 1, 3)  # noqa: DTZ001 - time of the site
    pl.DataFrame({
        "consumer": ["E-03", "E-03", "E-04"], "at": [opened, opened + timedelta(days=1), opened],
        "code": ["301B", "3004", "3020"], "note": ["", "", ""],
    }).with_columns(pl.col("at").cast(pl.Datetime("us"))).write_parquet(place / "events.parquet")  # fmt: skip
    area = (
        pl.when(pl.col("consumer").str.slice(2).cast(pl.Int32) % 2 == 0)
        .then(pl.lit("T-0"))
        .otherwise(pl.lit("T-1"))
    )
    used = readings.with_columns(area.alias("area")).group_by("area", "day").agg(pl.col("kwh").sum() * 1.05)
    used.sort("area", "day").write_parquet(place / "areas.parquet")
    points = [[float(round(one, 3)) for one in chance.random(96)] for _at in range(40)]
    pl.DataFrame(
        {"consumer": ["E-03"] * 40, "day": days[-40:], "kwh": points},
        schema_overrides={"kwh": pl.List(pl.Float32)},
    ).write_parquet(place / "quarters.parquet")
    months = pl.date_range(date(2025, 2, 1), date(2026, 6, 1), "1mo", eager=True)
    pl.concat([
        pl.DataFrame({"consumer": f"E-{at:02d}", "month": months, "kwh": 1000.5 + at}) for at in range(60)
    ]).write_parquet(place / "bills.parquet")  # fmt: skip


def judged(place: Path, master: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Figures and results on an engine."""
    rules = policy.shipped()
    with engine(place, name=master) as backend:
        names = ("readings", "consumers", "events", "areas", "quarters", "bills")
        tables = Tables(**{name: backend.read_parquet(str(place / f"{name}.parquet")) for name in names})
        asked = gathering.asked(tables, rules, holidays=[date(2026, 2, 17), date(2026, 2, 18)])
        figures = pl.concat(gathering.figures(asked))
    return figures, judging.judged(lambda: iter([figures]), rules, asked.window, tell=quiet)


@pytest.mark.req("PWR-21")
def test_cluster_of_two_workers_gives_the_figures_and_suspects_of_one_machine(
    cluster: str, place: Path
) -> None:
    write(place)

    here, suspects_here = judged(place, EMBEDDED)
    there, suspects_there = judged(place, cluster)

    assert there.columns == here.columns
    assert there.equals(here)  # to the last bit
    assert suspects_there.equals(suspects_here)
    first = suspects_here.row(0, named=True)
    assert (first["consumer"], first["level"]) == ("E-03", "high")
    known = here.filter(pl.col("consumer") == "E-03").row(0, named=True)
    assert (known["events_open"], known["events_current"], known["events"]) == (1, 1, 2)
    assert known["open_days"] == 119
    assert known["night"] == pytest.approx(0.25, abs=0.01)
    assert known["loss_share"] is not None
    assert here["events"].drop_nulls().len() == 1  # E-04's event speaks of nothing
