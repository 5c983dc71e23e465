"""A dispute ends: what was found, what we let go of, and what that means for the clock."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.disputes import errors, opening, policy
from xinheng.facts.disputes.models import Dispute, Pause
from xinheng.facts.disputes.values import Closing, OutcomeRule
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewBill, NewSettlement


@transaction.atomic
def close_dispute(*, actor: Actor, on: date, dispute_id: int, closing: Closing) -> Dispute:
    """End a dispute. Where the outcome bears the pause out its days stay off the clock, else it never stood.

    What we let go of is credited where a credit bill is named: a posted one is only noted, a new number is
    posted and settles the bill, which needs the right to post. Our own fault needs its complaint.
    Refuses: AccessDenied, DisputeUnknown, DisputeStands, DisputeInvalid, AgreedAmountWrong, CaseMissing, and
    what the ledger refuses.
    """
    require(actor, "disputes.write", f"dispute:{dispute_id}")
    dispute = opening.open_one(actor, dispute_id, on=on)
    outcome = policy.in_force(on).outcome(closing.outcome)
    if outcome is None:
        raise errors.DisputeInvalid(cause=_("There is no such outcome."), field="outcome")
    opening.check_text("finding", closing.finding, 500)
    opening.check_day("closed_on", closing.closed_on, dispute.opened_on, on)
    agreed = _agreed(dispute, outcome, closing.agreed)
    case_no = closing.case_no.strip()[:60] or dispute.case_no
    our_fault = outcome.our_fault if closing.our_fault is None else closing.our_fault
    if our_fault and not case_no:
        raise errors.CaseMissing(field="case_no")
    if agreed.minor and closing.credit_bill_no.strip():
        _credit(dispute, agreed, closing.credit_bill_no.strip(), actor=actor, on=on)
    dispute.state, dispute.outcome, dispute.finding = "closed", outcome.code, closing.finding.strip()
    dispute.agreed_minor, dispute.credit_bill_no = agreed.minor, closing.credit_bill_no.strip()[:60]
    dispute.our_fault, dispute.case_no = our_fault, case_no
    dispute.closed_on, dispute.closed_by, dispute.closed_told_on = closing.closed_on, actor.login, on
    dispute.save()
    _end_pause(dispute, outcome, on=on)
    after = {
        "outcome": outcome.code, "agreed": agreed, "our_fault": our_fault, "case_no": case_no,
        "closed_on": closing.closed_on, "credit_bill_no": dispute.credit_bill_no,
    }  # fmt: skip
    told: dict[str, Any] = {"after": after, "reason": dispute.finding}
    record(actor=actor, act="disputes.close", subject=opening.subject_of(dispute), on=on, **told)
    return dispute


def _agreed(dispute: Dispute, outcome: OutcomeRule, told: Money | None) -> Money:
    contested, currency = dispute.amount_minor, dispute.bill.currency
    least = {"whole": contested, "part": 0, "none": 0}[outcome.credits]
    most = {"whole": contested, "part": contested, "none": 0}[outcome.credits]
    agreed = told if told is not None else Money(least, currency)
    if agreed.currency != currency or not least <= agreed.minor <= most:
        bounds = {"least": Money(least, currency), "most": Money(most, currency)}
        raise errors.AgreedAmountWrong(agreed=agreed, field="agreed", **bounds)
    return agreed


def _credit(dispute: Dispute, agreed: Money, bill_no: str, *, actor: Actor, on: date) -> None:
    """Post the credit bill and settle with it, up to what is open; one that is posted is left as it is."""
    if (known := receivables.bill_now(dispute.customer, bill_no)) is not None:
        if known.is_void or known.amount.minor >= 0:
            raise errors.DisputeInvalid(cause=_("This is not a credit bill."), field="credit_bill_no")
        return
    who: dict[str, Any] = {"actor": actor, "on": on, "customer_no": dispute.customer.no}
    new = NewBill(bill_no, on, on, -agreed, segment=dispute.bill.segment)
    ledger.post_bill(**who, bill=new)
    left = receivables.bill_now(dispute.customer, dispute.bill.bill_no)
    minor = min(agreed.minor, left.open.minor if left else 0)
    if minor > 0:
        taken = Money(minor, agreed.currency)
        settlement = NewSettlement(dispute.bill.bill_no, on, taken, credit_bill_no=bill_no)
        ledger.settle(**who, settlement=settlement)


def _end_pause(dispute: Dispute, outcome: OutcomeRule, *, on: date) -> None:
    """End the pause with the dispute, annul it, or make it where none stood meanwhile."""
    pauses = Pause.objects.filter(dispute=dispute)
    ended = {"until_on": dispute.closed_on, "ended_told_on": on}
    if not outcome.pauses:
        pauses.update(**ended, annulled_told_on=on)
    elif not pauses.update(**ended) and dispute.stops_clock:
        Pause.objects.create(
            bill=dispute.bill, kind="dispute", dispute=dispute, from_on=dispute.opened_on, **ended,
            told_by=dispute.closed_by, told_on=on,
        )  # fmt: skip
