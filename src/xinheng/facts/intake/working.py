"""The two phases of an import: checking without a lock, posting in one transaction."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Unpack

import polars as pl
from django.db import IntegrityError, transaction

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.intake import errors, opening
from xinheng.facts.intake.batches import actor_of_batch, open_batch, own_batch, reading_mark, receive
from xinheng.facts.intake.checking import plan as plans
from xinheng.facts.intake.checking.causes import SCHEMA
from xinheng.facts.intake.checking.customers import CustomerIndex
from xinheng.facts.intake.checking.newcomers import brought_along
from xinheng.facts.intake.checking.plan import Plan
from xinheng.facts.intake.checking.whole import Outcome, check_file
from xinheng.facts.intake.models import Batch, RejectedRow
from xinheng.facts.intake.posting import Told, post_rows
from xinheng.facts.intake.reading.tables import EXTRA, ROW, SHEET
from xinheng.facts.intake.staging import Staging
from xinheng.facts.intake.values import Choices

NOT_CHECKED = ("posted", "cancelled", "refused", "waiting", "reading")


def read_and_check(batch_no: int) -> Batch:
    """Phase one: read the file, check every row, and keep what would be posted and what is rejected.

    Changes nothing but the batch, and holds no lock on the database while it reads. A file that cannot
    be taken as a whole leaves the batch refused with its cause; cancelled by a person, cancelled.
    Refuses: BatchUnknown, BatchBusy, BatchInWrongState.
    """
    staging = Staging(batch_no)
    with staging.alone():
        batch = open_batch(batch_no, but=("posted", "cancelled"))
        staging.forget_cancelling()
        _forget_outcome(batch, staging)
        try:
            _check(batch, staging)
        except errors.ImportCancelled:
            _end_cancelled(batch, staging)
        except errors.FileRefused as refused:
            staging.end()
            batch.cause = str(refused)
            _set_state(batch, "refused")
    return batch


def _forget_outcome(batch: Batch, staging: Staging) -> None:
    """What an earlier check said holds no longer: the columns may be assigned otherwise by now."""
    staging.begin()
    staging.drop("checked")
    counts = dict.fromkeys(("rows_total", "rows_accepted", "rows_void", "rows_known", "rows_rejected"), 0)
    with transaction.atomic():
        RejectedRow.objects.filter(batch=batch).delete()
        _set_state(batch, "reading", **counts, totals={})


def _check(batch: Batch, staging: Staging) -> None:
    if staging.kept("found"):
        table = opening.table_of(batch, staging)
    else:  # a stop came before the columns were assigned
        table = opening.assign_columns(batch, staging)
    plan = opening.plan_of(batch, staging, table, told_on=batch.told_on)
    if missing := plans.missing_fields(plan, table.columns):
        raise errors.ColumnsMissing(file_name=batch.file_name, fields="、".join(missing))
    plans.check_currency(plan, table.notes.get("unit", ""))
    actor = actor_of_batch(staging)
    index = CustomerIndex(actor, batch.told_on)
    outcome = check_file(table, plan, staging, index)
    if plan.settings.customers_from_file and staging.accepted.exists():
        brought_along(staging.accepted, staging.customers)
    if _settles(staging):
        _rehearse(batch, staging, actor, outcome)
    _keep_outcome(batch, staging, plan, outcome)


def _settles(staging: Staging) -> bool:
    """Whether accepted rows settle bills that are posted: then only the ledger can say if they may."""
    if not staging.accepted.exists():
        return False
    scan = pl.scan_parquet(staging.accepted)
    names = scan.collect_schema().names()
    if "_settle_posted" in names:
        return True
    if "_settle_minor" not in names:
        return False
    late = (pl.col("_settle_minor") > 0) & pl.col("_posted") | pl.col("_void_new").fill_null(value=False)
    return bool(scan.select(late.any()).collect().item())


def _rehearse(batch: Batch, staging: Staging, actor: Actor, outcome: Outcome) -> None:
    """Post and undo it, to learn which settlements the ledger refuses; those rows are rejected.

    Taking them out may free what others need, never the reverse; so once is enough for a true preview.
    """
    with transaction.atomic():
        refused = post_rows(batch.kind, staging, Told(batch.pk, batch.told_on, actor))
        transaction.set_rollback(True)
    if refused.is_empty():
        return
    rows = pl.read_parquet(staging.accepted)
    bad = rows.select(SHEET, ROW).join(refused.select(SHEET, ROW), on=[SHEET, ROW], how="semi")
    gone = rows.join(bad, on=[SHEET, ROW], how="semi").with_columns(_lead=pl.lit(value=True))
    rows.join(bad, on=[SHEET, ROW], how="anti", maintain_order="left").write_parquet(staging.accepted)
    outcome.tally.move(gone)
    outcome.causes = pl.concat([outcome.causes, refused]).sort(SHEET, ROW, maintain_order=True)
    table = opening.table_of(batch, staging)
    outcome.keep_rejected(table, staging)


def _keep_outcome(batch: Batch, staging: Staging, plan: Plan, outcome: Outcome) -> None:
    rows = outcome.tally.rows
    with transaction.atomic():
        RejectedRow.objects.filter(batch=batch).delete()
        if outcome.causes.height:
            bulk.append(RejectedRow, _rejected_rows(batch, staging, outcome.causes))
        batch.rows_total, batch.rows_accepted = rows["file"], rows["new"]
        batch.rows_void, batch.rows_known, batch.rows_rejected = rows["void"], rows["known"], rows["rejected"]
        batch.totals = {**outcome.totals, "mark": reading_mark(batch, staging)}
        batch.state, batch.cause = "previewed", ""
        batch.save()
    staging.keep(
        "checked", {"mark": batch.totals["mark"], "kind": plan.kind.code, "posted_before": _last_posting()}
    )
    staging.keep("progress", {"note": "", "done": rows["file"], "total": rows["file"]})


def _rejected_rows(batch: Batch, staging: Staging, causes: pl.DataFrame) -> pl.DataFrame:
    raw = pl.read_parquet(staging.rejected)
    whole = raw.select(ROW, SHEET, row=pl.struct(pl.exclude(ROW, SHEET, EXTRA)).struct.json_encode())
    joined = causes.select(list(SCHEMA)).join(whole, on=[SHEET, ROW], how="left", maintain_order="left")
    return joined.select(
        pl.lit(batch.pk, dtype=pl.Int64).alias("batch_id"),
        pl.col(ROW).alias("row_no"),
        pl.col(SHEET).str.slice(0, 60).alias("sheet"),
        pl.col("field").str.slice(0, 60),
        "value",
        "cause",
        "params",
        "row",
    )


def post(*, actor: Actor, on: date, batch_no: int) -> Batch:
    """Phase two: put the accepted rows in, in one transaction: all of them, or none.

    Checks again first where other batches were posted since. A process that dies leaves nothing posted.
    Refuses: AccessDenied, BatchUnknown, BatchBusy, BatchInWrongState, RowsRejected (all or none was
    asked for), ChangedMeanwhile, ImportCancelled, PosterMissing, and what the rooms refuse.
    """
    require(actor, "intake.write", f"batch:{batch_no}")
    batch = own_batch(actor, batch_no, but=NOT_CHECKED)
    if Staging(batch_no).kept("checked").get("posted_before") != _last_posting():
        _check_again(batch)
    try:
        return _post_alone(batch_no, actor, on)
    except errors.ChangedMeanwhile:  # others posted the like in this very moment: now it is there to be seen
        _check_again(open_batch(batch_no, but=NOT_CHECKED))
        return _post_alone(batch_no, actor, on)


def _post_alone(batch_no: int, actor: Actor, on: date) -> Batch:
    staging = Staging(batch_no)
    with staging.alone():
        batch = open_batch(batch_no, but=NOT_CHECKED)
        if batch.mode == "all_or_none" and batch.rows_rejected:
            raise errors.RowsRejected(batch_no=batch_no, rows=batch.rows_rejected)
        staging.forget_cancelling()
        _set_state(batch, "posting")
        return _post(batch, staging, actor, on)


def _check_again(batch: Batch) -> None:
    """Others posted since: rows may be known by now, but none may be left out that was to be posted.

    Refuses: ChangedMeanwhile.
    """
    seen = batch.rows_rejected
    again = read_and_check(batch.pk)
    if again.state == "previewed" and again.rows_rejected > seen and again.mode == "good_rows":
        raise errors.ChangedMeanwhile(batch_no=batch.pk)


def _post(batch: Batch, staging: Staging, actor: Actor, on: date) -> Batch:
    try:
        with transaction.atomic():
            refused = post_rows(batch.kind, staging, Told(batch.pk, batch.told_on, actor))
            if refused.height:
                raise errors.ChangedMeanwhile(batch_no=batch.pk)
            batch.state, batch.finished_at = "posted", timestamp()
            batch.save(update_fields=["state", "finished_at"])
            counts = {
                "new": batch.rows_accepted,
                "void": batch.rows_void,
                "known": batch.rows_known,
                "rejected": batch.rows_rejected,
            }
            record(actor=actor, act="intake.post", subject=f"batch:{batch.pk}", on=on, after=counts)
            staging.stop_if_cancelled()
    except errors.ImportCancelled:
        _end_cancelled(batch, staging)
        raise
    except IntegrityError as clash:  # posted by someone else between check and posting
        _set_state(batch, "previewed", finished_at=None)
        raise errors.ChangedMeanwhile(batch_no=batch.pk) from clash
    except Refusal:
        _set_state(batch, "previewed", finished_at=None)
        raise
    return batch


def import_file(*, actor: Actor, on: date, path: Path | str, kind: str, **choices: Unpack[Choices]) -> Batch:
    """Receive, check and post a file in one go.

    Gives the batch: posted; or refused with its cause, when the file cannot be taken as a whole, or when
    all or none was asked for and rows were rejected: then nothing is posted, and `choose_mode` and `post`
    may still take the good ones.
    Refuses: as `receive` and `post`, but not RowsRejected.
    """
    batch = receive(actor=actor, on=on, path=path, kind=kind, **choices)
    return take_in(actor=actor, on=on, batch_no=batch.pk)


def take_in(*, actor: Actor, on: date, batch_no: int) -> Batch:
    """Check and post a received file in one go, as `import_file` does after receiving it."""
    require(actor, "intake.write", f"batch:{batch_no}")
    batch = open_batch(batch_no)
    if batch.state == "posted":
        return batch
    batch = read_and_check(batch_no)
    if batch.state != "previewed":
        return batch
    try:
        return post(actor=actor, on=on, batch_no=batch.pk)
    except errors.RowsRejected as refused:
        batch.refresh_from_db()
        batch.cause = str(refused)
        _set_state(batch, "refused")
        return batch


def resume(*, actor: Actor, on: date, batch_no: int) -> Batch:
    """Go on with a batch whose process died: check it anew, or post it, as it was doing.

    A batch that waits for a person (previewed) is left as it is.
    Refuses: AccessDenied, BatchUnknown, BatchBusy, BatchInWrongState, and as `post`.
    """
    require(actor, "intake.write", f"batch:{batch_no}")
    batch = own_batch(actor, batch_no, but=("posted", "cancelled", "refused"))
    if batch.state in {"waiting", "reading"}:
        return read_and_check(batch_no)
    if batch.state == "posting":
        return post(actor=actor, on=on, batch_no=batch_no)
    return batch


def _last_posting() -> int:
    """The batch that was posted last, of any kind: what is known may have changed with it."""
    last = Batch.objects.filter(state="posted").order_by("-finished_at").values_list("pk", flat=True).first()
    return last or 0


def _set_state(batch: Batch, state: str, **also: object) -> None:
    batch.state = state
    for name, value in also.items():
        setattr(batch, name, value)
    batch.save(update_fields=["state", "cause", *also])


def _end_cancelled(batch: Batch, staging: Staging) -> None:
    """A person asked for it, and the work has stopped: what the asking left unwritten is written now."""
    actor, on = staging.asked_to_cancel()
    staging.end()
    with transaction.atomic():
        _set_state(batch, "cancelled", finished_at=timestamp())
        record(actor=actor, act="intake.cancel", subject=f"batch:{batch.pk}", on=on)
