"""What goes through the door of the contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.dispatch import Signal
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money, places
from xinheng.facts.contracts.errors import ContractInvalid
from xinheng.facts.contracts.rulebook import ContractRules

__all__ = [
    "EVENT_WORDS",
    "RECORD_WORDS",
    "SORTS",
    "STAGES",
    "STATE_WORDS",
    "ContractChange",
    "ContractRules",
    "Draft",
    "NewRecord",
    "PartyTold",
    "Performed",
    "Signed",
    "Wanted",
    "about_to_sign",
]

STATE_WORDS: dict[str, str | Promise] = {
    "draft": _("draft"), "legal": _("with the legal check"), "countersign": _("being countersigned"),
    "to_sign": _("ready to sign"), "signed": _("signed"), "performing": _("being performed"),
    "changed": _("changed, being performed"), "ended": _("at an end"), "void": _("void"),
}  # fmt: skip
EVENT_WORDS: dict[str, str | Promise] = {
    "signed": _("Signing finished"), "changed": _("Change finished"),
    "performed": _("Performance finished"), "ended": _("Ending finished"),
}  # fmt: skip
RECORD_WORDS: dict[str, str | Promise] = {
    "delivery": _("delivery"), "acceptance": _("acceptance"), "payment": _("payment by contract"),
    "breach": _("breach"), "notice": _("notice to pay in advance"),
}  # fmt: skip
PARTY_WORDS: dict[str, str | Promise] = {
    "ours": _("our side"), "guarantor": _("guarantor of the contract"), "other": _("further side"),
}  # fmt: skip
STAGES: dict[str, str | Promise] = {  # in order (GRP-12)
    "latent": _("latent"), "contact": _("first contact"), "contract": _("under contract"),
    "upkeep": _("daily upkeep"),
}  # fmt: skip
SORTS = ("no", "customer", "amount", "drafted", "signed", "ends", "state")

about_to_sign = Signal()  # actor, on, contract: rooms above may refuse


@dataclass(frozen=True)
class PartyTold:
    """A further party."""

    role: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class Draft:
    """A contract as it is drafted. unit: code of the department."""

    unit: str
    kind: str
    title: str
    matter: str
    amount: Money
    terms: str = ""
    demand: str = ""
    handler: str = ""  # blank: who drafts it
    outside_no: str = ""
    effective_on: date | None = None
    due_on: date | None = None
    ends_on: date | None = None
    parties: tuple[PartyTold, ...] = ()


@dataclass(frozen=True)
class Signed:
    """The signing. due_on: last day to perform; None: as drafted, else the day it ends."""

    signed_on: date
    effective_on: date | None = None
    due_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class ContractChange:
    """A change of a signed contract; what is None stays."""

    signed_on: date
    why: str
    amount: Money | None = None
    matter: str | None = None
    terms: str | None = None
    due_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class NewRecord:
    """Something of the performance."""

    kind: str
    happened_on: date
    note: str
    amount: Money | None = None


@dataclass(frozen=True)
class Wanted:
    """Which contracts, in which order. look: expiring, past_end, unarchived, breached, unperformed."""

    text: str = ""
    state: str = ""
    kind: str = ""
    unit: str = ""  # code; with all below it
    handler: str = ""
    year: int | None = None
    look: str = ""
    sort: str = "-drafted"


@dataclass(frozen=True)
class Performed:
    """Contracts due in some days, and those performed in time, in number and in yuan."""

    due: int
    performed: int
    due_minor: int
    performed_minor: int

    @property
    def share(self) -> float | None:
        """0 to 1; None where nothing was due."""
        return self.performed / self.due if self.due else None


def exact_money(amount: Decimal, currency: str) -> Money:
    """An amount as it was told, never rounded. Refuses: ContractInvalid where it has too many decimals."""
    money = Money.of(amount, currency)
    if money.decimal != amount:
        told = {"currency": currency, "places": places(currency)}
        cause = str(_("An amount in %(currency)s has at most %(places)s decimals.")) % told
        raise ContractInvalid(cause=cause, field="amount")
    return money
