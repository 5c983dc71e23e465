"""Letters and calls, visits, matters, satisfaction, leaving and the index of files."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from xinheng.operations.care import queries as care
from xinheng.operations.care import services as acts
from xinheng.operations.care.values import Wanted
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.api.care_schemas import (
    CareConfirmIn,
    CareDepartureIn,
    CareEntryIn,
    CareFindingIn,
    CareHandedOut,
    CareIndexOut,
    CareJoinIn,
    CareKeptOut,
    CareListAsked,
    CareListName,
    CareListOut,
    CareMatterIn,
    CareOpinionIn,
    CareRecordIn,
    CareResultIn,
    CareSignIn,
    CareStandingIn,
    CareVisitIn,
    CareWhyIn,
)
from xinheng.web.api.fields import Day, Id, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["letters, visits and service"])
Serial = Annotated[str, Path(pattern=r"^[A-Z][0-9]{4}-[0-9]{5,9}$")]
KEPT: Any = {201: CareKeptOut, **PROBLEMS}
DONE: Any = {200: CareKeptOut, **PROBLEMS}


@router.get("/care/lists/{what}", response={200: CareListOut, **PROBLEMS})
def listed(request: HttpRequest, what: CareListName, asked: Query[CareListAsked]) -> dict[str, Any]:
    """One of the lists in words, within your reach."""
    actor, on = actor_of(request), business_day()
    told = asked.model_dump(exclude={"offset", "limit"})
    wanted = reports.CARE_LISTS[what]
    rows = wanted.rows(actor, Wanted(**told), on)
    total = rows.count() if hasattr(rows, "filter") else len(rows)
    kinds = [one.kind for one in wanted.columns]
    return {
        "title": str(wanted.title),
        "columns": [str(one.title) for one in wanted.columns],
        "rows": [
            [
                reports.in_words(value, kind)
                for value, kind in zip(wanted.cells(row, actor, on), kinds, strict=True)
            ]
            for row in rows[asked.offset : asked.offset + asked.limit]
        ],
        "total": total,
    }


@router.get("/care/satisfaction", response={200: CareIndexOut, **PROBLEMS})
def satisfaction(request: HttpRequest, since: Day, until: Day) -> dict[str, Any]:
    """The index of satisfaction of a period, both days included."""
    found = care.satisfaction(actor_of(request), since=since, until=until, on=business_day())
    means = {name: None if mean is None else str(mean) for name, mean in found.by_item.items()}
    return {**found.__dict__, "mean": None if found.mean is None else str(found.mean), "by_item": means}


@router.post("/care/register", response=KEPT)
@once()
def register(request: HttpRequest, body: CareEntryIn) -> Status[Any]:
    """Register an item that passed between a customer and us."""
    return Status(201, {"no": acts.register(**_who(request), new=body.new()).no})


@router.post("/care/register/{entry_no}/join", response=DONE)
@once()
def join(request: HttpRequest, entry_no: Serial, body: CareJoinIn) -> dict[str, Any]:
    """Join a line of the holding list to the file of its customer."""
    return {"no": acts.join(**_who(request), no=entry_no, customer_no=body.customer_no).no}


@router.post("/customers/{path:no}/visits-planned", response=KEPT)
@once()
def plan_visit(request: HttpRequest, no: No, body: CareVisitIn) -> Status[Any]:
    """Plan a meeting with a customer."""
    return Status(201, {"no": str(acts.plan_visit(**_who(request), customer_no=no, new=body.new()).pk)})


@router.post("/care/visits/{visit_id}/record", response=DONE)
@once()
def record_visit(request: HttpRequest, visit_id: Id, body: CareRecordIn) -> dict[str, Any]:
    """Write the report of a meeting."""
    return {"no": str(acts.record_visit(**_who(request), visit_id=visit_id, told=body.record()).pk)}


@router.post("/care/visits/{visit_id}/call-off", response=DONE)
@once()
def call_off_visit(request: HttpRequest, visit_id: Id, body: CareWhyIn) -> dict[str, Any]:
    """Call off a meeting that will not be."""
    return {"no": str(acts.call_off_visit(**_who(request), visit_id=visit_id, why=body.why).pk)}


@router.post("/customers/{path:no}/matters", response=KEPT)
@once()
def open_matter(request: HttpRequest, no: No, body: CareMatterIn) -> Status[Any]:
    """Open a repair request, a quality case, a violation or another matter."""
    return Status(201, {"no": acts.open_matter(**_who(request), customer_no=no, new=body.new()).no})


@router.post("/care/matters/{matter_no}/confirm", response=DONE)
@once()
def confirm_matter(request: HttpRequest, matter_no: Serial, body: CareConfirmIn) -> dict[str, Any]:
    """Keep that the customer confirmed the result."""
    return {"no": acts.confirm_matter(**_who(request), no=matter_no, confirmed_by=body.confirmed_by).no}


@router.post("/care/matters/{matter_no}/close", response=DONE)
@once()
def close_matter(request: HttpRequest, matter_no: Serial, body: CareResultIn) -> dict[str, Any]:
    """Close a matter with its result."""
    return {"no": acts.close_matter(**_who(request), no=matter_no, result=body.result).no}


@router.post("/customers/{path:no}/reception", response=KEPT)
@once()
def set_standing(request: HttpRequest, no: No, body: CareStandingIn) -> Status[Any]:
    """Say how a customer is received and how far the relation has come."""
    return Status(201, {"no": str(acts.set_standing(**_who(request), customer_no=no, new=body.new()).pk)})


@router.post("/customers/{path:no}/opinions", response=KEPT)
@once()
def tell_opinion(request: HttpRequest, no: No, body: CareOpinionIn) -> Status[Any]:
    """Keep how satisfied a customer says it is."""
    return Status(201, {"no": str(acts.tell_opinion(**_who(request), customer_no=no, **body.dict()).pk)})


@router.post("/customers/{path:no}/file-evaluations", response=KEPT)
@once()
def evaluate(request: HttpRequest, no: No, body: CareFindingIn) -> Status[Any]:
    """Evaluate the file of a customer."""
    kept = acts.evaluate(**_who(request), customer_no=no, finding=body.finding)
    return Status(201, {"no": str(kept.pk)})


@router.post("/care/departures", response=KEPT)
@once()
def begin_departure(request: HttpRequest, body: CareDepartureIn) -> Status[Any]:
    """Begin the leaving of a person: all that the system knows it holds is listed."""
    return Status(201, {"no": str(acts.begin_departure(**_who(request), **body.dict()).pk)})


@router.get("/care/departures/{departure_id}/items", response={200: list[CareHandedOut], **PROBLEMS})
def handed(request: HttpRequest, departure_id: Id) -> list[Any]:
    """What a leaver hands over."""
    rows = care.departures(actor_of(request))
    return list(care.handed_by(rows.get(pk=departure_id))) if rows.filter(pk=departure_id).exists() else []


@router.post("/care/departures/{departure_id}/sign", response=DONE)
@once()
def sign_item(request: HttpRequest, departure_id: Id, body: CareSignIn) -> dict[str, Any]:
    """Sign for one item."""
    acts.sign_item(**_who(request), item_id=body.item_id, missing=body.missing)
    return {"no": str(departure_id)}


@router.post("/care/departures/{departure_id}/finish", response=DONE)
@once()
def finish_departure(request: HttpRequest, departure_id: Id) -> dict[str, Any]:
    """End a leaving: customers pass to the successor and are told so."""
    return {"no": str(acts.finish_departure(**_who(request), departure_id=departure_id).pk)}


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}
