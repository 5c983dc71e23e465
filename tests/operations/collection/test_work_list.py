"""The work list: who is called first, by whom, and what the alerts say."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.indicators.ledger import bill, pay
from tests.operations.collection.conftest import TODAY, Desk, actor
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables.models import Bill
from xinheng.operations.collection import queries, ranking, rules, services
from xinheng.operations.collection.errors import CollectorUnknown
from xinheng.operations.collection.models import Assignment, Case
from xinheng.operations.collection.values import NewContact, NextStep, Tier, WantedCases

PACK = Path(__file__).resolve().parents[3] / "packs" / "general" / "collection.yaml"


def rows(desk: Desk, **wanted: object) -> list[str]:
    found = queries.cases(actor("chief"), WantedCases(**wanted), on=desk.on)  # type: ignore[arg-type]
    return [one.customer.no for one in found]


@pytest.mark.req("PWR-18", "ADV-33")
def test_arrears_become_cases_by_expected_loss_and_go_when_they_are_paid(desk: Desk) -> None:
    found = {one.customer.no: one for one in Case.objects.select_related("customer")}

    assert sorted(found) == ["C-1", "C-2", "C-3"]  # C-4 owes less than makes a case, C-5 nothing late
    assert (found["C-1"].overdue_minor, found["C-1"].overdue_days) == (10_000_000, 40)
    assert found["C-2"].loss_minor == 100_000  # 5 % of 20,000: billed 130 days ago
    assert rows(desk) == ["C-1", "C-2", "C-3"]
    assert rows(desk, sort="-days") == ["C-2", "C-1", "C-3"]

    pay(Bill.objects.get(bill_no="B-1"), "2024-08-02", 100_000)
    told = services.refresh(**desk.who("chief", TODAY + timedelta(days=1)))

    assert (told.opened, told.closed, told.running) == (1, 1, 3)  # B-6 of C-5 is a day late now
    assert rows(desk) == ["C-2", "C-3", "C-5"]
    closed = Case.objects.get(customer__no="C-1")
    assert (closed.overdue_minor, closed.closed_on) == (0, date(2024, 8, 2))

    again = services.refresh(**desk.who("chief", TODAY + timedelta(days=1)))
    assert (again.opened, again.closed) == (0, 0)


def test_a_credit_and_a_dispute_lower_the_arrears_and_nothing_else_does(desk: Desk) -> None:
    who = Customer.objects.get(no="C-2")
    bill(who, "K-2", "2024-05-01", "2024-05-01", -3_000)
    bill(who, "B-2N", "2024-07-20", "2024-09-30", 7_000)  # not due

    services.refresh(**desk.who())

    assert desk.case("C-2").overdue_minor == 1_700_000


def test_the_largest_loss_goes_to_the_strongest_who_are_free(desk: Desk) -> None:
    for login, skill, capacity in (("strong", 3, 1), ("fair", 2, 5), ("new", 1, 5)):
        services.set_collector(**desk.who(), login=login, skill=skill, capacity=capacity)

    told = services.assign(**desk.who())

    assert (told.assigned, told.left) == (3, 0)
    held = {one.customer.no: one.collector for one in Case.objects.select_related("customer")}
    assert held == {"C-1": "strong", "C-2": "fair", "C-3": "fair"}
    assert services.assign(**desk.who()).assigned == 0  # nothing is left to give

    assert services.reassign(**desk.who(), case_ids=[desk.case("C-3").pk], login="new") == 1
    ends = (
        Assignment.objects.filter(case=desk.case("C-3")).order_by("pk").values_list("collector", "until_on")
    )
    assert list(ends) == [("fair", TODAY), ("new", None)]
    assert [(one.name, one.cases) for one in queries.board(actor("chief"), on=TODAY)] == [
        ("strong", 1), ("fair", 1), ("new", 1),
    ]  # fmt: skip
    with pytest.raises(CollectorUnknown):
        services.reassign(**desk.who(), case_ids=[desk.case("C-3").pk], login="chief")
    with pytest.raises(AccessDenied):
        services.reassign(**desk.who("new"), case_ids=[desk.case("C-3").pk], login="new")


@pytest.mark.req("PWR-18")
@pytest.mark.any_database
def test_without_anybody_of_the_skill_the_list_stays_a_list() -> None:
    schema = {"case_id": pl.Int64, "loss": pl.Float64, "weight_minor": pl.Int64}
    cases = pl.DataFrame(
        [(1, 60_000.0, 9), (2, 50_000.0, 8), (3, 49_999.99, 7), (4, 10.0, 6)], schema, orient="row"
    )
    people = {"login": pl.String, "skill": pl.Int64, "capacity": pl.Int64, "load": pl.Int64}
    tiers = [Tier(from_amount=50_000, skill=3), Tier(from_amount=0, skill=1)]  # type: ignore[arg-type]

    def given(*who: tuple[str, int, int, int]) -> dict[int, str]:
        return dict(rules.assigned(cases, pl.DataFrame(who, people, orient="row"), tiers).iter_rows())

    assert given() == {}
    assert given(("weak", 2, 9, 0)) == {3: "weak", 4: "weak"}  # the two large ones stay
    assert given(("top", 3, 3, 2), ("weak", 2, 9, 0)) == {1: "top", 3: "weak", 4: "weak"}  # one place free
    both = given(("b", 3, 9, 1), ("a", 3, 9, 0), ("full", 5, 2, 2))
    assert both == {1: "a", 2: "a", 3: "b", 4: "a"}  # the least laden first


@pytest.mark.req("ADV-33", "NET-11")
def test_every_case_has_a_next_step_and_thirty_days_without_activity_are_told(desk: Desk) -> None:
    assert [one.next_step_on for one in Case.objects.all()] == [date(2024, 8, 4)] * 3
    later = TODAY + timedelta(days=30)
    assert queries.tasks(actor("chief"), on=later).idle == 0  # day 30 is not yet too long

    contact = NewContact(
        TODAY + timedelta(days=5), "phone", "reached", "李四", "答应核对", NextStep("再次电话", later)
    )
    services.log_contact(**desk.who("strong", TODAY + timedelta(days=5)), customer_no="C-1", contact=contact)
    services.plan_step(
        **desk.who("strong", TODAY + timedelta(days=9)), case_id=desk.case("C-2").pk,
        step=NextStep("上门", later + timedelta(days=9)),
    )  # fmt: skip

    case = desk.case("C-1")
    assert (case.active_on, case.next_step, case.next_step_on) == (date(2024, 8, 6), "再次电话", later)
    idle = queries.cases(actor("chief"), WantedCases(idle=True), on=TODAY + timedelta(days=31))
    assert [one.customer.no for one in idle] == ["C-2", "C-3"]  # saying what comes next is no activity
    due = queries.cases(actor("chief"), WantedCases(due=True), on=later)
    assert [one.customer.no for one in due] == ["C-1", "C-3"]
    assert Entry.objects.filter(act="collection.log_contact", subject="customer:C-1").count() == 1


@pytest.mark.req("PWR-33")
def test_arrears_for_which_nobody_answers_are_listed(desk: Desk) -> None:
    assert rows(desk, unanswered=True) == ["C-3"]
    assert queries.tasks(actor("chief"), on=TODAY).unanswered == 1


def test_where_forecasts_are_on_and_the_policy_says_so_they_lead_the_list(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {
        "customer_id": [desk.case("C-3").customer_id],
        "currency": ["CNY"],
        "expected_late_minor": [999_900],
    }
    monkeypatch.setattr(ranking.forecasts, "latest", lambda _ids: pl.DataFrame(told))

    services.refresh(**desk.who())
    assert rows(desk) == ["C-1", "C-2", "C-3"]  # the shipped policy ranks by the expected loss
    assert desk.case("C-3").late_minor == 999_900

    text = PACK.read_text("utf-8").replace("rank_by: expected_loss", "rank_by: expected_late")
    put_in_force(**desk.who("system"), kind="collection", text=text, effective_from=TODAY)
    services.refresh(**desk.who())
    assert rows(desk) == ["C-3", "C-1", "C-2"]  # who has no forecast is weighed by its loss
