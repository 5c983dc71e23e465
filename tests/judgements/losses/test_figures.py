"""Figures, targets and rates, taken from a small ledger by hand and by the program."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.indicators.ledger import bill, customer, pay, void
from tests.judgements.losses.conftest import TODAY, actor
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables.models import Bill, Receipt, Settlement, WriteOff
from xinheng.judgements.losses import ledger, queries, services
from xinheng.judgements.losses.errors import LossInvalid
from xinheng.judgements.losses.values import FigureIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]


def figures(by: str = "", **asked: Any) -> dict[str, dict[str, Any]]:
    found = queries.figures(actor("credit"), as_of=asked.get("as_of", TODAY), on=TODAY, by=by)
    return {row["group"]: row for row in found.iter_rows(named=True)}


@pytest.mark.req("ARM-02", "ARM-04")
def test_every_figure_of_the_quarter_is_what_a_clerk_reckons() -> None:
    whole = figures()[""]
    # open: 400 of each of three bills, 1,000 of each of three, and 200 of 2022; the last is due on 28 June
    assert (whole["closing_minor"], whole["overdue_minor"]) == (4400_00, 4400_00)
    assert (whole["opening_minor"], whole["sales_minor"], whole["days"]) == (2000_00, 15_000_00, 91)
    assert whole["collected_minor"] == 12_000_00 + 600_00
    assert whole["dso"] == pytest.approx(4400 / 15000 * 91)
    assert (whole["best_dso"], whole["delay"]) == (0, pytest.approx(4400 / 15000 * 91))
    assert whole["effectiveness"] == pytest.approx((2000 + 15000 - 4400) / 17000)
    assert whole["collected_share"] == pytest.approx(12_600 / 17_000)
    assert whole["overdue_share"] == 1
    assert whole["countback_dso"] == pytest.approx(4400 / 5000 * 30)
    assert whole["turnover_days"] == pytest.approx((2000 + 4400) / 2 * 91 / 15000)
    assert whole["top_share"] == pytest.approx(1)
    assert whole["concentration"] == pytest.approx((4200 / 4400) ** 2 * 1e4 + (200 / 4400) ** 2 * 1e4)


def test_figures_are_cut_by_customer_and_region_and_add_up() -> None:
    each = figures("customer")
    assert {no: row["closing_minor"] for no, row in each.items()} == {"C-1": 4200_00, "C-2": 200_00, "C-3": 0}
    assert (each["C-2"]["dso"], each["C-2"]["payment_index"], each["C-3"]["dso"]) == (None, None, 0)
    # cash on the day scores 80
    assert (each["C-3"]["payment_index"], each["C-3"]["beyond_terms"], each["C-3"]["true_dso"]) == (80, 0, 0)
    by_region = figures("region")
    assert by_region["Jiangsu"]["closing_minor"] == 4400_00
    assert by_region[""]["sales_minor"] == 12_000_00


def test_a_past_day_is_seen_as_it_stood() -> None:
    whole = figures(as_of=date(2024, 3, 31))[""]
    assert whole["closing_minor"] == 2000_00  # 400, 400, 1000 of March, 200
    assert whole["overdue_minor"] == 2000_00
    trend = queries.figures_by_month(actor("credit"), as_of=TODAY, on=TODAY)
    row = trend.filter(pl.col("day") == date(2024, 3, 31)).row(0, named=True)
    for name in ("closing_minor", "opening_minor", "sales_minor", "dso", "effectiveness", "countback_dso"):
        assert row[name] == whole[name], name
    assert len(trend) == 24
    empty = trend.filter(pl.col("day") == date(2022, 9, 30)).row(0, named=True)
    assert (empty["closing_minor"], empty["dso"]) == (200_00, None)


def test_balances_of_many_days_are_the_open_lines_of_each() -> None:
    three = Customer.objects.get(no="C-3")
    wrong = bill(three, "V-1", "2024-02-10", "2024-03-10", 70)
    void(wrong, "2024-04-02")
    credit = bill(three, "CR-1", "2024-05-10", "2024-05-10", -500)
    Settlement.objects.create(
        bill=Bill.objects.get(bill_no="B-6"), credit_bill=credit, settled_on=date(2024, 6, 3), amount_minor=120_00,
        told_on=date(2024, 6, 3),
    )  # fmt: skip
    days = ledger.days_back(TODAY, 8)
    found = ledger.balances(ledger.read(None, as_of=TODAY), days)
    for step, day in enumerate(days):
        there = (
            receivables.open_lines(None, as_of=day).select("bill_id", "due_on", "open_minor").sort("bill_id")
        )
        here = found.filter(pl.col("step") == step).select("bill_id", "due_on", "open_minor").sort("bill_id")
        assert here.equals(there), day


@pytest.mark.req("TGT-03", "TGT-04", "TGT-05", "TGT-06")
def test_the_four_targets_are_measured_by_the_ledger_and_the_orders() -> None:
    found = {one.code: one for one in queries.targets(actor("credit"), as_of=TODAY, on=TODAY)}
    sales = found["credit_sales"]
    assert (sales.top, sales.bottom, sales.state) == (Decimal("6000.00"), Decimal("30000.00"), "met")
    assert (found["performance"].top, found["performance"].bottom) == (2, 3)
    assert found["performance"].state == "missed"
    # due on 2022-04-30 is a bad debt from 2024-05-01 on
    assert (found["bad_debts"].top, found["bad_debts"].bottom) == (Decimal("200.00"), Decimal("6000.00"))
    assert (found["overdue"].share, found["overdue"].state) == (1, "missed")
    at_last = {one.code: one for one in queries.targets(actor("credit"), as_of=date(2024, 4, 30), on=TODAY)}
    assert at_last["bad_debts"].top == 0
    first = {one.code: one for one in queries.targets(actor("credit"), as_of=date(2024, 5, 1), on=TODAY)}
    assert first["bad_debts"].top == Decimal("200.00")
    none = queries.targets(actor("credit"), as_of=date(2022, 1, 31), on=TODAY)
    assert {one.state for one in none} == {"unknown"}


def test_the_trend_of_targets_ends_with_how_they_stand() -> None:
    trend = queries.target_trend(actor("credit"), as_of=TODAY, on=TODAY)
    assert len(trend) == 25
    day, last = trend[-1]
    assert (day, last) == (TODAY, queries.targets(actor("credit"), as_of=TODAY, on=TODAY))
    march = dict(trend)[date(2024, 3, 31)]
    assert march == queries.targets(actor("credit"), as_of=date(2024, 3, 31), on=TODAY)


def test_behind_a_target_stand_bills_and_orders() -> None:
    overdue = queries.behind(actor("credit"), "overdue", as_of=TODAY, on=TODAY)
    assert overdue["amount_minor"].sum() == 4400_00
    assert overdue["document_no"].to_list()[:3] == ["B-4", "B-5", "B-6"]
    bad = queries.behind(actor("credit"), "bad_debts", as_of=TODAY, on=TODAY)
    assert bad.row(0)[:3] == ("C-2", "公司C-2", "B-old")
    orders = queries.behind(actor("credit"), "performance", as_of=TODAY, on=TODAY)
    assert orders["document_no"].to_list() == ["O-3"]
    assert (
        queries.behind(actor("credit"), "credit_sales", as_of=TODAY, on=TODAY)["amount_minor"].sum()
        == 6000_00
    )


@pytest.mark.req("ARM-04")
def test_the_cash_cycle_needs_figures_that_were_told() -> None:
    who = actor("credit")
    assert figures()[""]["cash_cycle"] is None
    june = date(2024, 6, 1)
    told = [FigureIn("inventory_days", june, Decimal(40)), FigureIn("payable_days", june, Decimal(35))]
    assert services.tell_figures(actor=who, on=TODAY, figures=told) == 2
    services.tell_figures(actor=who, on=TODAY, figures=[FigureIn("payable_days", june, Decimal(30))])
    assert figures()[""]["cash_cycle"] == pytest.approx(4400 / 15000 * 91 + 40 - 30)
    with pytest.raises(LossInvalid) as refused:
        services.tell_figures(actor=who, on=TODAY, figures=[*told, FigureIn("gold", june, Decimal(1))])
    assert (refused.value.params["row"], refused.value.params["field"]) == (3, "what")


@pytest.mark.req("ARM-03")
def test_the_net_benefit_of_credit_is_margin_less_what_credit_costs() -> None:
    found = queries.benefit(actor("credit"), as_of=TODAY, on=TODAY)
    row = {line["group"]: line for line in found.iter_rows(named=True)}["C-1"]
    mean = (0 * 7 + 1000 + 1400 + 1800 + 2200 + 3200 + 4200) / 13
    margin, capital = 6000 / 1.13 * 0.20, mean * 0.05 * 366 / 365
    assert row["sales_minor"] == 6000_00
    assert row["margin_minor"] == round(margin * 100)
    assert row["mean_open_minor"] == round(mean * 100)
    assert row["capital_minor"] == round(capital * 100)
    assert row["bad_debt_minor"] == 210_00  # 5 % of 4,200, all younger than a year
    assert row["administration_minor"] == (6 * 10 + 200) * 100
    assert row["net_minor"] == row["margin_minor"] - row["capital_minor"] - 210_00 - 260_00
    assert row["growth"] is None  # nothing was sold the year before
    whole = queries.benefit(actor("credit"), as_of=TODAY, on=TODAY, by="").row(0, named=True)
    assert whole["net_minor"] == found["net_minor"].sum()


@pytest.mark.req("ARM-05", "ARM-06")
def test_partners_are_chosen_by_the_policy_and_risk_is_told_only_of_who_has_paid() -> None:
    partners = {
        row["group"]: row
        for row in queries.partners(actor("credit"), as_of=TODAY, on=TODAY).iter_rows(named=True)
    }
    assert (partners["C-3"]["in_time"], partners["C-3"]["bills"], partners["C-3"]["is_partner"]) == (
        1,
        6,
        False,
    )
    three = Customer.objects.get(no="C-3")
    for number in range(6):
        pay(bill(three, f"E-{number}", "2022-05-01", "2024-06-01", 10), "2024-05-30", 10)
    chosen = queries.partners(actor("credit"), as_of=TODAY, on=TODAY).row(0, named=True)
    assert (chosen["group"], chosen["is_partner"]) == ("C-3", True)
    risks = {
        row["group"]: row
        for row in queries.risks(actor("credit"), as_of=TODAY, on=TODAY).iter_rows(named=True)
    }
    assert (risks["C-1"]["is_assessable"], risks["C-1"]["bad_debt_minor"]) == (True, 210_00)
    assert (risks["C-2"]["is_assessable"], risks["C-2"]["bad_debt_minor"]) == (False, None)


@pytest.mark.req("LIM-13")
def test_the_report_on_the_goals_says_where_there_is_too_little_history() -> None:
    found = {one.code: one.value for one in queries.goals(actor("credit"), as_of=TODAY, on=TODAY)}
    assert (found["limited"], found["overdue_customers"], found["newly_overdue"]) == (None, 2, 0)
    assert (found["bad_customers"], found["sales_growth"], found["overdue_now"]) == (1, None, 1)
    early = {one.code: one.value for one in queries.goals(actor("credit"), as_of=date(2022, 6, 30), on=TODAY)}
    assert (early["sales_growth"], early["overdue_before"], early["newly_overdue"]) == (None, None, None)


def test_who_sees_no_customer_sees_no_figure() -> None:
    nobody = actor("credit", everything=False)
    limited = type(nobody)(**{**nobody.__dict__, "scope": actor("seller", everything=False).scope})
    assert queries.figures(limited, as_of=TODAY, on=TODAY).is_empty()
    assert queries.behind(limited, "overdue", as_of=TODAY, on=TODAY).is_empty()
    assert {one.state for one in queries.targets(limited, as_of=TODAY, on=TODAY)} == {"unknown"}


def test_what_was_given_up_is_a_loss_and_what_came_back_of_it_a_recovery() -> None:
    late = Bill.objects.get(bill_no="B-4")
    given_up = WriteOff.objects.create(
        bill=late, amount_minor=900_00, asked_on=TODAY, asked_by="credit", reason="倒闭", rule="x@1", state="written",
        written_off_on=date(2024, 6, 5), told_on=date(2024, 6, 5),
    )  # fmt: skip
    settled: dict[str, Any] = {"bill": late, "write_off": given_up, "told_on": TODAY}
    Settlement.objects.create(**settled, settled_on=date(2024, 6, 5), amount_minor=900_00)
    Settlement.objects.create(**settled, settled_on=date(2024, 6, 20), amount_minor=-100_00)
    came = Receipt.objects.create(
        customer=late.customer,
        receipt_no="R-back",
        received_on=date(2024, 6, 20),
        amount_minor=100_00,
        told_on=TODAY,
    )
    Settlement.objects.create(
        bill=late, receipt=came, settled_on=date(2024, 6, 20), amount_minor=100_00, told_on=TODAY
    )
    whole = figures()[""]
    assert (whole["written_minor"], whole["recovered_minor"], whole["closing_minor"]) == (
        900_00,
        100_00,
        3500_00,
    )
    assert whole["bad_debt_share"] == pytest.approx(900 / 15000)
    assert customer("C-9").pk
