"""Ways to propose a limit: exact figures, edges of every table, and what cannot be computed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from xinheng.judgements.applications import defining, methods, rules
from xinheng.judgements.applications.document import Condition, KeyPaper, MethodRule
from xinheng.judgements.applications.values import Known, Statement
from xinheng.judgements.policies.errors import PolicyInvalid

pytestmark = pytest.mark.any_database
PACKS = Path(__file__).resolve().parents[3] / "packs"
WAN = 10_000 * 100  # of yuan, in minor units
SAMPLE = Statement(  # the sample statement of standards.md 9.3
    date(2025, 12, 31), current_assets=6000 * WAN, inventories=1800 * WAN, current_liabilities=4000 * WAN,
    liabilities=5500 * WAN, equity=4500 * WAN, intangible=500 * WAN, revenue=12000 * WAN, cost=9000 * WAN,
    profit=1000 * WAN, loans=1500 * WAN, mean_inventories=1700 * WAN, mean_receivables=2290 * WAN,
    mean_payables=1300 * WAN, mean_prepaid=200 * WAN, mean_received=200 * WAN,
)  # fmt: skip
KNOWN = Known(grade="A", days=45, statement=SAMPLE, growth=Decimal(10), own_funds=2000 * WAN)


def rule(method: str, **told: object) -> MethodRule:
    made = {"code": method, "method": method, "zh": "方法", "en": "method", "mark": "assumed", **told}
    return MethodRule.model_validate(made)


def shipped(code: str) -> object:
    return defining.load((PACKS / code / "application.yaml").read_text("utf-8"))


def propose(method: str, known: Known = KNOWN, **told: object) -> int | None:
    return methods.propose(rule(method, **told), known).minor


def test_working_assets_of_the_sample_come_to_650_wan() -> None:
    found = methods.propose(rule("working_assets"), KNOWN)

    assert found.minor == 650 * WAN
    assert dict(found.inputs)["assessed"] == "0.4389"
    assert dict(found.inputs)["percent"] == "20"
    assert dict(found.inputs)["working_assets"] == "32,500,000.00"


@pytest.mark.parametrize(
    ("value", "percent"),
    [("-6.30", "0"), ("-4.60", "0"), ("-4.595", "0"), ("-4.59", "2.5"), ("-3.90", "2.5"), ("-3.89", "5"),
     ("-3.20", "5"), ("-3.19", "7.5"), ("-2.50", "7.5"), ("-2.49", "10"), ("-1.80", "10"), ("-1.79", "12.5"),
     ("-1.10", "12.5"), ("-1.09", "15"), ("-0.40", "15"), ("-0.39", "17.5"), ("0.30", "17.5"),
     ("0.304", "17.5"), ("0.305", "20"), ("0.31", "20"), ("0.90", "20"), ("0.91", "20"), ("0.95", "20"),
     ("0.99", "20"), ("0.994", "20"), ("0.995", "25"), ("1.00", "25"), ("7", "25")],
)  # fmt: skip
def test_the_table_of_working_assets_has_its_exact_edges(value: str, percent: str) -> None:
    assert methods.assessed_percent(Decimal(value)) == Decimal(percent)


def test_nothing_is_proposed_on_no_net_worth_or_no_working_assets() -> None:
    poor = replace(SAMPLE, equity=0)
    short = replace(SAMPLE, current_assets=100 * WAN, equity=3000 * WAN)

    assert propose("working_assets", replace(KNOWN, statement=poor)) == 0
    assert propose("working_assets", replace(KNOWN, statement=short)) == 0


def test_purchases_times_terms_take_the_grace_days_and_the_factor_of_the_grade() -> None:
    known = Known(grade="B", days=45, purchases=36_500_000)

    assert propose("turnover", known, grace_days=15, by_grade={"B": "0.8"}) == 4_800_000
    assert propose("turnover", known, grace_days=15, by_grade={"A": 1}) == 0  # the grade is given nothing


def test_the_need_of_working_capital_is_what_banks_count() -> None:
    found = methods.propose(rule("bank_need"), KNOWN)

    assert found.minor == 0  # 2914.08 less 2000 and 1500
    told = dict(found.inputs)
    assert (told["cycle_days"], told["turns"], told["need"]) == ("86.70", "4.1522", "29,140,833.33")
    assert propose("bank_need", replace(KNOWN, own_funds=0)) == 2914_0833_33 - 1500 * WAN


@pytest.mark.parametrize(
    ("method", "told", "minor"),
    [("net_worth", {"by_grade": {"A": 6}}, 240 * WAN), ("working_capital", {"percent": 15}, 300 * WAN),
     ("grade_table", {"by_grade": {"A": 2_000_000}}, 200 * WAN),
     ("model", {"base": 500_000, "by_grade": {"A": "1.5"}}, 75 * WAN)],
)  # fmt: skip
def test_each_method_gives_its_figure(method: str, told: dict[str, object], minor: int) -> None:
    assert propose(method, **told) == minor


def test_own_history_is_the_mean_of_the_last_orders_and_names_the_highest_balance() -> None:
    known = Known(orders=(600, 500, 400, 300, 200, 100, 90_000), highest=77_00)

    found = methods.propose(rule("history", orders=6), known)

    assert found.minor == 350
    assert dict(found.inputs) == {"orders": "6", "mean_order": "3.50", "highest": "77.00"}


@pytest.mark.parametrize(
    ("method", "known", "missing"),
    [("net_worth", Known(), ("grade",)), ("net_worth", Known(grade="A"), ("statement",)),
     ("working_assets", Known(statement=Statement(date(2025, 12, 31), current_assets=1)),
      ("inventories", "current_liabilities", "liabilities", "equity")),
     ("turnover", Known(grade="A"), ("purchases",)), ("history", Known(), ("orders",)),
     ("references", Known(), ("references",)),
     ("bank_need", replace(KNOWN, growth=None, own_funds=None), ("growth", "own_funds"))],
)  # fmt: skip
def test_what_cannot_be_computed_names_what_is_missing(
    method: str, known: Known, missing: tuple[str, ...]
) -> None:
    found = methods.propose(rule(method, by_grade={"A": 1}), known)

    assert found.minor is None  # not zero
    assert found.missing == missing


def test_the_least_of_those_that_count_is_bounded_by_ceiling_and_group_and_rounded_down() -> None:
    document = shipped("general")
    known = Known(grade="BBB", days=45, statement=SAMPLE, purchases=36_512_345_00)

    free = rules.proposed(document, known)  # type: ignore[arg-type]
    tight = rules.proposed(document, known, group_left=123_456_78)  # type: ignore[arg-type]
    refused = rules.proposed(document, replace(known, grade="CC"))  # type: ignore[arg-type]

    assert [one.code for one in free.proposals if one.minor is None] == ["history", "references", "bank_need"]
    assert (free.chosen, free.minor) == ("net_worth", 160 * WAN)  # 4 percent of 4,000 wan
    assert (tight.minor, tight.bounds) == (123_000_00, (("group", 123_456_78),))
    assert refused.minor == 0


def test_nothing_computable_proposes_nothing() -> None:
    found = rules.proposed(shipped("general"), Known())  # type: ignore[arg-type]

    assert (found.chosen, found.minor) == ("", None)
    assert all(one.missing for one in found.proposals)


@pytest.mark.req("FOU-07", "SAP-16")
@pytest.mark.parametrize(
    ("minor", "row"),
    [(200_000_00, "manager"), (200_000_01, "president"), (0, "manager"), (10**14, "president")],
)
def test_a_request_beyond_the_level_of_the_manager_goes_up_to_the_president(minor: int, row: str) -> None:
    found = rules.row_for(shipped("fou"), grade="A", minor=minor, days=30)  # type: ignore[arg-type]

    assert found is not None
    assert found.code == row
    last = rules.chain_of(found).steps[-1]
    assert last.roles == (("sales_manager",) if row == "manager" else ("general_manager",))


@pytest.mark.req("SAP-16")
@pytest.mark.parametrize(
    ("minor", "days", "row", "alone"),
    [(50_000_00, 30, "small", True), (50_000_01, 30, "medium", False), (50_000_00, 31, "medium", False),
     (500_000_00, 60, "medium", False), (500_000_00, 61, "large", False), (500_000_01, 1, "large", False)],
)  # fmt: skip
def test_the_first_row_that_covers_amount_and_days_says_who_signs(
    minor: int, days: int, row: str, *, alone: bool
) -> None:
    found = rules.row_for(shipped("general"), grade="", minor=minor, days=days)  # type: ignore[arg-type]

    assert found is not None
    assert found.code == row
    assert rules.may_alone(found, {"credit_manager"}) == alone  # four eyes above the level
    assert not rules.may_alone(found, {"salesperson"})


@pytest.mark.req("TPA-05")
@pytest.mark.parametrize(
    ("new", "free"), [(110_000_00, True), (110_000_01, False), (90_000_00, True), (89_999_99, False)]
)
def test_a_change_beyond_the_percent_needs_approval(new: int, *, free: bool) -> None:
    document = shipped("general")

    assert rules.is_free_change(document, old_minor=100_000_00, new_minor=new) == free  # type: ignore[arg-type]
    assert not rules.is_free_change(document, old_minor=None, new_minor=new)  # type: ignore[arg-type]
    assert not rules.is_free_change(shipped("lim"), old_minor=new, new_minor=new)  # type: ignore[arg-type]


@pytest.mark.req("SAP-03")
def test_a_limit_between_two_steps_is_told_with_the_steps_beside_it() -> None:
    steps = (50_000, 100_000)

    assert rules.neighbours(steps, 50_000_00) is None
    assert rules.neighbours(steps, 0) is None
    assert rules.neighbours(steps, 70_000_00) == (50_000_00, 100_000_00)
    assert rules.neighbours(steps, 49_999_99) == (None, 50_000_00)
    assert rules.neighbours(steps, 100_000_01) == (100_000_00, None)


@pytest.mark.req("FOU-04")
def test_steps_are_counted_from_the_limit_that_stood() -> None:
    steps = (50_000, 100_000, 200_000)

    assert rules.rises(steps, 0, 50_000_00) == 1
    assert rules.rises(steps, 0, 100_000_00) == 2
    assert rules.rises(steps, 70_000_00, 100_000_00) == 1
    assert rules.rises(steps, 200_000_00, 50_000_00) == -2


@pytest.mark.req("LIM-06")
def test_arrears_count_beyond_their_days_and_within_their_months() -> None:
    made = {"code": "a", "check": "arrears", "months": 24, "days": 90, "zh": "欠款", "en": "arrears"}
    condition = Condition.model_validate({**made, "mark": "given"})
    on = date(2026, 6, 30)

    def met(due: str, late: int) -> bool:
        return rules.arrears_met(condition, [("B", date.fromisoformat(due), late)], on=on) is not None

    assert not met("2026-01-01", 90)  # exactly so many days is not yet
    assert met("2026-01-01", 91)
    assert met("2024-03-01", 121)  # paid on 2024-06-30, two years ago to the day
    assert not met("2024-03-01", 120)


def test_what_a_paper_out_of_date_leaves_is_rounded_down() -> None:
    made = {"item": "qualification", "effect": "shrink", "percent": 50, "zh": "资质", "en": "paper"}
    paper = KeyPaper.model_validate({**made, "mark": "assumed"})

    assert rules.shrunk(100_001_00, paper, 1000) == 50_000_00
    assert rules.changed(100_000_00, Decimal(-15), None, 1000) == 85_000_00
    assert rules.changed(100_000_00, None, 7_00, 1000) == 7_00


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [("mode: steps, steps: [5, 4]", "Steps rise"), ("mode: steps", "Steps are named"),
     ("mode: continuous, gradual: [B]", "step by step")],
)  # fmt: skip
def test_rules_that_say_two_things_are_refused_with_the_line(wrong: str, cause: str) -> None:
    text = (PACKS / "lim" / "application.yaml").read_text("utf-8")
    text = text.replace("mode: continuous", wrong, 1)

    with translation.override("en"), pytest.raises(PolicyInvalid) as refused:
        defining.load(text)

    line = next(no for no, each in enumerate(text.splitlines(), 1) if each.startswith("amounts"))
    assert (refused.value.params["line"], cause in str(refused.value)) == (line, True)
