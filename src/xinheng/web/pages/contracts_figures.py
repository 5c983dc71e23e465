"""Figures of the ledger of contracts for a year or half a year, and the analysis reports of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period, half_year_of, year_of
from xinheng.facts.contracts import queries as contracts
from xinheng.facts.contracts import services as acts
from xinheng.facts.contracts.values import STATE_WORDS
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.contracts import unit_choices
from xinheng.web.pages.contracts_forms import Plain
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import tried

BY = {"kind": _("By kind"), "unit": _("By department"), "state": _("By state")}
SPANS = {"year": _("Whole year"), "first": _("First half"), "second": _("Second half")}


def asked_period(request: HttpRequest, on: date) -> tuple[Period, str, int]:
    """The period the address names; the year of the day where it names none."""
    year, span = request.GET.get("year", ""), request.GET.get("span", "year")
    number = int(year) if year.isascii() and year.isdigit() and 1990 <= int(year[:4]) <= 2100 else on.year
    span = span if span in SPANS else "year"
    month = 1 if span == "first" else 12
    day = date(number, month, 1)
    return (year_of(day) if span == "year" else half_year_of(day)), span, number


@signed_in
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """What was signed, due, performed and ended in a period."""
    actor, on = actor_of(request), business_day()
    period, span, year = asked_period(request, on)
    by = request.GET.get("by", "kind")
    by = by if by in BY else "kind"
    unit = request.GET.get("unit", "")[:40]
    rows = contracts.statistics(actor, on=on, period=period, by=by, unit=unit).rows(named=True)
    words = {**contracts.kinds(on), **{code: str(text) for code, text in STATE_WORDS.items()}}
    told = {
        "rows": [
            {**row, "name": words.get(row["group"], row["group"]),
             "amount": Money(row["amount_minor"], row["currency"]),
             "share": f"{row['performed'] / row['due']:.1%}" if row["due"] else "—"}
            for row in rows
        ],
        "performed": contracts.performance(period.first, min(period.last, on)) if not unit else None,
        "chart": room.contract_months(contracts.months(actor, on=on, period=period, unit=unit)),
        "period": period, "spans": list(SPANS.items()), "span": span, "year": year,
        "by": by, "bys": list(BY.items()), "unit": unit, "units": unit_choices(actor),
        "analyses": contracts.analyses(actor)[:20],
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"), "may_write": actor.may("contracts.ledger"),
    }  # fmt: skip
    return render(request, "contracts/figures.html", told)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The figures of a period as Excel."""
    actor, on = actor_of(request), business_day()
    period, _span, _year = asked_period(request, on)
    unit = request.GET.get("unit", "")[:40]
    content = room.export_contract_figures(actor=actor, on=on, period=period, unit=unit)
    return workbook_answer(content, f"contract-figures-{period.first}-{period.last}.xlsx")


class AnalysisForm(Plain):
    """The text of an analysis report; its parts come from the rules."""

    unit = forms.ChoiceField(label=_("Department"), required=False)


@signed_in
def write_analysis(request: HttpRequest) -> HttpResponse:
    """Write the analysis report of a period."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "contracts.ledger")
    period, _span, _year = asked_period(request, on)
    form = AnalysisForm(request.POST if request.method == "POST" else None)
    fields: Any = form.fields
    fields["unit"].choices = [("", _("All departments")), *unit_choices(actor)]
    for part in contracts.general(on).analysis:
        area = forms.Textarea(attrs={"rows": 5, "class": "form-control"})
        fields[f"part_{part.code}"] = forms.CharField(label=part.words, max_length=4000, widget=area)

    def do() -> Any:
        values = form.cleaned_data
        parts = {name.removeprefix("part_"): text for name, text in values.items() if name != "unit"}
        return acts.write_analysis(actor=actor, on=on, period=period, parts=parts, unit=values["unit"])

    kept = tried(request, form, do) if form.is_bound else None
    if kept is not None:
        messages.success(request, _("The analysis report is kept."))
        return redirect("contract_figures")
    told = {"form": form, "period": period, "query": request.GET.urlencode()}
    return render(request, "contracts/analysis.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def take_analysis(request: HttpRequest, analysis_id: int) -> HttpResponse:
    """An analysis report as PDF."""
    actor, on = actor_of(request), business_day()
    content = room.contract_analysis(actor=actor, on=on, analysis_id=analysis_id)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="contract-analysis-{analysis_id}.pdf"'
    return answer


urlpatterns = [
    path("contracts/figures/", figures, name="contract_figures"),
    path("contracts/figures/export/", export, name="export_contract_figures"),
    path("contracts/figures/analysis/", write_analysis, name="write_contract_analysis"),
    path("contracts/figures/analysis/<int:analysis_id>/", take_analysis, name="contract_analysis"),
]
