"""The lines of a statement, as the room of financials names them."""

from __future__ import annotations

from functools import cache

from xinheng.facts.financials import queries as financials
from xinheng.facts.intake.catalogue import plain_heading


@cache
def lines() -> dict[str, str]:
    """Code of a line -> its name."""
    return {code: line.name for code, line in financials.lines().items()}


@cache
def line_headings() -> dict[str, str]:
    """Plain heading -> code of the line."""
    found: dict[str, str] = {}
    for name, code in financials.codes_by_name().items():
        found.setdefault(plain_heading(name)[0], code)
    return found
