"""Scorecards on public data, through the command line: card, one column, raw regression, library, LightGBM.

    .venv/bin/python -m benchmarks.scorecards [NAME …]

XINHENG_DATA names the folder that holds the public tables as Parquet, a folder a set; ../shared/data where
it is not said. Every contestant is fitted on the same rows and
tested on the same rows of every fold, and no firm stands on both sides. Each set prints one line of a
Markdown table when it is done.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

PROGRAM = Path(sys.executable).parent / "xinheng"
HEAD = (
    "| set | rows | bad | items / bands | card | library | raw | LightGBM | one column | missing flags |"
    " seconds |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)
LAST = "the last column"  # where some sets keep the outcome
CONTESTANTS = ("card", "library_defaults", "raw_regression", "boosting", "naive", "missing_flags")


@dataclass(frozen=True)
class Set:
    """A table, and what the command is told of it."""

    file: str
    options: tuple[str, ...]


LEAKS = ("Term", "RealEstate", "daysterm", "Portion", "Selected", "DisbursementDate", "ChgOffDate",
         "ChgOffPrinGr", "MIS_Status", "BalanceGross")  # fmt: skip
SETS = {
    "german_credit": Set("german_credit/german.parquet", ("--outcome", "bad")),
    "heloc": Set("heloc/heloc.parquet", ("--outcome", "RiskPerformance", "--special=-7,-8,-9")),
    "uci_taiwan_cc": Set("uci_taiwan_cc/clients.parquet", ("--outcome", LAST)),
    "gmsc": Set("gmsc/train_labelled.parquet", ("--outcome", "SeriousDlqin2yrs")),
    "polish year 1": Set("polish_bankruptcy/year1.parquet", ("--outcome", LAST)),
    "polish year 5": Set("polish_bankruptcy/year5.parquet", ("--outcome", LAST)),
    "taiwan_bankruptcy": Set("taiwan_bankruptcy/firms.parquet", ("--outcome", "Bankrupt?")),
    "corp_rating 2029": Set(
        "corp_rating 2029", ("--outcome", "junk", "--group", "Symbol", "--leave-out", "Rating")
    ),
    "corp_rating 7805": Set(
        "corp_rating/ratings_7805.parquet",
        (
            "--outcome",
            "Binary Rating",
            "--bad",
            "0",
            "--group",
            "CIK",  # one firm has several names there
            "--leave-out",
            "Rating",
            "--leave-out",
            "Corporation",
            "--leave-out",
            "Ticker",
        ),
    ),
    "sba": Set(
        "sba/case_2101.parquet",
        ("--outcome", "Default", *(word for name in LEAKS for word in ("--leave-out", name))),
    ),
    "us_bankruptcy": Set(
        "us_bankruptcy", ("--outcome", "fails_next_year", "--time", "year", "--group", "company_name")
    ),
}


def table_of(folder: Path, one: Set, work: Path) -> Path:
    """The file the command reads; two outcomes are made first."""
    if one.file == "us_bankruptcy":
        rows = pl.read_parquet(folder / "us_bankruptcy/firm_years_to_2014.parquet")
        last_year = pl.col("year").max().over("company_name") == pl.col("year")
        failed = pl.col("Company Status") == "failed"
        known = ~(last_year & ~failed & (pl.col("year") == pl.col("year").max()))
        rows = rows.with_columns(fails_next_year=(failed & last_year).cast(pl.Int8)).filter(known)
        rows.drop("Company Status").write_parquet(work / "us.parquet")
        return work / "us.parquet"
    if one.file == "corp_rating 2029":
        rows = pl.read_parquet(folder / "corp_rating/ratings_2029.parquet")
        junk = pl.col("Rating").is_in(["BB", "B", "CCC", "CC", "C", "D"])
        rows.with_columns(junk=junk.cast(pl.Int8)).drop("Name").write_parquet(work / "corp.parquet")
        return work / "corp.parquet"
    return folder / one.file


def run(folder: Path, name: str, one: Set) -> dict[str, Any]:
    """The report of one set, by the command a user types."""
    with tempfile.TemporaryDirectory() as kept:
        work = Path(kept)
        table = table_of(folder, one, work)
        names = pl.read_parquet_schema(table).names()
        options = [names[-1] if word == LAST else word for word in one.options]
        words = [PROGRAM, "scorecard", "fit", table, *options, "--rivals", "--repeats", "1",
                 "--out", work / "card.yaml", "--json"]  # fmt: skip
        done = subprocess.run(
            [str(word) for word in words], capture_output=True, text=True, check=False,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        assert done.returncode == 0, f"{name}: {done.stderr[-600:]}"
        report = json.loads(done.stdout)["report"]
        bands = sum(len(item["bands"]) for item in report["items"])
        return {**report, "bands": bands}


def line(name: str, report: dict[str, Any]) -> str:
    """One line of the table."""
    told = report["contestants"]
    cells = [
        name,
        report["outcome"]["rows"],
        report["outcome"]["bad"],
        f"{len(report['items'])} / {report['bands']}",
    ]
    cells += [
        f"{told[one]['auc']:.4f} / {told[one]['ks']:.3f}" if one in told else "—" for one in CONTESTANTS
    ]
    cells.append(" / ".join(f"{told[one]['seconds']:.1f}" for one in CONTESTANTS[:4]))
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    """Run the sets that are named, or all."""
    folder, wanted = Path(os.environ.get("XINHENG_DATA", "../shared/data")).resolve(), sys.argv[1:]
    if unknown := [name for name in wanted if name not in SETS]:
        sys.exit(f"There is no set {unknown[0]}. There are: {', '.join(SETS)}")
    print(HEAD, flush=True)
    for name, one in SETS.items():
        if not wanted or name in wanted:
            print(line(name, run(folder, name, one)), flush=True)


if __name__ == "__main__":
    main()
