"""Points in time become days of 96 points; what clocks and time zones did to them is named."""

from __future__ import annotations

from typing import Any


def days_of_slots(con: Any, *, points_end: bool, ratio: bool) -> None:
    """The view `valued`: a row a consumer and day with its points and their sum.

    A file with a column for each point has its days already. Of one with a row a point, rows whose time is
    told twice, lies on no quarter of an hour or in another zone than most stay rows and are named; a day's
    points that are not told are null, and so is the sum of the day.
    """
    back = "INTERVAL 15 MINUTE" if points_end else "INTERVAL 0 MINUTE"
    con.execute(SLOTTED.format(back=back))
    con.execute(DAYS)
    times = "coalesce(m.ratio, 1)" if ratio else "1"
    con.execute(VALUED.format(times=times))


SLOTTED = """
    CREATE TABLE slotted AS
    WITH usual AS (
        SELECT zone, count(*) AS n FROM staged WHERE moment IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 1
    ),
    placed AS (
        SELECT s.*, s.moment - {back} AS begins,
               count(DISTINCT s.value) OVER (PARTITION BY s.key, s.moment, s.cause = '') AS sayings,
               row_number() OVER (PARTITION BY s.key, s.moment, s.cause = '' ORDER BY s.row) AS place
        FROM staged s WHERE s.points IS NULL
    )
    SELECT row, key, begins, value, place, raw, field,
           extract(hour FROM begins) * 4 + extract(minute FROM begins) // 15 AS slot,
           CASE WHEN cause <> '' THEN cause
                WHEN moment IS NULL THEN 'day_missing'
                WHEN zone IS DISTINCT FROM (SELECT zone FROM usual) THEN 'mixed_zones'
                WHEN extract(minute FROM moment) % 15 <> 0 OR extract(second FROM moment) <> 0 THEN 'off_grid'
                WHEN sayings > 1 THEN 'doubled_hour' ELSE '' END AS cause
    FROM placed
"""
DAYS = """
    CREATE VIEW daily AS
    SELECT min(row) AS row, key, begins::DATE AS day,
           list_transform(range(96), lambda p: map_extract_value(map_from_entries(
               list((slot::BIGINT, value::FLOAT))), p::BIGINT)) AS points
    FROM slotted WHERE cause = '' AND place = 1 GROUP BY key, begins::DATE
"""
VALUED = """
    CREATE VIEW valued AS
    WITH days AS (
        SELECT row, NULL::VARCHAR AS col, key, day, points, NULL::VARCHAR AS field, NULL::VARCHAR AS raw,
               '' AS cause
        FROM daily
        UNION ALL
        SELECT row, col, key, day, points, field, raw, cause FROM staged WHERE points IS NOT NULL
        UNION ALL
        SELECT row, NULL, key, begins::DATE, NULL, coalesce(nullif(field, ''), 'at'),
               coalesce(raw, begins::VARCHAR), cause
        FROM slotted WHERE cause <> ''
    )
    SELECT d.row, d.col, d.key, NULL::VARCHAR AS meter, d.day,
           CASE WHEN list_count(d.points) = 96 THEN list_sum(d.points)::DOUBLE * {times} END AS value,
           NULL::DOUBLE AS register,
           list_transform(d.points, lambda p: (p * {times})::FLOAT) AS points,
           NULL::VARCHAR AS said, d.field, d.raw, d.cause, TRUE AS is_use
    FROM days d
    LEFT JOIN meters m ON m.key = d.key AND d.day >= m.installed AND (m.removed IS NULL OR d.day < m.removed)
    QUALIFY row_number() OVER (PARTITION BY d.row, d.key, d.day, d.cause ORDER BY m.installed DESC) = 1
"""
