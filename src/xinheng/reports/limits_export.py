"""The credit master as a file, for a calculation of limits outside and to be imported again (SAP-18)."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import queries as credit
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import notes_of
from xinheng.reports.plain import MONEY, plain_file
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook
from xinheng.reports.values import Form

NAMES = {"customer_id": pl.Int64, "no": pl.String, "name": pl.String}
TEXTS = ("no", "name", "segment", "state", "currency")
AMOUNTS = ("limit_minor", "exposure_minor", "receivable_minor", "overdue_minor", "billed_minor")
OTHERS = (
    "until_on", "risk_class", "review_on", "status", "payment", "terms_days", "late_days", "oldest_due_on",
    "dunning_level",
)  # fmt: skip
TYPES = {
    "until_on": pa.date32(),
    "review_on": pa.date32(),
    "oldest_due_on": pa.date32(),
    "terms_days": pa.int64(),
    "late_days": pa.int64(),
    "dunning_level": pa.int64(),
}
PLAIN = pa.schema(
    [
        *((name, pa.string()) for name in ("customer_no", *TEXTS[1:])),
        *((name.removesuffix("_minor"), MONEY) for name in AMOUNTS),
        *((name, TYPES.get(name, pa.string())) for name in OTHERS),
    ]
)


def export_limits(*, actor: Actor, on: date, form: Form = "xlsx") -> bytes:
    """Every account within reach: limit, exposure, arrears, the year's bills, class, review, habits.

    The headings of the sheet are those a file of limits is imported under. Refuses: AccessDenied,
    TooManyRows (Excel only).
    """
    access.require(actor, "exports.read", "limits")
    access.require(actor, "limits.read", "limits")
    seen = customers.visible(actor, on=on)
    names = pl.DataFrame(list(seen.order_by().values_list("pk", "no", "name")), schema=NAMES, orient="row")
    rows = credit.credit_master(seen, on=on).join(names, on="customer_id").sort("no", "segment")
    if form != "xlsx":
        content = plain_file(PLAIN, (_plain(row) for row in rows.iter_rows(named=True)), form)
    elif rows.height > MOST_ROWS:
        raise TooManyRows(rows=rows.height, most=MOST_ROWS)
    else:
        content = workbook(
            [Sheet(_("Limits"), _columns(), (_row(row) for row in rows.iter_rows(named=True)))],
            notes=notes_of(actor, on, ()),
            about=_("About this file"),
        )
    after = {"form": form, "rows": rows.height}
    audit.record(actor=actor, act="exports.limits", subject="limits", on=on, after=after)
    return content


def _columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16),
        Column(_("Customer name"), width=32),
        Column(_("Credit segment"), width=12),
        Column(_("State of limit"), width=12),
        Column(_("Currency"), width=8),
        Column(_("Credit limit"), "money", 16),
        Column(_("Exposure"), "money", 16),
        Column(_("Open bills"), "money", 16),
        Column(_("Overdue"), "money", 16),
        Column(_("Billed in a year"), "money", 16),
        Column(_("Until"), "date", 12),
        Column(_("Risk class"), width=10),
        Column(_("Next review"), "date", 12),
        Column(_("Account"), width=12),
        Column(_("Payment"), width=12),
        Column(_("Terms in days"), "count", 10),
        Column(_("Days late by habit"), "count", 10),
        Column(_("Oldest due day"), "date", 12),
        Column(_("Level of reminders"), "count", 10),
    ]


def _row(row: dict[str, Any]) -> tuple[Any, ...]:
    money = [None if row[name] is None else Money(row[name], row["currency"]) for name in AMOUNTS]
    is_told = row["state"] not in ("not_assessed", "expired")  # else the calculation says what it is
    state = str(credit.LIMITS[row["state"]]) if is_told else ""
    others = [row[name] for name in OTHERS]
    others[3] = str(credit.STATUSES[row["status"]])
    return row["no"], row["name"], row["segment"], state, row["currency"], *money, *others


def _plain(row: dict[str, Any]) -> tuple[Any, ...]:
    money = [None if row[name] is None else Money(row[name], row["currency"]).decimal for name in AMOUNTS]
    return (*(row[name] for name in TEXTS), *money, *(row[name] for name in OTHERS))
