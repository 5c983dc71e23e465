"""How a contract leaves the desk: what comes after it, its end, void, archive, and the end of its process."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.contracts import errors, policy, selecting
from xinheng.facts.contracts.events import finish
from xinheng.facts.contracts.held import check_past, check_text, held, note, require_state, subject_of
from xinheng.facts.contracts.models import RUNNING, Contract
from xinheng.facts.contracts.signing import require_customer_file
from xinheng.facts.dossiers import services as gates

UNSIGNED = ("draft", "legal", "countersign", "to_sign")


@transaction.atomic
def agree_next_term(*, actor: Actor, on: date, contract_id: int, what: str) -> Contract:
    """Note what was agreed for the time after a contract ends (ADV-27).

    Refuses: AccessDenied, ContractUnknown, ContractArchived, ContractNotInState, ContractInvalid.
    """
    require(actor, "contracts.write", f"contract:{contract_id}")
    contract = held(actor, contract_id, *RUNNING, on=on)
    contract.next_term = check_text("what", what, 300)
    contract.save(update_fields=["next_term"])
    note(actor, on, "agree_next_term", contract, after={"next_term": contract.next_term})
    return contract


@transaction.atomic
def end(*, actor: Actor, on: date, contract_id: int, ended_on: date, reason: str) -> Contract:
    """End a contract, at its written end or before. Its hand-over clock starts (CTR-04).

    Refuses: AccessDenied, ContractUnknown, ContractNotInState, ContractInvalid.
    """
    require(actor, "contracts.write", f"contract:{contract_id}")
    selecting.get_contract(actor, contract_id, on=on)
    rows = Contract.objects.select_for_update(of=("self",)).select_related("customer", "unit")
    contract = rows.get(pk=contract_id)
    require_state(contract, *RUNNING)
    check_past("ended_on", ended_on, on, earliest=contract.signed_on)
    contract.end_reason = check_text("reason", reason, 300)
    contract.state, contract.ended_on = "ended", ended_on
    contract.save(update_fields=["state", "ended_on", "end_reason"])
    note(actor, on, "end", contract, after={"ended_on": ended_on}, reason=contract.end_reason)
    finish(actor, on, contract, "ended", ended_on)
    return contract


@transaction.atomic
def void(*, actor: Actor, on: date, contract_id: int, reason: str) -> Contract:
    """Cancel what was never signed: its number stays in the ledger as void and is not used again (CTR-02).

    Refuses: AccessDenied, ContractUnknown, ContractArchived, ContractNotInState, ContractInvalid.
    """
    require(actor, "contracts.ledger", f"contract:{contract_id}")
    contract = held(actor, contract_id, *UNSIGNED, on=on)
    contract.end_reason = check_text("reason", reason, 300)
    contract.state, contract.ended_on = "void", on
    contract.save(update_fields=["state", "ended_on", "end_reason"])
    note(actor, on, "void", contract, reason=contract.end_reason)
    return contract


@transaction.atomic
def archive(*, actor: Actor, on: date, contract_id: int) -> Contract:
    """Close a contract's entry: from now on it is only read, and new facts of its performance are added.

    Refuses: AccessDenied, ContractUnknown, ContractArchived, ContractNotInState, CustomerFileMissing,
    PapersMissing.
    """
    require(actor, "contracts.ledger", f"contract:{contract_id}")
    contract = held(actor, contract_id, *RUNNING, "ended", on=on)
    if policy.held(contract.kind, on).signing.customer_file:
        require_customer_file(contract)
    gates.require_papers(subject_of(contract), "contract.archive", on)
    contract.archived_on = on
    contract.save(update_fields=["archived_on"])
    note(actor, on, "archive", contract, after={"archived_on": on})
    return contract


@transaction.atomic
def end_process(*, actor: Actor, on: date, contract_id: int) -> Contract:
    """End the process of a contract; it goes on in the process of advance receipts (FSP-02).

    Refuses: AccessDenied, ContractUnknown, ContractNotInState, NoticeMissing.
    """
    require(actor, "contracts.write", f"contract:{contract_id}")
    found = selecting.get_contract(actor, contract_id, on=on)
    contract = Contract.objects.select_for_update(of=("self",)).select_related("customer").get(pk=found.pk)
    require_state(contract, *RUNNING, "ended")
    process = policy.held(contract.kind, on).process
    if process and process.ends_with_notice and contract.noticed_on is None:
        raise errors.NoticeMissing(contract=contract.no)
    contract.process_ended_on = on
    contract.save(update_fields=["process_ended_on"])
    after = {"neighbours": [f"{one.no} {one.zh}".strip() for one in process.neighbours] if process else []}
    note(actor, on, "end_process", contract, after=after)
    return contract
