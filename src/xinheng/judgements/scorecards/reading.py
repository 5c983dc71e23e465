"""Tables out of files: CSV, Parquet and Excel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from xinheng.judgements.scorecards.errors import TableUnreadable

FIRST = 65_536  # bytes looked at to tell how a text is written


def read(path: Path) -> pl.DataFrame:
    """The table in a file, by its ending. Refuses: TableUnreadable."""
    if not path.is_file():
        raise TableUnreadable(file=path, cause=_("there is no such file"))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise TableUnreadable(file=path, cause=_("it must end in .csv, .xlsx or .parquet"))
    try:
        frame = reader(path)
    except Exception as error:
        cause = str(error).partition("\n")[0][:200] or type(error).__name__
        raise TableUnreadable(file=path, cause=cause) from error
    if not frame.height or not frame.width:
        raise TableUnreadable(file=path, cause=_("it has no rows"))
    return frame.rename({name: name.strip().lstrip("\ufeff") or name for name in frame.columns})


def _excel(path: Path) -> pl.DataFrame:
    return pl.read_excel(path, engine="calamine", infer_schema_length=None)


def _text(path: Path) -> pl.DataFrame:
    """All cells as texts: what is a number is told by the whole column, later."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    first = text[:FIRST].partition("\n")[0]
    separator = max(",;\t|", key=first.count)
    return pl.read_csv(text.encode(), separator=separator, infer_schema=False, truncate_ragged_lines=True)


READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".parquet": pl.read_parquet,
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"), _excel),
    **dict.fromkeys((".csv", ".tsv", ".txt"), _text),
}
