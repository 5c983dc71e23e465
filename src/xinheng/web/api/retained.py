"""Retention and secrecy: terms, holds, lists of destruction and the register; grades and their changes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from xinheng.base.secrecy import queries as grades
from xinheng.base.secrecy import services as secrecy
from xinheng.base.secrecy.values import NewGrade
from xinheng.facts.retention import queries as retention
from xinheng.facts.retention import services as acts
from xinheng.facts.retention.values import Executed, Opinion, Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.fields import LARGEST_ID, Day, Id
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Asked, DoneOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["retention"])
Label = Annotated[str, Field(min_length=1, max_length=24)]
Why = Annotated[str, Field(max_length=300)]
ListNo = Annotated[str, Field(min_length=1, max_length=20)]


class KeptAsked(Asked):
    """Which papers. state: due, coming, kept, open (not counted yet), permanent; empty: all."""

    text: Annotated[str, Field(max_length=100)] = ""
    state: Literal["", "due", "coming", "kept", "open", "permanent"] = ""
    kind: Annotated[str, Field(max_length=40)] = ""
    term: Annotated[str, Field(max_length=10)] = ""
    secrecy: Annotated[str, Field(max_length=20)] = ""
    unit: Annotated[str, Field(max_length=40)] = ""
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class KeptPaperOut(Schema):
    """How long one paper is kept. ends_on null: for ever, or not counted yet. held: what holds it now."""

    label: str
    number: str
    title: str
    dossier_no: str
    term: str
    basis: str
    basis_on: date | None
    ends_on: date | None
    is_permanent: bool
    state: str
    secrecy: str
    held: list[str]


class HoldIn(Asked):
    """What is held: a paper by its label, a dossier or a customer by its number."""

    kind: Literal["paper", "dossier", "customer"]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    reason: Why


class RetentionReasonIn(Asked):
    """Why."""

    reason: Why


class AppraisalIn(Asked):
    """Papers before a group of at least two people."""

    title: Annotated[str, Field(max_length=200)]
    members: Annotated[list[Annotated[str, Field(max_length=150)]], Field(max_length=50)]
    labels: Annotated[list[Label], Field(min_length=1, max_length=2000)]


class OpinionIn(Asked):
    """What the group thinks of one paper. term: it is kept for from now on, where it is kept."""

    label: Label
    verdict: Literal["keep", "destroy"]
    reason: Why
    term: Annotated[str, Field(max_length=10)] = ""


class OpinionsIn(Asked):
    """Opinions."""

    opinions: Annotated[list[OpinionIn], Field(min_length=1, max_length=2000)]


class DestructionLineOut(Schema):
    """One paper of a list, or what remains of it."""

    position: int
    label: str
    number: str
    title: str
    dossier_no: str
    term: str
    ends_on: date
    secrecy: str
    pages: int | None
    sha256: str
    reason: str
    scanned_on: date | None


class DestructionOut(Schema):
    """A list of destruction with the papers you may see."""

    no: str
    chain: str
    reason: str
    state: str
    drawn_by: str
    drawn_on: date
    approved_on: date | None
    done_on: date | None
    place: str
    method: str
    supervisors: list[str]
    certificate_sha256: str | None
    lines: list[DestructionLineOut]


class SupervisorsIn(Asked):
    """Who watches: one of the department the papers come from, and others."""

    department: Annotated[str, Field(min_length=1, max_length=150)]
    others: Annotated[list[Annotated[str, Field(max_length=150)]], Field(min_length=1, max_length=4)]


class ScanIn(Asked):
    """The label of a paper that lies before you."""

    label: Label


class ExecutedIn(Asked):
    """When, where and how a list was destroyed."""

    done_on: Day
    place: Annotated[str, Field(min_length=1, max_length=120)]
    method: Annotated[str, Field(min_length=1, max_length=120)]


class RegisteredOut(Schema):
    """One line of the permanent register, sealed onto the one before it."""

    serial: int
    told: dict[str, Any]
    seal: str


class SecrecyGradeOut(Schema):
    """A grade of secrecy and how what bears it is handled."""

    code: str
    name: str
    forbidden: bool
    room_only: bool
    loan_minutes: int | None
    loan_working_days: int | None
    approvers: list[str]
    seen: bool


class RegradingIn(Asked):
    """Another grade. label: of a paper, or the number of a dossier. until_on: its last day; then_grade: what
    follows."""

    kind: Literal["paper", "dossier"] = "paper"
    label: Annotated[str, Field(min_length=1, max_length=40)]
    grade: Annotated[str, Field(max_length=20)]
    reason: Why
    until_on: Day | None = None
    then_grade: Annotated[str, Field(max_length=20)] = ""
    until_words: Annotated[str, Field(max_length=40)] = ""


@router.get("/kept-papers", response={200: Page[KeptPaperOut], **PROBLEMS})
def kept(request: HttpRequest, asked: Query[KeptAsked]) -> dict[str, Any]:
    """The filed papers you may see with their terms, the oldest first."""
    actor, on = actor_of(request), business_day()
    wanted = Wanted(**asked.model_dump(exclude={"after", "limit"}))
    rows = retention.kept_papers(actor, wanted, on=on).order_by("pk").filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    held = retention.held_subjects([one.paper_id for one in found], on)
    items = [
        {
            "label": one.paper.label, "number": one.paper.number, "title": one.paper.title,
            "dossier_no": one.paper.dossier.no, "secrecy": one.paper.secrecy,
            **{name: getattr(one, name) for name in ("term", "basis", "basis_on", "ends_on", "is_permanent")},
            "state": retention.state_of(one, on), "held": [why.words for why in held.get(one.paper_id, [])],
        }
        for one in found
    ]  # fmt: skip
    return {"items": items, "next": following}


@router.post("/holds", response={201: DoneOut, **PROBLEMS})
@once()
def hold(request: HttpRequest, body: HoldIn) -> Status[Any]:
    """Hold papers from destruction until the hold is released."""
    return Status(201, {"id": acts.hold(**_who(request), **body.model_dump()).pk})


@router.post("/holds/{hold_id}/release", response={200: DoneOut, **PROBLEMS})
@once()
def release(request: HttpRequest, hold_id: Id, body: RetentionReasonIn) -> Status[Any]:
    """Let go of a hold."""
    return Status(200, {"id": acts.release(**_who(request), hold_id=hold_id, reason=body.reason).pk})


@router.post("/appraisals", response={201: DoneOut, **PROBLEMS})
@once()
def open_appraisal(request: HttpRequest, body: AppraisalIn) -> Status[Any]:
    """Put papers whose term is over before a group."""
    return Status(201, {"id": acts.open_appraisal(**_who(request), **body.model_dump()).pk})


@router.post("/appraisals/{appraisal_id}/opinions", response={200: DoneOut, **PROBLEMS})
@once()
def give_opinions(request: HttpRequest, appraisal_id: Id, body: OpinionsIn) -> Status[Any]:
    """Tell what the group thinks; telling it again replaces it."""
    told = [Opinion(**one.model_dump()) for one in body.opinions]
    acts.give_opinions(**_who(request), appraisal_id=appraisal_id, opinions=told)
    return Status(200, {"id": appraisal_id})


@router.post("/appraisals/{appraisal_id}/close", response={200: list[DestructionOut], **PROBLEMS})
@once()
def close_appraisal(request: HttpRequest, appraisal_id: Id) -> Status[Any]:
    """End an appraisal; gives the lists that were drawn up, one for each chain of approval."""
    drawn = acts.close_appraisal(**_who(request), appraisal_id=appraisal_id)
    return Status(200, [_list(request, one) for one in drawn])


@router.get("/destruction-lists/{no}", response={200: DestructionOut, **PROBLEMS})
def destruction(request: HttpRequest, no: ListNo) -> dict[str, Any]:
    """One list with the papers you may see."""
    return _list(request, retention.destruction(actor_of(request), no, on=business_day()))


@router.post("/destruction-lists/{no}/submit", response={200: DestructionOut, **PROBLEMS})
@once()
def submit(request: HttpRequest, no: ListNo) -> Status[Any]:
    """Send a list through its chain of approval."""
    return Status(200, _list(request, acts.submit(**_who(request), no=no)))


@router.post("/destruction-lists/{no}/supervisors", response={200: DestructionOut, **PROBLEMS})
@once()
def name_supervisors(request: HttpRequest, no: ListNo, body: SupervisorsIn) -> Status[Any]:
    """Name who watches the destruction."""
    acts.name_supervisors(**_who(request), no=no, **body.model_dump())
    return Status(200, destruction(request, no))


@router.post("/destruction-lists/{no}/scans", response={200: DestructionOut, **PROBLEMS})
@once()
def scan(request: HttpRequest, no: ListNo, body: ScanIn) -> Status[Any]:
    """Compare one paper with the list."""
    acts.scan(**_who(request), no=no, label=body.label)
    return Status(200, destruction(request, no))


@router.post("/destruction-lists/{no}/execute", response={200: DestructionOut, **PROBLEMS})
@once()
def execute(request: HttpRequest, no: ListNo, body: ExecutedIn) -> Status[Any]:
    """Destroy the papers of an approved list; the kept files are overwritten and cannot be brought back."""
    return Status(
        200, _list(request, acts.execute(**_who(request), no=no, done=Executed(**body.model_dump())))
    )


@router.post("/destruction-lists/{no}/sign", response={200: DestructionOut, **PROBLEMS})
@once()
def sign(request: HttpRequest, no: ListNo) -> Status[Any]:
    """Sign as one of the supervisors."""
    acts.sign(**_who(request), no=no)
    return Status(200, destruction(request, no))


@router.get("/destruction-register", response={200: list[RegisteredOut], **PROBLEMS})
def register(request: HttpRequest, text: Annotated[str, Query(max_length=60)] = "") -> list[dict[str, Any]]:
    """The last 200 lines of the permanent register that you may see, the newest first."""
    rows = retention.registered(actor_of(request), on=business_day(), text=text)[:200]
    return [{"serial": one.serial, "told": one.told, "seal": one.seal} for one in rows]


@router.get("/secrecy-grades", response={200: list[SecrecyGradeOut], **PROBLEMS})
def secrecy_grades(request: HttpRequest) -> list[dict[str, Any]]:
    """The grades of secrecy of today, the lowest first, and whether you see what bears each."""
    on = business_day()
    seen = secrecy.visible_grades(actor_of(request), on)
    plain = ("forbidden", "room_only", "loan_minutes", "loan_working_days", "approvers")
    return [
        {
            "code": one.code, "name": one.words, "seen": one.code in seen,
            **{name: getattr(one, name) for name in plain},
        }
        for one in grades.grades(on)
    ]  # fmt: skip


@router.post("/secrecy-proposals", response={201: DoneOut, **PROBLEMS})
@once()
def propose(request: HttpRequest, body: RegradingIn) -> Status[Any]:
    """Propose another grade of secrecy for a paper or a dossier; a manager approves it."""
    new = NewGrade(**body.model_dump(exclude={"kind", "label"}))
    kept = secrecy.propose(**_who(request), kind=body.kind, name=body.label, new=new)
    return Status(201, {"id": kept.pk})


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _list(request: HttpRequest, drawn: Any) -> dict[str, Any]:
    plain = (
        "no", "chain", "reason", "state", "drawn_by", "drawn_on", "approved_on", "done_on", "place", "method",
    )  # fmt: skip
    rows = retention.lines_of(actor_of(request), drawn, on=business_day())
    return {
        **{name: getattr(drawn, name) for name in plain},
        "supervisors": [one.login for one in retention.supervisors(drawn)],
        "certificate_sha256": drawn.certificate.sha256 if drawn.certificate else None,
        "lines": [DestructionLineOut.from_orm(one) for one in rows],
    }
