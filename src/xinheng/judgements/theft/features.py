"""What a grid of use says of each consumer: figures by name, not a number where they cannot be measured.

Nothing here reads a gap as zero: what was not read has no part in a mean, and a comparison with too few
pieces on either side is not made. Before a new meter nothing is compared with after it. Rows are consumers,
pieces the steps of the window, the last one the latest.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xinheng.judgements.theft.reducing import Floats, Grid

Figures = dict[str, Floats]
LEAST_SHARE = 0.3  # of the days of a piece that must be good for the piece to count
LEAST_SIDE = 28  # days on either side of a break
RECENT = (30, 60, 90, 180)
YEAR = 364  # days: the same weekday a year before
SHAPES = 24  # parts the whole window is looked at by


def usable(grid: Grid) -> Floats:
    """Use of the pieces that count: enough good days, and after the last exchange where enough follows it."""
    counted = grid.good >= max(LEAST_SHARE * grid.window.step, 1)
    use = np.where(counted, grid.use, np.nan)
    return np.where(_segment(grid, use), use, np.nan)


def _segment(grid: Grid, use: Floats) -> NDArray[np.bool_]:
    """The pieces after the last exchange, or before it where too few follow; the piece itself is none."""
    exchanged = grid.cuts > 0
    if not exchanged.any():
        return np.ones(use.shape, dtype=bool)
    pieces = use.shape[1]
    places = np.arange(pieces)
    last = np.where(exchanged.any(axis=1), pieces - 1 - exchanged[:, ::-1].argmax(axis=1), -1)
    after = places[None, :] > last[:, None]
    enough = (~np.isnan(use) & after).sum(axis=1) >= 2 * grid.window.piece_of(LEAST_SIDE)
    previous = np.where(exchanged & (places[None, :] < last[:, None]), places[None, :], -1).max(axis=1)
    before = (places[None, :] < last[:, None]) & (places[None, :] > previous[:, None])
    return np.where((enough | (last < 0))[:, None], after, before)


def measured(grid: Grid, use: Floats, peers: Floats) -> Figures:
    """All figures of a grid. use: of `usable`; peers: the curve of each consumer's peers, 1 their mean."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # a row without any figure gives none
        mean = np.nanmean(use, axis=1)
        relative = use / mean[:, None] / peers
        found: Figures = {"mean_kwh": mean}
        for part in (_level, _breaks, _years, _spread, _zeros, _days, _shape):
            found |= part(grid, use)
        for name, values in (
            _level(grid, relative) | _breaks(grid, relative) | _years(grid, relative)
        ).items():
            found[f"peer_{name}"] = values
        found |= _beside(grid, use, peers)
    return {name: np.where(np.isfinite(values), values, np.nan) for name, values in found.items()}


def _last(values: Floats, pieces: int) -> Floats:
    return values[:, max(values.shape[1] - pieces, 0) :]


def _level(grid: Grid, use: Floats) -> Figures:
    """The latest days against all before, and the trend."""
    found: Figures = {}
    for days in RECENT:
        pieces = grid.window.piece_of(days)
        if 2 * pieces <= use.shape[1]:
            found[f"recent_{days}"] = np.nanmean(_last(use, pieces), axis=1) / np.nanmean(
                use[:, :-pieces], axis=1
            )
    at = np.broadcast_to(np.arange(use.shape[1], dtype=float), use.shape)
    found["trend"] = correlation(at, use)
    middle = np.nanmedian(use, axis=1)
    found["slope"] = _slope(at, use) * use.shape[1] / middle
    smooth = _smoothed(use, max(grid.window.piece_of(LEAST_SIDE), 2))
    found["lowest_run"] = np.nanmin(smooth, axis=1) / middle
    found["highest_run"] = np.nanmax(smooth, axis=1) / middle
    found["latest_rank"] = np.nanmean(smooth < smooth[:, -1:], axis=1)
    return found


def _breaks(grid: Grid, use: Floats) -> Figures:
    """The cut in time that parts use best into higher before and lower after."""
    side = grid.window.piece_of(LEAST_SIDE) if grid.window.step > 1 or use.shape[1] > 84 else 5
    if use.shape[1] < 2 * side:
        return {}
    known = ~np.isnan(use)
    zero = np.where(known, use, 0.0)
    count, total, square = (np.cumsum(one, axis=1) for one in (known.astype(float), zero, zero * zero))
    at = slice(side - 1, use.shape[1] - side)
    before, after = count[:, at], count[:, -1:] - count[:, at]
    high, low = total[:, at] / before, (total[:, -1:] - total[:, at]) / after
    rest = square[:, -1:] - before * high * high - after * low * low
    spread = np.sqrt(np.maximum(rest, 0) / (count[:, -1:] - 2)) + 0.02 * np.abs(high) + 1e-9
    weight = (high - low) / (spread * np.sqrt(1 / before + 1 / after))
    weight = np.where((before >= side * 0.6) & (after >= side * 0.6), weight, -np.inf)
    best = weight.argmax(axis=1)
    rows = np.arange(len(use))
    found_any = np.isfinite(weight[rows, best])
    drop = np.where(found_any, 1 - low[rows, best] / high[rows, best], np.nan)
    pieces_since = use.shape[1] - side - best
    steep = [_step_down(use, grid.window.piece_of(days)) for days in (28, 91)]
    return {
        "fall": drop,
        "fall_weight": np.where(found_any, weight[rows, best], np.nan),
        "fall_days": np.where(found_any, pieces_since * grid.window.step, np.nan).astype(float),
        "before_kwh": np.where(found_any, high[rows, best], np.nan),
        "after_kwh": np.where(found_any, low[rows, best], np.nan),
        "steep_28": steep[0],
        "steep_91": steep[1],
    }


def _step_down(use: Floats, pieces: int) -> Floats:
    """The largest fall from one stretch to the next of the same length, as a share."""
    smooth = _smoothed(use, pieces)
    if smooth.shape[1] <= pieces:
        return np.full(len(use), np.nan)
    falls: Floats = np.nanmax(1 - smooth[:, pieces:] / smooth[:, :-pieces], axis=1)
    return falls


def _years(grid: Grid, use: Floats) -> Figures:
    """The latest days, and the worst quarter, against the same days a year before."""
    year = grid.window.piece_of(YEAR)
    quarter = grid.window.piece_of(91)
    if use.shape[1] < year + quarter:
        return {}
    now, then = use[:, year:], use[:, :-year]
    both = ~np.isnan(now) & ~np.isnan(then)
    now, then = np.where(both, now, np.nan), np.where(both, then, np.nan)
    at = np.broadcast_to(np.arange(now.shape[1], dtype=float), now.shape)
    ratio = _smoothed(now, quarter) / _smoothed(then, quarter)
    found = {
        "year_lowest": np.nanmin(ratio, axis=1),
        "year_highest": np.nanmax(ratio, axis=1),
        "year_fall": np.nanmin(ratio, axis=1) / np.nanmax(ratio, axis=1),
        "year_trend": correlation(at, now / then),
    }  # fmt: skip
    for days in RECENT:
        pieces = grid.window.piece_of(days)
        if pieces <= now.shape[1]:
            found[f"year_{days}"] = np.nanmean(_last(now, pieces), axis=1) / np.nanmean(
                _last(then, pieces), axis=1
            )
    return found


def _spread(grid: Grid, use: Floats) -> Figures:
    """How much use varies, within a piece and from piece to piece, of late against before."""
    mean = np.nanmean(use, axis=1)
    here = ~np.isnan(use)
    width = np.where(here, grid.high - grid.low, np.nan) / np.where(use > 0, use, np.nan)
    step = np.abs(np.diff(use, axis=1)) / mean[:, None]
    pieces = max(min(grid.window.piece_of(90), use.shape[1] // 3), 1)
    high = np.where(here, grid.high, np.nan)
    found = {
        "variation": np.nanstd(use, axis=1) / mean,
        "variation_recent": np.nanstd(_last(use, pieces), axis=1) / np.nanmean(_last(use, pieces), axis=1),
        "width": np.nanmedian(width, axis=1),
        "unrest": np.nanmedian(step, axis=1),
        "unrest_most": np.nanmax(step, axis=1),
        "peak": np.nanmax(high, axis=1) / mean,
        "peak_at": np.nanargmax(np.where(np.isnan(use), -1.0, use), axis=1) / use.shape[1],
        "flat": np.nanmean(np.where(step == step, step < 0.01, np.nan), axis=1),  # noqa: PLR0124
    }
    for name, values in (("width", width), ("unrest", step)):
        found[f"{name}_change"] = np.nanmedian(_last(values, pieces), axis=1) / np.nanmedian(
            values[:, :-pieces], axis=1
        )
    for name, part in (("late", _last(high, pieces)), ("early", high[:, :-pieces])):
        top = np.nanmax(part, axis=1)[:, None]
        found[f"capped_{name}"] = np.nanmean(np.where(np.isnan(part), np.nan, part >= 0.998 * top), axis=1)
    found["capped_change"] = found["capped_late"] - found["capped_early"]
    found["again"] = correlation(use[:, 1:], use[:, :-1])
    return found


def _zeros(grid: Grid, use: Floats) -> Figures:
    """Days without use, days not read, and the longest stretch of pieces without any use."""
    step, pieces = grid.window.step, max(min(grid.window.piece_of(90), use.shape[1] // 3), 1)
    here = ~np.isnan(use)
    zeros, good = np.where(here, grid.zeros, 0.0), np.where(here, grid.good, 0.0)
    days = step * use.shape[1]
    run, last = _longest(here & (use == 0)), _longest_end(here & (use == 0))
    return {
        "zero_share": zeros.sum(axis=1) / good.sum(axis=1),
        "zero_recent": _last(zeros, pieces).sum(axis=1) / _last(good, pieces).sum(axis=1),
        "zero_change": _last(zeros, pieces).sum(axis=1) / _last(good, pieces).sum(axis=1)
        - zeros[:, :-pieces].sum(axis=1) / good[:, :-pieces].sum(axis=1),
        "zero_days": (run * step).astype(float),
        "zero_end": np.where(run > 0, (use.shape[1] - 1 - last) * step, np.nan).astype(float),
        "zero_parts": (np.diff((here & (use == 0)).astype(int), axis=1) == 1).sum(axis=1).astype(float),
        "zero_within": np.nanmean(np.where(here & (use > 0), grid.zeros > 0, np.nan), axis=1),
        "read_days": grid.good.sum(axis=1),
        "missing_share": 1 - grid.good.sum(axis=1) / days,
        "missing_recent": 1 - _last(grid.good, pieces).sum(axis=1) / (pieces * step),
        "odd_days": grid.odd.sum(axis=1),
        "exchanges": grid.cuts.sum(axis=1),
    }


def _days(grid: Grid, use: Floats) -> Figures:
    """Weekends and holidays against other days, of late against before."""
    ratio = np.where(use > 0, grid.weekend / use, np.nan)
    pieces = max(min(grid.window.piece_of(90), use.shape[1] // 3), 1)
    late, early = np.nanmedian(_last(ratio, pieces), axis=1), np.nanmedian(ratio[:, :-pieces], axis=1)
    holiday = np.nanmean(grid.holiday, axis=1) / np.nanmean(use, axis=1)
    return {
        "weekend": np.nanmedian(ratio, axis=1),
        "weekend_change": late - early,
        "holiday": holiday,
    }


def _shape(grid: Grid, use: Floats) -> Figures:
    """The whole window in equal parts, each against the mean of the consumer."""
    parts = min(SHAPES if grid.window.step > 1 else 2 * SHAPES, use.shape[1])
    edges = np.linspace(0, use.shape[1], parts + 1).round().astype(int)
    mean = np.nanmean(use, axis=1)
    return {
        f"part_{place + 1:02d}": np.nanmean(use[:, edges[place] : edges[place + 1]], axis=1) / mean
        for place in range(parts)
    }


def _beside(grid: Grid, use: Floats, peers: Floats) -> Figures:
    """How use goes with that of peers, of late against before."""
    pieces = max(min(grid.window.piece_of(180), use.shape[1] // 2), 3)
    late = correlation(_last(use, pieces), _last(peers, pieces))
    early = correlation(use[:, :-pieces], peers[:, :-pieces]) if pieces < use.shape[1] else late
    return {"peer_like": correlation(use, peers), "peer_like_recent": late, "peer_like_change": late - early}


def _smoothed(values: Floats, pieces: int) -> Floats:
    """Means of so many pieces in a row, where at least half of them are known."""
    known = ~np.isnan(values)
    pieces = min(pieces, values.shape[1])

    def rolled(one: Floats) -> Floats:
        total = np.cumsum(np.concatenate([np.zeros((len(one), 1)), one], axis=1), axis=1)
        found: Floats = total[:, pieces:] - total[:, :-pieces]
        return found

    count = rolled(known.astype(float))
    found: Floats = np.where(count >= pieces / 2, rolled(np.where(known, values, 0.0)) / count, np.nan)
    return found


def _centred(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    both = ~np.isnan(left) & ~np.isnan(right)
    one, other = np.where(both, left, np.nan), np.where(both, right, np.nan)
    few = both.sum(axis=1) < 5
    one, other = (values - np.nanmean(values, axis=1)[:, None] for values in (one, other))
    one[few] = np.nan
    return one, other


def correlation(left: Floats, right: Floats) -> Floats:
    """The correlation of each row with the row beside it, over the pieces that both know."""
    one, other = _centred(left, right)
    found: Floats = np.nansum(one * other, axis=1) / np.sqrt(
        np.nansum(one * one, axis=1) * np.nansum(other * other, axis=1)
    )
    return found


def _slope(at: Floats, values: Floats) -> Floats:
    one, other = _centred(at, values)
    found: Floats = np.nansum(one * other, axis=1) / np.nansum(one * one, axis=1)
    return found


def _runs(truth: NDArray[np.bool_]) -> Floats:
    """How many in a row are true up to each place."""
    total: Any = np.cumsum(truth, axis=1)
    broken = np.maximum.accumulate(np.where(truth, 0, total), axis=1)
    found: Floats = (total - broken).astype(float)
    return found


def _longest(truth: NDArray[np.bool_]) -> Floats:
    found: Floats = _runs(truth).max(axis=1)
    return found


def _longest_end(truth: NDArray[np.bool_]) -> NDArray[np.intp]:
    found: NDArray[np.intp] = _runs(truth).argmax(axis=1)
    return found
