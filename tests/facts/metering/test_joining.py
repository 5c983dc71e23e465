"""An account that was opened without a credit file is joined to one later."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.facts.receivables.conftest import customer
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.facts.metering import services
from xinheng.facts.metering.errors import MeteringInvalid
from xinheng.facts.metering.models import Consumer
from xinheng.facts.metering.values import NewConsumer

TODAY = date(2026, 6, 30)


def test_an_account_is_joined_with_a_reason_and_the_trail_keeps_which_file_it_was(
    db: None, chief: Actor
) -> None:
    customer("C-7")
    customer("C-8")
    services.open_consumer(actor=chief, on=TODAY, new=NewConsumer("E1", "某户", date(2026, 1, 1)))
    told: dict[str, Any] = {"actor": chief, "on": TODAY, "consumer_no": "E1"}
    wrongs: tuple[tuple[type[Exception], dict[str, Any]], ...] = (
        (CustomerUnknown, {"customer_no": "C-9", "reason": "追补"}),
        (MeteringInvalid, {"customer_no": "C-7", "reason": " "}),
    )
    for refusal, wrong in wrongs:
        with pytest.raises(refusal):
            services.join_customer(**told, **wrong)
    assert Consumer.objects.get().customer is None

    services.join_customer(**told, customer_no="C-7", reason="追补电费建档")
    services.join_customer(**told, customer_no="C-8", reason="过户")

    joined = Consumer.objects.get().customer
    assert joined is not None
    assert joined.no == "C-8"
    noted = Entry.objects.filter(act="metering.join_customer").order_by("id")
    assert [(one.before, one.after, one.reason) for one in noted] == [
        ({"customer_no": ""}, {"customer_no": "C-7"}, "追补电费建档"),
        ({"customer_no": "C-7"}, {"customer_no": "C-8"}, "过户"),
    ]
