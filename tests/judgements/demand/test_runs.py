"""Forecasts of the own readings: made, kept, seen within reach, laid over, and held against what was used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings

from tests.judgements.demand.conftest import CONSUMERS, TODAY, analyst, of_unit
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.metering import queries as metered
from xinheng.facts.metering import services as metering
from xinheng.judgements.demand import queries as demand
from xinheng.judgements.demand import services as acts
from xinheng.judgements.demand.errors import (
    DemandPolicyInvalid,
    ForecastChoiceInvalid,
    ForecastFileChanged,
    NodeUnknown,
    NothingRead,
    OverlayInvalid,
    OverlayUnknown,
    OverlayWithdrawn,
)
from xinheng.judgements.demand.models import Overlay, Run
from xinheng.judgements.demand.values import Capacity, Curve, NewOverlay, NewRun, Node

MARCH = datetime.fromisoformat("2026-03-01")
KWH = 1000


def made(**choices: object) -> Run:
    told = {"as_of": TODAY, "horizon": 3, **choices}
    return acts.forecast(actor=analyst(), on=TODAY, new=NewRun(**told))  # type: ignore[arg-type]


def curve(run: Run, level: str = "company", no: str = "", actor: object = None) -> Curve:
    return demand.curve(actor or analyst(), run, Node(level, no), on=TODAY)  # type: ignore[arg-type]


def use_of(number: str) -> int:
    return next(use for no, *_rest, use, _since in CONSUMERS if no == number)


@pytest.mark.usefixtures("utility")
@pytest.mark.req("PWR-28")
@pytest.mark.req("PWR-29")
def test_every_level_adds_up_to_the_last_watt_hour_and_says_its_parts() -> None:
    run = made()
    whole = curve(run)
    areas = [curve(run, "area", no) for no in ("T-1", "T-2")]
    trades = [curve(run, "industry", no) for no in ("C", "F", "?")]
    single = [curve(run, "consumer", no) for no, *_rest in CONSUMERS]

    for place, point in enumerate(whole.points):
        for parts in (areas, trades, single):
            assert point.base == sum(one.points[place].base for one in parts)
            assert point.whole == sum(one.points[place].whole for one in parts)
        assert point.whole == point.base + sum(point.factors.values())
    assert whole.points[0].at == MARCH
    # the large consumer against a year before: December 2024 was still at the lower use
    more = 2640 * 90 / (2400 * 31 + 2640 * 59) - 1
    lines = {line["code"]: line for line in run.report["factors"]}
    assert (lines["large"]["state"], lines["large"]["change"]) == ("used", pytest.approx(more))
    assert (lines["market"]["state"], len(lines["market"]["expired"])) == ("missing", 1)
    assert (lines["industry"]["state"], lines["macro"]["state"]) == ("partly", "used")
    # weights 0.5, 0.2 and 0.2 of 0.9: nobody told of the market but what has expired
    steel = single[0].points[0]
    parts = {"large": 0.5 * 0.5 * more, "macro": 0.2 * 0.5 * 0.04, "industry": -0.2 * 0.02, "market": 0}
    assert steel.factors == {code: round(steel.base * part / 0.9) for code, part in parts.items()}


@pytest.mark.usefixtures("utility")
@pytest.mark.req("PWR-28")
def test_too_little_history_takes_the_simple_method_and_says_so() -> None:
    run = made()
    young, old = curve(run, "consumer", "U-5"), curve(run, "consumer", "U-1")
    assert (young.is_short, old.is_short) == (True, False)
    assert run.report["levels"]["leaf"]["short"] == 1
    assert young.points[0].base > 0
    assert run.report["band"] == 80


@pytest.mark.usefixtures("utility")
@pytest.mark.req("PWR-01")
@pytest.mark.req("PWR-03")
@pytest.mark.req("PWR-04")
def test_a_run_is_kept_with_what_it_came_from_and_made_again_is_the_same() -> None:
    run = made(reason="月度计划")
    assert run.lineage["readings"]
    assert run.lineage["series"] == ["macro_index"]
    assert len(run.lineage["entries"]) == 2
    assert run.policy == "demand@1"
    item = metered.item("demand_run", str(run.pk))
    assert (item.data_class, metered.tags_of(item)) == ("output", ["load"])
    assert [one.code for one in metered.origins_of(item)] == ["readings"]
    assert acts.replay(actor=analyst(), number=run.pk)
    again = made()
    assert again.pk != run.pk
    assert again.totals == run.totals
    assert Entry.objects.filter(act="demand.make_run", subject=f"forecast:{run.pk}").count() == 1
    path = Path(settings.HOME, run.files["base"]["path"])
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ForecastFileChanged):
        curve(run)


@pytest.mark.usefixtures("utility")
def test_a_day_s_run_never_looks_at_that_day_or_later() -> None:
    early = made(as_of=date(2025, 3, 1), horizon=1)
    tripled = pl.DataFrame({"consumer": ["U-1"] * 31, "kwh": [9999.0] * 31,
                            "day": [date(2025, 3, 1) + timedelta(days=n) for n in range(31)]})  # fmt: skip
    metering.keep_readings(actor=system_actor(), on=TODAY, frame=tripled, marked=False)
    assert made(as_of=date(2025, 3, 1), horizon=1).totals == early.totals


@pytest.mark.usefixtures("utility")
def test_an_event_is_drawn_beside_the_base_and_taken_back() -> None:
    run = made()
    before = curve(run, "area", "T-1")
    new = NewOverlay("area", "洪水停产", date(2026, 3, 1), "防汛通知", "T-1", until=date(2026, 3, 31),
                     percent=Decimal(-40))  # fmt: skip
    laid = acts.lay_overlay(actor=analyst(), on=TODAY, new=new)

    march, april = curve(run, "area", "T-1").points[:2]
    after = march.base + sum(march.factors.values())
    assert march.overlays[laid.pk] == pytest.approx(-0.4 * after, abs=2)
    assert march.whole == after + march.overlays[laid.pk]
    assert (march.base, april.overlays) == (before.points[0].base, {})
    total = curve(run)
    assert total.points[0].overlays[laid.pk] == march.overlays[laid.pk]
    assert curve(run, "area", "T-2").points[0].overlays == {}
    assert Run.objects.get(pk=run.pk).files == run.files

    acts.withdraw_overlay(actor=analyst(), on=TODAY, number=laid.pk, reason="洪水未到")
    assert curve(run, "area", "T-1").points == before.points
    assert [one.withdrawn_why for one in demand.overlays(analyst(), on=TODAY, with_withdrawn=True)] == [
        "洪水未到"
    ]
    with pytest.raises(OverlayWithdrawn):
        acts.withdraw_overlay(actor=analyst(), on=TODAY, number=laid.pk, reason="again")


@pytest.mark.usefixtures("utility")
def test_new_business_is_capacity_times_use_over_months() -> None:
    run = made()
    capacity = Capacity(new=Decimal(300), more=Decimal(100), less=Decimal(50), closed=Decimal(150))
    new = NewOverlay("area", "业扩", date(2026, 3, 1), "业扩报装计划", "T-2", kind="expansion", capacity=capacity,
                     utilisation=Decimal("0.25"), ramp_months=2)  # fmt: skip
    laid = acts.lay_overlay(actor=analyst(), on=TODAY, new=new)
    assert laid.net_kva == 200
    a_day = 200 * 24 * 250  # Wh: kVA x hours x 1,000 x 0.25
    points = curve(run, "area", "T-2").points
    assert [one.overlays[laid.pk] for one in points] == [31 * a_day // 2, 30 * a_day, 31 * a_day]


@pytest.mark.usefixtures("utility")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"percent": None}, "percent"),
        ({"kwh_a_day": Decimal(5)}, "percent"),
        ({"percent": Decimal(-101)}, "percent"),
        ({"reason": " "}, "reason"),
        ({"until": date(2026, 2, 1)}, "until"),
        ({"level": "company"}, "node"),
    ],
)
def test_an_overlay_that_says_nothing_or_too_much_is_refused(wrong: dict[str, object], field: str) -> None:
    told = {
        "level": "area",
        "title": "x",
        "since": TODAY,
        "reason": "y",
        "node": "T-1",
        "percent": Decimal(5),
    }
    with pytest.raises(OverlayInvalid) as refused:
        acts.lay_overlay(actor=analyst(), on=TODAY, new=NewOverlay(**{**told, **wrong}))  # type: ignore[arg-type]
    assert refused.value.params["field"] == field
    assert not Overlay.objects.exists()


@pytest.mark.usefixtures("utility")
def test_a_unit_sees_its_own_consumers_and_lays_nothing_over_others() -> None:
    run = made()
    north = of_unit("north")
    partial = curve(run, actor=north)
    assert partial.is_partial
    assert partial.points[0].base == curve(run, "area", "T-1").points[0].base
    assert partial.points[0].low is None
    assert curve(run, "area", "T-1", north).points[0].low is not None
    with pytest.raises(NodeUnknown):
        curve(run, "area", "T-2", north)
    assert demand.nodes(north, run, "consumer", on=TODAY)["node"].to_list() == ["U-1", "U-2"]
    new = NewOverlay("area", "x", TODAY, "y", "T-2", percent=Decimal(5))
    with pytest.raises(NodeUnknown):
        acts.lay_overlay(actor=north, on=TODAY, new=new)
    theirs = acts.lay_overlay(actor=analyst(), on=TODAY, new=new)
    with pytest.raises(OverlayUnknown):
        acts.withdraw_overlay(actor=north, on=TODAY, number=theirs.pk, reason="z")
    assert demand.overlays(north, on=TODAY) == []
    # kWh a day of the whole company are shared out over all, not over those one sees
    every = NewOverlay("company", "x", TODAY, "y", kwh_a_day=Decimal(1000))
    laid = acts.lay_overlay(actor=analyst(), on=TODAY, new=every)
    own = curve(run, actor=north).points[0].overlays[laid.pk]
    assert 0 < own < 31_000 * KWH
    assert curve(run).points[0].overlays[laid.pk] == 31_000 * KWH


@pytest.mark.usefixtures("utility")
@pytest.mark.req("PWR-30")
def test_forecasts_are_held_against_what_was_used() -> None:
    run = made(as_of=date(2025, 12, 1), horizon=2)
    rows = {(row.level, row.node, row.at.month): row for row in demand.compared(analyst(), run, on=TODAY)}

    december = rows["area", "T-1", 12]  # 2024 and one tenth more
    assert december.actual == 31 * (2640 + 132) * KWH
    assert december.error == december.foretold - december.actual
    (company, *_rest) = demand.figures(list(rows.values()), run)
    assert company.level == "company"
    assert company.compared == 2
    assert company.stated == 0.8
    later = made(as_of=date(2026, 1, 1), horizon=1)
    history = demand.history(analyst(), on=TODAY)
    assert {row.at.month: row.run for row in history if row.level == "company"} == {12: run.pk, 1: later.pk}
    assert demand.compared(analyst(), made(), on=TODAY) == []


@pytest.mark.usefixtures("utility")
@pytest.mark.req("PWR-31")
def test_weights_change_by_version_with_a_reason() -> None:
    run, text = made(), demand.weights(analyst(), on=TODAY).text
    told = {"actor": analyst("policies.*", "approvals.*"), "on": TODAY, "effective_from": TODAY}
    with pytest.raises(ForecastChoiceInvalid):
        acts.propose_weights(**told, text=text.replace('version: "1"', 'version: "2"'), purpose=" ")  # type: ignore[arg-type]
    with pytest.raises(DemandPolicyInvalid):
        acts.propose_weights(**told, text=text.replace("weight: 0.5", "weight: 0.6"), purpose="试")  # type: ignore[arg-type]
    new = text.replace('version: "1"', 'version: "2"').replace("most: 0.2", "most: 0.1")
    draft = acts.propose_weights(**told, text=new, purpose="按季度会商结果")  # type: ignore[arg-type]
    assert (draft.state, draft.purpose) == ("submitted", "按季度会商结果")  # type: ignore[union-attr]
    assert demand.weights(analyst(), on=TODAY).name == "demand@1"
    assert demand.rules_of(run).most == 0.2


@pytest.mark.usefixtures("utility")
def test_cells_are_forecast_where_consumers_are_many() -> None:
    cells = made(leaf="cell", horizon=1)
    assert curve(cells).points[0].base == sum(
        curve(cells, "area", no).points[0].base for no in ("T-1", "T-2")
    )
    assert demand.nodes(analyst(), cells, "consumer", on=TODAY).is_empty()
    south = of_unit("south")
    assert demand.nodes(south, cells, "area", on=TODAY)["node"].to_list() == ["T-2"]


@pytest.mark.usefixtures("utility")
@pytest.mark.req("PWR-28")
def test_days_and_hours_are_forecast_too() -> None:
    days = made(frequency="day", horizon=7)
    whole = curve(days)
    assert [one.at.date() for one in whole.points] == [TODAY + timedelta(days=n) for n in range(7)]
    steady = sum(use_of(no) for no, *_rest in CONSUMERS) * 1100  # in Wh: as every day of the last year
    assert [one.base for one in whole.points] == [pytest.approx(steady, rel=0.02)] * 7
    assert days.report["large"] == pytest.approx(3 * 2640 / (2400 + 2 * 2640) - 1)  # by means of months
    points = [[0.5] * 95 + [None if number == 30 else 0.5] for number in range(35)]
    read = [date(2026, 1, 25) + timedelta(days=number) for number in range(35)]
    frame = pl.DataFrame({"consumer": ["U-1"] * 35, "day": read, "kwh": points})
    metering.keep_quarters(actor=system_actor(), on=TODAY, frame=frame)
    hours = made(frequency="hour", horizon=24)
    assert (hours.report["read"], hours.report["open"]) == (1, 5)
    assert [one.base for one in curve(hours).points] == [2000] * 24


@pytest.mark.usefixtures("utility")
def test_what_cannot_be_forecast_is_refused_and_kept_in_words() -> None:
    for wrong in ({"horizon": 37}, {"frequency": "week"}, {"as_of": date(2026, 3, 2)}, {"leaf": "meter"}):
        with pytest.raises(ForecastChoiceInvalid):
            made(**wrong)
    assert not Run.objects.exists()
    with pytest.raises(NothingRead):
        made(as_of=date(2020, 1, 1))
    refused = Run.objects.get()
    assert refused.state == "refused"
    assert "2020-01-01" in refused.cause
    with pytest.raises(AccessDenied):
        acts.begin_run(
            actor=replace(analyst(), permits=frozenset({"demand.read"})), on=TODAY, new=NewRun(TODAY)
        )
