"""The list of customers: search, filters, order, export."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_args

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.reports import queries as reports
from xinheng.reports import services as room
from xinheng.reports.values import MEASURED_KEYS, Line, Listing, Order, SortKey, Wanted
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.scales import Scale, scale_of

COLUMNS: list[tuple[SortKey, Any, str]] = [  # sort key, heading, the right to see it
    ("no", _("No."), ""),
    ("name", _("Name"), ""),
    ("industry", _("Industry"), ""),
    ("region", _("Region"), ""),
    ("salesperson", _("Salesperson"), ""),
    ("grade", _("Grade"), "ratings.read"),
    ("approved", _("Approved grade"), "ratings.read"),
    ("review", _("Next review"), "ratings.read"),
    ("balance", _("Balance"), "indicators.read"),
    ("overdue", _("Overdue"), "indicators.read"),
    ("turnover", _("Turnover 12 months"), "indicators.read"),
]
WIDE_ONLY = {
    "no",
    "industry",
    "region",
    "salesperson",
    "turnover",
    "approved",
    "review",
}  # no room for them on a phone


def asked(request: HttpRequest) -> tuple[Wanted, Order]:
    """The filters and the order that the address names; anything else in it is passed over."""
    named = request.GET
    sort = named.get("sort", "no")
    key: SortKey = next((key for key in get_args(SortKey) if key == sort.lstrip("-")), "no")
    wanted = Wanted(
        text=named.get("q", "").strip()[:100],
        grade=named.get("grade", "")[:12],
        approved=named.get("approved", "")[:12],
        section=named.get("section", "")[:1],
        region=named.get("region", "")[:20],
        size_class=named.get("size", "")[:16],
        salesperson=named.get("person", "")[:150],
        unit=named.get("unit", "")[:40],
        status=named.get("status", "")[:8],
        overdue=named.get("overdue") == "1",
        lacking=named.get("lacking", "")[:16],
    )
    place = (_place(named.get("after")), _place(named.get("before")))
    return wanted, Order(key, sort.startswith("-"), *place, likely="" if named.get("sort") else wanted.text)


def _place(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


@signed_in
@require_GET
def customer_list(request: HttpRequest) -> HttpResponse:
    """The customers the reader may see, a page at a time."""
    actor, on = actor_of(request), business_day()
    wanted, order = asked(request)
    listing = reports.customer_list(actor, wanted, order, on=on)
    scale = scale_of(listing.run_id)
    told = {
        "listing": listing,
        "rows": [_row(line, scale, on) for line in listing.lines],
        "columns": _headings(request, order, actor),
        "wanted": wanted,
        "order": order,
        "filtered": wanted != Wanted(),
        "narrowed": replace(wanted, text="", lacking="") != Wanted(),
        "choices": reports.choices(actor, on=on),
        "words": _words(),
        "scale": scale,
        "may_rate": actor.may("ratings.read"),
        "may_measure": actor.may("indicators.read"),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("customers.write"),
        "may_start": actor.may("processes.start"),
        "may_import": actor.may("intake.write"),
        "lacking_address": _lacking_address(request, order),
        **_pager(request, listing),
    }
    return render(request, "customers/list.html", told)


@signed_in
@require_GET
def customer_sizes(request: HttpRequest) -> HttpResponse:
    """How many customers match; asked for after the page stands, where counting takes a while."""
    wanted, order = asked(request)
    sizes = reports.customer_sizes(actor_of(request), wanted, order, on=business_day())
    told = {"sizes": sizes, "order": order, "lacking_address": _lacking_address(request, order)}
    return render(request, "customers/sizes.html", told)


def _row(line: Line, scale: Scale, on: date) -> dict[str, Any]:
    due = line.approved.review_due_on if line.approved else None
    return {
        "line": line,
        "section": room.word(room.SECTIONS, line.section),
        "badge": scale.badge(line.grade),
        "approved": scale.badge(line.approved.grade) if line.approved else None,
        "is_late": bool(due and due < on),
        "turn": scale.turn(line.previous_grade, line.grade),
        "unit": line.currency if line.currency != "CNY" else "",
    }


def _lacking_address(request: HttpRequest, order: Order) -> str:
    """The same list with only those that have no place in the order."""
    query = request.GET.copy()
    for gone in ("after", "before", "sort"):
        query.pop(gone, None)
    query["lacking"] = order.key
    return f"{reverse('customers')}?{query.urlencode()}"


def _headings(request: HttpRequest, order: Order, actor: Any) -> list[dict[str, Any]]:
    headings = []
    for key, label, right in COLUMNS:
        if right and not actor.may(right):
            continue
        here = order.key == key and not order.likely
        sort = f"-{key}" if (here and not order.descending) or (not here and key in MEASURED_KEYS) else key
        query = request.GET.copy()
        for gone in ("after", "before", "lacking"):
            query.pop(gone, None)
        query["sort"] = sort
        headings.append(
            {
                "key": key,
                "label": label,
                "address": f"?{query.urlencode()}",
                "here": here,
                "sorted": ("descending" if order.descending else "ascending") if here else "none",
                "number": key in MEASURED_KEYS,
                "wide": key in WIDE_ONLY,
            }
        )
    return headings


def _pager(request: HttpRequest, listing: Listing) -> dict[str, str]:
    query = request.GET.copy()
    for gone in ("after", "before"):
        query.pop(gone, None)
    start = query.urlencode()
    pager = {"query": start, "previous": "", "next": ""}
    if listing.lines and not listing.first:
        pager["previous"] = f"?{start}&before={listing.lines[0].customer_id}".replace("?&", "?")
    if listing.lines and not listing.last:
        pager["next"] = f"?{start}&after={listing.lines[-1].customer_id}".replace("?&", "?")
    return pager


def _words() -> dict[str, Any]:
    return {
        "sections": room.in_full(room.SECTIONS),
        "sizes": room.in_full(room.SIZES),
        "statuses": room.in_full(room.STATUSES),
    }


urlpatterns = [
    path("customers/", customer_list, name="customers"),
    path("customers/sizes/", customer_sizes, name="customer_sizes"),
]
