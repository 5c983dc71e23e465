"""A snapshot of 20 million bills of a million customers, made from a seed: simulated, belongs to nobody."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

AS_OF = date(2026, 6, 30)
SEED = 20260630

CUSTOMERS = """
    SELECT CAST(i AS INTEGER) AS seq, i + 1 AS customer_id, printf('C%08d', i) AS customer_no,
           'company' AS kind, true AS is_customer, false AS is_supplier, 'F' AS industry_section,
           '' AS region, '' AS size_class, CAST(NULL AS DATE) AS founded_on,
           'active' AS status, 'CNY' AS currency, CAST(NULL AS BIGINT) AS prepaid_minor
    FROM range({customers}) r(i)
"""
# every customer has a habit (days late of most bills); two of a hundred bills are void, three are credits
BILLS = """
    WITH drawn AS (
        SELECT CAST(i // {each} AS INTEGER) AS seq, i, hash(i, {seed}) AS h, hash(i, {seed} + 1) AS g,
               CAST(hash(i // {each}, {seed}) % 60 AS INTEGER) - 15 AS habit
        FROM range({bills}) r(i)
    ),
    billed AS (
        SELECT *, DATE '{as_of}' - CAST(h % 900 AS INTEGER) AS billed_on,
               CAST(30 + (h >> 16) % 3 * 15 AS INTEGER) AS term,
               CAST((g % 5000000) + 1000 AS BIGINT) * CASE WHEN (h >> 24) % 100 < 3 THEN -1 ELSE 1 END
                   AS amount_minor,
               (h >> 32) % 50 = 0 AS is_void, habit + CAST((g >> 32) % 21 AS INTEGER) - 10 AS late
        FROM drawn
    ),
    cleared AS (
        SELECT *, billed_on + term AS due_on,
               NOT is_void AND amount_minor > 0 AND billed_on + term + late <= DATE '{as_of}' AND late > -term
                   AS is_paid
        FROM billed
    ),
    stood AS (
        SELECT *, CASE WHEN is_paid OR is_void THEN 0 ELSE amount_minor END AS open_minor,
               datediff('day', due_on, DATE '{as_of}') AS past_due
        FROM cleared
    ),
    aged AS (
        SELECT *, CASE WHEN open_minor > 0 AND past_due > 0 THEN past_due ELSE 0 END AS overdue_days
        FROM stood
    )
    SELECT seq, printf('C%08d', seq) AS customer_no, 'B' || i AS bill_no, billed_on, due_on,
           CASE WHEN NOT is_void THEN billed_on END AS valid_on,
           CASE WHEN NOT is_void
                THEN CAST(year(billed_on) * 12 + month(billed_on) - 1 AS INTEGER) END AS valid_month,
           CAST(quarter(billed_on) AS INTEGER) AS billed_quarter, amount_minor, 'CNY' AS currency,
           true AS is_main_currency, is_void,
           CASE WHEN is_paid THEN amount_minor ELSE 0 END AS settled_minor,
           CASE WHEN is_paid THEN amount_minor ELSE 0 END AS paid_minor, open_minor,
           CAST(overdue_days AS INTEGER) AS overdue_days,
           CASE WHEN is_paid THEN due_on + late END AS last_paid_on,
           CASE WHEN is_paid THEN due_on + late WHEN overdue_days > 0 THEN DATE '{as_of}' END AS behaved_on,
           CASE WHEN is_paid THEN term + late END AS days_to_pay,
           CAST(CASE WHEN is_paid THEN late
                     WHEN overdue_days > 0 THEN overdue_days END AS INTEGER) AS days_late,
           CASE WHEN is_paid THEN amount_minor * (term + late) END AS paid_day_weight,
           CASE WHEN is_paid OR overdue_days > 0 THEN amount_minor END AS late_weight_minor,
           CASE WHEN is_paid THEN amount_minor * late
                WHEN overdue_days > 0 THEN amount_minor * overdue_days END AS late_day_weight
    FROM aged
"""


def write(folder: Path, *, customers: int, each: int = 20) -> None:
    """Write the files of a snapshot, without trade invoices and statements, into the folder."""
    from xinheng.indicators.rows import POINTS, SCHEMAS
    from xinheng.indicators.snapshot_sql import PARQUET

    folder.mkdir(parents=True, exist_ok=True)
    given = {"customers": customers, "bills": customers * each, "each": each, "seed": SEED, "as_of": AS_OF}
    config = {"memory_limit": "1500MB", "temp_directory": str(folder / "spill")}
    with duckdb.connect(config=config) as base:
        base.execute(f"CREATE VIEW bills_weighed AS {BILLS.format(**given)}")
        bills = f"SELECT * FROM ({POINTS}) ORDER BY seq, billed_on, bill_no"
        for name, query in (("customers", CUSTOMERS.format(**given)), ("bills", bills)):
            base.execute(f"COPY ({query}) TO '{folder / name}.parquet' ({PARQUET})")
        for name in ("invoices", "statements"):
            base.register("nothing", SCHEMAS[name].to_pyarrow().empty_table())
            base.execute(f"COPY (FROM nothing) TO '{folder / name}.parquet' ({PARQUET})")
