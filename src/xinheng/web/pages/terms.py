"""Customers by their terms, orders in the sequence of handling, inquiries and visits that are due."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.periods import quarter_of
from xinheng.judgements.terms import queries as terms
from xinheng.judgements.terms import services
from xinheng.judgements.terms.values import Wanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import terms_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.review_sheets import chain_words
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50
SORTS = {"customer": "customer__no", "days": "days", "since": "from_on", "until": "until_on"}
COLUMNS: list[tuple[str, Any]] = [
    ("customer", _("Customer")), ("", _("Payment")), ("days", _("Days of credit")), ("", _("Grade")),
    ("since", _("Holds from")), ("until", _("Last day")), ("", _("Rests on")), ("", _("Reason")),
]  # fmt: skip


def asked(request: HttpRequest) -> Wanted:
    """The filters the address names; anything else in it is passed over."""
    told = request.GET
    payment, source = told.get("payment", ""), told.get("source", "")
    known = {"-", *terms.SOURCES} - {""}
    return Wanted(
        text=told.get("q", "").strip()[:100],
        payment=payment if payment in terms.PAYMENTS else "",
        source=source if source in known else "",
        lowered=bool(told.get("lowered")),
    )


@signed_in
@require_GET
def terms_list(request: HttpRequest) -> HttpResponse:
    """The customers within reach whose terms were granted, by payment, source and what was lowered."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    sort = request.GET.get("sort", "customer")
    key = SORTS.get(sort.removeprefix("-"), "customer__no")
    sign = "-" if sort.startswith("-") else ""
    rows = terms.holders(actor, wanted, on=on).order_by(f"{sign}{key}", "pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    sources = [("-" if code == "" else code, words) for code, words in terms.SOURCES.items()]
    told = {
        "page": page,
        "lines": [
            {"one": one, "pays": terms.PAYMENTS[one.payment], "source": terms.source_word(one.source)}
            for one in page
        ],
        "wanted": wanted,
        "payments": terms.PAYMENTS.items(),
        "sources": sources,
        "columns": _headings(request, sort),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_watch": actor.may("limits.write"),
        "is_filtered": wanted != Wanted(),
    }
    return render(request, "terms/list.html", told)


@signed_in
@require_POST
def watch(request: HttpRequest) -> HttpResponse:
    """Bring terms to the day: lowered after breaches, following new grades, ended on their day."""
    done = services.watch_terms(actor=actor_of(request), on=business_day())
    words = gettext(
        "%(lowered)s lowered, %(restored)s followed a grade, %(lapsed)s ended, %(measures)s measures."
    )
    messages.success(request, words % done.__dict__)
    return redirect("terms")


def _headings(request: HttpRequest, sort: str) -> list[dict[str, Any]]:
    headings = []
    for key, label in COLUMNS:
        here = bool(key) and sort.removeprefix("-") == key
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{key}" if here and not sort.startswith("-") else key
        order = ("descending" if sort.startswith("-") else "ascending") if here else "none"
        headings.append({"label": label, "address": f"?{query.urlencode()}" if key else "", "sorted": order})
    return headings


@signed_in
@require_GET
def export_terms(request: HttpRequest) -> HttpResponse:
    """The filtered customers by terms as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "terms.read")
    content = room.export_terms(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"terms-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def sequence(request: HttpRequest) -> HttpResponse:
    """Undelivered orders as they are handled: by grade, then score, the earlier first."""
    actor, on = actor_of(request), business_day()
    known = terms.in_force(on)
    code = request.GET.get("policy", "")
    code = code if code in known else next(iter(sorted(known)), "")
    text = request.GET.get("q", "").strip()[:100]
    rows = list(enumerate(terms.sequence(actor, on=on, policy_code=code), 1)) if code else []
    if text:
        rows = [
            row
            for row in rows
            if text in (row[1].order_no, row[1].customer_no) or text in row[1].customer_name
        ]
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [{"no": number, "one": one, "is_late": (one.slack_days or 0) < 0} for number, one in page],
        "code": code,
        "text": text,
        "policies": [
            (one, terms_words.text_of(document.name)) for one, (document, _sha) in sorted(known.items())
        ],
        "may_export": actor.may("exports.read"),
    }
    return render(request, "terms/sequence.html", told)


@signed_in
@require_GET
def export_sequence(request: HttpRequest) -> HttpResponse:
    """The sequence of orders as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "terms.read")
    content = room.export_sequence(actor=actor, on=on, policy_code=request.GET.get("policy", "")[:40])
    return workbook_answer(content, f"orders-in-sequence-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def exception_list(request: HttpRequest) -> HttpResponse:
    """Everything asked for beyond terms within reach, with its reason and who decided, the newest first."""
    actor, on = actor_of(request), business_day()
    state = request.GET.get("state", "")
    state = state if state in terms.STATES else ""
    page = Paginator(terms.exceptions(actor, on=on, state=state), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [terms_words.asked(one) for one in page],
        "states": terms.STATES.items(),
        "chosen": state,
    }
    return render(request, "terms/exceptions.html", told)


@signed_in
@require_GET
def exception_page(request: HttpRequest, key: int) -> HttpResponse:
    """One exception: what is asked for and why, and where its approval stands."""
    actor, on = actor_of(request), business_day()
    found = terms.exception(actor, key, on=on)
    told = {"line": terms_words.asked(found), **chain_words(found.request, actor, on)}
    return render(request, "terms/exception.html", told)


class AnswerForm(forms.Form):
    """The answer to an inquiry."""

    inquiry = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(label=_("What was answered"), max_length=300)


@signed_in
def follow_up(request: HttpRequest) -> HttpResponse:
    """Inquiries that wait for an answer, the most urgent first, and customers to be seen this quarter."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "terms.read")
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        access.require(actor, "terms.write", "inquiries")
        dressed(form)
        told: dict[str, Any] = {"actor": actor, "on": on, "answered_at": timezone.now()}
        kept = tried(
            request, form,
            lambda: services.answer_inquiry(
                **told, inquiry_id=form.cleaned_data["inquiry"], answer=form.cleaned_data["answer"]
            ),
        )  # fmt: skip
        if kept:
            messages.success(request, gettext("It is noted."))
            return redirect("terms_follow")
    now = timezone.now()
    waiting = Paginator(terms.inquiries(actor, on=on, now=now), A_PAGE).get_page(request.GET.get("page"))
    quarter = quarter_of(on)
    shown = {
        "page": waiting,
        "lines": [{"one": one, "is_late": one.due_at < now} for one in waiting],
        "visits": terms.visits_due(actor, on=on),
        "quarter": quarter,
        "form": form,
        "may_write": actor.may("terms.write"),
    }
    return render(request, "terms/follow.html", shown, status=422 if form.is_bound else 200)


urlpatterns = [
    path("terms/", terms_list, name="terms"),
    path("terms/watch/", watch, name="watch_terms"),
    path("terms/export/", export_terms, name="export_terms"),
    path("terms/sequence/", sequence, name="terms_sequence"),
    path("terms/sequence/export/", export_sequence, name="export_sequence"),
    path("terms/exceptions/", exception_list, name="terms_exceptions"),
    path("terms/exceptions/<int:key>/", exception_page, name="terms_exception"),
    path("terms/follow/", follow_up, name="terms_follow"),
]
