"""Taking back what was applied: one receipt or a whole run, as one act with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.receivables import services as ledger
from xinheng.judgements.matching import applying, selecting
from xinheng.judgements.matching.errors import ProposalDecided, ReasonMissing, RunUndone
from xinheng.judgements.matching.models import Proposal, ProposalLine


@transaction.atomic
def undo(*, actor: Actor, on: date, proposal_id: int, reason: str) -> int:
    """Take back what one proposal applied; its receipt is free and its bills are open again, as told today.

    What was written down for it is void. Settlements that were taken back by hand before are passed over.
    Gives how many were taken back. Refuses: AccessDenied, ProposalUnknown, ProposalDecided, ReasonMissing.
    """
    access.require(actor, "matching.write", f"proposal:{proposal_id}")
    _check(reason)
    applying.take_turn()
    one = selecting.get_proposal(actor, proposal_id, on=on, lock=True)
    if one.state != "applied":
        raise ProposalDecided(proposal=proposal_id, state=selecting.STATE_WORDS[one.state])
    number = _take_back([one.pk], actor=actor, on=on, reason=reason)
    after = {"settlements": number, "receipt": one.receipt.receipt_no}
    audit.record(
        actor=actor, act="matching.undo", subject=f"proposal:{proposal_id}", on=on, after=after,
        reason=reason.strip(),
    )  # fmt: skip
    return number


@transaction.atomic
def undo_run(*, actor: Actor, on: date, run_id: int, reason: str) -> int:
    """Take back all that a run applied and that still stands, also what people accepted of it; one act.

    What still waits of the run is put aside. Gives how many settlements were taken back.
    Refuses: AccessDenied, MatchingRunUnknown, RunUndone, ReasonMissing.
    """
    access.require(actor, "matching.write", f"matching:{run_id}")
    _check(reason)
    applying.take_turn()
    run = selecting.get_run(actor, run_id, on=on, lock=True)
    if run.state == "undone":
        raise RunUndone(run=run_id)
    ids = list(Proposal.objects.filter(run=run, state="applied").values_list("pk", flat=True))
    number = _take_back(ids, actor=actor, on=on, reason=reason)
    Proposal.objects.filter(run=run, state="waiting").update(state="superseded")
    run.state, run.undone_by, run.undone_on, run.reason = "undone", actor.login, on, reason.strip()[:200]
    run.save(update_fields=["state", "undone_by", "undone_on", "reason"])
    after = {"receipts": len(ids), "settlements": number}
    audit.record(
        actor=actor, act="matching.undo_run", subject=f"matching:{run_id}", on=on, after=after,
        reason=reason.strip(),
    )  # fmt: skip
    return number


def _take_back(proposal_ids: list[int], *, actor: Actor, on: date, reason: str) -> int:
    why = reason.strip()[:200]
    settlements: list[int] = []
    bills: set[Any] = set()
    for at in range(0, len(proposal_ids), 500):
        some = proposal_ids[at : at + 500]
        rows = ProposalLine.objects.filter(proposal__in=some, settlement__isnull=False)
        settlements += rows.order_by().values_list("settlement_id", flat=True)
        down = rows.filter(source="write_down").order_by()
        bills |= set(
            down.values_list("proposal_id", "proposal__customer__no", "settlement__credit_bill__billed_on")
        )
    number = ledger.take_back_settlements(
        pl.Series(sorted(settlements), dtype=pl.Int64), actor=actor, on=on, reason=why
    )
    for proposal_id, customer_no, billed_on in sorted(bills):
        told: dict[str, Any] = {"bill_no": applying.WRITTEN_DOWN.format(proposal_id), "voided_on": billed_on}
        ledger.void_bill(actor=actor, on=on, customer_no=customer_no, reason=why, **told)
    for at in range(0, len(proposal_ids), 500):
        Proposal.objects.filter(pk__in=proposal_ids[at : at + 500]).update(
            state="undone", decided_by=actor.login, decided_on=on, reason=why
        )
    return number


def _check(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing
