"""The Chinese calendar as figures of a day: days off, make-up days, the Spring Festival."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.base.kernel.working_days import SHIPPED, SHIPPED_YEARS, Calendar
from xinheng.facts.factors.values import FactorRules

COLUMNS = {"day": pl.Date, "day_off": pl.Float64, "make_up_day": pl.Float64, "spring_festival": pl.Float64}


def days(since: date, until: date, rules: FactorRules, *, calendar: Calendar = SHIPPED) -> pl.DataFrame:
    """A row a day, both days included.

    Gives day, day_off and make_up_day (1 or 0; null in a year whose holidays nobody announced), and
    spring_festival: days from the nearest Lunar New Year, negative before it, null where none is known.
    """
    frame = pl.DataFrame({"day": pl.date_range(since, until, "1d", eager=True)})
    if frame.is_empty():
        return frame.match_to_schema(COLUMNS, missing_columns="insert")
    works = [calendar.works(day) if calendar.knows(day.year) else None for day in frame["day"]]
    off = pl.Series("day_off", [None if one is None else float(not one) for one in works], dtype=pl.Float64)
    is_weekend = frame["day"].dt.weekday() > 5
    worked = pl.Series("make_up_day", works, dtype=pl.Boolean)
    made_up = pl.select(pl.when(worked.is_not_null()).then(worked & is_weekend)).to_series()
    made_up = made_up.cast(pl.Float64).alias("make_up_day")
    return frame.with_columns(off, made_up).join(_distances(frame, rules), on="day", how="left")


def last_known(as_of: date, rules: FactorRules) -> date:
    """The last day whose holidays were announced as of a day; the end of what the calendar holds at most."""
    month, day = (int(part) for part in rules.holidays_told.split("-"))
    year = as_of.year + (as_of >= date(as_of.year, month, day))
    return date(min(year, max(SHIPPED_YEARS)), 12, 31)


def first_known() -> date:
    """The first day whose holidays are known."""
    return date(min(SHIPPED_YEARS), 1, 1)


def _distances(frame: pl.DataFrame, rules: FactorRules) -> pl.DataFrame:
    years = sorted(rules.lunar_new_years)
    festivals = pl.DataFrame({"festival": years}).sort("festival")
    within = frame.filter(
        pl.col("day").is_between(date(years[0].year, 1, 1), date(years[-1].year, 12, 31))
    ).sort("day")
    near = within.join_asof(festivals, left_on="day", right_on="festival", strategy="nearest")
    distance = (pl.col("day") - pl.col("festival")).dt.total_days().cast(pl.Float64)
    return near.select("day", spring_festival=distance)
