"""What a letter says: the words of its ladder filled with its figures, in the language of the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from xinheng.base.kernel.capital_figures import capital_figures
from xinheng.base.kernel.money import Money
from xinheng.operations.dunning.ladder import Ladder
from xinheng.operations.dunning.models import Letter


@dataclass(frozen=True)
class Words:
    """A letter in words. consequence: "" where none is told."""

    title: str
    body: str
    consequence: str
    short: str
    company: str
    account: str
    contact: str


def words_of(letter: Letter, ladder: Ladder, *, on: date) -> Words:
    """A letter in words, as of the day of its run."""
    language, wording = letter.language, ladder.wording(letter.level)
    told = fields_of(letter, ladder, on=on)

    def said(worded: Any) -> str:
        return str(getattr(worded, language).format_map(told)).strip() if worded else ""

    return Words(
        said(wording.title),
        said(wording.body),
        said(wording.consequence),
        said(wording.short),
        *(getattr(part, language) for part in (ladder.company, ladder.account, ladder.contact)),
    )


def fields_of(letter: Letter, ladder: Ladder, *, on: date) -> dict[str, str]:
    """The fields that a text may name, as `ladder.FIELDS` lists them."""
    language, currency = letter.language, letter.currency
    due = Money(letter.due_minor, currency)
    words = capital_figures(due.decimal) if currency == "CNY" else str(due)
    return {
        "customer": letter.customer.name,
        "customer_no": letter.customer.no,
        "company": getattr(ladder.company, language),
        "account": getattr(ladder.account, language),
        "contact": getattr(ladder.contact, language),
        "day": day_told(on, language),
        "deadline": day_told(letter.deadline_on, language) if letter.deadline_on else "—",
        "currency": {"zh": "人民币", "en": "CNY"}[language] if currency == "CNY" else currency,
        "total": str(due),
        "total_words": f"人民币{words}" if currency == "CNY" else words,
        "principal": str(Money(letter.due_minor - letter.charges_minor, currency)),
        "charges": str(Money(letter.charges_minor, currency)),
        "credits": str(Money(letter.credit_minor, currency)),
        "lines": str(letter.lines),
        "oldest_days": str(letter.oldest_days),
    }


def day_told(day: date, language: str) -> str:
    """A day as a letter writes it."""
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()
