"""The reasons behind one result: each rule's outcome, in words, in the order in which they decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _

from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Cap, Condition, ManualItem, Policy, ScoredItem
from xinheng.judgements.ratings import places, wording
from xinheng.judgements.ratings.values import InputValue, Reason

Outcome = Literal["fired", "not_fired", "unknown"]


def of(policy: Policy, inputs: dict[str, Any], result: dict[str, Any]) -> list[Reason]:
    """Every reason, the decisive first; unknown figures that a rule needed come as missing."""
    teller = _Teller(policy, inputs, result)
    told = [*teller.exclusions(), *teller.vetoes(), *teller.caps(), *teller.conditions()]
    told += [*teller.place(), *teller.points(), *teller.flags()]
    told.sort(key=lambda reason: _weight(reason, result, policy))
    return [*told, *teller.missing(told)]


class _Teller:
    def __init__(self, policy: Policy, inputs: dict[str, Any], result: dict[str, Any]) -> None:
        self.policy, self.inputs, self.result = policy, inputs, result
        self.formulas = policies.formulas(policy)
        self.unset: list[str] = []  # parameters without a value that a rule needed
        self.wanting: dict[
            tuple[str, str], frozenset[str]
        ] = {}  # reason -> unknown figures that matter to it

    def exclusions(self) -> Iterator[Reason]:
        for place, exclusion in enumerate(self.policy.exclusions):
            outcome = _outcome(self.result[f"exclusion_{exclusion.code}"])
            yield self._reason("condition", exclusion, outcome, ("exclusions", place, "when"))

    def flags(self) -> Iterator[Reason]:
        """What is told beside the grade, where it holds or may hold."""
        for place, flag in enumerate(self.policy.flags):
            outcome = _outcome(self.result[f"flag_{flag.code}"])
            if outcome != "not_fired":
                yield self._reason("condition", flag, outcome, ("flags", place, "when"))

    def place(self) -> Iterator[Reason]:
        """Of a quota: the place by score, among how many, and which places the grade goes to."""
        quota = self.policy.scoring.quota if self.policy.scoring else None
        if quota is None or self.result["place"] is None:
            return
        yield Reason(
            kind="condition",
            code="place",
            text=places.told(self.policy, quota, self.result),
            outcome="fired",
            grade=self.policy.scale[self.result["rank_by_place"] - 1].code,
            source_mark=quota.mark,
            source_clause=quota.clause,
        )

    def vetoes(self) -> Iterator[Reason]:
        for place, veto in enumerate(self.policy.vetoes):
            outcome = _outcome(self.result[f"veto_{veto.code}"])
            yield self._reason("veto", veto, outcome, ("vetoes", place, "when"), grade=veto.grade)

    def caps(self) -> Iterator[Reason]:
        for place, cap in enumerate(self.policy.caps):
            outcome = _outcome(self.result[f"cap_{cap.code}"])
            told = self._reason("cap", cap, outcome, ("caps", place, "when"), grade=cap.grade)
            yield replace(told, text=_cap_words(cap, told.text, outcome))

    def conditions(self) -> Iterator[Reason]:
        grades = {
            code: criterion.grade
            for criterion in (self.policy.criteria.grades if self.policy.criteria else ())
            for code in (*criterion.any, *criterion.all)
        }
        for place, condition in enumerate(self.policy.conditions):
            if condition.roles and self.inputs.get("role") not in condition.roles:
                continue
            grade = grades.get(condition.code, "")
            if condition.when is None:
                yield self._lost(condition, grade)
                continue
            outcome = _outcome(self.result[f"condition_{condition.code}"])
            yield self._reason("condition", condition, outcome, ("conditions", place, "when"), grade=grade)

    def points(self) -> Iterator[Reason]:
        for place, item in enumerate(self.policy.scoring.items if self.policy.scoring else ()):
            milli = self.result[f"points_{item.code}"]
            points = None if milli is None else Decimal(milli) / 1000
            outcome: Outcome = "unknown" if points is None else "fired"
            text = _points_words(item, points)
            if self.result.get(f"counts_{item.code}", True) is False:
                outcome = "not_fired"
                text = _("%(item)s: does not count for this customer") % {"item": wording.of(item)}
            told = self._reason("points", item, outcome, ("scoring", "items", place, "of"))
            if isinstance(item, ManualItem):
                told = replace(told, inputs=(self._input(item.question),))
                self.wanting["points", item.code] = frozenset({item.question})
            yield replace(told, text=text, points=points, maximum=item.maximum)

    def missing(self, told: Iterable[Reason]) -> Iterator[Reason]:
        """Each figure that is not known and that left a rule undecided, once; then parameters not set."""
        seen: set[str] = set()
        for reason in told:
            for one in reason.inputs:
                wanted = self.wanting.get((reason.kind, reason.code), frozenset())
                if reason.outcome == "unknown" and one.code in wanted and one.code not in seen:
                    seen.add(one.code)
                    text = _("Not known: %(name)s") % {"name": one.name}
                    yield Reason("missing", one.code, text, "unknown", inputs=(one,))
        for parameter in self.policy.parameters:
            if parameter.code in self.unset:
                text = _("Parameter not set: %(name)s") % {"name": wording.of(parameter)}
                yield Reason(
                    "missing",
                    parameter.code,
                    text,
                    "unknown",
                    source_mark=parameter.mark,
                    source_clause=parameter.clause,
                )

    def _reason(
        self,
        kind: Literal["condition", "points", "cap", "veto"],
        part: Any,
        outcome: Outcome,
        path: tuple[str | int, ...],
        grade: str = "",
    ) -> Reason:
        beside = [(*path[:-1], key) for key in ("among", "counts_when")]
        within = self.formulas.figures_of(int(path[2])) if kind == "points" else [path]
        paths = [one for one in (*within, *beside) if one in self.formulas.at]
        self.wanting[kind, part.code] = frozenset().union(
            *(self.formulas.wanting(one, self.inputs) for one in paths)
        )
        return Reason(
            kind=kind,
            code=part.code,
            text=wording.of(part),
            outcome=outcome,
            grade=grade,
            source_mark=part.mark,
            source_clause=part.clause,
            inputs=tuple(self._inputs(paths)),
        )

    def _inputs(self, paths: Iterable[tuple[str | int, ...]]) -> Iterator[InputValue]:
        """The figures the formulas looked at, without those that had no say."""
        names: set[str] = set()
        for path in paths:
            behind = self.formulas.behind(self.formulas.at[path].names)
            names |= behind - self.formulas.idle(path, self.inputs)
        for code in sorted(names):
            name = self.formulas.names[code]
            if name.origin == "parameter" and name.value is None:
                self.unset.append(code)
            elif name.origin in ("indicator", "question", "fact"):
                yield self._input(code)

    def _input(self, code: str) -> InputValue:
        return wording.input_value(self.policy, code, self.inputs.get(code))

    def _lost(self, condition: Condition, grade: str) -> Reason:
        text = _("Parameter not set: %(name)s") % {"name": wording.of(condition)}
        return Reason(
            "missing",
            condition.code,
            text,
            "unknown",
            grade=grade,
            source_mark=condition.mark,
            source_clause=condition.clause,
        )


def _outcome(value: bool | None) -> Outcome:
    if value is None:
        return "unknown"
    return "fired" if value else "not_fired"


def _cap_words(cap: Cap, text: str, outcome: Outcome) -> str:
    if cap.soft:
        text = _("%(text)s (in principle)") % {"text": text}
    if outcome == "unknown" and cap.unknown == "applies":
        text = _("%(text)s (not known, so it applies)") % {"text": text}
    return text


def _points_words(item: ScoredItem, points: Decimal | None) -> str:
    told = {"item": wording.of(item), "maximum": wording.plain(item.maximum)}
    if points is not None:
        told["points"] = wording.plain(points)
        return _("%(item)s: %(points)s of %(maximum)s points") % told
    match item.missing.rule:
        case "incomplete":
            return _("%(item)s: not measured, so there is no grade") % told
        case "lowest":
            return _("%(item)s: not measured, lowest points") % told
        case "points":
            told["points"] = wording.plain(item.missing.points or Decimal(0))
            return _("%(item)s: not measured, %(points)s of %(maximum)s points by rule") % told
        case "cap":
            told["grade"] = item.missing.grade
            return _("%(item)s: not measured, left out, and %(grade)s at best") % told
    return _("%(item)s: not measured, left out") % told


def _weight(reason: Reason, result: dict[str, Any], policy: Policy) -> tuple[int, Decimal]:
    """The place of a reason: what decided first, then what it costs in points, then what did not matter."""
    lowered = result["grade"] != result["grade_before_caps"]
    held = reason.outcome == "fired" or (reason.outcome == "unknown" and _applies_unknown(reason, policy))
    none = Decimal(0)
    if reason.kind == "veto" and reason.outcome == "fired":
        return 0, none
    if reason.kind == "cap" and held:
        return (1 if lowered and reason.grade == result["grade"] else 4), none
    if reason.kind == "condition" and reason.outcome == "fired":
        return (2 if reason.grade == result["grade_before_caps"] else 5), none
    if reason.kind == "points" and not _left_out(reason, policy):
        return 3, (reason.points or none) - (reason.maximum or none)
    if reason.kind == "condition" and reason.outcome == "not_fired" and _needed_all(reason, policy):
        return 3, none
    return (6 if reason.outcome == "unknown" else 7), none


def _applies_unknown(reason: Reason, policy: Policy) -> bool:
    return any(cap.code == reason.code and cap.unknown == "applies" for cap in policy.caps)


def _left_out(reason: Reason, policy: Policy) -> bool:
    """An item that is not measured, or does not count, and costs nothing."""
    if reason.outcome == "not_fired":
        return True
    items = policy.scoring.items if policy.scoring else ()
    rules = {item.code: item.missing.rule for item in items}
    return reason.points is None and rules[reason.code] == "leave_out"


def _needed_all(reason: Reason, policy: Policy) -> bool:
    """A condition of a grade that needs all of its conditions: that it is not met decides."""
    grades = policy.criteria.grades if policy.criteria else ()
    return any(reason.code in criterion.all for criterion in grades)
