"""Runs over the own consumers: kept, shown within reach, learned from findings, proven again."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from xinheng.base.access.errors import AccessDenied
from xinheng.base.access.models import Unit
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.metering import queries as metering
from xinheng.judgements.theft import queries
from xinheng.judgements.theft import services as theft
from xinheng.judgements.theft.errors import ConsumerNotRanked, TooFewFindings
from xinheng.judgements.theft.models import Ranking, Suspect
from xinheng.judgements.theft.values import IndustryCount, Wanted

from .conftest import LAST, PLAIN, SPECIAL, TODAY


def of_unit(path: str) -> Actor:
    """Somebody who sees one unit."""
    permits = frozenset({"theft.read", "metering.read"})
    return Actor(login="lin", name="林", permits=permits, scope=Scope("unit", unit_paths=(path,)))


@pytest.mark.req("PWR-21", "PWR-22", "PWR-24")
def test_run_keeps_suspects_with_evidence_levels_and_industries(utility: Actor) -> None:
    run = theft.rank(actor=utility, on=TODAY)

    assert (run.as_of, run.consumers) == (LAST, PLAIN + len(SPECIAL))
    assert queries.levels(utility) == {"high": 1, "medium": 0, "low": 0, "none": 37, "not_assessable": 2}
    assert [row.consumer_no for row in queries.suspects(utility)] == ["drop"]
    assert queries.by_industry(utility) == [IndustryCount("", 1, 0, 0)]  # unknown is a bar of its own
    assert queries.suspicion(utility, "none").reason == "no_readings"
    assert queries.suspicion(utility, "none").level == "not_assessable"
    assert queries.suspicion(utility, "three").reason == "too_few_readings"
    assert not queries.suspects(utility, wanted=Wanted(detector="zero_run")).exists()
    assert queries.suspects(utility, wanted=Wanted(detector="sudden_drop", industry="")).count() == 1
    assert Entry.objects.filter(act="theft.rank").count() == 1
    sources = metering.origins_of(metering.item("theft_ranking", str(run.pk)))
    assert {one.data_class for one in sources} >= {"raw", "intermediate"}


@pytest.mark.req("PWR-04", "PWR-21")
def test_correction_is_a_new_run_and_an_old_one_is_proven_again(utility: Actor) -> None:
    first = theft.rank(actor=utility, on=TODAY)
    kept = (
        first.results_sha256,
        list(Suspect.objects.filter(ranking=first).values_list("consumer_no", "score")),
    )

    second = theft.rank(actor=utility, on=TODAY)

    assert second.pk != first.pk
    assert second.results_sha256 == first.results_sha256  # the same readings give the same
    first.refresh_from_db()
    again = list(Suspect.objects.filter(ranking=first).values_list("consumer_no", "score"))
    assert (first.results_sha256, again) == kept
    assert theft.replay(actor=utility, number=first.pk)
    assert theft.end_day(actor=utility, on=TODAY) is None  # no reading came since
    assert Ranking.objects.count() == 2


def test_suspects_outside_reach_are_not_shown(utility: Actor) -> None:
    run = theft.rank(actor=utility, on=TODAY)
    north, south = (of_unit(unit.path) for unit in _units("N", "S"))

    assert [row.consumer_no for row in queries.suspects(south)] == ["drop"]
    assert not queries.suspects(north).exists()
    assert queries.by_industry(north) == []
    with pytest.raises(ConsumerNotRanked):
        queries.suspicion(north, "drop", run.pk)
    with pytest.raises(AccessDenied):
        theft.rank(actor=north, on=TODAY)


@pytest.mark.req("PWR-23")
def test_curves_stand_beside_own_past_and_peers_with_odd_readings_marked(utility: Actor) -> None:
    theft.rank(actor=utility, on=TODAY)

    told = queries.curves(utility, "rollover")
    at = told.days.index(date(2026, 3, 3))

    assert told.own[at] is None  # neither a drop nor a zero
    assert [(one.day, one.code) for one in told.marks] == [(date(2026, 3, 3), "rollover")]
    assert told.past[at] == pytest.approx(100, abs=40)
    assert told.peers[at] == pytest.approx(told.own[at - 7] or 0, rel=0.25)
    assert told.peer_count >= 12
    assert len(told.days) == len(told.own) == len(told.past) == len(told.peers) == 400


@pytest.mark.req("PWR-21", "PWR-27")
def test_findings_of_inspections_teach_the_next_ranking(utility: Actor) -> None:
    found = pl.DataFrame({
        "consumer": [f"E-{place:02d}" for place in range(PLAIN)] + ["drop", "exchange", "rollover", "gaps"],
        "found": [place % 2 for place in range(PLAIN)] + [1, 0, 0, 1],
        "day": [TODAY - timedelta(days=9)] * (PLAIN + 4),
    })  # fmt: skip
    with pytest.raises(TooFewFindings):
        theft.fit(actor=utility, on=TODAY, labels=found.head(38))  # 19 with a finding, 20 are needed

    few = found.with_columns(
        found=pl.when(pl.col("consumer") == "exchange").then(1).otherwise(pl.col("found"))
    )
    with pytest.raises(TooFewFindings):
        theft.fit(actor=utility, on=TODAY, labels=few)  # and 18 without one
    assert not queries.learned(utility).exists()


def _units(*codes: str) -> list[Unit]:

    return [Unit.objects.get(code=code) for code in codes]
