"""One case: its steps, the forms of each, what was done; the step it stands at is closed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.judgements.processes import queries as processes
from xinheng.judgements.processes import services as acts
from xinheng.judgements.processes.values import text_of
from xinheng.runs.services import business_day
from xinheng.web.pages import process_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.survey_acts import file_answer, uploads_of
from xinheng.web.pages.trying import dressed, tried

LARGEST_STEP = 99


class CloseForm(forms.Form):
    """The step that is closed, and what was done."""

    places = {"forms_missing": "note"}
    step = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST_STEP)
    note = forms.CharField(
        label=_("What was done"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReturnForm(forms.Form):
    """To which earlier step a case goes back, and why."""

    to_step = forms.TypedChoiceField(label=_("Back to"), coerce=int)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class CancelForm(forms.Form):
    """Why a case ends before its last step."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


@signed_in
@require_GET
def case_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case with its steps, forms and minutes."""
    return _shown(request, case_id)


def _shown(request: HttpRequest, case_id: int, **bound: forms.Form) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    case = processes.get_case(actor, case_id, on=on)
    process = processes.kept(case.sha256)
    minutes = list(processes.minutes_of(case))
    may_move = processes.may_move(actor, case, on=on)
    given = {
        "close": CloseForm(initial={"step": case.step}),
        "back": _return_form(case, process),
        "cancel": CancelForm(),
        **bound,
    }
    for form in given.values():
        dressed(form)
    roles = process_words.role_names()
    lane = process.lane_of(case.step)
    told = {
        **process_words.card(case, on=on),
        "lane_roles": ", ".join(roles.get(role, role) for role in lane.roles),
        "steps": _steps(actor, case, process, minutes, on),
        "minutes": _minutes(minutes),
        "may_move": may_move,
        "may_return": may_move and case.step > 1 and actor.may("processes.return"),
        "may_cancel": case.state == "open" and actor.may("processes.cancel"),
        "papers_asked": _papers_asked(process, case) if may_move and actor.may("archive.write") else [],
        "forms": given,
        "starter": people.names_by_login([case.started_by]).get(case.started_by, case.started_by),
    }
    return render(request, "processes/case.html", told, status=422 if bound else 200)


def _return_form(case: Any, process: Any, sent: Any = None) -> ReturnForm:
    form = ReturnForm(sent)
    steps = [(step.no, f"{step.no} {text_of(step)}") for step in process.steps if step.no < case.step]
    form.fields["to_step"].choices = steps  # type: ignore[attr-defined]
    return form


def _steps(actor: Any, case: Any, process: Any, minutes: list[Any], on: Any) -> list[dict[str, Any]]:
    """Every step: how it stands, and its forms with the records that show them."""
    closed = {row.step: row for row in minutes if row.act == "close"}
    for row in minutes:
        if row.act == "return":  # what was sent back is done again
            closed = {step: one for step, one in closed.items() if step < row.to_step or one.pk > row.pk}
    papers = processes.papers_of(actor, case)
    states = {one.form.code: one for one in processes.forms_of(actor, case, on=on)}
    told = []
    for step in process.steps:
        words = process_words.step_words(process, step)
        here = case.state == "open" and step.no == case.step
        for form in words["forms"]:
            code = form["form"].code
            form["papers"] = papers.get((step.no, code), [])
            if here:
                evidence = states[code].evidence
                form |= {"evidence": evidence, "lacks": states[code].lacks}
                form["address"] = process_words.address_of(evidence, case) if evidence else ""
        told.append({**words, "here": here, "closed": closed.get(step.no)})
    return told


def _minutes(rows: list[Any]) -> list[dict[str, Any]]:
    names = people.names_by_login(row.by for row in rows)
    return [
        {"row": row, "act": processes.ACTS[row.act], "by": names.get(row.by, row.by)}
        for row in reversed(rows)
    ]


def _papers_asked(process: Any, case: Any) -> list[tuple[str, str]]:
    return [(form.code, text_of(form)) for form in process.step(case.step).forms if form.proof == "paper"]


def _done(request: HttpRequest, case_id: int, form: forms.Form, act: Callable[[], Any]) -> Any:
    """What an act on the step gave; a refusal is said beside the form where the reader has one."""
    actor, on = actor_of(request), business_day()
    if form.is_valid() and not processes.may_move(actor, processes.get_case(actor, case_id, on=on), on=on):
        return act()
    return tried(request, form, act)


@signed_in
@require_POST
def close_step(request: HttpRequest, case_id: int) -> HttpResponse:
    """Close the step the page showed."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "processes.close", f"case:{case_id}")
    form = CloseForm(request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, "case_id": case_id}
    case = _done(request, case_id, form, lambda: acts.close_step(**told, **form.cleaned_data))
    if case is None:
        return _shown(request, case_id, close=form)
    said = gettext("The last step is closed: the case is completed.") if case.state == "done" else ""
    messages.success(
        request,
        said or gettext("The step is closed; the case stands at step %(step)s.") % {"step": case.step},
    )
    return redirect("process_case", case_id)


@signed_in
@require_POST
def return_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Send the case back to an earlier step."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "processes.return", f"case:{case_id}")
    case = processes.get_case(actor, case_id, on=on)
    form = _return_form(case, processes.kept(case.sha256), request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, "case_id": case_id}
    if _done(request, case_id, form, lambda: acts.return_case(**told, **form.cleaned_data)) is None:
        return _shown(request, case_id, back=form)
    messages.success(request, gettext("The case is sent back."))
    return redirect("process_case", case_id)


@signed_in
@require_POST
def cancel_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """End the case before its last step."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "processes.cancel", f"case:{case_id}")
    form = CancelForm(request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, "case_id": case_id}
    if tried(request, form, lambda: acts.cancel_case(**told, **form.cleaned_data)) is None:
        return _shown(request, case_id, cancel=form)
    messages.success(request, gettext("The case is cancelled and stays on record."))
    return redirect("process_case", case_id)


@signed_in
@require_POST
def keep_papers(request: HttpRequest, case_id: int) -> HttpResponse:
    """Keep papers of the step the case stands at."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day(), "case_id": case_id}
    access.require(told["actor"], "processes.close", f"case:{case_id}")
    kept = acts.keep_papers(**told, form=request.POST.get("form", "")[:48], uploads=uploads_of(request))
    messages.success(request, gettext("%(number)s files are kept unchanged.") % {"number": len(kept)})
    return redirect("process_case", case_id)


@signed_in
@require_GET
def take_paper(request: HttpRequest, case_id: int, attachment_id: int) -> HttpResponse:
    """One paper of a case; it is not given out where its hash no longer holds."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day(), "case_id": case_id}
    return file_answer(acts.read_paper(**told, attachment_id=attachment_id))


urlpatterns = [
    path("processes/cases/<int:case_id>/", case_page, name="process_case"),
    path("processes/cases/<int:case_id>/close/", close_step, name="close_step"),
    path("processes/cases/<int:case_id>/return/", return_case, name="return_case"),
    path("processes/cases/<int:case_id>/cancel/", cancel_case, name="cancel_case"),
    path("processes/cases/<int:case_id>/papers/", keep_papers, name="keep_papers"),
    path("processes/cases/<int:case_id>/papers/<int:attachment_id>/", take_paper, name="process_paper"),
]
