"""Worked figures of the standards, from posted facts to the value on the page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.indicators.ledger import bill, customer, invoice, pay, statement
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.models import Customer
from xinheng.indicators import queries, services, tables
from xinheng.indicators.values import Figure

pytestmark = pytest.mark.django_db(transaction=True)

SAMPLE: dict[str, tuple[int | None, int | None]] = {  # 万元, closing and opening: standards 9.3
    "cash": (1200, 1000), "notes_receivable": (300, 200), "accounts_receivable": (2400, 2000),
    "bad_debt_allowance": (100, 80), "prepayments": (200, 200), "other_receivables": (100, 100),
    "inventories": (1800, 1600), "current_assets": (6000, 5100), "fixed_assets": (3200, 3100),
    "intangible_assets": (500, 520), "other_noncurrent_assets": (300, 280), "total_assets": (10000, 9000), "short_term_loans": (1500, 1400),
    "notes_payable": (200, 200), "accounts_payable": (1400, 1200), "contract_liabilities": (200, 200),
    "payroll_payable": (100, 100), "taxes_payable": (100, 100), "other_payables": (300, 300),
    "noncurrent_liabilities_due": (200, 200), "current_liabilities": (4000, 3700),
    "long_term_loans": (1500, 1500), "total_liabilities": (5500, 5200), "paid_in_capital": (2000, 2000),
    "capital_reserve": (500, 400), "surplus_reserve": (400, 340), "retained_earnings": (1600, 1060),
    "total_equity": (4500, 3800), "revenue": (12000, 10500), "operating_cost": (9000, None),
    "taxes_and_surcharges": (60, None), "selling_expenses": (600, None), "admin_expenses": (900, None),
    "rnd_expenses": (200, None), "finance_expenses": (240, None), "interest_expense": (240, None),
    "operating_profit": (1000, 850), "total_profit": (1000, 850), "net_profit": (750, None),
    "depreciation": (400, None), "amortisation": (50, None), "operating_cash_flow": (900, None),
    "credit_sales": (10200, None), "market_value": (6600, None), "objective_equity_change": (100, None),
}  # fmt: skip

RATIOS = {
    "current_ratio": "1.5000", "quick_ratio": "1.0500", "quick_ratio_strict": "1.0000", "cash_ratio": "0.3000",
    "debt_to_assets": "0.5500", "debt_to_equity": "1.2222", "equity_multiplier": "2.2222",
    "debt_to_tangible": "1.3750", "interest_cover": "5.1667", "cash_flow_ratio": "0.2250",
    "interest_bearing_share": "0.5818", "ebitda_cover": "7.0417", "debt_to_ebitda": "1.8935",
    "revenue_growth": "0.1429", "capital_preservation": "1.1579", "capital_accumulation": "0.1842",
    "asset_growth": "0.1111", "receivables_turnover": "5.2402", "receivables_days": "68.7000",
    "receivables_turnover_credit": "4.4541", "inventory_turnover": "5.2941", "inventory_days": "68.0000",
    "asset_turnover": "1.2632", "current_asset_turnover": "2.1622", "payables_turnover": "6.9231",
    "payables_days": "52.0000", "cash_cycle": "84.7000", "return_on_equity": "0.1807",
    "return_on_assets": "0.1305", "profit_to_cost": "0.0909", "cash_cover_of_profit": "1.2000",
    "return_on_capital": "0.3061", "cash_return_on_assets": "0.0947", "operating_profit_growth": "0.1765",
    "research_ratio": "0.0167", "gross_margin": "0.2500", "net_margin": "0.0625", "operating_margin": "0.0833",
    "altman_z": "2.8480", "altman_z1": "2.2393", "altman_z2": "3.6564", "altman_ems": "6.9064",
    "bathory": "2.9748", "statement_age": "2.0000",
}  # fmt: skip


def figures(actor: Actor, no: str, as_of: date) -> dict[str, Figure]:
    services.measure(actor=actor, on=as_of, as_of=as_of)
    return {value.card.code: value.figure for value in queries.values_of(no, as_of=as_of)}


def fourth(figure: Figure) -> str:
    assert isinstance(figure, Decimal | int)
    return str(round(Decimal(figure), 4).quantize(Decimal("0.0001")))


def test_the_sample_statement_gives_every_ratio_and_score(chief: Actor) -> None:
    statement(customer("C-1"), "2025-12-31", SAMPLE)

    found = figures(chief, "C-1", date(2026, 2, 28))

    assert {code: fourth(found[code]) for code in RATIOS} == RATIOS
    assert found["contingent_ratio"] is None  # never told


def test_opening_figures_come_from_the_year_before_where_the_statement_has_none(chief: Actor) -> None:
    who = customer("C-1")
    statement(who, "2024-12-31", {item: (opening, None) for item, (_, opening) in SAMPLE.items() if opening})
    statement(who, "2025-12-31", {item: (closing, None) for item, (closing, _) in SAMPLE.items()})

    found = figures(chief, "C-1", date(2026, 2, 28))

    assert {code: fourth(found[code]) for code in RATIOS} == RATIOS


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"total_equity": (-1, 3800)}, {"debt_to_equity", "equity_multiplier"}),
        ({"total_equity": (0, 3800)}, {"debt_to_equity", "equity_multiplier"}),
        ({"current_liabilities": (0, 3700)}, {"current_ratio", "quick_ratio", "cash_ratio", "bathory"}),
        ({"current_assets": (3999, 5100)}, {"bathory"}),
        ({"revenue": (12000, 0)}, {"revenue_growth"}),
        ({"operating_profit": (1000, -850)}, {"operating_profit_growth"}),
        ({"interest_expense": None}, {"interest_cover", "ebitda_cover", "altman_z", "return_on_assets"}),
        ({"market_value": None}, {"altman_z"}),
    ],
)
def test_a_ratio_without_a_sound_divisor_is_not_measured(
    chief: Actor, changed: dict[str, tuple[int, int] | None], missing: set[str]
) -> None:
    lines = {item: given for item, given in {**SAMPLE, **changed}.items() if given is not None}
    statement(customer("C-1"), "2025-12-31", lines)

    found = figures(chief, "C-1", date(2026, 2, 28))

    assert {code for code in missing if found[code] is not None} == set()
    assert found["debt_to_assets"] is not None


def test_the_newest_consistent_annual_statement_counts(chief: Actor) -> None:
    who = customer("C-1")
    statement(who, "2024-12-31", {"total_assets": (100, None), "total_liabilities": (40, None)})
    statement(who, "2024-12-31", {"total_assets": (100, None), "total_liabilities": (50, None)}, version=2)
    statement(
        who, "2025-12-31", {"total_assets": (9, None), "total_liabilities": (9, None)}, is_consistent=False
    )
    statement(who, "2025-06-30", {"total_assets": (9, None), "total_liabilities": (9, None)}, months=6)

    assert figures(chief, "C-1", date(2026, 2, 28))["debt_to_assets"] == Decimal("0.5")


def payers(who: Customer) -> None:
    for no, yuan, due, paid in [
        ("B1", 10_000, "2026-03-31", "2026-03-31"),
        ("B2", 20_000, "2026-03-31", "2026-04-30"),
        ("B3", 5_000, "2026-03-31", "2026-04-15"),
    ]:
        pay(bill(who, no, "2026-03-01", due, yuan), paid, yuan)


def test_payment_index_of_the_standard_is_67(chief: Actor) -> None:
    who = customer("C-1")
    payers(who)
    pay(bill(who, "B4", "2026-03-01", "2026-03-31", 15_000), "2026-03-31", 15_000)

    assert figures(chief, "C-1", date(2026, 6, 30))["payment_index"] == Decimal("67.0")


def test_days_beyond_terms_of_the_standard_are_ten_and_a_half(chief: Actor) -> None:
    who = customer("C-1")
    payers(who)
    pay(bill(who, "B4", "2026-03-01", "2026-03-31", 15_000), "2026-03-21", 15_000)

    assert figures(chief, "C-1", date(2026, 6, 30))["days_beyond_terms"] == Decimal("10.5")


def test_an_open_overdue_bill_counts_with_the_days_to_the_day_measured(chief: Actor) -> None:
    who = customer("C-1")
    bill(who, "B1", "2026-05-01", "2026-05-31", 100)
    bill(who, "B2", "2026-06-01", "2026-07-31", 100)  # not due: left out

    found = figures(chief, "C-1", date(2026, 6, 30))

    assert found["days_beyond_terms"] == 30
    assert (found["worst_delay_12m"], found["overdue_count"], found["late_share"]) == (30, 1, 1)


def test_dso_of_the_standard(chief: Actor) -> None:
    who = customer("C-1")
    for no, on, due, yuan in [
        ("B1", "2026-01-31", "2026-03-01", 3390),
        ("B2", "2026-02-28", "2026-04-28", 3610),
    ]:
        bill(who, no, on, due, yuan)
    pay(bill(who, "B3", "2026-03-31", "2026-04-30", 3890), "2026-03-31", 3910 - 20)
    pay(bill(who, "B0", "2025-12-01", "2025-12-31", 1000), "2026-03-31", 1000)

    found = figures(chief, "C-1", date(2026, 3, 31))  # owing 7000, of it 3610 not due, sales 10890 in 90 days

    assert fourth(found["dso"]) == fourth(Decimal(7000) / 10890 * 90)
    assert fourth(found["best_possible_dso"]) == fourth(Decimal(3610) / 10890 * 90)
    assert fourth(found["average_days_delinquent"]) == fourth(Decimal(3390) / 10890 * 90)


def test_dso_with_the_standards_own_figures(chief: Actor) -> None:
    who = customer("C-1")
    bill(who, "B1", "2026-01-31", "2026-03-01", 2750)
    pay(bill(who, "B2", "2026-01-31", "2026-03-01", 640), "2026-03-01", 640)
    bill(who, "B3", "2026-02-28", "2026-04-28", 3590)
    pay(bill(who, "B4", "2026-03-31", "2026-04-30", 3910), "2026-03-31", 3910)

    found = figures(chief, "C-1", date(2026, 3, 31))  # owing 6340, of it 3590 not due, sales 10890

    assert [fourth(found[code]) for code in ("dso", "best_possible_dso", "average_days_delinquent")] == [
        "52.3967",
        "29.6694",
        "22.7273",
    ]


def test_concentration_of_two_buyers(chief: Actor) -> None:
    who = customer("C-1")
    invoice(who, "sale", "1", "2026-01-10", 60, counterparty="甲")
    invoice(who, "sale", "2", "2026-02-10", 20, counterparty="甲")
    invoice(who, "sale", "3", "2026-02-10", 20, counterparty="乙")
    invoice(who, "sale", "4", "2026-02-10", 900, counterparty="丙", is_void=True)

    found = figures(chief, "C-1", date(2026, 6, 30))

    assert (found["buyers_24m"], found["buyer_hhi"], found["buyer_top1_share"]) == (2, 6800, Decimal("0.8"))
    assert (found["suppliers_24m"], found["supplier_hhi"]) == (None, None)
    assert found["sales_void_amount_share"] == Decimal("0.9")


def test_interest_payable_is_debt_once(chief: Actor) -> None:
    lines = {**SAMPLE, "other_payables": (200, 300), "interest_payable": (100, None)}
    statement(customer("C-1"), "2025-12-31", lines)

    found = figures(chief, "C-1", date(2026, 2, 28))

    assert found["interest_bearing_share"] == Decimal("0.6")  # 1500 + 100 + 200 + 1500 of 5500
    assert fourth(found["debt_to_ebitda"]) == fourth(Decimal(3300) / 1690)


def test_lines_left_off_a_statement_told_in_summary_are_not_nil(chief: Actor) -> None:
    totals = (
        "current_assets", "total_assets", "current_liabilities", "total_liabilities", "total_equity", "revenue",
        "operating_cost", "interest_expense", "total_profit", "net_profit", "operating_profit", "depreciation",
        "cash", "retained_earnings", "paid_in_capital",
    )  # fmt: skip
    statement(customer("C-1"), "2025-12-31", {item: SAMPLE[item] for item in totals})

    found = figures(chief, "C-1", date(2026, 2, 28))

    assert fourth(found["current_ratio"]) == "1.5000"
    nil_of = {
        "quick_ratio", "quick_ratio_strict", "cash_ratio", "debt_to_tangible", "interest_bearing_share",
        "debt_to_ebitda", "profit_to_cost", "return_on_capital", "capital_preservation", "altman_z2", "bathory",
    }  # fmt: skip
    assert {code for code in nil_of if found[code] is not None} == set()


def test_a_line_left_off_a_full_list_is_nil(chief: Actor) -> None:
    lines = {**SAMPLE, "cash": (1000, None), "accounts_receivable": (4400, None)}
    del lines["inventories"]
    statement(customer("C-1"), "2025-12-31", lines)

    found = figures(chief, "C-1", date(2026, 2, 28))

    assert found["quick_ratio"] == found["current_ratio"] == Decimal("1.5")
    assert found["inventory_turnover"] is None


def test_capital_preservation_asks_for_changes_that_were_not_earned(chief: Actor) -> None:
    untold = {item: given for item, given in SAMPLE.items() if item != "objective_equity_change"}
    statement(customer("C-1"), "2025-12-31", untold)  # the reserve grew by 100: told of by nobody
    steady = {**untold, "capital_reserve": (400, 400), "retained_earnings": (1700, 1060)}
    statement(customer("C-2"), "2025-12-31", steady)

    assert figures(chief, "C-1", date(2026, 2, 28))["capital_preservation"] is None
    assert fourth(figures(chief, "C-2", date(2026, 2, 28))["capital_preservation"]) == fourth(
        Decimal(4500) / 3800
    )


def test_a_side_of_trade_nobody_told_of_is_not_zero(chief: Actor) -> None:
    seller, buyer = customer("C-1"), customer("C-2")
    invoice(seller, "sale", "1", "2026-01-10", 60)
    invoice(buyer, "purchase", "1", "2026-01-10", 60)

    sold, bought = (figures(chief, no, date(2026, 6, 30)) for no in ("C-1", "C-2"))

    assert (sold["sales_12m"], sold["sales_months_12"]) == (6000, 1)
    missing = ("purchases_12m", "purchases_24m", "trade_margin", "trade_margin_12m", "vat_burden")
    assert [code for code in missing if sold[code] is not None] == []
    assert (bought["purchases_12m"], bought["sales_12m"], bought["sales_months_24"]) == (6000, None, None)


def test_sales_that_ended_are_zero_and_not_missing(chief: Actor) -> None:
    invoice(customer("C-1"), "sale", "1", "2023-01-10", 60)

    found = figures(chief, "C-1", date(2026, 6, 30))

    assert (found["sales_12m"], found["sales_months_12"], found["buyers_24m"]) == (0, 0, None)


@pytest.mark.req("RR-04")
@pytest.mark.parametrize(
    ("first", "as_of", "months"),
    [
        ("2025-06-30", "2026-06-29", 11),
        ("2025-06-30", "2026-06-30", 12),
        ("2025-06-15", "2026-06-14", 11),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-02-29", "2025-02-27", 11),
        ("2024-01-31", "2024-02-29", 1),
        ("2024-01-31", "2024-02-28", 0),
        ("2024-05-01", "2024-05-01", 0),
    ],
)
def test_a_year_of_relation_is_complete_on_its_day(chief: Actor, first: str, as_of: str, months: int) -> None:
    bill(customer("C-1"), "B1", first, first, 100)

    found = figures(chief, "C-1", date.fromisoformat(as_of))

    assert found["months_since_first"] == months
    assert fourth(found["relation_years"]) == fourth(Decimal(months) / 12)


def test_growth_of_exactly_a_tenth_is_a_tenth(chief: Actor) -> None:
    who = customer("C-1")
    for no, on, yuan in [("B1", "2024-05-10", 1), ("B2", "2025-01-10", 999), ("B3", "2026-01-10", 1100)]:
        bill(who, no, on, on, yuan)
    bill(who, "B4", "2024-08-10", "2024-08-10", 1)

    measurement = services.measure(actor=chief, on=date(2026, 6, 30), as_of=date(2026, 6, 30))

    assert pl.read_parquet(tables.values(measurement))["turnover_growth"].to_list() == [0.1]
