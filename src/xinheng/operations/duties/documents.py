"""What the documents of this room say: calendars of reports, fines, lists of duties, escalation."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from xinheng.judgements.policies.values import Code, Note, Part, RoleCode, Source, Worded

Every = Literal["month", "quarter", "first_half", "half", "year"]
Amount = Annotated[Decimal, Field(gt=0, le=10**12, max_digits=15, decimal_places=2)]
Share = Annotated[Decimal, Field(gt=0, le=1, max_digits=5, decimal_places=4)]
Count = Annotated[int, Field(ge=1, le=1000)]
DocumentCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Version = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]


class Named(Worded):
    """A code with its words."""

    code: Code


class Valued(Part):
    """Something with a value: whether the source gave it, or we assumed what it left out or lost."""

    mark: Literal["given", "assumed", "lost"] = "given"


class DueRule(Valued):
    """By when a report is in: a day of a month after its period, or working days after its period.

    months: whole months after the period's last month. A day off does not shift it; it is only said.
    """

    months: Annotated[int, Field(ge=0, le=24)] = 1
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    working_days: Annotated[int, Field(ge=1, le=250)] | None = None


class Report(Named):
    """One report that units of some types owe for each period.

    needs: files that must be there. parts: texts that may not be empty. nil: a nil return will do instead.
    gathers: reports of other units that must be in, or marked as missing, before this one may be handed in.
    ledger: whose figures of the unit and the period stand with it; where it shows any, a nil return is wrong.
    """

    owed_by: Annotated[tuple[Code, ...], Field(min_length=1)]
    every: Every
    due: DueRule
    to: Worded
    needs: tuple[Named, ...] = ()
    parts: tuple[Named, ...] = ()
    nil: bool = False
    gathers: tuple[Code, ...] = ()
    ledger: Literal["", "contracts"] = ""
    clause: str = ""


class Signed(Part):
    """Who wrote, looked through and approved a scheme."""

    prepared: Annotated[str, Field(min_length=1, max_length=60)]
    reviewed: Annotated[str, Field(min_length=1, max_length=60)]
    approved: Annotated[str, Field(min_length=1, max_length=60)]


class Head(Part):
    """What every document of this room begins with."""

    code: DocumentCode
    version: Version
    name: Worded
    about: Worded
    source: Source
    note: Note = None


class Reports(Head):
    """A calendar of reports. due_inclusive: what comes on the due day is in time (RR-02)."""

    kind: Literal["reports"]
    due_inclusive: bool = True
    types: Annotated[tuple[Named, ...], Field(min_length=1)]
    reports: Annotated[tuple[Report, ...], Field(min_length=1)]

    def report(self, code: str) -> Report | None:
        """The report of a code."""
        return next((one for one in self.reports if one.code == code), None)


class DutyList(Named):
    """The standing duties of units of one type; each has a task in every period, or was not performed."""

    every: Every
    duties: Annotated[tuple[Named, ...], Field(min_length=1)]
    clause: str = ""


class DutyLists(Head):
    """Lists of standing duties; the code of a list is the type of unit that has them."""

    kind: Literal["duty_lists"]
    lists: Annotated[tuple[DutyList, ...], Field(min_length=1)]


class Defect(Named):
    """What is wrong with an item, and what it costs."""

    amount: Amount


class Severity(Named):
    """How grave an offence is: the fine lies from `least` to `most`, both included.

    roles: who alone fixes it.
    """

    least: Amount
    most: Amount | None = None
    roles: tuple[RoleCode, ...] = ()


class Repeated(Valued):
    """The offence is one only from the nth lateness within so many months."""

    times: Count
    months: Count


class FineKind(Named, Valued):
    """What is fined. per: a vehicle once an incident, each item, each piece, or a case.

    amount: a fixed rate. defects: rates of an item by what is wrong with it, of which the highest counts.
    severities: ranges, of which a person chooses. extra: added to the fine, never doubled, no penalty by
    itself. repeats: what is not put right is fined again. late: schemes of hand-overs whose lateness it is.
    """

    scope: Code
    per: Literal["vehicle", "item", "piece", "case"]
    amount: Amount | None = None
    defects: tuple[Defect, ...] = ()
    severities: tuple[Severity, ...] = ()
    extra: bool = False
    repeats: bool = False
    late: tuple[Code, ...] = ()
    repeated: Repeated | None = None
    criticism: bool = False
    clause: str = ""


class PayCut(Valued):
    """From the nth penalty of a month on the decider may cut its performance pay by a share."""

    from_nth: Count
    least: Share
    most: Share


class FineScope(Named):
    """A line of work whose penalties are counted together. double_from: that one itself is doubled.

    duties, heads: what the department answers for, and by whom. handovers: schemes whose punctuality is
    its own.
    """

    double_from: Count | None = None
    cut: PayCut | None = None
    duties: Worded | None = None
    heads: Worded | None = None
    handovers: tuple[Code, ...] = ()


class Repetition(Valued):
    """A defect that stands so many working days after the order is fined again on each further one."""

    working_days: Count
    counts: bool


class Appeal(Valued):
    """Within how many working days a fine may be contested, and who decides."""

    working_days: Count
    roles: Annotated[tuple[RoleCode, ...], Field(min_length=1)]


class Fines(Head):
    """A scheme of fines. decided_by: who confirms and waives. overlap: of a fine per vehicle and fines per
    item of one incident both count, or the higher only.
    """

    kind: Literal["fines"]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    signed: Signed
    decided_by: Annotated[tuple[RoleCode, ...], Field(min_length=1)]
    overlap: Literal["both", "higher"] = "both"
    appeal: Appeal
    repetition: Repetition | None = None
    scopes: Annotated[tuple[FineScope, ...], Field(min_length=1)]
    kinds: Annotated[tuple[FineKind, ...], Field(min_length=1)]

    def of(self, code: str) -> FineKind | None:
        """The kind of a code."""
        return next((one for one in self.kinds if one.code == code), None)

    def scope(self, code: str) -> FineScope | None:
        """The scope of a code."""
        return next((one for one in self.scopes if one.code == code), None)


class Step(Valued):
    """From so many days past due these are told: "owner", or holders of a role."""

    days_late: Annotated[int, Field(ge=0, le=365)]
    tell: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")], ...], Field(min_length=1)]


class Escalation(Head):
    """Who is told of what is late, and by which way. addresses: by login; else the pages alone say it."""

    kind: Literal["escalation"]
    way: Literal["email", "sms", "chat"] = "email"
    addresses: dict[str, Annotated[str, Field(min_length=3, max_length=200)]] = Field(default_factory=dict)
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
