"""The best grade that vetoes and caps allow, from what the rules of a policy came to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis

from xinheng.judgements.policies.values import Policy

NO = ibis.literal(False)  # noqa: FBT003
YES = ibis.literal(True)  # noqa: FBT003


def vetoed(policy: Policy, table: Any) -> Any:
    """The rank that the vetoes which fired allow at best; 0 where none did."""
    fired = ((table[f"veto_{veto.code}"].fill_null(NO), veto.grade) for veto in policy.vetoes)
    return _worst(policy, fired)


def capped(policy: Policy, table: Any, *, soft: bool) -> Any:
    """The rank that the caps of one kind allow at best; 0 where none holds.

    An item that is not measured, and whose rule is a cap, holds as hard ones do.
    """
    holds = [
        (table[f"cap_{cap.code}"].fill_null(YES if cap.unknown == "applies" else NO), cap.grade)
        for cap in policy.caps
        if cap.soft == soft
    ]
    if not soft:
        holds += _not_measured(policy, table)
    return _worst(policy, iter(holds))


def _not_measured(policy: Policy, table: Any) -> Iterator[tuple[Any, str]]:
    for item in policy.scoring.items if policy.scoring else ():
        if item.missing.rule == "cap":
            missing = table[f"points_{item.code}"].isnull()
            if item.counts_when:
                missing = missing & table[f"counts_{item.code}"].fill_null(YES)
            yield missing, item.missing.grade


def _worst(policy: Policy, held: Iterator[tuple[Any, str]]) -> Any:
    rank: Any = ibis.literal(0, type="int64")
    for holds, grade in held:
        rank = ibis.greatest(rank, ibis.cases((holds, policy.rank_of(grade)), else_=0))
    return rank
