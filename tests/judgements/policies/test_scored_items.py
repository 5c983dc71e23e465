"""Standard values, items that count for some only, the share of figures, exclusions and flags."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judgements.policies.language import card, policy, rate
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.policies.values import Marked

pytestmark = pytest.mark.any_database
TEXT = """\
kind: rating
code: standards
version: "1"
name: {zh: 标准值, en: Standards}
about: {zh: 说明, en: About}
source: {zh: 来源, en: Source}
scale: [{code: A, zh: 好, en: good}, {code: B, zh: 差, en: poor}]
questions:
  - {code: visit, zh: 走访评分, en: points of a visit, type: number, unit: points, minimum: 0, maximum: 20, mark: given, clause: Art. 1}
  - {code: suits, zh: 适合, en: suits us, type: yes_no, mark: given, clause: Art. 1}
exclusions:
  - {code: tiny, zh: 太小, en: too small, when: sales < 1, mark: given, clause: Art. 2}
scoring:
  quantitative_above: 0.5
  items:
    - kind: efficacy
      code: debt
      zh: 负债
      en: debt
      maximum: 50
      of: overdue_share
      decimals: 2
      missing: {rule: incomplete}
      mark: given
      standards:
        - {when: suits, values: [0.6, 0.7, 0.8, 0.9, 0.95]}
        - {values: [0.48, 0.589, 0.687, 0.864, 0.966]}
    - kind: efficacy
      code: cover
      zh: 倍数
      en: cover
      maximum: 30
      of: ratio
      decimals: 1
      counts_when: relation >= 12
      missing: {rule: lowest}
      mark: given
      standards: [{values: [3.3, 2.7, 1.8, 0.4, -2]}]
    - {kind: manual, code: visit, zh: 走访, en: visit, maximum: 20, question: visit, missing: {rule: lowest}, mark: given}
  thresholds: [{grade: A, from: 60, inclusive: true, mark: given}, {grade: B, mark: given}]
flags:
  - {code: steady, zh: 老客户, en: old customer, when: relation >= 24, mark: given, clause: Art. 3}
"""
LEVELS = [Decimal(text) for text in ("0.48", "0.589", "0.687", "0.864", "0.966")]
OLD: dict[str, Any] = {"relation": 24, "ratio": 3.3, "visit": 20, "sales": 100}


def by_hand(actual: Decimal) -> Decimal:
    """The published formula: base of the level reached, and the part of the way to the next one."""
    weight, coefficients = Decimal(50), [Decimal(text) for text in ("1.0", "0.8", "0.6", "0.4", "0.2")]
    if actual <= LEVELS[0]:
        return weight
    for place in range(1, 5):
        if actual <= LEVELS[place]:
            base = weight * coefficients[place]
            part = (actual - LEVELS[place]) / (LEVELS[place - 1] - LEVELS[place])
            exact = base + part * (weight * coefficients[place - 1] - base)
            return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return Decimal(0)


@pytest.mark.req("LOA-01")
@given(st.lists(st.integers(0, 1200), min_size=1, max_size=8))
@settings(max_examples=10, deadline=None)
def test_points_between_standard_values_are_those_of_the_published_formula(thousandths: list[int]) -> None:
    figures = [Decimal(one) / 1000 for one in thousandths]
    rows = rate(policy(TEXT), [OLD | {"overdue_share": float(figure)} for figure in figures])

    for figure, row in zip(figures, rows, strict=True):
        assert abs(row["points_debt"] - int(by_hand(figure) * 1000)) <= (10 if _is_half(figure) else 0), (
            figure
        )


def _is_half(figure: Decimal) -> bool:
    """Whether the exact points lie half way between two hundredths, where floating point may fall either way."""
    inside = next((place for place in range(1, 5) if LEVELS[place - 1] < figure <= LEVELS[place]), None)
    if inside is None:
        return False
    part = (figure - LEVELS[inside]) / (LEVELS[inside - 1] - LEVELS[inside])
    rest = (part * 1000) % 1
    return abs(rest - Decimal("0.5")) < Decimal("0.0001")


def test_at_each_standard_value_the_points_are_exact() -> None:
    rows = rate(
        policy(TEXT), [OLD | {"overdue_share": float(level)} for level in [*LEVELS, Decimal("0.9661")]]
    )

    assert [row["points_debt"] for row in rows] == [50_000, 40_000, 30_000, 20_000, 10_000, 0]


def test_the_first_standards_that_hold_are_taken_and_unknown_takes_the_rest() -> None:
    rows = rate(
        policy(TEXT), [OLD | {"overdue_share": 0.6, "suits": answer} for answer in (True, False, None)]
    )

    assert [row["points_debt"] for row in rows] == [50_000, 38_880, 38_880]


@pytest.mark.req("RR-09", "PWR-08")
def test_an_item_counts_where_its_rule_holds_and_elsewhere_the_others_carry_the_score() -> None:
    full, young, unknown, unmeasured = rate(
        policy(TEXT),
        [
            OLD | {"overdue_share": 0.48},
            OLD | {"overdue_share": 0.48, "relation": 11, "ratio": -9.0, "visit": 6},
            OLD | {"overdue_share": 0.48, "relation": None},
            OLD | {"overdue_share": 0.48, "ratio": None},
        ],
    )

    assert (full["score_milli"], full["counts_cover"]) == (100_000, True)
    assert (young["score_milli"], young["counts_cover"], young["points_cover"]) == (
        80_000,
        False,
        None,
    )  # 56 of 70
    assert (unknown["state"], unknown["score_milli"]) == (
        "incomplete",
        None,
    )  # never scored as if it did not count
    assert unmeasured["score_milli"] == 70_000  # counts, is not measured: the lowest points


def test_exclusions_take_out_and_flags_change_nothing() -> None:
    rows = rate(
        policy(TEXT),
        [OLD | {"overdue_share": 0.48, "sales": sales} for sales in (99, 100, None)]
        + [OLD | {"overdue_share": 0.48, "relation": 23}],
    )

    assert [row["state"] for row in rows] == ["not_applicable", "graded", "graded", "graded"]
    assert [row["exclusion_tiny"] for row in rows] == [True, False, None, False]
    assert [row["flag_steady"] for row in rows] == [True, True, True, False]
    assert {row["grade"] for row in rows[1:]} == {"A"}


@pytest.mark.req("LOA-02")
@pytest.mark.parametrize("bound", ["0.8", "0.81", "1"])
def test_a_policy_in_which_figures_carry_too_little_is_refused(bound: str) -> None:
    assert policy(TEXT.replace("quantitative_above: 0.5", "quantitative_above: 0.79"))
    with pytest.raises(PolicyInvalid, match="80 %"):
        policy(TEXT.replace("quantitative_above: 0.5", f"quantitative_above: {bound}"))


@pytest.mark.req("LOA-02")
def test_half_is_not_more_than_half() -> None:
    half = TEXT.replace("maximum: 20,", "maximum: 50,").replace("maximum: 50\n", "maximum: 20\n", 1)

    assert policy(half.replace("quantitative_above: 0.5", "quantitative_above: 0.49"))
    with pytest.raises(PolicyInvalid, match="50 %"):
        policy(half)


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("[0.6, 0.7, 0.8, 0.9, 0.95]", "[0.6, 0.7, 0.7, 0.9, 0.95]", "单向"),
        ("[0.6, 0.7, 0.8, 0.9, 0.95]", "[0.6, 0.7, 0.8, 0.9]", "5"),
        ("{when: suits, values", "{values", "最后一组"),
        ("counts_when: relation >= 12", "counts_when: relation", "是"),
        ("when: relation >= 24", "when: nothing > 1", "nothing"),
        ("when: sales < 1", "when: sales", "是"),
        ("decimals: 1\n      counts_when", "decimals: 4\n      counts_when", "3"),
    ],
)
def test_parts_that_cannot_be_are_refused(old: str, new: str, cause: str) -> None:
    assert old in TEXT
    with pytest.raises(PolicyInvalid) as refused:
        policy(TEXT.replace(old, new, 1))
    assert any(cause in told for told in refused.value.params["problems"]), refused.value.params


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("原文未给出天数。 The source gives no days.", ("原文未给出天数。", "The source gives no days.")),
        ("只有中文。", ("只有中文。", "只有中文。")),
        ({"zh": "中", "en": "En"}, ("中", "En")),
    ],
)
def test_notes_of_older_documents_are_read_in_both_languages(note: object, told: tuple[str, str]) -> None:
    part = Marked.model_validate({"zh": "a", "en": "a", "mark": "given", "note": note})

    assert part.note
    assert (part.note.zh, part.note.en) == told


CORRECTED = """\
kind: rating
code: corrected
version: "1"
name: {zh: 修正, en: Corrected}
about: {zh: 说明, en: About}
source: {zh: 来源, en: Source}
scale: [{code: A, zh: 好, en: good}, {code: B, zh: 差, en: poor}]
scoring:
  total: 22
  quantitative_above: 0.5
  items:
    - kind: corrected
      code: debt
      zh: 债务风险
      en: debt risk
      maximum: 22
      decimals: 2
      missing: {rule: incomplete}
      mark: given
      basics:
        - {code: debt, zh: 资产负债率, en: debt to assets, weight: 12, of: debt_to_assets, mark: given,
           standards: [{values: [48, 58.9, 68.7, 86.4, 96.6]}]}
        - {code: interest, zh: 已获利息倍数, en: interest cover, weight: 10, of: interest_cover, mark: given,
           standards: [{values: [3.3, 2.7, 1.8, 0.4, -2]}]}
      corrections:
        - {code: quick, zh: 速动比率, en: quick ratio, weight: 12, of: quick_ratio, mark: given,
           standards: [{values: [1.251, 1.032, 0.745, 0.475, 0.271]}]}
        - {code: cash, zh: 现金流动负债比率, en: cash ratio, weight: 10, of: cash_flow, missing: worst, mark: given,
           standards: [{values: [0.178, 0.124, 0.069, 0.001, -0.08]}]}
      correction: {least: 0.7, most: 1.3, held: each, mark: assumed}
  thresholds: [{grade: A, from: 15, inclusive: true, mark: given}, {grade: B, mark: given}]
"""
FIGURES = (
    card("debt_to_assets", "ratio"),
    card("interest_cover", "ratio"),
    card("quick_ratio", "ratio"),
    card("cash_flow", "ratio"),
)
SOLID = {"debt_to_assets": 55, "interest_cover": 5.1667, "quick_ratio": 0.8, "cash_flow": 0.225}


def corrected(facts: dict[str, Any], text: str = CORRECTED) -> int | None:
    """The thousandths of points of one customer, 22 points at most."""
    milli = rate(policy(text, FIGURES), [SOLID | facts], FIGURES)[0]["points_debt"]
    assert milli is None or isinstance(milli, int)
    return milli


@pytest.mark.req("LOA-01")
@pytest.mark.parametrize(
    ("facts", "points"),
    [
        # 10.46 + 10 = 20.46, a = 0.93; quick 0.6 + 0.2 * (0.8 - 0.745) / 0.287 = 0.638328, so 0.708328; cash
        # 1 + 1 - 0.93 = 1.07; (12 * 0.708328 + 10 * 1.07) / 22 = 0.872724; 20.46 * 0.872724 = 17.8559
        ({}, 17_860),
        # everything at its best: a = 1, both corrections 1
        ({"debt_to_assets": 48, "quick_ratio": 1.251}, 22_000),
        # 4.8 + 4 = 8.8, a = 0.4; corrections of 0.4 leave it as it is
        ({"debt_to_assets": 86.4, "interest_cover": 0.4, "quick_ratio": 0.475, "cash_flow": 0.001}, 8_800),
        # 8.8 with the best corrections: 1.6 each, held to 1.3
        ({"debt_to_assets": 86.4, "interest_cover": 0.4, "quick_ratio": 2}, 11_440),
        # 22 with the worst corrections: 0 each, held to 0.7
        ({"debt_to_assets": 40, "quick_ratio": 0, "cash_flow": -1}, 15_400),
        # not known where that counts as beyond the worst, and where it leaves no points
        ({"debt_to_assets": 40, "quick_ratio": 0, "cash_flow": None}, 15_400),
        ({"quick_ratio": None}, None),
        ({"interest_cover": None}, None),
        ({"debt_to_assets": 97, "interest_cover": -3}, 0),
    ],
)
def test_basic_figures_are_corrected_by_others(facts: dict[str, Any], points: int | None) -> None:
    assert corrected(facts) == points


@pytest.mark.req("LOA-01")
def test_the_bounds_of_a_correction_are_data() -> None:
    strong = {"debt_to_assets": 86.4, "interest_cover": 0.4, "quick_ratio": 2, "cash_flow": 0.001}

    # 8.8 points, a = 0.4; quick corrects by 1.6, cash by 1
    assert corrected(strong) == 10_240  # each held: (12 * 1.3 + 10 * 1) / 22 = 1.163636
    assert (
        corrected(strong, CORRECTED.replace("held: each", "held: together")) == 11_440
    )  # 1.327272, held to 1.3
    wide = CORRECTED.replace("most: 1.3", "most: 2")
    assert corrected(strong, wide) == 11_680  # (12 * 1.6 + 10) / 22 = 1.327272
    more = wide.replace("mark: assumed}", "beyond_best: 0.2, mark: assumed}")
    assert corrected(strong, more) == 12_640  # (12 * 1.8 + 10) / 22 = 1.436363
    assert (
        corrected({"debt_to_assets": 48, "quick_ratio": 2}, more) == 22_000
    )  # 1.2 never lifts above the maximum


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("weight: 12, of: debt_to_assets", "weight: 11, of: debt_to_assets", "21"),
        ("weight: 12, of: quick_ratio", "weight: 13, of: quick_ratio", "23"),
        ("code: interest, zh", "code: debt, zh", "debt"),
        ("weight: 10, of: cash_flow", "weight: 10.001, of: cash_flow", "小数位"),
        ("[48, 58.9,", "[58.9, 58.9,", "单向排列"),
        ("least: 0.7", "least: 1.1", "下限"),
        ("most: 1.3", "most: 0.9", "下限"),
        ("least: 0.7", "beyond_best: -0.1, least: 0.7", "0至1"),
        ("of: quick_ratio", "of: no_such", "no_such"),
        ("missing: worst", "missing: best", "worst"),
        ("held: each", "held: none", "each"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(old: str, new: str, cause: str) -> None:
    assert old in CORRECTED
    with pytest.raises(PolicyInvalid) as refused:
        policy(CORRECTED.replace(old, new, 1), FIGURES)
    assert cause in "".join(refused.value.params["problems"])
