"""Writing a decision down: what was asked, what was known, which rules did not pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Any

from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.base.kernel.money import Money
from xinheng.base.webhooks import services as webhooks
from xinheng.facts.orders.values import OrderNow
from xinheng.judgements.limits.models import Account, Decision
from xinheng.judgements.limits.values import Figures, Reason, Verdict


@dataclass(frozen=True)
class Judged:
    """What the rules came to, with all that was looked at; figures None: nothing could be."""

    reasons: tuple[Reason, ...] = ()
    figures: Figures | None = None
    policy: str = ""  # code@version
    sha256: str = ""


@dataclass(frozen=True)
class Outcome:
    """What is decided, by which act, and why: by the rules or by what a person said."""

    act: str
    verdict: Verdict
    judged: Judged = Judged()
    why: str = ""
    amount: Money | None = None  # None: the whole order


def write(actor: Actor, on: date, account: Account, order: OrderNow, outcome: Outcome) -> Decision:
    """Keep a decision on an order, a line of the trail that points at it, and tell who listens outside."""
    told = outcome if outcome.amount else replace(outcome, amount=order.amount)
    decision = decision_of(actor, on, account, order.order_no, told)
    decision.save(force_insert=True)
    customer_no = account.customer.no
    audit.record(
        actor=actor,
        act=f"limits.{outcome.act}",
        subject=f"customer:{customer_no}",
        on=on,
        after={
            "order_no": order.order_no,
            "amount": told.amount,
            "verdict": outcome.verdict,
            "decision": decision.pk,
        },
        reason=outcome.why,
    )
    tell_outside(customer_no, order.segment, decision, decision.pk)
    return decision


def decision_of(actor: Actor, on: date, account: Account, order_no: str, outcome: Outcome) -> Decision:
    """A decision that is not kept yet."""
    judged, amount = outcome.judged, outcome.amount
    assert amount is not None
    return Decision(
        account=account,
        order_no=order_no,
        act=outcome.act,
        verdict=outcome.verdict,
        amount_minor=amount.minor,
        currency=amount.currency,
        policy=judged.policy,
        sha256=judged.sha256,
        figures=worded(judged.figures) if judged.figures else {},
        reasons=[_plain(vars(reason)) for reason in judged.reasons],
        why=outcome.why,
        by=actor.login,
        on=on,
        at=timestamp().astimezone(UTC),
    )


def tell_outside(customer_no: str, segment: str, decision: Decision, key: int) -> None:
    """Tell other systems what was decided, in the transaction of the decision. key: of the decision."""
    decision.pk = key
    tell_all_outside([(customer_no, segment, decision)])


def tell_all_outside(told: list[tuple[str, str, Decision]]) -> None:
    """Tell other systems of decisions: customer number, segment, decision."""
    if told and webhooks.is_heard("order.decided"):
        told_on = told[0][2].on
        webhooks.tell_all("order.decided", [_event(*each) for each in told], on=told_on)


def _event(customer_no: str, segment: str, decision: Decision) -> tuple[str, dict[str, Any]]:
    return f"customer:{customer_no}", {
        "order_no": decision.order_no,
        "customer_no": customer_no,
        "segment": segment,
        "verdict": decision.verdict,
        "act": decision.act,
        "amount": str(Money(decision.amount_minor, decision.currency).decimal),
        "currency": decision.currency,
        "reasons": [reason["cause"] for reason in decision.reasons],
        "decision": decision.pk,
    }


def over(reasons: Iterable[Reason]) -> int:
    """By how much the limit would be passed, the largest of what the reasons say."""
    return max((reason.over or 0 for reason in reasons if reason.check == "limit"), default=0)


def worded(figures: Figures) -> dict[str, Any]:
    """Figures as they are kept: plain values, days as ISO text."""
    kept: dict[str, Any] = _plain(figures)
    return kept


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    told = value if isinstance(value, dict) else vars(value)
    return {str(key): _plain(each) for key, each in told.items()}


def reasons_of(decision: Decision) -> list[Reason]:
    """The reasons of a decision as values."""
    return [Reason(**reason) for reason in decision.reasons]


def hardest(reasons: Iterable[Reason], strengths: Sequence[str] = ("stop", "hold")) -> list[Reason]:
    """The reasons that kept a document from passing."""
    return [reason for reason in reasons if reason.strength in strengths]
