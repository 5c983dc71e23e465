"""Cards that rate silently beside a policy, and how both did on a run."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Query, Router, Status, UploadedFile

from xinheng.judgements.scorecards import queries
from xinheng.judgements.scorecards import services as scorecards
from xinheng.judgements.scorecards.values import Choices, Columns, Outcome
from xinheng.runs import services as runs
from xinheng.web.api.fields import Id
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut
from xinheng.web.api.scorecard_schemas import (
    CardColumnsIn,
    CardHistoryIn,
    ChallengerOut,
    FittedCardOut,
    FittedCardWholeOut,
    SideBySideOut,
)
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


@router.get("/fitted-cards", response={200: list[FittedCardOut], **PROBLEMS})
def fitted_cards(request: HttpRequest) -> list[Any]:
    """The cards fitted here, the newest first."""
    return list(queries.fits(actor_of(request)))


@router.get("/fitted-cards/{number}", response={200: FittedCardWholeOut, **PROBLEMS})
def fitted_card(request: HttpRequest, number: Id) -> Any:
    """One fitted card: how far it is, its report and its document."""
    return queries.fitted(actor_of(request), number)


@router.post("/fitted-cards", response={201: FittedCardWholeOut, **PROBLEMS})
@once()
def bring_table(request: HttpRequest, table: File[UploadedFile]) -> Status[Any]:
    """Bring a table to learn from; then say which column is what."""
    fit = scorecards.receive_table(
        actor=actor_of(request), on=runs.business_day(), file_name=table.name or "", content=table.read()
    )
    return Status(201, FittedCardWholeOut.from_orm(fit))


@router.post("/fitted-cards/{number}/begin", response={202: FittedCardWholeOut, **PROBLEMS})
@once()
def begin_card(request: HttpRequest, number: Id, told: CardColumnsIn) -> Any:
    """Say which column is what; the card is fitted in the background."""
    actor = actor_of(request)
    columns = Columns(
        told.outcome, told.id, told.time, told.group, told.grade, told.bad, told.naive,
        leave_out=tuple(told.leave_out), ordered=tuple(told.ordered),
    )  # fmt: skip
    choices = Choices(code=told.code, name=told.name, monotonic=told.monotonic)
    fit = scorecards.begin_fit(
        actor=actor, on=runs.business_day(), number=number, columns=columns, choices=choices
    )
    runs.enqueue_fitting(fit.pk, actor.login)
    return Status(202, FittedCardWholeOut.from_orm(fit))


@router.post("/fitted-cards-from-history", response={202: FittedCardWholeOut, **PROBLEMS})
@once()
def begin_history(request: HttpRequest, told: CardHistoryIn) -> Any:
    """Ask for a card from own receivables, or from flags told in files; fitted in the background."""
    actor = actor_of(request)
    fit = scorecards.begin_history_fit(
        actor=actor, on=runs.business_day(), days=told.days, hindsight=told.hindsight,
        outcome=Outcome(told.late_days, told.within_months, told.item, told.value),
        choices=Choices(code=told.code, name=told.name, monotonic=told.monotonic),
    )  # fmt: skip
    runs.enqueue_fitting(fit.pk, actor.login)
    return Status(202, FittedCardWholeOut.from_orm(fit))


@router.post("/fitted-cards/{number}/publish", response={201: dict[str, int], **PROBLEMS})
@once()
def publish_card(request: HttpRequest, number: Id, purpose: str = "") -> Any:
    """Put a fitted card beside the policies as a draft."""
    draft = scorecards.publish_fit(
        actor=actor_of(request), on=runs.business_day(), number=number, purpose=purpose[:300]
    )
    return Status(201, {"draft": draft.pk})


@router.delete("/fitted-cards/{number}", response={200: DoneOut, **PROBLEMS})
@once()
def discard_card(request: HttpRequest, number: Id) -> Any:
    """Throw a fitted card and its table away."""
    scorecards.discard_fit(actor=actor_of(request), on=runs.business_day(), number=number)
    return Status(200, {"id": number})
