"""A small policy that uses every part of the language, and a table to rate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb
import ibis
import polars as pl

from xinheng.indicators.values import Card
from xinheng.judgements.policies import services
from xinheng.judgements.policies.values import Policy


def card(code: str, unit: str) -> Card:
    return Card(code, code, code, unit, "test", "test", "-", "-")


_statements: dict[Any, tuple[Policy, str]] = {}  # with the policy, so that no other has its id
CARDS = (
    card("sales", "CNY"),
    card("sum_ever", "CNY"),
    card("overdue_share", "share"),
    card("relation", "months"),
    card("ratio", "ratio"),
)

POLICY = """\
kind: rating
code: sample
version: "1"
name: {zh: 样例, en: Sample}
about: {zh: 说明, en: About}
source: {zh: 来源, en: Source}
scale:
  - {code: A, zh: 高, en: high}
  - {code: B, zh: 中, en: medium}
  - {code: C, zh: 低, en: low}
parameters:
  - {code: new_months, zh: 新客户月数, en: months a customer is new, unit: months, value: 12, mark: assumed}
  - {code: big, zh: 大客户, en: large customer, unit: CNY, value: null, mark: lost}
questions:
  - {code: keeps_word, zh: 守信, en: keeps promises, type: yes_no, mark: given}
  - {code: funds, zh: 资金, en: funds, type: choice, mark: given,
     choices: [{code: strong, zh: 强, en: strong}, {code: weak, zh: 弱, en: weak}]}
  - {code: impression, zh: 印象分, en: impression, type: number, unit: points, minimum: 0, maximum: 30, decimals: 1, mark: given}
conditions:
  - {code: C1, zh: 不守信, en: breaks promises, when: NOT keeps_word, mark: given, clause: Art. 1}
  - {code: A1, zh: 资金强, en: strong funds, when: funds = 'strong' AND relation >= new_months, mark: given}
  - {code: A2, zh: 大客户, en: large, when: sales >= big, mark: given}
criteria:
  mark: given
  grades:
    - {grade: A, any: [A1, A2]}
    - {grade: C, any: [C1]}
    - {grade: B, otherwise: true}
scoring:
  total: 100
  items:
    - {kind: manual, code: impression, zh: 印象, en: impression, maximum: 30, question: impression,
       missing: {rule: incomplete}, mark: given}
    - {kind: proportional_to_maximum, code: volume, zh: 规模, en: volume, maximum: 20, of: sum_ever,
       among: relation >= new_months, others: 5, decimals: 1, missing: {rule: lowest}, mark: given}
    - kind: bands
      code: overdue
      zh: 逾期
      en: overdue
      maximum: 50
      of: overdue_share
      mark: assumed
      missing: {rule: lowest}
      bands:
        - {to: 0.02, inclusive: true, points: 50}
        - {to: 0.10, inclusive: false, points: 25}
        - {points: 0}
  thresholds:
    - {grade: A, from: 90, inclusive: true, mark: given}
    - {grade: B, from: 50, inclusive: true, mark: given}
    - {grade: C, mark: given}
vetoes:
  - {code: lost, zh: 失联, en: lost, when: overdue_share > 0.9, grade: C, mark: assumed}
caps:
  - {code: new, zh: 新客户, en: new customer, when: relation < new_months, grade: B, soft: true, mark: given}
"""


def policy(text: str = POLICY, cards: Iterable[Card] = CARDS) -> Policy:
    return services.load(text, file="sample.yaml", cards=tuple(cards))


def rate(policy: Policy, rows: list[dict[str, Any]], cards: Iterable[Card] = CARDS) -> list[dict[str, Any]]:
    """Rate rows on DuckDB; what a row does not say is unknown. Money in minor units."""
    wanted = services.inputs_of(policy, cards=cards)
    types = {"float64": pl.Float64, "int64": pl.Int64, "boolean": pl.Boolean, "string": pl.String}
    columns = {"customer_no": [f"C-{place}" for place in range(len(rows))]}
    schema: dict[str, Any] = {"customer_no": pl.String}
    if policy.roles:
        columns["role"] = [row.get("role", policy.roles[0]) for row in rows]
        schema["role"] = pl.String
    for code, kind in wanted.items():
        columns[code] = [row.get(code) for row in rows]
        schema[code] = types[kind]
    unknown = {code for row in rows for code in row} - set(columns)
    assert not unknown, f"the policy does not use {sorted(unknown)}"
    engine = duckdb.connect(config={"threads": 1})
    engine.register("inputs", pl.DataFrame(columns, schema=schema, strict=False).to_arrow())
    result = pl.DataFrame(engine.sql(_compiled(policy, tuple(cards))).to_arrow_table())
    return sorted(result.to_dicts(), key=lambda row: int(row["customer_no"][2:]))


def _compiled(policy: Policy, cards: tuple[Card, ...]) -> str:
    """The statement of a policy, made once however many rows are rated by it."""
    key = (id(policy), cards)
    if key not in _statements:
        wanted = services.inputs_of(policy, cards=cards)
        roles = {"role": "string"} if policy.roles else {}
        table = ibis.table({"customer_no": "string", **roles, **wanted}, name="inputs")
        sql = str(ibis.to_sql(services.rate_table(policy, table, cards=cards), dialect="duckdb"))
        _statements[key] = (policy, sql)
    return _statements[key][1]
