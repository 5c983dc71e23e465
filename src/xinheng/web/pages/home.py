"""What needs attention today, and how the customers stand."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports import queries as reports
from xinheng.reports import services as room
from xinheng.reports.services import figure_text
from xinheng.runs.services import business_day
from xinheng.web.pages import (
    attention,
    attention_advances,
    attention_applications,
    attention_collection,
    attention_confirmations,
    attention_custody,
    attention_dossiers,
    attention_dunning,
    attention_duties,
    attention_evidence,
    attention_exposure,
    attention_holds,
    attention_money,
    attention_privacy,
    attention_processes,
    attention_reviews,
    attention_warnings,
)
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.scales import scale_by


@signed_in
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first page: calls to act, each with where to go; nothing when all is quiet.

    What would keep a reader of very many customers waiting is asked for after the page stands.
    """
    actor, on = actor_of(request), business_day()
    may_see = actor.may("customers.read")
    large = may_see and reports.is_large(actor, on=on)
    told: dict[str, Any] = {
        "figures_later": large,
        "calls_later": large and actor.scope.reach != "everything",
        "may_see": may_see,
    }
    if may_see and not large:
        told |= _figures(actor)
    if not told["calls_later"]:
        told |= {"calls": _calls(actor), **_beginning(actor, told)}
    return render(request, "home/home.html", told)


@signed_in
@require_GET
def home_figures(request: HttpRequest) -> HttpResponse:
    """The figures of the home page."""
    return render(request, "home/figures.html", _figures(actor_of(request)))


@signed_in
@require_GET
def home_calls(request: HttpRequest) -> HttpResponse:
    """The calls of the home page."""
    return render(request, "home/calls.html", {"calls": _calls(actor_of(request))})


def _calls(actor: Actor) -> list[attention.Call]:
    """Everything that waits for the actor: signatures first, then what hurts most."""
    on = business_day()
    found = [*attention_reviews.of_approvals(actor, on), *attention.calls(actor, on=on)]
    if actor.may("ratings.read") and actor.may("customers.read"):
        found += attention_reviews.of_reviews(actor, on)
    if actor.may("customers.review"):
        found += attention_evidence.of_urgent_reports(actor, on)
    if actor.may("customers.read"):
        found += attention_evidence.of_investigations(actor, on)
    if actor.may("limits.read") and actor.may("customers.read"):
        found += [*attention_holds.of_late(actor, on), *attention_holds.of_holds(actor, on)]
        found += attention_holds.of_own(actor, on)
        found += attention_exposure.of_differences(actor)
        found += [*attention_exposure.of_late_covers(actor, on), *attention_exposure.of_lapsing(actor, on)]
    if actor.may("applications.read") and actor.may("customers.read"):
        found += attention_applications.of_late(actor, on)
        found += attention_applications.of_agreements(actor, on)
        found += attention_applications.of_below(actor, on)
    if actor.may("processes.close"):
        found += attention_processes.of_steps(actor, on)
    if actor.may("advances.read") and actor.may("customers.read"):
        found += attention_advances.of_advances(actor, on)
    return [*found, *_cash_calls(actor, on)]


def _cash_calls(actor: Actor, on: date) -> list[attention.Call]:
    """What waits between bill and cash."""
    found = [*attention_warnings.of_warnings(actor, on), *attention_warnings.of_disputes(actor, on)]
    if actor.may("receivables.read") and actor.may("customers.read"):
        found += attention_confirmations.of_proofs(actor, on)
    if actor.may("confirmations.read") and actor.may("customers.read"):
        found += attention_confirmations.of_differences(actor, on)
        found += attention_confirmations.of_silent(actor, on)
    if actor.may("collection.read") and actor.may("customers.read"):
        found += attention_collection.of_collection(actor, on)
    found += attention_dunning.of_dunning(actor, on)
    found += attention_money.of_money(actor, on)
    found += attention_duties.of_duties(actor, on)
    found += [*attention_dossiers.of_dossiers(actor, on), *attention_dossiers.of_kept_files(actor, on)]
    found += attention_custody.of_custody(actor, on)
    found += attention_privacy.of_privacy(actor, on)
    return found


def _beginning(actor: Actor, told: dict[str, Any]) -> dict[str, Any]:
    """Whether there is nothing yet to pay attention to, and who may begin."""
    empty = told["may_see"] and not told["figures_later"] and not told["portfolio"].customers
    return {"is_empty": empty, "may_import": actor.may("intake.write")}


def _figures(actor: Actor) -> dict[str, Any]:
    on = business_day()
    held = reports.portfolio(actor, on=on)
    run = ratings.latest_run(as_of=on) if actor.may("ratings.read") else None
    told: dict[str, Any] = {
        "portfolio": held,
        "balances": [_amount(amount) for amount in held.balances],
        "overdue": [_amount(amount) for amount in held.overdue],
        "may_measure": actor.may("indicators.read"),
        "run": run,
    }
    if run is None:
        return told
    scale, shares = scale_by(run.policy_sha256), reports.run_shares(actor, run.pk, on=on)
    counts: dict[str, int] = {}
    for share in shares:
        counts[share.grade] = counts.get(share.grade, 0) + share.customers
    total = sum(counts.values())
    grades = [*scale.grades, *([""] if counts.get("") else [])]
    told["scale"] = scale
    told["shares"] = [
        {
            "badge": scale.badge(grade),
            "key": grade or "-",
            "customers": counts.get(grade, 0),
            "percent": round(100 * counts.get(grade, 0) / total, 1) if total else 0,
            "share": figure_text(counts.get(grade, 0) / total, "share") if total else "",
        }
        for grade in grades
    ]
    links = {
        one["key"].strip("-"): f"/ratings/{run.pk}/customers/?grade={one['key']}" for one in told["shares"]
    }
    told["chart"] = room.grade_distribution(shares, scale.grades, links) if total else None
    return told


def _amount(amount: Money) -> dict[str, str]:
    return {"text": figure_text(amount, "CNY"), "currency": amount.currency}


urlpatterns = [
    path("", home, name="home"),
    path("home/figures/", home_figures, name="home_figures"),
    path("home/calls/", home_calls, name="home_calls"),
]
