"""Files of readings in every shape: what is taken, and what is wrong is named with row, field and cause."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.facts.metering.conftest import TODAY
from xinheng.base.kernel.actors import Actor
from xinheng.facts.intake.errors import FileRefused
from xinheng.facts.metering import queries, services
from xinheng.facts.metering.errors import FileNotMetering
from xinheng.facts.metering.models import Batch, StoredFile
from xinheng.facts.metering.values import NewFile, NewMeter

FIRST = date(2026, 4, 1)


@pytest.fixture
def take(utility: Actor, tmp_path: Path) -> Any:
    """Takes a text in as a file of readings, or of another kind."""

    def taken(text: str, kind: Any = "readings", *, encoding: str = "utf-8", **asked: Any) -> Batch:
        path = tmp_path / "readings.csv"
        path.write_text(text, encoding=encoding)
        options = {name: value for name, value in asked.items() if name != "mode"}
        file = NewFile(path, kind, mode=asked.get("mode", "all_or_none"), options=options)
        return services.import_file(actor=utility, on=TODAY, file=file)

    return taken


def use(actor: Actor, consumer: str = "E-1") -> dict[str, float | None]:
    """The days of a consumer."""
    return {one.day.isoformat(): one.kwh for one in queries.readings_of(actor, consumer)}


def marks(actor: Actor, consumer: str = "E-1") -> dict[str, tuple[str, ...]]:
    """The marked days of a consumer."""
    return {one.day.isoformat(): one.marks for one in queries.readings_of(actor, consumer) if one.marks}


def wrong(actor: Actor, batch: Batch) -> list[tuple[int, str, str, str]]:
    """Row, field, value and cause of what was not taken."""
    return [(one.row_no, one.field, one.value, one.cause) for one in queries.rejected(actor, batch.pk)]


def test_long_rows_in_gb18030_with_a_unit_in_the_heading(utility: Actor, take: Any) -> None:
    batch = take(
        "户号,数据日期,日电量(MWh),标志\nE-1,2026-04-02,0.0065,\nE-1,20260401,0.005,估抄\nE-2,2026年4月1日,--,\n",
        encoding="gb18030",
    )

    assert (batch.state, batch.rows_total, batch.rows_new) == ("posted", 3, 3)
    assert batch.marks == {"estimate": 1, "out_of_order": 1}
    assert use(utility) == {"2026-04-01": 5.0, "2026-04-02": 6.5}
    assert marks(utility) == {"2026-04-01": ("estimate",)}
    assert marks(utility, "E-2") == {"2026-04-01": ("missing",)}


def test_a_column_a_day_by_date_and_by_number(utility: Actor, take: Any) -> None:
    take("CONS_NO,FLAG,2026/4/1,2026/4/2\nE-1,0,1,2\nE-2,1,,4\n")
    take("cons,d01,d02\nE-3,7,8\n", first_day="2026-04-01")

    assert use(utility) == {"2026-04-01": 1.0, "2026-04-02": 2.0}
    assert use(utility, "E-2") == {"2026-04-01": None, "2026-04-02": 4.0}
    assert use(utility, "E-3") == {"2026-04-01": 7.0, "2026-04-02": 8.0}


@pytest.mark.req("PWR-07")
def test_what_is_wrong_is_named_and_nothing_is_half_saved(utility: Actor, take: Any) -> None:
    text = (
        "户号,日期,电量\nE-1,2026-04-01,5\n,2026-04-01,5\nX-9,2026-04-01,5\nE-1,2026-13-01,5\nE-1,2026-04-02,many\n"
        "E-1,2023-12-31,5\nE-1,2026-07-01,5\nE-1,2026-04-03,231\nE-1,2026-04-04,6\nE-1,2026-04-04,7\n"
        "E-1,2026-04-05,6\nE-1,2026-04-05,6\n"
    )

    batch = take(text)

    assert batch.state == "refused"
    assert wrong(utility, batch) == [
        (3, "户号", "", "consumer_missing"),
        (4, "户号", "X-9", "unknown_consumer"),
        (5, "日期", "2026-13-01", "not_a_day"),
        (6, "电量", "many", "not_a_number"),
        (7, "日期", "2023-12-31", "before_opening"),
        (8, "日期", "2026-07-01", "in_future"),
        (9, "电量", "231.0", "beyond_capacity"),  # 8 kVA × 24 h × 1.2 = 230.4 kWh
        (10, "电量", "6.0", "contradiction"),
        (11, "电量", "7.0", "contradiction"),
    ]
    assert use(utility) == {}
    assert StoredFile.objects.count() == 0

    services.choose_mode(actor=utility, on=TODAY, batch_no=batch.pk, mode="good_rows")
    posted = services.post(actor=utility, on=TODAY, batch_no=batch.pk)

    assert (posted.rows_new, posted.rows_known, posted.rows_rejected) == (2, 1, 9)
    assert posted.marks == {"duplicate": 1, "out_of_order": 2}
    assert use(utility) == {"2026-04-01": 5.0, "2026-04-05": 6.0}


@pytest.mark.req("PWR-06")
def test_the_same_file_again_changes_nothing_and_a_correction_is_counted(utility: Actor, take: Any) -> None:
    text = "户号,日期,电量\nE-1,2026-04-01,5\nE-1,2026-04-02,6\n"
    take(text)
    files = StoredFile.objects.count()

    again = take(text)

    assert (again.rows_new, again.rows_known, again.rows_changed) == (0, 2, 0)
    assert StoredFile.objects.count() == files
    corrected = take(text.replace(",6", ",9"))
    assert (corrected.rows_new, corrected.rows_known, corrected.rows_changed) == (0, 1, 1)
    assert use(utility) == {"2026-04-01": 5.0, "2026-04-02": 9.0}
    assert [one.code for one in queries.items(utility, data_class="raw")] == ["readings"] * 2


def test_registers_become_daily_use_over_rollover_exchange_and_gaps(utility: Actor, take: Any) -> None:
    who: dict[str, Any] = {"actor": utility, "on": TODAY, "consumer_no": "E-2"}
    old = NewMeter("M-1", date(2024, 1, 1), ratio=Decimal(10), digits=4)
    services.install_meter(**who, new=old)
    services.remove_meter(**who, meter_no="M-1", removed_on=date(2026, 4, 6), last_index=Decimal(20))
    services.install_meter(
        **who, new=NewMeter("M-2", date(2026, 4, 6), ratio=Decimal(20), first_index=Decimal(3))
    )
    shown = "户号,日期,示数\nE-2,2026-03-31,9980\nE-2,2026-04-01,9990\nE-2,2026-04-02,5\nE-2,2026-04-05,14\n"
    batch = take(shown + "E-2,2026-04-06,8\n")

    assert batch.state == "posted"
    assert use(utility, "E-2") == {
        "2026-03-31": None,
        "2026-04-01": 100.0,
        "2026-04-02": 150.0,  # over 9999
        "2026-04-05": 90.0,  # of three days
        "2026-04-06": 160.0,  # six of the old meter by ten, five of the new one by twenty
    }
    assert marks(utility, "E-2") == {
        "2026-03-31": ("missing",),
        "2026-04-02": ("rollover",),
        "2026-04-05": ("several_days",),
        "2026-04-06": ("exchange",),
    }
    take("户号,日期,示数\nE-2,2026-04-07,10\n")  # goes on from what was shown before
    assert use(utility, "E-2")["2026-04-07"] == 40.0
    low = take("户号,日期,示数\nE-2,2026-04-08,4\nE-2,2026-04-09,12\n", mode="good_rows")
    assert wrong(utility, low) == [(2, "示数", "4.0", "index_below_previous")]
    assert use(utility, "E-2")["2026-04-09"] == 40.0  # of two days, as if the low one had not been read
    assert marks(utility, "E-2")["2026-04-09"] == ("several_days",)


def test_two_meters_on_one_day_and_a_unit_a_thousand_times_too_large_are_named(
    utility: Actor, take: Any
) -> None:
    two = take("户号,表号,日期,电量\nE-1,M-1,2026-04-01,5\nE-1,M-2,2026-04-01,5\n")
    assert [cause for *_, cause in wrong(utility, two)] == ["two_meters"] * 2
    told = [f"E-3,{FIRST + timedelta(days=place)},{4 + place % 3}" for place in range(30)]
    take("户号,日期,电量\n" + "\n".join(told) + "\n")
    later = [f"E-3,{date(2026, 5, 1) + timedelta(days=place)},{4000 + place % 3}" for place in range(10)]

    batch = take("户号,日期,电量\n" + "\n".join(later) + "\n")

    assert batch.causes == {"unit_jump": 10}
    assert batch.state == "refused"
    halved = [line.replace(",400", ",4.00") for line in later]
    assert take("户号,日期,电量\n" + "\n".join(halved) + "\n").state == "posted"


def test_a_missing_column_and_a_file_that_is_no_table_are_refused(utility: Actor, take: Any) -> None:
    with pytest.raises(FileNotMetering) as refused:
        take("户号,电量\nE-1,5\n")
    assert refused.value.params["missing"] == "日期"
    with pytest.raises(FileRefused):
        take("<html></html>")
    assert not Batch.objects.exists()


def test_ninety_six_points_of_power_become_the_day_by_the_ratio(
    utility: Actor, take: Any, home: Path
) -> None:
    services.install_meter(
        actor=utility, on=TODAY, consumer_no="E-2", new=NewMeter("M-1", date(2024, 1, 1), ratio=Decimal(30))
    )
    heading = ",".join(f"P{place}" for place in range(1, 97))
    full, gap = ",".join(["2"] * 96), ",".join(["2"] * 95) + ","
    take(f"户号,日期,{heading}\nE-2,2026-04-01,{full}\nE-2,2026-04-02,{gap}\n", kind="quarters")

    assert use(utility, "E-2") == {"2026-04-01": 2 * 96 * 0.25 * 30, "2026-04-02": None}
    (first, points), (_, second) = queries.quarters_of(utility, "E-2")
    assert (first, points[0], len(points)) == (FIRST, 15.0, 96)
    assert second[95] is None


def test_clocks_and_time_zones_are_named_in_points(utility: Actor, take: Any) -> None:
    rows = [f"E-2,2026-04-01 {place // 4:02}:{place % 4 * 15:02}:00+08:00,1" for place in range(96)]
    rows += [
        "E-2,2026-04-01 02:00:00+08:00,5",
        "E-2,2026-04-02 00:07:00+08:00,1",
        "E-2,2026-04-02 00:15:00+00:00,1",
    ]
    batch = take("户号,时间,电量\n" + "\n".join(rows) + "\n", kind="quarters", mode="good_rows", ratio=False)

    assert batch.causes == {"doubled_hour": 2, "mixed_zones": 1, "off_grid": 1}
    ((_, points),) = queries.quarters_of(utility, "E-2")
    assert [place for place, kwh in enumerate(points) if kwh is None] == [8]  # two o'clock stays open
    assert use(utility, "E-2") == {"2026-04-01": None}


def test_supply_into_areas_comes_in_the_same_way(utility: Actor, take: Any) -> None:
    batch = take("台区,日期,供电量\nT-1,2026-04-01,120\nT-9,2026-04-01,1\n", kind="areas", mode="good_rows")

    assert batch.causes == {"unknown_area": 1}
    assert queries.supplied_into(utility, "T-1") == [(FIRST, 120.0)]


def test_parquet_and_excel_say_the_same_as_text(utility: Actor, tmp_path: Path) -> None:
    frame = pl.DataFrame({"user_id": ["E-1", "E-3"], "date": [FIRST, FIRST], "kwh": [5.5, 6.0]})
    for number, ending in enumerate(("parquet", "xlsx")):
        path = tmp_path / f"readings.{ending}"
        frame.write_parquet(path) if ending == "parquet" else frame.write_excel(path)
        batch = services.import_file(actor=utility, on=TODAY, file=NewFile(path, "readings"))
        assert (batch.state, batch.rows_new, batch.rows_known) == ("posted", 2 - 2 * number, 2 * number)
    assert use(utility) == {"2026-04-01": 5.5}


def test_accounts_of_unknown_readings_are_opened_where_it_is_asked_for(utility: Actor, take: Any) -> None:
    batch = take("user_id,date,kwh\n1001,2026-04-02,5\n1001,2026-04-01,5\n", open_unknown=True)

    assert batch.state == "posted"
    opened = queries.consumer(utility, "1001")
    assert (opened.opened_on, opened.batch_no) == (FIRST, batch.pk)
    assert use(utility, "1001") == {"2026-04-01": 5.0, "2026-04-02": 5.0}
