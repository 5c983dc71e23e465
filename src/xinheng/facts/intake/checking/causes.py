"""The rows that are turned down, gathered as frames."""

from __future__ import annotations

import polars as pl

from xinheng.facts.intake.reading.tables import ROW, SHEET

SCHEMA = {ROW: pl.Int64, SHEET: pl.String}
SCHEMA |= dict.fromkeys(("field", "value", "cause", "params"), pl.String)
LONGEST_VALUE = 200
NULL_SIGN = "\N{REPLACEMENT CHARACTER}"  # what is kept in its place: PostgreSQL knows none


def turned_down(
    rows: pl.DataFrame,
    cause: pl.Series | str,
    *,
    field: str,
    value: pl.Series,
    params: list[pl.Series] | None = None,
) -> pl.DataFrame:
    """One line for each row: where it stands, the field, what stood there, and why.

    rows: holds _row and _sheet, in the order of the other series. params: what the words show beside.
    """
    shown = [_kept(each) for each in params or []]
    frame = rows.select(ROW, SHEET).with_columns(
        pl.lit(field).alias("field"),
        pl.Series("value", _kept(value).str.slice(0, LONGEST_VALUE).fill_null("")),
        (pl.lit(cause) if isinstance(cause, str) else pl.Series("cause", cause)).alias("cause"),
    )
    if not shown:
        return frame.with_columns(pl.lit("{}").alias("params")).select(list(SCHEMA))
    encoded = pl.DataFrame(shown).select(pl.struct(pl.all()).struct.json_encode()).to_series()
    return frame.with_columns(encoded.alias("params")).select(list(SCHEMA))


def _kept(values: pl.Series) -> pl.Series:
    """As text that every database keeps."""
    return values.cast(pl.String).str.replace_all("\x00", NULL_SIGN, literal=True)


def none() -> pl.DataFrame:
    """No rows turned down."""
    return pl.DataFrame(schema=SCHEMA)
