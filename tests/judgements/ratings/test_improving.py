"""What would raise a grade: nothing is promised that would not come true, and nothing needless is asked."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings.improving import TIMED, Search

pytestmark = pytest.mark.any_database
PACKS = Path(__file__).resolve().parents[3] / "packs"
CODES = ["adv", "general", "lse", "net"]
NUMBERS = [0.0, 1.0, 2.0, 5.0, 12.0, 30.0, 45.0, 95.0, 300.0, 600.0]
SHARES = [0.0, 0.05, 0.2, 0.5, 0.9]
MONEY = [0, 1_000_000, 30_000_000, 1_000_000_000, 8_000_000_000]


def loaded(code: str) -> Policy:
    return policies.load((PACKS / code / "policy.yaml").read_text(encoding="utf-8"))


@cache
def statement(code: str) -> tuple[Policy, dict[str, str], str]:
    """A shipped policy, the columns it reads, and the statement of a run."""
    policy = loaded(code)
    keys = {"customer_no": "string", "customer_id": "int64"} | ({"role": "string"} if policy.roles else {})
    schema = keys | policies.inputs_of(policy)
    expression = policies.rate_table(policy, ibis.table(schema, name="inputs"))
    return policy, schema, str(ibis.to_sql(expression.order_by("customer_no"), dialect="duckdb"))


def rated(code: str, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows rated together, as a run would, on an engine of their own."""
    _policy, schema, sql = statement(code)
    types = {"string": pl.String, "int64": pl.Int64, "float64": pl.Float64, "boolean": pl.Boolean}
    inputs = pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in schema}, {n: types[k] for n, k in schema.items()}
    )
    with duckdb.connect() as engine:
        engine.register("inputs", inputs.to_arrow())
        found = engine.execute(sql)
        names = [column[0] for column in found.description]
        return [dict(zip(names, result, strict=True)) for result in found.fetchall()]


def together(code: str, peer: dict[str, Any], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What each row comes to beside the peer alone; rows that do not weigh on each other go at once."""
    if code == "lse":
        return [rated(code, peer, row)[1] for row in rows]
    return rated(code, *({**row, "customer_no": f"C-{n:05}"} for n, row in enumerate(rows)))


def without(changes: dict[str, Any], left_out: str | None) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if name != left_out}


@st.composite
def customers(draw: Any, policy: Policy) -> dict[str, Any]:
    """What may be known of a customer that deals with us; a quarter of it is not known."""
    asked = {question.code: question for question in policy.questions}
    names = policies.formulas(policy).names
    row: dict[str, Any] = {"customer_no": "C-1", "customer_id": 1, "role": "customer"}
    for code, kind in policies.inputs_of(policy).items():
        if kind == "boolean":
            values: list[Any] = [True] if code == "is_customer" else [False, False, False, True]
        elif kind == "string":
            values = [choice.code for choice in asked[code].choices] if code in asked else ["F"]
        elif kind == "int64":
            values = MONEY
        else:
            values = SHARES if names[code].unit in ("share", "ratio") else NUMBERS
        most = asked[code].maximum if code in asked else None
        if kind == "float64" and most is not None:
            values = [value for value in NUMBERS if value <= most]
        unknown = [] if code == "is_customer" else [None]
        row[code] = draw(st.sampled_from([*values, *values, *values, *unknown]))
    return row


@pytest.mark.req("S1")
@pytest.mark.parametrize("code", CODES)
def test_every_way_told_gives_the_grade_told_and_holds_no_needless_change(code: str) -> None:
    policy, _schema, _sql = statement(code)

    @settings(max_examples=6)
    @given(customers(policy))
    def holds(row: dict[str, Any]) -> None:
        peer = {
            **row,
            "customer_no": "C-0",
            "customer_id": 0,
            "lease_sum": 9_000_000_000,
            "relation_months": 60.0,
        }
        now = rated(code, peer, row)[1]
        search = Search(policy, row, now)
        if now["state"] == "not_applicable":
            return
        assert search.is_repeatable()
        before = now["rank"] or len(policy.scale) + 1
        ways = search.found()
        tried = [(way, left) for way in ways for left in (None, *way)]
        after = together(code, peer, [{**row, **without(way, left)} for way, left in tried])
        got = dict(zip(((id(way), left) for way, left in tried), after, strict=True))
        for way in ways:
            told = got[id(way), None]
            assert told["grade"] == search.after(way)["grade"]
            assert told["rank"] < before
            assert not TIMED & set(way)
            for left in way:
                less = got[id(way), left]["rank"]
                assert less is None or less > told["rank"], (way, left)

    holds()


@pytest.mark.req("S1", "ADV-13")
def test_a_late_payer_is_told_the_days_that_would_be_enough() -> None:
    policy = loaded("adv")
    row = {
        "customer_no": "C-1", "customer_id": 1, "is_customer": True, "worst_delay_24m": 95.0,
        "late_count_12m": 1.0, "months_since_first": 40.0, "persons_served": 200.0, "repute": "ordinary",
        "funds": "ordinary",
    }  # fmt: skip
    search = Search(policy, row, rated("adv", row)[0])

    assert {"worst_delay_24m": 90.0} in search.found()
    assert search.after({"worst_delay_24m": 90.0})["grade"] == "B"


NAMED = """\
kind: rating
code: named
version: "1"
name: {zh: 小样, en: Named}
about: {zh: 说明, en: About}
source: {zh: 来源, en: Source}
scale:
  - {code: A, zh: 高, en: high}
  - {code: B, zh: 低, en: low}
questions:
  - code: standing
    zh: 地位
    en: standing
    type: choice
    mark: assumed
    choices: [{code: leader, zh: 龙头, en: leader}, {code: known, zh: 知名, en: known}, {code: small, zh: 小, en: small}]
  - {code: cover, zh: 覆盖, en: cover, type: number, decimals: 2, minimum: 0, mark: assumed}
scoring:
  items:
    - {kind: categories, code: place, zh: 地位, en: place, maximum: 40, of: standing, mark: assumed,
       missing: {rule: lowest}, groups: [{values: [leader], points: 40}, {values: [known], points: 20}], others: 5}
    - {kind: efficacy, code: safety, zh: 安全, en: safety, maximum: 60, of: cover, decimals: 1, mark: assumed,
       missing: {rule: lowest}, standards: [{values: [10, 8, 6, 4, 2]}]}
  thresholds:
    - {grade: A, from: 61, inclusive: true, mark: assumed}
    - {grade: B, mark: assumed}
"""


@pytest.mark.req("S1")
def test_texts_that_give_points_and_figures_between_standards_are_told_exactly() -> None:
    policy = policies.load(NAMED)
    row = {"customer_no": "C-1", "customer_id": 1, "standing": "small", "cover": 7.0}
    schema = {"customer_no": "string", "customer_id": "int64"} | policies.inputs_of(policy)
    engine = duckdb.connect()
    inputs = pl.DataFrame({name: [row[name]] for name in schema})
    engine.register("inputs", inputs.to_arrow())
    sql = str(ibis.to_sql(policies.rate_table(policy, ibis.table(schema, name="inputs")), dialect="duckdb"))
    now = engine.sql(sql).to_arrow_table().to_pylist()[0]
    assert (now["score_milli"], now["grade"]) == (5_000 + 42_000, "B")  # 70 % of 60

    found = Search(policy, row, now).found()

    assert {"standing": "known"} in found  # 20 + 42 = 62
    assert {"cover": 9.33} in found  # 60 x (0.8 + 0.2 x 1.33 / 2) = 56.0: 61
    assert not any(one.get("standing") == "small" for one in found)
