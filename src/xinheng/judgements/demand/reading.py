"""Series out of a file: any long table, with its columns named by the user or guessed by their names."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from django.utils.translation import gettext as _

from xinheng.judgements.demand.errors import SeriesCellInvalid, SeriesColumnMissing, SeriesUnreadable
from xinheng.judgements.demand.filed import Columns

GUESSES = Path(__file__).with_name("guesses.yaml")
FIRST = 65_536  # bytes looked at to tell how a text is written
TIMES = (
    "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S%.f", "%Y/%m/%d %H:%M",
)  # fmt: skip
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d")
MONTHS = ("%Y-%m-%d", "%Y/%m-%d", "%Y%m-%d", "%Y年%m月-%d")


def table(path: Path) -> pl.DataFrame:
    """The table in a file, by its ending. Refuses: SeriesUnreadable."""
    if not path.is_file():
        raise SeriesUnreadable(file=path, cause=_("there is no such file"))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise SeriesUnreadable(file=path, cause=_("it must end in .csv, .xlsx or .parquet"))
    try:
        frame: pl.DataFrame = reader(path)
    except Exception as error:
        cause = str(error).partition("\n")[0][:200] or type(error).__name__
        raise SeriesUnreadable(file=path, cause=cause) from error
    if not frame.height:
        raise SeriesUnreadable(file=path, cause=_("it has no rows"))
    return frame.rename({name: name.strip().lstrip("\ufeff") or name for name in frame.columns})


def series(path: Path, columns: Columns) -> pl.DataFrame:
    """unique_id, ds, y and the factors of a file; rows count from 1 without the headings.

    A file without a column of series is one series. Refuses: SeriesUnreadable, SeriesColumnMissing,
    SeriesCellInvalid.
    """
    frame = table(path)
    of = _found(path, frame, "series", columns.series, may_lack=True)
    at = _found(path, frame, "time", columns.time)
    value = _found(path, frame, "value", columns.value)
    return _made(path, frame, of, at, {"y": value, **{name: name for name in columns.factors}})


def future(path: Path, columns: Columns) -> pl.DataFrame:
    """ds and those factors that the file tells ahead, by series where it names them. Refuses as `series`."""
    frame = table(path)
    of = _found(path, frame, "series", columns.series, may_lack=True)
    at = _found(path, frame, "time", columns.time)
    told = {name: name for name in columns.factors if name in frame.columns}
    made = _made(path, frame, of, at, told)
    return made if of else made.drop("unique_id")


def _made(path: Path, frame: pl.DataFrame, of: str, at: str, figures: dict[str, str]) -> pl.DataFrame:
    if missing := [name for name in figures.values() if name not in frame.columns]:
        raise SeriesColumnMissing(file=path.name, column=missing[0], columns=", ".join(frame.columns))
    one = pl.repeat("all", frame.height, eager=True, dtype=pl.String)
    ids = frame[of].cast(pl.String).str.strip_chars() if of else one
    return pl.DataFrame(
        [
            ids.alias("unique_id"),
            _times(path, frame, at).alias("ds"),
            *(_numbers(path, frame, name).alias(label) for label, name in figures.items()),
        ]
    )


def _found(path: Path, frame: pl.DataFrame, role: str, named: str, *, may_lack: bool = False) -> str:
    """The column that plays a role: as named, or by the names such columns go by."""
    if named:
        if named not in frame.columns:
            raise SeriesColumnMissing(file=path.name, column=named, columns=", ".join(frame.columns))
        return named
    by_name = {name.lower(): name for name in frame.columns}
    guess = next((by_name[name] for name in _guesses()[role] if name in by_name), "")
    if not guess and not may_lack:
        raise SeriesColumnMissing(file=path.name, column=f"--{role}", columns=", ".join(frame.columns))
    return guess


@lru_cache(maxsize=1)
def _guesses() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load(GUESSES.read_text(encoding="utf-8"))
    return found


def _times(path: Path, frame: pl.DataFrame, name: str) -> pl.Series:
    column = frame[name]
    if column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime):
        plain = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if _zoned(column) else column
        return plain.cast(pl.Datetime("us"))
    text = column.cast(pl.String).str.strip_chars()
    tries = [
        *(text.str.to_datetime(form, strict=False, time_unit="us") for form in TIMES),
        *(text.str.to_date(form, strict=False).cast(pl.Datetime("us")) for form in DAYS),
        *((text + "-01").str.to_date(form, strict=False).cast(pl.Datetime("us")) for form in MONTHS),
    ]
    found = pl.select(pl.coalesce(*tries)).to_series()
    blank = text.is_null() | (text == "")
    _refuse(path, frame, name, found.is_null() & ~blank, _("is no time such as 2026-06-30 14:00"))
    return found


def _zoned(column: pl.Series) -> bool:
    return isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is not None


def _numbers(path: Path, frame: pl.DataFrame, name: str) -> pl.Series:
    column = frame[name]
    if column.dtype == pl.Boolean or column.dtype.is_numeric():
        return column.cast(pl.Float64)
    text = column.cast(pl.String).str.strip_chars().str.replace_all(",", "")
    truth = text.str.to_lowercase().replace({"true": "1", "false": "0", "": None})
    found = truth.cast(pl.Float64, strict=False)
    _refuse(path, frame, name, found.is_null() & truth.is_not_null(), _("is no number"))
    return found


def _refuse(path: Path, frame: pl.DataFrame, name: str, wrong: pl.Series, cause: str) -> None:
    """Refuse the first row that is wrong, if any."""
    if (places := wrong.fill_null(value=False).arg_true()).len():
        row = int(places[0])
        told = {"row": row + 1, "column": name, "value": repr(str(frame[name][row])[:60]), "cause": cause}
        raise SeriesCellInvalid(file=path.name, **told)


def _excel(path: Path) -> pl.DataFrame:
    return pl.read_excel(path, engine="calamine", infer_schema_length=None)


def _text(path: Path) -> pl.DataFrame:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    separator = max(",;\t|", key=text[:FIRST].partition("\n")[0].count)
    return pl.read_csv(text.encode(), separator=separator, infer_schema=False, truncate_ragged_lines=True)


READERS: dict[str, Callable[[Path], Any]] = {
    ".parquet": pl.read_parquet,
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"), _excel),
    **dict.fromkeys((".csv", ".tsv", ".txt"), _text),
}
