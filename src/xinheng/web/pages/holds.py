"""The hold desk: every held order in one ranked list, and one's own orders with their state and reasons."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.texts import halfwidth
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.errors import OrderNotHeld
from xinheng.reports import services as reports
from xinheng.runs import services as runs
from xinheng.runs.services import business_day
from xinheng.web.pages import hold_words
from xinheng.web.pages.edge import actor_of, go_to, signed_in, wants_part
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.scales import scale_by

A_PAGE = 50
AT_ONCE = 200  # held orders checked again while the page waits; more are queued
COLUMNS: list[tuple[str, Any, str]] = [
    ("", _("Order no."), ""), ("customer", _("Customer"), ""), ("grade", _("Grade"), ""),
    ("value", _("Amount"), "xh-num"), ("days", _("Days held"), "xh-num"), ("over", _("Why"), ""),
    ("", _("What would clear it"), ""), ("", _("Who decides"), ""),
]  # fmt: skip


def asked(request: HttpRequest) -> credit.DeskWanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told = request.GET
    check, sort = told.get("check", ""), told.get("sort", "score")
    return credit.DeskWanted(
        text=told.get("q", "").strip()[:100],
        check=check if check in hold_words.CHECKS else "",
        grade=told.get("grade", "")[:12],
        unit=told.get("unit", "")[:40],
        person=told.get("person", "")[:150],
        over_yuan=_yuan(told.get("over", "")),
        mine=told.get("mine") == "1",
        late=told.get("late") == "1",
        sort=sort if sort.removeprefix("-") in credit.SORTS else "score",
    )


def _yuan(text: str) -> Decimal | None:
    try:
        found = Decimal(halfwidth(text[:20]).replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < 10**13 else None


@signed_in
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The held orders within reach, those that deserve the first look on top."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    rows = credit.held_orders(actor, wanted, on=on)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [line_told(one) for one in credit.lines(actor, list(page), on=on)],
        "wanted": wanted,
        "over": request.GET.get("over", "")[:20],
        "columns": hold_words.headings(request, COLUMNS, wanted.sort),
        "checks": list(hold_words.CHECKS.items()),
        **_choices(actor, on),
        "query": request.GET.urlencode(),
        "is_asked": bool(request.GET.keys() - {"sort", "page"}),
        "may_check": actor.may("limits.check"),
        "may_export": actor.may("exports.read"),
        "may_order": actor.may("orders.read"),
        "on": on,
    }
    return render(request, "holds/list.html", told)


def line_told(one: Any) -> dict[str, Any]:
    """One held order as the lists show it."""
    currency = one.credit.account.currency
    return {
        "one": one,
        "credit": one.credit,
        "value": hold_words.amount(one.amount.minor, one.amount.currency),
        "badge": scale_by(one.policy_sha256).badge(one.grade) if one.policy_sha256 else None,
        "reasons": hold_words.reasons_told(one.reasons, currency),
        "ways": hold_words.ways_told(one.ways, currency),
        "authority": next(
            (hold_words.authority_name(each) for each in one.authorities if each.code == one.authority), ""
        ),
        "covers": [
            {"one": each, "what": hold_words.COVERS[each.what], "state": hold_words.COVER_STATES[each.state]}
            for each in one.covers
        ],
    }


def _choices(actor: Actor, on: Any) -> dict[str, Any]:
    """The units, people and grades that held orders are filtered by."""
    rows = credit.held_orders(actor, credit.DeskWanted(), on=on).order_by()
    answering = customers.answering(on=on).filter(customer__in=rows.values("customer"))
    units = answering.order_by("unit__code").values_list("unit__code", "unit__name").distinct()
    held_by = answering.filter(person__isnull=False).order_by("person__login")
    grades = (
        rows.filter(grade__isnull=False).order_by("grade_rank").values_list("grade", flat=True).distinct()
    )
    return {
        "units": [*units, ("-", _("nobody answers"))],
        "persons": list(held_by.values_list("person__login", "person__name").distinct()),
        "grades": [*((each, each) for each in grades), ("-", _("not graded"))],
    }


@signed_in
@require_GET
def export_holds(request: HttpRequest) -> HttpResponse:
    """The filtered held orders as Excel."""
    on = business_day()
    content = reports.export_holds(actor=actor_of(request), on=on, wanted=asked(request))
    return workbook_answer(content, f"held-orders-{on.isoformat()}.xlsx")


@signed_in
@require_POST
def recheck_holds(request: HttpRequest) -> HttpResponse:
    """Ask the rules again about the orders chosen, or about all; very many are done by the queue."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "limits.check", "orders")
    if request.POST.get("all") == "1":
        if credit.held_orders(actor, credit.DeskWanted(), on=on).count() > AT_ONCE:
            job = runs.enqueue_rechecking(on, actor.login)
            return go_to(request, reverse("recheck_progress", args=[job]))
        found = limits.recheck_all(actor=actor, on=on)
    else:
        found = _rechecked(request.POST.getlist("order")[:AT_ONCE], actor, on)
    messages.success(request, _said(found))
    return redirect("holds")


def _rechecked(order_nos: list[str], actor: Actor, on: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for order_no in order_nos:
        try:
            verdict: str = limits.recheck(actor=actor, on=on, order_no=order_no[:60]).verdict
        except OrderNotHeld:  # somebody decided in between
            continue
        found[verdict] = found.get(verdict, 0) + 1
    return found


def _said(found: dict[str, int]) -> str:
    passed, held = found.get("passed", 0), sum(found.values()) - found.get("passed", 0)
    if not passed + held:
        return gettext("No order was chosen that is still held.")
    free = ngettext("%(n)s order passes now", "%(n)s orders pass now", passed) % {"n": passed}
    stays = ngettext("%(n)s stays as it is", "%(n)s stay as they are", held) % {"n": held}
    return f"{free}; {stays}."


@signed_in
@require_GET
def recheck_progress(request: HttpRequest, job: str) -> HttpResponse:
    """How far checking all held orders again is; back to the list when it is done."""
    actor = actor_of(request)
    access.require(actor, "limits.check", "orders")
    state = runs.job_of(actor, job[:60])
    if state.state == "done":
        messages.success(request, _said(state.result))
        return go_to(request, reverse("holds"))
    page = "holds/progress_note.html" if wants_part(request) else "holds/progress.html"
    return render(request, page, {"state": state, "job": job})


@signed_in
@require_GET
def own_orders(request: HttpRequest) -> HttpResponse:
    """The orders that the reader asked for, with where they stand and why."""
    actor, on = actor_of(request), business_day()
    state = request.GET.get("state", "")
    states = ["held", "rejected", "passed", "released", "ended"]
    rows = credit.own_orders(actor, on=on, state=state if state in states else "")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "state": state,
        "states": [(each, credit.STATES[each]) for each in states],
        "lines": [
            {
                "credit": one,
                "value": hold_words.amount(one.amount_minor, one.currency),
                "state": credit.STATES[one.state],
                "tone": hold_words.STATE_TONES[one.state],
                "reasons": hold_words.reasons_told(credit.reasons_of(one.decision), one.account.currency),
            }
            for one in page
        ],
        "may_order": actor.may("orders.read"),
        "on": on,
    }
    return render(request, "holds/own.html", told)


urlpatterns = [
    path("holds/", desk, name="holds"),
    path("holds/export/", export_holds, name="export_holds"),
    path("holds/own/", own_orders, name="own_orders"),
    path("holds/recheck/", recheck_holds, name="recheck_holds"),
    path("holds/recheck/<str:job>/", recheck_progress, name="recheck_progress"),
]
