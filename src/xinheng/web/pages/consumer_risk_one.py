"""One consumer: its risk by the last run, its points with every demerit, its prepaid balance."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from xinheng.base.access import services as access
from xinheng.facts.metering import queries as metering
from xinheng.judgements.consumers import queries as consumers
from xinheng.judgements.consumers import services as acts
from xinheng.judgements.consumers.errors import RiskRunUnknown
from xinheng.judgements.consumers.values import Wanted
from xinheng.reports import queries as lists
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.consumer_risk_forms import DemeritForm, PaymentForm, TakeBackForm, faults_of
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.trying import tried

ONE = "consumer-risk/consumers/<str:consumer_no>/"
OF_LEVEL = {"high": "bad", "risk": "warn", "none": "good", "not_assessable": ""}


@signed_in
def consumer_risk_one(request: HttpRequest, consumer_no: str) -> HttpResponse:
    """Everything of one consumer; taking points by hand, where one may."""
    actor, on = actor_of(request), business_day()
    points = consumers.points_of(actor, consumer_no, as_of=on)
    rules = consumers.points_in_force(on)
    sent = request.POST if request.method == "POST" else None
    form = DemeritForm(rules, sent, initial={"from_on": on})
    if sent is not None:
        access.require(actor, "consumers.write")
        if tried(request, form, lambda: acts.add_demerit(actor=actor, on=on, new=form.new(consumer_no))):
            messages.success(request, gettext("The demerit is kept."))
            return redirect("consumer_risk_one", consumer_no)
    may_write = actor.may("consumers.write")
    told = {
        "consumer": metering.consumer(actor, consumer_no), "points": points, "rules": rules,
        "risk": _risk(actor, consumer_no, on), "fee": _fee(actor, consumer_no, on),
        "history": consumers.history(actor, consumer_no),
        "names": {one.code: str(one) for one in rules.demerits},
        "payments": consumers.payments_under_way(actor, consumer_no),
        "form": form if may_write else None, "payment_form": PaymentForm(initial={"paid_on": on}),
        "take_back": TakeBackForm(), "may_write": may_write,
    }  # fmt: skip
    return render(request, "consumer_risk/one.html", told, status=422 if sent is not None else 200)


def _risk(actor: Any, consumer_no: str, on: Any) -> dict[str, Any] | None:
    try:
        rows = consumers.risks(actor, Wanted(text=consumer_no)).to_dicts()
    except RiskRunUnknown:
        return None
    row = next((one for one in rows if one["consumer"] == consumer_no), None)
    if row is None:
        return None
    listed = lists.CONSUMER_LISTS["risks"]
    cells = zip(listed.columns, listed.cells(row, on), strict=True)
    pairs = [(column.title, reports.in_words(value, column.kind)) for column, value in cells]
    return {"pairs": pairs[2:], "tone": OF_LEVEL[row["level"]], "level": consumers.LEVEL_WORDS[row["level"]]}


def _fee(actor: Any, consumer_no: str, on: Any) -> dict[str, Any] | None:
    rows = consumers.fee_hints(actor, on=on, consumer_no=consumer_no).to_dicts()
    if not rows:
        return None
    (row,) = rows
    listed = lists.CONSUMER_LISTS["fees"]
    cells = zip(listed.columns, listed.cells(row, on), strict=True)
    return {"pairs": [(column.title, reports.in_words(value, column.kind)) for column, value in cells][2:]}


@signed_in
@require_POST
def take_back(request: HttpRequest, consumer_no: str, entry_id: int) -> HttpResponse:
    """Take a demerit back."""
    actor, on, form = actor_of(request), business_day(), TakeBackForm(request.POST)
    access.require(actor, "consumers.write")
    done = tried(
        request, form,
        lambda: acts.take_back_demerit(
            actor=actor, on=on, consumer_no=consumer_no, entry_id=entry_id, why=form.cleaned_data["why"]
        ),
    )  # fmt: skip
    _said(request, form, done, gettext("The demerit is taken back."))
    return redirect("consumer_risk_one", consumer_no)


@signed_in
@require_POST
def tell_payment(request: HttpRequest, consumer_no: str) -> HttpResponse:
    """Keep a payment under way."""
    actor, on, form = actor_of(request), business_day(), PaymentForm(request.POST)
    access.require(actor, "consumers.write")
    done = tried(
        request, form, lambda: acts.tell_payment(actor=actor, on=on, consumer_no=consumer_no, **form.told())
    )
    _said(request, form, done, gettext("The payment counts until it arrives or fails."))
    return redirect("consumer_risk_one", consumer_no)


@signed_in
@require_POST
def end_payment(request: HttpRequest, consumer_no: str, payment_id: int, outcome: str) -> HttpResponse:
    """Say that a payment arrived or failed."""
    acts.end_payment(actor=actor_of(request), on=business_day(), payment_id=payment_id, outcome=outcome)
    messages.success(request, gettext("It is kept."))
    return redirect("consumer_risk_one", consumer_no)


def _said(request: HttpRequest, form: Any, done: Any, words: str) -> None:
    if done:
        messages.success(request, words)
    else:
        messages.error(request, faults_of(form))


urlpatterns = [
    path(f"{ONE}demerits/<int:entry_id>/take-back/", take_back, name="take_back_demerit"),
    path(f"{ONE}payments/<int:payment_id>/<str:outcome>/", end_payment, name="end_consumer_payment"),
    path(f"{ONE}payments/", tell_payment, name="tell_consumer_payment"),
    path(ONE, consumer_risk_one, name="consumer_risk_one"),
]
