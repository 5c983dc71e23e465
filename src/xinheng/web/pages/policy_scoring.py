"""The scoring of a policy as a rule book tells it: items, points, and the grades they reach."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from xinheng.judgements.policies.values import (
    Band,
    Correction,
    MissingRule,
    Policy,
    Quota,
    Standard,
    Threshold,
)
from xinheng.reports.services import RuleWords, figure_text, said, said_note
from xinheng.web.pages.scales import Scale


def scoring_told(policy: Policy, scale: Scale, words: RuleWords) -> dict[str, Any] | None:
    """Items, thresholds or quota in words; none where the policy does not score."""
    if policy.scoring is None:
        return None
    quota = policy.scoring.quota
    return {
        "total": figure_text(policy.scoring.total, "points"),
        "items": [_item(one, scale, words) for one in policy.scoring.items],
        "thresholds": [_threshold(one, scale) for one in policy.scoring.thresholds],
        "quota": _quota(quota, policy, scale, words) if quota else None,
    }


def marked(one: Any) -> dict[str, str]:
    """Where a part comes from, and the note on it."""
    return {"mark": one.mark, "clause": one.clause, "note": said_note(one.note)}


def _item(one: Any, scale: Scale, words: RuleWords) -> dict[str, Any]:
    formula = words.of(getattr(one, "of", ""))
    ways = {
        "manual": _("A person gives the points."),
        "bands": _("Points by band."),
        "categories": _("Points by group."),
        "corrected": _("Points by the basic figures, multiplied by what the correcting figures come to."),
        "efficacy": _("By five standard values, the best first, in proportion between them."),
        "proportional_to_maximum": _("The highest value gets the maximum, the others in proportion."),
    }
    return {
        "text": said(one),
        "code": one.code,
        "maximum": figure_text(one.maximum, "points"),
        "way": ways[one.kind],
        "formula": "" if formula == said(one) else formula,
        "among": words.of(getattr(one, "among", "") or ""),
        "counts_when": words.of(one.counts_when or ""),
        "bands": [*_bands(one), *_groups(one)],
        "standards": _standards(getattr(one, "standards", ()), words),
        "measures": _measures(one, words),
        "bounds": _correction(one.correction) if one.kind == "corrected" else None,
        "missing": _missing(one.missing, scale),
        **marked(one),
    }


def _standards(standards: Sequence[Standard], words: RuleWords) -> list[dict[str, str]]:
    return [
        {"when": words.of(one.when or ""), "values": " / ".join(_plain(value) for value in one.values)}
        for one in standards
    ]


def _measures(item: Any, words: RuleWords) -> list[dict[str, Any]]:
    """The figures of a corrected item: whether they give points or correct, with weights and standards."""
    kinds = {"basics": _("basic"), "corrections": _("correcting")}
    return [
        {
            "kind": kinds[group],
            "text": said(one),
            "formula": words.of(one.of),
            "weight": figure_text(one.weight, "points"),
            "standards": _standards(one.standards, words),
            "missing": _("not measured: no points of the item")
            if one.missing == "incomplete"
            else _("not measured: as beyond the worst standard"),
            **marked(one),
        }
        for (group, _place), one in item.measures()
    ]


def _correction(one: Correction) -> dict[str, Any]:
    held = {
        "each": _("Each figure corrects by %(least)s to %(most)s."),
        "together": _("All figures together correct by %(least)s to %(most)s."),
    }
    told = [held[one.held] % {"least": _plain(one.least), "most": _plain(one.most)}]
    if one.beyond_best:
        told.append(
            _("At or beyond its best standard %(more)s is added.") % {"more": _plain(one.beyond_best)}
        )
    return {"text": " ".join(told), **marked(one)}


def _bands(item: Any) -> list[dict[str, str]]:
    return [
        {"stretch": stretch(band), "points": figure_text(band.points, "points")}
        for band in getattr(item, "bands", ())
    ]


def _groups(item: Any) -> list[dict[str, str]]:
    if item.kind != "categories":
        return []
    told = [
        {"stretch": ", ".join(group.values), "points": figure_text(group.points, "points")}
        for group in item.groups
    ]
    return [*told, {"stretch": _("the rest"), "points": figure_text(item.others, "points")}]


def stretch(band: Band | Threshold) -> str:
    """The values of a band in words, with whether its bound belongs to it."""
    upper = getattr(band, "to", None)
    lower = band.from_
    if lower is None and upper is None:
        return _("the rest")
    if lower is not None and upper is not None:
        sign = "≤" if band.inclusive else "<"
        return f"{_plain(lower)} {sign} x … {_plain(upper)}"
    if lower is not None:
        return f"{'≥' if band.inclusive else '>'} {_plain(lower)}"
    return f"{'≤' if band.inclusive else '<'} {_plain(upper)}"


def _plain(number: Any) -> str:
    return f"{Decimal(number).normalize():,f}"


def _missing(rule: MissingRule, scale: Scale) -> str:
    words = {
        "incomplete": _("not measured: no grade"),
        "lowest": _("not measured: the lowest points"),
        "leave_out": _("not measured: left out, the others carry the score"),
        "cap": _("not measured: left out, the grade is at best %(grade)s"),
        "points": _("not measured: %(points)s points"),
    }
    points = "" if rule.points is None else figure_text(rule.points, "points")
    return words[rule.rule] % {"grade": scale.badge(rule.grade).grade, "points": points}


def _threshold(one: Threshold, scale: Scale) -> dict[str, Any]:
    return {"badge": scale.badge(one.grade), "stretch": stretch(one), **marked(one)}


def _quota(quota: Quota, policy: Policy, scale: Scale, words: RuleWords) -> dict[str, Any]:
    """The shares by place, and what equal scores are ordered by."""
    names = {one.code: said(one) for one in (policy.scoring.items if policy.scoring else ())}
    orders = [names.get(order.item) or words.of(order.of or "") for order in quota.equal_scores]
    return {
        "grades": [
            {"badge": scale.badge(one.grade), "share": f"{_plain(one.share * 100)} %"} for one in quota.grades
        ],
        "orders": [*orders, _("customer number")],
        **marked(quota),
    }
