"""What calls for attention, as a document says it: signals, their bounds, outcomes."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from xinheng.judgements.policies.values import Code, Part, Worded

Level = Literal["notice", "serious"]
Days = Annotated[int, Field(ge=0, le=3660)]
Figure = Annotated[Decimal, Field(ge=0, le=10**12)]


class SignalRule(Worded):
    """One signal. source: who feeds it; "told": other rooms tell it when it happens.

    at_least: the measure from which on it is raised, in `unit`. worse_by: how much worse the same cause must
    get to be told again (0: never). within_days: working days until it is to be closed. again_after_days: a
    closed cause that goes on is raised again after so many. days: how far back the source looks;
    history_days: what it compares with. least_amount: yuan below which nothing is raised. jump: points by
    which a use must have risen. items: items of the credit file.
    """

    code: Code
    source: Code
    is_on: bool = True
    level: Level
    at_least: Figure
    worse_by: Figure
    within_days: Annotated[int, Field(ge=0, le=250)]
    again_after_days: Days
    unit_zh: Annotated[str, Field(max_length=20)] = ""
    unit_en: Annotated[str, Field(max_length=20)] = ""
    days: Days = 0
    history_days: Days = 365
    least_count: Annotated[int, Field(ge=1, le=1000)] = 1
    least_amount: Figure = Decimal(0)
    jump: Figure = Decimal(0)
    items: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")], ...] = ()


class Outcome(Worded):
    """How a warning may be closed. is_true: there was something."""

    code: Code
    is_true: bool


class Digest(Part):
    """How owners are told once a day. addresses: by login; who has none reads the list."""

    way: Literal["email", "sms", "chat"]
    addresses: dict[str, Annotated[str, Field(min_length=3, max_length=254)]] = {}


class WarningSignals(Part):
    """The document of signals, checked."""

    kind: Literal["warning_signals"]
    code: Literal["warning_signals"]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    about: Worded
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1)]
    digest: Digest
    signals: Annotated[tuple[SignalRule, ...], Field(min_length=1)]

    def signal(self, code: str) -> SignalRule | None:
        """The signal of a code."""
        return next((one for one in self.signals if one.code == code), None)

    def outcome(self, code: str) -> Outcome | None:
        """The outcome of a code."""
        return next((one for one in self.outcomes if one.code == code), None)
