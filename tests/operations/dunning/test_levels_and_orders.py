"""What a level does to orders, and what calls lead to."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.judgements.limits.conftest import HEAD
from tests.operations.dunning.conftest import DUE, Reminding
from xinheng.base.kernel.money import Money
from xinheng.base.messages.models import Message
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.disputes.models import Dispute
from xinheng.facts.orders.values import NewOrder
from xinheng.facts.receivables.models import Bill
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.models import Account
from xinheng.judgements.limits.values import NewLimit, NewProfile
from xinheng.operations.dunning import queries, services
from xinheng.operations.dunning.errors import DunningInvalid
from xinheng.operations.dunning.models import Block, Call, Pause
from xinheng.operations.dunning.values import NewCall, called

pytestmark = pytest.mark.django_db
COUNT = "  - {code: dunned, check: dunning, at_most: 3, zh: 催款次数, en: reminders, mark: given}\n"
ON_HOLD = "  - {code: on_hold, check: status, statuses: [hold], zh: 暂停, en: on hold, mark: given}\n"
CLIMB = ("2026-06-02", "2026-06-08", "2026-06-16", "2026-07-01")
SHIPPED = (Path(__file__).resolve().parents[3] / "packs" / "general" / "dunning_ladder.yaml").read_text(
    "utf-8"
)


def checked(desk: Reminding, rules: str) -> None:
    day = date(2026, 1, 1)
    put_in_force(actor=desk.actor, on=day, kind="checks", text=HEAD + rules, effective_from=day)
    limit = NewLimit("年度授信", Money.of("1000000"))
    limits.set_limit(actor=desk.actor, on=day, customer_no="C-7", limit=limit)


def order(desk: Reminding, no: str, on: str) -> Any:
    day = date.fromisoformat(on)
    new = NewOrder(no, day, day, Money.of("100.00"))
    return limits.check_order(actor=desk.actor, on=day, customer_no="C-7", order=new)


@pytest.mark.req("SAP-11")
def test_the_third_reminder_passes_the_fourth_holds_orders_and_payment_lets_them_pass(
    desk: Reminding,
) -> None:
    checked(desk, COUNT)
    put_in_force(
        actor=desk.actor, on=date(2026, 1, 1), kind="dunning_ladder", effective_from=date(2026, 1, 1),
        text=SHIPPED.replace("blocks: true, ", ""),
    )  # fmt: skip
    desk.owe("B-1", DUE, "1000.00")
    verdicts = []
    for number, on in enumerate(CLIMB, start=1):
        desk.run(on)
        verdicts.append((Account.objects.get().dunning_level, order(desk, f"O-{number}", on).verdict))
    assert verdicts == [(1, "passed"), (2, "passed"), (3, "passed"), (4, "held")]
    desk.pay("B-1", "2026-07-02", "900.01")  # 99.99 is left: below the small amount, it does not count
    assert order(desk, "O-5", "2026-07-02").verdict == "passed"
    assert Account.objects.get().dunning_level == 0


def test_a_level_that_blocks_holds_the_account_until_it_is_paid(desk: Reminding) -> None:
    checked(desk, ON_HOLD)
    profile = NewProfile("关注", status="watch")
    limits.set_profile(actor=desk.actor, on=date(2026, 1, 1), customer_no="C-7", profile=profile)
    desk.owe("B-1", DUE, "1000.00")
    desk.owe("B-2", "2026-06-25", "1000.00")
    for on in CLIMB[:3]:
        desk.run(on)
    assert Account.objects.get().status == "watch"
    desk.run(CLIMB[3])
    assert Account.objects.get().status == "hold"
    assert order(desk, "O-1", "2026-07-01").verdict == "held"
    assert queries.blocks(desk.actor, on=desk.on).get().level == 4
    desk.pay("B-1", "2026-07-02", "500.00")
    assert Account.objects.get().status == "hold"
    desk.pay("B-1", "2026-07-03", "500.00")
    assert Account.objects.get().status == "watch"  # as it was before; B-2 is at level 1
    assert order(desk, "O-2", "2026-07-03").verdict == "passed"
    assert not Block.objects.filter(lifted_on__isnull=True).exists()


def test_an_account_that_a_person_stopped_is_not_given_back(desk: Reminding) -> None:
    checked(desk, ON_HOLD)
    desk.owe("B-1", DUE, "1000.00")
    for on in CLIMB:
        desk.run(on)
    profile = NewProfile("停止往来", status="stop")
    limits.set_profile(actor=desk.actor, on=date(2026, 7, 2), customer_no="C-7", profile=profile)
    desk.pay("B-1", "2026-07-03", "1000.00")
    assert Account.objects.get().status == "stop"


def called_up(desk: Reminding, result: str, **told: Any) -> Call:
    call = NewCall("C-7", result, **told)
    return services.enter_call(actor=desk.actor, on=date(2026, 6, 9), call=call)


def test_a_promise_on_the_phone_ends_the_call_and_pauses_reminders_up_to_its_day(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    desk.run(CLIMB[0])
    (letter,) = desk.letters(desk.run(CLIMB[1]))
    heard: list[Any] = []

    def hear(**told: Any) -> None:
        heard.append(told["call"].result)

    called.connect(hear)
    made = called_up(
        desk, "promised", letter_id=letter.pk, promised_on=date(2026, 6, 20), promised=Money.of("600.00")
    )
    called.disconnect(hear)
    assert heard == ["promised"]
    assert (made.promised_on, made.promised_minor) == (date(2026, 6, 20), 60_000)
    assert Message.objects.get(way="phone").state == "delivered"
    assert Pause.objects.get().until_on == date(2026, 6, 20)
    assert desk.decided(desk.run("2026-06-18"))["B-1"] == ("promised", 2)
    assert desk.decided(desk.run("2026-06-22"))["B-1"] == ("remind", 3)
    told = queries.contacts(None, since=date(2026, 6, 1), until=date(2026, 6, 30))
    assert told["what"].to_list() == ["sent", "promised", "sent", "sent"]
    with pytest.raises(DunningInvalid):
        called_up(desk, "promised")
    with pytest.raises(DunningInvalid):
        called_up(desk, "reached", promised_on=date(2026, 6, 20))


def test_what_is_contested_on_the_phone_becomes_a_dispute_and_leaves_the_reminders(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    desk.owe("B-2", DUE, "500.00")
    desk.run(CLIMB[0])
    called_up(desk, "disputed", bill_no="B-1", note="数量不符")
    assert Dispute.objects.get().what == "数量不符"
    run = desk.run("2026-06-16")
    assert desk.decided(run) == {"B-1": ("disputed", 1), "B-2": ("remind", 2)}
    assert desk.letters(run)[0].due_minor == 50_000


def test_a_call_nobody_answered_is_no_contact_and_leaves_the_task(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    desk.run(CLIMB[0])
    called_up(desk, "not_reached")
    assert desk.decided(desk.run("2026-06-10"))["B-1"] == ("remind", 2)
    assert not Pause.objects.exists()


def test_a_level_that_charges_posts_interest_as_a_claim_that_outlives_the_principal(desk: Reminding) -> None:
    text = SHIPPED.replace(
        "code: letter_2, basis: due, days: 30,", "code: letter_2, basis: due, days: 30, charges: true,"
    )
    day = date(2026, 1, 1)
    put_in_force(actor=desk.actor, on=day, kind="dunning_ladder", text=text, effective_from=day)
    desk.owe("B-1", DUE, "1000.00")
    for on in CLIMB[:3]:
        desk.run(on)
    assert not Bill.objects.filter(kind="interest").exists()
    desk.run(CLIMB[3])
    interest = Bill.objects.get(kind="interest")
    assert interest.arises_from.bill_no == "B-1"
    assert interest.amount_minor == 1_500  # 30 days past due at 0.05 %
    desk.pay("B-1", "2026-07-02", "1000.00")
    later = desk.run("2026-07-21")
    assert desk.decided(later) == {interest.bill_no: ("remind", 1)}
    assert desk.letters(later)[0].charges_minor == 1_500
