"""What is known of every consumer on a day, gathered set-wise: accounts, bills, use, grades, entries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from xinheng.base.kernel.periods import add_months
from xinheng.facts.customers import queries as customers
from xinheng.facts.factors import queries as factors
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering import tables
from xinheng.judgements.arrears import queries as arrears
from xinheng.judgements.consumers.document import ConsumerRules
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews import queries as reviews

ENTRY_FACTORS = {
    "industrial_policy": "policy", "economic_situation": "economy", "market_environment": "market",
}  # fmt: skip
REQUESTS = ("stop_request", "reduce_request", "close_request")  # events of our own: asked for by the consumer
WINDOW_DAYS = 30
LEAST_READ = 20  # days of a window that must be read before it says anything
LOOKED_DAYS = 400
STOP_DAYS = 60  # a stop is looked for so far back
MOST_EFFECT = 2
SECTION_LETTERS = "ABCDEFGHIJKLMNOPQRST"


def accounts(on: date) -> pl.DataFrame:
    """Every consumer open on a day with its customer (null: none); without a voltage class it is low."""
    return metering.accounts(on=on).with_columns(pl.col("voltage").fill_null("low"))


def bills(backend: Any, *, on: date, since: date, told_until: date) -> pl.DataFrame:
    """The monthly bills as they stood before a day and were told until another; the ledger goes first.

    consumer, bill, month, billed, due, paid (null: open), amount (yuan), open_minor and bill_id (null: not
    in the ledger).
    """
    held = tables.bills(backend, since=since, as_of=told_until)
    told = _taken(held)
    ledger = arrears.bills(as_of=on - timedelta(days=1), since=add_months(since, -1), on=on)
    kept = ledger.filter(pl.col("currency") == "CNY").select(
        "bill_no",
        "bill_id",
        "open_minor",
        in_ledger=pl.lit(value=True),
        due="due",
        paid="paid",
        billed="billed",
    )
    both = told.join(kept.unique("bill_no", keep="last"), on="bill_no", how="left")
    paid = pl.when(pl.col("in_ledger")).then("paid").otherwise(
        pl.when(pl.col("paid_on") < on).then("paid_on")
    )  # fmt: skip
    minor = (pl.col("amount") * 100).round().cast(pl.Int64)
    found = both.with_columns(
        paid=paid,
        due=pl.coalesce("due", "due_on"),
        billed=pl.coalesce("billed", pl.col("month").dt.month_end().dt.offset_by("1d")),
    )
    return (
        found.filter(pl.col("due").is_not_null() & (pl.col("amount") > 0) & (pl.col("billed") < on))
        .with_columns(
            open_minor=pl.when(pl.col("paid").is_not_null())
            .then(0)
            .otherwise(pl.coalesce("open_minor", minor))
        )
        .select(
            "consumer", "month", "amount", "due", "paid", "open_minor", "bill_id",
            bill=pl.format("{}:{}", "consumer", pl.col("month").dt.strftime("%Y-%m")),
            billed=pl.min_horizontal("billed", "due"),
        )
        .sort("consumer", "month")
    )  # fmt: skip


def operation(backend: Any, *, on: date, rules: ConsumerRules, told_until: date) -> pl.DataFrame:
    """consumer, year_change, month_change (shares, null: too little read), stopped_days and requests."""
    last = on - timedelta(days=1)
    readings = tables.readings(backend, since=on - timedelta(days=LOOKED_DAYS), until=last, as_of=told_until)
    table = readings.filter(readings.kwh.notnull())
    measured: dict[str, Any] = {}
    for name, back in (("now", 0), ("before", WINDOW_DAYS), ("year", 365)):
        first, end = last - timedelta(days=back + WINDOW_DAYS - 1), last - timedelta(days=back)
        inside = (table.day >= first) & (table.day <= end)
        measured |= {name: table.kwh.mean(where=inside), f"{name}_days": table.kwh.count(where=inside)}
    found = _taken(table.group_by("consumer").aggregate(**measured))
    told = found.select("consumer", year_change=_change("year"), month_change=_change("before")).join(
        _stopped(table, since=last - timedelta(days=STOP_DAYS)), on="consumer", how="left"
    )
    asked = _requests(backend, on=on, days=rules.operation.request.days)
    return told.join(asked, on="consumer", how="full", coalesce=True).with_columns(
        pl.col("requests").fill_null(0)
    )


def _stopped(table: Any, *, since: date) -> pl.DataFrame:
    """consumer and stopped_days: days read as nothing since the last use, not those not read."""
    lately = table.filter(table.day >= since)
    used = lately.group_by("consumer").aggregate(used=lately.day.max(where=lately.kwh > 0))
    both = lately.join(used, "consumer")
    still = both.used.isnull() | (both.day > both.used)
    return _taken(both.group_by("consumer").aggregate(stopped_days=still.cast("int64").sum()))


def _taken(expression: Any) -> pl.DataFrame:
    found = pl.from_arrow(expression.to_pyarrow())
    assert isinstance(found, pl.DataFrame)
    return found


def _change(base: str) -> pl.Expr:
    enough = (pl.col("now_days") >= LEAST_READ) & (pl.col(f"{base}_days") >= LEAST_READ)
    return pl.when(enough & (pl.col(base) > 0)).then(pl.col("now") / pl.col(base) - 1)


def _requests(backend: Any, *, on: date, days: int) -> pl.DataFrame:
    events = tables.events(backend, since=on - timedelta(days=days), until=on - timedelta(days=1))
    wanted = events.filter(events.code.isin(REQUESTS))
    asked = wanted.group_by("consumer").aggregate(requests=wanted.count())
    return _taken(asked).with_columns(pl.col("requests").cast(pl.Int64))


def grades(rules: ConsumerRules, *, on: date) -> pl.DataFrame:
    """customer_id and grade: as approved, else as the last run of the policy rated."""
    approved = list(reviews.leading(rules.grades_from, on=on).order_by().values_list("customer_id", "grade"))
    schema = {"customer_id": pl.Int64, "grade": pl.String}
    found = pl.DataFrame(approved, schema=schema, orient="row")
    if run := ratings.latest_run(rules.grades_from, as_of=on):
        rows = ratings.grades(run.pk).filter(grade__gt="").order_by().values_list("customer_id", "grade")
        rated = pl.DataFrame(list(rows), schema=schema, orient="row")
        found = pl.concat([found, rated.join(found, on="customer_id", how="anti")])
    return found.unique("customer_id", keep="first", maintain_order=True)


def outside(industries: pl.Series, *, on: date) -> pl.DataFrame:
    """industry, step_policy, step_economy and step_market: entries that count, better ones below zero.

    An entry of an industry counts for it and what is below it, one without for all; effects add up to 2 at
    most. Null where there is no entry.
    """
    told = [one for one in factors.entries(as_of=on) if one.kind in ENTRY_FACTORS]
    rows = []
    for industry in industries.unique().to_list():
        line: dict[str, Any] = {"industry": industry}
        for kind, code in ENTRY_FACTORS.items():
            fit = [one.effect for one in told if one.kind == kind and _concerns(one.industry, industry)]
            line[f"step_{code}"] = -max(-MOST_EFFECT, min(MOST_EFFECT, sum(fit))) if fit else None
        rows.append(line)
    steps = {f"step_{code}": pl.Int64 for code in ENTRY_FACTORS.values()}
    return pl.DataFrame(rows, schema={"industry": pl.String, **steps})


def _concerns(told: str, industry: str | None) -> bool:
    if not told or industry is None:
        return not told
    code = told[1:] if told[1:].isdigit() else told  # C30 is the division 30 of section C
    return industry.lstrip(SECTION_LETTERS).startswith(code) or customers.section_of(industry) == told
