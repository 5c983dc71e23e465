"""The shapes of replays of a past."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from xinheng.web.api.fields import Day
from xinheng.web.api.schemas import Asked


class PastReplayIn(Asked):
    """What to replay. policy: a check policy by its name, as checks@1, shipped:checks or draft:3.

    limits: table, present, none, mean-sales:300 or highest-balance:120 (percent). limits_file: which of the
    files tells limits. mapping: what the columns mean, as YAML; their headings where it is left out.
    late_days: a bill paid more days late is a loss. margin: percent of sales. terms_days, paid_after_days:
    assumed where no bills, or no receipts, are told.
    """

    policy: str = Field(max_length=80)
    limits: str = Field("none", max_length=60)
    limits_file: str = Field("", max_length=120)
    mapping: str = Field("", max_length=20_000)
    from_on: Day | None = None
    until_on: Day | None = None
    late_days: int = Field(30, ge=0, le=3650)
    margin: int = Field(20, ge=0, le=100)
    currency: str = Field("", max_length=3)
    terms_days: int | None = Field(None, ge=0, le=3650)
    paid_after_days: int | None = Field(None, ge=0, le=3650)


class PastReplayOut(Schema):
    """A replay as it stands. held_minor: value of held orders, in minor units of the currency."""

    number: int = Field(validation_alias="pk")
    state: Literal["waiting", "running", "done", "cancelled", "failed"]
    by: str
    on: date
    begun_at: datetime
    ended_at: datetime | None
    policy: str
    policy_sha256: str
    source: str
    total: int
    done: int
    documents: int
    orders: int
    held: int
    rejected: int
    held_minor: int
    currency: str
    from_on: date | None
    until_on: date | None
    sha256: str
    cause: str


class ReplayWholeOut(PastReplayOut):
    """A replay with what it came to: all, months, reasons, outcomes, agreement; and what one must know."""

    summary: dict[str, Any]
    told_notes: list[str]


class ReplayedOrderOut(Schema):
    """One order of a replay: what was decided, why, what was known, how it was really paid (minor units)."""

    order_no: str
    customer_no: str
    on: date
    minor: int
    verdict: Literal["passed", "held", "rejected"]
    rules: list[str]
    exposure_minor: int
    limit_minor: int
    limit_state: str
    over_minor: int
    overdue_minor: int
    oldest_days: int
    released_on: date | None
    ended_on: date | None
    held_days: int
    back_on: date | None
    back_days: int
    outcome: str
    lost_minor: int
    really_blocked: bool


class ReplayedPageOut(Schema):
    """Some orders of a replay; count: of all that pass the filters."""

    count: int
    items: list[ReplayedOrderOut]
