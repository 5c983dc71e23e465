"""One fit: a ledger as known on a day becomes a model, tested on later bills before it is trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from xinheng.judgements.arrears import foretelling, history
from xinheng.judgements.arrears.adjusting import Adjustment, Floats, adjustment
from xinheng.judgements.arrears.figures import figures
from xinheng.judgements.arrears.foretelling import Blend, Foreteller, Parts
from xinheng.judgements.arrears.learners import Learned, Rows, learn

FOLDS = (0.5, 0.66, 0.82)  # shares of the known bills before each day on which the test starts
MATURE = 0.95  # share of the paid bills whose days to payment must have gone by
MOST_TESTED = 5_000  # bills foretold from each start; of more every second, third and so on
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Model:
    """All that foretells: learners, blend, marks and the ledger as known on the day. tolerance in days."""

    as_of: date
    tolerance: int
    marks: list[str]
    levels: dict[str, list[str]]
    adjustment: Adjustment
    learned: Learned
    blend: Blend
    ledger: pl.DataFrame

    def coded(self, ledger: pl.DataFrame) -> pl.DataFrame:
        """A ledger with its adjustment, and its marks as numbers; a value never learned is missing."""
        adjusted = ledger.with_columns(pl.Series("adjust", self.adjustment.of(ledger)))
        return adjusted.with_columns(code(name, self.levels[name]) for name in self.marks)


@dataclass(frozen=True)
class Seen:
    """Looks as learners see them, and what came of them. taken is not a number where still open."""

    figures: Floats
    bases: Floats
    room: Floats
    taken: Floats
    late: Rows


def code(name: str, levels: list[str]) -> pl.Expr:
    """A mark as the place of its value among those learned."""
    places = [float(place) for place in range(len(levels))]
    return pl.col(name).replace_strict(levels, places, default=None, return_dtype=pl.Float64).alias(name)


def seen(ledger: pl.DataFrame, looks: pl.DataFrame, marks: list[str], *, tolerance: int) -> Seen:
    """The figures of looks at a ledger; both with adjustment and coded marks."""
    table = figures(ledger, looks, tolerance=tolerance, marks=marks)
    adjust = looks["adjust"].to_numpy()
    habit = table["billed_mean"].fill_null(0.0).to_numpy() + adjust
    room = (looks["due_day"] - looks["billed_day"] + tolerance).cast(pl.Float64).to_numpy()
    taken = (looks["paid_day"] - looks["billed_day"]).cast(pl.Float64).fill_null(np.nan).to_numpy()
    late = np.isnan(taken) | (taken > room)
    return Seen(table.to_numpy(), np.column_stack([adjust, habit]), room, taken, late)


def fit_known(ledger: pl.DataFrame, as_of: date, marks: list[str], *, tolerance: int, blend: Blend) -> Model:
    """Fit to a ledger as known on a day, which must hold nothing of that day or later."""
    day = history.day_number(as_of)
    taken = (ledger["paid_day"] - ledger["billed_day"]).cast(pl.Float64).fill_null(np.nan).to_numpy()
    known, due = ledger["known_day"].to_numpy(), ledger["due_day"].to_numpy()
    since = (ledger["paid_day"] - ledger["known_day"]).quantile(MATURE) or 0.0
    days = ~np.isnan(taken) & (known < day - since)
    judged = due + tolerance < day
    levels = {name: _values(ledger[name]) for name in marks}
    explained = adjustment(ledger, np.nan_to_num(taken), days, marks)
    held = ledger.with_columns(pl.Series("adjust", explained.of(ledger)))
    held = held.with_columns(code(name, levels[name]) for name in marks)
    looks = held.with_columns(pl.col("known_day").alias("look_day"))
    one = seen(held, looks, marks, tolerance=tolerance)
    learned = learn(one.figures, one.taken, one.late, (days, judged), one.bases)
    return Model(as_of, tolerance, marks, levels, explained, learned, blend, ledger)


def starts(ledger: pl.DataFrame, as_of: date) -> list[date]:
    """The days on which tests start, each at least a day after the one before."""
    known = ledger.sort("known")["known"]
    places = [int(share * known.len()) for share in FOLDS]
    found = sorted({known[place] for place in places} - {known[0], as_of})
    return [*found]


def tested(
    ledger: pl.DataFrame, as_of: date, marks: list[str], *, tolerance: int, tell: Tell
) -> tuple[pl.DataFrame, Parts]:
    """Bills that came after each start, foretold by what was known on it and, of the past, on their own day.

    Gives the bills whose lateness is known by now, in the order they came, with late, taken (null where their
    time is not over for all), naive_late and naive_days; and what each learner said of them.
    """
    day, found = history.day_number(as_of), []
    since = (ledger["paid_day"] - ledger["known_day"]).quantile(MATURE) or 0.0
    origins = starts(ledger, as_of)
    for place, start in enumerate(origins):
        tell("test", place, len(origins) + 1)
        first = history.day_number(start)
        last = history.day_number(origins[place + 1]) if place + 1 < len(origins) else day
        model = fit_known(history.as_known(ledger, first), start, marks, tolerance=tolerance, blend=Blend())
        coming = ledger.filter((pl.col("known_day") >= first) & (pl.col("known_day") < last))
        coming = coming.filter(pl.col("due_day") + tolerance < day)
        coming = coming.gather_every(1 + coming.height // MOST_TESTED)
        looks = model.coded(coming.with_columns(pl.col("known_day").alias("look_day")))
        held = model.coded(ledger)
        one = seen(held, looks, marks, tolerance=tolerance)
        parts = Foreteller(model.learned).parts(one.figures, one.bases, one.room)
        ripe = ~np.isnan(one.taken) & (looks["known_day"].to_numpy() < day - since)
        found.append((_judged(held, looks, one, ripe, tolerance), parts, start))
    tables = [table.with_columns(pl.lit(start).alias("start")) for table, _parts, start in found]
    joined = [np.concatenate([getattr(parts, name) for _table, parts, _start in found])
              for name in ("medians", "learned", "forest", "room")]  # fmt: skip
    return pl.concat(tables), Parts(*joined)


def _judged(held: pl.DataFrame, looks: pl.DataFrame, one: Seen, ripe: Rows, tolerance: int) -> pl.DataFrame:
    """The looks with what came of them, and what the naive rules of the customer's own past say."""
    plain = [frame.with_columns(pl.lit(0.0).alias("adjust")) for frame in (held, looks)]
    naive = history.looked(*plain, tolerance=tolerance).select(
        (pl.col("own_late") / pl.col("own_paid"))
        .fill_null(pl.col("all_late") / pl.col("all_paid"))
        .alias("naive_late"),
        pl.col("own_billed_long").fill_null(pl.col("all_billed_long")).alias("naive_days"),
    )
    told = looks.select(
        "customer", "bill", "group", "currency", "amount", "billed", "due", "known"
    ).with_columns(
        pl.Series("late", one.late), pl.Series("taken", np.where(ripe, one.taken, np.nan)).fill_nan(None)
    )
    return pl.concat([told, naive.fill_null(0.0)], how="horizontal")


def blended(table: pl.DataFrame, parts: Parts) -> Blend:
    """How the parts are best put together on bills they had not seen."""
    from sklearn.linear_model import LogisticRegression

    ripe = table["taken"].is_not_null().to_numpy()
    taken = table["taken"].fill_null(0.0).to_numpy()
    weights = _weights(parts.medians[ripe], taken[ripe]) if ripe.sum() >= 30 else Blend().days
    late = table["late"].to_numpy()
    days = parts.medians @ np.array(weights)
    scale = float(np.abs(days - parts.room).mean()) or 1.0
    if min(late.sum(), (~late).sum()) < 10:
        return Blend(weights, scale=scale)
    found = LogisticRegression(C=0.05).fit(foretelling.signs(parts, days, scale), late)
    return Blend(weights, (*found.coef_[0].tolist(), float(found.intercept_[0])), scale)


def _weights(medians: Floats, taken: Floats) -> tuple[float, ...]:
    """The mean of the parts, or of those of them whose mean errs clearly less; equal ones count the same."""
    choices = [
        (1, 1, 1, 1),
        (1, 0, 1, 0),
        (0, 1, 0, 1),
        (1, 1, 0, 0),
        (0, 0, 1, 1),
        (0, 1, 1, 0),
        (0, 1, 1, 1),
    ]
    shares = [np.array(one) / sum(one) for one in choices]
    errors = [float(np.abs(medians @ one - taken).mean()) for one in shares]
    best = int(np.argmin(errors))
    place = best if errors[best] < 0.99 * errors[0] else 0
    return tuple(shares[place].tolist())


def _values(column: pl.Series) -> list[str]:
    found: list[str] = column.drop_nulls().unique().sort().to_list()
    return found


def together(parts: Parts, blend: Blend) -> tuple[Floats, Floats]:
    """Days to payment and chance of lateness, as put together."""
    days: Floats = parts.medians @ np.array(blend.days)
    return days, foretelling.chances(parts, days, blend)


def quiet(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""
