"""Dossiers: the list with its work lists, what is missing, completeness by kind, the register of numbers."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers.values import Wanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.dossier_words import COLUMNS, WORK_LISTS, asked, kind_choices, row
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.seen import Seen

A_PAGE = 50
VOID_SHOWN = 200


@signed_in
@require_GET
def dossier_list(request: HttpRequest) -> HttpResponse:
    """The dossiers within reach that pass the filters, each with how complete it is."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    kinds = dossiers.kinds(on)
    page = Paginator(dossiers.dossiers(actor, wanted, on), A_PAGE).get_page(request.GET.get("page"))
    states = dossiers.of_dossiers([one.pk for one in page], on)
    told = {
        "page": page,
        "lines": [row(one, kinds, states) for one in page],
        "wanted": wanted,
        "kinds": kind_choices(kinds),
        "work_lists": [(code, words) for code, words in WORK_LISTS.items()],
        "columns": headings(request, COLUMNS, wanted.sort),
        "query": request.GET.urlencode(),
        **_may(actor),
    }
    return render(request, "dossiers/list.html", told)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered dossiers as Excel, with what is missing on a sheet of its own."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "dossiers.read")
    content = room.export_dossiers(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"dossiers-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def missing(request: HttpRequest) -> HttpResponse:
    """What is missing in the filtered dossiers, a row a paper."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    kinds = dossiers.kinds(on)
    rows = dossiers.missing_lines(actor, wanted, on)
    page = Paginator(range(rows.height), A_PAGE).get_page(request.GET.get("page"))
    shown = rows.slice(max(page.start_index() - 1, 0), A_PAGE)
    told = {
        "page": page,
        "lines": [_missing(one, kinds) for one in shown.iter_rows(named=True)],
        "wanted": wanted,
        "kinds": kind_choices(kinds),
        "query": request.GET.urlencode(),
        **_may(actor),
    }
    return render(request, "dossiers/missing.html", told)


@signed_in
@require_GET
def by_kind(request: HttpRequest) -> HttpResponse:
    """How complete the dossiers of each kind and unit are."""
    actor, on = actor_of(request), business_day()
    kinds = dossiers.kinds(on)
    rows = dossiers.by_kind_and_unit(actor, Wanted(), on).iter_rows(named=True)
    told = {"lines": [_summed(one, kinds) for one in rows], **_may(actor)}
    return render(request, "dossiers/by_kind.html", told)


@signed_in
@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    """The register of numbers: rows of numbers, gaps in them, and the numbers that are void."""
    actor = actor_of(request)
    told = {"series": dossiers.series(actor), "void": dossiers.void_numbers(actor)[:VOID_SHOWN]}
    return render(request, "dossiers/numbers.html", told)


def tab(seen: Seen, _request: HttpRequest) -> dict[str, Any]:
    """The dossiers of a customer, for its page."""
    wanted = Wanted(customer=seen.customer.no)
    found = list(dossiers.dossiers(seen.actor, wanted, seen.on)[:A_PAGE])
    kinds, states = dossiers.kinds(seen.on), dossiers.of_dossiers([one.pk for one in found], seen.on)
    return {
        "lines": [row(one, kinds, states) for one in found],
        "may_open": seen.actor.may("dossiers.write") and not seen.past,
    }


def _may(actor: Actor) -> dict[str, bool]:
    return {"may_export": actor.may("exports.read"), "may_write": actor.may("dossiers.write")}


def _missing(one: dict[str, Any], kinds: Any) -> dict[str, Any]:
    kind = kinds.get(one["kind"])
    return one | {"kind": kind.words if kind else one["kind"], "state": dossiers.line_word(one["state"])}


def _summed(one: dict[str, Any], kinds: Any) -> dict[str, Any]:
    kind = kinds.get(one["kind"])
    share = "—" if one["share"] is None else f"{one['present'] * 100 // one['asked']}%"
    return one | {"words": kind.words if kind else one["kind"], "share": share}


urlpatterns = [
    path("dossiers/", dossier_list, name="dossiers"),
    path("dossiers/export/", export, name="export_dossiers"),
    path("dossiers/missing/", missing, name="missing_papers"),
    path("dossiers/by-kind/", by_kind, name="dossiers_by_kind"),
    path("dossiers/numbers/", numbers, name="dossier_numbers"),
]
