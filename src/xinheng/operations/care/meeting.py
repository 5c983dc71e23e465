"""Customers are met: how each is to be received, visits planned, and their records."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.working_days import add_working_days
from xinheng.facts.customers import queries as customers
from xinheng.operations.care import policy, rules, selecting
from xinheng.operations.care.errors import CareInvalid, ItIsDone, StageRefused
from xinheng.operations.care.models import Handed, Presence, Standing, Visit
from xinheng.operations.care.naming import check_code, check_day, check_person, check_text, locked
from xinheng.operations.care.values import NewStanding, NewVisit, Record, named_in


@transaction.atomic
def set_standing(*, actor: Actor, on: date, customer_no: str, new: NewStanding) -> Standing:
    """Say how a customer is received and how far the relation has come; what held before stays history.

    Refuses: AccessDenied, CustomerUnknown, CareInvalid, StageRefused.
    """
    require(actor, "care.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    care = policy.in_force(on)
    check_code("level", named_in(care.levels, new.level))
    wanted = check_code("stage", named_in(care.stages, new.stage))
    now = Standing.objects.select_for_update().filter(customer=customer, until_on__isnull=True).first()
    if now and not rules.may_move(care.stages, now.stage, new.stage):
        held = named_in(care.stages, now.stage)
        raise StageRefused(stage=held.words if held else now.stage, wanted=wanted.words)
    if now:
        now.until_on = on
        now.save(update_fields=["until_on"])
    kept = Standing.objects.create(
        customer=customer, level=new.level, stage=new.stage, is_promising=new.is_promising, from_on=on,
        why=check_text("why", new.why, 300, may_be_blank=True), told_by=actor.login,
    )  # fmt: skip
    told: dict[str, Any] = {"before": _told(now) if now else None, "after": _told(kept)}
    record(actor=actor, act="care.set_standing", subject=f"customer:{customer_no}", on=on, **told)
    return kept


@transaction.atomic
def plan_visit(*, actor: Actor, on: date, customer_no: str, new: NewVisit) -> Visit:
    """Plan a meeting; without a level the customer is received as its standing says, else as ordinary.

    Refuses: AccessDenied, CustomerUnknown, CareInvalid.
    """
    require(actor, "care.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    care = policy.in_force(on)
    check_code("occasion", named_in(care.occasions, new.occasion))
    if new.level:
        check_code("level", named_in(care.levels, new.level))
    standing = selecting.standing_of(customer)
    kept = Visit.objects.create(
        customer=customer, occasion=new.occasion, planned_on=new.planned_on,
        owner=check_person("owner", new.owner) if new.owner else actor.login,
        purpose=check_text("purpose", new.purpose, 200, may_be_blank=True),
        level=new.level or (standing.level if standing else care.levels[0].code),
        record_due_on=add_working_days(new.planned_on, care.record_days.working).day,
        told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {"visit": kept.pk, "occasion": kept.occasion, "planned_on": kept.planned_on, "owner": kept.owner}
    record(actor=actor, act="care.plan_visit", subject=f"customer:{customer_no}", on=on, after=after)
    return kept


@transaction.atomic
def record_visit(*, actor: Actor, on: date, visit_id: int, told: Record) -> Visit:
    """Put on record what a meeting was; the record becomes part of the customer's file (MIN-11).

    Refuses: AccessDenied, CareUnknown, ItIsDone, CareInvalid.
    """
    require(actor, "care.write", f"visit:{visit_id}")
    visit = _open(actor, visit_id, on=on)
    people = sorted({check_person("people", login) for login in (told.people or (visit.owner,))})
    visit.happened_on = check_day("happened_on", told.happened_on, latest=on)
    if told.verified_at and told.verified_at.date() != told.happened_on:
        cause = _("The contact is verified on the day of the meeting.")
        raise CareInvalid(cause=cause, field="verified_at")
    visit.report = check_text("report", told.report, 2000)
    visit.met = check_text("met", told.met, 200, may_be_blank=True)
    visit.people, visit.contact_verified_at = people, told.verified_at
    visit.recorded_by, visit.recorded_on = actor.login, on
    visit.save()
    met = Handed.objects.filter(departure__successor__in=people, subject=f"customer:{visit.customer.no}")
    met.filter(met_on__isnull=True, told_on__isnull=False).update(met_on=visit.happened_on)
    Presence.objects.bulk_create([Presence(visit=visit, login=login) for login in people])
    after = {"visit": visit.pk, "happened_on": visit.happened_on, "people": people,
             "contact_verified_at": told.verified_at}  # fmt: skip
    record(actor=actor, act="care.record_visit", subject=f"customer:{visit.customer.no}", on=on, after=after)
    return visit


@transaction.atomic
def call_off_visit(*, actor: Actor, on: date, visit_id: int, why: str) -> Visit:
    """Call off a meeting that will not be. Refuses: AccessDenied, CareUnknown, ItIsDone, CareInvalid."""
    require(actor, "care.write", f"visit:{visit_id}")
    visit = _open(actor, visit_id, on=on)
    visit.called_off_why = check_text("why", why, 300)
    visit.save(update_fields=["called_off_why"])
    after = {"visit": visit.pk, "why": visit.called_off_why}
    record(
        actor=actor, act="care.call_off_visit", subject=f"customer:{visit.customer.no}", on=on, after=after
    )
    return visit


def _open(actor: Actor, visit_id: int, *, on: date) -> Visit:
    visit = locked(Visit, selecting.visit(actor, visit_id, on=on).pk)
    if visit.recorded_on or visit.called_off_why:
        raise ItIsDone(what=_("visit to a customer"), no=visit_id)
    return visit


def _told(standing: Standing) -> dict[str, Any]:
    return {"level": standing.level, "stage": standing.stage, "is_promising": standing.is_promising}
