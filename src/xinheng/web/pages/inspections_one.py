"""One inspection case, made for a phone: what is next, visits, evidence, findings, money, appeal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.clock import timestamp
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering.values import VOLTAGES
from xinheng.judgements.theft import queries as theft
from xinheng.judgements.theft.values import Evidence
from xinheng.operations.inspections import queries as inspections
from xinheng.operations.inspections import services as acts
from xinheng.operations.inspections.values import Assignment
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages import inspections_forms as shapes
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.survey_acts import file_answer
from xinheng.web.pages.trying import tried

Told = dict[str, Any]


@dataclass(frozen=True)
class CaseAct:
    """Something done to a case. states: when it is offered. do: told (actor, day), the case, the form."""

    label: Any
    button: Any
    form: type[shapes.InspectionForm]
    do: Callable[[Told, Any, Any], object]
    states: tuple[str, ...]
    right: str = "inspections.write"
    confirm: Any = ""


def _assign(told: Told, case: Any, form: Any) -> object:
    values = form.cleaned_data
    new = Assignment(tuple(values["inspectors"]), values["planned_on"], values["skill"])
    return acts.assign(**told, no=case.no, new=new)


def _exhibit(told: Told, case: Any, form: Any) -> object:
    file = form.cleaned_data["file"]
    return acts.add_exhibit(**told, no=case.no, new=form.new(), upload=Upload(file.name, file.read()))


def _find(told: Told, case: Any, form: Any) -> object:
    return acts.record_finding(**told, no=case.no, new=form.new())


ACTS: dict[str, CaseAct] = {
    "assign": CaseAct(
        _("Give to inspectors"), _("Assign"), shapes.AssignForm, _assign, ("open", "assigned", "visited")
    ),
    "visit": CaseAct(
        _("Record the visit"), "", shapes.VisitForm,
        lambda told, case, form: acts.record_visit(**told, no=case.no, told=form.told()),
        ("assigned", "visited"),
    ),
    "exhibit": CaseAct(
        _("Add a photograph or other evidence"), _("Keep the evidence"), shapes.ExhibitForm, _exhibit,
        ("assigned", "visited", "found", "confirmed", "appealed"),
    ),
    "theft": CaseAct(
        _("Theft was found"), _("Reckon and keep"), shapes.TheftForm, _find, ("visited",)
    ),
    "breach": CaseAct(
        _("A breach of use was found"), _("Reckon and keep"), shapes.BreachForm, _find, ("visited",)
    ),
    "nothing": CaseAct(
        _("Nothing was found"), _("Close without a finding"), shapes.FindingForm, _find, ("visited",),
        confirm=_("The case is closed as clean. Close it?"),
    ),
    "withdraw": CaseAct(
        _("Take the finding back"), "", shapes.WhyForm,
        lambda told, case, form: acts.withdraw_finding(**told, no=case.no, **form.cleaned_data), ("found",),
        confirm=_("The finding and its signatures are taken back. Go on?"),
    ),
    "confirm": CaseAct(
        _("Confirm the finding"), _("Confirm and claim the money"), shapes.InspectionForm,
        lambda told, case, _form: acts.confirm_finding(**told, no=case.no), ("found",),
        "inspections.decide", _("The money is claimed and the grade follows. Confirm?"),
    ),
    "appeal": CaseAct(
        _("The consumer appeals"), _("Keep the appeal"), shapes.AppealForm,
        lambda told, case, form: acts.appeal(**told, no=case.no, **form.cleaned_data), ("confirmed",),
    ),
    "decide": CaseAct(
        _("Decide the appeal"), _("Decide"), shapes.DecideForm,
        lambda told, case, form: acts.decide_appeal(**told, no=case.no, **form.cleaned_data), ("appealed",),
        "inspections.decide", _("A decision is not taken back. Decide?"),
    ),
    "drop": CaseAct(
        _("Drop the case"), "", shapes.WhyForm,
        lambda told, case, form: acts.drop_case(**told, no=case.no, **form.cleaned_data),
        ("open", "assigned"),
    ),
}  # fmt: skip


@signed_in
@require_GET
def one(request: HttpRequest, no: str) -> HttpResponse:
    """The page of a case."""
    return _shown(request, no)


@signed_in
def act_on(request: HttpRequest, no: str) -> HttpResponse:
    """Do one of the acts of the page."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "inspections.read", f"inspection:{no[:20]}")
    case = inspections.case(actor, no)
    code = request.POST.get("act", "")
    if request.method != "POST" or code not in ACTS:
        raise FieldsRefused(fields=code[:20])
    access.require(actor, ACTS[code].right, f"inspection:{no[:20]}")
    form = ACTS[code].form(request.POST, request.FILES, on=on)
    told = {"actor": actor, "on": on}
    if tried(request, form, lambda: ACTS[code].do(told, case, form) or True) is None:
        return _shown(request, no, **{code: form})
    messages.success(request, _("It is kept."))
    return redirect("inspection", no)


@signed_in
def sign(request: HttpRequest, no: str) -> HttpResponse:
    """The notice, on which consumer, inspectors or a witness sign by hand."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "inspections.write", f"inspection:{no[:20]}")
    case = inspections.case(actor, no)
    form = shapes.SignForm(request.POST if request.method == "POST" else None, on=on)

    def do() -> Any:
        return acts.sign(actor=actor, on=on, at=timestamp(), no=no, drawn=form.drawn())

    if form.is_bound and tried(request, form, do) is not None:
        messages.success(request, _("The signature is kept."))
        return redirect("inspection", no)
    told = {"case": case, "finding": _finding(case), "form": form, "steps": _steps(case)}
    return render(request, "inspections/sign.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def take_evidence(request: HttpRequest, no: str, exhibit_id: int) -> HttpResponse:
    """The file of an exhibit, proven by its hash."""
    actor, on = actor_of(request), business_day()
    row, _file = inspections.evidence_file(actor, no, exhibit_id)
    told: Told = {"attachment_id": row.attachment_id, "subject": f"inspection:{no}"}
    return file_answer(archive.read(actor=actor, on=on, **told))


@signed_in
@require_GET
def notice(request: HttpRequest, no: str) -> HttpResponse:
    """The notice with calculation sheet and list of evidence as PDF."""
    content = reports.print_notice(actor=actor_of(request), on=business_day(), no=no)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{no[:20]}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _shown(request: HttpRequest, no: str, **bound: shapes.InspectionForm) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    case = inspections.case(actor, no)
    finding = _finding(case)
    offered = {code: act for code, act in ACTS.items() if case.state in act.states and actor.may(act.right)}
    if finding and inspections.appeal_of(case):
        offered.pop("appeal", None)
    opened = request.GET.get("do", "")
    first = _first(case, on)
    told = {
        "case": case, "state": inspections.STATE_WORDS[case.state], "finding": finding,
        "steps": _steps(case), "supply": metering.supply_of(case.consumer, on=on),
        "voltage": VOLTAGES.get(case.voltage, ""),
        "meters": metering.meters_of(case.consumer)[:3],
        "level": theft.LEVEL_WORDS.get(case.level, ""), "source": inspections.SOURCE_WORDS[case.source],
        "evidence": list(reports.evidence_lines(Evidence.of(one) for one in case.evidence)),
        "inspectors": [one["name"] for one in case.crew],
        "visits": inspections.visits_of(case), "exhibits": _exhibits(case),
        "appeal": inspections.appeal_of(case),
        "signatures": [
            {"row": one, "role": inspections.ROLE_WORDS[one.role]} for one in inspections.signatures_of(case)
        ],
        "open": inspections.open_of(finding["row"]) if finding and finding["row"].bills else None,
        "may_sign": case.state == "found" and actor.may("inspections.write"),
        "may_take": actor.may("archive.read"), "where": reverse("inspection_act", args=[no]),
        "result": inspections.RESULT_WORDS,
        "acts": [
            {"code": code, "act": act, "is_open": code in bound or code == opened,
             "form": bound.get(code) or act.form(on=on, initial=first)}
            for code, act in offered.items()
        ],
    }  # fmt: skip
    return render(request, "inspections/case.html", told, status=422 if bound else 200)


def _first(case: Any, on: Any) -> Told:
    """What stands in the forms at first: today, now, and who was assigned."""
    logins = [one["login"] for one in case.crew]
    now = timezone.localtime(timestamp()).time().replace(second=0, microsecond=0)
    return {
        "inspectors": logins, "planned_on": case.planned_on or on, "day": on, "at": now, "found_on": on,
        "told_on": on, "skill": case.skill, "phases": case.consumer.phases,
        "use": "power" if case.voltage == "high" else "lighting",
    }  # fmt: skip


def _finding(case: Any) -> Told | None:
    row = inspections.finding_of(case)
    if row is None:
        return None
    names = people.names_by_login([row.told_by, row.confirmed_by])
    return {
        "row": row, "kind": inspections.KIND_WORDS[row.kind], "how": inspections.how_found(row),
        "people": "、".join(f"{one['name']} {one['pass_no']}" for one in row.inspectors),
        "confirmed_by": names.get(row.confirmed_by, row.confirmed_by),
    }  # fmt: skip


def _steps(case: Any) -> list[Told]:
    row = inspections.finding_of(case)
    return [{**one, "words": inspections.STEP_WORDS[one["code"]]} for one in row.steps] if row else []


def _exhibits(case: Any) -> list[Told]:
    kinds = {one.code: one.words for one in inspections.in_force(case.opened_on).exhibits}
    return [{"row": one, "kind": kinds.get(one.kind, one.kind)} for one in inspections.exhibits_of(case)]


urlpatterns = [
    path("inspections/cases/<str:no>/", one, name="inspection"),
    path("inspections/cases/<str:no>/do/", act_on, name="inspection_act"),
    path("inspections/cases/<str:no>/sign/", sign, name="inspection_sign"),
    path("inspections/cases/<str:no>/evidence/<int:exhibit_id>/", take_evidence, name="inspection_evidence"),
    path("inspections/cases/<str:no>/notice/", notice, name="inspection_notice"),
]
