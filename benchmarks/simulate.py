"""Simulating a draft over 12 month-ends of 1 million customers, beside rating statements written by hand.

    .venv/bin/python benchmarks/simulate.py [customers] [days]

20 indicators of the catalogue, each in five bands, 5 vetoes, 3 caps, 7 grades; the draft moves a bound of
three items, one cap and one grade, so that some 4% of the customers move. The simulation reads the stored
figures of each day, rates by both policies, keeps every mover with the rule that decides, and counts moves,
industries and stability.
By hand: both rating statements of each day and the matrix of moves, and nothing else.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
HOME = Path(os.environ.setdefault("XINHENG_HOME", tempfile.mkdtemp(prefix="xinheng-benchmark-")))

GRADES = ["AAA", "AA", "A", "BBB", "BB", "B", "C"]
BOUNDS, POINTS = [0.2, 0.4, 0.6, 0.8], [0, 1, 2, 4, 5]
FROM = [80, 65, 55, 50, 40, 25]
LAST = date(2026, 6, 30)
FILES = 2  # different months; the series takes them in turn


def used() -> list[str]:
    from xinheng.indicators import queries

    return [card.code for card in queries.catalogue() if card.unit in ("share", "ratio", "years")][:20]


def rules(names: list[str], *, draft: bool) -> dict[str, list[str]]:
    least = 0.02 if draft else 0.01
    return {
        "veto": [f"{name} > 0.999 AND {names[5 + n]} < 0.5" for n, name in enumerate(names[:5])],
        "cap": [
            f"{name} < {least if n == 0 else 0.01} OR {names[10 + n]} > 0.995"
            for n, name in enumerate(names[5:8])
        ],
    }


def bounds(place: int, *, draft: bool) -> list[float]:
    return [0.25, *BOUNDS[1:]] if draft and place < 3 else BOUNDS


def lowest_scores(*, draft: bool) -> list[int]:
    return [80, 65, 56, *FROM[3:]] if draft else FROM


def document(names: list[str], *, draft: bool) -> str:
    items = "".join(
        f"    - kind: bands\n      code: {name}\n      zh: {name}\n      en: {name}\n      maximum: 5\n"
        f"      of: {name}\n      mark: assumed\n      missing: {{rule: lowest}}\n      bands:\n"
        + "".join(
            f"        - {{to: {bound}, inclusive: true, points: {points}}}\n"
            for bound, points in zip(bounds(place, draft=draft), POINTS, strict=False)
        )
        + f"        - {{points: {POINTS[-1]}}}\n"
        for place, name in enumerate(names)
    )
    thresholds = "".join(
        f"    - {{grade: {grade}, from: {bound}, inclusive: true, mark: assumed}}\n"
        for grade, bound in zip(GRADES, lowest_scores(draft=draft), strict=False)
    )
    words, gates = "zh: x, en: x, mark: assumed", rules(names, draft=draft)
    return (
        f'kind: rating\ncode: benchmark\nversion: "{2 if draft else 1}"\nname: {{zh: x, en: x}}\n'
        "about: {zh: x, en: x}\nsource: {zh: x, en: x}\nscale:\n"
        + "".join(f"  - {{code: {grade}, zh: x, en: x}}\n" for grade in GRADES)
        + f"scoring:\n  items:\n{items}  thresholds:\n{thresholds}    - {{grade: C, mark: assumed}}\n"
        "vetoes:\n"
        + "".join(
            f"  - {{code: v{n}, when: {when}, grade: C, {words}}}\n" for n, when in enumerate(gates["veto"])
        )
        + "caps:\n"
        + "".join(
            f"  - {{code: k{n}, when: {when}, grade: BBB, soft: false, {words}}}\n"
            for n, when in enumerate(gates["cap"])
        )
    )


def by_hand(names: list[str], source: str, *, draft: bool) -> str:
    def points(place: int, name: str) -> str:
        bands = " ".join(
            f"WHEN {name} <= {bound} THEN {given * 1000}"
            for bound, given in zip(bounds(place, draft=draft), POINTS, strict=False)
        )
        return f"CASE WHEN {name} IS NULL THEN 0 {bands} ELSE 5000 END"

    gates = rules(names, draft=draft)
    score = " + ".join(points(place, name) for place, name in enumerate(names))
    ranks = " ".join(
        f"WHEN score >= {bound * 1000} THEN {rank}"
        for rank, bound in enumerate(lowest_scores(draft=draft), 1)
    )
    vetoed = " OR ".join(f"coalesce({when}, false)" for when in gates["veto"])
    capped = " OR ".join(f"coalesce({when}, true)" for when in gates["cap"])
    letters = " ".join(f"WHEN {rank} THEN '{grade}'" for rank, grade in enumerate(GRADES, 1))
    return f"""
        SELECT customer_no, CASE rank {letters} END AS grade FROM (
          SELECT customer_no, CASE WHEN vetoed THEN 7 WHEN capped THEN greatest(before, 4)
                                   ELSE before END AS rank
          FROM (SELECT customer_no, vetoed, capped, CASE {ranks} ELSE 7 END AS before
                FROM (SELECT customer_no, {score} AS score, {vetoed} AS vetoed, {capped} AS capped
                      FROM {source})))"""


def fill(names: list[str], customers: int) -> list[Path]:
    """A folder a month: the customers, and what was measured of them."""
    random, folders = np.random.default_rng(7), []
    numbers = [f"C{number:08}" for number in range(customers)]
    told = pl.DataFrame(
        {
            "customer_id": range(1, customers + 1),
            "customer_no": numbers,
            "industry_section": random.choice(list("ACEFGI"), customers),
        }
    ).with_columns(
        kind=pl.lit("company"), is_customer=pl.lit(value=True), is_supplier=pl.lit(value=False),
        region=pl.lit(""), size_class=pl.lit(""), founded_on=pl.lit(None, dtype=pl.Date),
        status=pl.lit("open"), currency=pl.lit("CNY"),
    )  # fmt: skip
    for month in range(FILES):
        folder = HOME / f"month-{month}"
        folder.mkdir()
        told.write_parquet(folder / "customers.parquet")
        values = pl.DataFrame({"customer_no": numbers, "currency": ["CNY"] * customers})
        for name in names:
            figures = np.where(random.random(customers) > 0.02, random.random(customers), np.nan)
            values = values.with_columns(pl.Series(name, figures).fill_nan(None))
        values.write_parquet(folder / "values.parquet", row_group_size=122_880)
        folders.append(folder)
    return folders


def main() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from xinheng.base.kernel.actors import system_actor
    from xinheng.base.kernel.clock import timestamp
    from xinheng.indicators.models import Measurement
    from xinheng.judgements.ratings import services
    from xinheng.judgements.ratings.values import Plan, PolicyText

    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    days = services.month_ends(LAST, int(sys.argv[2]) if len(sys.argv) > 2 else 12)
    names = used()
    folders = fill(names, customers)
    for place, day in enumerate(days):
        folder = folders[place % FILES].name
        Measurement.objects.create(
            as_of=day, snapshot_path=folder, values_path=f"{folder}/values.parquet", customers=customers,
            measured_at=timestamp(), measured_by="benchmark",
        )  # fmt: skip
    texts = [document(names, draft=draft) for draft in (False, True)]
    plan = Plan(PolicyText("draft", texts[1]), PolicyText("in force", texts[0]), days)
    started, worked = time.perf_counter(), time.process_time()
    kept = services.simulate(actor=system_actor(), on=LAST, plan=plan)
    simulated, worked = time.perf_counter() - started, time.process_time() - worked
    hand, moves = hand_made(names, [folders[place % FILES] for place in range(len(days))])
    last = {(one.old, one.new): one.customers for one in kept.days[-1].moves}
    assert last == moves, "the moves differ from those by hand"
    print(f"{customers:,} customers, {len(days)} days, DuckDB {duckdb.__version__}, {os.cpu_count()} cores")
    print(f"moved on the last day: {kept.days[-1].moved:,}, by {len(kept.days[-1].causes)} rules")
    print(f"simulation {simulated:.1f} s ({worked:.1f} s of the processors)")
    print(f"both statements by hand {hand:.1f} s   ratio {simulated / hand:.2f}")


def hand_made(names: list[str], folders: list[Path]) -> tuple[float, dict[tuple[str, str], int]]:
    started, rows = time.perf_counter(), []
    with duckdb.connect() as connection:
        for folder in folders:
            source = f"read_parquet('{folder}/values.parquet')"
            for table, draft in (("old", False), ("new", True)):
                statement = by_hand(names, source, draft=draft)
                connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {statement}")
            rows = connection.execute(
                "SELECT old.grade, new.grade, count(*) FROM old JOIN new USING (customer_no) GROUP BY ALL"
            ).fetchall()
    return time.perf_counter() - started, {(old, new): number for old, new, number in rows}


if __name__ == "__main__":
    main()
