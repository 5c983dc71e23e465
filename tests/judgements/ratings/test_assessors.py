"""Several people answer one question; questionnaires that ask what a policy asks; channels that differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.judgements.ratings.conftest import JUNE
from tests.judgements.ratings.test_rating_inputs import text_of, written
from tests.seats import seat
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.base.packs import services as packs
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.errors import OwnFactVerified, SurveyUnfinished
from xinheng.facts.customers.models import Customer, Survey
from xinheng.facts.customers.values import NewSurvey
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.policies.values import Question
from xinheng.judgements.ratings import queries, services
from xinheng.judgements.ratings.answers import together
from xinheng.judgements.ratings.errors import AnswerInvalid, AnswerUnknown
from xinheng.judgements.ratings.models import Assessment

pytestmark = pytest.mark.django_db(transaction=True)
POINTS = ["contradictions", "dealings", "credit_record", "other"]
OTHER = "{code: other_points, zh: 其他评分, en: other points, type: number, unit: points, minimum: 0, maximum: 10, decimals: 1, "


def several(text: str, rule: str) -> str:
    """The policy of leasing with several assessors of the other points (LSE-17)."""
    assert OTHER in text
    return text.replace(OTHER, OTHER + f"assessors: {rule}, ")


def adopt(chief: Actor, rule: str) -> str:
    text = several(text_of("lse"), rule).replace('version: "1"', 'version: "2"')
    packs.adopt(
        actor=chief, on=JUNE, kind="rating", text=text, effective_from=date(2026, 1, 1), past_chain_why="试验"
    )
    return text


@pytest.fixture
def chief(db: None) -> Actor:
    """May do everything, and accepts reports."""
    return replace(seat("chief", "credit_manager", on=JUNE), permits=frozenset({"*"}))


def person(login: str) -> Actor:
    return Actor(login, login, permits=frozenset({"*"}), scope=Scope("everything"))


def say(login: str, value: str, no: str = "C-1", question: str = "other_points", **told: Any) -> Assessment:
    return services.assess(
        actor=person(login), on=JUNE, customer_no=no, question=question, value=value,
        assessed_on=told.pop("assessed_on", JUNE), evidence="走访",
    )  # fmt: skip


@pytest.mark.req("LSE-17")
@pytest.mark.parametrize(
    ("rule", "used"),
    [
        ("{at_least: 2, combine: mean}", 6.4),  # 6.35, half up to one decimal
        ("{at_least: 2, combine: median}", 6.5),  # 6.45 of 5.9 and 7.0
        ("{at_least: 2, combine: newest}", 7.0),
        ("{at_least: 2, combine: agreed}", None),
        ("{at_least: 5, combine: mean}", None),
    ],
)
def test_a_rating_uses_what_several_people_make_together(
    chief: Actor, measured: None, rule: str, used: float | None
) -> None:
    text = adopt(chief, rule)
    say("wang", "1.0")
    for login, value in (
        ("wang", "5.5"),
        ("li", "5.9"),
        ("zhao", "7.0"),
        ("qian", "unknown"),
        ("sun", "7.0"),
    ):
        say(login, value)
    say("li", "9.9", no="C-2")

    found = written(text)

    assert found["C-1"]["other_points"] == used
    assert found["C-2"]["other_points"] is None  # one person is not enough
    assert written(text_of("lse"))["C-1"]["other_points"] == 7.0  # who asks one person takes the newest
    assert Assessment.objects.count() == 7


@pytest.mark.req("LSE-17")
def test_the_rating_gives_the_mean_as_points(chief: Actor, measured: None) -> None:
    adopt(chief, "{at_least: 2, combine: mean, spread_at_most: 3}")
    for question, value in (
        ("strength_points", "8"), ("potential_points", "12"), ("repute_points", "15"), ("payment_points", "25"),
        ("relation_months", "12"), ("lease_sum", "0"),
    ):  # fmt: skip
        say("wang", value, question=question)
    say("wang", "4.0")
    before = services.rate(actor=chief, on=JUNE, policy_code="lse", as_of=JUNE)
    assert queries.grades(before.pk).get(customer__no="C-1").state == "incomplete"
    say("li", "8.0")

    run = services.rate(actor=chief, on=JUNE, policy_code="lse", as_of=JUNE)
    points = {one.code: one.points for one in queries.explanation(chief, run.pk, "C-1", on=JUNE).reasons}

    assert points["other"] == Decimal(6)
    panels = {one.question.code: one for one in queries.panels_of(chief, "C-1", on=JUNE)}
    panel = panels["other_points"]
    assert (panel.mean, panel.spread, panel.deviation) == (Decimal("6.00"), Decimal("4.0"), Decimal("2.83"))
    assert (panel.decided, panel.apart, panel.wanted) == ("6.0", True, 0)
    assert [(one.by, one.value) for one in panel.opinions] == [("li", "8.0"), ("wang", "4.0")]


@pytest.mark.req("LSE-17")
def test_who_lies_too_far_apart_is_listed_to_be_talked_over(chief: Actor, measured: None) -> None:
    adopt(chief, "{at_least: 2, combine: mean, spread_at_most: 3}")
    for no, one, two in (("C-1", "4.0", "7.0"), ("C-2", "4.0", "7.1"), ("C-3", "5.0", "")):
        say("wang", one, no=no)
        if two:
            say("li", two, no=no)

    found = queries.panels_open(chief, on=JUNE)

    assert [(one.customer_no, one.apart, one.wanted) for one in found] == [
        ("C-2", True, 0),
        ("C-3", False, 1),
    ]
    far = Actor("far", "远", permits=frozenset({"*"}), scope=Scope("own"))
    assert queries.panels_open(far, on=JUNE) == []
    say("li", "5.0", no="C-2")  # they talked
    assert [one.customer_no for one in queries.panels_open(chief, on=JUNE)] == ["C-3"]


@pytest.mark.req("LSE-17")
def test_two_people_must_agree_where_the_policy_says_so(chief: Actor, measured: None) -> None:
    text = adopt(chief, "{at_least: 2, combine: agreed}")
    say("wang", "5.0")
    say("li", "6.0")
    assert queries.panels_open(chief, on=JUNE)[0].apart
    assert written(text)["C-1"]["other_points"] is None

    say("li", "5.0")

    assert written(text)["C-1"]["other_points"] == 5.0
    assert queries.panels_open(chief, on=JUNE) == []


@given(some.lists(some.integers(-999, 999), min_size=1, max_size=7))
def test_mean_median_and_deviation_are_those_of_the_books(units: list[int]) -> None:
    held = pl.DataFrame(
        {
            "customer_id": [1] * len(units),
            "assessed_by": [str(n) for n in range(len(units))],
            "value": [f"{Decimal(n).scaleb(-1)}" for n in units],
            "assessed_on": [JUNE] * len(units),
        }
    )
    told: dict[str, Any] = {
        "code": "q",
        "zh": "问",
        "en": "q",
        "mark": "given",
        "type": "number",
        "decimals": 1,
    }
    for combine, book in (("mean", mean), ("median", median)):
        question = Question.model_validate({**told, "assessors": {"combine": combine}})
        row = together(question, held).row(0, named=True)
        exact = Decimal(sum(units)) / len(units) if combine == "mean" else Decimal(str(book(units)))
        wanted = int(exact.quantize(Decimal(1), rounding="ROUND_HALF_UP"))
        assert row["decided"] == (wanted if len(units) > 1 else None)
        assert row["mean"] == pytest.approx(mean(units))
        assert row["deviation"] == (pytest.approx(stdev(units)) if len(units) > 1 else None)


def test_only_numbers_have_a_mean() -> None:
    text = (Path(__file__).resolve().parents[3] / "packs" / "adv" / "policy.yaml").read_text(encoding="utf-8")
    wrong = text.replace("- code: repute\n", "- code: repute\n    assessors: {combine: mean}\n", 1)
    assert wrong != text
    with pytest.raises(PolicyInvalid, match="平均值"):
        policies.load(wrong)


def survey(actor: Actor, form: str, channel: str, no: str = "C-1", **answers: str) -> Survey:
    """A survey with every question unknown but those named."""
    begun = files.begin_survey(actor=actor, on=JUNE, no=no, new=NewSurvey(form, channel, "走访"))
    kind, its = begun.customer.kind, customers.forms()[form]
    items: dict[str, str | None] = dict.fromkeys(customers.asked_items(its, kind))
    told: dict[str, str | None] = dict.fromkeys(services.form_questions(its, on=JUNE))
    services.save_survey(actor=actor, on=JUNE, survey_id=begun.pk, answers=items, told=told | answers)
    return begun


@pytest.mark.req("ADV-06", "NET-04", "ADV-04")
def test_answers_of_a_report_count_once_it_is_accepted(chief: Actor, measured: None) -> None:
    wang = Actor("wang", "王", permits=frozenset({"customers.*", "archive.*"}), scope=Scope("everything"))
    begun = files.begin_survey(
        actor=wang, on=JUNE, no="C-1", new=NewSurvey("adv_assessment", "observation", "走访")
    )
    with pytest.raises(AnswerInvalid):
        services.save_survey(
            actor=wang, on=JUNE, survey_id=begun.pk, answers={}, told={"persons_served": "many"}
        )
    with pytest.raises(SurveyUnfinished, match="委托服务人数"):
        services.hand_in_survey(actor=wang, on=JUNE, survey_id=begun.pk, signed=True)
    told = survey(wang, "adv_assessment", "observation", persons_served="600", repute="high", funds="strong")
    services.hand_in_survey(actor=wang, on=JUNE, survey_id=told.pk, signed=True)
    assert not Assessment.objects.exists()
    assert written(text_of("adv"))["C-1"]["persons_served"] is None

    files.accept_survey(actor=chief, on=JUNE, survey_id=told.pk, looked_at=POINTS)

    kept = {row.question: (row.value, row.assessed_by, row.channel) for row in Assessment.objects.all()}
    assert kept == {
        "persons_served": ("600", "wang", "observation"),
        "repute": ("high", "wang", "observation"),
        "funds": ("strong", "wang", "observation"),
    }  # what is unknown tells nothing
    seen = written(text_of("adv"))["C-1"]
    assert (seen["persons_served"], seen["repute"], seen["debt_ability"]) == (600, "high", None)


@pytest.mark.req("LSE-11", "ARM-07")
def test_mailed_points_count_once_examined_and_false_ones_never(chief: Actor, measured: None) -> None:
    wang = person("wang")
    told = survey(wang, "lse_points", "mailed_form", strength_points="9.5")
    services.hand_in_survey(actor=wang, on=JUNE, survey_id=told.pk, signed=True)
    files.accept_survey(actor=chief, on=JUNE, survey_id=told.pk, looked_at=POINTS)
    mailed = Assessment.objects.get()
    assert written(text_of("lse"))["C-1"]["strength_points"] is None

    with pytest.raises(OwnFactVerified):
        services.verify_answer(actor=wang, on=JUNE, assessment_id=mailed.pk, holds=True, evidence="报表")
    services.verify_answer(actor=chief, on=JUNE, assessment_id=mailed.pk, holds=True, evidence="审计报告")
    assert written(text_of("lse"))["C-1"]["strength_points"] == 9.5

    services.verify_answer(actor=chief, on=JUNE, assessment_id=mailed.pk, holds=False, evidence="报表造假")
    assert written(text_of("lse"))["C-1"]["strength_points"] is None
    far = Actor("far", "远", permits=frozenset({"*"}), scope=Scope("own"))
    with pytest.raises(AnswerUnknown):
        services.verify_answer(actor=far, on=JUNE, assessment_id=mailed.pk, holds=True, evidence="x")


@pytest.mark.req("SIX-15", "NET-05")
def test_channels_that_answer_differently_stand_side_by_side(chief: Actor, measured: None) -> None:
    one = Customer.objects.get(no="C-1")
    for channel, value in (("observation", "high"), ("registry", "low")):
        told = survey(person("wang"), "adv_assessment", channel, repute=value, funds="weak")
        services.hand_in_survey(actor=person("wang"), on=JUNE, survey_id=told.pk, signed=True)
        files.accept_survey(actor=chief, on=JUNE, survey_id=told.pk, looked_at=POINTS)

    found = queries.disagreements(one, on=JUNE)

    assert [[(row.channel, row.value) for row in rows] for rows in found] == [
        [("observation", "high"), ("registry", "low")]
    ]
    wrong = Assessment.objects.get(value="high")
    services.verify_answer(actor=chief, on=JUNE, assessment_id=wrong.pk, holds=False, evidence="已核")
    assert queries.disagreements(one, on=JUNE) == []


def test_the_newest_answer_counts_where_one_is_asked(measured: None, answer: Callable[..., None]) -> None:
    answer("C-1", funds="weak")
    answer("C-1", funds="strong")
    assert written(text_of("adv"))["C-1"]["funds"] == "strong"
