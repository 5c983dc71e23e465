"""Sample audits of contracts: drawn by a kept seed, tested one by one, concluded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.periods import Period, add_months, month_start
from xinheng.facts.contracts import queries as contracts
from xinheng.facts.contracts import services as acts
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.contracts_forms import Plain
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import tried

VERDICT_WORDS = {"open": _("no verdict yet"), "ok": _("in order"), "issue": _("issue found")}


class DrawForm(Plain):
    """Which contracts a sample is drawn from."""

    places = {"nothing_to_audit": "first_on"}
    first_on = day_field(_("Signed from"), required=True)
    last_on = day_field(_("Signed until"), required=True)
    percent = forms.DecimalField(
        label=_("Share in percent"), required=False, min_value=Decimal("0.01"), max_value=100,
        decimal_places=2, help_text=_("Empty: as the rules say."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        told = super().clean() or {}
        first, last = told.get("first_on"), told.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", str(_("The last day is before the first.")))
        return told


class ConcludeForm(Plain):
    """What an audit comes to."""

    conclusion = forms.CharField(
        label=_("Conclusion"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


@signed_in
def audits(request: HttpRequest) -> HttpResponse:
    """Every audit; draw a new one. Beside it the risk-and-control lists of the processes (FSP-08)."""
    actor, on = actor_of(request), business_day()
    first = month_start(add_months(on, -12))
    form = DrawForm(
        request.POST if request.method == "POST" else None, initial={"first_on": first, "last_on": on}
    )
    if form.is_bound:
        access.require(actor, "contracts.audit")

    def do() -> Any:
        values = form.cleaned_data
        share = values["percent"] / 100 if values["percent"] else None
        period = Period(values["first_on"], values["last_on"])
        return acts.draw_audit(actor=actor, on=on, period=period, share=share)

    kept = tried(request, form, do) if form.is_bound else None
    if kept is not None:
        messages.success(request, _("The sample is drawn."))
        return redirect("contract_audit", kept.pk)
    told = {
        "audits": contracts.audits(actor)[:200], "form": form, "may_draw": actor.may("contracts.audit"),
        "processes": [rules for rules in contracts.in_force(on) if rules.process],
        "auditing": contracts.general(on).audit,
    }  # fmt: skip
    return render(request, "contracts/audits.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def audit_page(request: HttpRequest, audit_id: int) -> HttpResponse:
    """One audit with its tests."""
    return _shown(request, audit_id)


@signed_in
@require_POST
def find(request: HttpRequest, audit_id: int) -> HttpResponse:
    """Keep the verdict of one test."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "contracts.audit", f"contract_audit:{audit_id}")
    told, number = request.POST, request.POST.get("finding", "")
    form = Plain(told)

    def do() -> Any:
        key = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
        verdict, words = told.get("verdict", ""), told.get("words", "")
        who: dict[str, Any] = {"actor": actor, "on": on, "audit_id": audit_id}
        return acts.find(**who, finding_id=key, verdict=verdict, words=words)

    if tried(request, form, do) is None:
        return _shown(request, audit_id, refused=form)
    return redirect(f"{request.path.removesuffix('find/')}#finding-{number}")


@signed_in
@require_POST
def conclude(request: HttpRequest, audit_id: int) -> HttpResponse:
    """Close an audit."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "contracts.audit", f"contract_audit:{audit_id}")
    form = ConcludeForm(request.POST)

    def do() -> Any:
        words = form.cleaned_data["conclusion"]
        return acts.conclude_audit(actor=actor, on=on, audit_id=audit_id, conclusion=words)

    if tried(request, form, do) is None:
        return _shown(request, audit_id, conclusion=form)
    messages.success(request, _("The audit is concluded."))
    return redirect("contract_audit", audit_id)


@signed_in
@require_GET
def export(request: HttpRequest, audit_id: int) -> HttpResponse:
    """An audit as Excel."""
    actor, on = actor_of(request), business_day()
    content = room.export_contract_audit(actor=actor, on=on, audit_id=audit_id)
    return workbook_answer(content, f"contract-audit-{audit_id}.xlsx")


def _shown(request: HttpRequest, audit_id: int, **bound: Any) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    audit = contracts.get_audit(actor, audit_id, on=on)
    words = {test.code: test.words for rules in contracts.in_force(on) for test in rules.audit.tests}
    findings = list(contracts.findings_of(audit))
    told = {
        "audit": audit, "size": len({one.contract_id for one in findings}),
        "findings": [
            {"row": one, "test": words.get(one.test, one.test), "verdict": VERDICT_WORDS[one.verdict]}
            for one in findings
        ],
        "tests": [
            {"name": words.get(test, test), "ok": told["ok"], "issue": told["issue"], "open": told["open"]}
            for test, told in contracts.findings_per_test(audit).items()
        ],
        "refused": bound.get("refused"), "form": bound.get("conclusion") or ConcludeForm(),
        "may_audit": actor.may("contracts.audit") and audit.closed_on is None,
        "may_export": actor.may("exports.read"),
    }  # fmt: skip
    return render(request, "contracts/audit.html", told, status=422 if bound else 200)


urlpatterns = [
    path("contracts/audits/", audits, name="contract_audits"),
    path("contracts/audits/<int:audit_id>/", audit_page, name="contract_audit"),
    path("contracts/audits/<int:audit_id>/find/", find, name="contract_find"),
    path("contracts/audits/<int:audit_id>/conclude/", conclude, name="contract_conclude"),
    path("contracts/audits/<int:audit_id>/export/", export, name="export_contract_audit"),
]
