"""Persons whom personal data is kept of: the list, the file of one, and what is done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.privacy import queries as privacy
from xinheng.facts.privacy import services as acts
from xinheng.facts.privacy.values import (
    BASES,
    DEALINGS,
    ERASURES,
    REQUEST_STATES,
    REQUESTS,
    ROLES,
    SORTS,
    STATES,
    Wanted,
)
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.privacy_forms import PERSON_ACTS, PersonForm, person_form, scheme_choices
from xinheng.web.pages.trying import tried

A_PAGE = 50
TONES = {"kept": "good", "frozen": "warn", "erased": "note"}
COLUMNS: list[tuple[str, Any, str]] = [
    ("no", _("Person no."), ""), ("role", _("Role of the person"), ""), ("", _("Privacy document"), ""),
    ("", _("Customer"), ""), ("", _("State"), ""), ("visit", _("Last visit"), ""),
    ("told", _("Kept since"), ""),
]  # fmt: skip


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, sort = request.GET, request.GET.get("sort", "no")
    role, state = told.get("role", ""), told.get("state", "")
    return Wanted(
        text=told.get("q", "").strip()[:60],
        scheme=told.get("scheme", "")[:30],
        role=role if role in ROLES else "",
        state=state if state in STATES else "",
        sort=sort if sort.removeprefix("-") in SORTS else "no",
    )


@signed_in
@require_GET
def person_list(request: HttpRequest) -> HttpResponse:
    """The persons within reach that pass the filters, by number; a name is shown on the page of one only."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    page = Paginator(privacy.persons(actor, wanted, on=on), A_PAGE).get_page(request.GET.get("page"))
    schemes = scheme_choices(on)
    told = {
        "page": page,
        "lines": [
            {"row": one, "role": ROLES[one.role], "state": STATES[one.state], "tone": TONES[one.state],
             "scheme": dict(schemes).get(one.scheme, one.scheme)}
            for one in page
        ],
        "wanted": wanted,
        "schemes": schemes,
        "roles": list(ROLES.items()),
        "states": list(STATES.items()),
        "columns": headings(request, COLUMNS, wanted.sort),
        "counts": privacy.counts(actor, on=on),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("privacy.write"),
    }  # fmt: skip
    return render(request, "privacy/list.html", told)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered persons and the requests as Excel, without names."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "privacy.read")
    content = reports.export_privacy(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"privacy-{on.isoformat()}.xlsx")


@signed_in
def new_person(request: HttpRequest) -> HttpResponse:
    """Keep a person under one of the documents; the form asks for nothing that is not on its list."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "privacy.write")
    rules = _rules(request, on)
    form = PersonForm(request.POST if request.method == "POST" else None, known={"rules": rules, "on": on})
    kept = tried(request, form, lambda: acts.register_person(actor=actor, on=on, new=form.person()))
    if form.is_bound and kept is not None:
        messages.success(request, _("The person is kept."))
        return redirect("private_person", kept.no)
    told = {"form": form, "rules": rules, "schemes": scheme_choices(on), "notices": rules.notices}
    return render(request, "privacy/new.html", told, status=422 if form.is_bound else 200)


def _rules(request: HttpRequest, on: Any) -> Any:
    """The document the address or the form names, else that of the site."""
    code = request.POST.get("scheme") or request.GET.get("scheme") or ""
    return privacy.in_force(code[:30], on) if code else privacy.of_the_site(on)


@signed_in
@require_GET
def person_page(request: HttpRequest, person_no: str) -> HttpResponse:
    """All that is kept of one person. The look is noted, and told to the person who asks."""
    return _shown(request, person_no)


def _shown(request: HttpRequest, person_no: str, **bound: Any) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    file = acts.read_person(actor=actor, on=on, person_no=person_no)
    person = file.person
    unmasked, is_kept = not file.is_masked, person.state == "kept"
    offered = [code for code in PERSON_ACTS if is_kept or code in ("erase", "request")]
    if not any(one.ended_on is None for one in file.dealings):
        offered = [code for code in offered if code != "end"]
    may_write = actor.may("privacy.write") and person.state != "erased"
    told = {
        "file": file,
        "person": person,
        "role": ROLES[person.role],
        "state": STATES[person.state],
        "tone": TONES[person.state],
        **_ledgers(file, actor, on),
        "forms": [
            {
                "code": code,
                "act": PERSON_ACTS[code],
                "is_open": code in bound,
                "form": bound.get(code) or person_form(code, file, on, unmasked=unmasked),
            }
            for code in offered
        ]
        if may_write
        else [],
    }
    return render(request, "privacy/one.html", told, status=422 if bound else 200)


def _ledgers(file: Any, actor: Any, on: Any) -> dict[str, Any]:
    """What stands on the ledgers about a person, in words."""
    return {
        "agreements": [_agreement(one, file.rules, on) for one in file.agreements],
        "dealings": [
            {"row": one, "kind": DEALINGS[one.kind], "amount": Money(one.amount_minor, "CNY")}
            for one in file.dealings
        ],
        "requests": [
            {
                "row": one,
                "kind": REQUESTS[one.kind],
                "state": REQUEST_STATES[one.state],
                "is_late": one.state == "open" and one.due_on < on,
            }
            for one in file.requests
        ],
        "erasures": [
            {"row": one, "state": ERASURES[one.state], "holds": [privacy.HOLDS[code] for code in one.holds]}
            for one in file.erasures
        ],
        "sharings": file.sharings,
        "log": [
            {"line": line, "act": reports.access_words().get(line.act, line.act)}
            for line in privacy.access_log(actor, file.person.no, on=on)[:20]
        ],
    }


def _agreement(one: Any, rules: Any, on: Any) -> dict[str, Any]:
    purpose = rules.purpose(one.purpose)
    items = [item.words if (item := rules.item(code)) else code for code in one.items]
    return {
        "row": one,
        "purpose": purpose.words if purpose else one.purpose,
        "items": "、".join(items),
        "basis": BASES[one.basis],
        "holds": privacy.holds_on(one, on),
    }


@signed_in
@require_POST
def act_on(request: HttpRequest, person_no: str, act: str) -> HttpResponse:
    """Do one of the acts of the page of a person."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "privacy.write", f"individual:{person_no}")
    if act not in PERSON_ACTS:
        raise FieldsRefused(fields=act)
    file = acts.read_person(actor=actor, on=on, person_no=person_no)
    form = person_form(act, file, on, unmasked=not file.is_masked, sent=request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, "person_no": person_no}
    if tried(request, form, lambda: PERSON_ACTS[act].do(told, form) or True) is None:
        return _shown(request, person_no, **{act: form})
    messages.success(request, str(PERSON_ACTS[act].done))
    return redirect("private_person", person_no)


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A PDF to keep, which no cache keeps."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_GET
def access_log(request: HttpRequest, person_no: str) -> HttpResponse:
    """Who looked at a person's data, printed for the person."""
    actor, on = actor_of(request), business_day()
    content = reports.privacy_access_log(actor=actor, on=on, person_no=person_no)
    return pdf_answer(content, f"access-{person_no}.pdf")


urlpatterns = [
    path("privacy/", person_list, name="privacy"),
    path("privacy/export/", export, name="export_privacy"),
    path("privacy/people/new/", new_person, name="new_private_person"),
    path("privacy/people/<str:person_no>/", person_page, name="private_person"),
    path("privacy/people/<str:person_no>/access-log/", access_log, name="private_access_log"),
    path("privacy/people/<str:person_no>/do/<str:act>/", act_on, name="private_person_act"),
]
