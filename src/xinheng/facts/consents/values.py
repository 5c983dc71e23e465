"""What the room of consents takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Purpose = Literal["material", "commission", "publication"]
Basis = Literal["consent", "law"]
State = Literal["running", "not_yet", "expired", "withdrawn"]


@dataclass(frozen=True)
class NewConsent:
    """A permission as it is told.

    purpose: "material" (may be given to the recipient), "commission" (the customer applied to be rated, by
    the agency that is the recipient) or "publication" (the result of a commissioned rating may be told).
    basis: "consent", with its paper and its last day, or "law", for material only. source: what was signed,
    or the rule and its article; of a commission the agency's qualification.
    """

    purpose: Purpose
    source: str
    from_on: date
    until_on: date | None = None
    basis: Basis = "consent"
    recipient: str = ""
    policy_code: str = ""


@dataclass(frozen=True)
class Permission:
    """A permission as it stands on a day. until_on: the last day; None: without an end."""

    id: int
    customer_no: str
    customer_name: str
    purpose: Purpose
    basis: Basis
    recipient: str
    policy_code: str
    source: str
    from_on: date
    until_on: date | None
    sha256: str
    told_by: str
    told_on: date
    state: State
    withdrawn_on: date | None = None
    withdrawn_why: str = ""
