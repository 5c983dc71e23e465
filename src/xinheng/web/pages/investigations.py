"""Investigations ordered from people or agencies, and reports from the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import NewInvestigation, Report
from xinheng.judgements.ratings import services as judging
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import Act, ActForm, day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.seen import Seen
from xinheng.web.pages.survey_acts import file_answer, uploads_of
from xinheng.web.pages.survey_words import KINDS, ORDER_TONES, ORDERS, attached_line
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50
WRITE = "customers.write"
MONEY = {"max_digits": 15, "decimal_places": 2, "min_value": 0}


class OrderForm(ActForm):
    """Who is to look into a customer, why, and until when."""

    places: ClassVar[Mapping[str, str]] = {"person_unknown": "assignee"}
    by = forms.ChoiceField(
        label=_("Investigated by"),
        choices=[("staff", _("one of our people")), ("agency", _("an agency"))],
        widget=forms.RadioSelect,
        initial="staff",
    )
    assignee = forms.CharField(
        label=_("Assigned to"), max_length=150, help_text=_("A login, or the name of the agency.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)
    due_on = day_field(_("Due on"), required=True)


class ReportForm(ActForm):
    """What was reported from the field."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=list(KINDS.items()), widget=forms.RadioSelect, initial="daily"
    )
    text = forms.CharField(label=_("Text"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


def _order(seen: Seen, told: dict[str, Any]) -> object:
    new = NewInvestigation(**told)
    return files.order_investigation(actor=seen.actor, on=seen.on, no=seen.customer.no, new=new)


def _order_page(_seen: Seen, kept: Any) -> str:
    return reverse("investigation", args=[kept.pk])


def _tell(seen: Seen, told: dict[str, Any]) -> object:
    return files.tell_report(actor=seen.actor, on=seen.on, no=seen.customer.no, **told)


class ExamineForm(ActForm):
    """Whether an assessment was found to hold, and by what."""

    places: ClassVar[Mapping[str, str]] = {"own_fact_verified": "holds"}
    assessment_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    holds = forms.ChoiceField(
        label=_("Verdict"),
        choices=[("yes", _("It holds")), ("no", _("It does not hold"))],
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(label=_("Evidence"), max_length=300, help_text=_("What was looked at."))


def _examine(seen: Seen, told: dict[str, Any]) -> object:
    return judging.verify_answer(
        actor=seen.actor, on=seen.on, assessment_id=told["assessment_id"], holds=told["holds"] == "yes",
        evidence=told["evidence"],
    )  # fmt: skip


ACTS = [
    Act(
        "verify-answer", "ratings.assess", "assessments", _("Examine an assessment"), _("Keep it"),
        _("The verdict is kept."), ExamineForm, _examine, when="ever",
        hint=_("An answer found wrong is used by no later rating; one of a mailed form only once it holds."),
    ),
    Act(
        "investigate", WRITE, "file", _("Order an investigation"), _("Order it"),
        _("The investigation is ordered."), OrderForm, _order, place="file", leads=_order_page,
    ),
    Act(
        "field-report", WRITE, "file", _("Note a report"), _("Keep it"), _("The report is kept."),
        ReportForm, _tell, place="file", when="ever",
        hint=_("An urgent report waits for a manager, and is listed once a working day has passed."),
    ),
]  # fmt: skip


@signed_in
@require_GET
def investigation_list(request: HttpRequest) -> HttpResponse:
    """The investigations within reach, the next due first; those overdue are marked."""
    actor, on = actor_of(request), business_day()
    seen = customers.investigations_seen(actor, on=on)
    state = request.GET.get("state", "")
    late = customers.overdue(seen, on=on)
    found = late if state == "overdue" else seen.filter(state=state) if state in ORDERS else seen
    page = Paginator(found.order_by("due_on", "id"), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [_line(one, on) for one in page],
        "state": state,
        "states": {**ORDERS, "overdue": _("overdue")},
        "overdue": late.count(),
        "here": "investigations",
        "may_export": actor.may("exports.read"),
        "may_judge": actor.may("ratings.read"),
    }
    return render(request, "surveys/investigations.html", told)


def _line(one: Any, on: Any) -> dict[str, Any]:
    return {
        "one": one,
        "state": ORDERS[one.state],
        "tone": ORDER_TONES[one.state],
        "overdue": one.state == "ordered" and one.due_on < on,
        "outdated": customers.is_outdated(one, on=on),
        "cost": "" if one.cost_minor is None else str(Money(one.cost_minor)),
    }


class FinishForm(forms.Form):
    """What came of an investigation."""

    report_on = day_field(_("Day of the report"), required=True)
    cost = forms.DecimalField(label=_("Cost"), required=False, **MONEY)  # type: ignore[arg-type]
    outcome = forms.CharField(label=_("Finding"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)

    def report(self) -> Report:
        """As the room takes it."""
        told = self.cleaned_data
        cost = told["cost"]
        return Report(told["report_on"], told["outcome"], None if cost is None else Money.of(cost).minor)


@signed_in
def investigation(request: HttpRequest, investigation_id: int) -> HttpResponse:
    """One investigation with its files; its report is noted here."""
    actor, on = actor_of(request), business_day()
    one = customers.investigation(actor, investigation_id, on=on)
    sent = request.POST if request.method == "POST" else None
    if sent is not None:
        access.require(actor, WRITE, f"investigation:{investigation_id}")
    form = FinishForm(sent)
    told: dict[str, Any] = {"actor": actor, "on": on, "investigation_id": investigation_id}
    if tried(request, form, lambda: files.finish_investigation(**told, report=form.report())):
        messages.success(request, gettext("The report is kept."))
        return redirect(request.path)
    runs = one.state == "ordered" and actor.may(WRITE)
    kept = files.beside_investigation(actor, investigation_id, on=on) if actor.may("archive.read") else []
    shown = {
        **_line(one, on),
        "form": form,
        "is_open": runs,
        "may_attach": runs and actor.may("archive.write"),
        "files": [
            attached_line(file, reverse("investigation_file", args=[investigation_id, file.id]))
            for file in kept
        ],
    }
    return render(request, "surveys/investigation.html", shown, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def attach(request: HttpRequest, investigation_id: int) -> HttpResponse:
    """Keep the files of a report."""
    told: dict[str, Any] = {
        "actor": actor_of(request),
        "on": business_day(),
        "investigation_id": investigation_id,
    }
    kept = files.attach_to_investigation(**told, uploads=uploads_of(request))
    messages.success(request, gettext("%(number)s files are kept unchanged.") % {"number": len(kept)})
    return redirect("investigation", investigation_id)


@signed_in
@require_GET
def take_file(request: HttpRequest, investigation_id: int, attachment_id: int) -> HttpResponse:
    """One file of a report; it is not given out where its hash no longer holds."""
    told: dict[str, Any] = {
        "actor": actor_of(request),
        "on": business_day(),
        "investigation_id": investigation_id,
    }
    return file_answer(files.read_investigation_file(**told, attachment_id=attachment_id))


@signed_in
@require_POST
def call_off(request: HttpRequest, investigation_id: int) -> HttpResponse:
    """Call an investigation off, with the reason."""
    told: dict[str, Any] = {
        "actor": actor_of(request),
        "on": business_day(),
        "investigation_id": investigation_id,
    }
    files.cancel_investigation(**told, reason=request.POST.get("reason", ""))
    messages.success(request, gettext("The investigation is called off."))
    return redirect("investigation", investigation_id)


@signed_in
@require_GET
def field_reports(request: HttpRequest) -> HttpResponse:
    """The reports from the field; urgent ones that nobody read in time stand first."""
    actor, on = actor_of(request), business_day()
    seen = customers.field_reports_seen(actor, on=on)
    kind = request.GET.get("kind", "")
    found = seen.filter(kind=kind) if kind in KINDS else seen
    late = list(customers.escalated(seen, on=on)[:A_PAGE])
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    may_read = actor.may("customers.review")
    told = {
        "page": page,
        "lines": [_report(one, may_read=may_read and one.told_by != actor.login) for one in page],
        "late": [_report(one, may_read=may_read and one.told_by != actor.login) for one in late],
        "kind": kind,
        "kinds": KINDS,
        "may_see_papers": actor.may("archive.read"),
        "here": "field_reports",
        "may_export": actor.may("exports.read"),
        "may_judge": actor.may("ratings.read"),
    }
    return render(request, "surveys/field_reports.html", told)


def _report(one: Any, *, may_read: bool) -> dict[str, Any]:
    return {"one": one, "kind": KINDS[one.kind], "may_read": may_read and one.read_on is None}


@signed_in
@require_POST
def read_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Note that the reader read a report."""
    files.read_report(actor=actor_of(request), on=business_day(), report_id=report_id)
    messages.success(request, gettext("Noted as read."))
    return redirect("field_reports")


urlpatterns = [
    path("surveys/investigations/", investigation_list, name="investigations"),
    path("surveys/investigations/<int:investigation_id>/", investigation, name="investigation"),
    path("surveys/investigations/<int:investigation_id>/files/", attach, name="attach_to_investigation"),
    path(
        "surveys/investigations/<int:investigation_id>/files/<int:attachment_id>/",
        take_file,
        name="investigation_file",
    ),
    path("surveys/investigations/<int:investigation_id>/cancel/", call_off, name="cancel_investigation"),
    path("surveys/field-reports/", field_reports, name="field_reports"),
    path("surveys/field-reports/<int:report_id>/read/", read_report, name="read_report"),
]
