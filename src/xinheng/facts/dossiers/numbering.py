"""Numbers of dossiers and papers: given once in order, void ones stay (DA/T 13, DA/T 22)."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import F

from xinheng.facts.dossiers import policy
from xinheng.facts.dossiers.errors import NumbersUsedUp
from xinheng.facts.dossiers.models import IssuedNumber, Series

# 全宗号-门类·年度-保管期限-机构-件号
PATTERN = re.compile(r"[A-Z0-9]{4}-[A-Z]{2}·\d{4}-(Y|D30|D10)(-[A-Z0-9]{2,6})?-\d{4,8}")


def is_paper_number(text: str) -> bool:
    """Whether a text is a number of a filed paper as DA/T 22 writes it."""
    return PATTERN.fullmatch(text) is not None


def dossier_no(category: str, on: date) -> str:
    """The next number of a dossier of a category: "ZY·2026-000012"."""
    rule = policy.numbers(on)
    return _next(f"{category}·{on.year}", rule.dossier_digits, "dossier", on)


def paper_label(on: date) -> str:
    """The next label of a paper, that its bar code says: "P26-0000012"; letters, digits and a hyphen."""
    return _next(f"P{on.year % 100:02}", 7, "paper", on)


def paper_number(*, category: str, year: int, retention: str, unit: str, on: date) -> str:
    """The next 档号 of a paper that is filed. unit: the unit's own code.

    A term that the pattern does not know stands as the shortest that does not end earlier.
    """
    rule = policy.numbers(on)
    letters = rule.units.get(unit) or re.sub(r"[^A-Z0-9]", "", unit.upper())[:6]
    place = f"-{letters}" if len(letters) >= 2 else ""
    name = f"{rule.fonds}-{category}·{year}-{_term(retention)}{place}"
    return _next(name, rule.serial_digits, "paper", on)


def name_subject(number: str, subject: str) -> None:
    """Say what a number was given to."""
    IssuedNumber.objects.filter(number=number).update(subject=subject)


def void(number: str, *, on: date, why: str) -> None:
    """A number holds no more; it stays where it was given."""
    IssuedNumber.objects.filter(number=number, void_on=None).update(void_on=on, void_why=why[:300])


def _term(retention: str) -> str:
    if retention in ("Y", "D30", "D10"):
        return retention
    years = re.fullmatch(r"D(\d+)", retention)
    return "D30" if years and int(years[1]) > 10 else "D10"


def _next(name: str, digits: int, subject: str, on: date) -> str:
    Series.objects.get_or_create(name=name)
    Series.objects.filter(name=name).update(last=F("last") + 1)  # holds the row until the act is kept
    series = Series.objects.get(name=name)
    if series.last >= 10**digits:
        raise NumbersUsedUp(series=name)
    number = f"{name}-{series.last:0{digits}}"
    IssuedNumber.objects.create(
        series=series, serial=series.last, number=number, subject=subject, issued_on=on
    )
    return number
