"""Statements: kept as told, versions by period, and marked where they do not add up."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.customers.models import Customer
from xinheng.facts.financials import errors, queries, services
from xinheng.facts.financials.models import Statement, StatementLine
from xinheng.facts.financials.values import NewStatement

pytestmark = pytest.mark.django_db
YEAR = date(2025, 12, 31)
# the sample statements of the standards, 9.3, in 万元: closing and opening
SAMPLE = {
    "cash": (1200, 1000), "notes_receivable": (300, 200), "accounts_receivable": (2400, 2000),
    "prepayments": (200, 200), "other_receivables": (100, 100), "inventories": (1800, 1600),
    "current_assets": (6000, 5100), "fixed_assets": (3200, 3100), "intangible_assets": (500, 520),
    "other_noncurrent_assets": (300, 280), "total_assets": (10000, 9000), "short_term_loans": (1500, 1400),
    "notes_payable": (200, 200), "accounts_payable": (1400, 1200), "contract_liabilities": (200, 200),
    "payroll_payable": (100, 100), "taxes_payable": (100, 100), "other_payables": (300, 300),
    "noncurrent_liabilities_due": (200, 200), "current_liabilities": (4000, 3700), "long_term_loans": (1500, 1500),
    "total_liabilities": (5500, 5200), "paid_in_capital": (2000, 2000), "capital_reserve": (500, 400),
    "surplus_reserve": (400, 340), "retained_earnings": (1600, 1060), "total_equity": (4500, 3800),
    "revenue": (12000, 10500), "operating_cost": (9000, None), "taxes_and_surcharges": (60, None),
    "selling_expenses": (600, None), "admin_expenses": (900, None), "rnd_expenses": (200, None),
    "finance_expenses": (240, None), "interest_expense": (240, None), "operating_profit": (1000, 850),
    "total_profit": (1000, 850), "net_profit": (750, None), "operating_cash_flow": (900, None),
    "bad_debt_allowance": (100, 80), "depreciation": (400, None), "amortisation": (50, None),
    "credit_sales": (10200, None), "market_value": (6600, None),
}  # fmt: skip
WAN = 10_000 * 100  # 分


@pytest.fixture
def who() -> Customer:
    return Customer.objects.create(
        no="C-7", kind="company", name="甲", name_key="甲", told_on=date(2024, 1, 1)
    )


def figures(**other: tuple[float, float | None] | None) -> dict[str, tuple[int, int | None]]:
    told = {**SAMPLE, **other}
    return {
        item: (int(pair[0] * WAN), None if pair[1] is None else int(pair[1] * WAN))
        for item, pair in told.items()
        if pair is not None
    }


def post(actor: Actor, period_end: date = YEAR, on: date = date(2026, 6, 30), **told: Any) -> Statement:
    head = {name: told.pop(name) for name in ("months", "opinion", "is_consolidated") if name in told}
    return services.post_statement(
        actor=actor, on=on, customer_no="C-7", statement=NewStatement(period_end, figures(**told), **head)
    )


def test_the_sample_statements_add_up(who: Customer, chief: Actor) -> None:
    assert post(chief, opinion="unqualified").is_consistent

    (view,) = queries.statements_of(who, as_of=date(2026, 6, 30))

    assert (view.is_consistent, view.checks, view.opinion) == (True, (), "unqualified")
    assert view.amount("total_assets") == Money.of("100000000")
    assert view.amount("goodwill") is None
    assert [figure.line.code for figure in view.figures][:2] == ["cash", "notes_receivable"]
    assert view.figures[0].opening == Money.of("10000000")


@pytest.mark.req("SIX-04")
@pytest.mark.parametrize(
    ("told", "check"),
    [
        ({"total_equity": (4501, 3800)}, "assets_equal_sources"),
        ({"cash": (1199, 1000)}, "current_assets_sum"),
        ({"inventories": None}, "current_assets_sum"),
        ({"accounts_payable": (1401, 1200)}, "current_liabilities_sum"),
        ({"retained_earnings": (1601, 1060)}, "total_equity_sum"),
        ({"selling_expenses": (601, None)}, "operating_profit_sum"),
        ({"income_tax": (251, None)}, "net_profit_sum"),
        ({"nonoperating_income": (1, None), "nonoperating_expenses": (2, None)}, "total_profit_sum"),
    ],
)
def test_a_statement_that_does_not_add_up_is_kept_and_marked(
    who: Customer, chief: Actor, told: dict[str, Any], check: str
) -> None:
    posted = post(chief, **told)

    assert not posted.is_consistent
    (view,) = queries.statements_of(who, as_of=date(2026, 6, 30))
    assert check in {one.code for one in view.checks}
    assert len(view.figures) == StatementLine.objects.filter(statement=posted).count()


@pytest.mark.parametrize(("told", "verified"), [((4500.0001, 3800), True), ((4500.0002, 3800), False)])
def test_a_yuan_is_let_pass(who: Customer, chief: Actor, told: tuple[float, float], verified: bool) -> None:
    # only the identity is looked at: the parts of equity are not told
    parts = dict.fromkeys(["paid_in_capital", "capital_reserve", "surplus_reserve", "retained_earnings"])
    big = dict.fromkeys(["current_assets", "fixed_assets", "intangible_assets", "other_noncurrent_assets"])
    small = {"total_assets": (0.0015, None), "total_liabilities": (0.0010, None)}

    posted = post(chief, total_equity=(round(told[0] - 4500 + 0.0005, 4), None), **small, **parts, **big)

    assert posted.is_consistent == verified


def test_a_statement_told_in_summary_is_not_called_wrong(who: Customer, chief: Actor) -> None:
    summary = {item: None for item in SAMPLE if item not in {"total_assets", "cash", "revenue", "net_profit"}}

    assert post(chief, **summary).is_consistent


def test_cash_that_differs_from_the_cash_flow_statement_only_warns(who: Customer, chief: Actor) -> None:
    assert post(chief, cash_at_end=(1100, None)).is_consistent

    (check,) = queries.statements_of(who, as_of=YEAR)[0].checks
    assert (check.code, check.grave, check.told, check.expected) == (
        "cash_agrees",
        False,
        Money.of("12000000"),
        Money.of("11000000"),
    )


def test_an_opening_balance_is_the_closing_balance_before(who: Customer, chief: Actor) -> None:
    before = {item: (pair[1], None) for item, pair in SAMPLE.items() if pair[1] is not None}
    gone = {item: None for item, pair in SAMPLE.items() if pair[1] is None}
    assert post(chief, date(2024, 12, 31), **before, **gone).is_consistent
    assert post(chief).is_consistent

    assert not post(chief, inventories=(1800, 1599), current_assets=(6000, 5100)).is_consistent
    half = post(chief, date(2026, 6, 30), months=6, cash=(1200, 1201))
    assert not half.is_consistent

    latest, year, _first = queries.statements_of(who, as_of=date(2026, 6, 30))
    assert {check.code for check in year.checks} == {"opening_is_prior_closing"}
    assert [check.line.code for check in year.checks] == ["inventories"]
    assert "cash" in {check.line.code for check in latest.checks}


def test_a_correction_is_a_later_version_and_the_earlier_stays(who: Customer, chief: Actor) -> None:
    post(chief, on=date(2026, 3, 1), revenue=(12001, None))
    post(chief, on=date(2026, 4, 1))
    post(chief, on=date(2026, 4, 1), is_consolidated=True)

    now = queries.statements_of(who, as_of=date(2026, 6, 30))
    then = queries.statements_of(who, as_of=date(2026, 6, 30), known_on=date(2026, 3, 31))

    assert [(view.version, view.is_consolidated, view.is_consistent) for view in now] == [
        (2, False, True),
        (1, True, True),
    ]
    assert [(view.version, view.is_consistent) for view in then] == [(1, False)]
    assert queries.statements_of(who, as_of=date(2025, 12, 30)) == []


def test_statements_stand_side_by_side(who: Customer, chief: Actor) -> None:
    post(chief)
    post(chief, date(2026, 3, 31), months=3, goodwill=(1, None), cash=None)

    table = queries.statement_table(queries.statements_of(who, as_of=date(2026, 6, 30)))

    rows = {row.line.code: row.amounts for row in table.rows}
    assert [one.period_end for one in table.statements] == [date(2026, 3, 31), YEAR]
    assert rows["cash"] == (None, Money.of("12000000"))
    assert rows["goodwill"] == (Money.of("10000"), None)
    assert "bonds_payable" not in rows


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"gold": (1, None)}, errors.LineUnknown),
        ({"opinion": "splendid"}, errors.OpinionUnknown),
        ({"months": 0}, errors.PeriodInvalid),
        ({"period_end": date(2026, 7, 1)}, errors.PeriodInvalid),
        (dict.fromkeys(SAMPLE), errors.StatementEmpty),
    ],
)
def test_a_statement_that_cannot_be_is_refused(
    who: Customer, chief: Actor, told: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        post(chief, **told)

    assert str(refused.value)
    assert not Statement.objects.exists()


def test_a_file_of_statements(who: Customer, chief: Actor, reader: Actor) -> None:
    rows = [(item, closing, opening) for item, (closing, opening) in figures().items()]
    frame = pl.DataFrame(rows, schema=["item", "amount_minor", "opening_minor"], orient="row")
    good = frame.with_columns(customer_id=pl.lit(who.pk), period_end=pl.lit(YEAR))
    bad = good.with_columns(period_end=pl.lit(date(2024, 12, 31)), opening_minor=None)

    with pytest.raises(AccessDenied):
        services.post_statements(good, batch_no=3, told_on=date(2026, 6, 30), actor=reader)
    assert (
        services.post_statements(pl.concat([good, bad]), batch_no=3, told_on=date(2026, 6, 30), actor=chief)
        == 2
    )
    with pytest.raises(errors.ToldTwice):
        services.post_statements(pl.concat([good, good]), batch_no=3, told_on=date(2026, 6, 30), actor=chief)

    kept = Statement.objects.values_list("period_end", "months", "currency", "is_consistent", "batch_no")
    assert sorted(kept) == [
        (date(2024, 12, 31), 12, "CNY", True, 3),
        (YEAR, 12, "CNY", False, 3),
    ]  # openings differ
    assert Entry.objects.get().after == {"statements": 2, "unverified": 1}


@pytest.mark.any_database
def test_lines_have_one_code_and_names_that_mean_one_line() -> None:
    lines = queries.lines()
    names = [name for line in lines.values() for name in (line.code, line.name, line.name_en, *line.also)]

    assert len(names) == len(set(names))
    assert queries.codes_by_name()["流动资产"] == "current_assets"
    from xinheng.facts.financials.lines import sums

    assert set(sums()["item"]) | set(sums()["total"]) <= set(lines)
