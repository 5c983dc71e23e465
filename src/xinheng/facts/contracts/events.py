"""An event is finished: the dossier goes to the administrator within the time of the scheme."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.contracts import errors, policy
from xinheng.facts.contracts.held import check_past, check_text, held, note, subject_of
from xinheng.facts.contracts.models import Contract, Event, Party
from xinheng.facts.custody import services as custody
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as files

DOSSIER = "ctr_contract"  # kind of the dossier of a contract (CTR-01)


def finish(actor: Actor, on: date, contract: Contract, kind: str, finished_on: date) -> Event:
    """Keep that an event was finished, and start its own hand-over clock where the rules name a scheme."""
    event = Event.objects.create(
        contract=contract, kind=kind, finished_on=finished_on, told_by=actor.login, told_on=on
    )
    if scheme := policy.held(contract.kind, on).handover:
        unit = contract.unit
        told: dict[str, Any] = {"owner": contract.handler, "dossier": file_of(contract)}
        told |= {"from_unit": unit, "to_unit": unit.parent or unit, "started_on": finished_on}
        custody.expect_handover(actor, on, scheme, event_subject(event), **told)
    return event


@transaction.atomic
def reopen_event(*, actor: Actor, on: date, contract_id: int, event_id: int, why: str) -> Event:
    """An event is not finished after all: its clock is cancelled (CTR-04).

    Refuses: AccessDenied, ContractUnknown, ContractArchived, EventUnknown, ContractInvalid, HandoverClosed.
    """
    require(actor, "contracts.ledger", f"contract:{contract_id}")
    contract = held(actor, contract_id, on=on)
    event = Event.objects.filter(contract=contract, pk=event_id, reopened_on__isnull=True).first()
    if event is None:
        raise errors.EventUnknown(event=event_id)
    event.reopened_why = check_text("why", why, 300)
    event.reopened_on, event.reopened_by = on, actor.login
    event.save(update_fields=["reopened_on", "reopened_by", "reopened_why"])
    if scheme := policy.held(contract.kind, on).handover:
        custody.cancel_waiting(actor, on, scheme, event_subject(event), event.reopened_why)
    note(actor, on, "reopen_event", contract, after={"event": event.kind}, reason=event.reopened_why)
    return event


@transaction.atomic
def finish_again(*, actor: Actor, on: date, contract_id: int, kind: str, finished_on: date) -> Event:
    """A reopened event is finished after all: a clock of its own starts on that day.

    Refuses: AccessDenied, ContractUnknown, ContractArchived, EventUnknown, ContractInvalid.
    """
    require(actor, "contracts.ledger", f"contract:{contract_id}")
    contract = held(actor, contract_id, on=on)
    rows = Event.objects.filter(contract=contract, kind=kind)
    if not rows.exists() or rows.filter(reopened_on__isnull=True).exists():
        raise errors.EventUnknown(event=kind)
    check_past("finished_on", finished_on, on, earliest=contract.signed_on)
    event = finish(actor, on, contract, kind, finished_on)
    note(actor, on, "finish_again", contract, after={"event": kind, "finished_on": finished_on})
    return event


@transaction.atomic
def open_file(*, actor: Actor, on: date, contract_id: int) -> Any:
    """Open the dossier of a contract, with its eleven groups of papers (CTR-01).

    Refuses: AccessDenied, ContractUnknown, ContractArchived, and what dossiers refuse.
    """
    require(actor, "contracts.write", f"contract:{contract_id}")
    contract = held(actor, contract_id, on=on)
    if kept := file_of(contract):
        return kept
    guaranteed = Party.objects.filter(contract=contract, role="guarantor").exists()
    told: dict[str, Any] = {"customer": contract.customer, "unit": contract.unit}
    told["facts"] = {"guaranteed": "with" if guaranteed else "without"}
    title = f"{contract.no} {contract.title}"[:200]
    kept = files.open_dossier(
        actor=actor, on=on, kind=DOSSIER, subject=subject_of(contract), title=title, **told
    )
    note(actor, on, "open_file", contract, after={"dossier": kept.no})
    return kept


def file_of(contract: Contract) -> Any:
    """The dossier of a contract; None: it has none yet."""
    return dossiers.dossier_of(system_actor(), contract.drafted_on, DOSSIER, subject_of(contract))


def event_subject(event: Event) -> str:
    """What its hand-over is about."""
    return f"contract:{event.contract.no}/{event.kind}/{event.pk}"
