"""Inspections: the work list, visits, evidence, findings and their money, appeals, usefulness."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form, Path, Query, Router, Status, UploadedFile

from xinheng.base.access import services as access
from xinheng.base.kernel.clock import timestamp
from xinheng.facts.archive.values import Upload
from xinheng.operations.inspections import queries as inspections
from xinheng.operations.inspections import services as acts
from xinheng.operations.inspections.values import Hits, Wanted
from xinheng.runs.services import business_day
from xinheng.web.api import inspected_schemas as shapes
from xinheng.web.api.fields import Day
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import MoneyOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["inspections"])
CaseNo = Annotated[str, Path(pattern=r"^J[0-9]{4}-[0-9]{5,9}$")]
Login = Annotated[str, Path(max_length=150)]
KEPT: Any = {201: shapes.InspectionKeptOut, **PROBLEMS}
DONE: Any = {200: shapes.InspectionKeptOut, **PROBLEMS}


@router.get("/inspections", response={200: shapes.InspectionsOut, **PROBLEMS})
def listed(request: HttpRequest, asked: Query[shapes.InspectionsAsked]) -> dict[str, Any]:
    """Inspection cases within your reach, the weightiest first; of one planned day, area by area."""
    told = asked.model_dump(exclude={"offset", "limit"})
    rows = inspections.cases(actor_of(request), Wanted(**told))
    some = rows[asked.offset : asked.offset + asked.limit]
    return {"items": [_case(row) for row in some], "total": rows.count()}


@router.get("/inspections/usefulness", response={200: shapes.InspectionUsefulnessOut, **PROBLEMS})
def usefulness(request: HttpRequest, since: Day | None = None, until: Day | None = None) -> dict[str, Any]:
    """Hit rate, share of consumers inspected and money recovered, by suspicion and detector."""
    told = inspections.usefulness(actor_of(request), since=since, until=until)
    return {
        "population": told.population, "whole": _hits(told.whole),
        "inspected_share": _text(told.inspected_share),
        "fee": MoneyOut.of(told.fee), "penalty": MoneyOut.of(told.penalty), "total": MoneyOut.of(told.total),
        "per_found": MoneyOut.of_any(told.per_found), "by_level": [_hits(one) for one in told.by_level],
        "by_detector": [_hits(one) for one in told.by_detector], "open_cases": told.open_cases,
        "overturned": told.overturned,
    }  # fmt: skip


@router.get("/inspections/labels", response={200: list[shapes.InspectionLabelOut], **PROBLEMS})
def labels(request: HttpRequest, as_of: Day | None = None) -> list[dict[str, Any]]:
    """What inspections had found by a day, as the next ranking learns from it."""
    return inspections.labels(actor_of(request), as_of=as_of or business_day()).to_dicts()


@router.get("/inspections/findings", response={200: list[shapes.InspectionFindingOut], **PROBLEMS})
def findings(
    request: HttpRequest, since: Day | None = None, until: Day | None = None
) -> list[dict[str, Any]]:
    """Findings of some days, the newest first, at most a thousand."""
    rows = inspections.findings(actor_of(request), since=since, until=until)
    return [_finding(row) for row in rows[:1000]]


@router.get("/inspections/inspectors", response={200: list[shapes.InspectorOut], **PROBLEMS})
def inspectors(request: HttpRequest) -> list[Any]:
    """Who inspects."""
    return list(inspections.inspectors(actor_of(request)))


@router.put("/inspections/inspectors/{login}", response={200: shapes.InspectorOut, **PROBLEMS})
@once()
def set_inspector(request: HttpRequest, login: Login, body: shapes.InspectorIn) -> Any:
    """Say who inspects, with which work pass and skills."""
    kept = acts.set_inspector(**_who(request), login=login, **body.model_dump())
    return Status(200, shapes.InspectorOut.from_orm(kept))


@router.post("/inspections", response=KEPT)
@once()
def open_case(request: HttpRequest, body: shapes.InspectionIn) -> Status[Any]:
    """Open a case from a tip or of your own."""
    return Status(201, _kept(acts.open_case(**_who(request), new=body.new())))


@router.post("/inspections/suspects", response={201: list[shapes.InspectionKeptOut], **PROBLEMS})
@once()
def open_suspects(request: HttpRequest, body: shapes.InspectSuspectsIn) -> Status[Any]:
    """Open cases of suspects of a ranking."""
    return Status(201, [_kept(one) for one in acts.open_suspects(**_who(request), **body.model_dump())])


@router.post("/inspections/plan", response={200: shapes.PlannedOut, **PROBLEMS})
@once()
def plan(request: HttpRequest, body: shapes.PlanInspectionsIn) -> Any:
    """Give the weightiest open cases to the teams of a day."""
    told = acts.plan_day(**_who(request), planned_on=body.planned_on)
    return Status(200, {"given": told.given, "left": told.left})


@router.post("/inspections/reckon", response={200: shapes.ReckonedOut, **PROBLEMS})
def reckon(request: HttpRequest, body: shapes.InspectionFindingIn) -> Any:
    """What a finding of theft or breach would cost by the rules of its day; nothing is kept."""
    access.require(actor_of(request), "inspections.read")
    told = inspections.reckon(body.new(), on=business_day())
    return {
        "edition": told.edition if told else "", "kwh": str(told.kwh) if told else "0",
        "fee": _money(told, "fee"), "penalty": _money(told, "penalty"), "total": _money(told, "total"),
        "steps": [asdict(one) for one in told.steps] if told else [],
    }  # fmt: skip


@router.get("/inspections/{case_no}", response={200: shapes.InspectionFullOut, **PROBLEMS})
def one(request: HttpRequest, case_no: CaseNo) -> dict[str, Any]:
    """One case with its visits, evidence, finding and appeal."""
    found = inspections.case(actor_of(request), case_no)
    finding = inspections.finding_of(found)
    return {
        "case": _case(found), "visits": [_visit(row) for row in inspections.visits_of(found)],
        "exhibits": list(inspections.exhibits_of(found)), "finding": _finding(finding) if finding else None,
        "appeal": inspections.appeal_of(found),
    }  # fmt: skip


@router.post("/inspections/{case_no}/assign", response=DONE)
@once()
def assign(request: HttpRequest, case_no: CaseNo, body: shapes.AssignInspectionIn) -> Any:
    """Give a case to inspectors for a day."""
    return Status(200, _kept(acts.assign(**_who(request), no=case_no, new=body.new())))


@router.post("/inspections/{case_no}/drop", response=DONE)
@once()
def drop(request: HttpRequest, case_no: CaseNo, body: shapes.InspectionWhyIn) -> Any:
    """Drop a case that will not be inspected."""
    return Status(200, _kept(acts.drop_case(**_who(request), no=case_no, why=body.why)))


@router.post("/inspections/{case_no}/visits", response=KEPT)
@once()
def record_visit(request: HttpRequest, case_no: CaseNo, body: shapes.InspectionVisitIn) -> Status[Any]:
    """Record what a visit saw."""
    return Status(201, _kept(acts.record_visit(**_who(request), no=case_no, told=body.told()).case))


@router.post("/inspections/{case_no}/evidence", response={201: shapes.InspectionExhibitOut, **PROBLEMS})
@once()
def add_exhibit(
    request: HttpRequest, case_no: CaseNo, file: File[UploadedFile], told: Form[shapes.InspectionExhibitIn]
) -> Status[Any]:
    """Keep a photograph or another piece of evidence with its hash."""
    upload = Upload(file.name or "", file.read())
    kept = acts.add_exhibit(**_who(request), no=case_no, new=told.new(), upload=upload)
    return Status(201, shapes.InspectionExhibitOut.from_orm(kept))


@router.post("/inspections/{case_no}/finding", response={201: shapes.InspectionFindingOut, **PROBLEMS})
@once()
def record_finding(request: HttpRequest, case_no: CaseNo, body: shapes.InspectionFindingIn) -> Status[Any]:
    """Tell what was found, with its money by the rules of the day."""
    return Status(201, _finding(acts.record_finding(**_who(request), no=case_no, new=body.new())))


@router.post("/inspections/{case_no}/finding/withdraw", response=DONE)
@once()
def withdraw_finding(request: HttpRequest, case_no: CaseNo, body: shapes.InspectionWhyIn) -> Any:
    """Take a finding that is not confirmed back."""
    return Status(200, _kept(acts.withdraw_finding(**_who(request), no=case_no, why=body.why)))


@router.post("/inspections/{case_no}/signatures", response=KEPT)
@once()
def sign(request: HttpRequest, case_no: CaseNo, body: shapes.InspectionSignIn) -> Status[Any]:
    """Keep a signature on the notice."""
    kept = acts.sign(**_who(request), at=timestamp(), no=case_no, drawn=body.drawn())
    return Status(201, _kept(kept.case))


@router.post("/inspections/{case_no}/confirm", response={200: shapes.InspectionFindingOut, **PROBLEMS})
@once()
def confirm(request: HttpRequest, case_no: CaseNo) -> Any:
    """Confirm a finding: its money is claimed and the grade follows."""
    return Status(200, _finding(acts.confirm_finding(**_who(request), no=case_no)))


@router.post("/inspections/{case_no}/appeal", response={201: shapes.InspectionAppealOut, **PROBLEMS})
@once()
def appeal(request: HttpRequest, case_no: CaseNo, body: shapes.InspectionAppealIn) -> Status[Any]:
    """Keep what the consumer contests."""
    made = acts.appeal(**_who(request), no=case_no, **body.model_dump())
    return Status(201, shapes.InspectionAppealOut.from_orm(made))


@router.post("/inspections/{case_no}/appeal/decide", response={200: shapes.InspectionAppealOut, **PROBLEMS})
@once()
def decide_appeal(request: HttpRequest, case_no: CaseNo, body: shapes.InspectionDecisionIn) -> Any:
    """Uphold or overturn a finding."""
    made = acts.decide_appeal(**_who(request), no=case_no, **body.model_dump())
    return Status(200, shapes.InspectionAppealOut.from_orm(made))


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _kept(case: Any) -> dict[str, str]:
    return {"no": case.no, "state": case.state}


def _case(row: Any) -> dict[str, Any]:
    return {
        "no": row.no, "consumer_no": row.consumer.consumer_no, "consumer": row.consumer.name,
        "area": row.area,
        "state": row.state, "source": row.source, "run_id": row.run_id, "score": _text(row.score),
        "level": row.level, "detectors": row.detectors, "reason": row.reason,
        "expected": MoneyOut.of(row.expected), "inspectors": [one["login"] for one in row.crew],
        "planned_on": row.planned_on, "opened_on": row.opened_on,
    }  # fmt: skip


def _visit(row: Any) -> dict[str, Any]:
    names = ("visited_at", "inspectors", "meter_no", "seals", "met", "note")
    told = {name: getattr(row, name) for name in names}
    return {**told, "load_kw": _text(row.load_kw), "clamp_amperes": _text(row.clamp_amperes)}


def _finding(row: Any) -> dict[str, Any]:
    names = ("kind", "found_on", "inspectors", "method", "breach", "rules", "steps", "confirmed_on",
             "appeal_until", "bills")  # fmt: skip
    return {
        **{name: getattr(row, name) for name in names}, "case_no": row.case.no,
        "consumer_no": row.case.consumer.consumer_no, "kwh": str(row.kwh), "fee": MoneyOut.of(row.fee),
        "penalty": MoneyOut.of(row.penalty), "total": MoneyOut.of(row.total),
    }  # fmt: skip


def _hits(told: Hits) -> dict[str, Any]:
    return {"name": told.name, "inspected": told.inspected, "theft": told.theft, "breach": told.breach,
            "rate": _text(told.rate)}  # fmt: skip


def _money(told: Any, name: str) -> MoneyOut:
    return MoneyOut.of(getattr(told, name)) if told else MoneyOut(amount="0.00", currency="CNY")


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
