"""Every refusal of the ledger and of statements is worded in both languages."""

from __future__ import annotations

import inspect
import re
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from django.utils import translation

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.financials import errors as financials
from xinheng.facts.receivables import errors as receivables

pytestmark = pytest.mark.any_database


def refusals(room: ModuleType) -> list[type[Refusal]]:
    made = inspect.getmembers(room, lambda one: inspect.isclass(one) and issubclass(one, Refusal))
    return [one for _, one in made if one.__module__ == room.__name__]


@pytest.mark.parametrize("refusal", [*refusals(receivables), *refusals(financials)])
def test_a_refusal_speaks_chinese_and_english(refusal: type[Refusal]) -> None:
    msgid = str(refusal.text)
    with translation.override("en"):
        places = re.findall(r"%\((\w+)\)s", str(refusal.text))
    told = dict.fromkeys(places, "X")
    for language, expected in (("en", False), ("zh-hans", True)):
        with translation.override(language):
            words = str(refusal(**told))
        assert bool(re.search("[一-鿿]", words)) == expected, msgid


def test_the_field_is_named_as_people_name_it() -> None:
    with translation.override("zh-hans"):
        assert (
            str(receivables.FieldRefused(field="amount", value=Money.of("0"))) == "“金额”为空或不合规：0.00。"
        )
        named = receivables.DayRefused(
            field="due_on", value=date(2026, 1, 1), earliest=date(2026, 1, 2), latest=date(2999, 12, 31)
        )
        assert str(named).startswith("“到期日” 2026-01-01 不得早于 2026-01-02")


def test_the_catalogues_hold_what_the_rooms_say() -> None:
    for room in (receivables, financials):
        source = Path(str(room.__file__))
        texts = "".join(each.read_text(encoding="utf-8") for each in source.parent.glob("*.py"))
        said = set(re.findall(r'\b_\(\s*"((?:[^"\\]|\\.)*)"\s*\)', texts))
        catalogue = source.parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
        held = set(re.findall(r'^msgid "(.+)"$', catalogue.read_text(encoding="utf-8"), re.MULTILINE))
        assert said == held
