"""The shapes of consumers, readings, areas and files of metering."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from ninja import Schema
from pydantic import Field

from xinheng.facts.metering.values import (
    ConsumerWanted,
    NewConsumer,
    Preview,
    Rejected,
    Terms,
)
from xinheng.web.api.fields import Day
from xinheng.web.api.schemas import Asked

MeteringKind = Literal["network", "consumers", "meters", "readings", "quarters", "events", "areas", "bills"]
VoltageName = Literal["low", "high"]
Number = Annotated[str, Field(min_length=1, max_length=40)]
MaybeNumber = Annotated[str, Field(max_length=40)]
Kva = Annotated[Decimal, Field(gt=0, lt=10**10, decimal_places=2)]


class ConsumersAsked(Asked):
    """Filters of consumers. text: of a number, name or address. area, unit: with all below."""

    text: Annotated[str, Field(max_length=100)] = ""
    area: MaybeNumber = ""
    unit: MaybeNumber = ""
    industry: Annotated[str, Field(max_length=7)] = ""
    voltage: Literal["", "low", "high"] = ""
    state: Literal["", "open", "closed"] = ""
    customer_no: MaybeNumber = ""
    after: Annotated[str, Field(max_length=40)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    def wanted(self) -> ConsumerWanted:
        """As the room takes it."""
        return ConsumerWanted(
            text=self.text, area=self.area, unit_code=self.unit, industry=self.industry, voltage=self.voltage,
            state=self.state, customer_no=self.customer_no,
        )  # fmt: skip


class ConsumerOut(Schema):
    """A consumer as it is supplied now."""

    consumer_no: str
    name: str
    customer_no: str | None
    address: str
    industry: str
    unit: str | None
    area: str | None
    voltage: str | None
    capacity_kva: str | None
    tariff: str | None
    is_prepaid: bool
    is_important: bool
    opened_on: Day
    closed_on: Day | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """A row of the room with its supply."""
        told = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        told["capacity_kva"] = None if row.capacity_kva is None else f"{row.capacity_kva:.2f}"
        return cls(
            **told,
            customer_no=row.customer.no if row.customer else None,
            unit=row.unit_name,
            area=row.area_name,
        )


class SupplyIn(Asked):
    """How a consumer is supplied."""

    unit: MaybeNumber = ""
    area: MaybeNumber = ""
    voltage: VoltageName = "low"
    capacity_kva: Kva | None = None
    tariff: MaybeNumber = ""

    def terms(self) -> Terms:
        """As the room takes it."""
        return Terms(self.unit, self.area, self.voltage, capacity_kva=self.capacity_kva, tariff=self.tariff)


class SupplyChangeIn(SupplyIn):
    """From which day on it is supplied otherwise, and why."""

    from_on: Day
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class ConsumerIn(SupplyIn):
    """An account to be opened. licence: the credit code of an enterprise, which is checked."""

    consumer_no: Number
    name: Annotated[str, Field(min_length=1, max_length=200)]
    opened_on: Day
    customer_no: MaybeNumber = ""
    licence: Annotated[str, Field(max_length=40)] = ""
    address: Annotated[str, Field(max_length=300)] = ""
    industry: Annotated[str, Field(max_length=6)] = ""
    phases: Literal[1, 3] = 1
    is_prepaid: bool = False
    is_important: bool = False

    def new(self) -> NewConsumer:
        """As the room takes it."""
        own = self.model_dump(exclude={"unit", "area", "voltage", "capacity_kva", "tariff"})
        return NewConsumer(terms=self.terms(), **own)


class ReadingOut(Schema):
    """A day of a consumer. kwh null: not read. marks: what is odd about it, as negative or spike."""

    day: Day
    kwh: float | None
    marks: list[str]


class ReadingIn(Asked):
    """A day of a consumer."""

    consumer: Number
    day: Day
    kwh: Annotated[float, Field(allow_inf_nan=False)] | None
    mark: Literal["", "estimate", "exchange"] = ""


class ReadingsIn(Asked):
    """Days to be taken in: checked as those of a file are. good_rows: leave wrong ones out."""

    readings: Annotated[list[ReadingIn], Field(min_length=1, max_length=10_000)]
    good_rows: bool = False


class AreaOut(Schema):
    """An area of the grid."""

    code: str
    name: str
    kind: str
    parent: str | None

    @staticmethod
    def resolve_parent(row: Any) -> str | None:
        """The code of the area above."""
        return row.parent.code if row.parent else None


class AreaSuccessOut(Schema):
    """How well an area was read in a month. share: read of due; null where nothing was due."""

    area: str
    month: Day
    due: int
    read: int
    good: int
    kwh: float
    share: float | None


class MeteringRejectedOut(Schema):
    """A value that was not taken: where it stands, and why."""

    row_no: int
    field: str
    value: str
    cause: str
    words: str
    consumer: str
    day: Day | None

    @classmethod
    def of(cls, told: Rejected) -> Self:
        """As the room tells it."""
        return cls(**told.__dict__, words=told.words)


class MeteringBatchOut(Schema):
    """A file of metering: what posting it would do, or did."""

    batch_no: int
    kind: str
    file_name: str
    state: str
    rows: int
    new: int
    known: int
    changed: int
    rejected: int
    causes: dict[str, int]
    marks: dict[str, int]
    may_post: bool
    cause: str
    samples: list[MeteringRejectedOut]

    @classmethod
    def of(cls, told: Preview) -> Self:
        """As the room tells it."""
        names = set(cls.model_fields) - {"samples"}
        samples = [MeteringRejectedOut.of(one) for one in told.samples]
        return cls(samples=samples, **{name: getattr(told, name) for name in names})


class MeteringFileIn(Asked):
    """How a file is to be read."""

    kind: MeteringKind = "readings"
    good_rows: bool = False
    unit: Annotated[str, Field(max_length=10)] = ""
    first_day: Day | None = None
    points_end: bool = False
    ratio_applied: bool = False

    def options(self) -> dict[str, Any]:
        """As the room takes them."""
        told: dict[str, Any] = {"unit": self.unit, "points_end": self.points_end}
        told["first_day"] = self.first_day.isoformat() if self.first_day else ""
        told = {name: value for name, value in told.items() if value}
        return told | ({"ratio": False} if self.ratio_applied else {})
