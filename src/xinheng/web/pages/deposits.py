"""Deposits: what is due and held, one of them, and asking for one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.instruments import queries as instruments
from xinheng.facts.instruments import services as acts
from xinheng.facts.instruments.values import MOVES
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.instruments_forms import DEPOSIT_ACTS, DepositForm, form_of
from xinheng.web.pages.trying import tried

A_PAGE = 50
WHICH = [("held", _("in hand")), ("missing", _("not all received"))]


@signed_in
@require_GET
def deposit_list(request: HttpRequest) -> HttpResponse:
    """The deposits within reach that pass the filters."""
    actor, on = actor_of(request), business_day()
    text, which = request.GET.get("q", "").strip()[:100], request.GET.get("which", "")
    which = which if which in dict(WHICH) else ""
    page = Paginator(instruments.deposits(actor, on=on, text=text, which=which), A_PAGE).get_page(
        request.GET.get("page")
    )
    told = {
        "page": page,
        "lines": [{"row": one, "stands": instruments.standing_of(one)} for one in page],
        "text": text,
        "which": which,
        "whichs": WHICH,
        "may_write": actor.may("instruments.write"),
        "may_export": actor.may("exports.read"),
        "on": on,
    }
    return render(request, "instruments/deposits.html", told)


@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """Keep that a customer has to leave a deposit."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "instruments.write", "deposits")
    sent = request.POST if request.method == "POST" else None
    form = DepositForm(sent, initial={"due_on": on, "customer_no": request.GET.get("customer", "")[:40]})

    def kept() -> Any:
        return acts.ask_deposit(
            actor=actor, on=on, customer_no=form.cleaned_data["customer_no"], new=form.new()
        )

    done = tried(request, form, kept) if sent is not None else None
    if done is not None:
        messages.success(request, gettext("The deposit is kept."))
        return redirect("deposit", done.pk)
    told = {"form": form, "heading": _("Ask for a deposit"), "back": "deposits"}
    return render(request, "instruments/new.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def deposit_page(request: HttpRequest, deposit_id: int) -> HttpResponse:
    """One deposit with its moves and the account of its customer."""
    return _shown(request, deposit_id)


def _shown(request: HttpRequest, deposit_id: int, **bound: Any) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    one = instruments.get_deposit(actor, deposit_id, on=on)
    told = {
        "row": one,
        "stands": instruments.standing_of(one),
        "moves": [
            {"row": move, "word": MOVES[move.move], "amount": Money(move.amount_minor, one.currency)}
            for move in instruments.moves_of(one)
        ],
        "account": [
            row
            for row in instruments.account_of(actor, one.customer.no, on=on)
            if row.currency == one.currency
        ],
        "forms": [
            {"act": act, "form": bound.get(act.code) or form_of(act, on=on), "is_open": act.code in bound}
            for act in DEPOSIT_ACTS
            if actor.may("instruments.write")
        ],
    }
    return render(request, "instruments/deposit.html", told, status=422 if bound else 200)


@signed_in
@require_POST
def act_on(request: HttpRequest, deposit_id: int, act: str) -> HttpResponse:
    """Receive, apply or refund."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "instruments.write", f"deposit:{deposit_id}")
    chosen = next((one for one in DEPOSIT_ACTS if one.code == act), None)
    if chosen is None:
        raise FieldsRefused(fields=act)
    one = instruments.get_deposit(actor, deposit_id, on=on)
    form = form_of(chosen, request.POST, on=on)
    told: dict[str, Any] = {"actor": actor, "on": on, "deposit_id": deposit_id}
    if tried(request, form, lambda: chosen.do(told, form.cleaned_data, one.currency) or True) is None:
        return _shown(request, deposit_id, **{act: form})
    messages.success(request, gettext("Done."))
    return redirect("deposit", deposit_id)


urlpatterns = [
    path("deposits/", deposit_list, name="deposits"),
    path("deposits/new/", ask, name="new_deposit"),
    path("deposits/<int:deposit_id>/", deposit_page, name="deposit"),
    path("deposits/<int:deposit_id>/do/<str:act>/", act_on, name="deposit_act"),
]
