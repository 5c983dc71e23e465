"""Signals that the credit file and the grades give: papers out of date, public records, grades that fell."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from django.db import connection

from xinheng.facts.dossiers import queries as dossiers
from xinheng.judgements.reviews import queries as reviews
from xinheng.judgements.warnings.document import SignalRule
from xinheng.judgements.warnings.ledger_sources import evidence, signs

FACTS = {
    "customer_id": pl.Int64, "item": pl.String, "key": pl.String, "value": pl.String, "true_on": pl.String,
    "told_on": pl.String, "source": pl.String,
}  # fmt: skip
READ = """
    SELECT f.customer_id, f.item, f.key, f.value, CAST(f.true_on AS varchar(10)),
           CAST(f.told_on AS varchar(10)), f.source
    FROM customers_filefact f JOIN customers_customer c ON c.id = f.customer_id
    WHERE f.item IN ({items}) AND f.told_on <= %s AND f.verification <> 'disputed' AND c.status = 'active'
"""
NOTHING = ("no", "false", "0", "")  # what says that there is no such record
GRADES = {
    "customer_id": pl.Int64, "policy": pl.String, "role": pl.String, "grade": pl.String, "rank": pl.Int64,
    "effective_from": pl.Date,
}  # fmt: skip


def paper_expired(rule: SignalRule, on: date) -> pl.DataFrame:
    """A key paper of the file was seen more than `days` ago, or one of a dossier has run out.

    measure: days beyond. A cause an item of the file, or a line of a dossier.
    """
    newest = _facts(rule, on).sort("true_on").unique(["customer_id", "item"], keep="last")
    beyond = (pl.lit(on) - pl.col("true_on")).dt.total_days() - (rule.days or 365)
    shown = evidence(item=pl.col("item"), true_on=pl.col("true_on"), source=pl.col("source"))
    of_file = signs(_plain(newest), cause=pl.col("item"), measure=beyond, shown=shown)
    return pl.concat([of_file, _run_out(on)])


def public_record(rule: SignalRule, on: date) -> pl.DataFrame:
    """A lawsuit, a penalty or the like was told in the last `days`; a cause a case, however often told."""
    since = on - timedelta(days=rule.days)
    told = _facts(rule, on).filter(
        pl.col("told_on") > since, pl.col("value").str.to_lowercase().is_in(NOTHING).not_()
    )
    once = told.sort("told_on").unique(["customer_id", "item", "key"], keep="last")
    cause = pl.format("{}:{}", "item", "key").str.slice(0, 120)
    shown = evidence(
        item=pl.col("item"), case=pl.col("key"), what=pl.col("value").str.slice(0, 200),
        true_on=pl.col("true_on"), source=pl.col("source"),
    )  # fmt: skip
    return signs(_plain(once), cause=cause, measure=pl.lit(1.0), shown=shown)


def grade_fallen(rule: SignalRule, on: date) -> pl.DataFrame:
    """An approved grade that came into force in the last `days` is worse; measure: steps of the scale."""
    since = on - timedelta(days=rule.days)
    keys = ["customer_id", "policy", "role"]
    now = _grades(on).filter(pl.col("effective_from") > since)
    before = _grades(since).select(*keys, before="grade", rank_before="rank")
    both = now.join(before, on=keys)
    fell = pl.col("rank") - pl.col("rank_before")
    shown = evidence(
        policy=pl.col("policy"),
        grade=pl.col("grade"),
        grade_before=pl.col("before"),
        since=pl.col("effective_from"),
    )
    cause = pl.format("{}:{}:{}", "policy", "role", "effective_from")
    return signs(_plain(both), cause=cause, measure=fell, shown=shown)


def _run_out(on: date) -> pl.DataFrame:
    """Required papers of dossiers that ran out and that nothing followed."""
    beyond = (pl.lit(on) - pl.col("until")).dt.total_days()
    shown = evidence(item=pl.col("words"), true_on=pl.col("until"), source=pl.col("dossier"))
    cause = pl.format("{}:{}", "dossier", "line")
    return signs(_plain(dossiers.run_out_papers(on)), cause=cause, measure=beyond, shown=shown)


def _facts(rule: SignalRule, on: date) -> pl.DataFrame:
    items = list(rule.items) or [""]
    with connection.cursor() as cursor:
        day = connection.ops.adapt_datefield_value(on)
        cursor.execute(READ.format(items=", ".join(["%s"] * len(items))), [*items, day])
        found = pl.DataFrame(cursor.fetchall(), schema=FACTS, orient="row")
    return found.with_columns(pl.col("true_on", "told_on").str.to_date("%Y-%m-%d"))


def _grades(on: date) -> pl.DataFrame:
    rows = reviews.standing(on=on).filter(rank__isnull=False).order_by()
    columns = ("customer_id", "policy_code", "role", "grade", "rank", "effective_from")
    return pl.DataFrame(list(rows.values_list(*columns)), schema=GRADES, orient="row")


def _plain(found: pl.DataFrame) -> pl.DataFrame:
    """Causes that are no money."""
    return found.with_columns(amount_minor=pl.lit(None, dtype=pl.Int64), currency=pl.lit("CNY"))
