"""Incidents, and keeping: seasons, tidying, archivists, the holding area, grants, proxies, leavers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.periods import add_months
from xinheng.base.secrecy import queries as grades
from xinheng.facts.custody import queries as custody
from xinheng.facts.custody import services as acts
from xinheng.facts.custody.values import HANDOVER_STATES, NewIncident, NewReport
from xinheng.facts.customers import queries as customers
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import custody_forms as sheets
from xinheng.web.pages import custody_keeping_forms as kept_forms
from xinheng.web.pages.custody_forms import RoomAct
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import tried

A_PAGE = 50
FEW = 30
LEAST_USED_MONTHS = 12


@signed_in
def incident_list(request: HttpRequest) -> HttpResponse:
    """Incidents of dossiers one sees, and a form to tell of one."""
    actor, on = actor_of(request), business_day()
    if request.method == "POST":
        access.require(actor, "custody.borrow", "incidents")
    kinds = {one.code: one.words for one in custody.general(on).incidents}
    form = sheets.IncidentForm(
        request.POST if request.method == "POST" else None, initial={"happened_on": on}
    )
    choices: Any = form.fields["kind"]
    choices.choices = list(kinds.items())

    def do() -> Any:
        told = form.cleaned_data | {"pieces": form.cleaned_data["pieces"] or 1}
        return acts.report_incident(actor=actor, on=on, new=NewIncident(**told))

    kept = tried(request, form, do) if form.is_bound else None
    if kept is not None:
        messages.success(request, _("The incident is noted, with who held the papers."))
        return redirect("custody_incidents")
    state = request.GET.get("state", "")
    found = custody.incidents(actor, on=on, is_open={"open": True, "closed": False}.get(state))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    told = {
        **sheets.tabs(actor, "incidents"), "page": page, "form": form, "state": state,
        "states": [("open", _("not closed yet")), ("closed", _("closed"))],
        "lines": [{"row": one, "kind": kinds.get(one.kind, one.kind)} for one in page],
        "may_tell": actor.may("custody.borrow"),
    }  # fmt: skip
    return render(request, "custody/incidents.html", told, status=422 if form.is_bound else 200)


@signed_in
def incident_page(request: HttpRequest, incident_id: int) -> HttpResponse:
    """One incident with the chain of holders, and its end."""
    actor, on = actor_of(request), business_day()
    if request.method == "POST":
        access.require(actor, "custody.write", f"incident:{incident_id}")
    row = custody.incident(actor, incident_id, on=on)
    first = {"responsible": row.responsible}
    form = sheets.ClosingForm(request.POST if request.method == "POST" else None, initial=first)

    def do() -> Any:
        return acts.close_incident(actor=actor, on=on, incident_id=incident_id, **form.cleaned_data)

    if form.is_bound and tried(request, form, do) is not None:
        messages.success(request, _("The incident is closed."))
        return redirect("custody_incident", incident_id)
    kinds = {one.code: one.words for one in custody.general(on).incidents}
    told = {
        **sheets.tabs(actor, "incidents"), "row": row, "kind": kinds.get(row.kind, row.kind), "form": form,
        "may_close": actor.may("custody.write") and row.closed_on is None,
    }  # fmt: skip
    return render(request, "custody/incident.html", told, status=422 if form.is_bound else 200)


def _customer(actor: Any, no: str, on: Any) -> Any:
    return customers.get(actor, no, on=on) if no.strip() else None


def _report(told: dict[str, Any], values: dict[str, Any]) -> object:
    values = dict(values)
    unit = sheets.unit_named(values.pop("unit"))
    about = _customer(told["actor"], values.pop("customer_no"), told["on"])
    return acts.report_data(**told, unit=unit, new=NewReport(customer=about, **values))


def _file(told: dict[str, Any], values: dict[str, Any]) -> object:
    about = _customer(told["actor"], values["customer_no"], told["on"])
    return acts.file_report(**told, reported_id=values["reported_id"], customer=about)


def _season(told: dict[str, Any], values: dict[str, Any]) -> object:
    units = [sheets.unit_named(code) for code in values["units"]]
    return acts.open_season(
        **told, code=values["code"], units=units, to_unit=sheets.unit_named(values["to_unit"])
    )


def _archivist(told: dict[str, Any], values: dict[str, Any]) -> object:
    values = dict(values)
    return acts.appoint_archivist(**told, unit=sheets.unit_named(values.pop("unit")), **values)


def _grant(told: dict[str, Any], values: dict[str, Any]) -> object:
    values = dict(values) | {"kinds": tuple(values["kinds"].split())}
    return acts.give_grant(**told, **values)


def _proxy(told: dict[str, Any], values: dict[str, Any]) -> object:
    lists = {name: tuple(values[name].split()) for name in ("kinds", "grades")}
    return acts.give_proxy(**told, **dict(values) | lists)


def _plain(service: Callable[..., object]) -> Callable[[dict[str, Any], dict[str, Any]], object]:
    return lambda told, values: service(**told, **values)


ACTS = {
    "report": RoomAct(
        "custody.borrow", _("Report of a customer"), _("The report waits to be verified."),
        kept_forms.ReportForm, _report,
    ),
    "check": RoomAct(
        "custody.borrow", _("Verify or reject a report"), _("The report is decided on."),
        kept_forms.CheckForm, _plain(acts.check_report),
    ),
    "file": RoomAct(
        "custody.write", _("File a verified report"), _("The report is in the file."), kept_forms.FileForm,
        _file,
    ),
    "season": RoomAct(
        "custody.write", _("Open a filing season"), _("The season is open."), kept_forms.SeasonForm, _season,
    ),
    "plan": RoomAct(
        "custody.write", _("Have a place tidied regularly"), _("The tidying is planned."), sheets.CountForm,
        _plain(acts.plan_tidying),
    ),
    "tidy": RoomAct(
        "custody.write", _("Note that a place was tidied"), _("The tidying is noted."), kept_forms.TidyForm,
        _plain(acts.tidy),
    ),
    "archivist": RoomAct(
        "custody.write", _("Name an archivist"), _("The archivist is named."), kept_forms.ArchivistForm,
        _archivist,
    ),
    "grant": RoomAct(
        "custody.borrow", _("Grant a consultation"), _("The grant is given."), kept_forms.GrantForm, _grant,
    ),
    "proxy": RoomAct(
        "approvals.decide", _("Give a proxy for secret loans"), _("The proxy is given."),
        kept_forms.ProxyForm, _proxy,
    ),
    "leaving": RoomAct(
        "custody.write", _("Somebody leaves"), _("The leaving is noted; a hand-over is expected."),
        kept_forms.LeavingForm, _plain(acts.begin_leaving),
    ),
}  # fmt: skip


@signed_in
@require_GET
def keeping(request: HttpRequest) -> HttpResponse:
    """Seasons, tidying, archivists, the holding area, grants, proxies and leavers."""
    return _shown(request)


@signed_in
@require_POST
def act_on(request: HttpRequest, act: str) -> HttpResponse:
    """Do one of the acts of the page."""
    actor, on = actor_of(request), business_day()
    if act not in ACTS:
        raise FieldsRefused(fields=act)
    access.require(actor, ACTS[act].right, act)
    form = _offer(ACTS[act].form(request.POST), on)
    told: dict[str, Any] = {"actor": actor, "on": on}
    if tried(request, form, lambda: ACTS[act].do(told, form.cleaned_data) or True) is None:
        return _shown(request, **{act: form})
    messages.success(request, str(ACTS[act].done))
    return redirect("custody_keeping")


@signed_in
@require_POST
def end(request: HttpRequest, what: str, key: int) -> HttpResponse:
    """End a grant, an archivist, a season, or let a leaver go."""
    actor, on = actor_of(request), business_day()
    ends: dict[str, Callable[[], object]] = {
        "grant": lambda: acts.end_grant(actor=actor, on=on, grant_id=key),
        "archivist": lambda: acts.end_archivist(actor=actor, on=on, archivist_id=key),
        "season": lambda: acts.close_season(actor=actor, on=on, season_id=key),
        "leaving": lambda: acts.finish_leaving(actor=actor, on=on, leaving_id=key),
    }
    if what not in ends:
        raise FieldsRefused(fields=what)
    ends[what]()
    messages.success(request, _("It is ended."))
    return redirect("custody_keeping")


@signed_in
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue of what was filed of a year, as Excel; the year before where none is told."""
    actor, on = actor_of(request), business_day()
    told = request.GET.get("year", "")
    year = int(told) if told.isascii() and told.isdigit() and len(told) == 4 else on.year - 1
    content = room.export_catalogue(actor=actor, on=on, year=year)
    return workbook_answer(content, f"catalogue-{year}.xlsx")


def _shown(request: HttpRequest, **bound: forms.Form) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    may_read, may_write = actor.may("custody.read"), actor.may("custody.write")
    since = add_months(on, -LEAST_USED_MONTHS)
    told: dict[str, Any] = {
        **sheets.tabs(actor, "keeping"),
        "reports": custody.reported(actor)[:FEW],
        "grants": custody.grants(actor)[:FEW],
        "proxies": custody.proxies(actor)[:FEW],
        "may_write": may_write,
        "login": actor.login,
        "forms": _cards(actor, on, bound),
        "on": on,
        "may_export": actor.may("exports.read") and actor.may("dossiers.read"),
    }
    if may_read:
        told |= {
            "seasons": [_season_line(one, on) for one in custody.seasons(actor)[:4]],
            "tidyings": custody.tidyings(actor)[:FEW],
            "archivists": custody.archivists(actor)[:FEW],
        }
    if may_read and actor.may("dossiers.read"):
        told["never_used"] = custody.files_by_use(actor, on=on, since=since, never=True)[:FEW]
    if may_write:
        told["leavings"] = [(one, custody.open_items(one.login, on)) for one in custody.leavings(actor)[:10]]
    names = people.names_by_login([one.login for one in told["grants"]])
    told["grants"] = [(one, names.get(one.login, one.login)) for one in told["grants"]]
    return render(request, "custody/keeping.html", told, status=422 if bound else 200)


def _cards(actor: Any, on: Any, bound: dict[str, forms.Form]) -> list[dict[str, Any]]:
    cards = sheets.cards(ACTS, actor, bound, {"from_on": on, "last_day": on})
    for card in cards:
        _offer(card["form"], on)
    return cards


def _offer(form: Any, on: Any) -> Any:
    """Fill the choices of a form that the documents or the organisation give."""
    units = sheets.unit_choices(on)
    given: dict[str, Callable[[], list[tuple[str, Any]]]] = {
        "unit": lambda: units, "to_unit": lambda: units, "units": lambda: units,
        "source": lambda: [(one.code, one.words) for one in custody.holding(on).sources],
        "education": lambda: [(one.code, one.words) for one in custody.qualification(on).educations],
        "code": lambda: [(code, one.words) for code, one in custody.season_rules(on).items()],
    }  # fmt: skip
    for name, choices in given.items():
        if name in form.fields and hasattr(form.fields[name], "choices"):
            form.fields[name].choices = choices()
    if "grades" in form.fields:
        form.fields["grades"].help_text = ", ".join(
            f"{code} {name}" for code, name in grades.grade_names(on).items()
        )
    return form


def _season_line(one: Any, on: Any) -> dict[str, Any]:
    rows = custody.departments_of(one.pk)
    rule = custody.season_rules(on).get(one.code)
    return {
        "row": one,
        "words": rule.words if rule else one.code,
        "departments": [{"row": row, "state": HANDOVER_STATES[row.state]} for row in rows],
        "missing": sum(row.state in ("open", "returned") for row in rows),
    }


urlpatterns = [
    path("custody/incidents/", incident_list, name="custody_incidents"),
    path("custody/incidents/<int:incident_id>/", incident_page, name="custody_incident"),
    path("custody/keeping/", keeping, name="custody_keeping"),
    path("custody/keeping/catalogue/", catalogue, name="export_catalogue"),
    path("custody/keeping/do/<str:act>/", act_on, name="custody_keeping_act"),
    path("custody/keeping/end/<str:what>/<int:key>/", end, name="custody_end"),
]
