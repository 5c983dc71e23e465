"""Which unknown figures leave an expression open, so that people are asked for those and no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

Standing = Callable[[str], "Open"]  # how a name stands: an input, a parameter or a term


@dataclass(frozen=True)
class Open:
    """How far a part of an expression is settled.

    truth: where it is certain without looking at figures. known: false where it is or may be unknown.
    names: the unknown figures behind it.
    """

    known: bool = True
    truth: bool | None = None
    names: frozenset[str] = frozenset()


def left_open(node: Any, standing: Standing) -> Open:
    """How far an expression of a policy is settled, by how its names stand.

    Figures are not looked at: of `a > 1 OR b > 1` with b unknown, b is named even where a settles it.
    """
    if isinstance(node, exp.Column):
        return standing(node.name)
    parts = [left_open(part, standing) for part in node.iter_expressions()]
    match node:
        case exp.Boolean():
            found = Open(truth=bool(node.this))
        case exp.Paren():
            found = parts[0]
        case exp.Not():
            found = replace(parts[0], truth=None if parts[0].truth is None else not parts[0].truth)
        case exp.Is():
            asks_unknown = isinstance(node.expression, exp.Null)
            found = Open(truth=not parts[0].known if asks_unknown else None)
        case exp.Coalesce() if any(part.known for part in parts):
            found = Open()
        case exp.And() | exp.Or() if isinstance(node, exp.Or) in [part.truth for part in parts]:
            found = Open(truth=isinstance(node, exp.Or))
        case _:
            names = frozenset[str]().union(*(part.names for part in parts))
            found = Open(all(part.known for part in parts), None, names)
    return found
