"""What the rules say of advances, by the figures of the source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.judgements.advances.conftest import SHIPPED, terms
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import quarter_of
from xinheng.judgements.advances import policy, rules
from xinheng.judgements.advances.values import Finding, Position
from xinheng.judgements.policies.errors import PolicyInvalid

pytestmark = pytest.mark.any_database
ON = date(2024, 8, 1)
ADV = policy.load(SHIPPED)
NOTHING = Position(ON, 0, 0, 0, 0, ON, is_new=False)


def codes(grade: str, limit: str, months: int, days: int = 0, **position: Any) -> list[str]:
    rule = ADV.rule_of(grade)
    assert rule is not None
    found = rules.findings(terms(limit, months, days), replace(NOTHING, **position), ADV, rule)
    return [one.code for one in found]


@pytest.mark.req("ADV-19", "ADV-20", "ADV-21", "RR-16", "RR-01")
@pytest.mark.parametrize(
    ("grade", "limit", "months", "days", "expected"),
    [
        ("A", "1000000", 6, 0, []),
        ("A", "1000000.01", 6, 0, ["over_total", "over_cap"]),
        ("A", "1000000", 6, 1, ["over_period"]),
        ("B", "500000", 3, 0, []),
        ("B", "500000.01", 3, 0, ["over_cap"]),
        ("B", "500000", 3, 1, ["over_period"]),
        ("B", "500000", 2, 40, ["over_period"]),
        ("C", "0.01", 1, 0, ["cap_not_set", "period_not_set", "none_in_principle"]),
    ],
)
def test_w_08_a_cap_and_a_period_may_be_used_up_and_not_passed(
    grade: str, limit: str, months: int, days: int, expected: list[str]
) -> None:
    assert codes(grade, limit, months, days) == expected


@pytest.mark.req("ADV-15")
def test_w_08_all_advances_together_may_reach_a_million() -> None:
    open_minor = 700_000_00

    assert codes("A", "300000", 6, total=open_minor) == []
    assert codes("A", "300000.01", 6, total=open_minor) == ["over_total"]
    assert codes("A", "300000.01", 6, total=open_minor, customer=open_minor) == ["over_total", "over_cap"]


@pytest.mark.req("ADV-22", "RR-04")
def test_w_08_the_last_day_is_clipped_to_its_month() -> None:
    assert rules.last_day(date(2024, 8, 31), 6) == date(2025, 2, 28)
    assert rules.last_day(date(2024, 8, 31), 6, 1) == date(2025, 3, 1)


@pytest.mark.req("ADV-27")
def test_w_30_the_end_of_a_contract_is_prepared_a_month_before() -> None:
    assert rules.settle_from(date(2024, 3, 31), ADV.number("contract_end_months")) == date(2024, 2, 29)


@pytest.mark.req("ADV-26", "ADV-17")
def test_old_arrears_a_late_reconciliation_and_a_new_customer_are_exceptions() -> None:
    late = {"customer": 1, "reconciled_on": date(2024, 6, 30)}

    assert codes("A", "1", 1, arrears=5) == ["old_arrears"]
    assert codes("A", "1", 1, legacy=5) == ["old_arrears"]
    assert codes("A", "1", 1, **late) == ["not_reconciled"]
    assert codes("A", "1", 1, customer=1, reconciled_on=date(2024, 7, 1)) == []
    assert codes("A", "1", 1, reconciled_on=None) == []  # nothing to reconcile
    assert codes("B", "1", 1, is_new=True) == ["new_customer"]


@pytest.mark.req("ADV-32", "ADV-23")
def test_only_what_makes_an_advance_smaller_is_no_exception() -> None:
    rule = ADV.rule_of("A")
    assert rule is not None

    def changed(before: Any, after: Any, *, has_run_out: bool = False) -> list[str]:
        found = rules.change_findings((before, after), NOTHING, ADV, rule, has_run_out=has_run_out)
        return [one.code for one in found]

    assert changed(terms("100", 3), terms("100", 3)) == []
    assert changed(terms("100", 3), terms("99.99", 2)) == []
    assert changed(terms("100", 3), terms("100.01", 3)) == ["raised"]
    assert changed(terms("100", 3), terms("100", 4)) == ["extended"]
    assert changed(terms("100", 3), terms("100", 4), has_run_out=True) == ["extended", "over_period"]
    assert changed(terms("100", 6), terms("0", 6)) == []


@pytest.mark.req("ADV-25")
def test_only_old_debts_of_a_customer_without_a_limit_are_shut() -> None:
    owing = replace(NOTHING, legacy=1)

    assert rules.may_only_fall(owing, None)
    assert rules.may_only_fall(owing, ADV.rule_of("C"))
    assert not rules.may_only_fall(owing, ADV.rule_of("B"))
    assert not rules.may_only_fall(NOTHING, None)


@pytest.mark.req("ADV-24")
def test_a_plan_falls_in_equal_steps_to_its_target() -> None:
    steps = rules.plan_steps(100_00, 0, on=date(2024, 11, 30), months=ADV.number("plan_months"))

    assert steps == [
        (date(2024, 12, 30), 6667),
        (date(2025, 1, 30), 3334),
        (date(2025, 2, 28), 0),
    ]


@pytest.mark.req("ADV-22")
def test_a_repayment_settles_the_oldest_payout_first() -> None:
    assert rules.settle([(1, 60), (2, 40)], 70) == [(1, 60), (2, 10)]
    assert rules.settle([(1, 60), (2, 40)], 60) == [(1, 60)]


@pytest.mark.req("ADV-14")
def test_a_service_is_covered_by_money_before_it_and_by_an_advance() -> None:
    def told(paid: int, advanced: int) -> tuple[int, int, int, bool]:
        found = rules.served(Money(100), paid, advanced)
        return found.paid.minor, found.advanced.minor, found.uncovered.minor, found.may_serve

    assert told(0, 0) == (0, 0, 100, False)
    assert told(30, 0) == (30, 0, 70, False)
    assert told(30, 70) == (30, 70, 0, True)
    assert told(30, 69) == (30, 69, 1, False)
    assert told(100, 500) == (100, 0, 0, True)
    assert told(-5, -5) == (0, 0, 100, False)


@pytest.mark.req("ADV-16", "ADV-17", "ADV-20", "ADV-21")
def test_the_papers_follow_grade_and_newness() -> None:
    needed = {
        (grade, is_new): ADV.papers_of(rule, is_new=is_new)
        for grade in "ABC"
        if (rule := ADV.rule_of(grade))
        for is_new in (False, True)
    }

    assert needed["A", False] == ("letter", "supplement")
    assert needed["B", False] == ("letter", "supplement", "explanation")
    assert needed["C", False] == ("letter", "supplement")
    assert needed["B", True] == ("letter", "contract", "explanation")
    assert rules.lacking(needed["B", False], {"letter"}) == ["supplement", "explanation"]
    assert ADV.paper("letter").sealed
    assert not ADV.paper("explanation").sealed


@pytest.mark.req("ADV-19", "ADV-20", "ADV-21", "ADV-15")
def test_the_chain_follows_the_grade_and_an_exception_ends_at_the_general_manager() -> None:
    def chain(grade: str, text: str = SHIPPED, *found: Finding) -> list[tuple[tuple[str, ...], str]]:
        read = policy.load(text)
        rule = read.rule_of(grade)
        assert rule is not None
        return [(step.roles, step.sign) for step in policy.chain_of(read, rule, found).steps]

    head, tail = (
        [(("service_manager",), "any")],
        [(("vice_president",), "any"), (("general_manager",), "any")],
    )
    legal, finance = (("legal_manager",), "any"), (("finance_manager",), "any")
    assert chain("A") == [*head, legal, finance, *tail]
    assert chain("B") == [*head, (("legal_manager", "finance_manager"), "all"), *tail]
    assert chain("C") == [*head, legal, finance, *tail]

    last = "      - {code: general_manager, zh: 总经理, en: general manager, roles: [general_manager], within_days: 2, mark: given, clause: 第十九条}\n"
    shorter = SHIPPED.replace(last, "")
    assert chain("A", shorter) == [*head, legal, finance, tail[0]]
    assert chain("A", shorter, Finding("over_total")) == [*head, legal, finance, *tail]


@pytest.mark.req("RR-16")
@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("unit: CNY, value: 1000000,", "unit: CNY,", "total_cap"),
        ("  - code: B\n", "  - code: A\n", "A"),
        ("papers: [letter, contract]", "papers: [letter, stamp]", "papers"),
    ],
)
def test_a_policy_that_lacks_something_is_refused_with_its_line(before: str, after: str, words: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        policy.load(SHIPPED.replace(before, after))

    assert words in str(refused.value)


@pytest.mark.req("ADV-29")
def test_the_last_closed_quarter_is_the_one_before() -> None:
    assert rules.last_closed_quarter(date(2024, 10, 1)) == quarter_of(date(2024, 7, 1))
    assert rules.last_closed_quarter(date(2024, 1, 1)) == quarter_of(date(2023, 12, 31))
