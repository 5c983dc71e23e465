"""A ladder is data: what is wrong with one is told with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.operations.dunning import planning, policy

pytestmark = pytest.mark.any_database
SHIPPED = (Path(__file__).resolve().parents[3] / "packs" / "general" / "dunning_ladder.yaml").read_text(
    "utf-8"
)


def test_the_shipped_ladder_goes_by_its_timetable() -> None:
    ladder = policy.load(SHIPPED)
    assert [(one.level, one.days) for one in ladder.levels] == [
        (0, -7), (1, 1), (2, 7), (3, 15), (4, 30), (5, 60), (6, 90), (7, 120)
    ]  # fmt: skip
    assert [one.level for one in ladder.levels if one.blocks] == [4, 5, 6, 7]
    assert ladder.at(9).level == 7


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("{level: 3, code", "{level: 9, code"),
        ("days: 15,", "days: 5,"),
        ("level: 1, code: reminder, basis: due, days: 1,", "level: 1, code: reminder, basis: due, days: 0,"),
        ("level: 1, code: reminder, basis: due", "level: 1, code: reminder, basis: last"),
        ("text: letter_1, deadline", "text: letter_9, deadline"),
        ("{oldest_days}天，应付", "{oldest_day}天，应付"),
        ("amount: 10}]", "amount: 10}, {currency: CNY, amount: 5}]"),
        ("ways: [phone]", "ways: [fax]"),
        ("min_gap_days: 3", "min_gap: 3"),
        ("basis: due, days: -7", "basis: due, days: 7"),
    ],
)
def test_a_faulty_ladder_is_refused_with_file_and_line(was: str, becomes: str) -> None:
    assert was in SHIPPED
    text = SHIPPED.replace(was, becomes, 1)
    with pytest.raises(PolicyInvalid) as refused:
        policy.check(text)
    assert refused.value.params["file"] == "dunning_ladder.yaml"
    wrong = next(
        number
        for number, line in enumerate(text.splitlines(), 1)
        if becomes.split("\n", maxsplit=1)[0] in line
    )
    assert refused.value.params["line"] in (wrong, next(
        number for number, line in enumerate(text.splitlines(), 1) if line.startswith(("levels:", "tolerances:"))
    )) or refused.value.params["line"] <= wrong  # fmt: skip


def test_quiet_days_are_rest_days_days_of_the_month_and_dates() -> None:
    quiet = "quiet: {rest_days: false, days_of_month: [31], dates: [2026-06-10]}"
    ladder = policy.load(SHIPPED.replace("quiet: {rest_days: true}", quiet))
    days = [date(2026, 6, 30), date(2026, 6, 29), date(2026, 6, 10), date(2026, 6, 13)]
    assert [planning.is_quiet(ladder, day) for day in days] == [True, False, True, False]
    shipped = policy.load(SHIPPED)
    assert planning.is_quiet(shipped, date(2026, 10, 1))  # a public holiday
    assert not planning.is_quiet(shipped, date(2026, 6, 10))
