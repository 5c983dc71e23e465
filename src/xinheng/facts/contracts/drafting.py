"""A contract is drafted, corrected as long as it is a draft, and given to the legal check."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as units
from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.contracts import errors, policy
from xinheng.facts.contracts.held import amount_of, check_order, check_text, held, note
from xinheng.facts.contracts.models import Contract, Party
from xinheng.facts.contracts.numbering import next_serial
from xinheng.facts.contracts.values import PARTY_WORDS, Draft, PartyTold
from xinheng.facts.customers import queries as customers

PLACES = {"title": 200, "matter": 500, "terms": 500, "demand": 500, "outside_no": 60, "handler": 150}
NEEDED = ("title", "matter")


@transaction.atomic
def draft(*, actor: Actor, on: date, customer_no: str, new: Draft) -> Contract:
    """Draft a contract with a customer; it gets the next number of the department and year.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, ContractInvalid, ContractNumberTaken.
    """
    require(actor, "contracts.write", f"customer:{customer_no}")
    return enter(actor, on, customer_no, new, year=on.year)


@transaction.atomic
def redraft(*, actor: Actor, on: date, contract_id: int, new: Draft) -> Contract:
    """Correct a draft; its number and department stay.

    Refuses: AccessDenied, ContractUnknown, ContractArchived, ContractNotInState, ContractInvalid.
    """
    require(actor, "contracts.write", f"contract:{contract_id}")
    contract = held(actor, contract_id, "draft", on=on)
    rules = policy.rules_of(new.kind, on)
    if new.unit != contract.unit.code:
        words = _("The number belongs to department %(unit)s; void this one and draft another.")
        raise errors.ContractInvalid(cause=words % {"unit": contract.unit.code}, field="unit")
    before = {"title": contract.title, "amount": amount_of(contract), "matter": contract.matter}
    _fill(contract, new, has_demand=bool(rules.process and rules.process.begins_with_demand))
    contract.template = _template(new.kind, on)
    contract.save()
    Party.objects.filter(contract=contract).delete()
    _keep_parties(contract, new.parties)
    after = {"title": contract.title, "amount": amount_of(contract), "matter": contract.matter}
    note(actor, on, "redraft", contract, before=before, after=after)
    return contract


@transaction.atomic
def send_to_legal_check(*, actor: Actor, on: date, contract_id: int) -> Contract:
    """Give a draft to the legal check.

    Refuses: AccessDenied, ContractUnknown, ContractArchived, ContractNotInState.
    """
    require(actor, "contracts.write", f"contract:{contract_id}")
    contract = held(actor, contract_id, "draft", on=on)
    contract.state = "legal"
    contract.save(update_fields=["state"])
    note(actor, on, "send_to_legal_check", contract)
    return contract


def enter(actor: Actor, on: date, customer_no: str, new: Draft, *, year: int) -> Contract:
    """Write a contract into the ledger under the next number of its department in a year."""
    customer = customers.open_customer(actor, customer_no, on=on)
    rules = policy.rules_of(new.kind, on)
    unit_id = _unit(new.unit)
    contract = Contract(
        unit_id=unit_id, year=year, customer=customer, drafted_on=on, template=_template(new.kind, on)
    )
    _fill(contract, new, has_demand=bool(rules.process and rules.process.begins_with_demand))
    contract.handler = contract.handler or actor.login
    twice = (
        Contract.objects.filter(unit_id=unit_id, outside_no=contract.outside_no)
        .exclude(outside_no="")
        .first()
    )
    if twice:
        told = {"unit": new.unit, "no": contract.outside_no, "contract": twice.no}
        raise errors.ContractNumberTaken(**told, field="outside_no")
    contract.serial = next_serial(unit_id, year)
    contract.no = rules.numbered(new.unit, year, contract.serial)
    if Contract.objects.filter(no=contract.no).exists():
        raise errors.ContractNumberTaken(unit=new.unit, no=contract.no, contract=contract.no)
    contract.save(force_insert=True)
    _keep_parties(contract, new.parties)
    after = {"customer": customer.no, "kind": contract.kind, "amount": amount_of(contract)}
    note(actor, on, "draft", contract, after=after)
    return contract


def _fill(contract: Contract, new: Draft, *, has_demand: bool) -> None:
    for field, longest in PLACES.items():
        needed = field in NEEDED or (field == "demand" and has_demand)
        setattr(contract, field, check_text(field, getattr(new, field), longest, needed=needed))
    if new.amount.minor < 0:
        raise errors.ContractInvalid(cause=_("An amount is not below zero."), field="amount")
    check_order(new.effective_on, new.due_on, new.ends_on)
    contract.kind, contract.amount_minor, contract.currency = new.kind, new.amount.minor, new.amount.currency
    contract.effective_on, contract.due_on, contract.ends_on = new.effective_on, new.due_on, new.ends_on


def _keep_parties(contract: Contract, parties: tuple[PartyTold, ...]) -> None:
    for party in dict.fromkeys(parties):
        if party.role not in PARTY_WORDS:
            raise errors.ContractInvalid(cause=_("There is no such role of a party."), field="parties")
        name = check_text("parties", party.name, 200)
        told = {"contract": contract, "role": party.role, "name": name, "note": party.note.strip()[:200]}
        Party.objects.create(**told)


def _unit(code: str) -> int:
    if (found := units.units_by_code().get(code)) is None:
        raise errors.ContractInvalid(
            cause=_("There is no open unit %(unit)s.") % {"unit": code}, field="unit"
        )
    return found


def _template(kind: str, on: date) -> str:
    found = policy.template_of(kind, on)
    return found.held if found else ""
