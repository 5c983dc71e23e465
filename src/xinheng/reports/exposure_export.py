"""Exposure of a past day as a file: one customer with every document, or all customers, a row each."""

from __future__ import annotations

from collections.abc import Iterator
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

PARTS = ("receivable", "prepaid", "delivered", "ordered", "held", "foreign", "minor")
NAMES = {"customer_id": pl.Int64, "no": pl.String, "name": pl.String}
PLAIN = pa.schema(
    [
        *((name, pa.string()) for name in ("customer_no", "name", "currency")),
        *((name, MONEY) for name in (*PARTS[:-1], "exposure")),
        ("is_convertible", pa.bool_()),
    ]
)


def export_exposure(
    *, actor: Actor, on: date, customer_no: str, as_of: date, segment: str = "", known_on: date | None = None
) -> bytes:
    """One customer on a past day as Excel: its figures, its group, every document.

    Refuses: AccessDenied, CustomerUnknown, TooManyRows.
    """
    subject = f"customer:{customer_no}"
    access.require(actor, "exports.read", subject)
    access.require(actor, "limits.read", subject)
    customer = customers.get(actor, customer_no, on=on)
    told: dict[str, Any] = {"as_of": as_of, "segment": segment, "known_on": known_on}
    found = credit.exposure_as_of(customer, **told)
    group = credit.group_as_of(actor, customer, on=on, **told)
    if found.documents.height > MOST_ROWS:
        raise TooManyRows(rows=found.documents.height, most=MOST_ROWS)
    shown = found.exposure
    figures = {**{name: getattr(shown, name) for name in PARTS}, "currency": shown.currency}
    own = {"no": customer.no, "name": customer.name, "is_convertible": found.is_convertible, **figures}
    rows = [own, *(row for row in group.iter_rows(named=True) if row["no"] != customer.no)]
    content = workbook(
        [
            Sheet(_("Exposure"), _columns(), [_row(row) for row in rows]),
            Sheet(_("Documents"), _document_columns(), _documents(found.documents)),
        ],
        notes=notes_of(actor, on, [(name, value) for name, value in told.items() if value]),
        about=_("About this file"),
    )
    after = {**told, "rows": found.documents.height}
    audit.record(actor=actor, act="exports.exposure", subject=subject, on=on, after=after)
    return content


def export_exposures(
    *,
    actor: Actor,
    on: date,
    as_of: date,
    segment: str = "",
    known_on: date | None = None,
    form: Form = "xlsx",
) -> bytes:
    """All customers within reach that owed or had ordered anything on a past day, a row each.

    Refuses: AccessDenied, TooManyRows (Excel only).
    """
    access.require(actor, "exports.read", "exposure")
    access.require(actor, "limits.read", "exposure")
    seen = customers.visible(actor, on=on)
    told: dict[str, Any] = {"as_of": as_of, "segment": segment, "known_on": known_on}
    found = credit.exposures_as_of(None if actor.scope.reach == "everything" else seen, **told)
    names = pl.DataFrame(list(seen.order_by().values_list("pk", "no", "name")), schema=NAMES, orient="row")
    rows = found.join(names, on="customer_id").sort("no")
    if form != "xlsx":
        content = plain_file(PLAIN, (_plain(row) for row in rows.iter_rows(named=True)), form)
    elif rows.height > MOST_ROWS:
        raise TooManyRows(rows=rows.height, most=MOST_ROWS)
    else:
        content = workbook(
            [Sheet(_("Exposure"), _columns(), (_row(row) for row in rows.iter_rows(named=True)))],
            notes=notes_of(actor, on, [(name, value) for name, value in told.items() if value]),
            about=_("About this file"),
        )
    after = {**told, "form": form, "rows": rows.height}
    audit.record(actor=actor, act="exports.exposure", subject="exposure", on=on, after=after)
    return content


def _columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16),
        Column(_("Name"), width=32),
        Column(_("Open bills"), "money", 16),
        Column(_("Paid and not settled"), "money", 16),
        Column(_("Delivered, not billed"), "money", 16),
        Column(_("Ordered, not delivered"), "money", 16),
        Column(_("Of that held"), "money", 16),
        Column(_("In other currencies"), "money", 16),
        Column(_("Exposure"), "money", 16),
        Column(_("Currency"), width=8),
        Column(_("Note"), width=24),
    ]


def _row(row: dict[str, Any]) -> tuple[Any, ...]:
    money = [Money(row[name], row["currency"]) for name in PARTS]
    note = "" if row["is_convertible"] else _("a currency had no rate by then")
    return row["no"], row["name"] or _("Members out of your reach"), *money, row["currency"], note


def _plain(row: dict[str, Any]) -> tuple[Any, ...]:
    money = [Money(row[name], row["currency"]).decimal for name in PARTS]
    return row["no"], row["name"], row["currency"], *money, row["is_convertible"]


def _document_columns() -> list[Column]:
    return [
        Column(_("Part"), width=22),
        Column(_("Document"), width=20),
        Column(_("Day"), "date", 12),
        Column(_("Due or planned"), "date", 14),
        Column(_("Credit segment"), width=14),
        Column(_("Amount"), "money", 16),
        Column(_("Currency"), width=8),
    ]


def _documents(documents: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    labels = {
        "receivable": _("Open bills"),
        "prepaid": _("Paid and not settled"),
        "delivered": _("Delivered, not billed"),
        "ordered": _("Ordered, not delivered"),
        "held": _("Of that held"),
    }
    for row in documents.sort("component", "on", "no").iter_rows(named=True):
        money = Money(row["minor"], row["currency"])
        yield (
            labels[row["component"]], row["no"], row["on"], row["due_on"], row["segment"], money,
            row["currency"],
        )  # fmt: skip
