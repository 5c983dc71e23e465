"""Outside factors: series with their curves, and the external information bank."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.facts.factors import queries as factors
from xinheng.facts.factors import services as acts
from xinheng.facts.factors.values import EFFECTS, ENTRY_KINDS, SERIES_KINDS, Wanted
from xinheng.reports import queries as drawn
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.factors_forms import EntryForm, FigureForm, SeriesForm
from xinheng.web.pages.trying import tried

A_PAGE = 50
SPAN = timedelta(days=800)  # that a curve shows up to its last day
TONES = {"current": "good", "old": "warn", "empty": "", "counts": "good", "to_come": "note", "expired": "bad",
         "replaced": ""}  # fmt: skip


def asked(request: HttpRequest) -> Wanted:
    """The filters of the information bank that the address names; anything else is passed over."""
    told = request.GET
    kind, state = told.get("kind", ""), told.get("state", "")
    return Wanted(
        text=told.get("q", "").strip()[:100], kind=kind if kind in ENTRY_KINDS else "",
        industry=told.get("industry", "").strip()[:5], state=state if state in drawn.ENTRY_STATES else "",
    )  # fmt: skip


@signed_in
@require_GET
def series_list(request: HttpRequest) -> HttpResponse:
    """Every series as it stands today."""
    actor, on = actor_of(request), business_day()
    lines = [
        {"one": one, "kind": SERIES_KINDS[one.kind], "state": drawn.SERIES_STATES[one.state],
         "tone": TONES[one.state]}
        for one in factors.series_lines(actor, as_of=on)
    ]  # fmt: skip
    return render(request, "factors/series.html", {**_told(request, "series"), "lines": lines})


def _told(request: HttpRequest, here: str) -> dict[str, Any]:
    actor = actor_of(request)
    may = {"may_write": actor.may("factors.write"), "may_export": actor.may("exports.read"),
           "may_import": actor.may("intake.write")}  # fmt: skip
    return {"here": here, "query": request.GET.urlencode(), **may}


@signed_in
def new_series(request: HttpRequest) -> HttpResponse:
    """Open a series."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "factors.write", "series")
    form = SeriesForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        kept = tried(request, form, lambda: acts.open_series(actor=actor, on=on, new=form.new()))
        if kept is not None:
            return redirect("factor", kept.code)
    told = {
        "form": form,
        "heading": _("Open a series"),
        "back": "factors",
        "back_label": _("Outside factors"),
    }
    return render(request, "factors/new.html", told, status=422 if form.is_bound else 200)


@signed_in
def one_series(request: HttpRequest, code: str) -> HttpResponse:
    """One series: its curve, what was told of it with corrections, and a form to tell a figure."""
    actor, on = actor_of(request), business_day()
    line, figures = factors.series_of(actor, code, as_of=on)
    may_tell = actor.may("factors.write") and line.origin == "told"
    sent = request.POST if request.method == "POST" else None
    form = FigureForm(sent, initial={"day": on})
    if sent is not None:
        access.require(actor, "factors.write", f"factor:{code}")
        kept = tried(request, form, lambda: acts.tell_figure(actor=actor, on=on, code=code, new=form.new()))
        if kept is not None:
            messages.success(request, gettext("The figure is kept; an earlier one stays beside it."))
            return redirect("factor", code)
    shown = figures.filter(figures["day"] >= line.last - SPAN) if line.last else figures
    told = factors.figures_told(actor, code, as_of=on)
    page = Paginator(range(told.height), A_PAGE).get_page(request.GET.get("page"))
    rows = told[list(page.object_list)].to_dicts() if told.height else []
    answer = {
        **_told(request, "series"), "line": line, "kind": SERIES_KINDS[line.kind], "page": page, "rows": rows,
        "state": drawn.SERIES_STATES[line.state], "tone": TONES[line.state],
        "chart": drawn.factor_curve(shown.iter_rows(), line.name, line.unit) if shown.height else None,
        "form": form if may_tell else None,
    }  # fmt: skip
    return render(request, "factors/one.html", answer, status=422 if sent is not None else 200)


@signed_in
@require_GET
def entry_list(request: HttpRequest) -> HttpResponse:
    """The external information bank; what has expired is flagged and not used."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    found = factors.bank(actor, wanted, as_of=on)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    lines = [
        {"one": one, "kind": ENTRY_KINDS[one.kind], "state": drawn.ENTRY_STATES[one.state],
         "tone": TONES[one.state], "effect": EFFECTS[one.effect]}
        for one in page
    ]  # fmt: skip
    told = {
        **_told(request, "entries"), "page": page, "lines": lines, "wanted": wanted,
        "kinds": list(ENTRY_KINDS.items()), "states": list(drawn.ENTRY_STATES.items()),
        "is_filtered": any((wanted.text, wanted.kind, wanted.industry, wanted.state)),
    }  # fmt: skip
    return render(request, "factors/entries.html", told)


@signed_in
def new_entry(request: HttpRequest) -> HttpResponse:
    """Put an entry into the bank, or correct one."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "factors.write", "entries")
    sent = request.POST if request.method == "POST" else None
    replaces = request.GET.get("replaces", "")[:20]
    initial: dict[str, Any] = {"valid_from": on}
    if replaces:
        known = factors.entry(actor, replaces, as_of=on)
        initial = {name: getattr(known, name) for name in EntryForm.base_fields}
        initial["replaces"] = known.no
    form = EntryForm(sent, initial=initial)
    if sent is not None:
        kept = tried(request, form, lambda: acts.tell_entry(actor=actor, on=on, new=form.new()))
        if kept is not None:
            messages.success(request, gettext("Entry %(no)s is kept.") % {"no": kept.no})
            return redirect("factor_entries")
    heading = _("Correct an entry") if replaces else _("New entry of the information bank")
    told = {"form": form, "heading": heading, "back": "factor_entries"}
    return render(request, "factors/new.html", told, status=422 if sent is not None else 200)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Series, figures and entries as Excel."""
    actor, on = actor_of(request), business_day()
    content = room.export_factors(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"outside-factors-{on.isoformat()}.xlsx")


urlpatterns = [
    path("outside-factors/", series_list, name="factors"),
    path("outside-factors/new/", new_series, name="new_factor"),
    path("outside-factors/entries/", entry_list, name="factor_entries"),
    path("outside-factors/entries/new/", new_entry, name="new_factor_entry"),
    path("outside-factors/export/", export, name="export_factors"),
    path("outside-factors/series/<slug:code>/", one_series, name="factor"),
]
