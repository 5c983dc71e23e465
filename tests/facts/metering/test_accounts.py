"""Accounts opened by hand, the tree of the organisation by day, who sees whom, and data items with lineage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.facts.metering.conftest import TODAY, open_consumer
from xinheng.base.access import queries as people
from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.customers.models import Customer
from xinheng.facts.metering import queries, services
from xinheng.facts.metering.errors import (
    ConsumerTaken,
    ConsumerUnknown,
    DayBeforeChange,
    ItemKept,
    LicenceWrong,
    LineageMissing,
    MeteringInvalid,
    MeterTaken,
)
from xinheng.facts.metering.models import Consumer, Item
from xinheng.facts.metering.values import ConsumerWanted, NewConsumer, NewItem, NewMeter, Terms

RIGHT = "91110108551385082Q"


@pytest.mark.req("PWR-05")
def test_an_enterprise_is_entered_by_hand_once_and_its_licence_code_is_checked(utility: Actor) -> None:
    mill = NewConsumer("E-10", "棉纺厂", date(2026, 6, 1), Terms("N"), licence=RIGHT, industry="C17")

    opened = services.open_consumer(actor=utility, on=TODAY, new=mill)

    assert opened.customer is not None
    assert (opened.customer.no, opened.customer.uscc, opened.industry) == ("E-10", RIGHT, "17")
    with pytest.raises(ConsumerTaken) as taken:
        services.open_consumer(actor=utility, on=TODAY, new=mill)
    assert taken.value.params == {"no": "E-10", "name": "棉纺厂"}
    wrong = replace(mill, consumer_no="E-11", licence=RIGHT[:-1] + "A")
    with pytest.raises(LicenceWrong):
        services.open_consumer(actor=utility, on=TODAY, new=wrong)
    second = replace(mill, consumer_no="E-12", name="棉纺厂二号")
    assert services.open_consumer(actor=utility, on=TODAY, new=second).customer == opened.customer
    assert (Customer.objects.count(), Consumer.objects.filter(consumer_no="E-11").count()) == (1, 0)
    with pytest.raises(MeteringInvalid):
        services.open_consumer(actor=utility, on=TODAY, new=replace(mill, consumer_no=" "))


@pytest.mark.req("PWR-35")
def test_a_consumer_moves_between_units_and_past_days_stay_as_they_were(utility: Actor) -> None:
    moved = Terms("S", "T-2", "high", capacity_kva=Decimal(400))
    services.change_supply(
        actor=utility, on=TODAY, consumer_no="E-2", terms=moved, from_on=date(2026, 6, 1), reason="划转"
    )

    def figures(on: date) -> dict[str, tuple[int, Decimal]]:
        told = queries.unit_figures(utility, on=on)
        return {one.code: (one.total_consumers, one.total_capacity_kva) for one in told}

    before, after = figures(date(2026, 5, 31)), figures(date(2026, 6, 1))
    assert before == {"U": (3, Decimal(323)), "N": (2, Decimal(323)), "S": (1, Decimal(0))}
    assert after == {"U": (3, Decimal(408)), "N": (1, Decimal(8)), "S": (2, Decimal(400))}
    own = {one.code: one.consumers for one in queries.unit_figures(utility, on=TODAY)}
    assert own == {"U": 0, "N": 1, "S": 2}
    row = queries.consumer(utility, "E-2")
    assert [one.from_on for one in queries.supplies_of(row)] == [date(2026, 6, 1), date(2024, 1, 1)]
    stood = queries.supply_of(row, on=date(2026, 5, 31))
    assert stood is not None
    assert (stood.unit and stood.unit.code, stood.capacity_kva) == ("N", Decimal(315))
    with pytest.raises(DayBeforeChange):
        services.change_supply(
            actor=utility, on=TODAY, consumer_no="E-2", terms=moved, from_on=date(2026, 5, 1), reason="更正"
        )


def test_a_unit_sees_its_consumers_and_no_others(utility: Actor) -> None:
    path = people.unit_paths()["N"][0]
    clerk = Actor("li", "李", permits=frozenset({"metering.read"}), scope=Scope("unit", (path,)))

    assert [one.consumer_no for one in queries.consumers(clerk, ConsumerWanted())] == ["E-1", "E-2"]
    with pytest.raises(ConsumerUnknown):
        queries.readings_of(clerk, "E-3")
    assert [one.code for one in queries.unit_figures(clerk, on=TODAY)] == ["N"]
    with pytest.raises(AccessDenied):
        open_consumer(clerk, "E-20", Terms())
    nobody = replace(clerk, permits=frozenset())
    with pytest.raises(AccessDenied):
        queries.consumers(nobody, ConsumerWanted())


def test_consumers_are_found_by_number_name_meter_and_place(utility: Actor) -> None:
    services.install_meter(actor=utility, on=TODAY, consumer_no="E-3", new=NewMeter("33A7", date(2024, 1, 1)))

    def found(**asked: Any) -> list[str]:
        return [one.consumer_no for one in queries.consumers(utility, ConsumerWanted(**asked))]

    assert found(text="33A") == ["E-3"]
    assert found(text="用户e-2") == ["E-2"]
    assert found(area="C") == ["E-1", "E-2", "E-3"]
    assert found(area="T-1", voltage="high") == ["E-2"]
    assert found(unit_code="S") == ["E-3"]
    assert found(industry="unknown", state="open") == ["E-1", "E-2", "E-3"]
    with pytest.raises(MeterTaken):
        services.install_meter(
            actor=utility, on=TODAY, consumer_no="E-1", new=NewMeter("33A7", date(2025, 1, 1))
        )


@pytest.mark.req("PWR-01", "PWR-02", "PWR-03", "PWR-04")
def test_what_is_put_out_goes_back_to_raw_data_and_is_never_changed(utility: Actor) -> None:
    def keep(what: str, key: str, **more: Any) -> Item:
        data_class, _, code = what.partition(" ")
        new = NewItem(data_class, code, key, title=key, **more)
        return services.keep_item(actor=utility, on=TODAY, new=new)

    raw = keep("raw statements", "2026-Q1", tags=("rate",))
    assert keep("raw statements", "2026-Q1", tags=("risk",)) == raw  # stored once, tagged twice
    assert queries.tags_of(raw) == ["rate", "risk"]
    values = keep("intermediate indicator_values", "7", tags=("rate",), sources=(("statements", "2026-Q1"),))
    report = keep("output rating_report", "7", tags=("rate",), sources=(("indicator_values", "7"),))
    assert queries.origins_of(report) == [values, raw]

    with pytest.raises(LineageMissing):
        keep("output rating_report", "8", tags=("rate",))
    with pytest.raises(ItemKept):
        keep("output rating_report", "7", tags=("rate",), sources=(("indicator_values", "7"),))
    second = keep(
        "output rating_report", "9", tags=("rate",), sources=(("statements", "2026-Q1"),), replaces="7"
    )
    assert second.replaces == report
    outputs = queries.items(utility, data_class="output", subsystem="rate")
    assert [one.key for one in outputs] == ["9", "7"]
