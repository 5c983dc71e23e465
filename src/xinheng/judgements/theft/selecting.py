"""Runs and the suspects they found, within the reach of who asks."""

from __future__ import annotations

import json
from collections import Counter

import polars as pl
from django.db.models import Q, QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering import queries as metering
from xinheng.judgements.theft import keeping
from xinheng.judgements.theft.errors import ConsumerNotRanked, NotRanked
from xinheng.judgements.theft.models import Learned, Ranking, Suspect
from xinheng.judgements.theft.values import LEVELS, SUSPECT, Evidence, IndustryCount, Suspicion, Wanted

SORTED = {
    "rank": "rank", "score": "score", "consumer": "consumer_no", "name": "name", "industry": "industry",
    "area": "area",
}  # fmt: skip


def runs(actor: Actor) -> QuerySet[Ranking]:
    """The rankings that were made, the newest first. Refuses: AccessDenied."""
    access.require(actor, "theft.read")
    return Ranking.objects.select_related("learned")


def run(actor: Actor, number: int | None = None) -> Ranking:
    """One ranking; the last where no number is given. Refuses: AccessDenied, NotRanked."""
    found = runs(actor)
    row = found.first() if number is None else found.filter(pk=number).first()
    if row is None:
        raise NotRanked(number=number or "")
    return row


def learned(actor: Actor) -> QuerySet[Learned]:
    """The rankings that were learned from findings, the newest first. Refuses: AccessDenied."""
    access.require(actor, "theft.read")
    return Learned.objects.all()


def suspects(actor: Actor, run: int | None = None, wanted: Wanted | None = None) -> QuerySet[Suspect]:
    """The suspects of a run (the last one) within reach that pass the filters, in the order wanted.

    No run yet gives nothing. Refuses: AccessDenied, NotRanked (a number that is none).
    """
    access.require(actor, "theft.read")
    if run is None and not Ranking.objects.exists():
        return Suspect.objects.none()
    asked = wanted or Wanted()
    rows = _reached(actor, Suspect.objects.filter(ranking=_run(actor, run)))
    if asked.level:
        rows = rows.filter(level=asked.level)
    if asked.industry is not None:
        rows = rows.filter(industry=asked.industry)
    if asked.area:
        rows = rows.filter(area=asked.area)
    if asked.detector:
        rows = rows.filter(detectors__contains=f" {asked.detector} ")
    if asked.text:
        rows = rows.filter(Q(consumer_no__icontains=asked.text) | Q(name__icontains=asked.text))
    column = SORTED.get(asked.sort.removeprefix("-"), "rank")
    return rows.order_by(("-" if asked.sort.startswith("-") else "") + column, "rank")


def suspicion(actor: Actor, consumer_no: str, run: int | None = None) -> Suspicion:
    """What a run says of one consumer, be it clean or not assessable.

    Refuses: AccessDenied, NotRanked, ConsumerNotRanked.
    """
    access.require(actor, "theft.read")
    row = _run(actor, run)
    if not metering.sees_all(actor) and not metering.scope_of(actor).filter(consumer_no=consumer_no).exists():
        raise ConsumerNotRanked(consumer=consumer_no)
    kept = Suspect.objects.filter(ranking=row, consumer_no=consumer_no).first()
    if kept:
        return kept.suspicion
    path = keeping.proven(row.results_path, row.results_sha256)
    found = pl.scan_parquet(path).filter(pl.col("consumer") == consumer_no).collect()
    if not found.height:
        raise ConsumerNotRanked(consumer=consumer_no)
    return _of(row.pk, found.row(0, named=True))


def levels(actor: Actor, run: int | None = None) -> dict[str, int]:
    """Consumers by level, of every level. Of suspects those within reach; the rest only where all are.

    Refuses: AccessDenied, NotRanked.
    """
    access.require(actor, "theft.read")
    row = _run(actor, run)
    if metering.sees_all(actor):
        return {level: row.levels.get(level, 0) for level in LEVELS}
    counted = Counter(suspects(actor, row.pk).order_by().values_list("level", flat=True))
    return {level: counted.get(level, 0) for level in SUSPECT}


def by_industry(actor: Actor, run: int | None = None) -> list[IndustryCount]:
    """Suspects by industry, the most first; those of an unknown industry are a bar of their own ("").

    Refuses: AccessDenied, NotRanked.
    """
    access.require(actor, "theft.read")
    row = _run(actor, run)
    if metering.sees_all(actor):
        counts = [IndustryCount(**one) for one in row.industries]
    else:
        counted = Counter(suspects(actor, row.pk).order_by().values_list("industry", "level"))
        names = {industry for industry, _level in counted}
        counts = [IndustryCount(name, *(counted[name, level] for level in SUSPECT)) for name in names]
    return sorted(counts, key=lambda one: (-one.total, one.industry))


def results(actor: Actor, run: int | None = None) -> pl.DataFrame:
    """Every consumer of a run, a row each: consumer, rank, score, level, reason, evidence (JSON).

    Only who reaches everything may take all of it; others get their own. Refuses: AccessDenied, NotRanked.
    """
    access.require(actor, "theft.read")
    row = _run(actor, run)
    found = pl.read_parquet(keeping.proven(row.results_path, row.results_sha256))
    if metering.sees_all(actor):
        return found
    seen = metering.scope_of(actor).values_list("consumer_no", flat=True)
    return found.filter(pl.col("consumer").is_in(list(seen)))


def _run(actor: Actor, number: int | None) -> Ranking:
    return run(actor, number)


def _reached(actor: Actor, rows: QuerySet[Suspect]) -> QuerySet[Suspect]:
    if metering.sees_all(actor):
        return rows
    return rows.filter(consumer_no__in=metering.scope_of(actor).values("consumer_no"))


def _of(number: int, row: dict[str, object]) -> Suspicion:
    evidence = tuple(Evidence.of(one) for one in json.loads(str(row["evidence"] or "[]")))
    return Suspicion(
        number, str(row["consumer"]), row["score"], str(row["level"]), evidence, str(row["reason"] or ""),  # type: ignore[arg-type]
        row["rank"], str(row["name"] or ""), str(row["industry"] or ""), str(row["area"] or ""),  # type: ignore[arg-type]
    )  # fmt: skip
