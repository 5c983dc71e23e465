"""The ledgers of privacy: requests, erasures, sharing, extracts, safety and the documents themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.facts.privacy import queries as privacy
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.privacy import pdf_answer
from xinheng.web.pages.privacy_acts import LEDGER_ACTS
from xinheng.web.pages.privacy_forms import PrivacyForm, scheme_choices
from xinheng.web.pages.privacy_tables import VIEWS
from xinheng.web.pages.trying import tried


@signed_in
@require_GET
def ledger(request: HttpRequest, view: str) -> HttpResponse:
    """One of the ledgers."""
    return _shown(request, view)


def _shown(request: HttpRequest, view: str, **bound: PrivacyForm) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    access.require(actor, "privacy.read")
    if view not in VIEWS:
        raise Http404
    found = VIEWS[view]
    rules = _rules(request, on)
    told = {
        "here": view,
        "heading": found.heading,
        "about": found.about,
        "tables": found.tables(actor, on),
        "rules": rules,
        "schemes": scheme_choices(on) if found.by_scheme else [],
        "forms": [
            {
                "code": code,
                "act": act,
                "form": bound.get(code) or _form(code, actor, on, rules),
                "is_open": code in bound,
            }
            for code, act in LEDGER_ACTS.items()
            if act.view == view and actor.may(act.right) and (code in bound or _offered(code, actor, on))
        ],
    }
    return render(request, "privacy/ledger.html", told, status=422 if bound else 200)


def _offered(code: str, actor: Any, on: Any) -> bool:
    rows = LEDGER_ACTS[code].rows
    return rows is None or bool(rows(actor, on))


def _rules(request: HttpRequest, on: Any) -> Any:
    code = request.POST.get("scheme") or request.GET.get("scheme") or ""
    return privacy.in_force(code[:30], on) if code else privacy.of_the_site(on)


def _form(code: str, actor: Any, on: Any, rules: Any, sent: Any = None, files: Any = None) -> PrivacyForm:
    act = LEDGER_ACTS[code]
    rows = act.rows(actor, on) if act.rows else []
    return act.form(sent, files, known={"rules": rules, "rows": rows, "on": on})


@signed_in
@require_POST
def act_on(request: HttpRequest, act: str) -> HttpResponse:
    """Do one of the acts of a ledger."""
    actor, on = actor_of(request), business_day()
    access.require(actor, LEDGER_ACTS[act].right if act in LEDGER_ACTS else "privacy.write")
    if act not in LEDGER_ACTS:
        raise FieldsRefused(fields=act)
    found = LEDGER_ACTS[act]
    form = _form(act, actor, on, _rules(request, on), request.POST, request.FILES)
    told = {"actor": actor, "on": on}
    if tried(request, form, lambda: found.do(told, form) or True) is None:
        return _shown(request, found.view, **{act: form})
    messages.success(request, str(found.done))
    scheme = request.POST.get("scheme", "")
    return redirect(reverse("privacy_ledger", args=[found.view]) + (f"?scheme={scheme}" if scheme else ""))


@signed_in
@require_GET
def answer_letter(request: HttpRequest, request_id: int) -> HttpResponse:
    """The answer to a request as a letter."""
    content = reports.privacy_answer(actor=actor_of(request), on=business_day(), request_id=request_id)
    return pdf_answer(content, f"answer-{request_id}.pdf")


@signed_in
@require_POST
def own_copy(request: HttpRequest, request_id: int) -> HttpResponse:
    """The own data of the person who asked, as a ZIP."""
    content = reports.privacy_copy(actor=actor_of(request), on=business_day(), request_id=request_id)
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="copy-{request_id}.zip"'
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_GET
def certificate(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """The certificate of an erasure."""
    content = reports.privacy_certificate(actor=actor_of(request), on=business_day(), erasure_id=erasure_id)
    return pdf_answer(content, f"certificate-{erasure_id}.pdf")


@signed_in
@require_POST
def extract_file(request: HttpRequest, extract_id: int) -> HttpResponse:
    """The file of a granted extract; its hash and that it went out are kept."""
    content = reports.export_extract(actor=actor_of(request), on=business_day(), extract_id=extract_id)
    return workbook_answer(content, f"extract-{extract_id}.xlsx")


@signed_in
@require_GET
def notice(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """A notice with a form of consent, to be printed."""
    told: dict[str, Any] = {"scheme": scheme, "notice": code}
    content = reports.privacy_notice(actor=actor_of(request), on=business_day(), **told)
    return pdf_answer(content, f"notice-{scheme}-{code}.pdf")


urlpatterns = [
    path("privacy/do/<str:act>/", act_on, name="privacy_act"),
    path("privacy/requests/<int:request_id>/letter/", answer_letter, name="privacy_answer"),
    path("privacy/requests/<int:request_id>/copy/", own_copy, name="privacy_copy"),
    path("privacy/erasures/<int:erasure_id>/certificate/", certificate, name="privacy_certificate"),
    path("privacy/extracts/<int:extract_id>/file/", extract_file, name="privacy_extract"),
    path("privacy/notices/<str:scheme>/<str:code>/", notice, name="privacy_notice"),
    path("privacy/ledgers/<str:view>/", ledger, name="privacy_ledger"),
]
