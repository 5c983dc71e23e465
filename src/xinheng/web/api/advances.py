"""Advances: ask, submit, pay out, repay, change; debts from before, checks, what is to be done."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status, UploadedFile

from xinheng.base.kernel.money import Money
from xinheng.facts.archive.values import Upload
from xinheng.judgements.advances import queries as advances
from xinheng.judgements.advances import services as acts
from xinheng.judgements.advances.values import NewPayout
from xinheng.runs.services import business_day
from xinheng.web.api.advances_schemas import (
    AdvanceChangeIn,
    AdvanceDutyOut,
    AdvanceIn,
    AdvanceOut,
    AdvancePaperIn,
    AdvancePaperOut,
    AdvancesAsked,
    AdvanceToldOut,
    BalanceIn,
    CollectedIn,
    NextTermIn,
    OldDebtIn,
    OldDebtOut,
    PayoutIn,
    PayoutOut,
    QuarterCheckIn,
    ReconciledIn,
    RecoveredOut,
    RepaymentIn,
    ServedOut,
    SubmitAdvanceIn,
)
from xinheng.web.api.fields import Id, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["advances"])
Worth = Annotated[str, Query(pattern=r"^\d{1,13}(\.\d{1,2})?$", description="In yuan.")]


@router.get("/advances", response={200: Page[AdvanceOut], **PROBLEMS})
def listed(request: HttpRequest, asked: Query[AdvancesAsked]) -> dict[str, Any]:
    """The advances within your reach that pass the filters, the oldest first."""
    rows = advances.advances(actor_of(request), asked.wanted(), on=business_day()).order_by("pk")
    if asked.after:
        rows = rows.filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_advance(row) for row in found], "next": following}


@router.post("/customers/{path:no}/advances", response={201: AdvanceOut, **PROBLEMS})
@once()
def ask(request: HttpRequest, no: No, body: AdvanceIn) -> Status[Any]:
    """Draft a request for an advance."""
    return Status(201, _advance(acts.ask(**_who(request), customer_no=no, new=body.new())))


@router.get("/customers/{path:no}/service-cover", response={200: ServedOut, **PROBLEMS})
def service_cover(request: HttpRequest, no: No, worth: Worth) -> dict[str, Any]:
    """Whether a service of that worth may be given: paid before, or covered by an approved advance."""
    found = advances.may_serve(actor_of(request), no, Money.of(worth), on=business_day())
    parts = {name: MoneyOut.of(getattr(found, name)) for name in ("paid", "advanced", "uncovered")}
    return {"may_serve": found.may_serve, **parts}


@router.post("/customers/{path:no}/old-debts", response={201: DoneOut, **PROBLEMS})
@once()
def tell_old_debt(request: HttpRequest, no: No, body: OldDebtIn) -> Status[Any]:
    """Tell what a customer owes from before, with who collects it."""
    told: dict[str, Any] = {"note": body.note, "collection": body.collection.then()}
    kept = acts.tell_legacy(**_who(request), customer_no=no, amount=Money.of(body.amount), **told)
    return Status(201, {"id": kept.pk})


@router.post("/customers/{path:no}/reconciliations", response={201: DoneOut, **PROBLEMS})
@once()
def reconcile(request: HttpRequest, no: No, body: ReconciledIn) -> Status[Any]:
    """Keep a reconciliation that both sides signed."""
    told: dict[str, Any] = {"signed": (body.signed_by_us, body.signed_by_them), "note": body.note}
    kept = acts.reconcile(**_who(request), customer_no=no, theirs=Money.of(body.amount), **told)
    return Status(201, {"id": kept.pk})


@router.post("/customers/{path:no}/quarter-checks", response={201: DoneOut, **PROBLEMS})
@once()
def check_quarter(request: HttpRequest, no: No, body: QuarterCheckIn) -> Status[Any]:
    """Keep what the check of a quarter found."""
    return Status(201, {"id": acts.check_quarter(**_who(request), customer_no=no, **body.dict()).pk})


@router.get("/advances/{advance_id}", response={200: AdvanceToldOut, **PROBLEMS})
def one_advance(request: HttpRequest, advance_id: Id) -> dict[str, Any]:
    """One advance with its papers and payouts."""
    found = advances.get_advance(actor_of(request), advance_id, on=business_day())
    account = advances.account_of(found)
    papers = [AdvancePaperOut.from_orm(paper) for paper in account.papers]
    return {**_advance(found), "papers": papers, "payouts": [_payout(row) for row in account.payouts]}


@router.put("/advances/{advance_id}", response={200: AdvanceOut, **PROBLEMS})
@once()
def amend(request: HttpRequest, advance_id: Id, body: AdvanceIn) -> Status[Any]:
    """Change a request that is drafted or was returned."""
    return Status(200, _advance(acts.amend(**_who(request), advance_id=advance_id, new=body.new())))


@router.post("/advances/{advance_id}/papers", response={201: AdvancePaperOut, **PROBLEMS})
@once()
def keep_paper(
    request: HttpRequest, advance_id: Id, file: File[UploadedFile], told: Form[AdvancePaperIn]
) -> Status[Any]:
    """Keep a paper of a request, unchanged."""
    upload = Upload(file.name or "", file.read())
    given: dict[str, Any] = {"kind": told.paper, "is_sealed": told.is_sealed}
    kept = acts.keep_paper(**_who(request), advance_id=advance_id, upload=upload, **given)
    return Status(201, AdvancePaperOut.from_orm(kept))


@router.post("/advances/{advance_id}/submit", response={200: AdvanceOut, **PROBLEMS})
@once()
def submit(request: HttpRequest, advance_id: Id, body: SubmitAdvanceIn) -> Status[Any]:
    """Send a request through the chain of the customer's grade."""
    return Status(200, _advance(acts.submit(**_who(request), advance_id=advance_id, why=body.why)))


@router.post("/advances/{advance_id}/payouts", response={201: PayoutOut, **PROBLEMS})
@once()
def pay_out(request: HttpRequest, advance_id: Id, body: PayoutIn) -> Status[Any]:
    """Post money paid out; refused beyond limit or period."""
    payout = NewPayout(body.paid_on, Money.of(body.amount), body.what, body.note)
    return Status(201, _payout(acts.pay_out(**_who(request), advance_id=advance_id, payout=payout)))


@router.post("/advances/{advance_id}/repayments", response={201: DoneOut, **PROBLEMS})
@once()
def repay(request: HttpRequest, advance_id: Id, body: RepaymentIn) -> Status[Any]:
    """Post money paid back; it settles the oldest payout first."""
    told: dict[str, Any] = {"repaid_on": body.repaid_on, "note": body.note}
    kept = acts.repay(**_who(request), advance_id=advance_id, amount=Money.of(body.amount), **told)
    return Status(201, {"id": kept.pk})


@router.post("/advances/{advance_id}/changes", response={201: DoneOut, **PROBLEMS})
@once()
def change(request: HttpRequest, advance_id: Id, body: AdvanceChangeIn) -> Status[Any]:
    """Give it another limit or period: smaller at once, larger once the general manager approved it."""
    told: dict[str, Any] = {"terms": body.terms(), "why": body.why}
    return Status(201, {"id": acts.change_terms(**_who(request), advance_id=advance_id, **told).pk})


@router.post("/advances/{advance_id}/next-term", response={201: DoneOut, **PROBLEMS})
@once()
def agree_next_term(request: HttpRequest, advance_id: Id, body: NextTermIn) -> Status[Any]:
    """Keep what was agreed for after the contract's end."""
    kept = acts.agree_next_term(**_who(request), advance_id=advance_id, form=body.form)
    return Status(201, {"id": kept.pk})


@router.post("/advances/{advance_id}/close", response={200: AdvanceOut, **PROBLEMS})
@once()
def close(request: HttpRequest, advance_id: Id) -> Status[Any]:
    """Pay nothing more out on it."""
    return Status(200, _advance(acts.close(**_who(request), advance_id=advance_id)))


@router.get("/old-debts", response={200: list[OldDebtOut], **PROBLEMS})
def old_debts(request: HttpRequest) -> list[Any]:
    """Debts from before within your reach, the open ones first, at most a thousand."""
    debts = list(advances.legacy(actor_of(request), on=business_day())[:1000])
    running = advances.collections(debts)
    return [_debt(debt, running.get(debt.pk)) for debt in debts]


@router.post("/old-debts/{debt_id}/balance", response={200: DoneOut, **PROBLEMS})
@once()
def lower_old_debt(request: HttpRequest, debt_id: Id, body: BalanceIn) -> Status[Any]:
    """Tell what is left of a debt from before; it may only fall."""
    told: dict[str, Any] = {"balance": Money.of(body.amount), "note": body.note}
    return Status(200, {"id": acts.lower_legacy(**_who(request), debt_id=debt_id, **told).pk})


@router.post("/collections/{collection_id}/acts", response={201: DoneOut, **PROBLEMS})
@once()
def note_collection(request: HttpRequest, collection_id: Id, body: CollectedIn) -> Status[Any]:
    """Note what was done to collect a debt from before, and what comes next."""
    told: dict[str, Any] = {"done": body.done, "then": body.then.then()}
    acts.note_collection(**_who(request), collection_id=collection_id, **told)
    return Status(201, {"id": collection_id})


@router.get("/advance-duties", response={200: list[AdvanceDutyOut], **PROBLEMS})
def duties(request: HttpRequest) -> list[Any]:
    """What is to be done about advances within your reach, the late first."""
    return [
        {
            **{name: getattr(one, name) for name in ("code", "since", "due_on", "is_late", "person")},
            "text": str(advances.DUTIES[one.code]),
            "customer_no": one.customer.no,
            "advance": one.advance_id,
            "amount": MoneyOut.of_any(one.figure),
        }
        for one in advances.duties_of(actor_of(request), on=business_day())
    ]


@router.get("/advances-recovered", response={200: list[RecoveredOut], **PROBLEMS})
def recovered(request: HttpRequest, year: Annotated[int | None, Query(ge=2000, le=2199)] = None) -> list[Any]:
    """What each responsible person recovered in a year; this year where none is named."""
    on = business_day()
    return [
        {
            **{name: getattr(one, name) for name in ("person", "rate", "coefficient", "figure")},
            "due": MoneyOut.of(one.due),
            "recovered": MoneyOut.of(one.recovered),
        }
        for one in advances.appraisals(actor_of(request), year or on.year, on=on)
    ]


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _advance(row: Any) -> dict[str, Any]:
    plain = (
        "state", "grade", "months", "days", "purpose", "contract_no", "contract_end_on", "why", "last_day",
        "asked_by", "asked_on",
    )  # fmt: skip
    still_open = row.paid_minor - row.repaid_minor
    left = max(0, row.limit_minor - still_open) if row.state == "approved" else 0
    return {
        "id": row.pk,
        "customer_no": row.customer.no,
        **{name: getattr(row, name) for name in plain},
        "limit": MoneyOut.of(Money(row.limit_minor)),
        "paid": MoneyOut.of(Money(row.paid_minor)),
        "repaid": MoneyOut.of(Money(row.repaid_minor)),
        "open": MoneyOut.of(Money(still_open)),
        "left": MoneyOut.of(Money(left)),
        "findings": [
            {**asdict(one), "text": advances.told(one)} for one in advances.kept_findings(row.findings)
        ],
        "approval": row.request_id,
    }


def _payout(row: Any) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("paid_on", "what", "last_day")},
        "id": row.pk,
        "amount": MoneyOut.of(Money(row.amount_minor)),
        "open": MoneyOut.of(Money(row.open_minor)),
    }


def _debt(debt: Any, task: Any) -> dict[str, Any]:
    return {
        "id": debt.pk,
        "customer_no": debt.customer.no,
        "since": debt.since,
        "opening": MoneyOut.of(Money(debt.opening_minor)),
        "balance": MoneyOut.of(Money(debt.balance_minor)),
        "settled_on": debt.settled_on,
        "note": debt.note,
        "collection": task.pk if task else None,
        "collector": task.collector if task else "",
        "next_step": task.next_step if task else "",
        "next_step_on": task.next_step_on if task else None,
    }
