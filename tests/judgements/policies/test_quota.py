"""Grades by place: 20/30/40/10 of those who have a score, and who comes first among equals."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

import duckdb
import ibis
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judgements.policies.language import CARDS, policy, rate
from xinheng.judgements.policies import services
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.policies.placing import counts_of

pytestmark = pytest.mark.any_database
TEXT = """\
kind: rating
code: ranked
version: "1"
name: {zh: 排名, en: Ranked}
about: {zh: 说明, en: About}
source: {zh: 来源, en: Source}
scale:
  - {code: A, zh: 一, en: first}
  - {code: B, zh: 二, en: second}
  - {code: C, zh: 三, en: third}
  - {code: D, zh: 四, en: fourth}
questions:
  - {code: given, zh: 评分, en: points given, type: number, unit: points, minimum: 0, maximum: 70, decimals: 1, mark: given, clause: Art. 1}
  - {code: closed, zh: 已停业, en: closed, type: yes_no, mark: given, clause: Art. 1}
exclusions:
  - {code: closed, zh: 已停业, en: closed for good, when: closed, mark: given, clause: Art. 1}
scoring:
  items:
    - {kind: manual, code: given, zh: 评分, en: points given, maximum: 70, question: given, missing: {rule: incomplete}, mark: given}
    - kind: bands
      code: payment
      zh: 付款
      en: payment
      maximum: 30
      of: ratio
      missing: {rule: lowest}
      mark: given
      bands: [{from: 0.5, inclusive: true, points: 30}, {from: 0.2, inclusive: true, points: 20}, {points: 0}]
  quota:
    mark: given
    clause: Art. 2
    grades:
      - {grade: A, share: 0.20}
      - {grade: B, share: 0.30}
      - {grade: C, share: 0.40}
      - {grade: D, share: 0.10}
    equal_scores: [{item: payment}, {of: sales}]
"""
SHARES = [Fraction(20, 100), Fraction(30, 100), Fraction(40, 100), Fraction(10, 100)]
W_12 = {
    1: (0, 0, 1, 0), 2: (0, 1, 1, 0), 3: (1, 1, 1, 0), 5: (1, 2, 2, 0), 7: (1, 2, 3, 1), 10: (2, 3, 4, 1),
    13: (3, 4, 5, 1), 25: (5, 8, 10, 2), 33: (7, 10, 13, 3), 99: (20, 30, 39, 10), 100: (20, 30, 40, 10),
}  # fmt: skip


def largest_remainder(n: int, shares: list[Fraction]) -> list[int]:
    """The counts a clerk would reach on paper."""
    counts = [floor(n * share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda place: (counts[place] - n * shares[place], place))
    for place in by_remainder[: n - sum(counts)]:
        counts[place] += 1
    return counts


def graded(engine: Any, sql: str, n: int) -> list[str]:
    """The grades of n customers, the best score first, by the whole compiled policy."""
    engine.execute(
        "CREATE OR REPLACE TABLE inputs AS SELECT lpad(i::VARCHAR, 6, '0') AS customer_no, (i % 71)::DOUBLE AS given,"
        f" NULL::BOOLEAN AS closed, (i % 3) / 2.0 AS ratio, (i * 7919 % 1009)::BIGINT AS sales FROM range({n}) AS t(i)"
    )
    return [grade for (grade,) in engine.execute(f"SELECT grade FROM ({sql}) ORDER BY place").fetchall()]


@pytest.mark.req("PTS-03")
def test_every_number_of_customers_from_1_to_1000_is_divided_as_on_paper() -> None:
    scoring = policy(TEXT).scoring
    assert scoring
    assert scoring.quota
    numbers = ibis.memtable(pl.DataFrame({"n": list(range(1, 1001))}))
    counts = counts_of(scoring.quota, numbers["n"])
    told = numbers.select("n", **{f"g{place}": count for place, count in enumerate(counts)}).to_polars()

    for n, *divided in told.iter_rows():
        assert divided == largest_remainder(n, SHARES), n
        assert n not in W_12 or tuple(divided) == W_12[n]


@pytest.mark.req("PTS-03")
def test_the_best_scores_get_the_best_grades_whatever_their_number() -> None:
    ranked = policy(TEXT)
    table = ibis.table({"customer_no": "string", **services.inputs_of(ranked, cards=CARDS)}, name="inputs")
    sql = ibis.to_sql(services.rate_table(ranked, table, cards=CARDS), dialect="duckdb")
    engine = duckdb.connect(config={"threads": 1})

    for n in (*range(1, 34), 99, 100, 333, 1000):
        divided = zip("ABCD", largest_remainder(n, SHARES), strict=True)
        assert graded(engine, sql, n) == [grade for grade, count in divided for _customer in range(count)], n


@pytest.mark.req("PTS-03")
@pytest.mark.parametrize("n", [1, 2, 7, 33])
def test_the_table_of_the_requirements_is_reproduced(n: int) -> None:
    rows = rate(policy(TEXT), [{"given": place % 71} for place in range(n)])

    assert tuple(sum(row["grade"] == grade for row in rows) for grade in "ABCD") == W_12[n]
    assert {row["places"] for row in rows} == {n}


@given(st.lists(st.integers(1, 60), min_size=4, max_size=4), st.integers(1, 40))
@settings(max_examples=8, deadline=None)
def test_any_shares_are_divided_by_largest_remainder(parts: list[int], n: int) -> None:
    parts[3] = 200 - sum(parts[:3])
    text = TEXT
    for old, part in zip(("0.20}", "0.30}", "0.40}", "0.10}"), parts, strict=True):
        text = text.replace(f"share: {old}", f"share: {part / 200}}}")

    rows = rate(policy(text), [{"given": place} for place in range(n)])

    counts = [sum(row["grade"] == grade for row in rows) for grade in "ABCD"]
    assert counts == largest_remainder(n, [Fraction(part, 200) for part in parts])


@pytest.mark.req("PTS-03")
def test_equal_scores_go_by_payment_then_sales_then_number() -> None:
    rows = rate(
        policy(TEXT),
        [
            {"given": 50, "ratio": 0.3, "sales": 100},  # 70 points, payment 20
            {"given": 40, "ratio": 0.9, "sales": 1},  # 70 points, payment 30
            {"given": 40, "ratio": 0.9, "sales": 2},  # and more sales
            {"given": 40, "ratio": 0.9, "sales": 2},  # the same: the lower number first
            {"given": 40, "ratio": 0.9},  # sales not known: behind those that are
            {"given": 70, "ratio": 0.9, "sales": 0},  # 100 points
        ],
    )

    assert [row["place"] for row in rows] == [6, 4, 2, 3, 5, 1]
    assert [row["grade"] for row in rows] == ["D", "C", "B", "B", "C", "A"]  # 6 are 1, 2 (1.8), 2 and 1 (0.6)


@pytest.mark.req("PTS-01", "PTS-03", "RR-09")
def test_only_those_who_apply_and_have_a_score_are_ranked() -> None:
    rows = rate(
        policy(TEXT),
        [{"given": 10}, {"given": 70, "closed": True}, {"given": None}, {"given": 20}, {"given": 70.1}],
    )

    assert [row["state"] for row in rows] == [
        "graded",
        "not_applicable",
        "incomplete",
        "graded",
        "incomplete",
    ]
    assert [row["grade"] for row in rows] == ["C", "", "", "B", ""]
    assert [row["place"] for row in rows] == [2, None, None, 1, None]
    assert [row["places"] for row in rows] == [2, None, None, 2, None]
    assert [row["exclusion_closed"] for row in rows] == [None, True, None, None, None]


def test_each_role_is_ranked_by_itself() -> None:
    text = TEXT.replace("exclusions:", "roles: [customer, supplier]\nexclusions:")

    rows = rate(
        policy(text),
        [
            {"role": "customer", "given": 10},
            {"role": "supplier", "given": 5},
            {"role": "customer", "given": 5},
        ],
    )

    assert [(row["place"], row["places"]) for row in rows] == [(1, 2), (1, 1), (2, 2)]


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("share: 0.10}", "share: 0.11}", "合计"),
        ("{grade: D, share: 0.10}", "{grade: A, share: 0.10}", "从优到劣"),
        ("share: 0.20}", "share: 0.20001}", "四位小数"),
        ("{item: payment}", "{item: nothing}", "nothing"),
        ("{item: payment}", "{item: payment, of: sales}", "其一"),
        ("  quota:", "  thresholds: [{grade: A, from: 1, inclusive: true, mark: given}, {grade: B, mark: given}]\n  quota:",
         "其一"),
        ("{of: sales}", "{of: no_such_figure}", "no_such_figure"),
    ],
)  # fmt: skip
def test_a_quota_that_cannot_be_is_refused(old: str, new: str, cause: str) -> None:
    assert old in TEXT
    with pytest.raises(PolicyInvalid) as refused:
        policy(TEXT.replace(old, new, 1))
    assert any(cause in told for told in refused.value.params["problems"]), refused.value.params
