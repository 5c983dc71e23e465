"""How one file is to be read: its columns, its source's settings, and the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from xinheng.facts.intake import catalogue, errors
from xinheng.facts.intake.parsing.amounts import UNITS
from xinheng.facts.intake.reading.tables import Table

ITEM = "item:"  # in a mapping: a column of a wide statement that holds one line


class Settings(BaseModel):
    """What a source says of its files where they do not say it themselves."""

    model_config = ConfigDict(extra="forbid")

    date_order: Literal["", "dmy", "mdy"] = ""
    from_1904: bool = False  # serials count from 1904, as old workbooks of the Macintosh do
    decimal_comma: bool = False
    unit: str = ""  # of amounts: 万元 …; a unit in the heading or the cell goes before it
    currency: str = "CNY"  # of rows that name none
    side: Literal["", "sale", "purchase"] = ""
    terms_days: int | None = Field(default=None, ge=0, le=3650)
    customers_from_file: bool = False  # bring along the customers we do not have
    tell_apart: tuple[str, ...] = ()  # fields that are part of the document's number
    red_letter: bool = True  # an amount below zero is a credit, as in VAT invoices
    negate: tuple[str, ...] = ()  # amounts that the source writes with the other sign
    defaults: dict[str, str] = Field(
        default_factory=dict
    )  # field -> what to read where no column is assigned
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    control_rows: int | None = Field(default=None, ge=0)
    control_total: str = ""

    @property
    def shift(self) -> int:
        """The power of ten of the unit."""
        return UNITS.get(self.unit, 0)


def settings_of(told: dict[str, Any]) -> Settings:
    """Settings checked. Refuses: SettingInvalid."""
    try:
        made = Settings.model_validate(told)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = ".".join(str(each) for each in first["loc"])
        raise errors.SettingInvalid(name=name, value=first.get("input")) from wrong
    if made.unit and made.unit not in UNITS:
        raise errors.SettingInvalid(name="unit", value=made.unit)
    return made


def settings_told(told: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they are kept: those that were told, checked, each of its own type.

    Refuses: SettingInvalid.
    """
    return settings_of(dict(told)).model_dump(mode="json", exclude_unset=True)


@dataclass(frozen=True)
class Plan:
    """columns: field -> column of the file. shifts: field -> power of ten of its unit.
    items: column -> line of a wide statement. loose: columns whose amounts the file keeps as floats."""

    kind: catalogue.Kind
    told_on: date
    columns: dict[str, str]
    shifts: dict[str, int]
    settings: Settings
    items: dict[str, str] = field(default_factory=dict)
    loose: frozenset[str] = frozenset()
    typed: bool = False  # the file gives types of its own, and no total rows
    from_1904: bool = False

    @property
    def latest_year(self) -> int:
        """The last year a day may lie in: bills fall due in the future, yet not for ever."""
        return self.told_on.year + 30


def check_mapping(kind: catalogue.Kind, mapping: dict[str, str], lines: dict[str, str]) -> None:
    """Refuse a mapping to a field that does not exist, or of two columns to one field."""
    seen: dict[str, str] = {}
    for column, code in mapping.items():
        if not code:
            continue  # the column is left out
        known = code.removeprefix(ITEM) in lines if code.startswith(ITEM) else kind.field(code) is not None
        if not known:
            raise errors.MappingInvalid(detail=f"{column} → {code}?")
        if code in seen:
            raise errors.MappingInvalid(detail=f"{seen[code]}, {column} → {code}")
        seen[code] = column


def make_plan(
    kind: catalogue.Kind,
    mapping: dict[str, str],
    *,
    told_on: date,
    settings: Settings,
    table: Table,
    typed: bool,
) -> Plan:
    """The plan of a file from a checked mapping. A unit in a heading goes before that of the source, and
    that before the one a line above the header names.
    """
    columns = {code: column for column, code in mapping.items() if code and not code.startswith(ITEM)}
    items = {column: code.removeprefix(ITEM) for column, code in mapping.items() if code.startswith(ITEM)}
    usual = settings.shift if settings.unit else catalogue.shift_of(table.notes.get("unit", ""))
    shifts = {}
    for code, column in [*columns.items(), *((item, column) for column, item in items.items())]:
        shift = catalogue.plain_heading(column)[1]
        shifts[code] = usual if shift is None else shift
    from_1904 = settings.from_1904 or table.from_1904
    return Plan(kind, told_on, columns, shifts, settings, items, table.loose, typed, from_1904)


def check_currency(plan: Plan, unit_above: str) -> None:
    """Refuse amounts in a currency that neither a column nor the source names.

    unit_above: of a line above the header, or "". Refuses: UnitForeign.
    """
    if "currency" in plan.columns or plan.settings.currency != "CNY" or plan.kind.field("currency") is None:
        return
    for words in (*plan.columns.values(), *plan.items, unit_above):
        if unit := catalogue.foreign_unit(words):
            raise errors.UnitForeign(unit=unit)


def missing_fields(plan: Plan, columns: tuple[str, ...]) -> list[str]:
    """The labels of required fields for which neither a column nor a setting speaks."""
    there = {code for code, column in plan.columns.items() if column in columns} | set(plan.settings.defaults)
    there |= {"side"} if plan.settings.side else set()
    there |= {"terms_days"} if plan.settings.terms_days is not None else set()
    missing = [each.label for each in plan.kind.fields if each.required is True and each.code not in there]
    groups: dict[str, list[catalogue.Field]] = {}
    for each in plan.kind.fields:
        if isinstance(each.required, str):
            groups.setdefault(each.required, []).append(each)
    for name, members in groups.items():
        if name == "long":
            missing += [] if plan.items else [each.label for each in members if each.code not in there]
        elif not any(each.code in there for each in members):
            missing.append(" / ".join(each.label for each in members))
    return missing
