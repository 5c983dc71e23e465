"""Files of a past as tables of text and numbers: CSV, Excel, Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from xinheng.judgements.shadow.errors import LedgerUnreadable

SUFFIXES = (".csv", ".txt", ".xlsx", ".xls", ".parquet")


def tables(path: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    """The tables of a file with their names: a sheet each of a workbook. Refuses: LedgerUnreadable."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise LedgerUnreadable(file=path.name, cause=_("it is neither CSV, Excel nor Parquet."))
    try:
        if suffix == ".parquet":
            yield path.stem, pl.read_parquet(path)
        elif suffix in (".csv", ".txt"):
            yield path.stem, _csv(path)
        else:
            sheets: dict[str, pl.DataFrame] = pl.read_excel(path, sheet_id=0, engine="calamine")
            named = list(sheets.items()) if len(sheets) != 1 else [(path.stem, next(iter(sheets.values())))]
            for name, sheet in named:
                if sheet.width:
                    yield name, sheet
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise LedgerUnreadable(file=path.name, cause=" ".join(str(error).split())[:200]) from error
    except Exception as error:  # the readers of workbooks raise classes of their own
        raise LedgerUnreadable(file=path.name, cause=type(error).__name__) from error


def _csv(path: Path) -> pl.DataFrame:
    """Every column as text, in UTF-8 or in the code of Chinese programs."""
    content = path.read_bytes()
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        content = content.decode("gb18030").encode()
    return pl.read_csv(content, infer_schema=False, separator=_separator(content))


def _separator(content: bytes) -> str:
    first = content.split(b"\n", 1)[0]
    return max(",;\t", key=lambda sign: first.count(sign.encode()))
