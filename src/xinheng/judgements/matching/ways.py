"""The ways to find what a receipt pays. Each is given receipts and lines and chooses lines, set-wise.

Every way takes (money, lines, names) and gives receipt_id and line, a row a chosen line, and where there is
more to tell alternatives, write_down and write_down_minor. A line is looked at by a receipt of its customer
and currency that came on its billing day or later; a named one also before.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

KEYS = ["customer_id", "currency"]
Find = Callable[[pl.DataFrame, pl.DataFrame, pl.DataFrame], pl.DataFrame]


def named_equal(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The bills a text names add up to the receipt, those it names by their end included."""
    either = [names.filter(pl.col("in_full")), names]
    found = [
        _named_sums(money, lines, some).filter(pl.col("total") == pl.col("free_minor")) for some in either
    ]
    both = pl.concat([one.select("receipt_id", "line") for one in found])
    full = found[0].select("receipt_id").unique()
    return pl.concat([found[0].select("receipt_id", "line"), both.join(full, on="receipt_id", how="anti")])


def named_fee(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The bills named in full add up to a little more, which the bank kept as its fee."""
    sums = _named_sums(money, lines, names.filter(pl.col("in_full")))
    short = pl.col("total") - pl.col("free_minor")
    kept = sums.filter(short > 0, short <= pl.col("fee_minor"))
    return kept.select("receipt_id", "line", write_down=pl.lit("fee"), write_down_minor=short)


def named_part(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The one bill named in full is paid in part."""
    sums = _named_sums(money, lines, names.filter(pl.col("in_full")))
    return sums.filter(pl.col("total") > pl.col("free_minor"), pl.col("number") == 1).select(
        "receipt_id", "line"
    )


def named_over(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The bills named in full add up to less: they are paid, and the rest stays free."""
    sums = _named_sums(money, lines, names.filter(pl.col("in_full")))
    return sums.filter(pl.col("total") < pl.col("free_minor"), pl.col("total") > 0).select(
        "receipt_id", "line"
    )


def named_short(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Several bills named in full add up to more: they are paid in the order of clearing."""
    sums = _named_sums(money, lines, names.filter(pl.col("in_full")))
    return sums.filter(pl.col("total") > pl.col("free_minor"), pl.col("number") > 1).select(
        "receipt_id", "line"
    )


def exact(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The one open line of just that amount, where the text names none."""
    found = _of_amount(_unnamed(money, names), lines)
    return found.filter(pl.len().over("receipt_id") == 1).select("receipt_id", "line")


def exact_oldest(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Several lines are of just that amount: the one due first."""
    found = _of_amount(_unnamed(money, names), lines).with_columns(
        alternatives=pl.len().over("receipt_id").cast(pl.Int64)
    )
    return (
        found.sort("place")
        .unique("receipt_id", keep="first", maintain_order=True)
        .select("receipt_id", "line", "alternatives")
    )


def exact_fee(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The one line that is a little more than the receipt: the bank kept its fee."""
    some = _unnamed(money, names).filter(pl.col("fee_minor") > 0)
    met = some.join(lines.filter(pl.col("open_minor") > 0), on=KEYS).filter(
        pl.col("billed_on") <= pl.col("received_on")
    )
    short = pl.col("open_minor") - pl.col("free_minor")
    close = met.filter(short > 0, short <= pl.col("fee_minor")).filter(pl.len().over("receipt_id") == 1)
    return close.select("receipt_id", "line", write_down=pl.lit("fee"), write_down_minor=short)


def statement(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Of a customer that pays by statement: all lines billed in one month, or up to its end."""
    some = _unnamed(money, names).filter(pl.col("pays") == "by_statement")
    month = pl.col("billed_on").dt.truncate("1mo")
    billed = lines.with_columns(month=month)
    sums = billed.group_by(*KEYS, "month").agg(total=pl.col("open_minor").sum()).sort(*KEYS, "month")
    ended = pl.col("month").dt.offset_by("1mo") <= pl.col("received_on")
    upto = sums.with_columns(total=pl.col("total").cum_sum().over(KEYS))
    found = [
        some.join(each, left_on=[*KEYS, "free_minor"], right_on=[*KEYS, "total"]).filter(ended)
        .sort("month").unique("receipt_id", keep="first", maintain_order=True)
        .select("receipt_id", *KEYS, "month")
        for each in (sums, upto)
    ]  # fmt: skip
    within = found[0].join(billed, on=[*KEYS, "month"]).select("receipt_id", "line")
    later = found[1].join(found[0], on="receipt_id", how="anti").join(billed, on=KEYS, suffix="_of")
    through = later.filter(pl.col("month_of") <= pl.col("month")).select("receipt_id", "line")
    return pl.concat([within, through])


def discount(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The one line that is paid early, less the discount agreed; half-up to the cent."""
    some = _unnamed(money, names).filter(pl.col("percent_bp").is_not_null())
    met = some.join(lines.filter(pl.col("open_minor") > 0), on=KEYS)
    days = (pl.col("received_on") - pl.col("billed_on")).dt.total_days()
    off = (pl.col("open_minor") * pl.col("percent_bp") + 5_000) // 10_000
    early = met.filter(
        days >= 0, days <= pl.col("within_days"), pl.col("free_minor") == pl.col("open_minor") - off
    )
    sure = early.filter(pl.len().over("receipt_id") == 1)
    return sure.select("receipt_id", "line", write_down=pl.lit("discount"), write_down_minor=off)


def all_open(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """All that was open on the day the money came, credit bills taken off."""
    met = _unnamed(money, names).join(lines, on=KEYS).filter(pl.col("billed_on") <= pl.col("received_on"))
    total = pl.col("open_minor").sum().over("receipt_id")
    return met.filter(total == pl.col("free_minor"), pl.len().over("receipt_id") > 1).select(
        "receipt_id", "line"
    )


def oldest_sum(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Two lines or more, all from the oldest up to one of them, credit bills taken off."""
    ordered = lines.sort(*KEYS, "place").with_columns(
        total=pl.col("open_minor").cum_sum().over(KEYS),
        upto=pl.int_range(pl.len()).over(KEYS),
        newest=pl.col("billed_on").cum_max().over(KEYS),
    )
    some = _unnamed(money, names)
    met = some.join(ordered, left_on=[*KEYS, "free_minor"], right_on=[*KEYS, "total"])
    first = met.filter(pl.col("newest") <= pl.col("received_on"), pl.col("upto") > 0).sort("upto")
    ends = first.unique("receipt_id", keep="first", maintain_order=True).select("receipt_id", *KEYS, "upto")
    within = ends.join(ordered, on=KEYS, suffix="_of").filter(pl.col("upto_of") <= pl.col("upto"))
    return within.select("receipt_id", "line")


FINDS: dict[str, Find] = {
    "named_equal": named_equal,
    "named_fee": named_fee,
    "named_part": named_part,
    "named_over": named_over,
    "named_short": named_short,
    "exact": exact,
    "exact_oldest": exact_oldest,
    "exact_fee": exact_fee,
    "statement": statement,
    "discount": discount,
    "all_open": all_open,
    "oldest_sum": oldest_sum,
}


def _named_sums(money: pl.DataFrame, lines: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The named lines that are open, each with the sum and number of those of its receipt."""
    met = names.join(lines.select("line", "open_minor"), on="line").join(
        money.select("receipt_id", "free_minor", "fee_minor"), on="receipt_id"
    )
    return met.with_columns(
        total=pl.col("open_minor").sum().over("receipt_id"), number=pl.len().over("receipt_id")
    )


def _unnamed(money: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Receipts whose text names no bill in full: only those may be guessed by their amount."""
    return money.join(
        names.filter(pl.col("in_full")).select("receipt_id").unique(), on="receipt_id", how="anti"
    )


def _of_amount(money: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    met = money.join(lines, left_on=[*KEYS, "free_minor"], right_on=[*KEYS, "open_minor"])
    return met.filter(pl.col("billed_on") <= pl.col("received_on"))
