"""The lines of a statement, as the room of financials names them."""

from __future__ import annotations

from functools import cache

from xinheng.facts.intake.catalogue import plain_heading


@cache
def lines() -> dict[str, str]:
    """Code of a line -> its name."""
    from xinheng.facts.financials import values as financials

    return {line.code: line.name for line in financials.statement_lines()}


@cache
def line_headings() -> dict[str, str]:
    """Plain heading -> code of the line."""
    from xinheng.facts.financials import values as financials

    found: dict[str, str] = {}
    for line in financials.statement_lines():
        for name in (line.code, line.name, line.name_en, *line.also):
            found.setdefault(plain_heading(name)[0], line.code)
    return found
