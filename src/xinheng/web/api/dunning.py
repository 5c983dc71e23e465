"""Dunning: preview, plan, send and undo runs; reminders, pauses, jumps, ladders chosen, calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.operations.dunning import queries as dunning
from xinheng.operations.dunning import services as acts
from xinheng.operations.dunning.values import NewCall, NewChoice, NewPause, Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.dunning_schemas import (
    DunningCallIn,
    DunningContactOut,
    DunningItemOut,
    DunningJumpIn,
    DunningLadderIn,
    DunningPauseIn,
    DunningPlanOut,
    DunningRunOut,
    DunningUndoIn,
    ReminderOut,
)
from xinheng.web.api.fields import USUAL_LIMIT, AfterId, AsOf, Id, Limit, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["dunning"])
Text = Annotated[str, Query(max_length=100)]
LevelFrom = Annotated[int | None, Query(ge=0, le=99)]
RunId = Annotated[int | None, Query(ge=1, le=2**62)]
RUN = ("id", "on", "state", "items", "letters", "counts", "planned_by", "sent_by", "sent_at")
ITEM = ("id", "instalment", "due_on", "overdue_days", "level_before", "level", "decision", "letter")
LETTER = ("id", "ladder", "level", "state", "lines", "oldest_days", "deadline_on")
YEAR = timedelta(days=365)


@router.get("/dunning/preview", response={200: DunningPlanOut, **PROBLEMS})
def preview(request: HttpRequest, on: AsOf = None) -> dict[str, Any]:
    """What a run of a day would do for the customers within your reach; nothing is written."""
    actor, today = actor_of(request), business_day()
    among = None if actor.scope.reach == "everything" else customers.visible(actor, on=today)
    made = dunning.preview(actor, among, on=on or today)
    return {
        "on": made.on, "items": made.items.height, "letters": made.letters.height, "counts": made.counts,
    }  # fmt: skip


@router.get("/dunning/runs", response={200: Page[DunningRunOut], **PROBLEMS})
def runs(request: HttpRequest, after: AfterId = None, limit: Limit = USUAL_LIMIT) -> dict[str, Any]:
    """The runs, the newest first."""
    rows = dunning.runs(actor_of(request)).order_by("-pk")
    rows = rows.filter(pk__lt=after) if after else rows
    shown, following = page_of(list(rows[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_run(request, row) for row in shown], "next": following}


@router.post("/dunning/runs", response={201: DunningRunOut, **PROBLEMS})
@once()
def plan_run(request: HttpRequest) -> Status[Any]:
    """Plan today's reminders, or refresh what was planned and not sent."""
    return Status(201, _run(request, acts.plan_run(**_who(request))))


@router.get("/dunning/runs/{run_id}", response={200: DunningRunOut, **PROBLEMS})
def run(request: HttpRequest, run_id: Id) -> dict[str, Any]:
    """One run."""
    return _run(request, dunning.run(actor_of(request), run_id))


@router.get("/dunning/runs/{run_id}/items", response={200: Page[DunningItemOut], **PROBLEMS})
def run_items(
    request: HttpRequest,
    run_id: Id,
    decision: Text = "",
    text: Text = "",
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """What a run decided on each open item of customers within your reach, and why."""
    actor = actor_of(request)
    dunning.run(actor, run_id)
    rows = dunning.items(actor, run_id, on=business_day(), decision=decision, text=text).order_by("pk")
    rows = rows.filter(pk__gt=after) if after else rows
    shown, following = page_of(list(rows[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_item(row) for row in shown], "next": following}


@router.post("/dunning/runs/{run_id}/send", response={200: DunningRunOut, **PROBLEMS})
@once()
def send_run(request: HttpRequest, run_id: Id) -> Status[Any]:
    """Send the letters of a run, or go on with one that was cut off."""
    return Status(200, _run(request, acts.send_run(**_who(request), run_id=run_id)))


@router.post("/dunning/runs/{run_id}/undo", response={200: DunningRunOut, **PROBLEMS})
@once()
def undo_run(request: HttpRequest, run_id: Id, body: DunningUndoIn) -> Status[Any]:
    """Give a run up before anything of it was sent."""
    return Status(200, _run(request, acts.undo_run(**_who(request), run_id=run_id, reason=body.reason)))


@router.get("/reminders", response={200: Page[ReminderOut], **PROBLEMS})
def reminders(  # noqa: PLR0913, PLR0917 - each a filter
    request: HttpRequest,
    text: Text = "",
    state: Literal["", "planned", "sent"] = "",
    level: LevelFrom = None,
    run: RunId = None,
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """The letters of reminder within your reach, the newest first. level: from this one on."""
    wanted = Wanted(text=text, state=state, level=level, run=run, after=after)
    rows = list(dunning.letters(actor_of(request), wanted, on=business_day())[: limit + 1])
    shown, following = page_of(rows, limit, lambda row: row.pk)
    return {"items": [_letter(row) for row in shown], "next": following}


@router.get("/customers/{path:no}/dunning-contacts", response={200: list[DunningContactOut], **PROBLEMS})
def contacts(request: HttpRequest, no: No) -> list[dict[str, Any]]:
    """What one customer was told and what calls came to in the last year, the newest first."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "dunning.read", f"customer:{no}")
    customer = customers.get(actor, no, on=on)
    found = dunning.contacts(customers.by_ids([customer.pk]), since=on - YEAR, until=on)
    return [
        {
            **{name: row[name] for name in ("on", "way", "level", "what", "note", "by")},
            "reminder": row["letter_id"],
        }
        for row in found.iter_rows(named=True)
    ]


@router.post("/customers/{path:no}/dunning-pauses", response={201: DoneOut, **PROBLEMS})
@once()
def pause(request: HttpRequest, no: No, body: DunningPauseIn) -> Status[Any]:
    """Remind nobody of a customer's debts, or of one bill, up to and with a day."""
    made = acts.pause(**_who(request), customer_no=no, new=NewPause(**body.model_dump()))
    return Status(201, {"id": made.pk})


@router.post("/dunning-pauses/{pause_id}/resume", response={200: DoneOut, **PROBLEMS})
@once()
def resume(request: HttpRequest, pause_id: Id, body: DunningUndoIn) -> Status[Any]:
    """End a pause today."""
    held = acts.resume(**_who(request), pause_id=pause_id, reason=body.reason)
    return Status(200, {"id": held.pk})


@router.post("/customers/{path:no}/dunning-jumps", response={201: DoneOut, **PROBLEMS})
@once()
def jump(request: HttpRequest, no: No, body: DunningJumpIn) -> Status[Any]:
    """Let the next run remind of a bill at a level above the next one."""
    made = acts.jump(**_who(request), customer_no=no, **body.model_dump())
    return Status(201, {"id": made.pk})


@router.post("/customers/{path:no}/dunning-ladders", response={201: DoneOut, **PROBLEMS})
@once()
def choose_ladder(request: HttpRequest, no: No, body: DunningLadderIn) -> Status[Any]:
    """Choose the ladder of one bill, of a customer, or of a customer and all below it."""
    made = acts.choose_ladder(**_who(request), customer_no=no, new=NewChoice(**body.model_dump()))
    return Status(201, {"id": made.pk})


@router.post("/customers/{path:no}/dunning-calls", response={201: DoneOut, **PROBLEMS})
@once()
def enter_call(request: HttpRequest, no: No, body: DunningCallIn) -> Status[Any]:
    """Keep what a call came to; a promise pauses reminders, what is contested becomes a dispute."""
    told = body.model_dump()
    amount, currency = told.pop("promised"), told.pop("currency")
    promised = Money.of(amount, currency) if amount is not None else None
    call = NewCall(no, letter_id=told.pop("reminder"), promised=promised, **told)
    return Status(201, {"id": acts.enter_call(**_who(request), call=call).pk})


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _run(request: HttpRequest, row: Any) -> dict[str, Any]:
    missing = dunning.missing_of(actor_of(request), row, on=business_day())
    return {**{name: getattr(row, name) for name in RUN}, "missing": missing}


def _item(row: Any) -> dict[str, Any]:
    currency = row.bill.currency
    return {
        **{name: getattr(row, name) for name in ITEM},
        "customer_no": row.customer.no,
        "bill_no": row.bill.bill_no,
        "open": MoneyOut.of(Money(row.open_minor, currency)),
        "asked": MoneyOut.of(Money(row.due_minor, currency)),
    }


def _letter(row: Any) -> dict[str, Any]:
    minor = {
        "open": "open_minor",
        "taken_off": "credit_minor",
        "asked": "due_minor",
        "charges": "charges_minor",
    }
    return {
        **{name: getattr(row, name) for name in LETTER},
        "run": row.run_id,
        "customer_no": row.customer.no,
        "customer_name": row.customer.name,
        "on": row.run.on,
        **{name: MoneyOut.of(Money(getattr(row, column), row.currency)) for name, column in minor.items()},
    }
