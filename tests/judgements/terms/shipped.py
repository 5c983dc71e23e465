"""The terms that come with the system, and what a grade entitles to by them, without a database."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from xinheng.base.kernel.money import Money
from xinheng.judgements.terms import policy, rules
from xinheng.judgements.terms.document import TermsPolicy
from xinheng.judgements.terms.offering import findings
from xinheng.judgements.terms.values import Entitlement, Finding, Offer, Purchases

PACKS = Path(__file__).resolve().parents[3] / "packs"
CODES = ("dat", "fou", "lim", "loa", "lse", "pts", "tpa", "tpb")
MAY = date(2024, 5, 1)


def terms(code: str) -> TermsPolicy:
    return policy.load((PACKS / code / "terms.yaml").read_text("utf-8"))


def entitled(
    code: str, grade: str, *, known: Purchases = rules.NO_PURCHASES, lowered: int = 0
) -> Entitlement:
    """What a valid grade entitles to; "" is no valid grade."""
    document = terms(code)
    place = document.place_of(grade)
    held = None if place is None else document.grades[place]
    level = (
        rules.level_of(document.ungraded, known, step=len(document.grades) - 1)
        if place is None
        else rules.level(document, place, known, lowered=lowered)
    )
    paying = document.grades[level.step].paying if held else document.ungraded
    return Entitlement(document, "", held, grade, MAY, None, paying, level, known, None)


def found(code: str, grade: str, *, excepted: tuple[str, ...] = (), **offer: Any) -> list[Finding]:
    """What is found about an offer to a customer of a grade."""
    prices = offer.pop("prices", {})
    lowered = offer.pop("lowered", 0)
    to = entitled(code, grade, lowered=lowered)
    given = {"on": MAY, "payment": to.level.payment, **offer}
    return findings(Offer(**given), to, prices, frozenset(excepted))


def said(code: str, grade: str, **offer: Any) -> dict[str, str]:
    """The same, as code and strength; what is only to be known is left out."""
    return {one.code: one.strength for one in found(code, grade, **offer) if one.strength != "tell"}


def control(amount: str) -> dict[str, Money]:
    return {"control": Money.of(amount)}
