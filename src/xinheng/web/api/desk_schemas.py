"""The shapes of the hold desk: own orders, what is asked of customers, time to clear, severe problems."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from xinheng.web.api.credit_schemas import CheckReasonOut
from xinheng.web.api.fields import Day
from xinheng.web.api.ledger_schemas import Priced, Reason
from xinheng.web.api.schemas import Asked, MoneyOut


class OwnOrderOut(Schema):
    """An order the caller asked for: where it stands, since when, and why."""

    order_no: str
    customer_no: str
    customer_name: str
    amount: MoneyOut
    state: Literal["passed", "held", "released", "rejected", "ended"]
    since: date
    reasons: list[CheckReasonOut]
    why: str


class CoverIn(Priced):
    """What is asked of the customer: money before the goods leave, or a guarantee."""

    what: Literal["prepayment", "guarantee"]
    until_on: Day | None = None
    note: Annotated[str, Field(max_length=300)] = ""


class CoverMetIn(Asked):
    """What is there; a guarantee adds to the limit until the day, where one is given."""

    reason: Reason
    guaranteed_until: Day | None = None


class HoldReasonIn(Asked):
    """Why."""

    reason: Reason


class HoldEndingOut(Schema):
    """How many holds came to one end, and after how many days on average."""

    how: str
    holds: int
    days: float


class ReleaserOut(Schema):
    """Who released how much, and what of it stands open more than 90 days past due."""

    login: str
    orders: int
    amount: MoneyOut
    lost_orders: int
    lost: MoneyOut


class HoldStatisticsOut(Schema):
    """The holds that began in a period; those still open count with their age on the last day."""

    since: date
    until: date
    holds: int
    days: float | None
    days_cleared: float | None
    oldest_open: int | None
    endings: list[HoldEndingOut]
    releasers: list[ReleaserOut]


class SevereLineOut(Schema):
    """A customer in trouble, and by what."""

    customer_no: str
    customer_name: str
    status: str
    exposure: MoneyOut
    over: MoneyOut
    overdue: MoneyOut
    oldest_days: int | None
    held: int
    problems: list[str]
    stop_proposed: bool


class SevereOut(Schema):
    """The severe problems of a day, the worst first; on a quiet day there are none."""

    on: date
    lines: list[SevereLineOut]
    more: bool
