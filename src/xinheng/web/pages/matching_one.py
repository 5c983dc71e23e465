"""One proposal, and a receipt applied by hand."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.customers import queries as customers
from xinheng.judgements.matching import queries as matching
from xinheng.judgements.matching import services as acts
from xinheng.judgements.matching.errors import NothingChosen
from xinheng.judgements.matching.values import ChosenLine
from xinheng.runs.services import business_day
from xinheng.web.pages import matching_words
from xinheng.web.pages.edge import actor_of, note, signed_in
from xinheng.web.pages.errors import FieldsRefused

A_PAGE = 50
PAYS = "pays:"  # how the field of a bill begins


@signed_in
@require_GET
def proposal_page(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One proposal with the bills it pays and what else is open."""
    return _shown(request, proposal_id)


def _shown(request: HttpRequest, proposal_id: int, refusal: Refusal | None = None) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    one = matching.get_proposal(actor, proposal_id, on=on)
    may_write = actor.may("matching.write")
    told: dict[str, Any] = {
        **matching_words.lines([one], on)[0],
        "may_decide": may_write and one.state == "waiting",
        "may_undo": may_write and one.state == "applied",
        "refusal": refusal,
    }
    if told["may_decide"]:
        told["open_bills"] = _open_bills(actor, one, told["bills"], on)
    return render(request, "matching/one.html", told, status=422 if refusal else 200)


def _open_bills(actor: Any, one: Any, proposed: list[dict[str, Any]], on: Any) -> list[dict[str, Any]]:
    """What is open, each bill with what the proposal pays of it."""
    pays = {line["no"]: line["amount"] for line in proposed if line["is_receipt"]}
    found = matching.by_clearing(actor, one.customer.no, one.receipt.receipt_no, on=on)
    return [{"no": no, "open": left, "pays": pays.get(no)} for no, left, _part in found]


@signed_in
@require_POST
def act_on(request: HttpRequest, proposal_id: int, act: str) -> HttpResponse:
    """Accept a proposal, put other bills in its place, reject it, or take it back."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "matching.write", f"proposal:{proposal_id}")
    one = matching.get_proposal(actor, proposal_id, on=on)
    told: dict[str, Any] = {"actor": actor, "on": on}
    reason = request.POST.get("reason", "")
    try:
        if act == "accept":
            acts.accept(**told, proposal_ids=[proposal_id])
        elif act == "change":
            chosen = _chosen(request.POST, one.currency, one.receipt.receipt_no)
            acts.change(**told, proposal_id=proposal_id, chosen=chosen, reason=reason)
        elif act == "reject":
            acts.reject(**told, proposal_id=proposal_id, reason=reason)
        elif act == "undo":
            acts.undo(**told, proposal_id=proposal_id, reason=reason)
        else:
            raise FieldsRefused(fields=act)
    except Refusal as refusal:
        if refusal.code in ("access_denied", "fields_refused"):
            raise
        note(request, refusal)
        return _shown(request, proposal_id, refusal)
    messages.success(request, gettext("Done."))
    return redirect("matching")


def _chosen(told: QueryDict, currency: str, receipt_no: str) -> list[ChosenLine]:
    """The bills a form names, with what is paid of each. Refuses: NothingChosen."""
    found = []
    for name, text in told.items():
        if name.startswith(PAYS) and str(text).strip():
            try:
                amount = Money.of(Decimal(str(text).replace(",", "")), currency)
            except (InvalidOperation, ValueError):
                raise FieldsRefused(fields=name.removeprefix(PAYS)) from None
            if amount.minor > 0:
                found.append(ChosenLine(name.removeprefix(PAYS), amount))
    if not found:
        raise NothingChosen(receipt_no=receipt_no)
    return found


@signed_in
@require_GET
def unmatched(request: HttpRequest) -> HttpResponse:
    """Money that no proposal waits for: what could not be matched, advances and deposits."""
    actor, on = actor_of(request), business_day()
    found = matching.unmatched(actor, on=on)
    page = Paginator(found.to_dicts(), A_PAGE).get_page(request.GET.get("page"))
    lines = [{**row, "free": Money(row["free_minor"], row["currency"])} for row in page]
    told = {"page": page, "lines": lines, "may_apply": actor.may("matching.write")}
    return render(request, "matching/unmatched.html", told)


@signed_in
def by_hand(request: HttpRequest, no: str) -> HttpResponse:
    """Apply a receipt of a customer to bills, in the order of clearing unless told otherwise."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "matching.write", f"customer:{no}")
    customer = customers.get(actor, no, on=on)
    receipt_no = (request.POST or request.GET).get("receipt", "")[:60]
    found = matching.by_clearing(actor, no, receipt_no, on=on)
    refusal = None
    if request.method == "POST":
        try:
            currency = found[0][1].currency if found else "CNY"
            chosen = _chosen(request.POST, currency, receipt_no)
            acts.apply_by_hand(actor=actor, on=on, customer_no=no, receipt_no=receipt_no, chosen=chosen)
        except Refusal as refused:
            if refused.code == "access_denied":
                raise
            note(request, refused)
            refusal = refused
        else:
            messages.success(request, gettext("The receipt is applied."))
            return redirect("unmatched_money")
    bills = [{"no": bill, "open": left, "pays": part if part.minor else None} for bill, left, part in found]
    told = {"customer": customer, "receipt_no": receipt_no, "open_bills": bills, "refusal": refusal}
    return render(request, "matching/by_hand.html", told, status=422 if refusal else 200)


urlpatterns = [
    path("matching/unmatched/", unmatched, name="unmatched_money"),
    path("matching/hand/<path:no>/", by_hand, name="match_by_hand"),
    path("matching/<int:proposal_id>/", proposal_page, name="proposal"),
    path("matching/<int:proposal_id>/do/<str:act>/", act_on, name="proposal_act"),
]
