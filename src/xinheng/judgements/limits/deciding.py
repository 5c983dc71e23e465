"""Writing a decision down: what was asked, what was known, which rules did not pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date
from typing import Any

from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.base.kernel.money import Money
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
    """Keep a decision on an order, and a line of the trail that points at it."""
    amount, judged = outcome.amount or order.amount, outcome.judged
    decision = Decision.objects.create(
        account=account,
        order_no=order.order_no,
        act=outcome.act,
        verdict=outcome.verdict,
        amount_minor=amount.minor,
        currency=amount.currency,
        policy=judged.policy,
        sha256=judged.sha256,
        figures=worded(judged.figures) if judged.figures else {},
        reasons=[asdict(reason) for reason in judged.reasons],
        why=outcome.why,
        by=actor.login,
        on=on,
        at=timestamp().astimezone(UTC),
    )
    audit.record(
        actor=actor,
        act=f"limits.{outcome.act}",
        subject=f"customer:{account.customer.no}",
        on=on,
        after={
            "order_no": order.order_no,
            "amount": amount,
            "verdict": outcome.verdict,
            "decision": decision.pk,
        },
        reason=outcome.why,
    )
    return decision


def worded(figures: Figures) -> dict[str, Any]:
    """Figures as they are kept: plain values, days as ISO text."""

    def plain(value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, dict):
            return {str(key): plain(each) for key, each in value.items()}
        return [plain(each) for each in value] if isinstance(value, list | tuple) else value

    kept: dict[str, Any] = plain(asdict(figures))
    return kept


def reasons_of(decision: Decision) -> list[Reason]:
    """The reasons of a decision as values."""
    return [Reason(**reason) for reason in decision.reasons]


def hardest(reasons: Iterable[Reason], strengths: Sequence[str] = ("stop", "hold")) -> list[Reason]:
    """The reasons that kept a document from passing."""
    return [reason for reason in reasons if reason.strength in strengths]
