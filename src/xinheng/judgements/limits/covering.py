"""What is asked of a customer so that a held order may leave: money before, or a guarantee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import IntegrityError, transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import figures, limiting, rechecking
from xinheng.judgements.limits.errors import (
    CoverAsked,
    CoverEnded,
    CoverInvalid,
    CoverUnknown,
    OrderNotHeld,
    ReleaseReasonMissing,
)
from xinheng.judgements.limits.models import CoverRequest, OrderCredit
from xinheng.judgements.limits.values import NewLimit

What = Literal["prepayment", "guarantee"]


@dataclass(frozen=True)
class NewCover:
    """What is asked: money before the goods leave, or a guarantee; until_on: last day to answer."""

    what: What
    amount: Money
    until_on: date | None = None
    note: str = ""


@transaction.atomic
def ask_cover(*, actor: Actor, on: date, order_no: str, cover: NewCover) -> CoverRequest:
    """Ask a customer for money before or for a guarantee; the order stays held until it is there.

    Refuses: AccessDenied, OrderUnknown, OrderNotHeld, CoverInvalid, CoverAsked.
    """
    access.require(actor, "limits.release", f"order:{order_no}")
    credit, order = rechecking.held_order(actor, order_no, on=on)
    if cover.what not in ("prepayment", "guarantee"):
        raise CoverInvalid(field="what", value=cover.what)
    if cover.amount.minor <= 0 or cover.amount.currency != order.amount.currency:
        raise CoverInvalid(field="amount", value=str(cover.amount))
    if cover.until_on is not None and cover.until_on < on:
        raise CoverInvalid(field="until_on", value=cover.until_on)
    try:
        with transaction.atomic():
            asked = CoverRequest.objects.create(
                order_no=order_no, what=cover.what, amount_minor=cover.amount.minor,
                currency=cover.amount.currency, until_on=cover.until_on, note=cover.note.strip()[:300],
                asked_by=actor.login, asked_on=on,
            )  # fmt: skip
    except IntegrityError:
        raise CoverAsked(order_no=order_no) from None
    told = {"order_no": order_no, "what": cover.what, "amount": cover.amount, "until_on": cover.until_on}
    _record(actor, on, "limits.ask_cover", credit, after=told, reason=asked.note)
    return asked


@transaction.atomic
def meet_cover(
    *, actor: Actor, on: date, cover_id: int, reason: str, guaranteed_until: date | None = None
) -> CoverRequest:
    """Say that the money or the guarantee is there, and check the order again.

    guaranteed_until: a guarantee also adds to the limit until that day, which takes the right to set limits.
    The order passes only where the rules are met then: money counts once its receipt is posted.
    Refuses: AccessDenied, CoverUnknown, CoverEnded, ReleaseReasonMissing, LimitInvalid.
    """
    access.require(actor, "limits.release", f"cover:{cover_id}")
    asked, credit = _open(actor, cover_id, on=on)
    why = _reason(reason)
    if guaranteed_until is not None and asked.what == "guarantee":
        # one word holds for all guarantees
        held = figures.limit_of(credit.account, on=on).guaranteed_minor
        part = NewLimit(
            why, Money(held + asked.amount_minor, asked.currency), kind="guaranteed",
            until_on=guaranteed_until, segment=credit.account.segment, from_on=on,
        )  # fmt: skip
        limiting.set_limit(actor=actor, on=on, customer_no=credit.customer.no, limit=part)
    _end(asked, "met", actor, on)
    _record(actor, on, "limits.meet_cover", credit, after=_told(asked), reason=why)
    _check_again(actor, asked.order_no, on=on)
    return asked


@transaction.atomic
def withdraw_cover(*, actor: Actor, on: date, cover_id: int, reason: str) -> CoverRequest:
    """Ask no more; the order stays held.

    Refuses: AccessDenied, CoverUnknown, CoverEnded, ReleaseReasonMissing.
    """
    access.require(actor, "limits.release", f"cover:{cover_id}")
    asked, credit = _open(actor, cover_id, on=on)
    why = _reason(reason)
    _end(asked, "withdrawn", actor, on)
    _record(actor, on, "limits.withdraw_cover", credit, after=_told(asked), reason=why)
    return asked


def _open(actor: Actor, cover_id: int, *, on: date) -> tuple[CoverRequest, OrderCredit]:
    """What was asked and the order's standing, which is locked first; the order lies within reach."""
    asked = CoverRequest.objects.filter(pk=cover_id).first()
    if asked is None:
        raise CoverUnknown(cover=cover_id)
    reached = customers.visible(actor, on=on).values("pk")
    rows = OrderCredit.objects.select_for_update(of=("self",)).select_related("customer", "account")
    credit = rows.filter(order_no=asked.order_no, customer__in=reached).first()
    if credit is None:
        raise CoverUnknown(cover=cover_id)
    asked.refresh_from_db()
    if asked.state != "open":
        raise CoverEnded(order_no=asked.order_no)
    return asked, credit


def _check_again(actor: Actor, order_no: str, *, on: date) -> None:
    try:
        if actor.may("limits.check"):
            rechecking.recheck(actor=actor, on=on, order_no=order_no)
    except OrderNotHeld:  # somebody decided on it while the customer was asked
        return


def _end(asked: CoverRequest, state: str, actor: Actor, on: date) -> None:
    asked.state, asked.ended_by, asked.ended_on = state, actor.login, on
    asked.save(update_fields=["state", "ended_by", "ended_on"])


def _told(asked: CoverRequest) -> dict[str, object]:
    return {
        "order_no": asked.order_no,
        "what": asked.what,
        "amount": Money(asked.amount_minor, asked.currency),
    }


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ReleaseReasonMissing(field="reason")
    return reason.strip()[:300]


def _record(actor: Actor, on: date, act: str, credit: OrderCredit, **told: object) -> None:
    subject = f"customer:{credit.customer.no}"
    audit.record(actor=actor, act=act, subject=subject, on=on, **told)  # type: ignore[arg-type]
