"""What would raise a customer's grade, as people are told it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from tests.judgements.ratings.conftest import JUNE
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.ratings import outlooks, queries, services

pytestmark = pytest.mark.django_db(transaction=True)


def outlook(chief: Actor, code: str, no: str) -> Any:
    run = services.rate(actor=chief, on=JUNE, policy_code=code, as_of=JUNE)
    return queries.outlook(chief, run.pk, no, on=JUNE)


def test_what_only_time_changes_is_an_obstacle_and_no_way(
    chief: Actor, measured: None, answer: Callable[..., None]
) -> None:
    answer("C-2", persons_served="600", repute="high", funds="strong", lawful_strict="yes", promises="kept")

    found = outlook(chief, "adv", "C-2")

    assert found.grade == "C"
    assert "A" not in {way.grade for way in found.improvements}
    assert any("新开发客户原则上不列入A级" in text for text in found.obstacles)


def test_the_best_grade_has_no_way_up(chief: Actor, measured: None, answer: Callable[..., None]) -> None:
    answer(
        "C-1", persons_served="600", repute="high", funds="strong", lawful_strict="yes", promises="kept",
        operation_2y="good", key_data_complete="yes", heavy_losses="no", breach_2y="none", debt_ability="strong",
    )  # fmt: skip

    found = outlook(chief, "adv", "C-1")

    assert (found.grade, found.state, found.improvements) == ("A", "best", ())


def test_a_way_is_told_in_words_with_what_is_now(chief: Actor, measured: None) -> None:
    run = services.rate(actor=chief, on=JUNE, policy_code="adv", as_of=JUNE)
    with translation.override("en"):
        found = queries.outlook(chief, run.pk, "C-2", on=JUNE)
    with translation.override("zh-hans"):
        chinese = queries.outlook(chief, run.pk, "C-2", on=JUNE)

    assert found.state == "open"
    assert found.improvements[0].grade == "B"
    assert found.improvements[0].text == "Worst delay, last 24 months: 90 days (now 150 days)"
    assert chinese.improvements[0].text == "近24个月最长拖欠天数：90 天（现为150 天）"
    assert chinese.summary == "改变1项指标即可升至B级。"


def test_a_quota_promises_nothing_and_says_why(chief: Actor, measured: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(outlooks, "is_compared", lambda _policy: True)

    found = outlook(chief, "adv", "C-2")

    assert (found.state, found.improvements) == ("compared", ())
    assert found.summary == "等级取决于其他客户，无法承诺单个客户的任何一项改变必然有效。"
