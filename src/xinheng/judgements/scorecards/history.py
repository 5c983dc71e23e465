"""A table to learn from, out of own facts: figures as known on a decision day, and what came after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.facts.disputes import tables as disputes
from xinheng.facts.receivables import tables as receivables
from xinheng.indicators import queries as indicators
from xinheng.indicators import services as measuring
from xinheng.indicators import tables
from xinheng.judgements.scorecards import flagging
from xinheng.judgements.scorecards.errors import ColumnUnknown, WindowOpen
from xinheng.judgements.scorecards.values import Outcome

FACTS = ("kind", "industry_section", "region", "size_class")
MINOR = 100
LATE = """
    WITH settled AS (
        SELECT b.bill_id, b.customer_id, b.amount_minor, b.due_on + CAST(? AS INTEGER) AS tested_on,
               coalesce(sum(s.amount_minor) FILTER (s.settled_on <= b.due_on + CAST(? AS INTEGER)), 0) AS paid
        FROM bills b LEFT JOIN settlements s ON s.bill_id = b.bill_id AND s.told_on <= ?
        WHERE b.told_on <= ? AND b.amount_minor > 0
          AND b.bill_id NOT IN (SELECT replaces_id FROM bills WHERE replaces_id IS NOT NULL AND told_on <= ?)
          AND b.bill_id NOT IN (SELECT bill_id FROM voidings WHERE told_on <= ?)
          AND b.bill_id NOT IN (SELECT bill_id FROM disputes WHERE our_fault AND closed_told_on <= ?)
        GROUP BY ALL
    )
    SELECT customer_id, decided.on_day AS decision_day,
           CAST(max(CASE WHEN amount_minor > paid THEN 1 ELSE 0 END) AS TINYINT) AS late
    FROM settled JOIN decided ON tested_on > decided.on_day AND tested_on <= decided.until_day
    GROUP BY ALL
"""


def figures(measurement: Any) -> pl.DataFrame:
    """What a measurement knows: a row a customer that is not closed, by indicator code and fact.

    Money in yuan, shares 0 to 1; what is not measured is null, and so is a number that is not finite.
    """
    told = pl.read_parquet(tables.customers(measurement)).filter(pl.col("status") != "closed")
    told = told.select("customer_no", "customer_id", *(pl.col(name).replace("", None) for name in FACTS))
    values = pl.read_parquet(tables.values(measurement))
    known = [card for card in indicators.catalogue() if card.code in values.columns and card.unit != "date"]
    columns = [pl.col(card.code).cast(pl.Float64) / (MINOR if card.unit == "CNY" else 1) for card in known]
    return told.join(values.select("customer_no", *columns), on="customer_no", how="left")


def as_known(*, actor: Actor, on: date, days: Sequence[date], hindsight: bool = False) -> pl.DataFrame:
    """The figures of each decision day from nothing but what was told by that day.

    hindsight: what was true by the day and told later counts too, as after a first load of old books.

    A row a customer and day: customer_no, customer_id, decision_day, and the figures.
    Refuses: AccessDenied, DayAhead.
    """
    frames = []
    for day in sorted(set(days)):
        measurement = measuring.measure(actor=actor, on=on, as_of=day, known_on=on if hindsight else day)
        frames.append(figures(measurement).with_columns(pl.lit(day).alias("decision_day")))
    return pl.concat(frames)


def late(*, on: date, days: Sequence[date], late_days: int, within_months: int) -> pl.DataFrame:
    """Who was late after each decision day, by all that is known today.

    A bill is tested on the first day it would be more than `late_days` late, where that lies after the
    decision day and at most `within_months` later; late is 1 where one was not settled before, 0 where
    bills were tested and all were. Whoever had no bill to test has no row; a bill late through our own fault
    is not tested. Refuses: WindowOpen.
    """
    until = check_window(on=on, days=days, within_months=within_months)
    told = [late_days + 1, late_days, on, on, on, on, on]
    decided = pl.DataFrame({"on_day": list(until), "until_day": list(until.values())})
    with duckdb.connect() as engine:
        engine.register("decided", decided.to_arrow())
        for name, reader in (
            ("bills", receivables.read_bills), ("settlements", receivables.read_settlements),
            ("voidings", receivables.read_voidings), ("disputes", disputes.read_disputes),
        ):  # fmt: skip
            incoming = reader()
            engine.register("incoming", incoming)
            engine.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
            engine.unregister("incoming")
        frame: pl.DataFrame = engine.sql(LATE, params=told).pl()
    return frame


def check_window(*, on: date, days: Sequence[date], within_months: int) -> dict[date, date]:
    """The day by which one knows how each decision day ended. Refuses: WindowOpen, where that is not yet."""
    until = {day: _months_on(day, within_months) for day in days}
    for day, end in until.items():
        if end > on:
            raise WindowOpen(day=day, until=end, on=on)
    return until


def ended_table(
    *, actor: Actor, on: date, days: Sequence[date], outcome: Outcome, hindsight: bool = False
) -> pl.DataFrame:
    """Each customer on each decision day as known then, and whether it was late, or flagged, after."""
    keys = ["customer_id", "decision_day"]
    if outcome.item:
        until = check_window(on=on, days=days, within_months=outcome.within_months)
        flagging.check(actor, outcome)
        ended = flagging.flagged(on=on, until=until, outcome=outcome).with_columns(told=True)
        flag = pl.when(pl.col("told").is_null()).then(0).otherwise("flagged").alias("flagged")
    else:
        ended = late(on=on, days=days, late_days=outcome.late_days, within_months=outcome.within_months)
        flag = pl.col("late")
    known = as_known(actor=actor, on=on, days=days, hindsight=hindsight)
    table = known.join(ended, on=keys, how="left").with_columns(flag)
    first = ["customer_no", "decision_day", outcome.column]
    return table.select(*first, pl.exclude(*first, "customer_id", "told"))


def with_labels(known: pl.DataFrame, labels: pl.DataFrame, number: str) -> pl.DataFrame:
    """The figures beside what somebody knows of the customers. Refuses: ColumnUnknown."""
    if number not in labels.columns:
        raise ColumnUnknown(column=number, columns=", ".join(labels.columns[:60]))
    told = labels.with_columns(pl.col(number).cast(pl.String).str.strip_chars()).rename(
        {number: "customer_no"}
    )
    told = told.unique("customer_no", keep="last", maintain_order=True)
    taken = [name for name in told.columns if name != "customer_no" and name in known.columns]
    return known.join(told.rename({name: f"{name}_told" for name in taken}), on="customer_no", how="left")


def _months_on(day: date, months: int) -> date:
    return pl.Series([day]).dt.offset_by(f"{months}mo")[0]  # type: ignore[no-any-return]
