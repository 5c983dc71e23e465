"""Grades are looked at again by the interval of the grade, and before it when something happens."""

from __future__ import annotations

from datetime import date

import pytest

from tests import worlds
from tests.indicators.ledger import bill
from tests.judgements.reviews.conftest import (
    JUNE,
    accept_all,
    answer,
    approve,
    opened,
    proposal,
    rated,
    submit,
    who,
)
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.customers.models import Customer
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.reviews import queries, rules, services
from xinheng.judgements.reviews.errors import CalledAlready, CallUnknown, EventUnknown, ReviewReasonMissing
from xinheng.judgements.reviews.models import ReviewCall

pytestmark = pytest.mark.django_db(transaction=True)
JULY = date(2026, 7, 31)


def due(*, on: date = JUNE, **asked: object) -> dict[str, date | None]:
    rows = queries.calendar(who("maker"), queries.Asked(**asked), on=on)  # type: ignore[arg-type]
    return {one.customer_no: one.due_on for one in queries.dues(rows, on=on)}


@pytest.fixture
def approved(db: None) -> Run:
    """C-1 stands at B, C-2 at C, C-4 at A, from 30 June on."""
    return Run.objects.get(pk=worlds.given(_approved))


def _approved() -> int:
    run = Run.objects.get(pk=opened())
    accept_all(run)
    approve(submit(run))
    return int(run.pk)


@pytest.mark.req("ADV-31")
def test_each_grade_is_due_by_its_own_interval(approved: Run) -> None:
    assert due() == {"C-2": date(2026, 9, 30), "C-1": date(2026, 12, 30), "C-4": date(2027, 6, 30)}
    overdue = [row.customer.no for row in queries.overdue(who("maker"), on=date(2026, 10, 1))]
    assert overdue == ["C-2"]
    assert list(queries.overdue(who("maker"), on=date(2026, 9, 30))) == []  # the day itself is in time


@pytest.mark.req("ADV-31")
@pytest.mark.any_database
def test_a_changed_grade_is_due_after_the_shorter_of_both_intervals() -> None:
    months = {"A": 12, "B": 6, "C": 3}
    assert [
        rules.interval_months(months, *pair) for pair in (("A", "A"), ("C", "A"), ("A", "C"), ("A", ""))
    ] == [
        12,
        3,
        3,
        12,
    ]


@pytest.mark.req("ADV-31")
def test_a_grade_change_resets_the_schedule_to_the_shorter_interval(approved: Run) -> None:
    later = rated(on=JULY)
    services.open_review(actor=who("maker", on=JULY), on=JULY, run_id=later.pk)
    accept_all(later, on=JULY)
    services.override(
        actor=who("maker"), on=JULY, proposal_id=proposal(later, "C-2").pk, grade="B", reason="已结清旧欠"
    )
    approve(submit(later, on=JULY), on=JULY)

    assert due(on=JULY) == {
        "C-2": date(2026, 10, 31),  # from C to B: still three months
        "C-1": date(2027, 1, 31),
        "C-4": date(2027, 7, 31),
    }


def test_events_told_by_people_call_a_review_and_may_be_taken_back(approved: Run) -> None:
    actor = who("maker")
    told = {"customer_no": "C-4", "event": "proven_theft"}
    with pytest.raises(ReviewReasonMissing):
        services.call_review(actor=actor, on=JUNE, evidence=" ", **told)
    with pytest.raises(EventUnknown):
        services.call_review(actor=actor, on=JUNE, customer_no="C-4", event="comet", evidence="x")
    with pytest.raises(AccessDenied):
        services.call_review(actor=who("vice"), on=JUNE, evidence="x", **told)

    calls = services.call_review(actor=actor, on=JUNE, evidence="查处通知书 12 号", **told)

    assert "adv" in {call.policy_code for call in calls}
    assert due(policy="adv")["C-4"] == date(2026, 7, 3)  # three working days, not next June
    with pytest.raises(CalledAlready):
        services.call_review(actor=actor, on=JUNE, evidence="again", **told)
    called = [row.customer.no for row in queries.calendar(actor, queries.Asked(called=True), on=JUNE)]
    assert called == ["C-4"]


@pytest.mark.req("PWR-26")
def test_a_finding_that_is_overturned_is_reversed_and_stays_on_record(approved: Run) -> None:
    actor = who("maker")
    calls = services.call_review(
        actor=actor, on=JUNE, customer_no="C-4", event="proven_theft", evidence="查处通知书 12 号"
    )
    (call,) = [one for one in calls if one.policy_code == "adv"]
    with pytest.raises(ReviewReasonMissing):
        services.lift_call(actor=actor, on=JUNE, call_id=call.pk, reason="")

    services.lift_call(actor=actor, on=JUNE, call_id=call.pk, reason="复议撤销")

    assert due(policy="adv")["C-4"] == date(2027, 6, 30)
    kept = queries.calls_of(Customer.objects.get(no="C-4")).get(policy_code="adv")
    assert (kept.lifted_on, kept.lifted_by, kept.lifted_why) == (JUNE, "maker", "复议撤销")
    assert Entry.objects.get(act="ratings.lift_call").reason == "复议撤销"
    with pytest.raises(CallUnknown):
        services.lift_call(actor=actor, on=JUNE, call_id=call.pk, reason="again")


def test_figures_of_a_run_call_a_review_when_an_event_begins_and_not_again(approved: Run) -> None:
    root = who("chief-credit")
    assert services.look_for_events(actor=root, on=JUNE, run_id=approved.pk) >= 0
    ReviewCall.objects.all().delete()
    bill(Customer.objects.get(no="C-4"), "H9", "2026-03-01", "2026-04-30", 700_000)  # 92 days late in July
    later = rated(on=JULY)

    called = services.look_for_events(actor=root, on=JULY, run_id=later.pk)

    found = ReviewCall.objects.get()
    assert (called, found.customer.no, found.event, found.run_id) == (1, "C-4", "overdue", later.pk)
    assert found.due_on == date(2026, 8, 7)  # five working days after Friday 31 July
    assert services.look_for_events(actor=root, on=JULY, run_id=later.pk) == 0
    august = date(2026, 8, 31)
    again = rated(on=august)
    assert services.look_for_events(actor=root, on=august, run_id=again.pk) == 0
    services.open_review(actor=who("maker"), on=august, run_id=again.pk)
    accept_all(again, on=august)
    approve(submit(again, on=august), on=august)
    assert ReviewCall.objects.get().answered_on == august  # the new grade answers the call


@pytest.mark.req("NET-06", "ADV-30")
def test_a_quarter_that_closed_without_new_answers_leaves_the_grade_stale(approved: Run) -> None:
    october = date(2026, 10, 1)

    def stale(on: date) -> list[str]:
        rows = queries.calendar(who("maker"), queries.Asked(policy="adv", stale=True), on=on)
        return sorted(row.customer.no for row in rows)

    assert stale(date(2026, 9, 30)) == ["C-1", "C-2"]  # the second quarter, which C-4 answered in
    indicators.measure(actor=system_actor(), on=date(2026, 8, 15), as_of=date(2026, 8, 15))
    answer("C-1", "repute", "high", on=date(2026, 8, 15))
    assert stale(october) == ["C-2", "C-4"]
    answer("C-4", "repute", "high", on=october)
    assert stale(october) == ["C-2"]
