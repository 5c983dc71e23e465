"""Balances confirmed with customers: letters and statements, answers, differences worked off."""

from __future__ import annotations

from typing import Any

from django import forms
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
from xinheng.facts.customers import queries as customers
from xinheng.operations.confirmations import queries as confirmations
from xinheng.operations.confirmations import services as acts
from xinheng.operations.confirmations.values import SORTS, STATES, Wanted
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.confirmations_forms import ACTS, NewForm, form_of, offered
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.survey_acts import file_answer
from xinheng.web.pages.trying import tried

A_PAGE = 50
TONES = {"drawn": "note", "sent": "warn", "agreed": "good", "differs": "bad", "settled": "good"}
COLUMNS: list[tuple[str, Any]] = [  # sort key, heading
    ("customer", _("Customer")), ("", _("Form")), ("made", _("As of")), ("state", _("State")),
    ("balance", _("Our balance")), ("reply_by", _("Reply by")), ("", _("Sent on")), ("", _("Reminders")),
    ("", _("Answered on")),
]  # fmt: skip


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told = request.GET
    state, sort, campaign = told.get("state", ""), told.get("sort", "-made"), told.get("campaign", "")
    is_number = campaign.isascii() and campaign.isdigit() and len(campaign) < 19
    return Wanted(
        text=told.get("q", "").strip()[:100],
        state=state if state in STATES else "",
        campaign=int(campaign) if is_number else 0,
        late=told.get("late") == "1",
        sort=sort if sort.removeprefix("-") in SORTS else "-made",
    )


@signed_in
@require_GET
def confirmation_list(request: HttpRequest) -> HttpResponse:
    """The confirmations within reach that pass the filters."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    rows = confirmations.confirmations(actor, wanted, on=on)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": lines_of(list(page), on=on),
        "wanted": wanted,
        "states": list(confirmations.STATES.items()),
        "campaigns": [(str(one.pk), one.name) for one in confirmations.campaigns(actor)[:100]],
        "chosen_campaign": str(wanted.campaign or ""),
        "columns": _headings(request, wanted.sort),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "on": on,
    }
    return render(request, "confirmations/list.html", told)


def lines_of(rows: list[Any], *, on: Any) -> list[dict[str, Any]]:
    """Confirmations as lines of a list."""
    balances: dict[int, list[Money]] = {}
    for number, currency, minor in confirmations.balances_of([row.pk for row in rows]):
        balances.setdefault(number, []).append(Money(minor, currency))
    return [
        {
            "row": row,
            "form": confirmations.FORMS[row.form],
            "state": confirmations.STATES[row.state],
            "tone": TONES[row.state],
            "balances": balances.get(row.pk, []),
            "is_late": row.state == "sent" and row.reply_by < on,
        }
        for row in rows
    ]


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
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered confirmations, what went out and the differences, as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "confirmations.read")
    content = reports.export_confirmations(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"confirmations-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def difference_list(request: HttpRequest) -> HttpResponse:
    """Differences that are to be worked off, the first due first; one's own where asked."""
    actor, on = actor_of(request), business_day()
    own = request.GET.get("own") == "1"
    rows = confirmations.differences(actor, on=on, owner=actor.login if own else "")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [
            {
                "row": row,
                "cause": confirmations.CAUSES[row.cause],
                "amount": Money(row.amount_minor, row.balance.currency),
                "is_late": row.until_on < on,
            }
            for row in page
        ],
        "own": own,
    }
    return render(request, "confirmations/differences.html", told)


@signed_in
def new(request: HttpRequest, no: str) -> HttpResponse:
    """Draw up a letter or a statement for one customer."""
    actor, on = actor_of(request), business_day()
    customer = customers.get(actor, no, on=on)
    access.require(actor, "confirmations.write", f"customer:{no}")
    sent = request.POST if request.method == "POST" else None
    form = NewForm(sent, initial=None if sent else NewForm.at_first(on))

    def draw() -> Any:
        return acts.draw_up(actor=actor, on=on, customer_no=no, new=form.new())

    done = tried(request, form, draw) if sent is not None else None
    if done is not None:
        messages.success(request, gettext("It is drawn up. Print it to seal it."))
        return redirect("confirmation", done.pk)
    told = {"form": form, "customer": customer}
    return render(request, "confirmations/new.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def confirmation_page(request: HttpRequest, confirmation_id: int) -> HttpResponse:
    """One confirmation."""
    return _shown(request, confirmation_id)


def _shown(request: HttpRequest, confirmation_id: int, **bound: forms.Form) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    found = confirmations.get(actor, confirmation_id, on=on)
    kept = confirmations.told(found)
    told = {
        "row": found,
        "form_word": confirmations.FORMS[found.form],
        "state": confirmations.STATES[found.state],
        "tone": TONES[found.state],
        "is_late": found.state == "sent" and found.reply_by < on,
        "sides": [_side(side, found, on) for side in kept.sides],
        "sendings": [{"row": one, "way": confirmations.WAYS[one.way]} for one in kept.sendings],
        "answers": kept.answers,
        "forms": offered(kept, bound, on=on) if actor.may("confirmations.write") else [],
        "may_seal": actor.may("confirmations.write") and actor.may("archive.write") and not found.sha256,
        "may_take": actor.may("archive.read"),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("confirmations.write"),
    }
    return render(request, "confirmations/one.html", told, status=422 if bound else 200)


def _side(side: Any, found: Any, on: Any) -> dict[str, Any]:
    currency = side.balance.currency
    return {
        "side": side,
        "lines": [{"line": one, "what": confirmations.WHATS[one.what]} for one in side.account.lines],
        "explained": [
            {
                "row": one,
                "cause": confirmations.CAUSES[one.cause],
                "amount": Money(one.amount_minor, currency),
            }
            for one in side.explained
        ],
        "likely": [
            {"one": one, "what": confirmations.WHATS[one.what], "cause": confirmations.CAUSES[one.cause]}
            for one in (confirmations.likely(side, found, on=on) if found.state == "differs" else [])
        ],
    }


@signed_in
@require_POST
def act_on(request: HttpRequest, confirmation_id: int, act: str) -> HttpResponse:
    """Do one of the acts of the page: note that it was sent, its answer, or what explains a difference."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "confirmations.write", f"confirmation:{confirmation_id}")
    chosen = ACTS.get(act)
    if chosen is None:
        raise FieldsRefused(fields=act)
    found = confirmations.get(actor, confirmation_id, on=on)
    form = form_of(act, confirmations.told(found), on, request.POST, request.FILES)
    told: dict[str, Any] = {"actor": actor, "on": on, "confirmation_id": confirmation_id}
    if tried(request, form, lambda: chosen.do(told, form) or True) is None:
        return _shown(request, found.pk, **{act: form})
    messages.success(request, str(chosen.done))
    return redirect("confirmation", confirmation_id)


@signed_in
@require_POST
def work_off(request: HttpRequest, confirmation_id: int, difference_id: int) -> HttpResponse:
    """Close a difference with what became of it."""
    actor, on = actor_of(request), business_day()
    confirmations.get(actor, confirmation_id, on=on)
    acts.work_off(
        actor=actor, on=on, difference_id=difference_id, outcome=request.POST.get("outcome", ""),
        is_ours=request.POST.get("is_ours") == "1",
    )  # fmt: skip
    messages.success(request, gettext("The difference is worked off."))
    return redirect("confirmation", confirmation_id)


@signed_in
@require_POST
def seal(request: HttpRequest, confirmation_id: int) -> HttpResponse:
    """Print a confirmation and seal it."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    reports.seal_confirmation(**told, confirmation_id=confirmation_id)
    messages.success(request, gettext("It is printed and sealed; take it and send it."))
    return redirect("confirmation", confirmation_id)


@signed_in
@require_GET
def take_paper(request: HttpRequest, confirmation_id: int, attachment_id: int = 0) -> HttpResponse:
    """The sealed paper, or a slip that came back; not given out where its hash no longer holds."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    kept = confirmations.read_paper(**told, confirmation_id=confirmation_id, attachment_id=attachment_id)
    return file_answer(kept)


@signed_in
@require_GET
def export_one(request: HttpRequest, confirmation_id: int) -> HttpResponse:
    """One confirmation with its reconciliation as Excel."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    content = reports.export_account(**told, confirmation_id=confirmation_id)
    return workbook_answer(content, f"confirmation-{confirmation_id}.xlsx")


urlpatterns = [
    path("confirmations/", confirmation_list, name="confirmations"),
    path("confirmations/export/", export, name="export_confirmations"),
    path("confirmations/differences/", difference_list, name="confirmation_differences"),
    path("confirmations/new/<path:no>/", new, name="new_confirmation"),
    path("confirmations/<int:confirmation_id>/", confirmation_page, name="confirmation"),
    path("confirmations/<int:confirmation_id>/do/<str:act>/", act_on, name="confirmation_act"),
    path("confirmations/<int:confirmation_id>/seal/", seal, name="seal_confirmation"),
    path("confirmations/<int:confirmation_id>/paper/", take_paper, name="confirmation_paper"),
    path(
        "confirmations/<int:confirmation_id>/paper/<int:attachment_id>/", take_paper,
        name="confirmation_slip",
    ),
    path("confirmations/<int:confirmation_id>/export/", export_one, name="export_confirmation"),
    path(
        "confirmations/<int:confirmation_id>/differences/<int:difference_id>/", work_off,
        name="work_off_difference",
    ),
]  # fmt: skip
