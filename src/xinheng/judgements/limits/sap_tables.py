"""The table of automatic credit checks as SAP keeps it, into a check policy and out of one.

A row is keyed by credit control area, risk category and document credit group; flags say which checks are
asked. An area is a credit segment here, a category a risk class, a group a kind of order or the delivery. The
policy made of a table names the areas in every rule: an order of a company without an area meets no rule, and
is held with that word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.compat import StringIO

from xinheng.judgements.limits.errors import SapTableInvalid
from xinheng.judgements.limits.values import Checks, Rule

KEYS = {"area": 4, "category": 3, "group": 2}  # signs; a category may have fewer
FLAGS = ("item_check", "dynamic", "max_document", "oldest", "arrears", "dunning", "reaction")
NUMBERS = ("horizon_days", "max_value", "oldest_days", "arrears_days", "arrears_percent", "dunning_level")
COLUMNS = (*KEYS, *FLAGS, *NUMBERS)
NAMES: dict[str, tuple[str, ...]] = {  # headings under which the table is sent, the Chinese one first
    "area": ("信用控制区域", "信用控制范围", "KKBER"),
    "category": ("风险类别", "信用风险类别", "CTLPC"),
    "group": ("文档信贷组", "单据信用组", "CRMGR"),
    "item_check": ("项目检查", "CRPOS"),
    "dynamic": ("动态", "动态检查", "DYNLI"),
    "max_document": ("最大单据值", "MAXBL"),
    "oldest": ("最早的未清项", "OLDOP"),
    "arrears": ("恶性欠款", "ARREARS"),
    "dunning": ("催款", "DUNNING"),
    "reaction": ("反应", "REACT"),
    "horizon_days": ("信用期间天数", "HORIZON"),
    "max_value": ("最大单据金额", "MAXVALUE"),
    "oldest_days": ("最早未清项天数", "OLDDAYS"),
    "arrears_days": ("恶性欠款天数", "ARRDAYS"),
    "arrears_percent": ("恶性欠款百分比", "ARRPERCENT"),
    "dunning_level": ("催款级别", "DUNLEVEL"),
}
GROUPS: dict[str, dict[str, Any]] = {
    "01": {"stages": ["order"], "kinds": ["standard"]},
    "02": {"stages": ["order"], "kinds": ["rush"]},
    "03": {"stages": ["delivery"]},
}
REACTIONS = {"A": "warn", "B": "stop", "C": "hold", "": "hold"}
NEEDS = {  # the numbers a flag asks for
    "dynamic": ("horizon_days",),
    "max_document": ("max_value",),
    "oldest": ("oldest_days",),
    "arrears": ("arrears_days", "arrears_percent"),
    "dunning": ("dunning_level",),
}
WORDS = {
    "dynamic": ("动态限额", "dynamic limit"),
    "max_document": ("最大单据值", "largest document"),
    "oldest": ("最早的未清项", "oldest open item"),
    "arrears": ("恶性欠款占应收比例", "share of bad arrears"),
    "dunning": ("催款级别", "level of reminders"),
}
CHECKS = {  # what a flag is in a policy: its check, and where its numbers stand
    "dynamic": ("limit", {"horizon_days": "horizon_days"}),
    "max_document": ("document", {"max_value": "at_most"}),
    "oldest": ("oldest", {"oldest_days": "at_most"}),
    "arrears": ("overdue_share", {"arrears_days": "days", "arrears_percent": "at_most"}),
    "dunning": ("dunning", {"dunning_level": "at_most"}),
}
FLAG_OF = {check: flag for flag, (check, _numbers) in CHECKS.items()}


def checks_of(table: pl.DataFrame, *, version: str) -> str:
    """The text of a check policy from a table as text. Refuses: SapTableInvalid, naming row and field."""
    rows = _read(table)
    document = {
        "kind": "checks",
        "code": "checks",
        "version": version,
        "name": {"zh": "自动信用检查表", "en": "Automatic credit checks"},
        "about": {
            "zh": "由信用控制区域、风险类别和文档信贷组的检查表转成；没有规则的区域一律冻结。",
            "en": "Made of a table by area, category and group; an area without a rule is held.",
        },
        "source": {"zh": "导入的检查表", "en": "Imported table"},
        "rules": [rule for place, row in enumerate(rows, start=1) for rule in _rules(place, row)],
        "authorities": [
            {
                "code": "manager",
                "roles": ["credit_manager", "administrator"],
                "zh": "信用经理",
                "en": "Credit manager",
                "mark": "assumed",
            }
        ],
    }
    if not document["rules"]:
        raise SapTableInvalid(row=1, name="dynamic", cause=_("no check is asked for"), field="table")
    target = StringIO()
    YAML().dump(document, target)
    return str(target.getvalue())


def table_of(policy: Checks) -> pl.DataFrame:
    """The table of a check policy, as text under its Chinese headings: a row a key.

    Rules that the table has no flag for, as the status of an account, stand in the policy alone.
    """
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for rule in policy.rules:
        if rule.check not in FLAG_OF:
            continue
        for key in _keys(rule):
            row = rows.setdefault(key, {**dict.fromkeys(COLUMNS, ""), "item_check": "X"})
            flag = FLAG_OF[rule.check]
            row[flag] = "X"
            row["reaction"] = next(sign for sign, strength in REACTIONS.items() if strength == rule.strength)
            for number, place in CHECKS[flag][1].items():
                value = getattr(rule, place)
                row[number] = "" if value is None else str(value)
    told = [
        {**row, "area": area, "category": category, "group": group}
        for (area, category, group), row in sorted(rows.items())
    ]
    frame = pl.DataFrame(told, schema=dict.fromkeys(COLUMNS, pl.String))
    return frame.rename({name: NAMES[name][0] for name in COLUMNS})


def _read(table: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, every value checked."""
    found = {heading.strip().upper(): heading for heading in table.columns}
    columns = {
        name: found[heading.upper()]
        for name, headings in NAMES.items()
        for heading in (*headings, name)
        if heading.upper() in found
    }
    for name in KEYS:
        if name not in columns:
            raise SapTableInvalid(row=1, name=NAMES[name][0], cause=_("the column is missing"), field="table")
    rows = []
    for place, told in enumerate(table.iter_rows(named=True), start=2):  # the first line is the heading
        text = {name: str(told[column] or "").strip() for name, column in columns.items()}
        rows.append(_checked(place, {**dict.fromkeys(COLUMNS, ""), **text}))
    return rows


def _checked(place: int, row: dict[str, str]) -> dict[str, Any]:
    faults = (*_wrong_keys(row), *_wrong_flags(row), *_wrong_numbers(row))
    for name, cause in faults:
        raise SapTableInvalid(row=place, name=NAMES[name][0], cause=cause, field="table")
    return {**row, **{name: row[name].upper() for name in FLAGS}}


def _wrong_keys(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, signs in KEYS.items():
        least = 1 if name == "category" else signs
        if not least <= len(row[name]) <= signs:
            yield name, _("“%(value)s” has not %(signs)s signs") % {"value": row[name], "signs": signs}
    if row["group"] not in GROUPS:
        yield "group", _("“%(value)s” is no known group") % {"value": row["group"]}


def _wrong_flags(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name in FLAGS:
        if row[name].upper() not in (REACTIONS if name == "reaction" else ("", "X")):
            yield name, _("“%(value)s” is no sign of this field") % {"value": row[name]}


def _wrong_numbers(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name in NUMBERS:
        if row[name] and not row[name].isdigit():
            yield name, _("“%(value)s” is no whole number") % {"value": row[name]}
    for flag, numbers in NEEDS.items():
        for name in numbers:
            if row[flag] and not row[name]:
                yield name, _("a number is missing")


def _rules(place: int, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rules of one row, in the order of the flags."""
    for flag, (check, numbers) in CHECKS.items():
        if row[flag]:
            yield {
                "code": f"row{place}_{flag}",
                "check": check,
                "segments": [row["area"]],
                "classes": [row["category"]],
                **{name: [*each] for name, each in GROUPS[row["group"]].items()},  # no aliases in the text
                "strength": REACTIONS[row["reaction"]],
                **{target: int(row[name]) for name, target in numbers.items()},
                "zh": f"{row['area']}/{row['category']} {WORDS[flag][0]}",
                "en": f"{row['area']}/{row['category']} {WORDS[flag][1]}",
                "mark": "given",
            }


def _keys(rule: Rule) -> Iterator[tuple[str, str, str]]:
    """The keys a rule holds for; "" is every area or category."""
    kinds = rule.kinds or ("standard", "rush")
    groups = [
        group
        for group, told in GROUPS.items()
        if told["stages"][0] in rule.stages and (told["stages"] == ["delivery"] or told["kinds"][0] in kinds)
    ]
    for area in rule.segments or ("",):
        for category in rule.classes or ("",):
            for group in groups:
                yield area, category, group
