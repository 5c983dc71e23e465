"""What the calendar says of a step of time: clock, weekday, days off, make-up days, the Spring Festival."""

from __future__ import annotations

import numpy as np
import polars as pl

from xinheng.judgements.demand.grids import Floats, Frequency

FAR = 25  # days from the Spring Festival beyond which it is not felt
FORTNIGHT = (-4, 12)  # days from the Lunar New Year in which little is worked


def marks(
    times: pl.Series, frequency: Frequency, *, zone: str = "", days: pl.DataFrame | None = None
) -> dict[str, Floats]:
    """By name, a figure a step; NaN where the calendar does not know.

    days: day, day_off, make_up_day, spring_festival as `facts.factors` tells them; None: no holidays known.
    """
    local = times.dt.replace_time_zone("UTC").dt.convert_time_zone(zone) if zone else times
    found = {"month": local.dt.month()}
    if frequency != "month":
        found["weekday"] = local.dt.weekday()
        found["day_of_year"] = local.dt.ordinal_day()
        if frequency == "day":
            found["day_of_month"] = local.dt.day()
        else:
            found["clock"] = local.dt.hour().cast(pl.Int32) * 60 + local.dt.minute().cast(pl.Int32)
    made = {name: told.cast(pl.Float64).to_numpy() for name, told in found.items()}
    if days is None:
        return made
    return made | (_of_months(local, days) if frequency == "month" else _of_days(local, days))


def _of_days(local: pl.Series, days: pl.DataFrame) -> dict[str, Floats]:
    table = days.sort("day").select(
        "day",
        off="day_off",
        off_before=pl.col("day_off").shift(1),
        off_after=pl.col("day_off").shift(-1),
        made_up="make_up_day",
        from_spring=pl.col("spring_festival").clip(-FAR, FAR),
        holiday=pl.col("day_off").eq(1) & pl.col("day").dt.weekday().le(5),
    )
    asked = pl.DataFrame({"day": local.dt.date()})
    joined = asked.join(table, on="day", how="left", maintain_order="left").drop("day")
    return {one.name: _floats(one) for one in joined}


def _of_months(local: pl.Series, days: pl.DataFrame) -> dict[str, Floats]:
    """Working days of the month, and how many days of the Spring Festival's fortnight fall into it."""
    table = days.group_by(month=pl.col("day").dt.truncate("1mo")).agg(
        working_days=(1 - pl.col("day_off")).sum(),
        spring_days=pl.col("spring_festival").is_between(*FORTNIGHT).sum(),
    )
    asked = pl.DataFrame({"month": local.dt.date().dt.truncate("1mo")})
    joined = asked.join(table, on="month", how="left", maintain_order="left").drop("month")
    return {one.name: _floats(one) for one in joined}


def _floats(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()
