"""From the expected loss to an approved allowance, with rates given, by flow and by migration."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.indicators.ledger import bill, customer, pay
from tests.judgements.losses.conftest import TODAY, actor
from tests.judgements.losses.shipped import MATRIX
from xinheng.base.access.errors import AccessDenied
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.errors import OwnSubmission
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.money import Money
from xinheng.base.packs.models import PolicyDocument
from xinheng.judgements.losses import expecting, measuring, queries, services
from xinheng.judgements.losses import policy as policies
from xinheng.judgements.losses.errors import (
    AllowanceChanged,
    AllowanceStands,
    AssessmentEnded,
    EntryClosed,
    ImprovementWithoutOwner,
    LossInvalid,
    LossPolicyMissing,
    PromiseWithoutDueDay,
    ReachTooSmall,
)
from xinheng.judgements.losses.ledger import read
from xinheng.judgements.losses.models import Allowance, RegisterEntry
from xinheng.judgements.losses.policy import Held, load_matrix
from xinheng.judgements.losses.values import NewAllowance, NewEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]
QUARTER = date(2024, 3, 31)


def propose(as_of: date = TODAY, **asked: Any) -> Allowance:
    return services.propose_allowance(actor=actor("credit"), on=TODAY, new=NewAllowance(as_of, **asked))


def sign(allowance: Allowance, *logins: str, decision: str = "approve") -> Allowance:
    for login in logins:
        told: Any = {"decision": decision, "reason": "" if decision == "approve" else "重算"}
        approvals.decide(actor=actor(login), on=TODAY, request_id=allowance.request_id, **told)
    allowance.refresh_from_db()
    return allowance


def test_an_allowance_is_expected_proposed_and_approved_with_frozen_figures() -> None:
    services.assess_singly(
        actor=actor("credit"),
        on=QUARTER,
        customer_no="C-2",
        percent=Decimal(80),
        reason="停业",
        from_on=QUARTER,
    )
    first = propose(QUARTER, opening=Money.of("100.00"))
    # 1,800 younger than a year at 5 %, and 80 % of 200 by itself
    assert (first.required_minor, first.change_minor) == (90_00 + 160_00, 150_00)
    assert [(line["side"], line["zh"], line["amount"]) for line in first.figures["entries"]] == [
        ("debit", "信用减值损失", "150.00"), ("credit", "坏账准备", "150.00"),
    ]  # fmt: skip
    with pytest.raises(AllowanceStands):
        propose(QUARTER)
    with pytest.raises(OwnSubmission):
        sign(first, "credit")
    sign(first, "finance", "general")
    assert (first.state, first.decided_by) == ("approved", "general")
    assert Entry.objects.filter(act="losses.approve_allowance").count() == 1

    pay(
        bill(customer("C-8"), "B-8", "2024-04-01", "2024-04-30", 100), "2024-06-01", 100
    )  # nothing left of it
    second = propose()
    assert (second.opening_minor, second.since) == (250_00, QUARTER)
    assert (second.required_minor, second.change_minor) == (210_00 + 160_00, 120_00)
    sign(second, "finance", decision="reject")
    assert second.state == "rejected"
    third = propose()
    third.figures["change"] = 1
    third.save(update_fields=["figures"])
    with pytest.raises(AllowanceChanged):
        sign(third, "finance")
    assert queries.previewed(actor("credit"), NewAllowance(TODAY), on=TODAY)[1].change == 120_00


def test_who_may_not_propose_is_refused_and_nothing_is_kept() -> None:
    with pytest.raises(AccessDenied):
        services.propose_allowance(actor=actor("seller"), on=TODAY, new=NewAllowance(TODAY))
    few = actor("credit")
    few = type(few)(**{**few.__dict__, "scope": actor("seller", everything=False).scope})
    with pytest.raises(ReachTooSmall):
        services.propose_allowance(actor=few, on=TODAY, new=NewAllowance(TODAY))
    for wrong in (
        NewAllowance(date(2024, 7, 1)), NewAllowance(TODAY, "yuan"), NewAllowance(TODAY, method="guess"),
        NewAllowance(TODAY, opening=Money(-1)), NewAllowance(TODAY, acquired=Money(1, "USD")),
    ):  # fmt: skip
        with pytest.raises(LossInvalid):
            services.propose_allowance(actor=actor("credit"), on=TODAY, new=wrong)
    PolicyDocument.objects.filter(kind="loss_matrix").update(effective_from=date(2024, 6, 30))
    with pytest.raises(LossPolicyMissing):
        propose(QUARTER)
    assert not Allowance.objects.exists()
    assert queries.loss_rates(on=QUARTER)["rate"].to_list() == [0.05, 0.1, 0.3, 0.5, 0.8, 1.0]


def test_a_named_debtor_leaves_the_portfolio_and_comes_back() -> None:
    who = actor("credit")
    told: dict[str, Any] = {"actor": who, "on": TODAY, "customer_no": "C-1", "reason": "诉讼"}
    kept = services.assess_singly(**told, percent=Decimal(60))
    again = services.assess_singly(**told, percent=Decimal(100))
    found = queries.expected(who, as_of=TODAY, on=TODAY)
    assert [(one.customer_no, one.balance, one.required) for one in found.singles] == [
        ("C-1", Money.of("4200.00"), Money.of("4200.00"))
    ]
    assert found.portfolios[0].balance == Money.of("200.00")
    assert found.required("CNY") == Money.of("4200.00") + Money.of("60.00")  # in its third year: 30 %
    services.end_assessment(actor=who, on=TODAY, assessment_id=again.pk, reason="和解")
    with pytest.raises(AssessmentEnded):
        services.end_assessment(actor=who, on=TODAY, assessment_id=kept.pk, reason="和解")
    assert not queries.expected(who, as_of=TODAY, on=TODAY).singles
    for percent in (Decimal("100.01"), Decimal(-1), Decimal("1.005")):
        with pytest.raises(LossInvalid):
            services.assess_singly(**told, percent=percent)


def test_rates_are_measured_from_the_ledger_by_flow_and_by_migration() -> None:
    document = load_matrix(MATRIX)
    two = customer("F-1")
    for number, (amount, paid) in enumerate([(1000, "2023-02-10"), (500, "2023-04-15"), (500, "")]):
        one = bill(two, f"F-{number}", "2023-01-01", "2023-01-31", amount)
        if paid:
            pay(one, paid, amount)
    past = read(None, as_of=date(2023, 12, 31))
    whole = expecting.grouping.portfolios(document, on=TODAY)
    flow = measuring.flow(past, document.flow, whole)[0]
    # of 2,000 and the 200 of 2022: 1,000 paid within 30 days late, 500 within 90; 700 are unpaid
    assert (flow.amounts, flow.moved) == ((2200_00, 2200_00, 1200_00, 1200_00, 700_00), (700_00,))
    assert [round(rate * 100, 2) for rate in flow.rates if rate] == [
        Decimal("31.82"), Decimal("31.82"), Decimal("58.33"), Decimal("58.33"), Decimal(100),
    ]  # fmt: skip
    moved = measuring.migration(past, document.migration, whole)[0]
    assert moved.amounts[0] == 2000_00  # at the end of January 2023, due that day
    assert moved.moved[0] == 1000_00  # at the end of February half of it is 28 days late
    assert moved.rates[-1] == 1
    assert moved.rates[0] == Decimal("0.5") * (moved.rates[1] or 0)
    held = Held(document, "loss_matrix@1", "", is_adopted=True)
    found = expecting.expect(None, as_of=date(2023, 12, 31), held=held, method="flow")
    assert found.required("CNY") == Money.of("700.00")  # all that is open is over 90 days late


def test_portfolios_by_segment_have_rates_of_their_own() -> None:
    rates = "    - {percent: [5, 10,"
    own = "    - {group: export, percent: [1, 2, 3, 4, 5, 100], mark: assumed}\n"
    text = MATRIX.replace("portfolios: whole", "portfolios: segment").replace(rates, own + rates)
    bill(customer("X-1"), "X-1", "2024-06-01", "2024-07-01", 1000, segment="export")
    held = Held(load_matrix(text), "loss_matrix@1", "", is_adopted=True)
    found = expecting.expect(None, as_of=TODAY, held=held)
    assert [(one.group, one.balance.minor, one.required.minor) for one in found.portfolios] == [
        ("", 4400_00, 210_00 + 60_00), ("export", 1000_00, 10_00),
    ]  # fmt: skip


def test_bills_whose_loss_may_be_deducted_are_hinted_at() -> None:
    who = actor("credit")
    large = bill(customer("T-1"), "T-1", "2020-01-01", "2020-06-01", 900_000)
    found = queries.tax_hints(who, as_of=TODAY, on=TODAY)
    assert [(one.bill_no, one.why, one.open) for one in found] == [
        (large.bill_no, "report", Money.of("900000.00")), ("B-old", "small", Money.of("200.00")),
    ]  # fmt: skip
    assert (
        queries.tax_hints(who, as_of=date(2023, 4, 30), on=TODAY) == []
    )  # a year late, not more; and not three


@pytest.mark.req("TGT-01", "TGT-02", "TGT-08", "TGT-10", "TGT-11")
def test_the_registers_of_the_credit_policy() -> None:
    who = actor("credit")

    def enter(register: str, what: str = "做", **told: Any) -> RegisterEntry:
        return services.enter(actor=who, on=TODAY, new=NewEntry(register, what, **told))

    assert [one.zh for one in queries.credit_policy(TODAY).document.guidelines][1] == "重合同、守信用"
    assert all(one.is_open for one in queries.controls(who, on=TODAY))
    enter("control", "六月对账完成", kind="receivables")
    controls = {one.control.code: one for one in queries.controls(who, on=TODAY)}
    assert not controls["receivables"].is_open
    assert controls["complaints"].is_open
    later = {one.control.code: one for one in queries.controls(who, on=date(2024, 7, 31))}
    assert later["receivables"].is_open  # proven for a month
    with pytest.raises(ImprovementWithoutOwner):
        enter("improvement", kind="archive")
    with pytest.raises(PromiseWithoutDueDay):
        enter("promise", kind="ecology")
    with pytest.raises(LossInvalid):
        enter("control", kind="nonsense")
    promise = enter("promise", "三废达标", kind="ecology", due_on=date(2024, 12, 31))
    enter("event", "诚信宣传周", kind="publicity")
    with pytest.raises(LossInvalid):
        services.close_entry(actor=who, on=TODAY, entry_id=promise.pk, outcome="达标")
    services.close_entry(actor=who, on=TODAY, entry_id=promise.pk, outcome="达标", is_kept=True)
    with pytest.raises(EntryClosed):
        services.close_entry(actor=who, on=TODAY, entry_id=promise.pk, outcome="达标", is_kept=True)
    assert queries.entries(who, "event").get().participants is None
    assert policies.targets(TODAY).is_adopted
