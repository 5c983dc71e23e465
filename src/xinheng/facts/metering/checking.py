"""Staged values judged set by set: what is new, known or changed, and what is wrong and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from xinheng.base.kernel.engine import EMBEDDED, engine, quoted
from xinheng.base.kernel.periods import month_end
from xinheng.facts.metering import store, tables
from xinheng.facts.metering.layout import folder
from xinheng.facts.metering.registers import use_of_registers
from xinheng.facts.metering.slots import days_of_slots
from xinheng.facts.metering.values import MeteringRules

REFERENCES = {  # what a value's consumer, or area, must be
    "consumers": """
        SELECT c.consumer_no AS key, c.opened_on AS opened, c.closed_on AS closed,
               CAST(s.capacity_kva AS double precision) AS capacity, m.first_on AS metered
        FROM metering_consumer c
        LEFT JOIN metering_supply s ON s.consumer_id = c.id AND s.until_on IS NULL
        LEFT JOIN (SELECT consumer_id, MIN(installed_on) AS first_on FROM metering_meter
                   GROUP BY consumer_id) m ON m.consumer_id = c.id
    """,
    "areas": "SELECT code, NULL, NULL, NULL, NULL FROM metering_area",
}
REFERENCE = {
    "key": pl.String(), "opened": pl.Date(), "closed": pl.Date(), "capacity": pl.Float64(),
    "metered": pl.Date(),
}  # fmt: skip
REJECTED = """
    COPY (
        WITH wrong AS (
            SELECT *, CASE WHEN cause IN ('unknown_consumer', 'unknown_area') THEN '{key}'
                           WHEN cause IN ('before_opening', 'after_closing', 'in_future', 'day_missing')
                           THEN 'day' WHEN cause = 'two_meters' THEN 'meter'
                           WHEN register IS NOT NULL THEN 'index' ELSE 'kwh' END AS place
            FROM judged WHERE state = 'rejected'
        )
        SELECT row, coalesce(nullif(field, ''), col, place) AS field,
               coalesce(raw, CASE WHEN place = '{key}' THEN key WHEN place = 'meter' THEN meter
                                  WHEN place = 'day' AND col IS NULL THEN day::VARCHAR END,
                        register::VARCHAR, value::VARCHAR, '') AS value,
               cause, key, day
        FROM wrong ORDER BY row, day
    ) TO {target} (FORMAT parquet)
"""
OPENED = """
    CREATE TABLE reference AS
    SELECT * FROM known UNION ALL
    SELECT DISTINCT key, NULL::DATE, NULL::DATE, NULL::DOUBLE, NULL::DATE FROM staged
    WHERE key IS NOT NULL AND key NOT IN (SELECT key FROM known)
"""
METERS = """
    SELECT c.consumer_no, m.meter_no, m.installed_on, m.removed_on, CAST(m.ratio AS double precision),
           m.digits, CAST(m.first_index AS double precision), CAST(m.last_index AS double precision)
    FROM metering_meter m JOIN metering_consumer c ON c.id = m.consumer_id
"""
METER = {
    "key": pl.String(), "meter": pl.String(), "installed": pl.Date(), "removed": pl.Date(),
    "ratio": pl.Float64(),
    "digits": pl.Int64(), "first_index": pl.Float64(), "last_index": pl.Float64(),
}  # fmt: skip


@dataclass
class Outcome:
    """What a check found, by values."""

    total: int = 0
    new: int = 0
    known: int = 0
    changed: int = 0
    rejected: int = 0
    causes: dict[str, int] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where a batch stands: what was staged, and where the outcome goes."""

    folder: Path

    @property
    def staged(self) -> Path:
        """The pieces of the file in one form."""
        return self.folder / "staged"

    @property
    def accepted(self) -> Path:
        """What would be posted: a file a month."""
        return self.folder / "accepted"

    @property
    def rejected(self) -> Path:
        """What is not taken, value by value, in the order of the file."""
        return self.folder / "rejected.parquet"


@dataclass(frozen=True)
class Read:
    """How staged values are to be understood.

    registers: they are what registers show. points_end: a time names the end of its quarter of an hour.
    ratio: points are multiplied by the ratio of the meter. open_unknown: consumers not known are opened.
    """

    registers: bool = False
    points_end: bool = False
    ratio: bool = True
    open_unknown: bool = False


def check(place: Place, kind: str, rules: MeteringRules, read: Read, *, on: date) -> Outcome:
    """Judge what was staged of readings, points or supply; write what would be posted and what not."""
    with engine(folder(), name=EMBEDDED) as backend:
        con = backend.con
        files = quoted(place.staged / "*.parquet")
        con.execute(f"CREATE VIEW staged AS SELECT * FROM read_parquet({files})")
        con.register("known", _reference("areas" if kind == "areas" else "consumers").to_arrow())
        con.execute(OPENED if read.open_unknown else "CREATE VIEW reference AS SELECT * FROM known")
        con.register("meters", tables.rows_of(METERS, METER).to_arrow())
        if kind == "quarters":
            days_of_slots(con, points_end=read.points_end, ratio=read.ratio)
        elif read.registers:
            _before(con)
            use_of_registers(con, rules)
        else:
            con.execute("CREATE VIEW valued AS SELECT *, TRUE AS is_use FROM staged")
        _known(backend, con, kind)
        _jumps(backend, con, kind, rules)
        _judge(con, kind, rules, on)
        return _written(con, place, kind)


def _reference(name: str) -> pl.DataFrame:
    return tables.rows_of(REFERENCES[name], REFERENCE)


def _span(con: Any) -> tuple[date | None, date | None]:
    first, last = con.execute("SELECT min(day), max(day) FROM staged WHERE cause = ''").fetchone()
    return first, last


def _sql(backend: Any, dataset: str, since: date | None, until: date | None) -> str:
    """The statement that reads a dataset as it is known now."""
    return str(backend.compile(store.table(backend, dataset, since=since, until=until)))


def _before(con: Any) -> None:
    """What registers showed last before the file, as the view `earlier`: key, day, register."""
    first, _last = _span(con)
    paths = [folder() / one for one in store.live("readings").values_list("path", flat=True)] if first else []
    if not paths:
        con.execute("CREATE VIEW earlier AS SELECT key, day, register FROM staged WHERE FALSE")
        return
    listed = ", ".join(quoted(path) for path in paths)
    con.execute(
        f"""CREATE VIEW earlier AS
        SELECT consumer AS key, max(day) AS day, arg_max(register, (day, told, batch)) AS register
        FROM read_parquet([{listed}], hive_partitioning = false)
        WHERE register IS NOT NULL AND day < DATE '{first}' GROUP BY consumer"""
    )


def _known(backend: Any, con: Any, kind: str) -> None:
    """What is known now of the days of the file, as the view `present`: key, day, value, points."""
    first, last = _span(con)
    sql = _sql(backend, kind, first, last)
    key = "area" if kind == "areas" else "consumer"
    value, points = ("list_sum(kwh)", "kwh") if kind == "quarters" else ("kwh", "NULL::FLOAT[]")
    con.execute(
        f"""CREATE VIEW present AS
        SELECT {key} AS key, day, {value} AS value, {points} AS points FROM ({sql})"""
    )


def _jumps(backend: Any, con: Any, kind: str, rules: MeteringRules) -> None:
    """Months in which a consumer's usual day is about a thousand times what it was, as the table `jumps`."""
    first, _last = _span(con)
    told, key = rules.unit_jump, "area" if kind == "areas" else "consumer"
    past = "SELECT ''::VARCHAR AS key, 0.0 AS usual, 0 AS days WHERE FALSE"
    if first:
        dataset = "areas" if kind == "areas" else "readings"
        sql = _sql(backend, dataset, first - timedelta(days=told.days), first - timedelta(days=1))
        past = f"""SELECT {key} AS key, median(kwh) AS usual, count(*) AS days
            FROM ({sql}) WHERE kwh > 0 GROUP BY 1"""
    con.execute(
        f"""CREATE TABLE jumps AS
        WITH past AS ({past}),
        months AS (
            SELECT key, date_trunc('month', day)::DATE AS month, median(value) AS usual, count(*) AS days
            FROM valued WHERE cause = '' AND value > 0 AND is_use GROUP BY 1, 2
        ),
        typical AS (SELECT key, median(usual) AS usual FROM months WHERE days >= {told.least_days} GROUP BY 1)
        SELECT m.key, m.month FROM months m
        LEFT JOIN past p ON p.key = m.key AND p.days >= {told.least_days}
        LEFT JOIN typical t ON t.key = m.key
        WHERE m.days >= {told.least_days} AND (
            m.usual / coalesce(p.usual, t.usual) BETWEEN {told.at_least} AND {told.at_most}
            OR coalesce(p.usual, t.usual) / m.usual BETWEEN {told.at_least} AND {told.at_most})"""
    )


def _judge(con: Any, kind: str, rules: MeteringRules, on: date) -> None:
    """Every value with its cause, or what it is: new, known, changed, or the same told twice."""
    stays = {
        "before_opening": "v.day < coalesce(greatest(r.opened, r.metered), r.opened, r.metered)",
        "after_closing": "v.day >= r.closed",
        "unit_jump": "j.key IS NOT NULL AND v.value IS NOT NULL",
        "beyond_capacity": f"v.value > r.capacity * 24 * {rules.capacity_times}",
        "negative": "v.value < 0",
    }
    refused = " ".join(
        f"WHEN {holds} THEN '{cause}'"
        for cause, holds in stays.items()
        if getattr(rules.checks, cause) == "refuse"
    )
    unknown = "unknown_area" if kind == "areas" else "unknown_consumer"
    con.execute(
        f"""CREATE TABLE judged AS
        WITH told AS MATERIALIZED (
            SELECT v.row, v.col, v.key, v.meter, v.day, v.value, v.register, v.points, v.said, v.field, v.raw,
                CASE WHEN v.cause <> '' THEN v.cause
                     WHEN r.key IS NULL THEN '{unknown}'
                     WHEN v.day IS NULL THEN 'day_missing'
                     WHEN v.day > DATE '{on}' THEN 'in_future'
                     {refused} ELSE '' END AS cause
            FROM valued v
            LEFT JOIN reference r ON r.key = v.key
            LEFT JOIN jumps j ON j.key = v.key AND j.month = date_trunc('month', v.day)::DATE
        ),
        doubles AS (
            SELECT key, day, min(row) AS first_row, coalesce(min(meter) <> max(meter), FALSE) AS meters,
                   count(value) NOT IN (0, count(*)) OR coalesce(min(value) <> max(value), FALSE)
                   OR coalesce(min(register) <> max(register), FALSE)
                   OR coalesce(min(hash(points)) <> max(hash(points)), FALSE) AS differ
            FROM told SEMI JOIN (
                SELECT key, day FROM told WHERE cause = '' GROUP BY key, day HAVING count(*) > 1
            ) USING (key, day)
            WHERE cause = '' GROUP BY key, day
        ),
        named AS (
            SELECT t.* EXCLUDE (cause), d.first_row <> t.row AS is_again,
                CASE WHEN t.cause <> '' THEN t.cause WHEN d.meters THEN 'two_meters'
                     WHEN d.differ THEN 'contradiction' ELSE '' END AS cause
            FROM told t LEFT JOIN doubles d ON d.key = t.key AND d.day = t.day AND t.cause = ''
        )
        SELECT n.*, CASE WHEN n.cause <> '' THEN 'rejected' WHEN n.is_again THEN 'twice'
                         WHEN p.key IS NULL THEN 'new'
                         WHEN p.value IS NOT DISTINCT FROM n.value AND p.points IS NOT DISTINCT FROM n.points
                         THEN 'known' ELSE 'changed' END AS state
        FROM named n LEFT JOIN present p ON p.key = n.key AND p.day = n.day"""
    )


def _written(con: Any, place: Place, kind: str) -> Outcome:
    """The accepted values a file a month, and the rejected ones in the order of the file."""
    counted = dict(con.execute("SELECT state, count(*) FROM judged GROUP BY 1").fetchall())
    causes = con.execute("SELECT cause, count(*) FROM judged WHERE cause <> '' GROUP BY 1 ORDER BY 2 DESC, 1")
    found = Outcome(
        total=sum(counted.values()), new=counted.get("new", 0), changed=counted.get("changed", 0),
        known=counted.get("known", 0) + counted.get("twice", 0), rejected=counted.get("rejected", 0),
        causes=dict(causes.fetchall()),
    )  # fmt: skip
    said = con.execute("SELECT said, count(*) FROM judged WHERE state IN ('new', 'changed') GROUP BY 1")
    found.marks = {mark: count for mark, count in said.fetchall() if mark}
    if twice := counted.get("twice"):
        found.marks["duplicate"] = twice
    if disordered := _disordered(con):
        found.marks["out_of_order"] = disordered
    place.accepted.mkdir(exist_ok=True)
    _accept(con, place, kind)
    con.execute(REJECTED.format(target=quoted(place.rejected), key="area" if kind == "areas" else "consumer"))
    return found


def _accept(con: Any, place: Place, kind: str) -> None:
    key, kwh = {"areas": ("area", "value"), "quarters": ("consumer", "points")}.get(
        kind, ("consumer", "value")
    )
    kept = "" if kind != "readings" else ", coalesce(said, '') AS said, register"
    con.execute("CREATE VIEW taken AS SELECT * FROM judged WHERE state IN ('new', 'changed')")
    months = con.execute("SELECT DISTINCT date_trunc('month', day)::DATE FROM taken ORDER BY 1")
    for (month,) in months.fetchall():
        target = quoted(place.accepted / f"{month:%Y-%m}.parquet")
        con.execute(
            f"""COPY (SELECT key AS {key}, day, {kwh} AS kwh{kept} FROM taken
            WHERE day BETWEEN DATE '{month}' AND DATE '{month_end(month)}')
            TO {target} (FORMAT parquet, COMPRESSION lz4)"""
        )


def _disordered(con: Any) -> int:
    """How many values stand in the file behind a later day of the same consumer: sorted, and said."""
    rows = con.execute(
        """SELECT count(*) FROM (SELECT day < lag(day) OVER (PARTITION BY key ORDER BY row, col) AS back
        FROM judged WHERE col IS NULL AND day IS NOT NULL) WHERE back"""
    )
    return int(rows.fetchone()[0])
