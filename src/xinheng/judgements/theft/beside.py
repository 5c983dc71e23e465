"""What is known beside daily use: events, the loss of the area, nights, bills, imbalance.

Each is one expression, the same on every engine; sums are whole Wh. A consumer of whom nothing is known has
no row and so no figure.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from xinheng.judgements.theft.features import correlation
from xinheng.judgements.theft.reducing import EPOCH, Floats, Window

EVENTS = {  # by what they speak of: DL/T 698.45 objects
    "events_open": ("301B", "301C"),
    "events_power": ("3000", "3003", "300D", "3011"),
    "events_current": ("3004", "3006", "3007", "3119", "3010"),
    "events_magnet": ("302A",),
    "events_stop": ("310B", "310D", "310E", "3013"),
}
NIGHT_POINTS = 24  # of 96: 0 to 6 h
RECENT_DAYS = 90
LEAST_READ = 0.95  # of an area's readings below which its loss says nothing


@dataclass(frozen=True)
class Tables:
    """Ibis tables of one engine, with the columns of facts.metering.tables; None: not known."""

    readings: Any
    consumers: Any = None
    events: Any = None
    areas: Any = None
    quarters: Any = None
    bills: Any = None


@dataclass(frozen=True)
class Beside:
    """Figures by consumer, and the loss of each area by piece: kWh a day, and the share of what came in."""

    figures: pl.DataFrame
    areas: dict[str, int]
    lost: Floats
    share: Floats


def gathered(tables: Tables, window: Window, *, take: Any) -> Beside:
    """All of it. take: gives the rows of an expression as a frame."""
    found = pl.DataFrame(schema={"consumer": pl.String})
    for table, part in (
        (tables.events, _events),
        (tables.quarters, _nights),
        (tables.bills, _bills),
        (tables.readings, _imbalance),
    ):
        expression = None if table is None else part(table, window)
        if expression is not None:
            rows = take(expression)
            found = found.join(rows, on="consumer", how="full", coalesce=True)
    if tables.areas is None or tables.consumers is None:
        return Beside(found, {}, np.zeros((0, window.pieces)), np.zeros((0, window.pieces)))
    return _losses(tables, window, take, found)


def area_figures(beside: Beside, areas: list[str | None], use: Floats, window: Window) -> dict[str, Floats]:
    """How use goes with the loss of the consumer's area, and how high the loss is."""
    if not beside.areas:
        return {}
    place = np.array([beside.areas.get(one or "", -1) for one in areas])
    known = (place >= 0)[:, None]
    lost = np.where(known, beside.lost[place], np.nan)
    share = np.where(known, beside.share[place], np.nan)
    pieces = window.piece_of(RECENT_DAYS)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # a consumer of no measured area has no figure
        return {
            "loss_like": correlation(use, lost),
            "loss_share": np.nanmean(share, axis=1),
            "loss_recent": np.nanmean(share[:, -pieces:], axis=1),
        }


def _events(events: Any, window: Window) -> Any:
    """Events of suspicion in the window by what they speak of, days since the last and since an opening."""
    rows = events.mutate(day=events["at"].date())
    rows = rows.filter(rows.day.between(window.since, window.until))
    back = (window.until - EPOCH).days - rows.day.delta(EPOCH, unit="day")
    counted = {name: rows.code.isin(list(codes)) for name, codes in EVENTS.items()}
    told = [code for codes in EVENTS.values() for code in codes]
    rows = rows.mutate(back=back.cast("float64"), **counted).filter(rows.code.isin(told))
    return rows.group_by("consumer").aggregate(
        events=rows.count().cast("float64"),
        event_days=rows.back.min(),
        open_days=rows.back.min(where=rows.events_open),
        **{name: rows[name].sum().cast("float64") for name in EVENTS},
    )


def _nights(quarters: Any, window: Window) -> Any:
    """The share of use from 0 to 6 h, of late and before; days with a missing point are left out."""
    rows = quarters.filter(quarters.day.between(window.since, window.until))
    whole = rows.kwh.map(lambda point: (point * 1000).round().cast("int64"))
    rows = rows.select(
        "consumer",
        "day",
        night=whole[:NIGHT_POINTS].sums(),
        wh=whole.sums(),
        missing=whole.length() - whole.filter(lambda point: point.notnull()).length(),
    )
    rows = rows.filter((rows.missing == 0) & (rows.wh > 0))
    is_recent = rows.day > window.until - timedelta(days=RECENT_DAYS)
    rows = rows.mutate(is_recent=is_recent)
    summed = rows.group_by("consumer").aggregate(
        night_wh=rows.night.sum(), wh=rows.wh.sum(), late_night=rows.night.sum(where=rows.is_recent),
        late=rows.wh.sum(where=rows.is_recent),
    )  # fmt: skip
    recent = summed.late_night / summed.late.nullif(0)
    early = (summed.night_wh - summed.late_night) / (summed.wh - summed.late).nullif(0)
    return summed.select(
        "consumer", night=summed.night_wh / summed.wh, night_recent=recent, night_change=recent - early
    )


def _bills(bills: Any, window: Window) -> Any:
    """Billed use: what it comes to a day, the largest fall from a month to the next, bills without use."""
    import ibis

    rows = bills.filter(bills.month.between(window.since, window.until) & bills.kwh.notnull())
    rows = rows.select("consumer", "month", wh=(rows.kwh * 1000).round().cast("int64"))
    before = rows.wh.lag().over(ibis.window(group_by="consumer", order_by="month"))
    rows = rows.mutate(fall=1 - rows.wh / before.nullif(0))
    return rows.group_by("consumer").aggregate(
        billed_kwh=rows.wh.sum() / 1000,
        bill_months=rows.count().cast("float64"),
        bill_fall=rows.fall.max(),
        bill_zero=(rows.wh == 0).sum() / rows.count(),
    )


def _imbalance(readings: Any, window: Window) -> Any:
    """The worst imbalance of voltage and current, where the table of readings has them."""
    names = [one for one in ("voltage_imbalance", "current_imbalance") if one in readings.columns]
    if not names:
        return None
    rows = readings.filter(readings.day.between(window.since, window.until))
    return rows.group_by("consumer").aggregate(**{one: rows[one].max() for one in names})


def _losses(tables: Tables, window: Window, take: Any, found: pl.DataFrame) -> Beside:
    """What came into each area against what its consumers used, by piece; where enough was read."""
    supplied = tables.areas.filter(tables.areas.day.between(window.since, window.until))
    supplied = supplied.select("area", "day", wh=(supplied.kwh * 1000).round().cast("int64"))
    used = tables.readings.filter(tables.readings.day.between(window.since, window.until))
    belongs = tables.consumers.select("consumer", "area")
    used = used.join(belongs.filter(belongs.area.notnull()), "consumer")
    used = used.group_by("area", "day").aggregate(
        used_wh=(used.kwh * 1000).round().cast("int64").sum(), good=used.kwh.count(), rows=used.count()
    )
    rows = take(supplied.join(used, ["area", "day"]).select("area", "day", "wh", "used_wh", "good", "rows"))
    number = (rows["day"].cast(pl.Int32) - (window.since - EPOCH).days) // window.step
    pieces = rows.with_columns(number.alias("piece")).filter(pl.col("good") >= LEAST_READ * pl.col("rows"))
    summed = pieces.group_by("area", "piece").agg(
        pl.col("wh").sum(), pl.col("used_wh").sum(), pl.len().alias("days")
    )
    names = summed["area"].unique().sort().to_list()
    areas = {name: place for place, name in enumerate(names)}
    lost, share = (np.full((len(names), window.pieces), np.nan) for _one in range(2))
    at = (np.array([areas[one] for one in summed["area"]], dtype=int), summed["piece"].to_numpy())
    gone = (summed["wh"] - summed["used_wh"]).to_numpy()
    lost[at] = gone / 1000 / summed["days"].to_numpy()
    came = summed["wh"].to_numpy().astype(np.float64)
    share[at] = np.divide(gone, came, out=np.full(len(gone), np.nan), where=came > 0)
    return Beside(found, areas, lost, share)
