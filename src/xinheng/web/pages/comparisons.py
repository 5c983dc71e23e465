"""Two policies side by side: what a new version changes, in words and as lines of text."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.judgements.policies import queries as compared
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.policy_list import KIND, named
from xinheng.web.pages.rule_words import RuleWords
from xinheng.web.pages.workshop_forms import GROUPS, MARKS, NAMES, YES_NO

FORMULAS = ("when", "of", "among")


@signed_in
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """What differs between two policies: versions, drafts or shipped packs."""
    actor = actor_of(request)
    access.require(actor, "policies.read")
    one, other = (request.GET.get(name, "")[:80] for name in ("one", "other"))
    told: dict[str, Any] = {"one": one, "other": other, "choices": policy_choices(actor)}
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
    words = [RuleWords(policy) for policy in both]
    return {**told, "parts": _parts(compared.differences(*both), words)}


def _parts(found: list[compared.Difference], words: list[RuleWords]) -> list[dict[str, Any]]:
    """The differences by part of the policy, in the order of the document."""
    parts: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        title = str(PARTS.get(one.part) or GROUPS.get(one.part) or one.part)
        parts.setdefault(title, []).append(
            {
                "kind": one.kind,
                "kind_word": KINDS[one.kind],
                "code": one.code,
                "name": one.zh if reads_chinese() else one.en,
                "field": _field(one.field),
                "before": _said(one.before, one, words[0]),
                "after": _said(one.after, one, words[1]),
            }
        )
    return [{"title": title, "rows": rows} for title, rows in parts.items()]


PARTS = {
    "": _("The policy"),
    "questions": _("What people assess"),
    "terms": _("Named formulas"),
    "conditions": _("Conditions"),
    "criteria": _("What gives which grade"),
    "criteria.grades": _("What gives which grade"),
    "scoring": _("Points"),
    "exclusions": _("Whom the policy does not rate"),
    "flags": _("Told beside the grade"),
    "approval": _("Who approves grades"),
    "review": _("When grades are looked at again"),
}
KINDS = {"added": _("added"), "removed": _("removed"), "changed": _("changed"), "moved": _("moved")}


def _field(field: str) -> str:
    """A field in words: "bands.2.to" as the band and its end."""
    steps = field.split(".")
    if steps[0] == "bands" and len(steps) == 3:
        told = {"number": steps[1], "what": NAMES.get(steps[2], steps[2])}
        return gettext("band %(number)s: %(what)s") % told
    return " · ".join(str(FIELDS.get(step) or NAMES.get(step) or step) for step in steps if step)


FIELDS = {
    "when": _("rule"),
    "of": _("formula"),
    "among": _("among whom"),
    "note": _("note"),
    "clause": _("clause"),
    "missing": _("when not measured"),
    "rule": _("rule"),
    "name": _("name"),
    "about": _("about"),
}


def _said(value: Any, one: compared.Difference, words: RuleWords) -> str:
    """A value as a person reads it; formulas in words, groups by what names them."""
    match value:
        case None:
            return "" if one.kind in ("added", "removed") else gettext("not set")
        case bool():
            return str(YES_NO[str(value).lower()])
        case str():
            told = words.of(value) if one.field in FORMULAS else value
            return str(MARKS.get(value, value)) if one.field == "mark" else told
        case dict():
            return _grouped(value, words)
        case tuple() | list():
            return "; ".join(_listed(each) if isinstance(each, dict) else str(each) for each in value) or "—"
    return str(value)


def _grouped(value: dict[str, Any], words: RuleWords) -> str:
    if {"zh", "en"} <= value.keys() and "code" not in value:
        return str(value["zh"] if reads_chinese() else value["en"])
    formula = next((value[name] for name in FORMULAS if value.get(name)), "")
    return words.of(str(formula)) if formula else _listed(value)


def _listed(value: dict[str, Any]) -> str:
    told = [
        f"{NAMES.get(key) or FIELDS.get(key) or key}: {each}"
        for key, each in value.items()
        if each not in (None, "", ()) and not isinstance(each, dict | tuple | list)
        and key not in ("zh", "en", "code")
    ]  # fmt: skip
    return ", ".join(told) or "—"


urlpatterns = [path("workshop/compare/", compare, name="compare_policies")]
