"""Two policies side by side: what a new version changes, in words and as lines of text."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.judgements.policies import queries as compared
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.ratings.values import PolicyText
from xinheng.reports import services as reports
from xinheng.reports.values import ToldDifference
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.policy_list import KIND, named


@signed_in
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """What differs between two policies: versions, drafts or shipped packs."""
    actor = actor_of(request)
    access.require(actor, "policies.read")
    one, other = (request.GET.get(name, "")[:80] for name in ("one", "other"))
    told: dict[str, Any] = {
        "one": one,
        "other": other,
        "choices": policy_choices(actor),
        "may_export": actor.may("exports.read"),
    }
    if one and other:
        told |= _compared(actor, one, other)
    return render(request, "policies/compare.html", told)


def policy_choices(actor: Actor) -> list[tuple[str, str]]:
    """Every policy that can be named: versions, living drafts, shipped packs."""
    versions = [(f"{one.code}@{one.version}", f"{named(one)} {one.version}") for one in packs.documents(KIND)]
    drafts = [
        (
            f"draft:{one.pk}",
            gettext("Draft %(no)s: %(name)s") % {"no": one.pk, "name": f"{named(one)} {one.version}"},
        )
        for one in packs.drafts(actor, KIND).filter(state__in=["open", "proposed", "submitted"])
    ]
    shipped = [
        (f"shipped:{pack.header.code}", gettext("Shipped: %(name)s") % {"name": named(pack.header)})
        for pack in adopting.shipped()
        if pack.header.kind == KIND
    ]
    return [*drafts, *versions, *shipped]


def _compared(actor: Actor, one: str, other: str) -> dict[str, Any]:
    (old_label, old), (new_label, new) = (
        packs.text_named(actor, KIND, name, on=business_day()) for name in (one, other)
    )
    lines = compared.text_differences(old, new, names=(old_label, new_label))
    told: dict[str, Any] = {"old_label": old_label, "new_label": new_label, "lines": lines, "is_done": True}
    try:
        both = [policies.load(text, file=label) for text, label in ((old, old_label), (new, new_label))]
    except PolicyInvalid as invalid:
        return {**told, "problem": str(invalid)}
    return {**told, "parts": parts_of(reports.told_differences(*both))}


def parts_of(found: list[ToldDifference]) -> list[dict[str, Any]]:
    """The differences by part of the policy, in the order of the document."""
    parts: dict[str, list[ToldDifference]] = {}
    for one in found:
        parts.setdefault(one.part, []).append(one)
    return [{"title": title, "rows": rows} for title, rows in parts.items()]


@signed_in
@require_GET
def export_compared(request: HttpRequest) -> HttpResponse:
    """What differs between two policies, as Excel."""
    actor, today = actor_of(request), business_day()
    old, new = (
        PolicyText(*packs.text_named(actor, KIND, request.GET.get(name, "")[:80], on=today))
        for name in ("one", "other")
    )
    content = reports.export_compared_policies(actor=actor, on=today, old=old, new=new)
    return workbook_answer(content, f"policies-{today.isoformat()}.xlsx")


urlpatterns = [
    path("workshop/compare/", compare, name="compare_policies"),
    path("workshop/compare/export/", export_compared, name="export_compared_policies"),
]
