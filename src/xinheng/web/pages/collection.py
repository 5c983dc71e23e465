"""Collection: the work list, the board of assignment, what was recovered, who is to be spoken to."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period, add_months, quarter_of, year_of
from xinheng.facts.customers import queries as customers
from xinheng.operations.collection import queries as collection
from xinheng.operations.collection import services as acts
from xinheng.operations.collection.values import SORTS, WantedCases
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import dressed, tried

A_PAGE, QUARTERS, YEARS = 50, 8, 6
COLUMNS: list[tuple[str, Any]] = [  # sort key, heading
    ("customer", _("Customer")), ("overdue", _("Overdue")), ("days", _("Number of days")),
    ("weight", _("Expected loss")),
    ("collector", _("Collector")), ("next", _("Next step")), ("active", _("Last active")),
]  # fmt: skip
WHICH = [
    ("", _("All running")), ("due", _("next step due")), ("idle", _("without activity")),
    ("broken", _("promise broken")), ("unanswered", _("nobody answers for the customer")),
    ("closed", _("closed")),
]  # fmt: skip


def asked(request: HttpRequest) -> WantedCases:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, which = request.GET, request.GET.get("which", "")
    sort, days = told.get("sort", "-weight"), told.get("days", "")
    collector = told.get("collector", "")[:150]
    return WantedCases(
        text=told.get("q", "").strip()[:100],
        collector=actor_of(request).login if collector == "me" else collector,
        due=which == "due",
        idle=which == "idle",
        broken=which == "broken",
        unanswered=which == "unanswered",
        closed=which == "closed",
        over_days=int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
        sort=sort if sort.removeprefix("-") in SORTS else "-weight",
    )


@signed_in
@require_GET
def work_list(request: HttpRequest) -> HttpResponse:
    """The cases within reach that pass the filters, the weightiest first."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    page = Paginator(collection.cases(actor, wanted, on=on), A_PAGE).get_page(request.GET.get("page"))
    collectors = [(one.collector.login, one.name) for one in collection.board(actor, on=on)]
    told = {
        "page": page,
        "lines": lines_of(list(page), on=on),
        "wanted": wanted,
        "which": request.GET.get("which", ""),
        "whichs": WHICH,
        "collector": request.GET.get("collector", ""),
        "collectors": [("me", _("mine")), ("-", _("nobody's")), *collectors],
        "assignable": [("", _("nobody")), *collectors],
        "columns": _headings(request, wanted.sort),
        "tasks": collection.tasks(actor, on=on),
        "query": request.GET.urlencode(),
        "on": on,
        "may_export": actor.may("exports.read"),
        "may_assign": actor.may("collection.assign"),
    }
    return render(request, "collection/list.html", told)


def lines_of(cases: list[Any], *, on: date) -> list[dict[str, Any]]:
    """Cases with their amounts, who collects and who answers."""
    names = people.names_by_login(one.collector for one in cases if one.collector)
    answering = customers.responsible([one.customer for one in cases], on=on)
    idle = collection.idle_since(on)
    return [
        {
            "row": one,
            "overdue": Money(one.overdue_minor, one.currency),
            "disputed": Money(one.disputed_minor, one.currency) if one.disputed_minor else None,
            "loss": Money(one.loss_minor, one.currency),
            "late": Money(one.late_minor, one.currency) if one.late_minor is not None else None,
            "collector": names.get(one.collector, one.collector),
            "answering": answering.get(one.customer_id),
            "is_due": one.next_step_on is not None and one.next_step_on <= on and one.closed_on is None,
            "is_idle": one.active_on < idle and one.closed_on is None,
            "promise": collection.PROMISES.get(one.last_promise or "", ""),
        }
        for one in cases
    ]


def _headings(request: HttpRequest, sort: str) -> list[dict[str, Any]]:
    headings = []
    for key, label in COLUMNS:
        here = sort.removeprefix("-") == key
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = key if here and sort.startswith("-") else f"-{key}"
        order = ("descending" if sort.startswith("-") else "ascending") if here else "none"
        headings.append({"label": label, "address": f"?{query.urlencode()}", "sorted": order})
    return headings


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered cases as Excel, with promises, clocks and what was recovered."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "collection.read")
    content = room.export_collection(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"collection-{on.isoformat()}.xlsx")


@signed_in
@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Look at the ledger now."""
    told = acts.refresh(actor=actor_of(request), on=business_day())
    words = gettext("%(opened)s cases opened, %(closed)s closed, %(running)s run.")
    messages.success(request, words % vars(told))
    return redirect("collection")


@signed_in
@require_POST
def reassign(request: HttpRequest) -> HttpResponse:
    """Give the chosen cases to a person."""
    actor, chosen = actor_of(request), request.POST.getlist("case")
    access.require(actor, "collection.assign")
    if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in chosen) or not chosen:
        messages.error(request, gettext("Choose cases first."))
        return redirect("collection")
    told: dict[str, Any] = {
        "case_ids": [int(one) for one in chosen],
        "login": request.POST.get("login", "")[:150],
    }
    number = acts.reassign(actor=actor, on=business_day(), **told)
    words = ngettext("%(number)s case was given.", "%(number)s cases were given.", number)
    messages.success(request, words % {"number": number})
    return redirect("collection")


class CollectorForm(forms.Form):
    """How strong a person is, and how many cases it takes."""

    login = forms.CharField(label=_("Login"), max_length=150)
    skill = forms.IntegerField(label=_("Skill, 1 to 5"), min_value=1, max_value=5)
    capacity = forms.IntegerField(label=_("Cases at a time"), min_value=0, max_value=10_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


@signed_in
def board(request: HttpRequest) -> HttpResponse:
    """Who collects how much; collectors are entered, and cases assigned by plan."""
    actor, on = actor_of(request), business_day()
    sent = request.POST if request.method == "POST" else None
    form = CollectorForm(sent if sent is not None and sent.get("act") == "collector" else None)
    who: dict[str, Any] = {"actor": actor, "on": on}
    if sent is not None:
        access.require(actor, "collection.assign")
        if sent.get("act") == "assign":
            done = acts.assign(**who, anew=sent.get("anew") == "1")
            words = gettext("%(assigned)s cases assigned; for %(left)s nobody of the skill is free.")
            messages.success(request, words % {"assigned": done.assigned, "left": done.left})
            return redirect("collection_board")
        if sent.get("act") != "collector":
            raise FieldsRefused(fields="act")
        if tried(request, form, lambda: acts.set_collector(**who, **form.cleaned_data)):
            messages.success(request, gettext("It is kept."))
            return redirect("collection_board")
    policy = collection.in_force(on)
    told = {
        "lines": collection.board(actor, on=on),
        "tasks": collection.tasks(actor, on=on),
        "tiers": policy.tiers,
        "form": form,
        "may_assign": actor.may("collection.assign"),
    }
    return render(request, "collection/board.html", told, status=422 if form.errors else 200)


@signed_in
@require_GET
def recovered(request: HttpRequest) -> HttpResponse:
    """What each person recovered in a year, a quarter or a month, for the appraisal."""
    actor, on = actor_of(request), business_day()
    periods = _periods(on)
    chosen = request.GET.get("period", "")
    period = periods.get(chosen) or next(iter(periods.values()))
    by = "collector" if request.GET.get("by") == "collector" else "responsible"
    told = {
        "lines": collection.appraise(actor, period, on=on, by=by),  # type: ignore[arg-type]
        "period": period,
        "chosen": chosen,
        "periods": [(code, code) for code in periods],
        "by": by,
        "bys": [("responsible", _("who answers for the customer")), ("collector", _("who had the case"))],
        "is_running": period.last >= on,
        "on": on,
    }
    return render(request, "collection/recovered.html", told)


def _periods(on: date) -> dict[str, Period]:
    years = {str(on.year - back): year_of(date(on.year - back, 1, 1)) for back in range(YEARS)}
    quarters = [quarter_of(add_months(on, -3 * back)) for back in range(QUARTERS)]
    return years | {f"{one.first.year} Q{(one.first.month + 2) // 3}": one for one in quarters}


@signed_in
@require_GET
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Customers that are spoken to every quarter, the missing first."""
    actor, on = actor_of(request), business_day()
    known = [quarter_of(add_months(on, -3 * back)) for back in range(QUARTERS)]
    chosen = next((one for one in known if one.first.isoformat() == request.GET.get("quarter")), known[0])
    found = collection.follow_ups(actor, chosen, on=on)
    told = {
        "lines": [
            {"one": one, "way": collection.WAYS.get(one.contact.way) if one.contact else ""} for one in found
        ],
        "missing": sum(one.contact is None for one in found),
        "quarters": [(one.first.isoformat(), str(one)) for one in known],
        "chosen": chosen.first.isoformat(),
        "period": chosen,
        "may_write": actor.may("collection.write"),
    }
    return render(request, "collection/follow_ups.html", told)


urlpatterns = [
    path("collection/", work_list, name="collection"),
    path("collection/export/", export, name="export_collection"),
    path("collection/refresh/", refresh, name="refresh_collection"),
    path("collection/reassign/", reassign, name="reassign_cases"),
    path("collection/board/", board, name="collection_board"),
    path("collection/recovered/", recovered, name="collection_recovered"),
    path("collection/follow-ups/", follow_ups, name="collection_follow_ups"),
]
