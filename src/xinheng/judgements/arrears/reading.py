"""A ledger out of a file: any table of bills, with its columns named by the user."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from xinheng.judgements.arrears.errors import LedgerCellInvalid, LedgerColumnMissing, LedgerUnreadable
from xinheng.judgements.arrears.history import with_days
from xinheng.judgements.arrears.values import Columns

FIRST = 65_536  # bytes looked at to tell how a text is written
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%m/%d/%Y", "%d.%m.%Y")
SPARE = 366_000  # days that are still a date


def read(path: Path) -> pl.DataFrame:
    """The table in a file, by its ending. Refuses: LedgerUnreadable."""
    if not path.is_file():
        raise LedgerUnreadable(file=path, cause=_("there is no such file"))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise LedgerUnreadable(file=path, cause=_("it must end in .csv, .xlsx or .parquet"))
    try:
        frame = reader(path)
    except Exception as error:
        cause = str(error).partition("\n")[0][:200] or type(error).__name__
        raise LedgerUnreadable(file=path, cause=cause) from error
    if not frame.height or not frame.width:
        raise LedgerUnreadable(file=path, cause=_("it has no rows"))
    return frame.rename({name: name.strip().lstrip("\ufeff") or name for name in frame.columns})


def table_in(path: Path, columns: Sequence[str]) -> pl.DataFrame:
    """The table in a file that has at least these columns. Refuses: LedgerUnreadable, LedgerColumnMissing."""
    frame = read(path)
    for name in columns:
        if name not in frame.columns:
            raise LedgerColumnMissing(file=path.name, column=name, columns=", ".join(frame.columns))
    return frame


def ledger(path: Path, columns: Columns) -> pl.DataFrame:
    """The bills of a file as the ledger of `history`, in the order of the file, with `row` (first is 1).

    Refuses: LedgerUnreadable, LedgerColumnMissing, LedgerCellInvalid, each naming the file.
    """
    frame = table_in(path, _named(columns))
    table = _Table(path.name, frame)
    billed = table.day(columns.billed)
    made = {
        "row": pl.int_range(1, frame.height + 1, eager=True).cast(pl.Int64),
        "customer": table.text(columns.customer),
        "bill": table.text(columns.bill) if columns.bill else _numbers(frame.height),
        "amount": table.number(columns.amount),
        "billed": billed,
        "known": table.day(columns.known, billed) if columns.known else billed,
        "due": table.day(columns.due) if columns.due else billed.dt.offset_by(f"{columns.terms}d"),
        "paid": _paid(table, columns, billed),
        "group": table.text(columns.group, "") if columns.group else _empty(frame.height),
        "currency": table.text(columns.currency, "") if columns.currency else _empty(frame.height),
    }
    found = pl.DataFrame([values.alias(name) for name, values in made.items()])
    marks = [table.mark(name).alias(f"mark:{name}") for name in columns.marks]
    return with_days(found.with_columns(marks))


def marks_of(columns: Columns) -> list[str]:
    """The names of the marks in the ledger."""
    return [f"mark:{name}" for name in columns.marks]


def _paid(table: _Table, columns: Columns, billed: pl.Series) -> pl.Series:
    if columns.paid:
        return table.day(columns.paid, empty=True)
    if columns.took:
        days = table.number(columns.took, empty=True)
        table.refuse(days.abs() > SPARE, columns.took, _("is no number of days"))
        both = pl.DataFrame({"billed": billed, "days": days.round().cast(pl.Int64)})
        return both.select((pl.col("billed") + pl.duration(days="days")).cast(pl.Date)).to_series()
    return pl.Series([None], dtype=pl.Date).extend_constant(None, table.frame.height - 1)


def _named(columns: Columns) -> list[str]:
    named = [columns.customer, columns.billed, columns.amount, columns.bill, columns.due, columns.paid,
             columns.took, columns.known, columns.group, columns.currency]  # fmt: skip
    return [name for name in (*named, *columns.marks) if name]


def _numbers(count: int) -> pl.Series:
    return pl.int_range(1, count + 1, eager=True).cast(pl.String)


def _empty(count: int) -> pl.Series:
    return pl.repeat("", count, eager=True, dtype=pl.String)


class _Table:
    """A table whose cells are taken as what their column holds; the first that is not is refused."""

    def __init__(self, file: str, frame: pl.DataFrame) -> None:
        self.file, self.frame = file, frame

    def text(self, name: str, missing: str | None = None) -> pl.Series:
        """Texts without blanks around; an empty one is refused unless something stands for it."""
        found = self.frame[name].cast(pl.String).str.strip_chars()
        if missing is not None:
            return found.fill_null(missing)
        empty = found.is_null() | (found == "")
        self.refuse(empty, name, _("is empty"))
        return found

    def mark(self, name: str) -> pl.Series:
        """What a mark says as a text; empty says nothing."""
        found = self.text(name, "")
        return found.set(found == "", None)

    def number(self, name: str, *, empty: bool = False) -> pl.Series:
        """Numbers; thousands may be parted by commas."""
        column = self.frame[name]
        if column.dtype.is_numeric():
            found = column.cast(pl.Float64)
            blank = column.is_null()
        else:
            text = column.cast(pl.String).str.strip_chars()
            blank = text.is_null() | (text == "")
            found = text.str.replace_all(",", "").cast(pl.Float64, strict=False)
        wrong = (found.is_null() | ~found.is_finite().fill_null(value=False)) & ~(
            blank if empty else blank & False
        )
        self.refuse(wrong, name, _("is no number"))
        return found

    def day(self, name: str, missing: pl.Series | None = None, *, empty: bool = False) -> pl.Series:
        """Days; those in texts as 2026-06-30, 2026/06/30, 20260630 or 6/30/2026."""
        column = self.frame[name]
        if column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime):
            found, blank = column.cast(pl.Date), column.is_null()
        else:
            text = column.cast(pl.String).str.strip_chars()
            blank = text.is_null() | (text == "")
            first = text.str.split(" ").list.first().str.split("T").list.first()
            tries = [first.str.to_date(form, strict=False) for form in DAYS]
            found = pl.select(pl.coalesce(*tries)).to_series()
        self.refuse(found.is_null() & ~blank, name, _("is no day such as 2026-06-30"))
        if missing is not None:
            return pl.select(pl.coalesce(found, missing)).to_series()
        if not empty:
            self.refuse(blank, name, _("is empty"))
        return found

    def refuse(self, wrong: pl.Series, name: str, cause: str) -> None:
        """Refuse the first row that is wrong, if any; rows count from 1 without the headings."""
        places = wrong.fill_null(value=False).arg_true()
        if places.len():
            row = int(places[0])
            value = str(self.frame[name][row])[:60]
            raise LedgerCellInvalid(file=self.file, row=row + 1, column=name, value=repr(value), cause=cause)


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


READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".parquet": pl.read_parquet,
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"), _excel),
    **dict.fromkeys((".csv", ".tsv", ".txt"), _text),
}
