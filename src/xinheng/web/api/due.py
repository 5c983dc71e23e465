"""What is due: of every room, tasks, reports owed, breaches and fines, figures of departments."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import month_of
from xinheng.operations.duties import queries as duties
from xinheng.operations.duties import services as acts
from xinheng.operations.duties.values import DuesWanted
from xinheng.runs.services import business_day
from xinheng.web.api.due_schemas import (
    AppealDecisionIn,
    AppealIn,
    BreachIn,
    DuesAsked,
    DutyDueOut,
    DutyTaskDoneIn,
    DutyTaskIn,
    DutyTaskOut,
    DutyWhyIn,
    FineDecisionIn,
    FineOut,
    FinesAsked,
    OwedReportIn,
    RateOut,
    ReportOwedOut,
    ReportsOwedAsked,
)
from xinheng.web.api.fields import AsOf, Id
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["duties"])
BACK, AHEAD, LONGEST = timedelta(days=62), timedelta(days=31), timedelta(days=366)
By = Annotated[Literal["unit", "person", "month"], Query()]


@router.get("/dues", response={200: list[DutyDueOut], **PROBLEMS})
def dues(request: HttpRequest, asked: Query[DuesAsked]) -> list[dict[str, Any]]:
    """Everything due that you may know of, the first due first; rooms you may not read are not asked."""
    actor, on = actor_of(request), business_day()
    since = asked.since or on - BACK
    until = min(asked.until or on + AHEAD, since + LONGEST)
    gathered = duties.gather(actor, since=since, until=until, on=on)
    wanted = DuesWanted(asked.text, asked.owner, kind=asked.kind, state=asked.state)
    return [_due(one, on) for one in duties.chosen(gathered, wanted, on=on)]


@router.post("/duty-tasks", response={201: DutyTaskOut, **PROBLEMS})
@once()
def order_task(request: HttpRequest, body: DutyTaskIn) -> Status[Any]:
    """Order something to be done."""
    kept = acts.order_task(**_who(request), new=body.new())
    return Status(201, _task(duties.get_task(actor_of(request), kept.pk)))


@router.post("/duty-tasks/{task_id}/done", response={200: DutyTaskOut, **PROBLEMS})
@once()
def finish_task(request: HttpRequest, task_id: Id, body: DutyTaskDoneIn) -> Status[Any]:
    """Note that a task was done."""
    acts.finish_task(**_who(request), task_id=task_id, result=body.result)
    return Status(200, _task(duties.get_task(actor_of(request), task_id)))


@router.post("/duty-tasks/{task_id}/withdraw", response={200: DutyTaskOut, **PROBLEMS})
@once()
def withdraw_task(request: HttpRequest, task_id: Id, body: DutyWhyIn) -> Status[Any]:
    """Take a task back."""
    acts.withdraw_task(**_who(request), task_id=task_id, why=body.why)
    return Status(200, _task(duties.get_task(actor_of(request), task_id)))


@router.get("/reports-owed", response={200: list[ReportOwedOut], **PROBLEMS})
def reports_owed(request: HttpRequest, asked: Query[ReportsOwedAsked]) -> list[dict[str, Any]]:
    """Reports that units within your reach owe, and how each stands."""
    on = business_day()
    since = asked.since or on - 3 * BACK
    until = min(asked.until or on + 3 * AHEAD, since + LONGEST)
    found = duties.obligations(actor_of(request), since=since, until=until, on=on, pack=asked.pack)
    return [_owed(one) for one in found]


@router.post("/reports-owed", response={201: DoneOut, **PROBLEMS})
@once()
def hand_in(request: HttpRequest, body: OwedReportIn) -> Status[Any]:
    """Hand in a report of texts, or a nil return; one that needs files is handed in on its page."""
    return Status(201, {"id": acts.hand_in(**_who(request), new=body.new()).pk})


@router.get("/fines", response={200: Page[FineOut], **PROBLEMS})
def fines(request: HttpRequest, asked: Query[FinesAsked]) -> dict[str, Any]:
    """The breaches within your reach that pass the filters, the oldest first."""
    rows = duties.fines(actor_of(request), asked.wanted()).order_by("pk").filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_fine(row) for row in found], "next": following}


@router.get("/fines/{incident_id}", response={200: FineOut, **PROBLEMS})
def fine(request: HttpRequest, incident_id: Id) -> dict[str, Any]:
    """One breach and what it costs."""
    return _fine(duties.get_incident(actor_of(request), incident_id))


@router.post("/fines", response={201: FineOut, **PROBLEMS})
@once()
def propose(request: HttpRequest, body: BreachIn) -> Status[Any]:
    """Tell a breach; the fine is reckoned by the scheme of its day and waits for a decision."""
    kept = acts.propose_fine(**_who(request), new=body.new())
    return Status(201, fine(request, kept.pk))


@router.post("/fines/{incident_id}/confirm", response={200: FineOut, **PROBLEMS})
@once()
def confirm(request: HttpRequest, incident_id: Id, body: FineDecisionIn) -> Status[Any]:
    """Let a fine stand."""
    acts.confirm_fine(**_who(request), incident_id=incident_id, decision=body.decision())
    return Status(200, fine(request, incident_id))


@router.post("/fines/{incident_id}/waive", response={200: FineOut, **PROBLEMS})
@once()
def waive(request: HttpRequest, incident_id: Id, body: DutyWhyIn) -> Status[Any]:
    """Let a fine go, with the reason."""
    acts.waive_fine(**_who(request), incident_id=incident_id, why=body.why)
    return Status(200, fine(request, incident_id))


@router.post("/fines/{incident_id}/appeal", response={200: FineOut, **PROBLEMS})
@once()
def appeal(request: HttpRequest, incident_id: Id, body: AppealIn) -> Status[Any]:
    """Contest a confirmed fine."""
    acts.appeal_fine(**_who(request), incident_id=incident_id, text=body.text)
    return Status(200, fine(request, incident_id))


@router.post("/fines/{incident_id}/decide", response={200: FineOut, **PROBLEMS})
@once()
def decide(request: HttpRequest, incident_id: Id, body: AppealDecisionIn) -> Status[Any]:
    """Uphold, reduce or lift a contested fine."""
    amount = None if body.amount is None else Money.of(body.amount, body.currency)
    told: dict[str, Any] = {"result": body.result, "why": body.why, "amount": amount}
    acts.decide_appeal(**_who(request), incident_id=incident_id, **told)
    return Status(200, fine(request, incident_id))


@router.get("/duty-rates", response={200: list[RateOut], **PROBLEMS})
def duty_rates(request: HttpRequest, by: By = "unit", as_of: AsOf = None) -> list[dict[str, Any]]:
    """Punctuality and completeness of the month of a day, by department, person or month."""
    on = business_day()
    lines = duties.rates(actor_of(request), month_of(as_of or on), on=on, by=by)
    return [
        {
            "name": one.name, "due": one.due, "on_time": one.on_time, "complete": one.complete,
            "on_time_rate": _share(one.on_time_rate), "complete_rate": _share(one.complete_rate),
        }
        for one in lines
    ]  # fmt: skip


def _share(rate: Any) -> str | None:
    return None if rate is None else f"{rate:.4f}"


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _due(one: Any, on: Any) -> dict[str, Any]:
    plain = ("kind", "subject", "words", "due_on", "owner", "done_on", "is_assumed")
    told = {name: getattr(one, name) for name in plain}
    return {**told, "kind_words": duties.kind_word(one.kind), "is_late": one.is_late(on)}


def _task(row: Any) -> dict[str, Any]:
    plain = (
        "id", "kind", "title", "owner", "due_on", "every", "state", "result", "done_on", "done_by",
    )  # fmt: skip
    return {**{name: getattr(row, name) for name in plain}, "unit_code": row.unit.code}


def _owed(one: Any) -> dict[str, Any]:
    plain = (
        "pack", "report", "words", "unit_code", "unit_name", "due_on", "is_rest_day", "is_assumed", "state",
        "is_late", "submission_id", "handed_in_on",
    )  # fmt: skip
    told = {name: getattr(one, name) for name in plain}
    return {**told, "first_on": one.period.first, "last_on": one.period.last}


def _fine(row: Any) -> dict[str, Any]:
    plain = (
        "id", "pack", "version", "scope", "cause", "what", "happened_on", "person", "nth", "factor",
        "state", "why",
        "decided_by", "decided_on", "appeal_result", "ordered_on", "corrected_on",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in plain},
        "unit_code": row.unit.code,
        "fine": MoneyOut.of(Money(row.fine_minor, row.currency)),
        "cut": MoneyOut.of(Money(row.cut_minor, row.currency)),
    }
