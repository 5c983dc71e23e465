"""Cash application: preview, runs, proposals, money by hand, statements of banks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status, UploadedFile

from xinheng.base.kernel.money import Money
from xinheng.judgements.matching import queries as matching
from xinheng.judgements.matching import services as acts
from xinheng.judgements.matching.values import Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, AfterId, Id, Limit, No
from xinheng.web.api.matching_schemas import (
    BankFileIn,
    BankLineAssignIn,
    BankLineOut,
    BankTakenOut,
    ByHandIn,
    CashAcceptIn,
    CashAppliedOut,
    CashProposalOut,
    ChangedProposalIn,
    FreeMoneyOut,
    MatchingPreviewOut,
    MatchingReasonIn,
    MatchingRunOut,
    TakenBackOut,
    chosen,
)
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["cash application"])
Text = Annotated[str, Query(max_length=100)]
StateOf = Literal["", "applied", "waiting", "rejected", "undone", "superseded"]
BankState = Literal["", "unknown", "posted", "aside"]
RunId = Annotated[int, Query(ge=0, le=2**62)]


@router.get("/matching/preview", response={200: MatchingPreviewOut, **PROBLEMS})
def preview(request: HttpRequest) -> dict[str, Any]:
    """What a run would do now with the free money within your reach; nothing is changed."""
    outcome, by_way = matching.preview(actor_of(request), on=business_day())
    ways = [
        {**row, "money": MoneyOut.of(Money(row["minor"], row["currency"]))}
        for row in by_way.iter_rows(named=True)
    ]
    figures = ("receipts", "applied", "waiting", "unmatched")
    return {**{name: getattr(outcome, name) for name in figures}, "ways": ways}


@router.get("/matching/runs", response={200: Page[MatchingRunOut], **PROBLEMS})
def runs(request: HttpRequest, after: AfterId = None, limit: Limit = USUAL_LIMIT) -> dict[str, Any]:
    """The runs, the newest first."""
    rows = matching.runs(actor_of(request))
    rows = rows.filter(pk__lt=after) if after else rows
    shown, following = page_of(list(rows[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_run(row) for row in shown], "next": following}


@router.post("/matching/runs", response={201: MatchingRunOut, **PROBLEMS})
@once()
def begin_run(request: HttpRequest) -> Status[Any]:
    """Look at all free money within your reach: what is sure is applied, the rest waits for review."""
    outcome = acts.run(**_who(request))
    return Status(201, _run(matching.get_run(actor_of(request), outcome.run, on=business_day())))


@router.post("/matching/runs/{run_id}/undo", response={200: TakenBackOut, **PROBLEMS})
@once()
def undo_run(request: HttpRequest, run_id: Id, body: MatchingReasonIn) -> Status[Any]:
    """Take back all that a run applied."""
    return Status(200, {"settlements": acts.undo_run(**_who(request), run_id=run_id, reason=body.reason)})


@router.get("/matching/proposals", response={200: Page[CashProposalOut], **PROBLEMS})
def proposals(
    request: HttpRequest,
    state: StateOf = "waiting",
    run: RunId = 0,
    q: Text = "",
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """Proposals within your reach; those that wait unless told otherwise. The oldest first."""
    wanted = Wanted(text=q, state=state, run=run)
    rows = matching.proposals(actor_of(request), wanted, on=business_day()).order_by("pk")
    rows = rows.filter(pk__gt=after) if after else rows
    shown, following = page_of(list(rows[: limit + 1]), limit, lambda row: row.pk)
    return {"items": _proposals(shown), "next": following}


@router.post("/matching/accept", response={200: CashAppliedOut, **PROBLEMS})
@once()
def accept(request: HttpRequest, body: CashAcceptIn) -> Status[Any]:
    """Apply proposals that wait."""
    return Status(200, {"applied": acts.accept(**_who(request), proposal_ids=body.proposals)})


@router.get("/matching/proposals/{proposal_id}", response={200: CashProposalOut, **PROBLEMS})
def one_proposal(request: HttpRequest, proposal_id: Id) -> Any:
    """One proposal with the bills it pays."""
    return _proposals([matching.get_proposal(actor_of(request), proposal_id, on=business_day())])[0]


@router.post("/matching/proposals/{proposal_id}/change", response={201: CashProposalOut, **PROBLEMS})
@once()
def change(request: HttpRequest, proposal_id: Id, body: ChangedProposalIn) -> Status[Any]:
    """Apply other bills in place of a proposal."""
    one = matching.get_proposal(actor_of(request), proposal_id, on=business_day())
    lines = chosen(body.lines, one.currency)
    made = acts.change(**_who(request), proposal_id=proposal_id, chosen=lines, reason=body.reason)
    return Status(201, _proposals([made])[0])


@router.post("/matching/proposals/{proposal_id}/reject", response={200: CashProposalOut, **PROBLEMS})
@once()
def reject(request: HttpRequest, proposal_id: Id, body: MatchingReasonIn) -> Status[Any]:
    """Say that a proposal is wrong; the same is not proposed again."""
    made = acts.reject(**_who(request), proposal_id=proposal_id, reason=body.reason)
    return Status(200, _proposals([made])[0])


@router.post("/matching/proposals/{proposal_id}/undo", response={200: TakenBackOut, **PROBLEMS})
@once()
def undo(request: HttpRequest, proposal_id: Id, body: MatchingReasonIn) -> Status[Any]:
    """Take back what one proposal applied."""
    number = acts.undo(**_who(request), proposal_id=proposal_id, reason=body.reason)
    return Status(200, {"settlements": number})


@router.get("/matching/free-money", response={200: Page[FreeMoneyOut], **PROBLEMS})
def free_money(request: HttpRequest, after: AfterId = None, limit: Limit = USUAL_LIMIT) -> dict[str, Any]:
    """Money within your reach that no proposal waits for."""
    found = matching.unmatched(actor_of(request), on=business_day()).sort("receipt_id")
    rows = [row for row in found.iter_rows(named=True) if not after or row["receipt_id"] > after]
    shown, following = page_of(rows[: limit + 1], limit, lambda row: row["receipt_id"])
    items = [
        {**row, "customer_no": row["no"], "free": MoneyOut.of(Money(row["free_minor"], row["currency"]))}
        for row in shown
    ]
    return {"items": items, "next": following}


@router.post("/customers/{path:no}/applied-receipts", response={201: CashProposalOut, **PROBLEMS})
@once()
def apply_by_hand(request: HttpRequest, no: No, body: ByHandIn) -> Status[Any]:
    """Apply a receipt of a customer to bills you name, in the currency of the receipt."""
    found = matching.by_clearing(actor_of(request), no, body.receipt_no, on=business_day())
    lines = chosen(body.lines, found[0][1].currency if found else "CNY")
    told: dict[str, Any] = {"customer_no": no, "receipt_no": body.receipt_no, "chosen": lines}
    return Status(201, _proposals([acts.apply_by_hand(**_who(request), **told)])[0])


@router.get("/bank-lines", response={200: Page[BankLineOut], **PROBLEMS})
def bank_lines(
    request: HttpRequest,
    state: BankState = "",
    q: Text = "",
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """Lines of bank statements within your reach, the oldest first."""
    rows = matching.bank_lines(actor_of(request), on=business_day(), state=state, text=q).order_by("pk")
    rows = rows.filter(pk__gt=after) if after else rows
    shown, following = page_of(list(rows[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_bank_line(row) for row in shown], "next": following}


@router.post("/bank-statements", response={201: BankTakenOut, **PROBLEMS})
@once()
def take_bank_statement(
    request: HttpRequest, file: File[UploadedFile], told: Form[BankFileIn]
) -> Status[Any]:
    """Take in a statement as the bank lets you download it: all of it or nothing."""
    given: dict[str, Any] = {"account": told.account, "dialect": told.dialect}
    taken = acts.take_bank_file(**_who(request), file_name=file.name or "", content=file.read(), **given)
    return Status(201, BankTakenOut.from_orm(taken))


@router.post("/bank-lines/{line_id}/assign", response={200: BankLineOut, **PROBLEMS})
@once()
def assign(request: HttpRequest, line_id: Id, body: BankLineAssignIn) -> Status[Any]:
    """Say whose money a line is; it becomes a receipt of that customer."""
    return Status(200, _bank_line(acts.assign(**_who(request), line_id=line_id, **body.dict())))


@router.post("/bank-lines/{line_id}/set-aside", response={200: BankLineOut, **PROBLEMS})
@once()
def set_aside(request: HttpRequest, line_id: Id, body: MatchingReasonIn) -> Status[Any]:
    """Say that a line is no customer's payment."""
    return Status(200, _bank_line(acts.set_aside(**_who(request), line_id=line_id, reason=body.reason)))


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _run(row: Any) -> dict[str, Any]:
    figures = row.figures
    money = [MoneyOut.of(Money(minor, currency)) for currency, minor in figures["applied_minor"].items()]
    counts = {name: figures[name] for name in ("receipts", "applied", "waiting", "unmatched")}
    same = {name: getattr(row, name) for name in ("id", "on", "state", "policy", "begun_by", "reason")}
    return {**same, **counts, "money": money}


def _proposals(rows: list[Any]) -> list[dict[str, Any]]:
    by_proposal = matching.lines_of(rows)
    same = ("id", "way", "confidence", "alternatives", "state", "decided_by", "reason")
    return [
        {
            **{name: getattr(one, name) for name in same},
            "customer_no": one.customer.no,
            "receipt_no": one.receipt.receipt_no,
            "received_on": one.receipt.received_on,
            "payer": one.receipt.payer,
            "reference": one.receipt.reference,
            "free": MoneyOut.of(Money(one.free_minor, one.currency)),
            "write_down": MoneyOut.of(Money(one.write_down_minor, one.currency)) if one.write_down else None,
            "bills": [
                {
                    "bill_no": line.bill.bill_no,
                    "amount": MoneyOut.of(Money(line.amount_minor, one.currency)),
                    "source": line.source,
                    "credit_bill_no": line.credit_bill.bill_no if line.credit_bill else "",
                }
                for line in by_proposal[one.pk]
            ],
        }
        for one in rows
    ]


def _bank_line(row: Any) -> dict[str, Any]:
    same = ("id", "account", "serial", "booked_on", "payer", "payer_account", "reference", "state",
            "receipt_no", "known_by", "reason")  # fmt: skip
    amount = MoneyOut.of(Money(row.amount_minor, row.currency))
    told = {name: getattr(row, name) for name in same}
    return {**told, "amount": amount, "customer_no": row.customer.no if row.customer else ""}
