"""Which bucket of age a line of the ledger is in, for whole frames at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from xinheng.judgements.losses.document import AgeBucket, Basis


def bucket_of(buckets: Sequence[AgeBucket], basis: Basis, as_of: pl.Expr | date) -> pl.Expr:
    """The place of the bucket, from 0, of rows with billed_on and due_on, on a day or a column of days."""
    day: Any = pl.lit(as_of) if isinstance(as_of, date) else as_of
    since = pl.col("billed_on" if basis == "arisen" else "due_on")
    made: Any = None
    for place, bucket in enumerate(buckets[:-1]):
        within = day <= since.dt.offset_by(span(bucket))
        made = pl.when(within).then(place) if made is None else made.when(within).then(place)
    return made.otherwise(len(buckets) - 1).cast(pl.Int32)  # type: ignore[no-any-return]


def entered_on(buckets: Sequence[AgeBucket], place: int, basis: Basis) -> pl.Expr:
    """The day a row enters a bucket: the one after the end of the bucket before; the first, when billed."""
    if place == 0:
        return pl.col("billed_on")
    since = pl.col("billed_on" if basis == "arisen" else "due_on")
    return since.dt.offset_by(span(buckets[place - 1])).dt.offset_by("1d")


def span(bucket: AgeBucket) -> str:
    """How long a bucket lasts, as frames offset days: a month ends on the last day where it is short."""
    return f"{bucket.upto_days}d" if bucket.upto_days is not None else f"{bucket.upto_months}mo"
