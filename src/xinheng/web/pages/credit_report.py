"""The credit report of a customer as a page: composed as of a day, taken as a file, sealed, and proven."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.contracts_forms import Plain
from xinheng.web.pages.customer import day_asked
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.papers import file_answer
from xinheng.web.pages.trying import tried

FORMS = ("pdf", "docx", "xlsx")


class ProofForm(Plain):
    """A file that says it is a sealed report."""

    places = {"sealed_report_unknown": "file"}
    file = forms.FileField(label=_("The PDF to be proven"))
    number = forms.CharField(label=_("Report no."), max_length=80, required=False)


@signed_in
@require_GET
def report_page(request: HttpRequest, no: str) -> HttpResponse:
    """The report on the screen, with what it leaves out and the sealed ones."""
    actor, on = actor_of(request), business_day()
    as_of = day_asked(request, on)
    told: dict[str, Any] = {"depth": request.GET.get("depth", ""), "as_of": as_of}
    report = room.compose_credit_report(actor=actor, on=on, customer_no=no, **told)
    shown = {
        "report": report, "customer": customers.get(actor, no, on=on), "as_of": as_of, "on": on,
        "depths": list(room.DEPTHS.items()), "query": request.GET.urlencode(),
        "sealed": room.sealed_reports(actor, no, on=on), "may_seal": actor.may("archive.write"),
    }  # fmt: skip
    return render(request, "credit_report/page.html", shown)


@signed_in
@require_GET
def report_file(request: HttpRequest, form: str, no: str) -> HttpResponse:
    """The report as PDF, Word or Excel."""
    actor, on = actor_of(request), business_day()
    if form not in FORMS:
        raise FieldsRefused(fields=form[:20])
    told: dict[str, Any] = {"depth": request.GET.get("depth", ""), "as_of": day_asked(request, on)}
    content = room.export_credit_report(actor=actor, on=on, customer_no=no, form=form, **told)  # type: ignore[arg-type]
    return file_answer(content, f"credit-report-{on.isoformat()}", form)


@signed_in
@require_POST
def seal(request: HttpRequest, no: str) -> HttpResponse:
    """Number the report and keep it in the archive."""
    actor, on = actor_of(request), business_day()
    told: dict[str, Any] = {"depth": request.POST.get("depth", ""), "as_of": day_asked(request, on)}
    sealed = room.seal_credit_report(actor=actor, on=on, customer_no=no, **told)
    messages.success(request, _("Report %(number)s is sealed.") % {"number": sealed.number})
    return redirect("credit_report", no)


@signed_in
@require_GET
def sealed_file(request: HttpRequest, number: str, no: str) -> HttpResponse:
    """A sealed report, proven by its hash."""
    actor, on = actor_of(request), business_day()
    content = room.read_sealed_report(actor=actor, on=on, customer_no=no, number=number)
    return file_answer(content, number, "pdf")


@signed_in
def prove(request: HttpRequest) -> HttpResponse:
    """Whether a file is a sealed report, to the byte."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "customers.read")
    form = ProofForm(request.POST or None, request.FILES or None)

    def do() -> Any:
        values = form.cleaned_data
        content = values["file"].read()
        return room.verify_credit_report(actor=actor, on=on, content=content, number=values["number"])

    found = tried(request, form, do) if form.is_bound else None
    status = 422 if form.is_bound and found is None else 200
    return render(request, "credit_report/prove.html", {"form": form, "found": found}, status=status)


urlpatterns = [
    path("credit-reports/prove/", prove, name="prove_credit_report"),
    path("credit-reports/sealed/<str:number>/<path:no>/", sealed_file, name="sealed_credit_report"),
    path("credit-reports/file/<str:form>/<path:no>/", report_file, name="credit_report_file"),
    path("credit-reports/seal/<path:no>/", seal, name="seal_credit_report"),
    path("credit-reports/of/<path:no>/", report_page, name="credit_report"),
]
