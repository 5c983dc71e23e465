"""The codes by which a card's document refers to columns, to figures made of two of them, and to texts."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from xinheng.judgements.scorecards.axes import Made

EVEN_ODDS, DOUBLE_ODDS = "even_odds_score", "points_to_double_odds"
TAKEN = ("customer_no", "customer_id", "role", EVEN_ODDS, DOUBLE_ODDS)
OTHER = "other"
WORDS = {"/": "by", "*": "times", "-": "less", "+": "plus"}


def codes_of(names: Iterable[str], *, known: frozenset[str], own: bool) -> dict[str, str]:
    """The code by which the document refers to each column.

    known: codes of the product, which no other column may have. own: the columns are those.
    """
    taken = {code.lower() for code in (*TAKEN, *known)}
    found = {}
    for place, name in enumerate(names, 1):
        if own and name in known:
            found[name] = name
            continue
        code = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:40]
        code = code if code[:1].isalpha() and len(code) > 1 else f"column_{place}"
        if code.lower() in taken or not _is_name(code):
            code = next(one for one in (f"{code}_{n}" for n in range(1, 10_000)) if one.lower() not in taken)
        taken.add(code.lower())
        found[name] = code
    return found


def terms_of(made: Iterable[Made], codes: dict[str, str], *, known: frozenset[str]) -> dict[str, str]:
    """The code of each figure made of two columns."""
    taken = {code.lower() for code in (*TAKEN, *known, *codes.values())}
    found = {}
    for one in made:
        left, right = codes[one.left], codes[one.right]
        code = f"{left[:20]}_{WORDS[one.sign]}_{right[:20]}"
        if code.lower() in taken:
            code = next(
                other for other in (f"{code[:42]}_{n}" for n in range(1, 1000)) if other.lower() not in taken
            )
        taken.add(code.lower())
        found[one.name] = code
    return found


def _is_name(code: str) -> bool:
    try:
        return isinstance(sqlglot.parse_one(code, dialect="duckdb"), exp.Column)
    except SqlglotError:
        return False


def choices_of(levels: Iterable[str]) -> dict[str, str]:
    """The answer by which the document refers to each text."""
    found: dict[str, str] = {}
    taken = {OTHER, "unknown"}
    for place, level in enumerate(levels, 1):
        plainly = bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,47}", level)) and level.lower() not in taken
        code = level if plainly else f"answer_{place}"
        taken.add(code.lower())
        found[level] = code
    return found
