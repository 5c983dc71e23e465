"""What a run does with every open item: decided set-wise, without a database."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

import polars as pl

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.working_days import is_working_day
from xinheng.operations.dunning.ladder import Ladder, Level
from xinheng.operations.dunning.values import CHARGES, ITEMS, LETTERS, OF_CAUSE, Ground, Plan

ORDER = ["customer_id", "currency", "due_on", "bill_id", "instalment"]
PURSE = ["customer_id", "currency"]
EACH = ["customer_id", "ladder", "currency"]


def plan(ground: Ground, *, on: date, hashes: dict[str, str] | None = None) -> Plan:
    """Decide on every open item as of a day; writes nothing and asks nobody.

    In this order: claims not reminded of, nobody reminds, covered, disputed, paused, no step due, below the
    tolerance, quiet day, too soon after the last contact; what is left is reminded of at its next level.
    """
    debts = ground.lines.filter(pl.col("open_minor") > 0)
    items = _with_ladders(debts, ground)
    items = _with_days(items, on)
    items = _with_history(items, ground)
    items = _netted(items, ground)
    steps = [_stepped(part, ladder, on) for part, ladder in _by_ladder(items, ground)]
    items = pl.concat(steps, how="vertical") if steps else _stepped(items, None, on)
    items = _decided(items, ground, on).sort(ORDER)
    items, letters = _lettered(items, ground, on)
    return Plan(on, items.select(list(ITEMS)).cast(ITEMS), letters, hashes or {})  # type: ignore[arg-type]


def is_quiet(ladder: Ladder, on: date) -> bool:
    """Whether a ladder sends nothing on a day."""
    last = calendar.monthrange(on.year, on.month)[1]
    of_month = {min(day, last) for day in ladder.quiet.days_of_month}
    rests = ladder.quiet.rest_days and not is_working_day(on).works
    return rests or on.day in of_month or on in ladder.quiet.dates


def _with_ladders(debts: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """The ladder of each item: of the document, else of the customer or its group, else the company's."""
    of_bills = ground.of_bills.rename({"ladder": "of_bill"})
    of_customers = ground.of_customers.rename({"ladder": "of_customer"})
    found = debts.join(of_bills, on="bill_id", how="left").join(of_customers, on="customer_id", how="left")
    ladder = pl.coalesce("of_bill", "of_customer", pl.lit(ground.company))
    return found.with_columns(ladder=ladder).drop("of_bill", "of_customer")


def _with_days(items: pl.DataFrame, on: date) -> pl.DataFrame:
    """Days past due with the days taken off that the clock stood still; below zero until it is due."""
    raw = (pl.lit(on) - pl.col("due_on")).dt.total_days()
    late = pl.max_horizontal(raw - pl.col("paused_days"), pl.lit(0))
    return items.with_columns(overdue_days=pl.when(raw > 0).then(late).otherwise(raw))


def _with_history(items: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """The level each item stands at, the last contact with its customer, and what holds it back."""
    reminders = ground.reminders.select("bill_id", "instalment", level_before="level", last_on="sent_on")
    jumps = ground.jumps.select("bill_id", jump="level")
    words = pl.col("cause").replace_strict(OF_CAUSE, default="paused", return_dtype=pl.String)
    pauses = ground.pauses.with_columns(held=words)
    stopped = pl.when("is_paused").then(pl.lit("stopped"))
    whole = (
        pauses.filter(pl.col("bill_id").is_null()).group_by("customer_id").agg(whole=pl.col("held").first())
    )
    single = (
        pauses.filter(pl.col("bill_id").is_not_null()).group_by("bill_id").agg(single=pl.col("held").first())
    )
    return (
        items.join(reminders, on=["bill_id", "instalment"], how="left")
        .join(jumps, on="bill_id", how="left")
        .join(ground.contacts.rename({"last_on": "last_on_customer"}), on="customer_id", how="left")
        .join(whole, on="customer_id", how="left")
        .join(single, on="bill_id", how="left")
        .with_columns(pl.col("level_before").fill_null(-1), held=pl.coalesce("single", "whole", stopped))
    )


def _netted(items: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """What is asked for of each item: disputed parts off, then credits, what is due first first.

    A credit note of a bill goes to that bill; what it has left, other credit notes and receipts that no bill
    has taken and that were paid for nothing else go to what the customer owes in the currency.
    """
    kinds = pl.DataFrame(
        [(code, kind) for code, ladder in ground.ladders.items() for kind in ladder.kinds],
        schema={"ladder": pl.String, "kind": pl.String}, orient="row",
    ).with_columns(is_asked=pl.lit(value=True))  # fmt: skip
    items = items.join(kinds, on=["ladder", "kind"], how="left").sort(ORDER)
    asked = pl.col("is_asked").fill_null(value=False)
    left = pl.when(asked).then(pl.col("open_minor") - pl.col("disputed_minor")).otherwise(0)
    items = items.with_columns(is_asked=asked, left=pl.max_horizontal(left, pl.lit(0)))
    notes = ground.lines.filter(pl.col("open_minor") < 0).with_columns(credit=-pl.col("open_minor"))
    of_bills = notes.filter(pl.col("arises_from_id").is_not_null()).group_by("arises_from_id", *PURSE)
    own = of_bills.agg(pl.col("credit").sum()).rename({"arises_from_id": "bill_id"})
    items = items.join(own.select("bill_id", own="credit"), on="bill_id", how="left")
    items = items.with_columns(by_own=_taken(pl.col("own").fill_null(0), ["bill_id"]))
    items = items.with_columns(left=pl.col("left") - pl.col("by_own"))
    used = items.group_by("bill_id").agg(used=pl.col("by_own").sum())
    rest = own.join(used, on="bill_id", how="left").with_columns(
        credit=pl.col("credit") - pl.col("used").fill_null(0)
    )
    others = notes.filter(pl.col("arises_from_id").is_null())
    free = ground.free.filter(pl.col("purpose") == "").with_columns(credit=pl.col("free_minor"))
    purse = pl.concat([frame.select(*PURSE, "credit") for frame in (rest, others, free)])
    items = items.join(purse.group_by(PURSE).agg(pl.col("credit").sum()), on=PURSE, how="left").sort(ORDER)
    return items.with_columns(due_minor=pl.col("left") - _taken(pl.col("credit").fill_null(0), PURSE))


def _taken(purse: pl.Expr, by: list[str]) -> pl.Expr:
    """How much of a purse each row takes, one after the other in the order of the frame."""
    before = pl.col("left").cum_sum().over(by) - pl.col("left")
    return pl.min_horizontal(pl.col("left"), pl.max_horizontal(purse - before, pl.lit(0)))


def _by_ladder(items: pl.DataFrame, ground: Ground) -> list[tuple[pl.DataFrame, Ladder | None]]:
    parts = items.partition_by("ladder", as_dict=True)
    return [(part, ground.ladders.get(str(code))) for (code,), part in sorted(parts.items())]


def _stepped(part: pl.DataFrame, ladder: Ladder | None, on: date) -> pl.DataFrame:
    """The level that is due for each item of one ladder (`step`, null: none), and whether it is the last."""
    before = pl.max_horizontal("level_before", pl.lit(0))
    if ladder is None:
        return part.with_columns(step=pl.lit(None, dtype=pl.Int64), is_top=pl.lit(value=False))
    steps = ladder.steps()
    top = len(steps)
    step = pl.lit(None, dtype=pl.Int64)
    for one in steps:
        step = pl.when((before == one.level - 1) & _reached(one, on)).then(one.level).otherwise(step)
    for one in (level for level in ladder.levels if level.level == 0):
        soon = (pl.col("due_on") >= pl.lit(on)) & (pl.col("overdue_days") >= one.days)
        step = pl.when(soon & (pl.col("level_before") < 0)).then(0).otherwise(step)
    jump = pl.min_horizontal("jump", pl.lit(top))
    step = pl.when(pl.col("jump").is_not_null() & (jump > before)).then(jump).otherwise(step)
    return part.with_columns(step=step.cast(pl.Int64), is_top=(before >= top) & (pl.lit(top) > 0))


def _reached(level: Level, on: date) -> pl.Expr:
    """Whether the day of a level has come for an item that is past due."""
    is_late = pl.col("overdue_days") > 0
    if level.basis == "due":
        return pl.col("overdue_days") >= level.days
    if level.basis == "month_end":
        since = (pl.lit(on) - pl.col("due_on").dt.month_end()).dt.total_days() - pl.col("paused_days")
        return is_late & (since >= level.days)
    since = (pl.lit(on) - pl.col("last_on")).dt.total_days()
    return is_late & (since >= level.days).fill_null(value=False)


def _decided(items: pl.DataFrame, ground: Ground, on: date) -> pl.DataFrame:
    """What is done with each item, and why not."""
    figures = [_figures(code, ladder, on) for code, ladder in ground.ladders.items()]
    ladders = pl.DataFrame(
        figures, schema={"ladder": pl.String, "gap_days": pl.Int64, "is_quiet": pl.Boolean}, orient="row"
    )
    items = items.join(ladders, on="ladder", how="left").join(
        _tolerances(ground), on=["ladder", "currency"], how="left"
    )
    is_contested = (pl.col("disputed_minor") > 0) & (pl.col("disputed_minor") >= pl.col("open_minor"))
    barred: Any = (
        pl.when(pl.col("is_quiet").is_null()).then(pl.lit("no_ladder"))
        .when(~pl.col("is_asked")).then(pl.lit("kind"))
        .when(is_contested).then(pl.lit("disputed"))
        .when(pl.col("due_minor") <= 0).then(pl.lit("covered"))
        .when(pl.col("held").is_not_null()).then(pl.col("held"))
    )  # fmt: skip
    items = items.with_columns(barred=barred)
    late = pl.col("barred").is_null() & (pl.col("overdue_days") > 0)
    owed = pl.when(late).then(pl.col("due_minor")).otherwise(0).sum().over(EACH)
    since = (pl.lit(on) - pl.col("last_on_customer")).dt.total_days()
    decision: Any = (
        pl.when(pl.col("barred").is_not_null()).then(pl.col("barred"))
        .when(pl.col("step").is_null() & pl.col("is_top")).then(pl.lit("top"))
        .when(pl.col("step").is_null()).then(pl.lit("waits"))
        .when((pl.col("overdue_days") > 0) & (owed < pl.col("tolerance").fill_null(0))).then(pl.lit("below"))
        .when(pl.col("is_quiet")).then(pl.lit("quiet"))
        .when((since < pl.col("gap_days")).fill_null(value=False)).then(pl.lit("gap"))
        .otherwise(pl.lit("remind"))
    )  # fmt: skip
    return items.with_columns(decision=decision)


def _figures(code: str, ladder: Ladder, on: date) -> tuple[str, int, bool]:
    return code, ladder.min_gap_days, is_quiet(ladder, on)


def _tolerances(ground: Ground) -> pl.DataFrame:
    rows = [
        (code, one.currency, Money.of(one.amount, one.currency).minor)
        for code, ladder in ground.ladders.items()
        for one in ladder.tolerances
    ]
    schema = {"ladder": pl.String, "currency": pl.String, "tolerance": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _lettered(items: pl.DataFrame, ground: Ground, on: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The letters: one a customer, ladder and currency; what comes before the due day stands apart.

    A letter lists all that is past due and may be reminded of, so that its total is what the customer owes.
    """
    reminded = pl.col("decision") == "remind"
    early = pl.col("overdue_days") <= 0
    has_letter = (reminded & ~early).any().over(EACH)
    again = has_letter & ~early & pl.col("decision").is_in(["waits", "top"])
    items = items.with_columns(
        decision=pl.when(again).then(pl.lit("repeat")).otherwise("decision"), is_early=early
    )
    listed = pl.col("decision").is_in(["remind", "repeat"])
    level = (
        pl.when(pl.col("decision") == "remind")
        .then("step")
        .otherwise(pl.max_horizontal("level_before", pl.lit(-1)))
    )
    items = items.with_columns(level=level)
    on_top = pl.when(pl.col("kind").is_in(CHARGES)).then("due_minor").otherwise(0)
    letters = (
        items.filter(listed).group_by(*EACH, "is_early").agg(
            level=pl.col("step").filter(pl.col("decision") == "remind").max(), lines=pl.len(),
            open_minor=pl.col("open_minor").sum(), due_minor=pl.col("due_minor").sum(),
            charges_minor=on_top.sum(), oldest_days=pl.col("overdue_days").max().clip(0),
        ).sort(*EACH, "is_early").with_row_index("place", offset=1)
    )  # fmt: skip
    letters = letters.with_columns(
        pl.col("place").cast(pl.Int64), credit_minor=pl.col("open_minor") - pl.col("due_minor")
    )
    keyed = letters.select(*EACH, "is_early", letter="place")
    named = items.join(keyed, on=[*EACH, "is_early"], how="left").with_columns(
        letter=pl.when(listed).then("letter")
    )
    return named, _with_deadlines(letters, ground, on)


def _with_deadlines(letters: pl.DataFrame, ground: Ground, on: date) -> pl.DataFrame:
    rows = [
        (code, one.level, one.deadline_days)
        for code, ladder in ground.ladders.items()
        for one in ladder.levels
        if one.deadline_days
    ]
    schema = {"ladder": pl.String, "level": pl.Int64, "within": pl.Int64}
    days = pl.DataFrame(rows, schema=schema, orient="row")
    found = letters.join(days, on=["ladder", "level"], how="left").sort("place")
    deadline = pl.lit(on) + pl.duration(days=pl.col("within"))
    return found.with_columns(deadline_on=deadline).select(list(LETTERS)).cast(LETTERS)  # type: ignore[arg-type]
