"""What became of holds: time to clear, what was lost; severe problems; the letter to a customer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.judgements.limits import queries as credit
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import hold_words
from xinheng.web.pages.edge import actor_of, note, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.papers import file_answer
from xinheng.web.pages.trying import dressed

PERIOD = timedelta(days=90)  # looked at unless the address says otherwise
ENDINGS: dict[str, Any] = {
    "released": _("let go by a person"),
    "rejected": _("order turned down"),
    "passed": _("passed by itself, the reason was gone"),
    "ended": _("the order ended"),
    "held": _("still held"),
}
PROBLEMS: dict[str, Any] = {
    "over_limit": _("over the limit"),
    "overdue": _("overdue beyond the bound"),
    "held": _("orders held"),
    "status": _("account held or stopped"),
}


@signed_in
@require_GET
def hold_statistics(request: HttpRequest) -> HttpResponse:
    """How long orders were held in a period, how each hold ended, and what became of what was released."""
    actor, on = actor_of(request), business_day()
    until = min(_day(request.GET.get("until", "")) or on, on)
    since = min(_day(request.GET.get("since", "")) or until - PERIOD, until)
    found = credit.statistics(actor, since=since, until=until)
    names = people.names_by_login({one.login for one in found.releasers})
    told = {
        "found": found,
        "endings": [(ENDINGS[one.how], one) for one in found.endings],
        "releasers": [
            {
                "one": one,
                "name": names.get(one.login, one.login),
                "value": hold_words.amount(one.minor, one.currency),
                "lost": hold_words.amount(one.lost_minor, one.currency),
            }
            for one in found.releasers
        ],
        "on": on,
    }
    return render(request, "holds/statistics.html", told)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@signed_in
@require_GET
def severe_problems(request: HttpRequest) -> HttpResponse:
    """The customers whose next order would be held, the worst first; a quiet day says so with its day."""
    actor, on = actor_of(request), business_day()
    found = credit.severe_problems(actor, on=on)
    lines = [
        {
            "one": line,
            "problems": [PROBLEMS[each] for each in line.problems],
            "limit": hold_words.limit_told(line.limit, line.exposure.currency),
            "status": credit.STATUSES[line.status],
        }
        for line in found.lines
    ]
    told = {
        "found": found,
        "lines": lines,
        "may_stop": actor.may("limits.write"),
        "may_export": actor.may("exports.read"),
    }
    return render(request, "holds/severe.html", told)


@signed_in
@require_GET
def export_severe(request: HttpRequest) -> HttpResponse:
    """The severe problems of today as Excel."""
    on = business_day()
    content = room.export_severe(actor=actor_of(request), on=on)
    return workbook_answer(content, f"severe-problems-{on.isoformat()}.xlsx")


class LetterForm(forms.Form):
    """Who writes to the customer of a held order, and whom to call."""

    company = forms.CharField(label=_("Our name"), max_length=60)
    contact = forms.CharField(label=_("Contact"), max_length=40)
    phone = forms.CharField(label=_("Telephone"), max_length=40)
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=[("zh-hans", "中文"), ("en", "English")]
    )
    form = forms.ChoiceField(label=_("File"), choices=[("pdf", "PDF"), ("docx", "Word")])


@signed_in
def hold_letter(request: HttpRequest, order_no: str) -> HttpResponse:
    """Ask who writes, and give the letter as a file: it names what is needed, and no grade."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "limits.release", f"order:{order_no}")
    facts = credit.order_facts(actor, order_no, on=on)
    first = {"contact": actor.name, "language": get_language() or "zh-hans"}
    form = LetterForm(request.POST if request.method == "POST" else None, initial=first)
    dressed(form)
    if form.is_bound and form.is_valid():
        told = dict(form.cleaned_data)
        kind = told.pop("form")
        try:
            content = room.export_hold_letter(
                actor=actor, on=on, order_no=order_no, wanted=room.HoldLetterWanted(**told), form=kind
            )
        except room.LETTER_REFUSALS as refusal:  # said in the form, so that nothing typed is lost
            note(request, refusal)
            form.add_error(None, str(refusal))
        else:
            return file_answer(content, f"order-{on:%Y%m%d}", kind)
    shown = {"form": form, "facts": facts}
    return render(request, "holds/letter.html", shown, status=422 if form.is_bound else 200)


urlpatterns = [
    path("holds/time/", hold_statistics, name="hold_statistics"),
    path("holds/severe/", severe_problems, name="severe_problems"),
    path("holds/severe/export/", export_severe, name="export_severe"),
    path("holds/letter/<path:order_no>/", hold_letter, name="hold_letter"),
]
