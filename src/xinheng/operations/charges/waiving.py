"""A charge is waived, and a fee is charged that another room sets."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as ledger
from xinheng.facts.receivables.errors import BillUnknown
from xinheng.operations.charges import correcting, policy, posting, selecting
from xinheng.operations.charges.errors import ChargeInvalid, NothingToWaive
from xinheng.operations.charges.models import Charge, ChargeRun


@transaction.atomic
def waive(*, actor: Actor, on: date, charge_id: int, reason: str, amount: Money | None = None) -> Charge:
    """Let go of a charge or part of it: a credit takes it off the claim, and the days stay charged.

    amount: None: all that is left of it. Refuses: AccessDenied, ChargeUnknown, ChargeInvalid, NothingToWaive.
    """
    require(actor, "charges.write", f"charge:{charge_id}")
    selecting.get_charge(actor, charge_id, on=on)
    charge = (
        Charge.objects.select_for_update(of=("self",)).select_related("customer", "bill").get(pk=charge_id)
    )
    if not reason.strip():
        raise ChargeInvalid(cause=_("Say why."), field="reason")
    left = _left(charge)
    asked = amount or Money(left, charge.currency)
    if asked.currency != charge.currency or not 0 < asked.minor <= left:
        raise NothingToWaive(charge=charge_id, left=Money(left, charge.currency), asked=asked)
    number = f"LW{charge.pk:08d}-{charge.waived_minor}"
    credit = pl.DataFrame(
        {
            "customer_id": [charge.customer_id], "currency": [charge.currency],
            "segment": [charge.bill.segment],
            "claim_no": [number], "claim": [charge.claim], "bill_no": [charge.claim_no],
            "of_claim": [charge.claim_no], "minor": [-asked.minor],
        }
    )  # fmt: skip
    posting.post_claims(credit, policy.in_force(on), actor=actor, on=on)
    correcting.settle_credits(credit, actor=actor, on=on)
    charge.waived_minor += asked.minor
    charge.waived_on, charge.waived_by, charge.waived_why = on, actor.login, reason.strip()[:300]
    charge.save(update_fields=["waived_minor", "waived_on", "waived_by", "waived_why"])
    told: dict[str, Any] = {"after": {"charge": charge.pk, "claim_no": charge.claim_no, "amount": asked}}
    subject = f"customer:{charge.customer.no}"
    record(actor=actor, act="charges.waive", subject=subject, on=on, reason=charge.waived_why, **told)
    return charge


@transaction.atomic
def post_fee(*, actor: Actor, on: date, customer_no: str, bill_no: str, amount: Money, cause: str) -> Charge:
    """Charge a fee on a bill as a claim of its own; for rooms that set fees, such as those of a reminder.

    cause: what it is for, once a bill ("dunning:3"): asking again gives the first.
    Refuses: AccessDenied, CustomerUnknown, BillUnknown, ChargeInvalid.
    """
    require(actor, "charges.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    named = ledger.bills_named(pl.DataFrame({"customer_id": [customer.pk], "bill_no": [bill_no]}))
    if named.is_empty():
        raise BillUnknown(bill_no=bill_no)
    bill_id, currency = named["bill_id"][0], named["currency"][0]
    if amount.minor <= 0 or amount.currency != currency or not 0 < len(cause) <= 60:
        raise ChargeInvalid(cause=_("A fee is an amount above zero in the bill's currency."), field="amount")
    of = Charge.objects.filter(bill_id=bill_id, scheme=cause, claim="fee", number=0)
    if kept := of.first():
        return kept
    run = ChargeRun.objects.create(until_on=on, posted_on=on, posted_by=actor.login, kind="fee")
    number = f"LF{run.pk:06d}-00001"
    row = pl.DataFrame(
        {
            "customer_id": [customer.pk], "currency": [currency], "segment": [""], "claim_no": [number],
            "claim": ["fee"], "bill_no": [bill_no], "minor": [amount.minor],
        }
    )  # fmt: skip
    posting.post_claims(row, policy.in_force(on), actor=actor, on=on)
    kept = Charge.objects.create(
        run=run, customer=customer, bill_id=bill_id, scheme=cause, from_on=on, until_on=on, days=0,
        amount_minor=amount.minor, currency=currency, claim="fee", claim_no=number, told_on=on,
    )  # fmt: skip
    posting.close(run, row)
    after = {"bill_no": bill_no, "claim_no": number, "cause": cause, "amount": amount}
    record(actor=actor, act="charges.post_fee", subject=f"customer:{customer_no}", on=on, after=after)
    return kept


def _left(charge: Charge) -> int:
    """What is left of a charge after its corrections and what was waived; 0 for a correction."""
    if charge.number or charge.amount_minor <= 0:
        return 0
    later = Charge.objects.filter(
        bill_id=charge.bill_id, instalment=charge.instalment, scheme=charge.scheme, from_on=charge.from_on,
        number__gt=0, amount_minor__lt=0,
    )  # fmt: skip
    taken = later.aggregate(total=Sum("amount_minor"))["total"] or 0
    return max(charge.amount_minor + taken - charge.waived_minor, 0)


def follow_bill(*, bill: Any, by: Any, **_others: Any) -> None:
    """A bill was corrected: what was charged on it and agreed for it goes with the new version."""
    from xinheng.operations.charges.models import Agreement

    if by is not None:
        for model in (Charge, Agreement):
            model.objects.filter(bill=bill).update(bill=by)
