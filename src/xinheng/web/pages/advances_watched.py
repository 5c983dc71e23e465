"""What is watched over beside advances: debts from before, plans, the check of a quarter, one customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period, add_months, quarter_of
from xinheng.facts.customers import queries as customers
from xinheng.judgements.advances import queries as advances
from xinheng.judgements.advances import services as acts
from xinheng.judgements.advances.values import NewCollection, Wanted
from xinheng.runs.services import business_day
from xinheng.web.pages import advances_words
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.advances_forms import Plain, amount_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.seen import Seen
from xinheng.web.pages.trying import tried

A_PAGE = 50
QUARTERS = 8  # that the check of a quarter looks back


class CollectionFields(Plain):
    """Who collects, and the next step."""

    collector = forms.CharField(label=_("Login of who collects"), max_length=150)
    next_step = forms.CharField(label=_("Next step"), max_length=300)
    next_step_on = day_field(_("By"), required=True)

    def then(self) -> NewCollection:
        """As the room takes it."""
        told = self.cleaned_data
        return NewCollection(told["collector"].strip(), told["next_step_on"], told["next_step"])


class LegacyForm(CollectionFields):
    """A debt from before."""

    amount = amount_field(_("Amount, yuan"))
    note = forms.CharField(label=_("Where it comes from"), max_length=300)
    field_order = ["amount", "note", "collector", "next_step", "next_step_on"]


class ReconcileForm(Plain):
    """The customer's figure, and who signed."""

    theirs = forms.DecimalField(label=_("The customer's figure, yuan"), max_digits=15, decimal_places=2)
    signed_by_us = forms.CharField(label=_("Signed for us by"), max_length=60)
    signed_by_them = forms.CharField(label=_("Signed for the customer by"), max_length=60)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class CheckForm(Plain):
    """What the check of a quarter found."""

    quarter = day_field(_("A day of the quarter"), required=True)
    findings = forms.CharField(
        label=_("What was found"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    advice = forms.ChoiceField(label=_("Advice"), choices=list(advances.ADVICE.items()))


@dataclass(frozen=True)
class CustomerAct:
    """One act on a customer with advances."""

    label: str | Promise
    done: str | Promise
    form: type[Plain]
    do: Callable[[dict[str, Any], Any], object]


def _tell_legacy(told: dict[str, Any], form: LegacyForm) -> object:
    given = form.cleaned_data
    amount = Money.of(given["amount"])
    return acts.tell_legacy(**told, amount=amount, note=given["note"], collection=form.then())


def _reconcile(told: dict[str, Any], form: ReconcileForm) -> object:
    given = form.cleaned_data
    signed = (given["signed_by_us"], given["signed_by_them"])
    return acts.reconcile(**told, theirs=Money.of(given["theirs"]), signed=signed, note=given["note"])


ACTS: dict[str, CustomerAct] = {
    "reconcile": CustomerAct(
        _("Keep a reconciliation"), _("The reconciliation is kept."), ReconcileForm, _reconcile
    ),
    "check": CustomerAct(
        _("Keep the check of a quarter"), _("The check is kept."), CheckForm,
        lambda told, form: acts.check_quarter(**told, **form.cleaned_data),
    ),
    "legacy": CustomerAct(
        _("Tell a debt from before"), _("The debt is kept; from now on it may only fall."), LegacyForm,
        _tell_legacy,
    ),
}  # fmt: skip


@signed_in
def of_customer(request: HttpRequest, no: str) -> HttpResponse:
    """One customer: advances, debts from before, plans, reconciliations; acts on them are done here."""
    actor, on = actor_of(request), business_day()
    customer = customers.get(actor, no, on=on)
    sent, act = request.method == "POST", request.POST.get("act", "")
    bound: dict[str, Plain] = {}
    if sent:
        access.require(actor, "advances.write", f"customer:{no}")
        if act not in ACTS:
            raise FieldsRefused(fields=act[:40])
        form = ACTS[act].form(request.POST, auto_id=f"{act}-%s")
        told: dict[str, Any] = {"actor": actor, "on": on, "customer_no": no}
        if tried(request, form, lambda: ACTS[act].do(told, form) or True):
            messages.success(request, str(ACTS[act].done))
            return redirect("advances_of", no)
        bound[act] = form
    shown = {
        **told_of(actor, customer, on=on),
        "customer": customer,
        "forms": _offered(bound, on) if actor.may("advances.write") else [],
    }
    return render(request, "advances/customer.html", shown, status=422 if sent else 200)


def _offered(bound: dict[str, Plain], on: date) -> list[dict[str, Any]]:
    first = {"quarter": on, "next_step_on": on}
    told = []
    for code, one in ACTS.items():
        form = bound.get(code) or one.form(auto_id=f"{code}-%s", initial=first)
        told.append({"code": code, "act": one, "form": form, "is_open": code in bound})
    return told


def told_of(actor: Any, customer: Any, *, on: date) -> dict[str, Any]:
    """All that is known of a customer's advances, for its page and the tab of the customer's page."""
    rows = advances.advances(actor, Wanted(), on=on).filter(customer=customer)
    return {
        "lines": [advances_words.line(row, on=on) for row in rows],
        "open": Money(advances.open_of(customer)),
        "duties": [advances_words.duty(one) for one in advances.duties_of(actor, on=on, customer=customer)],
        "plans": [advances_words.plan(one, on=on) for one in advances.plans(actor, on=on, customer=customer)],
        "debts": debt_lines(list(advances.legacy(actor, on=on, customer=customer))),
        "reconciliations": [
            {"row": row, "ours": Money(row.ours_minor), "theirs": Money(row.theirs_minor)}
            for row in advances.reconciliations(customer)[:12]
        ],
        "may_write": actor.may("advances.write"),
    }


def tab(seen: Seen, request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - as every tab
    """The tab of a customer's page."""
    return told_of(seen.actor, seen.customer, on=seen.on)


def debt_lines(debts: list[Any]) -> list[dict[str, Any]]:
    """Debts from before with who collects them."""
    running = advances.collections(debts)
    return [
        {
            "row": debt,
            "first": Money(debt.opening_minor),
            "left": Money(debt.balance_minor),
            "task": running.get(debt.pk),
        }
        for debt in debts
    ]


@signed_in
@require_GET
def watched(request: HttpRequest) -> HttpResponse:
    """Debts from before within reach with their collections, and the reduction plans."""
    actor, on = actor_of(request), business_day()
    page = Paginator(advances.legacy(actor, on=on), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "debts": debt_lines(list(page)),
        "plans": [advances_words.plan(one, on=on) for one in advances.plans(actor, on=on)],
        "may_export": actor.may("exports.read"),
    }
    return render(request, "advances/watched.html", told)


class BalanceForm(Plain):
    """What is left of a debt."""

    balance = forms.DecimalField(label=_("Left, yuan"), min_value=0, max_digits=15, decimal_places=2)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class DoneForm(CollectionFields):
    """What was done to collect, and the next step."""

    done = forms.CharField(
        label=_("What was done"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ["done", "collector", "next_step", "next_step_on"]


@signed_in
def debt_page(request: HttpRequest, debt_id: int) -> HttpResponse:
    """One debt from before: how it fell, what was done to collect it, and both told here."""
    actor, on = actor_of(request), business_day()
    debt = advances.get_legacy(actor, debt_id, on=on)
    task = advances.collections([debt]).get(debt.pk)
    sent = request.POST if request.method == "POST" else None
    if sent is not None:
        access.require(actor, "advances.write", f"legacy:{debt_id}")
    act = sent.get("act", "") if sent is not None else ""
    first = {"next_step_on": on, "collector": task.collector if task else ""}
    fall = BalanceForm(sent if act == "fall" else None, auto_id="fall-%s")
    done = DoneForm(sent if act == "done" else None, auto_id="done-%s", initial=first)
    who: dict[str, Any] = {"actor": actor, "on": on}

    def lower() -> object:
        told = fall.cleaned_data
        return acts.lower_legacy(**who, debt_id=debt_id, balance=Money.of(told["balance"]), note=told["note"])

    def note_it() -> object:
        given = {"collection_id": task.pk if task else 0, "done": done.cleaned_data["done"]}
        return acts.note_collection(**who, **given, then=done.then()) or True

    form: Plain = fall if act == "fall" else done
    do: Callable[[], object] = lower if act == "fall" else note_it
    kept = tried(request, form, do) if sent is not None else None
    if kept is not None:
        messages.success(request, _("It is kept."))
        return redirect("old_debt", debt_id)
    told = {
        **debt_lines([debt])[0],
        "falls": [
            {"row": row, "fell": Money(row.fell_minor), "left": Money(row.balance_minor)}
            for row in advances.falls_of(debt)
        ],
        "acts": advances.collection_acts(debt),
        "fall": fall,
        "done": done,
        "may_write": actor.may("advances.write") and debt.settled_on is None,
    }
    return render(request, "advances/debt.html", told, status=422 if sent is not None else 200)


@signed_in
@require_GET
def quarter(request: HttpRequest) -> HttpResponse:
    """The check of a quarter: who had money out, who was checked, and what was found."""
    actor, on = actor_of(request), business_day()
    known = [quarter_of(add_months(on, -3 * back)) for back in range(QUARTERS)]
    chosen: Period = next(
        (one for one in known if one.first.isoformat() == request.GET.get("quarter")), known[1]
    )
    told = {
        "quarters": [(one.first.isoformat(), str(one)) for one in known],
        "chosen": chosen.first.isoformat(),
        "period": chosen,
        "is_closed": chosen.last < on,
        "missing": [row.customer for row in advances.unchecked(actor, chosen, on=on)],
        "checks": [
            {"row": row, "advice": advances.ADVICE[row.advice]}
            for row in advances.checks(actor, chosen, on=on)
        ],
        "may_write": actor.may("advances.write"),
    }
    return render(request, "advances/quarter.html", told)


urlpatterns = [
    path("advances/of/<path:no>/", of_customer, name="advances_of"),
    path("advances/watched/", watched, name="advances_watched"),
    path("advances/watched/<int:debt_id>/", debt_page, name="old_debt"),
    path("advances/quarter/", quarter, name="advances_quarter"),
]
