"""Disputes: what customers contest, who sees to it, how it ended, and what that did to the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.disputes import services as acts
from xinheng.facts.disputes.values import SORTS, STATES, Closing, NewDispute, NextStep, Wanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.survey_acts import file_answer
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50
STATE_WORDS: dict[str, str | Promise] = {"open": _("not closed yet"), "closed": _("closed")}
COLUMNS: list[tuple[str, Any, str]] = [
    ("customer", _("Customer"), ""), ("bill", _("Bill number"), ""), ("", _("Reason"), ""),
    ("amount", _("Contested"), "xh-num"), ("", _("State"), ""), ("opened", _("Opened on"), ""),
    ("", _("Owner"), ""), ("next", _("Next step"), ""), ("", _("Days paused"), "xh-num"),
]  # fmt: skip


class Plain(forms.Form):
    """A form in the look of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class DisputeForm(Plain):
    """What a customer contests."""

    places = {"bill_unknown": "bill_no", "bill_void": "bill_no", "nothing_to_dispute": "amount",
              "disputed_already": "reason", "customer_unknown": "customer_no"}  # fmt: skip
    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    bill_no = forms.CharField(label=_("Bill number"), max_length=60)
    reason = forms.ChoiceField(label=_("Reason"))
    amount = forms.DecimalField(
        label=_("Contested amount"), required=False, min_value=0, max_digits=17, decimal_places=2,
        help_text=_("Empty: all that is open on the bill."),
    )  # fmt: skip
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="CNY", required=False)
    opened_on = day_field(_("Opened on"), required=True)
    what = forms.CharField(label=_("What is contested"), max_length=500)
    owner = forms.CharField(label=_("Owner (login)"), max_length=150, required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_on = day_field(_("By which day"))
    case_no = forms.CharField(label=_("Complaint no."), max_length=60, required=False)

    def new(self) -> NewDispute:
        """As the room takes it."""
        told = self.cleaned_data
        amount = told["amount"]
        return NewDispute(
            told["reason"], told["what"], told["opened_on"],
            None if amount is None else Money.of(amount, told["currency"] or "CNY"),
            told["owner"], told["next_step"], told["next_on"], told["case_no"],
        )  # fmt: skip


class StepForm(Plain):
    """Who does what next."""

    owner = forms.CharField(label=_("Owner (login)"), max_length=150)
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_on = day_field(_("By which day"))
    case_no = forms.CharField(label=_("Complaint no."), max_length=60, required=False)


class PaperForm(Plain):
    """A paper of the dispute."""

    file = forms.FileField(label=_("File"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class ClosingForm(Plain):
    """How it ended."""

    places = {"case_missing": "case_no", "agreed_amount_wrong": "agreed"}
    outcome = forms.ChoiceField(label=_("Outcome"))
    closed_on = day_field(_("Closed on"), required=True)
    finding = forms.CharField(label=_("Finding"), max_length=500)
    agreed = forms.DecimalField(
        label=_("We let go of"), required=False, min_value=0, max_digits=17, decimal_places=2,
        help_text=_("Empty: as the outcome says."),
    )  # fmt: skip
    credit_bill_no = forms.CharField(
        label=_("Credit bill"), max_length=60, required=False,
        help_text=_("A new number is posted and settles the bill; a posted one is only noted."),
    )  # fmt: skip
    our_fault = forms.ChoiceField(
        label=_("Our own fault"), required=False,
        choices=[("", _("as the outcome says")), ("yes", _("yes")), ("no", _("no"))],
    )  # fmt: skip
    case_no = forms.CharField(label=_("Complaint no."), max_length=60, required=False)


@dataclass(frozen=True)
class DisputeAct:
    """Something done on the page of one dispute."""

    label: Any
    button: Any
    done: Any
    form: type[forms.Form]
    do: Callable[[dict[str, Any], Any, str], object]
    confirm: Any = ""


def _close(told: dict[str, Any], form: Any, currency: str) -> object:
    values = form.cleaned_data
    agreed = None if values["agreed"] is None else Money.of(values["agreed"], currency)
    fault = {"yes": True, "no": False}.get(values["our_fault"])
    closing = Closing(
        values["outcome"], values["finding"], values["closed_on"], agreed, values["credit_bill_no"], fault,
        values["case_no"],
    )  # fmt: skip
    return acts.close_dispute(**told, closing=closing)


def _step(told: dict[str, Any], form: Any, _currency: str) -> object:
    return acts.set_next_step(**told, step=NextStep(**form.cleaned_data))


def _paper(told: dict[str, Any], form: Any, _currency: str) -> object:
    file = form.cleaned_data["file"]
    return acts.keep_evidence(**told, upload=Upload(file.name, file.read(), form.cleaned_data["note"]))


ACTS = {
    "step": DisputeAct(_("Next step"), _("Keep it"), _("The next step is kept."), StepForm, _step),
    "paper": DisputeAct(_("Add a paper"), _("Keep it"), _("The paper is kept."), PaperForm, _paper),
    "close": DisputeAct(
        _("Close the dispute"), _("Close the matter"), _("The dispute is closed."), ClosingForm, _close,
        _("A closed dispute is not opened again. Close it?"),
    ),
}  # fmt: skip


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, sort = request.GET, request.GET.get("sort", "-opened")
    state = told.get("state", "")
    return Wanted(
        text=told.get("q", "").strip()[:100],
        state=state if state in STATES else "",
        reason=told.get("reason", "")[:30],
        outcome=told.get("outcome", "")[:30],
        owner=told.get("owner", "")[:150],
        late=told.get("late") == "1",
        sort=sort if sort.removeprefix("-") in SORTS else "-opened",
    )


@signed_in
@require_GET
def dispute_list(request: HttpRequest) -> HttpResponse:
    """The disputes within reach that pass the filters."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    rules = disputes.rules_in_force(on)
    page = Paginator(disputes.disputes(actor, wanted, on=on), A_PAGE).get_page(request.GET.get("page"))
    clocks = disputes.clocks(as_of=on, bill_ids=[row.bill_id for row in page])
    still = dict(clocks.select("bill_id", "paused_days").iter_rows())
    told = {
        "page": page,
        "lines": [_line(row, rules, on) | {"paused": still.get(row.bill_id, 0)} for row in page],
        "wanted": wanted,
        "states": list(STATE_WORDS.items()),
        "reasons": [(one.code, one.words) for one in rules.reasons],
        "outcomes": [(one.code, one.words) for one in rules.outcomes],
        "columns": headings(request, COLUMNS, wanted.sort),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("disputes.write"),
    }
    return render(request, "disputes/list.html", told)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered disputes as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "disputes.read")
    content = room.export_disputes(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"disputes-{on.isoformat()}.xlsx")


@signed_in
def open_dispute(request: HttpRequest) -> HttpResponse:
    """Tell that a customer contests a bill."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "disputes.write")
    told = request.GET
    first = {"opened_on": on, "customer_no": told.get("customer", ""), "bill_no": told.get("bill", "")}
    form = DisputeForm(request.POST if request.method == "POST" else None, initial=first)
    reasons: Any = form.fields["reason"]
    reasons.choices = [(one.code, one.words) for one in disputes.rules_in_force(on).reasons]

    def do() -> Any:
        who = {name: form.cleaned_data[name] for name in ("customer_no", "bill_no")}
        return acts.open_dispute(actor=actor, on=on, **who, new=form.new())

    kept = tried(request, form, do) if form.is_bound else None
    if kept is not None:
        messages.success(request, _("The dispute is opened."))
        return redirect("dispute", kept.pk)
    return render(request, "disputes/open.html", {"form": form}, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def dispute_page(request: HttpRequest, dispute_id: int) -> HttpResponse:
    """One dispute with its papers and what it does to the clock."""
    return _shown(request, dispute_id)


def _shown(request: HttpRequest, dispute_id: int, **bound: forms.Form) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    row = disputes.get_dispute(actor, dispute_id, on=on)
    rules = disputes.rules_in_force(on)
    offered = ACTS if row.state == "open" else {"paper": ACTS["paper"]}
    told = {
        **_line(row, rules, on),
        "papers": disputes.evidence(row),
        "words": disputes.words_of(disputes.arithmetic(row.bill, as_of=on), rules),
        "pauses": [
            {"row": one, "kind": disputes.kind_word(one.kind, rules)}
            for one in disputes.pauses_of([row.bill_id])
        ],
        "forms": [
            {
                "code": code, "act": act, "form": bound.get(code) or _form(code, row, on),
                "is_open": code in bound,
            }
            for code, act in offered.items()
        ] if actor.may("disputes.write") else [],
        "may_take": actor.may("archive.read"),
    }  # fmt: skip
    return render(request, "disputes/one.html", told, status=422 if bound else 200)


def _form(code: str, row: Any, on: Any, sent: Any = None, files: Any = None) -> forms.Form:
    first = {
        "owner": row.owner, "next_step": row.next_step, "next_on": row.next_on, "case_no": row.case_no,
        "closed_on": on,
    }  # fmt: skip
    form = ACTS[code].form(sent, files, initial=first)
    if code == "close":
        outcomes: Any = form.fields["outcome"]
        outcomes.choices = [(one.code, one.words) for one in disputes.rules_in_force(on).outcomes]
    return form


@signed_in
@require_POST
def act_on(request: HttpRequest, dispute_id: int, act: str) -> HttpResponse:
    """Do one of the acts of the page."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "disputes.write", f"dispute:{dispute_id}")
    if act not in ACTS:
        raise FieldsRefused(fields=act)
    row = disputes.get_dispute(actor, dispute_id, on=on)
    form = _form(act, row, on, request.POST, request.FILES)
    told: dict[str, Any] = {"actor": actor, "on": on, "dispute_id": dispute_id}
    if tried(request, form, lambda: ACTS[act].do(told, form, row.bill.currency) or True) is None:
        return _shown(request, dispute_id, **{act: form})
    messages.success(request, str(ACTS[act].done))
    return redirect("dispute", dispute_id)


@signed_in
@require_GET
def take_paper(request: HttpRequest, dispute_id: int, paper_id: int) -> HttpResponse:
    """A paper of a dispute; it is not given out where its hash no longer holds."""
    actor, on = actor_of(request), business_day()
    row = disputes.get_dispute(actor, dispute_id, on=on)
    told: dict[str, Any] = {"attachment_id": paper_id, "subject": f"dispute:{row.pk}"}
    return file_answer(archive.read(actor=actor, on=on, **told))


def _line(row: Any, rules: Any, on: Any) -> dict[str, Any]:
    reason, outcome = rules.reason(row.reason), rules.outcome(row.outcome)
    return {
        "row": row,
        "reason": reason.words if reason else row.reason,
        "outcome": outcome.words if outcome else row.outcome,
        "state": STATE_WORDS[row.state],
        "tone": "warn" if row.state == "open" else "note",
        "amount": Money(row.amount_minor, row.bill.currency),
        "agreed": Money(row.agreed_minor, row.bill.currency),
        "is_late": row.state == "open" and row.next_on is not None and row.next_on < on,
    }


urlpatterns = [
    path("disputes/", dispute_list, name="disputes"),
    path("disputes/export/", export, name="export_disputes"),
    path("disputes/open/", open_dispute, name="open_dispute"),
    path("disputes/<int:dispute_id>/", dispute_page, name="dispute"),
    path("disputes/<int:dispute_id>/do/<str:act>/", act_on, name="dispute_act"),
    path("disputes/<int:dispute_id>/papers/<int:paper_id>/", take_paper, name="dispute_paper"),
]
