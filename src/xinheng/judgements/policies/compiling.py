"""A policy as one Ibis expression over a table with a row a customer.

Nothing here knows an engine: the same expression runs on DuckDB and on a cluster. Points are whole
thousandths. Unknown stays unknown until a rule of the policy says what it means.
"""

from __future__ import annotations

import operator
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis

from xinheng.judgements.policies.bands import Step, ascending, grades_descending
from xinheng.judgements.policies.categories import category_points
from xinheng.judgements.policies.ceilings import NO, YES, capped, vetoed
from xinheng.judgements.policies.efficacy import corrected_points, efficacy_points
from xinheng.judgements.policies.expressions import COLUMN_TYPES, MINOR, Formula
from xinheng.judgements.policies.formulas import Formulas
from xinheng.judgements.policies.placing import placed
from xinheng.judgements.policies.values import (
    BandsItem,
    CategoriesItem,
    Condition,
    CorrectedItem,
    Criterion,
    EfficacyItem,
    ManualItem,
    Policy,
    ProportionalItem,
    ScoredItem,
    Scoring,
)

KEYS = ("customer_id", "customer_no", "role")
RULES = {  # parts of a policy with a truth -> how their columns begin
    "conditions": "condition_",
    "vetoes": "veto_",
    "caps": "cap_",
    "exclusions": "exclusion_",
    "flags": "flag_",
}
KEPT = (*RULES.values(), "points_", "counts_", "place", "rank_by_place")


def rated(policy: Policy, formulas: Formulas, inputs: Any) -> Any:
    """Grades and all that led to them: a row for each row of `inputs`."""
    table = inputs
    for place, term in enumerate(policy.terms):
        formula = formulas.at[("terms", place, "of")]
        table = table.mutate(**{term.code: formula.build(table).cast(COLUMN_TYPES[formula.kind])})
    table = _outcomes(policy, formulas, table)
    table = _totals(policy, table)
    if policy.scoring and policy.scoring.quota:
        table = placed(policy.scoring.quota, policy, table)
    table = _before_caps(policy, table)
    return _final(policy, table)


def thousandths(points: Decimal) -> int:
    """Points as whole thousandths."""
    return int(points * 1000)


def _outcomes(policy: Policy, formulas: Formulas, table: Any) -> Any:
    """Each rule as true, false or unknown, and each item's points or nothing."""
    columns = {key: table[key] for key in KEYS if key in table.columns}
    for group, prefix in RULES.items():
        for place, rule in enumerate(getattr(policy, group)):
            formula = formulas.at.get((group, place, "when"))
            outcome = formula.build(table) if formula else ibis.null("boolean")
            columns[f"{prefix}{rule.code}"] = outcome.cast("boolean")
    columns["applicable"] = YES
    if policy.applies:
        columns["applicable"] = formulas.at[("applies", "when")].build(table).fill_null(YES)
    if policy.roles:
        columns["applicable"] = columns["applicable"] & table["role"].isin(policy.roles)
    for exclusion in policy.exclusions:
        excluded = columns[f"exclusion_{exclusion.code}"].fill_null(NO)
        columns["applicable"] = columns["applicable"] & ~excluded
    if policy.scoring:
        columns |= _scored(policy.scoring, formulas, table)
    return table.select(**columns)


def _scored(scoring: Scoring, formulas: Formulas, table: Any) -> dict[str, Any]:
    """Each item's points, whether it counts, and what equal scores are ordered by."""
    columns: dict[str, Any] = {}
    for place, item in enumerate(scoring.items):
        points = _points(item, place, formulas, table)
        if item.counts_when:
            counts = formulas.at[("scoring", "items", place, "counts_when")].build(table)
            columns[f"counts_{item.code}"] = counts
            points = ibis.cases((counts, points), else_=ibis.null("int64"))
        columns[f"points_{item.code}"] = points
    for place, order in enumerate(scoring.quota.equal_scores if scoring.quota else ()):
        if order.of:
            path = ("scoring", "quota", "equal_scores", place, "of")
            columns[f"order_{place}"] = formulas.at[path].build(table)
    return columns


def _points(item: ScoredItem, place: int, formulas: Formulas, table: Any) -> Any:
    if isinstance(item, ManualItem):
        given = (table[item.question] * 1000).round().cast("int64")
        in_range = (given >= 0) & (given <= thousandths(item.maximum))
        return ibis.cases((in_range, given), else_=ibis.null("int64"))
    if isinstance(item, CorrectedItem):
        return corrected_points(item, place, formulas, table)
    formula = formulas.at[("scoring", "items", place, "of")]
    if isinstance(item, BandsItem):
        return _band_points(item, formula, table)
    if isinstance(item, CategoriesItem):
        return category_points(item, formula, table)
    if isinstance(item, EfficacyItem):
        return efficacy_points(item, place, formulas, table)
    among = formulas.at.get(("scoring", "items", place, "among"))
    return _proportional_points(item, formula, among.build(table) if among else YES, table)


def _band_points(item: BandsItem, formula: Formula, table: Any) -> Any:
    value = formula.build(table)
    steps = ascending(item.bands)
    cases = [(value.isnull(), ibis.null("int64"))]
    cases += [
        (_within(value, step, MINOR if formula.kind == "money" else 1), thousandths(step.points))
        for step in steps[:-1]
    ]
    return ibis.cases(*cases, else_=thousandths(steps[-1].points)).cast("int64")


def _within(value: Any, step: Step, scale: int) -> Any:
    assert step.bound is not None
    bound = step.bound * scale
    exact = int(bound) if bound == bound.to_integral_value() else float(bound)
    return value <= exact if step.includes else value < exact


def _proportional_points(item: ProportionalItem, formula: Formula, among: Any, table: Any) -> Any:
    """Half-up to the item's decimals, in whole numbers: (2 v m + M) div 2 M."""
    value = formula.build(table)
    whole = value.cast("int64") if formula.kind == "money" else (value * 1000).round().cast("int64")
    value = ibis.cases((value.isnull(), ibis.null("int64")), (whole > 0, whole), else_=0)
    units = 10**item.decimals
    highest = value.max(where=among)
    exact = 2**62 // int(2 * item.maximum * units + 1)  # beyond it a share is taken of whole millions
    beyond = highest.fill_null(0) > exact
    value, highest = (beyond.ifelse(_millions(amount), amount) for amount in (value, highest))
    scaled = value * int(2 * item.maximum * units) + highest
    share = _whole_quotient(scaled, (highest * 2).nullif(0))
    points = share * (1000 // units)
    return ibis.cases(
        (among.isnull(), ibis.null("int64")),
        (~among, thousandths(item.others)),
        (value.isnull(), ibis.null("int64")),
        (highest.fill_null(0) == 0, 0),
        else_=points,
    ).cast("int64")


def _millions(amount: Any) -> Any:
    return (amount / 1_000_000).round().cast("int64")


def _whole_quotient(numerator: Any, denominator: Any) -> Any:
    """Exact for 64-bit numbers at or above zero: the remainder goes first, the division then is even."""
    return ((numerator - numerator % denominator) / denominator).round().cast("int64")


def _totals(policy: Policy, table: Any) -> Any:
    """The score, and the rank it gives; the rank the criteria give."""
    columns: dict[str, Any] = {}
    if policy.scoring:
        columns["score_milli"] = _score(policy.scoring, table)
    if policy.criteria:
        columns["rank_by_criteria"] = _rank_by_criteria(policy, table)
    return table.mutate(**columns)


def _score(scoring: Scoring, table: Any) -> Any:
    summed: Any = 0
    left_out: Any = 0
    unusable = NO
    may_leave_out = False
    for item in scoring.items:
        points = table[f"points_{item.code}"]
        rule = item.missing.rule
        missing = points.isnull()
        if item.counts_when:
            counts = table[f"counts_{item.code}"]
            may_leave_out = True
            unusable = unusable | counts.isnull()
            left_out = left_out + ibis.cases((counts, 0), else_=thousandths(item.maximum))
            missing = missing & counts.fill_null(NO)
            points = ibis.cases((counts, points), else_=0)
        summed = summed + points.fill_null(thousandths(item.if_missing))
        if rule == "incomplete":
            unusable = unusable | missing
        elif rule in ("leave_out", "cap"):
            may_leave_out = True
            left_out = left_out + ibis.cases((missing, thousandths(item.maximum)), else_=0)
    score = summed
    if may_leave_out:
        total = thousandths(scoring.total)
        measured = total - left_out
        unusable = unusable | (measured <= 0) | (measured < thousandths(scoring.measured_at_least))
        score = _whole_quotient(summed * total, measured.nullif(0))
    return ibis.cases((unusable, ibis.null("int64")), else_=score).cast("int64")


def _rank_by_criteria(policy: Policy, table: Any) -> Any:
    assert policy.criteria
    criteria = policy.criteria
    conditions = {condition.code: condition for condition in policy.conditions}
    named = [criterion for criterion in criteria.grades if not criterion.otherwise]
    held = {c.grade: _holds(c, conditions, table) for c in named}
    ranks = {c.grade: policy.rank_of(c.grade) for c in criteria.grades}
    order = [c.grade for c in named]
    if criteria.precedence != "first":
        order.sort(key=ranks.__getitem__, reverse=criteria.precedence == "worst")
    cases: list[tuple[Any, Any]] = []
    for grade in order:
        if criteria.unknown == "incomplete":
            cases.append((held[grade].isnull(), 0))
        cases.append((held[grade].fill_null(NO), ranks[grade]))
    remainder = ibis.null("int64")
    if rest := next((c for c in criteria.grades if c.otherwise), None):
        enough = _known(policy, table) >= rest.known_at_least
        remainder = ibis.cases((enough, ranks[rest.grade]), else_=ibis.null("int64"))
    return ibis.cases(*cases, else_=remainder).cast("int64").nullif(0)


def _holds(criterion: Criterion, conditions: dict[str, Condition], table: Any) -> Any:
    """True, false or unknown. A condition of another role neither gives a grade nor stands in its way."""
    outcomes = []
    for code in criterion.any or criterion.all:
        outcome = table[f"condition_{code}"]
        if conditions[code].roles:
            here = table["role"].isin(conditions[code].roles)
            outcome = ibis.cases((here, outcome), else_=YES if criterion.all else NO)
        outcomes.append(outcome)
    return reduce(operator.or_ if criterion.any else operator.and_, outcomes)


def _known(policy: Policy, table: Any) -> Any:
    total: Any = 0
    for condition in policy.conditions:
        total = total + table[f"condition_{condition.code}"].notnull().cast("int64")
    return total


def _before_caps(policy: Policy, table: Any) -> Any:
    """The grade before caps and vetoes: the worse one where a policy both scores and has criteria."""
    ranks = []
    if policy.scoring:
        ranks.append(table["rank_by_place"] if policy.scoring.quota else _rank_by_score(policy, table))
    if policy.criteria:
        ranks.append(table["rank_by_criteria"])
    rank = ranks[0]
    if len(ranks) == 2:
        both = ranks[0].notnull() & ranks[1].notnull()
        rank = ibis.cases((both, ibis.greatest(*ranks)), else_=ibis.null("int64"))
    rank = ibis.cases((table["applicable"], rank), else_=ibis.null("int64"))
    return table.mutate(rank_before_caps=rank.cast("int64"))


def _rank_by_score(policy: Policy, table: Any) -> Any:
    assert policy.scoring
    thresholds = policy.scoring.thresholds
    score = table["score_milli"]
    cases = [(score.isnull(), ibis.null("int64"))]
    steps = ascending(grades_descending(thresholds))
    ranks = [policy.rank_of(thresholds[int(step.points)].grade) for step in steps]
    for step, rank in zip(steps[:-1], ranks, strict=False):
        cases.append((_within(score, step, 1000), rank))
    return ibis.cases(*cases, else_=ranks[-1])


def _final(policy: Policy, table: Any) -> Any:
    """Caps and vetoes, the state, and grades in letters."""
    before = table["rank_before_caps"]
    lowest = ibis.greatest(capped(policy, table, soft=False), capped(policy, table, soft=True))
    vetoed_to = vetoed(policy, table)
    rank = ibis.cases(
        (~table["applicable"], ibis.null("int64")),
        (vetoed_to > 0, ibis.greatest(vetoed_to, lowest, before.fill_null(0))),
        (before.isnull(), ibis.null("int64")),
        else_=ibis.greatest(before, lowest),
    ).cast("int64")
    table = table.mutate(rank=rank)
    state = ibis.cases(
        (~table["applicable"], "not_applicable"), (table["rank"].isnull(), "incomplete"), else_="graded"
    )
    columns = {key: table[key] for key in KEYS if key in table.columns}
    columns |= {"state": state, "grade": _letters(policy, table["rank"]), "rank": table["rank"]}
    columns["score_milli"] = table["score_milli"] if policy.scoring else ibis.null("int64")
    columns["grade_before_caps"] = _letters(policy, table["rank_before_caps"])
    columns |= {name: table[name] for name in table.columns if name.startswith(KEPT)}
    return table.select(**columns)


def _letters(policy: Policy, rank: Any) -> Any:
    cases = [(rank == place, step.code) for place, step in enumerate(policy.scale, 1)]
    return ibis.cases(*cases, else_="")
