"""How long orders were held, who let them go, and what became of what was let go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import queries as orders
from xinheng.judgements.limits.models import Decision, OrderCredit

SCHEMA = {
    "order_no": pl.String,
    "id": pl.Int64,
    "act": pl.String,
    "verdict": pl.String,
    "amount_minor": pl.Int64,
    "currency": pl.String,
    "by": pl.String,
    "on": pl.Date,
}
ENDINGS = ("released", "rejected", "passed", "ended", "held")  # as the page shows them; held: still open
LOST_AFTER = 90  # days past due from which a bill of a released order counts as lost


@dataclass(frozen=True)
class Ending:
    """How many holds came to one end, and after how many days on average."""

    how: str
    holds: int
    days: float


@dataclass(frozen=True)
class Releaser:
    """Who released: how many orders, of what value, and what of it is lost (分, by currency)."""

    login: str
    currency: str
    orders: int
    minor: int
    lost_orders: int
    lost_minor: int


@dataclass(frozen=True)
class HoldStatistics:
    """The holds that began between two days, those still open counted with their present age.

    days: the average of all of them; days_cleared: of those that came to an end; None: there is none.
    oldest_open: days of the oldest that is open; None: none is.
    """

    since: date
    until: date
    holds: int
    days: float | None
    days_cleared: float | None
    oldest_open: int | None
    endings: tuple[Ending, ...]
    releasers: tuple[Releaser, ...]


def statistics(actor: Actor, *, since: date, until: date) -> HoldStatistics:
    """What became of the holds that began between two days, as of the second. Refuses: AccessDenied."""
    access.require(actor, "limits.read")
    spells = _spells(_decisions(actor, until), _ended(actor, until), until)
    spells = spells.filter(pl.col("began").is_between(since, until))
    cleared = spells.filter(pl.col("how") != "held")
    still = spells.filter(pl.col("how") == "held")
    by_end = spells.group_by("how").agg(holds=pl.len(), days=pl.col("days").mean())
    counted = {how: (holds, days) for how, holds, days in by_end.iter_rows()}
    oldest: Any = still["days"].max() if still.height else None
    return HoldStatistics(
        since,
        until,
        spells.height,
        _mean(spells),
        _mean(cleared),
        None if oldest is None else int(oldest),
        tuple(Ending(how, counted[how][0], round(counted[how][1], 1)) for how in ENDINGS if how in counted),
        _releasers(spells.filter(pl.col("how") == "released"), until),
    )


def _decisions(actor: Actor, until: date) -> pl.DataFrame:
    """Every decision by a day on the orders within reach that were ever held."""
    reached = customers.visible(actor, on=until).order_by().values("pk")
    ever = Decision.objects.filter(verdict="held", account__customer__in=reached, on__lte=until)
    rows = Decision.objects.filter(order_no__in=ever.order_by().values("order_no"), on__lte=until)
    return pl.DataFrame(list(rows.order_by("pk").values_list(*SCHEMA)), schema=SCHEMA, orient="row")


def _ended(actor: Actor, until: date) -> pl.DataFrame:
    """The orders that ended, with the day: an end is no decision."""
    reached = customers.visible(actor, on=until).order_by().values("pk")
    rows = OrderCredit.objects.filter(state="ended", since__lte=until, customer__in=reached)
    schema = {"order_no": pl.String, "ended_on": pl.Date}
    return pl.DataFrame(list(rows.values_list("order_no", "since")), schema=schema, orient="row")


def _spells(decisions: pl.DataFrame, ended: pl.DataFrame, until: date) -> pl.DataFrame:
    """A row a hold: order_no, began, how and when it ended (held: it has not), by whom, days.

    Holds that follow one another, for other reasons, are one hold.
    """
    per, held = "order_no", pl.col("verdict") == "held"
    turned = decisions.sort("id").with_columns(before=pl.col("verdict").shift(1).over(per))
    turned = turned.filter(pl.col("before").is_null() | (pl.col("before") != pl.col("verdict")))
    following = {
        "how": pl.col("verdict").shift(-1).over(per),
        "cleared": pl.col("on").shift(-1).over(per),
        "cleared_by": pl.col("by").shift(-1).over(per),
        "cleared_minor": pl.col("amount_minor").shift(-1).over(per),
    }
    spells = turned.with_columns(**following).filter(held).join(ended, on=per, how="left")
    is_open = pl.col("how").is_null()
    spells = spells.with_columns(
        how=pl.when(~is_open).then("how").when(pl.col("ended_on").is_not_null()).then(pl.lit("ended"))
        .otherwise(pl.lit("held")),
        cleared=pl.when(~is_open).then("cleared").otherwise(pl.col("ended_on").fill_null(until)),
    )  # fmt: skip
    return spells.select(
        "order_no", "how", "currency", "cleared_by", "cleared_minor", began="on",
        days=(pl.col("cleared") - pl.col("on")).dt.total_days(),
    )  # fmt: skip


def _releasers(released: pl.DataFrame, until: date) -> tuple[Releaser, ...]:
    """Who let how much go, and what of its bills stands open long past due."""
    lost = orders.open_of_orders(released["order_no"], as_of=until, due_before=until - timedelta(LOST_AFTER))
    joined = released.join(lost, on="order_no", how="left")
    keys = ["cleared_by", "currency"]
    summed = joined.group_by(keys).agg(
        orders=pl.col("order_no").n_unique(),
        minor=pl.col("cleared_minor").sum(),
        lost_orders=pl.col("open_minor").is_not_null().sum(),
        lost_minor=pl.col("open_minor").fill_null(0).sum(),
    )
    return tuple(Releaser(*row) for row in summed.sort("lost_minor", "minor", descending=True).iter_rows())


def _mean(spells: pl.DataFrame) -> float | None:
    mean: Any = spells["days"].mean() if spells.height else None
    return None if mean is None else round(mean, 1)
