"""The worked figures of a pack, run through the policy as it is shipped."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import polars as pl
from ruamel.yaml import YAML

from xinheng.judgements.policies import services
from xinheng.judgements.policies.values import Policy

PACKS = Path(__file__).resolve().parents[2] / "packs"
RATED = "told_facts"
_statements: dict[
    int, tuple[Policy, str]
] = {}  # by the identity of the policy, which is kept so that it stays
TYPES = {"float64": pl.Float64, "int64": pl.Int64, "boolean": pl.Boolean, "string": pl.String}


def shipped(code: str) -> Policy:
    path = PACKS / code / "policy.yaml"
    return services.load(path.read_text(encoding="utf-8"), file=f"packs/{code}/policy.yaml")


def figures(code: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Populations to rate together: each case alone, and those of `together` as one."""
    content = YAML(typ="safe").load((PACKS / code / "figures.yaml").read_text(encoding="utf-8"))
    for case in (*content.get("together", []), *content["cases"]):
        names = case.get("use", [])
        facts = dict(content.get("always", {}))
        for name in [names] if isinstance(names, str) else names:
            facts |= content["sets"][name]
        case["facts"] = facts | case["facts"]
    if content.get("together"):
        yield "together", content["together"]
    for case in content["cases"]:
        yield case["name"], [case]


def rate(policy: Policy, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rate facts as the pack's figures give them (money in yuan); what a row does not say is unknown."""
    wanted = services.inputs_of(policy)
    keys = {"customer_no": pl.String} | ({"role": pl.String} if policy.roles else {})
    schema = keys | {code: TYPES[kind] for code, kind in wanted.items()}
    unknown = {code for row in rows for code in row} - set(schema)
    assert not unknown, f"the policy does not use {sorted(unknown)}"
    table = [
        {"customer_no": f"{place:06}"} | {code: _minor(wanted, code, value) for code, value in row.items()}
        for place, row in enumerate(rows)
    ]
    frame = pl.DataFrame(table, schema=schema, orient="row", strict=False)
    with engine().cursor() as cursor:
        cursor.register(RATED, frame.to_arrow())
        return cursor.sql(statement_of(policy, frame)).pl().sort("customer_no").to_dicts()


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """The embedded engine that policies are run by."""
    return duckdb.connect()


def statement_of(policy: Policy, frame: pl.DataFrame) -> str:
    """What the engine is asked to rate facts by a policy; written once for all its figures."""
    if id(policy) not in _statements:
        inputs = ibis.table(ibis.memtable(frame).schema(), name=RATED)
        _statements[id(policy)] = (
            policy,
            str(ibis.to_sql(services.rate_table(policy, inputs), dialect="duckdb")),
        )
    return _statements[id(policy)][1]


def check(policy: Policy, cases: list[dict[str, Any]]) -> None:
    """Every figure a case gives is what the policy gives."""
    for case, row in zip(cases, rate(policy, [case["facts"] for case in cases]), strict=True):
        found = told(row)
        expected = {key: case[key] for key in found if key in case}
        expected.setdefault("state", "graded" if "grade" in case else row["state"])
        assert {key: found[key] for key in expected} == expected, case["name"]
        for item, points in case.get("points", {}).items():
            assert row[f"points_{item}"] == int(Decimal(str(points)) * 1000), f"{case['name']}: {item}"


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A result in the words of the figures."""
    milli = row["score_milli"]
    return {
        "state": row["state"],
        "grade": row["grade"],
        "before_caps": row["grade_before_caps"],
        "score": None if milli is None else float(Decimal(milli) / 1000),
        "fired": _true(row, "condition_"),
        "capped": _true(row, "cap_"),
        "vetoed": _true(row, "veto_"),
        "excluded": _true(row, "exclusion_"),
        "flags": _true(row, "flag_"),
    }


def _true(row: dict[str, Any], prefix: str) -> list[str]:
    return [name.removeprefix(prefix) for name, value in row.items() if name.startswith(prefix) and value]


def _minor(wanted: dict[str, str], code: str, value: Any) -> Any:
    if wanted.get(code) == "int64" and value is not None:
        return int(Decimal(str(value)) * 100)
    return value
