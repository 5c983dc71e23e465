"""Which data behind a grade are stale, how long a grade gives terms, and whom a policy handles first."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests import worlds
from tests.judgements.reviews.conftest import (
    JUNE,
    accept_all,
    answer,
    approve,
    dealings,
    people,
    proposal,
    rated,
    standing,
    submit,
    who,
)
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import services as packs
from xinheng.facts.customers.models import Customer, FileFact, Survey
from xinheng.facts.financials.models import Statement
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.reviews import queries, services
from xinheng.judgements.reviews.errors import ChecklistOpen
from xinheng.judgements.reviews.models import Proposal
from xinheng.judgements.reviews.values import Order, Wanted

pytestmark = pytest.mark.django_db(transaction=True)
ADV = Path(__file__).parents[3] / "packs" / "adv" / "policy.yaml"
OCTOBER = date(2026, 10, 1)
FIRST = "  - {code: large, zh: 大客户, en: large customer, when: persons_served >= 500, handled_first: true, mark: assumed}\n"


def approved() -> int:
    """C-1 stands at B, C-2 at C, C-4 at A, for a year at most; statements may be 15 months old."""
    text = ADV.read_text("utf-8").replace(
        "  refresh: quarter", "  refresh: quarter\n  valid_months: 12\n  statement_months: 15"
    )
    people()
    text = text.replace("\napproval:", f"\n{FIRST}approval:", 1)
    packs.adopt(actor=system_actor(), on=JUNE, kind="rating", text=text, effective_from=JUNE)
    dealings()
    indicators.measure(actor=system_actor(), on=JUNE, as_of=JUNE)
    run = rated()
    services.open_review(actor=who("maker"), on=JUNE, run_id=run.pk)
    accept_all(run)
    approve(submit(run))
    return int(run.pk)


@pytest.fixture
def run(transactional_db: None) -> Run:
    return Run.objects.get(pk=worlds.given(approved))


def stale(on: date) -> dict[str, tuple[str, ...]]:
    rows = queries.calendar(who("maker"), queries.Asked(policy="adv", stale=True), on=on)
    return {one.customer_no: one.stale for one in queries.dues(rows, on=on)}


@pytest.mark.req("ADV-30", "NET-06")
def test_each_kind_of_data_that_is_stale_is_named(run: Run) -> None:
    indicators.measure(actor=system_actor(), on=date(2026, 7, 31), as_of=date(2026, 7, 31))
    answer("C-1", "repute", "high", on=date(2026, 8, 15))
    first, second = Customer.objects.get(no="C-1"), Customer.objects.get(no="C-2")
    told = {"is_consistent": True, "told_on": date(2026, 4, 1)}
    Statement.objects.create(customer=first, period_end=date(2025, 12, 31), **told)
    Statement.objects.create(customer=second, period_end=date(2025, 6, 30), **told)
    fact = {
        "item": "address",
        "value": "上海",
        "true_on": JUNE,
        "channel": "visit",
        "source": "走访",
        "told_by": "x",
    }
    FileFact.objects.create(customer=second, told_on=date(2026, 6, 30), **fact)

    found = stale(OCTOBER)

    assert found == {"C-2": ("answers", "statements", "file"), "C-4": ("answers", "statements")}
    FileFact.objects.create(customer=second, told_on=date(2026, 9, 30), **fact)
    assert stale(OCTOBER)["C-2"] == ("answers", "statements")


@pytest.mark.req("ADV-30")
def test_figures_are_stale_where_nothing_was_measured_since_the_period_began(run: Run) -> None:
    assert "figures" in stale(OCTOBER)["C-2"]
    indicators.measure(actor=system_actor(), on=date(2026, 7, 1), as_of=date(2026, 7, 1))
    assert "figures" not in stale(OCTOBER)["C-2"]


@pytest.mark.req("LOA-08")
def test_a_grade_gives_terms_until_its_validity_ends(run: Run) -> None:
    customer = Customer.objects.get(no="C-4")
    last, after = date(2027, 6, 30), date(2027, 7, 1)

    assert queries.grade_for_terms(customer, "adv", on=last).grade == "A"  # type: ignore[union-attr]
    assert queries.grade_for_terms(customer, "adv", on=after) is None
    assert standing("C-4", on=after) == ("A", "accepted")  # it stands, expired, until another is approved
    assert queries.grade_for_terms(Customer.objects.get(no="C-3"), "adv", on=JUNE) is None


@pytest.mark.req("LIM-04")
def test_whom_the_policy_handles_first_comes_first_in_every_order_and_skips_no_check(run: Run) -> None:
    actor = who("maker")

    def listed(order: Order) -> list[str]:
        rows = queries.proposals(actor, run.pk, Wanted(), order, on=JUNE)
        return [row.customer.no for row in rows]

    assert listed(Order()) == ["C-4", "C-1", "C-2", "C-3"]
    assert listed(Order("no", falling=True)) == ["C-4", "C-3", "C-2", "C-1"]
    first = queries.proposals(actor, run.pk, Wanted(), Order(), on=JUNE)[0]
    assert listed(Order(after=first.pk)) == ["C-1", "C-2", "C-3"]
    assert (first.is_first, first.proposed, first.stage) == (True, "A", "approved")


def checklist() -> int:
    """A review begun under a policy that wants the points of a report ticked first."""
    text = ADV.read_text("utf-8").replace("\napproval:\n", "\napproval:\n  checklist: true\n", 1)
    people()
    packs.adopt(actor=system_actor(), on=JUNE, kind="rating", text=text, effective_from=JUNE)
    dealings()
    indicators.measure(actor=system_actor(), on=JUNE, as_of=JUNE)
    run = rated()
    services.open_review(actor=who("maker"), on=JUNE, run_id=run.pk)
    return int(run.pk)


@pytest.mark.req("NET-05")
def test_a_grade_is_accepted_only_once_a_report_is_accepted_point_by_point(transactional_db: None) -> None:
    run = Run.objects.get(pk=worlds.given(checklist))
    with pytest.raises(ChecklistOpen):
        accept_all(run)
    told = {"form": "net", "channel": "visit", "source": "走访", "begun_on": JUNE, "told_by": "seller"}
    for no, state in (("C-4", "accepted"), ("C-1", "handed_in")):
        Survey.objects.create(customer=Customer.objects.get(no=no), state=state, **told)

    assert accept_all(run) == 1

    assert [row.customer.no for row in Proposal.objects.filter(stage="reviewed")] == ["C-4"]
    told = {"proposal_id": proposal(run, "C-1").pk, "grade": "C", "reason": "审慎"}
    with pytest.raises(ChecklistOpen):
        services.override(actor=who("maker"), on=JUNE, **told)


@pytest.mark.req("RR-03")
def test_a_day_counted_without_holiday_data_says_so(run: Run) -> None:
    far = date(2031, 3, 3)
    told = {"customer_no": "C-4", "event": "lawsuit", "evidence": "传票"}
    services.call_review(actor=who("maker"), on=far, **told)

    (due,) = queries.dues(queries.calendar(who("maker"), queries.Asked(text="C-4"), on=far), on=far)

    assert "2031" in due.warning
    services.call_review(actor=who("maker"), on=JUNE, **{**told, "customer_no": "C-1"})
    (known,) = queries.dues(queries.calendar(who("maker"), queries.Asked(text="C-1"), on=JUNE), on=JUNE)
    assert known.warning == ""
