"""What the two documents of the room may hold: risk and fee control of consumers, and points that decay."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.policies.values import Code, Part, Worded

Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[Decimal, Field(ge=-(10**9), le=10**9, decimal_places=2)]
Days = Annotated[int, Field(ge=0, le=3650)]
Step = Annotated[int, Field(ge=-2, le=2)]
Version = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
Hour = Annotated[int, Field(ge=0, le=23)]
VOLTAGES = ("low", "high")
FACTORS = ("grade", "operation", "policy", "economy", "market")


class Named(Worded):
    """Something with a name, told in the reader's language."""

    def __str__(self) -> str:
        return self.zh if reads_chinese() else self.en


class Weight(Named):
    """One of the five inputs, and what one step of it adds to the log odds of lateness."""

    code: Literal["grade", "operation", "policy", "economy", "market"]
    weight: Annotated[float, Field(ge=-2, le=2)]


class Drop(Named):
    """Use fell by at least this share."""

    share: Share
    step: Step


class Lasting(Named):
    """Something lasted, or was asked for within, so many days."""

    days: Days
    step: Step


class Operation(Part):
    """The signs of a consumer in trouble."""

    year_drop: Drop
    month_drop: Drop
    stop: Lasting
    request: Lasting


class Bounds(Part):
    """From which chance a consumer is at risk, and from which chance and amount at high risk."""

    from_chance: Share
    high_from_chance: Share
    high_from_amount: Amount = Decimal(0)

    @model_validator(mode="after")
    def _rising(self) -> Bounds:
        if self.high_from_chance < self.from_chance:
            raise ValueError("high_from_chance is below from_chance")
        return self


class Levels(Part):
    """The bounds of each voltage class."""

    low: Bounds
    high: Bounds


class Learning(Part):
    """From how many paid bills a late-payment model is fitted."""

    least_bills: Annotated[int, Field(ge=100, le=10_000_000)]


class Past(Part):
    """How the consumer's own past foretells where no model is in use."""

    months: Annotated[int, Field(ge=3, le=120)]
    weight: Annotated[float, Field(ge=0, le=100)]
    least_bills: Annotated[int, Field(ge=1, le=120)]
    expected_bills: Annotated[int, Field(ge=1, le=36)]


class CollectionPeriod(Part):
    """Days after the bill in which a consumer must pay, by its grade."""

    default: Days
    by_grade: dict[str, Days]

    def days(self, grade: str) -> int:
        """The days of a grade; those of everybody where it has none."""
        return self.by_grade.get(grade, self.default)


class Strategy(Named):
    """What is done with consumers of some grades, or with those of a level whatever their grade."""

    grades: tuple[str, ...] = ()
    level: Literal["", "high", "risk"] = ""


class Notice(Part):
    """How long before a cut it is told in writing, and how long before it is told again."""

    days: Days
    minutes: Annotated[int, Field(ge=0, le=1440)]


class Notices(Part):
    """Notices of households and of others."""

    home: Notice
    other: Notice


class NoCut(Part):
    """When nobody is cut."""

    from_hour: Hour
    until_hour: Hour
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = ()
    rest_days: bool = True


class FeeControl(Part):
    """When a prepaid consumer is warned, may be cut and is restored."""

    days_back: Annotated[int, Field(ge=1, le=60)]
    warn_days: Days
    warn_amount: Amount
    cut_amount: Amount
    restore_amount: Amount
    notice: Notices
    restore_hours: Annotated[int, Field(ge=1, le=240)]
    no_cut: NoCut

    @model_validator(mode="after")
    def _falling(self) -> FeeControl:
        if not self.cut_amount <= self.restore_amount:
            raise ValueError("restore_amount is below cut_amount")
        if self.warn_amount < self.cut_amount:
            raise ValueError("warn_amount is below cut_amount")
        return self


class ConsumerRules(Part):
    """The document of risk and fee control."""

    kind: Literal["consumers"]
    code: Literal["pwr"]
    version: Version
    name: Worded
    about: Worded
    grades_from: Code
    weights: tuple[Weight, ...]
    grade_steps: dict[str, Step]
    operation: Operation
    levels: Levels
    model: Learning
    past: Past
    collection_period: CollectionPeriod
    strategy: tuple[Strategy, ...]
    fee_control: FeeControl

    @model_validator(mode="after")
    def _all_five(self) -> ConsumerRules:
        if sorted(one.code for one in self.weights) != sorted(FACTORS):
            raise ValueError(f"weights name each of {', '.join(FACTORS)} once")
        return self

    def bounds(self, voltage: str) -> Bounds:
        """The bounds of a voltage class."""
        return self.levels.high if voltage == "high" else self.levels.low

    def strategy_of(self, grade: str, level: str) -> Strategy | None:
        """What is done with a consumer; of several the last that fits, as levels stand after grades."""
        fits = [one for one in self.strategy if grade in one.grades or (one.level and one.level == level)]
        return fits[-1] if fits else None


class Demerit(Named):
    """What an event takes from the points, and for how long. cash: points towards cash only."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
    points: Annotated[int, Field(ge=0, le=10_000)]
    cash: Annotated[int, Field(ge=0, le=10_000)] = 0
    months: Annotated[int, Field(ge=1, le=240)]
    decay: Literal["step", "monthly"] = "step"
    by_hand: bool = False


class Band(Named):
    """A name for points from a bound on."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,9}$")]
    from_points: Annotated[int, Field(alias="from")]


class CashOnly(Part):
    """From how many cash points a consumer pays in cash only."""

    from_points: Annotated[int, Field(ge=1, le=100_000)]


class PointRules(Part):
    """The document of points."""

    kind: Literal["points"]
    code: Literal["ccb"]
    version: Version
    name: Worded
    about: Worded
    start: Annotated[int, Field(ge=0, le=100_000)]
    floor: int = 0
    cash_only: CashOnly
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    demerits: Annotated[tuple[Demerit, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> PointRules:
        bounds = [one.from_points for one in self.bands]
        if bounds != sorted(bounds, reverse=True):
            raise ValueError("bands stand from the most points down")
        if len({one.code for one in self.demerits}) != len(self.demerits):
            raise ValueError("a demerit stands twice")
        return self

    def demerit(self, code: str) -> Demerit | None:
        """The demerit of a code."""
        return next((one for one in self.demerits if one.code == code), None)

    def band(self, points: int) -> Band:
        """The band some points lie in; below every bound the last."""
        return next((one for one in self.bands if points >= one.from_points), self.bands[-1])
