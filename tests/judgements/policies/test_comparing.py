"""What a new version changes, told part by part."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judgements.policies.language import POLICY, policy
from xinheng.judgements.policies import queries

pytestmark = pytest.mark.any_database


def told(*changes: tuple[str, str]) -> list[tuple[Any, ...]]:
    text = POLICY
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    found = queries.differences(policy(), policy(text))
    return [(one.kind, one.part, one.code, one.field, one.before, one.after) for one in found]


def plain(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [(*row[:4], *(None if value is None else str(value) for value in row[4:])) for row in found]


def test_the_same_policy_differs_in_nothing() -> None:
    assert told() == []


@pytest.mark.req("ADV-03")
def test_each_change_is_named_by_its_part_and_field() -> None:
    found = told(
        ('version: "1"', 'version: "2"'),
        ("value: 12,", "value: 6,"),
        ("{to: 0.02, inclusive: true, points: 50}", "{to: 0.03, inclusive: false, points: 50}"),
        ("{grade: A, from: 90", "{grade: A, from: 85"),
        ("when: overdue_share > 0.9", "when: overdue_share > 0.8"),
        ("grade: B, soft: true", "grade: B, soft: false"),
    )

    assert plain(found) == [
        ("changed", "", "", "version", "1", "2"),
        ("changed", "parameters", "new_months", "value", "12", "6"),
        ("changed", "scoring.items", "overdue", "bands.1.to", "0.02", "0.03"),
        ("changed", "scoring.items", "overdue", "bands.1.inclusive", "True", "False"),
        ("changed", "scoring.thresholds", "A", "from", "90", "85"),
        ("changed", "vetoes", "lost", "when", "overdue_share > 0.9", "overdue_share > 0.8"),
        ("changed", "caps", "new", "soft", "True", "False"),
    ]


def test_what_is_added_removed_and_moved_is_told() -> None:
    found = told(
        ("  - {code: big, zh: 大客户, en: large customer, unit: CNY, value: null, mark: lost}\n", ""),
        ("when: sales >= big, mark: given", "when: sales >= 5, mark: given"),
        (
            "vetoes:\n",
            "vetoes:\n  - {code: new, zh: 新, en: new, when: ratio > 2, grade: C, mark: assumed}\n",
        ),
        (
            "    - {grade: A, any: [A1, A2]}\n    - {grade: C, any: [C1]}\n",
            "    - {grade: C, any: [C1]}\n    - {grade: A, any: [A1, A2]}\n",
        ),
    )

    assert [row[:4] for row in found] == [
        ("removed", "parameters", "big", ""),
        ("changed", "conditions", "A2", "when"),
        ("moved", "criteria.grades", "C", ""),
        ("added", "vetoes", "new", ""),
    ]
    assert found[2][4:] == (2, 1)


def test_a_part_only_one_has_is_told_whole() -> None:
    start, end = POLICY.index("criteria:"), POLICY.index("scoring:")
    conditions = POLICY.index("conditions:")
    text = POLICY[:conditions] + POLICY[end:]
    assert start < end
    found = queries.differences(policy(), policy(text))

    assert [(one.kind, one.part, one.code) for one in found] == [
        ("removed", "conditions", "C1"),
        ("removed", "conditions", "A1"),
        ("removed", "conditions", "A2"),
        ("removed", "criteria", ""),
    ]


def test_lines_of_text_are_told_as_diff_tells_them() -> None:
    lines = queries.text_differences("a\nb\nc\n", "a\nx\nc\n", names=("one", "two"))

    assert lines == ["--- one", "+++ two", "@@ -1,3 +1,3 @@", " a", "-b", "+x", " c"]
