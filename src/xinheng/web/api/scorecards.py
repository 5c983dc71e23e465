"""Cards that rate silently beside a policy, and how both did on a run."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from xinheng.judgements.scorecards import queries
from xinheng.judgements.scorecards.values import Outcome
from xinheng.runs import services as runs
from xinheng.web.api.fields import Id
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.scorecard_schemas import ChallengerOut, SideBySideOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["scorecards"])
LateDays = Annotated[int, Query(ge=0, le=3650, description="A bill later than so many days is bad.")]
Months = Annotated[int, Query(ge=1, le=120, description="Months after the run's day that are looked at.")]
Ended = Annotated[bool, Query(description="Tell how it ended: AUC and KS by who was late afterwards.")]


@router.get("/challengers", response={200: list[ChallengerOut], **PROBLEMS})
def challengers(request: HttpRequest) -> list[Any]:
    """The cards that rate or rated beside a policy, by policy."""
    return list(queries.challengers(actor_of(request)))


@router.get("/rating-runs/{run_id}/challengers", response={200: list[SideBySideOut], **PROBLEMS})
def side_by_side(
    request: HttpRequest,
    run_id: Id,
    ended: Ended = False,
    late_days: LateDays = Outcome.late_days,
    within_months: Months = Outcome.within_months,
) -> list[Any]:
    """The policy in force, first, and its challengers on one run; customers within your reach are counted."""
    outcome = Outcome(late_days, within_months) if ended else None
    return queries.side_by_side(actor_of(request), run_id, on=runs.business_day(), outcome=outcome)
