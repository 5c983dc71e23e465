"""Key accounts: the lists, what is new in them, one profile, one request, one service level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
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
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import tried

A_PAGE = 50
LISTS = room.KEY_LISTS
Told = dict[str, Any]
STATES: dict[str, str | Promise] = {
    "key": _("key account"),
    "ordinary": _("ordinary customer"),
    "incomplete": _("profile incomplete"),
    "open": _("not closed yet"),
    "late": _("past its day"),
    "escalated": _("risen"),
    "closed": _("closed"),
}
EMPTY: dict[str, str | Promise] = {
    "accounts": _("No profile is kept yet. Keep one: the rules then say who is a key account."),
    "requests": _("Nothing was asked for, or the filters leave nothing."),
    "targets": _("No service level is proposed yet. It is used when every department has confirmed it."),
    "attainment": _("No service level is in use yet."),
    "market": _("There is no key account within your reach yet."),
}


@dataclass(frozen=True)
class New:
    """Something new that a page takes in. do: the act, and where it leads; right: who may."""

    what: str
    label: str | Promise
    hint: str | Promise
    form: type[shapes.KeyForm]
    do: Callable[[Told, Any], str]
    right: str = "key_accounts.write"


def _request(told: Told, form: Any) -> str:
    kept = acts.open_request(**told, customer_no=form.cleaned_data["customer_no"], new=form.new())
    return reverse("key_request", args=[kept.pk])


def _target(told: Told, form: Any) -> str:
    return reverse("key_target", args=[acts.propose_target(**told, new=form.new()).pk])


def _manager(told: Told, form: Any) -> str:
    acts.name_manager(**told, **form.cleaned_data)
    return reverse("key_accounts")


def _profile(told: Told, form: Any) -> str:
    customer = customers.get(told["actor"], form.cleaned_data["customer_no"], on=told["on"])
    return reverse("key_profile", args=[customer.no])


NEW = {
    "profile": New(
        "accounts",
        _("Keep a profile"),
        _("Whose profile as a key account is kept."),
        shapes.WhoseForm,
        _profile,
    ),
    "request": New(
        "requests",
        _("Take in a request"),
        _("What is asked twice is linked, and passed to the level that handles it."),
        shapes.RequestForm,
        _request,
    ),
    "target": New(
        "targets",
        _("Propose a service level"),
        _("It is used when every department has confirmed it."),
        shapes.TargetForm,
        _target,
    ),
    "manager": New(
        "accounts",
        _("Name a manager"),
        _("Answers for key accounts of a unit and all below, from today on."),
        shapes.ManagerForm,
        _manager,
        "key_accounts.decide",
    ),
}


def asked(request: HttpRequest) -> Wanted:
    """The filters that the address names."""
    told = request.GET
    return Wanted(told.get("q", "").strip()[:100], told.get("kind", "")[:30], told.get("state", "")[:10])


@signed_in
@require_GET
def key_list(request: HttpRequest, what: str = "accounts") -> HttpResponse:
    """One of the lists, filtered."""
    if what not in LISTS:
        raise Http404
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    listed, rules = LISTS[what], keys.in_force(on)
    page = Paginator(listed.rows(actor, wanted, on), A_PAGE).get_page(request.GET.get("page"))
    kinds = [(one.code, one.words) for one in (*rules.services, rules.enquiry)] if what == "requests" else []
    told = {
        "what": what,
        "title": listed.title,
        "tabs": [(code, one.title) for code, one in LISTS.items()],
        "page": page,
        "wanted": wanted,
        "kinds": kinds,
        "heads": [
            (title, "xh-num" if kind in {"money", "count", "number"} else "")
            for title, kind, _width in _seen(listed, listed.columns)
        ],
        "lines": [_line(what, row, on) for row in page],
        "states": [(code, STATES[code]) for code in listed.states],
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_filter": what in {"accounts", "requests"},
        "acts": [(code, new.label) for code, new in NEW.items() if new.what == what and actor.may(new.right)],
        "empty": EMPTY[what],
        "managers": _managers(actor, on) if what == "accounts" else [],
    }
    return render(request, "key_accounts/list.html", told)


@signed_in
@require_GET
def export(request: HttpRequest, what: str) -> HttpResponse:
    """The filtered list as Excel."""
    actor, on = actor_of(request), business_day()
    if what not in LISTS:
        raise Http404
    access.require(actor, "key_accounts.read")
    content = room.export_key_accounts(actor=actor, on=on, what=what, wanted=asked(request))
    return workbook_answer(content, f"key-{what}-{on.isoformat()}.xlsx")


@signed_in
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Take something new in."""
    actor, on = actor_of(request), business_day()
    if code not in NEW:
        raise Http404
    wanted = NEW[code]
    access.require(actor, wanted.right)
    first = {"asked_on": on, "customer_no": request.GET.get("customer", "")[:40]}
    form = wanted.form(request.POST if request.method == "POST" else None, initial=first, on=on)
    told = {"actor": actor, "on": on}
    where = tried(request, form, lambda: wanted.do(told, form)) if form.is_bound else None
    if where:
        messages.success(request, _("It is kept."))
        return redirect(where)
    shown = {
        "form": form, "new": wanted, "list_title": LISTS[wanted.what].title,
        "list_address": reverse("key_list", args=[wanted.what]),
    }  # fmt: skip
    return render(request, "shell/new.html", shown, status=422 if form.is_bound else 200)


def _managers(actor: Any, on: Any) -> list[tuple[str, Any]]:
    return [(keys.words_of("levels", one.level, on), one) for one in keys.managers(actor)]


def _seen(listed: Any, columns: tuple[Any, ...]) -> tuple[Any, ...]:
    """Those of the columns that the page shows."""
    return tuple(columns[place] for place in listed.shown) if listed.shown else columns


def _line(what: str, row: Any, on: Any) -> dict[str, Any]:
    listed = LISTS[what]
    told = zip(listed.columns, listed.cells(row, on), strict=True)
    cells: list[dict[str, Any]] = [
        {"value": room.in_words(value, kind), "kind": kind}
        for (_title, kind, _width), value in _seen(listed, tuple(told))
    ]
    routes = {"accounts": "key_profile", "requests": "key_request", "targets": "key_target"}
    if what in routes:
        key = row.customer.no if what == "accounts" else row.pk
        cells[0]["href"] = reverse(routes[what], args=[key])
    return {"cells": cells}


urlpatterns = [
    path("key-accounts/", key_list, name="key_accounts"),
    path("key-accounts/new/<str:code>/", new, name="key_new"),
    path("key-accounts/lists/<str:what>/", key_list, name="key_list"),
    path("key-accounts/lists/<str:what>/export/", export, name="export_key_accounts"),
]
