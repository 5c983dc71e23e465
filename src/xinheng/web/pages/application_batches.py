"""Many limits changed at once: chosen or taken from a file, previewed, asked for as one request."""

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
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.approvals import queries as approvals
from xinheng.base.kernel.money import Money
from xinheng.judgements.applications import queries as applications
from xinheng.judgements.applications import services as acts
from xinheng.judgements.applications.values import NewBatch, Selection
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.review_sheets import chain_words
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 100
SHOWN = 500  # lines of a preview on the page; all of them count


class BatchForm(forms.Form):
    """Which limits change: rows of a file, or all of a grade by percent or to an amount; and why."""

    places = {"limit_batch_faulty": "file", "limit_batch_empty": "file"}
    rules = forms.ChoiceField(label=_("Rules"))
    file = forms.FileField(
        label=_("File (Excel or CSV)"),
        required=False,
        help_text=_("With the columns customer_no and amount, or their Chinese names."),
    )
    grade = forms.CharField(
        label=_("Or all of this grade"),
        max_length=12,
        required=False,
        help_text=_("The approved grade, as BBB."),
    )
    percent = forms.DecimalField(
        label=_("Change by percent"), required=False, min_value=-100, max_value=1000, decimal_places=2
    )
    amount = forms.DecimalField(
        label=_("Or to an amount (yuan)"), required=False, min_value=0, max_digits=15, decimal_places=2
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)
    rows = forms.CharField(required=False, max_length=2_000_000, widget=forms.HiddenInput)  # of the preview
    origin = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, choices: list[tuple[str, str]], **told: Any) -> None:
        super().__init__(**told)
        self.fields["rules"].choices = choices  # type: ignore[attr-defined]
        self.faults: list[Any] = []
        dressed(self)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        is_one_way = (told.get("percent") is None) != (told.get("amount") is None)
        if bool(told.get("file") or told.get("rows")) == bool(told.get("grade")):
            self.add_error("file", _("Choose a file, or a grade."))
        elif told.get("grade") and not is_one_way:
            self.add_error("percent", _("Give a percent, or an amount."))
        return told

    def asked(self) -> NewBatch:
        """The change as it was asked for; rows of the file that are wrong stand in `faults`."""
        told = self.cleaned_data
        plain = {"rules": told["rules"], "reason": told["reason"]}
        if told["grade"]:
            amount = None if told["amount"] is None else Money.of(told["amount"])
            how = f"{told['percent']} %" if amount is None else str(amount)
            selection = Selection(told["grade"], told["percent"], amount)
            return NewBatch(**plain, origin=f"{told['grade']}: {how}", selection=selection)
        if file := told["file"]:
            rows, self.faults = applications.rows_of(file.name, file.read())
            return NewBatch(**plain, origin=file.name, rows=tuple(rows))
        rows, self.faults = applications.rows_of(told["origin"], told["rows"].encode())
        return NewBatch(**plain, origin=told["origin"], rows=tuple(rows))


@signed_in
@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """Every change of many limits and how far it is."""
    actor = actor_of(request)
    page = Paginator(applications.batches(actor), A_PAGE).get_page(request.GET.get("page"))
    lines = [{"one": one, "state": approvals.STATES[one.state]} for one in page]
    told = {"page": page, "lines": lines, "may_ask": actor.may("applications.write")}
    return render(request, "applications/batches.html", told)


@signed_in
def new_batch(request: HttpRequest) -> HttpResponse:
    """Preview a change of many limits, and ask for it."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "applications.write")
    held = applications.in_force(on)
    choices = [(code, applications.worded(document.name)) for code, (document, _hash) in held.items()]
    bound = request.method == "POST"
    form = (
        BatchForm(choices, data=request.POST or None, files=request.FILES or None)
        if bound
        else BatchForm(choices)
    )
    told: dict[str, Any] = {"form": form, "choices": choices}
    if bound:
        found = tried(request, form, lambda: _looked_at(form, actor, on))
        if found and request.POST.get("act") == "ask" and not found[1].faults:
            asked = found[0]
            batch = tried(request, form, lambda: acts.ask_batch(actor=actor, on=on, asked=asked))
            if batch:
                messages.success(request, gettext("The change is on its way as one request."))
                return redirect("limit_batch", batch.pk)
        if found:
            seen = found[1]
            told |= {
                "asked": found[0],
                "rows": _as_text(found[0]),
                "preview": seen,
                "effects": seen.effects[:SHOWN],
                "faults": seen.faults[:SHOWN],
            }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/batch_new.html", told, status=status)


def _looked_at(form: BatchForm, actor: Any, on: Any) -> tuple[NewBatch, Any]:
    asked = form.asked()
    seen = applications.preview(actor, asked, on=on)
    faults = tuple(sorted((*form.faults, *seen.faults), key=lambda one: one.row))
    return asked, type(seen)(seen.effects, faults)


def _as_text(asked: NewBatch) -> str:
    """The rows of a preview as they come back to be asked for."""
    if not asked.rows:
        return ""
    return "\n".join(
        ["customer_no\tamount", *(f"{one.customer_no}\t{one.amount.decimal}" for one in asked.rows)]
    )


@signed_in
@require_GET
def limit_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One change of many limits: its lines, its chain."""
    actor, on = actor_of(request), business_day()
    batch = applications.get_batch(actor, batch_id, on=on)
    page = Paginator(applications.lines_of(batch), A_PAGE).get_page(request.GET.get("page"))
    told: dict[str, Any] = {
        "batch": batch,
        "page": page,
        "lines": [_line(one) for one in page],
        "batch_state": approvals.STATES[batch.state],
    }
    if batch.request:
        told |= chain_words(batch.request, actor, on)
    return render(request, "applications/batch.html", told)


def _line(one: Any) -> dict[str, Any]:
    return {
        "one": one,
        "old": None if one.old_minor is None else Money(one.old_minor, one.currency),
        "new": Money(one.new_minor, one.currency),
        "exposure": Money(one.exposure_minor, one.currency),
        "below": one.new_minor < one.exposure_minor,
    }


urlpatterns = [
    path("applications/batches/", batches, name="limit_batches"),
    path("applications/batches/new/", new_batch, name="new_limit_batch"),
    path("applications/batches/<int:batch_id>/", limit_batch, name="limit_batch"),
]
