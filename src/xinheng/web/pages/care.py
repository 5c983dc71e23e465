"""Letters, visits, matters, leaving and files: the lists, and what is new in them."""

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
from xinheng.base.kernel.periods import quarter_of
from xinheng.operations.care import queries as care
from xinheng.operations.care import services as acts
from xinheng.operations.care.values import Wanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import care_forms as shapes
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import tried

A_PAGE = 50
LISTS = room.CARE_LISTS
STATES: dict[str, str | Promise] = {
    "holding": _("waits for its file"), "late": _("past its day"), "open": _("not closed yet"),
    "closed": _("closed"),
}  # fmt: skip
COPY_STATES: dict[str, str | Promise] = {"late": _("deviation")}
TABS: list[tuple[str, str | Promise]] = [
    ("register", _("Register")), ("visits", _("Visits")), ("matters", _("Matters")),
    ("standings", _("Reception")), ("thin", _("Too few contacts")), ("leads", _("Quiet leads")),
    ("opinions", _("Satisfaction")), ("files", _("Index of files")), ("evaluations", _("Evaluations")),
    ("departures", _("Leavers")), ("copies", _("Controlled copies")),
]  # fmt: skip
EMPTY: dict[str, str | Promise] = {
    "register": _(
        "Nothing is registered, or the filters leave nothing. Register items on the day they pass."
    ),
    "thin": _("Every important or promising customer is in contact with enough of ours."),
    "leads": _("No lead has been left alone for too long."),
    "files": _("No customer is within your reach, or the filter leaves none."),
}
Told = dict[str, Any]


@dataclass(frozen=True)
class New:
    """Something new that a page takes in. do: the act, and where it leads."""

    what: str
    label: str | Promise
    hint: str | Promise
    form: type[shapes.CareForm]
    do: Callable[[Told, Any], str]


def _register(told: Told, form: Any) -> str:
    return reverse("care_entry", args=[acts.register(**told, new=form.new()).no])


def _visit(told: Told, form: Any) -> str:
    kept = acts.plan_visit(**told, customer_no=form.cleaned_data["customer_no"], new=form.new())
    return reverse("care_visit", args=[kept.pk])


def _matter(told: Told, form: Any) -> str:
    kept = acts.open_matter(**told, customer_no=form.cleaned_data["customer_no"], new=form.new())
    return reverse("care_matter", args=[kept.no])


def _standing(told: Told, form: Any) -> str:
    acts.set_standing(**told, customer_no=form.cleaned_data["customer_no"], new=form.new())
    return reverse("care_list", args=["standings"])


def _opinion(told: Told, form: Any) -> str:
    values = form.cleaned_data
    acts.tell_opinion(
        **told, customer_no=values["customer_no"], said_on=values["said_on"], answers=form.answers(),
        words=values["words"],
    )  # fmt: skip
    return reverse("care_list", args=["opinions"])


def _evaluation(told: Told, form: Any) -> str:
    acts.evaluate(**told, **form.cleaned_data)
    return reverse("care_list", args=["evaluations"])


def _departure(told: Told, form: Any) -> str:
    return reverse("care_departure", args=[acts.begin_departure(**told, **form.cleaned_data).pk])


def _document(told: Told, form: Any) -> str:
    names = [line for line in form.cleaned_data["receivers"].splitlines() if line.strip()]
    acts.issue_document(**told, **{**form.cleaned_data, "receivers": names})
    return reverse("care_list", args=["copies"])


def _copy(told: Told, form: Any) -> str:
    values = form.cleaned_data
    acts.give_copy(**told, **{**values, "document_id": int(values["document_id"])})
    return reverse("care_list", args=["copies"])


NEW = {
    "entry": New(
        "register",
        _("Register an item"),
        _("Every letter, fax, call, notice or file that passes between a customer and us."),
        shapes.EntryForm,
        _register,
    ),
    "visit": New(
        "visits",
        _("Plan a visit"),
        _("It is on record when its report is written."),
        shapes.VisitForm,
        _visit,
    ),
    "matter": New(
        "matters",
        _("Open a matter"),
        _("A repair, a quality case, a violation: followed until its result is told."),
        shapes.MatterForm,
        _matter,
    ),
    "standing": New(
        "standings",
        _("Say how a customer is received"),
        _("What held before stays in the history."),
        shapes.StandingForm,
        _standing,
    ),
    "opinion": New(
        "opinions",
        _("Enter an opinion"),
        _("What was not answered is left out of the index."),
        shapes.OpinionForm,
        _opinion,
    ),
    "evaluation": New(
        "evaluations",
        _("Evaluate a file"),
        _("What the file is worth as a ground for decisions."),
        shapes.EvaluationForm,
        _evaluation,
    ),
    "departure": New(
        "departures",
        _("Begin a leaving"),
        _("All that the leaver holds is listed and signed for by both sides."),
        shapes.DepartureForm,
        _departure,
    ),
    "document": New(
        "copies",
        _("Issue a version"),
        _("A controlled document with its list of receivers."),
        shapes.DocumentForm,
        _document,
    ),
    "copy": New(
        "copies",
        _("Give a copy"),
        _("A copy to somebody who is not on the list is a deviation."),
        shapes.CopyForm,
        _copy,
    ),
}


def asked(request: HttpRequest) -> Wanted:
    """The filters that the address names."""
    told = request.GET
    return Wanted(
        told.get("q", "").strip()[:100],
        told.get("kind", "")[:30],
        told.get("state", "")[:10],
        told.get("customer", "")[:40],
    )


@signed_in
@require_GET
def care_list(request: HttpRequest, what: str = "register") -> HttpResponse:
    """One of the lists, filtered."""
    if what not in LISTS:
        raise Http404
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    listed = LISTS[what]
    page = Paginator(listed.rows(actor, wanted, on), A_PAGE).get_page(request.GET.get("page"))
    words = COPY_STATES if what == "copies" else STATES
    told = {
        "what": what,
        "title": listed.title,
        "tabs": TABS,
        "page": page,
        "heads": [
            (one.title, "xh-num" if one.kind in {"money", "share", "count"} else "")
            for one in listed.columns
            if one.listed
        ],
        "lines": [_line(what, row, actor, on) for row in page],
        "wanted": wanted,
        "kinds": _kinds(listed.kinds, on),
        "states": [(code, words[code]) for code in listed.states],
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "acts": [
            (code, new.label) for code, new in NEW.items() if new.what == what and actor.may("care.write")
        ],
        "empty": EMPTY.get(what, _("Nothing is here yet, or the filters leave nothing.")),
        "index": _index(actor, on) if what == "opinions" else None,
    }
    return render(request, "care/list.html", told)


@signed_in
@require_GET
def export(request: HttpRequest, what: str) -> HttpResponse:
    """The filtered list as Excel."""
    actor, on = actor_of(request), business_day()
    if what not in LISTS:
        raise Http404
    access.require(actor, "care.read")
    content = room.export_care(actor=actor, on=on, what=what, wanted=asked(request))
    return workbook_answer(content, f"{what}-{on.isoformat()}.xlsx")


@signed_in
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Take something new in."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "care.write")
    if code not in NEW:
        raise Http404
    wanted = NEW[code]
    days = dict.fromkeys(("passed_on", "reported_on", "said_on"), on)
    first = {**days, "customer_no": request.GET.get("customer", "")[:40]}
    form = wanted.form(request.POST if request.method == "POST" else None, initial=first, on=on)
    if code == "copy":
        field: Any = form.fields["document_id"]
        field.choices = [(str(one.pk), str(one)) for one in care.documents(actor)]
    where = (
        tried(request, form, lambda: wanted.do({"actor": actor, "on": on}, form)) if form.is_bound else None
    )
    if where:
        messages.success(request, _("It is kept."))
        return redirect(where)
    shown = {
        "form": form, "new": wanted, "list_title": LISTS[wanted.what].title,
        "list_address": reverse("care_list", args=[wanted.what]),
    }  # fmt: skip
    return render(request, "shell/new.html", shown, status=422 if form.is_bound else 200)


def _kinds(which: str, on: Any) -> list[tuple[str, Any]]:
    rules = care.in_force(on)
    if which == "orders":
        return list(room.CARE_ORDERS.items())
    rows = {
        "entries": rules.register_.kinds, "occasions": rules.occasions, "matters": rules.matters,
        "levels": (*rules.levels, *rules.stages),
    }.get(which, ())  # fmt: skip
    return shapes.code_choices(rows)


def _line(what: str, row: Any, actor: Any, on: Any) -> dict[str, Any]:
    listed = LISTS[what]
    cells = [
        {"value": room.in_words(value, column.kind), "kind": column.kind}
        for column, value in zip(listed.columns, listed.cells(row, actor, on), strict=True)
        if column.listed
    ]
    routes = {
        "register": ("care_entry", "no"), "visits": ("care_visit", "pk"), "matters": ("care_matter", "no"),
        "departures": ("care_departure", "pk"),
    }  # fmt: skip
    if what in routes:
        route, key = routes[what]
        cells[0]["href"] = reverse(route, args=[getattr(row, key)])
    elif what != "copies":
        cells[0]["href"] = reverse("customer", args=[cells[0]["value"]])
    return {"cells": cells}


def _index(actor: Any, on: Any) -> list[dict[str, Any]]:
    quarters, day = [], on
    for _step in range(4):
        quarters.append(quarter_of(day))
        day = quarters[-1].first.fromordinal(quarters[-1].first.toordinal() - 1)
    trend = care.satisfaction_trend(actor, periods=quarters, on=on)
    return [{"period": str(period), "told": told} for period, told in trend]


urlpatterns = [
    path("care/", care_list, name="care"),
    path("care/new/<str:code>/", new, name="care_new"),
    path("care/lists/<str:what>/", care_list, name="care_list"),
    path("care/lists/<str:what>/export/", export, name="export_care"),
]
