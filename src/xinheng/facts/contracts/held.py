"""A contract for an act: within reach, locked, in the state the act wants; what the trail calls it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.contracts import errors, selecting
from xinheng.facts.contracts.models import Contract
from xinheng.facts.contracts.values import STATE_WORDS


def held(actor: Actor, contract_id: int, *states: str, on: date) -> Contract:
    """The contract, locked and in one of the states.

    Refuses: AccessDenied, ContractUnknown, ContractArchived, ContractNotInState.
    """
    selecting.get_contract(actor, contract_id, on=on)
    rows = Contract.objects.select_for_update(of=("self",)).select_related("customer", "unit")
    found = rows.get(pk=contract_id)
    if found.archived_on:
        raise errors.ContractArchived(contract=found.no, archived_on=found.archived_on)
    require_state(found, *states)
    return found


def require_state(contract: Contract, *states: str) -> None:
    """Refuses: ContractNotInState."""
    if states and contract.state not in states:
        wanted = ", ".join(str(STATE_WORDS[state]) for state in states)
        told = {"contract": contract.no, "state": STATE_WORDS[contract.state], "wanted": wanted}
        raise errors.ContractNotInState(**told)


def amount_of(contract: Contract) -> Money:
    """What it is worth."""
    return Money(contract.amount_minor, contract.currency)


def subject_of(contract: Contract) -> str:
    """What the trail and what stands beside it call a contract."""
    return f"contract:{contract.pk}"


def note(actor: Actor, on: date, act: str, contract: Contract, **told: Any) -> None:
    """Write an act on a contract down on the trail."""
    after = {"contract": contract.no, **told.pop("after", {})}
    record(actor=actor, act=f"contracts.{act}", subject=subject_of(contract), on=on, after=after, **told)


def check_text(field: str, text: str, longest: int, *, needed: bool = True) -> str:
    """The text without blanks around it. Refuses: ContractInvalid where it is missing or too long."""
    text = text.strip()
    if (needed and not text) or len(text) > longest or "\x00" in text:
        cause = _("The text is missing or longer than %(longest)s characters.") % {"longest": longest}
        raise errors.ContractInvalid(cause=cause, field=field)
    return text


def check_past(field: str, day: date, on: date, *, earliest: date | None = None) -> None:
    """Refuse a day to come, or one before another. Refuses: ContractInvalid."""
    if day > on:
        cause = _("The day %(day)s is still to come.") % {"day": day}
        raise errors.ContractInvalid(cause=cause, field=field)
    if earliest and day < earliest:
        cause = _("The day %(day)s is before %(earliest)s.") % {"day": day, "earliest": earliest}
        raise errors.ContractInvalid(cause=cause, field=field)


def check_order(effective_on: date | None, due_on: date | None, ends_on: date | None) -> None:
    """Days of a contract in their order. Refuses: ContractInvalid."""
    for field, day in (("ends_on", ends_on), ("due_on", due_on)):
        if effective_on and day and day < effective_on:
            cause = _("The day %(day)s is before %(earliest)s.") % {"day": day, "earliest": effective_on}
            raise errors.ContractInvalid(cause=cause, field=field)
