"""A dossier is opened by its kind, and papers are put into it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as acts
from xinheng.facts.dossiers.values import Kind
from xinheng.runs.services import business_day
from xinheng.web.pages.dossier_forms import OpenForm, PaperForm
from xinheng.web.pages.dossier_words import SUBJECTS
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.trying import tried


@signed_in
def open_dossier(request: HttpRequest) -> HttpResponse:
    """Choose a kind, then say what the dossier is about."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "dossiers.write")
    kinds, code = dossiers.kinds(on), request.GET.get("kind", "")
    if code not in kinds:
        chosen = groupby(kinds.values(), key=lambda kind: kind.code.partition("_")[0])
        told: dict[str, Any] = {
            "packs": [[_offered(kind) for kind in rows] for _pack, rows in chosen],
            "customer": request.GET.get("customer", "")[:40],
        }
        return render(request, "dossiers/kinds.html", told)
    kind = kinds[code]
    first = {"customer_no": request.GET.get("customer", "")[:40]}
    sent = request.POST if request.method == "POST" else None
    form = OpenForm(kind, actor, on, sent, initial=first)
    kept = tried(request, form, lambda: _open(actor, on, kind, form)) if form.is_bound else None
    if kept is not None:
        messages.success(request, _("The dossier is opened."))
        return redirect("dossier", kept.no)
    told = {"form": form, "kind": kind, "subject": SUBJECTS.get(kind.subject, kind.subject)}
    return render(request, "dossiers/open.html", told, status=422 if form.is_bound else 200)


@signed_in
def add_paper(request: HttpRequest, no: str) -> HttpResponse:
    """Put a paper into a dossier: the line and the paper it follows stand in the address."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "dossiers.write", f"dossier:{no}")
    dossier = dossiers.get_dossier(actor, no, on=on)
    old = _followed(request, actor, on)
    kind = dossiers.kind_of(dossier, on)
    line = kind.line(old.item if old else request.GET.get("line", ""))
    first = {
        "item": line.code if line else "", "title": old.title if old else (line.words if line else ""),
        "copy_form": line.forms[0] if line and line.forms else "electronic", "formed_on": on,
    }  # fmt: skip
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PaperForm(dossier, actor, on, *sent, initial=first)

    def do() -> Any:
        return acts.add_paper(actor=actor, on=on, dossier=dossier, replaces=old, **form.told())

    kept = tried(request, form, do) if form.is_bound else None
    if kept is not None:
        messages.success(request, _("The paper is in the dossier: %(label)s.") % {"label": kept.label})
        return redirect("dossier", no)
    told = {"form": form, "dossier": dossier, "line": line, "old": old}
    return render(request, "dossiers/add.html", told, status=422 if form.is_bound else 200)


def _open(actor: Any, on: Any, kind: Kind, form: OpenForm) -> Any:
    values = form.cleaned_data
    customer = customers.get(actor, values["customer_no"], on=on) if values["customer_no"] else None
    subject = f"{kind.subject}:{values.get('subject') or values['customer_no']}"
    return acts.open_dossier(
        actor=actor, on=on, kind=kind.code, subject=subject, title=values["title"], customer=customer,
        facts=form.facts(), secrecy=values["secrecy"], custodian=values["custodian"],
    )  # fmt: skip


def _followed(request: HttpRequest, actor: Any, on: Any) -> Any:
    label = request.GET.get("replaces", "")
    return dossiers.get_paper(actor, label, on=on) if label else None


def _offered(kind: Kind) -> dict[str, Any]:
    return {
        "kind": kind,
        "subject": SUBJECTS.get(kind.subject, kind.subject),
        "required": sum(line.need == "required" for line in kind.lines),
    }


urlpatterns = [
    path("dossiers/open/", open_dossier, name="open_dossier"),
    path("dossiers/one/<str:no>/add/", add_paper, name="add_paper"),
]
