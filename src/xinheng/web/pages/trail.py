"""The audit trail: search it, read what changed, verify it, take it away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.audit import queries
from xinheng.base.audit import services as audit
from xinheng.base.audit.values import Search
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trail_words import OUTCOMES, act_word, entry_line

A_PAGE = 50


def asked(request: HttpRequest) -> Search:
    """What the address asks for; anything that makes no sense is passed over."""
    named = request.GET

    def text(name: str, length: int) -> str:
        return named.get(name, "").strip()[:length]

    outcome = named.get("outcome", "")
    return Search(
        login=text("login", 150).lower(),
        act=text("act", 80),
        subject=text("subject", 200),
        outcome=outcome if outcome in OUTCOMES else "",
        from_on=_day(named.get("from_on", "")),
        until_on=_day(named.get("until_on", "")),
        text=text("text", 100),
    )


def _day(text: str) -> date | None:
    try:
        return parse_date(text[:10])
    except ValueError:
        return None


def _place(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@signed_in
@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """The entries that fit, the newest first, a page at a time by their numbers."""
    actor = actor_of(request)
    access.require(actor, "audit.read")
    wanted = asked(request)
    found = queries.search(**wanted)
    before, after = (_place(request.GET.get(name, "")) for name in ("before", "after"))
    if after:
        rows = list(found.filter(pk__gt=after).order_by("pk")[: A_PAGE + 1])
        newer, older = len(rows) > A_PAGE, True
        rows = rows[:A_PAGE][::-1]
    else:
        rows = list((found.filter(pk__lt=before) if before else found)[: A_PAGE + 1])
        newer, older = bool(before), len(rows) > A_PAGE
        rows = rows[:A_PAGE]
    told: dict[str, Any] = {
        "lines": [entry_line(row) for row in rows],
        "newer": rows[0].pk if rows and newer else None,
        "older": rows[-1].pk if rows and older else None,
        "wanted": wanted,
        "is_filtered": any(wanted.values()),
        "acts": [(act, act_word(act)) for act in queries.acts()],
        "outcomes": OUTCOMES,
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
    }
    return render(request, "audit/trail.html", told)


@signed_in
@require_POST
def verify_trail(request: HttpRequest) -> HttpResponse:
    """Walk the whole trail and say what was found."""
    access.require(actor_of(request), "audit.read")
    head = request.POST.get("noted_head", "").strip()[:100]
    return render(request, "audit/verification.html", {"found": audit.verify(noted_head=head)})


@signed_in
@require_GET
def export_trail(request: HttpRequest) -> HttpResponse:
    """The entries that fit as a workbook."""
    on = business_day()
    content = reports.export_trail(actor=actor_of(request), on=on, wanted=asked(request))
    return workbook_answer(content, f"audit-trail-{on.isoformat()}.xlsx")


urlpatterns = [
    path("audit/", trail, name="trail"),
    path("audit/verify/", verify_trail, name="verify_trail"),
    path("audit/export/", export_trail, name="export_trail"),
]
