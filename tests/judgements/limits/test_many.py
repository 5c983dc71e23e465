"""Many orders in one go come to what they come to one by one."""

from __future__ import annotations

import random
from datetime import timedelta

import polars as pl
import pytest

from tests.facts.receivables.conftest import Ledger, customer
from tests.judgements.limits.conftest import HEAD, JUNE, LIMIT, SHIPPED, Desk, adopt
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.facts.customers.models import Customer
from xinheng.facts.orders.errors import OrderPosted
from xinheng.facts.orders.models import SalesOrder
from xinheng.judgements.limits import queries, services
from xinheng.judgements.limits.models import Account, Decision, OrderCredit

pytestmark = pytest.mark.django_db
HEADINGS = {
    "customer_no": pl.String, "order_no": pl.String, "segment": pl.String, "ordered_on": pl.Date,
    "ship_on": pl.Date, "amount_minor": pl.Int64, "currency": pl.String, "kind": pl.String,
    "payment": pl.String, "terms_days": pl.Int64,
}  # fmt: skip
FURTHER = """  - {code: big, check: document, at_most: 700, strength: stop, zh: 大, en: big, mark: given}
  - {code: first, check: first, at_most: 400, zh: 首, en: first, mark: given}
  - {code: terms, check: terms, strength: warn, zh: 账, en: terms, mark: given}
exclusions:
  - {code: small, rules: [first], payments: [delivery], zh: 小, en: small, mark: given}
"""


def orders(prefix: str, nos: list[str], seed: int) -> pl.DataFrame:
    chance = random.Random(seed)  # noqa: S311
    rows = [
        (
            chance.choice(nos), f"{prefix}-{place}", "", JUNE, JUNE + timedelta(chance.choice([0, 10, 40])),
            chance.randint(1, 900) * 100, "CNY", chance.choice(["standard", "rush"]),
            chance.choice(["credit", "credit", "delivery", "prepaid"]), chance.choice([None, 30]),
        )
        for place in range(60)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=HEADINGS, orient="row")


@pytest.mark.parametrize("policy", [SHIPPED, HEAD + LIMIT + FURTHER])
def test_a_file_of_orders_comes_to_what_single_checks_come_to(chief: Actor, policy: str) -> None:
    adopt(chief, policy)
    mother = customer("C-0")
    for side in ("A", "B"):
        for place in range(4):
            desk = Desk(chief, no=customer(f"{side}-{place}").no)
            desk.limit("3000")
        Customer.objects.filter(no=f"{side}-3").update(parent=mother)
        Ledger(chief, JUNE, no=f"{side}-1").bill(f"{side}-B", "2026-01-01", "2026-02-01", "2000")
    nos = [str(place) for place in range(4)]
    told = orders("O", nos, seed=len(policy))
    together = told.with_columns(customer_no="A-" + pl.col("customer_no"), order_no="A" + pl.col("order_no"))
    found = services.check_orders(actor=chief, on=JUNE, frame=together)
    one_by_one = told.with_columns(
        customer_no="B-" + pl.col("customer_no"), order_no="B" + pl.col("order_no")
    )
    single = [
        Desk(chief, no=row["customer_no"]).order(
            row["order_no"], str(row["amount_minor"] // 100), ship=row["ship_on"],
            kind=row["kind"], payment=row["payment"], terms_days=row["terms_days"],
        )
        for row in one_by_one.iter_rows(named=True)
    ]  # fmt: skip
    assert found["verdict"].to_list() == [checked.verdict for checked in single]
    assert set(found["verdict"]) >= {"passed", "held"}
    kept = {decision.order_no: decision for decision in Decision.objects.all()}
    for place in range(60):
        here, there = kept[f"AO-{place}"], kept[f"BO-{place}"]
        assert here.reasons == there.reasons
        assert here.figures == there.figures
    for place in range(4):
        sums = [
            list(
                Account.objects.filter(customer__no=f"{side}-{place}").values_list(
                    "ordered_minor", "held_minor"
                )
            )
            for side in ("A", "B")
        ]
        assert sums[0] == sums[1]
    assert queries.differences().height == 0


def test_a_file_with_an_order_or_a_customer_amiss_is_taken_not_at_all(chief: Actor) -> None:
    adopt(chief, SHIPPED)
    Desk(chief, no=customer().no).order("O-1", "1")
    told = orders("N", ["C-7"], seed=1)
    with pytest.raises(OrderPosted):
        services.check_orders(
            actor=chief, on=JUNE, frame=pl.concat([told, told.head(1).with_columns(order_no=pl.lit("O-1"))])
        )
    with pytest.raises(CustomerUnknown):
        services.check_orders(
            actor=chief, on=JUNE, frame=pl.concat([told, told.head(1).with_columns(customer_no=pl.lit("X"))])
        )
    assert SalesOrder.objects.count() == 1
    assert OrderCredit.objects.count() == 1


@pytest.mark.req("SAP-12")
def test_all_held_orders_are_asked_again_as_each_would_be(chief: Actor) -> None:
    """The longest held first; what passes counts for the next, and what is as before is not decided anew."""
    adopt(chief, HEAD + LIMIT)
    desk = Desk(chief, no=customer().no)
    desk.limit("100")
    for place, amount in enumerate(("150", "200", "300")):
        assert desk.order(f"O-{place}", amount).verdict == "held"
    desk.limit("360", on=JUNE)
    next_day = JUNE + timedelta(1)
    assert services.recheck_all(actor=chief, on=next_day) == {"passed": 2, "held": 1}
    states = dict(OrderCredit.objects.values_list("order_no", "state"))
    assert states == {"O-0": "passed", "O-1": "passed", "O-2": "held"}
    assert OrderCredit.objects.get(order_no="O-0").since == next_day
    assert OrderCredit.objects.get(order_no="O-2").since == JUNE
    last = Decision.objects.filter(order_no="O-2").first()
    assert last is not None
    assert (last.act, last.reasons[0]["figure"], last.reasons[0]["bound"]) == ("recheck", 650_00, 360_00)
    before = Decision.objects.count()
    assert services.recheck_all(actor=chief, on=next_day) == {"held": 1}
    assert Decision.objects.count() == before
    assert queries.differences().height == 0
    account = Account.objects.get()
    assert account.ordered_minor - account.held_minor == 350_00


def test_trying_an_order_keeps_nothing(chief: Actor) -> None:
    adopt(chief, HEAD + LIMIT)
    desk = Desk(chief, no=customer().no)
    desk.limit("100")
    tried = desk.try_order("O-1", "100.01")
    assert (tried.verdict, [reason.over for reason in tried.reasons], tried.decision_id) == ("held", [1], 0)
    assert (SalesOrder.objects.count(), Decision.objects.count()) == (0, 0)
    assert desk.order("O-1", "100").verdict == "passed"
