"""The item catalogue: what a credit file may hold, shipped as data and added to by the site."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from xinheng.base.kernel.periods import add_months
from xinheng.base.kernel.texts import halfwidth
from xinheng.facts.customers.errors import FieldInvalid, ItemUnknown, ValueInvalid
from xinheng.facts.customers.industry import normal_code, shipped
from xinheng.facts.customers.models import SiteItem
from xinheng.facts.customers.values import Credit, Dimension, Form, FormGroup, Item

CODE = re.compile(r"^[a-z\u3400-\u9fff][a-z0-9_\u3400-\u9fff]{1,59}$")  # a site names its own items
YES_NO = {
    "yes": "yes",
    "no": "no",
    "是": "yes",
    "否": "no",
    "true": "yes",
    "false": "no",
    "有": "yes",
    "无": "no",
}
MOST_SIGNS = 4_000


@cache
def dimensions() -> tuple[Dimension, ...]:
    """The six dimensions in their order."""
    named = shipped("items.yaml")["dimensions"]
    return tuple(Dimension(number, row["zh"], row["en"]) for number, row in named.items())


@cache
def shipped_items() -> dict[str, Item]:
    """The items every installation has, by code."""
    return {row["code"]: _item(row) for row in shipped("items.yaml")["items"]}


def catalogue() -> dict[str, Item]:
    """All items by code: the shipped ones with the site's age limits, then the site's own."""
    own = {row.code: _own(row) for row in SiteItem.objects.all()}
    return shipped_items() | own


def _own(row: SiteItem) -> Item:
    if shipped_one := shipped_items().get(row.code):
        return replace(shipped_one, stale_after_months=row.stale_after_months)
    credit: Credit = "moral" if row.credit == "moral" else "asset"
    return Item(
        row.code, row.dimension, credit, row.name, row.name_en, stale_after_months=row.stale_after_months
    )


def item_of(code: str) -> Item:
    """The item of a code; one that nobody classified yet has no dimension. Refuses: ItemUnknown."""
    if item := catalogue().get(code):
        return item
    if not CODE.match(code):
        raise ItemUnknown(item=code)
    return unclassified(code)


def unclassified(code: str) -> Item:
    """An item as long as nobody has classified it."""
    return Item(code, 0, "", code, code)


def asked_items(form: Form, kind: str) -> tuple[str, ...]:
    """What a form asks of a company or a person."""
    return tuple(item for group in asked_groups(form, kind) for item in group.items)


def asked_groups(form: Form, kind: str) -> tuple[FormGroup, ...]:
    """The groups of a form with what it asks of a company or a person; empty groups are left out."""
    known = shipped_items()
    personal = {code for code, item in known.items() if item.personal} | {"personal_consent"}
    left_out = personal if kind == "company" else set(form.companies_only)
    groups = [replace(one, items=tuple(i for i in one.items if i not in left_out)) for one in form.groups]
    return tuple(one for one in groups if one.items)


def is_stale(item: Item, true_on: date, *, on: date) -> bool:
    """Whether a fact of a day is older than the item allows; exactly so old is not."""
    return item.stale_after_months is not None and true_on < fresh_since(item, on=on)


def fresh_since(item: Item, *, on: date) -> date:
    """The oldest day on which a fact of the item is still fresh."""
    return add_months(on, -item.stale_after_months) if item.stale_after_months else date.min


def normal_value(item: Item, told: str, *, on: date) -> str:
    """The value as it is kept, so that equal values are equal texts. Refuses: ValueInvalid."""
    text = halfwidth(told).strip()
    if not text or len(text) > MOST_SIGNS or "\x00" in text:
        raise ValueInvalid(item=item.name, value=told[:60], kind=item.type)
    if item.type == "text":
        return told.strip()
    if (found := _normal(item, text, on)) is None:
        raise ValueInvalid(item=item.name, value=told[:60], kind=item.type)
    return found


def normal_key(item: Item, told: str) -> str:
    """The key of one of many, so that a case number written two ways is one; blank for a single item."""
    key = re.sub(r"\s+", "", halfwidth(told)).upper().replace("〔", "(").replace("〕", ")")
    key = key.replace("[", "(").replace("]", ")")
    if bool(key) != item.many and item.dimension:
        raise FieldInvalid(field="key", value=told[:60])
    if len(key) > 120:
        raise FieldInvalid(field="key", value=told[:60])
    return key


def _normal(item: Item, text: str, on: date) -> str | None:
    match item.type:
        case "date":
            found = _day(text, on)
        case "yes_no":
            found = YES_NO.get(text.lower())
        case "industry":
            found = normal_code(text) or None
        case "postcode":
            found = text if re.fullmatch(r"[0-9]{6}", text) else None
        case "choice":
            found = next((code for code, *names in item.choices if text in (code, *names)), None)
        case _:
            found = _figure(item.type, text)
    return found


def _figure(kind: str, text: str) -> str | None:
    number = _number(text, {"money": "0.01", "count": "1"}.get(kind))
    if number is None:
        return None
    if kind == "count" and ("." in text or number.startswith("-")):
        return None
    if kind == "share" and not 0 <= Decimal(number) <= 1:
        return None
    return number


def _number(text: str, places: str | None) -> str | None:
    try:
        number = Decimal(text.replace(",", "").replace("¥", "").removesuffix("元"))
        if not number.is_finite() or abs(number) >= Decimal(10) ** 16:
            return None
        rounded = number.quantize(Decimal(places)) if places else number.normalize()
    except InvalidOperation:
        return None
    return f"{rounded:f}"


def _day(text: str, on: date) -> str | None:
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        day = date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None
    return day.isoformat() if day and day <= on else None


def _item(row: dict[str, Any]) -> Item:
    choices = tuple((code, names[0], names[1]) for code, names in row.get("choices", {}).items())
    told = {name: value for name, value in row.items() if name not in {"choices", "key"}}
    return Item(**told, choices=choices, key_for=tuple(row.get("key", ())))
