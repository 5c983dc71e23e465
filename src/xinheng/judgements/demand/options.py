"""How forecasts are made: candidates as data, and what a caller may choose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from xinheng.judgements.demand.errors import CandidateUnknown
from xinheng.judgements.demand.grids import Frequency

SHIPPED = Path(__file__).with_name("candidates.yaml")
Kind = Literal["regular", "intermittent", "short"]


class Part(BaseModel):
    """Closed: a word that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Candidate(Part):
    """A way to forecast, as data.

    engine: statistical (statsforecast: `model` is the name of its class), recursive (mlforecast over its own
    forecasts), direct (boosted trees that see only what is known at the start), weather (trees over factors
    alone, run on the weather of past years), mean (the mean of other candidates: `of`).
    """

    engine: Literal["statistical", "recursive", "direct", "weather", "mean"]
    model: str = ""
    of: tuple[str, ...] = ()
    settings: dict[str, Any] = {}
    history_weeks: Annotated[int, Field(ge=0)] = 0  # of history it looks at; 0: all


class Chosen(Part):
    """Which candidates are tried on series of a kind at a frequency, the naive one first."""

    regular: tuple[str, ...]
    intermittent: tuple[str, ...]
    short: tuple[str, ...]
    folds: Annotated[int, Field(ge=1, le=60)]
    apart: Annotated[int, Field(ge=0)] = 0  # days between the starts of folds; 0: the horizon


class Candidates(Part):
    """The document: candidates by name, and what is tried where."""

    candidates: dict[str, Candidate]
    by_frequency: dict[Frequency, Chosen]
    intermittent_zeros: Annotated[
        float, Field(gt=0, lt=1)
    ]  # share of zeros from which a series stops and starts
    pooled: Annotated[float, Field(ge=0)]  # how much a series must beat its kind's best to go its own way


@dataclass(frozen=True)
class Options:
    """What a caller may choose.

    least_months: of history below which only simple ways are tried and the forecast is flagged.
    band: share of later values that the band lo … hi is to hold. folds: back-test windows; 0: as shipped.
    candidates: names to try on every series instead of the shipped ones. known: factors known ahead, told
    by the history itself when testing. zone: where days are lived, if the times are in UTC. engine: a Spark
    master over which statistical models are spread; here if empty. seed: of everything drawn.
    """

    least_months: int = 24
    band: float = 0.8
    folds: int = 0
    candidates: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    zone: str = ""
    engine: str = ""
    seed: int = 20260101


@lru_cache(maxsize=1)
def shipped() -> Candidates:
    """The candidates that come with the product."""
    return Candidates.model_validate(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))


def tried(kind: Kind, frequency: Frequency, options: Options) -> tuple[str, ...]:
    """The names of what is tried, the naive way first. Refuses: CandidateUnknown."""
    known = shipped()
    usual: tuple[str, ...] = getattr(known.by_frequency[frequency], kind)
    for name in options.candidates:
        if name not in known.candidates:
            raise CandidateUnknown(candidate=name, candidates=", ".join(known.candidates))
    return (
        (usual[0], *(name for name in options.candidates if name != usual[0]))
        if options.candidates
        else usual
    )
