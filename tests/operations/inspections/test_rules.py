"""Money by the supply rules of a day, to the cent, and the printed figures of a campaign."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from xinheng.base.kernel.money import Money
from xinheng.operations.inspections import campaign, policy, reckoning, rules
from xinheng.operations.inspections.errors import (
    FiguresDoNotAddUp,
    InspectionInvalid,
    InspectionRulesInvalid,
)
from xinheng.operations.inspections.values import BreachFacts, Hits, TheftFacts, ToldFigures, Usefulness

pytestmark = pytest.mark.any_database
TEXT = (Path(__file__).parents[3] / "packs" / "pwr" / "inspections.yaml").read_text("utf-8")
RULES = policy.load(TEXT)
OLD, NEW = date(2004, 5, 1), date(2024, 6, 1)
D = Decimal
THEFT = reckoning.edition_of(RULES, NEW).theft
PRINTED = ToldFigures(
    {"high": 34, "medium": 138, "low": 136}, 308, 4, 6, Money.of("3652.45"), Money.of("8524.26"),
    Money.of("12176.71"),
)  # fmt: skip


@pytest.mark.req("PWR-25")
def test_a_private_tap_of_unknown_time_is_180_days_at_six_hours_for_light_and_twelve_for_power() -> None:
    light = TheftFacts("private_tap", D("0.56"), kva=D("2.2"))

    found = reckoning.reckon_theft(light, RULES, on=OLD)

    assert found.kwh == D(2376)  # 2.2 kW × 180 d × 6 h
    assert (found.fee, found.penalty, found.total) == (
        Money.of("1330.56"), Money.of("3991.68"), Money.of("5322.24"),
    )  # fmt: skip
    assert reckoning.reckon_theft(replace(light, use="power"), RULES, on=OLD).kwh == D(4752)
    assert [(step.code, step.result) for step in found.steps] == [
        ("tap_capacity", "2.2 kW"), ("days_unknown", "180 d"), ("hours_lighting", "6 h/d"),
        ("quantity", "2376 kWh"), ("fee", "1,330.56"), ("penalty", "3,991.68"),
    ]  # fmt: skip


@pytest.mark.req("PWR-25")
def test_theft_through_the_meter_is_its_nominal_current_times_the_ratio_times_the_time() -> None:
    facts = TheftFacts(
        "via_meter", D("0.65"), "power", amperes=D(5), phases=3, ratio=D(40), days=10, hours=D("7.5"),
        billed_kwh=D(900),
    )  # fmt: skip

    found = reckoning.reckon_theft(facts, RULES, on=OLD)

    assert found.kwh == D(9000)  # 3 × 220 V × 5 A × 40 = 132 kW; 9,900 kWh less what was billed
    assert (found.fee, found.penalty) == (Money.of(5850), Money.of(17550))


@pytest.mark.req("PWR-25")
def test_evidence_of_ones_own_and_a_lower_penalty_are_of_the_edition_2024_only() -> None:
    facts = TheftFacts("evidence", D("0.6"), kwh=D("123.45"), times=D("1.5"))

    found = reckoning.reckon_theft(facts, RULES, on=NEW)

    assert (found.edition, found.fee, found.penalty) == ("2024", Money.of("74.07"), Money.of("111.11"))
    with pytest.raises(InspectionInvalid) as refused:
        reckoning.reckon_theft(facts, RULES, on=date(2024, 5, 31))
    assert refused.value.params["field"] == "basis"
    tap = TheftFacts("private_tap", D("0.6"), kva=D(1), times=D(2))
    for asked, day in [(tap, OLD), (replace(tap, times=D("3.01")), NEW)]:
        with pytest.raises(InspectionInvalid) as refused:
            reckoning.reckon_theft(asked, RULES, on=day)
        assert refused.value.params["field"] == "times"
    with pytest.raises(InspectionInvalid):
        reckoning.reckon_theft(tap, RULES, on=date(1996, 10, 7))  # before any edition


@pytest.mark.req("PWR-25")
@pytest.mark.parametrize(
    ("facts", "fee", "penalty"),
    [
        (BreachFacts("price_class", kwh=D(3000), price=D("0.85"), low_price=D("0.56")), "870", "1740"),
        (BreachFacts("over_capacity", kw=D(12)), "0", "600"),
        (BreachFacts("over_capacity", kw=D(100), base_price=D("27.5"), months=2), "5500", "16500"),
        (BreachFacts("suspended", kw=D(10), occasions=2), "0", "600"),
        (BreachFacts("suspended", kw=D(10), base_price=D(25), months=1), "250", "500"),
        (BreachFacts("moved_meter", is_residential=True), "0", "500"),
        (BreachFacts("moved_meter"), "0", "5000"),
        (BreachFacts("unauthorised_supply", kw=D("7.5")), "0", "3750"),
    ],
)  # fmt: skip
def test_each_breach_of_use_costs_what_its_article_says(facts: BreachFacts, fee: str, penalty: str) -> None:
    found = reckoning.reckon_breach(facts, RULES, on=OLD)

    assert (found.fee, found.penalty) == (Money.of(fee), Money.of(penalty))


@pytest.mark.req("PWR-25")
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (TheftFacts("private_tap", D("0.5")), "kva"),
        (TheftFacts("private_tap", D("0.5"), kva=D(-1)), "kva"),
        (TheftFacts("private_tap", D(0), kva=D(1)), "price"),
        (TheftFacts("private_tap", D("NaN"), kva=D(1)), "price"),
        (TheftFacts("private_tap", D("0.5"), kva=D(1), days=0), "days"),
        (TheftFacts("private_tap", D("0.5"), kva=D(1), hours=D("24.1")), "hours"),
        (TheftFacts("via_meter", D("0.5"), amperes=D(5), phases=2), "phases"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_by_its_name(facts: TheftFacts, field: str) -> None:
    with pytest.raises(InspectionInvalid) as refused:
        reckoning.reckon_theft(facts, RULES, on=OLD)

    assert refused.value.params["field"] == field


def test_a_wrong_document_of_rules_is_told_with_its_line() -> None:
    with pytest.raises(InspectionRulesInvalid) as refused:
        policy.load(TEXT.replace("unknown_days: 180", "unknown_days: -1", 1))

    line = next(no for no, text in enumerate(TEXT.splitlines(), 1) if "unknown_days: 180" in text)
    assert refused.value.params["line"] == line


@pytest.mark.req("PWR-38")
@pytest.mark.req("PWR-27")
@pytest.mark.req("PWR-22")
def test_the_printed_campaign_gives_308_suspects_and_its_rates() -> None:
    told = campaign.usefulness(PRINTED)

    assert told.total == Money.of("12176.71")
    assert [round(100 * D(count) / 308, 1) for count in (34, 138, 136)] == [D("11.0"), D("44.8"), D("44.2")]
    rates = (told.whole.rate, told.whole.theft_rate, told.whole.breach_rate)
    assert [round(100 * rate, 1) for rate in rates if rate] == [D("3.2"), D("1.3"), D("1.9")]
    assert told.per_found == Money.of("1217.67")
    assert told.penalty_ratio is not None
    assert round(told.penalty_ratio, 2) == D("2.33")


@pytest.mark.req("PWR-38")
@pytest.mark.parametrize(
    "wrong",
    [
        {"suspects": 309}, {"total": Money.of("12176.70")}, {"found": 11},
        {"levels": {"high": 34, "medium": 138, "low": 135}}, {"theft": 309},
    ],
)  # fmt: skip
def test_totals_that_do_not_add_up_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(FiguresDoNotAddUp):
        campaign.usefulness(replace(PRINTED, **wrong))  # type: ignore[arg-type]


@pytest.mark.req("PWR-27")
def test_without_an_inspection_there_is_no_rate_and_it_is_not_zero() -> None:
    none = Usefulness(Hits("", 0, 0, 0), 5000, Money(0), Money(0))

    assert (none.whole.rate, none.inspected_share, none.per_found, none.penalty_ratio) == (None,) * 4


@pytest.mark.req("PWR-25")
def test_the_work_list_is_ordered_by_suspicion_times_what_the_rule_would_bring() -> None:
    home = rules.expected_recovery(RULES.expected, THEFT, voltage="low", kva=None, price=None)
    works = rules.expected_recovery(RULES.expected, THEFT, voltage="high", kva=D(100), price=D("0.7"))

    assert home == Money.of("19353.60")  # 8 kVA × 180 d × 6 h × 0.56 × (1 + 3)
    assert works == Money.of("604800")  # 100 × 180 × 12 × 0.7 × 4
    assert rules.priority(D("0.9"), home) == 1_741_824
    assert rules.priority(D("0.1"), works) > rules.priority(D("0.9"), home)
    assert rules.priority(None, home) == rules.priority(D("0.5"), home)
