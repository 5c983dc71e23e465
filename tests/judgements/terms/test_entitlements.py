"""What each grade comes to by the shipped terms: exact figures of the source."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from ruamel.yaml import YAML

from tests.judgements.terms.shipped import CODES, MAY, PACKS, control, entitled, found, said, terms
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import quarter_of
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.policies.values import Marked
from xinheng.judgements.terms import policy, rules
from xinheng.judgements.terms.document import Stated
from xinheng.judgements.terms.values import Purchases, Waiting

pytestmark = pytest.mark.any_database
THOUSAND = Money.of("1000.00")
A_MONTH = Money.of("30000.00")
LOWEST = {"A": "950.00", "B": "970.00", "C": "1000.00", "D": "1050.00"}


@pytest.mark.req("LSE-23", "DAT-06")
@pytest.mark.parametrize("code", CODES)
def test_every_annex_names_the_grades_of_its_policy_and_marks_each_figure(code: str) -> None:
    document = terms(code)
    rating = YAML(typ="safe").load(Path(PACKS / code / "policy.yaml"))

    assert [one.grade for one in document.grades] == [step["code"] for step in rating["scale"]]
    for grade in document.grades:
        parts = [
            part for name in type(grade).model_fields if isinstance(part := getattr(grade, name), Stated)
        ]
        assert parts
        assert all(part.mark in ("given", "assumed", "lost") for part in parts)


@pytest.mark.req("PTS-05")
def test_a_rule_whose_text_is_lost_keeps_its_place_and_says_nothing() -> None:
    slot = terms("pts").slots[0]

    assert (slot.code, slot.mark) == ("domestic_agents", "lost")
    assert isinstance(slot, Marked)
    assert said("pts", "A", price=Money.of("950.00"), prices=control("1000.00")) == {}


@pytest.mark.req("PTS-04")
@pytest.mark.parametrize(("grade", "floor"), LOWEST.items())
def test_the_lowest_price_of_a_grade_is_let_pass_and_a_cent_less_needs_an_exception(
    grade: str, floor: str
) -> None:
    at, below = Money.of(floor), Money(Money.of(floor).minor - 1)

    assert "price_below_floor" not in said("pts", grade, price=at, prices=control("1000.00"))
    assert said("pts", grade, price=below, prices=control("1000.00"), reviewed="已审查") == {
        "price_below_floor": "ask"
    }


@pytest.mark.req("PTS-04")
def test_a_floor_between_two_cents_is_the_upper_one() -> None:
    assert rules.floor_price(Money.of("0.99"), Decimal(-5)) == Money.of("0.95")  # 0.9405
    assert rules.floor_price(Money.of("1000.00"), Decimal(-3)) == Money.of("970.00")


def test_a_price_without_a_measure_is_not_called_right() -> None:
    assert said("pts", "A", price=THOUSAND, product="X") == {"price_not_checked": "ask"}


@pytest.mark.req("PTS-06")
def test_the_day_to_pay_by_grade() -> None:
    delivered = date(2024, 1, 31)
    due = {grade: rules.due_on(entitled("pts", grade).level, delivered) for grade in "ABCD"}

    assert due == {"A": date(2024, 4, 30), "B": date(2024, 3, 1), "C": delivered, "D": None}


@pytest.mark.req("PTS-06")
def test_paying_later_than_the_grade_pays_is_turned_down_and_earlier_is_welcome() -> None:
    assert said("pts", "A", payment="credit", terms_days=92) == {}  # three months from 1 May
    assert said("pts", "A", payment="credit", terms_days=93) == {"days_too_long": "refuse"}
    assert said("pts", "A", payment="prepaid") == {}
    assert said("pts", "B", payment="credit", terms_days=31) == {"days_too_long": "refuse"}
    assert said("pts", "C", payment="credit", terms_days=30) == {"pays_too_late": "ask"}  # in principle
    assert said("pts", "D", payment="delivery", reviewed="已审查") == {"pays_too_late": "refuse"}


@pytest.mark.req("PTS-07")
def test_two_breaches_in_one_calendar_quarter_count_and_of_two_quarters_do_not() -> None:
    first, second = quarter_of(date(2024, 3, 31)), quarter_of(date(2024, 4, 1))
    late = events((date(2024, 1, 10), 5), (date(2024, 3, 30), 5))
    apart = events((date(2024, 3, 30), 5), (date(2024, 4, 2), 5))

    assert rules.breaches(late, first) == {7: 2}
    assert rules.breaches(late, second) == {}
    assert (rules.breaches(apart, first), rules.breaches(apart, second)) == ({7: 1}, {7: 1})
    assert rules.breaches(pl.concat([late, late]), first) == {7: 2}  # paid in two parts, broken once
    assert rules.breaches(events((date(2024, 1, 10), 0)), first) == {}  # paid on the day itself
    assert rules.breaches(events((date(2024, 1, 10), 3)), first, grace_days=3) == {}


def events(*broken: tuple[date, int]) -> pl.DataFrame:
    """Bills of a customer that broke the terms on a day, as late as that."""
    rows = [(7, f"B{no}", day - timedelta(days=1), late) for no, (day, late) in enumerate(broken)]
    names = ["customer_id", "bill_no", "due_on", "days_late"]
    return pl.DataFrame(rows, schema=names, orient="row")


@pytest.mark.req("PTS-07")
def test_a_lowered_grade_keeps_its_letter_and_pays_as_the_next_one() -> None:
    lowered = entitled("pts", "A", lowered=1)

    assert lowered.grade is not None
    assert lowered.grade.grade == "A"
    assert rules.due_on(lowered.level, date(2024, 1, 31)) == date(2024, 3, 1)
    assert entitled("pts", "D", lowered=1).level.payment == "prepaid"  # D stays D
    assert said("pts", "A", lowered=1, price=Money.of("950.00"), prices=control("1000.00")) == {}


@pytest.mark.req("PTS-08")
def test_the_latest_day_of_delivery_by_grade() -> None:
    bounds = {
        grade: [one.bound for one in found("pts", grade, reviewed="已审查") if one.code == "promise"]
        for grade in "ABCD"
    }

    assert bounds == {"A": ["2024-05-21"], "B": ["2024-05-31"], "C": ["2024-06-10"], "D": []}
    late = found("pts", "A", promised_on=date(2024, 5, 22))
    assert [(one.code, one.strength) for one in late] == [("promised_too_late", "tell")]
    assert found("pts", "A", promised_on=date(2024, 5, 21)) == []


@pytest.mark.req("PTS-09")
def test_rush_orders_by_grade() -> None:
    asked = {grade: said("pts", grade, is_rush=True, reviewed="已审查") for grade in "ABCD"}

    assert asked == {
        "A": {},
        "B": {"rush_by_approval": "ask"},
        "C": {"rush_not_allowed": "refuse"},
        "D": {"rush_not_allowed": "refuse"},
    }
    assert said("pts", "B", is_rush=True, excepted=("rush",)) == {}
    assert said("pts", "C", is_rush=True, excepted=("rush",)) == {"rush_not_allowed": "refuse"}


@pytest.mark.req("PTS-10")
def test_an_order_of_the_last_grade_wants_a_noted_examination() -> None:
    assert said("pts", "D") == {"review_missing": "refuse"}
    assert said("pts", "D", reviewed=" ") == {"review_missing": "refuse"}
    assert said("pts", "D", reviewed="排产有余量，可接") == {}
    assert said("pts", "C") == {}


def waiting(no: str, grade: str, score: str | None, day: int, *, is_first: bool = False) -> Waiting:
    return Waiting(
        no, no, no, date(2024, 5, day), MAY, THOUSAND, grade, Decimal(score) if score else None, is_first,
        None, None,
    )  # fmt: skip


@pytest.mark.req("PTS-11", "LSE-19")
def test_orders_go_by_grade_then_score_then_the_earlier_first() -> None:
    orders = [
        waiting("b", "B", "79.9", 1), waiting("a-late", "A", "88", 9), waiting("none", "", None, 1),
        waiting("a-early", "A", "88", 2), waiting("a-best", "A", "90.5", 30), waiting("d", "D", "99", 1),
    ]  # fmt: skip

    sequence = rules.in_sequence(orders, {"A": 0, "B": 1, "C": 2, "D": 3})

    assert [one.order_no for one in sequence] == ["a-best", "a-early", "a-late", "b", "d", "none"]


@pytest.mark.req("LIM-04")
def test_who_is_handled_first_comes_first_and_skips_no_check() -> None:
    orders = [waiting("pass", "PASS", None, 1), waiting("fleet", "CASH", None, 2, is_first=True)]

    assert [one.order_no for one in rules.in_sequence(orders, {"PASS": 0, "CASH": 1})] == ["fleet", "pass"]
    assert said("lim", "CASH", payment="credit", terms_days=30) == {"pays_too_late": "refuse"}


@pytest.mark.req("PTS-12")
def test_an_inquiry_of_friday_afternoon_is_due_on_saturday() -> None:
    asked = datetime(2024, 5, 3, 17, tzinfo=UTC)
    hours = terms("pts").answer

    assert hours is not None
    assert rules.answer_due(asked, hours.hours) == datetime(2024, 5, 4, 17, tzinfo=UTC)


ORDERS = [(date(2024, 3, 11), 50_000_00), (date(2024, 2, 20), 60_000_00), (date(2024, 1, 31), 40_000_00)]


@pytest.mark.req("FOU-03")
def test_one_purchase_is_the_mean_of_the_orders_and_the_cycle_the_mean_of_the_days_between() -> None:
    known = rules.purchases(ORDERS, terms("fou").history)

    assert known == Purchases(3, 50_000_00, 20)
    to = entitled("fou", "A", known=known)
    assert (to.level.payment, to.level.days) == ("credit", 20)
    assert rules.ceiling(to.grade.ceiling, known, A_MONTH) == Money.of("50000.00")  # type: ignore[union-attr]


@pytest.mark.req("FOU-03")
def test_only_the_last_six_orders_count_and_with_fewer_than_two_the_next_class_holds() -> None:
    older = [*ORDERS, *((date(2023, month, 1), 90_000_00) for month in (6, 5, 4, 3))]
    assert rules.purchases(older, terms("fou").history) == Purchases(6, 70_000_00, 69)  # March 23 is out

    one = rules.purchases(ORDERS[:1], terms("fou").history)
    assert one == Purchases(1, None, None)
    assert entitled("fou", "A", known=one).level == entitled("fou", "B").level.__class__(
        "delivery", None, None, None, 1, 0
    )


@pytest.mark.req("FOU-04")
def test_a_limit_of_class_b_rises_by_one_step_a_review_and_stays_below_one_purchase() -> None:
    rule = terms("fou").grades[1].ceiling
    cap = Money.of("50000.00")
    assert rule is not None

    steps = [rules.stepped(cap, Money.of(held), rule) for held in ("0", "12500", "37500", "50000")]

    assert [str(one) for one in steps] == ["12,500.00", "25,000.00", "50,000.00", "50,000.00"]


@pytest.mark.req("FOU-05", "FOU-06")
def test_class_c_pays_on_delivery_in_principle_and_class_d_always() -> None:
    assert said("fou", "C", payment="credit", terms_days=10) == {"pays_too_late": "ask"}
    assert said("fou", "D", payment="credit", terms_days=10) == {"pays_too_late": "refuse"}
    assert said("fou", "D", payment="credit", excepted=("days",)) == {"pays_too_late": "refuse"}
    assert said("fou", "D", payment="prepaid") == {}
    c, d = terms("fou").grades[2].ceiling, terms("fou").grades[3].ceiling
    assert rules.ceiling(c, rules.NO_PURCHASES, A_MONTH) is None  # lost: nothing stands in for it
    assert rules.ceiling(d, rules.NO_PURCHASES, A_MONTH) == Money(0)


@pytest.mark.req("LIM-01")
def test_a_credit_period_lies_between_thirty_and_sixty_days() -> None:
    level = entitled("lim", "PASS").level

    assert rules.due_on(level, MAY) == date(2024, 6, 30)  # sixty days
    periods = {days: said("lim", "PASS", payment="credit", terms_days=days) for days in (0, 29, 30, 60, 61)}
    assert periods == {
        0: {},
        29: {"days_too_short": "refuse"},
        30: {},
        60: {},
        61: {"days_too_long": "refuse"},
    }


@pytest.mark.req("LIM-02")
def test_margins_bound_the_days_by_the_line_allowed_least_or_each_by_its_own() -> None:
    margins = terms("lim").margins
    lines = [Decimal("0.25"), Decimal("0.10"), Decimal("0.20")]
    assert margins is not None

    assert rules.margin_days(lines, margins) == [30, 30, 30]
    assert rules.margin_days(lines, margins.model_copy(update={"mixed": "each"})) == [60, 30, 60]
    assert rules.margin_days([Decimal("0.099")], margins) == [0]  # cash
    asked = {"payment": "credit", "terms_days": 45, "margins": tuple(lines)}
    assert said("lim", "PASS", **asked) == {"margin_too_low": "ask"}
    assert said("lim", "PASS", **{**asked, "margins": (Decimal("0.2"),)}) == {}


@pytest.mark.req("LSE-20")
def test_grade_b_pays_no_less_than_the_lowest_of_the_market_and_may_pledge() -> None:
    market = {"lowest": Money.of("800.00"), "market": THOUSAND}

    assert said("lse", "B", price=Money.of("800.00"), prices=market) == {}
    assert said("lse", "B", price=Money.of("799.99"), prices=market) == {"price_below_floor": "ask"}
    assert said("lse", "B", ways=("transfer", "pledge")) == {}
    assert said("lse", "B", ways=("set_off",)) == {"way_not_taken": "refuse"}


@pytest.mark.req("LSE-21")
def test_grade_c_settles_by_transfer_alone_and_a_mix_with_set_off_is_refused() -> None:
    assert said("lse", "C", ways=("transfer",)) == {}
    mixed = found("lse", "C", ways=("transfer", "set_off"))
    assert [(one.code, one.strength, one.figure) for one in mixed] == [("way_not_taken", "refuse", "set_off")]
    assert said("lse", "C", ways=("pledge",)) == {"way_not_taken": "refuse"}
    assert said("lse", "C", price=Money.of("999.99"), prices={"market": THOUSAND}) == {
        "price_below_floor": "ask"
    }


@pytest.mark.req("LSE-22")
def test_below_c_there_is_no_trade_without_the_exception() -> None:
    assert said("lse", "D") == {"no_cooperation": "ask"}
    assert said("lse", "D", excepted=("cooperation",)) == {}
    assert said("lse", "C") == {}


@pytest.mark.req("LSE-14")
def test_limits_the_source_lost_are_no_number() -> None:
    for grade in terms("lse").grades[:3]:
        assert grade.ceiling is not None
        assert grade.ceiling.mark == "lost"
        assert rules.ceiling(grade.ceiling, rules.NO_PURCHASES, A_MONTH) is None


@pytest.mark.req("TPB-04", "DAT-06")
def test_a_limit_comes_from_the_grade_and_from_the_record() -> None:
    prime, ordinary, risk = (one.ceiling for one in terms("tpb").grades)

    caps = [rules.ceiling(rule, rules.NO_PURCHASES, A_MONTH) for rule in (prime, ordinary, risk)]
    assert caps == [Money.of("60000.00"), Money.of("30000.00"), Money(0)]
    assert rules.ceiling(prime, rules.NO_PURCHASES, Money(0)) == Money(0)  # good grade, no dealings


@pytest.mark.req("TPA-10")
def test_rewards_want_whole_quarters_without_a_breach() -> None:
    on, since = date(2026, 6, 30), date(2024, 1, 1)
    clean = rules.clean_quarters([date(2025, 3, 31)], on, since=since)

    assert clean == 4  # Q2 2025 to Q1 2026
    assert [one.code for one in rules.rewards(terms("tpa"), clean)] == ["limit", "discount"]
    assert rules.rewards(terms("tpa"), 3) == ()
    assert rules.clean_quarters([], on, since=date(2026, 1, 2)) == 0  # not a whole quarter a customer


@pytest.mark.parametrize(
    ("of", "to", "line"),
    [
        ("{how: prepaid, mark: given, clause: 第4条}", "{how: prepaid, days: 3, mark: given}", "no days"),
        ("grade: B\n", "grade: A\n", "twice"),
        ("visits: {grades: [A]", "visits: {grades: [Z]", "unknown"),
    ],
)
def test_terms_that_contradict_themselves_are_not_taken(of: str, to: str, line: str) -> None:
    text = (PACKS / "pts" / "terms.yaml").read_text("utf-8")
    assert of in text, line

    with pytest.raises(PolicyInvalid):
        policy.load(text.replace(of, to, 1))
