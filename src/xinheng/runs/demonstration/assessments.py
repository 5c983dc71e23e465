"""What the demonstration company's people answered about their customers."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from numpy.random import Generator

from xinheng.runs.demonstration.parties import Parties

ANSWERED = 0.85  # of the customers; the others are not assessed yet
Answers = dict[str, str]


def make_assessments(dice: Generator, parties: Parties, *, end: date) -> pl.DataFrame:
    """One answer a row, told by people thirteen months ago so that a year of ratings can use it."""
    on = end.replace(day=1) - timedelta(days=400)
    rows = []
    for i, habit in enumerate(parties.habit):
        if dice.random() > ANSWERED:
            continue
        answers = {**_conduct(dice, habit), **_strength(dice, habit), **_points(dice, habit)}
        rows += [
            {
                "客户编号": f"D{i + 1:04d}",
                "评价项目": question,
                "评价结果": value,
                "评价日期": on,
                "依据": "演示：模拟的走访记录",
            }
            for question, value in answers.items()
        ]
    return pl.DataFrame(rows)


def _conduct(dice: Generator, habit: str) -> Answers:
    bad = {"failing": 0.5, "worsening": 0.15}.get(habit, 0.01)
    return {
        "lawful_strict": "no" if dice.random() < bad else "yes",
        "promises": dice.choice(["often_broken", "sometimes_broken"]) if dice.random() < bad else "kept",
        "breach_2y": "serious" if dice.random() < bad / 2 else "none",
        "serious_breach_2y": "yes" if dice.random() < bad / 2 else "no",
        "debt_dispute": "yes" if dice.random() < bad / 2 else "no",
        "asset_transfer": "no",
        "unfair_acts": "no",
        "serious_illegal": "no",
        "recent_decline": "yes" if habit == "failing" and dice.random() < 0.4 else "no",
        "key_data_complete": "yes" if dice.random() < 0.95 else "no",
        "dishonest_debtor": "yes" if habit == "failing" and dice.random() < 0.15 else "no",
        "insolvent": "no",
    }


def _strength(dice: Generator, habit: str) -> Answers:
    strong = {"good": 0.75, "seasonal": 0.5, "slow": 0.3, "dormant": 0.3, "new": 0.4}.get(habit, 0.1)
    is_strong = dice.random() < strong
    is_weak = not is_strong and habit in ("failing", "worsening") and dice.random() < 0.5
    return {
        "funds": "strong" if is_strong else "weak" if is_weak else "ordinary",
        "debt_ability": "strong" if is_strong else "poor" if is_weak else "ordinary",
        "repute": "high" if is_strong else "ordinary",
        "operation_2y": "good" if is_strong or dice.random() < 0.6 else "poor" if is_weak else "ordinary",
        "heavy_losses": "yes" if habit == "failing" and dice.random() < 0.3 else "no",
        "persons_served": str(int(dice.lognormal(5.2, 0.9))),
    }


def _points(dice: Generator, habit: str) -> Answers:
    level = {
        "good": 0.975,
        "seasonal": 0.93,
        "slow": 0.87,
        "dormant": 0.84,
        "new": 0.88,
        "worsening": 0.72,
    }.get(habit, 0.5)
    highest = {
        "strength_points": 10,
        "potential_points": 15,
        "repute_points": 20,
        "payment_points": 30,
        "other_points": 10,
    }
    return {
        question: f"{min(maximum, max(0, maximum * dice.normal(level, 0.04))):.1f}"
        for question, maximum in highest.items()
    }
