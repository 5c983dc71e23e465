"""Points by five standard values, in proportion between two of them, and corrected by other figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

import ibis
from django.utils.translation import gettext as _

from xinheng.judgements.policies.expressions import MINOR
from xinheng.judgements.policies.formulas import Formulas, Path
from xinheng.judgements.policies.values import CorrectedItem, EfficacyItem, Measure, Standard

COEFFICIENTS = [Decimal(text) for text in ("1.0", "0.8", "0.6", "0.4", "0.2")]  # the best standard first
STEP = Decimal("0.2")


def efficacy_points(item: EfficacyItem, place: int, formulas: Formulas, table: Any) -> Any:
    """Thousandths of points by the first standards that hold; nothing where the figure is not measured."""
    units = item.maximum * 10**item.decimals
    exact = _reached(item.standards, ("scoring", "items", place), units, formulas, table)
    return exact.round().cast("int64") * (1000 // 10**item.decimals)


def corrected_points(item: CorrectedItem, place: int, formulas: Formulas, table: Any) -> Any:
    """Thousandths of points by the basic figures, corrected by the others; nothing where one is wanting."""
    path: Path = ("scoring", "items", place)
    units = float(item.maximum * 10**item.decimals)
    basic: Any = ibis.literal(0.0)
    for number, one in enumerate(item.basics):
        most = one.weight * 10**item.decimals
        basic = basic + _measured(one, (*path, "basics", number), most, formulas, table).round()
    corrected: Any = ibis.literal(0.0)
    for number, one in enumerate(item.corrections):
        reached = _measured(one, (*path, "corrections", number), Decimal(1), formulas, table)
        beyond = ibis.cases((reached >= 1, float(item.correction.beyond_best)), else_=0.0)
        by = 1 + reached + beyond - basic / units
        by = _bounded(by, item) if item.correction.held == "each" else by
        corrected = corrected + by * float(one.weight / item.maximum)
    corrected = _bounded(corrected, item) if item.correction.held == "together" else corrected
    points = (basic * corrected).round()
    points = ibis.cases((points > units, units), else_=points)
    return points.cast("int64") * (1000 // 10**item.decimals)


def corrected_problems(path: Path, item: CorrectedItem) -> Iterator[tuple[Path, str]]:
    """What is wrong with the figures of a corrected item and with the bounds of its correction."""
    for group in ("basics", "corrections"):
        measures: Sequence[Measure] = getattr(item, group)
        total = sum((one.weight for one in measures), Decimal(0))
        if total != item.maximum:
            told = {"sum": total, "maximum": item.maximum}
            yield (*path, group), _("The weights add up to %(sum)s, not to the maximum %(maximum)s.") % told
        codes = [one.code.lower() for one in measures]
        for number, one in enumerate(measures):
            where: Path = (*path, group, number)
            if codes.index(one.code.lower()) < number:
                yield (*where, "code"), _("The code %(code)s is used twice.") % {"code": one.code}
            if one.weight <= 0 or one.weight * 10**item.decimals % 1:
                yield (*where, "weight"), _("A weight is above zero, with no more decimals than the points.")
            yield from standards_problems(where, one.standards)
    bounds = item.correction
    if not 0 < bounds.least <= 1 <= bounds.most:
        yield (*path, "correction"), _("A correction lies between a bound up to 1 and one from 1 on.")
    if not 0 <= bounds.beyond_best <= 1:
        yield (*path, "correction", "beyond_best"), _("What is added beyond the best is from 0 to 1.")


def standards_problems(path: Path, standards: Sequence[Standard]) -> Iterator[tuple[Path, str]]:
    """Whether each five standard values go one way, and only the last hold for all others."""
    for place, standard in enumerate(standards):
        where = (*path, "standards", place)
        steps = [better - worse for better, worse in pairwise(standard.values)]
        if not (all(step > 0 for step in steps) or all(step < 0 for step in steps)):
            yield where, _("The five standard values go one way, the best first.")
        if standard.when is None and place < len(standards) - 1:
            yield where, _("Only the last standard values hold for all others.")


def _measured(one: Measure, path: Path, units: Decimal, formulas: Formulas, table: Any) -> Any:
    reached = _reached(one.standards, path, units, formulas, table)
    return reached.fill_null(0.0) if one.missing == "worst" else reached


def _reached(
    standards: Sequence[Standard], path: Path, units: Decimal, formulas: Formulas, table: Any
) -> Any:
    """How many of the units the figure at a path earns, not rounded; nothing where it is not measured."""
    formula = formulas.at[(*path, "of")]
    value, scale = formula.build(table), MINOR if formula.kind == "money" else 1
    cases, others = [(value.isnull(), ibis.null("float64"))], ibis.null("float64")
    for number, standard in enumerate(standards):
        earned = _between(units, [one * scale for one in standard.values], value)
        if standard.when is None:
            others = earned
            break
        holds = formulas.at[(*path, "standards", number, "when")].build(table)
        cases.append((holds, earned))
    return ibis.cases(*cases, else_=others).cast("float64")


def _between(units: Decimal, standards: Sequence[Decimal], value: Any) -> Any:
    sign = 1 if standards[0] > standards[-1] else -1  # falling standards: less is better
    figure, levels = value * sign, [sign * standard for standard in standards]
    steps = []
    for (above, level), coefficient in zip(pairwise(levels), COEFFICIENTS[1:], strict=True):
        slope = float(units * STEP / (above - level))
        exact = (figure - float(level)) * slope + float(units * coefficient)
        steps.append((figure >= float(level), exact))
    return ibis.cases((figure >= float(levels[0]), float(units)), *steps, else_=0.0)


def _bounded(by: Any, item: CorrectedItem) -> Any:
    least, most = float(item.correction.least), float(item.correction.most)
    return ibis.cases((by < least, least), (by > most, most), else_=by)
