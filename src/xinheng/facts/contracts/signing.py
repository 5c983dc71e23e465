"""A contract is signed, and changed once it is; nothing is signed before what the rules ask for is there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.contracts import errors, policy
from xinheng.facts.contracts.events import finish
from xinheng.facts.contracts.held import (
    amount_of,
    check_order,
    check_past,
    check_text,
    held,
    note,
    require_state,
    subject_of,
)
from xinheng.facts.contracts.models import RUNNING, Change, Contract, LegalCheck
from xinheng.facts.contracts.values import ContractChange, Signed, about_to_sign
from xinheng.facts.custody import queries as custody
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as gates


@transaction.atomic
def sign(*, actor: Actor, on: date, contract_id: int, signed: Signed) -> Contract:
    """Note that a contract was signed, after the legal check and the countersigning.

    The clock of its hand-over starts on the day of signing (CTR-04).
    Refuses: AccessDenied, ContractUnknown, ContractArchived, LegalCheckMissing, CountersignMissing,
    CustomerFileMissing, NotConsulted, PapersMissing, ContractNotInState, ContractInvalid, and what rooms
    above refuse.
    """
    require(actor, "contracts.write", f"contract:{contract_id}")
    contract = held(actor, contract_id, on=on)
    _require_ready(contract)
    check_past("signed_on", signed.signed_on, on)
    ask_before(actor, on, contract)
    contract.signed_on = signed.signed_on
    contract.effective_on = signed.effective_on or contract.effective_on or signed.signed_on
    contract.ends_on = signed.ends_on or contract.ends_on
    contract.due_on = signed.due_on or contract.due_on or contract.ends_on
    check_order(contract.effective_on, contract.due_on, contract.ends_on)
    contract.state = "signed"
    contract.save()
    after = {"signed_on": signed.signed_on, "ends_on": contract.ends_on, "amount": amount_of(contract)}
    note(actor, on, "sign", contract, after=after)
    finish(actor, on, contract, "signed", signed.signed_on)
    return contract


@transaction.atomic
def change(*, actor: Actor, on: date, contract_id: int, new: ContractChange) -> Contract:
    """Change a signed contract: a version with what stood before; its hand-over clock starts too (CTR-04).

    Refuses: AccessDenied, ContractUnknown, ContractArchived, ContractNotInState, ContractInvalid.
    """
    require(actor, "contracts.ledger", f"contract:{contract_id}")
    contract = held(actor, contract_id, *RUNNING, on=on)
    why = check_text("why", new.why, 300)
    check_past("signed_on", new.signed_on, on, earliest=contract.signed_on)
    before, after = _take(contract, new)
    if not after:
        raise errors.ContractInvalid(cause=_("Nothing was changed."), field="why")
    check_order(contract.effective_on, contract.due_on, contract.ends_on)
    contract.version, contract.state = contract.version + 1, "changed"
    contract.save()
    Change.objects.create(
        contract=contract, version=contract.version, why=why, before=before, after=after,
        signed_on=new.signed_on, told_by=actor.login, told_on=on,
    )  # fmt: skip
    note(actor, on, "change", contract, before=before, after=after, reason=why)
    finish(actor, on, contract, "changed", new.signed_on)
    return contract


def ask_before(actor: Actor, on: date, contract: Contract) -> None:
    """What the rules ask for before signing: a customer file, a look into it, papers, and rooms above.

    Refuses: CustomerFileMissing, NotConsulted, PapersMissing, and what rooms above refuse.
    """
    asked = policy.held(contract.kind, on).signing
    customer = f"customer:{contract.customer.no}"
    if asked.customer_file:
        require_customer_file(contract)
    if asked.consulted_days:
        since = on - timedelta(days=asked.consulted_days)
        if not custody.consulted(contract.handler, customer, since):
            told: dict[str, Any] = {"handler": contract.handler, "days": asked.consulted_days}
            raise errors.NotConsulted(customer_no=contract.customer.no, **told)
    gates.require_papers(subject_of(contract), "contract.sign", on)
    about_to_sign.send(sender=Contract, actor=actor, on=on, contract=contract)


def require_customer_file(contract: Contract) -> None:
    """Refuses: CustomerFileMissing where no dossier is about the customer (FSP-07)."""
    rows = dossiers.dossiers_visible(system_actor(), contract.drafted_on)
    if not rows.filter(subject=f"customer:{contract.customer.no}").exists():
        raise errors.CustomerFileMissing(customer_no=contract.customer.no)


def _require_ready(contract: Contract) -> None:
    checked = LegalCheck.objects.filter(contract=contract).order_by("-pk").first()
    if contract.state in ("draft", "legal") and not (checked and checked.is_ok):
        raise errors.LegalCheckMissing(contract=contract.no)
    if contract.state in ("draft", "legal", "countersign"):
        raise errors.CountersignMissing(contract=contract.no)
    require_state(contract, "to_sign")


def _take(contract: Contract, new: ContractChange) -> tuple[dict[str, Any], dict[str, Any]]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for field in ("matter", "terms", "due_on", "ends_on"):
        told = getattr(new, field)
        if told is not None and told != getattr(contract, field):
            before[field], after[field] = _plain(getattr(contract, field)), _plain(told)
            setattr(contract, field, told)
    if new.amount is not None and new.amount != amount_of(contract):
        if new.amount.currency != contract.currency or new.amount.minor < 0:
            cause = _("The amount is told in %(currency)s and not below zero.")
            raise errors.ContractInvalid(cause=cause % {"currency": contract.currency}, field="amount")
        before["amount"], after["amount"] = str(amount_of(contract).decimal), str(new.amount.decimal)
        contract.amount_minor = new.amount.minor
    return before, after


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
