"""Credit investigations ordered from our own people or from an agency, with report and cost."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.archive import queries as archive
from xinheng.facts.customers import queries
from xinheng.facts.customers.errors import (
    DayInvalid,
    FieldInvalid,
    InvestigationUnknown,
    PersonUnknown,
    ReportMissing,
)
from xinheng.facts.customers.models import Investigation
from xinheng.facts.customers.values import NewInvestigation, Report


@transaction.atomic
def order_investigation(*, actor: Actor, on: date, no: str, new: NewInvestigation) -> Investigation:
    """Order an investigation of a customer from one of our own people or an agency.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, PersonUnknown, FieldInvalid, DayInvalid.
    """
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.open_customer(actor, no, on=on)
    assignee, reason = new.assignee.strip(), new.reason.strip()
    if new.by not in {"staff", "agency"} or not 0 < len(assignee) <= 150:
        raise FieldInvalid(field="assignee", value=assignee[:60])
    if new.by == "staff" and not _works_here(assignee, on):
        raise PersonUnknown(login=assignee)
    if not 0 < len(reason) <= 300:
        raise FieldInvalid(field="reason", value=reason[:60])
    if new.due_on < on:
        raise DayInvalid(field="due_on", day=new.due_on)
    kept = Investigation.objects.create(
        customer=customer, by=new.by, assignee=assignee, reason=reason, ordered_by=actor.login,
        ordered_on=on, due_on=new.due_on,
    )  # fmt: skip
    after = {
        "investigation": kept.pk, "by": new.by, "assignee": assignee, "reason": reason, "due_on": new.due_on,
    }  # fmt: skip
    record(actor=actor, act="customers.order_investigation", subject=f"customer:{no}", on=on, after=after)
    return kept


def _works_here(login: str, on: date) -> bool:
    placed = people.assignments(system_actor(), on=on).filter(person__is_active=True)
    return bool(placed.filter(person__login=login).exists())


@transaction.atomic
def finish_investigation(*, actor: Actor, on: date, investigation_id: int, report: Report) -> Investigation:
    """Note the report of an investigation, its day and its cost. An agency's report is attached before.

    Refuses: AccessDenied, InvestigationUnknown, DayInvalid, FieldInvalid, ReportMissing.
    """
    access.require(actor, "customers.write", f"investigation:{investigation_id}")
    kept = running_investigation(actor, investigation_id, on=on)
    if report.report_on > on:
        raise DayInvalid(field="report_on", day=report.report_on)
    if not 0 < len(report.outcome.strip()) <= 300:
        raise FieldInvalid(field="outcome", value=report.outcome[:60])
    if report.cost_minor is not None and not 0 <= report.cost_minor < 10**15:
        raise FieldInvalid(field="cost", value=report.cost_minor)
    if kept.by == "agency" and not archive.beside([f"investigation:{kept.pk}"]):
        raise ReportMissing()
    kept.state, kept.done_on, kept.report_on = "done", on, report.report_on
    kept.cost_minor, kept.outcome = report.cost_minor, report.outcome.strip()
    kept.save()
    _record(kept, actor, on, "customers.finish_investigation")
    return kept


@transaction.atomic
def cancel_investigation(*, actor: Actor, on: date, investigation_id: int, reason: str) -> Investigation:
    """Call an investigation off. Refuses: AccessDenied, InvestigationUnknown, FieldInvalid without reason."""
    access.require(actor, "customers.write", f"investigation:{investigation_id}")
    kept = running_investigation(actor, investigation_id, on=on)
    if not 0 < len(reason.strip()) <= 300:
        raise FieldInvalid(field="reason", value=reason[:60])
    kept.state, kept.done_on, kept.outcome = "cancelled", on, reason.strip()
    kept.save()
    _record(kept, actor, on, "customers.cancel_investigation")
    return kept


def running_investigation(actor: Actor, investigation_id: int, *, on: date) -> Investigation:
    """An investigation that goes on, held for a change. Refuses: InvestigationUnknown."""
    found = Investigation.objects.select_for_update(of=("self",)).select_related("customer")
    kept = found.filter(pk=investigation_id, state="ordered").first()
    if kept is None or not queries.visible(actor, on=on).filter(pk=kept.customer_id).exists():
        raise InvestigationUnknown(investigation=investigation_id)
    return kept


def _record(kept: Investigation, actor: Actor, on: date, act: str) -> None:
    after = {
        "investigation": kept.pk, "report_on": kept.report_on, "cost_minor": kept.cost_minor,
        "outcome": kept.outcome,
    }  # fmt: skip
    record(actor=actor, act=act, subject=f"customer:{kept.customer.no}", on=on, after=after)
