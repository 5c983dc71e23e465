"""Runs of cash application, as the clerk of the cash desk lives through them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judgements.matching.conftest import Desk, founded
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.matching import queries, services
from xinheng.judgements.matching.errors import (
    NoMatchingRules,
    NothingChosen,
    ProposalDecided,
    ProposalOutdated,
    ReasonMissing,
    ReceiptGone,
    RunUndone,
)
from xinheng.judgements.matching.models import MatchingRun, Proposal
from xinheng.judgements.matching.values import ChosenLine


def test_a_receipt_that_names_its_bills_is_applied_at_once(desk: Desk) -> None:
    desk.pay("C-7", "R1", "1250.50", "付 ＩＮＶ２０２６ 00101、inv-2026/00102 货款")

    outcome = desk.run()

    assert (outcome.applied, outcome.waiting, outcome.unmatched) == (1, 0, 0)
    assert outcome.applied_minor == {"CNY": 125050}
    assert desk.open("C-7") == {"INV-2026-00103": "600.00", "CN-2026-00007": "-49.37"}
    assert desk.free("C-7") == {}
    assert desk.proposal("R1").way == "named_equal"
    assert Entry.objects.filter(act="matching.run").count() == 1


def test_the_amount_alone_finds_its_bill_and_a_credit_note_is_netted(desk: Desk) -> None:
    desk.pay("C-7", "R1", "250.50", "货款")
    desk.pay("C-7", "R2", "550.63", "货款", on="2026-05-21")  # 600 less the credit note of 49.37

    outcome = desk.run()

    assert outcome.applied == 2
    assert outcome.ways == {"exact": 1, "subset": 1}
    assert desk.open("C-7") == {"INV-2026-00101": "1000.00"}
    assert desk.free("C-7") == {}


def test_part_payments_of_a_named_bill_leave_the_rest_open(desk: Desk) -> None:
    desk.pay("C-7", "R1", "400.00", "INV-2026-00101")
    desk.pay("C-7", "R2", "600.00", "INV-2026-00101", on="2026-05-21")

    assert desk.run().ways == {"named_equal": 1, "named_part": 1}
    assert "INV-2026-00101" not in desk.open("C-7")


def test_what_the_bank_kept_is_written_down_and_undone_with_the_receipt(desk: Desk) -> None:
    desk.pay("C-7", "R1", "985.00", "INV-2026-00101")
    desk.run()
    one = desk.proposal("R1")
    assert (one.way, one.state, one.write_down, one.write_down_minor) == ("named_fee", "applied", "fee", 1500)
    assert desk.open("C-7") == {
        "INV-2026-00102": "250.50", "CN-2026-00007": "-49.37", "INV-2026-00103": "600.00",
    }  # fmt: skip

    number = services.undo(actor=desk.actor, on=desk.on, proposal_id=one.pk, reason="付款有误")

    assert number == 2  # the receipt's, and that of what was written down
    assert desk.open("C-7")["INV-2026-00101"] == "1000.00"
    assert desk.free("C-7") == {"R1": "985.00"}
    assert f"WD-{one.pk}" not in desk.open("C-7")
    held = Customer.objects.filter(no="C-7")
    aged = sum(row.amount.minor for row in receivables.ageing(held, as_of=desk.on))
    assert aged - 98500 == receivables.control_total(held, as_of=desk.on)[0].minor


def test_what_is_not_sure_waits_and_is_applied_once_accepted(desk: Desk) -> None:
    desk.pay("C-8", "R1", "300.00")  # two bills of 300

    outcome = desk.run()

    one = desk.proposal("R1")
    assert (outcome.applied, outcome.waiting, one.state) == (0, 1, "waiting")
    assert (one.way, one.alternatives) == ("subset_doubtful", 2)
    assert len(desk.open("C-8")) == 2
    assert services.accept(actor=desk.actor, on=desk.on, proposal_ids=[one.pk]) == 1
    assert desk.open("C-8") == {"INV-2026-00202": "300.00"}  # the oldest is paid
    with pytest.raises(ProposalDecided):
        services.accept(actor=desk.actor, on=desk.on, proposal_ids=[one.pk])
    assert desk.free("C-8") == {}


def test_a_person_puts_other_bills_in_place_of_a_proposal(desk: Desk) -> None:
    desk.pay("C-8", "R1", "300.00")
    desk.run()
    one = desk.proposal("R1")
    chosen = [ChosenLine("INV-2026-00202", Money.of("200.00"))]

    made = services.change(actor=desk.actor, on=desk.on, proposal_id=one.pk, chosen=chosen, reason="客户来电")

    assert desk.open("C-8") == {"INV-2026-00201": "300.00", "INV-2026-00202": "100.00"}
    assert desk.free("C-8") == {"R1": "100.00"}
    one.refresh_from_db()
    assert (one.state, made.way, made.state) == ("superseded", "hand", "applied")
    with pytest.raises(NothingChosen):
        services.apply_by_hand(actor=desk.actor, on=desk.on, customer_no="C-8", receipt_no="R1", chosen=[])
    with pytest.raises(ReceiptGone):
        services.apply_by_hand(
            actor=desk.actor, on=desk.on, customer_no="C-8", receipt_no="R9", chosen=chosen
        )
    too_much = [ChosenLine("INV-2026-00202", Money.of("100.01"))]
    with pytest.raises(ProposalOutdated):
        services.apply_by_hand(
            actor=desk.actor, on=desk.on, customer_no="C-8", receipt_no="R1", chosen=too_much
        )


def test_what_was_rejected_is_not_proposed_again(desk: Desk) -> None:
    desk.pay("C-8", "R1", "300.00")
    desk.run()
    one = desk.proposal("R1")
    with pytest.raises(ReasonMissing):
        services.reject(actor=desk.actor, on=desk.on, proposal_id=one.pk, reason=" ")
    services.reject(actor=desk.actor, on=desk.on, proposal_id=one.pk, reason="是定金")

    again = desk.run()

    assert (again.applied, again.waiting, again.unmatched) == (0, 0, 1)
    assert Proposal.objects.count() == 1


def test_a_later_run_takes_the_place_of_what_waits(desk: Desk) -> None:
    desk.pay("C-8", "R1", "300.00")
    desk.run()
    desk.run()

    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["superseded", "waiting"]


def test_a_whole_run_is_taken_back_as_one_act_with_a_reason(desk: Desk) -> None:
    before = desk.open("C-7")
    desk.pay("C-7", "R1", "1000.00", "INV-2026-00101")
    desk.pay("C-7", "R2", "550.63", on="2026-05-21")
    run = desk.run().run
    assert desk.open("C-7") != before

    number = services.undo_run(actor=desk.actor, on=desk.on, run_id=run, reason="导错对账单")

    assert number == 3
    assert desk.open("C-7") == before
    assert desk.free("C-7") == {"R1": "1000.00", "R2": "550.63"}
    assert MatchingRun.objects.get().state == "undone"
    assert Entry.objects.get(act="matching.undo_run").reason == "导错对账单"
    with pytest.raises(RunUndone):
        services.undo_run(actor=desk.actor, on=desk.on, run_id=run, reason="再一次")
    assert desk.run().applied == 2  # the money is there to be applied anew


def test_another_currency_is_never_met(desk: Desk) -> None:
    desk.pay("C-7", "R1", "1000.00", "INV-2026-00101", currency="USD")

    outcome = desk.run()

    assert (outcome.applied, outcome.waiting, outcome.unmatched) == (0, 0, 1)


def test_money_kept_for_an_advance_is_left_alone(desk: Desk) -> None:
    desk.pay("C-7", "R1", "1000.00", "INV-2026-00101", purpose="advance")

    assert desk.run().receipts == 0


def test_the_rest_clears_costs_then_interest_then_principal(desk: Desk) -> None:
    """The vector of the order of clearing: of 5,000 for 200 + 1,300 + 10,000, 6,500 principal is left."""
    from tests.facts.receivables.conftest import customer
    from xinheng.facts.receivables import services as ledger
    from xinheng.facts.receivables.values import NewBill

    customer("C-9")
    for no, amount, kind, of in (
        ("P", "10000.00", "goods", ""), ("I", "1300.00", "interest", "P"), ("K", "200.00", "cost", "P"),
    ):  # fmt: skip
        new = NewBill(
            no,
            desk.on.replace(month=1),
            desk.on.replace(month=2, day=20),
            Money.of(amount),
            kind=kind,
            arises_from=of,
        )
        ledger.post_bill(actor=desk.actor, on=desk.on, customer_no="C-9", bill=new)
    desk.pay("C-9", "R1", "5000.00")
    desk.run()
    one = desk.proposal("R1")
    assert (one.way, one.state) == ("remainder", "waiting")

    services.accept(actor=desk.actor, on=desk.on, proposal_ids=[one.pk])

    assert desk.open("C-9") == {"P": "6500.00"}


def test_a_preview_changes_nothing(desk: Desk) -> None:
    desk.pay("C-7", "R1", "1000.00", "INV-2026-00101")
    desk.pay("C-8", "R2", "300.00")

    outcome, by_way = queries.preview(desk.actor, on=desk.on)

    assert (outcome.applied, outcome.waiting) == (1, 1)
    assert by_way["way"].to_list() == ["named_equal", "subset_doubtful"]
    assert not Proposal.objects.exists()
    assert desk.free("C-7") == {"R1": "1000.00"}


def test_nothing_runs_without_right_or_rules(desk: Desk, reader: Actor, db: Any) -> None:
    with pytest.raises(AccessDenied):
        services.run(actor=reader, on=desk.on)
    with pytest.raises(NoMatchingRules):
        services.run(actor=desk.actor, on=desk.on.replace(year=2025))


def test_rules_of_a_customer_decide_how_it_pays(db: None, chief: Actor) -> None:
    founded(
        "{customers: [C-8], pays: oldest_first}",
        "{customers: [C-7], discount: {percent: 2, within_days: 90}}",
    )
    desk = Desk(chief)
    desk.pay("C-8", "R1", "450.00", "货款")
    desk.pay("C-7", "R2", "588.00", "货款")  # 600 less 2 %

    outcome = desk.run()

    assert outcome.ways == {"discount": 1, "oldest": 1}
    assert outcome.applied == 2
    assert desk.open("C-8") == {"INV-2026-00202": "150.00"}
    assert "INV-2026-00103" not in desk.open("C-7")
    assert desk.proposal("R2").write_down_minor == 1200
