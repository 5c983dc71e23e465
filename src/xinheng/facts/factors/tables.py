"""Series of outside factors in columns, as they were known on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import polars as pl

from xinheng.facts.factors import calendar, policy
from xinheng.facts.factors.models import Figure
from xinheng.facts.factors.values import BUILT_IN, FactorRules

SCHEMA = {"code": pl.String, "day": pl.Date, "value": pl.Float64}


def series(codes: Collection[str] | None = None, *, as_of: date) -> pl.DataFrame:
    """Figures by day: code, day, value, ordered so; of several told of a day the last told as of the day.

    codes: which; None: all, with the built-in ones of the calendar (day_off, make_up_day, spring_festival)
    and the derived degree days (cdd, hdd). Days after `as_of` are there where they were told by then, as
    prices agreed ahead or holidays announced. A day that was not told has no row.
    """
    rules = policy.in_force(as_of)
    derived = [one for one in rules.degree_days if codes is None or one.code in codes]
    asked = None if codes is None else {*codes, *(one.of for one in derived)}
    told = told_figures(asked, as_of=as_of)
    parts = [told if codes is None else told.filter(pl.col("code").is_in(list(codes)))]
    for one in derived:
        side = pl.col("value") - one.base if one.side == "above" else one.base - pl.col("value")
        of = told.filter(pl.col("code") == one.of)
        parts.append(of.select(code=pl.lit(one.code), day="day", value=side.clip(lower_bound=0)))
    if wanted := [code for code in BUILT_IN if codes is None or code in codes]:
        parts.append(_built_in(wanted, rules, as_of))
    return pl.concat(parts).sort("code", "day")


def calendar_days(since: date, until: date, *, as_of: date) -> pl.DataFrame:
    """The calendar by day, both days included, by the rules of a day.

    Gives day, day_off and make_up_day (1 or 0; null in a year whose holidays nobody announced), and
    spring_festival: days from the nearest Lunar New Year, negative before it.
    """
    return calendar.days(since, until, policy.in_force(as_of))


def told_figures(codes: Collection[str] | None, *, as_of: date) -> pl.DataFrame:
    """What people and files told as of a day: code, day, value; the last told of a day."""
    rows = Figure.objects.filter(told_on__lte=as_of)
    if codes is not None:
        rows = rows.filter(series__code__in=list(codes))
    kept = rows.order_by("told_on", "pk").values_list("series__code", "day", "value")
    frame = pl.DataFrame(list(kept), schema=SCHEMA, orient="row")
    return frame.unique(["code", "day"], keep="last", maintain_order=True)


def _built_in(codes: list[str], rules: FactorRules, as_of: date) -> pl.DataFrame:
    known = calendar.days(calendar.first_known(), calendar.last_known(as_of, rules), rules)
    long = known.unpivot(codes, index="day", variable_name="code", value_name="value")
    return long.drop_nulls("value").select(*SCHEMA)
