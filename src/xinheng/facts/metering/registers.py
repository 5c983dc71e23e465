"""What registers show becomes daily use: by difference and ratio, over roll-over and exchange."""

from __future__ import annotations

from typing import Any

from xinheng.facts.metering.values import MeteringRules

MOST_PASSES = 5  # a reading below the one before is taken out, and those after it judged again


def use_of_registers(con: Any, rules: MeteringRules) -> None:
    """The view `valued`: the staged rows with the use of each day as value.

    Use of a day is what its register shows less what it showed the day before, times the ratio. After days
    without a reading it is that of all of them and carries the mark "several_days". Where the meter was
    exchanged it is what the old one counted to its end and the new one since. The first reading there is
    gives no use. A reading below the one before, without either, is named.
    """
    con.execute(METERED)
    con.execute("CREATE TABLE below (row BIGINT, key VARCHAR)")
    for _pass in range(MOST_PASSES):
        con.execute("DROP VIEW IF EXISTS stepped")
        con.execute(STEPPED.format(share=rules.rollover_share))
        before = con.execute("SELECT count(*) FROM below").fetchone()[0]
        con.execute("INSERT INTO below SELECT row, key FROM stepped WHERE step = 'below'")
        if con.execute("SELECT count(*) FROM below").fetchone()[0] == before:
            break
    con.execute(VALUED)


METERED = """
    CREATE TABLE metered AS
    SELECT s.row, s.key, s.day, s.register, coalesce(s.meter, m.meter) AS meter, m.ratio, m.digits,
           m.first_index, m.last_index, m.installed, m.removed
    FROM staged s
    LEFT JOIN meters m ON m.key = s.key AND (
        s.meter = m.meter
        OR s.meter IS NULL AND s.day >= m.installed AND (m.removed IS NULL OR s.day < m.removed))
    WHERE s.cause = '' AND s.register IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY s.row ORDER BY m.installed DESC) = 1
"""
STEPPED = """
    CREATE VIEW stepped AS
    WITH lined AS (
        SELECT row, key, day, register, meter, ratio, digits, first_index FROM metered
        WHERE row NOT IN (SELECT row FROM below)
        UNION ALL
        SELECT NULL, e.key, e.day, e.register, m.meter, m.ratio, m.digits, m.first_index
        FROM earlier e LEFT JOIN meters m ON m.key = e.key AND e.day >= m.installed
             AND (m.removed IS NULL OR e.day < m.removed)
        WHERE e.key IN (SELECT key FROM metered)
    ),
    paired AS (
        SELECT *, lag(register) OVER line AS shown, lag(day) OVER line AS since, lag(meter) OVER line AS old
        FROM lined WINDOW line AS (PARTITION BY key ORDER BY day, row NULLS FIRST)
    )
    SELECT p.row, p.key, p.day, p.register, coalesce(p.ratio, 1) AS ratio, coalesce(p.digits, 6) AS digits,
           p.shown, p.since, p.first_index, o.last_index, coalesce(o.ratio, 1) AS old_ratio,
           CASE WHEN p.shown IS NULL THEN 'first'
                WHEN p.day = p.since THEN 'same_day'
                WHEN p.old IS DISTINCT FROM p.meter THEN 'exchange'
                WHEN p.register >= p.shown THEN 'on'
                WHEN p.shown >= {share} * pow(10, coalesce(p.digits, 6))
                     AND p.register <= (1 - {share}) * pow(10, coalesce(p.digits, 6)) THEN 'rollover'
                ELSE 'below' END AS step
    FROM paired p LEFT JOIN meters o ON o.key = p.key AND o.meter = p.old
"""
VALUED = """
    CREATE VIEW valued AS
    SELECT s.* EXCLUDE (value, said, cause, field),
           CASE t.step WHEN 'on' THEN (t.register - t.shown) * t.ratio
                       WHEN 'rollover' THEN (t.register - t.shown + pow(10, t.digits)) * t.ratio
                       WHEN 'exchange' THEN (t.last_index - t.shown) * t.old_ratio
                                            + (t.register - t.first_index) * t.ratio END AS value,
           CASE WHEN t.step IN ('rollover', 'exchange') THEN t.step
                WHEN t.step = 'on' AND t.day - t.since > 1 THEN coalesce(s.said || ';', '') || 'several_days'
                ELSE s.said END AS said,
           CASE WHEN s.cause <> '' THEN s.cause WHEN b.row IS NOT NULL THEN 'index_below_previous' ELSE '' END
                AS cause,
           s.field,
           t.step IS DISTINCT FROM 'first' AND coalesce(t.day - t.since, 1) = 1 AS is_use
    FROM staged s
    LEFT JOIN stepped t ON t.row = s.row
    LEFT JOIN below b ON b.row = s.row
"""
