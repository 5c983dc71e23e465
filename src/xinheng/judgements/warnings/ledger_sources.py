"""Signals that the ledger gives: habits, what is overdue, balances, payments that came back. All set-wise."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from django.db import connection

from xinheng.base.kernel.actors import system_actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.warnings.document import SignalRule
from xinheng.judgements.warnings.values import SIGNS

FAR = date(9999, 12, 31)
PRINCIPAL = pl.col("kind").is_in(["interest", "fee", "cost"]).not_()
KEYS = ["customer_id", "currency"]


def slower_than_habit(rule: SignalRule, on: date) -> pl.DataFrame:
    """Paid later than is the customer's own habit; measure: days later, weighted by what was paid.

    The last `days` against the `history_days` before them; both need `least_count` bills. What was our own
    fault and days on which the clock stood still do not count.
    """
    turn = on - timedelta(days=rule.days)
    first = turn - timedelta(days=rule.history_days)
    paid = receivables.cleared(None, since=first, until=on).filter(PRINCIPAL)
    counted = disputes.counted_payments(paid, as_of=on)
    late = (pl.col("settled_on") - pl.col("due_on")).dt.total_days() * pl.col("amount_minor")
    recent = pl.col("settled_on") > turn
    sums = counted.with_columns(late=late.cast(pl.Float64)).group_by(KEYS).agg(
        pl.col("amount_minor").filter(recent).sum(),
        before_minor=pl.col("amount_minor").filter(~recent).sum(),
        now=pl.col("late").filter(recent).sum(),
        before=pl.col("late").filter(~recent).sum(),
        bills=pl.col("bill_id").filter(recent).n_unique(),
        bills_before=pl.col("bill_id").filter(~recent).n_unique(),
    )  # fmt: skip
    enough = sums.filter(
        pl.col("bills") >= rule.least_count, pl.col("bills_before") >= rule.least_count,
        pl.col("amount_minor") > 0, pl.col("before_minor") > 0,
    ).with_columns(
        now=pl.col("now") / pl.col("amount_minor"), before=pl.col("before") / pl.col("before_minor")
    )  # fmt: skip
    shown = evidence(paid_days=_tenths("now"), habit_days=_tenths("before"), bills=pl.col("bills"))
    return signs(enough, cause=pl.col("currency"), measure=pl.col("now") - pl.col("before"), shown=shown)


def overdue_share(rule: SignalRule, on: date) -> pl.DataFrame:
    """Much of what is open is overdue; measure: percent of what is open."""
    sums = _overdue(on).group_by(KEYS).agg(pl.col("open_minor", "overdue_minor").sum(), pl.col("days").max())
    enough = sums.filter(pl.col("overdue_minor") >= _minor(rule))
    share = pl.col("overdue_minor") / pl.col("open_minor") * 100
    shown = evidence(open=_yuan("open_minor"), overdue=_yuan("overdue_minor"), longest_days=pl.col("days"))
    told = enough.with_columns(amount_minor="overdue_minor")
    return signs(told, cause=pl.col("currency"), measure=share, shown=shown)


def near_limit(rule: SignalRule, on: date) -> pl.DataFrame:
    """The limit is nearly used up after a jump; measure: percent of the limit in use.

    In the `days` before the use rose by at least `jump` points of the limit.
    """
    everybody = customers.visible(system_actor(), on=on)
    held = credit.standings(everybody, on=on).filter(state="limited")
    whole = held.with_columns(whole=pl.col("limit_minor").fill_null(0) + pl.col("cover_minor").fill_null(0))
    then = credit.exposures_as_of(None, as_of=on - timedelta(days=rule.days))
    told = (
        whole.filter(pl.col("whole") > 0)
        .join(then.select("customer_id", before_minor="minor"), on="customer_id", how="left")
        .with_columns(
            pl.col("before_minor").fill_null(0), amount_minor="exposure_minor",
            use=pl.col("exposure_minor") / pl.col("whole") * 100,
        )
    )  # fmt: skip
    before = pl.col("before_minor") / pl.col("whole") * 100
    rose = told.with_columns(before=before).filter(pl.col("use") - pl.col("before") >= float(rule.jump))
    shown = evidence(
        limit=_yuan("whole"), exposure=_yuan("amount_minor"), exposure_before=_yuan("before_minor")
    )
    return signs(rose, cause=pl.lit("limit"), measure=pl.col("use"), shown=shown)


def returned_payment(rule: SignalRule, on: date) -> pl.DataFrame:
    """A payment was returned; measure: its amount. A cause each."""
    found = receivables.returned_payments(None, since=on - timedelta(days=rule.days), as_of=on)
    shown = evidence(
        receipt=pl.col("receipt_no"), returned_on=pl.col("returned_on"), amount=_yuan("amount_minor"),
        reason=pl.col("reason"),
    )  # fmt: skip
    return signs(found, cause=pl.col("receipt_no"), measure=pl.col("amount_minor") / 100, shown=shown)


def balance_trend(rule: SignalRule, on: date) -> pl.DataFrame:
    """What is open grew fast in `days`; measure: percent of what was open then."""
    then = _open(on - timedelta(days=rule.days)).rename({"open_minor": "before_minor"})
    both = _open(on).join(then, on=KEYS).filter(
        pl.col("open_minor") >= _minor(rule), pl.col("before_minor") > 0
    )  # fmt: skip
    grown = (pl.col("open_minor") / pl.col("before_minor") - 1) * 100
    shown = evidence(open=_yuan("open_minor"), open_before=_yuan("before_minor"))
    told = both.with_columns(amount_minor="open_minor")
    return signs(told, cause=pl.col("currency"), measure=grown, shown=shown)


def segment_trend(rule: SignalRule, on: date) -> pl.DataFrame:
    """More of an industry's debts are overdue than `days` ago; measure: points more. Of no one customer."""
    sections = _sections()
    now, then = _share(_overdue(on), sections), _share(_overdue(on - timedelta(days=rule.days)), sections)
    both = now.join(then.rename({"share": "before"}).drop("open_minor"), on=["section", "currency"])
    enough = both.filter(pl.col("open_minor") >= _minor(rule)).with_columns(
        customer_id=pl.lit(None, dtype=pl.Int64), amount_minor="open_minor"
    )
    cause = pl.format("{}:{}", "section", "currency")
    shown = evidence(
        industry=pl.col("section"),
        open=_yuan("open_minor"),
        share=_tenths("share"),
        share_before=_tenths("before"),
    )
    return signs(enough, cause=cause, measure=pl.col("share") - pl.col("before"), shown=shown)


def signs(found: pl.DataFrame, *, cause: pl.Expr, measure: pl.Expr, shown: pl.Expr) -> pl.DataFrame:
    """The columns of SIGNS from what a source found."""
    kept = found.select(
        "customer_id", cause.alias("cause"), measure.round(2).cast(pl.Float64).alias("measure"),
        "amount_minor", "currency", shown.alias("evidence"),
    )  # fmt: skip
    return kept.cast(dict(SIGNS))  # type: ignore[arg-type]


def evidence(**figures: pl.Expr) -> pl.Expr:
    """Figures under their codes as pairs of text."""
    pairs = [
        pl.struct(what=pl.lit(code), figure=each.cast(pl.String).fill_null(""))
        for code, each in figures.items()
    ]
    return pl.concat_list(pairs)


def _overdue(on: date) -> pl.DataFrame:
    lines = receivables.open_lines(None, as_of=on).filter(pl.col("open_minor") > 0)
    told = disputes.of_lines(lines, as_of=on)
    is_late = (pl.col("overdue_days") > 0) & ~pl.col("our_fault")
    uncontested = pl.max_horizontal(pl.col("open_minor") - pl.col("disputed_minor"), 0)
    return told.select(
        *KEYS, "open_minor", overdue_minor=pl.when(is_late).then(uncontested).otherwise(0),
        days=pl.when(is_late).then("overdue_days").otherwise(0),
    )  # fmt: skip


def _open(on: date) -> pl.DataFrame:
    lines = receivables.open_lines(None, as_of=on)
    return lines.group_by(KEYS).agg(pl.col("open_minor").sum())


def _share(overdue: pl.DataFrame, sections: pl.DataFrame) -> pl.DataFrame:
    sums = overdue.join(sections, on="customer_id").group_by("section", "currency").agg(
        pl.col("open_minor", "overdue_minor").sum()
    )  # fmt: skip
    return sums.select(
        "section", "currency", "open_minor", share=pl.col("overdue_minor") / pl.col("open_minor") * 100
    )


def _sections() -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, industry_section FROM customers_customer WHERE industry_section <> ''")
        schema = {"customer_id": pl.Int64, "section": pl.String}
        return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def _minor(rule: SignalRule) -> int:
    return int(rule.least_amount * 100)


def _yuan(column: str) -> pl.Expr:
    return (pl.col(column) / 100).round(2)


def _tenths(column: str) -> pl.Expr:
    return pl.col(column).round(1)
