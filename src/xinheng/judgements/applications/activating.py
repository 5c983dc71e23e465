"""An approved application takes effect: limit and terms hold, at once or with the signed agreement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.applications import held
from xinheng.judgements.applications.document import Rules
from xinheng.judgements.applications.errors import AgreementDiffers, ApplicationInvalid, ApplicationNotOpen
from xinheng.judgements.applications.models import Application
from xinheng.judgements.applications.wording import AGREEMENTS
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import NewLimit
from xinheng.judgements.terms import services as terms
from xinheng.judgements.terms.values import NewTerms


def approve(one: Application, document: Rules, *, actor: Actor, on: date) -> None:
    """Let an approved application hold; with an agreement required, once that is told to state the same.

    The caller holds the transaction and has looked at rights.
    """
    one.state, one.ended_by, one.ended_on = "approved", actor.login, on
    is_awaited = document.agreement == "required" and one.amount_minor > 0
    one.agreement = "awaited" if is_awaited else "none"
    one.save()
    audit.record(
        actor=actor, act="applications.approve", subject=f"customer:{one.customer.no}", on=on,
        after={"application": one.pk, "amount": Money(one.amount_minor, one.currency), "days": one.days,
               "agreement": one.agreement},
        reason=one.reason,
    )  # fmt: skip
    if not is_awaited:
        activate(one, actor=actor, on=on)


@transaction.atomic
def confirm_agreement(
    *, actor: Actor, on: date, application_id: int, agreement_no: str, amount: Money, days: int
) -> Application:
    """Tell what the signed cooperation agreement states; the same as approved makes the credit active.

    Anything else leaves it inactive (LIM-08). Refuses: AccessDenied, ApplicationUnknown, ApplicationNotOpen,
    ApplicationInvalid, AgreementDiffers.
    """
    access.require(actor, "applications.write", f"application:{application_id}")
    one, _document = held.held(actor, application_id, "approved", on=on)
    if one.agreement != "awaited":
        raise ApplicationNotOpen(application=application_id, state=str(AGREEMENTS[one.agreement]))
    if not agreement_no.strip():
        raise ApplicationInvalid(field="agreement_no", cause=_("Name the agreement by its number."))
    approved = Money(one.amount_minor, one.currency)
    if (amount, days) != (approved, one.days):
        field = "amount" if amount != approved else "days"
        raise AgreementDiffers(told=f"{amount} / {days}", approved=f"{approved} / {one.days}", field=field)
    one.agreement, one.agreement_no = "confirmed", agreement_no.strip()[:60]
    audit.record(
        actor=actor, act="applications.confirm_agreement", subject=f"customer:{one.customer.no}", on=on,
        after={"application": one.pk, "agreement_no": one.agreement_no, "amount": amount, "days": days},
    )  # fmt: skip
    activate(one, actor=actor, on=on)
    return one


def activate(one: Application, *, actor: Actor, on: date) -> None:
    """Set the limit and the terms of an approved application: who approved needs no right to set limits."""
    hand = replace(actor, permits=actor.permits | {"limits.write"})
    reason = f"授信申请 {one.pk}：{one.reason}"[:300]
    amount = Money(one.amount_minor, one.currency) if one.amount_minor else None
    told = NewLimit(
        reason,
        amount,
        state="limited" if amount else "no_credit",
        kind=one.kind,  # type: ignore[arg-type]
        reach=one.reach,  # type: ignore[arg-type]
        segment=one.segment,
        until_on=one.until_on,
    )
    limits.set_limit(actor=hand, on=on, customer_no=one.customer.no, limit=told)
    if one.reach == "own":
        payment = one.payment if amount or one.payment != "credit" else "prepaid"
        days = one.days if payment == "credit" else None
        source = f"application:{one.pk}"
        granted = NewTerms(reason, payment, days, one.segment, one.until_on, source)
        terms.grant_terms(actor=hand, on=on, customer_no=one.customer.no, terms=granted)
    one.active_on = on
    one.save()
