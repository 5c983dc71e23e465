"""Grade summaries: reviewed proposals are submitted, and follow what the chain decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Matter, Title
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews import reviewing, selecting, taking_effect, terms
from xinheng.judgements.reviews.errors import (
    EffectiveDayInvalid,
    NothingSelected,
    NotPreparer,
    OnAnotherSheet,
    SheetOutOfReach,
    SheetUnknown,
)
from xinheng.judgements.reviews.models import Proposal, Sheet
from xinheng.judgements.reviews.terms import Terms
from xinheng.judgements.reviews.values import Wanted


class Asked(TypedDict):
    """From which day the grades are to hold (the day of submission where left out), and a note."""

    effective_on: NotRequired[date | None]
    note: NotRequired[str]


@transaction.atomic
def submit_sheet(
    *, actor: Actor, on: date, run_id: int, wanted: Wanted | None = None, **asked: Unpack[Asked]
) -> Sheet:
    """Submit the reviewed proposals of a run that are on no sheet yet to the chain of its policy.

    wanted: only these of them. Refuses: AccessDenied, ReviewNotBegun, NotPreparer, NothingSelected,
    OnAnotherSheet, EffectiveDayInvalid, RoleUnmanned.
    """
    access.require(actor, "ratings.review", f"run:{run_id}")
    return _submit(actor, on, run_id, wanted or Wanted(), asked, "")


@transaction.atomic
def submit_by_unit(
    *, actor: Actor, on: date, run_id: int, wanted: Wanted | None = None, **asked: Unpack[Asked]
) -> list[Sheet]:
    """The same, with a grade summary of its own for each responsible unit; all of them or none.

    Customers nobody answers for stand on one without a unit. Refuses as submit_sheet does.
    """
    access.require(actor, "ratings.review", f"run:{run_id}")
    wanted = wanted or Wanted()
    rows = selecting.chosen(_free(actor, run_id, on=on), wanted, on=on)
    units = selecting.units_of(rows, on=on)
    if not units:
        raise NothingSelected
    return [_submit(actor, on, run_id, replace(wanted, unit=code), asked, name) for code, name in units]


def _free(actor: Actor, run_id: int, *, on: date) -> QuerySet[Proposal]:
    """The reviewed proposals of a run that are on no sheet."""
    rows = reviewing.begun(actor, run_id, on=on)
    return rows.filter(reviewing.FREE, stage="reviewed", sheet__isnull=True)


def _submit(actor: Actor, on: date, run_id: int, wanted: Wanted, asked: Asked, unit: str) -> Sheet:
    run = ratings.get_run(run_id)
    rows = selecting.chosen(_free(actor, run_id, on=on), wanted, on=on)
    by = terms.of_run(run.policy_sha256)
    _check_preparer(actor, by, on=on)
    effective_on = asked.get("effective_on") or on
    if effective_on < on:
        raise EffectiveDayInvalid(on=on, effective_on=effective_on)
    sheet = Sheet.objects.create(
        run_id=run_id,
        policy_code=run.policy_code,
        unit="" if wanted.unit == selecting.NONE else wanted.unit,
        effective_on=effective_on,
        note=asked.get("note", "").strip()[:300],
        submitted_by=actor.login,
        submitted_on=on,
    )
    _check_free(rows, run.policy_code)
    sheet.lines = Proposal.objects.filter(pk__in=rows.order_by().values("pk")).update(
        stage="submitted", sheet=sheet
    )
    if not sheet.lines:
        raise NothingSelected
    sheet.request = approvals.submit(
        actor=actor,
        on=on,
        kind="grades",
        subject=f"sheet:{sheet.pk}",
        title=_title(by, run.as_of, sheet.lines, unit),
        chain=by.chain,
    )
    sheet.save()
    told = {"run": run_id, "lines": sheet.lines, "effective_on": effective_on}
    told |= {"unit": sheet.unit} if sheet.unit else {}
    audit.record(actor=actor, act="ratings.submit_sheet", subject=f"sheet:{sheet.pk}", on=on, after=told)
    return sheet


def look_ahead(actor: Actor, on: date, matter: Matter) -> None:
    """Before somebody decides: an approver reaches every customer on the sheet. Refuses: SheetOutOfReach."""
    sheet = _of(matter)
    if actor.scope.reach == "everything":
        return
    here = Proposal.objects.filter(sheet=sheet)
    reached = customers.visible(actor, on=on).order_by().values("pk")
    if outside := here.exclude(customer__in=reached).count():
        raise SheetOutOfReach(customers=outside)


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """What follows a decision of the chain, in its transaction."""
    sheet = _of(matter)
    sheet.state = matter.state
    lines = Proposal.objects.filter(sheet=sheet).exclude(stage="rejected")  # turned down for good
    match matter.state:
        case "approved":
            sheet.approved_by, sheet.approved_on = actor.login, on
            taking_effect.take_effect(sheet, actor=actor, on=on)
        case "returned":
            lines.update(stage="reviewed")
        case "open":
            _check_free(lines, sheet.policy_code)
            sheet.lines = lines.filter(stage="reviewed").update(stage="submitted")
            if not sheet.lines:
                raise NothingSelected
        case "rejected":
            lines.update(stage="rejected")
        case "withdrawn":
            lines.update(stage="reviewed", sheet=None)
    sheet.save()


def _of(matter: Matter) -> Sheet:
    no = matter.subject.removeprefix("sheet:")
    sheet = Sheet.objects.select_for_update().filter(pk=int(no)).first()
    if sheet is None:
        raise SheetUnknown(sheet=no)
    return sheet


def _check_preparer(actor: Actor, by: Terms, *, on: date) -> None:
    preparers = by.approval.prepared_by
    held = people.roles_held(actor.person_id, on=on) if actor.person_id else frozenset()
    if preparers and not held & set(preparers):
        names = people.role_names()
        raise NotPreparer(roles=", ".join(names.get(code, code) for code in preparers))


def _check_free(rows: object, policy_code: str) -> None:
    """No customer is on two undecided sheets of a policy at a time."""
    elsewhere = Proposal.objects.filter(
        policy_code=policy_code,
        stage="submitted",
        customer_id=OuterRef("customer_id"),
        role=OuterRef("role"),
    )
    if held := rows.filter(Exists(elsewhere)).count():  # type: ignore[attr-defined]
        raise OnAnotherSheet(customers=held)


def _title(by: Terms, as_of: date, lines: int, unit: str) -> Title:
    name = by.policy.name
    return Title(
        f"客户信用等级汇总表：{name.zh}，{as_of}，{lines} 户" + (f"，{unit}" if unit else ""),
        f"Grade summary: {name.en}, {as_of}, {lines} customers" + (f", {unit}" if unit else ""),
    )
