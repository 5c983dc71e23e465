"""The place of a customer under a quota, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from xinheng.indicators import queries as indicators
from xinheng.judgements.policies.values import Order, Policy, Quota
from xinheng.judgements.ratings import wording


def told(policy: Policy, quota: Quota, result: dict[str, Any]) -> str:
    """The place by score, among how many, how far the grade goes, and what ordered equal scores."""
    grade = policy.scale[result["rank_by_place"] - 1].code
    share = next(one.share for one in quota.grades if one.grade == grade)
    text = _(
        "Place %(place)s of %(places)s by score: grade %(grade)s, %(share)s %%, goes to place %(last)s"
    ) % {
        "place": result["place"],
        "places": result["places"],
        "grade": grade,
        "share": wording.plain(Decimal(share) * 100),
        "last": result["place_last"],
    }
    orders = wording.joined([*(_order(policy, order) for order in quota.equal_scores), _("customer number")])
    return _("%(text)s (equal scores in the order of: %(orders)s)") % {"text": text, "orders": orders}


def _order(policy: Policy, order: Order) -> str:
    parts = [*(policy.scoring.items if policy.scoring else ()), *policy.terms, *policy.questions]
    code = order.item or order.of
    if part := next((one for one in parts if one.code == code), None):
        return wording.of(part)
    if code in {card.code for card in indicators.catalogue()}:
        return wording.input_value(policy, str(code), None).name
    return str(code)
