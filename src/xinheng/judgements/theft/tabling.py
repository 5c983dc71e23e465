"""Suspected theft in any table of readings, bills or figures: a ranking fitted to it, the table ranked."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import engine
from xinheng.judgements.scorecards import queries as tables
from xinheng.judgements.theft import (
    billing,
    gathering,
    judging,
    learning,
    measuring,
    own,
    policy,
    reading,
    scoring,
    storing,
)
from xinheng.judgements.theft.beside import Tables
from xinheng.judgements.theft.billing import BillColumns
from xinheng.judgements.theft.errors import ConsumerNotRanked, LabelsMissing
from xinheng.judgements.theft.learning import Tell, quiet
from xinheng.judgements.theft.policy import TheftRules
from xinheng.judgements.theft.reading import Said, Table
from xinheng.judgements.theft.reducing import Window
from xinheng.judgements.theft.values import Evidence, Suspicion

FEW = 10  # consumers with and without a finding from which a file may be learned from
ACTIVE_DAYS = 365  # since the last bill or reading with use


@dataclass(frozen=True)
class Told:
    """A table understood and measured. figures: a row a consumer; labels: consumer and found, or None."""

    shape: str
    figures: pl.DataFrame
    labels: pl.DataFrame | None
    window: Window
    numbered: bool  # the days of the table are numbers and no days
    odd: dict[str, int]  # rows that told a day again, days that do not count by mark


@dataclass(frozen=True)
class Files:
    """A table and those beside it. options: what is said of the first."""

    table: Path
    said: Said
    consumers: Path | None = None
    labels: Path | None = None
    only_active: bool = False


def fit_table(*, actor: Actor, files: Files, tell: Tell = quiet) -> storing.Kept:
    """Fit a ranking to a table with labels, and measure it on consumers it did not see, beside naive ones.

    Refuses: AccessDenied, TableUnreadable, TableColumnMissing, TableColumnUnclear, TableCellInvalid,
    LabelsMissing, TooFewFindings.
    """
    access.require(actor, "theft.run")
    rules, told = policy.shipped(), understood(files, tell=tell)
    if told.labels is None:
        raise LabelsMissing(file=files.table.name)
    days = told.window.pieces * told.window.step
    seen = told.figures.join(told.labels, on="consumer").sort("consumer")
    seen = seen.filter(scoring.why_not(seen, rules, days) == "")
    own.enough(seen["found"], FEW)
    figures = seen.drop("found")
    learnt, report = own.learned_from(figures, seen["found"], rules, tell=tell)
    odd = learning.unusual(figures, figures.columns)
    report["naive"]["unusual"] = measuring.measured(seen["found"].to_numpy(), odd)
    report |= {"shape": told.shape, "odd": told.odd, "left_out": told.labels.height - seen.height}
    return storing.Kept(learnt, report, {**asdict(files.said), "only_active": files.only_active})


def rank_table(
    *, actor: Actor, files: Files, model: Path | None = None, tell: Tell = quiet
) -> tuple[pl.DataFrame, Told]:
    """Rank the consumers of a table by a fitted ranking; without one by detectors and unusual shapes.

    Gives `scoring.RESULT`, the most suspicious first. Refuses: as fit_table, and RankingUnreadable.
    """
    access.require(actor, "theft.run")
    told, rules = understood(files, tell=tell), policy.shipped()
    kept = None if model is None else storing.unpacked(model.read_bytes(), file=model.name)
    return _ranked(told, rules, kept, tell), told


def explain_table(
    *, actor: Actor, files: Files, consumer: str, model: Path | None = None
) -> tuple[Suspicion, dict[str, Any]]:
    """What speaks against one consumer of a table, and all its figures. Refuses: also ConsumerNotRanked."""
    results, told = rank_table(actor=actor, files=files, model=model)
    found = results.filter(pl.col("consumer") == consumer)
    if not found.height:
        raise ConsumerNotRanked(consumer=consumer)
    row = found.row(0, named=True)
    figures = told.figures.filter(pl.col("consumer") == consumer).row(0, named=True)
    return Suspicion(
        0, consumer, row["score"], row["level"], evidence_of(row["evidence"]), row["reason"], row["rank"],
        row["name"] or "", row["industry"] or "", row["area"] or "",
    ), figures  # fmt: skip


def evidence_of(kept: str) -> tuple[Evidence, ...]:
    """The evidence in a row of results."""
    return tuple(Evidence.of(one) for one in json.loads(kept or "[]"))


def understood(files: Files, *, tell: Tell = quiet) -> Told:
    """The table with its figures. Refuses: as fit_table."""
    table = reading.table(files.table, files.said)
    beside = [
        reading.table(path, Said(shape="figures", consumer=_key(path, table)))
        for path in (files.consumers, files.labels) if path is not None
    ]  # fmt: skip
    labels = reading.labels(table, beside[::-1])
    people = beside[0] if files.consumers is not None else None
    odd: dict[str, int] = {}
    match table.shape:
        case "bills":
            figures, window = _bills(table, people)
        case "figures":
            figures, window = _figures(table)
        case _:
            figures, window, odd = _readings(table, people, tell)
    if files.only_active:
        figures = figures.filter(_active(figures))
    numbered = table.shape == "wide" and files.said.start is None and not _named(table)
    return Told(table.shape, figures, labels, window, numbered, odd)


def _ranked(told: Told, rules: TheftRules, kept: storing.Kept | None, tell: Tell) -> pl.DataFrame:
    learnt = None if kept is None else kept.learnt
    missing = {"name": pl.String, "industry": pl.String, "area": pl.String}
    figures = told.figures.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in missing.items() if name not in told.figures.columns
    )
    return judging.judged(lambda: iter([figures]), rules, told.window, learnt=learnt, tell=tell)


def _key(path: Path, table: Table) -> str:
    """The column of the consumer in a table beside: the one of the same name, else by its usual names."""
    columns = tables.table_in(path).columns
    return table.roles["consumer"] if table.roles["consumer"] in columns else ""


def _named(table: Table) -> bool:
    return any(len(name) >= 8 for name in table.days)


def _readings(table: Table, people: Table | None, tell: Tell) -> tuple[pl.DataFrame, Window, dict[str, int]]:
    rules, rows = policy.shipped(), reading.readings(table)
    told_rows = table.frame.height * max(len(table.days), 1)
    with TemporaryDirectory() as folder:
        place = Path(folder)
        rows.write_parquet(place / "readings.parquet")
        with engine(place) as backend:
            known = None
            if people is not None:
                reading.attributes(people, None).write_parquet(place / "consumers.parquet")
                known = backend.read_parquet(str(place / "consumers.parquet"))
            told = Tables(backend.read_parquet(str(place / "readings.parquet")), consumers=known)
            asked = gathering.asked(told, rules, since=date.min, holidays=())
            frames = list(gathering.figures(asked, tell=tell))
    return pl.concat(frames), asked.window, reading.oddities(rows, told_rows)


def _bills(table: Table, people: Table | None) -> tuple[pl.DataFrame, Window]:
    roles, consumer = table.roles, table.roles["consumer"]
    used = {name: reading.numbers(table, name) for name in table.use}
    amounts = [roles[part] for part in ("months", "index_from", "index_to") if roles[part]]
    used |= {name: reading.numbers(table, name) for name in amounts}
    codes: list[str] = []
    numbers: list[str] = []
    for name in table.rest:
        made = reading.attribute(table, name, None)
        if made is not None:
            used[name] = made
            (codes if made.dtype == pl.String else numbers).append(name)
    day = reading.days(table, roles["day"])
    told = {consumer: table.frame[consumer].cast(pl.String), roles["day"]: day, **used}
    told |= {
        roles[part]: table.frame[roles[part]].cast(pl.String) for part in ("kind", "meter") if roles[part]
    }
    columns = BillColumns(
        consumer, roles["day"], table.use, roles["months"], roles["kind"], roles["meter"],
        roles["index_from"], roles["index_to"], tuple(numbers), tuple(codes),
    )  # fmt: skip
    figures = billing.measured(pl.DataFrame(told), columns)
    first, last = day.min(), day.max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    if people is not None:
        figures = reading.attributes(people, last).join(figures, on="consumer", how="right").sort("consumer")
    return figures, Window.of(first, last, step=30)


def _figures(table: Table) -> tuple[pl.DataFrame, Window]:
    """A row a consumer as it stands: every column but the label."""
    key = table.roles["consumer"]
    numbered = pl.int_range(1, table.frame.height + 1, eager=True).cast(pl.String)
    told = {"consumer": table.frame[key].cast(pl.String) if key else numbered}
    for name in (*table.rest, *table.use):
        column = table.frame[name]
        told[name] = column.cast(pl.Float64) if column.dtype.is_numeric() else _figure(table, name)
    today = date(2000, 1, 1)
    return pl.DataFrame(told).unique("consumer", keep="last").sort("consumer"), Window.of(
        today, today, step=1
    )


def _figure(table: Table, name: str) -> pl.Series:
    made = reading.attribute(table, name, None)
    return pl.Series([None] * table.frame.height, dtype=pl.Float64) if made is None else made


def _active(figures: pl.DataFrame) -> pl.Expr:
    """Those billed in the last year, or with use of late."""
    if "last_bill" in figures.columns:
        return pl.col("last_bill") <= ACTIVE_DAYS
    if "zero_recent" in figures.columns:
        return (pl.col("zero_recent") < 1) & (pl.col("mean_kwh") > 0)
    return pl.lit(value=True)
