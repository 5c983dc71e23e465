"""Policies as a rule book: what is asked, what gives which grade, what is given and what assumed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Cap, Criterion, Policy, Veto
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports.services import RuleWords, figure_text, said, told_text
from xinheng.web.pages.customer_judgement import several_in_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.policy_list import KIND
from xinheng.web.pages.policy_reviews import approval_told, review_told
from xinheng.web.pages.policy_scoring import marked, scoring_told
from xinheng.web.pages.scales import Scale, policy_scale


@signed_in
@require_GET
def policy_page(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """One version as a rule book, with the text as it was adopted."""
    actor = actor_of(request)
    access.require(actor, "policies.read", f"policy:{code}@{version}")
    document = packs.version(KIND, code, version)
    policy = policies.load(document.text, file=f"{code}@{version}")
    scale, words = policy_scale(policy), RuleWords(policy)
    told = {
        "document": document,
        "name": said(policy.name),
        "about": said(policy.about),
        "source": policy.source,
        "source_name": said(policy.source),
        "scale": scale,
        "versions": (versions := [one for one in packs.documents(KIND) if one.code == code]),
        "before": _before(versions, document),
        "may_draft": actor.may("policies.draft"),
        "may_simulate": actor.may("policies.simulate"),
        "name_ref": f"{code}@{version}",
        "applies": said(policy.applies) if policy.applies else "",
        "marks": _marks(policy),
        "parameters": [_parameter(one) for one in policy.parameters],
        "questions": [_question(one) for one in policy.questions],
        "terms": [{"text": said(one), "formula": words.of(one.of), "code": one.code} for one in policy.terms],
        "criteria": _criteria(policy, scale, words),
        "scoring": scoring_told(policy, scale, words),
        "gates": _gates(policy, scale, words),
        "beside": _beside(policy, words),
        "approval": approval_told(policy),
        "review": review_told(policy, scale, words),
        "raw": document.text,
    }
    return render(request, "policies/policy.html", told)


def _before(versions: list[Any], document: Any) -> Any:
    """The version that this one ended, to say what it changed."""
    earlier = [one for one in versions if one.effective_from < document.effective_from]
    return max(earlier, key=lambda one: one.effective_from, default=None)


def _marks(policy: Policy) -> dict[str, int]:
    """How many values the source gave, how many we assumed, how many it lost."""
    counts = {"given": 0, "assumed": 0, "lost": 0}
    for one in policy.marked():
        counts[one.mark] += 1
    return counts


def _parameter(one: Any) -> dict[str, Any]:
    unset = one.value is None
    text = _("not set") if unset else told_text(one.value, one.unit)
    return {"text": said(one), "code": one.code, "value": text, "unset": unset, **marked(one)}


def _question(one: Any) -> dict[str, Any]:
    if one.type == "choice":
        answers = " / ".join(said(choice) for choice in one.choices)
    elif one.type == "number":
        answers = _("%(minimum)s to %(maximum)s") % {
            "minimum": "…" if one.minimum is None else told_text(one.minimum, one.unit),
            "maximum": "…" if one.maximum is None else told_text(one.maximum, one.unit),
        }
    else:
        answers = _("yes / no / unknown")
    return {
        "text": said(one),
        "code": one.code,
        "answers": answers,
        "several": several_in_words(one.assessors) if one.assessors else "",
        "evidence": one.evidence == "required",
        "valid": figure_text(one.valid_months, "months") if one.valid_months else "",
        **marked(one),
    }


def _criteria(policy: Policy, scale: Scale, words: RuleWords) -> dict[str, Any] | None:
    if policy.criteria is None:
        return None
    conditions = {one.code: one for one in policy.conditions}
    precedence = {
        "worst": _("When several grades fire, the worst holds."),
        "best": _("When several grades fire, the best holds."),
        "first": _("The first grade that fires holds."),
    }
    return {
        "precedence": precedence[policy.criteria.precedence],
        "unknown": _("What is unknown does not fire.")
        if policy.criteria.unknown == "does_not_fire"
        else _("What is unknown leaves the result incomplete where it could make the grade worse."),
        "grades": [_criterion(one, conditions, scale, words) for one in policy.criteria.grades],
        **marked(policy.criteria),
    }


def _criterion(one: Criterion, conditions: dict[str, Any], scale: Scale, words: RuleWords) -> dict[str, Any]:
    if one.otherwise:
        how = _("otherwise: no other grade fires")
    else:
        how = _("any of these") if one.any else _("all of these")
    return {
        "badge": scale.badge(one.grade),
        "how": how,
        "conditions": [
            {
                "text": said(conditions[code]),
                "formula": words.of(conditions[code].when or ""),
                "unset": conditions[code].when is None,
                "roles": [ratings.roles()[role] for role in conditions[code].roles],
                **marked(conditions[code]),
            }
            for code in (*one.any, *one.all)
            if code in conditions
        ],
    }


def _gates(policy: Policy, scale: Scale, words: RuleWords) -> list[dict[str, Any]]:
    return [
        *(_gate(one, scale, words, kind=_("veto")) for one in policy.vetoes),
        *(_gate(one, scale, words, kind=_("cap")) for one in policy.caps),
    ]


def _beside(policy: Policy, words: RuleWords) -> list[dict[str, Any]]:
    """Who is not rated, and what is told beside the grade."""
    groups = ((_("not rated"), policy.exclusions), (_("flag"), policy.flags))
    return [
        {
            "kind": kind,
            "text": said(one),
            "formula": words.of(one.when),
            "first": getattr(one, "handled_first", False),
            **marked(one),
        }
        for kind, parts in groups
        for one in parts
    ]


def _gate(one: Veto | Cap, scale: Scale, words: RuleWords, *, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "soft": getattr(one, "soft", False),
        "text": said(one),
        "formula": words.of(one.when),
        "badge": scale.badge(one.grade),
        **marked(one),
    }


urlpatterns = [
    path("policies/<str:code>/<str:version>/", policy_page, name="policy"),
]
