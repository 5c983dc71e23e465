"""What customers are grouped by: portfolios of the loss matrix, and the ways figures are cut."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.facts.customers import queries as customers
from xinheng.judgements.losses.document import LossMatrix
from xinheng.judgements.reviews import queries as reviews

WAYS: dict[str, str | Promise] = {
    "": _("all together"),
    "customer": _("customer"),
    "segment": _("segment"),
    "unit": _("unit"),
    "person": _("salesperson"),
    "region": _("region"),
    "industry": _("industry"),
    "size": _("size"),
    "nature": _("ownership"),
    "group": _("group of companies"),
    "grade": _("grade of the customer"),
}
COLUMNS = {"region": "region", "industry": "industry_section", "size": "size_class", "nature": "nature"}
NAMED = {"customer_id": pl.Int64, "group": pl.String, "label": pl.String}


def portfolios(document: LossMatrix, *, on: date) -> pl.DataFrame:
    """Which group of the loss matrix each customer, or segment, is in; empty where there is one for all.

    Gives customer_id or segment, and group: the approved grade of the day, or the segment itself.
    """
    if document.portfolios == "whole":
        return pl.DataFrame(schema={"customer_id": pl.Int64, "group": pl.String})
    if document.portfolios == "segment":
        codes = [one.group for one in document.given.rates]
        return pl.DataFrame(
            {"segment": codes, "group": codes}, schema={"segment": pl.String, "group": pl.String}
        )
    return grades(document.grading, on=on).select("customer_id", "group")


def grades(policy_code: str, *, on: date) -> pl.DataFrame:
    """The approved grade of each customer on a day by a rating policy: customer_id, group, label."""
    held = reviews.leading(policy_code, on=on).exclude(grade="").order_by()
    rows = [(who, grade, grade) for who, grade in held.values_list("customer_id", "grade")]
    return pl.DataFrame(rows, schema=NAMED, orient="row")


def named(by: str, customers_seen: QuerySet[Any], *, on: date, grading: str = "") -> pl.DataFrame:
    """The group of each of some customers and what it is called: customer_id, group, label.

    by: a way of WAYS but the segment, which is a bill's. customers_seen: as customers.queries.visible gives.
    """
    if by == "grade":
        return grades(grading, on=on)
    if by in ("unit", "person"):
        return _answering(by, on=on)
    rows = customers_seen.order_by()
    if by == "customer":
        found = list(rows.values_list("pk", "no", "name"))
    elif by == "group":
        asked = rows.values_list("pk", "no", "name", "parent__no", "parent__name")
        found = [(pk, above or no, above_name or name) for pk, no, name, above, above_name in asked]
    else:
        found = [(pk, value, value) for pk, value in rows.values_list("pk", COLUMNS[by])]
    return pl.DataFrame(found, schema=NAMED, orient="row")


def _answering(by: str, *, on: date) -> pl.DataFrame:
    code, name = ("unit__code", "unit__name") if by == "unit" else ("person__login", "person__name")
    rows = customers.answering(on=on).values_list("customer_id", code, name).order_by()
    found = [(pk, of_code or "", of_name or "") for pk, of_code, of_name in rows]
    return pl.DataFrame(found, schema=NAMED, orient="row")
