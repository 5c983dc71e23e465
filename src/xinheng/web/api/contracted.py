"""Contracts: the ledger, each act from draft to end, figures, sample audits, and where we stand with whom."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period
from xinheng.facts.contracts import queries as contracts
from xinheng.facts.contracts import services as acts
from xinheng.facts.contracts.values import Wanted, exact_money
from xinheng.facts.customers import queries as customers
from xinheng.runs.services import business_day
from xinheng.web.api.contract_schemas import (
    BreachCureIn,
    ContractAuditIn,
    ContractAuditOut,
    ContractAuditWholeOut,
    ContractChangeIn,
    ContractConclusionIn,
    ContractDayIn,
    ContractEndIn,
    ContractFiguresOut,
    ContractFindingOut,
    ContractIn,
    ContractNoticeIn,
    ContractOut,
    ContractRecordIn,
    ContractsAsked,
    ContractVerdictIn,
    ContractWholeOut,
    ContractWhyIn,
    LegalCheckIn,
    RelationStageIn,
    RelationStageOut,
    SigningIn,
)
from xinheng.web.api.fields import AsOf, Id, No, in_order
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["contracts"])
PLAIN = {
    "send_to_legal_check": acts.send_to_legal_check, "send_to_countersign": acts.send_to_countersign,
    "open_file": acts.open_file, "archive": acts.archive, "end_process": acts.end_process,
}  # fmt: skip
PlainAct = Literal["send_to_legal_check", "send_to_countersign", "open_file", "archive", "end_process"]
By = Annotated[Literal["kind", "unit", "state"], Query()]
FIELDS = (
    "id", "no", "kind", "title", "matter", "demand", "terms", "handler", "state", "version", "template",
    "outside_no", "drafted_on", "signed_on", "effective_on", "due_on", "ends_on", "performed_on", "ended_on",
    "end_reason", "next_term", "archived_on", "noticed_on", "process_ended_on",
)  # fmt: skip
Done = {200: ContractWholeOut, **PROBLEMS}


@router.get("/contracts", response={200: Page[ContractOut], **PROBLEMS})
def listed(request: HttpRequest, asked: Query[ContractsAsked]) -> dict[str, Any]:
    """The contracts within your reach that pass the filters, the oldest first."""
    told = asked.model_dump(exclude={"after", "limit"})
    rows = contracts.contracts(actor_of(request), Wanted(**told), on=business_day()).order_by("pk")
    rows = rows.filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_out(row) for row in found], "next": following}


@router.get("/contracts/{contract_id}", response=Done)
def one(request: HttpRequest, contract_id: Id) -> dict[str, Any]:
    """One contract with its events and its performance."""
    row = contracts.get_contract(actor_of(request), contract_id, on=business_day())
    records = [
        {"id": kept.pk, "amount": MoneyOut.of(Money(kept.amount_minor, row.currency)),
         **{name: getattr(kept, name) for name in ("kind", "happened_on", "note", "cured_on", "told_by")}}
        for kept in contracts.records_of(row)
    ]  # fmt: skip
    return {**_out(row), "events": list(contracts.events_of(row)), "records": records}


@router.post("/customers/{path:no}/contracts", response={201: ContractOut, **PROBLEMS})
@once()
def draft(request: HttpRequest, no: No, body: ContractIn) -> Status[Any]:
    """Draft a contract; the ledger gives the next number of the department."""
    kept = acts.draft(**_who(request), customer_no=no, new=body.new())
    return Status(201, _out(contracts.get_contract(actor_of(request), kept.pk, on=business_day())))


@router.put("/contracts/{contract_id}", response=Done)
@once()
def redraft(request: HttpRequest, contract_id: Id, body: ContractIn) -> Status[Any]:
    """Correct a draft; number and department stay."""
    acts.redraft(**_who(request), contract_id=contract_id, new=body.new())
    return Status(200, one(request, contract_id))


@router.post("/contracts/{contract_id}/do/{act}", response=Done)
@once()
def act_on(request: HttpRequest, contract_id: Id, act: PlainAct) -> Status[Any]:
    """Do what needs no word: send it on, open its dossier, archive it, end its process."""
    PLAIN[act](**_who(request), contract_id=contract_id)
    return Status(200, one(request, contract_id))


@router.post("/contracts/{contract_id}/legal-checks", response=Done)
@once()
def check_legally(request: HttpRequest, contract_id: Id, body: LegalCheckIn) -> Status[Any]:
    """Say whether the clauses hold; with comments it goes back to its drafter."""
    acts.check_legally(**_who(request), contract_id=contract_id, **body.model_dump())
    return Status(200, one(request, contract_id))


@router.post("/contracts/{contract_id}/signing", response=Done)
@once()
def sign(request: HttpRequest, contract_id: Id, body: SigningIn) -> Status[Any]:
    """Note the signing; its hand-over clock starts."""
    acts.sign(**_who(request), contract_id=contract_id, signed=body.signed())
    return Status(200, one(request, contract_id))


@router.post("/contracts/{contract_id}/changes", response=Done)
@once()
def change(request: HttpRequest, contract_id: Id, body: ContractChangeIn) -> Status[Any]:
    """Change a signed contract: a version of its own."""
    new = body.change(_currency(request, contract_id))
    acts.change(**_who(request), contract_id=contract_id, new=new)
    return Status(200, one(request, contract_id))


@router.post("/contracts/{contract_id}/records", response=Done)
@once()
def record(request: HttpRequest, contract_id: Id, body: ContractRecordIn) -> Status[Any]:
    """Note a delivery, an acceptance, a payment or a breach."""
    new = body.record(_currency(request, contract_id))
    acts.record_performance(**_who(request), contract_id=contract_id, new=new)
    return Status(200, one(request, contract_id))


@router.post("/contracts/{contract_id}/records/{record_id}/cure", response=Done)
@once()
def cure(request: HttpRequest, contract_id: Id, record_id: Id, body: BreachCureIn) -> Status[Any]:
    """Note that a breach was made good."""
    told = body.model_dump()
    acts.cure_breach(**_who(request), contract_id=contract_id, record_id=record_id, **told)
    return Status(200, one(request, contract_id))


@router.post("/contracts/{contract_id}/notice", response=Done)
@once()
def notice(request: HttpRequest, contract_id: Id, body: ContractNoticeIn) -> Status[Any]:
    """Note that the customer was told to pay in advance."""
    amount = exact_money(body.amount, _currency(request, contract_id))
    told: dict[str, Any] = {"amount": amount, "told_on": body.told_on, "words": body.words}
    acts.tell_to_pay(**_who(request), contract_id=contract_id, **told)
    return Status(200, one(request, contract_id))


@router.post("/contracts/{contract_id}/performance", response=Done)
@once()
def performed(request: HttpRequest, contract_id: Id, body: ContractDayIn) -> Status[Any]:
    """Note that both sides have performed."""
    acts.finish_performance(**_who(request), contract_id=contract_id, performed_on=body.on)
    return Status(200, one(request, contract_id))


@router.post("/contracts/{contract_id}/next-term", response=Done)
@once()
def next_term(request: HttpRequest, contract_id: Id, body: ContractWhyIn) -> Status[Any]:
    """Note what was agreed for the time after."""
    acts.agree_next_term(**_who(request), contract_id=contract_id, what=body.words)
    return Status(200, one(request, contract_id))


@router.post("/contracts/{contract_id}/ending", response=Done)
@once()
def end(request: HttpRequest, contract_id: Id, body: ContractEndIn) -> Status[Any]:
    """End a contract."""
    acts.end(**_who(request), contract_id=contract_id, **body.model_dump())
    return Status(200, one(request, contract_id))


@router.post("/contracts/{contract_id}/void", response=Done)
@once()
def void(request: HttpRequest, contract_id: Id, body: ContractWhyIn) -> Status[Any]:
    """Cancel what was never signed; its number stays in the ledger as void."""
    acts.void(**_who(request), contract_id=contract_id, reason=body.words)
    return Status(200, one(request, contract_id))


@router.post("/contracts/{contract_id}/events/{event_id}/reopen", response=Done)
@once()
def reopen(request: HttpRequest, contract_id: Id, event_id: Id, body: ContractWhyIn) -> Status[Any]:
    """An event is not finished after all: its clock is cancelled."""
    acts.reopen_event(**_who(request), contract_id=contract_id, event_id=event_id, why=body.words)
    return Status(200, one(request, contract_id))


@router.get("/contract-figures", response={200: list[ContractFiguresOut], **PROBLEMS})
def figures(
    request: HttpRequest, first_on: AsOf = None, last_on: AsOf = None, by: By = "kind", unit: str = ""
) -> list[dict[str, Any]]:
    """What was signed, due, performed and ended in some days; the year up to today where none is named."""
    on = business_day()
    last = last_on or on
    first = first_on or last.replace(month=1, day=1)
    in_order(first, last, "last_on")
    told: dict[str, Any] = {"on": on, "period": Period(first, last)}
    rows = contracts.statistics(actor_of(request), **told, by=by, unit=unit[:40]).rows(named=True)
    return [{**row, "amount": MoneyOut.of(Money(row["amount_minor"], row["currency"]))} for row in rows]


@router.get("/contract-audits", response={200: list[ContractAuditOut], **PROBLEMS})
def audits(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest audits."""
    return [_audit(row) for row in contracts.audits(actor_of(request))[:200]]


@router.post("/contract-audits", response={201: ContractAuditWholeOut, **PROBLEMS})
@once()
def draw(request: HttpRequest, body: ContractAuditIn) -> Status[Any]:
    """Draw a sample by a seed that is kept."""
    period = Period(body.first_on, body.last_on)
    kept = acts.draw_audit(**_who(request), period=period, share=body.share)
    return Status(201, one_audit(request, kept.pk))


@router.get("/contract-audits/{audit_id}", response={200: ContractAuditWholeOut, **PROBLEMS})
def one_audit(request: HttpRequest, audit_id: Id) -> dict[str, Any]:
    """One audit with its tests."""
    row = contracts.get_audit(actor_of(request), audit_id, on=business_day())
    return {**_audit(row), "findings": [_finding(kept) for kept in contracts.findings_of(row)]}


@router.post(
    "/contract-audits/{audit_id}/findings/{finding_id}", response={200: ContractFindingOut, **PROBLEMS}
)
@once()
def find(request: HttpRequest, audit_id: Id, finding_id: Id, body: ContractVerdictIn) -> Status[Any]:
    """Say how one test came out."""
    told = body.model_dump()
    return Status(200, _finding(acts.find(**_who(request), audit_id=audit_id, finding_id=finding_id, **told)))


@router.post("/contract-audits/{audit_id}/conclusion", response={200: ContractAuditOut, **PROBLEMS})
@once()
def conclude(request: HttpRequest, audit_id: Id, body: ContractConclusionIn) -> Status[Any]:
    """Close an audit of which every test has a verdict."""
    told = body.model_dump()
    return Status(200, _audit(acts.conclude_audit(**_who(request), audit_id=audit_id, **told)))


@router.get("/customers/{path:no}/stages", response={200: list[RelationStageOut], **PROBLEMS})
def stages(request: HttpRequest, no: No) -> list[Any]:
    """Where we stood with a customer, the first first."""
    actor, on = actor_of(request), business_day()
    contracts.visible(actor, on=on)
    return list(contracts.stages_of(customers.get(actor, no, on=on).pk))


@router.post("/customers/{path:no}/stages", response={201: RelationStageOut, **PROBLEMS})
@once()
def set_stage(request: HttpRequest, no: No, body: RelationStageIn) -> Status[Any]:
    """Say where we stand with a customer from a day on."""
    return Status(201, acts.set_stage(**_who(request), customer_no=no, **body.model_dump()))


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _currency(request: HttpRequest, contract_id: int) -> str:
    return contracts.get_contract(actor_of(request), contract_id, on=business_day()).currency


def _out(row: Any) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in FIELDS},
        "unit": row.unit.code,
        "customer_no": row.customer.no,
        "amount": MoneyOut.of(Money(row.amount_minor, row.currency)),
    }


def _audit(row: Any) -> dict[str, Any]:
    plain = ("id", "first_on", "last_on", "share", "seed", "drawn_on", "drawn_by", "closed_on", "conclusion")
    return {**{name: getattr(row, name) for name in plain}, "population": len(row.population)}


def _finding(row: Any) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("id", "test", "verdict", "words")}
    return {**plain, "contract_no": row.contract.no}
