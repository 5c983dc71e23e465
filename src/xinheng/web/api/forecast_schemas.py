"""What the interface tells and takes of demand forecasts. Energy is in whole watt-hours."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from xinheng.web.api.fields import Amount, Day
from xinheng.web.api.schemas import Asked

FrequencyName = Literal["month", "day", "hour"]
LevelOfDemand = Literal["company", "area", "industry", "consumer"]
Share = Annotated[Decimal, Field(gt=0, le=1, max_digits=5, decimal_places=4)]


class ForecastRunIn(Asked):
    """A forecast to be made. leaf: what is added up; of cells (industries of areas) no consumer is shown."""

    as_of: Day | None = None
    frequency: FrequencyName = "month"
    horizon: Annotated[int, Field(ge=1, le=400)] = 12
    leaf: Literal["consumer", "cell"] = "consumer"
    reason: Annotated[str, Field(max_length=300)] = ""


class ForecastRunOut(Schema):
    """A run. policy: the rules it was made by. totals of the company are with its curve."""

    id: int
    as_of: Day
    frequency: FrequencyName
    horizon: int
    leaf: Literal["consumer", "cell"]
    reason: str
    state: Literal["waiting", "running", "done", "refused", "failed"]
    cause: str
    policy: str
    policy_sha256: str
    first: Day | None
    last: Day | None
    made_by: str
    made_on: Day


class ForecastRunWhole(ForecastRunOut):
    """report: models and back-test by level, and how each factor was used. files: SHA-256 of what is kept."""

    report: dict[str, Any]
    lineage: dict[str, Any]
    files: dict[str, Any]


class ForecastPointOut(Schema):
    """base + factors + overlays = whole. overlays: by their id."""

    at: datetime
    base_wh: int
    factors: dict[str, int]
    overlays: dict[str, int]
    whole_wh: int
    low_wh: int | None
    high_wh: int | None


class ForecastUsedOut(Schema):
    """What was used in a period before the forecast; null where some of it was not read."""

    at: datetime
    used_wh: int | None


class ForecastCurveOut(Schema):
    """A node's forecast. is_partial: only consumers within your reach are added up, and there is no band."""

    run: int
    level: LevelOfDemand
    node: str
    model: str
    is_short: bool
    is_partial: bool
    figures: dict[str, Any]
    points: list[ForecastPointOut]
    history: list[ForecastUsedOut]


class ForecastNodeOut(Schema):
    """A node with the base of all periods."""

    node: str
    base_wh: int


class OverlayIn(Asked):
    """An event laid over: exactly one of percent, kwh_a_day, and capacity in kVA (new, more, less, shut)."""

    level: LevelOfDemand
    title: Annotated[str, Field(min_length=1, max_length=120)]
    since: Day
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    node: Annotated[str, Field(max_length=40)] = ""
    until: Day | None = None
    percent: Amount | None = None
    kwh_a_day: Amount | None = None
    new_kva: Amount | None = None
    more_kva: Amount | None = None
    less_kva: Amount | None = None
    closed_kva: Amount | None = None
    utilisation: Share = Decimal(1)
    ramp_months: Annotated[int, Field(ge=0, le=120)] = 0


class OverlayReasonIn(Asked):
    """Why an overlay is taken back."""

    reason: Annotated[str, Field(min_length=1, max_length=300)]


class OverlayOut(Schema):
    """An overlay; withdrawn_on: it no longer counts."""

    id: int
    kind: Literal["event", "expansion"]
    level: LevelOfDemand
    node: str
    title: str
    since: Day
    until: Day | None
    percent: Decimal | None
    wh_a_day: int | None
    net_kva: Decimal | None
    utilisation: Decimal | None
    ramp_months: int
    reason: str
    told_by: str
    told_on: Day
    withdrawn_by: str
    withdrawn_on: Day | None
    withdrawn_why: str


class ForecastErrorOut(Schema):
    """Forecast against actual. share: null where nothing was used: then only the absolute error counts."""

    run: int
    level: LevelOfDemand
    node: str
    at: datetime
    foretold_wh: int
    actual_wh: int
    error_wh: int
    share: float | None
    in_band: bool | None


class ForecastAccuracyOut(Schema):
    """What the errors of a level come to."""

    level: LevelOfDemand
    compared: int
    nothing_used: int
    mean_error_wh: float | None
    mape: float | None
    wape: float | None
    bias: float | None
    coverage: float | None
    stated: float | None


class ForecastHistoryOut(Schema):
    """Figures by level, and the periods they are of, the newest first."""

    figures: list[ForecastAccuracyOut]
    periods: list[ForecastErrorOut]
    total: int


class DemandWeightOut(Schema):
    """A factor with its weight."""

    code: str
    name: str
    weight: str
    series: str
    entries: str
    own: str


class DemandWeightsOut(Schema):
    """The rules that hold today. is_adopted false: as shipped, with assumed weights."""

    policy: str
    sha256: str
    is_adopted: bool
    factors: list[DemandWeightOut]
    text: str


class DemandWeightsIn(Asked):
    """A text of rules, why it changes, and the day it holds from."""

    text: Annotated[str, Field(min_length=1, max_length=100_000)]
    purpose: Annotated[str, Field(min_length=1, max_length=300)]
    effective_from: Day


class DemandWeightsKept(Schema):
    """adopted: the first own version; submitted: a further one waits for approval as this draft."""

    state: Literal["adopted", "submitted"]
    version: str
    draft: int | None
