"""Applications for credit: apply, submit, alter, agree; proposals, conditions, many limits at once."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.applications import queries as applications
from xinheng.judgements.applications import services as acts
from xinheng.judgements.applications.values import BatchRow, NewBatch
from xinheng.runs.services import business_day
from xinheng.web.api.application_schemas import (
    AgreementIn,
    AlterIn,
    ApplicationIn,
    ApplicationReasonIn,
    ApplicationsAsked,
    ConditionMetOut,
    CreditApplicationOut,
    FindingIn,
    FrozenOut,
    LimitBatchIn,
    LimitBatchOut,
    LimitProposalsOut,
    PaperHoldOut,
    RulesCode,
)
from xinheng.web.api.fields import Id, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["applications"])
Days = Annotated[int, Query(ge=0, le=3650, description="Days of credit asked for.")]
PLAIN = (
    "rules", "version", "days", "payment", "kind", "reach", "segment", "until_on", "reason", "grade", "row",
    "state", "applied_by", "applied_on", "ended_by", "ended_on", "agreement", "active_on",
)  # fmt: skip


@router.get("/applications", response={200: Page[CreditApplicationOut], **PROBLEMS})
def application_list(request: HttpRequest, asked: Query[ApplicationsAsked]) -> dict[str, Any]:
    """The applications within your reach that pass the filters, the oldest first."""
    rows = applications.applications(actor_of(request), asked.wanted(), on=business_day())
    if asked.after:
        rows = rows.filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_out(row) for row in found], "next": following}


@router.post("/customers/{path:no}/applications", response={201: CreditApplicationOut, **PROBLEMS})
@once()
def apply(request: HttpRequest, no: No, body: ApplicationIn) -> Status[Any]:
    """Write an application; submit it once it is complete."""
    one = acts.apply(**_who(request), customer_no=no, code=body.rules, asked=body.asked())
    return Status(201, _out(one))


@router.get("/customers/{path:no}/limit-proposals", response={200: LimitProposalsOut, **PROBLEMS})
def proposals(request: HttpRequest, no: No, rules: RulesCode, days: Days = 30) -> dict[str, Any]:
    """What every method of the rules proposes for a customer, side by side; changes nothing."""
    found = applications.proposals(actor_of(request), no, rules, on=business_day(), days=days)
    return {
        "proposals": [
            {"code": one.code, "method": one.method, "counts": one.counts, "amount": _money(one.minor),
             "inputs": dict(one.inputs), "missing": list(one.missing)}
            for one in found.proposals
        ],
        "chosen": found.chosen,
        "amount": _money(found.minor),
        "bounds": [{"code": code, "amount": _money(minor)} for code, minor in found.bounds],
    }  # fmt: skip


@router.get("/customers/{path:no}/credit-conditions", response={200: list[ConditionMetOut], **PROBLEMS})
def conditions(request: HttpRequest, no: No, rules: RulesCode) -> list[Any]:
    """The conditions of the rules that refuse credit to a customer today."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "applications.read", f"customer:{no}")
    customer = customers.get(actor, no, on=on)
    return [vars(one) for one in applications.conditions_met(customer, rules, on=on)]


@router.post("/customers/{path:no}/credit-conditions", response={201: DoneOut, **PROBLEMS})
@once()
def tell_condition(request: HttpRequest, no: No, body: FindingIn) -> Status[Any]:
    """Tell that a condition is met, with evidence: credit that was given ends."""
    return Status(201, {"id": acts.tell_condition(**_who(request), customer_no=no, told=body.told()).pk})


@router.post("/credit-conditions/{finding_id}/lift", response={200: DoneOut, **PROBLEMS})
@once()
def lift_condition(request: HttpRequest, finding_id: Id, body: ApplicationReasonIn) -> Status[Any]:
    """Take a condition back that turned out not to be so."""
    kept = acts.lift_condition(**_who(request), finding_id=finding_id, reason=body.reason)
    return Status(200, {"id": kept.pk})


@router.get("/applications/{application_id}", response={200: CreditApplicationOut, **PROBLEMS})
def one_application(request: HttpRequest, application_id: Id) -> dict[str, Any]:
    """One application."""
    return _out(applications.get_application(actor_of(request), application_id, on=business_day()))


@router.get("/applications/{application_id}/frozen", response={200: list[FrozenOut], **PROBLEMS})
def frozen(request: HttpRequest, application_id: Id) -> list[Any]:
    """Every figure of the customer as it stood at each decision, word for word, with its hash."""
    one = applications.get_application(actor_of(request), application_id, on=business_day())
    names = ("act", "step", "by", "on", "sha256")
    return [
        {**{name: getattr(row, name) for name in names}, "content": told, "intact": intact}
        for row, told, intact in applications.frozen_of(one)
    ]


@router.put("/applications/{application_id}", response={200: CreditApplicationOut, **PROBLEMS})
@once()
def rewrite(request: HttpRequest, application_id: Id, body: ApplicationIn) -> Status[Any]:
    """Change an application that is a draft or was sent back."""
    one = applications.get_application(actor_of(request), application_id, on=business_day())
    told: dict[str, Any] = {"customer_no": one.customer.no, "code": body.rules, "application_id": one.pk}
    return Status(200, _out(acts.apply(**_who(request), **told, asked=body.asked())))


@router.post("/applications/{application_id}/submit", response={200: CreditApplicationOut, **PROBLEMS})
@once()
def submit(request: HttpRequest, application_id: Id) -> Status[Any]:
    """Submit an application: it goes through its chain, or holds at once where none is needed."""
    return Status(200, _out(acts.submit(**_who(request), application_id=application_id)))


@router.post("/applications/{application_id}/withdraw", response={200: CreditApplicationOut, **PROBLEMS})
@once()
def withdraw(request: HttpRequest, application_id: Id, body: ApplicationReasonIn) -> Status[Any]:
    """Take an application back before it is decided."""
    one = acts.withdraw(**_who(request), application_id=application_id, reason=body.reason)
    return Status(200, _out(one))


@router.post("/applications/{application_id}/alter", response={200: CreditApplicationOut, **PROBLEMS})
@once()
def alter(request: HttpRequest, application_id: Id, body: AlterIn) -> Status[Any]:
    """Alter amount and days before signing: downwards, or upwards within your own authority."""
    amount = Money.of(body.amount, body.currency)
    told: dict[str, Any] = {"amount": amount, "days": body.days, "reason": body.reason}
    return Status(200, _out(acts.alter(**_who(request), application_id=application_id, **told)))


@router.post("/applications/{application_id}/agreement", response={200: CreditApplicationOut, **PROBLEMS})
@once()
def agree(request: HttpRequest, application_id: Id, body: AgreementIn) -> Status[Any]:
    """Tell what the signed agreement states: the same as approved makes the credit active."""
    amount = Money.of(body.amount, body.currency)
    told: dict[str, Any] = {"agreement_no": body.agreement_no, "amount": amount, "days": body.days}
    return Status(200, _out(acts.confirm_agreement(**_who(request), application_id=application_id, **told)))


@router.post("/limit-batches", response={200: LimitBatchOut, **PROBLEMS})
@once()
def limit_batch(request: HttpRequest, body: LimitBatchIn) -> Status[Any]:
    """Ask for a change of many limits, all or none; with `preview` only its effect is told."""
    access.require(actor_of(request), "applications.write", f"rules:{body.rules}")
    rows = tuple(
        BatchRow(row.customer_no, Money.of(row.amount, row.currency), place)
        for place, row in enumerate(body.rows, start=1)
    )
    asked, who = NewBatch(body.rules, body.reason, "API", rows=rows), _who(request)
    seen = applications.preview(who["actor"], asked, on=who["on"])
    made = None if body.preview else acts.ask_batch(**who, asked=asked).pk
    effects = [
        {"customer_no": one.customer_no, "old": MoneyOut.of(one.old) if one.old else None,
         "new": MoneyOut.of(one.new), "exposure": MoneyOut.of(one.exposure), "below": one.below,
         "held": one.held, "passing": one.passing}
        for one in seen.effects
    ]  # fmt: skip
    return Status(200, {"id": made, "effects": effects, "faults": [vars(one) for one in seen.faults]})


@router.get("/paper-holds", response={200: list[PaperHoldOut], **PROBLEMS})
def paper_holds(request: HttpRequest) -> list[Any]:
    """Credit within your reach that is held back for want of a key paper, the newest first."""
    rows = applications.paper_holds(actor_of(request), on=business_day())[:500]
    names = ("item", "paper_on", "effect", "since")
    return [{"customer_no": row.customer.no, **{name: getattr(row, name) for name in names}} for row in rows]


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _money(minor: int | None) -> MoneyOut | None:
    return None if minor is None else MoneyOut.of(Money(minor))


def _out(one: Any) -> dict[str, Any]:
    is_open = one.request is not None and one.state == "open"
    return {
        "id": one.pk,
        "customer_no": one.customer.no,
        "customer_name": one.customer.name,
        "amount": MoneyOut.of(Money(one.amount_minor, one.currency)),
        **{name: getattr(one, name) for name in PLAIN},
        "request": one.request_id,
        "due_on": one.request.due_on if is_open else None,
    }
