"""One customer's reminders, and what holds them back; what is held back of all customers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.operations.dunning import queries as dunning
from xinheng.operations.dunning import services as acts
from xinheng.operations.dunning.values import NewChoice, NewPause, Wanted
from xinheng.runs.services import business_day
from xinheng.web.pages import dunning_words
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.dunning_letters import CallForm, calls_told
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50


class Plain(forms.Form):
    """A form in the look of the house."""

    places = {
        "dunning_bill_not_open": "bill_no",
        "dunning_ladder_unknown": "ladder",
        "dunning_jump_not_higher": "level",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


def reason_field() -> forms.CharField:
    """Why, in a person's words."""
    return forms.CharField(label=gettext_lazy("Reason"), max_length=300)


def bill_field(*, required: bool = False) -> forms.CharField:
    """The number of a bill."""
    return forms.CharField(label=gettext_lazy("Bill no."), max_length=60, required=required)


class PauseForm(Plain):
    """Until when nobody reminds, and why."""

    until_on = day_field(gettext_lazy("Last day"), required=True)
    cause = forms.ChoiceField(label=gettext_lazy("Cause"), choices=lambda: list(dunning.CAUSES.items()))
    bill_no = bill_field()
    reason = reason_field()


class JumpForm(Plain):
    """Which bill skips to which level, and why."""

    bill_no = bill_field(required=True)
    level = forms.IntegerField(label=gettext_lazy("Level"), min_value=1, max_value=99)
    reason = reason_field()


class ChoiceForm(Plain):
    """Another ladder."""

    level = forms.ChoiceField(label=gettext_lazy("For"), choices=lambda: list(dunning.CHOICES.items()))
    bill_no = bill_field()
    ladder = forms.CharField(
        label=gettext_lazy("Ladder"), max_length=40, required=False,
        help_text=gettext_lazy("The code of a ladder in force; blank: nobody reminds."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False,
        choices=[("", gettext_lazy("as the ladder says")), ("zh", "中文"), ("en", "English")],
    )  # fmt: skip
    reason = reason_field()


@dataclass(frozen=True)
class Act:
    """A form and the service it leads to, given who acts on which customer."""

    label: Any
    button: Any
    form: type[forms.Form]
    do: Callable[[dict[str, Any], Any], object]
    confirm: Any = ""


ACTS = {
    "pause": Act(
        gettext_lazy("Pause reminders"), gettext_lazy("Pause"), PauseForm,
        lambda told, form: acts.pause(**told, new=NewPause(**form.cleaned_data)),
    ),
    "jump": Act(
        gettext_lazy("Let a bill skip levels"), gettext_lazy("Let it skip"), JumpForm,
        lambda told, form: acts.jump(**told, **form.cleaned_data),
        confirm=gettext_lazy("The next run reminds of this bill at that level, whatever its days. Go on?"),
    ),
    "choose": Act(
        gettext_lazy("Choose another ladder"), gettext_lazy("Choose"), ChoiceForm,
        lambda told, form: acts.choose_ladder(**told, new=NewChoice(**form.cleaned_data)),
    ),
    "call": Act(
        gettext_lazy("Enter what a call came to"), gettext_lazy("Keep it"), CallForm,
        lambda told, form: acts.enter_call(
            actor=told["actor"], on=told["on"], call=form.call(told["customer_no"], None, "CNY")
        ),
    ),
}  # fmt: skip


@signed_in
@require_GET
def of_customer(request: HttpRequest, no: str) -> HttpResponse:
    """What one customer was reminded of, what is held back, and what calls came to."""
    return _shown(request, no, {})


def _shown(request: HttpRequest, no: str, bound: dict[str, forms.Form]) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    customer = customers.get(actor, no, on=on)
    access.require(actor, "dunning.read", f"customer:{no}")
    names = dunning_words.level_names(on)
    letters = dunning.letters(actor, Wanted(), on=on).filter(customer=customer)
    may_write = actor.may("dunning.write")
    told = {
        "customer": customer,
        "reminders": dunning.reminders_of(customer, lives=True)[:A_PAGE],
        "letters": [dunning_words.letter_line(row, names) for row in letters[:A_PAGE]],
        "pauses": [_pause(row) for row in dunning.pauses(actor, on=on, customer=customer)],
        "choices": [_choice(row) for row in dunning.choices(actor, on=on, customer=customer)],
        "jumps": dunning.waiting_jumps(customer),
        "calls": calls_told(actor, on, customer),
        "forms": [
            {"code": code, "act": act, "form": bound.get(code) or act.form(), "is_open": code in bound}
            for code, act in ACTS.items()
        ] if may_write else [],
        "may_write": may_write,
    }  # fmt: skip
    return render(request, "dunning/customer.html", told, status=422 if bound else 200)


def _pause(row: Any) -> dict[str, Any]:
    return {"row": row, "cause": dunning.CAUSES[row.cause]}


def _choice(row: Any) -> dict[str, Any]:
    return {"row": row, "level": dunning.CHOICES[row.level]}


@signed_in
@require_POST
def act_on(request: HttpRequest, no: str) -> HttpResponse:
    """Do one of the acts of the page: pause, skip, choose a ladder, enter a call."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "dunning.write", f"customer:{no}")
    code = request.POST.get("act", "")
    act = ACTS.get(code)
    if act is None:
        raise FieldsRefused(fields="act")
    form = act.form(request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, "customer_no": no}
    if tried(request, form, lambda: act.do(told, form) or True) is None:
        return _shown(request, no, {code: form})
    messages.success(request, _("Kept."))
    return redirect("dunning_of", no)


@signed_in
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """What is held back and stopped: pauses, chosen ladders, and accounts that a level holds."""
    actor, on = actor_of(request), business_day()
    page = Paginator(dunning.pauses(actor, on=on), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "pauses": [_pause(row) for row in page],
        "choices": [_choice(row) for row in dunning.choices(actor, on=on)[:A_PAGE]],
        "blocks": dunning.blocks(actor, on=on)[:A_PAGE],
        "may_write": actor.may("dunning.write"),
    }
    return render(request, "dunning/held.html", told)


@signed_in
@require_POST
def resume(request: HttpRequest, pause_id: int) -> HttpResponse:
    """End a pause today."""
    reason = request.POST.get("reason", "").strip() or _("Ended by hand.")
    found = acts.resume(actor=actor_of(request), on=business_day(), pause_id=pause_id, reason=reason[:300])
    messages.success(request, _("The pause has ended."))
    return redirect("dunning_of", found.customer.no)


@signed_in
@require_POST
def end_choice(request: HttpRequest, choice_id: int) -> HttpResponse:
    """Go back to the ladder that holds without a choice."""
    found = acts.end_choice(actor=actor_of(request), on=business_day(), choice_id=choice_id)
    messages.success(request, _("The choice has ended."))
    return redirect("dunning_of", found.customer.no)


urlpatterns = [
    path("dunning/held/", held, name="dunning_held"),
    path("dunning/pauses/<int:pause_id>/resume/", resume, name="resume_dunning"),
    path("dunning/choices/<int:choice_id>/end/", end_choice, name="end_dunning_choice"),
    path("dunning/of/<path:no>/act/", act_on, name="dunning_act"),
    path("dunning/of/<path:no>/", of_customer, name="dunning_of"),
]
