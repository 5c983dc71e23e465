# ruff: noqa: E501  (statements keep their lines)
"""What `measure_and_rate` is measured against: the same indicators and grades as a person writes them in SQL.

In the quickest form found: sums over CASE take two thirds of the time of sums with FILTER.
"""

from __future__ import annotations

from pathlib import Path

VALID_12, VALID_24 = "valid_on > DATE '2025-06-30'", "valid_on > DATE '2024-06-30'"
VALID_3, ITEM_3 = "valid_on > DATE '2026-03-30'", "behaved_on > DATE '2026-03-30'"
ITEM_12, ITEM_24 = "behaved_on > DATE '2025-06-30'", "behaved_on > DATE '2024-06-30'"
VOID = "is_void AND billed_on > DATE '2024-06-30'"
MONTH = 2026 * 12 + 5
SUMS = f"""
    sum(CASE WHEN {VALID_12} THEN amount_minor ELSE 0 END) AS t12, sum(CASE WHEN {VALID_24} THEN amount_minor ELSE 0 END) AS t24,
    sum(CASE WHEN {VALID_3} THEN amount_minor ELSE 0 END) AS t3, sum(CASE WHEN NOT is_void THEN amount_minor ELSE 0 END) AS ever,
    count_if({VALID_12}) AS n12, count_if({VALID_24}) AS n24, count_if({VOID}) AS void,
    sum(CASE WHEN {VOID} THEN abs(amount_minor) ELSE 0 END) AS void_money,
    count_if({VALID_24} AND amount_minor < 0) AS credits,
    sum(CASE WHEN {VALID_24} AND amount_minor > 0 THEN amount_minor ELSE 0 END) AS billed,
    bit_or(1 << least({MONTH} - valid_month, 30)) AS months, min(valid_month) AS first, max(valid_month) AS last,
    {", ".join(f"sum(CASE WHEN {VALID_24} AND billed_quarter = {q} THEN amount_minor ELSE 0 END) AS q{q}" for q in (1, 2, 3, 4))},
    {", ".join(f"coalesce(sum(CASE WHEN valid_month = {MONTH - ago} THEN amount_minor ELSE 0 END), 0) AS m{ago}" for ago in range(7))},
    sum(CASE WHEN {ITEM_12} AND days_to_pay IS NOT NULL THEN days_to_pay ELSE 0 END) AS to_pay,
    count_if({ITEM_12} AND days_to_pay IS NOT NULL) AS paid_off,
    sum(CASE WHEN {ITEM_12} THEN paid_day_weight ELSE 0 END) AS paid_days, sum(CASE WHEN {ITEM_12} THEN paid_minor ELSE 0 END) AS paid,
    sum(CASE WHEN {ITEM_12} THEN late_day_weight ELSE 0 END) AS late_days, sum(CASE WHEN {ITEM_12} THEN late_weight_minor ELSE 0 END) AS weight,
    sum(CASE WHEN {ITEM_12} THEN payment_points * late_weight_minor ELSE 0 END) AS points, count_if({ITEM_12}) AS items,
    sum(CASE WHEN {ITEM_3} THEN payment_points * late_weight_minor ELSE 0 END) AS points_3,
    sum(CASE WHEN {ITEM_3} THEN late_weight_minor ELSE 0 END) AS weight_3, count_if({ITEM_3}) AS items_3,
    max(days_late) FILTER ({ITEM_12}) AS worst_12, max(days_late) FILTER ({ITEM_24}) AS worst_24,
    count_if({ITEM_12} AND days_late > 0) AS late,
    sum(CASE WHEN {ITEM_12} AND days_late > 0 THEN late_weight_minor ELSE 0 END) AS late_money,
    sum(open_minor) AS balance, sum(CASE WHEN overdue_days > 0 THEN open_minor ELSE 0 END) AS overdue,
    count_if(overdue_days > 0) AS overdue_bills, count_if(open_minor > 0) AS open_bills,
    sum(CASE WHEN open_minor > 0 THEN open_minor ELSE 0 END) AS owed, max(overdue_days) AS oldest
"""
FALLING = "0"
for _ago in reversed(range(6)):
    FALLING = f"CASE WHEN m{_ago} < m{_ago + 1} THEN {FALLING} + 1 ELSE 0 END"


def _over(above: str, below: str) -> str:
    return f"CASE WHEN {below} > 0 THEN ({above}) / ({below}) END"


FIGURES = {
    "turnover_12m": "CAST(coalesce(t12, 0) AS BIGINT)", "turnover_24m": "CAST(coalesce(t24, 0) AS BIGINT)",
    "turnover_ever": "CAST(coalesce(ever, 0) AS BIGINT)", "turnover_falling_months": FALLING,
    "turnover_growth": f"CASE WHEN {MONTH} - first >= 23 THEN {_over('2 * coalesce(t12, 0) - t24', 't24 - coalesce(t12, 0)')} END",
    "turnover_trend": _over("coalesce(t3, 0) * 4 - t12", "t12"), "bills_12m": "n12",
    "void_share": _over("void", "void + n24"),
    "void_amount_share": _over("coalesce(void_money, 0)", "coalesce(void_money, 0) + 2 * coalesce(billed, 0) - coalesce(t24, 0)"),
    "credit_share": _over("credits", "n24"), "credit_amount_share": _over("billed - t24", "billed"),
    "active_months_12": "bit_count(months & 4095)", "active_months_24": "bit_count(months & 16777215)",
    "months_since_first": f"{MONTH} - first", "months_since_last": f"{MONTH} - last",
    "relation_years": f"({MONTH} - first) / 12",
    "seasonality": _over("greatest(coalesce(q1, 0), coalesce(q2, 0), coalesce(q3, 0), coalesce(q4, 0))", "t24"),
    "days_to_pay": _over("to_pay", "paid_off"), "days_to_pay_weighted": _over("paid_days", "paid"),
    "days_beyond_terms": _over("late_days", "weight"),
    "payment_index": f"CASE WHEN items >= 3 THEN {_over('points', 'weight * 100')} END",
    "payment_index_change": f"CASE WHEN items_3 >= 3 THEN {_over('points_3', 'weight_3 * 100')} END"
    f" - CASE WHEN items >= 3 THEN {_over('points', 'weight * 100')} END",
    "worst_delay_12m": "CASE WHEN worst_12 < 0 THEN 0 ELSE worst_12 END",
    "worst_delay_24m": "CASE WHEN worst_24 < 0 THEN 0 ELSE worst_24 END",
    "late_count_12m": "CASE WHEN items > 0 THEN late END", "late_share": _over("late", "items"),
    "late_amount_share": _over("coalesce(late_money, 0)", "weight"),
    "balance": "CAST(balance AS BIGINT)", "overdue_amount": "CAST(coalesce(overdue, 0) AS BIGINT)",
    "overdue_count": "overdue_bills", "overdue_count_share": _over("overdue_bills", "open_bills"),
    "overdue_amount_share": _over("coalesce(overdue, 0)", "owed"), "longest_overdue": "oldest",
    "dso": _over("balance * 92", "t3"), "best_possible_dso": _over("(balance - coalesce(overdue, 0)) * 92", "t3"),
    "average_days_delinquent": _over("coalesce(overdue, 0) * 92", "t3"),
}  # fmt: skip


def indicators(folder: Path) -> str:
    """Every indicator over bills, sorted by customer."""
    figures = ", ".join(f"{expression} AS {code}" for code, expression in FIGURES.items())
    return f"""
        WITH sums AS (SELECT seq, {SUMS} FROM '{folder}/bills.parquet' WHERE is_main_currency GROUP BY seq)
        SELECT c.customer_no, c.currency, {figures}
        FROM '{folder}/customers.parquet' c LEFT JOIN sums USING (seq) ORDER BY seq"""


def grades(
    values: Path, criteria: dict[str, list[float]], points: tuple[float, ...], letters: dict[str, int]
) -> str:
    """The grade of every customer: points of each criterion, and the letter from so many points."""
    score = " + ".join(
        f"CASE WHEN {code} IS NULL THEN 0 "
        + " ".join(
            f"WHEN {code} <= {bound} THEN {given}" for bound, given in zip(bounds, points, strict=True)
        )
        + " ELSE 0 END"
        for code, bounds in criteria.items()
    )
    grade = " ".join(f"WHEN score >= {bound} THEN '{letter}'" for letter, bound in letters.items())
    rank = " ".join(
        f"WHEN score >= {bound} THEN {number}" for number, bound in enumerate(letters.values(), 1)
    )
    return f"""
        SELECT customer_no, 'graded' AS state, CASE {grade} END AS grade, CASE {rank} END AS rank,
               CAST(score * 1000 AS BIGINT) AS score_milli
        FROM (SELECT customer_no, {score} AS score FROM '{values}')"""
