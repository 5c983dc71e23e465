"""The list of a hand-over, and the page on which a side signs for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from xinheng.base.access import services as access
from xinheng.base.kernel.clock import timestamp
from xinheng.base.secrecy import queries as grades
from xinheng.facts.custody import queries as custody
from xinheng.facts.custody import services as acts
from xinheng.facts.custody.errors import SignatureRefused
from xinheng.facts.custody.values import COPY_FORMS, SIDES, Hand, NewLine
from xinheng.facts.dossiers import queries as dossiers
from xinheng.runs.services import business_day
from xinheng.web.pages import custody_forms as sheets
from xinheng.web.pages.drawings import drawing_in
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.trying import tried

BLANK_LINES = 5
MOST_LINES = 500


@signed_in
def write_list(request: HttpRequest, handover_id: int) -> HttpResponse:
    """The list of a hand-over, a row a thing; empty rows are passed over."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "custody.borrow", f"handover:{handover_id}")
    kept = custody.handover(actor, handover_id, on=on)
    rows = _list_forms(request, kept, actor, on)
    form = sheets.EmptyForm(request.POST if request.method == "POST" else None)

    def do() -> Any:
        told = [one.cleaned_data for one in rows if one.cleaned_data.get("title", "").strip()]
        lines = [NewLine(**{**row, "copy_form": row["copy_form"] or "original"}) for row in told]
        return acts.write_list(actor=actor, on=on, handover_id=handover_id, lines=lines)

    wrong = [one for one in rows if form.is_bound and not one.is_valid()]
    if form.is_bound and not wrong and tried(request, form, do) is not None:
        messages.success(request, _("The list is kept."))
        return redirect("custody_handover", handover_id)
    told = {"row": kept, "rows": rows, "form": form, **sheets.tabs(actor, "handovers")}
    return render(request, "custody/list.html", told, status=422 if form.is_bound else 200)


@sensitive_post_parameters("password")
@signed_in
def sign_page(request: HttpRequest, handover_id: int, side: str) -> HttpResponse:
    """The page on which one side signs, by password or by hand on a tablet."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "custody.borrow", f"handover:{handover_id}")
    kept = custody.handover(actor, handover_id, on=on)
    if side not in SIDES:
        raise FieldsRefused(fields=side)
    form = sheets.SignForm(request.POST if request.method == "POST" else None, initial={"login": kept.owner})

    def do() -> Any:
        values = form.cleaned_data
        drawing = drawing_in(values["drawing"])
        if (
            not drawing
            and authenticate(request, username=values["login"], password=values["password"]) is None
        ):
            raise SignatureRefused(cause=said("login or password is wrong."), field="password")
        hand = Hand(values["login"], values["password"], drawing)
        return acts.sign(actor=actor, on=on, at=timestamp(), handover_id=handover_id, side=side, hand=hand)

    if form.is_bound and tried(request, form, do) is not None:
        messages.success(request, _("The signature is kept."))
        return redirect("custody_handover", handover_id)
    told = {
        "row": kept, "side": side, "side_word": SIDES[side], "form": form, **sheets.tabs(actor, "handovers"),
        "rows": [list_line(one, on) for one in custody.lines_of(kept)],
    }  # fmt: skip
    return render(request, "custody/sign.html", told, status=422 if form.is_bound else 200)


def list_line(one: Any, on: Any) -> dict[str, Any]:
    """One line of a list in words."""
    names = grades.grade_names(on)
    return {
        "row": one,
        "form": COPY_FORMS.get(one.copy_form, one.copy_form),
        "grade": names.get(one.secrecy, one.secrecy),
    }


def number_in(text: str) -> int | None:
    """A number that was typed; None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _list_forms(request: HttpRequest, kept: Any, actor: Any, on: Any) -> list[sheets.ListLine]:
    """The rows of the list as it stands, or as the dossier's checklist proposes it, and some empty ones."""
    lines = [
        {name: getattr(one, name) for name in sheets.ListLine.base_fields if hasattr(one, name)}
        for one in custody.lines_of(kept)
    ]
    if not lines and kept.dossier is not None:
        lines = _proposed(kept.dossier, actor, on)
    sent = request.POST if request.method == "POST" else None
    number = min(int(number_in(sent.get("rows", "")) or 0), MOST_LINES) if sent else len(lines) + BLANK_LINES
    grade_choices = [("", "—"), *grades.grade_names(on).items()]
    rows = []
    for place in range(number):
        form = sheets.ListLine(sent, prefix=f"l{place}", initial=lines[place] if place < len(lines) else None)
        choices: Any = form.fields["secrecy"]
        choices.choices = grade_choices
        rows.append(form)
    return rows


def _proposed(dossier: Any, actor: Any, on: Any) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    for now in dossiers.checklist(actor, dossier, on):
        papers = [one for one in now.papers if one.state == "in_force"]
        told += [
            {"title": one.title, "copy_form": one.copy_form, "pages": one.pages, "formed_on": one.formed_on,
             "secrecy": one.secrecy, "paper_id": one.pk, "item": now.line.code}
            for one in papers
        ]  # fmt: skip
        if not papers and now.state == "missing":
            told.append({"title": now.line.words, "is_missing": True, "item": now.line.code})
    return told


urlpatterns = [
    path("custody/handovers/<int:handover_id>/list/", write_list, name="custody_list"),
    path("custody/handovers/<int:handover_id>/sign/<str:side>/", sign_page, name="custody_sign"),
]
