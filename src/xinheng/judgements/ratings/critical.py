"""Where the rules of a policy turn: for each figure, the values at which some rule changes its mind."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlglot import exp

from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import (
    BandsItem,
    CategoriesItem,
    EfficacyItem,
    ManualItem,
    Policy,
    Question,
)

COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
MINOR = 100  # minor units in one yuan, as money is kept
SMALLEST = {"CNY": 100, "share": 0.001, "ratio": 0.01, "points": 0.1, "years": 0.1}  # a step; 1 of all else
TRIES = 24  # of closing in on where a formula reaches a bound


@dataclass(frozen=True)
class Figure:
    """One figure of a customer that rules look at: how its values may be chosen."""

    code: str
    kind: str  # number, money, yes_no, text
    unit: str
    origin: str  # indicator or question
    better: str = ""  # "higher" or "lower", where only that is an improvement
    least: float | None = None
    most: float | None = None
    decimals: int | None = None  # of a question's answer

    @property
    def step(self) -> float:
        """The smallest change worth telling, as the figure is kept."""
        if self.decimals is not None:
            return float(Decimal(10) ** -self.decimals) * (MINOR if self.kind == "money" else 1)
        return SMALLEST.get(self.unit, 1)


class Turns:
    """The values at which rules of one policy turn, given what is known of a customer and what it gave."""

    def __init__(self, policy: Policy, figures: Mapping[str, Figure], row: Mapping[str, Any]) -> None:
        self.policy, self.figures, self.row = policy, figures, row
        self.formulas = policies.formulas(policy)
        self.terms = {term.code: ("terms", place, "of") for place, term in enumerate(policy.terms)}
        self.found: dict[str, set[Any]] = {code: set() for code in figures}

    def values(self) -> dict[str, list[Any]]:
        """For each figure the values to try, in order; the present one is not among them."""
        for formula in self.formulas.at.values():
            self._walk(formula.node)
        for place, item in enumerate(self.policy.scoring.items if self.policy.scoring else ()):
            read = self.formulas.at.get(("scoring", "items", place, "of"))
            if read and isinstance(item, CategoriesItem):
                self._name(read.node, item)
            elif read and (bounds := [*_bounds(item), *self._lifting(item)]):
                self._reach(read.node, bounds)
            for where, one in item.measures():
                self._reach(self.formulas.at["scoring", "items", place, *where, "of"].node, _bounds(one))
        tried = {code: self._tried(self.figures[code], turns) for code, turns in self.found.items()}
        for item in self.policy.scoring.items if self.policy.scoring else ():
            if isinstance(item, ManualItem) and item.question in self.figures:
                tried[item.question] = self._given(item)
        return tried

    def _given(self, item: ManualItem) -> list[float]:
        """The points a person could give: all of them, or as many as alone lift the score to a grade."""
        figure, now = self.figures[item.question], self.row.get(item.question)
        exact = 10 ** (figure.decimals or 0)
        values = {float(item.maximum), *self._needed(now)}
        whole = {math.ceil(round(value * exact, 6)) / exact for value in values}
        return sorted(value for value in whole if value > (now or 0) and _allowed(figure, value, now))

    def _needed(self, now: float | None) -> Iterator[float]:
        """Points of one item, beside those it has now, that alone lift the score to the next grades."""
        score = self.row.get("score_milli")
        if score is None or now is None or self.policy.scoring is None:
            return
        for threshold in self.policy.scoring.thresholds:
            if threshold.from_ is not None and threshold.from_ * 1000 > score:
                yield float(now) + float(threshold.from_) - score / 1000

    def _name(self, node: Any, item: CategoriesItem) -> None:
        """Each text an item gives points for, and each other answer that may be given."""
        for name in self._names(node):
            if name in self.figures and self.figures[name].kind == "text":
                grouped = {value for group in item.groups for value in group.values}
                self.found[name] |= grouped | self.formulas.names[name].choices

    def _lifting(self, item: Any) -> Iterator[float]:
        """The figures between two standard values that alone lift the score to the next grades."""
        if not isinstance(item, EfficacyItem):
            return
        points = self.row.get(f"points_{item.code}")
        for needed in self._needed(None if points is None else points / 1000):
            part = needed / float(item.maximum) * 5 - 1  # 0 at the worst standard value, 4 at the best
            for standard in item.standards if 0 <= part <= 4 else ():
                rising = [float(value) for value in reversed(standard.values)]
                below = min(int(part), 3)
                yield rising[below] + (part - below) * (rising[below + 1] - rising[below])

    def _walk(self, node: Any) -> None:
        for compared in node.find_all(*COMPARED):
            self._compare(compared.this, compared.expression)
            self._compare(compared.expression, compared.this)
        for between in node.find_all(exp.Between):
            for bound in ("low", "high"):
                self._compare(between.this, between.args[bound])
        for among in node.find_all(exp.In):
            for one in among.expressions:
                self._compare(among.this, one)
        for column in node.find_all(exp.Column):
            if (figure := self.figures.get(column.name)) and figure.kind == "yes_no":
                self.found[figure.code] |= {True, False}

    def _compare(self, side: Any, other: Any) -> None:
        if isinstance(other, exp.Literal) and other.is_string:
            for name in self._names(side):
                if name in self.figures and self.figures[name].kind == "text":
                    self.found[name].add(str(other.this))
            return
        bound = self._evaluate(other, {})
        if bound is not None and self._names(side):
            self._reach(side, [bound])

    def _reach(self, node: Any, bounds: Iterable[float]) -> None:
        """Each figure of the expression at the value that brings the whole to a bound."""
        for bound in bounds:
            for name in self._names(node):
                figure = self.figures.get(name)
                if figure is None or figure.kind not in ("number", "money"):
                    continue
                value = self._solve(node, name, bound)
                if value is not None:
                    self.found[name].add(value)

    def _solve(self, node: Any, name: str, bound: float) -> float | None:
        """The value of one figure, in yuan where it is money, at which the expression comes to the bound."""

        def miss(value: float) -> float | None:
            found = self._evaluate(node, {name: value})
            return None if found is None else found - bound

        low, high = bound, bound + 1.0
        first, second = miss(low), miss(high)
        for _ in range(TRIES):
            if first is None or second is None:
                return None
            if abs(first) < 1e-9 * max(1.0, abs(bound)):
                return low
            if second == first:
                return None
            low, high = high, high - second * (high - low) / (second - first)
            first, second = second, miss(high)
        return None

    def _names(self, node: Any) -> set[str]:
        """The inputs behind an expression, through its terms; parameters are none."""
        names: set[str] = set()
        for column in node.find_all(exp.Column):
            if column.name in self.terms:
                names |= self._names(self.formulas.at[self.terms[column.name]].node)
            elif self.formulas.names[column.name].origin != "parameter":
                names.add(column.name)
        return names

    def _evaluate(self, node: Any, instead: Mapping[str, float]) -> float | None:
        """What an expression of numbers comes to, in yuan where it is money; none where it is not known."""
        if isinstance(node, exp.Literal):
            return None if node.is_string else float(str(node.this))
        if isinstance(node, exp.Column):
            return self._looked_up(node.name, instead)
        parts = [self._evaluate(part, instead) for part in node.iter_expressions()]
        if isinstance(node, exp.Coalesce):
            return next((part for part in parts if part is not None), None)
        return _computed(node, [part for part in parts if part is not None], len(parts))

    def _looked_up(self, name: str, instead: Mapping[str, float]) -> float | None:
        if name in instead:
            return instead[name]
        if name in self.terms:
            return self._evaluate(self.formulas.at[self.terms[name]].node, instead)
        known = self.formulas.names[name]
        if known.origin == "parameter":
            return None if known.value is None else float(known.value)
        value = self.row.get(name)
        if value is None or known.kind not in ("number", "money"):
            return None
        return float(value) / (MINOR if known.kind == "money" else 1)

    def _tried(self, figure: Figure, turns: set[Any]) -> list[Any]:
        now = self.row.get(figure.code)
        if figure.kind not in ("number", "money"):
            return sorted(value for value in turns if value != now)
        scale, step = (MINOR, figure.step) if figure.kind == "money" else (1, figure.step)
        tried: set[float] = set()
        for turn in turns:
            on = round(round(turn * scale / step) * step, 9)
            tried |= {round(value, 9) for value in (on - step, on, on + step)}
        return sorted(value for value in tried if value != now and _allowed(figure, value, now))


def _bounds(item: Any) -> list[float]:
    """The values at which an item's points turn; between those of a standard also the quarters."""
    if isinstance(item, BandsItem):
        bounds = {bound for band in item.bands for bound in (band.from_, band.to)}
        return [float(bound) for bound in bounds if bound is not None]
    found: list[float] = []
    for standard in getattr(item, "standards", ()):
        values = [float(value) for value in standard.values]
        found += values
        for worse, better in pairwise(values):
            found += [worse + (better - worse) * quarter / 4 for quarter in (1, 2, 3)]
    return found


def _computed(node: Any, parts: list[float], number: int) -> float | None:
    """What arithmetic gives; none where a part is not known, or where it is no arithmetic."""
    if len(parts) != number:
        return None
    match node:
        case exp.Paren():
            found = parts[0]
        case exp.Neg():
            found = -parts[0]
        case exp.Abs():
            found = abs(parts[0])
        case exp.Add():
            found = parts[0] + parts[1]
        case exp.Sub():
            found = parts[0] - parts[1]
        case exp.Mul():
            found = parts[0] * parts[1]
        case exp.Div() if parts[1]:
            found = parts[0] / parts[1]
        case _:
            return None
    return found


def _allowed(figure: Figure, value: float, now: Any) -> bool:
    """Whether the figure can be that at all, and is no worse for it."""
    if figure.least is not None and value < figure.least:
        return False
    if figure.most is not None and value > figure.most:
        return False
    if now is None or not figure.better:
        return True
    return bool(value > now if figure.better == "higher" else value < now)


def of_question(question: Question, kind: str) -> Figure:
    """How the answers to a question may be chosen."""
    scale = MINOR if kind == "money" else 1
    bounds = [None if one is None else float(one) * scale for one in (question.minimum, question.maximum)]
    return Figure(question.code, kind, question.unit, "question", "", bounds[0], bounds[1], question.decimals)
