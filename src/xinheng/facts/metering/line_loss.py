"""Line loss: what is supplied into an area and not sold there, by area and day."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import engine
from xinheng.facts.metering import policy, tables
from xinheng.facts.metering.layout import folder
from xinheng.facts.metering.models import Area, Supply
from xinheng.facts.metering.selecting import scope_of, sees_all
from xinheng.facts.metering.succeeding import success_days
from xinheng.facts.metering.values import MeteringRules

TREE = {name: pl.String() for name in ("area", "name", "kind", "path", "parent")}
COLUMNS = ("area", "name", "kind", "day", "due", "read", "sold", "supplied", "loss", "state")


def line_loss(actor: Actor, *, since: date, until: date) -> pl.DataFrame:
    """Loss by area and day, both included: of areas all of whose consumers are within reach.

    Gives area, name, kind, day, due and read (readings that should be there, and that are), sold and supplied
    (kWh, of the area with all below it), loss ((supplied − sold) ÷ supplied; null where it says nothing) and
    state: normal, high, negative, unread (fewer readings than the rules ask for), unsupplied (nothing told).
    An area without a meter of its own is supplied with what its parts are. Refuses: AccessDenied.
    """
    rules = policy.in_force(until)
    sold = success_days(actor, since=since, until=until).filter(pl.col("area") != "")
    tree = _tree(actor)
    above = _above(tree)
    summed = (
        sold.join(above, on="area")
        .group_by(area="over", day="day")
        .agg(pl.col("due", "read").sum(), sold=pl.col("kwh").sum())
        .filter(pl.col("due") > 0)
    )
    with engine(folder()) as backend:
        told = pl.DataFrame(pl.from_arrow(tables.areas(backend, since=since, until=until).to_pyarrow()))
    supplied = _supplied(tree, told.rename({"kwh": "supplied"}), summed.select("area", "day"))
    rows = summed.join(supplied, on=["area", "day"], how="left").join(tree, on="area")
    return judged(rows, rules).select(COLUMNS).sort("area", "day")


def judged(rows: pl.DataFrame, rules: MeteringRules) -> pl.DataFrame:
    """Loss and state of rows with due, read, sold, supplied and kind, by the rules."""
    limits = rules.line_loss
    is_read = pl.col("read") / pl.col("due") >= rules.least_success
    is_supplied = pl.col("supplied").is_not_null() & (pl.col("supplied") > 0)
    loss = pl.when(is_read & is_supplied).then(1 - pl.col("sold") / pl.col("supplied"))
    high = pl.col("kind").replace_strict(limits.high, default=limits.high_elsewhere, return_dtype=pl.Float64)
    state = (
        pl.when(~is_supplied).then(pl.lit("unsupplied"))
        .when(~is_read).then(pl.lit("unread"))
        .when(pl.col("loss") < limits.negative_below).then(pl.lit("negative"))
        .when(pl.col("loss") > high).then(pl.lit("high"))
        .otherwise(pl.lit("normal"))
    )  # fmt: skip
    return rows.with_columns(loss=loss).with_columns(state=state)


def _tree(actor: Actor) -> pl.DataFrame:
    """The areas, without those that hold a consumer out of reach."""
    rows = Area.objects.order_by("path").values_list("code", "name", "kind", "path", "parent__code")
    tree = pl.DataFrame(list(rows), schema=TREE, orient="row")
    if sees_all(actor):
        return tree
    beyond = (
        Supply.objects.filter(until_on__isnull=True, area__isnull=False)
        .exclude(consumer__in=scope_of(actor).order_by().values("pk"))
        .order_by()
        .values_list("area__path", flat=True)
        .distinct()
    )
    hidden = {path[: at + 1] for path in beyond for at, sign in enumerate(path) if sign == "/" and at}
    return tree.filter(~pl.col("path").is_in(list(hidden)))


def _above(tree: pl.DataFrame) -> pl.DataFrame:
    """Each area with itself and every area over it: area, over."""
    codes = dict(zip(tree["path"], tree["area"], strict=True))
    pairs = [
        (area, codes[path[: at + 1]])
        for path, area in codes.items()
        for at, sign in enumerate(path)
        if sign == "/" and at and path[: at + 1] in codes
    ]
    return pl.DataFrame(pairs, schema=["area", "over"], orient="row").cast(pl.String)


def _supplied(tree: pl.DataFrame, told: pl.DataFrame, due: pl.DataFrame) -> pl.DataFrame:
    """What goes into each area by day; where it has no meter, the sum of its parts that have consumers."""
    depth = tree["path"].str.count_matches("/")
    found = told.join(tree.select("area"), on="area", how="semi")
    for level in sorted(depth.unique().to_list(), reverse=True):
        parts = tree.filter(depth == level).filter(pl.col("parent").is_not_null()).select("area", "parent")
        needed = due.join(parts, on="area").join(found, on=["area", "day"], how="left")
        whole = needed.group_by("parent", "day").agg(
            supplied=pl.when(pl.col("supplied").is_null().any())
            .then(None)
            .otherwise(pl.col("supplied").sum())
        )
        fresh = whole.rename({"parent": "area"}).join(found.select("area").unique(), on="area", how="anti")
        found = pl.concat([found, fresh.select("area", "day", "supplied")])
    return found
