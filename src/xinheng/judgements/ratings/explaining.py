"""Why a run gave a customer its grade: every rule in words, the decisive ones first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.facts.consents import queries as consents
from xinheng.facts.customers import queries as customers
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings import reasons, stored, wording
from xinheng.judgements.ratings.errors import NotRated, RunUnknown
from xinheng.judgements.ratings.models import Grade, Run
from xinheng.judgements.ratings.values import Explanation, Reason


@dataclass(frozen=True)
class Case:
    """One customer in one run: what went in, what came out, and by which policy."""

    policy: Policy
    inputs: dict[str, Any]
    result: dict[str, Any]

    @property
    def grade(self) -> str:
        return str(self.result["grade"])

    @property
    def before(self) -> str:
        return str(self.result["grade_before_caps"])


@dataclass(frozen=True)
class Decision:
    """What one run decided about one customer, with all that it was decided from."""

    run: Run
    customer: Any
    grade: Grade
    others: list[Grade]  # of the customer's other roles
    case: Case


def decision(actor: Actor, run_id: int, customer_no: str, *, on: date, role: str = "") -> Decision:
    """One customer in one run, out of the files of the run.

    role: of a policy that grades by role; the one shown first where not said.
    Refuses: AccessDenied, CustomerUnknown (also out of scope), RunUnknown, NotRated, RunFilesMissing.
    """
    access.require(actor, "ratings.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    run = Run.objects.filter(pk=run_id, state="done").first()
    if run is None:
        raise RunUnknown(run_id=run_id)
    grades = list(Grade.objects.filter(run=run, customer=customer).order_by("-leads", "role"))
    grade = next((one for one in grades if one.role == role or not role), None)
    if grade is None:
        raise NotRated(run_id=run_id, customer_no=customer_no)
    policy = policies.load(packs.document(run.policy_sha256).text)
    found = {
        file: [row for row in stored.rows_of(run, file, customer_no) if row.get("role", "") == grade.role]
        for file in ("inputs", "results")
    }
    if not all(found.values()):
        raise NotRated(run_id=run_id, customer_no=customer_no)
    case = Case(policy, found["inputs"][0], found["results"][0])
    return Decision(run, customer, grade, [one for one in grades if one is not grade], case)


def explanation(actor: Actor, run_id: int, customer_no: str, *, on: date, role: str = "") -> Explanation:
    """Why one run gave one customer its grade, in the reader's language.

    role: of a policy that grades by role; the one shown first where not said.
    Refuses: AccessDenied, CustomerUnknown (also out of scope), RunUnknown, NotRated, RunFilesMissing.
    """
    found = decision(actor, run_id, customer_no, on=on, role=role)
    run, customer, case = found.run, found.customer, found.case
    told = reasons.of(case.policy, case.inputs, case.result)
    commission = consents.commission(customer, run.policy_code, as_of=run.as_of)
    return Explanation(
        run_id=run.pk,
        customer_no=customer.no,
        customer_name=customer.name,
        as_of=run.as_of,
        policy_code=run.policy_code,
        policy_name=wording.of(case.policy.name),
        policy_version=run.policy_version,
        policy_sha256=run.policy_sha256,
        state=case.result["state"],
        grade=case.grade,
        grade_before_caps=case.before,
        score=wording.score(case.result["score_milli"]),
        summary=_summary(case, told, found.others),
        reasons=tuple(told),
        previous_grade=found.grade.previous_grade,
        role=found.grade.role,
        kind="commissioned" if commission else "internal",
        agency=commission.recipient if commission else "",
    )


def _summary(case: Case, told: list[Reason], others: list[Grade]) -> str:
    match case.result["state"]:
        case "not_applicable":
            lines = [_("The policy does not apply to this customer."), *_excluded(case)]
        case "incomplete":
            unknown = sum(reason.kind == "missing" for reason in told)
            lines = [
                _("Not graded: the data are incomplete, %(count)s figures are missing.") % {"count": unknown}
            ]
        case _:
            lines = [_graded(case), *_in_proportion(case), *_because(case, told)]
    lines += [
        _("As %(role)s: %(grade)s.")
        % {"role": wording.role(other.role), "grade": other.grade or _("not graded")}
        for other in others
    ]
    return wording.sentences(lines)


def _excluded(case: Case) -> list[str]:
    """Why the policy leaves the customer out, where it says so."""
    held = [one for one in case.policy.exclusions if case.result[f"exclusion_{one.code}"]]
    return (
        [_("Because: %(why)s.") % {"why": wording.joined([wording.of(one) for one in held])}] if held else []
    )


def _graded(case: Case) -> str:
    step = case.policy.scale[case.policy.rank_of(case.grade) - 1]
    score = case.result["score_milli"]
    if score is None:
        return _("Grade %(grade)s (%(meaning)s).") % {"grade": case.grade, "meaning": wording.of(step)}
    assert case.policy.scoring
    return _("Grade %(grade)s (%(meaning)s) with %(score)s of %(total)s points.") % {
        "grade": case.grade,
        "meaning": wording.of(step),
        "score": wording.plain(Decimal(score) / 1000),
        "total": wording.plain(case.policy.scoring.total),
    }


def _in_proportion(case: Case) -> list[str]:
    """That items were left out, where they were: the points then do not add up to the score."""
    scoring, left = case.policy.scoring, Decimal(0)
    for item in scoring.items if scoring else ():
        counts = case.result.get(f"counts_{item.code}", True)
        left_out = item.missing.rule in ("leave_out", "cap") and case.result[f"points_{item.code}"] is None
        if left_out or not counts:
            left += item.maximum
    if scoring is None or not left or case.result["score_milli"] is None:
        return []
    told = {"measured": wording.plain(scoring.total - left), "total": wording.plain(scoring.total)}
    return [_("Only items of %(measured)s points were measured, scaled to %(total)s.") % told]


def _because(case: Case, told: list[Reason]) -> list[str]:
    """What decided: the veto or caps that hold the grade down, or the conditions that gave it."""
    vetoes = [reason.text for reason in told if reason.kind == "veto" and reason.outcome == "fired"]
    if vetoes:
        return [_("Vetoed: %(why)s.") % {"why": wording.joined(vetoes)}]
    if case.before and case.before != case.grade:
        caps = [
            reason.text
            for reason in told
            if reason.kind in ("cap", "missing")
            and reason.grade == case.grade
            and reason.outcome != "not_fired"
        ]
        told_before = {"grade": case.before, "why": wording.joined(caps)}
        return [_("It would be %(grade)s, but: %(why)s.") % told_before]
    fired = [
        reason.text
        for reason in told
        if reason.kind == "condition" and reason.outcome == "fired" and reason.grade == case.grade
    ]
    if fired:
        return [_("Because: %(why)s.") % {"why": wording.joined(fired)}]
    if case.policy.criteria and not case.policy.scoring:
        return [_("No other grade's conditions are met.")]
    lost = sorted(
        (reason for reason in told if reason.kind == "points" and reason.points is not None),
        key=lambda reason: (reason.points or 0) - (reason.maximum or 0),
    )[:2]
    short = [reason.text for reason in lost if reason.points != reason.maximum]
    return [_("Most points were lost on: %(why)s.") % {"why": wording.joined(short)}] if short else []
