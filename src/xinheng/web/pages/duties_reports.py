"""Reports owed by units: the calendar, handing in, verifying; who owes what; standing duties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.facts.archive.values import Upload
from xinheng.operations.duties import queries as duties
from xinheng.operations.duties import services as acts
from xinheng.operations.duties.values import REPORT_STATES, NewSubmission
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.duties_forms import ReportForm, TypeForm, WhyForm
from xinheng.web.pages.duties_words import REPORT_TONES
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.survey_acts import file_answer
from xinheng.web.pages.trying import tried

A_PAGE = 50
BACK, AHEAD = timedelta(days=185), timedelta(days=92)


def _owed(request: HttpRequest) -> list[Any]:
    actor, on, told = actor_of(request), business_day(), request.GET
    found = duties.obligations(
        actor, since=on - BACK, until=on + AHEAD, on=on, pack=told.get("pack", "")[:40]
    )
    state, text = told.get("state", ""), told.get("q", "").strip().lower()
    if state == "late":
        found = [one for one in found if one.is_late]
    elif state in REPORT_STATES:
        found = [one for one in found if one.state == state]
    return [
        one for one in found if not text or text in f"{one.words} {one.unit_name} {one.unit_code}".lower()
    ]


@signed_in
@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """Reports owed of the last half year and the next quarter, and how each stands."""
    actor, on = actor_of(request), business_day()
    page = Paginator(_owed(request), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [
            {"one": one, "state": REPORT_STATES[one.state], "tone": REPORT_TONES[one.state],
             "may_hand_in": one.state in ("waiting", "missing") and one.period.first <= on}
            for one in page
        ],
        "states": [("late", _("late")), *REPORT_STATES.items()],
        "packs": [(code, duties.worded(one.name)) for code, one in duties.calendars(on).items()],
        "asked": {name: request.GET.get(name, "") for name in ("q", "state", "pack")},
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("duties.write"),
    }  # fmt: skip
    return render(request, "duties/reports.html", told)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered reports as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "duties.read")
    told = {name: request.GET.get(name, "")[:100] for name in ("q", "state", "pack")}
    content = room.export_reports_owed(actor=actor, on=on, owed=_owed(request), told=told)
    return workbook_answer(content, f"reports-{on.isoformat()}.xlsx")


def _named(request: HttpRequest) -> tuple[NewSubmission, Any]:
    """The report that the address names. Raises: Http404."""
    told, on = request.GET, business_day()
    try:
        first = date.fromisoformat(told.get("first", ""))
    except ValueError:
        raise Http404 from None
    calendar = duties.calendars(on).get(told.get("pack", ""))
    report = calendar.report(told.get("report", "")) if calendar else None
    if report is None:
        raise Http404
    return NewSubmission(told["pack"], told["report"], told.get("unit", "")[:40], first), report


@signed_in
def hand_in(request: HttpRequest) -> HttpResponse:
    """Hand in a report, or say why a summary goes on without it."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "duties.write")
    named, report = _named(request)
    form, missing = _report_form(request, report), WhyForm()

    def do() -> Any:
        told = NewSubmission(
            named.pack, named.report, named.unit_code, named.first_on, form.texts(),
            is_nil=form.cleaned_data.get("is_nil", False),
        )  # fmt: skip
        files = [(code, Upload(file.name, file.read())) for code, file in form.sent()]
        return acts.hand_in(actor=actor, on=on, new=told, files=files)

    kept = tried(request, form, do) if form.is_bound else None
    if kept is not None:
        messages.success(request, _("The report is handed in."))
        return redirect("duty_submission", kept.pk)
    shown = {
        "form": form,
        "missing": missing,
        "named": named,
        "report": report,
        "words": duties.worded(report),
    }
    return render(request, "duties/hand_in.html", shown, status=422 if form.is_bound else 200)


def _report_form(request: HttpRequest, report: Any) -> ReportForm:
    form = ReportForm(request.POST, request.FILES) if request.method == "POST" else ReportForm()
    form.ask(report)
    return form


@signed_in
@require_POST
def mark_missing(request: HttpRequest) -> HttpResponse:
    """Go on without a report, with the reason."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "duties.write")
    named, _report = _named(request)
    acts.mark_missing(actor=actor, on=on, new=named, why=request.POST.get("why", ""))
    messages.success(request, _("The report is marked as missing."))
    return redirect("duty_reports")


@signed_in
@require_GET
def submission_page(request: HttpRequest, submission_id: int) -> HttpResponse:
    """One report as it was handed in."""
    actor, on = actor_of(request), business_day()
    row = duties.get_submission(actor, submission_id)
    calendar = duties.calendars(on).get(row.pack)
    report = calendar.report(row.report) if calendar else None
    parts = {one.code: duties.worded(one) for one in (*report.parts, *report.needs)} if report else {}
    told = {
        "row": row,
        "words": duties.worded(report) if report else row.report,
        "state": REPORT_STATES.get(row.state, _("returned")),
        "texts": [(parts.get(code, code), text) for code, text in row.texts.items()],
        "papers": [{"one": one, "words": parts.get(one.note, one.note)} for one in duties.papers(row)],
        "may_judge": actor.may("duties.write")
        and row.state == "handed_in"
        and row.handed_in_by != actor.login,
        "may_take": actor.may("archive.read"),
    }
    return render(request, "duties/submission.html", told)


@signed_in
@require_POST
def judge(request: HttpRequest, submission_id: int, act: str) -> HttpResponse:
    """Verify a report, or send it back."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "duties.write", f"submission:{submission_id}")
    if act == "verify":
        acts.verify_report(actor=actor, on=on, submission_id=submission_id)
    elif act == "return":
        acts.return_report(actor=actor, on=on, submission_id=submission_id, why=request.POST.get("why", ""))
    else:
        raise FieldsRefused(fields=act)
    messages.success(request, _("It is noted."))
    return redirect("duty_submission", submission_id)


@signed_in
@require_GET
def take_paper(request: HttpRequest, submission_id: int, paper_id: int) -> HttpResponse:
    """A file of a report; it is not given out where its hash no longer holds."""
    told: dict[str, Any] = {"submission_id": submission_id, "attachment_id": paper_id}
    return file_answer(duties.read_paper(actor=actor_of(request), on=business_day(), **told))


@signed_in
def types(request: HttpRequest) -> HttpResponse:
    """Which unit is what, and so owes what."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "duties.read")
    form = None
    if actor.may("duties.write") or request.method == "POST":
        access.require(actor, "duties.write")
        form = TypeForm(request.POST if request.method == "POST" else None, on=on)
        told: dict[str, Any] = {"actor": actor, "on": on}
        bound = form

        def do() -> object:
            return acts.set_type(**told, unit_code=bound.cleaned_data["unit_code"], new=bound.new())

        if form.is_bound and tried(request, form, do) is not None:
            messages.success(request, _("It is noted."))
            return redirect("duty_types")
    types_of = [(code, one.types) for code, one in duties.calendars(on).items()]
    lists_of = [(code, one.lists) for code, one in duties.lists(on).items()]
    words = {(code, one.code): duties.worded(one) for code, held in (*types_of, *lists_of) for one in held}
    names = {
        code: duties.worded(one.name)
        for code, one in (*duties.calendars(on).items(), *duties.lists(on).items())
    }
    rows = [
        {
            "row": one,
            "words": words.get((one.pack, one.type), one.type),
            "document": names.get(one.pack, one.pack),
        }
        for one in duties.reporters(actor, on=on)
    ]
    is_wrong = form is not None and form.is_bound
    return render(request, "duties/types.html", {"rows": rows, "form": form}, status=422 if is_wrong else 200)


@signed_in
@require_GET
def standing(request: HttpRequest) -> HttpResponse:
    """Standing duties of departments in a period: which were performed, which not."""
    actor, on = actor_of(request), business_day()
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = on
    lines = duties.duty_lines(actor, on=on, period_day=day)
    told = {"lines": lines, "day": day, "missing": sum(not one.is_performed for one in lines)}
    told |= {"without": duties.lists_without_unit(actor, on=on)}
    return render(request, "duties/standing.html", {**told, "may_write": actor.may("duties.write")})


urlpatterns = [
    path("duties/reports/", report_list, name="duty_reports"),
    path("duties/reports/export/", export, name="export_duty_reports"),
    path("duties/reports/hand-in/", hand_in, name="hand_in_report"),
    path("duties/reports/missing/", mark_missing, name="mark_report_missing"),
    path("duties/reports/<int:submission_id>/", submission_page, name="duty_submission"),
    path("duties/reports/<int:submission_id>/do/<str:act>/", judge, name="judge_report"),
    path("duties/reports/<int:submission_id>/papers/<int:paper_id>/", take_paper, name="duty_report_paper"),
    path("duties/types/", types, name="duty_types"),
    path("duties/standing/", standing, name="standing_duties"),
]
