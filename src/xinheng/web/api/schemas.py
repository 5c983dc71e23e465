"""Shapes that several parts of the API share. Money is a decimal string with its currency beside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, TypeVar

from ninja import Schema
from pydantic import ConfigDict

from xinheng.base.kernel.money import Money

Row = TypeVar("Row")


class Asked(Schema):
    """What a request tells; a field that does not exist is refused, not overlooked."""

    model_config = ConfigDict(extra="forbid")


class Page(Schema, Generic[Row]):
    """One page of a list. next: send it back as `after` for the next page; null at the end."""

    items: list[Row]
    next: str | None = None


class MoneyOut(Schema):
    """An exact amount."""

    amount: str
    currency: str

    @classmethod
    def of(cls, money: Money) -> MoneyOut:
        """The amount in the major unit, with the currency's places."""
        return cls(amount=str(money.decimal), currency=money.currency)

    @classmethod
    def of_any(cls, money: Money | None) -> MoneyOut | None:
        """The same; None stays None."""
        return None if money is None else cls.of(money)


class JobOut(Schema):
    """Queued work. Ask for it again until the state is done, refused or failed."""

    id: str
    state: str
    result: Any = None
    detail: str = ""


class DoneOut(Schema):
    """The number of what was kept."""

    id: int


class EntryOut(Schema):
    """One entry of the trail."""

    id: int
    at: datetime
    business_day: date
    actor_login: str
    actor_name: str
    via: str
    act: str
    subject: str
    outcome: str
    reason: str
    before: Any
    after: Any


class VerificationOut(Schema):
    """Whether the trail is whole. head: note it elsewhere, and give it back to find a cut-off end."""

    ok: bool
    sealed: int
    unsealed: int
    first_altered: int | None
    position: int | None
    cause: str
    words: str
    head: str


def page_of(rows: list[Any], limit: int, key: Any) -> tuple[list[Any], str | None]:
    """The rows of a page of which one more was fetched, and what asks for the next page."""
    shown = rows[:limit]
    return shown, str(key(shown[-1])) if len(rows) > limit else None
