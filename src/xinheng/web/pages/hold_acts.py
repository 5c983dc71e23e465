"""What a person does about a held order: releases it, turns it down, asks the customer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.queries import NewCover, OrderFacts
from xinheng.runs.services import business_day
from xinheng.web.pages import hold_words
from xinheng.web.pages.acting import Words, day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.ledger_forms import money_of
from xinheng.web.pages.trying import dressed, tried

RELEASE = "limits.release"
REASON = {"release_reason_missing": "reason"}


class OrderForm(forms.Form):
    """The fields of one act on an order."""

    places: ClassVar[Mapping[str, str]] = REASON

    def __init__(self, facts: OrderFacts, asked: Mapping[str, Any], sent: Any = None) -> None:
        self.facts = facts
        known = {name: asked[name] for name in self.base_fields if name in asked}
        super().__init__(sent, initial=self.at_first() | known)
        dressed(self)

    def at_first(self) -> dict[str, Any]:
        """What stands in the fields before anybody typed."""
        return {}

    def read_money(self, name: str) -> None:
        """The amount of a field in the order's currency; what is none is said at the field."""
        if text := self.cleaned_data.get(name):
            try:
                self.cleaned_data[name] = money_of(text, self.facts.order.amount.currency)
            except forms.ValidationError as error:
                self.add_error(name, error)


def reason_field(label: Any = "") -> forms.CharField:
    """Why, in words."""
    return forms.CharField(
        label=label or _("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


def money_field(label: Any, *, required: bool, hint: Any = "") -> forms.CharField:
    """An amount as text, to be read exactly."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=40, required=required, help_text=hint, widget=widget)


class ReleaseForm(OrderForm):
    """Up to which value, until which day, and why."""

    places: ClassVar[Mapping[str, str]] = {**REASON, "beyond_authority": "reason", "own_order": "reason"}
    up_to = money_field(
        _("Up to the value"),
        required=False,
        hint=_("Left empty: the whole order. A part: so much may leave."),
    )
    until = day_field(_("Until"), hint=_("Last day goods may leave. Left empty: without end."))
    reason = reason_field()

    def clean(self) -> dict[str, Any]:
        """The value as money."""
        self.read_money("up_to")
        return self.cleaned_data


class RejectForm(OrderForm):
    """Why an order is turned down."""

    reason = reason_field()


class HoldForm(OrderForm):
    """Why an order that had passed is held."""

    reason = reason_field()


class AskForm(OrderForm):
    """What the customer is asked for."""

    places: ClassVar[Mapping[str, str]] = {"cover_asked": "what"}
    what = forms.ChoiceField(label=_("What is asked"), choices=list(hold_words.COVERS.items()))
    amount = money_field(_("Amount"), required=True)
    until_on = day_field(_("To be there by"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def at_first(self) -> dict[str, Any]:
        """What would clear the order, where that is an amount."""
        way = next((way for way in self.facts.ways if way.code == "pay" and way.minor), None)
        minor = min(way.minor or 0, self.facts.order.amount.minor) if way else self.facts.order.amount.minor
        return {"amount": type(self.facts.order.amount)(minor, self.facts.order.amount.currency).decimal}

    def clean(self) -> dict[str, Any]:
        """The amount as money."""
        self.read_money("amount")
        return self.cleaned_data


class MeetForm(OrderForm):
    """That what was asked for is there; a guarantee may count as a part of the limit."""

    cover_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    reason = reason_field(_("What is there"))
    guaranteed_until = day_field(
        _("Guaranteed until"), hint=_("A guarantee then adds to the limit. Left empty: it does not.")
    )


class WithdrawForm(OrderForm):
    """Why nothing is asked any more."""

    cover_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    reason = reason_field()


@dataclass(frozen=True)
class OrderAct:
    """One act on an order. states: of the credit, in which it is offered on the order's page; () nowhere."""

    code: str
    right: str
    label: Words
    button: Words
    done: Words
    form: type[OrderForm]
    do: Callable[[dict[str, Any], str, dict[str, Any]], object]
    states: tuple[str, ...] = ()
    confirm: Words = ""
    hint: Words = ""


def _ask(who: dict[str, Any], order_no: str, told: dict[str, Any]) -> object:
    return limits.ask_cover(**who, order_no=order_no, cover=NewCover(**told))


ACTS = [
    OrderAct(
        "release", RELEASE, _("Release"), _("Release it"), _("The order is released."), ReleaseForm,
        lambda who, no, told: limits.release(**who, order_no=no, **{**told, "up_to": told["up_to"] or None}),
        states=("held",), confirm=_("Release this order? It counts against the limit from now on."),
        hint=_("Nobody releases an order they asked for themselves."),
    ),
    OrderAct(
        "reject", RELEASE, _("Turn the order down"), _("Turn it down"), _("The order is turned down."),
        RejectForm, lambda who, no, told: limits.reject(**who, order_no=no, **told),
        states=("held",), confirm=_("Turn this order down? Nothing leaves on it."),
    ),
    OrderAct(
        "hold", RELEASE, _("Hold the order"), _("Hold it"), _("The order is held until a person decides."),
        HoldForm, lambda who, no, told: limits.hold(**who, order_no=no, **told),
        states=("passed", "released"), confirm=_("Hold this order? Nothing more leaves on it."),
    ),
    OrderAct(
        "ask", RELEASE, _("Ask the customer"), _("Ask"), _("What is asked is noted; the order stays held."),
        AskForm, _ask, states=("held",),
        hint=_("Money or a guarantee before the goods leave. The letter to the customer names it."),
    ),
    OrderAct(
        "meet", RELEASE, _("It is there"), _("It is there"),
        _("It is noted, and the order was checked again."), MeetForm,
        lambda who, _no, told: limits.meet_cover(**who, **told),
        hint=_("Money counts once its receipt is posted."),
    ),
    OrderAct(
        "withdraw", RELEASE, _("Ask no more"), _("Ask no more"), _("Nothing is asked any more."),
        WithdrawForm, lambda who, _no, told: limits.withdraw_cover(**who, **told),
    ),
]  # fmt: skip
BY_CODE = {act.code: act for act in ACTS}


def offered(actor: Actor, facts: OrderFacts) -> list[OrderAct]:
    """The acts that the reader may do about an order as it stands."""
    state = facts.credit.state if facts.credit else ""
    return [act for act in ACTS if state in act.states and actor.may(act.right)]


@signed_in
def order_act(request: HttpRequest, order_no: str, code: str) -> HttpResponse:
    """Ask for one act on an order, and do it; a refusal is said beside the field it speaks of."""
    act = BY_CODE.get(code)
    if act is None:
        raise Http404
    actor, on = actor_of(request), business_day()
    access.require(actor, act.right, f"order:{order_no}")
    facts = credit.order_facts(actor, order_no, on=on)
    form = act.form(facts, request.GET, request.POST if request.method == "POST" else None)
    who = {"actor": actor, "on": on}
    if tried(request, form, lambda: act.do(who, order_no, form.cleaned_data)) is not None:
        messages.success(request, str(act.done))
        return redirect("order", order_no)
    told = {"act": act, "form": form, "facts": facts, "authority": authority_told(facts), **_subject(facts)}
    return render(request, "holds/act.html", told, status=422 if form.is_bound else 200)


def authority_told(facts: OrderFacts) -> dict[str, str] | None:
    """Who may release an order: the first authority of the policy that covers it, its roles and bounds."""
    one = facts.authority
    if one is None:
        return None
    return {
        "name": hold_words.authority_name(one),
        "roles": hold_words.roles_told(one),
        "bounds": hold_words.bounds_told(one),
    }


def _subject(facts: OrderFacts) -> dict[str, Any]:
    currency = facts.of_customer.head.exposure.currency
    return {
        "reasons": hold_words.reasons_told(facts.reasons, currency),
        "ways": hold_words.ways_told(facts.ways, currency),
        "value": hold_words.amount(facts.order.amount.minor, facts.order.amount.currency),
    }


urlpatterns = [path("orders/one/<path:order_no>/do/<slug:code>/", order_act, name="order_act")]
