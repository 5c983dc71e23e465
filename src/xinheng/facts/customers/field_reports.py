"""Daily reports by word of mouth and urgent ones, between the formal reports (ADV-07)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries
from xinheng.facts.customers.errors import FieldInvalid, FieldReportUnknown, OwnReport
from xinheng.facts.customers.models import FieldReport


@transaction.atomic
def tell_report(*, actor: Actor, on: date, no: str, kind: str, text: str) -> FieldReport:
    """Note what was reported of a customer: "daily" or "urgent". An urgent one waits for a manager.

    Refuses: AccessDenied, CustomerUnknown, FieldInvalid.
    """
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.get(actor, no, on=on)
    if kind not in {"daily", "urgent"}:
        raise FieldInvalid(field="kind", value=kind[:60])
    if not 0 < len(text.strip()) <= 1000:
        raise FieldInvalid(field="text", value=text[:60])
    kept = FieldReport.objects.create(
        customer=customer, kind=kind, text=text.strip(), told_by=actor.login, told_on=on
    )
    after = {"report": kept.pk, "kind": kind, "text": kept.text}
    record(actor=actor, act="customers.tell_report", subject=f"customer:{no}", on=on, after=after)
    return kept


@transaction.atomic
def read_report(*, actor: Actor, on: date, report_id: int) -> FieldReport:
    """Note that a manager read a report. Refuses: AccessDenied, FieldReportUnknown, OwnReport."""
    access.require(actor, "customers.review", f"report:{report_id}")
    found = FieldReport.objects.select_for_update(of=("self",)).select_related("customer")
    kept = found.filter(pk=report_id, read_on__isnull=True).first()
    if kept is None or not queries.visible(actor, on=on).filter(pk=kept.customer_id).exists():
        raise FieldReportUnknown(report=report_id)
    if kept.told_by == actor.login:
        raise OwnReport()
    kept.read_by, kept.read_on = actor.login, on
    kept.save(update_fields=["read_by", "read_on"])
    subject = f"customer:{kept.customer.no}"
    record(actor=actor, act="customers.read_report", subject=subject, on=on, after={"report": kept.pk})
    return kept
