"""Suspected theft: the suspects of a ranking with evidence and by industry, one suspect with its curves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.facts.metering.values import MARKS
from xinheng.judgements.theft import queries as theft
from xinheng.judgements.theft.values import SORTS, SUSPECT, Wanted
from xinheng.operations.inspections import queries as inspections
from xinheng.operations.inspections import services as acts
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings

A_PAGE = 50
TONES = {"high": "bad", "medium": "warn", "low": "warn", "none": "good", "not_assessable": ""}
COLUMNS: list[tuple[str, Any, str]] = [
    ("rank", _("Rank"), "xh-num"), ("consumer", _("Consumer"), ""), ("industry", _("Industry"), ""),
    ("area", _("Area of the grid"), ""), ("", _("Suspicion"), ""), ("score", _("Score"), "xh-num"),
    ("", _("Evidence"), ""),
]  # fmt: skip
UNKNOWN = "-"  # how the address names the unknown industry
SHOWN_EVIDENCE = 2  # lines of the list; the page of the suspect shows all


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, sort = request.GET, request.GET.get("sort", "rank")
    industry = told.get("industry", "")[:20]
    level = told.get("level", "")
    return Wanted(
        text=told.get("q", "").strip()[:100], level=level if level in SUSPECT else "",
        industry="" if industry == UNKNOWN else industry or None, area=told.get("area", "")[:40],
        detector=told.get("detector", "")[:40],
        sort=sort if sort.removeprefix("-") in SORTS else "rank",
    )  # fmt: skip


def run_in(request: HttpRequest) -> int | None:
    """The ranking that the address names; None: the last one."""
    text = request.GET.get("run", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@signed_in
@require_GET
def suspect_list(request: HttpRequest) -> HttpResponse:
    """The suspects of a ranking, filtered and sorted, and how they lie by industry."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    rankings = list(theft.runs(actor)[:24])
    ranking = theft.run(actor, run_in(request)) if rankings else None
    told: dict[str, Any] = {
        "here": "suspects", "ranking": ranking, "wanted": wanted, "query": request.GET.urlencode(),
        "may_run": actor.may("theft.run"), "may_export": actor.may("exports.read") and ranking is not None,
        "may_open": actor.may("inspections.write"),
    }  # fmt: skip
    if ranking is None:
        return render(request, "theft/list.html", told)
    page = Paginator(theft.suspects(actor, ranking.pk, wanted), A_PAGE).get_page(request.GET.get("page"))
    counts = theft.by_industry(actor, ranking.pk)
    names = {one.industry: reports.industry_words(one.industry) for one in counts}
    told |= {
        "page": page, "lines": [_line(row) for row in page],
        "columns": headings(request, COLUMNS, wanted.sort),
        "runs": [(str(one.pk), f"#{one.pk} {one.as_of}") for one in rankings],
        "levels": [(level, theft.LEVEL_WORDS[level]) for level in SUSPECT],
        "industries": [(code or UNKNOWN, name) for code, name in names.items()],
        "industry": UNKNOWN if wanted.industry == "" else wanted.industry or "",
        "detectors": [(one.code, str(one.name)) for one in theft.detectors(on)],
        "tally": [
            (theft.LEVEL_WORDS[level], number, TONES[level])
            for level, number in theft.levels(actor, ranking.pk).items()
        ],
        "chart": reports.theft_industries(counts, names), "counts": counts,
    }  # fmt: skip
    return render(request, "theft/list.html", told)


def _line(row: Any) -> dict[str, Any]:
    evidence = row.suspicion.evidence
    return {
        "row": row, "level": theft.LEVEL_WORDS[row.level], "tone": TONES[row.level],
        "score": reports.share_text(row.score), "industry": reports.industry_words(row.industry),
        "evidence": [one.words for one in evidence[:SHOWN_EVIDENCE]],
        "more": max(len(evidence) - SHOWN_EVIDENCE, 0),
    }  # fmt: skip


@signed_in
@require_GET
def suspect(request: HttpRequest, consumer_no: str) -> HttpResponse:
    """One consumer: what the ranking says, its curve beside its own past and its peers, its cases."""
    actor = actor_of(request)
    run = run_in(request)
    told = theft.suspicion(actor, consumer_no, run)
    curves = theft.curves(actor, consumer_no, run)
    marks = [
        {"day": one.day, "words": " ".join(str(MARKS.get(code, code)) for code in one.code.split(";"))}
        for one in curves.marks
    ]
    shown = {
        "here": "suspects", "told": told, "level": theft.LEVEL_WORDS[told.level], "tone": TONES[told.level],
        "why_not": theft.WHY_NOT.get(told.reason, ""), "industry": reports.industry_words(told.industry),
        "score": reports.share_text(told.score) if told.score is not None else "",
        "evidence": [
            {"one": one, "share": reports.share_text(one.strength), "figures": _figures(one.figures)}
            for one in told.evidence
        ],
        "chart": reports.theft_curves(curves, MARKS), "curves": curves, "marks": marks,
        "cases": _cases(actor, consumer_no), "may_open": actor.may("inspections.write"),
    }  # fmt: skip
    return render(request, "theft/suspect.html", shown)


def _figures(figures: dict[str, Any]) -> str:
    return "，".join(
        f"{name}: {value:.3g}" if isinstance(value, float) else f"{name}: {value}"
        for name, value in figures.items()
    )


def _cases(actor: Any, consumer_no: str) -> list[dict[str, Any]]:
    if not actor.may("inspections.read"):
        return []
    return [
        {"row": one, "state": inspections.STATE_WORDS[one.state]}
        for one in inspections.cases_of(actor, consumer_no)
    ]


@signed_in
@require_POST
def open_cases(request: HttpRequest) -> HttpResponse:
    """Make cases of the suspects chosen, else of the first so many of the ranking."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "inspections.write")
    number = request.POST.get("run", "")
    chosen = [no[:40] for no in request.POST.getlist("consumer")][:500]
    many = request.POST.get("most", "")
    most = int(many) if many.isascii() and many.isdigit() and len(many) < 4 else 20
    run = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
    made = acts.open_suspects(
        actor=actor, on=on, run=run, consumer_nos=chosen, most=len(chosen) or most,
    )  # fmt: skip
    messages.success(request, gettext("%(cases)s cases are open.") % {"cases": len(made)})
    return redirect("inspections")


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered suspects with all evidence as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "theft.read")
    content = reports.export_suspects(actor=actor, on=on, run=run_in(request), wanted=asked(request))
    return workbook_answer(content, f"suspects-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def printed(request: HttpRequest) -> HttpResponse:
    """The filtered suspects as PDF."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "theft.read")
    content = reports.print_suspects(actor=actor, on=on, run=run_in(request), wanted=asked(request))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="suspects-{on.isoformat()}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


urlpatterns = [
    path("theft/", suspect_list, name="theft"),
    path("theft/export/", export, name="export_suspects"),
    path("theft/print/", printed, name="print_suspects"),
    path("theft/open/", open_cases, name="open_suspects"),
    path("theft/suspects/<path:consumer_no>/", suspect, name="theft_suspect"),
]
