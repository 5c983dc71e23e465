"""Cases begin: for customers named by number, or for every customer of a filtered list."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.judgements.processes import queries as processes
from xinheng.judgements.processes import services as acts
from xinheng.judgements.processes.errors import TooManyToStart
from xinheng.judgements.processes.values import text_of
from xinheng.reports import queries as reports
from xinheng.runs.services import business_day
from xinheng.web.pages import customers
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.trying import dressed, tried

BETWEEN = re.compile(r"[\s,;，；、]+")


class StartForm(forms.Form):
    """Which process begins, and for whom."""

    places = {
        **dict.fromkeys(
            ("customer_unknown", "customer_closed", "case_running", "nobody_to_start", "too_many_to_start"),
            "customer_nos",
        ),
        "policy_not_in_force": "process",
    }
    process = forms.ChoiceField(label=_("Process"))
    customer_nos = forms.CharField(
        label=_("Customer numbers"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One or many, with spaces, commas or lines between."),
    )

    def __init__(self, choices: list[tuple[str, str]], *, by_list: bool, **given: Any) -> None:
        super().__init__(**given)
        self.fields["process"].choices = choices  # type: ignore[attr-defined]
        if by_list:
            del self.fields["customer_nos"]
        dressed(self)

    def numbers(self) -> list[str]:
        """The numbers as they were typed."""
        return [no for no in BETWEEN.split(self.cleaned_data["customer_nos"]) if no]


@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """Begin a process for customers by number; with `all=1` for those of the list the address filters."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "processes.start")
    by_list = request.GET.get("all") == "1"
    sizes = None
    if by_list:
        wanted, order = customers.asked(request)
        sizes = reports.customer_sizes(actor, wanted, order, on=on)
    choices = [(one.code, text_of(one.name)) for _kept, one in processes.definitions(actor, on=on)]
    initial = {
        "customer_nos": request.GET.get("customer", "")[:200],
        "process": request.GET.get("process", ""),
    }
    sent = request.POST if request.method == "POST" else None
    form = StartForm(choices, by_list=by_list, data=sent, initial=initial)

    def begin() -> Any:
        numbers = _listed(request, actor, on) if by_list else form.numbers()
        told: dict[str, Any] = {"actor": actor, "on": on, "process": form.cleaned_data["process"]}
        if len(numbers) == 1 and not by_list:
            return acts.start_case(**told, customer_no=numbers[0])
        return acts.start_cases(**told, customer_nos=numbers)

    done = tried(request, form, begin) if sent is not None else None
    if done is not None:
        return _leave(request, done, form.cleaned_data["process"])
    told = {"form": form, "total": sizes.total if sizes else None, "by_list": by_list, "choices": choices}
    return render(request, "processes/start.html", told, status=422 if form.is_bound else 200)


def _listed(request: HttpRequest, actor: Any, on: Any) -> list[str]:
    """The numbers of every customer the filters of the address let pass."""
    wanted, order = customers.asked(request)
    total = reports.customer_sizes(actor, wanted, order, on=on).total
    if total > acts.MOST:
        raise TooManyToStart(customers=total, most=acts.MOST)
    return [line.no for line in reports.all_lines(actor, wanted, order, on=on)]


def _leave(request: HttpRequest, done: Any, process: str) -> HttpResponse:
    if hasattr(done, "pk"):
        messages.success(request, gettext("The case has begun at its first step."))
        return redirect("process_case", done.pk)
    said = ngettext("%(begun)s case has begun.", "%(begun)s cases have begun.", done.begun) % vars(done)
    if done.running or done.closed:
        left = gettext("Left out: %(running)s in the process already, %(closed)s closed files.") % vars(done)
        said = f"{said} {left}"
    messages.success(request, said)
    return redirect(f"{reverse('processes')}?process={process}")


urlpatterns = [path("processes/start/", start, name="start_process")]
