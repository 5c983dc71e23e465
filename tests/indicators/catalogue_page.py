"""Writes the catalogue into the user's pages: `python -m tests.indicators.catalogue_page`."""

from __future__ import annotations

import os
from pathlib import Path

from xinheng.indicators.values import Card

PAGES = Path(__file__).resolve().parents[2] / "docs" / "using"
MARK = "<!-- from the catalogue: python -m tests.indicators.catalogue_page -->"
SUBJECTS = {
    "dealings": ("Dealings", "往来"),
    "payment": ("Payment", "付款"),
    "position": ("Position", "欠款状况"),
    "trade": ("Trade (the customer's own invoices)", "购销(客户自己的发票)"),
    "statement": ("Statements", "报表"),
}
UNITS = {
    "CNY": "金额", "share": "比例", "days": "天", "months": "月", "years": "年", "count": "个数",
    "ratio": "倍数", "points": "分",
}  # fmt: skip


def english() -> str:
    """The tables of the English page."""
    text = MARK + "\n"
    for subject, (title, _) in SUBJECTS.items():
        text += f"\n### {title}\n\n| code | name | unit | better | what | not measured |\n|---|---|---|---|---|---|\n"
        for card, words in _cards(subject):
            unit = "money" if card.unit == "CNY" else card.unit
            row = [f"`{card.code}`", card.name_en, unit, card.better or "–", words, card.missing_en]
            text += f"| {' | '.join(row)} |\n"
    return text


def chinese() -> str:
    """The tables of the Chinese page."""
    text = MARK + "\n"
    for subject, (_, title) in SUBJECTS.items():
        text += f"\n### {title}\n\n| 代码 | 名称 | 单位 | 方向 | 何时没有值 |\n|---|---|---|---|---|\n"
        for card, _words in _cards(subject):
            better = {"higher": "高为好", "lower": "低为好", "": "–"}[card.better]
            text += f"| `{card.code}` | {card.name} | {UNITS[card.unit]} | {better} | {card.missing} |\n"
    return text


def _cards(subject: str) -> list[tuple[Card, str]]:
    from xinheng.indicators import queries
    from xinheng.indicators.catalogue import FORMULAS

    cards = [card for card in queries.catalogue() if card.subject == subject]
    return [(card, " ".join((FORMULAS[card.code].expression.__doc__ or "").split())) for card in cards]


def page(name: str) -> tuple[Path, str]:
    """A page's file, and its text with the tables of today."""
    path = PAGES / name
    written = path.read_text(encoding="utf-8").split(MARK)[0]
    return path, written + (chinese() if "zh" in name else english())


def main() -> None:
    """Write both pages."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
    django.setup()
    for name in ("indicators.md", "indicators.zh-CN.md"):
        path, text = page(name)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
