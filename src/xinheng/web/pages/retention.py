"""How long papers are kept: what is over, appraised, held, and how the schedule reads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.secrecy import queries as grades
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.retention import queries as retention
from xinheng.facts.retention import services as acts
from xinheng.facts.retention.values import Opinion, Wanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.privacy_cells import MOST, Cell, Table
from xinheng.web.pages.retention_forms import AppraisalForm, ReasonForm
from xinheng.web.pages.retention_words import SECTIONS, STATE_WORDS, TONES, VERDICT_WORDS
from xinheng.web.pages.trying import tried

A_PAGE = 50
SORTS = ("ends", "label", "number", "title", "formed")
COLUMNS: list[tuple[str, Any, str]] = [
    ("number", _("Archive number"), ""), ("title", _("Title"), ""), ("", _("Dossier"), ""),
    ("formed", _("Formed on"), ""), ("", _("Term"), ""), ("ends", _("Kept until"), ""),
    ("", _("Grade of secrecy"), ""), ("", _("Standing"), ""),
]  # fmt: skip


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, sort = request.GET, request.GET.get("sort", "ends")
    state = told.get("state", "due")
    return Wanted(
        text=told.get("q", "").strip()[:100],
        state=state if state in STATE_WORDS or not state else "due",
        kind=told.get("kind", "")[:40],
        term=told.get("term", "")[:10],
        secrecy=told.get("secrecy", "")[:20],
        unit=told.get("unit", "")[:40],
        sort=sort if sort.removeprefix("-") in SORTS else "ends",
    )


@signed_in
@require_GET
def kept_list(request: HttpRequest) -> HttpResponse:
    """Papers by what became of their terms; those whose term is over are chosen for an appraisal."""
    return _listed(request, AppraisalForm())


def _listed(request: HttpRequest, form: AppraisalForm) -> HttpResponse:
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    rows = retention.kept_papers(actor, wanted, on=on)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    held = retention.held_subjects([one.paper_id for one in page], on)
    names, terms, kinds = grades.grade_names(on), retention.terms(on), dossiers.kinds(on)
    told = {
        "page": page,
        "lines": [
            {
                "row": one,
                "term": terms[one.term].words if one.term in terms else one.term,
                "grade": names.get(one.paper.secrecy, one.paper.secrecy),
                "state": STATE_WORDS[retention.state_of(one, on)],
                "tone": TONES[retention.state_of(one, on)],
                "held": held.get(one.paper_id, []),
                "basis": retention.basis_word(one.basis),
            }
            for one in page
        ],
        "wanted": wanted,
        "counts": [
            (STATE_WORDS[code], count, code) for code, count in retention.counts(actor, on=on).items()
        ],
        "states": list(STATE_WORDS.items()),
        "terms": [(code, one.words) for code, one in terms.items()],
        "kinds": [(code, one.words) for code, one in kinds.items()],
        "grades": list(names.items()),
        "columns": headings(request, COLUMNS, wanted.sort),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("retention.write"),
        "form": form,
        "here": "retention",
        "sections": sections(),
    }
    return render(request, "retention/list.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered papers as Excel."""
    actor, on = actor_of(request), business_day()
    content = room.export_kept(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"retention-{on.isoformat()}.xlsx")


@signed_in
@require_POST
def open_appraisal(request: HttpRequest) -> HttpResponse:
    """Put the chosen papers before a group."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "retention.write", "appraisals")
    form, labels = AppraisalForm(request.POST), request.POST.getlist("label")

    def do() -> Any:
        members = form.cleaned_data["members"].replace("，", ",").split(",")
        told = {"title": form.cleaned_data["title"], "members": [one.strip() for one in members]}
        return acts.open_appraisal(actor=actor, on=on, labels=labels, **told)

    kept = tried(request, form, do)
    if kept is None:
        return _listed(request, form)
    messages.success(request, _("The appraisal is open."))
    return redirect("retention_appraisal", kept.pk)


@signed_in
@require_GET
def appraisals(request: HttpRequest) -> HttpResponse:
    """Appraisals, the newest first."""
    actor = actor_of(request)
    rows = [
        [
            Cell(one.title, reverse("retention_appraisal", args=[one.pk])), Cell(", ".join(one.members)),
            Cell(one.opened_on), Cell(one.closed_on or "—"),
            Cell(_("closed") if one.closed_on else _("going on"), tone="note" if one.closed_on else "warn"),
        ]
        for one in retention.appraisals(actor)[:MOST]
    ]  # fmt: skip
    heads = (
        _("Title of the appraisal"),
        _("Group of people"),
        _("Appraisal begun on"),
        _("Closed on"),
        _("State"),
    )
    empty = _("No appraisal yet: choose papers whose term is over on the list of terms.")
    return ledger(request, "appraisals", [Table(_("Appraisals"), heads, rows, empty)])


@signed_in
@require_GET
def appraisal(request: HttpRequest, appraisal_id: int) -> HttpResponse:
    """One appraisal: what the group thinks of each paper."""
    return _appraised(request, appraisal_id, ReasonForm())


def _appraised(request: HttpRequest, appraisal_id: int, form: Any) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    found, rows = retention.appraisal(actor, appraisal_id, on=on)
    held = retention.held_subjects([one.paper_id for one in rows], on)
    told = {
        "appraisal": found,
        "lines": [{"row": one, "held": held.get(one.paper_id, [])} for one in rows],
        "verdicts": list(VERDICT_WORDS.items()),
        "terms": [(code, one.words) for code, one in retention.terms(on).items()],
        "may_tell": actor.login in found.members and not found.closed_on,
        "may_close": actor.may("retention.write") and not found.closed_on,
        "form": form,
        "here": "retention_appraisals",
        "sections": sections(),
    }
    return render(request, "retention/appraisal.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def appraise(request: HttpRequest, appraisal_id: int) -> HttpResponse:
    """Keep what the group thinks; a row without an opinion is passed over."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "retention.read", f"appraisal:{appraisal_id}")
    told, form = request.POST, ReasonForm({"reason": "-"})
    opinions = [
        Opinion(label, told.get(f"verdict-{label}", ""), told.get(f"reason-{label}", ""),
                told.get(f"term-{label}", ""))
        for label in told.getlist("label")
        if told.get(f"verdict-{label}")
    ]  # fmt: skip
    who: dict[str, Any] = {"actor": actor, "on": on, "appraisal_id": appraisal_id}
    if tried(request, form, lambda: acts.give_opinions(**who, opinions=opinions) or True) is None:
        return _appraised(request, appraisal_id, form)
    messages.success(request, _("The opinions are kept."))
    return redirect("retention_appraisal", appraisal_id)


@signed_in
@require_POST
def close_appraisal(request: HttpRequest, appraisal_id: int) -> HttpResponse:
    """End an appraisal; lists are drawn up of what is to be destroyed."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "retention.write", f"appraisal:{appraisal_id}")
    form = ReasonForm({"reason": "-"})
    who: dict[str, Any] = {"actor": actor, "on": on, "appraisal_id": appraisal_id}
    drawn = tried(request, form, lambda: acts.close_appraisal(**who))
    if drawn is None:
        return _appraised(request, appraisal_id, form)
    messages.success(request, _("The appraisal is closed."))
    return redirect("retention_lists") if drawn else redirect("retention_appraisal", appraisal_id)


def ledger(
    request: HttpRequest, view: str, tables: list[Table], forms: Any = (), status: int = 200
) -> HttpResponse:
    heading, about = SECTIONS[f"retention_{view}"]
    told = {
        "heading": heading, "about": about, "tables": tables, "forms": forms, "here": f"retention_{view}",
        "sections": sections(),
    }  # fmt: skip
    return render(request, "retention/ledger.html", told, status=status)


def sections() -> list[tuple[str, str, Any]]:
    return [(code, reverse(code), heading) for code, (heading, _about) in SECTIONS.items()]


urlpatterns = [
    path("retention/", kept_list, name="retention"),
    path("retention/export/", export, name="export_kept"),
    path("retention/appraisals/", appraisals, name="retention_appraisals"),
    path("retention/appraisals/open/", open_appraisal, name="open_appraisal"),
    path("retention/appraisals/<int:appraisal_id>/", appraisal, name="retention_appraisal"),
    path("retention/appraisals/<int:appraisal_id>/tell/", appraise, name="appraise"),
    path("retention/appraisals/<int:appraisal_id>/close/", close_appraisal, name="close_appraisal"),
]
