"""The figures of a published case: loaded from a file, and every rate they come to."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.judgements.consumers import queries as consumers
from xinheng.judgements.consumers import services as acts
from xinheng.judgements.consumers.errors import CaseUnknown
from xinheng.reports import queries as lists
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.consumer_risk_forms import CaseForm
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import tried


@signed_in
def consumer_risk_case(request: HttpRequest) -> HttpResponse:
    """The newest figures with their tables; another file, where one may load it."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "consumers.read")
    sent = request.method == "POST"
    form = CaseForm(request.POST, request.FILES) if sent else CaseForm()
    if sent:
        access.require(actor, "consumers.write")
        if tried(request, form, lambda: _load(actor, on, form.cleaned_data["file"])):
            messages.success(request, gettext("The figures are loaded."))
            return redirect("consumer_risk_case")
    try:
        found = consumers.case_figures(actor)
    except CaseUnknown:
        found = None
    told = {
        "found": found, "tables": consumers.case_tables(found) if found else [],
        "form": form if actor.may("consumers.write") else None, "may_export": actor.may("exports.read"),
    }  # fmt: skip
    return render(request, "consumer_risk/case.html", told, status=422 if sent else 200)


def _load(actor: Any, on: Any, upload: Any) -> Any:
    with TemporaryDirectory() as folder:
        held = Path(folder) / Path(upload.name).name
        held.write_bytes(upload.read())
        title, figures = acts.read_case(held)
    return acts.load_case(actor=actor, on=on, title=title, figures=figures)


@signed_in
@require_POST
def load_shipped(request: HttpRequest) -> HttpResponse:
    """Load the published figures that come with the system."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "consumers.write")
    title, figures = acts.read_case(consumers.shipped_case())
    acts.load_case(actor=actor, on=on, title=title, figures=figures)
    messages.success(request, gettext("The figures are loaded."))
    return redirect("consumer_risk_case")


@signed_in
@require_GET
def export_case(request: HttpRequest) -> HttpResponse:
    """The tables as Excel."""
    actor, on = actor_of(request), business_day()
    tables = consumers.case_tables(consumers.case_figures(actor))
    content = reports.export_case(actor=actor, on=on, tables=tables)
    return workbook_answer(content, f"consumer-case-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def case_template(request: HttpRequest) -> HttpResponse:
    """The file to fill in."""
    content = lists.case_template(actor=actor_of(request))
    return workbook_answer(content, "case.xlsx")


urlpatterns = [
    path("consumer-risk/case/", consumer_risk_case, name="consumer_risk_case"),
    path("consumer-risk/case/shipped/", load_shipped, name="load_shipped_case"),
    path("consumer-risk/case/export/", export_case, name="export_consumer_case"),
    path("consumer-risk/case/template/", case_template, name="consumer_case_template"),
]
