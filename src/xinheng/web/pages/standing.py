"""The approved grades of one customer as a page shows them beside what is proposed."""

from __future__ import annotations

from typing import Any

from xinheng.judgements.reviews import queries as reviews
from xinheng.web.pages.scales import scale_by
from xinheng.web.pages.seen import Seen


def standing_grades(seen: Seen) -> list[dict[str, Any]]:
    """The grades that stood on the day looked at, by policy; none for who may not see ratings."""
    if not seen.actor.may("ratings.read"):
        return []
    return [_row(row, seen) for row in reviews.standing_of(seen.customer, on=seen.as_of)]


def _row(row: Any, seen: Seen) -> dict[str, Any]:
    scale = scale_by(row.run.policy_sha256)
    return {
        "row": row,
        "badge": scale.badge(row.grade),
        "policy": scale.policy_name,
        "kind": "" if row.kind == "accepted" else reviews.KINDS[row.kind],
        "is_expired": bool(row.valid_until and row.valid_until < seen.as_of),
        "is_late": bool(row.review_due_on and row.review_due_on < seen.on),
    }
