"""What inspections were good for, and what they teach the next ranking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.metering import queries as metering
from xinheng.operations.inspections import selecting
from xinheng.operations.inspections.models import Appeal, Finding
from xinheng.operations.inspections.values import LEVELS, Hits, Usefulness, Wanted

LABELS = {"consumer": pl.String, "found": pl.Int8, "day": pl.Date}
TOLD: dict[str, Any] = {
    "kind": pl.String, "fee": pl.Int64, "penalty": pl.Int64, "level": pl.String,
    "detectors": pl.List(pl.String), "state": pl.String,
}  # fmt: skip


def usefulness(actor: Actor, *, since: date | None = None, until: date | None = None) -> Usefulness:
    """Hit rate, share of the population inspected and money recovered of some days (PWR-27), within reach.

    An overturned finding counts as inspected and nothing found. Refuses: AccessDenied.
    """
    rows = _told(selecting.findings(actor, since=since, until=until))
    whole = _hits("", rows)
    sums = rows.select(pl.col("fee", "penalty").sum()).row(0)
    by_detector = rows.explode("detectors", empty_as_null=True).filter(pl.col("detectors").is_not_null())
    return Usefulness(
        whole=whole, population=metering.scope_of(actor).count(), fee=Money(int(sums[0] or 0)),
        penalty=Money(int(sums[1] or 0)),
        by_level=tuple(_hits(one, rows.filter(pl.col("level") == one)) for one in _levels(rows)),
        by_detector=tuple(
            _hits(one, by_detector.filter(pl.col("detectors") == one))
            for one in by_detector["detectors"].unique().sort()
        ),
        open_cases=selecting.cases(actor, Wanted(state="work")).count(),
        overturned=int(rows["overturned"].sum()),
    )  # fmt: skip


def labels(actor: Actor, *, as_of: date) -> pl.DataFrame:
    """What inspections found, for the next ranking: consumer, found (1 theft or breach, 0 nothing), day.

    As it was known on a day: a finding overturned by then is nothing found. A consumer inspected several
    times has a row each. Refuses: AccessDenied.
    """
    require(actor, "inspections.read")
    rows = selecting.findings(actor, until=as_of).filter(told_on__lte=as_of)
    gone = set(
        Appeal.objects.filter(result="overturned", decided_on__lte=as_of).values_list("finding", flat=True)
    )
    told = rows.order_by("found_on", "pk").values_list(
        "pk", "case__consumer__consumer_no", "kind", "found_on"
    )
    data = [(no, int(kind != "none" and key not in gone), day) for key, no, kind, day in told]
    return pl.DataFrame(data, schema=LABELS, orient="row")


def all_labels(*, as_of: date) -> pl.DataFrame:
    """The labels of every consumer, for a ranking that the system runs by itself."""
    return labels(system_actor("inspections"), as_of=as_of)


def _told(rows: QuerySet[Finding]) -> pl.DataFrame:
    told = rows.values_list(
        "kind", "fee_minor", "penalty_minor", "case__level", "case__detectors", "case__state"
    )
    found = pl.DataFrame(list(told), schema=TOLD, orient="row")
    gone = pl.col("state") == "overturned"
    stands = pl.when(gone)
    return found.with_columns(
        overturned=gone, kind=stands.then(pl.lit("none")).otherwise("kind"),
        fee=stands.then(0).otherwise("fee"), penalty=stands.then(0).otherwise("penalty"),
    )  # fmt: skip


def _hits(name: str, rows: pl.DataFrame) -> Hits:
    counts = dict(rows.group_by("kind").len().iter_rows())
    return Hits(name, rows.height, counts.get("theft", 0), counts.get("breach", 0))


def _levels(rows: pl.DataFrame) -> Iterator[str]:
    """The levels that were inspected in their order, cases without a ranking last."""
    held: Iterable[str] = rows["level"].unique()
    yield from (one for one in (*LEVELS, "") if one in set(held))
