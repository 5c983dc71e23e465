"""Every expression of a policy, read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from sqlglot import exp

from xinheng.indicators.values import Card
from xinheng.judgements.policies.expressions import (
    ExpressionInvalid,
    Formula,
    Kind,
    Name,
    kind_word,
    translate,
)
from xinheng.judgements.policies.names import kind_of_unit, names_of
from xinheng.judgements.policies.unknowns import Open, left_open
from xinheng.judgements.policies.values import (
    BandsItem,
    CategoriesItem,
    CorrectedItem,
    EfficacyItem,
    Policy,
    ProportionalItem,
    ScoredItem,
    Standard,
)

Path = tuple[str | int, ...]


@dataclass
class Formulas:
    """The formulas of a policy by where they stand, and what was wrong with those that are not there."""

    names: dict[str, Name]
    at: dict[Path, Formula] = field(default_factory=dict)
    wrong: list[tuple[Path, str]] = field(default_factory=list)

    def used(self) -> frozenset[str]:
        """Every name any expression uses."""
        return frozenset().union(*(formula.names for formula in self.at.values()))

    def behind(self, names: Iterable[str]) -> frozenset[str]:
        """The names with each term replaced by what it is made of, down to inputs and parameters."""
        found: set[str] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            if self.names[name].origin == "term":
                todo.extend(self.at[("terms", self._place[name], "of")].names)
            else:
                found.add(name)
        return frozenset(found)

    def figures_of(self, place: int) -> list[Path]:
        """Where the formulas stand whose values give the points of an item."""
        item: Path = ("scoring", "items", place)
        return [path for path in self.at if path[:3] == item and path[-1] == "of"]

    def wanting(self, path: Path, inputs: Mapping[str, Any]) -> frozenset[str]:
        """The inputs not known (None) that leave the expression at a place open; none where it is settled."""

        def standing(code: str) -> Open:
            name = self.names[code]
            if name.origin == "term":
                return left_open(self.at[("terms", self._place[code], "of")].node, standing)
            if name.origin == "parameter":
                return Open(known=name.value is not None)
            known = inputs.get(code) is not None
            return Open(known, names=frozenset() if known else frozenset({code}))

        return left_open(self.at[path].node, standing).names

    def idle(self, path: Path, inputs: Mapping[str, Any]) -> frozenset[str]:
        """The inputs not known that had no say: neither wanted nor asked whether they are known.

        Of `COALESCE(a, b)` with a known it is b.
        """
        formula = self.at[path]
        terms = [name for name in formula.names if self.names[name].origin == "term"]
        nodes = [formula.node, *(self.at[("terms", self._place[term], "of")].node for term in terms)]
        tests = [test for node in nodes for test in node.find_all(exp.Is)]
        asked = {column.name for test in tests for column in test.find_all(exp.Column)}
        inputs_behind = {
            name for name in self.behind(formula.names) if self.names[name].origin != "parameter"
        }
        unknown = {name for name in inputs_behind if inputs.get(name) is None}
        return frozenset(unknown - self.wanting(path, inputs) - asked)

    def read(self, path: Path, text: str, kinds: tuple[Kind, ...]) -> None:
        """Read one expression that must be of one of these kinds."""
        try:
            formula = translate(text, self.names)
        except ExpressionInvalid as error:
            self.wrong.append((path, str(error)))
            return
        if formula.kind in kinds:
            self.at[path] = formula
        else:
            expected = ", ".join(kind_word(kind) for kind in kinds)
            told = {"what": text[:80], "kind": kind_word(formula.kind), "kinds": expected}
            self.wrong.append((path, _("%(what)s is %(kind)s, expected: %(kinds)s.") % told))

    _place: dict[str, int] = field(default_factory=dict)


def formulas_of(policy: Policy, cards: Iterable[Card]) -> Formulas:
    """Read all expressions of a policy; terms may use the terms before them."""
    formulas = Formulas(names_of(policy, cards))
    for place, term in enumerate(policy.terms):
        kind = kind_of_unit(term.unit) or "number"
        formulas.read(("terms", place, "of"), term.of, (kind,))
        formulas.names[term.code] = Name(term.code, kind, "term", term.unit)
        formulas._place[term.code] = place
    for path, text in _truths(policy):
        formulas.read(path, text, ("yes_no",))
    for place, item in enumerate(policy.scoring.items if policy.scoring else ()):
        if isinstance(item, BandsItem | ProportionalItem | EfficacyItem):
            formulas.read(("scoring", "items", place, "of"), item.of, ("number", "money"))
        elif isinstance(item, CategoriesItem):
            formulas.read(("scoring", "items", place, "of"), item.of, ("text",))
        elif isinstance(item, CorrectedItem):
            for where, one in item.measures():
                formulas.read(("scoring", "items", place, *where, "of"), one.of, ("number", "money"))
    quota = policy.scoring.quota if policy.scoring else None
    for place, order in enumerate(quota.equal_scores if quota else ()):
        if order.of:
            formulas.read(("scoring", "quota", "equal_scores", place, "of"), order.of, ("number", "money"))
    return formulas


def _truths(policy: Policy) -> Iterator[tuple[Path, str]]:
    if policy.applies:
        yield ("applies", "when"), policy.applies.when
    for group in ("conditions", "vetoes", "caps", "exclusions", "flags"):
        for place, rule in enumerate(getattr(policy, group)):
            if rule.when is not None:
                yield (group, place, "when"), rule.when
    for place, event in enumerate(policy.review.events if policy.review else ()):
        if event.when is not None:
            yield ("review", "events", place, "when"), event.when
    for place, item in enumerate(policy.scoring.items if policy.scoring else ()):
        yield from _truths_of(("scoring", "items", place), item)


def _truths_of(path: Path, item: ScoredItem) -> Iterator[tuple[Path, str]]:
    if item.counts_when:
        yield (*path, "counts_when"), item.counts_when
    if isinstance(item, ProportionalItem) and item.among:
        yield (*path, "among"), item.among
    if isinstance(item, EfficacyItem):
        yield from _truths_of_standards(path, item.standards)
    for where, one in item.measures():
        yield from _truths_of_standards((*path, *where), one.standards)


def _truths_of_standards(path: Path, standards: Iterable[Standard]) -> Iterator[tuple[Path, str]]:
    for place, standard in enumerate(standards):
        if standard.when:
            yield (*path, "standards", place, "when"), standard.when
