"""Which rule decides for a customer who would move: one decision list, over all movers at once.

The side whose grade is worse (or missing) is asked which rule holds it there; a rule that holds alike on the
other side decides nothing. In this order: vetoes, caps, missing figures that cap, conditions, the bounds of
the grades, then the item that loses most points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext_noop

from xinheng.judgements.policies.values import Cap, Policy, ScoredItem, Threshold, Worded
from xinheng.judgements.ratings.simulated import SideName

NO = pl.lit(value=False)
YES = pl.lit(value=True)
BOUNDS = gettext_noop("Which score gives which grade")
PLACES = gettext_noop("How many get which grade")
APPLIES = gettext_noop("Whom the policy is for")
UNKNOWN = gettext_noop("Too little is known")
SCALE = gettext_noop("The scale of grades, or several rules together")


@dataclass(frozen=True)
class Rule:
    """A rule that may decide, whose side it is on, and for whom it does."""

    kind: str
    code: str
    side: SideName
    words: Worded | str
    decides: Any  # a Polars truth over the movers


@dataclass(frozen=True)
class Side:
    """One policy with the columns of its results in the table of movers."""

    name: SideName
    policy: Policy

    def at(self, column: str) -> pl.Expr:
        """One column of this side's results."""
        return pl.col(f"{self.name}_{column}")

    def rank(self, grade: str) -> int:
        """The rank of a grade in this side's scale; 0 where it has none."""
        codes = [step.code for step in self.policy.scale]
        return codes.index(grade) + 1 if grade in codes else 0

    def place(self) -> pl.Expr:
        """The rank as a place between 0 (best) and 1, so that scales of other lengths compare."""
        return (self.at("rank") - 1) / max(1, len(self.policy.scale) - 1)

    @property
    def items(self) -> tuple[ScoredItem, ...]:
        """The scored items."""
        return self.policy.scoring.items if self.policy.scoring else ()


def turned(old: Side, new: Side) -> pl.Expr:
    """Whether a mover becomes worse or better; other where either side gives no grade."""
    same_scale = [step.code for step in old.policy.scale] == [step.code for step in new.policy.scale]
    before, after = (old.at("rank"), new.at("rank")) if same_scale else (old.place(), new.place())
    return (
        pl.when(after > before)
        .then(pl.lit("worse"))
        .when(after < before)
        .then(pl.lit("better"))
        .otherwise(pl.lit("other"))
    )


def rules(old: Side, new: Side) -> list[Rule]:
    """Every rule that may decide, in order: the first that does counts."""
    found: list[Rule] = []
    new_holds = new.at("rank").is_null() | (old.at("rank").is_not_null() & (pl.col("turn") != "better"))
    for held, other, here in ((new, old, new_holds), (old, new, ~new_holds)):
        found += [_only(rule, here) for rule in _of(held, other)]
    return [*found, Rule("scale", "", "new", SCALE, YES)]


def _only(rule: Rule, here: pl.Expr) -> Rule:
    return Rule(rule.kind, rule.code, rule.side, rule.words, here & rule.decides.fill_null(value=False))


def _of(held: Side, other: Side) -> Iterator[Rule]:
    ungraded = held.at("rank").is_null()
    yield from _exclusions(held)
    yield Rule("applies", "", held.name, APPLIES, held.at("state") == "not_applicable")
    yield from _vetoes(held, other)
    yield from _caps(held, other)
    yield from _missing(held, other)
    yield from _conditions(held, other)
    yield from _points(held, other)
    yield Rule("missing", "", held.name, UNKNOWN, ungraded)


def _exclusions(held: Side) -> Iterator[Rule]:
    for exclusion in held.policy.exclusions:
        left_out = held.at(f"exclusion_{exclusion.code}") & (held.at("state") == "not_applicable")
        yield Rule("exclusion", exclusion.code, held.name, exclusion, left_out)


def _vetoes(held: Side, other: Side) -> Iterator[Rule]:
    theirs = {veto.code: veto for veto in other.policy.vetoes}
    for veto in held.policy.vetoes:
        fired = held.at(f"veto_{veto.code}").fill_null(value=False)
        alike = NO
        if veto.code in theirs and theirs[veto.code].grade == veto.grade:
            alike = other.at(f"veto_{veto.code}").fill_null(value=False)
        decides = fired & ~alike & (held.at("rank") == held.rank(veto.grade))
        yield Rule("veto", veto.code, held.name, veto, decides)


def _caps(held: Side, other: Side) -> Iterator[Rule]:
    theirs = {cap.code: cap for cap in other.policy.caps}
    for cap in held.policy.caps:
        alike = NO
        if cap.code in theirs and theirs[cap.code].grade == cap.grade:
            alike = _holds(other, theirs[cap.code])
        decides = _holds(held, cap) & ~alike & _lowered_to(held, cap.grade)
        yield Rule("cap", cap.code, held.name, cap, decides)


def _holds(side: Side, cap: Cap) -> pl.Expr:
    return side.at(f"cap_{cap.code}").fill_null(value=cap.unknown == "applies")


def _lowered_to(side: Side, grade: str) -> pl.Expr:
    """Whether a cap at this grade is what holds the grade down."""
    lowered = side.at("grade_before_caps") != side.at("grade")
    return lowered & (side.at("rank") == side.rank(grade))


def _missing(held: Side, other: Side) -> Iterator[Rule]:
    """Items not measured that cap the grade, or that leave none."""
    theirs = {item.code: item for item in other.items}
    for item in held.items:
        rule = item.missing
        if rule.rule not in ("cap", "incomplete"):
            continue
        alike = NO
        if item.code in theirs and theirs[item.code].missing == rule:
            alike = _not_measured(theirs[item.code], other)
        what = _lowered_to(held, rule.grade) if rule.rule == "cap" else held.at("rank").is_null()
        decides = _not_measured(item, held) & ~alike & what
        yield Rule("missing", item.code, held.name, item, decides)


def _not_measured(item: ScoredItem, side: Side) -> pl.Expr:
    """Whether the item lacks its figure; one that does not count for a customer lacks none."""
    missing = side.at(f"points_{item.code}").is_null()
    if item.counts_when:
        missing = missing & side.at(f"counts_{item.code}").fill_null(value=item.missing.rule == "cap")
    return missing


def _conditions(held: Side, other: Side) -> Iterator[Rule]:
    """First those that give the worse grade, then those that would give the better one."""
    for giving, without in ((held, other), (other, held)):
        grades, theirs = _grades(giving.policy), _grades(without.policy)
        for condition in giving.policy.conditions:
            if condition.code not in grades:
                continue
            fired = giving.at(f"condition_{condition.code}").fill_null(value=False)
            alike = NO
            if theirs.get(condition.code) == grades[condition.code]:
                alike = without.at(f"condition_{condition.code}").fill_null(value=False)
            decides = fired & ~alike & (giving.at("grade_before_caps") == grades[condition.code])
            yield Rule("condition", condition.code, giving.name, condition, decides)


def _grades(policy: Policy) -> dict[str, str]:
    given = policy.criteria.grades if policy.criteria else ()
    return {code: one.grade for one in given for code in (*one.any, *one.all)}


def _points(held: Side, other: Side) -> Iterator[Rule]:
    """The bounds, where they alone make the difference; else the item that loses most."""
    if held.policy.scoring is None or other.policy.scoring is None:
        return
    scoring, theirs = held.policy.scoring, other.policy.scoring
    known = held.at("score_milli").is_not_null()
    no_less = held.at("score_milli") * int(theirs.total * 1000)
    no_less = no_less >= other.at("score_milli") * int(scoring.total * 1000)
    if scoring.quota or theirs.quota:
        yield Rule("quota", "", held.name, PLACES, no_less & known)
    elif scoring.thresholds != theirs.thresholds:
        would = _graded(held.at("score_milli"), theirs.thresholds)
        alone = no_less | (would == other.at("grade_before_caps"))
        yield Rule("thresholds", "", held.name, BOUNDS, alone & known)
    most = pl.max_horizontal(*(pl.col(_lost(item, held)) for item in held.items))
    for item in held.items:
        decides = (pl.col(_lost(item, held)) == most) & (most > 0)
        yield Rule("points", item.code, held.name, item, decides)


def _lost(item: ScoredItem, side: Side) -> str:
    return f"lost_{side.name}_{item.code}"


def _loss(item: ScoredItem, held: Side, other: Side) -> pl.Expr:
    """By how much of the whole the item gives less here than there; one that is left out loses nothing."""
    theirs = next((one for one in other.items if one.code == item.code), None)
    here = _share(item, held)
    there = _share(theirs, other) if theirs is not None else pl.lit(0.0)
    if theirs is None:  # an item of this policy alone: what it lacks to its maximum
        there = pl.when(here.is_not_null()).then(float(item.maximum / _total(held)))
    return (there - here).round(9).fill_null(0.0)


def _share(item: ScoredItem, side: Side) -> pl.Expr:
    """The part of the whole an item gives; none where it is left out or does not count."""
    points = side.at(f"points_{item.code}").cast(pl.Float64)
    if item.missing.rule in ("lowest", "points"):
        points = points.fill_null(float(item.if_missing * 1000))
    if item.counts_when:
        points = pl.when(side.at(f"counts_{item.code}")).then(points)
    return points / float(_total(side) * 1000)


def _total(side: Side) -> Any:
    assert side.policy.scoring
    return side.policy.scoring.total


def _graded(score: pl.Expr, thresholds: Iterable[Threshold]) -> Any:
    """The grade a score has by these bounds, the best first."""
    grade: Any = None
    for one in reversed(list(thresholds)):
        if one.from_ is None:
            grade = pl.lit(one.grade)
            continue
        bound = float(one.from_ * 1000)
        grade = (
            pl.when(score >= bound if one.inclusive else score > bound)
            .then(pl.lit(one.grade))
            .otherwise(grade)
        )
    return grade


def decided(movers: pl.DataFrame, sides: tuple[Side, Side], found: list[Rule]) -> pl.DataFrame:
    """The movers with `rule`: the place in the list of the first that decides."""
    losses = [
        _loss(item, held, other).alias(_lost(item, held))
        for held, other in (sides, sides[::-1])
        if held.policy.scoring and other.policy.scoring
        for item in held.items
    ]
    decides = movers.with_columns(losses).select(
        pl.when(rule.decides).then(pl.lit(place, dtype=pl.Int32)).alias(str(place))
        for place, rule in enumerate(found)
    )
    return movers.with_columns(decides.select(rule=pl.coalesce(pl.all())).to_series())
