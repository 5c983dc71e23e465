"""The legal check comes first, then the countersigning by the chain of the rules."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access.services import require
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Chain, Matter, Step, Title
from xinheng.base.kernel.actors import Actor
from xinheng.facts.contracts import policy, selecting
from xinheng.facts.contracts.held import amount_of, check_text, held, note, require_state, subject_of
from xinheng.facts.contracts.models import Contract, LegalCheck
from xinheng.facts.contracts.rulebook import ContractRules

KIND = "contract"  # of the requests for approval


@transaction.atomic
def check_legally(*, actor: Actor, on: date, contract_id: int, is_ok: bool, comments: str = "") -> LegalCheck:
    """Say whether the clauses of a contract hold. Not ok: it goes back to its drafter with comments (FSP-05).

    Refuses: AccessDenied, ContractUnknown, ContractArchived, ContractNotInState, ContractInvalid.
    """
    require(actor, "contracts.check", f"contract:{contract_id}")
    contract = held(actor, contract_id, "legal", on=on)
    words = check_text("comments", comments, 1000, needed=not is_ok)
    kept = LegalCheck.objects.create(
        contract=contract, is_ok=is_ok, comments=words, checked_by=actor.login, checked_on=on
    )
    contract.state = _after(contract, on) if is_ok else "draft"
    contract.save(update_fields=["state"])
    note(actor, on, "check_legally", contract, after={"ok": is_ok}, reason=words)
    return kept


@transaction.atomic
def send_to_countersign(*, actor: Actor, on: date, contract_id: int) -> Contract:
    """Send a checked contract through the chain of its rules.

    Refuses: AccessDenied, ContractUnknown, ContractArchived, ContractNotInState, and what approvals refuse.
    """
    require(actor, "contracts.write", f"contract:{contract_id}")
    contract = held(actor, contract_id, "countersign", on=on)
    if contract.request and contract.request.state in ("open", "returned"):
        return _again(actor, on, contract)
    zh = f"合同会签：{contract.no} {contract.title} {amount_of(contract)}"
    title = Title(zh, f"Countersign contract {contract.no} {contract.title} {amount_of(contract)}")
    contract.request = approvals.submit(
        actor=actor, on=on, kind=KIND, subject=subject_of(contract), title=title,
        chain=chain_of(policy.held(contract.kind, on)),
    )  # fmt: skip
    contract.save(update_fields=["request"])
    note(actor, on, "send_to_countersign", contract)
    return contract


def chain_of(rules: ContractRules) -> Chain:
    """Who countersigns by the rules."""
    steps = rules.signing.countersign
    return Chain(tuple(Step(one.code, one.zh, one.en, one.roles, one.sign, one.within_days) for one in steps))


def look_ahead(actor: Actor, on: date, matter: Matter) -> None:
    """Before somebody decides: the contract is within reach, and was checked legally as it stands.

    Refuses: ContractUnknown, ContractNotInState for who would approve.
    """
    contract = selecting.get_contract(actor, _key(matter), on=on)
    if matter.verdict == "approve":
        require_state(contract, "countersign")


def follow(_actor: Actor, _on: date, matter: Matter) -> None:
    """What follows once the request moved: approved it may be signed, turned down it is a draft again."""
    contract = Contract.objects.select_for_update().get(pk=_key(matter))
    becomes = {"approved": "to_sign", "rejected": "draft", "returned": "draft", "withdrawn": "countersign"}
    if contract.state == "countersign" and contract.request_id == matter.id:
        contract.state = becomes.get(matter.state, "countersign")
        contract.save(update_fields=["state"])


def _again(actor: Actor, on: date, contract: Contract) -> Contract:
    """A returned request goes its way anew, once what it is about was corrected and checked."""
    request = contract.request
    if request and request.state == "returned":
        approvals.resubmit(actor=actor, on=on, request_id=request.pk)
    note(actor, on, "send_to_countersign", contract)
    return contract


def _after(contract: Contract, on: date) -> str:
    return "countersign" if policy.held(contract.kind, on).signing.countersign else "to_sign"


def _key(matter: Matter) -> int:
    return int(matter.subject.removeprefix("contract:"))
