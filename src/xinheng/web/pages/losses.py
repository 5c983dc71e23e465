"""Expected losses of a day, debtors judged by themselves, and allowances proposed through their chain."""

from __future__ import annotations

from decimal import Decimal
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
from xinheng.base.kernel.money import Money
from xinheng.judgements.losses import queries as losses
from xinheng.judgements.losses import services as acts
from xinheng.judgements.losses.values import NewAllowance
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.losses_tables import day_of
from xinheng.web.pages.review_sheets import chain_words
from xinheng.web.pages.trying import dressed, tried

A_PAGE, HINTS = 50, 20
TONES = {"submitted": "note", "approved": "good", "returned": "warn", "rejected": "bad", "withdrawn": ""}


class Plain(forms.Form):
    """A form in the look of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class AllowanceForm(Plain):
    """A proposal: the day and currency; the rest is reckoned unless it is told."""

    as_of = day_field(_("As of"), required=True)
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="CNY")
    method = forms.ChoiceField(label=_("Method of loss"), required=False)
    opening = forms.DecimalField(
        label=_("Opening allowance"), required=False, min_value=0, max_digits=18, decimal_places=2,
        help_text=_("Blank: that of the last approved proposal."),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("as the policy says")), *losses.METHOD_WORDS.items()]
        self.fields["method"].choices = every  # type: ignore[attr-defined]

    def new(self) -> NewAllowance:
        """As the room takes it."""
        told = self.cleaned_data
        currency, opening = told["currency"].upper(), told["opening"]
        started = None if opening is None else Money.of(opening, currency)
        return NewAllowance(told["as_of"], currency, told["method"], started, note=told["note"])


class SingleForm(Plain):
    """A debtor that is judged by itself."""

    places = {"customer_unknown": "customer_no"}
    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    percent = forms.DecimalField(
        label=_("Expected loss, percent"), min_value=Decimal(0), max_value=100, max_digits=5, decimal_places=2
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


@signed_in
@require_GET
def loss_page(request: HttpRequest) -> HttpResponse:
    """Expected losses of what the customers within reach owe, by one method, the others beside it."""
    return _shown(request)


def _shown(request: HttpRequest, **bound: forms.Form) -> HttpResponse:
    actor, on, as_of = actor_of(request), business_day(), day_of(request)
    asked = request.GET.get("method", "")
    held = losses.matrix(as_of)
    method = asked if asked in losses.METHODS else held.document.method
    found = {one: losses.expected(actor, as_of=as_of, on=on, method=one) for one in losses.METHODS}
    hints = losses.tax_hints(actor, as_of=as_of, on=on, most=HINTS)
    told = {
        "as_of": as_of,
        "held": held,
        "method": method,
        "compared": [_compared(found[one], one == held.document.method) for one in losses.METHODS],
        "portfolios": [_portfolio(one) for one in found[method].portfolios],
        "factor": f"{found[method].factor:.4g}",
        "scenarios": [{"one": one, "word": _word(one)} for one in held.document.forward.scenarios],
        "singles": _singles(actor, on, found[method]),
        "hints": hints,
        "tax_rule": _word(held.document.tax),
        "may_write": actor.may("losses.write"),
        "may_propose": actor.may("losses.write") and actor.scope.reach == "everything",
        "sees_all": losses.may_see_allowances(actor, on=on),
        "may_export": actor.may("exports.read"),
        "propose": bound.get("propose") or AllowanceForm(initial={"as_of": as_of}),
        "single": bound.get("single") or SingleForm(),
        "opened": list(bound),
    }
    return render(request, "losses/losses.html", told, status=422 if bound else 200)


def _compared(found: Any, is_chosen: bool) -> dict[str, Any]:
    amounts = [(found.balance(one), found.required(one)) for one in found.currencies]
    lines = [
        {
            "balance": balance, "required": required,
            "share": reports.share_text(required.minor / balance.minor if balance.minor > 0 else None),
        }
        for balance, required in amounts
    ]  # fmt: skip
    return {
        "method": found.method,
        "word": losses.METHOD_WORDS[found.method],
        "lines": lines,
        "chosen": is_chosen,
    }


def _portfolio(one: Any) -> dict[str, Any]:
    lines = [
        {
            "word": _word(line), "line": line, "applied": _percent(line.applied),
            "rate": "—" if line.rate is None else _percent(line.rate),
        }
        for line in one.buckets
    ]  # fmt: skip
    return {"one": one, "lines": lines}


def _singles(actor: Any, on: Any, found: Any) -> list[dict[str, Any]]:
    kept = {row.customer.no: row for row in losses.assessments(actor, on=on)}
    lines = {one.customer_no: one for one in found.singles}
    return [{"row": row, "line": lines.get(no)} for no, row in kept.items()]


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).quantize(Decimal('0.01'), 'ROUND_HALF_UP')} %"


def _word(one: Any) -> str:
    return str(one.zh if reads_chinese() else one.en)


@signed_in
@require_GET
def export_losses(request: HttpRequest) -> HttpResponse:
    """Expected losses of the day as Excel."""
    as_of, asked = day_of(request), request.GET.get("method", "")
    told: dict[str, Any] = {"as_of": as_of, "method": asked if asked in losses.METHODS else None}
    content = reports.export_expected(actor=actor_of(request), on=business_day(), **told)
    return workbook_answer(content, f"expected-losses-{as_of.isoformat()}.xlsx")


@signed_in
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose an allowance."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "losses.write")
    form = AllowanceForm(request.POST)
    kept = tried(request, form, lambda: acts.propose_allowance(actor=actor, on=on, new=form.new()))
    if kept is None:
        return _shown(request, propose=form)
    messages.success(request, gettext("The allowance is proposed; whose turn it is stands below."))
    return redirect("allowance", kept.pk)


@signed_in
@require_POST
def assess_singly(request: HttpRequest) -> HttpResponse:
    """Judge a debtor by itself."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "losses.write")
    form = SingleForm(request.POST)
    if tried(request, form, lambda: acts.assess_singly(actor=actor, on=on, **form.cleaned_data)) is None:
        return _shown(request, single=form)
    messages.success(request, gettext("The debtor is judged by itself from today on."))
    return redirect("losses")


@signed_in
@require_POST
def end_assessment(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """Put a debtor back into the portfolio."""
    told: dict[str, Any] = {"assessment_id": assessment_id, "reason": request.POST.get("reason", "")}
    acts.end_assessment(actor=actor_of(request), on=business_day(), **told)
    messages.success(request, gettext("The debtor is back in the portfolio."))
    return redirect("losses")


@signed_in
@require_GET
def allowance_list(request: HttpRequest) -> HttpResponse:
    """The allowances that were proposed, the newest first."""
    state = request.GET.get("state", "")
    found = losses.allowances(actor_of(request), on=business_day())
    found = found.filter(state=state) if state in losses.STATES else found
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [_line(row) for row in page],
        "state": state,
        "states": list(losses.STATES.items()),
    }
    return render(request, "losses/allowances.html", told)


def _line(row: Any) -> dict[str, Any]:
    names = ("opening", "written_off", "recovered", "acquired", "required", "change")
    amounts = {name: Money(getattr(row, f"{name}_minor"), row.currency) for name in names}
    words, tone = losses.STATES[row.state], TONES[row.state]
    return {"row": row, "state": words, "tone": tone, "method": losses.METHOD_WORDS[row.method], **amounts}


@signed_in
@require_GET
def allowance_page(request: HttpRequest, allowance_id: int) -> HttpResponse:
    """One proposal: its movement, its entry, its frozen figures and its chain."""
    actor, on = actor_of(request), business_day()
    row = losses.get_allowance(actor, allowance_id, on=on)
    told = {
        **(chain_words(row.request, actor, on) if row.request else {}),
        **_line(row),
        "entries": [
            {"line": line, "word": _words(line), "amount": Money.of(line["amount"], row.currency)}
            for line in row.figures["entries"]
        ],
        "portfolios": [
            {"group": one["group"], "lines": [_frozen(line) for line in one["buckets"]]}
            for one in row.figures["portfolios"]
        ],
        "singles": [
            {**one, "balance": _amount(one["balance"]), "required": _amount(one["required"])}
            for one in row.figures["singles"]
        ],
        "may_export": actor.may("exports.read"),
    }
    return render(request, "losses/allowance.html", told)


def _frozen(line: dict[str, Any]) -> dict[str, Any]:
    amounts = {name: _amount(line[name]) for name in ("balance", "required")}
    return {"word": _words(line), "applied": _percent(Decimal(line["applied"])), **amounts}


def _amount(kept: dict[str, str]) -> Money:
    return Money.of(kept["amount"], kept["currency"])


def _words(kept: dict[str, Any]) -> str:
    return str(kept["zh"] if reads_chinese() else kept["en"])


@signed_in
@require_GET
def export_allowance(request: HttpRequest, allowance_id: int, form: str) -> HttpResponse:
    """The entry of a proposal for the books, as Excel or CSV."""
    told: dict[str, Any] = {"allowance_id": allowance_id, "form": "csv" if form == "csv" else "xlsx"}
    content = reports.export_allowance(actor=actor_of(request), on=business_day(), **told)
    if told["form"] == "xlsx":
        return workbook_answer(content, f"allowance-{allowance_id}.xlsx")
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="allowance-{allowance_id}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


urlpatterns = [
    path("losses/", loss_page, name="losses"),
    path("losses/export/", export_losses, name="export_losses"),
    path("losses/propose/", propose, name="propose_allowance"),
    path("losses/singles/", assess_singly, name="assess_singly"),
    path("losses/singles/<int:assessment_id>/end/", end_assessment, name="end_assessment"),
    path("losses/allowances/", allowance_list, name="allowances"),
    path("losses/allowances/<int:allowance_id>/", allowance_page, name="allowance"),
    path("losses/allowances/<int:allowance_id>/<slug:form>/", export_allowance, name="export_allowance"),
]
