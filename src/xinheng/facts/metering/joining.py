"""An account is joined to the credit file of who answers for it, after it was opened."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.metering import selecting
from xinheng.facts.metering.accounts import subject_of, text
from xinheng.facts.metering.models import Consumer


@transaction.atomic
def join_customer(*, actor: Actor, on: date, consumer_no: str, customer_no: str, reason: str) -> Consumer:
    """Join an account to a credit file, or to another than before; the trail keeps which it was.

    Refuses: AccessDenied, ConsumerUnknown, CustomerUnknown, MeteringInvalid.
    """
    require(actor, "metering.write", f"consumer:{consumer_no}")
    row = Consumer.objects.select_for_update().get(pk=selecting.consumer(actor, consumer_no).pk)
    customer = customers.get(actor, customer_no, on=on)
    told = text("reason", reason, longest=200)
    before = row.customer.no if row.customer else ""
    row.customer = customer
    row.save(update_fields=["customer"])
    record(
        actor=actor, act="metering.join_customer", subject=subject_of(row), on=on,
        before={"customer_no": before}, after={"customer_no": customer.no}, reason=told,
    )  # fmt: skip
    return row
