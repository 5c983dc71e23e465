"""Expressions of a policy in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Marked
from xinheng.reports.services import RuleWords, said_note

PACKS = Path(__file__).resolve().parents[3] / "packs"


def words(pack: str, formula: str, language: str) -> str:
    policy = policies.load((PACKS / pack / "policy.yaml").read_text(encoding="utf-8"))
    with translation.override(language):
        return RuleWords(policy).of(formula)


@pytest.mark.parametrize(
    ("pack", "formula", "chinese", "english"),
    [
        (
            "net",
            "turnover_12m >= yearly_receipts",
            "近12个月开票额 ≥ 年度回款标准 (500,000.00 元)",
            "Turnover, last 12 months ≥ yearly receipts standard (500,000.00 CNY)",
        ),
        (
            "adv",
            "funds = 'weak' AND debt_ability = 'poor'",
            "资金实力 = “不足” 且 偿债能力 = “较差”",
            "funds = “weak” and ability to pay debts = “poor”",
        ),
        ("adv", "repute IS NULL", "信誉 未知", "repute is unknown"),
        (
            "adv",
            "lawful_strict IS NOT NULL",
            "守法经营、严格履约 已知",
            "lawful and strictly performing is known",
        ),
        ("lse", "(relation < 12)", "(往来月数 < 12)", "(months of dealing < 12)"),
        ("adv", "strange_name <> 3", "strange_name ≠ 3", "strange_name ≠ 3"),
        ("adv", "", "", ""),
    ],
)
def test_an_expression_reads_as_a_sentence(pack: str, formula: str, chinese: str, english: str) -> None:
    assert words(pack, formula, "zh-hans") == chinese
    assert words(pack, formula, "en") == english


@pytest.mark.parametrize("pack", sorted(path.parent.name for path in PACKS.glob("*/policy.yaml")))
def test_no_code_is_left_in_what_a_chinese_reader_sees(pack: str) -> None:
    policy = policies.load((PACKS / pack / "policy.yaml").read_text(encoding="utf-8"))
    rules = (*policy.conditions, *policy.vetoes, *policy.caps, *policy.exclusions, *policy.flags)
    formulas = [one.when for one in rules if one.when]
    formulas += [one.of for one in policy.terms]

    for formula in formulas:
        assert "_" not in words(pack, formula, "zh-hans"), formula


@pytest.mark.parametrize(
    ("note", "chinese", "english"),
    [
        ("原文未给出天数。 The source gives no days.", "原文未给出天数。", "The source gives no days."),
        ({"zh": "原文未给出天数。", "en": "No days."}, "原文未给出天数。", "No days."),
        ("只有中文。", "只有中文。", "只有中文。"),
        ("Only English.", "Only English.", "Only English."),
        ("", "", ""),
    ],
)
def test_a_note_is_given_in_the_language_of_the_reader(note: object, chinese: str, english: str) -> None:
    told = {"zh": "假定", "en": "assumed", "mark": "assumed", "note": note}

    with translation.override("zh-hans"):
        assert said_note(Marked.model_validate(told).note) == chinese
    with translation.override("en"):
        assert said_note(Marked.model_validate(told).note) == english
