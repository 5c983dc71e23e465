"""A policy says who approves a grade and when it is looked at again; what cannot be so is refused."""

from __future__ import annotations

import ibis
import polars as pl
import pytest

from tests.judgements.policies.language import CARDS, POLICY
from xinheng.judgements.policies import services
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.policies.values import Policy

pytestmark = pytest.mark.any_database
APPROVAL = """\
approval:
  prepared_by: [customer_service]
  mark: given
  clause: 第十五条
  steps:
    - {code: review, zh: 审核, en: review, roles: [vice_president, legal_manager], sign: all, within_days: 5, mark: given}
    - {code: approval, zh: 批准, en: approval, roles: [general_manager], mark: given}
"""
REVIEW = """\
review:
  mark: given
  refresh: quarter
  intervals:
    - {grade: A, months: 12, mark: given}
    - {grade: B, months: 6, mark: given}
    - {grade: C, months: 3, mark: given}
  events:
    - {code: overdue, zh: 逾期, en: overdue, when: overdue_share > 0.5, within_days: 5, mark: assumed}
    - {code: lawsuit, zh: 涉诉, en: lawsuit, within_days: 3, mark: assumed}
"""


def load(text: str) -> Policy:
    return services.load(POLICY + text, cards=CARDS)


@pytest.mark.req("ADV-13", "ADV-31")
def test_a_policy_names_the_steps_in_order_and_the_interval_of_each_grade() -> None:
    policy = load(APPROVAL + REVIEW)

    assert policy.approval
    assert policy.review
    assert [(step.roles, step.sign) for step in policy.approval.steps] == [
        (("vice_president", "legal_manager"), "all"),
        (("general_manager",), "any"),
    ]
    assert {one.grade: one.months for one in policy.review.intervals} == {"A": 12, "B": 6, "C": 3}


def test_a_policy_may_say_neither() -> None:
    assert (load("").approval, load("").review) == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("code: approval,", "code: review,", "review"),
        ("[vice_president, legal_manager]", "[vice_president, vice_president]", "两次"),
        ("[general_manager]", "[general_manager], sign: all", "一个角色"),
        ("[general_manager]", "[]", "1"),
        ("[general_manager]", "[总经理]", "roles"),
        ("prepared_by:", "notches_up: 3\n  prepared_by:", "等级"),
        ("prepared_by:", "override_months: 61\n  prepared_by:", "60"),
        ("grade: C, months", "grade: D, months", "D"),
        ("grade: C, months", "grade: B, months", "B"),
        ("    - {grade: C, months: 3, mark: given}\n", "", "C"),
        ("months: 12", "months: 0", "1"),
        ("overdue_share > 0.5", "no_such > 0.5", "no_such"),
        ("overdue_share > 0.5", "overdue_share", "overdue_share"),
        ("code: lawsuit", "code: OVERDUE", "OVERDUE"),
        ("refresh: quarter", "refresh: weekly", "refresh"),
        ("within_days: 3, ", "", "within_days"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(old: str, new: str, cause: str) -> None:
    text = APPROVAL + REVIEW
    assert old in text
    with pytest.raises(PolicyInvalid) as refused:
        load(text.replace(old, new))
    assert cause in "".join(refused.value.params["problems"])
    assert refused.value.params["line"] > POLICY.count("\n")


def test_an_event_is_true_false_or_unknown_of_each_customer() -> None:
    policy = load(REVIEW)
    assert "overdue_share" in services.inputs_of(policy, cards=CARDS)
    rows = pl.DataFrame({"customer_no": ["1", "2", "3"], "overdue_share": [0.6, 0.5, None]})

    found = services.events_of(policy, ibis.memtable(rows), cards=CARDS).order_by("customer_no").to_polars()

    assert found["event_overdue"].to_list() == [True, False, None]
    assert "event_lawsuit" not in found.columns


@pytest.mark.req("PWR-26")
@pytest.mark.parametrize(
    ("downgrade", "falls"),
    [
        ("{by: 1, mark: assumed}", {"A": "B", "B": "C"}),
        ("{by: 2, mark: assumed}", {"A": "C", "B": "C"}),
        ("{to: B, mark: assumed}", {"A": "B"}),
        ("{to: C, mark: assumed}", {"A": "C", "B": "C"}),
    ],
)
def test_an_event_that_is_told_lowers_the_grade_by_as_much_as_the_policy_says(
    downgrade: str, falls: dict[str, str]
) -> None:
    policy = load(REVIEW.replace("en: lawsuit, ", f"en: lawsuit, downgrade: {downgrade}, "))

    assert services.falls_of(policy, "lawsuit") == falls
    assert services.falls_of(policy, "overdue") == {}
    assert services.falls_of(policy, "no_such_event") == {}


def test_an_event_without_a_downgrade_lowers_nothing() -> None:
    assert services.falls_of(load(REVIEW), "lawsuit") == {}
    assert services.falls_of(load(""), "lawsuit") == {}


@pytest.mark.req("PWR-26")
@pytest.mark.parametrize(
    ("code", "downgrade", "cause"),
    [
        ("lawsuit", "{mark: assumed}", "只写其一"),
        ("lawsuit", "{by: 1, to: B, mark: assumed}", "只写其一"),
        ("lawsuit", "{by: 0, mark: assumed}", "downgrade.by"),
        ("lawsuit", "{by: 3, mark: assumed}", "没有这么多"),
        ("lawsuit", "{to: D, mark: assumed}", "D"),
        ("lawsuit", "{to: A, mark: assumed}", "起不到限制"),
        ("lawsuit", "{by: 1}", "mark"),
        ("overdue", "{by: 1, mark: assumed}", "一票否决"),
    ],
)
def test_a_downgrade_that_says_nothing_clear_is_refused(code: str, downgrade: str, cause: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        load(REVIEW.replace(f"code: {code}, ", f"code: {code}, downgrade: {downgrade}, "))
    assert cause in "".join(refused.value.params["problems"])
