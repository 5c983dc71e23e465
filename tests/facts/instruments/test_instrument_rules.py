"""What is decided on instruments without a ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from xinheng.facts.instruments import policy, rules
from xinheng.facts.instruments.errors import InstrumentRulesInvalid

pytestmark = pytest.mark.any_database
SHIPPED = policy.SHIPPED.read_text("utf-8")


def test_the_bank_keeps_interest_to_maturity_half_up() -> None:
    # 1,000,000.00 at 3.6 % for 90 of 360 days
    assert rules.discount_interest(100_000_000, Decimal("3.6"), days=90, day_base=360) == 900_000
    assert rules.discount_interest(100, Decimal("1.8"), days=100, day_base=360) == 1  # 0.5 is rounded up


def test_paper_counts_until_it_is_paid_or_has_matured() -> None:
    due = date(2026, 6, 30)
    for state in ("held", "endorsed", "discounted", "presented"):
        assert rules.counted("until_paid", state, 500, matures_on=due, on=date(2026, 7, 1)) == 500
        assert rules.counted("until_matured", state, 500, matures_on=due, on=due) == 500
        assert rules.counted("until_matured", state, 500, matures_on=due, on=date(2026, 7, 1)) == 0
        assert rules.counted("never", state, 500, matures_on=due, on=due) == 0
    assert rules.counted("until_paid", "dishonoured", 500, matures_on=due, on=due) == 0


def test_rights_end_after_the_months_of_the_law() -> None:
    held = policy.load(SHIPPED)
    days = {
        "maturity": date(2026, 3, 31),
        "issue": date(2025, 10, 1),
        "dishonour": date(2026, 8, 31),
        "payment": None,
    }

    found = rules.rights(held, "bank_acceptance", days, on=date(2026, 9, 1))

    assert [(one.right, one.until, one.is_over) for one in found] == [
        ("acceptor", date(2028, 3, 31), False),
        ("recourse", date(2027, 2, 28), False),  # six months; no 31 February
    ]
    cheque = rules.rights(held, "cheque", days, on=date(2026, 4, 2))
    assert (cheque[0].until, cheque[0].is_over) == (date(2026, 4, 1), True)


def test_electronic_bills_run_six_months_since_2023_and_a_year_before() -> None:
    held = policy.load(SHIPPED)
    new = {"issued_on": date(2023, 1, 1), "matures_on": date(2023, 7, 2)}
    assert rules.runs_too_long(held, "electronic", **new) == 6
    assert (
        rules.runs_too_long(held, "electronic", issued_on=date(2023, 1, 1), matures_on=date(2023, 7, 1)) == 0
    )
    assert (
        rules.runs_too_long(held, "electronic", issued_on=date(2022, 12, 31), matures_on=date(2023, 7, 2))
        == 0
    )


def test_rules_are_refused_with_file_line_and_cause() -> None:
    with pytest.raises(InstrumentRulesInvalid) as refused:
        policy.load(SHIPPED.replace("day_base: 360", "day_base: 12"), "mine.yaml")
    line = 1 + SHIPPED[: SHIPPED.index("day_base")].count("\n")
    assert (refused.value.params["file"], refused.value.params["line"]) == ("mine.yaml", line)
