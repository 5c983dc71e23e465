"""One key account's profile, one request, one service level: what is told of it and what is done next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.operations.key_accounts import queries as keys
from xinheng.operations.key_accounts import services as acts
from xinheng.operations.key_accounts.values import Wanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import key_account_forms as shapes
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.trying import tried

Told = dict[str, Any]


@dataclass(frozen=True)
class KeyAct:
    """Something done on a page of one row. do: told (actor, day), the key of the row, the valid form."""

    label: str | Promise
    form: type[shapes.KeyForm]
    do: Callable[[Told, int, Any], object]
    button: str | Promise = ""
    confirm: str | Promise = ""


REQUEST_ACTS = {
    "accept": KeyAct(
        _("Accept the request"),
        shapes.KeyForm,
        lambda told, key, _form: acts.accept(**told, request_id=key),
        _("Accept"),
    ),
    "note": KeyAct(
        _("Add to the contact record"),
        shapes.WordsForm,
        lambda told, key, form: acts.note_contact(**told, request_id=key, **form.cleaned_data),
    ),
    "pause": KeyAct(
        _("Let the clock stand still"),
        shapes.ReasonForm,
        lambda told, key, form: acts.pause(**told, request_id=key, **form.cleaned_data),
        _("Pause"),
    ),
    "resume": KeyAct(
        _("Let the clock run again"),
        shapes.KeyForm,
        lambda told, key, _form: acts.resume(**told, request_id=key),
        _("Resume"),
    ),
    "close": KeyAct(
        _("Close the request"),
        shapes.ResultForm,
        lambda told, key, form: acts.close_request(**told, request_id=key, **form.cleaned_data),
        _("Close the request"),
        _("A closed request is not opened again; those linked to it close too. Close?"),
    ),
    "evaluate": KeyAct(
        _("Evaluate how it was handled"),
        shapes.MarkForm,
        lambda told, key, form: acts.evaluate(**told, request_id=key, **form.cleaned_data),
    ),
}
TARGET_ACTS = {
    "confirm": KeyAct(
        _("Confirm it for a department"),
        shapes.ConfirmForm,
        lambda told, key, form: acts.confirm_target(**told, target_id=key, **form.cleaned_data),
        _("Confirm"),
    ),
}


@signed_in
def profile(request: HttpRequest, no: str) -> HttpResponse:
    """The profile of a customer as a key account, kept anew when the form is sent."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "key_accounts.read")
    customer = customers.get(actor, no, on=on)
    held = keys.profile_of(customer)
    form = shapes.ProfileForm(request.POST or None, initial=held.attributes if held else {}, on=on)
    if request.method == "POST":
        access.require(actor, "key_accounts.write", f"customer:{no}")
        told: Told = {"actor": actor, "on": on, "customer_no": no}
        if tried(request, form, lambda: acts.keep_profile(**told, told=form.cleaned_data)):
            messages.success(request, _("It is kept."))
            return redirect("key_profile", no)
    wanted = keys.requests(actor, Wanted(), on=on).filter(customer=customer)[:20]
    listed = room.KEY_LISTS["accounts"]
    cells = zip(listed.columns, listed.cells(held, on), strict=True) if held else []
    shown = {
        "customer": customer,
        "held": held,
        "form": form,
        "may_write": actor.may("key_accounts.write"),
        "pairs": [(title, room.in_words(value, kind)) for (title, kind, _width), value in cells][2:],
        "requests": [(one.pk, keys.words_of("services", one.kind, on), one) for one in wanted],
        "history": [
            (
                one.from_on,
                one.until_on,
                one.is_key,
                keys.words_of("rules", one.because, on) if one.because else "",
                one.told_by,
            )
            for one in keys.history_of(customer)[:20]
        ],
    }
    return render(request, "key_accounts/profile.html", shown, status=422 if form.errors else 200)


@signed_in
@require_GET
def one_request(request: HttpRequest, key: int) -> HttpResponse:
    """One request with its contact record."""
    return _shown(request, key, {})


@signed_in
def act_on_request(request: HttpRequest, key: int) -> HttpResponse:
    """Do one of the acts on a request."""
    actor, on = actor_of(request), business_day()
    code = request.POST.get("act", "")
    access.require(actor, _right(code), f"key_request:{key}")
    row = keys.request(actor, key, on=on)
    if request.method != "POST" or code not in _offered(row, actor):
        raise FieldsRefused(fields=code)
    act = REQUEST_ACTS[code]
    form = act.form(request.POST, on=on)
    told = {"actor": actor, "on": on}
    if tried(request, form, lambda: bool(act.do(told, key, form))) is None:
        return _shown(request, key, {code: form})
    messages.success(request, _("It is kept."))
    return redirect("key_request", key)


def _right(code: str) -> str:
    return "key_accounts.decide" if code == "evaluate" else "key_accounts.write"


def _offered(row: Any, actor: Any) -> list[str]:
    if row.closed_on is not None:
        codes = ["evaluate"] if row.mark is None and row.closed_by != actor.login else []
    else:
        stands = keys.pauses_of(row).filter(until_on__isnull=True).exists()
        codes = ["note", "resume" if stands else "pause", *(["close"] if row.accepted_on else [])]
        codes = codes if row.accepted_on else ["accept", *codes]
    return [code for code in codes if actor.may(_right(code))]


def _shown(request: HttpRequest, key: int, bound: dict[str, shapes.KeyForm]) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    row = keys.request(actor, key, on=on)
    listed = room.KEY_LISTS["requests"]
    cells = zip(listed.columns, listed.cells(row, on), strict=True)
    shown = {
        "row": row,
        "title": keys.words_of("services", row.kind, on),
        "where": reverse("key_request_act", args=[key]),
        "pairs": [(title, room.in_words(value, kind)) for (title, kind, _width), value in cells],
        "contacts": keys.contacts_of(row),
        "linked": row.same_as_id,
        "pauses": [(keys.words_of("pauses", one.reason, on), one) for one in keys.pauses_of(row)],
        "forms": [
            {
                "code": code,
                "act": REQUEST_ACTS[code],
                "form": bound.get(code) or REQUEST_ACTS[code].form(on=on),
                "is_open": code in bound,
            }
            for code in _offered(row, actor)
        ],
    }
    return render(request, "key_accounts/request.html", shown, status=422 if bound else 200)


@signed_in
def target(request: HttpRequest, key: int) -> HttpResponse:
    """One service level and the departments that confirm it."""
    actor, on = actor_of(request), business_day()
    row = keys.target(actor, key)
    if request.method == "POST":
        access.require(actor, "key_accounts.write", f"key_target:{key}")
    act = TARGET_ACTS["confirm"]
    form = act.form(request.POST if request.method == "POST" else None, on=on)
    told = {"actor": actor, "on": on}
    if form.is_bound and tried(request, form, lambda: bool(act.do(told, key, form))):
        messages.success(request, _("It is kept."))
        return redirect("key_target", key)
    listed = room.KEY_LISTS["targets"]
    cells = zip(listed.columns, listed.cells(row, on), strict=True)
    shown = {
        "row": row,
        "title": keys.words_of("services", row.kind, on),
        "where": reverse("key_target", args=[key]),
        "pairs": [(title, room.in_words(value, kind)) for (title, kind, _width), value in cells],
        "confirmations": keys.confirmations_of(row),
        "forms": []
        if row.from_on or not actor.may("key_accounts.write")
        else [{"code": "confirm", "act": act, "form": form, "is_open": form.is_bound}],
    }
    return render(request, "key_accounts/target.html", shown, status=422 if form.is_bound else 200)


urlpatterns = [
    path("key-accounts/profiles/<path:no>/", profile, name="key_profile"),
    path("key-accounts/requests/<int:key>/", one_request, name="key_request"),
    path("key-accounts/requests/<int:key>/do/", act_on_request, name="key_request_act"),
    path("key-accounts/targets/<int:key>/", target, name="key_target"),
]
