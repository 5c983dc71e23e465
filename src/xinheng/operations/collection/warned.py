"""Clocks as a signal of early warning: a debt whose time of limitation comes to its end."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.judgements.warnings.values import SIGNS, SignalRule
from xinheng.operations.collection import clock_lines
from xinheng.operations.collection import policy as policies

SOURCE = "limitation"


def ending_clocks(_rule: SignalRule, on: date) -> pl.DataFrame:
    """A row a debt that reached an alert day of the policy, with the columns of SIGNS.

    measure: how many of the alert days were reached, one more once the time is over; so the next alert day
    makes it worse by one, and each is told once.
    """
    policy = policies.in_force(on)
    found = clock_lines.limitation(None, on=on, policy=policy).filter(pl.col("alert").is_not_null())
    reached = pl.sum_horizontal(
        [(pl.col("days_left") <= days).cast(pl.Int64) for days in policy.limitation.alert_days]
    )
    evidence = pl.concat_list(
        pl.struct(what=pl.lit("bill_no"), figure=pl.col("bill_no")),
        pl.struct(what=pl.lit("last_day"), figure=pl.col("last_day").cast(pl.String).fill_null("")),
        pl.struct(what=pl.lit("days_left"), figure=pl.col("days_left").cast(pl.String)),
    )
    return found.select(
        "customer_id", cause=pl.lit("limitation:") + pl.col("bill_no"),
        measure=(reached + pl.col("is_expired").cast(pl.Int64)).cast(pl.Float64),
        amount_minor="open_minor", currency="currency", evidence=evidence,
    ).select(*SIGNS)  # fmt: skip
