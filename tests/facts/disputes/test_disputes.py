"""Customers contest bills; the clock stands still, and our own fault does not count against them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from tests import worlds
from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.archive.values import Upload
from xinheng.facts.disputes import errors, policy, queries, services
from xinheng.facts.disputes.models import Dispute, Pause
from xinheng.facts.disputes.values import Closing, NewDispute, NewPause, NextStep, Wanted
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables.models import Bill

APRIL = date(2026, 4, 30)


def day(text: str) -> date:
    return date.fromisoformat(text)


def billed() -> None:
    """C-7 owes 1,000.00 due on 1 March on B1 and 500.00 due on 1 April on B2."""
    customer("C-7")
    ledger = Ledger(system_actor(), APRIL)
    ledger.bill("B1", "2026-02-01", "2026-03-01", "1000.00", on="2026-02-01")
    ledger.bill("B2", "2026-03-01", "2026-04-01", "500.00", on="2026-03-01")


@pytest.fixture
def clerk(db: None, chief: Actor) -> Actor:
    worlds.given(billed)
    return chief


def contest(actor: Actor, bill_no: str = "B1", *, opened: str = "2026-03-10", **told: Any) -> Dispute:
    amount = told.pop("amount", None)
    new = NewDispute(
        told.pop("reason", "quality"), "阀门渗漏", day(opened), Money.of(amount) if amount else None, **told
    )
    return services.open_dispute(actor=actor, on=day(opened), customer_no="C-7", bill_no=bill_no, new=new)


def close(
    actor: Actor, dispute: Dispute, outcome: str, *, closed: str = "2026-03-25", **told: Any
) -> Dispute:
    ending = Closing(outcome, "已核实", day(closed), **told)
    return services.close_dispute(actor=actor, on=day(closed), dispute_id=dispute.pk, closing=ending)


def clock(
    bill_no: str = "B1", *, as_of: date = APRIL, known_on: date | None = None
) -> tuple[Any, ...] | None:
    bill = Bill.objects.get(bill_no=bill_no, replaces=None)
    found = queries.clocks(as_of=as_of, bill_ids=[bill.pk], known_on=known_on)
    return found.drop("bill_id").row(0) if found.height else None


def overdue(bill_no: str = "B1", *, as_of: date = APRIL) -> int:
    bill = Bill.objects.filter(bill_no=bill_no).order_by("-version")[0]
    return queries.arithmetic(bill, as_of=as_of).overdue_days


@pytest.mark.req("PWR-32")
def test_a_dispute_stops_the_clock_and_the_days_are_shown(clerk: Actor) -> None:
    """disputed_minor, is_disputed, is_paused, paused_days, our_fault."""
    dispute = contest(clerk)

    assert clock(as_of=day("2026-03-20")) == (100000, True, True, 10, False)
    assert overdue(as_of=day("2026-03-20")) == 9
    assert clock("B2") is None

    close(clerk, dispute, "shared", agreed=Money.of("200.00"))
    assert clock() == (0, False, False, 15, False)
    bill = Bill.objects.get(bill_no="B1")
    told = queries.arithmetic(bill, as_of=APRIL)
    with translation.override("zh-hans"):
        assert queries.words_of(told, queries.rules_in_force(APRIL)) == "逾期 45 天 = 60 天 − 争议暂停 15 天"


def test_where_we_were_right_the_clock_never_stood(clerk: Actor) -> None:
    dispute = contest(clerk)
    close(clerk, dispute, "we_right")

    assert overdue() == 60
    assert clock() == (0, False, False, 0, False)
    assert clock(as_of=day("2026-03-20"), known_on=day("2026-03-20")) == (100000, True, True, 10, False)


def test_several_disputes_and_a_plan_count_once(clerk: Actor) -> None:
    first = contest(clerk, amount="500.00")
    second = contest(clerk, reason="price", amount="300.00", opened="2026-03-20")
    assert clock(as_of=day("2026-03-21")) == (80000, True, True, 11, False)
    close(clerk, first, "customer_right", case_no="T-1")
    close(clerk, second, "shared", closed="2026-04-05")
    plan = NewPause("plan", day("2026-04-01"), day("2026-04-10"))
    services.pause_clock(actor=clerk, on=day("2026-04-01"), customer_no="C-7", bill_no="B1", new=plan)

    assert clock() == (0, False, False, 31, True)
    assert overdue() == 29
    told = queries.arithmetic(Bill.objects.get(bill_no="B1"), as_of=APRIL)
    assert [(one.kind, one.days) for one in told.stretches] == [("dispute", 15), ("dispute", 11), ("plan", 5)]


def test_who_contests_little_is_late_with_the_rest(clerk: Actor) -> None:
    contest(clerk, amount="1.00")

    assert clock(as_of=APRIL) == (100, True, False, 0, False)
    assert overdue() == 60


@pytest.mark.req("LIM-06")
def test_our_own_fault_needs_its_complaint_and_leaves_the_count(clerk: Actor) -> None:
    dispute = contest(clerk)
    with pytest.raises(errors.CaseMissing):
        close(clerk, dispute, "customer_right")
    assert queries.our_faults(as_of=APRIL).is_empty()

    close(clerk, dispute, "customer_right", case_no="T-2026-7")

    assert queries.our_faults(as_of=APRIL)["bill_no"].to_list() == ["B1"]
    assert queries.our_faults(as_of=day("2026-03-24")).is_empty()
    events = receivables.risk_events(None, as_of=APRIL, since=day("2025-01-01"))
    assert sorted(events["bill_no"]) == ["B1", "B2"]
    assert queries.counted_events(events, as_of=APRIL)["bill_no"].to_list() == ["B2"]


@pytest.mark.req("LIM-06")
def test_lateness_counts_without_the_days_the_clock_stood_still(clerk: Actor) -> None:
    contest(clerk, amount="600.00")
    events = receivables.risk_events(None, as_of=APRIL, since=day("2025-01-01"))
    counted = queries.counted_events(events, as_of=APRIL)
    assert dict(counted.select("bill_no", "days_late").iter_rows()) == {"B1": 9, "B2": 29}
    documents = receivables.open_documents(None, as_of=APRIL)
    bills = queries.counted_bills(documents, as_of=APRIL).select("no", "due_on", "minor").rows()
    assert sorted(bills) == [("B1", day("2026-04-21"), 40000), ("B2", day("2026-04-01"), 50000)]


def test_what_we_let_go_of_is_credited_once(clerk: Actor) -> None:
    dispute = contest(clerk, amount="400.00", case_no="T-1")
    close(clerk, dispute, "customer_right", credit_bill_no="K1")

    who = Bill.objects.get(bill_no="B1").customer
    assert receivables.bill_now(who, "B1").open == Money.of("600.00")  # type: ignore[union-attr]
    assert receivables.bill_now(who, "K1").open == Money.of("0.00")  # type: ignore[union-attr]
    with pytest.raises(errors.DisputeStands):
        close(clerk, dispute, "we_right")


def test_what_cannot_be_contested_or_closed_so(clerk: Actor) -> None:
    dispute = contest(clerk, amount="400.00")
    with pytest.raises(errors.DisputedAlready):
        contest(clerk, amount="100.00")
    with pytest.raises(errors.NothingToDispute) as refused:
        contest(clerk, reason="price", amount="600.01")
    assert refused.value.params["open"] == Money.of("600.00")
    with pytest.raises(errors.AgreedAmountWrong):
        close(clerk, dispute, "we_right", agreed=Money.of("1.00"))
    with pytest.raises(errors.DisputeInvalid):
        contest(clerk, "B2", reason="weather")
    with pytest.raises(AccessDenied):
        contest(Actor("nobody", "无权者"), "B2")
    assert Dispute.objects.count() == 1


def test_a_corrected_bill_keeps_its_dispute_and_its_clock(clerk: Actor) -> None:
    contest(clerk, amount="600.00")
    Ledger(clerk, day("2026-03-12")).correct("B1", "2026-02-01", "2026-03-05", "900.00")

    new = Bill.objects.get(bill_no="B1", version=2)
    assert queries.clocks(as_of=day("2026-03-20")).rows() == [(new.pk, 60000, True, True, 10, False)]


def test_steps_papers_and_the_list(clerk: Actor) -> None:
    dispute = contest(clerk, amount="400.00")
    assert dispute.next_on == day("2026-03-17")  # five working days
    services.keep_evidence(
        actor=clerk, on=APRIL, dispute_id=dispute.pk, upload=Upload("照片.txt", "渗漏".encode())
    )
    step = NextStep("li", "现场检验", day("2026-04-02"), "T-9")
    services.set_next_step(actor=clerk, on=APRIL, dispute_id=dispute.pk, step=step)

    assert [one.file_name for one in queries.evidence(dispute)] == ["照片.txt"]
    found = [one.pk for one in queries.disputes(clerk, Wanted(owner="li", late=True), on=APRIL)]
    assert found == [dispute.pk]
    assert not queries.disputes(clerk, Wanted(state="closed"), on=APRIL).exists()


def test_other_pauses_have_an_end_and_can_be_taken_back(clerk: Actor) -> None:
    def pause(kind: str, until: str | None) -> Pause:
        new = NewPause(kind, day("2026-03-10"), day(until) if until else None)
        return services.pause_clock(actor=clerk, on=APRIL, customer_no="C-7", bill_no="B1", new=new)

    with pytest.raises(errors.DisputeInvalid):
        pause("promise", None)
    with pytest.raises(errors.DisputeInvalid):
        pause("promise", "2026-05-10")
    promise = pause("promise", "2026-04-09")
    assert overdue() == 30
    services.resume_clock(actor=clerk, on=APRIL, pause_id=promise.pk, never_was=True)
    assert overdue() == 60
    court = pause("court", None)
    services.resume_clock(actor=clerk, on=APRIL, pause_id=court.pk, until_on=day("2026-03-20"))
    assert overdue() == 50
    with pytest.raises(errors.PauseStands):
        services.resume_clock(actor=clerk, on=APRIL, pause_id=court.pk)


def test_instalments_have_clocks_of_their_own(clerk: Actor) -> None:
    import polars as pl

    close(clerk, contest(clerk), "shared")
    bill = Bill.objects.get(bill_no="B1")
    dues = [day("2026-03-01"), day("2026-03-20"), day("2026-04-20"), day("2026-05-20")]
    lines = pl.DataFrame({"bill_id": [bill.pk] * 4, "due_on": dues})

    found = queries.of_lines(lines, as_of=APRIL)

    assert found["paused_days"].to_list() == [15, 5, 0, 0]
    assert found["overdue_days"].to_list() == [45, 36, 10, 0]


@pytest.mark.any_database
def test_rules_are_refused_with_their_line() -> None:
    text = policy.SHIPPED.read_text("utf-8")
    with pytest.raises(errors.DisputeRulesInvalid) as refused:
        policy.load(text.replace("credits: part", "credits: some"))
    assert refused.value.params["line"] == next(
        number for number, line in enumerate(text.splitlines(), 1) if "code: shared" in line
    )
    with pytest.raises(errors.DisputeRulesInvalid):
        policy.load(text.replace("code: price,", "code: quality,"))
