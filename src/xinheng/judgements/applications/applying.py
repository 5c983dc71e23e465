"""An application is written, submitted, taken back: until somebody decides it is its writer's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Title
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.applications import activating, allowing, defining, findings, freezing, held, rules
from xinheng.judgements.applications.document import Rules
from xinheng.judgements.applications.errors import (
    ApplicationReasonMissing,
    ApplicationRunning,
    CreditRefused,
)
from xinheng.judgements.applications.models import Application
from xinheng.judgements.applications.values import NewApplication

KIND = "application"
ASKED = ("days", "payment", "kind", "reach", "segment", "until_on", "answers", "method", "why_method")


@transaction.atomic
def apply(
    *, actor: Actor, on: date, customer_no: str, code: str, asked: NewApplication, application_id: int = 0
) -> Application:
    """Write an application, or change the one of a number while it is a draft or was sent back.

    code: of the rules. What is missing of the form is told when it is submitted. Refuses: AccessDenied,
    CustomerUnknown, CustomerClosed, RulesUnknown, ApplicationInvalid, ApplicationRunning,
    ApplicationUnknown, ApplicationNotOpen, NotYourApplication.
    """
    access.require(actor, "applications.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    findings.rules_of(code, on=on)
    document, sha256 = defining.in_force(on)[code]
    allowing.check_asked(document, asked)
    if application_id:
        one, _before = held.own(actor, application_id, "draft", "returned", on=on)
    else:
        one = Application(customer=customer, applied_by=actor.login, applied_on=on)
    one.rules, one.version, one.sha256 = document.code, document.version, sha256
    one.amount_minor, one.currency = asked.amount.minor, asked.amount.currency
    one.reason = asked.reason.strip()
    for name in ASKED:
        setattr(one, name, getattr(asked, name))
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        raise ApplicationRunning(customer_no=customer_no) from error
    audit.record(
        actor=actor, act="applications.write", subject=f"customer:{customer_no}", on=on,
        after={"application": one.pk, "rules": code, **told(one)}, reason=one.reason,
    )  # fmt: skip
    return one


@transaction.atomic
def submit(*, actor: Actor, on: date, application_id: int) -> Application:
    """Send an application through the chain of its row of the matrix, with the figures of now frozen.

    What needs no approval (a change within the free percent, or within what the applicant sets alone) takes
    effect at once. Refuses: AccessDenied, ApplicationUnknown, ApplicationNotOpen, NotYourApplication,
    ApplicationInvalid (naming the field or paper that is missing), CreditRefused, StepBetween, StepTaken,
    AboveCeiling, NoRowCovers, and as the chain does.
    """
    access.require(actor, "applications.write", f"application:{application_id}")
    one, document = held.own(actor, application_id, "draft", "returned", on=on)
    allowing.check_form(document, one)
    require_clean(one, document, on=on)
    one.grade = allowing.check_amount(one, document, on=on)
    row = allowing.row_of(one, document)
    one.row, one.state = row.code, "open"
    freezing.freeze(one, document, actor=actor, on=on, act="submit")
    audit.record(
        actor=actor, act="applications.submit", subject=f"customer:{one.customer.no}", on=on,
        after={"application": one.pk, "grade": one.grade, "row": row.code, **told(one)},
    )  # fmt: skip
    roles = people.roles_held(actor.person_id, on=on) if actor.person_id else frozenset[str]()
    if allowing.is_free(one, document, on=on) or rules.may_alone(row, roles):
        activating.approve(one, document, actor=actor, on=on)
        return one
    sender = replace(actor, permits=actor.permits | {"approvals.submit"})
    if (before := one.request) is not None and before.state == "returned":
        one.request = None  # the chain of the row it has now begins anew
        one.save()
        approvals.withdraw(actor=sender, on=on, request_id=before.pk, reason=one.reason)
    one.request = approvals.submit(
        actor=sender, on=on, kind=KIND, subject=f"application:{one.pk}", title=title_of(one),
        chain=rules.chain_of(row),
    )  # fmt: skip
    one.save()
    return one


@transaction.atomic
def withdraw(*, actor: Actor, on: date, application_id: int, reason: str) -> Application:
    """Take an application back before it is decided.

    Refuses: AccessDenied, ApplicationUnknown, ApplicationNotOpen, NotYourApplication,
    ApplicationReasonMissing.
    """
    access.require(actor, "applications.write", f"application:{application_id}")
    one, _document = held.own(actor, application_id, "draft", "open", "returned", on=on)
    if not reason.strip() or len(reason) > 300:
        raise ApplicationReasonMissing
    if one.request is not None and one.request.state in ("open", "returned"):
        sender = replace(actor, permits=actor.permits | {"approvals.submit"})
        approvals.withdraw(actor=sender, on=on, request_id=one.request.pk, reason=reason)
    one.state, one.ended_by, one.ended_on, one.ended_why = "withdrawn", actor.login, on, reason.strip()
    one.save()
    audit.record(
        actor=actor, act="applications.withdraw", subject=f"customer:{one.customer.no}", on=on,
        after={"application": one.pk}, reason=one.ended_why,
    )  # fmt: skip
    return one


def require_clean(one: Application, document: Rules, *, on: date) -> None:
    """No condition refuses credit to the customer; ending or lowering it is always allowed.

    Refuses: CreditRefused.
    """
    if one.amount_minor == 0:
        return
    if met := findings.met(one.customer, document, on=on):
        letters = ", ".join(condition.code for condition in met)
        raise CreditRefused(customer_no=one.customer.no, letters=letters)


def title_of(one: Application) -> Title:
    """An application as the inbox names it: for whom, how much, for how long."""
    name, amount = one.customer.name, Money(one.amount_minor, one.currency)
    return Title(
        f"授信申请 {one.pk}：{name} {amount} {one.currency}，{one.days} 天",
        f"Credit application {one.pk}: {name} {amount} {one.currency}, {one.days} days",
    )


def told(one: Application) -> dict[str, Any]:
    """What is asked for, as the trail keeps it."""
    names = ("days", "payment", "kind", "reach", "segment", "until_on", "method")
    return {"amount": Money(one.amount_minor, one.currency), **{name: getattr(one, name) for name in names}}
