"""Money as people write it, to exact whole minor units. No float takes part in a result."""

from __future__ import annotations

import polars as pl

from xinheng.facts.intake.parsing.columns import GUARD, Parsed, by_residual, halfwidth, nothing

LARGEST = 9_007_199_254_740_991  # 2^53 - 1: exact wherever a program may show it
UNITS = {
    "亿元": 8,
    "亿": 8,
    "千万元": 7,
    "百万元": 6,
    "百万": 6,
    "十万元": 5,
    "万元": 4,
    "万": 4,
    "千元": 3,
    "元": 0,
    "圆": 0,
    "块": 0,
}
PLAIN = r"^-?\d{1,14}(\.\d{1,2})?$"


def parse_money(
    raw: pl.Series, *, places: int = 2, shift: int = 0, lenient: bool = False, comma: bool = False
) -> Parsed:
    """Minor units of amounts with so many places, given in units of 10^shift (万元: 4).

    raw: text, or numbers as a typed file holds them. lenient: the file kept the amounts as floats, so
    digits beyond the places are rounded half-up; otherwise they are refused. comma: the decimal mark
    is a comma. Causes: not_an_amount, too_many_decimals, amount_too_large.
    """
    texts, quick = _quick(raw, places=places, shift=shift)
    if texts is None:
        return Parsed(quick)
    texts = nothing(texts, also=("—", "–"))

    def slowly(distinct: pl.Series) -> pl.DataFrame:
        return _read(distinct, places=places, shift=shift, lenient=lenient, comma=comma)

    return by_residual(texts, quick, slowly)


def _quick(raw: pl.Series, *, places: int, shift: int) -> tuple[pl.Series | None, pl.Series]:
    """What can be read at full speed, and the texts of the rest (None: there is no rest)."""
    power = 10 ** (places + shift)
    if raw.dtype.is_integer():
        return _unless_large(raw, raw.cast(pl.Int64, strict=False), power)
    if raw.dtype.is_float():
        minor = (raw.cast(pl.Float64) * power).round()
        # exact if the float nearest to the decimal of so many places is the very float of the file; divided
        # by a column, since a division by one number is made a multiplication, which is not exact
        back = minor / pl.repeat(float(power), len(minor), dtype=pl.Float64, eager=True)
        exact = (back == raw.cast(pl.Float64)) & (minor.abs() <= LARGEST)
        quick = minor.set(~exact.fill_null(value=False), None).cast(pl.Int64)
        left = raw.is_not_null() & ~raw.is_nan() & quick.is_null()
        texts = raw.set(raw.is_nan(), None).cast(pl.String) if left.any() else None
        return texts, quick
    texts = raw.cast(pl.String)
    if places != 2 or shift != 0:
        return texts, pl.Series(raw.name, [None] * len(raw), dtype=pl.Int64)
    plain = texts.set(~texts.str.contains(PLAIN).fill_null(value=False), None)
    minor = (plain.to_frame("t").select(pl.col("t").cast(pl.Decimal(20, 2)) * 100)).to_series().cast(pl.Int64)
    left = texts.is_not_null() & minor.is_null()
    return (texts if left.any() else None), minor


def _unless_large(raw: pl.Series, whole: pl.Series, power: int) -> tuple[pl.Series | None, pl.Series]:
    quick = whole.set((whole.abs() > LARGEST // power).fill_null(value=False), None) * power
    left = raw.is_not_null() & quick.is_null()
    return (raw.cast(pl.String) if left.any() else None), quick


def _read(distinct: pl.Series, *, places: int, shift: int, lenient: bool, comma: bool) -> pl.DataFrame:
    """Each distinct text taken apart: sign, unit, digits."""
    frame = pl.DataFrame({"t": halfwidth(distinct).str.replace(GUARD, "")})
    sign_behind, bracketed = r"^(.*\d.*)-$", r"^\((.*)\)$"
    frame = frame.with_columns(pl.col("t").str.replace(r"^(?i)(人民币|rmb|cny|¥)\s*", ""))
    frame = frame.with_columns(
        minus=pl.col("t").str.contains(bracketed) | pl.col("t").str.contains(sign_behind),
        t=pl.col("t").str.replace(bracketed, "$1").str.replace(sign_behind, "$1").str.strip_chars(),
    ).with_columns(
        pl.col("t")
        .str.replace(r"^([-+]?)\s*(?i)(人民币|rmb|cny|¥)\s*", "$1")
        .str.replace(r"(?i)\s*(rmb|cny)$", "")
        .str.replace(r"[整正]$", "")
    )
    unit = pl.col("t").str.extract(f"({'|'.join(UNITS)})$")
    frame = frame.with_columns(
        # a unit in the cell goes before the unit of the column
        places=unit.replace_strict(UNITS, default=None, return_dtype=pl.Int64).fill_null(shift) + places,
        t=pl.col("t").str.replace(f"\\s*({'|'.join(UNITS)})$", ""),
    )
    frame = frame.with_columns(_without_groups(comma=comma))
    if lenient:  # 1e+16, 1.5e-7: how a float is written that is very large or very small
        floats = pl.col("t").str.contains(r"^[-+]?\d(\.\d+)?[eE][-+]?\d+$")
        written = pl.col("t").cast(pl.Float64, strict=False).cast(pl.Decimal(38, 12), strict=False)
        frame = frame.with_columns(pl.when(floats).then(written.cast(pl.String)).otherwise("t").alias("t"))
    return frame.select(*_digits(lenient=lenient))


def _without_groups(*, comma: bool) -> pl.Expr:
    """Thousands separators taken out where they stand right."""
    text = pl.col("t")
    if comma:
        grouped = text.str.contains(r"^[-+]?\d{1,3}([. ]\d{3})+(,\d+)?$")
        text = pl.when(grouped).then(text.str.replace_all(r"[. ]", "")).otherwise(text)
        return text.str.replace(",", ".", literal=True).alias("t")
    grouped = text.str.contains(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$|^[-+]?\d{1,3}( \d{3})+(\.\d*)?$")
    return pl.when(grouped).then(text.str.replace_all(r"[, ]", "")).otherwise(text).alias("t")


def _digits(*, lenient: bool) -> tuple[pl.Expr, pl.Expr]:
    """Value and cause from sign, digits and places."""
    text = pl.col("t")
    valid = text.str.contains(r"^[-+]?(\d+\.?\d*|\.\d+)$") & ~(pl.col("minus") & text.str.contains(r"^[-+]"))
    whole = text.str.extract(r"^[-+]?(\d*)").str.strip_chars_start("0")
    part = text.str.extract(r"\.(\d*)$").fill_null("")
    kept = part.str.pad_end(pl.col("places"), "0").str.slice(0, pl.col("places"))
    beyond = part.str.slice(pl.col("places"))
    digits = whole + kept
    large = digits.str.strip_chars_start("0").str.len_chars() > 16
    excess = beyond.str.strip_chars_end("0") != ""
    minor = pl.when(valid & ~large).then(digits.replace("", "0")).cast(pl.Int64, strict=False)
    up = beyond.str.slice(0, 1).is_in(list("56789")).cast(pl.Int64)
    minor = minor + (up if lenient else 0)
    negative = pl.col("minus") | text.str.starts_with("-")
    cause = (
        pl.when(~valid).then(pl.lit("not_an_amount"))
        .when(large | (minor > LARGEST)).then(pl.lit("amount_too_large"))
        .when(excess & (not lenient)).then(pl.lit("too_many_decimals"))
    )  # fmt: skip
    value = pl.when(cause.is_null()).then(pl.when(negative).then(-minor).otherwise(minor))
    return value.alias("value"), cause.alias("cause")


def parse_count(raw: pl.Series) -> Parsed:
    """Whole numbers from zero up. Causes: not_a_count, negative_count."""
    texts = nothing(halfwidth(raw.cast(pl.String)).str.replace(GUARD, ""))
    texts = texts.str.replace(r"\.0+$", "").str.replace(r"(人|天|日|个月|月)$", "")
    grouped = texts.str.contains(r"^-?\d{1,3}(,\d{3})+$").fill_null(value=False)
    if grouped.any():
        texts = texts.zip_with(~grouped, texts.str.replace_all(",", ""))
    values = texts.set(~texts.str.contains(r"^-?\d{1,9}$").fill_null(value=False), None).cast(pl.Int64)
    frame = pl.DataFrame({"t": texts, "v": values}).select(
        value=pl.when(pl.col("v") >= 0).then("v"),
        cause=pl.when(pl.col("v") < 0).then(pl.lit("negative_count"))
        .when(pl.col("t").is_not_null() & pl.col("v").is_null()).then(pl.lit("not_a_count")),
    )  # fmt: skip
    causes = frame.get_column("cause")
    return Parsed(frame.get_column("value"), causes if causes.null_count() < len(causes) else None)


def parse_share(raw: pl.Series) -> Parsed:
    """Shares as decimals with eight places, 0.05 for "5%" and for "0.05". Causes as of money."""
    texts = halfwidth(raw.cast(pl.String))
    percent = texts.str.ends_with("%").fill_null(value=False)
    bare = texts.str.strip_chars_end("% ")
    whole = parse_money(bare.set(percent, None), places=8, lenient=raw.dtype.is_float())
    parts = parse_money(bare.set(~percent, None), places=6)
    scaled = whole.values.zip_with(~percent, parts.values)
    values = scaled.to_frame("s").select(pl.col("s").cast(pl.Decimal(38, 8)) / 10**8).to_series()
    causes = [each.causes for each in (whole, parts) if each.causes is not None]
    if not causes:
        return Parsed(values)
    merged = pl.DataFrame({str(at): cause for at, cause in enumerate(causes)})
    return Parsed(values, merged.select(pl.coalesce(pl.all())).to_series())
