"""What is held from destruction, and how the schedule of terms reads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.secrecy import queries as grades
from xinheng.facts.retention import queries as retention
from xinheng.facts.retention import services as acts
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.privacy_cells import MOST, Cell, Table
from xinheng.web.pages.retention import ledger
from xinheng.web.pages.retention_forms import HoldForm
from xinheng.web.pages.trying import tried


@signed_in
@require_GET
def holds(request: HttpRequest) -> HttpResponse:
    """What is held from destruction."""
    return _holds(request)


def _holds(request: HttpRequest, bound: HoldForm | None = None) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    rows = [
        [
            Cell(one.pk), Cell(one.subject), Cell(one.reason), Cell(f"{one.placed_by} {one.placed_on}"),
            Cell(f"{one.released_on} {one.released_why}" if one.released_on else _("is held"),
                 tone="" if one.released_on else "warn"),
        ]
        for one in retention.holds(actor, running=False)[:MOST]
    ]  # fmt: skip
    heads = (_("No."), _("What is held"), _("Reason"), _("Placed by"), _("Standing"))
    empty = _("Nothing was held by a person. Open money, disputes and contracts hold papers by themselves.")
    causes = [
        [Cell(one.words), Cell(_("holds by itself") if one.holds else _("does not hold papers"),
                               tone="warn" if one.holds else "note")]
        for document in retention.schedules(on).documents for one in document.holds
    ]  # fmt: skip
    tables = [
        Table(_("Holds on papers"), heads, rows, empty),
        Table(_("What holds papers by itself"), (_("State of the customer"), _("Standing")), causes, ""),
    ]
    forms = []
    if actor.may("retention.hold"):
        forms = [
            {"code": code, "label": label, "form": bound if bound and bound.code == code else shape(),
             "where": reverse("retention_hold", args=[code]), "is_open": bool(bound and bound.code == code)}
            for code, label, shape in (("place", _("Hold papers"), HoldForm),
                                       ("release", _("Release a hold"), _release_form))
        ]  # fmt: skip
    return ledger(request, "holds", tables, forms, status=422 if bound else 200)


def _release_form() -> HoldForm:
    return HoldForm.release()


@signed_in
@require_POST
def hold(request: HttpRequest, act: str) -> HttpResponse:
    """Place a hold, or release one."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "retention.hold", "holds")
    form = HoldForm.release(request.POST) if act == "release" else HoldForm(request.POST)

    def do() -> Any:
        told = form.cleaned_data
        if act == "release":
            return acts.release(actor=actor, on=on, hold_id=told["hold"], reason=told["reason"])
        name = {name: told[name] for name in ("kind", "name", "reason")}
        return acts.hold(actor=actor, on=on, **name)

    if tried(request, form, do) is None:
        return _holds(request, form)
    messages.success(request, _("The hold is released.") if act == "release" else _("The papers are held."))
    return redirect("retention_holds")


@signed_in
@require_GET
def schedule(request: HttpRequest) -> HttpResponse:
    """The schedule: terms, from which day they count, who approves destruction."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "retention.read")
    found = retention.schedules(on)
    terms = [
        [Cell(code), Cell(one.words), Cell(_("31 December of the year counted") if one.years else
              _("the day itself") if one.months else _("for ever"))]
        for code, one in found.terms.items()
    ]  # fmt: skip
    bases = [
        [Cell(", ".join(rule.kinds)), Cell(retention.basis_word(rule.basis)), Cell(rule.clause or "—"),
         Cell(_("assumed") if rule.assumed else _("given"), tone="note" if rule.assumed else "good")]
        for document in found.documents for rule in document.bases
    ]  # fmt: skip
    names = grades.grade_names(on)
    chains = [
        [Cell(one.words), Cell(", ".join(one.kinds or [names.get(code, code) for code in one.grades])),
         Cell(" → ".join(step.words for step in one.steps)), Cell(one.clause or "—")]
        for document in found.documents for one in document.chains
    ]  # fmt: skip
    return ledger(request, "schedule", [
        Table(_("Terms of retention"), (_("Code"), _("Term"), _("Ends on")), terms, ""),
        Table(_("Counting"), (_("Kinds of dossiers"), _("Counts from"), _("Clause"), _("Standing")), bases,
              _("Every term counts from the day of the paper.")),
        Table(
            _("Who approves destruction"), (_("Papers listed"), _("Of what"), _("Approval"), _("Clause")),
            chains, "",
        ),
    ])  # fmt: skip


urlpatterns = [
    path("retention/holds/", holds, name="retention_holds"),
    path("retention/holds/<str:act>/", hold, name="retention_hold"),
    path("retention/schedule/", schedule, name="retention_schedule"),
]
