"""The shapes of dunning: runs, items, reminders, pauses, calls."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from xinheng.web.api.fields import Amount, Currency, Day
from xinheng.web.api.schemas import Asked, MoneyOut

Reason = Annotated[str, Field(min_length=1, max_length=300)]
BillNo = Annotated[str, Field(max_length=60)]


class DunningRunOut(Schema):
    """A run. counts: items by decision. missing: addresses that customers lack, by way and field."""

    id: int
    on: date
    state: str
    items: int
    letters: int
    counts: dict[str, int]
    missing: list[dict[str, str]]
    planned_by: str
    sent_by: str
    sent_at: datetime | None


class DunningPlanOut(Schema):
    """What a run of a day would do; nothing was written."""

    on: date
    items: int
    letters: int
    counts: dict[str, int]


class DunningItemOut(Schema):
    """What a run decided on an open item. level_before -1: never reminded. letter: its place in the run."""

    id: int
    customer_no: str
    bill_no: str
    instalment: int
    due_on: date
    open: MoneyOut
    asked: MoneyOut
    overdue_days: int
    level_before: int
    level: int
    decision: str
    letter: int | None


class ReminderOut(Schema):
    """A letter of reminder to one customer. taken_off: credits and disputed parts."""

    id: int
    run: int
    customer_no: str
    customer_name: str
    ladder: str
    level: int
    state: str
    on: date
    lines: int
    open: MoneyOut
    taken_off: MoneyOut
    asked: MoneyOut
    charges: MoneyOut
    oldest_days: int
    deadline_on: date | None


class DunningUndoIn(Asked):
    """Why a run is given up."""

    reason: Reason


class DunningPauseIn(Asked):
    """Until when nobody reminds. bill_no: of one bill; "" is of all the customer owes."""

    until_on: Day
    cause: Literal["promise", "plan", "dispute", "other"]
    reason: Reason
    bill_no: BillNo = ""


class DunningJumpIn(Asked):
    """Which bill skips to which level, and why."""

    bill_no: Annotated[str, Field(min_length=1, max_length=60)]
    level: Annotated[int, Field(ge=1, le=99)]
    reason: Reason


class DunningLadderIn(Asked):
    """Another ladder. ladder: a code in force; "" is nobody reminds."""

    level: Literal["document", "customer", "group"]
    ladder: Annotated[str, Field(max_length=40)]
    reason: Reason
    bill_no: BillNo = ""
    language: Literal["", "zh", "en"] = ""


class DunningCallIn(Asked):
    """What a call came to. A promise has a day; what is contested names its bill."""

    result: Literal[
        "reached", "promised", "refused", "disputed", "paid_claimed", "not_reached", "wrong_number"
    ]
    reminder: Annotated[int | None, Field(ge=1)] = None
    spoke_with: Annotated[str, Field(max_length=60)] = ""
    note: Annotated[str, Field(max_length=600)] = ""
    promised_on: Day | None = None
    promised: Amount | None = None
    currency: Currency = "CNY"
    bill_no: BillNo = ""


class DunningContactOut(Schema):
    """A letter that was sent, or what a call came to."""

    on: date
    way: str
    level: int | None
    what: str
    note: str
    by: str
    reminder: int | None
