"""Pieces of a file in one form, whatever shape it has: a row a value, with what cannot be read named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from xinheng.facts.intake import services as intake
from xinheng.facts.metering import fields
from xinheng.facts.metering.fields import Field
from xinheng.facts.metering.shapes import POINTS, Shape
from xinheng.facts.metering.values import MARKS

ROW = "_row"
NOTHING = ("", "null", "none", "nan", "n/a", "#n/a", "-", "--", "—", "——", "无", "/", "\\n")
CELLS_A_PIECE = 4_000_000  # of a wide table, made long
QUARTER_HOUR = 0.25
SITE_ZONE = 8 * 60  # minutes; what a time without a zone is in
TIMES = [
    f"%Y{sign}%m{sign}%d{gap}%H:%M{seconds}" for sign in "-/" for gap in " T" for seconds in (":%S%.f", "")
] + ["%Y%m%d%H%M%S", "%Y%m%d%H%M"]
SAID = {"估": "estimate", "估抄": "estimate", "估读": "estimate", "e": "estimate", "换表": "exchange"} | {
    code: code for code in MARKS
}
STAGED = {
    "row": pl.Int64(), "col": pl.String(), "key": pl.String(), "meter": pl.String(), "day": pl.Date(),
    "moment": pl.Datetime("us"), "zone": pl.Int16(), "value": pl.Float64(), "register": pl.Float64(),
    "points": pl.List(pl.Float32()), "said": pl.String(), "field": pl.String(), "raw": pl.String(),
    "cause": pl.String(),
}  # fmt: skip


TYPES = {
    "text": pl.String(), "choice": pl.String(), "day": pl.Date(), "month": pl.Date(),
    "time": pl.Datetime("us"), "number": pl.Float64(), "flag": pl.Boolean(),
}  # fmt: skip


def pieces(frame: pl.DataFrame, shape: Shape, *, on: date) -> Iterator[pl.DataFrame]:
    """A piece of a file of readings, points or supply as staged rows, in the order of the file."""
    if shape.form == "days":
        for part in frame.iter_slices(max(1, CELLS_A_PIECE // max(1, len(shape.days)))):
            yield _staged(_of_days(part, shape), shape)
    elif shape.form == "points":
        yield _staged(_of_points(frame, shape, on=on), shape)
    else:
        yield _staged(_of_rows(frame, shape, on=on), shape)


def _staged(rows: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    """Every column of the staging, and what is missing of the row's key named first."""
    key = "area" if shape.kind == "areas" else "consumer"
    there = {name: pl.col(name) for name in rows.columns}
    full = rows.select(there.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in STAGED.items())
    no_key = pl.col("key").is_null()
    return full.with_columns(
        cause=pl.when(no_key).then(pl.lit(f"{key}_missing")).otherwise(pl.col("cause").fill_null("")),
        field=pl.when(no_key).then(pl.lit(key)).otherwise(pl.col("field").fill_null("")),
        raw=pl.when(no_key).then(pl.lit("")).otherwise("raw"),
    )


def _of_rows(frame: pl.DataFrame, shape: Shape, *, on: date) -> pl.DataFrame:
    made = {"row": frame[ROW], "key": _key(frame, shape)}
    causes: list[tuple[str, pl.Series, pl.Series]] = []
    for code, place in (
        ("day", "day"),
        ("at", "moment"),
        ("kwh", "value"),
        ("kw", "value"),
        ("index", "register"),
    ):
        column = shape.column(code)
        if column is None or (place == "value" and "value" in made):
            continue
        values, wrong = read(frame[column], fields.field(shape.kind, code), on=on)
        if code in {"kwh", "kw", "index"}:
            values = values * (shape.factor * (QUARTER_HOUR if code == "kw" else 1.0))
        made[place] = values
        causes.append((column, frame[column], wrong))
        if code == "at":
            made["zone"] = zones(frame[column])
    if "moment" in made and "day" not in made:
        made["day"] = made["moment"].dt.date()
    if meter := shape.column("meter"):
        made["meter"] = words(frame[meter])
    if mark := shape.column("mark"):
        made["said"] = words(frame[mark]).str.to_lowercase().replace_strict(SAID, default=None)
    return pl.DataFrame(made).with_columns(**first_cause(causes))


def _of_days(frame: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    columns = list(shape.days)
    index = frame.select(pl.col(ROW).alias("row"), *columns).with_columns(key=_key(frame, shape))
    if meter := shape.column("meter"):
        index = index.with_columns(meter=words(frame[meter]))
    kept = [name for name in ("row", "key", "meter") if name in index.columns]
    long = index.unpivot(on=columns, index=kept, variable_name="col", value_name="text")
    values, wrong = read(long["text"], fields.KWH, on=date.max)
    days = pl.DataFrame({"col": columns, "day": list(shape.days.values())})
    found = first_cause([("", long["text"], wrong)])
    found["field"] = pl.Series(long["col"])
    return (
        long.with_columns(
            value=values * shape.factor, raw=found["raw"], cause=found["cause"], field=found["field"]
        )
        .drop("text")
        .join(days, on="col", how="left", maintain_order="left")
    )


def _of_points(frame: pl.DataFrame, shape: Shape, *, on: date) -> pl.DataFrame:
    column = shape.column("day")
    assert column is not None
    days, wrong_days = read(frame[column], fields.DAY, on=on)
    factor = shape.factor * (QUARTER_HOUR if shape.is_power else 1.0)
    causes = [(column, frame[column], wrong_days)]
    points: list[pl.Series] = []
    for name in shape.points:
        values, wrong = read(frame[name], fields.KWH, on=on)
        points.append((values * factor).cast(pl.Float32).alias(f"{len(points)}"))
        if wrong.null_count() < len(wrong):
            causes.append((name, frame[name], wrong))
    listed = pl.DataFrame(points).select(pl.concat_list(pl.all()).alias("points")).to_series()
    made = {"row": frame[ROW], "key": _key(frame, shape), "day": days, "points": listed}
    assert len(points) == POINTS
    return pl.DataFrame(made).with_columns(**first_cause(causes))


def _key(frame: pl.DataFrame, shape: Shape) -> pl.Series:
    column = shape.column("area" if shape.kind == "areas" else "consumer")
    assert column is not None
    return words(frame[column])


def read(raw: pl.Series, told: Field, *, on: date) -> tuple[pl.Series, pl.Series]:
    """The values of a column as its field is read, and why a cell is none (null: it is, or is empty)."""
    if told.type in {"day", "month"}:
        return _days(raw, told, on=on)
    if told.type == "time":
        return _times(raw)
    if told.type == "number":
        return _numbers(raw)
    texts = words(raw)
    if told.type == "flag":
        folded = texts.str.to_lowercase()
        yes = folded.is_in(["是", "y", "yes", "true", "t", "1", "√"])
        known = yes | folded.is_in(["否", "n", "no", "false", "f", "0"])
        return yes.set(~known.fill_null(value=False), None), _named(
            ~known & texts.is_not_null(), "unknown_choice"
        )
    if told.type == "choice":
        choices = {fields.plain(word): code for word, code in told.choices}
        folded = texts.str.to_lowercase().str.replace_all(r"[\s()（）]", "")
        found = folded.replace_strict(choices, default=None, return_dtype=pl.String)
        return found, _named(found.is_null() & texts.is_not_null(), "unknown_choice")
    return texts, pl.Series([None] * len(raw), dtype=pl.String)


def words(raw: pl.Series) -> pl.Series:
    """Texts without spaces around; a number that a workbook keeps as 1001.0 is 1001, and nothing is null."""
    texts = raw.cast(pl.String).str.strip_chars(" \t\r\n\u3000\ufeff'")
    if raw.dtype == pl.String or raw.dtype.is_float():
        texts = texts.str.replace(r"^(\d+)\.0+$", "$1")
    return texts.set((texts == "").fill_null(value=False), None)


def _numbers(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    if raw.dtype.is_numeric():
        values = raw.cast(pl.Float64)
        wrong = values.is_infinite()
        return values.fill_nan(None).set(wrong.fill_null(value=False), None), _named(wrong, "not_a_number")
    quick = raw.cast(pl.Float64, strict=False)
    odd = quick.is_null() & raw.is_not_null() | ~quick.is_finite().fill_null(value=True)
    if not odd.any():
        return quick, pl.Series([None], dtype=pl.String).new_from_index(0, len(raw))
    texts = raw.cast(pl.String).str.strip_chars()
    nothing = texts.str.to_lowercase().is_in(NOTHING)
    plain = texts.str.normalize("NFKC").str.replace_all(",", "").cast(pl.Float64, strict=False)
    values = quick.zip_with(~odd, plain)
    values = values.set((nothing | ~values.is_finite()).fill_null(value=False), None)
    return values, _named(odd & values.is_null() & ~nothing, "not_a_number")


def _days(raw: pl.Series, told: Field, *, on: date) -> tuple[pl.Series, pl.Series]:
    latest = min(on.year + 1, 9998)
    if told.type == "month" and raw.dtype not in {pl.Date, pl.Datetime}:
        texts = words(raw).str.replace(r"^(\d{4})[-/.年]?(\d{1,2})月?$", "$1-$2-01")
        raw = texts.str.replace(r"-(\d)-01$", "-0$1-01")
    values, causes = intake.days_of(raw, latest_year=latest)
    if told.type == "month":
        values = values.dt.month_start()
    return values, _named(causes.is_not_null(), "not_a_day")


ZONE = r"(?:Z|[+-]\d{2}:?\d{2})$"


def zones(raw: pl.Series) -> pl.Series:
    """The zone that is written behind a time, in minutes east; null where none is."""
    if raw.dtype != pl.String:
        return pl.Series([None] * len(raw), dtype=pl.Int16)
    told = raw.str.extract(r"\d(Z|[+-]\d{2}:?\d{2})\s*$").str.replace("Z", "+0000").str.replace(":", "")
    sign = told.str.starts_with("-").cast(pl.Int16) * -2 + 1
    hours = told.str.slice(1, 2).cast(pl.Int16, strict=False)
    return sign * (hours * 60 + told.str.slice(3, 2).cast(pl.Int16, strict=False))


def _times(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Times of the site. One with a zone is turned to the site's; 24:00 is the beginning of the next day."""
    if isinstance(raw.dtype, pl.Datetime):
        local = (
            raw.dt.convert_time_zone("Asia/Shanghai").dt.replace_time_zone(None)
            if raw.dtype.time_zone
            else raw
        )
        return local.cast(pl.Datetime("us")), _named(local.is_null() & False, "")
    if raw.dtype == pl.Date:
        return raw.cast(pl.Datetime("us")), _named(raw.is_null() & False, "")
    texts = words(raw)
    zone = zones(texts)
    midnight = texts.str.contains(r"[ T]24:00")
    bare = texts.str.replace(ZONE, "").str.strip_chars().str.replace(r"([ T])24:00", "${1}00:00")
    frame = pl.DataFrame({"t": bare, "zone": zone, "next": midnight})
    read_as = pl.coalesce([pl.col("t").str.to_datetime(form, strict=False, time_unit="us") for form in TIMES])
    moved = read_as + pl.duration(minutes=pl.lit(SITE_ZONE) - pl.col("zone").fill_null(SITE_ZONE))
    at = frame.select(
        moved + pl.duration(days=pl.col("next").fill_null(value=False).cast(pl.Int8))
    ).to_series()
    return at, _named(at.is_null() & texts.is_not_null(), "not_a_time")


def _named(holds: pl.Series, cause: str) -> pl.Series:
    return pl.select(pl.when(holds.fill_null(value=False)).then(pl.lit(cause))).to_series().cast(pl.String)


def first_cause(causes: list[tuple[str, pl.Series, pl.Series]]) -> dict[str, pl.Series]:
    """Of several columns (name, cells, why not) the first not to be read, a row each: cause, field, raw."""
    names = [f"c{place}" for place in range(len(causes))]
    frame = pl.DataFrame([wrong.alias(name) for name, (_, _, wrong) in zip(names, causes, strict=True)])
    cells = pl.DataFrame(
        [cell.cast(pl.String).alias(f"r{place}") for place, (_, cell, _) in enumerate(causes)]
    )
    both = pl.concat([frame, cells], how="horizontal")
    hit = [pl.col(name).is_not_null() for name in names]
    told = both.select(
        cause=pl.coalesce(names),
        field=pl.coalesce([pl.when(one).then(pl.lit(causes[place][0])) for place, one in enumerate(hit)]),
        raw=pl.coalesce([pl.when(one).then(pl.col(f"r{place}")) for place, one in enumerate(hit)]),
    )
    return {name: told[name] for name in ("cause", "field", "raw")}
