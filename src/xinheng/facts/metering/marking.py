"""Marks of quality, found set by set and kept beside the readings, which never change; and files merged."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from xinheng.base.kernel.engine import engine
from xinheng.base.kernel.periods import add_months, month_end, month_start
from xinheng.facts.metering import policy, store, tables
from xinheng.facts.metering.layout import DATASETS, folder
from xinheng.facts.metering.models import StoredFile
from xinheng.facts.metering.values import MARKS, MeteringRules

YES, NO = True, False


def refresh(since: date | None, until: date | None, *, on: date) -> int:
    """Mark the months of some days, the one before and those that look back on them; gives the months.

    None: from the first or to the last there is. Each month's files become one.
    """
    rules = policy.in_force(on)
    there = set(store.live("readings").values_list("month", flat=True))
    if not there:
        return 0
    first = add_months(month_start(since), -1) if since else min(there)
    last = add_months(month_start(until), rules.around_months) if until else max(there)
    months = sorted(month for month in there if first <= month <= last)
    with engine(folder()) as backend:
        for month in months:
            _rewrite(backend, "readings", month, rules)
    return len(months)


def compact(dataset: str, *, on: date) -> int:
    """Merge every month of a dataset that stands in several files; gives the months."""
    files = store.live(dataset).values_list("month", flat=True)
    months = sorted({month for month in files if list(files).count(month) > 1})
    with engine(folder()) as backend:
        for month in months:
            _rewrite(backend, dataset, month, policy.in_force(on))
    return len(months)


@transaction.atomic
def _rewrite(backend: Any, dataset: str, month: date, rules: MeteringRules) -> None:
    """The files of a month as one, sorted by its key; rows told otherwise later go to a file of their own."""
    old = list(store.live(dataset).filter(month=month))
    paths = [one.path for one in old]
    rows, past = store.parted(backend, dataset, paths)
    if dataset == "readings":
        rows = marked(rows, _around(backend, month, rules), tables.consumers(backend), rules)
    shape = DATASETS[dataset]
    rows = rows.select(*shape.stored).order_by(*shape.key)
    merged = store.fresh_path(dataset, month)
    rows.to_parquet(merged, compression="zstd")
    told_on = max(one.told_on for one in old)
    if any(one.repeats for one in old):
        _keep_past(past.select(*shape.stored), dataset, month, told_on)
    StoredFile.objects.filter(pk__in=[one.pk for one in old]).delete()
    _named(merged, dataset, month, told_on, is_past=False)


def _keep_past(past: Any, dataset: str, month: date, told_on: date) -> None:
    path = store.fresh_path(dataset, month)
    past.to_parquet(path, compression="zstd")
    _named(path, dataset, month, told_on, is_past=True)


def _named(path: Path, dataset: str, month: date, told_on: date, *, is_past: bool) -> None:
    StoredFile.objects.create(
        dataset=dataset, month=month, path=str(path.relative_to(folder())), sha256=store.hash_of(path),
        rows=store.rows_in(path), told_on=told_on, is_past=is_past,
    )  # fmt: skip


def _around(backend: Any, month: date, rules: MeteringRules) -> Any:
    """The readings that the marks of a month look at: months before it, and the one after."""
    since = add_months(month, -rules.around_months)
    return tables.readings(backend, since=since, until=month_end(add_months(month, 1)))


def marked(rows: Any, around: Any, consumers: Any, rules: MeteringRules) -> Any:
    """Readings with their marks: those that came with them, and those the rules find; the use stays as told.

    rows: consumer, day, kwh, said and what else there is; around: consumer, day, kwh of the days before and
    after too; consumers: consumer, capacity_kva. One expression, for any engine.
    """
    import ibis

    runs = _zero_runs(around, rules.zero_run_days)
    usual = around.filter(around.kwh > 0).group_by("consumer").agg(usual=ibis._.kwh.median())
    limits = consumers.select("consumer", "capacity_kva")
    joined = (
        rows.drop("mark")
        .left_join(runs, ["consumer", "day"])
        .drop("consumer_right", "day_right")
        .left_join(usual, "consumer")
        .drop("consumer_right")
        .left_join(limits, "consumer")
        .drop("consumer_right")
    )
    use = joined.kwh
    found = {
        "missing": use.isnull(),
        "zero_run": joined.in_run.fill_null(NO),
        "negative": (use < 0).fill_null(NO),
        "spike": ((use > joined.usual * rules.spike.times) & (use > rules.spike.floor_kwh)).fill_null(NO),
        "beyond_capacity": (use > joined.capacity_kva * 24 * rules.capacity_times).fill_null(NO),
    }
    assert set(found) <= set(MARKS)
    marks = ibis.ifelse(joined.said == "", "", ibis.literal(";") + joined.said)
    for name, holds in found.items():
        is_new = holds & ~joined.said.contains(name)
        marks = marks + ibis.ifelse(is_new, f";{name}", "")
    return joined.mutate(mark=marks.substr(1))


def _zero_runs(around: Any, least_days: int) -> Any:
    """The days that stand in a run of at least so many days of nothing, one after the other."""
    import ibis

    zero = around.filter(around.kwh == 0).select("consumer", "day")
    numbered = zero.mutate(place=ibis.row_number().over(group_by="consumer", order_by="day"))
    since = numbered.day.delta(ibis.date("2000-01-01"), unit="day") - numbered.place
    runs = numbered.mutate(run=since)
    counted = runs.mutate(days=runs.count().over(ibis.window(group_by=["consumer", "run"])))
    return counted.filter(counted.days >= least_days).select("consumer", "day", in_run=ibis.literal(YES))
