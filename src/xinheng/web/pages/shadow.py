"""Replays of a past: what a check policy would have held, let go, saved and cost, before it is in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs import queries as packs
from xinheng.judgements.shadow import queries as shadow
from xinheng.judgements.shadow import services as replays
from xinheng.judgements.shadow.values import Wanted
from xinheng.reports import services as reports
from xinheng.runs import services as runs
from xinheng.web.pages.edge import actor_of, go_to, signed_in, wants_part
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.shadow_forms import KIND, ReplayForm
from xinheng.web.pages.trying import tried

SHOWN = 50
FIRST_CUSTOMERS = 15
UNDER_WAY = ("waiting", "running")
COLUMNS: list[tuple[str, Any]] = [  # sort key, heading
    ("on", _("Ordered on")), ("", _("Order number")), ("customer", _("Customer")),
    ("value", _("Order value")), ("", _("Outcome")), ("", _("Reasons")), ("over", _("Over the limit")),
    ("days", _("Days held")), ("lost", _("Really paid")),
]  # fmt: skip


@signed_in
@require_GET
def shadow_list(request: HttpRequest) -> HttpResponse:
    """The replays, the newest first."""
    actor = actor_of(request)
    text, state = request.GET.get("q", "").strip()[:100], request.GET.get("state", "")
    found = shadow.shadow_runs(actor, text=text, state=state if state in shadow.STATES else "")
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    rows = [
        {"run": run, "state": shadow.STATES[run.state], "value": Money(run.held_minor, run.currency or "CNY")}
        for run in page
    ]
    told = {
        "rows": rows, "page": page, "text": text, "state": state, "states": [*shadow.STATES.items()],
        "may_run": actor.may("shadow.run"), "is_chosen": bool(text or state),
    }  # fmt: skip
    return render(request, "shadow/list.html", told)


@signed_in
def start_shadow(request: HttpRequest) -> HttpResponse:
    """Ask for a replay; it is done in the background."""
    actor, on = actor_of(request), runs.business_day()
    access.require(actor, "shadow.run")
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReplayForm(actor, *sent, initial={"policy": request.GET.get("policy", "")})
    if request.method == "POST":
        number = tried(request, form, lambda: _begun(actor, on, form))
        if number:
            return redirect("shadow_run", number)
    return render(request, "shadow/start.html", {"form": form}, status=422 if form.is_bound else 200)


def _begun(actor: Actor, on: date, form: ReplayForm) -> int:
    label, text = packs.text_named(actor, KIND, form.cleaned_data["policy"], on=on)
    files = {name: file.chunks() for name, file in form.handed_in().items()}
    run = replays.begin(actor=actor, on=on, plan=form.plan(label, text), files=files)
    runs.enqueue_replay(run.pk, actor.login)
    return int(run.pk)


@signed_in
@require_GET
def shadow_page(request: HttpRequest, number: int) -> HttpResponse:
    """One replay: how far it is, or what it came to."""
    actor = actor_of(request)
    run = shadow.shadow_run(actor, number)
    under_way = run.state in UNDER_WAY
    if wants_part(request):
        if not under_way:
            return go_to(request, reverse("shadow_run", args=[number]))
        return render(request, "shadow/note.html", {"run": run})
    plan = shadow.plan_of_run(run)
    told = {
        "run": run, "state": shadow.STATES[run.state], "under_way": under_way, "plan": plan,
        "how": shadow.HOWS[plan.limits.how], "notes": shadow.notes_of(run),
        "may_run": actor.may("shadow.run"), "may_export": actor.may("exports.read"),
    }  # fmt: skip
    if run.state == "done":
        told |= _came_to(run)
    return render(request, "shadow/run.html", told)


def _came_to(run: Any) -> dict[str, Any]:
    summary, currency = run.summary, run.currency
    figures, words = summary["all"], reports.shadow_headings()
    return {
        "figures": [{"name": words[key], "figure": _figure(key, figures[key], currency)} for key in words],
        "days": figures,
        "lost_margin": Money(figures["lost_margin"], currency),
        "months_chart": reports.shadow_months(summary["months"], currency),
        "reasons_chart": reports.shadow_reasons(summary["reasons"]),
        "reasons": [
            {
                **one,
                "looks_at": shadow.CHECKS[one["check"]],
                "strength": shadow.STRENGTHS[one["strength"]],
                "value": Money(one["value"], currency),
                "saved": Money(one["saved"], currency),
                "lost_sales": Money(one["lost_sales"], currency),
            }
            for one in summary["reasons"]
        ],
        "months": [_in_money(one, currency) for one in summary["months"]],
        "customers": [
            _in_money(one, currency) for one in shadow.customers_of(run).head(FIRST_CUSTOMERS).to_dicts()
        ],
        "agreement": summary["agreement"],
    }


def _figure(name: str, value: Any, currency: str) -> Any:
    return Money(value or 0, currency) if name in reports.SHADOW_MONEY else f"{value:,}"


def _in_money(row: dict[str, Any], currency: str) -> dict[str, Any]:
    return {**row, **{name: Money(row[name] or 0, currency) for name in reports.SHADOW_MONEY}}


@signed_in
@require_GET
def shadow_orders(request: HttpRequest, number: int) -> HttpResponse:
    """The orders of a replay, each with what was decided, why, and how it was really paid."""
    actor, wanted = actor_of(request), asked(request)
    run = shadow.shadow_run(actor, number)
    rules = shadow.rules_of(run)
    found = shadow.orders_of(run, wanted)
    page = Paginator(range(found.height), SHOWN).get_page(request.GET.get("page"))
    first = page.start_index() - 1 if found.height else 0
    reasons = [(rule.code, rule.code) for rule in rules]
    told = {
        "run": run, "page": page, "count": found.height, "wanted": wanted,
        "columns": _headings(request, wanted.sort),
        "rows": [_order(one, rules, run.currency) for one in found.slice(first, SHOWN).to_dicts()],
        "verdicts": [*shadow.VERDICTS.items()], "reasons": reasons, "outcomes": [*shadow.OUTCOMES.items()],
        "blocks": [*shadow.BLOCKS.items()] if run.summary.get("agreement") else [],
        "may_export": actor.may("exports.read"), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "shadow/orders.html", told)


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names."""
    told = request.GET
    names = {"verdict": "verdict", "reason": "reason", "outcome": "outcome", "block": "block", "text": "q"}
    chosen = {field: told.get(name, "").strip()[:60] for field, name in names.items()}
    sort = told.get("sort", "on")
    return Wanted(**chosen, sort=sort if sort.removeprefix("-") in shadow.SORTS else "on")


def _order(one: dict[str, Any], rules: Any, currency: str) -> dict[str, Any]:
    money = ("minor", "exposure_minor", "limit_minor", "over_minor", "overdue_minor", "lost_minor")
    return {
        **one,
        **{name.removesuffix("_minor"): Money(one[name], currency) for name in money},
        "value": Money(one["minor"], currency),
        "word": shadow.VERDICTS[one["verdict"]],
        "codes": shadow.reason_codes(one["reasons"] | one["back_reasons"], rules),
        "paid": shadow.OUTCOMES[one["outcome"]],
    }


def _headings(request: HttpRequest, sort: str) -> list[dict[str, Any]]:
    headings = []
    for key, label in COLUMNS:
        here = bool(key) and sort.removeprefix("-") == key
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{key}" if here and not sort.startswith("-") else key
        order = ("descending" if sort.startswith("-") else "ascending") if here else "none"
        headings.append({"label": label, "address": f"?{query.urlencode()}" if key else "", "sorted": order})
    return headings


@signed_in
@require_POST
def stop_shadow(request: HttpRequest, number: int) -> HttpResponse:
    """Stop a replay that waits or runs."""
    replays.stop(actor=actor_of(request), on=runs.business_day(), number=number)
    messages.success(request, gettext("The replay is stopped."))
    return redirect("shadow_run", number)


@signed_in
@require_POST
def discard_shadow(request: HttpRequest, number: int) -> HttpResponse:
    """Throw a replay away, with what was handed in."""
    replays.discard(actor=actor_of(request), on=runs.business_day(), number=number)
    messages.success(
        request, gettext("Replay %(number)s and its files are thrown away.") % {"number": number}
    )
    return redirect("shadow")


@signed_in
@require_GET
def export_shadow(request: HttpRequest, number: int) -> HttpResponse:
    """One replay as a workbook: all of it, or with the orders that pass the filters."""
    wanted = asked(request) if request.GET else None
    content = reports.export_shadow(
        actor=actor_of(request), on=runs.business_day(), number=number, wanted=wanted
    )
    return workbook_answer(content, f"replay-{number}.xlsx")


urlpatterns = [
    path("replays/", shadow_list, name="shadow"),
    path("replays/new/", start_shadow, name="start_shadow"),
    path("replays/<int:number>/", shadow_page, name="shadow_run"),
    path("replays/<int:number>/orders/", shadow_orders, name="shadow_orders"),
    path("replays/<int:number>/stop/", stop_shadow, name="stop_shadow"),
    path("replays/<int:number>/discard/", discard_shadow, name="discard_shadow"),
    path("replays/<int:number>/export/", export_shadow, name="export_shadow"),
]
