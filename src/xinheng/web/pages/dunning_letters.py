"""Letters of reminder: all of them, and one with its lines, what was sent, and what calls came to."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.base.messages import queries as sent
from xinheng.operations.dunning import queries as dunning
from xinheng.operations.dunning import services as acts
from xinheng.operations.dunning.values import SORTS, NewCall, Wanted
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages import dunning_words, sent_words
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50
COLUMNS: list[tuple[str, Any]] = [
    ("id", gettext_lazy("No.")), ("customer", gettext_lazy("Customer")), ("level", gettext_lazy("Level")),
    ("", gettext_lazy("State")), ("", gettext_lazy("Items listed")), ("due", gettext_lazy("Amount demanded")),
    ("days", gettext_lazy("Oldest, days overdue")), ("", gettext_lazy("To be paid by")),
]  # fmt: skip


class CallForm(forms.Form):
    """What a call came to."""

    result = forms.ChoiceField(label=gettext_lazy("What it came to"))
    spoke_with = forms.CharField(label=gettext_lazy("Spoke with"), max_length=60, required=False)
    promised_on = day_field(gettext_lazy("Promised to pay on"))
    promised = forms.DecimalField(
        label=gettext_lazy("Amount promised"), required=False, max_digits=15, decimal_places=2
    )
    bill_no = forms.CharField(label=gettext_lazy("Bill that is contested"), max_length=60, required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=600, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["result"].choices = list(dunning.RESULTS.items())  # type: ignore[attr-defined]
        dressed(self)

    def call(self, customer_no: str, letter_id: int | None, currency: str) -> NewCall:
        """As the room takes it."""
        told = dict(self.cleaned_data)
        amount = told.pop("promised")
        promised = Money.of(amount, currency) if amount is not None else None
        return NewCall(customer_no, letter_id=letter_id, promised=promised, **told)


def asked(request: HttpRequest) -> Wanted:
    """The filters that the address names; anything else in it is passed over."""
    told = request.GET
    level, state, sort = told.get("level", ""), told.get("state", ""), told.get("sort", "-id")
    run = told.get("run", "")
    return Wanted(
        text=told.get("q", "").strip()[:100],
        state=state if state in ("planned", "sent") else "",
        level=int(level) if level.isascii() and level.isdigit() and len(level) < 3 else None,
        run=int(run) if run.isascii() and run.isdigit() and len(run) < 12 else None,
        mine=told.get("mine") == "1",
        sort=sort if sort.removeprefix("-") in SORTS else "-id",
    )


@signed_in
@require_GET
def letter_list(request: HttpRequest) -> HttpResponse:
    """The letters within reach that pass the filters."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    page = Paginator(dunning.letters(actor, wanted, on=on), A_PAGE).get_page(request.GET.get("page"))
    names = dunning_words.level_names(on)
    told = {
        "page": page,
        "lines": [dunning_words.letter_line(row, names) for row in page],
        "wanted": wanted,
        "states": [(code, dunning.RUN_STATES[code]) for code in ("planned", "sent")],
        "levels": sorted({(str(level), words) for some in names.values() for level, words in some.items()}),
        "level": "" if wanted.level is None else str(wanted.level),
        "columns": _headings(request, wanted.sort),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "filtered": bool(request.GET),
    }
    return render(request, "dunning/letters.html", told)


def _headings(request: HttpRequest, sort: str) -> list[dict[str, Any]]:
    headings = []
    for key, label in COLUMNS:
        here = bool(key) and sort.removeprefix("-") == key
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = key if here and sort.startswith("-") else f"-{key}"
        order = ("descending" if sort.startswith("-") else "ascending") if here else "none"
        headings.append({"label": label, "address": f"?{query.urlencode()}" if key else "", "sorted": order})
    return headings


@signed_in
@require_GET
def export_letters(request: HttpRequest) -> HttpResponse:
    """The filtered letters as Excel."""
    actor, on = actor_of(request), business_day()
    content = reports.export_dunning_letters(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"reminders-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def letter_page(request: HttpRequest, letter_id: int) -> HttpResponse:
    """One letter: its lines, the messages it went by, and the calls about it."""
    return _shown(request, letter_id, CallForm())


def _shown(request: HttpRequest, letter_id: int, form: forms.Form) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    letter = dunning.letter(actor, letter_id, on=on)
    may_call = actor.may("dunning.write") and letter.state == "sent"
    told = {
        **dunning_words.letter_line(letter, dunning_words.level_names(on)),
        "lines": [dunning_words.item_line(row) for row in dunning.lines_of(letter)],
        "messages_sent": [sent_words.line(actor, row) for row in sent.about([f"dunning_letter:{letter.pk}"])],
        "calls": calls_told(actor, on, letter.customer),
        "form": form if may_call else None,
        "may_read_messages": actor.may("messages.read"),
    }
    return render(request, "dunning/letter.html", told, status=422 if form.is_bound else 200)


def calls_told(actor: Any, on: date, customer: Any) -> list[dict[str, Any]]:
    """The last calls to a customer with what they came to in words."""
    return [
        {
            "row": row,
            "result": dunning.RESULTS[row.result],
            "promised": Money(row.promised_minor, row.currency) if row.promised_minor else None,
        }
        for row in dunning.calls(actor, on=on, customer=customer)[:20]
    ]


@signed_in
@require_POST
def enter_call(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Keep what a call about a letter came to."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "dunning.write", f"dunning_letter:{letter_id}")
    letter = dunning.letter(actor, letter_id, on=on)
    form = CallForm(request.POST)

    def keep() -> Any:
        call = form.call(letter.customer.no, letter.pk, letter.currency)
        return acts.enter_call(actor=actor, on=on, call=call)

    if tried(request, form, keep) is None:
        return _shown(request, letter_id, form)
    messages.success(request, _("The call is kept."))
    return redirect("dunning_letter", letter_id)


@signed_in
@require_GET
def take_letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The letter as PDF."""
    paper = reports.reminder_letter(actor=actor_of(request), on=business_day(), letter_id=letter_id)
    answer = HttpResponse(paper.content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{letter_id}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


urlpatterns = [
    path("dunning/letters/", letter_list, name="dunning_letters"),
    path("dunning/letters/export/", export_letters, name="export_dunning_letters"),
    path("dunning/letters/<int:letter_id>/", letter_page, name="dunning_letter"),
    path("dunning/letters/<int:letter_id>/pdf/", take_letter, name="dunning_letter_pdf"),
    path("dunning/letters/<int:letter_id>/call/", enter_call, name="enter_dunning_call"),
]
