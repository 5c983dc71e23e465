"""Steps of the five inputs, levels, points of a day and balances: pure arithmetic on frames and numbers."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from xinheng.base.kernel.periods import month_end
from xinheng.base.kernel.working_days import is_working_day
from xinheng.judgements.consumers.document import FACTORS, VOLTAGES, ConsumerRules, FeeControl

MOST_STEP = 2


def operating_step(rules: ConsumerRules) -> pl.Expr:
    """The step of the operating state, 0 to 2; null where nothing is measured and nothing was asked for.

    Of the columns year_change and month_change (share, null: not measured), stopped_days and requests.
    """
    signs = rules.operation
    known = pl.any_horizontal(pl.col("year_change", "month_change", "stopped_days").is_not_null())
    found = [
        pl.when(pl.col("year_change") <= -signs.year_drop.share).then(signs.year_drop.step),
        pl.when(pl.col("month_change") <= -signs.month_drop.share).then(signs.month_drop.step),
        pl.when(pl.col("stopped_days") >= signs.stop.days).then(signs.stop.step),
        pl.when(pl.col("requests") > 0).then(signs.request.step),
    ]
    total = pl.sum_horizontal(*[one.otherwise(0) for one in found]).clip(-MOST_STEP, MOST_STEP)
    return pl.when(known | (pl.col("requests") > 0)).then(total).cast(pl.Int64)


def with_steps(rows: pl.DataFrame, rules: ConsumerRules) -> pl.DataFrame:
    """The log odds of all five inputs as `steps`, and in `neutral` those that nothing is known of.

    rows: step_grade … step_market, each -2 to 2 or null (not known: neutral).
    """
    weights: dict[str, float] = {one.code: one.weight for one in rules.weights}
    log_odds = pl.sum_horizontal(*[pl.col(f"step_{code}").fill_null(0) * weights[code] for code in FACTORS])
    missing = [pl.when(pl.col(f"step_{code}").is_null()).then(pl.lit(code)) for code in FACTORS]
    return rows.with_columns(
        log_odds.cast(pl.Float64).alias("steps"),
        pl.concat_str(missing, separator=";", ignore_nulls=True).alias("neutral"),
    )


def moved(chance: str, steps: str) -> pl.Expr:
    """A chance moved by so many log odds; what is certain stays."""
    odds = pl.col(chance) / (1 - pl.col(chance)) * pl.col(steps).exp()
    certain = (pl.col(chance) <= 0) | (pl.col(chance) >= 1) | (pl.col(steps) == 0)
    return pl.when(certain).then(pl.col(chance)).otherwise(odds / (1 + odds)).round(6)


def level(rules: ConsumerRules) -> pl.Expr:
    """high, risk, none or not_assessable, by the bounds of the row's voltage class.

    Of the columns voltage, chance, expected_late_minor, payments and overdue_minor. Who paid too few bills
    to tell is not assessable, unless something is overdue already.
    """
    chosen = pl.lit("none")
    for voltage in VOLTAGES:
        bounds = rules.bounds(voltage)
        here = pl.col("voltage") == voltage
        most = pl.col("expected_late_minor") >= int(bounds.high_from_amount * 100)
        chosen = (
            pl.when(here & (pl.col("chance") >= bounds.high_from_chance) & most)
            .then(pl.lit("high"))
            .when(here & (pl.col("chance") >= bounds.from_chance))
            .then(pl.lit("risk"))
            .otherwise(chosen)
        )
    few = (pl.col("payments") < rules.past.least_bills) & (pl.col("overdue_minor") == 0)
    return pl.when(few).then(pl.lit("not_assessable")).otherwise(chosen)


def in_force(demerits: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """The demerits that count on a day, with left and left_cash: what each still takes, rounded half up.

    demerits: points, cash, months, decay and from_on beside anything else. step: whole until its months are
    over. monthly: an equal part less at each turn of a month from its day. Before its day and after its
    months a demerit does not count.
    """
    first = pl.col("from_on")
    months_gone = (on.year - first.dt.year()) * 12 + on.month - first.dt.month()
    turned = (on.day >= first.dt.day()) | pl.lit(on == month_end(on))
    gone = months_gone - pl.when(turned).then(0).otherwise(1)
    counted = demerits.with_columns(gone=gone.cast(pl.Int64)).filter(
        (first <= on) & (pl.col("gone") < pl.col("months"))
    )
    months, left = pl.col("months"), pl.col("months") - pl.col("gone")

    def still(name: str) -> pl.Expr:
        part = (2 * pl.col(name) * left + months) // (2 * months)
        return pl.when(pl.col("decay") == "step").then(pl.col(name)).otherwise(part).cast(pl.Int64)

    return counted.with_columns(left=still("points"), left_cash=still("cash")).drop("gone")


def fee_state(rules: FeeControl) -> pl.Expr:
    """restored, warn, cut or "" by the computed balance and the days it lasts.

    Of the columns balance_minor (computed), days_left (null: no use) and is_cut (off now).
    """
    balance = pl.col("balance_minor")
    low = (balance <= int(rules.warn_amount * 100)) | (pl.col("days_left") <= rules.warn_days)
    return (
        pl.when(pl.col("is_cut") & (balance >= int(rules.restore_amount * 100)))
        .then(pl.lit("restore"))
        .when(pl.col("is_cut"))
        .then(pl.lit("off"))
        .when(balance <= int(rules.cut_amount * 100))
        .then(pl.when(pl.col("is_important")).then(pl.lit("spared")).otherwise(pl.lit("cut")))
        .when(low)
        .then(pl.lit("warn"))
        .otherwise(pl.lit(""))
    )


def first_cut_day(day: date, rules: FeeControl) -> date:
    """The first day from one on, on which a cut may be made: no day of the week or of rest that is spared."""
    spared = rules.no_cut
    while day.isoweekday() in spared.weekdays or (spared.rest_days and not is_working_day(day).works):
        day += timedelta(days=1)
    return day
