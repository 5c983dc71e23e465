"""What metering takes in and hands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

Then = Literal["refuse", "mark"]
Kind = Literal["consumers", "meters", "network", "readings", "quarters", "events", "areas", "bills"]
Voltage = Literal["low", "high"]
KINDS: dict[str, str | Promise] = {
    "network": _("areas of the grid"),
    "consumers": _("consumers"),
    "meters": _("meters"),
    "readings": _("daily readings"),
    "quarters": _("readings in 96 points"),
    "events": _("events of meters"),
    "areas": _("supply into areas"),
    "bills": _("monthly use and bills"),
}
MODES = ("all_or_none", "good_rows")
VOLTAGES: dict[str, str | Promise] = {"low": _("low voltage"), "high": _("high voltage")}
AREA_KINDS: dict[str, str | Promise] = {
    "company": _("company"),
    "county": _("county company"),
    "substation": _("substation"),
    "line": _("line"),
    "transformer": _("transformer area"),
}
LOSS_STATES: dict[str, str | Promise] = {
    "normal": _("within bounds"),
    "high": _("high loss"),
    "negative": _("negative, abnormal"),
    "unread": _("too few readings"),
    "unsupplied": _("supply not told"),
}
MARKS: dict[str, str | Promise] = {
    "missing": _("not read"),
    "zero_run": _("run of zeros"),
    "rollover": _("register rolled over"),
    "exchange": _("meter exchanged"),
    "negative": _("below zero"),
    "spike": _("spike"),
    "estimate": _("estimated"),
    "beyond_capacity": _("beyond capacity"),
    "duplicate": _("told twice"),
    "several_days": _("use of several days"),
    "out_of_order": _("out of order in the file"),
}
# events of meters by DL/T 698.45
EVENTS: dict[str, str | Promise] = {
    "3000": _("loss of voltage"), "3001": _("under-voltage"), "3002": _("over-voltage"),
    "3003": _("phase missing"), "3004": _("loss of current"), "3005": _("over-current"),
    "3006": _("current interrupted"), "3007": _("power reversed"), "3008": _("overload"),
    "300B": _("reactive demand exceeded"), "300C": _("power factor too low"),
    "300D": _("loss of all voltages"), "300F": _("voltage phase order wrong"),
    "3010": _("current phase order wrong"), "3011": _("power down"), "3012": _("programmed"),
    "3013": _("set to zero"), "3016": _("clock set"), "301B": _("cover opened"),
    "301C": _("terminal cover opened"), "301D": _("voltages unbalanced"), "301E": _("currents unbalanced"),
    "301F": _("switch tripped"), "3020": _("switch closed"), "302A": _("magnetic interference"),
    "302B": _("switch acted wrongly"), "302D": _("currents badly unbalanced"), "302E": _("clock failed"),
    "302F": _("metering chip failed"), "3030": _("module changed"), "310B": _("register went down"),
    "310C": _("use out of range"), "310D": _("register ran away"), "310E": _("register stands still"),
    "310F": _("reading failed"), "3111": _("unknown meter found"), "3112": _("found in another area"),
    "3119": _("current circuit abnormal"), "3203": _("alarm of fee control"),
}  # fmt: skip
CLASSES: dict[str, str | Promise] = {
    "raw": _("raw data"),
    "intermediate": _("intermediate data"),
    "output": _("output data"),
}
SUBSYSTEMS: dict[str, str | Promise] = {
    "info": _("information"),
    "rate": _("credit rating"),
    "risk": _("risk of arrears"),
    "theft": _("detection of theft"),
    "load": _("forecast of demand"),
}
STATES: dict[str, str | Promise] = {
    "waiting": _("waiting"),
    "previewed": _("checked"),
    "posted": _("entered"),
    "refused": _("refused"),
    "cancelled": _("cancelled"),
}
CAUSES: dict[str, str | Promise] = {
    "consumer_missing": _("The consumer's number is missing."),
    "area_missing": _("The area's code is missing."),
    "code_missing": _("The code is missing."),
    "name_missing": _("The name is missing."),
    "day_missing": _("The day is missing."),
    "not_a_day": _("This is not a day."),
    "not_a_time": _("This is not a time."),
    "not_a_number": _("This is not a number."),
    "unknown_consumer": _("There is no consumer of this number."),
    "unknown_area": _("There is no area of this code."),
    "unknown_customer": _("There is no customer of this number."),
    "unknown_unit": _("There is no unit of this code."),
    "unknown_industry": _("GB/T 4754 has no such industry."),
    "unknown_choice": _("This choice is not known."),
    "before_opening": _("The day lies before the consumer was opened or its meter installed."),
    "after_closing": _("The day lies after the consumer was closed."),
    "in_future": _("The day has not come yet."),
    "contradiction": _("The same consumer and day are told otherwise in the same file."),
    "two_meters": _("Two meters of the consumer tell the same day."),
    "index_below_previous": _(
        "The reading is below the one before, without roll-over or exchange of the meter."
    ),
    "unit_jump": _(
        "About a thousand times what the consumer used before, or a thousandth: the unit may be wrong."
    ),
    "beyond_capacity": _("More than the contract capacity can take in a day."),
    "out_of_order": _("The times of a day do not rise: the clock was set or the rows are mixed."),
    "doubled_hour": _("The same time of a day is told twice: a jump of the time zone or the clock."),
    "off_grid": _("The time lies on no quarter of an hour: the clock of the meter is off."),
    "mixed_zones": _("Times of several time zones stand in one file."),
    "known_otherwise": _("The number is taken, and says otherwise."),
    "told_twice": _("The same number stands in the file twice."),
    "parent_missing": _("The area above it is not known."),
    "days_reversed": _("The end lies before the beginning."),
    "meter_unknown": _("The consumer has no such meter."),
}


class Written(BaseModel):
    """A part of a document: nothing that is not known stands in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class UnitJump(Written):
    """When a use is so much more or less than before that the unit must be another."""

    at_least: Annotated[float, Field(gt=1)]
    at_most: Annotated[float, Field(gt=1)]
    days: Annotated[int, Field(ge=1, le=732)]  # that are looked back on
    least_days: Annotated[int, Field(ge=1, le=366)]  # read before it is judged


class Spike(Written):
    """When a day stands out of the days around it."""

    times: Annotated[float, Field(gt=1)]
    floor_kwh: Annotated[float, Field(ge=0)]


class LineLoss(Written):
    """From where on the loss of an area is abnormal; high: by kind of area."""

    negative_below: Annotated[float, Field(le=0, ge=-1)]
    high: dict[Literal["line", "transformer"], Annotated[float, Field(gt=0, lt=1)]]
    high_elsewhere: Annotated[float, Field(gt=0, lt=1)]


class Checks(Written):
    """What becomes of a row that breaks a logical relation (PWR-07)."""

    unknown_consumer: Literal["refuse"]
    before_opening: Then
    after_closing: Then
    in_future: Literal["refuse"]
    contradiction: Literal["refuse"]
    two_meters: Literal["refuse"]
    index_below_previous: Literal["refuse"]
    unit_jump: Then
    beyond_capacity: Then
    negative: Then


class MeteringRules(Written):
    """The rules of measured values, checked."""

    kind: Literal["metering"]
    code: Literal["metering"]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: dict[Literal["zh", "en"], str]
    source: dict[Literal["zh", "en"], str]
    checks: Checks
    capacity_times: Annotated[float, Field(ge=1, le=10)]
    unit_jump: UnitJump
    rollover_share: Annotated[float, Field(gt=0.5, lt=1)]
    zero_run_days: Annotated[int, Field(ge=2, le=366)]
    spike: Spike
    around_months: Annotated[int, Field(ge=0, le=24)]
    least_success: Annotated[float, Field(ge=0, le=1)]
    line_loss: LineLoss


@dataclass(frozen=True)
class Terms:
    """How a consumer is supplied from a day on. unit_code, area: blank is not told."""

    unit_code: str = ""
    area: str = ""
    voltage: Voltage = "low"
    voltage_kv: Decimal | None = None
    capacity_kva: Decimal | None = None
    tariff: str = ""


@dataclass(frozen=True)
class NewConsumer:
    """An account to be opened. customer_no: the credit file it belongs to, where there is one.

    licence: the unified social credit code of an enterprise; without a customer_no the file that carries it
    is taken, and opened where there is none.
    """

    consumer_no: str
    name: str
    opened_on: date
    terms: Terms = field(default_factory=Terms)
    customer_no: str = ""
    licence: str = ""
    address: str = ""
    industry: str = ""
    phases: int = 1
    is_prepaid: bool = False
    is_important: bool = False


@dataclass(frozen=True)
class NewMeter:
    """A meter installed at a consumer. ratio: CT × PT. digits: of its register before the point."""

    meter_no: str
    installed_on: date
    ratio: Decimal = Decimal(1)
    digits: int = 6
    first_index: Decimal = Decimal(0)
    kind: str = ""


@dataclass(frozen=True)
class NewArea:
    """A part of the grid. parent: the code of the one it belongs to; blank: it is the whole."""

    code: str
    name: str
    kind: str
    parent: str = ""
    capacity_kva: Decimal | None = None


@dataclass(frozen=True)
class NewItem:
    """An item of the credit information database. sources: code and key of what it was made from.

    data_class: raw, intermediate or output. tags: the subsystems that use it (info, rate, risk, theft, load).
    replaces: the key of the item of the same code that this one corrects.
    """

    data_class: str
    code: str
    key: str
    title: str
    tags: tuple[str, ...]
    sources: tuple[tuple[str, str], ...] = ()
    sha256: str = ""
    replaces: str = ""


@dataclass(frozen=True)
class NewFile:
    """A file to be taken in.

    mode: all_or_none, or good_rows, which leaves the rejected ones out. file_name: as the person knows it.
    options: columns (column -> field), unit (Wh, kWh, MWh …), first_day (of columns d01 …), energy (96
    columns are energy, not power), points_end (a time names the end of its quarter), ratio (False: figures
    are multiplied by the ratio of the meter already), encoding, delimiter, sheet, open_unknown (accounts of
    readings that are not known are opened).
    """

    path: Path | str
    kind: Kind
    mode: str = "all_or_none"
    options: Mapping[str, Any] = field(default_factory=dict)
    file_name: str = ""


@dataclass(frozen=True)
class ConsumerWanted:
    """Which consumers. area, unit_code: with all below them. state: open, closed or "" for both."""

    text: str = ""
    area: str = ""
    unit_code: str = ""
    industry: str = ""
    voltage: str = ""
    state: str = ""
    customer_no: str = ""


@dataclass(frozen=True)
class Rejected:
    """One value that was not taken: where it stands in the file, and why."""

    row_no: int
    field: str
    value: str
    cause: str
    consumer: str = ""
    day: date | None = None

    @property
    def words(self) -> str:
        """The cause in the reader's language."""
        return str(CAUSES.get(self.cause, self.cause))


@dataclass(frozen=True)
class Preview:
    """What posting a file would do, or did. Every value of the file is counted once."""

    batch_no: int
    state: str
    kind: str
    file_name: str
    rows: int
    new: int
    known: int
    changed: int
    rejected: int
    causes: dict[str, int]
    marks: dict[str, int]
    columns: dict[str, str]  # of the file -> what it was read as
    notes: dict[str, Any]  # shape, unit, encoding …
    samples: tuple[Rejected, ...]
    may_post: bool
    cause: str = ""  # why the whole file was refused


@dataclass(frozen=True)
class Success:
    """How well an area was read in a month: readings that should be there, are there, and are good."""

    area: str
    month: date
    due: int
    read: int
    good: int
    kwh: float

    @property
    def share(self) -> float | None:
        """The share of readings that are there; None where none was due."""
        return self.read / self.due if self.due else None


@dataclass(frozen=True)
class DayRead:
    """One day of one consumer."""

    day: date
    kwh: float | None
    marks: tuple[str, ...]


@dataclass(frozen=True)
class EventRead:
    """What a meter reported. words: what the code says, "" where it is not known."""

    at: datetime
    code: str
    note: str

    @property
    def words(self) -> str:
        """The code in the reader's language."""
        return str(EVENTS.get(self.code, ""))


@dataclass(frozen=True)
class UnitFigures:
    """A unit's own figures of a day, and with all units below it (PWR-35)."""

    code: str
    name: str
    path: str
    consumers: int
    high_voltage: int
    capacity_kva: Decimal
    total_consumers: int
    total_high_voltage: int
    total_capacity_kva: Decimal
