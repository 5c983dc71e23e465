"""The chains and calendars of the shipped packs are those of their sources."""

from __future__ import annotations

import pytest

from tests.packs.figures import shipped

pytestmark = pytest.mark.any_database
CHAINS = {
    "adv": [({"vice_president", "legal_manager", "finance_manager"}, "all"), ({"general_manager"}, "any")],
    "fou": [({"sales_manager"}, "any"), ({"marketing_director"}, "any")],
    "lim": [({"sales_supervisor"}, "any"), ({"department_head"}, "any")],
    "net": [({"department_head"}, "any"), ({"finance_manager"}, "any")],
}


@pytest.mark.req("ADV-13", "FOU-08", "LIM-07", "NET-04")
@pytest.mark.parametrize("code", CHAINS)
def test_who_approves_and_in_which_order(code: str) -> None:
    approval = shipped(code).approval
    assert approval
    assert [(set(step.roles), step.sign) for step in approval.steps] == CHAINS[code]


@pytest.mark.req("ADV-31", "LOA-09", "FOU-08", "NET-06", "PTS-01")
@pytest.mark.parametrize(
    ("code", "months"),
    [
        ("adv", {"A": 12, "B": 6, "C": 3}),
        ("fou", {"A": 3, "B": 3, "C": 3, "D": 3}),
        ("net", {"A": 3, "B": 3, "C": 3}),
        ("pts", {"A": 12, "B": 12, "C": 12, "D": 12}),
        ("loa", {"AAA": 12, "AA": 12, "A": 12, "B": 12, "C": 12}),
    ],
)
def test_how_often_each_grade_is_looked_at_again(code: str, months: dict[str, int]) -> None:
    review = shipped(code).review
    assert review
    assert {one.grade: one.months for one in review.intervals} == months
