"""The five Cs as a questionnaire: points and evidence an item, and an item nobody answered is missing."""

from __future__ import annotations

import pytest

from tests.judgements.policies.language import policy, rate

pytestmark = pytest.mark.any_database
WEIGHTS = {  # standards 2.1
    "character": ("品质", 30), "capacity": ("能力", 25), "capital": ("资本", 20), "collateral": ("抵押", 15),
    "conditions": ("条件", 10),
}  # fmt: skip
HEAD = """\
kind: rating
code: five_cs
version: "1"
name: {zh: 五C, en: Five Cs}
about: {zh: 调查内容, en: contents of an investigation}
source: {zh: 来源, en: source}
scale: [{code: A, zh: 好, en: good}, {code: B, zh: 一般, en: fair}]
"""
ANSWERED = {f"{code}_points": float(weight) for code, (_, weight) in WEIGHTS.items()}


def five_cs() -> str:
    questions = "".join(
        f"  - {{code: {code}_points, zh: {zh}, en: {code}, type: number, unit: points, minimum: 0, "
        f"maximum: {weight}, decimals: 1, evidence: required, mark: assumed}}\n"
        for code, (zh, weight) in WEIGHTS.items()
    )
    items = "".join(
        f"    - {{kind: manual, code: {code}, zh: {zh}, en: {code}, maximum: {weight}, "
        f"question: {code}_points, missing: {{rule: incomplete}}, mark: assumed}}\n"
        for code, (zh, weight) in WEIGHTS.items()
    )
    grades = "    - {grade: A, from: 60, inclusive: true, mark: assumed}\n    - {grade: B, mark: assumed}\n"
    return f"{HEAD}questions:\n{questions}scoring:\n  items:\n{items}  thresholds:\n{grades}"


@pytest.mark.req("SIX-14", "RR-09")
def test_five_answers_are_scored_and_a_missing_one_leaves_no_grade() -> None:
    questionnaire = policy(five_cs(), ())

    full, low, *missing = rate(
        questionnaire,
        [ANSWERED, {**ANSWERED, "character_points": 0, "capital_points": 9.9}]
        + [{**ANSWERED, code: None} for code in ANSWERED],
        (),
    )

    assert (full["score_milli"], full["grade"]) == (100_000, "A")
    assert (low["score_milli"], low["grade"]) == (59_900, "B")
    assert [(row["state"], row["grade"]) for row in missing] == [("incomplete", "")] * 5
