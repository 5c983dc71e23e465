"""Balances confirmed with customers: letters, statements, answers, differences, rounds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.operations.confirmations import queries as confirmations
from xinheng.operations.confirmations import services as acts
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.api.confirmed_schemas import (
    CampaignIn,
    CampaignOut,
    ConfirmationAnswerIn,
    ConfirmationIn,
    ConfirmationOut,
    ConfirmationsAsked,
    ConfirmationToldOut,
    DifferenceIn,
    RoundSealedOut,
    RoundSentIn,
    RoundSentOut,
    SendingIn,
    WorkedOffIn,
)
from xinheng.web.api.fields import Id, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["confirmations"])
MOST_CAMPAIGNS = 200
PDF: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The sealed paper",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@router.get("/confirmations", response={200: Page[ConfirmationOut], **PROBLEMS})
def listed(request: HttpRequest, asked: Query[ConfirmationsAsked]) -> dict[str, Any]:
    """The confirmations within your reach that pass the filters, the oldest first."""
    rows = confirmations.confirmations(actor_of(request), asked.wanted(), on=business_day()).order_by("pk")
    if asked.after:
        rows = rows.filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_confirmation(row) for row in found], "next": following}


@router.post("/customers/{path:no}/confirmations", response={201: ConfirmationOut, **PROBLEMS})
@once()
def draw_up(request: HttpRequest, no: No, body: ConfirmationIn) -> Status[Any]:
    """Draw up a letter or statement; refused where its documents are not what the ledger says."""
    kept = acts.draw_up(**_who(request), customer_no=no, new=body.new())
    return Status(201, _confirmation(kept))


@router.get("/confirmations/{confirmation_id}", response={200: ConfirmationToldOut, **PROBLEMS})
def one(request: HttpRequest, confirmation_id: Id) -> dict[str, Any]:
    """One confirmation with its lines, what went out, and the difference line by line."""
    found = confirmations.get(actor_of(request), confirmation_id, on=business_day())
    told = confirmations.told(found)
    return {
        **_confirmation(found),
        "accounts": [_account(side) for side in told.sides],
        "sendings": list(told.sendings),
    }


@router.post("/confirmations/{confirmation_id}/seal", response={200: ConfirmationOut, **PROBLEMS})
@once()
def seal(request: HttpRequest, confirmation_id: Id) -> Status[Any]:
    """Print a confirmation and seal the PDF in the archive."""
    kept = reports.seal_confirmation(**_who(request), confirmation_id=confirmation_id)
    return Status(200, _confirmation(kept))


@router.get("/confirmations/{confirmation_id}/paper", response=PROBLEMS, openapi_extra=PDF)
def paper(request: HttpRequest, confirmation_id: Id) -> HttpResponse:
    """The sealed PDF of a confirmation, proven by its hash."""
    kept = confirmations.read_paper(**_who(request), confirmation_id=confirmation_id)
    answer = HttpResponse(kept.content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="confirmation-{confirmation_id}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@router.post("/confirmations/{confirmation_id}/sendings", response={201: DoneOut, **PROBLEMS})
@once()
def note_sent(request: HttpRequest, confirmation_id: Id, body: SendingIn) -> Status[Any]:
    """Note that a sealed confirmation went out, or was reminded of."""
    kept = acts.note_sent(**_who(request), confirmation_id=confirmation_id, new=body.new())
    return Status(201, {"id": kept.pk})


@router.post("/confirmations/{confirmation_id}/answers", response={201: DoneOut, **PROBLEMS})
@once()
def note_answer(request: HttpRequest, confirmation_id: Id, body: ConfirmationAnswerIn) -> Status[Any]:
    """Note what the customer answered."""
    kept = acts.note_answer(**_who(request), confirmation_id=confirmation_id, new=body.new())
    return Status(201, {"id": kept.pk})


@router.post("/confirmations/{confirmation_id}/differences", response={201: DoneOut, **PROBLEMS})
@once()
def explain(request: HttpRequest, confirmation_id: Id, body: DifferenceIn) -> Status[Any]:
    """Explain a part of a difference, with who works it off and until when."""
    kept = acts.explain(**_who(request), confirmation_id=confirmation_id, new=body.new())
    return Status(201, {"id": kept.pk})


@router.post("/confirmation-differences/{difference_id}/work-off", response={200: DoneOut, **PROBLEMS})
@once()
def work_off(request: HttpRequest, difference_id: Id, body: WorkedOffIn) -> Status[Any]:
    """Close a difference with what became of it."""
    kept = acts.work_off(**_who(request), difference_id=difference_id, **body.dict())
    return Status(200, {"id": kept.pk})


@router.get("/confirmation-rounds", response={200: list[CampaignOut], **PROBLEMS})
def rounds(request: HttpRequest) -> list[dict[str, Any]]:
    """The rounds of confirmations, the newest first, with how far each is within your reach."""
    actor = actor_of(request)
    return [_round(actor, row) for row in confirmations.campaigns(actor)[:MOST_CAMPAIGNS]]


@router.post("/confirmation-rounds", response={201: CampaignOut, **PROBLEMS})
@once()
def open_round(request: HttpRequest, body: CampaignIn) -> Status[Any]:
    """Begin a round: a letter to each customer within your reach whose balance passes the selection."""
    kept = acts.open_campaign(**_who(request), new=body.new())
    return Status(201, CampaignOut(**_round(actor_of(request), kept)))


@router.post("/confirmation-rounds/{campaign_id}/seal", response={200: RoundSealedOut, **PROBLEMS})
@once()
def seal_round(request: HttpRequest, campaign_id: Id) -> Status[Any]:
    """Print and seal letters of a round, some at a time; ask again until none is left."""
    return Status(200, {"left": reports.seal_round(**_who(request), campaign_id=campaign_id)})


@router.post("/confirmation-rounds/{campaign_id}/send", response={200: RoundSentOut, **PROBLEMS})
@once()
def send_round(request: HttpRequest, campaign_id: Id, body: RoundSentIn) -> Status[Any]:
    """Note that the sealed letters of a round went out."""
    sent, without = acts.send_round(**_who(request), campaign_id=campaign_id, way=body.way)
    return Status(200, {"sent": sent, "without_address": without})


@router.post("/confirmation-rounds/{campaign_id}/remind", response={200: RoundSentOut, **PROBLEMS})
@once()
def remind_silent(request: HttpRequest, campaign_id: Id, body: RoundSentIn) -> Status[Any]:
    """Note that who has not answered in time was reminded."""
    sent, without = acts.remind_silent(**_who(request), campaign_id=campaign_id, way=body.way)
    return Status(200, {"sent": sent, "without_address": without})


@router.post("/confirmation-rounds/{campaign_id}/close", response={200: DoneOut, **PROBLEMS})
@once()
def close_round(request: HttpRequest, campaign_id: Id) -> Status[Any]:
    """End a round; answers that come later are still noted."""
    return Status(200, {"id": acts.close_campaign(**_who(request), campaign_id=campaign_id).pk})


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _confirmation(row: Any) -> dict[str, Any]:
    names = (
        "form", "as_of", "from_on", "reply_by", "state", "sha256", "sent_on", "reminders", "answered_on",
        "settled_on",
    )  # fmt: skip
    kept = {name: getattr(row, name) for name in names}
    return {"id": row.pk, "customer_no": row.customer.no, "campaign": row.campaign_id, **kept}


def _account(side: Any) -> dict[str, Any]:
    account, currency = side.account, side.account.currency
    return {
        "currency": currency,
        "opening": MoneyOut.of(account.opening),
        "balance": MoneyOut.of(account.balance),
        "lines": [
            {**vars(line), "amount": MoneyOut.of(line.amount), "open": MoneyOut.of(line.open)}
            for line in account.lines
        ],
        "theirs": MoneyOut.of_any(side.theirs),
        "difference": MoneyOut.of(side.difference),
        "left": MoneyOut.of(side.left),
        "explained": [
            {
                "id": row.pk, "cause": row.cause, "no": row.no, "owner": row.owner, "until_on": row.until_on,
                "outcome": row.outcome, "closed_on": row.closed_on,
                "amount": MoneyOut.of(Money(row.amount_minor, currency)),
            }
            for row in side.explained
        ],
    }  # fmt: skip


def _round(actor: Actor, row: Any) -> dict[str, Any]:
    names = ("name", "kind", "as_of", "reply_by", "passed_over", "opened_by", "opened_on", "closed_on")
    found = confirmations.coverage(actor, row, on=business_day())
    coverage = [
        {
            **vars(one),
            "chosen_money": MoneyOut.of(one.chosen_money),
            "confirmed_money": MoneyOut.of(one.confirmed_money),
            "answered_share": one.answered_share,
            "confirmed_share": one.confirmed_share,
        }
        for one in found
    ]
    return {"id": row.pk, **{name: getattr(row, name) for name in names}, "coverage": coverage}
