"""Days as people and systems write them."""

from __future__ import annotations

import polars as pl

from xinheng.facts.intake.parsing.columns import GUARD, Parsed, by_residual, halfwidth, nothing

PLAIN = r"^\d{4}-\d{2}-\d{2}( 00:00:00)?$"
TIME = r"([T ]+|\s*)(上午|下午)?\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(\s*[AaPp][Mm])?$"
ZONED = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$"
CHINESE_DIGITS = "〇零○一二三四五六七八九十廿卅元"
WORDED = ["%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"]
WORDED_SHORT = ["%d-%b-%y", "%d %b %y", "%d-%B-%y"]
SHORT_YEAR = r"^\d{1,2}[- ][A-Za-z]+[- ]\d{2}$"  # 5-Mar-26, which might be the 26th in a year 2005
EXCEL_EPOCH, EXCEL_1904_EPOCH = "1899-12-30", "1904-01-01"


def parse_days(
    raw: pl.Series, *, latest_year: int, order: str = "", month_end: bool = False, from_1904: bool = False
) -> Parsed:
    """Days of the calendar from typed dates, Excel serials, and texts in many forms, Chinese included.

    order: "dmy" or "mdy" decides 01/05/2024 and allows years of two digits; without it a day that may be
    read two ways is refused. month_end: "2024年3月" and "2024" are the last day of it. Instants with a
    zone become the day in Shanghai. Causes: not_a_date, date_impossible, date_ambiguous,
    date_two_digit_year, date_without_day, date_out_of_range.
    """
    if raw.dtype == pl.Date or isinstance(raw.dtype, pl.Datetime):
        zone = getattr(raw.dtype, "time_zone", None)
        days = (raw.dt.convert_time_zone("Asia/Shanghai") if zone else raw).cast(pl.Date)
        return _in_range(Parsed(days), latest_year)
    texts = nothing(raw.cast(pl.String), also=("00000000", "0", "0000-00-00"))
    plain = texts.set(~texts.str.contains(PLAIN).fill_null(value=False), None).str.slice(0, 10)
    quick = plain.str.to_date("%Y-%m-%d", strict=False)

    def slowly(distinct: pl.Series) -> pl.DataFrame:
        return _read(distinct, order=order, month_end=month_end, from_1904=from_1904)

    return _in_range(by_residual(texts, quick, slowly), latest_year)


def _in_range(parsed: Parsed, latest_year: int) -> Parsed:
    year = parsed.values.dt.year()
    outside = ((year < 1900) | (year > latest_year)).fill_null(value=False)
    if not outside.any():
        return parsed
    causes = parsed.causes if parsed.causes is not None else pl.Series([None] * len(year), dtype=pl.String)
    return Parsed(parsed.values.set(outside, None), causes.set(outside, "date_out_of_range"))


def _read(distinct: pl.Series, *, order: str, month_end: bool, from_1904: bool) -> pl.DataFrame:
    text = (
        halfwidth(distinct).str.replace(GUARD, "").str.replace(r"\s*(星期|周).$", "").str.replace("号$", "日")
    )
    zoned = pl.DataFrame({"t": text}).select(_zoned()).to_series()
    text = pl.Series("t", _arabic(text.str.replace(TIME, "").str.strip_chars()))
    text = text.str.replace_all(r"\s*([-/.年月日])\s*", "$1")
    frame = pl.DataFrame({"t": text, "zoned": zoned}).with_columns(_parts(order))
    if month_end:
        frame = frame.with_columns(_month_end())
    day = pl.format(
        "{}-{}-{}", "y", pl.col("m").str.zfill(2), pl.col("d").str.zfill(2)
    ).str.to_date("%Y-%m-%d", strict=False)  # fmt: skip
    epoch = pl.lit(EXCEL_1904_EPOCH if from_1904 else EXCEL_EPOCH).str.to_date()
    serial = pl.col("t").str.extract(r"^([2-7]\d{4})(\.\d+)?$").cast(pl.Int64)
    worded = pl.coalesce([pl.col("t").str.to_date(form, strict=False) for form in WORDED])
    worded = pl.when(~pl.col("t").str.contains(SHORT_YEAR)).then(worded)
    if order == "dmy":
        worded = pl.coalesce(worded, *[pl.col("t").str.to_date(form, strict=False) for form in WORDED_SHORT])
    value = pl.coalesce("zoned", day, epoch + pl.duration(days=serial), worded)
    if month_end:
        value = pl.coalesce(value, pl.col("end"))
    frame = frame.with_columns(value=value)
    return frame.select("value", _cause(order).alias("cause"))


def _zoned() -> pl.Expr:
    text = pl.col("t").str.replace(r"Z$", "+00:00").str.replace(r"([+-]\d{2})(\d{2})$", "$1:$2")
    forms = [f"%Y-%m-%d{gap}%H:%M{seconds}%:z" for gap in "T " for seconds in ("", ":%S", ":%S%.f")]
    instant = pl.coalesce([text.str.to_datetime(form, time_zone="UTC", strict=False) for form in forms])
    day = instant.dt.convert_time_zone("Asia/Shanghai").dt.date()
    return pl.when(pl.col("t").str.contains(ZONED)).then(day)


def _parts(order: str) -> list[pl.Expr]:
    """Year, month and day as text, where the text holds them."""
    text = pl.col("t")
    dashed = text.str.extract_groups(r"^(?<y>\d{4})[-/.年](?<m>\d{1,2})[-/.月](?<d>\d{1,2})日?$")
    closed = text.str.extract_groups(r"^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})$")
    last = text.str.extract_groups(r"^(?<a>\d{1,2})(?<mark>[-/.])(?<b>\d{1,2})[-/.](?<y>\d{4}|\d{2})$")
    a, b, mark, year = (last.struct.field(name) for name in ("a", "b", "mark", "y"))
    number_a, number_b = a.cast(pl.Int64), b.cast(pl.Int64)
    dotted = mark == "."
    day_first = dotted | (number_a > 12) if not order else pl.lit(order == "dmy")
    sure = pl.lit(bool(order)) | dotted | (number_a > 12) | (number_b > 12) | (number_a == number_b)
    full = pl.when(year.str.len_chars() == 4).then(year).when(bool(order)).then("20" + year)
    month = pl.when(day_first).then(b).otherwise(a)
    number = pl.when(day_first).then(a).otherwise(b)
    inner = {name: [form.struct.field(name) for form in (dashed, closed)] for name in "ymd"}
    unsure = a.is_not_null() & ~sure & (year.str.len_chars() == 4)
    return [
        pl.coalesce(*inner["y"], pl.when(sure).then(full)).alias("y"),
        pl.coalesce(*inner["m"], month).alias("m"),
        pl.coalesce(*inner["d"], number).alias("d"),
        unsure.fill_null(value=False).alias("ambiguous"),
        pl.any_horizontal([each.is_not_null() for each in (*inner["y"], a)]).alias("shaped"),
    ]


def _month_end() -> pl.Expr:
    text = pl.col("t")
    month = text.str.extract_groups(r"^(?<y>\d{4})[-/.年](?<m>\d{1,2})月?$")
    year = text.str.extract(r"^(\d{4})(年度|年|年报)?$")
    first = pl.format("{}-{}-01", month.struct.field("y"), month.struct.field("m").str.zfill(2))
    return pl.coalesce(
        first.str.to_date("%Y-%m-%d", strict=False).dt.month_end(),
        pl.format("{}-12-31", year).str.to_date("%Y-%m-%d", strict=False),
    ).alias("end")


def _cause(order: str) -> pl.Expr:
    text = pl.col("t")
    two_digits = text.str.contains(r"^\d{1,2}[-/.年]\d{1,2}[-/.月](\d{1,2}日?)$") & (not order)
    two_digits |= text.str.contains(SHORT_YEAR) & (order != "dmy")
    return (
        pl.when(pl.col("value").is_not_null()).then(pl.lit(None, dtype=pl.String))
        .when("ambiguous").then(pl.lit("date_ambiguous"))
        .when(two_digits).then(pl.lit("date_two_digit_year"))
        .when("shaped").then(pl.lit("date_impossible"))
        .when(text.str.contains(r"^\d{4}[-/.年]\d{1,2}月?$|^\d{4}年$")).then(pl.lit("date_without_day"))
        .otherwise(pl.lit("not_a_date"))
    )  # fmt: skip


def _arabic(texts: pl.Series) -> list[str | None]:
    """Chinese numerals as digits: 二〇二四年一月五日. Few distinct texts come here."""
    if not texts.str.contains(f"[{CHINESE_DIGITS}]年").any():
        return texts.to_list()
    return [_arabic_day(text) if text else text for text in texts]


def _arabic_day(text: str) -> str:
    import cn2an

    year, mark, rest = text.partition("年")
    if not mark or not set(year) <= set(CHINESE_DIGITS):
        return text
    month, _, day = rest.partition("月")
    digits = "".join(
        str("零一二三四五六七八九".find(each)) for each in year.replace("〇", "零").replace("○", "零")
    )
    try:
        numbers = [
            str(cn2an.cn2an("一" if each == "元" else each, "smart"))
            for each in (month, day.removesuffix("日"))
            if each
        ]
    except ValueError:
        return text
    return "-".join([digits, *numbers])
