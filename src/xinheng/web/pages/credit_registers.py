"""The registers of the credit policy: controls, improvements, promises, events, complaints, told figures."""

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
from xinheng.base.kernel.periods import month_start
from xinheng.judgements.losses import queries as losses
from xinheng.judgements.losses import services as acts
from xinheng.judgements.losses.values import FigureIn, NewEntry
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.losses import Plain
from xinheng.web.pages.trying import tried

A_PAGE, FIGURES_SHOWN = 50, 36
STAGES: dict[str, Any] = {"before": _("before a sale"), "middle": _("during it"), "after": _("after it")}
WHICH = [("open", _("not closed yet")), ("done", _("closed"))]
FIELDS = {  # of the form, by register
    "control": ("kind", "what", "done_on"),
    "improvement": ("kind", "what", "owner", "due_on"),
    "promise": ("kind", "what", "owner", "due_on"),
    "event": ("kind", "what", "done_on", "participants", "satisfaction"),
    "complaint": ("kind", "what", "owner", "due_on"),
}


class EntryForm(Plain):
    """A line of a register; what the register does not ask for is left out."""

    kind = forms.ChoiceField(label=_("Kind"))
    what = forms.CharField(label=_("What"), max_length=300)
    owner = forms.CharField(label=_("Who answers for it"), max_length=100, required=False)
    due_on = day_field(_("By"))
    done_on = day_field(_("Done on"))
    participants = forms.IntegerField(label=_("Participants"), required=False, min_value=0)
    satisfaction = forms.DecimalField(
        label=_("Satisfaction, percent"), required=False, min_value=0, max_value=100, decimal_places=2
    )

    def __init__(self, register: str, kinds: list[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register = register
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        for name in [name for name in self.fields if name not in FIELDS[register]]:
            del self.fields[name]

    def new(self) -> NewEntry:
        """As the room takes it."""
        return NewEntry(self.register, **self.cleaned_data)


class FigureForm(Plain):
    """A figure of a month that the ledger does not know."""

    what = forms.ChoiceField(label=_("Figure"), choices=list(losses.TOLD.items()))
    month = day_field(_("A day of the month"), required=True)
    value = forms.DecimalField(label=_("Value"), min_value=Decimal(0), max_digits=19, decimal_places=2)

    def figure(self) -> FigureIn:
        """As the room takes it."""
        told = self.cleaned_data
        return FigureIn(told["what"], month_start(told["month"]), told["value"])


def _kinds(register: str, on: Any) -> list[tuple[str, Any]]:
    if register == "control":
        return [(one.code, _word(one)) for one in losses.credit_policy(on).document.controls]
    return list(losses.REGISTER_KINDS[register].items())


def _word(one: Any) -> str:
    return str(one.zh if reads_chinese() else one.en)


@signed_in
@require_GET
def register_page(request: HttpRequest, register: str = "control") -> HttpResponse:
    """One register: its open and closed lines, and a form for a new one."""
    return _shown(request, register)


def _shown(request: HttpRequest, register: str, form: forms.Form | None = None) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    register = register if register in losses.REGISTERS else "control"
    kinds, which = _kinds(register, on), request.GET.get("which", "")
    found = losses.entries(actor, register, which=which)
    if text := request.GET.get("q", "").strip()[:100]:
        found = found.filter(what__icontains=text)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    names = dict(kinds)
    told = {
        "register": register,
        "title": losses.REGISTERS[register],
        "tabs": list(losses.REGISTERS.items()),
        "page": page,
        "lines": [
            {"row": row, "kind": names.get(row.kind, row.kind), "late": _is_late(row, on)} for row in page
        ],
        "text": text,
        "which": which,
        "whichs": WHICH,
        "controls": _controls(actor, on) if register == "control" else [],
        "form": form or EntryForm(register, kinds),
        "is_open": form is not None,
        "may_write": actor.may("losses.write"),
    }
    return render(request, "losses/registers.html", told, status=422 if form else 200)


def _is_late(row: Any, on: Any) -> bool:
    return bool(row.due_on and not row.done_on and row.due_on < on)


def _controls(actor: Any, on: Any) -> list[dict[str, Any]]:
    return [
        {"one": one, "word": _word(one.control), "stage": STAGES[one.control.stage]}
        for one in losses.controls(actor, on=on)
    ]


@signed_in
@require_POST
def enter(request: HttpRequest, register: str) -> HttpResponse:
    """Enter a line into a register."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "losses.write", f"register:{register}"[:80])
    if register not in losses.REGISTERS:
        return redirect("credit_registers")
    form = EntryForm(register, _kinds(register, on), request.POST)
    if tried(request, form, lambda: acts.enter(actor=actor, on=on, new=form.new())) is None:
        return _shown(request, register, form)
    messages.success(request, gettext("The line is entered."))
    return redirect("credit_register", register)


@signed_in
@require_POST
def close_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Close a line with what came of it."""
    actor, on = actor_of(request), business_day()
    kept = {"kept": True, "broken": False}.get(request.POST.get("is_kept", ""))
    told: dict[str, Any] = {"entry_id": entry_id, "outcome": request.POST.get("outcome", ""), "is_kept": kept}
    closed = acts.close_entry(actor=actor, on=on, **told)
    messages.success(request, gettext("The line is closed."))
    return redirect("credit_register", closed.register)


@signed_in
def told_figures(request: HttpRequest) -> HttpResponse:
    """Figures of months that the ledger does not know, and a form to tell one."""
    actor, on = actor_of(request), business_day()
    sent = request.POST if request.method == "POST" else None
    form = FigureForm(sent)
    if sent is not None:
        access.require(actor, "losses.write", "figures")
        if tried(request, form, lambda: acts.tell_figures(actor=actor, on=on, figures=[form.figure()])):
            messages.success(request, gettext("The figure is told."))
            return redirect("told_figures")
    page = Paginator(losses.told(actor), FIGURES_SHOWN).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [{"row": row, "word": losses.TOLD[row.what]} for row in page],
        "form": form,
        "may_write": actor.may("losses.write"),
    }
    return render(request, "losses/told.html", told, status=422 if form.is_bound else 200)


urlpatterns = [
    path("registers/", register_page, name="credit_registers"),
    path("registers/figures/", told_figures, name="told_figures"),
    path("registers/entries/<int:entry_id>/close/", close_entry, name="close_register_entry"),
    path("registers/<slug:register>/", register_page, name="credit_register"),
    path("registers/<slug:register>/enter/", enter, name="enter_register"),
]
