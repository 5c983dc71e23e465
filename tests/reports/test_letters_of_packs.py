"""No letter about a decision by any shipped pack, in either language, holds a grade: it is made of a closed list."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings import wording
from xinheng.judgements.ratings.outlooks import change_text
from xinheng.judgements.ratings.values import Change, Explanation, Improvement, Outlook, Reason
from xinheng.reports import letters
from xinheng.reports.values import Letter, LetterWanted

pytestmark = pytest.mark.any_database
DAY = date(2026, 6, 30)
SHIPPED = {pack.header.code: pack.text for pack in packs.shipped()}
WANTED = LetterWanted(
    "conditional", "信衡贸易公司", "林晓", "021-5555 0101", payment_days=30, prepaid_percent=20,
    limit=Decimal("500000"), security="guarantee", address="上海市世纪大道1号",
)  # fmt: skip


def raw(policy: Policy, code: str, kind: str, far: int) -> Any:
    """A figure as runs keep it; of a choice the one that is called like a grade, where there is one."""
    asked = next((one for one in policy.questions if one.code == code), None)
    if kind == "string":
        return asked.choices[-1].code if asked and asked.choices else "F"
    return {"boolean": True, "int64": 1_000_000 * far}.get(kind, 0.5 * far)


def letter_about(policy: Policy, grade: str) -> Letter:
    """All that the policy looks at speaks against the customer, would help it and is wanted: the fullest letter."""
    wanted = policies.inputs_of(policy)
    now = {
        code: wording.input_value(policy, code, raw(policy, code, kind, 1)) for code, kind in wanted.items()
    }
    then = {
        code: wording.input_value(policy, code, raw(policy, code, kind, 2)) for code, kind in wanted.items()
    }
    rules = [*policy.vetoes, *policy.caps, *policy.conditions]
    reasons = [
        Reason("veto", one.code, f"{grade}级 {wording.of(one)}", "fired", grade, inputs=(figure,))
        for one in rules or [policy.scale[0]]
        for figure in now.values()
    ]
    ways = []
    for code, kind in wanted.items():
        change = Change(now[code], then[code], raw(policy, code, kind, 2))
        ways.append(Improvement(policy.scale[0].code, Decimal(90), (change,), change_text(change)))
    found = Explanation(
        1, "K-1", "甲公司", DAY, policy.code, wording.of(policy.name), policy.version, "0" * 64, "graded", grade,
        policy.scale[0].code, Decimal("27.5"), f"{grade}级", tuple(reasons),
    )  # fmt: skip
    unknown = tuple(replace(one, value=None) for one in now.values())
    better = Outlook(1, "K-1", grade, "open", f"{grade}级", tuple(ways), (f"{grade}级",), unknown)
    return letters.compose(found, better, WANTED, on=DAY)


@pytest.mark.req("LOA-03")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("code", sorted(SHIPPED))
def test_no_grade_of_the_scale_stands_in_the_letter(
    code: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "_never_the_grade", lambda *_told: None)  # the list alone keeps it out
    for most in ("MOST_REASONS", "MOST_WAYS"):
        monkeypatch.setattr(letters, most, 1_000)  # every figure the pack looks at
    policy = policies.load(SHIPPED[code])
    codes = "|".join(sorted((re.escape(step.code) for step in policy.scale), key=len, reverse=True))
    for step in (policy.scale[0], policy.scale[-1]):
        with translation.override(language):
            letter = letter_about(policy, step.code)
        text = "\n".join(
            [letter.subject, letter.footer, *letter.closing, *letter.signed]
            + [line for part in letter.parts for line in (part.text, *part.items)]
        )
        assert not re.search(rf"(?<![A-Za-z0-9])({codes})(?![A-Za-z0-9])", text), text
        assert "27.5" not in text
        assert policy.name.zh not in text
        assert policy.name.en not in text
        for rule in (*policy.vetoes, *policy.caps):
            assert wording.of(rule) not in text
