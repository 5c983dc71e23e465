"""The ledger of contracts: which there are, in which state, and what is to be done about them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.contracts import queries as contracts
from xinheng.facts.contracts import services as acts
from xinheng.facts.contracts.values import SORTS, STAGES, STATE_WORDS, Wanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.contracts_forms import DraftForm
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.trying import tried

A_PAGE = 50
TONES = {
    "draft": "note", "legal": "warn", "countersign": "warn", "to_sign": "warn", "signed": "good",
    "performing": "good", "changed": "good", "ended": "note", "void": "note",
}  # fmt: skip
LOOK_WORDS: dict[str, str | Promise] = {
    "expiring": _("ends soon"), "past_end": _("past its end"), "unarchived": _("not archived"),
    "breached": _("with an open breach"), "unperformed": _("not performed in time"),
}  # fmt: skip
COLUMNS: list[tuple[str, Any, str]] = [
    ("no", _("Contract no."), ""), ("customer", _("Customer"), ""), ("", _("Kind of contract"), ""),
    ("amount", _("Amount"), "xh-num"), ("state", _("State"), ""), ("signed", _("Signed on"), ""),
    ("ends", _("Holds until"), ""), ("", _("Department"), ""), ("", _("Handler"), ""),
]  # fmt: skip


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, sort = request.GET, request.GET.get("sort", "-drafted")
    state, look, year = told.get("state", ""), told.get("look", ""), told.get("year", "")
    return Wanted(
        text=told.get("q", "").strip()[:100],
        state=state if state in STATE_WORDS else "",
        kind=told.get("kind", "")[:30],
        unit=told.get("unit", "")[:40],
        handler=told.get("handler", "").strip()[:150],
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        look=look if look in LOOK_WORDS else "",
        sort=sort if sort.removeprefix("-") in SORTS else "-drafted",
    )


def unit_choices(actor: Any) -> list[tuple[str, str]]:
    """The units one may name; none for who does not see the organisation."""
    if not actor.may("people.read"):
        return []
    return [(one.code, f"{one.code} {one.name}") for one in people.units(actor) if one.closed_on is None]


@signed_in
@require_GET
def contract_list(request: HttpRequest) -> HttpResponse:
    """The contracts within reach that pass the filters."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    page = Paginator(contracts.contracts(actor, wanted, on=on), A_PAGE).get_page(request.GET.get("page"))
    kinds = contracts.kinds(on)
    told = {
        "page": page,
        "lines": [line_of(row, kinds, on) for row in page],
        "wanted": wanted,
        "states": list(STATE_WORDS.items()),
        "kinds": list(kinds.items()),
        "looks": list(LOOK_WORDS.items()),
        "columns": headings(request, COLUMNS, wanted.sort),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("contracts.write"),
    }
    return render(request, "contracts/list.html", told)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered contracts as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "contracts.read")
    content = room.export_contracts(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"contracts-{on.isoformat()}.xlsx")


@signed_in
def draft_contract(request: HttpRequest) -> HttpResponse:
    """Draft a contract; its number is given by the ledger."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "contracts.write")
    first = {"customer_no": request.GET.get("customer", ""), "currency": "CNY", "effective_on": on}
    form = DraftForm(request.POST if request.method == "POST" else None, initial=first)
    choices: Any = form.fields
    choices["unit"].choices = unit_choices(actor)
    choices["kind"].choices = list(contracts.kinds(on).items())

    def do() -> Any:
        no = form.cleaned_data["customer_no"]
        return acts.draft(actor=actor, on=on, customer_no=no, new=form.new())

    kept = tried(request, form, do) if form.is_bound else None
    if kept is not None:
        messages.success(request, _("Contract %(no)s is drafted.") % {"no": kept.no})
        return redirect("contract", kept.pk)
    return render(request, "contracts/draft.html", {"form": form}, status=422 if form.is_bound else 200)


def tab(seen: Any, _request: HttpRequest) -> dict[str, Any]:
    """The contracts of one customer, the last signed first, and where we stand with it."""
    rows = contracts.contracts(seen.actor, Wanted(sort="-signed"), on=seen.on).filter(customer=seen.customer)
    kinds = contracts.kinds(seen.on)
    return {
        "lines": [line_of(row, kinds, seen.on) for row in rows[:100]],
        "stages": [(STAGES[one.stage], one) for one in contracts.stages_of(seen.customer.pk)],
        "may_draft": seen.actor.may("contracts.write"),
    }


def line_of(row: Any, kinds: dict[str, str], on: Any) -> dict[str, Any]:
    """A contract as a line of a list."""
    running = row.state in ("signed", "performing", "changed")
    return {
        "row": row,
        "kind": kinds.get(row.kind, row.kind),
        "state": STATE_WORDS[row.state],
        "tone": TONES[row.state],
        "amount": Money(row.amount_minor, row.currency),
        "is_past": running and row.ends_on is not None and row.ends_on < on,
        "is_late": running and row.due_on is not None and row.due_on < on and row.performed_on is None,
    }


urlpatterns = [
    path("contracts/", contract_list, name="contracts"),
    path("contracts/export/", export, name="export_contracts"),
    path("contracts/draft/", draft_contract, name="draft_contract"),
]
