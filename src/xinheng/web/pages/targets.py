"""The targets of the credit policy, what stands behind them, and the figures of receivables."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.judgements.losses import queries as losses
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.losses_tables import day_of, table

STATES: dict[str, tuple[Any, str]] = {  # words, tone
    "met": (_("met"), "good"),
    "missed": (_("missed"), "bad"),
    "unknown": (_("not measured"), ""),
}
DOCUMENTS = ("credit_targets", "loss_matrix")


@signed_in
@require_GET
def target_list(request: HttpRequest) -> HttpResponse:
    """The four targets with how they moved, the policy's guidelines and its controls."""
    actor, on, as_of = actor_of(request), business_day(), day_of(request)
    trend = losses.target_trend(actor, as_of=as_of, on=on)
    held = losses.credit_policy(as_of)
    days = [day for day, _targets in trend]
    cards = []
    for place, target in enumerate(trend[-1][1]):
        chart = reports.target_trend(days, [targets[place] for _day, targets in trend])
        cards.append({**_told(target), "chart": chart, "chart_id": f"target-{target.code}"})
    told = {
        "cards": cards,
        "as_of": as_of,
        "policy": held,
        "guidelines": [_word(one) for one in held.document.guidelines],
        "open_controls": sum(one.is_open for one in losses.controls(actor, on=as_of)),
        "may_adopt": actor.may("policies.adopt"),
        "missing": _missing(),
        "may_export": actor.may("exports.read"),
    }
    return render(request, "losses/targets.html", told)


def _missing() -> list[str]:
    return [kind for kind in DOCUMENTS if any(one.header.code == kind for one in packs.not_adopted(kind))]


def _told(target: Any) -> dict[str, Any]:
    words, tone = STATES[target.state]
    amounts = (target.top, target.bottom)
    top, bottom = (Money.of(one) if target.is_money else f"{one:,.0f}" for one in amounts)
    return {
        "target": target, "name": reports.target_words()[target.code], "word": _word(target), "state": words,
        "tone": tone, "share": reports.share_text(target.share), "top": top, "bottom": bottom,
        "wanted": reports.wanted_text(target.at_least, target.at_most),
        "note": _word(target.note) if target.note else "",
    }  # fmt: skip


def _word(one: Any) -> str:
    return str(one.zh if reads_chinese() else one.en)


@signed_in
@require_GET
def target_behind(request: HttpRequest, code: str) -> HttpResponse:
    """The bills or orders a target was measured from, the largest first."""
    actor, on, as_of = actor_of(request), business_day(), day_of(request)
    names = reports.target_words()
    if code not in names:
        raise Http404
    rows = losses.behind(actor, code, as_of=as_of, on=on)
    told = {
        "title": names[code],
        "as_of": as_of,
        "export": reverse("export_target_behind", args=[code]),
        "may_export": actor.may("exports.read"),
        **table(request, rows, reports.BEHIND_TARGETS, _to_customer),
    }
    return render(request, "losses/behind.html", told)


def _to_customer(row: dict[str, Any], key: str) -> str:
    no = row.get("customer_no") or row.get("group")
    return reverse("customer", args=[no]) if key in ("customer_no", "group") and no else ""


@signed_in
@require_GET
def export_target_behind(request: HttpRequest, code: str) -> HttpResponse:
    """What stands behind a target, as Excel."""
    if code not in reports.target_words():
        raise Http404
    on, as_of = business_day(), day_of(request)
    content = reports.export_behind(actor=actor_of(request), on=on, code=code, as_of=as_of)
    return workbook_answer(content, f"target-{code}-{as_of.isoformat()}.xlsx")


@signed_in
@require_GET
def target_summary(request: HttpRequest) -> HttpResponse:
    """The targets, the figures and the report on the goals as PDF."""
    as_of = day_of(request)
    content = reports.export_target_summary(actor=actor_of(request), on=business_day(), as_of=as_of)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="targets-{as_of.isoformat()}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_GET
def figures(request: HttpRequest, name: str = "figures") -> HttpResponse:
    """One of the lists of figures: cut by groups, month by month, benefit, partners, risk, roll rates."""
    actor, on, as_of = actor_of(request), business_day(), day_of(request)
    listed = reports.LOSSES_LISTS.get(name)
    if listed is None:
        raise Http404
    by = request.GET.get("by", "")
    by = by if by in listed.by else (listed.by[0] if listed.by else "")
    rows = reports.rows_of(name, actor=actor, as_of=as_of, on=on, by=by)
    is_customers = by == "customer" or name in ("partners", "risks")
    told = {
        "name": name,
        "title": listed.title,
        "tabs": [(code, one.title) for code, one in reports.LOSSES_LISTS.items()],
        "cuts": [(way, losses.WAYS[way]) for way in listed.by],
        "by": by,
        "as_of": as_of,
        "meanings": [field for field in listed.fields if field.meaning],
        "may_export": actor.may("exports.read"),
        **table(request, rows, listed.fields, _to_customer if is_customers else None),
    }
    if name == "months":
        first = rows["currency"][0] if rows.height else ""
        shown = [row for row in rows.iter_rows(named=True) if row["currency"] == first]
        told["chart"] = reports.figure_trend(shown) if shown else None
    return render(request, "losses/figures.html", told)


@signed_in
@require_GET
def export_figures(request: HttpRequest, name: str) -> HttpResponse:
    """A list of figures as Excel."""
    listed = reports.LOSSES_LISTS.get(name)
    if listed is None:
        raise Http404
    on, as_of, by = business_day(), day_of(request), request.GET.get("by", "")
    by = by if by in listed.by else (listed.by[0] if listed.by else "")
    told: dict[str, Any] = {"name": name, "as_of": as_of, "by": by}
    content = reports.export_losses_list(actor=actor_of(request), on=on, **told)
    return workbook_answer(content, f"{name}-{as_of.isoformat()}.xlsx")


@signed_in
@require_GET
def goals(request: HttpRequest) -> HttpResponse:
    """The report on the three goals of credit management."""
    actor, on, as_of = actor_of(request), business_day(), day_of(request)
    found = losses.goals(actor, as_of=as_of, on=on)
    told = {
        "as_of": as_of,
        "goals": [
            {
                "title": words,
                "figures": [
                    {"word": losses.GOAL_FIGURES[one.code], "text": reports.goal_text(one)}
                    for one in found
                    if one.goal == code
                ],
            }
            for code, words in losses.GOALS.items()
        ],
        "may_export": actor.may("exports.read"),
    }
    return render(request, "losses/goals.html", told)


@signed_in
@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Let the shipped documents on targets and losses hold from today on."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "policies.adopt")
    for kind in _missing():
        told: dict[str, Any] = {"codes": [kind], "kind": kind}
        adopting.adopt_shipped(actor=actor, on=on, effective_from=on, **told)
    messages.success(request, _("The documents on targets and losses are in force from today on."))
    return redirect("targets")


urlpatterns = [
    path("targets/", target_list, name="targets"),
    path("targets/adopt/", adopt, name="adopt_targets"),
    path("targets/summary/", target_summary, name="target_summary"),
    path("targets/goals/", goals, name="credit_goals"),
    path("targets/figures/", figures, name="figures"),
    path("targets/figures/<slug:name>/", figures, name="figures_of"),
    path("targets/figures/<slug:name>/export/", export_figures, name="export_figures"),
    path("targets/<slug:code>/", target_behind, name="target_behind"),
    path("targets/<slug:code>/export/", export_target_behind, name="export_target_behind"),
]
