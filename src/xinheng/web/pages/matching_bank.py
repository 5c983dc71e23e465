"""Statements of banks: taken in, and lines whose payer nobody knows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.matching import queries as matching
from xinheng.judgements.matching import services as acts
from xinheng.judgements.matching.values import BANK_STATES
from xinheng.runs.services import business_day
from xinheng.web.pages import matching_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 30


class BankFileForm(forms.Form):
    """A statement of a bank."""

    file = forms.FileField(label=_("File"), help_text=_("As the bank lets you download it: CSV or Excel."))
    account = forms.CharField(
        label=_("Our account"), required=False, max_length=40, help_text=_("Where the file does not name it.")
    )
    dialect = forms.ChoiceField(label=_("Bank"), required=False)

    def __init__(self, *given: Any, dialects: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["dialect"].choices = [("", gettext("tell by its headings")), *dialects]  # type: ignore[attr-defined]
        dressed(self)


@signed_in
@require_GET
def bank_list(request: HttpRequest) -> HttpResponse:
    """Lines of bank statements; those nobody knows the payer of, unless told otherwise."""
    return _shown(request)


def _shown(request: HttpRequest, form: BankFileForm | None = None) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    state, text = request.GET.get("state", "unknown"), request.GET.get("q", "").strip()[:100]
    state = state if state in (*BANK_STATES, "") else "unknown"
    found = matching.bank_lines(actor, on=on, state=state, text=text)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    unknown = {row.payer for row in page if row.state == "unknown"}
    suggested = {payer: matching.suggestions(actor, payer, on=on) for payer in sorted(unknown)}
    told = {
        "page": page,
        "lines": [matching_words.bank_line(row, suggested.get(row.payer, [])) for row in page],
        "states": list(matching.BANK_STATES.items()),
        "state": state,
        "text": text,
        "form": form or BankFileForm(dialects=_dialects(on)),
        "may_take": actor.may("matching.write"),
    }
    return render(request, "matching/bank.html", told, status=422 if form else 200)


def _dialects(on: Any) -> list[tuple[str, str]]:
    chinese = reads_chinese()
    return [(one.code, one.zh if chinese else one.en) for one in matching.dialects_in_force(on).dialects]


@signed_in
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take in a statement."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "matching.write", "bank")
    form = BankFileForm(request.POST, request.FILES, dialects=_dialects(on))

    def taken() -> Any:
        given = form.cleaned_data
        file = given["file"]
        told = {"account": given["account"], "dialect": given["dialect"]}
        return acts.take_bank_file(actor=actor, on=on, file_name=file.name or "", content=file.read(), **told)

    done = tried(request, form, taken)
    if done is None:
        return _shown(request, form)
    words = gettext("%(new)s new lines: %(posted)s posted, %(unknown)s of unknown payers.")
    messages.success(request, words % {"new": done.new, "posted": done.posted, "unknown": done.unknown})
    return redirect("bank_lines")


@signed_in
@require_POST
def act_on(request: HttpRequest, line_id: int, act: str) -> HttpResponse:
    """Say whose money a line is, or set it aside."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "matching.write", "bank")
    told: dict[str, Any] = {"actor": actor, "on": on, "line_id": line_id}
    if act == "assign":
        remember = request.POST.get("remember", "1") == "1"
        acts.assign(**told, customer_no=request.POST.get("customer_no", "").strip(), remember=remember)
        messages.success(request, gettext("The money is posted as a receipt of the customer."))
    elif act == "aside":
        acts.set_aside(**told, reason=request.POST.get("reason", ""))
        messages.success(request, gettext("The line is set aside."))
    else:
        raise FieldsRefused(fields=act)
    return redirect("bank_lines")


urlpatterns = [
    path("matching/bank/", bank_list, name="bank_lines"),
    path("matching/bank/take/", take, name="take_bank_file"),
    path("matching/bank/<int:line_id>/do/<str:act>/", act_on, name="bank_line_act"),
]
