"""What goes through the door of privacy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.facts.archive.values import Upload
from xinheng.facts.privacy.documents import Basis, ExtractKind, PrivacyRules

__all__ = [
    "BASES", "CAUSES", "DEALINGS", "ERASURES", "EXTRACTS", "EXTRACT_STATES", "REQUESTS", "REQUEST_STATES",
    "ROLES", "SORTS", "STATES", "AccessLine", "Answer", "Basis", "Candidate", "ExtractKind", "NewAgreement",
    "NewCheck", "NewDealing", "NewExtract", "NewPartner", "NewPerson", "NewRequest", "PersonFile",
    "PrivacyRules", "Shared", "Wanted",
]  # fmt: skip

Words = dict[str, str | Promise]
ROLES: Words = {
    "customer": _("customer (a person)"),
    "contact": _("contact at a customer"),
    "guarantor": _("guarantor (a person)"),
    "household": _("household user"),
    "guest": _("guest"),
    "insured": _("insured person"),
}
STATES: Words = {"kept": _("in use"), "frozen": _("frozen: only stored"), "erased": _("data erased")}
BASES: Words = {
    "consent": _("consent of the person"),
    "contract": _("needed for a contract"),
    "law": _("duty by law"),
}
DEALINGS: Words = {
    "consumption": _("consumption"),
    "complaint": _("complaint of the person"),
    "claim": _("claim being settled"),
    "contract": _("contract with the person"),
    "negative": _("bad conduct (negative information)"),
}
REQUESTS: Words = {
    "know": _("to know what is kept"),
    "copy": _("a copy of the data"),
    "correct": _("to correct the data"),
    "delete": _("to delete the data"),
    "portability": _("to move the data elsewhere"),
    "explain": _("to explain a decision"),
    "by_hand": _("to have a person decide, not a program"),
}
REQUEST_STATES: Words = {
    "open": _("to be answered"),
    "answered": _("request answered"),
    "refused": _("request refused"),
}
CAUSES: Words = {
    "retention": _("term of keeping is over"),
    "request": _("the person asked for it"),
    "purpose": _("the purpose is gone"),
}
ERASURES: Words = {
    "asked": _("asked for, not decided"),
    "approved": _("approved, to be carried out"),
    "frozen": _("approved, but held"),
    "erased": _("carried out"),
    "refused": _("turned down by the other person"),
}
EXTRACTS: Words = {
    "letter": _("outside request with a letter of introduction"),
    "order": _("order of a court or authority"),
    "paid": _("payment records for a fee"),
    "service": _("neutral credit service body"),
    "supervisor": _("supervising authority"),
}
EXTRACT_STATES: Words = {
    "asked": _("extract asked for"),
    "granted": _("extract granted"),
    "given": _("given out"),
    "refused": _("extract turned down"),
}
SORTS = ("no", "visit", "told", "role")


@dataclass(frozen=True)
class NewAgreement:
    """What a person agreed to. separate: purposes and sensitive items agreed to each by itself.

    basis: "consent", or "contract" or "law" where the purpose allows. until_on None: no end.
    """

    purposes: tuple[str, ...]
    way: str
    notice: str
    separate: tuple[str, ...] = ()
    basis: Basis = "consent"
    guardian: str = ""
    until_on: date | None = None


@dataclass(frozen=True)
class NewPerson:
    """A person as told. items: code of the necessity list -> value; more than the list is refused."""

    scheme: str
    role: str
    name: str
    agreement: NewAgreement | None
    items: Mapping[str, str] = field(default_factory=dict)
    customer_no: str = ""
    born_on: date | None = None
    visited_on: date | None = None  # None: today


@dataclass(frozen=True)
class NewDealing:
    """Something that happened with a person, or with nobody named. is_open: not paid or settled yet."""

    kind: str
    on: date
    amount: Money | None = None
    text: str = ""
    is_open: bool = False
    scheme: str = "general"


@dataclass(frozen=True)
class NewRequest:
    """What a person asks. proof: how we know that it is this person; blank: not checked yet."""

    kind: str
    asked_on: date
    way: str
    what: str = ""
    proof: str = ""


@dataclass(frozen=True)
class Answer:
    """What we answer. corrections: item -> new value, carried out with the answer to "correct"."""

    text: str
    is_refused: bool = False
    corrections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NewPartner:
    """A receiver of data with the agreement that was signed."""

    scheme: str
    name: str
    agreement_no: str
    purposes: tuple[str, ...]
    items: tuple[str, ...]
    from_on: date
    until_on: date


@dataclass(frozen=True)
class Shared:
    """Data of some persons goes to a partner."""

    persons: tuple[str, ...]
    purpose: str
    items: tuple[str, ...]
    way: str


@dataclass(frozen=True)
class NewExtract:
    """A request from outside. The paper is the letter or the order."""

    scheme: str
    kind: ExtractKind
    recipient: str
    purpose: str
    rests_on: str
    persons: tuple[str, ...]
    items: tuple[str, ...]
    from_on: date
    until_on: date
    letter_no: str = ""
    letter_from: str = ""
    fee: Money | None = None
    paper: Upload | None = None


@dataclass(frozen=True)
class NewCheck:
    """A check that was done. failed: point -> what is to be put right; owner sees to the measures."""

    scheme: str
    code: str
    on: date
    failed: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    note: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which persons, in which order. scheme, role, state: exact. stale: past their term of keeping."""

    text: str = ""
    scheme: str = ""
    role: str = ""
    state: str = ""
    sort: str = "no"


@dataclass(frozen=True)
class Candidate:
    """A person whose term of keeping is over. holds: what still needs the data."""

    person: Any
    ended_on: date
    months: int
    is_assumed: bool
    holds: tuple[str, ...]


@dataclass(frozen=True)
class AccessLine:
    """One look at, or hand-out of, a person's data, as the trail has it."""

    at: Any
    name: str
    act: str
    via: str


@dataclass(frozen=True)
class PersonFile:
    """All that is kept of a person, as the reader may see it. items: pairs of the word and the value."""

    person: Any
    rules: PrivacyRules
    items: tuple[tuple[str, str], ...]
    agreements: tuple[Any, ...]
    dealings: tuple[Any, ...]
    requests: tuple[Any, ...]
    erasures: tuple[Any, ...]
    sharings: tuple[Any, ...]
    is_masked: bool
