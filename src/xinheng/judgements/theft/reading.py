"""Tables out of files, their columns taken for what they are: by option, else by what they are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _
from ruamel.yaml import YAML

from xinheng.judgements.scorecards import queries as tables
from xinheng.judgements.theft.errors import TableCellInvalid, TableColumnMissing, TableColumnUnclear

DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%d/%m/%Y", "%Y-%m", "%Y/%m", "%Y%m")
NUMBERED = re.compile(r"(?:d|day|day_|第)?(\d{1,4})天?")
LEAST_WIDE = 7  # columns of days from which a table is wide
FEW = 200  # different values up to which whole numbers are words
LOOKED = 100_000  # rows by which a table is told apart
BILL_GAP = 20  # days between two rows of a consumer from which they are bills


@dataclass(frozen=True)
class Said:
    """What the user says of a table; "" is guessed.

    use: the columns of use, several where bills have levels. start: the first day of a wide table whose
    columns are numbered. without: columns not looked at. shape: long, wide, bills or figures.
    """

    consumer: str = ""
    day: str = ""
    use: tuple[str, ...] = ()
    found: str = ""
    mark: str = ""
    months: str = ""
    kind: str = ""
    meter: str = ""
    index_from: str = ""
    index_to: str = ""
    start: date | None = None
    shape: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table as it is understood.

    shape: long, wide, bills or figures. roles: the column of each part, "" none. rest: all other columns.
    """

    file: str
    frame: pl.DataFrame
    shape: str
    roles: dict[str, str]
    use: tuple[str, ...]
    rest: tuple[str, ...]
    days: dict[str, date] = field(default_factory=dict)  # of a wide table


@lru_cache(maxsize=1)
def guesses() -> dict[str, list[str]]:
    """The usual names of columns by part."""
    text = Path(__file__).with_name("guesses.yaml").read_text("utf-8")
    found: dict[str, list[str]] = YAML(typ="safe", pure=True).load(text)
    return found


def table(path: Path, said: Said) -> Table:
    """The table in a file. Refuses: TableUnreadable, TableColumnMissing, TableColumnUnclear."""
    frame = tables.table_in(path)
    gone = [name for name in said.without if name not in frame.columns]
    if gone:
        raise TableColumnMissing(file=path.name, column=gone[0], columns=", ".join(frame.columns))
    frame = frame.drop(said.without)
    roles = {
        part: _role(path, frame.columns, part, getattr(said, part)) for part in guesses() if part != "use"
    }
    days = _days_wide(frame.columns, said.start)
    use = said.use or _uses(frame.columns, days)
    for name in use:
        if name not in frame.columns:
            raise TableColumnMissing(file=path.name, column=name, columns=", ".join(frame.columns))
    taken = {*roles.values(), *use, *days}
    rest = tuple(name for name in frame.columns if name not in taken)
    shape = said.shape or _shape(frame, roles, use, days)
    return checked(Table(path.name, frame, shape, roles, use, rest, days))


def checked(told: Table) -> Table:
    """Refuses: TableColumnUnclear, where a part that its shape needs is missing."""
    needs = {"long": ("consumer", "day"), "wide": ("consumer",), "bills": ("consumer", "day"), "figures": ()}
    columns = ", ".join(told.frame.columns)
    for part in needs[told.shape]:
        if not told.roles[part]:
            wanted = {"consumer": _("consumer"), "day": _("day")}[part]
            raise TableColumnUnclear(file=told.file, wanted=wanted, option=f"--{part}", columns=columns)
    if told.shape in ("long", "bills") and not told.use:
        raise TableColumnUnclear(file=told.file, wanted=_("use in kWh"), option="--use", columns=columns)
    if told.shape == "wide" and not told.days:
        raise TableColumnUnclear(file=told.file, wanted=_("first day"), option="--start", columns=columns)
    return told


def readings(told: Table) -> pl.DataFrame:
    """A long or wide table as consumer, day, kwh, mark, each consumer and day once.

    A day told twice alike counts once; told twice otherwise, and below zero, it is marked and does not count.
    Refuses: TableCellInvalid.
    """
    rows = _rows(told)
    value, key = pl.col("kwh"), ["consumer", "day"]
    differs = value.n_unique().over(key) > 1
    mark = pl.when(differs).then(pl.lit("duplicate")).when(value < 0).then(pl.lit("negative"))
    return rows.with_columns(mark.otherwise(pl.col("mark")).alias("mark")).unique(key, keep="last").sort(key)


def oddities(frame: pl.DataFrame, before: int) -> dict[str, int]:
    """How many rows told a day again, and how many days do not count, by mark."""
    marks = frame.filter(pl.col("mark").is_in(["duplicate", "negative"]))["mark"].value_counts()
    found = {"again": before - frame.height, **dict(marks.sort("mark").iter_rows())}
    return {name: count for name, count in found.items() if count}


def _rows(told: Table) -> pl.DataFrame:
    frame, consumer = told.frame, told.roles["consumer"]
    if told.shape == "wide":
        named = {name: day.isoformat() for name, day in told.days.items()}
        wide = frame.select(pl.col(consumer).cast(pl.String).alias("consumer"), *told.days)
        values = wide.with_columns(numbers(told, name).alias(name) for name in told.days)
        long = values.rename(named).unpivot(index="consumer", variable_name="day", value_name="kwh")
        return long.with_columns(pl.col("day").str.to_date(), pl.lit("").alias("mark"))
    mark = pl.lit("") if not told.roles["mark"] else pl.col(told.roles["mark"]).cast(pl.String).fill_null("")
    return frame.select(
        pl.col(consumer).cast(pl.String).alias("consumer"),
        days(told, told.roles["day"]).alias("day"),
        numbers(told, told.use[0]).alias("kwh"),
        mark.alias("mark"),
    )


def labels(told: Table, known: Sequence[Table]) -> pl.DataFrame | None:
    """Consumer and found (1 or 0) out of the table itself or those beside it; None where none says."""
    for one in (told, *known):
        name = one.roles["found"]
        if not name:
            continue
        numbered = pl.int_range(1, one.frame.height + 1, eager=True).cast(pl.String)
        key = one.frame[one.roles["consumer"]].cast(pl.String) if one.roles["consumer"] else numbered
        value = numbers(one, name)
        rows = pl.DataFrame({"consumer": key, "found": value}).drop_nulls("found")
        found = rows.group_by("consumer").agg((pl.col("found").max() > 0).cast(pl.Int8))
        return found.sort("consumer")
    return None


def attributes(told: Table, last: date | None) -> pl.DataFrame:
    """What a table says of each consumer: few values as words, days as days before the last, else numbers.

    A column with a value of its own for nearly every consumer that is no amount is left out.
    """
    frame, key = told.frame, told.roles["consumer"]
    found = [frame[key].cast(pl.String).alias("consumer")]
    for name in (*told.rest, *(told.roles[part] for part in ("day", "kind", "months") if told.roles[part])):
        made = attribute(told, name, last)
        if made is not None:
            found.append(made.alias(name))
    return pl.DataFrame(found).unique("consumer", keep="last", maintain_order=True)


def attribute(told: Table, name: str, last: date | None) -> pl.Series | None:
    """One column as a figure; None where it says nothing of a kind."""
    column = told.frame[name]
    if column.dtype in (pl.Date, pl.Datetime) or (column.dtype == pl.String and _is_day(column)):
        ends = last or days(told, name).max()
        return (pl.Series([ends] * len(column)) - days(told, name)).dt.total_days().cast(pl.Float64)
    different = column.n_unique()
    if column.dtype == pl.String:
        amount = column.str.replace_all(",", "").cast(pl.Float64, strict=False)
        if amount.null_count() == column.null_count() and different > FEW:
            return amount
        return column if different <= FEW else None
    if column.dtype.is_integer() and different <= FEW:
        return column.cast(pl.String)
    if column.dtype.is_integer() and different > 0.9 * len(column):
        return None
    return column.cast(pl.Float64)


def numbers(told: Table, name: str) -> pl.Series:
    """A column of numbers, null where empty. Refuses: TableCellInvalid."""
    column = told.frame[name]
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return column.cast(pl.Float64).fill_nan(None)
    text = column.cast(pl.String).str.strip_chars()
    found = text.str.replace_all(",", "").cast(pl.Float64, strict=False).fill_nan(None)
    empty = text.is_null() | text.str.to_lowercase().is_in(["", "nan", "null", "none", "na"])
    _refuse(told, name, found.is_null() & ~empty, _("is no number"))
    return found


def days(told: Table, name: str) -> pl.Series:
    """A column of days. Refuses: TableCellInvalid, also where one is empty."""
    column = told.frame[name]
    is_day = column.dtype in (pl.Date, pl.Datetime)
    found = column.cast(pl.Date) if is_day else parsed(column.cast(pl.String))
    _refuse(told, name, found.is_null(), _("is no day such as 2026-06-30"))
    return found


def parsed(text: pl.Series) -> pl.Series:
    """Days out of texts, null where it is none."""
    first = text.str.strip_chars().str.split(" ").list.first().str.split("T").list.first()
    return pl.select(pl.coalesce(first.str.to_date(form, strict=False) for form in DAYS)).to_series()


def _refuse(told: Table, name: str, wrong: pl.Series, cause: str) -> None:
    places = wrong.fill_null(value=False).arg_true()
    if len(places):
        row = int(places[0])
        value = str(told.frame[name][row])[:60]
        raise TableCellInvalid(file=told.file, row=row + 1, column=name, value=value, cause=cause)


def _role(path: Path, columns: list[str], part: str, said: str) -> str:
    if said:
        if said not in columns:
            raise TableColumnMissing(file=path.name, column=said, columns=", ".join(columns))
        return said
    by_name = {name.strip().lower(): name for name in columns}
    return next((by_name[name] for name in guesses()[part] if name in by_name), "")


def _uses(columns: list[str], days: dict[str, date]) -> tuple[str, ...]:
    by_name = {name.strip().lower(): name for name in columns}
    named = [by_name[name] for name in guesses()["use"] if name in by_name]
    if named or days:
        return tuple(named[:1])
    levels = [name for name in columns if re.fullmatch(r"cons\w*_?level_?\d+|kwh_?\d+|电量\d+", name.lower())]
    return tuple(levels)


def _days_wide(columns: list[str], start: date | None) -> dict[str, date]:
    """The days of the columns of a wide table: named by the day, or numbered from a first day."""
    named = pl.Series(columns, dtype=pl.String)
    found = {
        name: day for name, day in zip(columns, parsed(named).to_list(), strict=True)
        if day is not None and len(name) >= 8
    }  # fmt: skip
    if len(found) >= LEAST_WIDE:
        return found
    numbered = {name: int(match[1]) for name in columns if (match := NUMBERED.fullmatch(name.lower()))}
    if len(numbered) < LEAST_WIDE:
        return {}
    begin, first = start or date(2000, 1, 3), min(numbered.values())
    return {name: begin + timedelta(days=number - first) for name, number in numbered.items()}


def _shape(frame: pl.DataFrame, roles: dict[str, str], use: tuple[str, ...], days: dict[str, date]) -> str:
    if days:
        return "wide"
    if not roles["day"] or not use:
        return "figures" if not roles["day"] else "long"
    if roles["months"] or roles["index_from"] or len(use) > 1:
        return "bills"
    if not roles["consumer"]:
        return "long"
    head = frame.head(LOOKED)
    day = head[roles["day"]]
    day = day.cast(pl.Date) if day.dtype in (pl.Date, pl.Datetime) else parsed(day.cast(pl.String))
    rows = pl.DataFrame({"consumer": head[roles["consumer"]], "day": day}).sort("consumer", "day")
    gap = rows.select(pl.col("day").diff().over("consumer").dt.total_days().median()).item()
    return "bills" if gap is not None and gap >= BILL_GAP else "long"


def _is_day(column: pl.Series) -> bool:
    head = column.drop_nulls().head(100)
    return len(head) > 0 and parsed(head).null_count() == 0
