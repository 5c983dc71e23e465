"""Where the header of a sheet is: below titles, over one line or two, merged or not."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from xinheng.facts.intake.catalogue import UNIT_WORD, plain_heading

Cells = Sequence[str | None]
FIGURE = re.compile(r"^[-+(¥]?[\d,]+(\.\d+)?[)%]?$|^\d{4}[-/年]\d{1,2}")
SEARCHED_ROWS = 40
UNIT_LINE = re.compile(rf"单位[:：]?\s*(?:人民币)?\s*({UNIT_WORD})(?![\u4e00-\u9fff])")


@dataclass(frozen=True)
class Header:
    """The headings of a table.

    last_row: index of the row behind which the rows begin. score: how many headings are known.
    """

    names: tuple[str, ...]
    last_row: int
    score: int


def find_header(rows: Sequence[Cells], known: Collection[str]) -> Header | None:
    """The header that names most known headings; failing that, the first full row without figures.

    known: plain headings of the kind, and those the source remembers. A row of one cell is a title.
    """
    width = max((_width(row) for row in rows), default=0)
    if not width:
        return None
    best: Header | None = None
    for at in range(min(len(rows), SEARCHED_ROWS)):
        for names, last in _candidates(rows, at, width, known):
            score = len({plain for name in names if (plain := plain_heading(name)[0]) in known})
            if score and (best is None or score > best.score):
                best = Header(names, last, score)
    if best:
        return Header(_unique(best.names), best.last_row, best.score)
    return _first_full_row(rows, width)


def unit_above(rows: Sequence[Cells]) -> str:
    """The unit of amounts that a line above the header names, as 单位:万元; "" where none does."""
    for cell in (cell for row in rows for cell in row if cell):
        if found := UNIT_LINE.search(cell):
            return found[1]
    return ""


def _candidates(
    rows: Sequence[Cells], at: int, width: int, known: Collection[str]
) -> list[tuple[tuple[str, ...], int]]:
    upper = _padded(rows[at], width)
    found = [(tuple(cell or "" for cell in upper), at)]
    if at + 1 < len(rows) and _only_words(rows[at + 1]) and _width(rows[at + 1]):
        found.append((_joined(upper, _padded(rows[at + 1], width), known), at + 1))
    return found


def _joined(upper: Cells, lower: Cells, known: Collection[str]) -> tuple[str, ...]:
    """Two lines as one: a merged cell of the upper stands for all columns below it."""
    names, group = [], ""
    for above, below in zip(upper, lower, strict=True):
        group = above or group
        both = f"{group}{below}" if below else (above or "")
        alone = below is not None and plain_heading(both)[0] not in known and plain_heading(below)[0] in known
        names.append(below if alone and below else both)
    return tuple(names)


def _first_full_row(rows: Sequence[Cells], width: int) -> Header | None:
    for at, row in enumerate(rows[:SEARCHED_ROWS]):
        filled = [cell for cell in row if cell and cell.strip()]
        if (
            len(filled) * 2 >= width
            and len(filled) > 1
            and not any(FIGURE.match(cell.strip()) for cell in filled)
        ):
            return Header(_unique(tuple(cell or "" for cell in _padded(row, width))), at, 0)
    return None


def _only_words(row: Cells) -> bool:
    return not any(FIGURE.match(cell.strip()) for cell in row if cell)


def _width(row: Cells) -> int:
    return max((at + 1 for at, cell in enumerate(row) if cell and cell.strip()), default=0)


def _padded(row: Cells, width: int) -> list[str | None]:
    cells = [" ".join(cell.split()) if cell and cell.strip() else None for cell in row[:width]]
    return cells + [None] * (width - len(cells))


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Every column gets a name of its own: the place for an empty one, a number for a second."""
    seen: set[str] = set()
    result = []
    for place, name in enumerate(names, start=1):
        base = name.strip() or f"column {place}"
        unique, number = base, 2
        while unique in seen or unique.startswith("_"):
            unique, number = f"{base.lstrip('_')} ({number})", number + 1
        seen.add(unique)
        result.append(unique)
    return tuple(result)
