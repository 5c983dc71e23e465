"""A whole file checked, piece by piece, in bounded memory; nothing of the database is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from xinheng.facts.intake import errors
from xinheng.facts.intake.checking import groups, newcomers
from xinheng.facts.intake.checking.causes import NULL_SIGN, none
from xinheng.facts.intake.checking.customers import CustomerIndex
from xinheng.facts.intake.checking.known import Posted, compare
from xinheng.facts.intake.checking.plan import Plan
from xinheng.facts.intake.checking.repeats import find_repeats, fingerprints
from xinheng.facts.intake.checking.rows import check_piece
from xinheng.facts.intake.checking.totals import Tally, check_controls
from xinheng.facts.intake.reading.tables import EXTRA, ROW, SHEET, Table
from xinheng.facts.intake.staging import Staging

Tell = Callable[[str, int, int], None]  # what is being done, rows done, rows in all; may raise to stop


@dataclass
class Outcome:
    """What became of the rows of a file. causes: one line a row, field and cause."""

    tally: Tally = field(default_factory=Tally)
    causes: pl.DataFrame = field(default_factory=none)

    def keep_rejected(self, table: Table, staging: Staging) -> None:
        """Leave the rejected rows as they came beside the file."""
        _keep_rejected(table, self.causes, staging)

    @property
    def totals(self) -> dict[str, Any]:
        """The control totals, as kept with the batch."""
        return self.tally.as_kept()


def check_file(table: Table, plan: Plan, staging: Staging, index: CustomerIndex) -> Outcome:
    """Check every row, and leave beside the file what would be posted and what was rejected.

    Refuses: ControlTotalDiffers, ControlCountDiffers, FileWithoutRows, ImportCancelled.
    """
    staging.begin()
    outcome = Outcome()
    keys = _keys(plan)
    parts, marks, causes, totals = _read(table, plan, staging, index, keys)
    if not parts:
        raise errors.FileWithoutRows(file_name=staging.kept("request").get("file_name", ""))
    check_controls(parts, totals, plan, staging)
    repeated = [
        find_repeats(parts, pl.concat(marks), each, plan) for each, marks in zip(keys, marks, strict=True)
    ]
    repeats = pl.concat(repeated).unique("_at", keep="first", maintain_order=True)
    causes += [repeats.drop("_at")]
    causes += newcomers.check_all(parts, repeats, plan)
    causes += [groups.find_broken_groups(parts, pl.concat([none(), *causes]).select(SHEET, ROW), plan)]
    causes += _settle(parts, repeats, causes, plan, staging, outcome, table.rows)
    said = pl.concat([none(), *causes]).unique(maintain_order=True)  # once for all figures of a row
    outcome.causes = said.sort(SHEET, ROW, maintain_order=True)
    _keep_rejected(table, outcome.causes, staging)
    staging.end()
    return outcome


def _keys(plan: Plan) -> list[tuple[str, ...]]:
    return [plan.kind.key, *((code,) for code in plan.kind.also_unique)]


def _read(
    table: Table, plan: Plan, staging: Staging, index: CustomerIndex, keys: list[tuple[str, ...]]
) -> tuple[list[Path], list[list[pl.DataFrame]], list[pl.DataFrame], pl.DataFrame]:
    """First time through: every piece read, checked by itself, and put aside."""
    parts: list[Path] = []
    marks: list[list[pl.DataFrame]] = [[] for _ in keys]
    causes: list[pl.DataFrame] = []
    totals: list[pl.DataFrame] = []
    at = done = 0
    for raw in table.chunks():
        piece = check_piece(raw, plan, index)
        done += raw.height
        staging.tell("reading", done, max(table.rows, done))
        totals.append(piece.totals)
        causes.append(piece.causes)
        if piece.rows.is_empty():
            continue
        rows = piece.rows.with_row_index("_at", offset=at).with_columns(
            pl.col("_at").cast(pl.Int64), _lead=pl.struct(SHEET, ROW).is_first_distinct()
        )
        at += rows.height
        for each, kept in zip(keys, marks, strict=True):
            some = rows.filter(pl.col(each[0]).is_not_null()) if len(each) == 1 else rows
            kept.append(fingerprints(some, each))
        parts.append(staging.parts / f"{len(parts):05d}.arrow")
        rows.write_ipc(parts[-1])
    return parts, marks, causes, pl.concat(totals) if totals else pl.DataFrame()


def _settle(  # noqa: PLR0913, PLR0917
    parts: list[Path], repeats: pl.DataFrame, causes: list[pl.DataFrame], plan: Plan, staging: Staging,
    outcome: Outcome, total: int,
) -> list[pl.DataFrame]:  # fmt: skip
    """Second time through: against what is posted; new rows go to the accepted, all are counted."""
    bad_rows = pl.concat([none(), *causes]).select(SHEET, ROW).unique()
    against: list[pl.DataFrame] = []
    writer: pq.ParquetWriter | None = None
    done = 0
    posted = Posted(_customer_ids(parts))
    for part in parts:
        rows = pl.read_ipc(part)
        good = rows.filter(~pl.col("_bad")).join(repeats.select("_at"), on="_at", how="anti")
        good = good.join(bad_rows, on=[SHEET, ROW], how="anti", maintain_order="left")
        compared = compare(good, plan, posted)
        against.append(compared.causes)
        judged = compared.rows.join(
            compared.causes.select(SHEET, ROW).unique(), on=[SHEET, ROW], how="anti", maintain_order="left"
        )
        new = judged.filter(~pl.col("_known"))
        writer = _append(new, staging, writer)
        outcome.tally.count(rows, new=new, known=judged.filter("_known"))
        done += rows.height
        staging.tell("comparing", done, max(total, done))
    if writer:
        writer.close()
    return against


def _customer_ids(parts: list[Path]) -> pl.Series:
    scan = pl.scan_ipc(parts)
    if "customer_id" not in scan.collect_schema().names():
        return pl.Series([], dtype=pl.Int64)
    return scan.select(pl.col("customer_id").unique()).collect().to_series()


def _append(rows: pl.DataFrame, staging: Staging, writer: pq.ParquetWriter | None) -> pq.ParquetWriter | None:
    if rows.is_empty():
        return writer
    table: pa.Table = rows.drop("_bad", "_lead", "_at", "_known").to_arrow()
    if writer is None:
        writer = pq.ParquetWriter(
            staging.accepted, table.schema, compression="lz4", use_dictionary=False, write_statistics=False
        )
    writer.write_table(table.cast(writer.schema))
    return writer


def _keep_rejected(table: Table, causes: pl.DataFrame, staging: Staging) -> None:
    """The rejected rows as they came, read once more: nobody knew them while they passed."""
    if causes.is_empty():
        return
    wanted = causes.select(SHEET, ROW).unique()
    kept = []
    for raw in table.chunks():
        some = raw.join(wanted, on=[SHEET, ROW], how="semi", maintain_order="left")
        if some.height:
            columns = [name for name in table.columns if name in some.columns]
            extra = [EXTRA] if EXTRA in some.columns else []
            kept.append(some.select(ROW, SHEET, *columns, *extra).with_columns(_as_text(some, columns)))
    pl.concat(kept, how="diagonal").write_parquet(staging.rejected, compression="lz4")


def _as_text(frame: pl.DataFrame, columns: list[str]) -> list[pl.Expr]:
    kept = (pl.col(name).cast(pl.String).str.replace_all("\x00", NULL_SIGN, literal=True) for name in columns)
    return [_plain(text, frame.schema[name]) for text, name in zip(kept, columns, strict=True)]


def _plain(text: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """As the parsers understand it where the file's own type is gone: a day, a whole number."""
    if kind.is_temporal():
        return text.str.replace(r" 00:00:00(\.0+)?$", "")
    return text.str.replace(r"\.0$", "") if kind.is_float() else text
