"""What people of the chain do to an application: alter it, decide; and what follows a decision."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.approvals import queries as approvals
from xinheng.base.approvals.values import Matter
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import services as dossiers
from xinheng.judgements.applications import activating, allowing, applying, defining, freezing, held, rules
from xinheng.judgements.applications.document import Rules
from xinheng.judgements.applications.errors import (
    ApplicationReasonMissing,
    ApplicationUnknown,
    NotYoursToAlter,
)
from xinheng.judgements.applications.models import Alteration, Application


@transaction.atomic
def alter(
    *, actor: Actor, on: date, application_id: int, amount: Money, days: int, reason: str
) -> Application:
    """Alter amount and days before signing: downwards, or upwards within one's own authority; with a reason.

    Upwards: the row of the matrix that covers the new amount is signed last by a role of the actor.
    Refuses: AccessDenied, ApplicationUnknown, ApplicationNotOpen, NotYoursToAlter,
    ApplicationReasonMissing, and as submitting does for amount and days.
    """
    access.require(actor, "approvals.decide", f"application:{application_id}")
    one, document = held.held(actor, application_id, "open", on=on)
    if not reason.strip() or len(reason) > 300:
        raise ApplicationReasonMissing(field="reason")
    seats = approvals.seats_of(one.request, actor, on=on) if one.request else []
    before = (one.amount_minor, one.days)
    one.amount_minor, one.days = amount.minor, days
    allowing.check_amount(one, document, on=on)
    is_up = one.amount_minor > before[0] or one.days > before[1]
    if not seats or (is_up and not rules.ends_with(allowing.row_of(one, document), _roles(actor, on=on))):
        raise NotYoursToAlter(amount=f"{amount} / {days}", field="amount")
    one.save()
    Alteration.objects.create(
        application=one, before_minor=before[0], after_minor=one.amount_minor, before_days=before[1],
        after_days=days, reason=reason.strip(), by=actor.login, on=on,
    )  # fmt: skip
    audit.record(
        actor=actor, act="applications.alter", subject=f"customer:{one.customer.no}", on=on,
        before={"amount": Money(before[0], one.currency), "days": before[1]},
        after={"application": one.pk, "amount": amount, "days": days}, reason=reason.strip(),
    )  # fmt: skip
    return one


def look_ahead(actor: Actor, on: date, matter: Matter) -> None:
    """Before somebody decides: the customer is within reach, nothing refuses credit, the figures are frozen.

    Refuses: ApplicationUnknown; CreditRefused and PapersMissing for who would approve.
    """
    one, document = _of(matter)
    if not customers.visible(actor, on=on).filter(pk=one.customer_id).exists():
        raise ApplicationUnknown(application=one.pk)
    if matter.verdict == "approve":
        applying.require_clean(one, document, on=on)
        dossiers.require_papers(f"customer:{one.customer.no}", "limit.grant", on)
    freezing.freeze(one, document, actor=actor, on=on, act=matter.verdict, step=matter.step)


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """What follows once the request moved: approved it holds, returned it is its writer's again."""
    one, document = _of(matter)
    if one.request_id != matter.id:
        return  # an earlier round, taken back for the chain that is asked now
    if matter.state == "approved":
        activating.approve(one, document, actor=actor, on=on)
        return
    one.state = matter.state
    if matter.state == "open":
        applying.require_clean(one, document, on=on)
        freezing.freeze(one, document, actor=actor, on=on, act="submit")
    elif matter.state in ("rejected", "withdrawn"):
        one.ended_by, one.ended_on, one.ended_why = actor.login, on, matter.reason
    one.save()


def _of(matter: Matter) -> tuple[Application, Rules]:
    rows = Application.objects.select_for_update(of=("self",)).select_related("customer", "request")
    one = rows.get(pk=int(matter.subject.removeprefix("application:")))
    return one, defining.kept(one.sha256)


def _roles(actor: Actor, *, on: date) -> frozenset[str]:
    return people.roles_held(actor.person_id, on=on) if actor.person_id else frozenset()
