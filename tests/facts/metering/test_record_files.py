"""Files of areas, consumers, meters, events and bills."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.facts.metering.conftest import TODAY
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.values import NewCustomer
from xinheng.facts.metering import queries, services
from xinheng.facts.metering.models import Area, Batch, Consumer, Meter
from xinheng.facts.metering.values import ConsumerWanted, NewFile


@pytest.fixture
def take(utility: Actor, tmp_path: Path) -> Any:
    """Takes a text in as a file of a kind."""

    def taken(kind: Any, text: str, mode: str = "all_or_none") -> Batch:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        return services.import_file(actor=utility, on=TODAY, file=NewFile(path, kind, mode=mode))

    return taken


def causes(actor: Actor, batch: Batch) -> list[tuple[int, str, str]]:
    """Row, field and cause of what was not taken."""
    return [(one.row_no, one.field, one.cause) for one in queries.rejected(actor, batch.pk)]


def test_areas_come_in_any_order_and_a_circle_is_named(utility: Actor, take: Any) -> None:
    rows = "编码,名称,类型,上级\nT-7,七号台区,公变,L-1\nL-1,一线,线路,C\nX-1,甲,线路,X-2\nX-2,乙,线路,X-1\n"

    batch = take("network", rows, mode="good_rows")

    assert causes(utility, batch) == [(4, "上级", "parent_missing"), (5, "上级", "parent_missing")]
    seven = Area.objects.get(code="T-7")
    assert (seven.kind, seven.parent and seven.parent.code) == ("transformer", "L-1")
    assert seven.path.startswith(Area.objects.get(code="C").path)


@pytest.mark.req("PWR-06", "PWR-07")
def test_consumers_come_in_as_a_set_and_each_wrong_row_is_named(utility: Actor, take: Any) -> None:
    customers.register(actor=utility, on=TODAY, new=NewCustomer(name="纺织厂", no="C-5"))
    rows = (
        "户号,户名,信用档案号,行业,供电单位,台区,电压等级,合同容量,费控,立户日期\n"
        "E-10,纺织厂一号,C-5,C17,N,T-1,10kV,630,否,2020-05-06\n"
        "E-11,王某,,,S,T-2,低压,8,是,2021-01-01\n"
        "E-12,甲,C-404,,,,,,,\nE-13,乙,,ZZ,,,,,,\nE-14,丙,,,QQ,,,,,\nE-15,,,,,,,,,\nE-1,别人,,,,,,,,\n"
    )

    batch = take("consumers", rows)

    assert (batch.state, batch.rows_total, batch.rows_rejected) == ("refused", 7, 5)
    assert causes(utility, batch) == [
        (4, "信用档案号", "unknown_customer"),
        (5, "行业", "unknown_industry"),
        (6, "供电单位", "unknown_unit"),
        (7, "户名", "name_missing"),
        (8, "户号", "known_otherwise"),
    ]
    assert Consumer.objects.count() == 3

    services.choose_mode(actor=utility, on=TODAY, batch_no=batch.pk, mode="good_rows")
    services.post(actor=utility, on=TODAY, batch_no=batch.pk)

    mill = queries.consumer(utility, "E-10")
    supply = queries.supply_of(mill, on=TODAY)
    assert supply is not None
    assert (mill.customer and mill.customer.no, mill.industry, mill.opened_on) == (
        "C-5",
        "17",
        date(2020, 5, 6),
    )
    assert (supply.voltage, supply.capacity_kva, supply.area and supply.area.code) == (
        "high",
        Decimal(630),
        "T-1",
    )
    assert queries.consumer(utility, "E-11").is_prepaid
    again = take("consumers", rows, mode="good_rows")
    assert (again.rows_new, again.rows_known) == (0, 2)
    of_mills = queries.consumers(utility, ConsumerWanted(industry="C"))
    assert [one.consumer_no for one in of_mills] == ["E-10"]


def test_meters_hang_at_one_place_and_are_removed_by_a_later_file(utility: Actor, take: Any) -> None:
    heading = "表号,户号,安装日期,拆除日期,倍率,拆表示数\n"
    take("meters", f"{heading}M-1,E-2,2024-01-01,,30,\n")

    wrong = take(
        "meters", f"{heading}M-1,E-1,2025-01-01,,1,\nM-2,E-9,2025-01-01,,1,\nM-3,E-1,2025-01-01,,-1,\n"
    )
    assert causes(utility, wrong) == [
        (2, "表号", "known_otherwise"), (3, "户号", "unknown_consumer"), (4, "倍率", "not_a_number"),
    ]  # fmt: skip
    gone = take("meters", f"{heading}M-1,E-2,2024-01-01,2026-05-01,30,812.5\n")

    assert (gone.rows_new, gone.rows_changed) == (0, 1)
    meter = Meter.objects.get()
    assert (meter.removed_on, meter.last_index, meter.ratio) == (
        date(2026, 5, 1),
        Decimal("812.5"),
        Decimal(30),
    )


def test_events_and_bills_are_kept_once(utility: Actor, take: Any) -> None:
    events = (
        "户号,发生时间,事件编码,备注\nE-1,2026-05-03 08:15:00,301b,无工单\nE-8,2026-05-03 08:15:00,301B,\n"
    )
    bills = (
        "户号,电费年月,电量,电费,应缴日期,实缴日期\nE-1,202605,120,64.5,2026-06-10,2026-06-25\n"
        "E-2,2026-05,9000,6100,2026-06-10,2026-06-09\nE-3,202605,10,5,2026-06-10,\n"
    )
    assert causes(utility, take("events", events, mode="good_rows")) == [(3, "户号", "unknown_consumer")]
    take("bills", bills)

    (opened,) = queries.events_of(utility, "E-1")
    assert (opened.code, opened.note, opened.at.hour) == ("301B", "无工单", 8)
    late = {no: queries.bills_of(utility, no)[0]["paid_late"] for no in ("E-1", "E-2", "E-3")}
    assert late == {"E-1": True, "E-2": False, "E-3": True}  # the third is overdue and not paid
    again = take("bills", bills.replace("2026-06-10,\n", "2026-06-10,2026-06-29\n"))
    assert (again.rows_new, again.rows_known, again.rows_changed) == (0, 2, 1)
    assert queries.bills_of(utility, "E-3")[0]["paid_on"] == date(2026, 6, 29)
