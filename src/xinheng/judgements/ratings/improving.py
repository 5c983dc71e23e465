"""The smallest changes that would raise a grade, each one rated by the policy before it is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice, product
from typing import Any

from xinheng.indicators import queries as indicators
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings.critical import Figure, Turns, of_question
from xinheng.judgements.ratings.rerating import Row, alone, compared, held, rerate

Changes = dict[str, Any]  # code of a figure -> the value it would have, as it is kept
TIMED = {  # only time changes them, nobody can
    "founded_years", "months_since_first", "relation_years", "trading_months"
}  # fmt: skip
LONG = ("months", "years")  # units of answers that tell how long something has been going on
MOST_ROWS = 6_000  # of combinations that are rated at once
MOST_TOGETHER = 120  # ways to settle one rule that looks at several figures
MOST_TOLD = 3  # ways to one grade
WIDE, NARROW = 90, 2  # candidates in pairs; candidates of one figure in threes


class Search:
    """What could be changed of one customer, and what each change came to."""

    def __init__(self, policy: Policy, inputs: Row, result: Row) -> None:
        self.policy, self.rated_by = policy, alone(policy)
        self.row = {**inputs, **held(policy, result)}
        self.result = result
        self.figures = _figures(policy, self.row)
        self.known: dict[frozenset[tuple[str, Any]], Row] = {}
        self.worst = len(policy.scale) + 1
        self.grades = {
            f"condition_{code}": policy.rank_of(criterion.grade)
            for criterion in (policy.criteria.grades if policy.criteria else ())
            for code in (*criterion.any, *criterion.all)
        }

    def is_repeatable(self) -> bool:
        """Whether the policy gives this row by itself what the run gave it."""
        now = self._rate([{}])[0]
        told = ("state", "grade", "score_milli", "grade_before_caps")
        return all(now[name] == self.result[name] for name in told)

    def found(self) -> list[Changes]:
        """Sets of changes that each give a better grade, the smallest first."""
        first = [*self._single(), *self._together()]
        self._rate([{}, *first])
        now = self._merit({})
        useful = [one for one in first if self._rank(one) < self._rank({}) or self._merit(one) > now]
        useful = self._distinct(sorted(useful, key=self._order))
        self._rate(list(islice((*self._topped_up(useful), *_united(useful)), MOST_ROWS)))
        better = self._better()
        return self._thinned(better or self._all_at_once(useful))

    def lasting(self) -> set[str]:
        """The columns of caps and vetoes that hold and that no change tried took away."""
        names = [name for name in self.result if name.startswith(("cap_", "veto_"))]
        held = {name for name in names if self._holds(name, self.result)}
        for row in self.known.values():
            held = {name for name in held if self._holds(name, row)}
        return held

    def _holds(self, name: str, result: Row) -> bool:
        if result[name] is not None or name.startswith("veto_"):
            return result[name] is True
        return any(f"cap_{cap.code}" == name and cap.unknown == "applies" for cap in self.policy.caps)

    def after(self, changes: Changes) -> Row:
        """The result of the changes."""
        return self.known[_key(changes)]

    def cost(self, changes: Changes) -> tuple[int, float]:
        """How much would change: how many figures, and how far they go."""
        return len(changes), sum(self._distance(code, value) for code, value in changes.items())

    def _single(self) -> list[Changes]:
        self.tried = Turns(self.policy, self.figures, {**self.result, **self.row}).values()
        return [{code: value} for code, values in self.tried.items() for value in values]

    def _topped_up(self, useful: list[Changes]) -> Iterator[Changes]:
        """Points given by hand that make up what another change leaves to the next grades."""
        scoring = self.policy.scoring
        for item in scoring.items if scoring else ():
            question = getattr(item, "question", "")
            if scoring is None or question not in self.figures or self.row.get(question) is None:
                continue
            for one in (changes for changes in useful if question not in changes):
                score = self.known[_key(one)]["score_milli"]
                for threshold in scoring.thresholds if score is not None else ():
                    points = self.row[question] + float(threshold.from_ or 0) - score / 1000
                    if self.row[question] < points <= float(item.maximum):
                        yield {**one, question: round(points, 3)}

    def _together(self) -> Iterator[Changes]:
        """Ways to settle at once all that one condition, cap or veto looks at."""
        formulas = policies.formulas(self.policy)
        for path, formula in formulas.at.items():
            names = sorted(name for name in formulas.behind(formula.names) if self.tried.get(name))
            if path[0] in ("conditions", "caps", "vetoes") and len(names) > 1:
                ways = [[None, *self._near(name)] for name in names]
                each = (
                    {n: v for n, v in zip(names, way, strict=True) if v is not None} for way in product(*ways)
                )
                yield from islice((one for one in each if len(one) > 1), MOST_TOGETHER)

    def _near(self, code: str) -> list[Any]:
        values, now = self.tried[code], self.row.get(code)
        if now is None or isinstance(now, str | bool):
            return values[:4]
        return sorted(values, key=lambda value: abs(value - now))[:4]

    def _rate(self, many: Sequence[Changes]) -> list[Row]:
        new = {_key(changes): changes for changes in many if _key(changes) not in self.known}
        if new:
            rows = [{**self.row, **changes} for changes in new.values()]
            self.known.update(zip(new, rerate(self.rated_by, rows), strict=True))
        return [self.known[_key(changes)] for changes in many]

    def _rank(self, changes: Changes) -> int:
        return int(self.known[_key(changes)]["rank"] or self.worst)

    def _merit(self, changes: Changes) -> float:
        """How near the result is to a better grade: rules that hold it down, and points."""
        result, limit = self.known[_key(changes)], self._rank({})
        merit = (result["score_milli"] or 0) / 1000
        for name, value in result.items():
            if name.startswith("condition_") and name in self.grades:
                merit += (value is True) if self.grades[name] < limit else -(value is True)
            elif name.startswith(("cap_", "veto_")):
                merit -= value is not False
        return merit

    def _order(self, changes: Changes) -> tuple[float, ...]:
        return (self._rank(changes), -self._merit(changes) / (1 + len(changes)), *self.cost(changes))

    def _distinct(self, ordered: list[Changes]) -> list[Changes]:
        """Of changes of the same figures that come to the same, the nearest."""
        kept: dict[Any, Changes] = {}
        for one in ordered:
            result = self.known[_key(one)]
            came_to = tuple(value for name, value in result.items() if name != "customer_id")
            key = frozenset(one), came_to
            if key not in kept or self.cost(one) < self.cost(kept[key]):
                kept[key] = one
        return list(kept.values())

    def _better(self) -> list[Changes]:
        limit = self._rank({})
        found = [dict(key) for key, result in self.known.items() if (result["rank"] or self.worst) < limit]
        return sorted(found, key=self.cost)

    def _all_at_once(self, useful: list[Changes]) -> list[Changes]:
        """Where no few changes are enough: the best of every figure, and of that what is needed."""
        all_: Changes = {}
        for one in useful:
            all_ = {**one, **all_}
        self._rate([all_])
        if self._rank(all_) >= self._rank({}):
            return []
        while True:
            fewer = [_without(all_, code) for code in all_]
            self._rate(fewer)
            enough = [one for one in fewer if self._rank(one) < self._rank({})]
            if not enough:
                return [all_]
            all_ = min(enough, key=self.cost)

    def _thinned(self, better: list[Changes]) -> list[Changes]:
        """A few ways to each grade, none of which holds a change that is not needed."""
        told: list[Changes] = []
        for grade in sorted({self._rank(one) for one in better}, reverse=True):
            ways = [one for one in better if self._rank(one) == grade]
            figures: set[frozenset[str]] = set()
            for one in ways:
                if len(figures) == MOST_TOLD:
                    break
                if any(seen <= frozenset(one) for seen in figures):
                    continue
                if needed := self._needed(one, grade):
                    figures.add(frozenset(needed))
                    told.append(needed)
        return told

    def _needed(self, changes: Changes, grade: int) -> Changes:
        """The changes without those that the grade does not need; none where fewer give a better one."""
        while len(changes) > 1:
            fewer = [_without(changes, code) for code in changes]
            self._rate(fewer)
            enough = [one for one in fewer if self._rank(one) <= grade]
            if not enough:
                break
            changes = min(enough, key=self.cost)
        return changes if self._rank(changes) == grade else {}

    def _distance(self, code: str, value: Any) -> float:
        now = self.row.get(code)
        if now is None:
            return 1.5
        if isinstance(value, bool | str):
            return 1.0
        return float(abs(value - now) / max(abs(value), abs(now), self.figures[code].step))


def is_compared(policy: Policy) -> bool:
    """Whether grades are places among all customers, so that none can be told of one alone."""
    return bool(getattr(policy.scoring, "quota", None))


def _figures(policy: Policy, row: Row) -> dict[str, Figure]:
    """The figures somebody can change: measured ones and answers, but no age and nothing others weigh in."""
    formulas = policies.formulas(policy)
    questions = {question.code: question for question in policy.questions}
    apart: set[str] = set(TIMED)
    for place, _item in enumerate(policy.scoring.items if policy.scoring else ()):
        if policy.scoring and policy.scoring.items[place] in compared(policy):
            for part in ("of", "among"):
                formula = formulas.at.get(("scoring", "items", place, part))
                apart |= formulas.behind(formula.names) if formula else set()
    found: dict[str, Figure] = {}
    for code in policies.inputs_of(policy):
        name = formulas.names[code]
        if code in apart or (name.origin == "indicator" and row.get(code) is None):
            continue
        if name.origin == "indicator":
            card = indicators.card(code)
            least = None if card.unit == "ratio" or code.endswith(("growth", "trend", "change")) else 0.0
            found[code] = Figure(code, name.kind, card.unit, "indicator", card.better, least)
        elif name.origin == "question" and questions[code].unit not in LONG:
            found[code] = of_question(questions[code], name.kind)
    return found


def _united(useful: list[Changes]) -> Iterator[Changes]:
    """Two, three and four changes together that do not contradict each other."""
    few: dict[frozenset[str], list[Changes]] = {}
    for one in useful:
        few.setdefault(frozenset(one), []).append(one)
    narrow = [one for ways in few.values() for one in ways[:NARROW]]
    best = [ways[0] for ways in few.values()]
    for many, size in ((useful[:WIDE], 2), (best[:16], 4), (narrow[:26], 3)):
        for group in combinations(many, size):
            if len({code for one in group for code in one}) == sum(map(len, group)):
                yield _merged(group)


def _merged(group: Iterable[Changes]) -> Changes:
    return {code: value for one in group for code, value in one.items()}


def _without(changes: Changes, code: str) -> Changes:
    return {name: value for name, value in changes.items() if name != code}


def _key(changes: Changes) -> frozenset[tuple[str, Any]]:
    return frozenset(changes.items())
