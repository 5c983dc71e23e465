"""What came up on every overdue claim, set-wise: days, what was open on them, and the rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from xinheng.facts.disputes import queries as disputes
from xinheng.operations.charges import agreeing, ledger, rating, rules
from xinheng.operations.charges.document import ChargeTerms, Scheme
from xinheng.operations.charges.models import Charge
from xinheng.operations.charges.values import Accrued

ROWS = {
    "line": pl.Int64, "bill_id": pl.Int64, "customer_id": pl.Int64, "bill_no": pl.String,
    "instalment": pl.Int64, "due_on": pl.Date, "segment": pl.String, "currency": pl.String,
    "scheme": pl.String, "claim": pl.String, "percent": pl.Decimal(9, 6), "signed_on": pl.Date,
    "from_on": pl.Date, "until_on": pl.Date, "days": pl.Int64, "minor": pl.Int64,
}  # fmt: skip
CHARGED = {
    "bill_id": pl.Int64, "instalment": pl.Int64, "scheme": pl.String, "charged_until": pl.Date,
    "charged_minor": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True)
class Claims:
    """What charges are reckoned on: the lines, what settled them, and the days that are free of charge.

    holds_days: how long the newest loan prime rate is taken to hold.
    """

    lines: pl.DataFrame
    paid: pl.DataFrame
    still: pl.DataFrame
    contested: pl.DataFrame
    holds_days: int


def claims(
    document: ChargeTerms,
    *,
    until_on: date,
    customer_ids: Sequence[int] | None,
    bill_ids: Sequence[int] | None,
) -> Claims:
    """The overdue claims of some customers or bills (None: all) up to a day, as they are known now."""
    of = {"until_on": until_on, "customer_ids": customer_ids, "bill_ids": bill_ids}
    lines = ledger.overdue_lines(document.kinds, **of)  # type: ignore[arg-type]
    paid = ledger.cleared(document.kinds, **of)  # type: ignore[arg-type]
    still, contested = disputes.free_spans(as_of=until_on)
    numbered = lines.with_row_index("row").cast({"row": pl.Int64})
    return Claims(numbered, paid, still, contested, document.lpr_holds_days)


def accrue(found: Claims, document: ChargeTerms, *, until_on: date) -> Accrued:
    """What came up on claims until a day and was not charged. Refuses: RateUnknown."""
    schemes = {one.code: one for one in document.schemes}
    held = agreeing.periods(found.lines, document, until_on=until_on)
    charged = _charged()
    keys = ["bill_id", "instalment", "scheme"]
    lines = (
        held.join(found.lines, on="row")
        .join(charged, on=keys, how="left")
        .with_columns(
            claim=pl.col("scheme").replace_strict(
                {code: one.claim for code, one in schemes.items()}, return_dtype=pl.String
            )
        )
    )
    daily = lines.filter(claim="interest").with_columns(
        from_on=pl.max_horizontal(
            "from_on", pl.col("due_on") + pl.duration(days=_free_days(schemes)), "charged_until"
        )
    )
    once = lines.filter(pl.col("claim") == "fee", pl.col("charged_until").is_null(), until_on=until_on)
    numbered = (
        pl.concat([daily.filter(pl.col("from_on") < pl.col("until_on")), once.with_columns(from_on="due_on")])
        .sort("customer_id", "bill_id", "instalment", "scheme", "from_on")
        .with_row_index("line")
        .cast({"line": pl.Int64})
    )
    return reckon(numbered, schemes, found)


def reckon(lines: pl.DataFrame, schemes: dict[str, Scheme], found: Claims) -> Accrued:
    """What lines (ROWS, amount_minor, before_minor, bill_minor, charged_minor) come to by their schemes.

    Gives the lines that come to anything, with days and minor, and the stretches of days behind each.
    Refuses: RateUnknown.
    """
    told = lines.with_columns(**_terms(schemes))
    in_grace = (pl.col("until_on") - pl.col("due_on")).dt.total_days() <= pl.col("grace_days")
    told = told.filter(~in_grace)
    steps = rules.stretches(told, found.paid, found.still, found.contested, _turns(told, schemes))
    rated = _rated(steps, told, schemes, found)
    sums = rules.amounts(rated, told.select("line", pl.col("day_base")))
    reckoned = told.join(sums, on="line", how="left").with_columns(pl.col("days", "minor").fill_null(0))
    fees = _fees(reckoned.filter(claim="fee"), steps)
    both = pl.concat([reckoned.filter(claim="interest"), fees], how="diagonal_relaxed")
    bounded = both.with_columns(minor=_bounded()).filter(pl.col("minor") > 0).sort("line")
    shown = rated.filter(pl.col("base_minor") > 0).join(bounded.select("line"), on="line", how="semi")
    return Accrued(bounded.select(*ROWS), shown.select(*rules.STEPS).sort("line", "from_on"))


def _free_days(schemes: dict[str, Scheme]) -> pl.Expr:
    """Days a line starts later where the day of payment bears nothing: 1, else 0.

    A stretch of days from the due day on has as many days as those after it up to and with the day paid.
    """
    free = {code: int(one.pay_day == "free") for code, one in schemes.items()}
    return pl.col("scheme").replace_strict(free, return_dtype=pl.Int64)


def _year_end(schemes: dict[str, Scheme]) -> pl.Expr:
    """The day in a line from which its days are those of the year after its due day."""
    return pl.date(pl.col("due_on").dt.year(), 12, 31) + pl.duration(days=_free_days(schemes))


def _terms(schemes: dict[str, Scheme]) -> dict[str, pl.Expr]:
    """The figures of each line's scheme as columns."""

    def of(values: dict[str, object], kind: type[pl.DataType]) -> pl.Expr:
        return pl.col("scheme").replace_strict(values, return_dtype=kind)

    def minor(amount: Decimal | None) -> int:
        return int((amount or Decimal(0)) * 100)

    percents = {code: rules.millionths(one.percent or Decimal(0)) for code, one in schemes.items()}
    own = (pl.col("percent") * rules.SCALE).cast(pl.Int64)
    yearly = {code: one.day_base if one.how in ("annual", "lpr") else 1 for code, one in schemes.items()}
    most = {code: rules.millionths(one.most_percent or Decimal(0)) for code, one in schemes.items()}
    return {
        "how": of({code: one.how for code, one in schemes.items()}, pl.String),
        "anchor": of({code: one.anchor for code, one in schemes.items()}, pl.String),
        "grace_days": of({code: one.grace_days for code, one in schemes.items()}, pl.Int64),
        "day_base": of(dict(yearly), pl.Int64),
        "flat": own.fill_null(of(dict(percents), pl.Int64)),
        "at_least": of({code: minor(one.at_least) for code, one in schemes.items()}, pl.Int64),
        "fixed_minor": of({code: minor(one.amount) for code, one in schemes.items()}, pl.Int64),
        "most": of(dict(most), pl.Int64),
    }


def _turns(told: pl.DataFrame, schemes: dict[str, Scheme]) -> pl.DataFrame:
    """The days within each line on which its rate changes: line, day."""
    running = told.filter(how="lpr", anchor="running").select("line", "from_on", "until_on")
    days = running.join(rating.rate_table().select(day="from_on"), how="cross")
    inside = days.filter((pl.col("day") > pl.col("from_on")) & (pl.col("day") < pl.col("until_on")))
    electric = told.filter(how="electricity").select("line", "from_on", "until_on", day=_year_end(schemes))
    turned = electric.filter(pl.col("day").is_between(pl.col("from_on"), pl.col("until_on")))
    return pl.concat([inside.select("line", "day"), turned.select("line", "day")])


def _rated(
    steps: pl.DataFrame, told: pl.DataFrame, schemes: dict[str, Scheme], found: Claims
) -> pl.DataFrame:
    """Stretches with the rate of each, in millionths of a percent a day, or a year where the base says so."""
    columns = ["line", "scheme", "how", "anchor", "flat", "due_on", "signed_on", "billed_on"]
    last = told.select("line", last_on="until_on")
    joined = steps.join(told.select(columns), on="line").join(last, on="line")
    lpr = _with_lpr(joined.filter(how="lpr"), schemes, found)
    later = {code: rules.millionths(one.later_percent or Decimal(0)) for code, one in schemes.items()}
    whole = {code: one.year_end == "whole" for code, one in schemes.items()}
    year_end = _year_end(schemes)
    is_whole = pl.col("scheme").replace_strict(whole, return_dtype=pl.Boolean)
    turned = (pl.col("from_on") >= year_end) | (is_whole & (pl.col("last_on") > year_end))
    afterwards = pl.col("scheme").replace_strict(later, return_dtype=pl.Int64)
    electric = joined.filter(how="electricity").with_columns(
        rate=pl.when(turned).then(afterwards).otherwise("flat")
    )
    plain = joined.filter(~pl.col("how").is_in(["lpr", "electricity"])).with_columns(rate="flat")
    return pl.concat([plain, electric, lpr], how="vertical_relaxed").select(*rules.STEPS)


def _with_lpr(joined: pl.DataFrame, schemes: dict[str, Scheme], found: Claims) -> pl.DataFrame:
    """The loan prime rate of the day that counts, times the mark-up. Refuses: RateUnknown."""
    breach, signing = pl.col("due_on") + timedelta(days=1), pl.col("signed_on").fill_null(pl.col("billed_on"))
    day = (
        pl.when(pl.col("anchor") == "breach")
        .then(breach)
        .when(pl.col("anchor") == "signing")
        .then(signing)
        .otherwise("from_on")
    )
    dated = joined.with_columns(rate_day=day)
    if dated.height:
        ends = dated.filter(anchor="running")["until_on"] - timedelta(days=1)
        rating.require_known(pl.concat([dated["rate_day"], ends]), holds_days=found.holds_days)
    named = dated.sort("rate_day").join_asof(
        rating.rate_table().rename({"from_on": "rate_from"}), left_on="rate_day", right_on="rate_from"
    )
    five = {code: one.tenor == "five_year" for code, one in schemes.items()}
    markup = {code: int((one.markup or Decimal(1)) * 10_000) for code, one in schemes.items()}
    is_five = pl.col("scheme").replace_strict(five, return_dtype=pl.Boolean)
    times = pl.col("scheme").replace_strict(markup, return_dtype=pl.Int64)
    rate = pl.when(is_five).then("five_year").otherwise("one_year")
    return named.with_columns(rate=rate * times // 10_000).select(*joined.columns, "rate")


def _fees(fees: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """Fees are charged once, where the clock has run: a fixed sum, or a share of what is open at the end."""
    ran = steps.filter(pl.col("base_minor") > 0).sort("until_on").group_by("line").agg(
        pl.col("base_minor").last(), counted=pl.col("days").sum(), last=pl.col("until_on").last()
    )  # fmt: skip
    over = rules.WHOLE
    share = (2 * pl.col("base_minor").cast(pl.Int128) * pl.col("flat") + over) // (2 * over)
    standing = fees.join(ran, on="line").filter(pl.col("last") == pl.col("until_on"))
    minor = pl.when(pl.col("how") == "fixed").then("fixed_minor").otherwise(share.cast(pl.Int64))
    return standing.with_columns(minor=minor, days="counted").drop("base_minor", "counted", "last")


def _bounded() -> pl.Expr:
    """A charge is at least, and with those before at most, what its scheme says."""
    before = pl.col("charged_minor").fill_null(0)
    raised = pl.when((pl.col("minor") > 0) & (before == 0)).then(pl.max_horizontal("minor", "at_least"))
    most = (pl.col("bill_minor").cast(pl.Int128) * pl.col("most") // rules.WHOLE).cast(pl.Int64) - before
    capped = pl.min_horizontal(raised.otherwise("minor"), pl.max_horizontal(most, 0))
    return pl.when(pl.col("most") > 0).then(capped).otherwise(raised.otherwise("minor"))


def _charged() -> pl.DataFrame:
    """How far each bill and instalment was charged by each scheme, and how much in all."""
    rows = Charge.objects.exclude(run__kind="fee").order_by().values_list(
        "bill_id", "instalment", "scheme", "until_on", "amount_minor"
    )  # fmt: skip
    found = pl.DataFrame(list(rows), schema=CHARGED, orient="row")
    return found.group_by("bill_id", "instalment", "scheme").agg(
        pl.col("charged_until").max(), pl.col("charged_minor").sum()
    )
