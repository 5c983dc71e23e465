"""Two policies side by side: what a new version changes, in words and as lines of text."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.judgements.policies import queries as compared
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.reports.services import RuleWords
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.policy_list import KIND, named
from xinheng.web.pages.workshop_forms import GROUPS, YES_NO

FORMULAS = ("when", "of", "among", "counts_when")


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
    return {**told, "parts": parts_of(compared.differences(*both), words)}


def parts_of(found: list[compared.Difference], words: list[RuleWords]) -> list[dict[str, Any]]:
    """The differences by part of the policy, in the order of the document."""
    parts: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        title = str(GROUPS.get(one.part) or compared.part_word(one.part))
        parts.setdefault(title, []).append(
            {
                "kind": one.kind,
                "kind_word": KINDS[one.kind],
                "code": one.code,
                "name": one.zh if reads_chinese() else one.en,
                "field": compared.field_word(one.field),
                "before": _said(one.before, one, words[0]),
                "after": _said(one.after, one, words[1]),
            }
        )
    return [{"title": title, "rows": rows} for title, rows in parts.items()]


KINDS = {"added": _("added"), "removed": _("removed"), "changed": _("changed"), "moved": _("moved")}
FIRST_TOLD = ("zh", "en", "code")


def _said(value: Any, one: compared.Difference, words: RuleWords) -> str:
    """A value as a person reads it; nothing for the side that lacks all of it."""
    if value is None and one.kind in ("added", "removed"):
        return ""
    if one.kind == "moved":
        return gettext("place %(number)s") % {"number": value}
    key = next((step for step in reversed(one.field.split(".")) if step and not step.isdigit()), "")
    return told_value(key, value, words)


def told_value(key: str, value: Any, words: RuleWords) -> str:
    """A value of the policy language in words: formulas, answers, roles, and groups by what names them."""
    match value:
        case None:
            return gettext("not set")
        case bool():
            return str(YES_NO[str(value).lower()])
        case str():
            return words.of(value) if key in FORMULAS else _answer(key, value)
        case dict():
            return _grouped(value, words)
        case tuple() | list():
            return "; ".join(told_value(key, each, words) for each in value) or "—"
    return str(value)


def _answer(key: str, value: str) -> str:
    if key in ("roles", "prepared_by"):
        return people.role_names().get(value) or compared.answer_word(key, value)
    return compared.answer_word(key, value) or "—"


def _grouped(value: dict[str, Any], words: RuleWords) -> str:
    """A group by its name, and then what it holds, key by key."""
    named = str(value.get("zh" if reads_chinese() else "en") or value.get("code") or "")
    told = [
        f"{compared.key_word(key)}: {told_value(key, each, words)}"
        for key, each in value.items()
        if key not in FIRST_TOLD and each not in (None, "", ())
    ]
    return ", ".join([*([named] if named else []), *told]) or "—"


urlpatterns = [path("workshop/compare/", compare, name="compare_policies")]
