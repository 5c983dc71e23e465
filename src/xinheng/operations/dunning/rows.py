"""Rows of a run on their way into the table of reminders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Q

from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.operations.dunning.ladder import Ladder
from xinheng.operations.dunning.models import Item, Jump, LadderChoice, Letter, Pause, Reminder

KEPT = {
    "customer_id": pl.Int64, "bill_id": pl.Int64, "instalment": pl.Int64, "level": pl.Int64,
    "open_minor": pl.Int64, "letter": pl.Int64, "bill__segment": pl.String,
}  # fmt: skip
AT_ONCE = 5_000


def system() -> Actor:
    """The system acting on accounts because of reminders."""
    return system_actor("dunning")


def reminded(run_id: int, places: Sequence[int]) -> pl.DataFrame:
    """The items that go up a level by some letters of a run."""
    found = Item.objects.filter(run_id=run_id, letter__in=list(places), decision="remind")
    return pl.DataFrame(list(found.values_list(*KEPT)), schema=KEPT, orient="row", infer_schema_length=None)


def charging(run_id: int, ladders: Mapping[str, Ladder]) -> list[int]:
    """The bills that a run took to a level at which interest and fees are charged."""
    which = Q(pk__in=[])
    for code, ladder in ladders.items():
        numbers = [one.level for one in ladder.levels if one.charges]
        places = Letter.objects.filter(run_id=run_id, ladder=code).values("place")
        which |= Q(level__in=numbers, letter__in=places)
    found = Item.objects.filter(which, run_id=run_id, decision="remind").order_by("bill_id")
    return list(found.values_list("bill_id", flat=True).distinct())


def as_reminders(
    frame: pl.DataFrame,
    letters: Mapping[int, Letter],
    blocks: Mapping[tuple[str, int], bool],
    *,
    sent_on: date,
) -> pl.DataFrame:
    """The reminders to keep. letters: by place. blocks: whether a level of a ladder stops orders."""
    told = pl.DataFrame(
        [(place, one.pk, one.ladder, one.currency) for place, one in letters.items()],
        schema={"letter": pl.Int64, "letter_id": pl.Int64, "ladder": pl.String, "currency": pl.String},
        orient="row",
    )
    stops = pl.DataFrame(
        [(ladder, level, does) for (ladder, level), does in blocks.items()],
        schema={"ladder": pl.String, "level": pl.Int64, "blocks": pl.Boolean}, orient="row",
    )  # fmt: skip
    found = frame.join(told, on="letter").join(stops, on=["ladder", "level"], how="left")
    return found.select(
        "customer_id", "bill_id", "instalment", "letter_id", "level", "currency", "open_minor",
        pl.col("bill__segment").alias("segment"),
        pl.col("blocks").fill_null(value=False), sent_on=pl.lit(sent_on), lives=pl.lit(value=True),
    )  # fmt: skip


def end_before(keep: pl.DataFrame) -> None:
    """What an item was reminded of before no longer lives."""
    ids = keep["bill_id"].unique().to_list()
    items = set(keep.select("bill_id", "instalment").iter_rows())
    for at in range(0, len(ids), AT_ONCE):
        live = Reminder.objects.filter(lives=True, bill_id__in=ids[at : at + AT_ONCE])
        ended = [
            key
            for key, bill, part in live.values_list("pk", "bill_id", "instalment")
            if (bill, part) in items
        ]
        Reminder.objects.filter(pk__in=ended).update(lives=False)


def follow_correction(*, bill: Any, by: Any, **_: Any) -> None:
    """A corrected bill stands at the level of the wrong one, and is held back and escalated as that was."""
    if by is None:
        return
    for kept in (Reminder.objects.filter(lives=True), Pause.objects, Jump.objects.filter(is_used=False)):
        kept.filter(bill=bill).update(bill=by)
    LadderChoice.objects.filter(bill=bill, until_on__isnull=True).update(bill=by)
