"""A ladder of reminders, as its document says it. No code knows a number or a sentence of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from xinheng.judgements.policies.values import Code, Marked, Note, Part, RoleCode, Source, Worded

Amount = Annotated[Decimal, Field(ge=0, le=10**12, max_digits=15, decimal_places=2)]
Days = Annotated[int, Field(ge=-365, le=3650)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
WayCode = Literal["letter", "email", "sms", "chat", "phone"]
Kind = Literal["goods", "service", "freight", "interest", "fee", "cost", "deposit", "opening", "instrument"]
FIELDS = (
    "customer", "customer_no", "company", "day", "total", "total_words", "principal", "charges", "credits",
    "lines", "oldest_days", "deadline", "account", "contact", "currency",
)  # fmt: skip


class Sum(Part):
    """An amount of one currency; another currency has none."""

    currency: Currency
    amount: Amount


class Quiet(Part):
    """Days on which nobody is reminded; what would be due waits for the next day that is none of them.

    rest_days: weekends and public holidays. days_of_month: 31 is the last day of shorter months too.
    """

    rest_days: bool = True
    days_of_month: tuple[Annotated[int, Field(ge=1, le=31)], ...] = ()
    dates: tuple[date, ...] = ()


class Level(Marked):
    """One step. level 0 comes before the due day and is never a step that others follow; 1, 2 … follow one
    another without a gap.

    basis: due: days past due (below zero: before). month_end: days past the end of the month it is due in.
    last: days since the last reminder. ways: by which it is sent, all of them. text: of `texts`.
    also: who of us is told too: "responsible" for the customer, or a role. deadline_days: until when to pay.
    blocks: new orders wait while something open stands at this level. charges: with the letter, interest and
    fees up to its day are charged as claims of their own; they stand in the letter after it.
    """

    level: Annotated[int, Field(ge=0, le=99)]
    code: Code
    basis: Literal["due", "month_end", "last"] = "due"
    days: Days
    ways: tuple[WayCode, ...] = ()
    text: Code
    also: tuple[RoleCode, ...] = ()
    deadline_days: Annotated[int, Field(ge=0, le=365)] = 0
    blocks: bool = False
    charges: bool = False


class Long(Part):
    """A text in both languages, of several paragraphs. Fields stand in braces: {customer}, {total} …"""

    zh: Annotated[str, Field(min_length=1, max_length=4000)]
    en: Annotated[str, Field(min_length=1, max_length=4000)]


class Wording(Part):
    """What a level says. short: in a short message or chat. consequence: what follows if nobody pays."""

    code: Code
    title: Worded
    body: Long
    consequence: Worded | None = None
    short: Worded


class Ladder(Part):
    """Who is reminded of what, when, by which way and in which words.

    tolerances: a customer that owes less past due, credits taken off, is not reminded. counts_from: an open
    item below this does not count for the checks of orders (SAP-11). Without a currency: zero.
    min_gap_days: between two contacts with one customer. kinds: of claims that are reminded of. slip: the
    letter bears a slip to be signed and sent back.
    """

    kind: Literal["dunning_ladder"]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    about: Worded
    source: Source
    note: Note = None
    language: Literal["zh", "en"] = "zh"
    company: Worded
    account: Worded
    contact: Worded
    tolerances: tuple[Sum, ...] = ()
    counts_from: tuple[Sum, ...] = ()
    min_gap_days: Annotated[int, Field(ge=0, le=365)] = 0
    quiet: Quiet = Quiet()
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    slip: bool = True
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    texts: Annotated[tuple[Wording, ...], Field(min_length=1)]

    def at(self, level: int) -> Level:
        """The level of a number; the highest one below it where the ladder has no such level any more."""
        below = [one for one in self.levels if one.level <= level]
        return max(below, key=lambda one: one.level) if below else min(self.levels, key=lambda one: one.level)

    def wording(self, level: int) -> Wording:
        """What a level says."""
        code = self.at(level).text
        return next(one for one in self.texts if one.code == code)

    def steps(self) -> list[Level]:
        """The levels that follow one another, the first first."""
        return sorted((one for one in self.levels if one.level > 0), key=lambda one: one.level)
