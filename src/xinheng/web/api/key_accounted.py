"""Key accounts: profiles, requests in any channel, service levels and how far they are kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.operations.key_accounts import queries as keys
from xinheng.operations.key_accounts import services as acts
from xinheng.operations.key_accounts.values import Wanted
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.api.fields import Day, Id, No
from xinheng.web.api.key_account_schemas import (
    KeyAttainedOut,
    KeyConfirmIn,
    KeyContactIn,
    KeyKeptOut,
    KeyListAsked,
    KeyListName,
    KeyListOut,
    KeyManagerIn,
    KeyMarkIn,
    KeyPauseIn,
    KeyProfileIn,
    KeyProfileOut,
    KeyRequestIn,
    KeyResultIn,
    KeyTargetIn,
)
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["key accounts"])
KEPT: Any = {201: KeyKeptOut, **PROBLEMS}
DONE: Any = {200: KeyKeptOut, **PROBLEMS}


@router.get("/key-accounts/lists/{what}", response={200: KeyListOut, **PROBLEMS})
def key_listed(request: HttpRequest, what: KeyListName, asked: Query[KeyListAsked]) -> dict[str, Any]:
    """One of the lists in words, within your reach."""
    actor, on = actor_of(request), business_day()
    listed = reports.KEY_LISTS[what]
    rows = listed.rows(actor, Wanted(**asked.model_dump(exclude={"offset", "limit"})), on)
    page = rows[asked.offset : asked.offset + asked.limit]
    return {
        "title": str(listed.title),
        "columns": [str(title) for title, _kind, _width in listed.columns],
        "rows": [_cells(listed, row, on) for row in page],
        "total": rows.count() if hasattr(rows, "filter") else len(rows),
    }


@router.get("/key-accounts/attainment", response={200: list[KeyAttainedOut], **PROBLEMS})
def key_attainment(request: HttpRequest, since: Day, until: Day) -> list[dict[str, Any]]:
    """How far each service level was kept by requests closed in a period, both days included."""
    found = keys.attainment(actor_of(request), since=since, until=until, on=business_day())
    return [
        {
            **one.__dict__, "wanted": str(one.wanted), "is_kept": one.is_kept,
            "figure": None if one.figure is None else str(one.figure),
        }
        for one in found
    ]  # fmt: skip


@router.put("/customers/{path:no}/key-profile", response={200: KeyProfileOut, **PROBLEMS})
@once()
def keep_profile(request: HttpRequest, no: No, body: KeyProfileIn) -> Any:
    """Keep what is known of a customer; whether it is a key account follows from the rules."""
    return acts.keep_profile(**_who(request), customer_no=no, told=body.attributes)


@router.post("/key-accounts/managers", response=KEPT)
@once()
def name_manager(request: HttpRequest, body: KeyManagerIn) -> Status[Any]:
    """Say who answers for key accounts of a unit and all below."""
    return Status(201, {"id": acts.name_manager(**_who(request), **body.model_dump()).pk})


@router.post("/customers/{path:no}/key-requests", response=KEPT)
@once()
def open_request(request: HttpRequest, no: No, body: KeyRequestIn) -> Status[Any]:
    """Take in what a customer asks for, with the contact record."""
    return Status(201, {"id": acts.open_request(**_who(request), customer_no=no, new=body.new()).pk})


@router.post("/key-requests/{request_id}/accept", response=DONE)
@once()
def accept_key_request(request: HttpRequest, request_id: Id) -> dict[str, Any]:
    """Take a request over."""
    return {"id": acts.accept(**_who(request), request_id=request_id).pk}


@router.post("/key-requests/{request_id}/contacts", response=KEPT)
@once()
def note_contact(request: HttpRequest, request_id: Id, body: KeyContactIn) -> Status[Any]:
    """Add to the contact record."""
    kept = acts.note_contact(**_who(request), request_id=request_id, words=body.words)
    return Status(201, {"id": kept.pk})


@router.post("/key-requests/{request_id}/pause", response=DONE)
@once()
def pause_key_request(request: HttpRequest, request_id: Id, body: KeyPauseIn) -> dict[str, Any]:
    """Let the clock stand still, for a reason of the rules."""
    acts.pause(**_who(request), request_id=request_id, reason=body.reason)
    return {"id": request_id}


@router.post("/key-requests/{request_id}/resume", response=DONE)
@once()
def resume_key_request(request: HttpRequest, request_id: Id) -> dict[str, Any]:
    """Let the clock run again."""
    return {"id": acts.resume(**_who(request), request_id=request_id).pk}


@router.post("/key-requests/{request_id}/close", response=DONE)
@once()
def close_key_request(request: HttpRequest, request_id: Id, body: KeyResultIn) -> dict[str, Any]:
    """Close a request that was accepted."""
    return {"id": acts.close_request(**_who(request), request_id=request_id, result=body.result).pk}


@router.post("/key-requests/{request_id}/evaluate", response=DONE)
@once()
def evaluate_key_request(request: HttpRequest, request_id: Id, body: KeyMarkIn) -> dict[str, Any]:
    """Judge how a request was handled."""
    return {"id": acts.evaluate(**_who(request), request_id=request_id, **body.model_dump()).pk}


@router.post("/key-accounts/targets", response=KEPT)
@once()
def propose_target(request: HttpRequest, body: KeyTargetIn) -> Status[Any]:
    """Propose a service level, or its next version."""
    return Status(201, {"id": acts.propose_target(**_who(request), new=body.new()).pk})


@router.post("/key-accounts/targets/{target_id}/confirm", response=DONE)
@once()
def confirm_target(request: HttpRequest, target_id: Id, body: KeyConfirmIn) -> dict[str, Any]:
    """Confirm a service level for a department one is placed in."""
    return {"id": acts.confirm_target(**_who(request), target_id=target_id, unit_code=body.unit_code).pk}


def _cells(listed: Any, row: Any, on: Any) -> list[str]:
    kinds = [kind for _title, kind, _width in listed.columns]
    return [reports.in_words(value, kind) for value, kind in zip(listed.cells(row, on), kinds, strict=True)]


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}
