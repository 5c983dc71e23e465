"""Which unknown figures people are asked for: those that leave a rule open, and no others."""

from __future__ import annotations

import json

import pytest

from tests.judgements.policies.language import CARDS, POLICY, rate
from xinheng.judgements.policies import services
from xinheng.judgements.policies.formulas import formulas_of
from xinheng.judgements.policies.values import Policy

pytestmark = pytest.mark.any_database
TERM = "terms: [{code: span, zh: 期, en: span, unit: months, of: 'COALESCE(ratio, relation)'}]\nconditions:\n"


def read(expression: str) -> Policy:
    return services.load(_text(expression), cards=CARDS)


@pytest.mark.req("RR-09", "NET-09")
@pytest.mark.parametrize(
    ("expression", "known", "wanted"),
    [
        ("span < 12", {}, {"ratio", "relation"}),
        ("span < 12", {"ratio": 3}, set()),
        ("span < 12", {"relation": 3}, set()),
        ("ratio > 1 OR (ratio IS NULL AND keeps_word)", {}, {"ratio", "keeps_word"}),
        ("ratio > 1 OR (ratio IS NULL AND keeps_word)", {"ratio": 0.5}, set()),
        ("ratio > 1 AND keeps_word", {"ratio": 2}, {"keeps_word"}),
        ("NOT keeps_word", {}, {"keeps_word"}),
        ("keeps_word IS TRUE OR funds = 'weak'", {}, {"funds"}),
        ("funds IN ('strong', 'weak')", {}, {"funds"}),
        ("ratio BETWEEN 1 AND relation", {"ratio": 1}, {"relation"}),
        ("sales >= big", {"sales": 1}, set()),
        ("ABS(ratio - relation) * 2 > 1", {"ratio": 1}, {"relation"}),
        ("ratio IS NOT NULL OR relation > 1", {"ratio": 1}, set()),
        ("TRUE OR relation > 1", {}, set()),
    ],
)
def test_what_leaves_a_rule_open(expression: str, known: dict[str, object], wanted: set[str]) -> None:
    policy = read(expression)

    assert formulas_of(policy, CARDS).wanting(("vetoes", 0, "when"), known) == wanted
    if wanted and "OR" not in expression:  # and the engine leaves it open too
        assert rate(policy, [known])[0]["veto_lost"] is None


@pytest.mark.parametrize(
    ("expression", "known", "idle"),
    [
        ("span < 12", {"ratio": 3}, {"relation"}),
        ("span < 12", {}, set()),
        ("ratio > 1 OR (ratio IS NULL AND keeps_word)", {"ratio": 2}, {"keeps_word"}),
        ("ratio IS NULL", {}, set()),
        ("keeps_word IS FALSE", {}, set()),
        ("sales >= big", {"sales": 1}, set()),
    ],
)
def test_what_had_no_say(expression: str, known: dict[str, object], idle: set[str]) -> None:
    assert formulas_of(read(expression), CARDS).idle(("vetoes", 0, "when"), known) == idle


def _text(expression: str) -> str:
    text = POLICY.replace("conditions:\n", TERM, 1)
    return text.replace("when: overdue_share > 0.9", f"when: {json.dumps(expression)}", 1)
