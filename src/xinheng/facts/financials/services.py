"""What customers tell of their own business: statements and trade invoices. Nothing posted is changed."""

from __future__ import annotations

from xinheng.facts.financials.posting import post_statement, post_statements, post_trade_invoices

__all__ = ["post_statement", "post_statements", "post_trade_invoices"]
