"""The columns of a snapshot's rows that formulas may read."""

from __future__ import annotations

import ibis

from xinheng.indicators.formulas.payments import with_points
from xinheng.indicators.formulas.statements import ITEMS, SUMS

CUSTOMERS = {"seq": "int32", "customer_no": "string", "currency": "string"}
BILLS = {
    "seq": "int32",
    "customer_no": "string",
    "bill_no": "string",
    "billed_on": "date",
    "due_on": "date",
    "valid_on": "date",  # billed_on, null where void
    "valid_month": "int32",  # its month since year 0, null where void
    "billed_quarter": "int32",  # 1 to 4
    "amount_minor": "int64",
    "currency": "string",
    "is_main_currency": "boolean",  # the one most of the customer's bills are in
    "is_void": "boolean",
    "settled_minor": "int64",  # cleared by payments and credits
    "paid_minor": "int64",  # of it by payments
    "open_minor": "int64",  # 0 where void
    "overdue_days": "int32",  # 0 where nothing uncontested is open past its due day, pauses taken off
    "last_paid_on": "date",
    "behaved_on": "date",  # the day measured while overdue, else the last payment; null: none that counts
    "days_to_pay": "int32",  # from billing to the last payment, where paid off
    "days_late": "int32",  # past due at the last payment, or today while overdue
    "paid_day_weight": "int64",  # sum of paid minor units times days from billing
    "late_weight_minor": "int64",  # paid, and open while overdue
    "late_day_weight": "int64",  # sum of those minor units times days beyond terms
}
INVOICES = {
    "seq": "int32",
    "side": "string",
    "counterparty": "string",
    "issued_on": "date",
    "issued_month": "int32",
    "issued_quarter": "int32",
    "net_minor": "int64",
    "tax_minor": "int64",
    "is_void": "boolean",
}
STATEMENTS = (
    {"seq": "int32", "period_month": "int32"}
    | {f"{item}{when}": "int64" for item in ITEMS for when in ("", "_before")}
    | {f"{total}_parts": "int64" for total in SUMS}  # what the told lines of a sub-total come to
)
SCHEMAS = {
    "customers": ibis.schema(CUSTOMERS),
    "bills": ibis.schema({**BILLS, "payment_points": "int32"}),
    "invoices": ibis.schema(INVOICES),
    "statements": ibis.schema(STATEMENTS),
}
POINTS = str(ibis.to_sql(with_points(ibis.table(BILLS, name="bills_weighed")), dialect="duckdb"))
