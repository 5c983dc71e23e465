"""Replays of a past against a check policy."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status, UploadedFile

from xinheng.base.access import services as access
from xinheng.base.packs import queries as packs
from xinheng.judgements.shadow import queries as shadow
from xinheng.judgements.shadow import services as replays
from xinheng.judgements.shadow.values import Plan, Wanted
from xinheng.runs import services as runs
from xinheng.web.api.fields import USUAL_LIMIT, Id, Limit
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut
from xinheng.web.api.shadow_schemas import PastReplayIn, PastReplayOut, ReplayedPageOut, ReplayWholeOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["replays"])
Word = Annotated[str, Query(max_length=60)]
Offset = Annotated[int, Query(ge=0, le=10**9)]


@router.get("/replays", response={200: list[PastReplayOut], **PROBLEMS})
def list_replays(request: HttpRequest, limit: Limit = USUAL_LIMIT) -> list[Any]:
    """The replays you may see, the newest first."""
    return list(shadow.shadow_runs(actor_of(request))[:limit])


@router.post("/replays", response={202: PastReplayOut, **PROBLEMS})
@once()
def start_replay(
    request: HttpRequest, files: File[list[UploadedFile]], told: Form[PastReplayIn]
) -> Status[Any]:
    """Queue a replay of the files: orders, deliveries, bills, receipts as CSV, Excel or Parquet."""
    handed = {str(file.name): file.chunks() for file in files}
    return _begun(request, told, "files", handed)


@router.post("/replays-of-own-books", response={202: PastReplayOut, **PROBLEMS})
@once()
def start_replay_of_books(request: HttpRequest, body: PastReplayIn) -> Status[Any]:
    """Queue a replay of what stands in the books here."""
    return _begun(request, body, "books", {})


def _begun(request: HttpRequest, told: PastReplayIn, source: Any, files: dict[str, Any]) -> Status[Any]:
    actor, on = actor_of(request), runs.business_day()
    access.require(actor, "shadow.run")
    label, text = packs.text_named(actor, "checks", told.policy, on=on)
    asked = told.model_dump(exclude={"policy", "limits"})
    plan = Plan(policy=label, text=text, source=source, limits=replays.limits_plan(told.limits), **asked)
    run = replays.begin(actor=actor, on=on, plan=plan, files=files)
    runs.enqueue_replay(run.pk, actor.login)
    return Status(202, PastReplayOut.from_orm(run))


@router.get("/replays/{number}", response={200: ReplayWholeOut, **PROBLEMS})
def one_replay(request: HttpRequest, number: Id) -> Any:
    """One replay as it stands, with what it came to."""
    run = shadow.shadow_run(actor_of(request), number)
    run.told_notes = shadow.notes_of(run)  # type: ignore[attr-defined]
    return run


@router.get("/replays/{number}/orders", response={200: ReplayedPageOut, **PROBLEMS})
def replayed_orders(  # noqa: PLR0913, PLR0917 - each a filter
    request: HttpRequest,
    number: Id,
    verdict: Word = "",
    reason: Word = "",
    outcome: Word = "",
    text: Word = "",
    limit: Limit = USUAL_LIMIT,
    offset: Offset = 0,
) -> dict[str, Any]:
    """The orders of a replay by day. verdict: held, rejected, stopped, let_go, still_held, warned, passed."""
    run = shadow.shadow_run(actor_of(request), number)
    rules = shadow.rules_of(run)
    found = shadow.orders_of(run, Wanted(verdict=verdict, reason=reason, outcome=outcome, text=text))
    items = [
        {**row, "rules": shadow.reason_codes(row["reasons"] | row["back_reasons"], rules)}
        for row in found.slice(offset, limit).to_dicts()
    ]
    return {"count": found.height, "items": items}


@router.delete("/replays/{number}", response={200: DoneOut, **PROBLEMS})
@once()
def end_replay(request: HttpRequest, number: Id) -> Status[Any]:
    """Stop a replay under way; throw one that ended away, with its files."""
    actor, on = actor_of(request), runs.business_day()
    access.require(actor, "shadow.run", f"shadow:{number}")
    run = shadow.shadow_run(actor, number)
    act = replays.stop if run.state in ("waiting", "running") else replays.discard
    act(actor=actor, on=on, number=number)
    return Status(200, {"id": number})
