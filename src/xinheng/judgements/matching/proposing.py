"""One pass over receipts and open lines: way after way, what is found leaves the rest to the next."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from xinheng.base.kernel.money import CURRENCY_PLACES
from xinheng.judgements.matching import subsets
from xinheng.judgements.matching.naming import named
from xinheng.judgements.matching.spreading import spread
from xinheng.judgements.matching.standing import PAIRS, PROPOSALS, RECEIPT, Standing, named_sources
from xinheng.judgements.matching.values import MatchingRules, Proposed
from xinheng.judgements.matching.ways import FINDS, KEYS

ONCE = ("oldest", "remainder")  # leave nothing that they would take
MOST_ROUNDS = 200  # several part payments of one bill, one after the other
RULES = {
    "customer_id": pl.Int64, "pays": pl.String, "percent_bp": pl.Int64, "within_days": pl.Int64,
    "fee_upto": pl.Float64,
}  # fmt: skip


def propose(
    money: pl.DataFrame,
    lines: pl.DataFrame,
    rules: MatchingRules,
    *,
    of_customers: pl.DataFrame | None = None,
) -> Proposed:
    """Which lines each receipt pays, by the ways of the rules, each line and each cent once.

    money: receipt_id, customer_id, currency, received_on, free_minor, reference. lines: line (a key),
    customer_id, currency, bill_no, kind, billed_on, due_on, open_minor, place (the order of clearing within
    a customer and currency). of_customers: RULES, the rules by customer, a row a customer at most.
    Currencies never meet. The same frames give the same answer.
    """
    names = named(money, lines, shortest=rules.shortest_name)
    standing = Standing(_prepared(money, rules, of_customers), lines.filter(pl.col("open_minor") != 0))
    at = rounds = 0
    while at < len(rules.ways):
        way, confidence = rules.ways[at].way, float(rules.ways[at].confidence)
        taken = _ask(standing, rules, names, way=way, confidence=confidence)
        rounds += taken
        # what is left of a bill paid in part may be just what a later receipt pays: all is asked again
        at = 0 if taken and way == "named_part" and rounds < MOST_ROUNDS else at + (not taken or way in ONCE)
    proposals = [pl.DataFrame(schema=PROPOSALS), *standing.proposals]
    return Proposed(pl.concat(proposals), pl.concat([pl.DataFrame(schema=PAIRS), *standing.pairs]))


def minor_units() -> pl.Expr:
    """How many minor units one unit of a row's currency has."""
    return pl.col("currency").replace_strict(
        {name: 10**places for name, places in CURRENCY_PLACES.items()}, default=100, return_dtype=pl.Int64
    )


def _ask(
    standing: Standing, rules: MatchingRules, names: pl.DataFrame, *, way: str, confidence: float
) -> bool:
    """Ask one way once; whether any receipt was taken."""
    if way in ("subset", "subset_doubtful"):
        chosen = _picked(standing, rules, is_sure=way == "subset")
    elif way in ONCE:
        return _spread_rest(standing, way=way, confidence=confidence)
    else:
        chosen = FINDS[way](standing.money, standing.lines, names)
    return bool(standing.take(chosen, way=way, confidence=confidence))


def _prepared(money: pl.DataFrame, rules: MatchingRules, of_customers: pl.DataFrame | None) -> pl.DataFrame:
    """Receipts in their order, each with the rules of its customer; fees in minor units of its currency."""
    own = pl.DataFrame(schema=RULES) if of_customers is None else of_customers
    known = money.join(own, on="customer_id", how="left", maintain_order="left")
    ordered = known.sort("received_on", "receipt_id").with_row_index("rank")
    upto = (pl.col("fee_upto").fill_null(float(rules.fee_upto)) * minor_units()).round()
    share = (pl.col("free_minor") * float(rules.fee_share)).floor()
    return ordered.with_columns(
        fee_minor=pl.min_horizontal(upto, share).cast(pl.Int64), pays=pl.col("pays").fill_null("")
    )


def _picked(standing: Standing, rules: MatchingRules, *, is_sure: bool) -> pl.DataFrame:
    """Subsets that add up to the cent. Sure ones alone: one subset fits, and few would by accident."""
    found = _subsets(standing, most_lines=rules.most_lines)
    sure = (pl.col("alternatives") == 1) & (pl.col("by_chance") <= float(rules.most_by_chance))
    return (found.filter(sure) if is_sure else found).drop("by_chance")


def _subsets(standing: Standing, *, most_lines: int) -> pl.DataFrame:
    """The subset each receipt picks of the oldest lines, with how many fit and how many would by accident."""
    hopeful = standing.money.filter(~pl.col("receipt_id").is_in(standing.hopeless))
    candidates = (
        hopeful.select("receipt_id", *KEYS, "received_on", "free_minor", "rank")
        .join(standing.lines.select("line", *KEYS, "billed_on", "open_minor", "place"), on=KEYS)
        .filter(pl.col("billed_on") <= pl.col("received_on"))
        .sort("rank", "place")
        .filter(pl.int_range(pl.len()).over("receipt_id") < most_lines)
    )
    owed = pl.col("open_minor").filter(pl.col("open_minor") > 0).sum()
    of_receipt = candidates.group_by("receipt_id", maintain_order=True).agg(
        size=pl.len(), wanted=pl.col("free_minor").first(), owed=owed, span=pl.col("open_minor").abs().sum(),
        amounts=pl.col("open_minor"), lines=pl.col("line"),
    ).filter(pl.col("owed") >= pl.col("wanted"), pl.col("size") > 1)  # fmt: skip
    amounts = of_receipt["amounts"].explode().to_numpy()
    stops = of_receipt["size"].cum_sum().cast(pl.Int64).to_numpy()
    starts = stops - of_receipt["size"].cast(pl.Int64).to_numpy()
    chosen, ways = np.zeros(len(stops), np.int64), np.zeros(len(stops), np.int64)
    subsets.pick(amounts.astype(np.int64), starts, stops, of_receipt["wanted"].to_numpy(), chosen, ways)
    is_lost = (pl.Series(chosen) == 0) & (of_receipt["size"] < most_lines)
    standing.hopeless += of_receipt.filter(is_lost)["receipt_id"].to_list()
    picked = of_receipt.select(
        "receipt_id", "lines", by_chance=_by_chance(amounts, starts, stops), alternatives=pl.Series(ways),
        mask=pl.Series(chosen),
    ).filter(pl.col("mask") != 0)  # fmt: skip
    rows = picked.with_columns(at=pl.int_ranges(pl.col("lines").list.len())).explode("lines", "at")
    bit = (pl.col("mask") // pl.lit(2, pl.Int64).pow(pl.col("at"))) % 2 == 1
    return rows.filter(bit).select("receipt_id", "alternatives", "by_chance", line="lines")


def _by_chance(amounts: Any, starts: Any, stops: Any) -> pl.Series:
    """How many subsets would add up to any given amount by accident: all of them, spread over their sums."""
    if not len(starts):
        return pl.Series([], dtype=pl.Float64)
    step = np.maximum(np.gcd.reduceat(np.abs(amounts), starts), 1)
    span = np.maximum(np.add.reduceat(np.abs(amounts), starts), 1)
    return pl.Series(np.exp2(stops - starts) * step / span)


def _spread_rest(standing: Standing, *, way: str, confidence: float) -> bool:
    """What is left pays in the order of clearing: of customers that pay so ("oldest"), or of all."""
    money = standing.money
    if way == "oldest":
        money = money.filter(pl.col("pays") == "oldest_first")
    sources = money.select(*KEYS, source="receipt_id", minor="free_minor", place="rank")
    targets = standing.lines.filter(pl.col("open_minor") > 0)
    found = spread(sources, targets.select(*KEYS, target="line", minor="open_minor", place="place"), by=KEYS)
    pairs = found.select("target", "minor", receipt_id="source", source=pl.lit(RECEIPT, pl.Int64))
    if pairs.is_empty():
        return False
    standing.proposals.append(
        pairs.select("receipt_id").unique(maintain_order=True).with_columns(
            way=pl.lit(way), confidence=pl.lit(confidence), alternatives=pl.lit(1, pl.Int64),
            write_down=pl.lit(""), write_down_minor=pl.lit(0, pl.Int64),
        )
    )  # fmt: skip
    standing.settle(named_sources(pairs))
    return True
