"""What an event makes of the grade that stands, and what stands again once it turns out not to be so."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.judgements.reviews.conftest import (
    JUNE,
    accept_all,
    approve,
    dealings,
    decide,
    kept,
    people,
    proposal,
    rated,
    standing,
    submit,
    who,
)
from xinheng.base.approvals.models import Request
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import services as packs
from xinheng.facts.customers.models import Customer
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.reviews import queries, services
from xinheng.judgements.reviews.errors import CallUnknown
from xinheng.judgements.reviews.models import ReviewCall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_quick")]
ADV = Path(__file__).parents[3] / "packs" / "adv" / "policy.yaml"
JULY, AUGUST, SEPTEMBER = date(2026, 7, 10), date(2026, 8, 10), date(2026, 9, 10)
THEFT = "proven theft, within_days: 3, mark: assumed"
PROMISE = "when: promises = 'often_broken', within_days: 5, mark: assumed"


@pytest.fixture
def _quick(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]


def opened(theft: str, promise: str = "") -> None:
    """The company under a policy that says what theft (and a broken promise) does to a grade."""
    text = ADV.read_text("utf-8").replace(THEFT, f"{THEFT}, downgrade: {{{theft}, mark: assumed}}")
    if promise:
        told = f"within_days: 5, mark: assumed, downgrade: {{{promise}, mark: assumed}}"
        text = text.replace(PROMISE, told)
    people()
    packs.adopt(actor=system_actor(), on=JUNE, kind="rating", text=text, effective_from=JUNE)
    dealings()
    indicators.measure(actor=system_actor(), on=JUNE, as_of=JUNE)


def approved_run() -> Run:
    """C-1 stands at B, C-2 at C, C-4 at A, from 30 June on."""
    run = rated()
    services.open_review(actor=who("maker"), on=JUNE, run_id=run.pk)
    accept_all(run)
    approve(submit(run))
    return run


def tell(no: str, event: str = "proven_theft", *, on: date = JULY) -> ReviewCall:
    told = {"customer_no": no, "event": event, "evidence": "查处通知书 12 号"}
    calls = services.call_review(actor=who("maker", on=on), on=on, **told)  # type: ignore[arg-type]
    return next(call for call in calls if call.policy_code == "adv")


def lift(call: ReviewCall, *, on: date = AUGUST) -> None:
    services.lift_call(actor=who("maker", on=on), on=on, call_id=call.pk, reason="复议撤销")


@pytest.mark.req("PWR-26")
def test_a_proven_theft_lowers_the_grade_at_once_and_overturning_it_restores_what_stood() -> None:
    worlds.given(opened, "by: 2")
    approved_run()

    call = tell("C-4")

    assert standing("C-4", on=date(2026, 7, 9)) == ("A", "accepted")
    assert standing("C-4", on=JULY) == ("C", "event")
    assert standing("C-1", on=JULY) == ("B", "accepted")  # nobody else falls
    row = queries.standing_grade(Customer.objects.get(no="C-4"), "adv", on=JULY)
    assert row is not None
    assert (row.reason, row.reviewed_by) == ("查处通知书 12 号", "maker")
    entry = Entry.objects.get(act="ratings.lower_grade")
    assert (entry.before, entry.after["grades"]) == ({"grades": ["A"]}, ["C"])

    lift(call)

    assert kept("C-4") == [
        ("A", "accepted", JUNE, JULY),
        ("C", "event", JULY, AUGUST),
        ("A", "accepted", AUGUST, None),
    ]
    assert Entry.objects.get(act="ratings.give_grade_back").reason == "复议撤销"
    with pytest.raises(CallUnknown):
        lift(call)


@pytest.mark.req("PWR-26")
def test_a_grade_as_low_as_the_event_leaves_stays_and_other_events_only_call_a_review() -> None:
    worlds.given(opened, "to: C")
    approved_run()

    tell("C-2")
    tell("C-4", "lawsuit")

    assert kept("C-2") == [("C", "accepted", JUNE, None)]
    assert kept("C-4") == [("A", "accepted", JUNE, None)]
    assert ReviewCall.objects.filter(policy_code="adv").count() == 2
    assert not Entry.objects.filter(act="ratings.lower_grade").exists()


@pytest.mark.req("PWR-26")
def test_a_later_decision_stands_whatever_becomes_of_the_finding() -> None:
    worlds.given(opened, "to: C")
    approved_run()
    call = tell("C-4")
    later = rated(on=AUGUST)
    services.open_review(actor=who("maker"), on=AUGUST, run_id=later.pk)
    services.override(
        actor=who("maker"), on=AUGUST, proposal_id=proposal(later, "C-4").pk, grade="B", reason="窃电已处理"
    )
    approve(submit(later, on=AUGUST), on=AUGUST)
    assert standing("C-4", on=AUGUST) == ("B", "override")

    lift(call, on=SEPTEMBER)

    assert standing("C-4", on=SEPTEMBER) == ("B", "override")
    assert [row[:2] for row in kept("C-4")] == [
        ("A", "accepted"),
        ("C", "event"),
        ("B", "override"),
        ("A", "fallback"),
    ]


@pytest.mark.req("PWR-26")
def test_of_two_events_the_one_that_is_left_goes_on_holding() -> None:
    worlds.given(opened, "by: 1", "by: 1")
    approved_run()
    theft = tell("C-4")
    promise = tell("C-4", "broken_promise", on=date(2026, 7, 20))
    assert standing("C-4", on=date(2026, 7, 20)) == ("C", "event")

    lift(theft)
    assert standing("C-4", on=AUGUST) == ("B", "event")
    row = queries.standing_grade(Customer.objects.get(no="C-4"), "adv", on=AUGUST)
    assert row is not None
    assert row.call_id == promise.pk

    lift(promise, on=SEPTEMBER)
    assert standing("C-4", on=SEPTEMBER) == ("A", "accepted")


@pytest.mark.req("PWR-26")
def test_an_override_and_what_follows_it_fall_and_come_back_with_their_days() -> None:
    worlds.given(opened, "to: C")
    run = rated()
    services.open_review(actor=who("maker"), on=JUNE, run_id=run.pk)
    services.override(
        actor=who("maker"), on=JUNE, proposal_id=proposal(run, "C-4").pk, grade="B", reason="审慎",
        expires_on=SEPTEMBER,
    )  # fmt: skip
    approve(submit(run))

    call = tell("C-4")
    assert standing("C-4", on=SEPTEMBER) == ("C", "event")  # not back to A by itself
    lift(call)

    assert standing("C-4", on=AUGUST) == ("B", "override")
    assert standing("C-4", on=SEPTEMBER) == ("A", "fallback")


@pytest.mark.req("PWR-26")
def test_where_the_policy_says_so_the_chain_approves_before_the_grade_falls() -> None:
    worlds.given(opened, "to: C, at_once: false")
    approved_run()

    call = tell("C-4")
    request = Request.objects.get(kind="event")
    assert standing("C-4", on=JULY) == ("A", "accepted")
    for login in ("vice", "legal", "finance"):
        decide(call, login, on=JULY)  # type: ignore[arg-type]
    assert standing("C-4", on=JULY) == ("A", "accepted")
    decide(call, "general", on=AUGUST)  # type: ignore[arg-type]

    assert standing("C-4", on=AUGUST) == ("C", "event")
    assert "C-4" in request.title
    lift(call, on=SEPTEMBER)
    assert standing("C-4", on=SEPTEMBER) == ("A", "accepted")


def test_what_is_turned_down_or_taken_back_in_the_meantime_lowers_nothing() -> None:
    worlds.given(opened, "to: C, at_once: false")
    approved_run()
    first, second = tell("C-4"), tell("C-1")
    decide(first, "vice", "reject", on=JULY, reason="证据不足")  # type: ignore[arg-type]
    lift(second, on=JULY)
    for login in ("vice", "legal", "finance", "general"):
        decide(second, login, on=JULY)  # type: ignore[arg-type]

    assert kept("C-4") == [("A", "accepted", JUNE, None)]
    assert kept("C-1") == [("B", "accepted", JUNE, None)]
