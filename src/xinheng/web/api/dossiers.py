"""Dossiers: kinds, the list, one with its checklist, what is missing, papers."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form, Path, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as acts
from xinheng.facts.dossiers.values import Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.dossier_schemas import (
    CompletenessOut,
    DossierIn,
    DossierInFullOut,
    DossierKindOut,
    DossierLineIn,
    DossierOut,
    DossierPaperOut,
    DossiersAsked,
    DossierStageIn,
    MissingPapersOut,
    PaperWithdrawIn,
)
from xinheng.web.api.fields import Day
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["dossiers"])
DossierNo = Annotated[str, Path(max_length=40)]
Label = Annotated[str, Path(max_length=24)]
LineCode = Annotated[str, Path(max_length=40)]
MOST_MISSING = 1_000


class DossierPaperIn(Schema):
    """A paper that comes in, as fields of a form beside the file."""

    item: Annotated[str, Field(max_length=40)] = ""
    title: Annotated[str, Field(min_length=1, max_length=200)]
    copy_form: Annotated[str, Field(max_length=12)] = "electronic"
    has_original: bool = False
    formed_on: Day | None = None
    valid_until: Day | None = None
    pages: Annotated[int, Field(ge=1, le=100_000)] | None = None
    secrecy: Annotated[str, Field(max_length=20)] = ""
    replaces: Annotated[str, Field(max_length=24)] = ""
    note: Annotated[str, Field(max_length=300)] = ""


@router.get("/dossier-kinds", response={200: list[DossierKindOut], **PROBLEMS})
def kinds(request: HttpRequest) -> list[Any]:
    """Every kind of dossier in force with its checklist."""
    actor_of(request)
    return list(dossiers.kinds(business_day()).values())


@router.get("/dossiers", response={200: Page[DossierOut], **PROBLEMS})
def listed(request: HttpRequest, asked: Query[DossiersAsked]) -> dict[str, Any]:
    """The dossiers within your reach and clearance that pass the filters, the oldest first."""
    on, told = business_day(), asked.model_dump(exclude={"after", "limit"})
    rows = dossiers.dossiers(actor_of(request), Wanted(**told), on).order_by("pk").filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    states = dossiers.of_dossiers([row.pk for row in found], on)
    return {"items": [_out(row, states.get(row.pk)) for row in found], "next": following}


@router.get("/missing-papers", response={200: MissingPapersOut, **PROBLEMS})
def missing(request: HttpRequest, asked: Query[DossiersAsked]) -> dict[str, Any]:
    """What is missing in the dossiers that pass the filters, the first thousand lines."""
    told = asked.model_dump(exclude={"after", "limit"})
    rows = dossiers.missing_lines(actor_of(request), Wanted(**told), business_day())
    items = rows.rename({"no": "dossier"}).head(MOST_MISSING).iter_rows(named=True)
    return {"total": rows.height, "items": list(items)}


@router.get("/dossiers/{dossier_no}", response={200: DossierInFullOut, **PROBLEMS})
def one(request: HttpRequest, dossier_no: DossierNo) -> dict[str, Any]:
    """One dossier with what is told of it as you may see it, its checklist and papers."""
    actor, on = actor_of(request), business_day()
    row = dossiers.get_dossier(actor, dossier_no, on=on)
    state = dossiers.of_dossiers([row.pk], on).get(row.pk)
    return {
        **_out(row, state),
        "facts": {fact.code: text for fact, text in dossiers.facts_of(actor, row, on)},
        "lines": [
            {
                "code": now.line.code, "words": now.line.words, "required": now.line.need == "required",
                "state": now.state, "stage": now.stage, "why": now.why, "later_until": now.later_until,
                "papers": [DossierPaperOut.of(one) for one in now.papers],
            }
            for now in dossiers.checklist(actor, row, on)
        ],
        "beside": [
            DossierPaperOut.of(one) for one in dossiers.papers_of(actor, row, on) if not one.item
        ],
    }  # fmt: skip


@router.post("/dossiers", response={201: DossierInFullOut, **PROBLEMS})
@once()
def open_dossier(request: HttpRequest, body: DossierIn) -> Status[Any]:
    """Open the file of one object."""
    who = _who(request)
    customer = customers.get(who["actor"], body.customer_no, on=who["on"]) if body.customer_no else None
    kept = acts.open_dossier(
        **who, kind=body.kind, subject=body.subject or f"customer:{body.customer_no}", title=body.title,
        customer=customer, facts=dict(body.facts), secrecy=body.secrecy, custodian=body.custodian,
    )  # fmt: skip
    return Status(201, one(request, kept.no))


@router.post("/dossiers/{dossier_no}/lines/{line}", response={200: DossierInFullOut, **PROBLEMS})
@once()
def set_line(request: HttpRequest, dossier_no: DossierNo, line: LineCode, body: DossierLineIn) -> Status[Any]:
    """Say that a line does not apply, comes later, or is asked after all."""
    acts.set_line(**_who(request), no=dossier_no, code=line, **body.model_dump())
    return Status(200, one(request, dossier_no))


@router.post("/dossiers/{dossier_no}/lines/{line}/stage", response={200: DossierInFullOut, **PROBLEMS})
@once()
def set_stage(
    request: HttpRequest, dossier_no: DossierNo, line: LineCode, body: DossierStageIn
) -> Status[Any]:
    """Move a line to its next stage, or back with a reason."""
    acts.set_stage(**_who(request), no=dossier_no, code=line, **body.model_dump())
    return Status(200, one(request, dossier_no))


@router.post("/dossiers/{dossier_no}/papers", response={201: DossierPaperOut, **PROBLEMS})
@once()
def add_paper(
    request: HttpRequest,
    dossier_no: DossierNo,
    body: Form[DossierPaperIn],
    file: File[UploadedFile | None] = None,
) -> Status[Any]:
    """Put a paper into a dossier; without a file it is a sheet that is kept."""
    who, told = _who(request), body.model_dump()
    row = dossiers.get_dossier(who["actor"], dossier_no, on=who["on"])
    old = told.pop("replaces")
    follows = dossiers.get_paper(who["actor"], old, on=who["on"]) if old else None
    told["formed_on"] = told["formed_on"] or who["on"]
    upload = Upload(file.name or "", file.read()) if file else None
    kept = acts.add_paper(**who, dossier=row, upload=upload, replaces=follows, **told)
    return Status(201, DossierPaperOut.of(kept))


@router.post("/papers/{label}/file", response={200: DossierPaperOut, **PROBLEMS})
@once()
def file_paper(request: HttpRequest, label: Label) -> Status[Any]:
    """File a paper: it takes its archive number, which is never given again."""
    return Status(200, DossierPaperOut.of(acts.file_paper(**_who(request), label=label)))


@router.post("/papers/{label}/withdraw", response={200: DossierPaperOut, **PROBLEMS})
@once()
def withdraw_paper(request: HttpRequest, label: Label, body: PaperWithdrawIn) -> Status[Any]:
    """Take a paper out of force; its row and bytes stay."""
    kept = acts.withdraw_paper(**_who(request), label=label, **body.model_dump())
    return Status(200, DossierPaperOut.of(kept))


@router.get("/papers/{label}", response={200: DossierPaperOut, **PROBLEMS})
def paper(request: HttpRequest, label: Label) -> Any:
    """One paper, without its bytes."""
    return DossierPaperOut.of(dossiers.get_paper(actor_of(request), label, on=business_day()))


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _out(row: Any, state: Any) -> dict[str, Any]:
    plain = (
        "no", "kind", "subject", "title", "custodian", "secrecy", "opened_on", "closed_on", "confirmed_on",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in plain},
        "customer_no": row.customer.no if row.customer else None,
        "unit": row.unit.code,
        "completeness": CompletenessOut.from_orm(state) if state else None,
    }
