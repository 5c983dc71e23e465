"""What would raise the grade that one run gave one customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import reasons, wording
from xinheng.judgements.ratings.errors import RunUnknown
from xinheng.judgements.ratings.explaining import Case, decision
from xinheng.judgements.ratings.improving import Search, is_compared
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.ratings.values import Change, Improvement, InputValue, Outlook, Reason

State = Literal["best", "open", "closed", "compared", "incomplete", "not_applicable"]
MOST = 8  # ways that are told


def outlook(actor: Actor, run_id: int, customer_no: str, *, on: date, role: str = "") -> Outlook:
    """The smallest changes that would raise the grade; each was rated by the same policy first.

    Only figures that can change are looked at: no age, and none where customers are compared.
    Refuses: AccessDenied, CustomerUnknown (also out of scope), RunUnknown, NotRated, RunFilesMissing.
    """
    case = (found := decision(actor, run_id, customer_no, on=on, role=role)).case
    told = reasons.of(case.policy, case.inputs, case.result)
    search = Search(case.policy, case.inputs, case.result)
    state, ways = _ways(case, search)
    obstacles = _obstacles(search, told) if state in ("open", "closed") else []
    return Outlook(
        run_id=found.run.pk,
        customer_no=found.customer.no,
        grade=case.grade,
        state=state,
        summary=_summary(state, ways),
        improvements=tuple(ways),
        obstacles=tuple(obstacles),
        wanting=tuple(_wanting(told)) if state != "best" else (),
    )


def _ways(case: Case, search: Search) -> tuple[State, list[Improvement]]:
    if case.result["state"] == "not_applicable":
        return "not_applicable", []
    if case.result["state"] == "incomplete":
        return "incomplete", []
    if case.result["rank"] == 1:
        return "best", []
    if is_compared(case.policy) or not search.is_repeatable():
        return "compared", []
    ways = [_told(case, search, changes) for changes in search.found()[:MOST]]
    return ("open" if ways else "closed"), ways


def _told(case: Case, search: Search, changes: dict[str, Any]) -> Improvement:
    after = search.after(changes)
    steps = tuple(
        Change(
            wording.input_value(case.policy, code, search.row.get(code)),
            wording.input_value(case.policy, code, value),
            raw=value,
        )
        for code, value in sorted(changes.items())
    )
    text = wording.joined([change_text(step) for step in steps])
    return Improvement(after["grade"], wording.score(after["score_milli"]), steps, text)


def change_text(change: Change) -> str:
    """One change in words: the figure, what it would be, what it is."""
    told = {"name": change.then.name, "then": wording.told(change.then), "now": wording.told(change.now)}
    if change.now.value is None:
        return _("%(name)s: %(then)s (not known now)") % told
    return _("%(name)s: %(then)s (now %(now)s)") % told


def _obstacles(search: Search, told: list[Reason]) -> list[str]:
    """Caps and vetoes that hold, and hold whatever is changed."""
    lasting = search.lasting()
    return [
        reason.text
        for reason in told
        if reason.kind in ("cap", "veto") and f"{reason.kind}_{reason.code}" in lasting
    ]


def _wanting(told: list[Reason]) -> list[InputValue]:
    return [replace(one) for reason in told if reason.kind == "missing" for one in reason.inputs]


def _summary(state: State, ways: list[Improvement]) -> str:
    match state:
        case "best":
            return _("This is the best grade there is.")
        case "not_applicable":
            return _("The policy does not apply to this customer.")
        case "incomplete":
            return _("There is no grade yet: the missing figures come first.")
        case "compared":
            return _("The grade depends on other customers, so no change of one alone can be promised.")
        case "closed":
            return _("Nothing that can be changed now would raise the grade.")
    first = min(ways, key=lambda way: len(way.changes))
    told = {"grade": first.grade, "number": len(first.changes)}
    return (
        ngettext(
            "Grade %(grade)s can be reached by changing %(number)s figure.",
            "Grade %(grade)s can be reached by changing %(number)s figures.",
            len(first.changes),
        )
        % told
    )


def question_name(run_id: int, code: str) -> str:
    """A question of the policy a run rated by, in the reader's language; the code where it has none."""
    run = Run.objects.filter(pk=run_id, state="done").first()
    if run is None:
        raise RunUnknown(run_id=run_id)
    asked = policies.load(packs.document(run.policy_sha256).text).questions
    return next((wording.of(one) for one in asked if one.code == code), code)
