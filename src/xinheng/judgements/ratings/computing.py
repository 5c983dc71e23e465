"""From a file of inputs to a file of results: the compiled policy, on the engine that fits it.

The policy is compiled once, to one expression. Where that looks at each customer by itself, and asks for
nothing that engines do differently (a quotient, a rounding, a text), it runs on Polars, piece by piece of the
file. All else runs on DuckDB. Both give the same results to the last thousandth.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import duckdb
import ibis
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr import operations as ops

from xinheng.base.kernel.engine import quoted
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings.inputs import ROW_GROUP

MEMORY = "1GB"  # beyond it the engine works on disk, beside the results
PIECE = 32 * ROW_GROUP  # rows rated at a time: memory does not grow with the number of customers
ALIKE = (  # what both engines do alike, unknown values included
    ops.Field, ops.Literal, ops.Alias, ops.Equals, ops.NotEquals, ops.Less, ops.LessEqual, ops.Greater,
    ops.GreaterEqual, ops.And, ops.Or, ops.Not, ops.IsNull, ops.NotNull, ops.Coalesce, ops.NullIf,
    ops.SearchedCase, ops.SimpleCase, ops.IfElse, ops.Greatest, ops.Least, ops.InValues,
)  # fmt: skip
WHOLE = (ops.Add, ops.Subtract, ops.Multiply, ops.Negate)  # of whole numbers alone: fractions are order's
TYPES = {"int64": pl.Int64, "string": pl.String, "boolean": pl.Boolean, "float64": pl.Float64}


def compute(policy: Policy, inputs: Path, results: Path) -> None:
    """Rate every row of the inputs; the results are sorted as the inputs are."""
    rated = policies.rate_table(policy, policies.input_table(policy))
    if is_row_by_row(rated) and _is_sorted(inputs):
        _piece_by_piece(policy, inputs, results)
    else:
        _all_at_once(rated, inputs, results)


def is_row_by_row(rated: Any) -> bool:
    """Whether an expression rates each row by itself with what both engines do alike."""
    return all(_is_alike(node) for node in rated.op().find(ops.Value))


def rated_by(build: Any, frame: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of a frame rated on Polars. build: gives the expression over a table of inputs."""
    engine = ibis.polars.connect(tables={"inputs": frame})
    rated = build(engine.table("inputs"))
    told: pl.LazyFrame = engine.compile(rated)
    return told.select(pl.col(name).cast(TYPES[str(kind)]) for name, kind in rated.schema().items())


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_alike(node: Any) -> bool:
    if isinstance(node, ops.Cast):
        kinds = (node.arg.dtype, node.to)
        return all(kind.is_integer() or kind.is_boolean() or kind.is_null() for kind in kinds) or (
            node.arg.dtype == node.to or node.arg.dtype.is_null()
        )
    if isinstance(node, WHOLE):
        return all(arg.dtype.is_integer() or arg.dtype.is_boolean() for arg in node.args)
    return isinstance(node, ALIKE)


def _is_sorted(inputs: Path) -> bool:
    """Whether the rows stand in the order of the results: by customer, and by role where it has several."""
    keys: list[str] = [name for name in ("customer_no", "role") if name in pl.read_parquet_schema(inputs)]
    told = pl.read_parquet(inputs, columns=keys)
    before = told["customer_no"].is_sorted()
    if "role" not in keys or not before:
        return before
    same = pl.col("customer_no") == pl.col("customer_no").shift()
    return not told.select((same & (pl.col("role") < pl.col("role").shift())).any()).item()


def _piece_by_piece(policy: Policy, inputs: Path, results: Path) -> None:
    rows = pq.read_metadata(inputs).num_rows
    writer: pq.ParquetWriter | None = None
    try:
        for start in range(0, max(rows, 1), PIECE):
            piece = pl.scan_parquet(inputs).slice(start, PIECE)
            told: pa.Table = (
                rated_by(lambda table: policies.rate_table(policy, table), piece).collect().to_arrow()
            )
            writer = writer or pq.ParquetWriter(results, told.schema, compression="zstd")
            writer.write_table(told, row_group_size=ROW_GROUP)
    finally:
        if writer is not None:
            writer.close()


def _all_at_once(rated: Any, inputs: Path, results: Path) -> None:
    order = [name for name in ("customer_no", "role") if name in rated.columns]
    limits: dict[str, Any] = {"memory_limit": MEMORY, "temp_directory": f"{results}.tmp"}
    with duckdb.connect(config=limits) as engine:
        engine.execute(f"CREATE VIEW inputs AS SELECT * FROM read_parquet({quoted(inputs)})")
        engine.execute(
            f"COPY ({ibis.to_sql(rated.order_by(order), dialect='duckdb')}) TO {quoted(results)} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
