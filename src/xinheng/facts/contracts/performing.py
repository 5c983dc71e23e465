"""What becomes of a signed contract: deliveries, acceptance, payments, breaches, and that it is performed."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.contracts import errors, selecting
from xinheng.facts.contracts.events import finish
from xinheng.facts.contracts.held import check_past, check_text, note, require_state
from xinheng.facts.contracts.models import RUNNING, Contract, Record
from xinheng.facts.contracts.values import RECORD_WORDS, NewRecord

OPEN_TO_RECORDS = (*RUNNING, "ended")


@transaction.atomic
def record_performance(*, actor: Actor, on: date, contract_id: int, new: NewRecord) -> Record:
    """Note a delivery, an acceptance, a payment or a breach; also of an archived contract: it is a new fact.

    Refuses: AccessDenied, ContractUnknown, ContractNotInState, ContractInvalid.
    """
    require(actor, "contracts.write", f"contract:{contract_id}")
    contract = _running(actor, contract_id, on, *OPEN_TO_RECORDS)
    if new.kind not in RECORD_WORDS or new.kind == "notice":
        raise errors.ContractInvalid(cause=_("There is no such kind of performance."), field="kind")
    kept = keep(actor, on, contract, new)
    if contract.state == "signed":
        contract.state = "performing"
        contract.save(update_fields=["state"])
    after = {"kind": new.kind, "happened_on": new.happened_on, "note": kept.note, "amount": new.amount}
    note(actor, on, "record_performance", contract, after=after)
    return kept


@transaction.atomic
def cure_breach(
    *, actor: Actor, on: date, contract_id: int, record_id: int, cured_on: date, how: str
) -> Record:
    """Note that a breach was made good.

    Refuses: AccessDenied, ContractUnknown, ContractNotInState, RecordUnknown, ContractInvalid.
    """
    require(actor, "contracts.write", f"contract:{contract_id}")
    contract = _running(actor, contract_id, on, *OPEN_TO_RECORDS)
    found = Record.objects.filter(
        contract=contract, pk=record_id, kind="breach", cured_on__isnull=True
    ).first()
    if found is None:
        raise errors.RecordUnknown(record=record_id)
    check_past("cured_on", cured_on, on, earliest=found.happened_on)
    words = check_text("how", how, 200)
    found.cured_on, found.note = cured_on, f"{found.note} → {words}"[:500]
    found.save(update_fields=["cured_on", "note"])
    note(actor, on, "cure_breach", contract, after={"record": record_id, "cured_on": cured_on, "how": words})
    return found


@transaction.atomic
def finish_performance(*, actor: Actor, on: date, contract_id: int, performed_on: date) -> Contract:
    """Note that both sides have performed; no breach may be open. Its hand-over clock starts (CTR-04).

    Refuses: AccessDenied, ContractUnknown, ContractNotInState, ContractInvalid.
    """
    require(actor, "contracts.write", f"contract:{contract_id}")
    contract = _running(actor, contract_id, on, *RUNNING)
    check_past("performed_on", performed_on, on, earliest=contract.signed_on)
    if contract.performed_on:
        words = _("It was performed on %(day)s.") % {"day": contract.performed_on}
        raise errors.ContractInvalid(cause=words, field="performed_on")
    if Record.objects.filter(contract=contract, kind="breach", cured_on__isnull=True).exists():
        raise errors.ContractInvalid(cause=_("A breach of it is open yet."), field="performed_on")
    contract.performed_on = performed_on
    contract.save(update_fields=["performed_on"])
    note(actor, on, "finish_performance", contract, after={"performed_on": performed_on})
    finish(actor, on, contract, "performed", performed_on)
    return contract


@transaction.atomic
def tell_to_pay(
    *, actor: Actor, on: date, contract_id: int, amount: Money, told_on: date, words: str
) -> Record:
    """Note that the customer was told to pay in advance; with it the process may end (FSP-02).

    Refuses: AccessDenied, ContractUnknown, ContractNotInState, ContractInvalid.
    """
    require(actor, "contracts.write", f"contract:{contract_id}")
    contract = _running(actor, contract_id, on, *RUNNING)
    kept = keep(actor, on, contract, NewRecord("notice", told_on, words, amount))
    contract.noticed_on = told_on
    contract.save(update_fields=["noticed_on"])
    note(actor, on, "tell_to_pay", contract, after={"amount": amount, "told_on": told_on})
    return kept


def keep(actor: Actor, on: date, contract: Contract, new: NewRecord) -> Record:
    """Write one row of the performance down."""
    words = check_text("note", new.note, 500)
    check_past("happened_on", new.happened_on, on, earliest=contract.signed_on)
    amount = new.amount or Money(0, contract.currency)
    if amount.currency != contract.currency or amount.minor < 0:
        cause = _("The amount is told in %(currency)s and not below zero.")
        raise errors.ContractInvalid(cause=cause % {"currency": contract.currency}, field="amount")
    return Record.objects.create(
        contract=contract, kind=new.kind, happened_on=new.happened_on, amount_minor=amount.minor, note=words,
        told_by=actor.login, told_on=on,
    )  # fmt: skip


def _running(actor: Actor, contract_id: int, on: date, *states: str) -> Contract:
    selecting.get_contract(actor, contract_id, on=on)
    rows = Contract.objects.select_for_update(of=("self",)).select_related("customer", "unit")
    contract = rows.get(pk=contract_id)
    require_state(contract, *states)
    return contract
