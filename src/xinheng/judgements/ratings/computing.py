"""From a file of inputs to a file of results: the compiled policy, on the embedded engine."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import duckdb
import ibis

from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings.inputs import ROW_GROUP

MEMORY = "1GB"  # beyond it the engine works on disk, beside the results


def compute(policy: Policy, inputs: Path, results: Path) -> None:
    """Rate every row of the inputs; the results are sorted as the inputs are."""
    table = policies.input_table(policy)
    order = [name for name in ("customer_no", "role") if name in table.columns]
    rated = policies.rate_table(policy, table).order_by(order)
    limits: dict[str, Any] = {"memory_limit": MEMORY, "temp_directory": f"{results}.tmp"}
    with duckdb.connect(config=limits) as engine:
        engine.execute(f"CREATE VIEW inputs AS SELECT * FROM read_parquet({_quoted(inputs)})")
        engine.execute(
            f"COPY ({ibis.to_sql(rated, dialect='duckdb')}) TO {_quoted(results)} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
