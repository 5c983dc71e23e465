"""Points that events lower for some months, as of any day, and the flag that sets cash only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.judgements.consumers.conftest import TODAY
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.customers.models import Customer
from xinheng.facts.metering.errors import ConsumerUnknown
from xinheng.judgements.consumers import policy, queries, services
from xinheng.judgements.consumers.errors import ConsumerRulesInvalid, PointEntryUnknown, PointsInvalid
from xinheng.judgements.consumers.models import Demerit
from xinheng.judgements.consumers.values import NewDemerit

RETURNED = NewDemerit("L-1", "returned_payment", date(2026, 1, 31), subject="return:1")
LEVEL_TWO = NewDemerit("L-1", "reminder_2", date(2026, 1, 31), subject="reminder:9:2")


def points(actor: Actor, on: date) -> int:
    return queries.points_of(actor, "L-1", as_of=on).points


@pytest.mark.req("PWR-08")
def test_demerits_count_for_their_months_and_one_kind_fades_month_by_month(company: Actor) -> None:
    """700 less 60 for a returned payment (12 months, whole) and 20 for a reminder (12 months, fading)."""
    assert services.raise_demerits(actor=company, on=TODAY, news=[RETURNED, LEVEL_TWO]) == 2

    assert points(company, date(2026, 1, 30)) == 700  # not yet
    assert points(company, date(2026, 1, 31)) == 620
    assert points(company, date(2026, 2, 27)) == 620
    assert points(company, date(2026, 2, 28)) == 622  # a month has gone by at its end: 18.3 of 20
    assert points(company, date(2026, 7, 31)) == 630  # half of it
    assert points(company, date(2027, 1, 30)) == 638
    assert points(company, date(2027, 1, 31)) == 700  # all over
    now = queries.points_of(company, "L-1", as_of=date(2026, 7, 31))
    assert [(one.code, one.whole, one.points, one.until_on) for one in now.demerits] == [
        ("returned_payment", 60, 60, date(2027, 1, 31)), ("reminder_2", 20, 10, date(2027, 1, 31)),
    ]  # fmt: skip
    assert (now.band, now.cash, now.is_cash_only) == ("B", 50, False)


def test_an_event_takes_points_once_and_unknown_consumers_and_codes_none(company: Actor) -> None:
    services.raise_demerits(actor=company, on=TODAY, news=[RETURNED])
    strange = [
        NewDemerit("X-9", "reminder_2", TODAY, subject="r:1"),
        NewDemerit("L-1", "moon", TODAY, subject="m"),
    ]

    assert services.raise_demerits(actor=company, on=TODAY, news=[RETURNED, RETURNED, *strange]) == 0
    assert Demerit.objects.count() == 1
    assert Entry.objects.filter(act="consumers.raise_demerits").count() == 1


def test_two_returned_payments_make_cash_only_until_the_first_is_over(company: Actor) -> None:
    second = NewDemerit("L-1", "returned_payment", date(2026, 3, 1), subject="return:2")
    services.raise_demerits(actor=company, on=TODAY, news=[RETURNED, second])
    owner = Customer.objects.get(no="C-2").pk

    assert queries.points_of(company, "L-1", as_of=TODAY).is_cash_only  # 100 cash points: the bound itself
    assert queries.cash_only([owner], as_of=TODAY) == {owner: ["L-1"]}
    assert queries.cash_only([owner], as_of=date(2027, 1, 31)) == {}
    assert queries.standings(company, as_of=TODAY).rows() == [("L-1", "用户L-1", 580, 100, True, 2)]


def test_points_by_hand_need_a_reason_and_can_be_taken_back(company: Actor) -> None:
    who: dict[str, Any] = {"actor": company, "on": TODAY}
    for code, reason in (("manual", " "), ("severance", "欠费"), ("moon", "x")):
        with pytest.raises(PointsInvalid):
            services.add_demerit(**who, new=NewDemerit("L-1", code, TODAY, reason))
    with pytest.raises(ConsumerUnknown):
        services.add_demerit(**who, new=NewDemerit("X-9", "manual", TODAY, "投诉"))
    kept = services.add_demerit(**who, new=NewDemerit("L-1", "manual", TODAY, "私自启封", points=120))
    assert points(company, TODAY) == 580

    services.take_back_demerit(**who, consumer_no="L-1", entry_id=kept.pk, why="查无此事")

    assert points(company, TODAY) == 700
    (row,) = queries.history(company, "L-1")
    assert (row.taken_back_why, row.points) == ("查无此事", 120)  # it stays in the history
    with pytest.raises(PointEntryUnknown):
        services.take_back_demerit(**who, consumer_no="L-1", entry_id=kept.pk, why="再次")


def test_who_may_not_keep_points_keeps_none(company: Actor) -> None:
    reader = Actor(login="r", name="r", permits=frozenset({"*.read"}), scope=Scope("everything"))
    with pytest.raises(AccessDenied):
        services.add_demerit(actor=reader, on=TODAY, new=NewDemerit("L-1", "manual", TODAY, "x"))
    with pytest.raises(AccessDenied):
        services.raise_demerits(actor=reader, on=TODAY, news=[RETURNED])
    assert not Demerit.objects.exists()
    assert company


@pytest.mark.any_database
def test_documents_that_cannot_hold_are_refused_with_their_line() -> None:
    shipped = policy.shipped("ccb", "points").read_text("utf-8")
    for told, wrong in (
        ("start: 700", "start: -7"),
        ("{from: 650,", "{from: 50,"),
        ("code: severance", "code: theft"),
    ):
        with pytest.raises(ConsumerRulesInvalid):
            policy.check_points(shipped.replace(told, wrong, 1))
    rules = policy.shipped("pwr", "consumers").read_text("utf-8")
    for told, wrong in (
        ("cut_amount: 0.00", "cut_amount: 60.00"),
        ("code: market", "code: policy"),
        ("high_from_chance: 0.7", "high_from_chance: 0.1"),
    ):
        with pytest.raises(ConsumerRulesInvalid):
            policy.check_consumers(rules.replace(told, wrong, 1))
