"""A customer's terms through a year: granted by the grade, lowered, asked back, lapsed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.facts.receivables.conftest import customer
from tests.judgements.limits.conftest import HEAD, LIMIT
from tests.judgements.limits.conftest import Desk as CreditDesk
from tests.judgements.limits.conftest import adopt as adopt_checks
from tests.judgements.terms.conftest import NEW_YEAR, Desk, People, adopt, stands
from xinheng.base.access.errors import AccessDenied
from xinheng.base.approvals.errors import OwnSubmission
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.orders import services as orders
from xinheng.facts.orders.values import NewOrder
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import NewLimit
from xinheng.judgements.reviews import queries as reviews
from xinheng.judgements.terms import queries, services
from xinheng.judgements.terms.errors import (
    ExceptionNotNeeded,
    InquiryAnswered,
    MeasureUnknown,
    NotPaidFirst,
    OrderNotExamined,
    PriceKnown,
    TermsInvalid,
    TermsLowered,
    TermsNotInForce,
)
from xinheng.judgements.terms.models import CustomerTerms, MeasureTaken
from xinheng.judgements.terms.values import NewPrice, NewTerms, Offer, Wanted, Watched

MARCH, END = date(2024, 3, 30), date(2024, 12, 31)


@pytest.mark.req("PTS-06", "PTS-07", "LOA-08", "TPA-04", "LSE-14", "FOU-08")
def test_terms_by_grade_are_lowered_after_two_breaches_and_come_back_with_the_next_grade(
    desk: Desk, chief: Actor
) -> None:
    stands("C-7", "A", valid_until=END)
    granted = desk.by_grade(date(2024, 1, 31))
    assert (granted.payment, granted.days, granted.source) == ("credit", 90, "grade:pts")  # to 30 April
    assert desk.account() == ("credit", 90, "open")

    ledger = desk.ledger(MARCH)
    for no, due in (("B1", "2024-01-09"), ("B2", "2024-03-29")):
        ledger.bill(no, "2023-12-20", due, "500.00")
    ledger.receipt("R1", "2024-01-20", "500.00")
    ledger.settle("B1", "2024-01-20", "500.00", by="R1")
    assert desk.watch(date(2024, 3, 29)) == Watched()  # B2 may still be paid today
    assert desk.watch(MARCH) == Watched(lowered=1)
    assert desk.watch(MARCH) == Watched()

    assert desk.holds(MARCH) == ("credit", 30, 1)
    assert desk.account() == ("credit", 30, "open")
    stood = reviews.standing_grade(desk.customer, "pts", on=MARCH)
    assert stood is not None
    assert stood.grade == "A"  # the letter is left alone
    better = NewTerms("客户要求", "credit", 60)
    with pytest.raises(TermsLowered):
        services.grant_terms(actor=chief, on=MARCH, customer_no="C-7", terms=better)
    with pytest.raises(TermsLowered):
        desk.by_grade(MARCH)
    assert desk.watch(date(2024, 5, 2)) == Watched()  # B2 broke the terms of the last quarter

    later = date(2025, 1, 2)
    over = queries.entitlement(desk.customer, on=later)
    assert over is not None
    assert (over.grade, over.rating, over.level.payment, over.cap) == (None, "A", "prepaid", Money(0))
    stands("C-7", "A", since=later, valid_until=date(2025, 12, 31))
    assert desk.watch(later) == Watched(restored=1)
    assert desk.holds(later) == ("credit", 90, 0)
    assert desk.holds(MARCH) == ("credit", 30, 1)  # a past day stays as it was
    assert Entry.objects.filter(act="terms.grant", subject="customer:C-7").count() == 3


@pytest.mark.req("PTS-07", "RR-17")
def test_lowered_terms_are_restored_by_approval_and_not_by_who_asked(desk: Desk, people: People) -> None:
    stands("C-7", "B")
    with pytest.raises(ExceptionNotNeeded):
        desk.ask(people.seller, NEW_YEAR, "restore")
    for no in ("B1", "B2"):
        desk.ledger(MARCH).bill(no, "2024-01-02", "2024-03-29", "10.00")
    april = date(2024, 4, 2)
    assert desk.watch(april) == Watched(lowered=1)  # nobody looked in March
    assert desk.holds(april) == ("delivery", None, 1)  # B lowered pays as C

    asked = desk.ask(people.seller, april, "restore")
    with pytest.raises(OwnSubmission):
        desk.decide(asked, Actor(**{**people.boss.__dict__, "login": "seller"}), april)
    desk.decide(asked, people.boss, april, "reject", "仍有欠款")
    assert desk.holds(april) == ("delivery", None, 1)
    again = desk.ask(people.seller, april, "restore")
    desk.decide(again, people.boss, april)

    assert desk.holds(april) == ("credit", 30, 0)
    assert desk.account()[:2] == ("credit", 30)
    asked.refresh_from_db()
    assert (asked.state, asked.ended_by, asked.ended_why) == ("rejected", "boss", "仍有欠款")
    assert [one.state for one in queries.requests_of(desk.customer)] == ["approved", "rejected"]
    assert desk.watch(april) == Watched()  # the same breaches lower once


@pytest.mark.req("LIM-01")
def test_terms_of_an_application_hold_until_their_day_and_then_what_held_before(
    desk: Desk, reader: Actor
) -> None:
    stands("C-7", "B")
    desk.by_grade(NEW_YEAR)
    until = date(2024, 2, 10)
    told = NewTerms("旺季备货", "credit", 45, until_on=until, source="application:12")
    services.grant_terms(actor=desk.actor, on=date(2024, 2, 1), customer_no="C-7", terms=told)
    assert (desk.holds(until), desk.account()[1]) == (("credit", 45, 0), 45)

    after = until + timedelta(days=1)
    assert desk.holds(after) == ("credit", 30, 0)
    assert desk.watch(after) == Watched(lapsed=1)
    assert desk.watch(after) == Watched()
    assert desk.account()[1] == 30
    rows = queries.holders(reader, Wanted(payment="credit", source="grade"), on=after)
    assert [(row.customer.no, row.days) for row in rows] == [("C-7", 30)]
    assert not queries.holders(reader, Wanted(lowered=True), on=after).exists()
    with pytest.raises(AccessDenied):
        services.grant_terms(actor=reader, on=after, customer_no="C-7", terms=told)
    for field, wrong in {
        "payment": NewTerms("x", "barter"),
        "days": NewTerms("x", "credit"),
        "until_on": NewTerms("x", "prepaid", until_on=NEW_YEAR),
        "reason": NewTerms(" ", "prepaid"),
    }.items():
        with pytest.raises(TermsInvalid) as caught:
            services.grant_terms(actor=desk.actor, on=after, customer_no="C-7", terms=wrong)
        assert caught.value.params["field"] == field
    assert CustomerTerms.objects.count() == 3


@pytest.mark.req("PTS-04", "PTS-09")
def test_an_offer_below_the_floor_passes_once_its_exception_is_approved(
    desk: Desk, people: People, chief: Actor
) -> None:
    stands("C-7", "B")
    price = NewPrice("X-1", "control", Money.of("1000.00"), NEW_YEAR)
    services.set_price(actor=chief, on=NEW_YEAR, price=price)
    with pytest.raises(PriceKnown):
        services.set_price(actor=chief, on=NEW_YEAR, price=price)
    offer = Offer(MARCH, product="X-1", price=Money.of("969.99"), is_rush=True)

    def strengths(no: str) -> dict[str, str]:
        return {
            one.code: one.strength
            for one in queries.check_offer(people.seller, "C-7", offer, on=MARCH, no=no)
        }

    assert strengths("SO-1") == {"price_below_floor": "ask", "rush_by_approval": "ask"}
    with pytest.raises(TermsInvalid):
        desk.ask(people.seller, MARCH, "price", figure="969.99")  # for which order?
    with pytest.raises(TermsInvalid):
        desk.ask(people.seller, MARCH, "days", figure="90")  # a hard rule has no exception
    for what in ("price", "rush"):
        asked = desk.ask(people.seller, MARCH, what, subject_no="SO-1", figure="969.99")
        assert strengths("SO-1")["price_below_floor"] == ("ask" if what == "price" else "tell")
        desk.decide(asked, people.boss, MARCH)

    assert set(strengths("SO-1").values()) == {"tell"}
    assert strengths("SO-2")["price_below_floor"] == "ask"  # it was for that order alone
    approver = queries.exceptions(people.boss, on=MARCH, state="approved").first()
    assert approver is not None
    assert approver.ended_by == "boss"
    blind = Actor(login="x", name="x", permits=frozenset({"*.read"}))
    assert not queries.exceptions(blind, on=MARCH).exists()


@pytest.mark.req("PTS-06", "PTS-10", "FOU-06")
def test_goods_of_who_pays_first_leave_only_once_examined_and_paid(desk: Desk, chief: Actor) -> None:
    stands("C-7", "D")
    adopt_checks(chief, HEAD + LIMIT)
    shop = CreditDesk(chief, on=MARCH)
    shop.limit("1000.00")
    assert shop.order("SO-1", "300.00").verdict == "passed"  # on account, and there is headroom

    with pytest.raises(OrderNotExamined):
        shop.deliver("SO-1", "D-1", "300.00")
    told = {"actor": chief, "on": MARCH, "customer_no": "C-7", "order_no": "SO-1"}
    services.note_review(**told, finding="对照全部订单，可接")
    with pytest.raises(NotPaidFirst):
        shop.deliver("SO-1", "D-1", "300.00")
    desk.ledger(MARCH).receipt("R1", "2024-03-30", "200.00")
    with pytest.raises(NotPaidFirst):
        shop.deliver("SO-1", "D-1", "200.01")
    shop.deliver("SO-1", "D-1", "200.00")
    with pytest.raises(NotPaidFirst):
        shop.deliver("SO-1", "D-2", "0.01")  # that money is spent

    services.grant_terms(
        actor=chief, on=MARCH, customer_no="C-7", terms=NewTerms("批准", "credit", 30, source="application:3")
    )
    shop.deliver("SO-1", "D-2", "100.00")


@pytest.mark.req("TPA-09", "TPA-10", "TPA-04", "TPB-04")
def test_breaches_reduce_the_limit_then_suspend_trade_and_both_end_by_approval(
    db: None, people: People, chief: Actor
) -> None:
    customer()
    adopt("tpa")
    desk = Desk(chief)
    assert queries.cap_of(desk.customer, on=MARCH) == Money(0)  # no grade, limit 0
    stands("C-7", "PRIME", policy="tpa")
    told = {"actor": chief, "on": NEW_YEAR, "customer_no": "C-7"}
    limits.set_limit(**told, limit=NewLimit("授信", Money.of("1000.00")))
    for no in ("B1", "B2"):
        desk.ledger(MARCH).bill(no, "2024-01-02", "2024-03-28", "1200.00")
    assert queries.cap_of(desk.customer, on=MARCH) == Money.of("400.00")  # 2 months of 2,400 a year
    assert desk.watch(MARCH) == Watched(lowered=1, measures=1)
    assert credit.headroom(desk.customer, on=MARCH).limit.minor == 800_00
    for no in ("B3", "B4"):
        desk.ledger(MARCH).bill(no, "2024-01-02", "2024-03-28", "1.00")
    assert desk.watch(MARCH) == Watched(measures=1)
    assert desk.account()[2] == "hold"

    held = {one.code: one for one in MeasureTaken.objects.all()}
    assert (held["reduce"].percent, held["reduce"].breaches, held["suspend"].breaches) == (20, 2, 4)
    for code in ("reduce", "suspend"):
        asked = desk.ask(people.seller, MARCH, "measure", subject_no=str(held[code].pk))
        assert MeasureTaken.objects.get(code=code).until_on is None  # asking lifts nothing
        desk.decide(asked, people.boss, MARCH)
    assert credit.headroom(desk.customer, on=MARCH).limit.minor == 1000_00
    assert desk.account()[2] == "open"
    with pytest.raises(MeasureUnknown):
        desk.ask(people.seller, MARCH, "measure", subject_no=str(held["reduce"].pk))

    with pytest.raises(ExceptionNotNeeded):
        desk.ask(people.seller, MARCH, "reward", subject_no="limit")
    for no, due in (("B1", "1200.00"), ("B2", "1200.00"), ("B3", "1.00"), ("B4", "1.00")):
        desk.ledger(MARCH).receipt(f"R-{no}", "2024-03-30", due)
        desk.ledger(MARCH).settle(no, "2024-03-30", due, by=f"R-{no}")
    after = date(2025, 4, 2)
    assert [one.code for one in queries.proposed(desk.customer, on=after)] == ["limit", "discount"]
    asked = desk.ask(people.seller, after, "reward", subject_no="limit")
    assert credit.headroom(desk.customer, on=after).limit.minor == 1000_00  # nothing without approval
    desk.decide(asked, people.boss, after)
    assert credit.headroom(desk.customer, on=after).limit.minor == 1100_00


@pytest.mark.req("PTS-11", "PTS-12", "PTS-13", "LIM-04", "LSE-19")
def test_the_lists_of_the_day_orders_in_sequence_inquiries_late_visits_missing(
    desk: Desk, chief: Actor
) -> None:
    for no in ("C-8", "C-9"):
        customer(no)
    stands("C-7", "A", score=88_000)
    stands("C-8", "A", score=90_500)
    stands("C-9", "C", first=True)
    may = date(2024, 5, 1)
    for no, order in (("C-7", "SO-7"), ("C-8", "SO-8"), ("C-9", "SO-9")):
        new = NewOrder(order, may, may, Money.of("10.00"))
        orders.place_order(actor=chief, on=may, customer_no=no, order=new)
    found = queries.sequence(chief, on=date(2024, 5, 11))
    assert [(one.order_no, one.grade, one.score, one.latest_on, one.slack_days) for one in found] == [
        ("SO-9", "C", None, date(2024, 6, 10), 30),  # handled first
        ("SO-8", "A", Decimal("90.5"), date(2024, 5, 21), 10),
        ("SO-7", "A", Decimal(88), date(2024, 5, 21), 10),
    ]

    asked = datetime(2024, 5, 3, 17, tzinfo=UTC)
    told = {"actor": chief, "on": may, "customer_no": "C-7"}
    inquiry = services.keep_inquiry(**told, text="交期多久", asked_at=asked)
    due = asked + timedelta(hours=24)
    assert inquiry.due_at == due  # a Saturday
    assert not queries.inquiries(chief, on=may, now=due, late=True).exists()
    late = queries.inquiries(chief, on=may, now=due + timedelta(minutes=1), late=True)
    assert [one.pk for one in late] == [inquiry.pk]
    answer = {"inquiry_id": inquiry.pk, "answer": "20天", "answered_at": due}
    services.answer_inquiry(actor=chief, on=may, **answer)
    with pytest.raises(InquiryAnswered):
        services.answer_inquiry(actor=chief, on=may, **answer)
    assert not queries.inquiries(chief, on=may, now=due).exists()

    services.keep_visit(**told, how="phone", visited_on=may, note="了解库存")
    stands("C-9", "A", since=date(2024, 5, 2))  # in mid-quarter: from July on
    june = date(2024, 6, 30)
    assert [(one.customer_no, one.visited_on) for one in queries.visits_due(chief, on=june)] == [
        ("C-8", None),
        ("C-7", may),
    ]
    july = [one.customer_no for one in queries.visits_due(chief, on=date(2024, 7, 1))]
    assert july == ["C-7", "C-8", "C-9"]


@pytest.mark.req("FOU-03")
def test_one_purchase_and_its_cycle_are_told_from_the_orders(db: None, chief: Actor) -> None:
    customer()
    with pytest.raises(TermsNotInForce):
        Desk(chief).by_grade(MARCH)
    adopt("fou")
    adopt("lim")
    stands("C-7", "A", policy="fou")
    days = {"2024-01-31": "40000", "2024-02-20": "60000", "2024-03-11": "50000", "2024-03-12": "9.00"}
    for number, (day, amount) in enumerate(days.items()):
        on = date.fromisoformat(day)
        new = NewOrder(f"SO-{number}", on, on, Money.of(amount))
        orders.place_order(actor=chief, on=on, customer_no="C-7", order=new)
    end = {"order_no": "SO-3", "how": "cancelled", "reason": "误下"}
    orders.end_order(actor=chief, on=MARCH, customer_no="C-7", **end)  # type: ignore[arg-type]

    to = queries.entitlement(Desk(chief).customer, on=MARCH)

    assert to is not None
    assert (to.policy.code, to.cap, to.level.days) == ("fou", Money.of("50000.00"), 20)
    assert Desk(chief).by_grade(MARCH).days == 20
    # by the other document in force the customer has no grade: cash, and nothing may be owed
    cash = queries.entitlement(Desk(chief).customer, on=MARCH, policy_code="lim")
    assert cash is not None
    assert (cash.grade, cash.level.payment, cash.cap) == (None, "delivery", Money(0))
