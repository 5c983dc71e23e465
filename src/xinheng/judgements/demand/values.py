"""What demand forecasts hand to pages, API and command line. Amounts of energy are whole watt-hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

LEVELS = ("company", "area", "industry", "consumer")
FREQUENCIES = ("month", "day", "hour")
LEAVES = ("consumer", "cell")
OVERLAY_KINDS = ("event", "expansion")
UNKNOWN = "?"  # the industry of a consumer of which none was told
HORIZONS = {"month": 36, "day": 400, "hour": 24 * 14}  # periods at most


@dataclass(frozen=True)
class NewRun:
    """A forecast that is asked for. as_of: nothing of this day or later is looked at."""

    as_of: date
    frequency: str = "month"
    horizon: int = 12
    leaf: str = "consumer"
    reason: str = ""


@dataclass(frozen=True)
class Capacity:
    """Business expansion, in kVA: what is new, what grows, what shrinks and what is closed."""

    new: Decimal = Decimal(0)
    more: Decimal = Decimal(0)
    less: Decimal = Decimal(0)
    closed: Decimal = Decimal(0)

    @property
    def net(self) -> Decimal:
        """new + more - less - closed."""
        return self.new + self.more - self.less - self.closed


@dataclass(frozen=True)
class NewOverlay:
    """What is laid over: a percentage, or kWh a day, or capacity that comes into use over months."""

    level: str
    title: str
    since: date
    reason: str
    node: str = ""
    kind: str = "event"
    until: date | None = None
    percent: Decimal | None = None
    kwh_a_day: Decimal | None = None
    capacity: Capacity | None = None
    utilisation: Decimal = Decimal(1)
    ramp_months: int = 0


@dataclass(frozen=True)
class Laid:
    """An overlay as arithmetic sees it."""

    number: int
    level: str
    node: str
    since: date
    until: date | None
    percent: Decimal | None = None
    wh_a_day: int = 0  # in full use
    ramp_months: int = 0


@dataclass(frozen=True)
class Node:
    """A consumer, area, industry, or the company ("")."""

    level: str
    no: str = ""
    name: str = ""


@dataclass(frozen=True)
class Point:
    """One moment of the curve: base + factors + overlays = whole, to the watt-hour.

    low and high: the band of the base forecast moved by what was added; None where there is none.
    """

    at: datetime
    base: int
    factors: dict[str, int]
    overlays: dict[int, int]
    low: int | None = None
    high: int | None = None
    actual: int | None = None

    @property
    def whole(self) -> int:
        """The forecast after factors and overlays."""
        return self.base + sum(self.factors.values()) + sum(self.overlays.values())

    def part(self, code: str) -> int:
        """What a factor adds by its code, or an overlay by its number; 0 where it adds nothing."""
        return self.overlays.get(int(code), 0) if code.isdigit() else self.factors.get(code, 0)


@dataclass(frozen=True)
class Curve:
    """A node's forecast, with what was used before it. history: moment and Wh, None where not read."""

    node: Node
    points: list[Point]
    history: list[tuple[datetime, int | None]]
    model: str = ""
    is_short: bool = False  # too little history: only the simple method was used
    is_partial: bool = False  # only consumers within reach are added up
    figures: dict[str, float | None] = field(default_factory=dict)  # of the back-test of the node's level


@dataclass(frozen=True)
class Compared:
    """Forecast against actual of one node and period, in Wh. in_band: None where there is no band."""

    run: int
    level: str
    node: str
    at: datetime
    foretold: int
    actual: int
    in_band: bool | None = None

    @property
    def error(self) -> int:
        """Foretold less actual: above zero where too much was foretold."""
        return self.foretold - self.actual

    @property
    def share(self) -> float | None:
        """The absolute error as a share of what was used; None where nothing was used."""
        return abs(self.error) / self.actual if self.actual else None


@dataclass(frozen=True)
class Accuracy:
    """Of one level: how far forecasts were off. None where it cannot be said.

    mape: mean of the shares, of periods in which something was used. wape: all errors over all use.
    bias: too much (above zero) or too little, over all use. coverage: share within the band.
    """

    level: str
    compared: int
    nothing_used: int
    mean_error: float | None  # Wh, absolute, of all periods
    mape: float | None
    wape: float | None
    bias: float | None
    coverage: float | None
    stated: float | None = None
