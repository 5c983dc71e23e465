"""Rating 1 million customers by a compiled policy, beside the same rules written by hand for both engines.

    .venv/bin/python benchmarks/rate_policy.py [customers]

20 indicators, each in five bands; 8 conditions (5 vetoes, 3 caps); 7 grades. All read the same Parquet file,
written as runs write it, and keep the same columns in the memory of their engine with two threads: once the
grade alone, once every band score, condition and cap. The policy runs as a rating runs it; by hand it is one
statement of DuckDB and one query of Polars. Medians of nine, taken in turn; processor seconds beside the
clock's, for they tell what a busy machine hides.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "2"  # before Polars is loaded

import duckdb
import ibis
import numpy as np
import polars as pl

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
os.environ.setdefault("XINHENG_HOME", tempfile.mkdtemp(prefix="xinheng-benchmark-"))

INDICATORS = [f"i{number:02}" for number in range(20)]
GRADES = ["AAA", "AA", "A", "BBB", "BB", "B", "C"]
BOUNDS, POINTS = [0.2, 0.4, 0.6, 0.8], [0, 1, 2, 4, 5]
FROM = [80, 65, 55, 50, 40, 25]
VETOES = [f"{name} > 0.999 AND i0{number} < 0.5" for number, name in enumerate(INDICATORS[:5])]
CAPS = [f"{name} < 0.01 OR i1{number} > 0.995" for number, name in enumerate(INDICATORS[5:8])]
KEPT = ["customer_no", "state", "grade", "rank", "score_milli", "grade_before_caps"]


def document() -> str:
    items = "".join(
        f"    - kind: bands\n      code: {name}\n      zh: {name}\n      en: {name}\n      maximum: 5\n"
        f"      of: {name}\n      mark: assumed\n      missing: {{rule: lowest}}\n      bands:\n"
        + "".join(
            f"        - {{to: {bound}, inclusive: true, points: {points}}}\n"
            for bound, points in zip(BOUNDS, POINTS, strict=False)
        )
        + f"        - {{points: {POINTS[-1]}}}\n"
        for name in INDICATORS
    )
    thresholds = "".join(
        f"    - {{grade: {grade}, from: {bound}, inclusive: true, mark: assumed}}\n"
        for grade, bound in zip(GRADES, FROM, strict=False)
    )
    words = "zh: x, en: x, mark: assumed"
    return (
        'kind: rating\ncode: benchmark\nversion: "1"\nname: {zh: x, en: x}\nabout: {zh: x, en: x}\n'
        "source: {zh: x, en: x}\nscale:\n"
        + "".join(f"  - {{code: {grade}, zh: x, en: x}}\n" for grade in GRADES)
        + f"scoring:\n  items:\n{items}  thresholds:\n{thresholds}    - {{grade: C, mark: assumed}}\n"
        "vetoes:\n"
        + "".join(f"  - {{code: v{i}, when: {when}, grade: C, {words}}}\n" for i, when in enumerate(VETOES))
        + "caps:\n"
        + "".join(
            f"  - {{code: k{i}, when: {when}, grade: BBB, soft: false, {words}}}\n"
            for i, when in enumerate(CAPS)
        )
    )


def by_hand(source: str, columns: str) -> str:
    bands = " ".join(
        f"WHEN {{name}} <= {bound} THEN {points * 1000}"
        for bound, points in zip(BOUNDS, POINTS, strict=False)
    )
    points = ", ".join(
        f"CASE WHEN {name} IS NULL THEN NULL {bands.format(name=name)} ELSE 5000 END AS points_{name}"
        for name in INDICATORS
    )
    vetoes = ", ".join(f"({when}) AS veto_v{i}" for i, when in enumerate(VETOES))
    caps = ", ".join(f"({when}) AS cap_k{i}" for i, when in enumerate(CAPS))
    score = " + ".join(f"coalesce(points_{name}, 0)" for name in INDICATORS)
    ranks = " ".join(f"WHEN score_milli >= {bound * 1000} THEN {rank}" for rank, bound in enumerate(FROM, 1))
    vetoed = " OR ".join(f"coalesce(veto_v{i}, false)" for i in range(5))
    capped = " OR ".join(f"coalesce(cap_k{i}, true)" for i in range(3))
    letters = " ".join(f"WHEN {rank} THEN '{grade}'" for rank, grade in enumerate(GRADES, 1))
    return f"""
        SELECT {columns} FROM (
          SELECT *, CASE WHEN rank IS NULL THEN 'incomplete' ELSE 'graded' END AS state,
                 CASE rank {letters} ELSE '' END AS grade,
                 CASE rank_before {letters} ELSE '' END AS grade_before_caps
          FROM (SELECT *, CASE WHEN {vetoed} THEN 7 WHEN {capped} THEN greatest(rank_before, 4)
                               ELSE rank_before END AS rank
                FROM (SELECT *, CASE {ranks} ELSE 7 END AS rank_before
                      FROM (SELECT *, {score} AS score_milli
                            FROM (SELECT customer_no, {points}, {vetoes}, {caps} FROM {source})))))"""


def by_hand_polars(source: Path, columns: list[str]) -> pl.LazyFrame:
    null = pl.lit(None, dtype=pl.Int64)
    points: dict[str, pl.Expr] = {}
    for name in INDICATORS:
        chain: Any = pl.when(pl.col(name).is_null()).then(null)
        for bound, given in zip(BOUNDS, POINTS, strict=False):
            chain = chain.when(pl.col(name) <= bound).then(given * 1000)
        points[f"points_{name}"] = chain.otherwise(5000)
    vetoes = {f"veto_v{i}": pl.sql_expr(when) for i, when in enumerate(VETOES)}
    caps = {f"cap_k{i}": pl.sql_expr(when) for i, when in enumerate(CAPS)}
    told = pl.scan_parquet(source).select("customer_no", **points, **vetoes, **caps)
    told = told.with_columns(score_milli=pl.sum_horizontal(pl.col(name).fill_null(0) for name in points))
    rank: Any = pl
    for place, bound in enumerate(FROM, 1):
        rank = rank.when(pl.col("score_milli") >= bound * 1000).then(place)
    told = told.with_columns(rank_before=rank.otherwise(7))
    vetoed = pl.any_horizontal(pl.col(name).fill_null(value=False) for name in vetoes)
    capped = pl.any_horizontal(pl.col(name).fill_null(value=True) for name in caps)
    rank = pl.when(vetoed).then(7).when(capped).then(pl.max_horizontal("rank_before", pl.lit(4)))
    told = told.with_columns(rank=rank.otherwise(pl.col("rank_before")))

    def letters(name: str) -> pl.Expr:
        return pl.col(name).replace_strict(dict(enumerate(GRADES, 1)), default="", return_dtype=pl.String)

    return told.with_columns(
        state=pl.lit("graded"), grade=letters("rank"), grade_before_caps=letters("rank_before")
    ).select(columns)


def fill(path: Path, customers: int) -> None:
    random = np.random.default_rng(7)
    frame = pl.DataFrame({"customer_no": [f"C{number:08}" for number in range(customers)]})
    for name in INDICATORS:
        known = random.random(customers) > 0.02
        frame = frame.with_columns(
            pl.Series(name, np.where(known, random.random(customers), np.nan)).fill_nan(None)
        )
    frame.write_parquet(path, compression="lz4", row_group_size=16_384)  # as a run keeps its inputs


def main() -> None:
    import django

    django.setup()
    from xinheng.indicators.values import Card
    from xinheng.judgements.policies import services
    from xinheng.judgements.ratings import computing

    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    cards = tuple(Card(name, name, name, "share", "", "", "", "") for name in INDICATORS)
    started = time.perf_counter()
    policy = services.load(document(), cards=cards)
    loaded = time.perf_counter() - started
    path = Path(os.environ["XINHENG_HOME"]) / "inputs.parquet"
    fill(path, customers)
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    source = f"read_parquet('{path}')"
    table = ibis.table({"customer_no": "string", **services.inputs_of(policy, cards=cards)}, name="inputs")
    rated = services.rate_table(policy, table, cards=cards)
    assert computing.is_row_by_row(rated)
    every = [*KEPT, *(name for name in rated.columns if name not in KEPT)]
    print(
        f"{customers:,} customers, DuckDB {duckdb.__version__}, Polars {pl.__version__}, "
        f"Ibis {ibis.__version__}, {os.cpu_count()} cores; policy loaded and checked in {loaded:.3f} s"
    )
    for what, columns in {"grade alone": KEPT, "everything kept": every}.items():

        def build(inputs: Any, columns: list[str] = columns) -> Any:
            return services.rate_table(policy, inputs, cards=cards).select(*columns)

        started = time.perf_counter()
        lazy = computing.rated_by(build, pl.scan_parquet(path))
        compiled = time.perf_counter() - started
        statement = by_hand(source, ", ".join(columns))
        report(
            f"{what} (compiled in {compiled:.3f} s)",
            {
                "policy": lazy.collect,
                "by hand, Polars": by_hand_polars(path, columns).collect,
                "by hand, DuckDB": lambda statement=statement: kept(connection, statement),
            },
        )


def kept(connection: duckdb.DuckDBPyConnection, statement: str) -> duckdb.DuckDBPyConnection:
    """The table by hand, left in the memory of the engine."""
    connection.execute(f'CREATE OR REPLACE TEMP TABLE "by hand" AS {statement}')
    return connection


def report(what: str, ways: dict[str, Callable[[], Any]]) -> None:
    clock: dict[str, list[float]] = {name: [] for name in ways}
    processor: dict[str, list[float]] = {name: [] for name in ways}
    found: dict[str, pl.DataFrame] = {}
    for turn in range(9):
        for name, way in ways.items():
            started, used = time.perf_counter(), busy()
            result = way()
            clock[name].append(time.perf_counter() - started)
            processor[name].append(busy() - used)
            if turn == 0:
                found[name] = (
                    result if isinstance(result, pl.DataFrame) else result.sql('FROM "by hand"').pl()
                )
    checked = [
        one.select("customer_no", "grade", "rank", "score_milli").sort("customer_no")
        for one in found.values()
    ]
    whole = [one.with_columns(pl.col("rank", "score_milli").cast(pl.Int64)) for one in checked]
    assert all(one.equals(whole[0]) for one in whole), "customers differ"
    print(what)
    for name in ways:
        told = statistics.median(clock[name]), statistics.median(processor[name])
        print(f"  {name:16} {told[0]:.3f} s, processor {told[1]:.3f} s")


def busy() -> float:
    """Processor seconds of this process."""
    told = resource.getrusage(resource.RUSAGE_SELF)
    return told.ru_utime + told.ru_stime


if __name__ == "__main__":
    main()
