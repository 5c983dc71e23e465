"""The hold desk: what holds an order and what would clear it, whose it is to decide, and how long it took."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.facts.receivables.conftest import customer
from tests.judgements.limits.conftest import HEAD, JUNE, LIMIT, Desk, adopt
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewReceipt
from xinheng.judgements.limits import clearing, queries, services
from xinheng.judgements.limits.desk import DeskWanted
from xinheng.judgements.limits.errors import (
    CoverAsked,
    CoverEnded,
    CoverInvalid,
    OrderNotFree,
    OrderNotPassed,
    ReleaseReasonMissing,
)
from xinheng.judgements.limits.models import CoverRequest, Decision, OrderCredit
from xinheng.judgements.limits.queries import NewCover
from xinheng.judgements.limits.values import NewProfile, Reason

AUTHORITIES = """authorities:
  - {code: small, roles: [analyst], over_at_most: 100, overdue_days_at_most: 30, zh: 小额, en: small, mark: given}
  - {code: manager, roles: [credit_manager], zh: 经理, en: manager, mark: given}
"""
OLDEST = "  - {code: oldest, check: oldest, at_most: 90, zh: 最早, en: oldest, mark: given}\n"


def reason(cause: str, over: int | None = None, *, check: str = "limit", **told: Any) -> Reason:
    return Reason("r", check, told.pop("strength", "hold"), cause, over=over, **told)


def codes(*reasons: Reason) -> list[str]:
    return [way.code for way in clearing.ways(reasons)]


# What would clear it


@pytest.mark.any_database
def test_one_payment_serves_every_reason_that_lacks_money_and_limits_are_raised_each() -> None:
    own, group = reason("over_limit", 500), reason("over_group_limit", 800, group_no="C-1")
    late = reason("overdue_too_much", 300, check="overdue_amount")
    pay, raise_own, raise_group, release = clearing.ways([own, group, late])
    assert (pay.code, pay.minor, pay.by_customer) == ("pay", 800, True)
    assert (raise_own.code, raise_own.minor, raise_own.group_no) == ("raise_limit", 500, "")
    assert (raise_group.minor, raise_group.group_no) == (800, "C-1")
    assert (release.code, release.minor) == ("release", 800)  # the authority that is needed


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([reason("not_assessed", figure=900)], ["set_limit", "release"]),
        ([reason("no_credit", figure=900)], ["pay_first", "release"]),
        ([reason("document_too_large", 50, check="document")], ["smaller", "release"]),
        ([reason("oldest_too_old", 5, check="oldest", bound=90)], ["pay_old", "release"]),
        ([reason("review_overdue", 5, check="review")], ["renew_review", "release"]),
        ([reason("status_hold", check="status")], ["change_status", "release"]),
        ([reason("terms_too_long", 5, check="terms", bound=30)], ["shorter_terms", "release"]),
        ([reason("over_ordered_limit", 50)], ["raise_limit", "release"]),  # paying bills does not help
        ([reason("not_checked", check="rules")], ["complete", "release"]),
        ([reason("pays_too_late", 5, check="late_days")], ["release"]),
        ([reason("overdue_too_much", 5, strength="warn")], []),  # a warning keeps nothing
        ([], []),
    ],
)
def test_each_reason_tells_what_would_clear_it(found: list[Reason], expected: list[str]) -> None:
    assert codes(*found) == expected


@pytest.mark.any_database
def test_every_cause_there_is_has_a_way_or_only_a_person(settings: Any) -> None:
    for cause in queries.CAUSES:
        (*_others, last) = clearing.ways([reason(cause, 5, figure=10, bound=5)])
        assert last.code == "release"
        for way in clearing.ways([reason(cause, 5, figure=10, bound=5, group_no="C-1")]):
            assert "%(" not in queries.way_told(way, "CNY")


@pytest.mark.any_database
def test_ways_are_told_with_their_figures() -> None:
    told = [queries.way_told(way, "CNY") for way in clearing.ways([reason("over_limit", 12_000_00)])]
    assert [text.count("12,000.00 CNY") for text in told] == [1, 1, 1]


# The list


@pytest.fixture
def two_held(desk: Desk, chief: Actor) -> Desk:
    """C-7 holds O-1 (150, ten days) and O-2 (400, today); C-8 without a limit holds S-1 (70, twenty days)."""
    desk.limit("100", on=JUNE - timedelta(30))
    desk.order("O-1", "150", on=JUNE - timedelta(10))
    desk.order("O-2", "400")
    customer("C-8")
    Desk(chief, no="C-8").order("S-1", "70", on=JUNE - timedelta(20))
    return desk


def listed(actor: Actor, **wanted: Any) -> list[str]:
    return [row.order_no for row in queries.held_orders(actor, DeskWanted(**wanted), on=JUNE)]


@pytest.mark.django_db
@pytest.mark.req("SAP-12")
def test_held_orders_are_ranked_filtered_and_told_with_figures(two_held: Desk, chief: Actor) -> None:
    assert listed(chief) == ["O-1", "S-1", "O-2"]  # 150 × 10, 70 × 20, 400 × 0; no grade stands
    assert listed(chief, sort="value") == ["O-2", "O-1", "S-1"]
    assert listed(chief, sort="-value") == ["S-1", "O-1", "O-2"]
    assert listed(chief, sort="days") == ["S-1", "O-1", "O-2"]
    assert listed(chief, sort="over") == ["O-2", "S-1", "O-1"]
    assert listed(chief, text="S-") == ["S-1"]
    assert listed(chief, text="c-8") == ["S-1"]
    assert listed(chief, check="limit") == ["O-1", "S-1", "O-2"]
    assert listed(chief, check="oldest") == []
    assert listed(chief, over_yuan=Decimal(70)) == ["S-1", "O-2"]  # equal counts
    assert listed(chief, grade="-") == ["O-1", "S-1", "O-2"]
    rows = list(queries.held_orders(chief, DeskWanted(), on=JUNE))
    first = queries.lines(chief, rows, on=JUNE)[0]
    assert (first.amount, first.days, first.grade) == (Money.of("150"), 10, "")
    assert [(r.cause, r.over) for r in first.reasons] == [("over_limit", 50_00)]
    assert [way.code for way in first.ways] == ["pay", "raise_limit", "release"]


@pytest.fixture
def staff(two_held: Desk, chief: Actor) -> dict[str, Actor]:
    """An analyst and a manager by a policy with authorities; the unit HQ answers for C-7, nobody for C-8."""
    adopt_more(chief, HEAD.replace('"1"', '"2"') + LIMIT + OLDEST + AUTHORITIES)
    access.load_shipped_roles(actor=chief, on=JUNE)
    access.create_unit(actor=chief, on=JUNE, code="HQ", name="总部", kind="company")
    found = {}
    for login, role in (("ana", "analyst"), ("max", "credit_manager")):
        told = {"login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ"}
        access.create_person(actor=chief, on=JUNE, **told)
        actor = access.actor_of(Person.objects.get(login=login), on=JUNE)
        found[login] = Actor(
            login, login, actor.person_id, frozenset({"*"}), chief.scope
        )  # reaches all, with its own authority
    return found


def adopt_more(chief: Actor, text: str) -> None:
    adopt(chief, text, from_on=date(2026, 1, 1))


@pytest.mark.django_db
def test_the_desk_knows_whose_it_is_to_decide(two_held: Desk, staff: dict[str, Actor]) -> None:
    ana, manager = staff["ana"], staff["max"]
    assert listed(ana, mine=True) == ["O-1", "S-1"]  # 300 over the limit is beyond 100
    assert listed(manager, mine=True) == ["O-1", "S-1", "O-2"]
    rows = list(queries.held_orders(ana, DeskWanted(sort="value"), on=JUNE))
    told = [(line.authority, line.is_mine) for line in queries.lines(ana, rows, on=JUNE)]
    assert told == [("manager", False), ("small", True), ("small", True)]
    two_held.ledger.bill("B-1", "2026-01-01", "2026-05-30", "1")  # 31 days past due is beyond 30
    assert listed(ana, mine=True) == ["S-1"]
    OrderCredit.objects.filter(order_no="S-1").update(asked_by="ana")
    assert listed(ana, mine=True) == []  # nobody's own


@pytest.mark.django_db
@pytest.mark.req("SAP-15")
def test_customers_have_a_group_that_answers_and_the_others_fall_to_nobodys(
    two_held: Desk, staff: dict[str, Actor], chief: Actor
) -> None:
    from xinheng.facts.customers import services as files

    files.assign_responsibility(actor=chief, on=JUNE, no="C-7", unit_code="HQ", person_login="max")
    assert listed(chief, unit="HQ") == ["O-1", "O-2"]
    assert listed(chief, person="max") == ["O-1", "O-2"]
    assert listed(chief, unit="-") == ["S-1"]
    rows = list(queries.held_orders(chief, DeskWanted(sort="days"), on=JUNE))
    assert [line.unit for line in queries.lines(chief, rows, on=JUNE)] == ["", "总部", "总部"]


@pytest.mark.django_db
def test_a_salesperson_sees_state_and_reason_of_own_orders_only(two_held: Desk, chief: Actor) -> None:
    seller = Actor("wang", "王", permits=frozenset({"*"}), scope=chief.scope)
    two_held.order("O-9", "500", actor=seller)
    own = list(queries.own_orders(seller, on=JUNE))
    assert [(row.order_no, row.state) for row in own] == [("O-9", "held")]
    assert [r.cause for r in queries.reasons_of(own[0].decision)] == ["over_limit"]
    assert list(queries.own_orders(seller, on=JUNE, state="passed")) == []


# One order with all that is known


@pytest.mark.django_db
@pytest.mark.req("SAP-14")
def test_all_that_is_known_for_a_decision_stands_together(two_held: Desk, chief: Actor) -> None:
    facts = queries.order_facts(chief, "O-1", on=JUNE)
    known = facts.of_customer
    assert (known.head.limit.minor, known.head.exposure.minor) == (100_00, 0)
    assert (known.overdue, known.oldest_days, known.account.late_days) == (None, None, None)  # nothing is due
    assert (known.decided, facts.may_release) == ({"held": 2}, False)  # asked for by the chief
    assert [d.act for d in facts.decisions] == ["check"]
    two_held.ledger.bill("B-1", "2026-01-01", "2026-05-30", "80")
    known = queries.order_facts(chief, "O-1", on=JUNE).of_customer
    assert (known.overdue, known.oldest_days) == (Money.of("80"), 31)
    assert known.head.left == Money.of("20")
    never = queries.credit_facts(customer("C-9"), on=JUNE)
    assert (never.account, never.head.limit.state, never.decided) == (None, "not_assessed", {})


@pytest.mark.django_db
@pytest.mark.req("SAP-04")
def test_a_decision_is_computed_again_from_its_figures(two_held: Desk, chief: Actor) -> None:
    decision = Decision.objects.get(order_no="O-1")
    replayed = queries.replay(decision)
    assert replayed is not None
    assert (replayed.same, [r.cause for r in replayed.reasons]) == (True, ["over_limit"])
    decision.figures["exposure"]["receivable"] = 1_000_00
    altered = queries.replay(decision)
    assert altered is not None
    assert not altered.same
    services.reject(actor=chief, on=JUNE, order_no="O-1", reason="取消")
    assert queries.replay(Decision.objects.latest("pk")) is None  # a person's word is no computation


# Asking the customer


@pytest.mark.django_db
@pytest.mark.req("FOU-06")
def test_without_credit_only_what_is_paid_leaves(desk: Desk) -> None:
    """A D customer: no credit at all; payment first."""
    desk.limit(None, state="no_credit")
    on_credit = desk.order("O-1", "100")
    assert (on_credit.verdict, [r.cause for r in on_credit.reasons]) == ("held", ["no_credit"])
    assert [way.code for way in clearing.ways(on_credit.reasons)] == ["pay_first", "release"]
    assert desk.order("O-2", "100", payment="prepaid").verdict == "passed"
    with pytest.raises(OrderNotPassed):
        desk.deliver("O-2", "D-1", "100")  # not paid yet
    desk.ledger.receipt("R-1", "2026-06-30", "100")
    desk.deliver("O-2", "D-1", "100")


@pytest.mark.django_db
@pytest.mark.req("SAP-12")
def test_a_guarantee_is_asked_for_once_and_when_it_is_there_the_order_passes(
    desk: Desk, chief: Actor
) -> None:
    desk.limit("100")
    desk.limit("20", kind="guaranteed")
    desk.order("O-1", "170")
    who: dict[str, Any] = {"actor": chief, "on": JUNE}
    for bad in (NewCover("guarantee", Money.of("0")), NewCover("guarantee", Money.of("5", "USD")),
                NewCover("guarantee", Money.of("5"), JUNE - timedelta(1)), NewCover("favour", Money.of("5"))):  # type: ignore[arg-type]  # fmt: skip
        with pytest.raises(CoverInvalid):
            services.ask_cover(**who, order_no="O-1", cover=bad)
    cover = NewCover("guarantee", Money.of("50"), JUNE + timedelta(7), "银行保函")
    asked = services.ask_cover(**who, order_no="O-1", cover=cover)
    with pytest.raises(CoverAsked):
        services.ask_cover(**who, order_no="O-1", cover=cover)
    with pytest.raises(ReleaseReasonMissing):
        services.meet_cover(**who, cover_id=asked.pk, reason=" ")
    assert OrderCredit.objects.get(order_no="O-1").state == "held"
    until = JUNE + timedelta(90)
    services.meet_cover(**who, cover_id=asked.pk, reason="保函已收", guaranteed_until=until)
    limit = queries.headroom(Customer.objects.get(no="C-7"), on=JUNE).limit
    assert (limit.minor, limit.guaranteed_minor) == (170_00, 70_00)  # beside what was guaranteed before
    assert OrderCredit.objects.get(order_no="O-1").state == "passed"
    with pytest.raises(CoverEnded):
        services.withdraw_cover(**who, cover_id=asked.pk, reason="x")
    acts = Entry.objects.filter(act__endswith="_cover", outcome="done").values_list("act", flat=True)
    assert sorted(acts) == ["limits.ask_cover", "limits.meet_cover"]


@pytest.mark.django_db
def test_money_asked_for_counts_once_it_is_posted(desk: Desk, chief: Actor) -> None:
    desk.limit("100")
    desk.order("O-1", "150")
    who: dict[str, Any] = {"actor": chief, "on": JUNE}
    asked = services.ask_cover(**who, order_no="O-1", cover=NewCover("prepayment", Money.of("50")))
    services.meet_cover(**who, cover_id=asked.pk, reason="说已付")
    assert OrderCredit.objects.get(order_no="O-1").state == "held"  # a word is no money
    again = services.ask_cover(**who, order_no="O-1", cover=NewCover("prepayment", Money.of("50")))
    services.withdraw_cover(**who, cover_id=again.pk, reason="客户改下小单")
    states = CoverRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["met", "withdrawn"]
    receipt = NewReceipt("R-1", JUNE, Money.of("50"))
    ledger.post_receipt(**who, customer_no="C-7", receipt=receipt)
    assert services.recheck(**who, order_no="O-1").verdict == "passed"


# How long, by whom, and what became of it


@pytest.mark.django_db
@pytest.mark.req("SAP-20")
def test_time_to_clear_counts_open_holds_by_their_present_age(two_held: Desk, chief: Actor) -> None:
    manager = Actor("max", "max", permits=frozenset({"*"}), scope=chief.scope)
    services.release(actor=manager, on=JUNE - timedelta(4), order_no="O-1", reason="老客户")  # after 6 days
    found = queries.statistics(chief, since=JUNE - timedelta(30), until=JUNE)
    assert (found.holds, found.days_cleared, found.oldest_open) == (3, 6.0, 20)
    assert found.days == 8.7  # (6 + 0 + 20) / 3
    assert [(one.how, one.holds, one.days) for one in found.endings] == [
        ("released", 1, 6.0),
        ("held", 2, 10.0),
    ]
    assert [(r.login, r.orders, r.minor, r.lost_orders) for r in found.releasers] == [("max", 1, 150_00, 0)]
    early = queries.statistics(chief, since=JUNE - timedelta(30), until=JUNE - timedelta(15))
    assert (early.holds, early.days, early.days_cleared) == (1, 5.0, None)  # as it stood on that day
    nothing = queries.statistics(chief, since=JUNE + timedelta(1), until=JUNE + timedelta(2))
    assert (nothing.holds, nothing.days, nothing.oldest_open) == (0, None, None)


@pytest.mark.django_db
def test_loss_after_release_is_what_stays_open_long_past_due(two_held: Desk, chief: Actor) -> None:
    manager = Actor("max", "max", permits=frozenset({"*"}), scope=chief.scope)
    services.release(actor=manager, on=JUNE, order_no="O-1", reason="老客户")
    two_held.deliver("O-1", "D-1", "150")
    two_held.bill("O-1", "B-1", "150")
    two_held.ledger.receipt("R-1", "2026-06-30", "30")
    two_held.ledger.settle("B-1", "2026-06-30", "30", by="R-1")
    since, lost = JUNE - timedelta(30), JUNE + timedelta(91)
    (on_time,) = queries.statistics(chief, since=since, until=JUNE + timedelta(90)).releasers
    assert (on_time.lost_orders, on_time.lost_minor) == (0, 0)  # ninety days are not more than ninety
    (late,) = queries.statistics(chief, since=since, until=lost).releasers
    assert (late.orders, late.minor, late.lost_orders, late.lost_minor) == (1, 150_00, 1, 120_00)


# Severe problems


@pytest.mark.django_db
@pytest.mark.req("SAP-13")
def test_severe_problems_are_ranked_and_a_quiet_day_is_an_empty_list_with_its_day(
    desk: Desk, chief: Actor
) -> None:
    adopt_more(chief, HEAD.replace('"1"', '"2"') + LIMIT + OLDEST)
    quiet = queries.severe_problems(chief, on=JUNE)
    assert (quiet.on, quiet.lines) == (JUNE, ())
    desk.limit("1000")
    desk.ledger.bill("B-1", "2026-01-01", "2026-04-01", "300")  # ninety days: not more than the bound
    assert queries.severe_problems(chief, on=JUNE).lines == ()
    other = Desk(chief, no=customer("C-8").no)
    other.limit("50")
    other.order("S-1", "60")
    sister = Desk(chief, no=customer("C-9").no)
    sister.limit(None, state="unlimited")
    sister.ledger.bill("B-9", "2026-01-01", "2026-03-01", "999")
    found = queries.severe_problems(chief, on=JUNE).lines
    assert [(line.customer.no, line.problems, line.oldest_days) for line in found] == [
        ("C-9", ("overdue",), 121), ("C-8", ("held",), None),
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.req("LIM-12")
def test_stopping_shipments_is_proposed_and_done_by_nobody_but_a_person(desk: Desk, chief: Actor) -> None:
    adopt_more(
        chief,
        HEAD.replace('"1"', '"2"') + LIMIT
        + "  - {code: stopped, check: status, statuses: [hold], zh: 停, en: stop, mark: given}\n",
    )  # fmt: skip
    desk.limit("100")
    desk.order("O-1", "100")
    desk.deliver("O-1", "D-1", "40")
    desk.ledger.bill("B-1", "2026-01-01", "2026-06-01", "100")
    assert queries.severe_problems(chief, on=JUNE).lines[0].over == Money.of("100")
    assert not queries.severe_problems(chief, on=JUNE).lines[0].stop_proposed  # owes 100: not more than 100
    desk.ledger.bill("B-2", "2026-06-30", "2026-06-30", "0.01")
    (line,) = queries.severe_problems(chief, on=JUNE).lines
    assert (line.stop_proposed, line.status) == (True, "open")  # proposed, not done
    services.set_profile(
        actor=chief, on=JUNE, customer_no="C-7", profile=NewProfile("财务停发", status="hold")
    )
    with pytest.raises(OrderNotPassed):
        desk.deliver("O-1", "D-2", "10")
    (line,) = queries.severe_problems(chief, on=JUNE).lines
    assert (line.stop_proposed, line.problems) == (False, ("over_limit", "status"))


@pytest.mark.django_db
@pytest.mark.req("SAP-12")
def test_what_a_person_holds_only_a_person_frees(desk: Desk, chief: Actor) -> None:
    desk.limit("100")
    desk.order("O-1", "80")
    desk.deliver("O-1", "D-1", "30")
    who: dict[str, Any] = {"actor": chief, "on": JUNE}
    with pytest.raises(ReleaseReasonMissing):
        services.hold(**who, order_no="O-1", reason=" ")
    services.hold(**who, order_no="O-1", reason="客户被诉")
    assert (
        queries.headroom(Customer.objects.get(no="C-7"), on=JUNE).exposure.minor == 30_00
    )  # what left stays
    with pytest.raises(OrderNotFree):
        services.hold(**who, order_no="O-1", reason="再次")
    assert services.recheck(**who, order_no="O-1").verdict == "held"
    services.recheck_all(**who)
    with pytest.raises(OrderNotPassed):
        desk.deliver("O-1", "D-2", "1")
    manager = Actor("max", "max", permits=frozenset({"*"}), scope=chief.scope)
    services.release(actor=manager, on=JUNE, order_no="O-1", reason="已核实")
    desk.deliver("O-1", "D-2", "50")
    assert queries.differences().height == 0


@pytest.mark.django_db
@pytest.mark.req("LIM-11")
def test_goods_wait_for_finance_and_silence_beyond_the_target_is_reminded_of(
    desk: Desk, chief: Actor
) -> None:
    """Every order is held until finance lets it go; Friday's is late on Tuesday where a day is the target."""
    every = "  - {code: finance, check: document, at_most: 0, stages: [order], zh: 财务, en: finance, mark: given}\n"
    adopt_more(chief, HEAD.replace('"1"', '"2"').replace("rules:", "decide_within_days: 1\nrules:") + every)
    desk.limit("1000")
    friday, monday, tuesday = date(2026, 6, 26), date(2026, 6, 29), date(2026, 6, 30)
    desk.order("O-1", "10", on=friday)
    wanted = DeskWanted(late=True)
    assert list(queries.held_orders(chief, wanted, on=monday)) == []
    (late,) = queries.held_orders(chief, wanted, on=tuesday)
    assert [line.is_late for line in queries.lines(chief, [late], on=tuesday)] == [True]
    with pytest.raises(OrderNotPassed):  # a reminder frees nothing
        desk.deliver("O-1", "D-1", "10")
    manager = Actor("max", "max", permits=frozenset({"*"}), scope=chief.scope)
    services.release(actor=manager, on=tuesday, order_no="O-1", reason="财务同意")
    desk.deliver("O-1", "D-1", "10")
    assert list(queries.held_orders(chief, wanted, on=tuesday)) == []


@pytest.mark.django_db
@pytest.mark.req("SAP-08")
def test_a_first_order_stays_the_first_when_others_follow(desk: Desk, chief: Actor) -> None:
    first = "  - {code: first, check: first, at_most: 400, zh: 首, en: first, mark: given}\n"
    adopt(chief, (HEAD + LIMIT + first).replace('version: "1"', 'version: "2"'), from_on=date(2024, 2, 1))
    desk.limit("10000")
    assert desk.order("O-1", "500").verdict == "held"
    assert desk.order("O-2", "500").verdict == "passed"
    who: dict[str, Any] = {"actor": chief, "on": JUNE}

    assert services.recheck(**who, order_no="O-1").verdict == "held"
    assert services.recheck_all(**who) == {"held": 1}
