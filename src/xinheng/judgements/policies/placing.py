"""Grades by quota: everybody who has a score gets a place, and the places are divided by shares."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ibis

from xinheng.judgements.policies.values import Policy, Quota

WHOLE = 10_000  # shares are whole ten-thousandths, so that counts are exact


def placed(quota: Quota, policy: Policy, table: Any) -> Any:
    """The rows with place (1 is the best score), places (how many were ranked), place_last (the last one
    of the grade reached) and rank_by_place; null where the policy does not apply or there is no score.
    """
    ranked = table["applicable"] & table["score_milli"].notnull()
    groups = [ranked, *([table["role"]] if policy.roles else [])]
    in_order = ibis.window(group_by=groups, order_by=_order(quota, table))
    nobody = ibis.null("int64")
    place = ibis.cases((ranked, ibis.row_number().over(in_order) + 1), else_=nobody)
    table = table.mutate(place=place.cast("int64"))
    bounds = _bounds(quota, policy, table)
    joined = (
        table.left_join(bounds, table["role"] == bounds["of_role"])
        if policy.roles
        else table.cross_join(bounds)
    )
    lasts = [joined[f"last_{number}"] for number in range(len(quota.grades))]
    ranks = [policy.rank_of(share.grade) for share in quota.grades]
    reached = [(joined["place"] <= last, last, rank) for last, rank in zip(lasts, ranks, strict=True)]
    return joined.select(
        *table.columns,
        places=ibis.cases((joined["place"].notnull(), joined["places"]), else_=nobody).cast("int64"),
        place_last=ibis.cases(*((holds, last) for holds, last, _rank in reached), else_=nobody).cast("int64"),
        rank_by_place=ibis.cases(*((holds, rank) for holds, _last, rank in reached), else_=nobody).cast(
            "int64"
        ),
    )


def _bounds(quota: Quota, policy: Policy, table: Any) -> Any:
    """One row (a role): how many are ranked, and the last place of each grade."""
    count = {"places": table["place"].count()}
    if policy.roles:
        counted = table.group_by(of_role=table["role"]).aggregate(**count)
    else:
        counted = table.aggregate(**count)
    last, lasts = ibis.literal(0, type="int64"), {}
    for number, given in enumerate(counts_of(quota, counted["places"])):
        last = last + given
        lasts[f"last_{number}"] = last
    return counted.mutate(**lasts)


def _order(quota: Quota, table: Any) -> list[Any]:
    """The best score first, then what the policy orders equal scores by, at last the customer number."""
    order = [table["score_milli"].desc()]
    for place, one in enumerate(quota.equal_scores):
        column = table[f"points_{one.item}" if one.item else f"order_{place}"]
        highest = one.first == "highest"
        order.append((column.desc if highest else column.asc)(nulls_first=False))
    numbers = "customer_no" if "customer_no" in table.columns else "customer_id"
    return [*order, table[numbers].asc()]


def counts_of(quota: Quota, places: Any) -> list[Any]:
    """How many places each grade gets: largest remainder, equal remainders to the better grade."""
    parts = [places * int(Decimal(share.share) * WHOLE) for share in quota.grades]
    remainders = [part % WHOLE for part in parts]
    wholes = [
        ((part - rest) / WHOLE).round().cast("int64") for part, rest in zip(parts, remainders, strict=True)
    ]
    left = places - sum(wholes)
    counts = []
    for mine, whole in enumerate(wholes):
        before = sum(
            (rest >= remainders[mine] if other < mine else rest > remainders[mine]).cast("int64")
            for other, rest in enumerate(remainders)
            if other != mine
        )
        counts.append(whole + (left > before).cast("int64"))
    return counts
