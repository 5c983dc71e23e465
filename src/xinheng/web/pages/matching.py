"""Cash application: what waits for a person, what a run would do, runs and taking them back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.judgements.matching import queries as matching
from xinheng.judgements.matching import services as acts
from xinheng.judgements.matching.values import SORTS, STATES, Wanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import matching_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer

A_PAGE = 50
COLUMNS: list[tuple[str, Any]] = [  # sort key, heading
    ("customer", _("Customer")), ("received", _("Receipt")), ("amount", _("Amount")), ("", _("Pays")),
    ("confidence", _("How sure")), ("", _("State")),
]  # fmt: skip


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told = request.GET
    state, sort, run = told.get("state", "waiting"), told.get("sort", "-confidence"), told.get("run", "")
    return Wanted(
        text=told.get("q", "").strip()[:100],
        state=state if state in (*STATES, "") else "waiting",
        way=told.get("way", "")[:20],
        run=int(run) if run.isascii() and run.isdigit() and len(run) < 16 else 0,
        sort=sort if sort.removeprefix("-") in SORTS else "-confidence",
    )


@signed_in
@require_GET
def review_list(request: HttpRequest) -> HttpResponse:
    """The proposals within reach that pass the filters; those that wait, unless told otherwise."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    page = Paginator(matching.proposals(actor, wanted, on=on), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": matching_words.lines(list(page), on),
        "wanted": wanted,
        "states": list(matching.STATE_WORDS.items()),
        "ways": list(matching_words.ways(on).items()),
        "columns": headings(request, wanted.sort, COLUMNS),
        "waiting": matching.waiting(actor, on=on),
        "has_rules": matching.perhaps_in_force(on) is not None,
        "is_shipped": any(one.header.code == "matching" for one in packs.not_adopted("matching_rules")),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_apply": actor.may("matching.write") and wanted.state == "waiting",
        "may_adopt": actor.may("policies.adopt"),
    }
    return render(request, "matching/list.html", told)


def headings(request: HttpRequest, sort: str, columns: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    """The headings of a list, each with the address that sorts by it."""
    found = []
    for key, label in columns:
        here = bool(key) and sort.removeprefix("-") == key
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{key}" if here and not sort.startswith("-") else key
        order = ("descending" if sort.startswith("-") else "ascending") if here else "none"
        found.append({"label": label, "address": f"?{query.urlencode()}" if key else "", "sorted": order})
    return found


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered proposals as Excel, with the money no proposal waits for and the lines of the bank."""
    actor, on = actor_of(request), business_day()
    content = room.export_matching(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"cash-application-{on.isoformat()}.xlsx")


@signed_in
@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Apply the chosen proposals."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "matching.write", "proposals")
    told = [int(one) for one in request.POST.getlist("proposal") if one.isascii() and one.isdigit()][:200]
    number = acts.accept(actor=actor, on=on, proposal_ids=told) if told else 0
    words = ngettext("%(number)s proposal is applied.", "%(number)s proposals are applied.", number)
    messages.success(request, words % {"number": number})
    return redirect("matching")


@signed_in
@require_GET
def run_list(request: HttpRequest) -> HttpResponse:
    """What a run would come to now, and the runs there were."""
    actor, on = actor_of(request), business_day()
    page = Paginator(matching.runs(actor), A_PAGE).get_page(request.GET.get("page"))
    told: dict[str, Any] = {
        "page": page,
        "lines": [matching_words.run(row) for row in page],
        "may_run": actor.may("matching.write"),
        "has_rules": matching.perhaps_in_force(on) is not None,
    }
    if told["has_rules"] and request.GET.get("preview"):
        outcome, by_way = matching.preview(actor, on=on)
        words = matching_words.ways(on)
        told["outcome"] = outcome
        told["by_way"] = [
            {
                "way": words.get(row["way"], row["way"]),
                "percent": round(row["confidence"] * 100, 1),
                "is_sure": row["is_sure"],
                "receipts": row["receipts"],
                "money": Money(row["minor"], row["currency"]),
                "currency": row["currency"],
            }
            for row in by_way.iter_rows(named=True)
        ]
    return render(request, "matching/runs.html", told)


@signed_in
@require_POST
def begin_run(request: HttpRequest) -> HttpResponse:
    """Look at all free money within reach, and apply what is sure."""
    actor, on = actor_of(request), business_day()
    outcome = acts.run(actor=actor, on=on)
    words = gettext("Applied %(applied)s of %(receipts)s receipts; %(waiting)s wait for review.")
    figures = {"applied": outcome.applied, "receipts": outcome.receipts, "waiting": outcome.waiting}
    messages.success(request, words % figures)
    return redirect("matching_runs")


@signed_in
@require_POST
def undo_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Take a whole run back."""
    actor, on = actor_of(request), business_day()
    number = acts.undo_run(actor=actor, on=on, run_id=run_id, reason=request.POST.get("reason", ""))
    words = ngettext("%(number)s settlement is taken back.", "%(number)s settlements are taken back.", number)
    messages.success(request, words % {"number": number})
    return redirect("matching_runs")


@signed_in
@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Let the shipped rules of cash application hold from today on."""
    actor, on = actor_of(request), business_day()
    told: dict[str, Any] = {"codes": ["matching"], "kind": "matching_rules"}
    adopting.adopt_shipped(actor=actor, on=on, effective_from=on, **told)
    messages.success(request, gettext("The rules of cash application are in force from today on."))
    return redirect("matching_runs")


urlpatterns = [
    path("matching/", review_list, name="matching"),
    path("matching/export/", export, name="export_matching"),
    path("matching/accept/", accept, name="accept_matching"),
    path("matching/adopt/", adopt, name="adopt_matching"),
    path("matching/runs/", run_list, name="matching_runs"),
    path("matching/runs/begin/", begin_run, name="begin_matching"),
    path("matching/runs/<int:run_id>/undo/", undo_run, name="undo_matching_run"),
]
