"""Warnings: what calls for attention, who answers for it, and how it ended; how signals did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.judgements.warnings import queries as warnings
from xinheng.judgements.warnings import services as acts
from xinheng.judgements.warnings.values import SORTS, Wanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50
YEAR = timedelta(days=365)
STATES: dict[str, str | Promise] = {"open": _("not closed yet"), "closed": _("closed")}
WHICH: list[tuple[str, Any]] = [
    ("", _("All")), ("mine", _("mine")), ("late", _("late")), ("unowned", _("nobody's")),
]  # fmt: skip
COLUMNS: list[tuple[str, Any, str]] = [
    ("customer", _("Customer"), ""), ("", _("Signal"), ""), ("measure", _("Measure"), "xh-num"),
    ("amount", _("At stake"), "xh-num"), ("raised", _("Raised on"), ""), ("due", _("To be closed by"), ""),
    ("", _("Owner"), ""), ("", _("State"), ""),
]  # fmt: skip


class Plain(forms.Form):
    """A form in the look of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class ClosingForm(Plain):
    """What a warning came to."""

    outcome = forms.ChoiceField(label=_("Outcome"))
    note = forms.CharField(label=_("What was found and done"), max_length=500)


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, sort, which = request.GET, request.GET.get("sort", "due"), request.GET.get("which", "")
    state = told.get("state", "open")
    return Wanted(
        text=told.get("q", "").strip()[:100],
        state=state if state in STATES else "",
        signal=told.get("signal", "")[:48],
        level=told.get("level", "") if told.get("level") in warnings.LEVELS else "",
        owner=actor_of(request).login if which == "mine" else "",
        late=which == "late",
        unowned=which == "unowned",
        sort=sort if sort.removeprefix("-") in SORTS else "due",
    )


@signed_in
@require_GET
def warning_list(request: HttpRequest) -> HttpResponse:
    """The warnings within reach that pass the filters; those open unless asked otherwise."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    document = warnings.signals(on)
    page = Paginator(warnings.warnings(actor, wanted, on=on), A_PAGE).get_page(request.GET.get("page"))
    names = people.names_by_login({row.owner for row in page if row.owner})
    told = {
        "page": page,
        "lines": [_line(row, document, on) | {"owner": names.get(row.owner, row.owner)} for row in page],
        "wanted": wanted,
        "which": request.GET.get("which", ""),
        "whichs": WHICH,
        "states": list(STATES.items()),
        "signals": [(one.code, warnings.signal_word(one.code, document)) for one in document.signals],
        "levels": list(warnings.LEVELS.items()),
        "columns": headings(request, COLUMNS, wanted.sort),
        "counted": warnings.open_of(actor, on=on),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("warnings.write"),
    }
    return render(request, "warnings/list.html", told)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered warnings as Excel, with how each signal did."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "warnings.read")
    content = room.export_warnings(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"warnings-{on.isoformat()}.xlsx")


@signed_in
@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give the chosen warnings to a person."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "warnings.write")
    chosen = [int(one) for one in request.POST.getlist("chosen") if one.isascii() and one.isdigit()][:1000]
    owner = request.POST.get("owner", "").strip()[:150]
    changed = acts.assign_warnings(actor=actor, on=on, warning_ids=chosen, owner=owner)
    words = ngettext("%(number)s warning changed hands.", "%(number)s warnings changed hands.", changed)
    messages.success(request, words % {"number": changed})
    return redirect("warnings")


@signed_in
def warning_page(request: HttpRequest, warning_id: int) -> HttpResponse:
    """One warning with its evidence, and closing it."""
    actor, on = actor_of(request), business_day()
    row = warnings.get_warning(actor, warning_id, on=on)
    document = warnings.signals(on)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    outcomes: Any = form.fields["outcome"]
    outcomes.choices = [(one.code, one.zh if reads_chinese() else one.en) for one in document.outcomes]
    if request.method == "POST":
        access.require(actor, "warnings.write", f"warning:{warning_id}")
        told: dict[str, Any] = {"actor": actor, "on": on, "warning_id": warning_id}
        if tried(request, form, lambda: acts.close_warning(**told, **form.cleaned_data)) is not None:
            messages.success(request, gettext("The warning is closed."))
            return redirect("warnings")
    shown = {
        **_line(row, document, on),
        "evidence": warnings.evidence_words(row),
        "outcome": warnings.outcome_word(row.outcome, document) if row.outcome else "",
        "form": form if actor.may("warnings.write") and row.state == "open" else None,
    }
    return render(request, "warnings/one.html", shown, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """How each signal did in the last year, and the bounds of the document in force."""
    actor, on = actor_of(request), business_day()
    document = warnings.signals(on)
    found = {one.signal: one for one in warnings.records(actor, since=on - YEAR, on=on)}
    told = {
        "lines": [
            {"rule": one, "words": warnings.signal_word(one.code, document), "record": found.get(one.code),
             "unit": one.unit_zh if reads_chinese() else one.unit_en, "level": warnings.LEVELS[one.level]}
            for one in document.signals
        ],
        "document": document,
        "since": on - YEAR,
    }  # fmt: skip
    return render(request, "warnings/signals.html", told)


def _line(row: Any, document: Any, on: Any) -> dict[str, Any]:
    return {
        "row": row,
        "signal": warnings.signal_word(row.signal, document),
        "measure": warnings.measure_word(row, document),
        "amount": None if row.amount_minor is None else Money(row.amount_minor, row.currency),
        "level": warnings.LEVELS[row.level],
        "tone": "bad" if row.level == "serious" else "warn",
        "is_late": row.state == "open" and row.due_on < on,
        "is_over": row.state == "open" and row.seen_on < on and row.raised_by == "night",
        "state": STATES[row.state],
    }


urlpatterns = [
    path("warnings/", warning_list, name="warnings"),
    path("warnings/export/", export, name="export_warnings"),
    path("warnings/assign/", assign, name="assign_warnings"),
    path("warnings/signals/", records, name="warning_signals"),
    path("warnings/<int:warning_id>/", warning_page, name="warning"),
]
