"""Rating 1 million customers by a compiled policy, beside the same rules written by hand for DuckDB.

    .venv/bin/python benchmarks/rate_policy.py [customers]

20 indicators, each in five bands; 8 conditions (5 vetoes, 3 caps); 7 grades. Both read the same Parquet file
and keep the same columns in a table of the same DuckDB with two threads: once the grade alone, once every
band score, condition and cap. Medians of nine, taken in turn.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

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


def fill(path: Path, customers: int) -> None:
    random = np.random.default_rng(7)
    frame = pl.DataFrame({"customer_no": [f"C{number:08}" for number in range(customers)]})
    for name in INDICATORS:
        known = random.random(customers) > 0.02
        frame = frame.with_columns(
            pl.Series(name, np.where(known, random.random(customers), np.nan)).fill_nan(None)
        )
    frame.write_parquet(path, row_group_size=122_880)


def main() -> None:
    import django

    django.setup()
    from xinheng.indicators.values import Card
    from xinheng.judgements.policies import services

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
    connection.execute(f"CREATE VIEW inputs AS SELECT * FROM {source}")
    rated = services.rate_table(policy, table, cards=cards)
    started = time.perf_counter()
    every = [name for name in rated.columns if name not in KEPT]
    compiled = {
        "grade alone": ibis.to_sql(rated.select(*KEPT), dialect="duckdb"),
        "everything kept": ibis.to_sql(rated, dialect="duckdb"),
    }
    print(
        f"{customers:,} customers, DuckDB {duckdb.__version__}, Ibis {ibis.__version__}, "
        f"{os.cpu_count()} cores"
    )
    print(
        f"policy loaded and checked in {loaded:.3f} s, "
        f"compiled in {(time.perf_counter() - started) / 2:.3f} s"
    )
    for what, sql in compiled.items():
        columns = ", ".join(KEPT if what == "grade alone" else KEPT + every)
        statements = {"policy": sql, "by hand": by_hand(source, columns)}
        report(connection, what, statements)


def report(connection: duckdb.DuckDBPyConnection, what: str, statements: dict[str, str]) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in statements}
    for _ in range(9):
        for name, sql in statements.items():
            started = time.perf_counter()
            connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')
            seconds[name].append(time.perf_counter() - started)
    different = connection.execute(
        'SELECT count(*) FROM (SELECT customer_no, grade, score_milli FROM "policy" '
        'EXCEPT SELECT customer_no, grade, score_milli FROM "by hand")'
    ).fetchall()[0][0]
    assert different == 0, f"{different} customers differ"
    policy, hand = (statistics.median(seconds[name]) for name in ("policy", "by hand"))
    print(f"{what:16} policy {policy:.3f} s   by hand {hand:.3f} s   ratio {policy / hand:.2f}")


if __name__ == "__main__":
    main()
