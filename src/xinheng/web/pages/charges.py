"""Interest and fees for lateness: what was charged, what came up since, rates, agreements."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.operations.charges import queries as charges
from xinheng.operations.charges import services as acts
from xinheng.operations.charges.errors import RateUnknown
from xinheng.operations.charges.values import SORTS, Asked, NewAgreement, NewRate
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50
STATES: dict[str, str | Promise] = {
    "open": _("not waived"), "waived": _("waived"), "correction": _("corrections"),
}  # fmt: skip
COLUMNS: list[tuple[str, Any, str]] = [
    ("customer", _("Customer"), ""), ("bill", _("Bill number"), ""), ("", _("Scheme"), ""),
    ("from", _("Days charged"), ""), ("amount", _("Amount"), "xh-num"), ("", _("Waived"), "xh-num"),
    ("", _("Claim"), ""), ("told", _("Charged on"), ""),
]  # fmt: skip


class Plain(forms.Form):
    """A form in the look of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class RunForm(Plain):
    """Until which day is charged."""

    places = {"rate_unknown": "until_on"}
    until_on = day_field(_("Until (that day itself does not count)"), required=True)


class WaiveForm(Plain):
    """How much is waived, and why."""

    places = {"nothing_to_waive": "amount"}
    amount = forms.DecimalField(
        label=_("Amount"), required=False, min_value=0, max_digits=17, decimal_places=2,
        help_text=_("Empty: all that is left."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=300)


class RateForm(Plain):
    """A loan prime rate."""

    places = {"rate_stands": "from_on"}
    from_on = day_field(_("From"), required=True)
    one_year = forms.DecimalField(label=_("1 year, percent"), min_value=0, max_digits=7, decimal_places=4)
    five_year = forms.DecimalField(label=_("5 years, percent"), min_value=0, max_digits=7, decimal_places=4)
    source = forms.CharField(label=_("Source"), max_length=200, required=False)


class AgreementForm(Plain):
    """What was agreed on charges."""

    places = {"customer_unknown": "customer_no", "bill_unknown": "bill_no"}
    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    reach = forms.ChoiceField(
        label=_("Applies to"),
        choices=[("customer", _("the customer")), ("group", _("the customer and all below")), ("bill",
        _("a bill"))],
    )  # fmt: skip
    bill_no = forms.CharField(label=_("Bill number"), max_length=60, required=False)
    schemes = forms.MultipleChoiceField(
        label=_("Schemes"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None: nothing is charged."),
    )  # fmt: skip
    percent = forms.DecimalField(
        label=_("Percentage in place of the scheme's"),
        required=False,
        min_value=0,
        max_digits=9,
        decimal_places=6,
    )
    signed_on = day_field(_("Signed on"))
    from_on = day_field(_("Holds from"), required=True)
    paper = forms.CharField(label=_("Contract"), max_length=120, required=False)

    def new(self) -> NewAgreement:
        """As the room takes it."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "customer_no"}
        return NewAgreement(**{**told, "schemes": tuple(told["schemes"])})


def asked(request: HttpRequest) -> Asked:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, sort = request.GET, request.GET.get("sort", "-told")
    state = told.get("state", "")
    return Asked(
        text=told.get("q", "").strip()[:100],
        scheme=told.get("scheme", "")[:60],
        state=state if state in STATES else "",
        sort=sort if sort.removeprefix("-") in SORTS else "-told",
    )


@signed_in
@require_GET
def charge_list(request: HttpRequest) -> HttpResponse:
    """The charges within reach that pass the filters."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    document = charges.document(on)
    page = Paginator(charges.charges(actor, wanted, on=on), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [_line(row, document) for row in page],
        "wanted": wanted,
        "states": list(STATES.items()),
        "schemes": [(one.code, room.scheme_word(one.code, document)) for one in document.schemes],
        "columns": headings(request, COLUMNS, wanted.sort),
        "totals": [
            {"number": number, "charged": Money(charged, currency), "waived": Money(waived, currency),
             "currency": currency}
            for currency, number, charged, waived in charges.totals(actor, on=on)
        ],
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("charges.write"),
    }  # fmt: skip
    return render(request, "charges/list.html", told)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered charges as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "charges.read")
    content = room.export_charges(actor=actor, on=on, asked=asked(request))
    return workbook_answer(content, f"charges-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """What came up until a day and was not charged, with how each sum comes about; and the run."""
    actor, on = actor_of(request), business_day()
    as_of = _day(request.GET.get("until", ""), on)
    document = charges.document(on)
    told: dict[str, Any] = {
        "as_of": as_of, "least": Money.of(document.least), "may_export": actor.may("exports.read"),
        "form": RunForm(initial={"until_on": as_of}) if actor.may("charges.write") else None,
    }  # fmt: skip
    try:
        found = charges.accrued_within(actor, as_of=as_of, on=on)
    except RateUnknown as refusal:
        return render(request, "charges/preview.html", {**told, "refusal": refusal})
    page = Paginator(range(found.rows.height), A_PAGE).get_page(request.GET.get("page"))
    some = found.rows.slice(page.start_index() - 1 if page.object_list else 0, A_PAGE)
    steps = found.steps.join(some.select("line"), on="line", how="semi").partition_by("line", as_dict=True)
    named = customers.numbers_and_names(some["customer_id"].unique().to_list())
    sums = found.rows.group_by("currency").agg(pl.col("minor").sum()).sort("currency")
    told |= {
        "page": page,
        "sums": [(currency, Money(minor, currency)) for currency, minor in sums.iter_rows()],
        "lines": [
            {
                **row, "no": named[row["customer_id"]][0], "name": named[row["customer_id"]][1],
                "amount": Money(row["minor"], row["currency"]), "words": room.scheme_word(row["scheme"],
                document),
                "steps": [_step(one, row["currency"]) for one in _steps(steps, row["line"])],
            }
            for row in some.iter_rows(named=True)
        ],
    }  # fmt: skip
    return render(request, "charges/preview.html", told)


@signed_in
@require_GET
def export_preview(request: HttpRequest) -> HttpResponse:
    """What came up until a day, as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "charges.read")
    as_of = _day(request.GET.get("until", ""), on)
    content = room.export_accrued(actor=actor, on=on, as_of=as_of)
    return workbook_answer(content, f"accrued-{as_of.isoformat()}.xlsx")


@signed_in
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Post what came up until a day."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "charges.write")
    form = RunForm(request.POST)

    def do() -> Any:
        return acts.post_charges(actor=actor, on=on, until_on=form.cleaned_data["until_on"])

    posted = tried(request, form, do)
    if posted is None:
        for fault in [text for texts in form.errors.values() for text in texts]:
            messages.error(request, str(fault))
        return redirect("charges_preview")
    sums = ", ".join(f"{currency} {money}" for currency, money in posted.totals.items()) or "—"
    words = gettext("%(charges)s charges were posted: %(sums)s. %(waiting)s are too little and wait.")
    messages.success(request, words % {"charges": posted.charges, "sums": sums, "waiting": posted.waiting})
    return redirect("charges")


@signed_in
@require_POST
def correct(request: HttpRequest) -> HttpResponse:
    """Bring what was charged to what is known now."""
    actor, on = actor_of(request), business_day()
    done = acts.correct_charges(actor=actor, on=on)
    words = gettext("%(raised)s charges were raised and %(lowered)s lowered.")
    messages.success(request, words % {"raised": done.raised, "lowered": done.lowered})
    return redirect("charges")


@signed_in
def charge_page(request: HttpRequest, charge_id: int) -> HttpResponse:
    """One charge: how it comes about, and waiving it."""
    actor, on = actor_of(request), business_day()
    row = charges.get_charge(actor, charge_id, on=on)
    form = WaiveForm(request.POST if request.method == "POST" else None)

    def do() -> Any:
        amount = form.cleaned_data["amount"]
        told = {"amount": None if amount is None else Money.of(amount, row.currency)}
        return acts.waive(actor=actor, on=on, charge_id=charge_id, reason=form.cleaned_data["reason"], **told)

    if request.method == "POST":
        access.require(actor, "charges.write", f"charge:{charge_id}")
        if tried(request, form, do) is not None:
            messages.success(request, gettext("It is waived."))
            return redirect("charge", charge_id)
    may_waive = actor.may("charges.write") and row.number == 0 and row.amount_minor > row.waived_minor
    told = {
        **_line(row, charges.document(on)),
        "steps": [_step(one, row.currency) for one in row.steps],
        "form": form if may_waive else None,
    }
    return render(request, "charges/one.html", told, status=422 if form.is_bound else 200)


@signed_in
def rates(request: HttpRequest) -> HttpResponse:
    """The loan prime rates of each day."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "charges.read")
    form = RateForm(request.POST if request.method == "POST" else None, initial={"from_on": on})

    def do() -> Any:
        return acts.enter_rates(actor=actor, on=on, rates=[NewRate(**form.cleaned_data)]) + 1

    if request.method == "POST":
        access.require(actor, "charges.write")
        if tried(request, form, do) is not None:
            messages.success(request, gettext("The rate of interest is kept."))
            return redirect("charge_rates")
    document = charges.document(on)
    told = {
        "rates": charges.known_rates()[::-1],
        "schemes": document.schemes,
        "company": document.company,
        "document": document,
        "form": form if actor.may("charges.write") else None,
    }
    return render(request, "charges/rates.html", told, status=422 if form.is_bound else 200)


@signed_in
def agreement_list(request: HttpRequest) -> HttpResponse:
    """What was agreed on charges, and agreeing anew."""
    actor, on = actor_of(request), business_day()
    document = charges.document(on)
    form = AgreementForm(
        request.POST if request.method == "POST" else None,
        initial={"from_on": on, "customer_no": request.GET.get("customer", "")},
    )
    offered: Any = form.fields["schemes"]
    offered.choices = [(one.code, room.scheme_word(one.code, document)) for one in document.schemes]

    def do() -> Any:
        told = {"customer_no": form.cleaned_data["customer_no"], "new": form.new()}
        return acts.agree(actor=actor, on=on, **told)

    if request.method == "POST":
        access.require(actor, "charges.write")
        if tried(request, form, do) is not None:
            messages.success(request, gettext("The agreement is kept."))
            return redirect("charge_agreements")
    page = Paginator(charges.agreements(actor, on=on), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [
            {"row": row, "schemes": [room.scheme_word(code, document) for code in row.schemes]}
            for row in page
        ],
        "form": form if actor.may("charges.write") else None,
        "today": on,
    }
    return render(request, "charges/agreements.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def end_agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Let an agreement end with today."""
    actor, on = actor_of(request), business_day()
    acts.end_agreement(actor=actor, on=on, agreement_id=agreement_id, until_on=on)
    messages.success(request, gettext("The agreement has ended."))
    return redirect("charge_agreements")


def _line(row: Any, document: Any) -> dict[str, Any]:
    return {
        "row": row,
        "words": room.scheme_word(row.scheme, document),
        "amount": Money(row.amount_minor, row.currency),
        "waived": Money(row.waived_minor, row.currency),
    }


def _steps(found: Any, line: int) -> list[dict[str, Any]]:
    return found[(line,)].to_dicts() if (line,) in found else []


def _step(one: dict[str, Any], currency: str) -> dict[str, Any]:
    return {**one, "base": Money(one["base_minor"], currency), "percent": f"{one['rate'] / 1_000_000:.6g}"}


def _day(text: str, on: date) -> date:
    try:
        return min(date.fromisoformat(text), on)
    except ValueError:
        return on


urlpatterns = [
    path("charges/", charge_list, name="charges"),
    path("charges/export/", export, name="export_charges"),
    path("charges/preview/", preview, name="charges_preview"),
    path("charges/preview/export/", export_preview, name="export_accrued"),
    path("charges/run/", run, name="run_charges"),
    path("charges/correct/", correct, name="correct_charges"),
    path("charges/rates/", rates, name="charge_rates"),
    path("charges/agreements/", agreement_list, name="charge_agreements"),
    path("charges/agreements/<int:agreement_id>/end/", end_agreement, name="end_charge_agreement"),
    path("charges/<int:charge_id>/", charge_page, name="charge"),
]
