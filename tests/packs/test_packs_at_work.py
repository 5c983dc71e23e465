"""A credit department rates by the packs: places, lost parameters and exclusions are told as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests import worlds
from tests.indicators.ledger import bill, customer, pay
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.packs import queries as packs
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import queries, services
from xinheng.judgements.ratings.errors import AnswerInvalid
from xinheng.judgements.ratings.models import Assessment, Grade, Run
from xinheng.judgements.ratings.values import Explanation

pytestmark = pytest.mark.django_db
DECEMBER = date(2025, 12, 31)
ADOPTED = tuple(pack.header.code for pack in packs.shipped())
Explain = Callable[..., Explanation]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """Seven customers who bought, one who did not, one loan firm of eleven months; the runs by policy."""
    with django_db_blocker.unblock():
        actor = system_actor()
        access.load_shipped_roles(actor=actor, on=DECEMBER)
        access.create_unit(actor=actor, on=DECEMBER, code="HQ", name="总部", kind="company")
        access.create_person(
            actor=actor, on=DECEMBER, login="credit", name="林晓", password="a-long-pass-phrase", role="credit_manager",
            unit="HQ",
        )  # fmt: skip
        for place in range(1, 8):
            who = customer(f"K-{place}", industry_section="F")
            sold = bill(who, f"B{place}", "2025-06-01", "2025-07-01", 2_000_000 - place * 100_000)
            pay(sold, "2025-06-20", 2_000_000 - place * 100_000)
        customer("K-8")
        customer("K-9", founded_on=date(2025, 2, 1), industry_section="K")
        services.adopt_shipped_policies(actor=actor, on=DECEMBER, codes=ADOPTED)
        indicators.measure(actor=actor, on=DECEMBER, as_of=DECEMBER)
        for question in ("loan_relation", "guarantees_loan"):
            services.assess(
                actor=actor, on=DECEMBER, customer_no="K-7", question=question, value="yes",
                assessed_on=DECEMBER, evidence="借款合同、保证合同",
            )  # fmt: skip
        told = {"actor": actor, "on": DECEMBER, "as_of": DECEMBER}
        rated_by = ("pts", "dat", "fou", "loa", "lim", "pwr", "general")
        made = {code: services.rate(policy_code=code, **told).pk for code in rated_by}
        services.assess(
            actor=actor, on=DECEMBER, customer_no="K-7", question="pts_mode_points", value="10",
            assessed_on=DECEMBER, evidence="走访记录",
        )  # fmt: skip
        made["pts again"] = services.rate(policy_code="pts", **told).pk
        yield made
        worlds.empty()


@pytest.fixture
def explain(world: dict[str, int], chief: Actor) -> Explain:
    def why(code: str, no: str, language: str = "en") -> Explanation:
        with translation.override(language):
            return queries.explanation(chief, world[code], no, on=DECEMBER)

    return why


@pytest.mark.req("PTS-01", "PTS-03")
def test_a_run_gives_places_and_leaves_out_who_bought_nothing(world: dict[str, int]) -> None:
    held = {
        row.customer.no: row for row in Grade.objects.filter(run_id=world["pts"]).select_related("customer")
    }

    assert [held[f"K-{place}"].grade for place in range(1, 8)] == ["A", "B", "B", "C", "C", "C", "D"]
    assert {held["K-8"].state, held["K-9"].state} == {"not_applicable"}
    assert len({held[f"K-{place}"].score_milli for place in range(1, 8)}) == 1  # sales alone told them apart


@pytest.mark.req("PTS-03")
def test_an_explanation_names_place_number_and_quota(explain: Explain) -> None:
    english, chinese = explain("pts", "K-3"), explain("pts", "K-3", "zh-hans")

    expected = (
        "Place 3 of 7 by score: grade B, 30 %, goes to place 3 (equal scores in the order of: payment reputation; "
        "Turnover, last 12 months; customer number)"
    )
    assert next(one.text for one in english.reasons if one.code == "place") == expected
    assert expected in english.summary
    assert "按得分排名第3（共7家）：B级名额占30%，至第3名止" in chinese.summary
    assert "同分依次按：付款信誉；近12个月开票额；客户编号" in chinese.summary


@pytest.mark.req("PTS-01", "LOA-06")
def test_who_is_left_out_is_told_why(explain: Explain) -> None:
    bought_nothing, young = explain("pts", "K-8"), explain("loa", "K-9")

    assert bought_nothing.state == young.state == "not_applicable"
    assert "no sales in the year: listed apart, not ranked" in bought_nothing.summary
    assert "operating for less than one accounting year" in young.summary
    assert "class 5: real estate developers" in [one.text for one in young.reasons if one.outcome == "fired"]


@pytest.mark.req("LOA-05")
def test_a_guarantor_who_borrows_too_is_rated_once_and_told_as_both(
    world: dict[str, int], explain: Explain
) -> None:
    rows = list(Grade.objects.filter(run_id=world["loa"]).values_list("customer__no", flat=True))
    both = [
        one.text
        for one in explain("loa", "K-7").reasons
        if one.code.startswith("must_") and one.outcome == "fired"
    ]

    assert sorted(rows) == [f"K-{place}" for place in range(1, 10)]
    assert both == [
        "must be rated: has a loan from us",
        "must be rated: guarantees a loan of ours, not a guarantee company",
    ]


@pytest.mark.req("LOA-01", "RR-09")
def test_every_figure_of_a_corrected_item_is_asked_for(explain: Explain) -> None:
    told = explain("loa", "K-1")
    debt = next(one for one in told.reasons if one.code == "debt")
    asked = {one.code for one in told.reasons if one.kind == "missing"}

    core = {"debt_to_assets", "interest_cover", "quick_ratio", "cash_flow_ratio"}
    assert {one.code for one in debt.inputs} >= core
    assert debt.points is None
    assert asked >= core


@pytest.mark.req("PWR-10")
def test_the_same_consumers_are_rated_by_another_model_without_touching_the_first(
    world: dict[str, int],
) -> None:
    told = [
        {
            row.customer.no: (row.state, row.grade, row.score_milli)
            for row in Grade.objects.filter(run_id=world[code]).select_related("customer")
        }
        for code in ("pwr", "general")
    ]

    assert told[0].keys() == told[1].keys()
    assert {told[0][f"K-{place}"][0] for place in range(1, 10)} == {"incomplete"}  # six groups are missing
    assert {told[1][f"K-{place}"][0] for place in range(1, 8)} == {"graded"}  # by their payments alone
    runs = {
        run.policy_code: run.policy_version
        for run in Run.objects.filter(pk__in=[world["pwr"], world["general"]])
    }
    assert runs == {"pwr": "1", "general": "1"}


@pytest.mark.req("RR-16", "DAT-01", "DAT-02", "FOU-02", "LIM-06")
def test_what_is_not_set_is_named(explain: Explain) -> None:
    dat, fou, lim = explain("dat", "K-1", "zh-hans"), explain("fou", "K-1", "zh-hans"), explain("lim", "K-1")

    unset = [one.text for one in dat.reasons if one.text.startswith("参数未设定")]
    assert dat.state == "incomplete"
    assert "参数未设定：重要客户：单笔合同额" in unset
    assert len(unset) == 7
    assert fou.state == "incomplete"
    assert sum(one.text.startswith("参数未设定") for one in fou.reasons) == 4
    assert [one.text for one in lim.reasons if one.text.startswith("Parameter not set")] == [
        "Parameter not set: letter g: lost in the source, not set"
    ]


@pytest.mark.req("PTS-02", "LSE-15", "RR-13")
@pytest.mark.parametrize("value", ["-0.1", "10.1", "11", "zehn"])
def test_points_outside_an_item_are_refused_and_nothing_is_kept(
    world: dict[str, int], chief: Actor, value: str
) -> None:
    with pytest.raises(AnswerInvalid) as refused:
        services.assess(
            actor=chief, on=DECEMBER, customer_no="K-1", question="pts_mode_points", value=value,
            assessed_on=DECEMBER, evidence="走访记录",
        )  # fmt: skip

    assert "pts_mode_points" in str(refused.value)
    assert Assessment.objects.count() == 3  # those of the company above


@pytest.mark.req("PTS-02")
def test_points_at_the_maximum_are_kept_and_counted(explain: Explain) -> None:
    before, after = explain("pts", "K-7"), explain("pts again", "K-7")

    assert next(one.points for one in before.reasons if one.code == "mode") is None
    assert next(one.points for one in after.reasons if one.code == "mode") == Decimal(10)
    assert (before.grade, after.grade) == ("D", "A")


@pytest.fixture
def page_of(world: dict[str, int], settings: Any) -> Callable[..., str]:
    """The page of a pack as the credit manager reads it, without the text as adopted."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    client = Client()
    client.force_login(
        Person.objects.get(login="credit"), backend="django.contrib.auth.backends.ModelBackend"
    )

    def read(code: str, language: str = "zh-hans") -> str:
        answer = client.get(f"/policies/{code}/1/", headers={"accept-language": language})
        assert answer.status_code == 200
        return str(answer.content.decode().partition('id="policy-text"')[0])

    return read


def words_of(page: str, part: str) -> str:
    """The words of one card of the page, each apart by one blank."""
    card = page.partition(f'id="{part}"')[2].partition('<div class="card mt-3')[0]
    return " ".join(re.sub(r"<[^>]*>", " ", card.partition(">")[2]).split())


@pytest.mark.req("RR-16")
@pytest.mark.parametrize("code", ADOPTED)
def test_the_page_of_every_pack_opens_and_says_what_is_not_set(
    page_of: Callable[..., str], code: str
) -> None:
    page = page_of(code)

    lost = {"net", "lim", "fou", "fil", "flw"}
    assert ('<b class="xh-bad">参数未设定</b>' in page) == (code in lost)
    assert ('<b class="xh-bad">未设定</b>' in page) == (code in {"dat", "col", "lse"})
    assert "等级由谁审批" in page
    assert "何时复评" in page
    assert "提前复评的事件" in page
    if code == "pts":
        assert "同分依次按" in page
        assert "20 %" in page
    if code == "loa":
        assert "operating" not in page
        assert "经营不足一个会计年度" in page
        assert "按基本指标计分，再乘以修正指标的综合修正系数。" in page
        assert "每个指标的修正系数在 0.7 至 1.3 之间。" in page
        assert "12 个月未复评的等级失效，不再作为授信依据。 财务报表截止满 15 个月后其数据视为过时。" in page
        assert "1.251 / 1.032 / 0.745 / 0.475 / 0.271" in page


@pytest.mark.req("ADV-13", "ADV-31")
def test_the_page_of_a_policy_tells_who_approves_and_when_a_grade_is_looked_at_again(
    page_of: Callable[..., str],
) -> None:
    page = page_of("adv")
    chain, calendar, events = (words_of(page, part) for part in ("approval", "review", "events"))

    assert "编制 信用分析员 / 信用经理" in chain
    assert "复核最多上调 1 级，终审人可再上调。 覆写最长 12 个月。" in chain
    assert "1 审核 分管副总 / 法务经理 / 财务经理 须逐一签署 5 个工作日" in chain
    assert "2 批准 总经理 3 个工作日" in chain
    assert "A 每 12 个月" in calendar
    assert "C 每 3 个月" in calendar
    assert "评级所依据的资料每季度更新。" in calendar
    assert "涉诉或被执行 由人报告 5 个工作日 复评之前不变" in events
    assert "长期欠款的天数 (90 天)" in events


@pytest.mark.req("PWR-26")
def test_the_page_of_a_policy_tells_how_far_an_event_lowers_a_grade(page_of: Callable[..., str]) -> None:
    events = words_of(page_of("pwr"), "events")

    assert "查实窃电 由人报告 3 个工作日 D 高于此级的降至此级 · 立即生效 假定" in events
    assert "查实违约用电 由人报告 5 个工作日 B 高于此级的降至此级 · 立即生效 假定" in events


@pytest.mark.req("LIM-04")
def test_the_page_of_a_policy_tells_who_is_handled_first(page_of: Callable[..., str]) -> None:
    page = page_of("lim")

    assert "优先办理（4S店、车队物流、大型国企）" in page
    assert page.count('title="在待办清单中排在前面，不减免任何检查"') == 1
