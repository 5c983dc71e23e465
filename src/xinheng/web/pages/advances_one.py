"""One advance: asked for, with its papers and chain, what was paid out and back, and how it changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.advances import queries as advances
from xinheng.judgements.advances import services as acts
from xinheng.runs.services import business_day
from xinheng.web.pages import advances_words
from xinheng.web.pages.advances_forms import ACTS, AdvanceForm, form_of, offered
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.review_sheets import chain_words
from xinheng.web.pages.survey_acts import file_answer
from xinheng.web.pages.trying import tried


@signed_in
def ask(request: HttpRequest, no: str) -> HttpResponse:
    """Draft a request for one customer."""
    actor, on = actor_of(request), business_day()
    customer = customers.get(actor, no, on=on)
    access.require(actor, "advances.write", f"customer:{no}")
    sent = request.POST if request.method == "POST" else None
    form = AdvanceForm(sent)

    def draft() -> Any:
        return acts.ask(actor=actor, on=on, customer_no=no, new=form.new())

    done = tried(request, form, draft) if sent is not None else None
    if done is not None:
        messages.success(request, gettext("The request is drafted. Add its papers and submit it."))
        return redirect("advance", done.pk)
    told = {"form": form, "customer": customer}
    return render(request, "advances/ask.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def advance_page(request: HttpRequest, advance_id: int) -> HttpResponse:
    """One advance."""
    return _shown(request, advance_id)


def _shown(request: HttpRequest, advance_id: int, **bound: forms.Form) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    advance = advances.get_advance(actor, advance_id, on=on)
    account = advances.account_of(advance)
    names = advances_words.paper_names(on)
    may_write = actor.may("advances.write")
    told = {
        **advances_words.line(advance, on=on),
        "account": account,
        "papers": [{"row": paper, "name": names.get(paper.kind, paper.kind)} for paper in account.papers],
        "payouts": [{"row": row, "what": advances.WHATS[row.what], **_money(row)} for row in account.payouts],
        "repayments": [{"row": row, **_money(row)} for row in account.repayments],
        "changes": [_change(row) for row in account.changes],
        "forms": offered(account, bound, on=on) if may_write else [],
        "may_take": actor.may("archive.read"),
        **_draft(advance, account, names, on),
        **(chain_words(advance.request, actor, on) if advance.request else {}),
        "state": advances.STATES[advance.state],
    }
    return render(request, "advances/one.html", told, status=422 if bound else 200)


def _draft(advance: Any, account: Any, names: dict[str, str], on: Any) -> dict[str, Any]:
    """What a draft still lacks and which rules it passes; nothing once it is submitted."""
    if advance.state not in ("draft", "returned") or not names:
        return {}
    grade, is_new, found = advances.preview(advance, on=on)
    kept = {paper.kind for paper in account.papers}
    needed = advances.papers_needed(grade, is_new=is_new, on=on)
    return {
        "draft": {
            "grade": grade,
            "is_new": is_new,
            "findings": [advances.told(one) for one in found],
            "papers": [{"name": names[code], "is_there": code in kept} for code in needed],
        }
    }


def _money(row: Any) -> dict[str, Any]:
    return {
        "amount": Money(row.amount_minor),
        "open": Money(row.open_minor) if hasattr(row, "open_minor") else None,
    }


def _change(row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "before": Money(row.from_minor),
        "after": Money(row.limit_minor),
        "state": advances.STATES[row.state],
        "tone": advances_words.TONES[row.state],
        "findings": [advances.told(one) for one in advances.kept_findings(row.findings)],
    }


@signed_in
@require_POST
def act_on(request: HttpRequest, advance_id: int, act: str) -> HttpResponse:
    """Do one of the acts of the page: submit, pay out, pay back, change, close and so on."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "advances.write", f"advance:{advance_id}")
    chosen = ACTS.get(act)
    if chosen is None:
        raise FieldsRefused(fields=act)
    advance = advances.get_advance(actor, advance_id, on=on)
    form = form_of(act, request.POST, request.FILES, on=on)
    told: dict[str, Any] = {"actor": actor, "on": on, "advance_id": advance_id}
    if tried(request, form, lambda: chosen.do(told, form) or True) is None:
        return _shown(request, advance.pk, **{act: form})
    messages.success(request, str(chosen.done))
    return redirect("advance", advance_id)


@signed_in
@require_GET
def take_paper(request: HttpRequest, advance_id: int, paper_id: int) -> HttpResponse:
    """A paper of an advance; it is not given out where its hash no longer holds."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day(), "advance_id": advance_id}
    return file_answer(advances.read_paper(**told, paper_id=paper_id))


urlpatterns = [
    path("advances/ask/<path:no>/", ask, name="ask_advance"),
    path("advances/<int:advance_id>/", advance_page, name="advance"),
    path("advances/<int:advance_id>/do/<str:act>/", act_on, name="advance_act"),
    path("advances/<int:advance_id>/papers/<int:paper_id>/", take_paper, name="advance_paper"),
]
