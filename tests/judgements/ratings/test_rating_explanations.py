"""A grade explains itself in words, decisive first, to those who may see the customer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import translation

from tests.judgements.ratings.conftest import JUNE
from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.judgements.ratings import queries, services
from xinheng.judgements.ratings.errors import NotRated, RunFilesMissing, RunUnknown
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.ratings.values import Explanation

pytestmark = pytest.mark.django_db(transaction=True)


def rate(chief: Actor, code: str = "adv") -> Run:
    return services.rate(actor=chief, on=JUNE, policy_code=code, as_of=JUNE)


def explain(chief: Actor, run: Run, no: str, language: str = "en") -> Explanation:
    with translation.override(language):
        return queries.explanation(chief, run.pk, no, on=JUNE)


@pytest.mark.req("RR-05", "RR-07", "ADV-12")
def test_a_capped_grade_names_the_cap_first_and_every_condition_that_fired(
    chief: Actor, measured: None
) -> None:
    found = explain(chief, rate(chief), "C-1")

    assert (found.state, found.grade, found.grade_before_caps) == ("graded", "B", "A")
    assert (found.reasons[0].kind, found.reasons[0].code, found.reasons[0].grade) == ("cap", "key_data", "B")
    assert "in principle" in found.reasons[0].text
    assert found.reasons[1].code == "A6"
    fired = [
        reason.code for reason in found.reasons if reason.kind == "condition" and reason.outcome == "fired"
    ]
    assert fired == ["A6"]
    assert "It would be A, but:" in found.summary
    late = next(value for value in found.reasons[1].inputs if value.code == "late_count_12m")
    assert (late.value, late.unit, late.origin) == (Decimal(0), "count", "indicator")


def test_the_words_follow_the_language(chief: Actor, measured: None) -> None:
    run = rate(chief)
    english, chinese = explain(chief, run, "C-2"), explain(chief, run, "C-2", "zh-hans")

    assert english.reasons[0].text == "long-standing arrears or other serious breach in the past 2 years"
    assert chinese.reasons[0].text == "过去2年长期欠款或发生其他严重违约行为"
    assert chinese.reasons[0].source_clause == "第十三条(2)"
    assert chinese.policy_name == "客户信用等级管理制度（垫资）"
    assert chinese.summary.startswith("C级")


@pytest.mark.req("RR-09", "ADV-09")
def test_what_is_not_known_is_listed_once(chief: Actor, measured: None) -> None:
    found = explain(chief, rate(chief), "C-3")

    missing = [reason.code for reason in found.reasons if reason.kind == "missing"]
    assert found.state == "incomplete"
    assert {"persons_served", "repute", "funds", "promises"} <= set(missing)
    assert len(missing) == len(set(missing))
    assert "incomplete" in found.summary


@pytest.mark.req("RR-09")
def test_people_are_not_asked_for_what_bills_show(chief: Actor, measured: None) -> None:
    found = explain(chief, rate(chief), "C-2")

    missing = {reason.code for reason in found.reasons if reason.kind == "missing"}
    assert missing.isdisjoint({"relation_months", "arrears_2y", "payment_habit"})
    assert {"promises", "funds"} <= missing
    capped = next(reason for reason in found.reasons if reason.code == "key_data")
    shown = {value.code for value in capped.inputs}
    assert shown == {"persons_served", "repute", "funds", "key_data_complete", "months_since_first"}


@pytest.mark.req("RR-09")
def test_items_left_out_stand_after_those_measured_and_the_summary_says_so(
    chief: Actor, measured: None
) -> None:
    found = explain(chief, rate(chief, "general"), "C-1")

    points = [reason for reason in found.reasons if reason.kind == "points"]
    assert [reason.points is None for reason in points] == sorted(reason.points is None for reason in points)
    total = sum(reason.maximum or 0 for reason in points if reason.points is not None)
    assert f"Only items of {total} points were measured, scaled to 100." in found.summary
    chinese = explain(chief, rate(chief, "general"), "C-1", "zh-hans").summary
    assert f"只测得合计 {total} 分的项目，按 100 分折算。" in chinese
    assert "。 " not in chinese


@pytest.mark.req("RR-16", "NET-09")
def test_a_lost_condition_says_parameter_not_set(chief: Actor, measured: None) -> None:
    found = explain(chief, rate(chief, "net"), "C-2")

    lost = next(reason for reason in found.reasons if reason.code == "C8")
    assert (lost.kind, lost.outcome, lost.source_mark) == ("missing", "unknown", "lost")
    assert lost.text.startswith("Parameter not set:")


@pytest.mark.req("LSE-15")
def test_points_stand_with_their_maximum_the_costly_first(
    chief: Actor, measured: None, answer: Callable[..., None]
) -> None:
    answer(
        "C-1", strength_points="8", potential_points="12", repute_points="18", payment_points="27.9",
        other_points="9",
    )  # fmt: skip
    found = explain(chief, rate(chief, "lse"), "C-1")

    points = [reason for reason in found.reasons if reason.kind == "points"]
    assert found.score == Decimal("89.9")
    assert found.grade == "B"
    assert sum(reason.points or 0 for reason in points) == found.score
    assert [reason.code for reason in points][:2] == ["potential", "payment"]
    assert points[0].text == "potential: 12 of 15 points"
    cumulative = next(reason for reason in points if reason.code == "cumulative")
    assert (cumulative.points, cumulative.maximum) == (Decimal(15), Decimal(15))
    assert {value.code for value in cumulative.inputs} >= {"turnover_ever", "months_since_first"}


def test_money_is_shown_in_yuan(chief: Actor, measured: None) -> None:
    found = explain(chief, rate(chief, "net"), "C-1")

    receipts = next(reason for reason in found.reasons if reason.code == "A6_customer")
    assert receipts.inputs[0].value == Decimal("1800000.00")


def test_a_customer_out_of_reach_looks_like_one_that_is_not_there(chief: Actor, measured: None) -> None:
    run = rate(chief)
    stranger = Actor("s", "s", 7, frozenset({"ratings.read", "customers.read"}), Scope("own", (), 7))

    for no in ("C-1", "no such"):
        with pytest.raises(CustomerUnknown):
            queries.explanation(stranger, run.pk, no, on=JUNE)
    assert not queries.grades_seen(stranger, run.pk, on=JUNE).exists()
    nobody = Actor("n", "n", permits=frozenset({"customers.read"}), scope=Scope("everything"))
    with pytest.raises(AccessDenied):
        queries.explanation(nobody, run.pk, "C-1", on=JUNE)
    with pytest.raises(AccessDenied):
        queries.grades_seen(nobody, run.pk, on=JUNE)


def test_what_cannot_be_explained_says_so(chief: Actor, measured: None) -> None:
    from pathlib import Path

    from django.conf import settings

    from tests.indicators.ledger import customer

    run = rate(chief)
    customer("C-9")
    with pytest.raises(NotRated):
        explain(chief, run, "C-9")
    with pytest.raises(RunUnknown):
        queries.explanation(chief, 987, "C-1", on=JUNE)
    Path(settings.HOME, run.results_path).unlink()
    with pytest.raises(RunFilesMissing):
        explain(chief, run, "C-1")
