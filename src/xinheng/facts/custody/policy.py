"""Reading the documents of custody: the packs' own, adopted or shipped, by day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TypeVar

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.facts.custody.documents import CustodyRules, Handovers, Part, Scheme, Term
from xinheng.facts.custody.errors import CustodyRulesInvalid, SchemeUnknown

HANDOVERS, CUSTODY = "handovers", "custody"
GENERAL = "general"
Shape = TypeVar("Shape", bound=Part)


def check_handovers(text: str) -> None:
    """Whether a text holds schemes of hand-overs. Refuses: CustodyRulesInvalid."""
    load_handovers(text)


def check_custody(text: str) -> None:
    """Whether a text holds rules of custody. Refuses: CustodyRulesInvalid."""
    load_custody(text)


@lru_cache(maxsize=128)
def load_handovers(text: str, file: str = "handovers.yaml") -> Handovers:
    """Checked schemes. Refuses: CustodyRulesInvalid, naming file, line and cause."""
    return reading.read_document(text, file=file, shape=Handovers, refusal=CustodyRulesInvalid)[0]


@lru_cache(maxsize=128)
def load_custody(text: str, file: str = "custody.yaml") -> CustodyRules:
    """Checked rules. Refuses: CustodyRulesInvalid, naming file, line and cause."""
    return reading.read_document(text, file=file, shape=CustodyRules, refusal=CustodyRulesInvalid)[0]


def schemes(on: date) -> dict[str, Scheme]:
    """Every scheme of hand-overs of a day, by code, in the order of the packs."""
    texts = packs.texts_in_force(HANDOVERS, on=on)
    return {one.code: one for code in sorted(texts) for one in load_handovers(texts[code]).schemes}


def scheme(code: str, on: date) -> Scheme:
    """One scheme. Refuses: SchemeUnknown."""
    found = schemes(on).get(code)
    if found is None:
        raise SchemeUnknown(scheme=code[:40])
    return found


def rules(on: date) -> dict[str, CustodyRules]:
    """The rules of a day by pack."""
    return {code: load_custody(text) for code, text in sorted(packs.texts_in_force(CUSTODY, on=on).items())}


def general(on: date) -> CustodyRules:
    """What holds where no pack says otherwise."""
    return rules(on)[GENERAL]


def lending_for(kind: str, on: date) -> CustodyRules:
    """The rules by which dossiers of a kind are lent: the pack's whose patterns take it, else the general."""
    known = rules(on)
    for code, one in known.items():
        if code != GENERAL and one.lending and one.lending.takes(kind):
            return one
    return known[GENERAL]


def working_days_after(day: date, days: int) -> date:
    """The day so many working days later."""
    return Term(working_days=days).after(day)[0]
