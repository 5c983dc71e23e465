"""Grade summaries and other matters on their way through a chain: to see, to decide on, to lend."""

from __future__ import annotations

import contextlib
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries as people
from xinheng.base.approvals import queries as approvals
from xinheng.base.approvals import services as approving
from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.reviews import queries as reviews
from xinheng.judgements.reviews import services as reviewing
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, go_to, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.reviews import GradeForm
from xinheng.web.pages.scales import scale_by
from xinheng.web.pages.trying import dressed, tried

SHOWN = 100
ROUTES = {  # kind of request: how its subject is named, its page
    "grades": ("sheet:", "review_sheet"),
    "policy": ("draft:", "draft"),
    "survey": ("survey:", "survey_of"),
    "application": ("application:", "application"),
    "limit_batch": ("limit_batch:", "limit_batch"),
    "advance": ("advance:", "advance"),
    "allowance": ("allowance:", "allowance"),
    "terms": ("exception:", "terms_exception"),
}
DONE = {
    "approve": _("Your approval is kept."),
    "return": _("It is returned for correction."),
    "reject": _("It is rejected."),
}
LINE_ACTS = {"return": reviewing.return_line, "reject": reviewing.reject_line}


@signed_in
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for one's signature, what one submitted, what is late, and who acts for whom."""
    actor, on = actor_of(request), business_day()
    chinese = reads_chinese()
    found = {
        "waiting": approvals.inbox(actor, on=on)[:SHOWN],
        "mine": approvals.requests(actor).filter(submitted_by=actor.login)[:20],
        "late": approvals.overdue(actor, on=on)[:SHOWN],
    }
    names = people.names_by_login({one.submitted_by for rows in found.values() for one in rows})
    told = {
        **{name: [_listed(one, on, names, chinese=chinese) for one in rows] for name, rows in found.items()},
        "delegations": approvals.delegations(actor, on=on),
        "roles": people.role_names(),
        "may_lend": actor.may("approvals.decide"),
        "own_id": actor.person_id,
    }
    return render(request, "reviews/inbox.html", told)


def address_of(request: Any) -> str:
    """Where what was submitted is shown; else where its minutes are."""
    prefix, route = ROUTES.get(request.kind, ("", ""))
    with contextlib.suppress(NoReverseMatch):
        return reverse(route, args=[request.subject.removeprefix(prefix)])
    return reverse("approval", args=[request.pk])


def _listed(request: Any, on: Any, names: dict[str, str], *, chinese: bool) -> dict[str, Any]:
    return {
        "request": request,
        "title": request.title if chinese else request.title_en,
        "address": address_of(request),
        "state": approvals.STATES[request.state],
        "submitter": names.get(request.submitted_by, request.submitted_by),
        "is_late": bool(request.due_on and request.due_on < on),
    }


@signed_in
@require_GET
def approval(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request as its minutes show it, whatever its kind."""
    actor, on = actor_of(request), business_day()
    found = approvals.get(actor, request_id, on=on)
    chinese = reads_chinese()
    chain = chain_words(found, actor, on)
    told = {"one": _listed(found, on, chain["names"], chinese=chinese), **chain}
    return render(request, "reviews/approval.html", told)


def chain_words(found: Any, actor: Any, on: Any) -> dict[str, Any]:
    """How far a request is along its chain, and what the reader may do, for `reviews/chain.html`."""
    roles = people.role_names()
    steps = approvals.steps_of(found)
    minutes = list(approvals.minutes_of(found))
    logins = {one.by for one in minutes} | {one.on_behalf_of for one in minutes} | {found.submitted_by}
    names = people.names_by_login(logins)
    return {
        "matter": found,
        "submitter": names.get(found.submitted_by, found.submitted_by),
        "state": approvals.STATES[found.state],
        "steps": [
            {
                "name": approvals.step_name(one.step),
                "state": one.state,
                "wanted": [roles.get(role, role) for role in one.wanted],
                "roles": [roles.get(role, role) for role in one.step.roles],
                "days": one.step.within_days,
            }
            for one in steps
        ],
        "minutes": [{"one": one, "role": roles.get(one.role, one.role)} for one in minutes],
        "names": names,
        "seats": [
            {"seat": seat, "role": roles.get(seat.role, seat.role)}
            for seat in approvals.seats_of(found, actor, on=on)
        ],
        "is_own": found.submitted_by == actor.login,
        "warning": approvals.day_warning(found),
        "is_late": bool(found.due_on and found.due_on < on),
    }


@signed_in
@require_POST
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Approve, return or reject; or, for who submitted, take back or submit again."""
    actor, on = actor_of(request), business_day()
    told = {name: request.POST.get(name, "") for name in ("decision", "reason")}
    match told["decision"]:
        case "resubmit":
            found = approving.resubmit(actor=actor, on=on, request_id=request_id)
            messages.success(request, gettext("It is submitted again."))
        case "withdraw":
            found = approving.withdraw(actor=actor, on=on, request_id=request_id, reason=told["reason"])
            messages.success(request, gettext("It is taken back."))
        case _:
            seat = request.POST.get("seat", "").partition("|")
            role, giver = seat[0], seat[2]
            found = approving.decide(
                actor=actor,
                on=on,
                request_id=request_id,
                **told,
                role=role,
                on_behalf_of=giver,
            )
            messages.success(request, str(DONE[told["decision"]]))
    return go_to(request, address_of(found))


@signed_in
@require_GET
def review_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """A grade summary: how far it is, its lines (exceptions first), what approvers changed."""
    actor, on = actor_of(request), business_day()
    sheet = reviews.get_sheet(actor, sheet_id)
    scale = scale_by(sheet.run.policy_sha256)
    asked = request.GET.get("kind", "")
    lines = reviews.lines_of(actor, sheet, on=on)
    counts = {kind: lines.filter(kind=kind).count() for kind in ("exception", "override", "accepted")}
    if asked in counts:
        lines = lines.filter(kind=asked)
    start = request.GET.get("from", "0")
    first = int(start) if start.isdecimal() and len(start) < 9 else 0
    shown = list(lines[first : first + SHOWN + 1])
    told = {
        "sheet": sheet,
        "scale": scale,
        "lines": [_line(line, scale) for line in shown[:SHOWN]],
        "next": first + SHOWN if len(shown) > SHOWN else None,
        "counts": [(kind, reviews.KINDS[kind], number) for kind, number in counts.items() if number],
        "asked": asked,
        "acts": reviews.line_acts(actor, sheet, on=on)[:SHOWN],
        "may_decide": reviews.may_decide(actor, sheet, on=on),
        "may_export": actor.may("exports.read"),
        **chain_words(sheet.request, actor, on),
    }
    return render(request, "reviews/sheet.html", told)


def _line(line: Any, scale: Any) -> dict[str, Any]:
    return {
        "line": line,
        "grade": scale.badge(line.grade),
        "proposed": scale.badge(line.proposed),
        "standing": scale.badge(line.standing),
        "kind": reviews.KINDS.get(line.kind, ""),
        "held": reviews.HELD.get(line.held, ""),
        "stage": reviews.STAGE_WORDS[line.stage],
        "turn": scale.turn(line.standing, line.grade),
    }


@signed_in
def change_line(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Give a line of a sheet another grade, or take it off; for who may decide on the sheet now."""
    actor, on = actor_of(request), business_day()
    row = reviews.get_proposal(actor, proposal_id, on=on)
    scale = scale_by(row.run.policy_sha256)
    form = GradeForm(request.POST or None, scale=scale, initial={"grade": row.grade})
    back = reverse("review_sheet", args=[row.sheet_id]) if row.sheet_id else reverse("reviews")
    act = LINE_ACTS.get(request.POST.get("act", ""))
    if request.method == "POST" and act:
        act(actor=actor, on=on, proposal_id=proposal_id, reason=request.POST.get("reason", ""))
        messages.success(request, gettext("%(name)s is off the grade summary.") % {"name": row.customer.name})
        return go_to(request, back)
    if request.method == "POST":
        done = tried(
            request,
            form,
            lambda: reviewing.change_line(actor=actor, on=on, proposal_id=proposal_id, **form.cleaned_data),
        )
        if done:
            words = gettext("%(name)s: %(grade)s.") % {"name": row.customer.name, "grade": done.grade}
            messages.success(request, words)
            return go_to(request, back)
    told = {"form": form, "back": back, "scale": scale, **_line(row, scale), "row": row}
    return render(request, "reviews/line.html", told, status=400 if form.is_bound else 200)


@signed_in
@require_GET
def export_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """A grade summary as Excel."""
    content = room.export_sheet(actor=actor_of(request), on=business_day(), sheet_id=sheet_id)
    return workbook_answer(content, f"grade-summary-{sheet_id}.xlsx")


class LendForm(forms.Form):
    """Who decides in one's place, from when until when, and why."""

    places = {"reason_missing": "reason", "person_unknown": "taker", "person_inactive": "taker"}
    taker = forms.CharField(label=_("Login of the person who decides for you"), max_length=150)
    from_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until_on = forms.DateField(
        label=_("Until (first day it no longer holds)"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


@signed_in
def lend(request: HttpRequest) -> HttpResponse:
    """Let another person decide in one's place for a time."""
    actor, on = actor_of(request), business_day()
    form = LendForm(request.POST or None, initial={"from_on": on.isoformat()})
    dressed(form)
    kept = None
    if request.method == "POST":
        kept = tried(request, form, lambda: approving.delegate(actor=actor, on=on, **form.cleaned_data))
    if kept:
        messages.success(request, gettext("The delegation is kept."))
        return go_to(request, reverse("inbox"))
    return render(request, "reviews/lend.html", {"form": form}, status=400 if form.is_bound else 200)


@signed_in
@require_POST
def end_lending(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """End a delegation today."""
    approving.end_delegation(actor=actor_of(request), on=business_day(), delegation_id=delegation_id)
    messages.success(request, gettext("The delegation has ended."))
    return go_to(request, reverse("inbox"))


urlpatterns = [
    path("inbox/", inbox, name="inbox"),
    path("approvals/<int:request_id>/", approval, name="approval"),
    path("approvals/<int:request_id>/decide/", decide, name="decide_approval"),
    path("approvals/delegations/new/", lend, name="lend"),
    path("approvals/delegations/<int:delegation_id>/end/", end_lending, name="end_lending"),
    path("reviews/sheets/<int:sheet_id>/", review_sheet, name="review_sheet"),
    path("reviews/sheets/<int:sheet_id>/export/", export_sheet, name="export_sheet"),
    path("reviews/lines/<int:proposal_id>/", change_line, name="change_line"),
]
