"""Points by what something is called: groups of texts, and the rest."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import ibis
from django.utils.translation import gettext as _

from xinheng.judgements.policies.expressions import Formula
from xinheng.judgements.policies.formulas import Formulas, Path
from xinheng.judgements.policies.values import CategoriesItem


def category_points(item: CategoriesItem, formula: Formula, table: Any) -> Any:
    """The points of the group a text is in, of the others where it is in none; unknown where it is."""
    value = formula.build(table)
    cases = [(value.isnull(), ibis.null("int64"))]
    cases += [(value.isin(group.values), _milli(group.points)) for group in item.groups]
    return ibis.cases(*cases, else_=_milli(item.others)).cast("int64")


def category_problems(path: Path, item: CategoriesItem, formulas: Formulas) -> Iterator[tuple[Path, str]]:
    """What is wrong with the groups of an item."""
    points = [*(group.points for group in item.groups), item.others]
    if max(points) != item.maximum:
        told = {"best": max(points), "maximum": item.maximum}
        yield (
            (*path, "groups"),
            _("The best group gives %(best)s points, the maximum is %(maximum)s.") % told,
        )
    if min(points) < 0 or any(one * 1000 != int(one * 1000) for one in points):
        yield (*path, "groups"), _("Points are above zero, with at most three decimals.")
    choices = _choices(path, formulas)
    seen: set[str] = set()
    for place, group in enumerate(item.groups):
        for value in group.values:
            if value in seen:
                yield (*path, "groups", place), _("%(value)s stands in two groups.") % {"value": value}
            elif choices and value not in choices:
                yield (*path, "groups", place), _("%(value)s is not a possible answer.") % {"value": value}
            seen.add(value)


def _choices(path: Path, formulas: Formulas) -> frozenset[str]:
    """The answers there are, where the item reads one question or fact that has a list of them."""
    formula = formulas.at.get((*path, "of"))
    names = formula.names if formula else frozenset[str]()
    return formulas.names[next(iter(names))].choices if len(names) == 1 else frozenset()


def _milli(points: Decimal) -> int:
    return int(points * 1000)
