"""Questions to expected losses."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.judgements.losses import ageing
from xinheng.judgements.losses import policy as policies

__all__ = ["expected_loss", "loss_rates"]


def loss_rates(*, on: date) -> pl.DataFrame:
    """What share of each bucket of age is expected to be lost, by the document of the day.

    Gives, the youngest first: bucket, basis ("arisen": age from billing, "overdue": from the due day),
    upto_days, upto_months (both null: without end), rate (0 to 1, before the look ahead). The shipped
    document holds where none was adopted.
    """
    table = policies.matrix(on).document.given
    everybody = next(one for one in table.rates if not one.group)
    return pl.DataFrame(
        [
            (bucket.code, table.basis, bucket.upto_days, bucket.upto_months, float(percent) / 100)
            for bucket, percent in zip(table.buckets, everybody.percent, strict=True)
        ],
        schema={
            "bucket": pl.String, "basis": pl.String, "upto_days": pl.Int64, "upto_months": pl.Int64,
            "rate": pl.Float64,
        },
        orient="row",
    )  # fmt: skip


def expected_loss(lines: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """Open lines with the rate and the loss expected by the given matrix of the day.

    lines: rows with billed_on, due_on, open_minor, as receivables.queries.open_lines gives them. Adds
    bucket (code), loss_rate (0 to 1) and loss_minor (rounded to the cent; a credit lowers the sum).
    """
    table = policies.matrix(as_of).document.given
    rates = (
        loss_rates(on=as_of).with_row_index("place").select(pl.col("place").cast(pl.Int32), "bucket", "rate")
    )
    placed = lines.with_columns(place=ageing.bucket_of(table.buckets, table.basis, as_of))
    joined = placed.join(rates, on="place", how="left", maintain_order="left")
    loss = (pl.col("open_minor") * pl.col("rate")).round(mode="half_away_from_zero").cast(pl.Int64)
    return joined.with_columns(loss_minor=loss).rename({"rate": "loss_rate"}).drop("place")
