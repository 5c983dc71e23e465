"""Signals become warnings: each cause once, with evidence, owner, deadline and a close."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from django.utils import translation

from tests import worlds
from tests.indicators.ledger import bill, customer, pay
from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.access.models import Person, Unit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.messages.models import Message
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.customers.models import Customer, FileFact, Responsibility
from xinheng.facts.disputes.models import Dispute
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.models import Account
from xinheng.judgements.limits.values import NewLimit
from xinheng.judgements.warnings import errors, policy, queries, services
from xinheng.judgements.warnings.models import RaisedWarning
from xinheng.judgements.warnings.raising import take
from xinheng.judgements.warnings.values import SIGNS, NewWarning, Told, Wanted

JULY = date(2026, 7, 1)  # a Wednesday


def company() -> None:
    """C-1, answered for by Li, pays ever later; C-2 of the same industry has most of its debt overdue."""
    root = system_actor()
    access.load_shipped_roles(actor=root, on=date(2024, 1, 1))
    access.create_unit(actor=root, on=date(2024, 1, 1), code="HQ", name="公司", kind="group")
    told: Any = {
        "login": "li",
        "name": "李",
        "password": "长江-river-2026",
        "role": "salesperson",
        "unit": "HQ",
    }
    access.create_person(actor=root, on=date(2024, 1, 1), **told)
    first = customer("C-1", industry_section="C")
    Responsibility.objects.create(
        customer=first,
        unit=Unit.objects.get(),
        person=Person.objects.get(login="li"),
        from_on=date(2024, 1, 1),
    )
    for month, paid in ((1, "2026-02-12"), (2, "2026-03-14"), (3, "2026-04-13")):  # 2, 4 and 3 days late
        pay(bill(first, f"H{month}", f"2026-0{month}-10", f"2026-0{month + 1}-10", 1000), paid, 1000)
    for number in (1, 2, 3):
        pay(bill(first, f"N{number}", "2026-04-20", "2026-06-01", 1000), "2026-06-21", 1000)  # 20 days
    second = customer("C-2", industry_section="C")
    bill(second, "O1", "2026-03-01", "2026-05-01", 60_000)
    bill(second, "O2", "2026-06-20", "2026-08-01", 25_000)


@pytest.fixture
def clerk(db: None, chief: Actor) -> Actor:
    worlds.given(company)
    return chief


def watch(actor: Actor, on: date = JULY) -> dict[str, Told]:
    return {
        code: told for code, told in services.watch(actor=actor, on=on).by_signal.items() if told != Told()
    }


def one(signal: str) -> RaisedWarning:
    return RaisedWarning.objects.filter(signal=signal).latest("pk")


def sign(cause: str, measure: float, no: str = "C-1") -> pl.DataFrame:
    key = Customer.objects.get(no=no).pk
    row = {"customer_id": [key], "cause": [cause], "measure": [measure], "amount_minor": [None],
           "currency": ["CNY"], "evidence": [[{"what": "grade", "figure": "B"}]]}  # fmt: skip
    return pl.DataFrame(row, schema=SIGNS)


@pytest.mark.req("TGT-07")
def test_a_night_warns_once_of_each_cause_with_evidence_owner_and_deadline(clerk: Actor) -> None:
    assert watch(clerk) == {"slower_than_habit": Told(1), "overdue_share": Told(1)}

    slow = one("slower_than_habit")
    assert (slow.customer.no, slow.measure, slow.bound) == ("C-1", Decimal("17.00"), Decimal("10.00"))  # type: ignore[union-attr]
    assert (slow.owner, slow.due_on, slow.level) == ("li", date(2026, 7, 8), "notice")
    assert slow.evidence == [
        {"what": "paid_days", "figure": "20.0"}, {"what": "habit_days", "figure": "3.0"},
        {"what": "bills", "figure": "3"},
    ]  # fmt: skip
    share = one("overdue_share")
    assert (share.customer.no, share.measure, share.amount_minor) == ("C-2", Decimal("70.59"), 6_000_000)  # type: ignore[union-attr]
    assert share.owner == ""

    assert watch(clerk) == {"slower_than_habit": Told(known=1), "overdue_share": Told(known=1)}
    assert watch(clerk, JULY + timedelta(days=1))["overdue_share"] == Told(known=1)
    assert RaisedWarning.objects.count() == 2
    assert one("overdue_share").seen_on == JULY + timedelta(days=1)


@pytest.mark.req("TGT-07")
def test_levels_are_figures_of_the_document(clerk: Actor) -> None:
    text = next(one.text for one in policy.shipping.shipped(policy.KIND))
    own = text.replace('version: "1"', 'version: "2"').replace("at_least: 30,", "at_least: 71,")
    put_in_force(actor=clerk, on=JULY, kind=policy.KIND, text=own, effective_from=JULY)
    assert watch(clerk) == {"slower_than_habit": Told(1)}


def test_what_got_worse_by_a_step_is_told_again_and_what_is_closed_rests(clerk: Actor) -> None:
    rule = policy.in_force(JULY).signal("overdue_share")
    assert rule

    def taken(measure: float, days: int) -> Told:
        return take(sign("CNY", measure), rule, by="x", on=JULY + timedelta(days=days))

    assert taken(29.9, 0) == Told()
    assert taken(40, 0) == Told(raised=1)
    assert taken(54.9, 1) == Told(known=1)
    assert taken(55, 2) == Told(worse=1)
    found = one("overdue_share")
    assert (found.times, found.worse_on, found.measure) == (2, date(2026, 7, 3), Decimal(55))
    who: dict[str, Any] = {"actor": clerk, "warning_id": found.pk, "outcome": "watched", "note": "已沟通"}
    services.close_warning(on=date(2026, 7, 6), **who)
    with pytest.raises(errors.WarningClosed):
        services.close_warning(on=date(2026, 7, 6), **who)
    assert taken(60, 6) == Told(known=1)  # closed at 55 and not 15 worse
    assert taken(70, 7) == Told(raised=1)
    assert RaisedWarning.objects.filter(state="open").count() == 1
    again = one("overdue_share")
    services.close_warning(
        actor=clerk, on=date(2026, 7, 9), warning_id=again.pk, outcome="false_alarm", note="误"
    )
    assert taken(70, 60) == Told(known=1)
    assert taken(70, 68) == Told(raised=1)  # 60 days after it was closed


def test_our_own_fault_and_contested_money_warn_of_nothing(clerk: Actor) -> None:
    owed = bill(Customer.objects.get(no="C-1"), "D1", "2026-03-01", "2026-05-01", 90_000)
    told: dict[str, Any] = {
        "owner": "x",
        "told_by": "x",
        "told_on": JULY,
        "what": "渗漏",
        "reason": "quality",
    }
    Dispute.objects.create(
        customer=owed.customer, bill=owed, amount_minor=owed.amount_minor, opened_on=JULY, **told
    )
    watch(clerk)
    assert one("overdue_share").customer.no == "C-2"  # type: ignore[union-attr]
    assert RaisedWarning.objects.filter(signal="overdue_share").count() == 1


def test_a_jump_to_the_limit_a_record_and_an_old_paper(clerk: Actor) -> None:
    first, second = (Customer.objects.get(no=no) for no in ("C-1", "C-2"))
    bill(second, "O3", "2026-06-29", "2026-08-01", 22_000)
    told: dict[str, Any] = {"actor": clerk, "on": date(2026, 6, 30), "customer_no": "C-2"}
    limits.set_limit(**told, limit=NewLimit("年度", Money.of("107000.00")))
    Account.objects.filter(customer=second).update(receivable_minor=10_700_000)  # as posting would have it
    fact: dict[str, Any] = {
        "customer": first,
        "channel": "public_record",
        "source": "法院公告",
        "told_by": "x",
    }
    for told_on in (date(2026, 6, 25), date(2026, 6, 28)):
        FileFact.objects.create(
            **fact,
            item="lawsuit",
            key="(2026)沪01民初7号",
            value="买卖合同纠纷",
            true_on=told_on,
            told_on=told_on,
        )
    old = date(2025, 5, 1)
    FileFact.objects.create(**fact, item="business_licence", value="yes", true_on=old, told_on=old)

    found = watch(clerk)

    assert found["public_record"] == Told(raised=1)
    assert one("public_record").cause == "lawsuit:(2026)沪01民初7号"
    assert one("public_record").level == "serious"
    assert one("paper_expired").measure == Decimal(61)
    use = one("near_limit")
    assert (use.customer, use.measure, use.amount_minor) == (second, Decimal("100.00"), 10_700_000)
    grown = one("balance_trend")
    assert (grown.customer, grown.measure) == (second, Decimal("78.33"))  # 107,000 of 60,000
    whole = one("segment_trend")
    assert (whole.customer, whole.cause, whole.measure) == (
        None,
        "C:CNY",
        Decimal("56.07"),
    )  # none was overdue
    with translation.override("en"):
        assert queries.evidence_words(one("public_record"))[1] == ("Case number", "(2026)沪01民初7号")


def test_another_room_tells_what_it_found(clerk: Actor, reader: Actor) -> None:
    broken = NewWarning(
        "promise_broken",
        "promise:7",
        Decimal("5000.00"),
        Money.of("5000.00"),
        (("Promised for", "2026-06-30"),),
    )
    told: dict[str, Any] = {"on": JULY, "customer_no": "C-1", "new": broken}
    with pytest.raises(AccessDenied):
        services.raise_warning(actor=reader, **told)
    assert services.raise_warning(actor=clerk, **told) == Told(raised=1)
    assert services.raise_warning(actor=clerk, **told) == Told(known=1)
    assert one("promise_broken").due_on == date(2026, 7, 3)
    with pytest.raises(errors.WarningInvalid):
        services.raise_warning(actor=clerk, on=JULY, customer_no="C-1", new=NewWarning("weather", "x"))


def test_given_away_in_bulk_closed_and_counted(clerk: Actor) -> None:
    watch(clerk)
    keys = list(RaisedWarning.objects.values_list("pk", flat=True))
    assert (
        services.assign_warnings(actor=clerk, on=JULY, warning_ids=keys, owner="li") == 1
    )  # the other is hers
    assert queries.open_of(clerk, on=date(2026, 7, 9)) == {
        "all": 2, "mine": 0, "late": 2, "serious": 0, "unowned": 0,
    }  # fmt: skip
    late, in_time = one("slower_than_habit").pk, one("overdue_share").pk
    close = services.close_warning
    close(actor=clerk, on=date(2026, 7, 8), warning_id=in_time, outcome="acted", note="停止发货")
    close(actor=clerk, on=date(2026, 7, 9), warning_id=late, outcome="false_alarm", note="对方换系统")
    found = queries.records(clerk, since=JULY, on=date(2026, 7, 9))
    assert [(row.signal, row.raised, row.closed, row.in_time, row.true_alarms) for row in found] == [
        ("overdue_share", 1, 1, 1, 1), ("slower_than_habit", 1, 1, 0, 0),
    ]  # fmt: skip
    assert [row.pk for row in queries.warnings(clerk, Wanted(state="closed"), on=JULY)] == [in_time, late]


def test_owners_are_told_once_a_day(clerk: Actor) -> None:
    watch(clerk)
    assert services.send_digest(actor=clerk, on=JULY) == 0  # nobody has an address
    text = next(one.text for one in policy.shipping.shipped(policy.KIND))
    own = text.replace('version: "1"', 'version: "2"').replace(
        "addresses: {}", "addresses: {li: li@example.com}"
    )
    put_in_force(actor=clerk, on=JULY, kind=policy.KIND, text=own, effective_from=JULY)

    with translation.override("en"):
        assert services.send_digest(actor=clerk, on=JULY) == 1
    assert services.send_digest(actor=clerk, on=JULY) == 0

    message = Message.objects.get()
    assert (message.address, message.title) == ("li@example.com", "Warnings: 1 open, 0 late")
    assert message.text == "C-1 公司C-1: Pays slower than is its habit 17 days, to be closed by 2026-07-08"
