"""What suspected theft hands to pages, API, command line and the rooms above."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language

LEVELS = ("high", "medium", "low", "none", "not_assessable")
SUSPECT = ("high", "medium", "low")
SORTS = ("rank", "score", "consumer", "name", "industry", "area")


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for theft, in words and figures, with the days it speaks of.

    code: of the detector, or `learned:` and the figure that weighed in the learned ranking. strength: how
    much it speaks for theft, 0 to 1. figures: by name, as the detector's condition calls them.
    """

    code: str
    zh: str
    en: str
    strength: float
    figures: dict[str, Any] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None

    @property
    def words(self) -> str:
        """The evidence in the reader's language."""
        return self.zh if (get_language() or "zh").startswith("zh") else self.en

    def plain(self) -> dict[str, Any]:
        """The evidence as JSON keeps it."""
        days = {
            name: day.isoformat() if day else None
            for name, day in (("since", self.since), ("until", self.until))
        }
        return {"code": self.code, "zh": self.zh, "en": self.en, "strength": self.strength,
                "figures": self.figures, **days}  # fmt: skip

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Evidence:
        """The evidence out of what JSON kept."""
        since, until = (
            date.fromisoformat(plain[name]) if plain.get(name) else None for name in ("since", "until")
        )
        return cls(plain["code"], plain["zh"], plain["en"], plain["strength"], plain["figures"], since, until)


@dataclass(frozen=True)
class Suspicion:
    """What one run says of one consumer.

    score: 0 to 1, None where not assessable. level: one of LEVELS. reason: why it is not assessable, a code
    of WHY_NOT in queries, else "". rank: its place, 1 the most suspicious; None where not assessable.
    """

    run_id: int
    consumer_no: str
    score: float | None
    level: str
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    rank: int | None = None
    name: str = ""
    industry: str = ""
    area: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which suspects of a run, and in which order; a minus turns it round.

    level: "" is high, medium and low together. detector: a code of one that spoke.
    """

    text: str = ""
    level: str = ""
    industry: str | None = None  # "" is unknown
    area: str = ""
    detector: str = ""
    sort: str = "rank"


@dataclass(frozen=True)
class IndustryCount:
    """Suspects of one industry; industry "" is unknown, a bar of its own."""

    industry: str
    high: int
    medium: int
    low: int

    @property
    def total(self) -> int:
        """All suspects of the industry."""
        return self.high + self.medium + self.low


@dataclass(frozen=True)
class Mark:
    """A day whose reading is odd: an exchange or roll-over is shown as such, never read as a drop."""

    day: date
    code: str


@dataclass(frozen=True)
class Curves:
    """Daily use of one consumer beside its own past and its peers, for one chart.

    days: of the window. own: kWh, None where not read. past: kWh of the same day a year before (364 days, the
    same weekday). peers: what a peer of this consumer's size used that day: median of their use over their
    own mean, times this consumer's mean. marks: odd readings. peer_count: how many peers.
    """

    consumer_no: str
    days: tuple[date, ...]
    own: tuple[float | None, ...]
    past: tuple[float | None, ...]
    peers: tuple[float | None, ...]
    marks: tuple[Mark, ...]
    peer_count: int
