"""Questions to charges: what came up, what was charged, at which rates, by which agreement."""

from __future__ import annotations

from xinheng.operations.charges.agreeing import agreements
from xinheng.operations.charges.correcting import differences
from xinheng.operations.charges.rating import known_rates
from xinheng.operations.charges.rules import statutory_due_on, term_findings
from xinheng.operations.charges.selecting import (
    accrued,
    accrued_within,
    behind,
    charges,
    document,
    get_charge,
    runs,
    totals,
)

__all__ = [
    "accrued",
    "accrued_within",
    "agreements",
    "behind",
    "charges",
    "differences",
    "document",
    "get_charge",
    "known_rates",
    "runs",
    "statutory_due_on",
    "term_findings",
    "totals",
]
