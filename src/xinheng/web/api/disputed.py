"""Disputes: open, next step, papers, close; overdue clocks that stand still."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Query, Router, Status, UploadedFile

from xinheng.base.kernel.money import Money
from xinheng.facts.archive.values import Upload
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.disputes import services as acts
from xinheng.facts.disputes.values import Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.dispute_schemas import (
    BillClockOut,
    ClockPauseIn,
    ClockResumeIn,
    DisputeClosingIn,
    DisputeIn,
    DisputeOut,
    DisputePaperOut,
    DisputesAsked,
    DisputeStepIn,
)
from xinheng.web.api.fields import AsOf, Id, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["disputes"])
BillNo = Annotated[str, Query(max_length=60)]


@router.get("/disputes", response={200: Page[DisputeOut], **PROBLEMS})
def listed(request: HttpRequest, asked: Query[DisputesAsked]) -> dict[str, Any]:
    """The disputes within your reach that pass the filters, the oldest first."""
    told = asked.model_dump(exclude={"after", "limit"})
    rows = disputes.disputes(actor_of(request), Wanted(**told), on=business_day()).order_by("pk")
    rows = rows.filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_out(row) for row in found], "next": following}


@router.get("/disputes/{dispute_id}", response={200: DisputeOut, **PROBLEMS})
def one(request: HttpRequest, dispute_id: Id) -> dict[str, Any]:
    """One dispute with its papers."""
    return _out(disputes.get_dispute(actor_of(request), dispute_id, on=business_day()))


@router.get("/customers/{path:no}/bill-clock", response={200: BillClockOut, **PROBLEMS})
def bill_clock(request: HttpRequest, no: No, bill_no: BillNo, as_of: AsOf = None) -> dict[str, Any]:
    """How the overdue days of a bill come about, with each pause of its clock."""
    actor, on = actor_of(request), business_day()
    day = as_of or on
    told = disputes.clock_of(actor, no, bill_no, as_of=day, on=on)
    return {
        **{
            name: getattr(told, name)
            for name in ("due_on", "as_of", "past_days", "paused_days", "overdue_days")
        },
        "words": disputes.words_of(told, disputes.rules_in_force(on)),
        "stretches": [one.__dict__ for one in told.stretches],
    }


@router.post("/customers/{path:no}/disputes", response={201: DisputeOut, **PROBLEMS})
@once()
def open_dispute(request: HttpRequest, no: No, body: DisputeIn) -> Status[Any]:
    """Tell that a customer contests a bill or part of it."""
    kept = acts.open_dispute(**_who(request), customer_no=no, bill_no=body.bill_no, new=body.new())
    return Status(201, _out(disputes.get_dispute(actor_of(request), kept.pk, on=business_day())))


@router.post("/disputes/{dispute_id}/step", response={200: DisputeOut, **PROBLEMS})
@once()
def set_next_step(request: HttpRequest, dispute_id: Id, body: DisputeStepIn) -> Status[Any]:
    """Say who does what next by when."""
    acts.set_next_step(**_who(request), dispute_id=dispute_id, step=body.step())
    return Status(200, one(request, dispute_id))


@router.post("/disputes/{dispute_id}/papers", response={201: DisputePaperOut, **PROBLEMS})
@once()
def keep_evidence(request: HttpRequest, dispute_id: Id, file: File[UploadedFile]) -> Status[Any]:
    """Keep a paper of a dispute, unchanged."""
    upload = Upload(file.name or "", file.read())
    kept = acts.keep_evidence(**_who(request), dispute_id=dispute_id, upload=upload)
    return Status(201, DisputePaperOut.from_orm(kept))


@router.post("/disputes/{dispute_id}/close", response={200: DisputeOut, **PROBLEMS})
@once()
def close(request: HttpRequest, dispute_id: Id, body: DisputeClosingIn) -> Status[Any]:
    """End a dispute with its outcome."""
    row = disputes.get_dispute(actor_of(request), dispute_id, on=business_day())
    closing = body.closing(row.bill.currency)
    acts.close_dispute(**_who(request), dispute_id=dispute_id, closing=closing)
    return Status(200, one(request, dispute_id))


@router.post("/customers/{path:no}/clock-pauses", response={201: DoneOut, **PROBLEMS})
@once()
def pause(request: HttpRequest, no: No, body: ClockPauseIn) -> Status[Any]:
    """Let the overdue clock of a bill stand still for another reason than a dispute."""
    kept = acts.pause_clock(**_who(request), customer_no=no, bill_no=body.bill_no, new=body.new())
    return Status(201, {"id": kept.pk})


@router.post("/clock-pauses/{pause_id}/resume", response={200: DoneOut, **PROBLEMS})
@once()
def resume(request: HttpRequest, pause_id: Id, body: ClockResumeIn) -> Status[Any]:
    """Let the clock run again."""
    told = body.model_dump()
    return Status(200, {"id": acts.resume_clock(**_who(request), pause_id=pause_id, **told).pk})


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _out(row: Any) -> dict[str, Any]:
    currency = row.bill.currency
    plain = (
        "id", "reason", "what", "opened_on", "owner", "next_step", "next_on", "case_no", "state", "outcome",
        "credit_bill_no", "our_fault", "stops_clock", "finding", "closed_on", "closed_by",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in plain},
        "customer_no": row.customer.no,
        "bill_no": row.bill.bill_no,
        "amount": MoneyOut.of(Money(row.amount_minor, currency)),
        "agreed": MoneyOut.of(Money(row.agreed_minor, currency)),
        "papers": [DisputePaperOut.from_orm(paper) for paper in disputes.evidence(row)],
    }
