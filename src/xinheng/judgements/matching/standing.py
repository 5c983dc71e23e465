"""What is left of receipts and lines while one way after the other is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from xinheng.judgements.matching.spreading import spread

CHOSEN = {"receipt_id": pl.Int64, "line": pl.Int64}
PROPOSALS: dict[Any, Any] = {
    "receipt_id": pl.Int64, "way": pl.String, "confidence": pl.Float64, "alternatives": pl.Int64,
    "write_down": pl.String, "write_down_minor": pl.Int64,
}  # fmt: skip
PAIRS: dict[Any, Any] = {
    "receipt_id": pl.Int64, "source": pl.String, "credit_line": pl.Int64, "line": pl.Int64,
    "minor": pl.Int64,
}  # fmt: skip
RECEIPT = -1  # as a source beside the places of credit lines
WRITE_DOWN = -2


@dataclass
class Standing:
    """Receipts and lines that no way has taken yet, and what was found.

    money: receipt_id, customer_id, currency, received_on, free_minor, rank (the oldest first), fee_minor,
    pays, percent_bp (hundredths of a percent), within_days. lines: line, customer_id, currency, bill_no,
    kind, billed_on, due_on, open_minor (credit bills below zero), place (in the order of clearing).
    """

    money: pl.DataFrame
    lines: pl.DataFrame
    proposals: list[pl.DataFrame] = field(default_factory=list)
    pairs: list[pl.DataFrame] = field(default_factory=list)
    hopeless: list[int] = field(default_factory=list)  # receipts that no subset fits, now or with fewer lines

    def take(self, chosen: pl.DataFrame, *, way: str, confidence: float) -> int:
        """Let receipts pay the lines they chose; of two that chose one line the older receipt has it.

        chosen: receipt_id, line and where they are told alternatives, write_down, write_down_minor.
        Gives how many receipts were taken; the others may choose anew of what is left.
        """
        ranked = chosen.join(self.money.select("receipt_id", "rank"), on="receipt_id")
        first = ranked.with_columns(is_first=pl.col("rank") == pl.col("rank").min().over("line"))
        mine = first.filter(pl.col("is_first").all().over("receipt_id")).drop("rank", "is_first")
        if mine.is_empty():
            return 0
        told = _told(mine)
        self.proposals.append(
            told.unique("receipt_id").select(
                "receipt_id", way=pl.lit(way), confidence=pl.lit(confidence), alternatives="alternatives",
                write_down="write_down", write_down_minor="write_down_minor",
            ).cast(PROPOSALS)
        )  # fmt: skip
        self.settle(self._pairs(told))
        return int(told["receipt_id"].n_unique())

    def settle(self, pairs: pl.DataFrame) -> None:
        """Keep pairs, and take what they settle off the lines and out of the receipts."""
        self.pairs.append(pairs.select(list(PAIRS)).cast(PAIRS))
        paid = pairs.group_by("line").agg(used=-pl.col("minor").sum())
        credit = pairs.filter(pl.col("source") == "credit").group_by(line="credit_line")
        used = (
            pl.concat([paid, credit.agg(used=pl.col("minor").sum())])
            .group_by("line")
            .agg(pl.col("used").sum())
        )
        left = pl.col("open_minor") + pl.col("used").fill_null(0)
        joined = self.lines.join(used, on="line", how="left", maintain_order="left")
        self.lines = joined.with_columns(open_minor=left).drop("used").filter(pl.col("open_minor") != 0)
        self.money = self.money.join(pairs.select("receipt_id").unique(), on="receipt_id", how="anti")

    def _pairs(self, told: pl.DataFrame) -> pl.DataFrame:
        """Credit bills settle the first of the lines, then the receipt, then what is written down."""
        lines = told.select("receipt_id", "line").join(
            self.lines.select("line", "open_minor", "place"), on="line"
        )
        minor, one = pl.col("open_minor"), told.unique("receipt_id")
        free = one.join(self.money.select("receipt_id", "free_minor"), on="receipt_id")
        sources = [
            lines.filter(minor < 0).select("receipt_id", source="line", minor=-minor, place="place"),
            free.select(
                "receipt_id", source=pl.lit(RECEIPT, pl.Int64), minor="free_minor",
                place=pl.lit(2**62, pl.Int64),
            ),
            one.filter(pl.col("write_down_minor") > 0).select(
                "receipt_id", source=pl.lit(WRITE_DOWN, pl.Int64), minor="write_down_minor",
                place=pl.lit(2**62 + 1, pl.Int64),
            ),
        ]  # fmt: skip
        targets = lines.filter(minor > 0).select("receipt_id", target="line", minor=minor, place="place")
        return named_sources(spread(pl.concat(sources), targets, by=["receipt_id"]))


def named_sources(found: pl.DataFrame) -> pl.DataFrame:
    """Pairs with their sources by name instead of by place."""
    source = pl.col("source")
    return found.select(
        "receipt_id", line="target", minor="minor",
        source=pl.when(source == RECEIPT).then(pl.lit("receipt")).when(source == WRITE_DOWN)
        .then(pl.lit("write_down")).otherwise(pl.lit("credit")),
        credit_line=pl.when(source >= 0).then(source),
    )  # fmt: skip


def _told(mine: pl.DataFrame) -> pl.DataFrame:
    absent = {"alternatives": pl.lit(1, pl.Int64), "write_down": pl.lit(""),
              "write_down_minor": pl.lit(0, pl.Int64)}  # fmt: skip
    return mine.with_columns(value.alias(name) for name, value in absent.items() if name not in mine.columns)
