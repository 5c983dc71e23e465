"""From the first reminder to the last: runs of many days on a small ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.operations.dunning.conftest import DUE, Reminding
from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.base.messages.models import Message
from xinheng.facts.customers import queries as customers
from xinheng.operations.dunning import queries, sending, services
from xinheng.operations.dunning.errors import (
    DunningReachTooSmall,
    JumpNotHigher,
    RunInPast,
    RunMoved,
    RunOfDaySent,
)
from xinheng.operations.dunning.models import Item, Letter, Reminder, Run
from xinheng.operations.dunning.values import NewChoice, NewPause, Wanted

pytestmark = pytest.mark.django_db


def test_a_bill_climbs_the_ladder_one_level_at_a_time_and_no_further_than_its_days(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    days = ("2026-05-25", "2026-05-27", "2026-06-02", "2026-06-08", "2026-06-16", "2026-07-01")
    seen = [desk.decided(desk.run(on))["B-1"] for on in days]
    assert seen == [("remind", 0), ("waits", 0), ("remind", 1), ("remind", 2), ("remind", 3), ("remind", 4)]
    assert list(Reminder.objects.filter(lives=True).values_list("level", flat=True)) == [4]
    levels = queries.levels(as_of=date(2026, 6, 10))
    assert levels.select("level", "sent_on").rows() == [(2, date(2026, 6, 8))]


def test_a_bill_that_is_late_by_months_begins_at_the_first_level(desk: Reminding) -> None:
    desk.owe("B-1", "2026-05-02", "1000.00")
    assert desk.decided(desk.run("2026-06-30"))["B-1"] == ("remind", 1)
    assert desk.decided(desk.run("2026-07-01"))["B-1"] == ("gap", 1)  # two contacts lie three days apart
    assert desk.decided(desk.run("2026-07-03"))["B-1"] == ("remind", 2)


def test_a_level_is_skipped_only_by_a_person_with_a_reason(desk: Reminding) -> None:
    desk.owe("B-1", "2026-05-02", "1000.00")
    told: dict[str, Any] = {
        "actor": desk.actor,
        "on": date(2026, 6, 29),
        "customer_no": "C-7",
        "bill_no": "B-1",
    }
    desk.run("2026-06-26")
    with pytest.raises(JumpNotHigher):
        services.jump(**told, level=1, reason="客户即将停业")
    with pytest.raises(JumpNotHigher):
        services.jump(**told, level=8, reason="客户即将停业")
    services.jump(**told, level=5, reason="客户即将停业")
    assert desk.decided(desk.run("2026-06-29"))["B-1"] == ("remind", 5)
    assert desk.decided(desk.run("2026-07-02"))["B-1"] == ("waits", 5)  # level 6 comes after 90 days


def test_part_payments_credit_notes_and_free_money_are_taken_off_first(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    desk.owe("B-2", DUE, "300.00")
    desk.owe("B-3", "2026-06-02", "500.00")
    desk.owe("K-2", DUE, "-300.00", arises_from="B-2")
    desk.owe("K-9", DUE, "-50.00")
    desk.pay("B-1", "2026-06-05", "400.00")
    desk.receipt("R-free", "2026-06-05", "30.00", on="2026-06-05")
    run = desk.run("2026-06-08")
    assert desk.decided(run) == {"B-1": ("remind", 1), "B-2": ("covered", -1), "B-3": ("remind", 1)}
    (letter,) = desk.letters(run)
    assert (letter.open_minor, letter.credit_minor, letter.due_minor) == (110_000, 8_000, 102_000)
    assert dict(Item.objects.filter(run=run).values_list("bill__bill_no", "due_minor"))["B-1"] == 52_000


def test_what_is_paid_or_below_the_tolerance_is_not_reminded(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    desk.owe("B-2", DUE, "10.00")
    desk.pay("B-1", "2026-06-05", "1000.00")
    assert desk.decided(desk.run("2026-06-08")) == {"B-2": ("remind", 1)}  # equal to the tolerance
    desk.pay("B-2", "2026-06-09", "0.01")
    assert desk.decided(desk.run("2026-06-16")) == {"B-2": ("below", 1)}


def test_every_overdue_item_of_a_customer_stands_in_one_letter_with_its_own_level(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    desk.owe("F-1", DUE, "80.00", kind="fee", arises_from="B-1")
    desk.run("2026-06-02")
    desk.owe("B-2", "2026-06-04", "500.00")
    run = desk.run("2026-06-05")
    assert desk.decided(run) == {"B-1": ("repeat", 1), "F-1": ("repeat", 1), "B-2": ("remind", 1)}
    (letter,) = desk.letters(run)
    assert (letter.lines, letter.due_minor, letter.charges_minor, letter.oldest_days) == (
        3,
        158_000,
        8_000,
        4,
    )
    assert Reminder.objects.filter(lives=True).count() == 3
    assert letter.deadline_on == date(2026, 6, 10)


def test_a_corrected_bill_keeps_its_level(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    desk.run("2026-06-02")
    desk.correct("B-1", "2026-05-01", DUE, "900.00", on="2026-06-05")
    run = desk.run("2026-06-08")
    assert desk.decided(run) == {"B-1": ("remind", 2)}
    assert desk.letters(run)[0].due_minor == 90_000


def test_quiet_days_wait_for_the_next_working_day(desk: Reminding) -> None:
    desk.owe("B-1", "2026-06-12", "1000.00")
    assert desk.decided(desk.run("2026-06-13"))["B-1"] == ("quiet", -1)  # a Saturday
    assert desk.decided(desk.run("2026-06-15"))["B-1"] == ("remind", 1)


def test_promised_and_paused_items_are_left_out_and_say_why(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    desk.owe("B-2", DUE, "500.00")
    told: dict[str, Any] = {"actor": desk.actor, "on": date(2026, 6, 1), "customer_no": "C-7"}
    until = date(2026, 6, 10)
    made = services.pause(
        **told, new=NewPause(until, "promise", "承诺6月10日付款", bill_no="B-1", about="promise:1")
    )
    assert desk.decided(desk.run("2026-06-02")) == {"B-1": ("promised", -1), "B-2": ("remind", 1)}
    services.resume(actor=desk.actor, on=date(2026, 6, 8), pause_id=made.pk, reason="承诺已撤回")
    assert desk.decided(desk.run("2026-06-08"))["B-1"] == ("remind", 1)


def test_the_ladder_of_the_bill_goes_before_that_of_customer_group_and_company(
    desk: Reminding, chief: Actor
) -> None:
    other = Reminding(chief, desk.on, "C-8")
    first, second = (customers.get(chief, no, on=desk.on) for no in ("C-7", "C-8"))
    second.parent = first
    second.save()
    desk.owe("B-1", DUE, "1000.00")
    desk.owe("B-2", DUE, "1000.00")
    other.owe("B-8", DUE, "1000.00")
    on = date(2026, 6, 1)
    for level, ladder, bill in (("group", "", ""), ("document", "general", "B-2")):
        new = NewChoice(level, ladder, "集团协议", bill_no=bill)
        services.choose_ladder(actor=chief, on=on, customer_no="C-7", new=new)
    run = desk.run("2026-06-02")
    assert desk.decided(run) == {"B-1": ("no_ladder", -1), "B-2": ("remind", 1), "B-8": ("no_ladder", -1)}
    services.choose_ladder(
        actor=chief, on=on, customer_no="C-8", new=NewChoice("customer", "general", "单独催收")
    )
    assert desk.decided(desk.run("2026-06-05"))["B-8"] == ("remind", 1)


def test_a_letter_goes_by_every_way_and_a_missing_address_is_named(desk: Reminding, chief: Actor) -> None:
    desk.owe("B-1", DUE, "1000.00")
    Reminding(chief, desk.on, "C-8").owe("B-8", DUE, "200.00")
    run = desk.run("2026-06-02")
    sent = Message.objects.order_by("subject", "way").values_list("subject", "way", "state", "address")
    assert list(sent) == [
        ("customer:C-7", "email", "waiting", "wang@example.com"),
        ("customer:C-7", "sms", "waiting", "13800005678"),
        ("customer:C-8", "letter", "to_do", ""),
    ]
    assert [(one["customer_no"], one["field"]) for one in run.missing] == [("C-8", "email"), ("C-8", "phone")]
    mail = Message.objects.get(way="email")
    assert "应付人民币 1,000.00（大写：人民币壹仟元整）" in mail.text
    assert "2026年6月7日" in mail.text


def test_a_planned_run_is_refreshed_and_a_sent_one_stays(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    planned = desk.plan("2026-06-02")
    desk.owe("B-2", DUE, "500.00")
    again = desk.plan("2026-06-03")
    assert again.pk == planned.pk
    assert desk.decided(again) == {"B-1": ("remind", 1), "B-2": ("remind", 1)}
    assert Letter.objects.count() == 1
    with pytest.raises(RunInPast):
        desk.send(again, on=date(2026, 6, 4))
    desk.send(again)
    assert Reminder.objects.count() == 2
    with pytest.raises(RunOfDaySent):
        desk.plan("2026-06-03")
    with pytest.raises(RunMoved):
        desk.send(again)
    with pytest.raises(RunMoved):
        services.undo_run(actor=desk.actor, on=again.on, run_id=again.pk, reason="误操作")
    assert Message.objects.count() == 2


def test_an_undone_run_sends_nothing_and_the_day_can_be_planned_again(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    run = desk.plan("2026-06-02")
    services.undo_run(actor=desk.actor, on=run.on, run_id=run.pk, reason="先对账")
    with pytest.raises(RunMoved):
        desk.send(run)
    assert not Message.objects.exists()
    assert desk.decided(run)["B-1"] == ("remind", 1)
    assert desk.plan("2026-06-02").pk != run.pk


def test_a_run_that_was_cut_off_goes_on_and_reminds_nobody_twice(
    desk: Reminding, chief: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for no in ("C-7", "C-8"):
        Reminding(chief, desk.on, no).owe(f"B-{no}", DUE, "1000.00")
    run = desk.plan("2026-06-02")
    monkeypatch.setattr(sending, "AT_ONCE", 1)
    sent, whole = [], sending._some_sent

    def cut(run_id: int, **told: Any) -> int:
        if sent:
            raise KeyboardInterrupt
        sent.append(run_id)
        return whole(run_id, **told)

    monkeypatch.setattr(sending, "_some_sent", cut)
    with pytest.raises(KeyboardInterrupt):
        desk.send(run)
    assert Run.objects.get(pk=run.pk).state == "sending"
    assert Reminder.objects.count() == 1
    monkeypatch.setattr(sending, "_some_sent", whole)
    assert desk.send(run, on=date(2026, 6, 3)).state == "sent"
    assert Reminder.objects.count() == 2
    assert Message.objects.filter(way__in=["email", "letter"]).count() == 2


def test_a_preview_of_a_later_day_writes_nothing(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    plan = queries.preview(desk.actor, None, on=date(2026, 6, 2))
    assert plan.counts == {"remind": 1}
    assert plan.letters["due_minor"].to_list() == [100_000]
    assert not Run.objects.exists()
    assert not Item.objects.exists()


def test_who_sees_part_of_the_ledger_previews_that_part_and_sends_nothing(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    seller = Actor("seller", "业务员", permits=frozenset({"dunning.*", "customers.read"}), scope=Scope("own"))
    among = customers.visible(seller, on=desk.on)
    assert queries.preview(seller, among, on=date(2026, 6, 2)).items.is_empty()
    with pytest.raises(DunningReachTooSmall):
        services.plan_run(actor=seller, on=date(2026, 6, 2))
    run = desk.run("2026-06-02")
    assert not queries.items(seller, run.pk, on=desk.on).exists()
    assert not queries.letters(seller, Wanted(), on=desk.on).exists()
    stranger = Actor("x", "x", scope=system_actor().scope)
    with pytest.raises(AccessDenied):
        queries.runs(stranger)
