"""Bills of exchange: what is held and what is to be done about it, one of them, and taking one in."""

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
from xinheng.facts.instruments.values import ACTS, FORMS, KINDS, RIGHTS, SORTS, STATES
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.instruments_forms import INSTRUMENT_ACTS, InstrumentForm, form_of
from xinheng.web.pages.matching import headings
from xinheng.web.pages.trying import tried

A_PAGE = 50
TONES = {"held": "note", "presented": "warn", "endorsed": "note", "discounted": "note", "paid": "good",
         "dishonoured": "bad"}  # fmt: skip
ALERTS = {
    "matures": _("matures soon"),
    "present_now": _("present it now"),
    "not_presented": _("not presented in time"),
    "recourse_ends": _("recourse ends"),
}
COLUMNS: list[tuple[str, Any]] = [
    ("", _("Paper number")), ("customer", _("From")), ("", _("Acceptor")), ("amount", _("Amount")),
    ("received", _("Received on")), ("matures", _("Matures on")), ("", _("State")),
    ("", _("Counts as exposure")),
]  # fmt: skip


def asked(request: HttpRequest) -> dict[str, str]:
    """The filters that the address names; anything else in it is passed over."""
    told = request.GET
    state, kind = told.get("state", ""), told.get("kind", "")
    return {
        "text": told.get("q", "").strip()[:100],
        "state": state if state in STATES else "",
        "kind": kind if kind in KINDS else "",
    }


@signed_in
@require_GET
def instrument_list(request: HttpRequest) -> HttpResponse:
    """The bills of exchange within reach that pass the filters, and what is to be done about them."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    sort = request.GET.get("sort", "matures")
    sort = sort if sort.removeprefix("-") in SORTS else "matures"
    found = instruments.instruments(actor, on=on, **wanted, sort=sort)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [_line(one) for one in page],
        "alerts": [(ALERTS[one.code], one) for one in instruments.alerts(actor, on=on)[:20]],
        "totals": [
            (STATES[state], money, currency, number)
            for currency, state, money, number in instruments.totals(actor, on=on)
        ],
        "wanted": wanted,
        "states": list(STATES.items()),
        "kinds": list(KINDS.items()),
        "columns": headings(request, sort, COLUMNS),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("instruments.write"),
        "on": on,
    }
    return render(request, "instruments/list.html", told)


def _line(one: Any) -> dict[str, Any]:
    return {
        "row": one,
        "kind": KINDS[one.kind],
        "form": FORMS[one.form],
        "state": STATES[one.state],
        "tone": TONES[one.state],
        "amount": Money(one.amount_minor, one.currency),
        "counted": Money(one.counted_minor, one.currency) if one.counted_minor else None,
    }


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered bills of exchange as Excel, with the deposits."""
    actor, on = actor_of(request), business_day()
    content = room.export_instruments(actor=actor, on=on, **asked(request))
    return workbook_answer(content, f"bills-of-exchange-{on.isoformat()}.xlsx")


@signed_in
def receive(request: HttpRequest) -> HttpResponse:
    """Take an instrument in."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "instruments.write", "instruments")
    sent = request.POST if request.method == "POST" else None
    form = InstrumentForm(
        sent, initial={"received_on": on, "customer_no": request.GET.get("customer", "")[:40]}
    )

    def kept() -> Any:
        return acts.receive(actor=actor, on=on, customer_no=form.cleaned_data["customer_no"], new=form.new())

    done = tried(request, form, kept) if sent is not None else None
    if done is not None:
        messages.success(
            request, gettext("The bill of exchange is taken in, and is a receipt in the ledger.")
        )
        return redirect("instrument", done.pk)
    told = {"form": form, "heading": _("Take a bill of exchange in"), "back": "instruments"}
    return render(request, "instruments/new.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def instrument_page(request: HttpRequest, instrument_id: int) -> HttpResponse:
    """One instrument: its chain, what happened to it, its rights."""
    return _shown(request, instrument_id)


def _shown(request: HttpRequest, instrument_id: int, **bound: Any) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    one = instruments.get_instrument(actor, instrument_id, on=on)
    may_write = actor.may("instruments.write")
    told = {
        **_line(one),
        "chain": instruments.chain_of(one),
        "acts": [_act(act, one.currency) for act in instruments.acts_of(one)],
        "rights": [(RIGHTS[right.right], right) for right in instruments.rights_of(one, on=on)],
        "too_long": instruments.runs_too_long(one, on=on),
        "forms": [
            {"act": act, "form": bound.get(act.code) or form_of(act, on=on), "is_open": act.code in bound}
            for act in INSTRUMENT_ACTS
            if may_write and one.state in act.states
        ],
        "on": on,
    }
    return render(request, "instruments/one.html", told, status=422 if bound else 200)


def _act(act: Any, currency: str) -> dict[str, Any]:
    names = ("proceeds", "interest", "costs")
    money = {name: Money(minor, currency) for name in names if (minor := getattr(act, f"{name}_minor"))}
    return {"row": act, "word": ACTS[act.act], **money}


@signed_in
@require_POST
def act_on(request: HttpRequest, instrument_id: int, act: str) -> HttpResponse:
    """Present, endorse on, discount, pay or dishonour it."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "instruments.write", f"instrument:{instrument_id}")
    chosen = next((one for one in INSTRUMENT_ACTS if one.code == act), None)
    if chosen is None:
        raise FieldsRefused(fields=act)
    one = instruments.get_instrument(actor, instrument_id, on=on)
    form = form_of(chosen, request.POST, on=on)
    told: dict[str, Any] = {"actor": actor, "on": on, "instrument_id": instrument_id}
    if tried(request, form, lambda: chosen.do(told, form.cleaned_data, one.currency) or True) is None:
        return _shown(request, instrument_id, **{act: form})
    messages.success(request, gettext("Done."))
    return redirect("instrument", instrument_id)


urlpatterns = [
    path("instruments/", instrument_list, name="instruments"),
    path("instruments/export/", export, name="export_instruments"),
    path("instruments/new/", receive, name="new_instrument"),
    path("instruments/<int:instrument_id>/", instrument_page, name="instrument"),
    path("instruments/<int:instrument_id>/do/<str:act>/", act_on, name="instrument_act"),
]
