"""Points by five standard values, in proportion between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

import ibis

from xinheng.judgements.policies.expressions import MINOR
from xinheng.judgements.policies.formulas import Formulas
from xinheng.judgements.policies.values import EfficacyItem

COEFFICIENTS = [Decimal(text) for text in ("1.0", "0.8", "0.6", "0.4", "0.2")]  # the best standard first
STEP = Decimal("0.2")


def efficacy_points(item: EfficacyItem, place: int, formulas: Formulas, table: Any) -> Any:
    """Thousandths of points by the first standards that hold; nothing where the figure is not measured."""
    formula = formulas.at[("scoring", "items", place, "of")]
    value, scale = formula.build(table), MINOR if formula.kind == "money" else 1
    cases, others = [(value.isnull(), ibis.null("int64"))], ibis.null("int64")
    for number, standard in enumerate(item.standards):
        points = _between(item, [one * scale for one in standard.values], value)
        if standard.when is None:
            others = points
            break
        holds = formulas.at[("scoring", "items", place, "standards", number, "when")].build(table)
        cases.append((holds, points))
    return ibis.cases(*cases, else_=others).cast("int64")


def _between(item: EfficacyItem, standards: Sequence[Decimal], value: Any) -> Any:
    units = item.maximum * 10**item.decimals
    sign = 1 if standards[0] > standards[-1] else -1  # falling standards: less is better
    figure, levels = value * sign, [sign * standard for standard in standards]
    steps = []
    for (above, level), coefficient in zip(pairwise(levels), COEFFICIENTS[1:], strict=True):
        slope = float(units * STEP / (above - level))
        exact = (figure - float(level)) * slope + float(units * coefficient)
        steps.append((figure >= float(level), exact))
    points = ibis.cases((figure >= float(levels[0]), float(units)), *steps, else_=0.0)
    return points.round().cast("int64") * (1000 // 10**item.decimals)
