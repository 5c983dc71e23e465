"""Questions that need several rooms: the list of customers, and what a rating run shows a reader."""

from __future__ import annotations

from xinheng.reports.approved_summaries import approved_lines, approved_summary
from xinheng.reports.claim_lists import CLAIM_LISTS, ClaimsWanted, claims, revaluation
from xinheng.reports.claim_words import CLAIM_KINDS, PAYMENT_PURPOSES
from xinheng.reports.consumers_export import case_template, consumer_charts
from xinheng.reports.consumers_lists import CONSUMER_LISTS, listed_consumers
from xinheng.reports.credit_now import credit_now
from xinheng.reports.factor_charts import factor_curve
from xinheng.reports.factor_words import ENTRY_STATES, SERIES_STATES
from xinheng.reports.listing import PAGE, all_lines, customer_list, customer_sizes
from xinheng.reports.metering_charts import (
    LOSS_COLOURS,
    area_map,
    billed_use,
    loss_curve,
    loss_map,
    points_curve,
    shades,
    use_curve,
)
from xinheng.reports.overview import file_quality, is_large, overdue_customers, portfolio
from xinheng.reports.risk_events import RISK_EVENTS, RiskWanted, risk_events
from xinheng.reports.rows_behind import rows_behind, total_in_words
from xinheng.reports.run_tables import cell_lines, migration, moved, run_shares
from xinheng.reports.sources import choices
from xinheng.reports.summaries import grade_summary

__all__ = [
    "CLAIM_KINDS",
    "CLAIM_LISTS",
    "CONSUMER_LISTS",
    "ENTRY_STATES",
    "LOSS_COLOURS",
    "PAGE",
    "PAYMENT_PURPOSES",
    "RISK_EVENTS",
    "SERIES_STATES",
    "ClaimsWanted",
    "RiskWanted",
    "all_lines",
    "approved_lines",
    "approved_summary",
    "area_map",
    "billed_use",
    "case_template",
    "cell_lines",
    "choices",
    "claims",
    "consumer_charts",
    "credit_now",
    "customer_list",
    "customer_sizes",
    "factor_curve",
    "file_quality",
    "grade_summary",
    "is_large",
    "listed_consumers",
    "loss_curve",
    "loss_map",
    "migration",
    "moved",
    "overdue_customers",
    "points_curve",
    "portfolio",
    "revaluation",
    "risk_events",
    "rows_behind",
    "run_shares",
    "shades",
    "total_in_words",
    "use_curve",
]
