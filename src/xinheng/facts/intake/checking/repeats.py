"""The same row twice in one file: the first stands; rows that contradict each other all wait."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from xinheng.facts.intake.checking.causes import none, turned_down
from xinheng.facts.intake.checking.fields import column_of
from xinheng.facts.intake.checking.plan import Plan
from xinheng.facts.intake.reading.tables import ROW, SHEET

UNSAID = {
    "customer_name",
    "customer_id",
    "terms_days",
    "net_minor",
    "invoice_code",
    "customer_region",
    "is_red_letter",
}


def fingerprints(rows: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """A short mark of each good row's key: eight bytes a row are kept for the whole file."""
    good = rows.filter(~pl.col("_bad"))
    return good.select("_at", _key=pl.struct(list(keys)).hash())


def find_repeats(parts: list[Path], marks: pl.DataFrame, keys: tuple[str, ...], plan: Plan) -> pl.DataFrame:
    """The good rows whose key stands in the file before, or again with other content, as causes with _at."""
    often = marks.filter(pl.col("_key").is_duplicated())
    if often.is_empty():
        return none().with_columns(_at=pl.lit(None, dtype=pl.Int64))
    scan = pl.concat([pl.scan_ipc(part) for part in parts])
    rows = scan.filter(~pl.col("_bad")).join(often.lazy().select("_at"), on="_at", how="semi").collect()
    rows = rows.sort("_at").filter(
        pl.struct(list(keys)).is_duplicated()
    )  # marks may coincide, keys do not lie
    content = [column_of(each) for each in plan.kind.fields]
    content = [name for name in content if name in rows.columns and name not in UNSAID]
    judged = rows.with_columns(
        _content=pl.struct(content).hash(),
        first_row=pl.col(ROW).first().over(keys),
        second_row=pl.col(ROW).get(1).over(keys),
        first_at=pl.col("_at").first().over(keys),
    ).with_columns(agree=pl.col("_content").n_unique().over(keys) == 1)
    again = judged.filter(pl.col("agree") & (pl.col("_at") != pl.col("first_at")))
    against = judged.filter(~pl.col("agree")).with_columns(
        first_row=pl.when(pl.col("_at") == pl.col("first_at")).then("second_row").otherwise("first_row")
    )
    number = keys[-1] if keys[-1] in {"invoice_no", "uscc", "id_number"} else keys[min(1, len(keys) - 1)]
    found = []
    for some, cause in ((again, "repeated_in_file"), (against, "conflict_in_file")):
        value = some.get_column(number).cast(pl.String)
        causes = turned_down(some, cause, field=number, value=value, params=[some.get_column("first_row")])
        found.append(causes.with_columns(_at=some.get_column("_at")))
    return pl.concat(found).sort("_at", SHEET)
