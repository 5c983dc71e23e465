"""Lists of destruction and the register: each step of a list on its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.secrecy import queries as grades
from xinheng.facts.retention import queries as retention
from xinheng.facts.retention import services as acts
from xinheng.facts.retention.values import LIST_STATES, Executed
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.privacy import pdf_answer
from xinheng.web.pages.privacy_cells import MOST, Cell, Table
from xinheng.web.pages.retention import ledger, sections
from xinheng.web.pages.retention_forms import (
    BareForm,
    ExecuteForm,
    Plain,
    ScanForm,
    StrikeForm,
    SupervisorsForm,
)
from xinheng.web.pages.retention_words import LIST_TONES
from xinheng.web.pages.trying import tried


@dataclass(frozen=True)
class ListAct:
    """Something done on the page of a list. states: where it is offered; right: what it takes."""

    label: Any
    done: Any
    form: type[Plain]
    do: Callable[[dict[str, Any], Any], object]
    states: tuple[str, ...]
    right: str
    confirm: Any = ""
    button: Any = ""


def _name(told: dict[str, Any], form: Any) -> object:
    values = form.cleaned_data
    others = [one.strip() for one in values["others"].replace("，", ",").split(",")]
    return acts.name_supervisors(**told, department=values["department"], others=others)


def _execute(told: dict[str, Any], form: Any) -> object:
    values = form.cleaned_data
    return acts.execute(**told, done=Executed(values["done_on"], values["place"], str(values["method"])))


ACTS = {
    "strike": ListAct(
        _("Take a paper off the list"), _("The paper is off the list."), StrikeForm,
        lambda told, form: acts.strike(**told, **form.cleaned_data), ("draft",), "retention.write",
    ),
    "submit": ListAct(
        _("Submit for approval"), _("The list waits for approval."), BareForm,
        lambda told, _form: acts.submit(**told), ("draft",), "retention.write",
    ),
    "supervisors": ListAct(
        _("Name who watches"), _("The supervisors are named."), SupervisorsForm, _name, ("approved",),
        "retention.read",
    ),
    "scan": ListAct(
        _("Compare with the papers"), _("The paper is on the list."), ScanForm,
        lambda told, form: acts.scan(**told, **form.cleaned_data), ("approved",), "retention.destroy",
    ),
    "execute": ListAct(
        _("Destroy the papers"), _("The papers are destroyed and stand in the register."), ExecuteForm,
        _execute, ("approved",), "retention.destroy",
        _("The kept files are overwritten and cannot be brought back. Destroy everything on this list?"),
    ),
    "sign": ListAct(
        _("Sign as supervisor"), _("Your signature is kept."), BareForm,
        lambda told, _form: acts.sign(**told), ("destroyed",), "dossiers.read",
    ),
    "certify": ListAct(
        _("Keep the certificate"), _("The certificate is kept unchanged."), BareForm,
        lambda told, _form: room.seal_destruction(**told), ("destroyed",), "retention.destroy",
    ),
}  # fmt: skip


@signed_in
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """Every list of destruction, the newest first."""
    actor, on = actor_of(request), business_day()
    state = request.GET.get("state", "")
    found = retention.destructions(
        actor, on=on, state=state if state in LIST_STATES else "", text=request.GET.get("q", "")[:60]
    )
    rows = [
        [
            Cell(one.no, reverse("destruction", args=[one.no])), Cell(one.reason),
            Cell(retention.chain_of(one, on).words), Cell(f"{one.drawn_by} {one.drawn_on}"),
            Cell(one.done_on or "—"), Cell(retention.state_word(one.state), tone=LIST_TONES[one.state]),
        ]
        for one in found[:MOST]
    ]  # fmt: skip
    heads = (_("No."), _("Reason"), _("Kind"), _("Drawn up by"), _("Destroyed on"), _("State"))
    empty = _("No list yet. Lists are drawn up when an appraisal is closed.")
    return ledger(request, "lists", [Table(_("Destruction lists"), heads, rows, empty)])


@signed_in
@require_GET
def list_page(request: HttpRequest, list_no: str) -> HttpResponse:
    """One list with its papers and the step that is next."""
    return _shown(request, list_no)


def _shown(request: HttpRequest, no: str, **bound: Any) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    drawn = retention.destruction(actor, no, on=on)
    names, terms = grades.grade_names(on), retention.terms(on)
    watchers = retention.supervisors(drawn)
    told = {
        "drawn": drawn,
        "state": retention.state_word(drawn.state),
        "tone": LIST_TONES[drawn.state],
        "chain": retention.chain_of(drawn, on),
        "lines": [
            {"row": one.line, "held": one.held, "is_out": one.is_out,
             "grade": names.get(one.line.secrecy, one.line.secrecy),
             "term": terms[one.line.term].words if one.line.term in terms else one.line.term}
            for one in retention.tally(actor, drawn, on=on)
        ],
        "supervisors": watchers,
        "forms": [
            {"code": code, "label": act.label, "form": bound.get(code) or _form(code, on),
             "where": reverse("destruction_act", args=[no, code]), "is_open": code in bound or code == "scan",
             "confirm": act.confirm}
            for code, act in ACTS.items()
            if drawn.state in act.states and actor.may(act.right) and _offered(code, drawn, watchers, actor)
        ],
        "here": "retention_lists",
        "sections": sections(),
    }  # fmt: skip
    return render(request, "retention/destruction.html", told, status=422 if bound else 200)


def _offered(code: str, drawn: Any, watchers: Any, actor: Any) -> bool:
    if code == "sign":
        return any(one.login == actor.login and not one.signed_on for one in watchers)
    if code == "certify":
        return not drawn.certificate_id and all(one.signed_on for one in watchers)
    return True


def _form(code: str, on: Any, sent: Any = None) -> Plain:
    return ACTS[code].form(sent, initial={"done_on": on})


@signed_in
@require_POST
def act_on(request: HttpRequest, list_no: str, act: str) -> HttpResponse:
    """Do one step of a list."""
    actor, on = actor_of(request), business_day()
    if act not in ACTS:
        raise FieldsRefused(fields=act)
    found = ACTS[act]
    access.require(actor, found.right, f"destruction:{list_no[:20]}")
    form = _form(act, on, request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, "no": list_no}
    if tried(request, form, lambda: found.do(told, form) or True) is None:
        return _shown(request, list_no, **{act: form})
    messages.success(request, str(found.done))
    return redirect("destruction", list_no)


@signed_in
@require_GET
def paper(request: HttpRequest, list_no: str, form: str) -> HttpResponse:
    """A form of the list to print: application, list or certificate."""
    if form not in ("application", "list", "certificate"):
        raise Http404
    content = room.print_destruction(actor=actor_of(request), on=business_day(), no=list_no, form=form)
    return pdf_answer(content, f"{list_no}-{form}.pdf")


@signed_in
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The permanent register, with whether it is as it was written."""
    actor, on = actor_of(request), business_day()
    found = retention.registered(actor, on=on, text=request.GET.get("q", "")[:60])
    rows = [
        [
            Cell(one.serial), Cell(one.told["list"], reverse("destruction", args=[one.told["list"]])),
            Cell(one.told["number"] or one.told["label"]), Cell(one.told["title"]),
            Cell(one.told["destroyed_on"]), Cell(one.told["place"]), Cell(one.told["method"]),
            Cell(f"{one.seal[:12]}…"),
        ]
        for one in found[:MOST]
    ]  # fmt: skip
    heads = (_("No."), _("Destruction list"), _("Archive number"), _("Title"), _("Destroyed on"), _("Place"),
             _("Way of destruction"), _("Seal"))  # fmt: skip
    checked = retention.verify_register()
    seals = [[
        Cell(checked.lines),
        Cell(_("broken at line %(line)s") % {"line": checked.broken} if checked.broken else _("unbroken"),
             tone="bad" if checked.broken else "good"),
    ]]  # fmt: skip
    tables = [
        Table(_("Check of the seals"), (_("Number of lines"), _("Standing")), seals, ""),
        Table(_("Register of destruction"), heads, rows, _("Nothing was destroyed yet.")),
    ]
    return ledger(request, "register", tables)


@signed_in
@require_GET
def export_register(request: HttpRequest) -> HttpResponse:
    """The register as Excel."""
    actor, on = actor_of(request), business_day()
    content = room.export_register(actor=actor, on=on, text=request.GET.get("q", "")[:60])
    return workbook_answer(content, f"destruction-register-{on.isoformat()}.xlsx")


urlpatterns = [
    path("retention/lists/", lists, name="retention_lists"),
    path("retention/lists/<str:list_no>/", list_page, name="destruction"),
    path("retention/lists/<str:list_no>/do/<str:act>/", act_on, name="destruction_act"),
    path("retention/lists/<str:list_no>/print/<str:form>/", paper, name="print_destruction"),
    path("retention/register/", register, name="retention_register"),
    path("retention/register/export/", export_register, name="export_register"),
]
