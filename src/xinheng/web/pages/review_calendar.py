"""The review calendar, the exceptions to the rules, and events that call a review."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.reviews import queries as reviews
from xinheng.judgements.reviews import services as reviewing
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, go_to, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.scales import policy_scale
from xinheng.web.pages.trying import dressed, tried

SHOWN = 50


def _asked(request: HttpRequest) -> reviews.Asked:
    told = request.GET
    return reviews.Asked(
        due_before=business_day() if told.get("due") == "overdue" else None,
        policy=told.get("policy", "")[:40],
        person=told.get("person", "")[:150],
        grade=told.get("grade", "")[:12],
        text=told.get("text", "")[:100],
        stale=told.get("due") == "stale",
        called=told.get("due") == "called",
    )


@signed_in
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """When each grade is looked at again, the most urgent first."""
    actor, on, asked = actor_of(request), business_day(), _asked(request)
    page = Paginator(reviews.calendar(actor, asked, on=on), SHOWN).get_page(request.GET.get("page"))
    terms = reviews.in_force(on)
    told = {
        "page": page,
        "rows": [_row(one, terms, on) for one in reviews.dues(page, on=on)],
        "policies": [(code, policy_scale(by.policy).policy_name) for code, by in terms.items()],
        "asked": asked,
        "due": request.GET.get("due", ""),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_review": actor.may("ratings.review"),
    }
    return render(request, "reviews/calendar.html", told)


def _row(one: Any, terms: dict[str, Any], on: Any) -> dict[str, Any]:
    by = terms.get(one.policy_code)
    scale = policy_scale(by.policy) if by else None
    chinese = reads_chinese()
    events = by.events if by else {}
    words = {code: event.zh if chinese else event.en for code, event in events.items()}
    return {
        "one": one,
        "badge": scale.badge(one.grade) if scale else None,
        "policy": scale.policy_name if scale else one.policy_code,
        "is_late": bool(one.due_on and one.due_on < on),
        "kind": reviews.KINDS.get(one.kind, "") if one.kind != "accepted" else "",
        "stale": [reviews.STALE[code] for code in one.stale],
        "calls": [{"call": call, "words": words.get(call.event, call.event)} for call in one.calls],
    }


@signed_in
@require_GET
def exceptions(request: HttpRequest) -> HttpResponse:
    """Grades that stand otherwise than proposed, each with its reason and its approver."""
    actor, on = actor_of(request), business_day()
    rows = reviews.exceptions(actor, on=on)
    kind = request.GET.get("kind", "")
    if kind in ("exception", "override"):
        rows = rows.filter(kind=kind)
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "rows": [{"row": row, "kind": reviews.KINDS[row.kind]} for row in page],
        "asked": kind,
        "may_export": actor.may("exports.read"),
    }
    return render(request, "reviews/exceptions.html", told)


@signed_in
@require_GET
def export_calendar(request: HttpRequest) -> HttpResponse:
    """The filtered calendar as Excel."""
    on = business_day()
    content = room.export_calendar(actor=actor_of(request), on=on, asked=_asked(request))
    return workbook_answer(content, f"review-calendar-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def export_exceptions(request: HttpRequest) -> HttpResponse:
    """The exception report as Excel."""
    on = business_day()
    content = room.export_exceptions(actor=actor_of(request), on=on)
    return workbook_answer(content, f"exceptions-{on.isoformat()}.xlsx")


class CallForm(forms.Form):
    """Which customer, what happened, and what shows it."""

    places = {
        "customer_unknown": "customer_no",
        "event_unknown": "event",
        "called_already": "event",
        "review_reason_missing": "evidence",
    }
    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    event = forms.ChoiceField(label=_("What happened"))
    evidence = forms.CharField(label=_("Evidence"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


@signed_in
def call(request: HttpRequest) -> HttpResponse:
    """Call for a review because something happened."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "ratings.review")
    chinese = reads_chinese()
    events = {
        code: event.zh if chinese else event.en
        for by in reviews.in_force(on).values()
        for code, event in by.events.items()
    }
    form = CallForm(request.POST or None, initial={"customer_no": request.GET.get("customer", "")})
    form.fields["event"].choices = list(events.items())  # type: ignore[attr-defined]
    dressed(form)
    called = None
    if request.method == "POST":
        called = tried(request, form, lambda: reviewing.call_review(actor=actor, on=on, **form.cleaned_data))
    if called:
        messages.success(request, gettext("The review is called."))
        return go_to(request, reverse("review_calendar") + "?due=called")
    return render(request, "reviews/call.html", {"form": form}, status=400 if form.is_bound else 200)


@signed_in
@require_POST
def lift(request: HttpRequest, call_id: int) -> HttpResponse:
    """Take a call back because it turned out not to be so."""
    reason = request.POST.get("reason", "")
    reviewing.lift_call(actor=actor_of(request), on=business_day(), call_id=call_id, reason=reason)
    messages.success(request, gettext("The call is taken back and stays on record."))
    return go_to(request, reverse("review_calendar"))


urlpatterns = [
    path("reviews/calendar/", calendar, name="review_calendar"),
    path("reviews/calendar/export/", export_calendar, name="export_review_calendar"),
    path("reviews/calendar/call/", call, name="call_review"),
    path("reviews/calls/<int:call_id>/lift/", lift, name="lift_call"),
    path("reviews/exceptions/", exceptions, name="review_exceptions"),
    path("reviews/exceptions/export/", export_exceptions, name="export_exceptions"),
]
