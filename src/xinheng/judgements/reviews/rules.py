"""How far a reviewer or an approver may go from what a run proposes: pure decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Forbidden = Literal["", "above_ceiling", "too_far_up"]


@dataclass(frozen=True)
class Bounds:
    """What one proposal allows. Ranks: 1 is the best; proposed None: data are missing.

    ceiling: the best that vetoes and hard caps allow anybody. soft: the best allowed in principle.
    worst: the last rank of the scale. notches_up: how far a reviewer may raise.
    """

    proposed: int | None
    ceiling: int
    soft: int
    worst: int
    notches_up: int


def forbidden(bounds: Bounds, rank: int, *, by_last_approver: bool) -> Forbidden:
    """Why a grade may not be given; blank where it may.

    Missing data count as one grade below the worst (RR-09): a reviewer raises such a customer to the
    worst grade and no higher. Nobody passes a veto or a hard cap.
    """
    if rank < bounds.ceiling:
        return "above_ceiling"
    start = bounds.worst + 1 if bounds.proposed is None else bounds.proposed
    if not by_last_approver and start - rank > bounds.notches_up:
        return "too_far_up"
    return ""


def kind_of(bounds: Bounds, rank: int) -> Literal["accepted", "override", "exception"]:
    """Whether a grade is what was proposed, another, or one above a soft cap (RR-05)."""
    if rank == bounds.proposed:
        return "accepted"
    return "exception" if rank < bounds.soft else "override"


def takes_effect_on(wished: date, approved: date) -> date:
    """The day grades take effect: as asked for, never before they are approved."""
    return max(wished, approved)


def interval_months(months: dict[str, int], grade: str, before: str) -> int | None:
    """After how many months a grade is due again: of a changed grade the shorter interval (ADV-31)."""
    own = months.get(grade)
    if own is None or before == grade or before not in months:
        return own
    return min(own, months[before])
