"""What was told of a file item, in the reader's words: choices by name, money and shares as everywhere."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.values import FiledItem, Item, ToldFact
from xinheng.reports.figures import figure_text

UNITS = {"share": "share", "number": "ratio", "count": "ratio"}


def told_word(item: Item, text: str) -> str:
    """A told value in words; text that is no figure where one is due stays as it is."""
    if item.type == "choice":
        chinese = reads_chinese()
        return next((zh if chinese else en for code, zh, en in item.choices if code == text), text)
    if item.type == "yes_no":
        return figure_text(text, "yes_no")
    try:
        if item.type == "money":
            return str(Money.of(Decimal(text)))
        if item.type in UNITS:
            return figure_text(Decimal(text), UNITS[item.type])
    except InvalidOperation:
        return text
    return text


def fact_word(item: Item, fact: ToldFact) -> str:
    """The value of one fact in words; a masked one stays masked."""
    return fact.value if fact.masked else told_word(item, fact.value)


def item_name(filed: FiledItem) -> str:
    """The name of an item, and which one where it comes many times."""
    return f"{filed.item.name} {filed.key}".rstrip()
