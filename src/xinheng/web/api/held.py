"""The archive room: hand-overs, slips and loans, places, stock-takes and incidents."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.access.errors import UnitUnknown
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.clock import timestamp
from xinheng.facts.custody import queries as custody
from xinheng.facts.custody import services as acts
from xinheng.facts.custody.values import Back, NewLine, NewSlip, WantedHandovers, WantedLoans
from xinheng.runs.services import business_day
from xinheng.web.api.custody_schemas import (
    BackIn,
    ConsultationIn,
    ConsultationOut,
    HandOutIn,
    HandoverIn,
    HandoverListIn,
    HandoverOut,
    HandoversAsked,
    LoanOut,
    LoansAsked,
    OnTimeOut,
    PaperIncidentOut,
    PaperPlaceOut,
    PutIn,
    ScansIn,
    SlipIn,
    SlipOut,
    StockTakeIn,
    StockTakeOut,
)
from xinheng.web.api.fields import USUAL_LIMIT, AfterId, Day, Id, Limit
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["custody"])
Since = Annotated[Day, Query(description="First day due.")]
Until = Annotated[Day | None, Query(description="Last day due; today if not given.")]


@router.get("/handovers", response={200: Page[HandoverOut], **PROBLEMS})
def handovers(request: HttpRequest, asked: Query[HandoversAsked]) -> dict[str, Any]:
    """The hand-overs within your reach that pass the filters, the oldest first."""
    told = asked.model_dump(exclude={"after", "limit"})
    rows = custody.handovers(actor_of(request), business_day(), WantedHandovers(**told))
    rows = rows.order_by("pk").filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_handover(row) for row in found], "next": following}


@router.get("/handovers/on-time", response={200: list[OnTimeOut], **PROBLEMS})
def on_time(request: HttpRequest, since: Since, until: Until = None) -> list[Any]:
    """How many hand-overs due in some days came in time, by giving unit and scheme."""
    on = business_day()
    rows = custody.on_time(actor_of(request), since=since, until=until or on, on=on)
    return [{**one.__dict__, "share": one.share} for one in rows]


@router.post("/handovers", response={201: HandoverOut, **PROBLEMS})
@once()
def open_handover(request: HttpRequest, body: HandoverIn) -> Status[Any]:
    """Tell that something is to be handed over; the day it is due follows from its scheme."""
    access.require(actor_of(request), "custody.write", body.subject)
    told = body.model_dump()
    units = {name: _unit(told.pop(name)) for name in ("from_unit", "to_unit")}
    kept = acts.open_handover(**_who(request), **told, **units)
    return Status(201, handover(request, kept.pk))


@router.get("/handovers/{handover_id}", response={200: HandoverOut, **PROBLEMS})
def handover(request: HttpRequest, handover_id: Id) -> dict[str, Any]:
    """One hand-over with its list and who signed."""
    return _handover(custody.handover(actor_of(request), handover_id, on=business_day()))


@router.post("/handovers/{handover_id}/list", response={200: HandoverOut, **PROBLEMS})
@once()
def write_list(request: HttpRequest, handover_id: Id, body: HandoverListIn) -> Status[Any]:
    """Write what is handed over and what is missing, in place of what stood there."""
    lines = [NewLine(**one.model_dump()) for one in body.lines]
    acts.write_list(**_who(request), handover_id=handover_id, lines=lines)
    return Status(200, handover(request, handover_id))


@router.get("/paper-slips", response={200: Page[SlipOut], **PROBLEMS})
def slips(
    request: HttpRequest, state: str = "", after: AfterId = None, limit: Limit = USUAL_LIMIT
) -> dict[str, Any]:
    """The slips you wrote, and of the dossiers you keep, the oldest first."""
    rows = custody.slips(actor_of(request), on=business_day(), state=state).order_by("pk")
    rows = rows.filter(pk__gt=after or 0)
    found, following = page_of(list(rows[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_slip(row) for row in found], "next": following}


@router.post("/paper-slips", response={201: SlipOut, **PROBLEMS})
@once()
def ask(request: HttpRequest, body: SlipIn) -> Status[Any]:
    """Ask to read, borrow or have copied the originals of a dossier."""
    new = NewSlip(body.dossier_no, body.purpose, body.way, tuple(body.labels))
    return Status(201, _slip(acts.ask_for_papers(**_who(request), new=new)))


@router.post("/paper-slips/{slip_id}/hand-out", response={200: list[LoanOut], **PROBLEMS})
@once()
def hand_out(request: HttpRequest, slip_id: Id, body: HandOutIn) -> Status[Any]:
    """Give out what an approved slip asks for."""
    acts.hand_out(**_who(request), at=timestamp(), slip_id=slip_id, until=body.until)
    rows = custody.loans(actor_of(request), WantedLoans(), on=business_day(), at=timestamp())
    return Status(200, [_loan(row) for row in rows.filter(slip=slip_id)])


@router.get("/paper-loans", response={200: Page[LoanOut], **PROBLEMS})
def loans(request: HttpRequest, asked: Query[LoansAsked]) -> dict[str, Any]:
    """The loans within your reach that pass the filters, the oldest first."""
    wanted = WantedLoans(**asked.model_dump(exclude={"after", "limit"}))
    rows = custody.loans(actor_of(request), wanted, on=business_day(), at=timestamp())
    rows = rows.order_by("pk").filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_loan(row) for row in found], "next": following}


@router.post("/paper-loans/{loan_id}/return", response={200: LoanOut, **PROBLEMS})
@once()
def take_back(request: HttpRequest, loan_id: Id, body: BackIn) -> Status[Any]:
    """Take a paper back and note how it came back."""
    told = _who(request) | {"at": timestamp()}
    return Status(200, _loan(acts.take_back(**told, loan_id=loan_id, back=Back(**body.model_dump()))))


@router.post("/paper-loans/{loan_id}/renew", response={200: LoanOut, **PROBLEMS})
@once()
def renew(request: HttpRequest, loan_id: Id) -> Status[Any]:
    """Lend a paper once more for the term of its rules."""
    return Status(200, _loan(acts.renew(**_who(request), at=timestamp(), loan_id=loan_id)))


@router.post("/consultations", response={201: ConsultationOut, **PROBLEMS})
@once()
def consult(request: HttpRequest, body: ConsultationIn) -> Status[Any]:
    """Note that you look into a file, and what for."""
    kept = acts.consult(**_who(request), at=timestamp(), **body.model_dump())
    told = {name: getattr(kept, name) for name in ("subject", "login", "on", "way", "purpose")}
    return Status(201, {"id": kept.pk, "dossier_no": kept.dossier.no, **told})


@router.get("/paper-places", response={200: list[PaperPlaceOut], **PROBLEMS})
def places(request: HttpRequest, text: str = "") -> list[Any]:
    """The places for papers in the order of their tree."""
    return [
        {
            "code": one.code, "name": one.name, "kind": one.kind, "capacity": one.capacity,
            "inside": one.parent.code if one.parent else "", "lies": getattr(one, "lies", 0),
        }
        for one in custody.places(actor_of(request), text[:40])
    ]  # fmt: skip


@router.post("/paper-places/put", response={200: DoneOut, **PROBLEMS})
@once()
def put(request: HttpRequest, body: PutIn) -> Status[Any]:
    """Put a paper or the bag of a dossier at a place."""
    kept = acts.put(**_who(request), at=timestamp(), **body.model_dump())
    return Status(200, {"id": kept.pk})


@router.get("/stock-takes", response={200: list[StockTakeOut], **PROBLEMS})
def stock_takes(request: HttpRequest) -> list[Any]:
    """The last stock-takes, the newest first."""
    return [_count(one) for one in custody.stock_takes(actor_of(request))[:USUAL_LIMIT]]


@router.post("/stock-takes", response={201: StockTakeOut, **PROBLEMS})
@once()
def open_stock_take(request: HttpRequest, body: StockTakeIn) -> Status[Any]:
    """Begin to count what lies at a place."""
    return Status(201, _count(acts.open_stock_take(**_who(request), place=body.place)))


@router.post("/stock-takes/{stock_take_id}/codes", response={200: StockTakeOut, **PROBLEMS})
@once()
def read_codes(request: HttpRequest, stock_take_id: Id, body: ScansIn) -> Status[Any]:
    """Read many codes at once; those read before are passed over."""
    codes = [(one.code, one.place) for one in body.codes]
    acts.read_codes(**_who(request), at=timestamp(), stock_take_id=stock_take_id, codes=codes)
    return Status(200, _count(custody.stock_take(actor_of(request), stock_take_id)))


@router.post("/stock-takes/{stock_take_id}/close", response={200: StockTakeOut, **PROBLEMS})
@once()
def close_stock_take(request: HttpRequest, stock_take_id: Id) -> Status[Any]:
    """End counting; what differs is kept."""
    return Status(200, _count(acts.close_stock_take(**_who(request), stock_take_id=stock_take_id)))


@router.get("/paper-incidents", response={200: list[PaperIncidentOut], **PROBLEMS})
def incidents(request: HttpRequest) -> list[Any]:
    """The last incidents of dossiers you see, the newest first."""
    return [
        {
            "id": one.pk, "dossier_no": one.dossier.no, "paper": one.paper.label if one.paper else "",
            **{name: getattr(one, name) for name in ("kind", "what", "happened_on", "responsible", "measures",
                                                     "closed_on", "chain")},
        }
        for one in custody.incidents(actor_of(request), on=business_day())[:USUAL_LIMIT]
    ]  # fmt: skip


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _unit(code: str) -> Any:
    found = people.units(system_actor()).filter(code=code).first()
    if found is None:
        raise UnitUnknown(unit=code)
    return found


def _handover(row: Any) -> dict[str, Any]:
    waits = row.state in ("open", "returned")
    late_on = row.accepted_on or (business_day() if waits else None)
    names = ("scheme", "subject", "owner", "started_on", "due_on", "is_assumed", "state", "accepted_on",
             "verify_by", "verified_on", "done_on", "is_nil")  # fmt: skip
    return {
        "id": row.pk, **{name: getattr(row, name) for name in names},
        "dossier_no": row.dossier.no if row.dossier else "", "from_unit": row.from_unit.code,
        "to_unit": row.to_unit.code, "is_late": bool(late_on and late_on > row.due_on),
        "signed": sorted(custody.sides_signed(row)), "lines": list(custody.lines_of(row)),
    }  # fmt: skip


def _slip(row: Any) -> dict[str, Any]:
    names = ("reader", "way", "purpose", "secrecy", "state", "is_direct", "asked_on")
    told = {name: getattr(row, name) for name in names}
    return {"id": row.pk, "dossier_no": row.dossier.no, "request": row.request_id, **told}


def _loan(row: Any) -> dict[str, Any]:
    names = ("holder", "way", "out_at", "due_at", "returned_at", "renewals", "damage")
    return {
        "id": row.pk, "paper": row.paper.label, "title": row.paper.title, "dossier_no": row.paper.dossier.no,
        "purpose": row.slip.purpose, "is_overdue": (row.returned_at or timestamp()) > row.due_at,
        **{name: getattr(row, name) for name in names},
    }  # fmt: skip


def _count(row: Any) -> dict[str, Any]:
    told = {"id": row.pk, "place": row.place.code, "opened_on": row.opened_on, "closed_on": row.closed_on}
    return {**told, "counts": row.counts, "read": custody.scans(row).count()}
