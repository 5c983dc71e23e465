"""A piece of a file, column by column: what each field says, and where it cannot be read."""

from __future__ import annotations

from functools import cache

import polars as pl
from babel.core import get_global

from xinheng.base.kernel.money import places
from xinheng.facts.intake.catalogue import Field
from xinheng.facts.intake.checking.causes import turned_down
from xinheng.facts.intake.checking.plan import Plan
from xinheng.facts.intake.parsing.amounts import parse_count, parse_money
from xinheng.facts.intake.parsing.columns import Parsed, without_errors
from xinheng.facts.intake.parsing.days import parse_days
from xinheng.facts.intake.parsing.words import parse_choice, parse_code, parse_flag, parse_text

CURRENCY_WORDS = {
    "人民币": "CNY", "RMB": "CNY", "CNH": "CNY", "¥": "CNY", "元": "CNY", "美元": "USD", "$": "USD",
    "港币": "HKD", "港元": "HKD", "欧元": "EUR", "日元": "JPY", "英镑": "GBP", "加元": "CAD", "澳元": "AUD",
    "新加坡元": "SGD",
}  # fmt: skip
NULL_TYPES = {
    "text": pl.String, "code": pl.String, "choice": pl.String, "date": pl.Date, "count": pl.Int64,
    "flag": pl.Boolean, "money": pl.Int64,
}  # fmt: skip
MONEY = "_minor"


@cache
def currencies() -> frozenset[str]:
    """The codes of ISO 4217."""
    return frozenset(get_global("all_currencies"))


def column_of(field: Field) -> str:
    """The name under which a field's values go on: money says that it is in minor units."""
    return field.code + MONEY if field.type == "money" else field.code


def read_fields(raw: pl.DataFrame, plan: Plan) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Every field of the kind as a typed column beside _row and _sheet, and what could not be read."""
    values: dict[str, pl.Series] = {}
    causes: list[pl.DataFrame] = []
    ordered = sorted(plan.kind.fields, key=lambda each: each.code != "currency")  # amounts need it
    for field in ordered:
        told = raw_of(raw, field.code, plan)
        if told is None:
            values[column_of(field)] = pl.Series([None] * raw.height, dtype=NULL_TYPES[field.type])
            continue
        sound, failed = without_errors(told)
        parsed = _parse(sound, field, plan, values.get("currency"))
        if failed is not None:
            parsed = _with_cause(parsed, failed, "error_value")
        values[column_of(field)] = parsed.values
        if parsed.causes is not None:
            causes.append(_unreadable(raw, parsed.causes, told, field, plan))
    currency = values.get("currency")
    if currency is not None:
        values["currency"], unknown = _known_currency(raw, currency, plan)
        causes += unknown
    frame = raw.select("_row", "_sheet").with_columns([series.alias(name) for name, series in values.items()])
    return frame, causes


def _with_cause(parsed: Parsed, where: pl.Series, cause: str) -> Parsed:
    causes = parsed.causes if parsed.causes is not None else pl.Series([None] * len(where), dtype=pl.String)
    return Parsed(parsed.values, causes.set(where, cause))


def raw_of(raw: pl.DataFrame, code: str, plan: Plan) -> pl.Series | None:
    """What the file, or a default, says for a field; None where neither does."""
    column = plan.columns.get(code)
    if column is not None and column in raw.columns:
        return raw.get_column(column)
    if code in plan.settings.defaults:
        return pl.Series([plan.settings.defaults[code]] * raw.height, dtype=pl.String)
    if code == "side" and plan.settings.side:
        return pl.Series([plan.settings.side] * raw.height, dtype=pl.String)
    return None


def _parse(  # noqa: PLR0911
    told: pl.Series, field: Field, plan: Plan, currency: pl.Series | None
) -> Parsed:
    settings = plan.settings
    if field.type == "money":
        return _money(told, field, plan, currency)
    if field.type == "date":
        return parse_days(
            told,
            latest_year=plan.latest_year,
            order=settings.date_order,
            month_end=field.month_end,
            from_1904=plan.from_1904,
        )
    if field.type == "choice":
        return parse_choice(told, field.words)
    if field.type == "flag":
        return parse_flag(told)
    if field.type == "count":
        return parse_count(told)
    if field.type == "code":
        longest = 20 if field.code == "currency" else field.max
        return parse_code(told, longest=longest)
    return parse_text(told, longest=field.max)


def _money(told: pl.Series, field: Field, plan: Plan, currency: pl.Series | None) -> Parsed:
    """Amounts in the places of their currency; nearly always two."""
    loose = plan.columns.get(field.code) in plan.loose
    shift, comma = plan.shifts.get(field.code, plan.settings.shift), plan.settings.decimal_comma
    counts = {places(plan.settings.currency)}
    of_row = None
    if currency is not None and currency.null_count() < len(currency):
        codes = currency.fill_null(plan.settings.currency).str.to_uppercase()
        wanted = {code: places(CURRENCY_WORDS.get(code, code)) for code in codes.unique().to_list()}
        of_row = codes.replace_strict(wanted, return_dtype=pl.Int64)
        counts = set(wanted.values())
    result: Parsed | None = None
    for count in sorted(counts):
        mine = told if len(counts) == 1 or of_row is None else told.set(of_row != count, None)
        parsed = parse_money(mine, places=count, shift=shift, lenient=loose, comma=comma)
        result = parsed if result is None else _either(result, parsed)
    assert result is not None
    if field.code in plan.settings.negate:
        result = Parsed(-result.values, result.causes)
    return result


def _either(one: Parsed, other: Parsed) -> Parsed:
    values = one.values.zip_with(one.values.is_not_null(), other.values)
    if one.causes is None or other.causes is None:
        return Parsed(values, one.causes if other.causes is None else other.causes)
    return Parsed(values, one.causes.zip_with(one.causes.is_not_null(), other.causes))


def _unreadable(
    raw: pl.DataFrame, causes: pl.Series, told: pl.Series, field: Field, plan: Plan
) -> pl.DataFrame:
    bad = causes.is_not_null()
    value = told.filter(bad)
    params = [
        pl.Series("max", [str(field.max)] * len(value)),
        pl.Series("latest", [str(plan.latest_year)] * len(value)),
        pl.Series("choices", ["、".join(said[0] for said in field.words.values() if said)] * len(value)),
    ]
    shown = {"text": params[:1], "code": params[:1], "date": params[1:2], "choice": params[2:]}
    return turned_down(
        raw.filter(bad), causes.filter(bad), field=field.code, value=value, params=shown.get(field.type)
    )


def _known_currency(raw: pl.DataFrame, told: pl.Series, plan: Plan) -> tuple[pl.Series, list[pl.DataFrame]]:
    """ISO codes, the words of a currency translated, the source's own where the row names none."""
    if told.null_count() == len(told):
        return pl.Series([plan.settings.currency] * len(told), dtype=pl.String), []
    codes = told.str.to_uppercase().replace(CURRENCY_WORDS).fill_null(plan.settings.currency)
    unknown = ~codes.is_in(list(currencies()))
    if not unknown.any():
        return codes, []
    causes = turned_down(
        raw.filter(unknown), "currency_unknown", field="currency", value=told.filter(unknown)
    )
    return codes.set(unknown, None), [causes]
