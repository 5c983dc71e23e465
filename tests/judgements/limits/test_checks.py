"""An order meets the limit: to the cent, with every reason told, and nothing slips by."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.facts.receivables.conftest import customer
from tests.judgements.limits.conftest import HEAD, JUNE, Desk, adopt
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.orders import services as orders
from xinheng.facts.orders.values import NewOrder
from xinheng.judgements.limits import queries, services
from xinheng.judgements.limits.errors import OrderNotPassed, OwnOrder
from xinheng.judgements.limits.models import Account, Decision
from xinheng.judgements.limits.values import NewProfile

pytestmark = pytest.mark.django_db


def causes(checked: object) -> list[str]:
    return [reason.cause for reason in checked.reasons]  # type: ignore[attr-defined]


def exposure(no: str = "C-7", segment: str = "") -> int:
    account = Account.objects.get(customer__no=no, segment=segment)
    return queries.exposure_of(account).minor


@pytest.mark.req("SAP-07", "LIM-10")
def test_the_dynamic_limit_is_kept_to_the_cent(shipped_desk: Desk) -> None:
    """W-29: limit 100,000; receivable 60,000; 30,000 of orders in the month and 50,000 in two months."""
    desk = shipped_desk
    desk.limit("200000")
    desk.ledger.bill("B-1", "2026-06-30", "2026-07-30", "60000")
    assert desk.order("O-1", "30000", ship=date(2026, 7, 31)).verdict == "passed"
    assert desk.order("O-2", "50000", ship=date(2026, 8, 30)).verdict == "passed"
    desk.limit("100000")
    over = desk.order("O-3", "10000.01")
    assert over.verdict == "held"
    assert [(r.rule, r.cause, r.figure, r.bound, r.over) for r in over.reasons] == [
        ("limit", "over_limit", 100_000_01, 100_000_00, 1)
    ]
    assert desk.order("O-4", "10000").verdict == "passed"  # equal passes, and what is held counts for nothing
    assert desk.order("O-5", "0.01").verdict == "held"


def test_four_states_of_a_limit_are_four_things(desk: Desk) -> None:
    """Not assessed, no credit, unlimited and an amount."""
    assert causes(desk.order("O-1", "1")) == ["not_assessed"]
    desk.limit(None, state="no_credit")
    assert causes(desk.order("O-2", "1")) == ["no_credit"]
    desk.limit(None, state="unlimited")
    assert desk.order("O-3", "999999999").verdict == "passed"
    desk.limit("0")
    zero = desk.order("O-4", "1")
    assert causes(zero) == ["over_limit"]


def test_a_temporary_limit_replaces_for_its_time_and_lapses_by_itself(desk: Desk) -> None:
    desk.limit("1000")
    desk.limit("5000", kind="temporary", until_on=JUNE + timedelta(3))
    head = queries.headroom(Customer.objects.get(no="C-7"), on=JUNE)
    assert (head.limit.minor, head.limit.kind, head.left) == (5_000_00, "temporary", Money.of("5000"))
    assert desk.order("O-1", "3000", on=JUNE + timedelta(3)).verdict == "passed"
    assert causes(desk.order("O-2", "1", on=JUNE + timedelta(4))) == ["over_limit"]


def test_a_fixed_limit_expires_and_covers_add(desk: Desk) -> None:
    desk.limit("1000", until_on=JUNE)
    desk.limit("500", kind="insured")
    assert desk.order("O-1", "1500").verdict == "passed"
    assert desk.order("O-2", "0.01").verdict == "held"
    late = desk.order("O-3", "1", on=JUNE + timedelta(1))
    assert causes(late) == ["expired"]


@pytest.mark.req("SAP-17")
def test_the_tighter_of_own_and_group_limit_binds_and_both_are_named(desk: Desk, chief: Actor) -> None:
    mother, sister = customer("C-1"), customer("C-8")
    Customer.objects.filter(no__in=["C-7", "C-8"]).update(parent=mother)
    Desk(chief, no="C-1").limit("1000", reach="group")
    desk.limit("800")
    other = Desk(chief, no=sister.no)
    other.limit("800")
    assert other.order("S-1", "700").verdict == "passed"
    assert desk.order("O-1", "300").verdict == "passed"  # 1,000 of the group: equal passes
    both = desk.order("O-2", "600")
    assert [(r.cause, r.group_no, r.over) for r in both.reasons] == [
        ("over_limit", "", 100_00),
        ("over_group_limit", "C-1", 600_00),
    ]


@pytest.mark.req("SAP-19")
def test_exposure_follows_every_document_and_reconciles(desk: Desk, chief: Actor) -> None:
    """Order, delivery, bill, payment, return, cancellation: each moves what it should, and no more."""
    desk.limit("10000")
    desk.order("O-1", "1000")
    desk.order("O-2", "500")
    assert exposure() == 1500_00
    desk.deliver("O-1", "D-1", "600")
    assert exposure() == 1500_00  # undelivered 900, delivered 600
    desk.bill("O-1", "B-1", "600")
    assert exposure() == 1500_00
    account = Account.objects.get(customer__no="C-7", segment="")
    assert (account.receivable_minor, account.delivered_minor, account.ordered_minor) == (600_00, 0, 900_00)
    desk.ledger.receipt("R-1", "2026-06-30", "600")
    assert exposure() == 900_00
    desk.ledger.settle("B-1", "2026-06-30", "600", by="R-1")
    assert exposure() == 900_00  # settling moves nothing in sum
    desk.deliver("O-1", "D-2", "-100")
    desk.end("O-2")
    desk.end("O-1", "closed")
    account.refresh_from_db()
    sums = (account.receivable_minor, account.prepaid_minor, account.delivered_minor, account.ordered_minor)
    assert sums == (0, 0, -100_00, 0)
    desk.ledger.correct("B-1", "2026-06-30", "2026-06-30", "500")
    account.refresh_from_db()
    assert (account.receivable_minor, account.prepaid_minor, account.delivered_minor) == (0, 100_00, 0)
    assert queries.differences().height == 0
    Account.objects.update(ordered_minor=1)  # somebody meddled: it is found
    found = services.reconcile(actor=chief, on=JUNE)
    assert found.drop("customer_id").rows() == [("", "CNY", "ordered", 1, 0)]


def test_goods_leave_only_on_an_order_that_passed(desk: Desk) -> None:
    desk.limit("100")
    desk.order("O-1", "101")
    with pytest.raises(OrderNotPassed):
        desk.deliver("O-1", "D-1", "1")
    orders.place_order(
        actor=desk.actor, on=JUNE, customer_no="C-7", order=NewOrder("O-2", JUNE, JUNE, Money.of("10"))
    )
    with pytest.raises(OrderNotPassed):  # taken past the check: nothing leaves on it
        desk.deliver("O-2", "D-2", "1")
    assert exposure() == 10_00


@pytest.mark.req("SAP-12")
def test_a_held_order_is_released_by_somebody_else_up_to_a_value_and_a_day(desk: Desk, chief: Actor) -> None:
    desk.limit("100")
    seller = Actor("wang", "王", permits=frozenset({"*"}), scope=chief.scope)
    desk.order("O-1", "150", actor=seller)
    assert exposure() == 0
    with pytest.raises(OwnOrder):
        services.release(actor=seller, on=JUNE, order_no="O-1", reason="急单")
    services.release(
        actor=chief,
        on=JUNE,
        order_no="O-1",
        reason="已付定金",
        up_to=Money.of("120"),
        until=JUNE + timedelta(5),
    )
    assert exposure() == 150_00
    desk.deliver("O-1", "D-1", "120", on=JUNE + timedelta(5))
    with pytest.raises(OrderNotPassed):
        desk.deliver("O-1", "D-2", "0.01", on=JUNE + timedelta(5))
    kinds = list(Decision.objects.filter(order_no="O-1").values_list("act", "verdict"))
    assert kinds == [("release", "released"), ("check", "held")]


def test_a_held_order_passes_by_itself_when_the_reason_is_gone(desk: Desk, chief: Actor) -> None:
    desk.limit("100")
    desk.ledger.bill("B-1", "2026-06-01", "2026-06-20", "90")
    assert desk.order("O-1", "50").verdict == "held"
    assert services.recheck_all(actor=chief, on=JUNE) == {"held": 1}
    assert Decision.objects.filter(order_no="O-1").count() == 1  # nothing new was decided
    desk.ledger.receipt("R-1", "2026-06-30", "40")
    assert services.recheck_all(actor=chief, on=JUNE) == {"passed": 1}
    assert exposure() == 100_00
    desk.deliver("O-1", "D-1", "50")


def test_a_changed_order_is_checked_for_what_got_worse(desk: Desk) -> None:
    desk.limit("100")
    desk.order("O-1", "80")
    desk.change("O-1", "100")
    customer_ = Customer.objects.get(no="C-7")
    assert queries.credit_of(customer_, "O-1").state == "passed"
    desk.limit("50")
    desk.change("O-1", "90")
    assert queries.credit_of(customer_, "O-1").state == "passed"  # it asks for less: nothing got worse by it
    assert exposure() == 90_00
    desk.change("O-1", "95")
    assert queries.credit_of(customer_, "O-1").state == "held"
    assert exposure() == 0
    desk.change("O-1", "40")
    assert exposure() == 0
    assert services.recheck(actor=desk.actor, on=JUNE, order_no="O-1").verdict == "passed"
    assert exposure() == 40_00


@pytest.mark.req("SAP-08", "SAP-09", "SAP-10")
def test_rules_of_the_source_at_their_bounds(desk: Desk, chief: Actor) -> None:
    """N customer, bound 5,000: 5,000 passes. Bad arrears 0 of receivable 0: 0 %."""
    rules = (
        "  - {code: new, check: document, at_most: 5000, classes: [N], zh: 新, en: new, mark: given}\n"
        "  - {code: bad, check: overdue_share, days: 90, at_most: 20, zh: 恶, en: bad, mark: assumed}\n"
        "  - {code: old, check: oldest, at_most: 90, zh: 老, en: old, mark: assumed}\n"
    )
    adopt(chief, HEAD.replace('"1"', '"2"') + rules, from_on=date(2026, 1, 1))
    profile = NewProfile("新客户", risk_class="N")
    services.set_profile(actor=chief, on=JUNE, customer_no="C-7", profile=profile)
    assert desk.order("O-1", "5000").verdict == "passed"
    assert causes(desk.order("O-2", "5000.01")) == ["document_too_large"]
    desk.ledger.bill("B-1", "2026-01-01", "2026-04-01", "20")  # 90 days past due: not more than 90
    desk.ledger.bill("B-2", "2026-01-01", "2026-07-30", "80")
    assert desk.order("O-3", "1").verdict == "passed"
    next_day = desk.order("O-4", "1", on=JUNE + timedelta(1))
    assert [(r.cause, r.figure) for r in next_day.reasons] == [("oldest_too_old", 91)]  # 20 % of 100: passes
    desk.ledger.bill("B-3", "2026-01-01", "2026-03-01", "1", on="2026-07-01")
    again = desk.order("O-5", "1", on=JUNE + timedelta(1))
    assert [(r.cause, r.figure) for r in again.reasons] == [
        ("overdue_share_too_high", 21), ("oldest_too_old", 122)
    ]  # fmt: skip


def test_another_currency_counts_at_its_rate_and_without_one_nothing_is_checked(
    desk: Desk, chief: Actor
) -> None:
    desk.limit("1000")
    assert causes(desk.order("O-1", "10", currency="USD")) == ["not_checked"]
    services.set_rate(actor=chief, on=JUNE, currency="USD", rate=Decimal("7.1"), from_on=JUNE)
    assert services.recheck(actor=chief, on=JUNE, order_no="O-1").verdict == "passed"
    assert exposure() == 71_00
    assert desk.order("O-2", "929").verdict == "passed"
    assert causes(desk.order("O-3", "0.01")) == ["over_limit"]
    assert queries.differences().height == 0


def test_without_a_policy_an_order_is_held_as_not_checked(db: None, chief: Actor) -> None:
    customer()
    desk = Desk(chief)
    desk.limit("1000")
    checked = desk.order("O-1", "1")
    assert (checked.verdict, causes(checked)) == ("held", ["not_checked"])


def test_an_order_paid_before_shipment_passes_and_leaves_only_against_the_money(desk: Desk) -> None:
    desk.limit(None, state="no_credit")
    assert desk.order("O-1", "100", payment="prepaid").verdict == "passed"
    with pytest.raises(OrderNotPassed):
        desk.deliver("O-1", "D-1", "100")
    desk.ledger.receipt("R-1", "2026-06-30", "100")
    desk.deliver("O-1", "D-1", "100")
