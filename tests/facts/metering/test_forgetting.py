"""A household that is erased stands no more by its name among those who are supplied."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.facts.privacy import world
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.metering import services, tables
from xinheng.facts.metering.layout import folder
from xinheng.facts.metering.models import Consumer
from xinheng.facts.metering.values import NewConsumer
from xinheng.facts.privacy import services as privacy
from xinheng.facts.privacy.models import Erasure
from xinheng.facts.privacy.values import NewAgreement, NewPerson

DAY = date(2026, 6, 30)


@pytest.mark.django_db
@pytest.mark.req("HPT-14")
def test_an_erased_persons_account_keeps_its_number_and_readings_and_no_name(
    settings: Any, tmp_path: Any
) -> None:
    settings.HOME = tmp_path
    world.adopt("hpt")
    customer = world.a_person_as_customer(DAY)
    agreed = NewAgreement(("service",), "counter", "guest")
    new = NewPerson("hpt", "guest", customer.name, agreed, {"mobile": "13800005678"}, customer_no=customer.no)
    person = privacy.register_person(actor=world.KEEPER, on=DAY, new=new)
    told: dict[str, Any] = {"actor": system_actor(), "on": DAY}
    for number, name, whose in (("H-1", customer.name, customer.no), ("H-2", "别家", "")):
        services.open_consumer(
            **told, new=NewConsumer(number, name, DAY, customer_no=whose, address="和平路 8 号")
        )
    kept = folder() / "consumers" / "old.parquet"
    kept.parent.mkdir(parents=True, exist_ok=True)
    tables.consumer_rows(DAY).write_parquet(kept)

    asked = privacy.ask_erasure(
        actor=world.KEEPER, on=DAY, person_no=person.no, cause="request", why="本人要求"
    )
    privacy.decide_erasure(actor=world.BOSS, on=DAY, erasure_id=asked.pk, approves=True)
    privacy.carry_out_erasure(actor=world.KEEPER, on=DAY, erasure_id=asked.pk)

    assert Erasure.objects.get().state == "erased"
    assert {"metering_consumer.name", "metering_consumer.address"} <= set(Erasure.objects.get().what)
    rows = Consumer.objects.order_by("consumer_no").values_list("consumer_no", "name", "address")
    assert list(rows) == [("H-1", person.no, ""), ("H-2", "别家", "和平路 8 号")]
    assert not kept.exists()
