"""What this room hands out and is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.dues import Due
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period

EVERY: dict[str, str | Promise] = {
    "": _("once"),
    "month": _("every month"),
    "quarter": _("every quarter"),
    "half": _("every half year"),
    "year": _("every year"),
}
TASK_KINDS: dict[str, str | Promise] = {
    "order": _("task ordered"),
    "request": _("contribution asked for"),
}
TASK_STATES: dict[str, str | Promise] = {
    "open": _("to be done"),
    "done": _("done"),
    "withdrawn": _("withdrawn"),
}
REPORT_STATES: dict[str, str | Promise] = {
    "waiting": _("not yet due"),
    "missing": _("missing"),
    "marked": _("missing, gone on without"),
    "handed_in": _("handed in"),
    "verified": _("verified"),
}
INCIDENT_STATES: dict[str, str | Promise] = {
    "proposed": _("waits for a decision"),
    "confirmed": _("confirmed"),
    "criticised": _("criticised, no fine"),
    "waived": _("waived"),
    "appealed": _("under appeal"),
    "settled": _("fine settled"),
}
RESULTS: dict[str, str | Promise] = {
    "upheld": _("the fine stays"),
    "reduced": _("the fine is reduced"),
    "lifted": _("the fine is lifted"),
}
STANDING = ("confirmed", "appealed", "settled")  # fines that count in sums
COUNTED = ("proposed", "confirmed", "criticised", "appealed", "settled")  # penalties of a month
PER: dict[str, str | Promise] = {
    "vehicle": _("per vehicle"),
    "item": _("per item"),
    "piece": _("per piece"),
    "case": _("per case"),
}


@dataclass(frozen=True)
class NewTask:
    """Something to be done. unit_code: of the unit that owes it. duty: "list.duty" of the document `pack`."""

    title: str
    unit_code: str
    due_on: date
    owner: str = ""
    every: str = ""
    kind: str = "order"
    pack: str = ""
    duty: str = ""


@dataclass(frozen=True)
class NewLine:
    """One thing that was wrong: a kind of the scheme, which paper, with which defects, how many."""

    kind: str
    item: str = ""
    defects: tuple[str, ...] = ()
    count: int = 1


@dataclass(frozen=True)
class NewIncident:
    """A breach. cause: tells it from every other of the scheme. person: login of who answers for it."""

    pack: str
    cause: str
    what: str
    happened_on: date
    person: str
    unit_code: str
    lines: tuple[NewLine, ...]


@dataclass(frozen=True)
class ReckonedLine:
    """What one line costs, before it is doubled."""

    kind: str
    item: str
    defects: tuple[str, ...]
    count: int
    rate: Money
    amount: Money


@dataclass(frozen=True)
class Reckoned:
    """What an incident costs: base × factor + extra = total."""

    lines: tuple[ReckonedLine, ...]
    base: Money
    factor: int
    extra: Money
    total: Money


@dataclass(frozen=True)
class Decision:
    """How a fine is confirmed. amount, severity: within a range, where the kind has one. share: of `pay`,
    the performance pay of the month, that is cut. criticism: no fine, a notice.
    """

    amount: Money | None = None
    severity: str = ""
    share: Decimal | None = None
    pay: Money | None = None
    criticism: bool = False


@dataclass(frozen=True)
class NewSubmission:
    """A report handed in. first_on: of its period. texts: part to text."""

    pack: str
    report: str
    unit_code: str
    first_on: date
    texts: dict[str, str] = field(default_factory=dict)
    is_nil: bool = False


@dataclass(frozen=True)
class NewType:
    """What a unit is, of a calendar of reports or of lists of duties. until_on: first day it no longer is."""

    pack: str
    type_code: str
    owner: str = ""
    until_on: date | None = None


@dataclass(frozen=True)
class Obligation:
    """A report that a unit owes for a period, and how it stands. is_rest_day: the due day is a day off."""

    pack: str
    report: str
    words: str
    to: str
    unit_id: int
    unit_code: str
    unit_name: str
    unit_path: str
    owner: str
    period: Period
    due_on: date
    state: str
    is_late: bool
    is_rest_day: bool
    is_assumed: bool
    submission_id: int | None = None
    handed_in_on: date | None = None


@dataclass(frozen=True)
class DutyLine:
    """One standing duty of a unit in a period: how many tasks served it, how many are done."""

    pack: str
    duty: str
    words: str
    unit_name: str
    unit_code: str
    period: Period
    tasks: int
    done: int

    @property
    def is_performed(self) -> bool:
        """Whether a task of the period was done."""
        return self.done > 0


@dataclass(frozen=True)
class DuesWanted:
    """Which of what is due is looked for. kind: the first part of its code; unit: a path."""

    text: str = ""
    owner: str = ""
    unit: str = ""
    kind: str = ""
    state: str = ""  # open, late, done
    sort: str = "due"


@dataclass(frozen=True)
class Gathered:
    """What is due within some days, as the rooms tell it. cut: kinds of which there are more."""

    dues: tuple[Due, ...]
    cut: tuple[str, ...] = ()


@dataclass(frozen=True)
class FinesWanted:
    """Which incidents are looked for. month: a day of it."""

    text: str = ""
    pack: str = ""
    state: str = ""
    person: str = ""
    month: date | None = None
    sort: str = "-happened"


@dataclass(frozen=True)
class SheetLine:
    """One person's month in a scope: what was counted, and what stands."""

    person: str
    name: str
    unit_name: str
    scope: str
    incidents: int
    doubled: int
    fines: Money
    cuts: Money
    waiting: int

    @property
    def total(self) -> Money:
        """Fines and cuts of pay together."""
        return self.fines + self.cuts


@dataclass(frozen=True)
class RateLine:
    """On-time and completeness rates; None: nothing was to be handed over."""

    name: str
    due: int
    on_time: int
    complete: int

    @property
    def on_time_rate(self) -> Decimal | None:
        """Share handed over by the due day."""
        return Decimal(self.on_time) / self.due if self.due else None

    @property
    def complete_rate(self) -> Decimal | None:
        """Share handed over without a missing item."""
        return Decimal(self.complete) / self.due if self.due else None


SORTS = {"happened": "happened_on", "fine": "fine_minor", "person": "person", "state": "state"}
