"""The lists of the ledger beside its bills: free money, plans, returns, write-offs, foreign items."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from xinheng.base.kernel.refusal import Refusal
from xinheng.reports import queries as reports
from xinheng.reports import services as files
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer

A_PAGE = 50
WORDED = {"kind": reports.CLAIM_KINDS, "purpose": reports.PAYMENT_PURPOSES}  # columns whose values are words


@signed_in
@require_GET
def claim_list(request: HttpRequest, name: str) -> HttpResponse:
    """One list, a page at a time, with its sums."""
    actor, on, listed = actor_of(request), business_day(), _listed(name)
    wanted, page = _wanted(request), _page(request.GET.get("page", ""))
    found = reports.claims(actor, name, wanted, on=on, skip=(page - 1) * A_PAGE, most=A_PAGE)
    told = {
        "name": name,
        "listed": listed,
        "lists": [(key, each.title) for key, each in reports.CLAIM_LISTS.items()],
        "found": found,
        "headings": [(_sorting(field.key, wanted.sort), field) for field in listed.fields],
        "rows": [_shown(row, listed) for row in found.rows],
        "sums": _sums(found, listed),
        "wanted": wanted,
        "on": on,
        "before": page - 1,
        "after": page + 1 if page * A_PAGE < found.total else 0,
        "may_export": actor.may("exports.read"),
    }
    return render(request, "ledger/claims.html", told)


@signed_in
@require_GET
def export_claim_list(request: HttpRequest, name: str) -> HttpResponse:
    """The same list, all of it, as Excel."""
    _listed(name)
    on = business_day()
    content = files.export_claims(actor=actor_of(request), on=on, name=name, wanted=_wanted(request))
    return workbook_answer(content, f"{name}-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def revaluation(request: HttpRequest) -> HttpResponse:
    """Open foreign items at the rates of a day, and what would be gained or lost."""
    actor, on, wanted = actor_of(request), business_day(), _wanted(request)
    as_of = min(wanted.as_of or on, on)
    told: dict[str, Any] = {
        "name": "revaluation",
        "lists": [(key, each.title) for key, each in reports.CLAIM_LISTS.items()],
        "wanted": wanted,
        "as_of": as_of,
        "on": on,
    }
    try:
        told["rows"] = reports.revaluation(actor, on=on, as_of=as_of, text=wanted.text)
    except Refusal as refusal:
        if refusal.code != "rate_missing":
            raise
        told["refusal"] = refusal
    return render(request, "ledger/revaluation.html", told)


def _listed(name: str) -> Any:
    if name not in reports.CLAIM_LISTS:
        raise Http404
    return reports.CLAIM_LISTS[name]


def _wanted(request: HttpRequest) -> reports.ClaimsWanted:
    told = request.GET
    return reports.ClaimsWanted(
        text=told.get("q", "").strip()[:100], as_of=_day(told.get("as_of")), sort=told.get("sort", "")[:40]
    )


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else 1


def _sorting(key: str, sort: str) -> str:
    """What a click on a heading sorts by next: rising, then falling."""
    return f"-{key}" if sort == key else key


def _shown(row: dict[str, Any], listed: Any) -> dict[str, Any]:
    """A row as the page shows it: each value with its kind, words for codes."""
    cells = []
    for field in listed.fields:
        value = row[field.key]
        words = WORDED.get(field.key)
        if words is not None:
            value = "" if value == "" else words.get(value, value)
        cells.append((field.kind, value))
    return {**row, "cells": cells}


def _sums(found: Any, listed: Any) -> list[tuple[str, list[Any]]]:
    """A row of sums a currency: by column, None where it is not money."""
    currencies = sorted({currency for by in found.sums.values() for currency in by})
    return [
        (currency, [found.sums.get(field.key, {}).get(currency) for field in listed.fields])
        for currency in currencies
    ]


urlpatterns = [
    path("ledger/revaluation/", revaluation, name="revaluation"),
    path("ledger/claims/<slug:name>/", claim_list, name="claims"),
    path("ledger/claims/<slug:name>/export/", export_claim_list, name="export_claims"),
]
