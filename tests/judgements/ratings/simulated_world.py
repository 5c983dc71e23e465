"""Ten customers and a small policy whose grades can be told by hand, for tests of simulations."""

from __future__ import annotations

from datetime import date

from tests import worlds
from tests.indicators.ledger import bill, customer, pay
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import services as packs
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings.values import Plan, PolicyText

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 30)
POLICY = """\
kind: rating
code: tiny
version: "1"
name: {zh: 小样, en: Tiny}
about: {zh: 说明, en: About}
source: {zh: 来源, en: Source}
scale:
  - {code: A, zh: 高, en: high}
  - {code: B, zh: 中, en: medium}
  - {code: C, zh: 低, en: low}
parameters:
  - {code: new_months, zh: 新客户月数, en: months a customer is new, unit: months, value: 12, mark: assumed}  # ours
scoring:
  items:
    - kind: bands
      code: delay
      zh: 最长逾期
      en: longest delay
      maximum: 60
      of: worst_delay_24m
      mark: assumed
      missing: {rule: incomplete}
      bands:
        - {to: 0, inclusive: true, points: 60}
        - {to: 30, inclusive: true, points: 30}
        - {points: 0}
    - kind: bands
      code: volume
      zh: 年交易额
      en: turnover
      maximum: 40
      of: turnover_12m
      mark: assumed
      missing: {rule: lowest}
      bands:
        - {to: 1000, inclusive: false, points: 10}
        - {points: 40}
  thresholds:
    - {grade: A, from: 80, inclusive: true, mark: assumed}
    - {grade: B, from: 50, inclusive: true, mark: assumed}
    - {grade: C, mark: assumed}
caps:
  - {code: new_customer, zh: 新客户, en: new customer, when: months_since_first < new_months, grade: B, soft: false, mark: assumed}
"""
# By the policy at the end of June, in points and grade:
GRADES = {
    "C-01": "A",  # since 2024, never late, 2000 yuan: 60 + 40
    "C-02": "A",  # the same
    "C-03": "B",  # the same, but new since January: capped
    "C-04": "B",  # never late, 500 yuan: 60 + 10 = 70
    "C-05": "B",  # 20 days late, 2000 yuan: 30 + 40 = 70
    "C-06": "C",  # 20 days late, 500 yuan: 30 + 10 = 40
    "C-07": "C",  # 59 days late, 2000 yuan: 0 + 40
    "C-08": "C",  # 59 days late, 500 yuan: 0 + 10
    "C-09": "",  # never dealt with: not measured, so no grade
    "C-10": "B",  # as C-01 until May; in June 20 days late: 30 + 40 = 70
}
FIRMS = {  # section, first bill, its yuan, when it was paid (due on the last of January 2026)
    "C-01": ("F", "2024-02-01", 2000, "2026-01-31"),
    "C-02": ("F", "2024-02-01", 2000, "2026-01-31"),
    "C-03": ("C", "2026-01-01", 2000, "2026-01-31"),
    "C-04": ("C", "2024-02-01", 500, "2026-01-31"),
    "C-05": ("C", "2024-02-01", 2000, "2026-02-20"),
    "C-06": ("F", "2024-02-01", 500, "2026-02-20"),
    "C-07": ("", "2024-02-01", 2000, "2026-03-31"),
    "C-08": ("", "2024-02-01", 500, "2026-03-31"),
    "C-10": ("F", "2024-02-01", 2000, "2026-01-31"),
}


def found(actor: Actor) -> None:
    """The ten, measured at the end of May and of June, and the policy in force since 2020."""
    worlds.given(_found, actor)


def _found(actor: Actor) -> None:
    for no, (section, first, yuan, paid) in FIRMS.items():
        who = customer(no, industry_section=section)
        if first < "2026":
            begun = bill(who, f"{no}-0", first, first, 1)
            pay(begun, first, 1)
        pay(bill(who, f"{no}-1", "2026-01-01", "2026-01-31", yuan), paid, yuan)
        if no == "C-10":
            pay(bill(who, f"{no}-2", "2026-05-01", "2026-05-31", 1), "2026-06-20", 1)
    customer("C-09")
    packs.adopt(actor=actor, on=JUNE, kind="rating", text=POLICY, effective_from=date(2020, 1, 1))
    for day in (MAY, JUNE):
        indicators.measure(actor=actor, on=day, as_of=day)


def draft(*changes: tuple[str, str]) -> PolicyText:
    """The policy as version 2, with some texts in it changed."""
    text = POLICY.replace('version: "1"', 'version: "2"')
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return PolicyText("draft", text)


def plan(new: PolicyText, *days: date) -> Plan:
    """The draft against the version in force, at the end of June or on other days."""
    return Plan(new, PolicyText("tiny@1", POLICY), days or (JUNE,))
