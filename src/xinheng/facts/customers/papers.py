"""Documents beside one fact of a file, or beside a report from the field."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as kept
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Attached, Content, Upload
from xinheng.facts.customers import queries
from xinheng.facts.customers.errors import FactUnknown, FieldReportUnknown
from xinheng.facts.customers.items import item_of
from xinheng.facts.customers.models import FieldReport, FileFact

Told = Literal["fact", "report"]


def told_record(actor: Actor, kind: Told, record_id: int, *, on: date) -> FileFact | FieldReport:
    """A fact or a report of a customer within reach. Refuses: FactUnknown, FieldReportUnknown."""
    seen = queries.visible(actor, on=on).order_by()
    model = FileFact if kind == "fact" else FieldReport
    found = model.objects.filter(pk=record_id, customer__in=seen).select_related("customer").first()
    if found is None:
        raise FactUnknown(fact=record_id) if kind == "fact" else FieldReportUnknown(report=record_id)
    return found


@transaction.atomic
def attach_to_record(
    *, actor: Actor, on: date, kind: Told, record_id: int, uploads: list[Upload]
) -> list[Attached]:
    """Keep files beside a fact or a report; all of them or none.

    Refuses: AccessDenied, FactUnknown, FieldReportUnknown, and what the archive refuses.
    """
    access.require(actor, "customers.write", f"{kind}:{record_id}")
    told_record(actor, kind, record_id, on=on)
    for upload in uploads:
        archive.check(upload)
    subject = f"{kind}:{record_id}"
    return [archive.attach(actor=actor, on=on, subject=subject, upload=upload) for upload in uploads]


def beside_record(actor: Actor, kind: Told, record_id: int, *, on: date) -> list[Attached]:
    """The files beside a fact or a report. Refuses: AccessDenied, FactUnknown, FieldReportUnknown."""
    access.require(actor, "archive.read", f"{kind}:{record_id}")
    told_record(actor, kind, record_id, on=on)
    return kept.beside([f"{kind}:{record_id}"])


def read_record_file(*, actor: Actor, on: date, kind: Told, record_id: int, attachment_id: int) -> Content:
    """A file beside a fact or a report, proven by its hash. A sensitive fact takes the right to see it.

    Refuses: AccessDenied, FactUnknown, FieldReportUnknown, AttachmentUnknown, DocumentAltered.
    """
    access.require(actor, "archive.read", f"{kind}:{record_id}")
    require_record_file(actor, kind, record_id, on=on)
    return archive.read(actor=actor, on=on, attachment_id=attachment_id, subject=f"{kind}:{record_id}")


def require_record_file(actor: Actor, kind: Told, record_id: int, *, on: date) -> None:
    """Let pass who may read the files beside a fact or a report; those of a sensitive fact take more.

    Refuses: AccessDenied, FactUnknown, FieldReportUnknown.
    """
    access.require(actor, "archive.read", f"{kind}:{record_id}")
    found = told_record(actor, kind, record_id, on=on)
    if isinstance(found, FileFact) and item_of(found.item).sensitive:
        access.require(actor, "sensitive.read", f"fact:{record_id}")
