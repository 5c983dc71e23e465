"""What we know of a customer's own business. The customer given was given out by customers.queries.get."""

from __future__ import annotations

from xinheng.facts.financials.lines import codes_by_name, lines, sums
from xinheng.facts.financials.rules import broken
from xinheng.facts.financials.statements import statement_table, statements_of, told_statements
from xinheng.facts.financials.trade import trade_summary

__all__ = [
    "broken",
    "codes_by_name",
    "lines",
    "statement_table",
    "statements_of",
    "sums",
    "told_statements",
    "trade_summary",
]
