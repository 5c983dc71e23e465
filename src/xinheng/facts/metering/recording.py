"""Rows of consumers, meters, areas, events and bills: typed, and judged against what is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from xinheng.base.access import queries as people
from xinheng.facts.customers import queries as customers
from xinheng.facts.metering import fields, store
from xinheng.facts.metering.checking import Outcome, Place
from xinheng.facts.metering.layout import DATASETS
from xinheng.facts.metering.models import Area, Batch, Consumer, Meter
from xinheng.facts.metering.normalising import ROW, TYPES, first_cause, read
from xinheng.facts.metering.posting import consumer_ids
from xinheng.facts.metering.shapes import Shape

MISSING = {
    "consumer": "consumer_missing", "area": "area_missing", "name": "name_missing", "month": "day_missing",
    "at": "day_missing", "installed_on": "day_missing",
}  # fmt: skip
KEYS = {
    "consumers": ("consumer",), "meters": ("meter", "installed_on"), "network": ("area",),
    "events": ("consumer", "at", "code"), "bills": ("consumer", "month"),
}  # fmt: skip
REJECTED = {
    "row": pl.Int64(), "field": pl.String(), "value": pl.String(), "cause": pl.String(), "key": pl.String(),
    "day": pl.Date(),
}  # fmt: skip


def typed(frame: pl.DataFrame, shape: Shape, *, on: date) -> pl.DataFrame:
    """A piece of a file as rows of its kind: every field, and what cannot be read named."""
    made, causes = {"row": frame[ROW]}, []
    for told in fields.fields()[shape.kind]:
        column = shape.column(told.code)
        if column is None:
            made[told.code] = pl.Series([None], dtype=TYPES[told.type]).new_from_index(0, frame.height)
            continue
        values, wrong = read(frame[column], told, on=on)
        made[told.code] = values.cast(TYPES[told.type])
        if told.required:
            lacking = values.is_null() & wrong.is_null()
            wrong = wrong.set(lacking, MISSING.get(told.code, "code_missing"))
        causes.append((column, frame[column], wrong))
    return pl.DataFrame(made).with_columns(**first_cause(causes)).with_columns(pl.col("cause").fill_null(""))


def check(place: Place, batch: Batch, *, on: date) -> Outcome:
    """Judge the staged rows of a kind, and write what would be posted and what is rejected."""
    rows = pl.read_parquet(place.staged / "*.parquet")
    key = list(KEYS[batch.kind])
    judged = JUDGES[batch.kind](rows, on)
    content = pl.struct(pl.exclude("row", "field", "raw", "cause", "state")).hash()
    good = pl.col("cause") == ""
    judged = judged.with_columns(
        sayings=pl.when(good).then(content).n_unique().over([*key, "cause"]),
        place=pl.col("row").rank("ordinal").over([*key, "cause"]),
    )
    judged = judged.with_columns(
        cause=pl.when(good & (pl.col("sayings") > 1)).then(pl.lit("told_twice")).otherwise("cause"),
        state=pl.when(pl.col("place") > 1).then(pl.lit("known")).otherwise("state"),
    )
    taken = judged.filter(good)
    states = dict(taken.group_by("state").len().iter_rows())
    wrong = judged.filter(~good)
    place.accepted.mkdir()
    accepted = taken.filter(pl.col("state") != "known").drop(
        "row", "field", "raw", "cause", "sayings", "place"
    )
    accepted.write_parquet(place.accepted / "rows.parquet")
    _rejected(wrong, key[0]).write_parquet(place.rejected)
    counted = wrong.group_by("cause").len().sort("len", "cause", descending=[True, False])
    return Outcome(
        total=rows.height, new=states.get("new", 0), known=states.get("known", 0),
        changed=states.get("changed", 0), rejected=wrong.height, causes=dict(counted.iter_rows()),
    )  # fmt: skip


def _judged_consumers(rows: pl.DataFrame, _on: date) -> pl.DataFrame:
    there = Consumer.objects.order_by().values_list("consumer_no", "name").iterator(chunk_size=100_000)
    known = pl.DataFrame(there, schema={"consumer": pl.String, "is_name": pl.String}, orient="row")
    rows = rows.join(known, on="consumer", how="left", maintain_order="left")
    codes = rows["industry"].drop_nulls().unique()
    normal = {code: customers.normal_code(code) or "" for code in codes.to_list()}
    rows = rows.with_columns(industry=pl.col("industry").replace(normal), told_industry="industry")
    files = (
        customers.ids_by_no()["no"]
        if rows["customer"].null_count() < rows.height
        else pl.Series([], dtype=pl.String)
    )
    lacking = {
        "unknown_customer": ("customer", files),
        "unknown_unit": ("unit", pl.Series(list(people.units_by_code()), dtype=pl.String)),
        "unknown_area": (
            "area",
            pl.Series(list(Area.objects.values_list("code", flat=True)), dtype=pl.String),
        ),
    }
    found = [
        (cause, column, pl.col(column).is_not_null() & ~pl.col(column).is_in(names.implode()))
        for cause, (column, names) in lacking.items()
    ]
    found += [
        (
            "unknown_industry",
            "industry",
            (pl.col("told_industry").is_not_null()) & (pl.col("industry") == ""),
        ),
        ("unknown_choice", "phases", pl.col("phases").is_not_null() & ~pl.col("phases").is_in([1.0, 3.0])),
        ("not_a_number", "capacity_kva", holds(pl.col("capacity_kva") <= 0)),
        ("known_otherwise", "consumer", holds(pl.col("is_name") != pl.col("name"))),
    ]
    state = pl.when(pl.col("is_name").is_not_null()).then(pl.lit("known")).otherwise(pl.lit("new"))
    return _named(rows, found).with_columns(state=state).drop("is_name", "told_industry")


def _judged_meters(rows: pl.DataFrame, on: date) -> pl.DataFrame:
    told = Meter.objects.order_by().values_list(
        "meter_no", "installed_on", "removed_on", "consumer__consumer_no"
    )
    schema = {"meter": pl.String, "installed_on": pl.Date, "was_removed": pl.Date, "at": pl.String}
    there = pl.DataFrame(told.iterator(chunk_size=100_000), schema=schema, orient="row")
    hanging = there.filter(pl.col("was_removed").is_null()).select("meter", hangs="at", since="installed_on")
    rows = rows.join(there, on=["meter", "installed_on"], how="left", maintain_order="left")
    rows = rows.join(hanging, on="meter", how="left", maintain_order="left")
    known = consumer_ids()["consumer"].implode()
    digits = pl.col("digits")
    found = [
        ("unknown_consumer", "consumer", ~pl.col("consumer").is_in(known)),
        ("in_future", "installed_on", pl.col("installed_on") > on),
        ("days_reversed", "removed_on", holds(pl.col("removed_on") < pl.col("installed_on"))),
        ("not_a_number", "ratio", holds(pl.col("ratio") <= 0)),
        ("not_a_number", "digits", holds((digits < 3) | (digits > 10) | (digits != digits.round()))),
        ("known_otherwise", "meter", holds(pl.col("at") != pl.col("consumer"))),
        ("known_otherwise", "meter", pl.col("at").is_null() & pl.col("hangs").is_not_null()
         & pl.col("removed_on").is_null()),
    ]  # fmt: skip
    gone = pl.col("was_removed").is_null() & pl.col("removed_on").is_not_null()
    state = (
        pl.when(pl.col("at").is_null())
        .then(pl.lit("new"))
        .when(gone)
        .then(pl.lit("changed"))
        .otherwise(pl.lit("known"))
    )
    return _named(rows, found).with_columns(state=state).drop("was_removed", "at", "hangs", "since")


def _judged_network(rows: pl.DataFrame, _on: date) -> pl.DataFrame:
    told = list(Area.objects.order_by().values_list("code", "name"))
    there = pl.DataFrame(told, schema={"area": pl.String, "is_name": pl.String}, orient="row")
    rows = rows.join(there, on="area", how="left", maintain_order="left")
    reached, more = {code for code, _ in told}, True
    pairs = list(rows.filter(pl.col("cause") == "").select("area", "parent").iter_rows())
    while more:  # from what is there downwards: a circle is never reached
        fresh = {
            code for code, parent in pairs if code not in reached and (parent is None or parent in reached)
        }
        reached, more = reached | fresh, bool(fresh)
    known = pl.Series(sorted(reached), dtype=pl.String).implode()
    found = [
        ("parent_missing", "parent", pl.col("parent").is_not_null() & ~pl.col("area").is_in(known)),
        ("known_otherwise", "area", holds(pl.col("is_name") != pl.col("name"))),
    ]
    state = pl.when(pl.col("is_name").is_not_null()).then(pl.lit("known")).otherwise(pl.lit("new"))
    return _named(rows, found).with_columns(state=state).drop("is_name")


def _judged_events(rows: pl.DataFrame, on: date) -> pl.DataFrame:
    found = [
        ("unknown_consumer", "consumer", ~pl.col("consumer").is_in(consumer_ids()["consumer"].implode())),
        ("in_future", "at", pl.col("at").dt.date() > on),
    ]
    rows = rows.with_columns(code=pl.col("code").str.to_uppercase())
    return _against_store(_named(rows, found), "events", ["note"])


def _judged_bills(rows: pl.DataFrame, on: date) -> pl.DataFrame:
    paid_late = pl.when(pl.col("paid_on").is_not_null()).then(pl.col("paid_on") > pl.col("due_on"))
    late = paid_late.when(pl.col("due_on") < on).then(pl.lit(value=True))
    found = [
        ("unknown_consumer", "consumer", ~pl.col("consumer").is_in(consumer_ids()["consumer"].implode())),
        ("in_future", "month", pl.col("month") > on),
    ]
    rows = rows.with_columns(paid_late=late)
    return _against_store(_named(rows, found), "bills", ["kwh", "amount", "due_on", "paid_on", "bill_no"])


def _against_store(rows: pl.DataFrame, dataset: str, said: list[str]) -> pl.DataFrame:
    """Whether what is told is new, known or changed."""
    key = list(DATASETS[dataset].key)
    paths = store.paths_of(dataset, None, None)
    if not paths:
        return rows.with_columns(state=pl.lit("new"))
    wanted = rows.lazy().select(key[0]).unique()
    there = pl.scan_parquet(paths, hive_partitioning=False).join(wanted, on=key[0], how="semi").collect()
    last = there.sort("told", "batch").unique(key, keep="last").select(*key, pl.struct(said).alias("was"))
    joined = rows.join(last, on=key, how="left", maintain_order="left")
    same = pl.struct(said).hash() == pl.col("was").hash()
    known = pl.when(pl.col("was").is_null()).then(pl.lit("new")).when(same).then(pl.lit("known"))
    return joined.with_columns(state=known.otherwise(pl.lit("changed"))).drop("was")


JUDGES: dict[str, Any] = {
    "consumers": _judged_consumers, "meters": _judged_meters, "network": _judged_network,
    "events": _judged_events, "bills": _judged_bills,
}  # fmt: skip


def holds(condition: pl.Expr) -> pl.Expr:
    """Whether a condition holds; of what is not told it does not."""
    return condition.fill_null(value=False)


def _named(rows: pl.DataFrame, found: list[tuple[str, str, pl.Expr]]) -> pl.DataFrame:
    """The rows with the first of the causes that holds, where they had none."""
    for cause, column, condition in found:
        hit = (pl.col("cause") == "") & condition
        rows = rows.with_columns(
            cause=pl.when(hit).then(pl.lit(cause)).otherwise("cause"),
            field=pl.when(hit).then(pl.lit(column)).otherwise("field"),
            raw=pl.when(hit).then(pl.col(column).cast(pl.String)).otherwise("raw"),
        )
    return rows


def _rejected(wrong: pl.DataFrame, key: str) -> pl.DataFrame:
    day = next((name for name in ("month", "installed_on") if name in wrong.columns), None)
    return wrong.sort("row").select(
        "row", pl.col("field").fill_null(""), value=pl.col("raw").fill_null(""), cause="cause", key=key,
        day=pl.col(day) if day else pl.lit(None, pl.Date),
    ).cast(pl.Schema(REJECTED))  # fmt: skip
