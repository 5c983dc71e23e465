"""What a customer owed on any past day, by component, with the documents behind each figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import queries as credit
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages import hold_words
from xinheng.web.pages.credit_words import PARTS
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer

A_PAGE = 50
TAKEN_OFF = ("prepaid", "held")
SORTS = {"no": "no", "on": "on", "due": "due_on", "amount": "minor"}


@dataclass(frozen=True)
class Asked:
    """What the address asks for. then: only with what was known on the day itself."""

    as_of: date
    segment: str = ""
    then: bool = False
    part: str = ""
    text: str = ""
    sort: str = "-on"

    @property
    def known_on(self) -> date | None:
        """The day whose knowledge counts; None: all that is known."""
        return self.as_of if self.then else None


def asked(request: HttpRequest) -> Asked:
    """The day and the filters that the address names; yesterday where it names none, never a day to come."""
    told, today = request.GET, business_day()
    try:
        day = parse_date(told.get("as_of", "")) or today - timedelta(days=1)
    except ValueError:
        day = today - timedelta(days=1)
    part, sort = told.get("part", ""), told.get("sort", "-on")
    return Asked(
        as_of=min(day, today),
        segment=told.get("segment", "")[:20],
        then=told.get("known") == "then",
        part=part if part in dict(PARTS) else "",
        text=told.get("q", "").strip()[:60],
        sort=sort if sort.removeprefix("-") in SORTS else "-on",
    )


@signed_in
@require_GET
def exposure(request: HttpRequest, no: str) -> HttpResponse:
    """One customer on one past day."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    access.require(actor, "limits.read", f"customer:{no}")
    customer = customers.get(actor, no, on=on)
    told: dict[str, Any] = {"as_of": wanted.as_of, "segment": wanted.segment, "known_on": wanted.known_on}
    found = credit.exposure_as_of(customer, **told)
    limit = credit.headroom(customer, on=wanted.as_of, segment=wanted.segment).limit
    group = credit.group_as_of(actor, customer, on=on, **told)
    page = Paginator(_chosen(found.documents, wanted).to_dicts(), A_PAGE).get_page(request.GET.get("page"))
    currency = found.exposure.currency
    return render(
        request,
        "exposure/day.html",
        {
            "customer": customer,
            "wanted": wanted,
            "found": found,
            "total": hold_words.amount(found.exposure.minor, currency),
            "limit": hold_words.limit_told(limit, currency),
            "parts": _parts(found.exposure, found.documents),
            "page": page,
            "lines": [_line(row) for row in page],
            "labels": PARTS,
            "group": [_member(row) for row in group.iter_rows(named=True)],
            "segments": [(each, each) for each in credit.segments_of(customer) if each],
            "day_before": wanted.as_of - timedelta(days=1),
            "query": request.GET.urlencode(),
            "may_export": actor.may("exports.read"),
            "may_order": actor.may("orders.read"),
            "is_asked": bool(wanted.part or wanted.text),
        },
    )


@signed_in
@require_GET
def export(request: HttpRequest, no: str) -> HttpResponse:
    """The same day as Excel, with every document."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    told: dict[str, Any] = {"as_of": wanted.as_of, "segment": wanted.segment, "known_on": wanted.known_on}
    content = reports.export_exposure(actor=actor, on=on, customer_no=no, **told)
    return workbook_answer(content, f"exposure-{wanted.as_of.isoformat()}.xlsx")


def _chosen(documents: pl.DataFrame, wanted: Asked) -> pl.DataFrame:
    """The documents that pass the filters, in the order asked for."""
    if wanted.part:
        documents = documents.filter(pl.col("component") == wanted.part)
    if wanted.text:
        documents = documents.filter(
            pl.col("no").str.to_lowercase().str.contains(wanted.text.lower(), literal=True)
        )
    down = wanted.sort.startswith("-")
    return documents.sort(
        SORTS[wanted.sort.removeprefix("-")], "no", descending=[down, False], nulls_last=True
    )


def _parts(exposure: Any, documents: pl.DataFrame) -> list[dict[str, Any]]:
    counted = dict(documents.group_by("component").len().iter_rows())
    return [
        {
            "code": code,
            "label": label,
            "money": Money((-1 if code in TAKEN_OFF else 1) * getattr(exposure, code), exposure.currency),
            "documents": counted.get(code, 0),
        }
        for code, label in PARTS
    ]


def _line(row: dict[str, Any]) -> dict[str, Any]:
    label = dict(PARTS)[row["component"]]
    sign = -1 if row["component"] in TAKEN_OFF else 1
    money = hold_words.amount(sign * row["minor"], row["currency"])
    return {
        **row,
        "label": label,
        "money": money,
        "is_order": row["component"] in ("ordered", "delivered", "held"),
    }


def _member(row: dict[str, Any]) -> dict[str, Any]:
    money = {
        code: Money(row[code], row["currency"]) for code in ("receivable", "prepaid", "delivered", "ordered")
    }
    return {**row, **money, "total": Money(row["minor"], row["currency"])}


urlpatterns = [
    path("customers/exposure/<path:no>/export/", export, name="export_exposure"),
    path("customers/exposure/<path:no>/", exposure, name="exposure"),
]
