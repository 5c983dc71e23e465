"""Rating a few rows again by a policy as it is compiled for everybody: what if a figure were another."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import ManualItem, Policy, ProportionalItem, Question

ARROW = {"float64": pa.float64(), "int64": pa.int64(), "boolean": pa.bool_(), "string": pa.string()}
KEPT = "kept_points_"  # before the code of an item whose points stay as a run gave them
Row = dict[str, Any]
_engines = threading.local()


def rerate(policy: Policy, rows: Sequence[Row]) -> list[Row]:
    """The results of rows of inputs, in their order, by the one statement that rates everybody.

    rows: inputs as a run keeps them, changed or not. The policy must grade each row by itself: see alone.
    """
    schema = _schema(policy)
    columns = {name: [row.get(name) for row in rows] for name in schema.names}
    columns["customer_id"] = list(range(len(rows)))
    table = pa.table(
        [pa.array(columns[name], schema.field(name).type, from_pandas=True) for name in schema.names],
        schema=schema,
    )
    engine = _engine()
    engine.register("inputs", table)
    found = engine.execute(_statement(policy))
    names = [column[0] for column in found.description]
    results = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    engine.unregister("inputs")
    return sorted(results, key=lambda result: int(result["customer_id"]))


def alone(policy: Policy) -> Policy:
    """The policy with the points of items that compare customers held as they are.

    Such an item becomes one that a row brings its points for: a column KEPT and its code, as held gives it.
    """
    return _alone(policy)


def held(policy: Policy, result: Row) -> Row:
    """The points of the items that compare customers, as a result holds them."""
    return {
        f"{KEPT}{item.code}": None
        if result[f"points_{item.code}"] is None
        else result[f"points_{item.code}"] / 1000
        for item in compared(policy)
    }


def compared(policy: Policy) -> list[ProportionalItem]:
    """The items whose points depend on the figures of other customers."""
    items = policy.scoring.items if policy.scoring else ()
    return [item for item in items if isinstance(item, ProportionalItem)]


def compares(policy: Policy) -> bool:
    """Whether what one customer gets depends on others: points in proportion, or places."""
    return bool(compared(policy)) or bool(policy.scoring and policy.scoring.quota)


@lru_cache(maxsize=64)
def _alone(policy: Policy) -> Policy:
    found = {item.code for item in compared(policy)}
    if not found or policy.scoring is None:
        return policy
    items = tuple(_kept(item) if item.code in found else item for item in policy.scoring.items)
    asked = tuple(
        Question(
            code=f"{KEPT}{item.code}", type="number", unit="points", zh=item.zh, en=item.en, mark=item.mark
        )
        for item in compared(policy)
    )
    scoring = policy.scoring.model_copy(update={"items": items})
    return policy.model_copy(update={"scoring": scoring, "questions": (*policy.questions, *asked)})


def _kept(item: Any) -> ManualItem:
    told = {name: getattr(item, name) for name in ManualItem.model_fields if hasattr(item, name)}
    return ManualItem(**{**told, "kind": "manual", "question": f"{KEPT}{item.code}"})


@lru_cache(maxsize=64)
def _schema(policy: Policy) -> pa.Schema:
    columns = policies.keys_of(policy) | policies.inputs_of(policy)
    return pa.schema([(name, ARROW[kind]) for name, kind in columns.items()])


@lru_cache(maxsize=64)
def _statement(policy: Policy) -> str:
    return str(ibis.to_sql(policies.rate_table(policy, policies.input_table(policy)), dialect="duckdb"))


def _engine() -> duckdb.DuckDBPyConnection:
    """An engine of the thread's own: none is opened for each question."""
    if not hasattr(_engines, "one"):
        _engines.one = duckdb.connect(config={"threads": 1, "memory_limit": "256MB"})
    engine: duckdb.DuckDBPyConnection = _engines.one
    return engine
