"""A batch as a person sees it: how far it is, what stands in the file, what would happen."""

from __future__ import annotations

from typing import Any

import polars as pl

from xinheng.facts.intake import catalogue, opening
from xinheng.facts.intake.batches import open_batch
from xinheng.facts.intake.checking.plan import ITEM, missing_fields
from xinheng.facts.intake.lines import lines
from xinheng.facts.intake.models import Batch, RejectedRow
from xinheng.facts.intake.staging import Staging
from xinheng.facts.intake.values import CauseCount, Look, Preview, Progress, Rejected

SAMPLES = 5
SHOWN_ROWS = 8


def progress(batch_no: int) -> Progress:
    """How far the work on a batch is; asks no lock, so it answers while a posting runs.

    Refuses: BatchUnknown.
    """
    return Staging(batch_no).progress(open_batch(batch_no).state)


def look(batch_no: int) -> Look:
    """The columns of a file, its first rows, and how the columns are assigned.

    Refuses: BatchUnknown, FileRefused.
    """
    batch = open_batch(batch_no)
    staging = Staging(batch_no)
    table = opening.table_of(batch, staging)
    plan = opening.plan_of(batch, staging, table, told_on=batch.told_on)
    first = next(iter(table.chunks()), pl.DataFrame(schema=dict.fromkeys(table.columns, pl.String)))
    rows = first.head(SHOWN_ROWS).select(pl.col(list(table.columns)).cast(pl.String).fill_null(""))
    fields = [(each.code, each.label) for each in catalogue.kind(batch.kind).fields]
    if batch.kind == "statements":
        fields += [(ITEM + code, name) for code, name in lines().items()]
    return Look(
        batch_no=batch_no,
        columns=table.columns,
        rows=tuple(rows.rows()),
        mapping={column: batch.mapping.get(column, "") for column in table.columns},
        missing=tuple(missing_fields(plan, table.columns)),
        fields=tuple(fields),
        notes=table.notes,
        settings=staging.kept("request").get("settings", {}),
        contested=tuple(column for column in table.columns if column in catalogue.contested(table.columns)),
    )


def preview(batch_no: int) -> Preview:
    """What posting the batch would do, or did. Refuses: BatchUnknown."""
    batch = open_batch(batch_no)
    staging = Staging(batch_no)
    found = staging.kept("found")
    columns = tuple((column, batch.mapping.get(column, "")) for column in found.get("columns", []))
    good = batch.rows_accepted + batch.rows_void
    return Preview(
        batch_no=batch_no,
        state=batch.state,
        kind=batch.kind,
        rows=batch.rows_total,
        new=batch.rows_accepted,
        void=batch.rows_void,
        known=batch.rows_known,
        rejected=batch.rows_rejected,
        causes=tuple(cause_counts(batch)),
        totals={part: told for part, told in batch.totals.items() if part not in {"mark", "same_file_as"}},
        columns=columns,
        samples=tuple(_samples(batch, staging)),
        may_post=batch.state == "previewed"
        and (not batch.rows_rejected or batch.mode == "good_rows")
        and good >= 0,
        notes=found.get("notes", {}),
    )


def cause_counts(batch: Batch) -> list[CauseCount]:
    """The causes of a batch's rejected rows, most frequent first, each with its first rows."""
    rows = RejectedRow.objects.filter(batch=batch).order_by().values_list("cause", "field", "sheet", "row_no")
    frame = pl.DataFrame(
        list(rows),
        schema={"cause": pl.String, "field": pl.String, "sheet": pl.String, "row_no": pl.Int64},
        orient="row",
    )
    counted = frame.group_by("cause", "field").agg(
        rows=pl.struct("sheet", "row_no").n_unique()
    ).sort("rows", "cause", "field", descending=[True, False, False])  # fmt: skip
    result = []
    for cause, field, count in counted.iter_rows():
        first = RejectedRow.objects.filter(batch=batch, cause=cause, field=field)[:SAMPLES]
        samples = tuple(as_rejected(row, batch.kind) for row in first)
        result.append(CauseCount(cause, samples[0].field_label, count, samples[0].words, samples))
    return result


def as_rejected(row: RejectedRow, kind_code: str) -> Rejected:
    """A rejected row with its words in the reader's language."""
    field = catalogue.kind(kind_code).field(row.field)
    words = catalogue.words_of(
        row.cause, kind_code=kind_code, field_code=row.field, value=row.value, params=row.params
    )
    label = field.label if field else row.field
    return Rejected(row.row_no, row.sheet, row.field, label, row.value, row.cause, words, row.row or {})


def _samples(batch: Batch, staging: Staging) -> list[dict[str, str]]:
    if not staging.accepted.exists():
        return []
    first = pl.scan_parquet(staging.accepted).head(SAMPLES).collect()
    shown: dict[str, Any] = {}
    for field in catalogue.kind(batch.kind).fields:
        column = f"{field.code}_minor" if field.type == "money" else field.code
        if column in first.columns and first.get_column(column).null_count() < first.height:
            value = pl.col(column)
            if field.type == "money":
                value = (value.cast(pl.Decimal(38, 2)) / 100).cast(pl.Decimal(38, 2))
            shown[field.label] = first.select(value.cast(pl.String).fill_null("")).to_series().to_list()
    return [dict(zip(shown, cells, strict=True)) for cells in zip(*shown.values(), strict=True)]
