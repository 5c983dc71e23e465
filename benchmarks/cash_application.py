"""How fast receipts find what they pay, and how often they are right.

    python benchmarks/cash_application.py [--receipts 100000]

Makes a ledger whose truth is known, proposes by the shipped rules, and prints seconds, the share of receipts
by way, how many of each way's proposals are right to the line and the cent, and the ratio to a plain join of
receipts and lines on customer, currency and amount in DuckDB on the same frames.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import django
import duckdb
import polars as pl
from cash_world import made

ROOT = Path(__file__).resolve().parents[1]
PLAIN = """
    SELECT m.receipt_id, l.line FROM money m JOIN lines l ON m.customer_id = l.customer_id
    AND m.currency = l.currency AND m.free_minor = l.open_minor
"""


def main() -> None:
    """Make, propose, compare with the truth, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--receipts", type=int, default=100_000)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
    django.setup()
    from xinheng.judgements.matching import policy
    from xinheng.judgements.matching.proposing import propose

    rules = policy.load((ROOT / "packs" / "general" / "matching_rules.yaml").read_text("utf-8"))
    world = made(asked.receipts)
    money, lines, truth = world.frames()
    small = made(500)
    propose(*small.frames()[:2], rules)  # compiled once
    begun = time.perf_counter()
    found = propose(money, lines, rules)
    took = time.perf_counter() - begun
    plain = _plain(money, lines)
    print(f"{money.height:,} receipts, {lines.height:,} open lines: {took:.2f} s")
    print(f"plain DuckDB join on customer, currency and amount: {plain:.3f} s, ratio {took / plain:.1f}")
    print(_quality(money, found.proposals, found.pairs, truth, world.habits))
    auto = pl.col("confidence") >= float(rules.automatic_from)
    judged = _judged(found.proposals, found.pairs, truth)
    applied = judged.filter(auto)
    meant = truth["receipt_id"].n_unique()
    print(
        f"automatic: {applied.height:,} of {money.height:,} ({applied.height / money.height:.1%}), "
        f"precision {applied['is_right'].mean():.4f}, recall {applied['is_right'].sum() / meant:.4f}"
    )
    print(f"all: precision {judged['is_right'].mean():.4f}, recall {judged['is_right'].sum() / meant:.4f}")


def _plain(money: pl.DataFrame, lines: pl.DataFrame) -> float:
    with duckdb.connect() as database:
        database.register("money", money.to_arrow())
        database.register("lines", lines.to_arrow())
        begun = time.perf_counter()
        database.sql(PLAIN).to_arrow_table()
        return time.perf_counter() - begun


def _judged(proposals: pl.DataFrame, pairs: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Whether the lines of each proposal, and how much of each is paid, are just those that were meant."""
    keys = ["receipt_id", "line"]
    told = pairs.group_by(keys).agg(pl.col("minor").sum())
    both = told.join(truth, on=keys, how="full", coalesce=True, suffix="_meant")
    right = both.group_by("receipt_id").agg(
        is_right=(pl.col("minor").fill_null(0) == pl.col("minor_meant").fill_null(0)).all()
    )
    return proposals.join(right, on="receipt_id")


def _quality(
    money: pl.DataFrame,
    proposals: pl.DataFrame,
    pairs: pl.DataFrame,
    truth: pl.DataFrame,
    habits: dict[int, str],
) -> pl.DataFrame:
    judged = _judged(proposals, pairs, truth)
    kinds = pl.DataFrame({"receipt_id": list(habits), "habit": list(habits.values())})
    wrong = judged.filter(~pl.col("is_right")).join(kinds, on="receipt_id")
    usual = wrong.group_by("way").agg(
        mostly_wrong=pl.col("habit").value_counts(sort=True).head(3).struct.field("habit").str.join(", ")
    )
    table = judged.group_by("way", "confidence").agg(
        receipts=pl.len(), share=pl.len() / money.height, precision=pl.col("is_right").mean()
    )
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, fmt_str_lengths=60):
        return table.join(usual, on="way", how="left").sort("confidence", "receipts", descending=True)


if __name__ == "__main__":
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, fmt_str_lengths=60):
        main()
