"""What posting a file would do, or did, and the values that are not taken."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.intake.errors import BatchUnknown
from xinheng.facts.metering import batches
from xinheng.facts.metering.models import Batch
from xinheng.facts.metering.values import Preview, Rejected

SAMPLES = 5  # of each cause
MOST_ROWS = 100_000  # that a person would correct


def preview(actor: Actor, batch_no: int) -> Preview:
    """The outcome of a check: how many values are new, known, changed, rejected, and the first of each cause.

    Refuses: AccessDenied, BatchUnknown.
    """
    batch = batch_of(actor, batch_no)
    columns = batches.columns_of(batch)
    return replace(outline(batch), columns=columns, samples=tuple(_rows(_samples(batch_no), columns)))


def outline(batch: Batch) -> Preview:
    """The same without the columns and samples, for a list of files that were asked for."""
    may_post = batch.state == "previewed" and (batch.mode == "good_rows" or not batch.rows_rejected)
    return Preview(
        batch_no=batch.pk, state=batch.state, kind=batch.kind, file_name=batch.file_name,
        rows=batch.rows_total, new=batch.rows_new, known=batch.rows_known, changed=batch.rows_changed,
        rejected=batch.rows_rejected, causes=batch.causes, marks=batch.marks, columns={}, samples=(),
        notes={**batch.options, "mode": batch.mode}, may_post=may_post, cause=batch.cause,
    )  # fmt: skip


def rejected(actor: Actor, batch_no: int, *, offset: int = 0, limit: int = 100) -> list[Rejected]:
    """The values that are not taken, in the order of the file. Refuses: AccessDenied, BatchUnknown."""
    batch = batch_of(actor, batch_no)
    return _rows(_file(batch_no).slice(offset, limit).collect(), batches.columns_of(batch))


def batch_of(actor: Actor, batch_no: int) -> Batch:
    """One file that was told. Refuses: AccessDenied, BatchUnknown."""
    require(actor, "metering.read", f"metering_batch:{batch_no}")
    if (found := Batch.objects.filter(pk=batch_no).first()) is None:
        raise BatchUnknown(batch_no=batch_no)
    return found


def _file(batch_no: int) -> pl.LazyFrame:
    path = batches.folder_of(batch_no) / "rejected.parquet"
    if path.exists():
        return pl.scan_parquet(path)
    schema = {"row": pl.Int64, "field": pl.String, "value": pl.String, "cause": pl.String, "key": pl.String}
    return pl.LazyFrame(schema={**schema, "day": pl.Date})


def _samples(batch_no: int) -> pl.DataFrame:
    return _file(batch_no).filter(pl.int_range(pl.len()).over("cause") < SAMPLES).collect()


def _rows(frame: pl.DataFrame, columns: dict[str, str]) -> list[Rejected]:
    """The rows as values, with the column as the file calls it."""
    called = {code: name for name, code in columns.items()}
    told = frame.select("row", "field", "value", "cause", "key", "day").iter_rows()
    return [
        Rejected(row, called.get(field, field), value, cause, key or "", day)
        for row, field, value, cause, key, day in told
    ]


def to_correct(actor: Actor, batch_no: int, *, most: int = MOST_ROWS) -> pl.DataFrame:
    """The rejected rows as they stand in the file: _row, its columns as text, and cause, the causes in words.

    Corrected, they are a file of their own. Refuses: AccessDenied, BatchUnknown.
    """
    batch = batch_of(actor, batch_no)
    found = _file(batch_no).head(most).collect()
    columns = batches.columns_of(batch)
    told = {one.cause: one.words for one in _rows(found.unique("cause"), columns)}
    named = found.with_columns(cause=pl.col("cause").replace(told))
    causes = named.group_by("row").agg(pl.col("cause").unique(maintain_order=True).str.join(" "))
    rows = [
        piece.join(causes, left_on="_row", right_on="row", how="inner") for piece in batches.pieces_of(batch)
    ]
    return pl.concat(rows, how="diagonal_relaxed").sort("_row") if rows else causes.clear()
