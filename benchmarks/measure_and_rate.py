"""20 million bills of a million customers to indicators to grades, beside plain DuckDB on the same file.

    .venv/bin/python benchmarks/measure_and_rate.py [customers] [rounds]

Ours: the whole catalogue over bills through the engine into a values file, then a policy of eight criteria
and seven grades compiled and run over it. By hand: the same figures and the same grades in two DuckDB
statements a person would write. Both write both files, use the same threads, and run in turn, each in a
process of its own; figures are medians. CPU seconds are given too: on a busy machine they tell more than the
clock. XINHENG_BENCHMARK names a folder in which the simulated snapshot is kept for the next time.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent))

GRADES = ["AAA", "AA", "A", "BBB", "BB", "B", "C"]
FROM = [90, 80, 70, 60, 45, 25]
POINTS = (12.5, 10, 7.5, 5)
CRITERIA = {  # indicator -> upper bounds of the points below; less is better
    "days_beyond_terms": [0, 5, 15, 30],
    "late_share": [0.05, 0.2, 0.4, 0.7],
    "overdue_amount_share": [0.0, 0.1, 0.3, 0.6],
    "longest_overdue": [0, 15, 60, 180],
    "worst_delay_12m": [10, 30, 60, 120],
    "void_share": [0.01, 0.03, 0.06, 0.2],
    "credit_amount_share": [0.01, 0.03, 0.06, 0.2],
    "average_days_delinquent": [1, 10, 30, 90],
}


def document() -> str:
    """The policy: eight banded criteria of five points, thresholds for seven grades."""
    items = ""
    for code, bounds in CRITERIA.items():
        items += f"    - kind: bands\n      code: {code}\n      zh: {code}\n      en: {code}\n"
        items += "      maximum: 12.5\n"
        items += f"      of: {code}\n      mark: assumed\n      missing: {{rule: lowest}}\n      bands:\n"
        for bound, points in zip(bounds, POINTS, strict=True):
            items += f"        - {{to: {bound}, inclusive: true, points: {points}}}\n"
        items += "        - {points: 0}\n"
    thresholds = "".join(
        f"    - {{grade: {grade}, from: {bound}, inclusive: true, mark: assumed}}\n"
        for grade, bound in zip(GRADES, FROM, strict=False)
    )
    scale = "".join(f"  - {{code: {grade}, zh: x, en: x}}\n" for grade in GRADES)
    return (
        'kind: rating\ncode: benchmark\nversion: "1"\nname: {zh: x, en: x}\nabout: {zh: x, en: x}\n'
        f"source: {{zh: x, en: x}}\nscale:\n{scale}scoring:\n  items:\n{items}  thresholds:\n{thresholds}"
        "    - {grade: C, mark: assumed}\n"
    )


def ours(folder: Path) -> None:
    """Through the engine and the compiled policy."""
    import duckdb
    import ibis
    import pyarrow.parquet as pq
    from bills_of_a_million import AS_OF

    from xinheng.base.kernel.engine import limits
    from xinheng.indicators import engine, snapshots
    from xinheng.judgements.policies import services as policies

    values = folder / "values.parquet"
    engine.measure(snapshots.Snapshot(folder, AS_OF, ""), values)
    policy = policies.load(document())
    read = ["customer_no", *policies.inputs_of(policy)]
    schema = ibis.Schema.from_pyarrow(pq.read_schema(values))
    inputs = ibis.table({name: schema[name] for name in read}, name="inputs")
    grades = policies.rate_table(policy, inputs).select(
        "customer_no", "state", "grade", "rank", "score_milli"
    )
    with duckdb.connect(config=limits(folder)) as engine_of_grades:
        engine_of_grades.execute(f"CREATE VIEW inputs AS FROM read_parquet('{values}')")
        sql = ibis.to_sql(grades, dialect="duckdb")
        engine_of_grades.execute(f"COPY ({sql}) TO '{folder / 'grades.parquet'}' (FORMAT parquet)")


def by_hand(folder: Path) -> None:
    """Two statements of plain DuckDB."""
    import duckdb
    from by_hand import grades, indicators

    from xinheng.base.kernel.engine import limits

    with duckdb.connect(config=limits(folder)) as base:
        values, result = folder / "values_by_hand.parquet", folder / "grades_by_hand.parquet"
        base.execute(f"COPY ({indicators(folder)}) TO '{values}' (FORMAT parquet, COMPRESSION lz4_raw)")
        letters = dict(zip(GRADES, [*FROM, 0], strict=True))
        base.execute(f"COPY ({grades(values, CRITERIA, POINTS, letters)}) TO '{result}' (FORMAT parquet)")


def peak_gb() -> float:
    """The most memory this process ever held, without what its parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e6


def child(way: Callable[[Path], None], folder: Path) -> None:
    """Run one way and print what it took."""
    import django

    django.setup()
    import xinheng.indicators.engine
    import xinheng.judgements.policies.services  # noqa: F401  (what a running server has loaded already)

    before, started = os.times(), time.perf_counter()
    way(folder)
    after = os.times()
    taken = {
        "seconds": time.perf_counter() - started,
        "cpu": after.user + after.system - before.user - before.system,
        "peak_gb": peak_gb(),
    }
    print(json.dumps(taken))


def same(folder: Path) -> str:
    """Whether both ways gave the same: how many customers' figures or grades differ."""
    import duckdb

    shared = [
        "turnover_12m", "turnover_growth", "void_amount_share", "active_months_24", "seasonality",
        "days_to_pay_weighted", "days_beyond_terms", "payment_index", "worst_delay_24m", "late_amount_share",
        "balance", "overdue_amount_share", "dso", "turnover_falling_months",
    ]  # fmt: skip
    apart = " OR ".join(
        f"abs(o.{code} - h.{code}) > 1e-6 OR (o.{code} IS NULL) <> (h.{code} IS NULL)" for code in shared
    )
    with duckdb.connect() as base:
        found = base.execute(
            f"""SELECT count(*), count(*) FILTER ({apart}), count(*) FILTER (og.grade <> hg.grade)
            FROM '{folder}/values.parquet' o JOIN '{folder}/values_by_hand.parquet' h USING (customer_no)
            JOIN '{folder}/grades.parquet' og USING (customer_no)
            JOIN '{folder}/grades_by_hand.parquet' hg USING (customer_no)"""
        ).fetchone()
        spread = base.execute(f"SELECT grade, count(*) FROM '{folder}/grades.parquet' GROUP BY 1 ORDER BY 1")
        assert found is not None
        differing = f"{found[1]} with other figures, {found[2]} with another grade"
        return f"{found[0]:,} customers, {differing}; {spread.fetchall()}"


def main() -> None:
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory(prefix="xinheng-benchmark-") as temporary:
        os.environ.setdefault("XINHENG_HOME", temporary)
        import django

        django.setup()
        from bills_of_a_million import write

        folder = Path(os.environ.get("XINHENG_BENCHMARK", f"{temporary}/snapshot"))
        started = time.perf_counter()
        if not (folder / "statements.parquet").exists():
            write(folder, customers=customers)
        size = (folder / "bills.parquet").stat().st_size / 1e6
        print(f"{customers * 20:,} bills: {size:,.0f} MB, made in {time.perf_counter() - started:.0f} s")
        took: dict[str, list[dict[str, float]]] = {"ours": [], "by_hand": []}
        for _ in range(rounds):
            for way, each in took.items():
                command = [sys.executable, __file__, "--child", way, str(folder)]
                done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                each.append(json.loads(done.stdout))
                print(f"{way:8} {each[-1]}  load {os.getloadavg()[0]:.1f}", flush=True)
        middle = {
            way: {unit: statistics.median(one[unit] for one in each) for unit in each[0]}
            for way, each in took.items()
        }
        print(json.dumps(middle, indent=1))
        for unit in ("seconds", "cpu"):
            print(f"ours / by hand, {unit}: {middle['ours'][unit] / middle['by_hand'][unit]:.2f}")
        print(same(folder))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child({"ours": ours, "by_hand": by_hand}[sys.argv[2]], Path(sys.argv[3]))
    else:
        main()
