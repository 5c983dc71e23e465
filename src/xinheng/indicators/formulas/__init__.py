"""Every formula of the catalogue, and the rows each kind reads.

Importing this package fills the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xinheng.indicators.catalogue import Day
from xinheng.indicators.formulas import (
    dealings,
    insolvency,
    parties,
    payments,
    position,
    statements,
    trade,
)

__all__ = ["ROWS", "dealings", "insolvency", "parties", "payments", "position", "statements", "trade"]

Tables = dict[str, Any]
ROWS: dict[str, Callable[[Tables, Day], Any]] = {  # the rows each kind of formula reads
    "bills": lambda tables, _: tables["bills"].filter(tables["bills"].is_main_currency),
    "invoices": lambda tables, _: tables["invoices"],
    "parties": lambda tables, day: parties.parties(tables["invoices"], day),
    "statements": lambda tables, _: tables["statements"],
}
KINDS = {
    "bills": "bills",
    "invoices": "invoices",
    "parties": "invoices",
    "statements": "statements",
}  # file of each
ONE_ROW = {"statements"}  # kinds with at most one row a customer: nothing to aggregate
