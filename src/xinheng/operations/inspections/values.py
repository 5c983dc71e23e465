"""What goes through the door: the rules of inspection, and what is told of cases, visits and findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from xinheng.base.kernel.money import Money

SOURCES = ("suspicion", "tip", "own")
LEVELS = ("high", "medium", "low", "none", "not_assessable")
STATES = ("open", "assigned", "visited", "found", "confirmed", "appealed", "overturned", "none", "dropped")
OPEN_STATES = ("open", "assigned", "visited")
Basis = Literal["evidence", "private_tap", "via_meter"]
Use = Literal["power", "lighting"]
Kind = Literal["theft", "breach", "none"]
Voltage = Literal["low", "high"]


@dataclass(frozen=True)
class TheftFacts:
    """What the quantity of theft is reckoned from. price: yuan a kWh.

    kva: rated capacity of what was connected (private_tap). amperes, phases, ratio: of the meter (via_meter).
    days, hours: of theft, None where they cannot be found out. kwh: by evidence of our own. billed_kwh: of
    the same time, paid already. times: of the fee as penalty, None: as the rules say.
    """

    basis: Basis
    price: Decimal
    use: Use = "lighting"
    kva: Decimal | None = None
    amperes: Decimal | None = None
    phases: int = 1
    ratio: Decimal = Decimal(1)
    days: int | None = None
    hours: Decimal | None = None
    kwh: Decimal | None = None
    billed_kwh: Decimal = Decimal(0)
    times: Decimal | None = None


@dataclass(frozen=True)
class BreachFacts:
    """What the money of a breach of use is reckoned from.

    kwh: of the time at the wrong price. price, low_price: yuan a kWh. kw: over the contract, suspended or
    passed on. base_price: yuan a kilowatt and month of a two-part tariff, None without one. months: None
    where the beginning cannot be found out (kwh is then of the months that the rules say).
    """

    code: str
    kwh: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    low_price: Decimal = Decimal(0)
    kw: Decimal = Decimal(0)
    base_price: Decimal | None = None
    months: int | None = None
    occasions: int = 1
    is_residential: bool = False
    times: Decimal | None = None


@dataclass(frozen=True)
class Step:
    """One line of the calculation sheet: what (a code), how, and what comes out, with its unit."""

    code: str
    how: str
    result: str


@dataclass(frozen=True)
class Reckoned:
    """What a finding costs: quantity, recovered fee, penalty, and how it was reckoned."""

    edition: str
    clause: tuple[str, str]  # Chinese, English
    kwh: Decimal
    fee: Money
    penalty: Money
    steps: tuple[Step, ...]

    @property
    def total(self) -> Money:
        """Fee and penalty."""
        return self.fee + self.penalty


@dataclass(frozen=True)
class NewCase:
    """A case to be opened. run_id: of the ranking it comes from; evidence: its words."""

    consumer_no: str
    source: str = "own"
    reason: str = ""
    run_id: int | None = None
    score: Decimal | None = None
    level: str = ""
    detectors: tuple[str, ...] = ()
    evidence: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Assignment:
    """Who inspects, and when."""

    inspectors: tuple[str, ...]  # logins
    planned_on: date
    skill: str = ""


@dataclass(frozen=True)
class Stop:
    """A case to be given to a team. skill "": any."""

    key: int
    area: str
    unit_path: str
    skill: str = ""


@dataclass(frozen=True)
class Team:
    """Inspectors who drive together. takes: cases on the day."""

    logins: tuple[str, ...]
    unit_path: str
    skills: frozenset[str]
    takes: int


@dataclass(frozen=True)
class Planned:
    """Cases given for a day, those left on the list, and how many each team got."""

    given: int
    left: int
    by_team: dict[tuple[str, ...], int]


@dataclass(frozen=True)
class VisitTold:
    """What a visit saw. inspectors: logins of those who were there. seals: numbers as found."""

    visited_at: datetime
    inspectors: tuple[str, ...]
    meter_no: str = ""
    seals: str = ""
    load_kw: Decimal | None = None
    clamp_amperes: Decimal | None = None
    met: str = ""  # of the consumer, or who was there for it
    note: str = ""


@dataclass(frozen=True)
class NewExhibit:
    """A piece of evidence: what it is, who took it, when and where."""

    kind: str
    taken_at: datetime
    place: str = ""
    note: str = ""


@dataclass(frozen=True)
class Drawn:
    """A signature drawn by hand. role: inspector, consumer or witness; refused: the consumer would not."""

    role: str
    name: str
    png: bytes = b""
    refused: bool = False


@dataclass(frozen=True)
class NewFinding:
    """What an inspection found. theft, breach: the facts behind the money, as the kind asks."""

    kind: Kind
    found_on: date | None
    inspectors: tuple[str, ...] = ()
    method: str = ""
    note: str = ""
    theft: TheftFacts | None = None
    breach: BreachFacts | None = None


@dataclass(frozen=True)
class Wanted:
    """Which cases: every field left blank lets all pass."""

    text: str = ""
    state: str = ""
    level: str = ""
    area: str = ""
    inspector: str = ""
    kind: str = ""  # of the finding
    planned_on: date | None = None


@dataclass(frozen=True)
class Hits:
    """How often inspections found something, of a level, a detector or of all; None: no inspection."""

    name: str
    inspected: int
    theft: int
    breach: int

    @property
    def found(self) -> int:
        """Theft and breach."""
        return self.theft + self.breach

    @property
    def rate(self) -> Decimal | None:
        """Found of inspected."""
        return share(self.found, self.inspected)

    @property
    def theft_rate(self) -> Decimal | None:
        """Theft of inspected."""
        return share(self.theft, self.inspected)

    @property
    def breach_rate(self) -> Decimal | None:
        """Breach of inspected."""
        return share(self.breach, self.inspected)


@dataclass(frozen=True)
class Usefulness:
    """What inspections were good for (PWR-27). population: consumers within reach."""

    whole: Hits
    population: int
    fee: Money
    penalty: Money
    by_level: tuple[Hits, ...] = ()
    by_detector: tuple[Hits, ...] = ()
    open_cases: int = 0
    overturned: int = 0

    @property
    def inspected_share(self) -> Decimal | None:
        """Of the population."""
        return share(self.whole.inspected, self.population) if self.whole.inspected else None

    @property
    def total(self) -> Money:
        """Fee and penalty."""
        return self.fee + self.penalty

    @property
    def per_found(self) -> Money | None:
        """Recovered per case found; None where none was."""
        if not self.whole.found:
            return None
        return Money.of(self.total.decimal / self.whole.found, self.total.currency)

    @property
    def penalty_ratio(self) -> Decimal | None:
        """Penalty to the recovered fee."""
        return share(self.penalty.minor, self.fee.minor)


@dataclass(frozen=True)
class ToldFigures:
    """Figures of a campaign as they were printed: parts and the totals told beside them."""

    levels: dict[str, int]
    suspects: int  # the total told
    theft: int
    breach: int
    fee: Money
    penalty: Money
    total: Money  # as told
    population: int = 0
    found: int | None = None  # the total told, where one was


def share(part: int, whole: int) -> Decimal | None:
    """A share; None of nothing."""
    return Decimal(part) / Decimal(whole) if whole else None
