"""A table as figures a card may use: numbers and texts, and which columns no card may see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from xinheng.judgements.scorecards import errors, measures, weighing
from xinheng.judgements.scorecards.axes import Codes, axis_of
from xinheng.judgements.scorecards.values import Columns, LeftOut

NOTHING = (
    "",
    "na",
    "n/a",
    "nan",
    "null",
    "none",
    "nil",
    "-",
    "--",
    "—",
    "?",
    "inf",
    "-inf",
    "#n/a",
    "无",
    "未知",
    "缺失",
)
LEAST = 10  # bad rows, and good ones
LEAST_OF_A_GRADE = 5
MOST_GRADES = 20
MOSTLY = 0.95  # share of the cells that must be numbers, or days
MOST_TEXTS = 0.5  # share of different texts from which a column is taken for names
GIVEN_AWAY = 0.99  # AUC of one column alone
NAMED = re.compile(
    r"(?i)(^|[^a-z])(rating|ratings|grade|graded|default|defaulted|bankrupt|charge.?off\w*"
    r"|chg.?off\w*|write.?off\w*|outcome|target|label|status)([^a-z]|$)|等级|评级|违约|核销|坏账|结果|标签"
)
NAMED_AND_TELLING = 0.8
NUMBERED = re.compile(r"(?i)(^|[^a-z])(id|no|nr|number|code|zip|cik)([^a-z]|$)|编号|序号|代码|号码|证号")


@dataclass(frozen=True)
class Prepared:
    """The rows with an outcome: figures, who was bad, and what was left out.

    Where grades are learned, those of the worse half of the rows count as bad.
    """

    features: pl.DataFrame  # Float64 and String columns
    rows: pl.DataFrame  # the table as it was, of the same rows
    bad: Codes
    bad_value: str
    without_outcome: int
    left_out: tuple[LeftOut, ...]
    places: Codes  # as bad; of a grade its place, the best 0


def prepare(frame: pl.DataFrame, columns: Columns) -> Prepared:
    """Sort out a table.

    Refuses: ColumnUnknown, ColumnTwice, OutcomeUnclear, OneOutcomeOnly, TooFewOutcomes, GradesUnclear,
    GradesUnlisted, GradeTooRare, NaiveLeftOut, NothingToLearnFrom.
    """
    check_columns(frame, columns)
    told = _plain(frame[columns.outcome])
    rows = frame.filter(told.is_not_null())
    if columns.ordered:
        places = _places(text_of(rows[columns.outcome]), columns)
        bad, bad_value = _worse_half(places), ""
    else:
        bad, bad_value = _outcome(told.drop_nulls(), columns)
        places = bad
    bads = int(bad.sum())
    if min(bads, len(bad) - bads) < LEAST:
        raise errors.TooFewOutcomes(bad=bads, good=len(bad) - bads, least=LEAST)
    used = {columns.outcome, columns.id, columns.time, columns.group, columns.grade}
    if columns.grade and not 2 <= text_of(rows[columns.grade]).drop_nulls().n_unique() <= MOST_GRADES:
        raise errors.GradesUnclear(column=columns.grade, most=MOST_GRADES)
    found, left = _sorted_out(rows.drop([name for name in used if name]), bad, columns)
    if not found:
        raise errors.NothingToLearnFrom(column=columns.outcome)
    if columns.naive and columns.naive not in {figures.name for figures in found}:
        raise errors.NaiveLeftOut(column=columns.naive)
    return Prepared(
        pl.DataFrame(found), rows, bad, bad_value, frame.height - rows.height, tuple(left), places
    )


def _sorted_out(rows: pl.DataFrame, bad: Codes, columns: Columns) -> tuple[list[pl.Series], list[LeftOut]]:
    """The columns a card may see, and the others with why not."""
    found: list[pl.Series] = []
    left: list[LeftOut] = []
    for column in rows.iter_columns():
        if column.name in columns.leave_out:
            left.append(LeftOut(column.name, "asked"))
            continue
        figures, cause = _figures(column)
        if figures is not None and column.name in columns.keep:
            cause = cause if cause and cause.cause == "constant" else None
        elif figures is not None and cause is None:
            twin = None if column.name == columns.naive else _twin(figures, found)
            cause = twin or _leak(figures, bad)
        if cause:
            left.append(cause)
        elif figures is not None:
            found.append(figures)
    return found, left


def figures(frame: pl.DataFrame, numbers: set[str]) -> pl.DataFrame:
    """The columns of another table as the card's figures: `numbers` as numbers, the others as texts."""
    return frame.select(
        (_number(column) if column.name in numbers else text_of(column)).alias(column.name)
        for column in frame.iter_columns()
    )


def check_columns(frame: pl.DataFrame, columns: Columns) -> None:
    """Refuses: ColumnUnknown, ColumnTwice."""
    parts = {part: getattr(columns, part) for part in ("outcome", "id", "time", "group", "grade")}
    for name in (*parts.values(), columns.naive, *columns.leave_out, *columns.keep):
        if name and name not in frame.columns:
            raise errors.ColumnUnknown(column=name, columns=", ".join(frame.columns[:60]))
    for part, name in parts.items():
        if part != "outcome" and name and name == columns.outcome:
            raise errors.ColumnTwice(column=name, parts=f"outcome, {part}")
    if columns.naive in (columns.outcome, columns.grade) and columns.naive:
        raise errors.ColumnTwice(column=columns.naive, parts="outcome, naive")


BAD_WORDS = {
    "1", "true", "yes", "y", "t", "bad", "default", "defaulted", "failed", "fail", "bankrupt", "late",
    "overdue", "chgoff", "charged off", "是", "坏", "违约", "逾期", "破产", "失败", "不良",
}  # fmt: skip
GOOD_WORDS = {
    "0", "false", "no", "n", "f", "good", "paid", "alive", "ok", "pif", "p i f", "performing", "否", "好",
    "正常", "履约", "未违约", "未逾期", "良好",
}  # fmt: skip


def _outcome(told: pl.Series, columns: Columns) -> tuple[Codes, str]:
    """Who was bad, as 0 and 1, and which value that is."""
    values = sorted(told.unique().to_list())
    unclear = errors.OutcomeUnclear(
        column=columns.outcome, values=", ".join([*values[:8], "…"][: len(values)])
    )
    if columns.bad:
        bad = [value for value in values if value.casefold() == _canonical(columns.bad).casefold()]
    elif len(values) > 2:
        raise unclear
    else:
        bad = _worse(values)
    if len(values) < 2:
        raise errors.OneOutcomeOnly(column=columns.outcome, value=values[0] if values else "—")
    if len(bad) != 1:
        raise unclear
    return (told == bad[0]).cast(pl.Int32).to_numpy().copy(), bad[0]


def _places(told: pl.Series, columns: Columns) -> Codes:
    """The place of each row's grade in the order given."""
    order = {_canonical(name).casefold(): place for place, name in enumerate(columns.ordered)}
    plain = told.str.to_lowercase()
    if unlisted := sorted(told.filter(~plain.is_in(list(order))).unique().to_list()):
        raise errors.GradesUnlisted(
            column=columns.outcome, values=", ".join(unlisted[:8]), ordered=", ".join(columns.ordered)
        )
    places = plain.replace_strict(order, return_dtype=pl.Int32).to_numpy().copy()
    for place, name in enumerate(columns.ordered):
        if (rows := int((places == place).sum())) < LEAST_OF_A_GRADE:
            raise errors.GradeTooRare(grade=name, column=columns.outcome, rows=rows, least=LEAST_OF_A_GRADE)
    return places


def _worse_half(places: Codes) -> Codes:
    """Who is worse than the grade that divides the rows most evenly."""
    splits = [(places > place).astype(np.int32) for place in range(int(places.max(initial=1)))]
    return min(splits, key=lambda worse: abs(float(worse.mean()) - 0.5))


def _worse(values: list[str]) -> list[str]:
    """Of two values those known to be bad, or not to be the good one."""
    bad = [value for value in values if value.casefold() in BAD_WORDS]
    good = [value for value in values if value.casefold() in GOOD_WORDS]
    if not bad and len(good) == 1:
        bad = [value for value in values if value not in good]
    return bad


def _canonical(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return text.strip()
    return str(int(number)) if number == int(number) else str(number)


def _plain(column: pl.Series) -> pl.Series:
    """The outcome as trimmed text; whole numbers without a point."""
    if column.dtype.is_float():
        finite = pl.select(pl.when(column.is_finite()).then(column)).to_series()
        return finite.map_elements(lambda value: _canonical(str(value)), return_dtype=pl.String)
    if column.dtype == pl.Boolean:
        return column.cast(pl.Int8).cast(pl.String)
    text = column.cast(pl.String).str.strip_chars()
    return pl.select(
        pl.when(~text.str.to_lowercase().is_in(NOTHING)).then(text.str.replace(r"^(\d+)\.0+$", "$1"))
    ).to_series()


def text_of(column: pl.Series) -> pl.Series:
    """Trimmed texts; what says nothing is missing."""
    if column.dtype.is_float():
        column = pl.select(
            pl.when(column == column.round())
            .then(column.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(column.cast(pl.String))
        ).to_series()
    if not isinstance(column.dtype, pl.String | pl.Categorical | pl.Enum) and column.dtype.is_nested():
        return pl.Series(column.name, [None] * column.len(), dtype=pl.String)
    text = column.cast(pl.String, strict=False).str.strip_chars()
    return pl.select(pl.when(~text.str.to_lowercase().is_in(NOTHING)).then(text)).to_series()


def _number(column: pl.Series) -> pl.Series:
    """Finite numbers; all else is missing. Thousands marks and percent signs are read."""
    if column.dtype == pl.Boolean or column.dtype.is_numeric():
        values = column.cast(pl.Float64, strict=False)
    elif isinstance(column.dtype, pl.Date | pl.Datetime):
        values = column.cast(pl.Date).cast(pl.Int32).cast(pl.Float64)
    elif column.dtype.is_temporal():
        values = column.to_physical().cast(pl.Float64)
    else:
        text = text_of(column).str.replace_all(r"[,，\s¥￥$]", "")
        share = text.str.ends_with("%") | text.str.ends_with("％")
        number = text.str.strip_chars("%％").cast(pl.Float64, strict=False)
        values = pl.select(
            pl.when(share.fill_null(value=False)).then(number / 100).otherwise(number)
        ).to_series()
    return pl.select(pl.when(values.is_finite()).then(values)).to_series().cast(pl.Float64)


def _figures(column: pl.Series) -> tuple[pl.Series | None, LeftOut | None]:
    """A column as numbers or texts, and why no card may see it; no figures where it holds none."""
    name = column.name
    if column.dtype.is_nested() or column.dtype == pl.Binary:
        return None, LeftOut(name, "empty")
    numbers = _number(column).alias(name)
    if isinstance(column.dtype, pl.Date | pl.Datetime):
        return numbers, LeftOut(name, "date")
    if not (column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype == pl.Boolean):
        texts = text_of(column).alias(name)
        if numbers.count() < MOSTLY * texts.count():
            return texts, _text_cause(texts)
    return (numbers, _number_cause(numbers)) if numbers.count() else (None, LeftOut(name, "empty"))


def _text_cause(texts: pl.Series) -> LeftOut | None:
    different = texts.drop_nulls().n_unique()
    if _dates(texts):
        return LeftOut(texts.name, "date")
    if different > 20 and different > MOST_TEXTS * texts.count():
        return LeftOut(texts.name, "names", str(different))
    return LeftOut(texts.name, "constant") if different == 1 and not texts.null_count() else None


def _number_cause(numbers: pl.Series) -> LeftOut | None:
    if numbers.drop_nulls().n_unique() == 1 and not numbers.null_count():
        return LeftOut(numbers.name, "constant")
    rows = numbers.len()
    counted = rows >= 30 and numbers.n_unique() == rows and bool((numbers == numbers.round()).all())
    if counted and (numbers.is_sorted() or NUMBERED.search(_words(numbers.name))):
        return LeftOut(numbers.name, "row_number")
    return None


def _words(name: str) -> str:
    """A name with its parts apart: LoanNr_ChkDgt as Loan Nr Chk Dgt."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.replace("_", " "))


def _dates(texts: pl.Series) -> bool:
    told = texts.drop_nulls()
    looks = told.str.contains(r"^\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?([ T].*)?$")
    return bool(looks.mean() > MOSTLY)  # type: ignore[operator]


def _twin(figures: pl.Series, found: list[pl.Series]) -> LeftOut | None:
    """The same figures under another name."""
    for other in found:
        if other.dtype == figures.dtype and other.rename(figures.name).equals(figures, null_equal=True):
            return LeftOut(figures.name, "same_as", other.name)
    return None


def _leak(figures: pl.Series, bad: Codes) -> LeftOut | None:
    """A column, or that it is missing, that alone almost gives the outcome."""
    alone = alone_auc(figures, bad)
    flags = figures.is_null().cast(pl.Float64).to_numpy()
    flagged = abs(measures.auc(flags, bad) - 0.5) + 0.5
    if flagged > GIVEN_AWAY:
        return LeftOut(figures.name, "leak_missing", f"{flagged:.3f}")
    if alone > GIVEN_AWAY:
        return LeftOut(figures.name, "leak", f"{alone:.3f}")
    if alone > NAMED_AND_TELLING and NAMED.search(_words(figures.name)):
        return LeftOut(figures.name, "named", f"{alone:.3f}")
    return None


def alone_auc(figures: pl.Series, bad: Codes) -> float:
    """What a column tells apart by itself: a number by its order either way, a text by its levels."""
    if figures.dtype == pl.String:
        axis = axis_of(figures)
        return measures.auc(
            weighing.weights(axis, codes := axis.codes(figures), bad, monotonic=False)[codes], bad
        )
    values = figures.to_numpy().astype(np.float64)
    there = ~np.isnan(values)
    if min(bad[there].sum(), (1 - bad[there]).sum()) < 2:
        return 0.5
    return abs(measures.auc(values[there], bad[there]) - 0.5) + 0.5


def times(column: pl.Series) -> pl.Series:
    """Days, years or numbers of a column of time as numbers that can be compared. Refuses: TimeUnreadable."""
    numbers = _number(column)
    if numbers.count() < column.len():
        text = text_of(column)
        days = (
            text.str.replace_all("[/.年月]", "-")
            .str.strip_chars("日")
            .str.slice(0, 10)
            .str.to_date("%Y-%m-%d", strict=False)
        )
        american = text.str.slice(0, 10).str.to_date("%m/%d/%Y", strict=False)
        days = days if days.count() >= american.count() else american
        numbers = days.cast(pl.Int32).cast(pl.Float64) if days.count() > numbers.count() else numbers
    if bad := numbers.null_count():
        raise errors.TimeUnreadable(column=column.name, rows=bad)
    return numbers


def moment(day: date, column: pl.Series) -> float:
    """A day on the scale of a column of time: its year where the column holds years."""
    if column.dtype.is_numeric() and bool((column.cast(pl.Float64).drop_nulls() < 2500).all()):
        return float(day.year)
    return float((day - date(1970, 1, 1)).days)
