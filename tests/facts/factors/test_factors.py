"""Outside factors: what was told by a day, what it was corrected to, what has run out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry as TrailEntry
from xinheng.base.kernel.actors import Actor
from xinheng.facts.factors import policy, queries, services, tables
from xinheng.facts.factors.errors import FactorInvalid, FactorKept, FactorRulesInvalid, FactorUnknown
from xinheng.facts.factors.models import Entry, Figure
from xinheng.facts.factors.values import NewEntry, NewFigure, NewSeries, Wanted
from xinheng.facts.intake import queries as batches
from xinheng.facts.intake import services as intake

TODAY = date(2026, 6, 30)
MAY = date(2026, 5, 31)


@pytest.fixture
def temperature(db: None, chief: Actor) -> Actor:
    """The mean temperature of two days, told at the end of May."""
    new = NewSeries("temperature", "日平均气温", "℃", "weather", valid_days=7)
    services.open_series(actor=chief, on=MAY, new=new)
    for day, value in ((date(2026, 5, 1), 29.5), (date(2026, 5, 2), 15.0)):
        services.tell_figure(actor=chief, on=MAY, code="temperature", new=NewFigure(day, value, "气象局"))
    return chief


def figures(code: str, as_of: date) -> list[tuple[date, float]]:
    return list(tables.series([code], as_of=as_of).select("day", "value").iter_rows())


@pytest.mark.req("PWR-36")
def test_a_figure_told_anew_counts_from_then_on_and_both_days_are_kept(temperature: Actor) -> None:
    corrected = NewFigure(date(2026, 5, 1), 27.0, "气象局更正")
    services.tell_figure(actor=temperature, on=TODAY, code="temperature", new=corrected)

    assert figures("temperature", TODAY) == [(date(2026, 5, 1), 27.0), (date(2026, 5, 2), 15.0)]
    assert figures("temperature", MAY) == [(date(2026, 5, 1), 29.5), (date(2026, 5, 2), 15.0)]
    assert figures("temperature", date(2026, 5, 30)) == []  # nobody had told it yet
    told = queries.figures_told(temperature, "temperature", as_of=TODAY)
    assert told.select("value", "told_on", "counts").rows() == [
        (15.0, MAY, True), (27.0, TODAY, True), (29.5, MAY, False),
    ]  # fmt: skip
    line = next(one for one in queries.series_lines(temperature, as_of=TODAY) if one.code == "temperature")
    assert (line.days, line.corrected, line.state, line.value) == (2, 1, "old", 15.0)
    assert queries.old_series(as_of=TODAY) == {"temperature": date(2026, 5, 2)}
    assert queries.old_series(as_of=date(2026, 5, 8)) == {}  # not told yet


@pytest.mark.req("PWR-29")
def test_degree_days_follow_the_temperature_that_was_known(temperature: Actor) -> None:
    assert figures("cdd", TODAY) == [(date(2026, 5, 1), 3.5), (date(2026, 5, 2), 0.0)]
    assert figures("hdd", TODAY) == [(date(2026, 5, 1), 0.0), (date(2026, 5, 2), 3.0)]
    assert figures("hdd", date(2026, 5, 30)) == []


@pytest.mark.req("PWR-29")
def test_the_calendar_knows_make_up_days_and_no_year_before_it_was_announced(temperature: Actor) -> None:
    known = tables.calendar_days(date(2026, 2, 13), date(2026, 2, 18), as_of=TODAY)
    assert known.rows() == [
        (date(2026, 2, 13), 0.0, 0.0, -4.0),
        (date(2026, 2, 14), 0.0, 1.0, -3.0),  # a worked Saturday
        (date(2026, 2, 15), 1.0, 0.0, -2.0),
        (date(2026, 2, 16), 1.0, 0.0, -1.0),
        (date(2026, 2, 17), 1.0, 0.0, 0.0),
        (date(2026, 2, 18), 1.0, 0.0, 1.0),
    ]
    assert tables.series(["day_off"], as_of=date(2025, 12, 15))["day"].max() == date(2025, 12, 31)
    assert tables.series(["day_off"], as_of=date(2025, 12, 16))["day"].max() == date(2026, 12, 31)
    beyond = tables.calendar_days(date(2031, 1, 1), date(2031, 1, 1), as_of=TODAY)
    assert beyond.rows() == [(date(2031, 1, 1), None, None, -22.0)]  # not "no holiday": not announced


def entry(actor: Actor, on: date, **other: Any) -> Entry:
    told = {
        "kind": "industrial_policy", "title": "差别电价扩大范围", "effect": -2, "industry": "C31",
        "valid_from": date(2026, 1, 1), "valid_until": date(2026, 5, 31), "source": "发改委文件", **other,
    }  # fmt: skip
    return services.tell_entry(actor=actor, on=on, new=NewEntry(**told))


@pytest.mark.req("PWR-36")
def test_an_entry_past_its_validity_is_not_used_and_is_flagged(db: None, chief: Actor) -> None:
    entry(chief, date(2026, 1, 5))
    later = entry(
        chief, MAY, title="迎峰度夏有序用电", valid_from=date(2026, 7, 1), valid_until=date(2026, 9, 30)
    )

    assert [one.title for one in queries.entries(as_of=MAY)] == ["差别电价扩大范围"]  # its last day counts
    assert queries.entries(as_of=date(2026, 6, 1)) == []
    assert queries.entries(as_of=date(2026, 1, 4)) == []  # valid, but nobody had told it
    states = {one.title: one.state for one in queries.bank(chief, Wanted(), as_of=TODAY)}
    assert states == {"差别电价扩大范围": "expired", "迎峰度夏有序用电": "to_come"}
    assert queries.bank(chief, Wanted(state="expired"), as_of=TODAY)[0].is_expired
    assert [one.title for one in queries.expired(as_of=TODAY)] == ["差别电价扩大范围"]
    assert queries.entry(chief, later.no, as_of=TODAY).effect == -2


@pytest.mark.req("PWR-36")
def test_a_corrected_entry_makes_way_and_what_was_known_stays(db: None, chief: Actor) -> None:
    first = entry(chief, date(2026, 1, 5), valid_until=date(2026, 12, 31))
    second = entry(chief, MAY, valid_until=date(2026, 12, 31), effect=-1, replaces=first.no)

    assert [(one.no, one.effect) for one in queries.entries(as_of=TODAY)] == [(second.no, -1)]
    assert [(one.no, one.effect) for one in queries.entries(as_of=date(2026, 5, 30))] == [(first.no, -2)]
    assert queries.entry(chief, first.no, as_of=TODAY).state == "replaced"
    with pytest.raises(FactorInvalid, match="更正"):
        entry(chief, TODAY, replaces=first.no)
    assert TrailEntry.objects.filter(act="factors.tell_entry", outcome="done").count() == 2


def test_what_cannot_be_is_refused_and_keeps_nothing(temperature: Actor) -> None:
    for wrong in ({"effect": 3}, {"industry": "Z9"}, {"valid_until": date(2025, 1, 1)}, {"source": " "}):
        with pytest.raises(FactorInvalid):
            entry(temperature, TODAY, **wrong)
    for code, refusal in (("temperature", FactorKept), ("cdd", FactorKept), ("Bad Code", FactorInvalid)):
        with pytest.raises(refusal):
            services.open_series(actor=temperature, on=TODAY, new=NewSeries(code, "x", ""))
    with pytest.raises(FactorUnknown):
        services.tell_figure(actor=temperature, on=TODAY, code="pmi", new=NewFigure(TODAY, 50.2))
    with pytest.raises(AccessDenied):
        services.tell_figure(
            actor=Actor("nobody", "nobody"), on=TODAY, code="temperature", new=NewFigure(TODAY, 30.0)
        )
    assert not Entry.objects.exists()
    assert Figure.objects.count() == 2
    with pytest.raises(FactorRulesInvalid):
        policy.check("kind: factors\ncode: factors\n")


@pytest.mark.req("PWR-36")
def test_a_file_names_the_wrong_rows_keeps_the_others_and_may_come_twice(
    temperature: Actor, tmp_path: Path
) -> None:
    path = tmp_path / "气温.csv"
    path.write_text(
        "因素编码,日期,数值,来源\n"
        "temperature,2026-06-01,31.2,气象局\n"
        "temperature,2026-06-02,很热,气象局\n"
        "cdd,2026-06-01,5,气象局\n"
        "pmi,2026-05-31,50.2,统计局\n"
        'temperature,2026-06-03,"1,030",气象局\n',
        encoding="gb18030",
    )
    told: dict[str, Any] = {"actor": temperature, "on": TODAY, "path": path, "kind": "factor_values"}
    batch = intake.import_file(**told)
    assert batch.rows_rejected == 3
    rejected = batches.worded(list(batches.rejected_rows(temperature, batch.pk)), "factor_values")
    words = {one.row_no: one.words for one in rejected}
    assert set(words) == {3, 4, 5}
    assert "很热" in words[3]
    assert "系统计算" in words[4]
    assert "pmi" in words[5]
    intake.choose_mode(actor=temperature, on=TODAY, batch_no=batch.pk, mode="good_rows")
    intake.post(actor=temperature, on=TODAY, batch_no=batch.pk)

    assert figures("temperature", TODAY)[2:] == [(date(2026, 6, 1), 31.2), (date(2026, 6, 3), 1030.0)]
    assert Figure.objects.count() == 4
    frame = pl.DataFrame(
        {
            "series": ["temperature"],
            "day": [date(2026, 6, 1)],
            "value": ["31.2"],
            "source": [None],
            "note": [None],
        }
    )
    assert services.post_values(frame, batch_no=None, told_on=TODAY, actor=temperature) == 0
