"""Collection: cases, contacts, promises, plans, steps of the law, clocks, recoveries."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status, UploadedFile

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period, quarter_of, year_of
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries as customers
from xinheng.operations.collection import queries as collection
from xinheng.operations.collection import services as acts
from xinheng.operations.collection.values import ClockLine
from xinheng.runs.services import business_day
from xinheng.web.api.collection_schemas import (
    AssignedOut,
    ClockOut,
    ClocksAsked,
    ClockToldOut,
    CollectionAssignIn,
    CollectionCaseOut,
    CollectionCasesAsked,
    CollectionCaseToldOut,
    CollectionRecoveredOut,
    CollectorIn,
    ContactMadeIn,
    DeadlineIn,
    DeadlineMetIn,
    DeadlineOut,
    FollowUpOut,
    InterruptionIn,
    LegalStepIn,
    NextStepIn,
    PaymentPlanIn,
    PromiseIn,
    PromiseOut,
    ReassignIn,
    RefreshedOut,
    TakenBackIn,
    money,
)
from xinheng.web.api.fields import Day, Id, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["collection"])
BillNo = Annotated[str, Query(max_length=60)]


@router.get("/collection-cases", response={200: Page[CollectionCaseOut], **PROBLEMS})
def listed(request: HttpRequest, asked: Query[CollectionCasesAsked]) -> dict[str, Any]:
    """The cases within your reach that pass the filters, the oldest first."""
    rows = collection.cases(actor_of(request), asked.wanted(), on=business_day()).order_by("pk")
    rows = rows.filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_case(row) for row in found], "next": following}


@router.post("/collection-cases/refresh", response={200: RefreshedOut, **PROBLEMS})
@once()
def refresh(request: HttpRequest) -> Status[Any]:
    """Look at the ledger now: open, close and weigh the cases."""
    return Status(200, vars(acts.refresh(**_who(request))))


@router.post("/collection-cases/assign", response={200: AssignedOut, **PROBLEMS})
@once()
def assign(request: HttpRequest, body: CollectionAssignIn) -> Status[Any]:
    """Assign cases by skill, the largest expected loss to the strongest."""
    told = acts.assign(**_who(request), anew=body.anew)
    return Status(200, {"assigned": told.assigned, "left": told.left})


@router.post("/collection-cases/reassign", response={200: AssignedOut, **PROBLEMS})
@once()
def reassign(request: HttpRequest, body: ReassignIn) -> Status[Any]:
    """Give cases to a person by hand."""
    number = acts.reassign(**_who(request), case_ids=body.cases, login=body.login)
    return Status(200, {"assigned": number, "left": len(body.cases) - number})


@router.put("/collectors/{login}", response={200: DoneOut, **PROBLEMS})
@once()
def set_collector(request: HttpRequest, login: No, body: CollectorIn) -> Status[Any]:
    """Say how strong a person is at collecting, and how many cases it takes."""
    return Status(200, {"id": acts.set_collector(**_who(request), login=login, **body.dict()).pk})


@router.get("/collection-cases/{case_id}", response={200: CollectionCaseToldOut, **PROBLEMS})
def one_case(request: HttpRequest, case_id: Id) -> dict[str, Any]:
    """One case with what is due today and its promises."""
    on = business_day()
    account = collection.account_of(actor_of(request), case_id, on=on)
    case = account.case
    due = collection.due_lines(case.customer, on=on, currency=case.currency)
    same = ("bill_no", "kind", "due_on", "overdue_days")
    lines = [
        {
            **{name: getattr(one, name) for name in same},
            "open": MoneyOut.of(one.open),
            "contested": MoneyOut.of(one.disputed),
        }
        for one in due
    ]
    promises = [_promise(one, case) for one in account.promises]
    return {**_case(case), "due": lines, "promises": promises}


@router.post("/collection-cases/{case_id}/next-step", response={200: DoneOut, **PROBLEMS})
@once()
def plan_step(request: HttpRequest, case_id: Id, body: NextStepIn) -> Status[Any]:
    """Say what is done next on a case."""
    return Status(200, {"id": acts.plan_step(**_who(request), case_id=case_id, step=body.then()).pk})


@router.post("/customers/{path:no}/contacts-made", response={201: DoneOut, **PROBLEMS})
@once()
def log_contact(request: HttpRequest, no: No, body: ContactMadeIn) -> Status[Any]:
    """Log a contact with a customer and what came of it."""
    return Status(201, {"id": acts.log_contact(**_who(request), customer_no=no, contact=body.new()).pk})


@router.post("/collection-cases/{case_id}/promises", response={201: DoneOut, **PROBLEMS})
@once()
def promise(request: HttpRequest, case_id: Id, body: PromiseIn) -> Status[Any]:
    """Note a promise to pay; the ledger says whether it was kept."""
    who = _who(request)
    amount = money(body.amount, _currency(who, case_id), "amount")
    told: dict[str, Any] = {"amount": amount, "due_on": body.due_on, "promised_by": body.promised_by}
    return Status(201, {"id": acts.promise(**who, case_id=case_id, **told).pk})


@router.post("/promises/{promise_id}/withdraw", response={200: DoneOut, **PROBLEMS})
@once()
def withdraw_promise(request: HttpRequest, promise_id: Id, body: TakenBackIn) -> Status[Any]:
    """Take an open promise back."""
    kept = acts.withdraw_promise(**_who(request), promise_id=promise_id, why=body.why)
    return Status(200, {"id": kept.pk})


@router.get("/promises", response={200: list[PromiseOut], **PROBLEMS})
def promises(
    request: HttpRequest, state: Literal["open", "kept", "part", "broken", "withdrawn"] = "open"
) -> list[Any]:
    """Promises within your reach in a state, the next due first, at most a thousand."""
    rows = collection.promises(actor_of(request), state=state, on=business_day())
    return [_promise(one, one.case) for one in rows[:1000]]


@router.post("/collection-cases/{case_id}/plans", response={201: DoneOut, **PROBLEMS})
@once()
def agree_plan(request: HttpRequest, case_id: Id, body: PaymentPlanIn) -> Status[Any]:
    """Agree a payment plan; its parts come to the total exactly."""
    who = _who(request)
    plan = body.new(_currency(who, case_id))
    return Status(201, {"id": acts.agree_plan(**who, case_id=case_id, plan=plan).pk})


@router.post("/payment-plans/{plan_id}/withdraw", response={200: DoneOut, **PROBLEMS})
@once()
def withdraw_plan(request: HttpRequest, plan_id: Id, body: TakenBackIn) -> Status[Any]:
    """End a running plan before its time."""
    return Status(200, {"id": acts.withdraw_plan(**_who(request), plan_id=plan_id, why=body.why).pk})


@router.post("/collection-cases/{case_id}/legal-steps", response={201: DoneOut, **PROBLEMS})
@once()
def take_step(request: HttpRequest, case_id: Id, body: LegalStepIn) -> Status[Any]:
    """Take a step of the law without a paper; with one, use the page or note the interruption beside it."""
    who = _who(request)
    step = body.new(_currency(who, case_id))
    return Status(201, {"id": acts.take_step(**who, case_id=case_id, step=step).pk})


@router.post("/collection-cases/{case_id}/deadlines", response={201: DoneOut, **PROBLEMS})
@once()
def add_deadline(request: HttpRequest, case_id: Id, body: DeadlineIn) -> Status[Any]:
    """Watch another time of the law."""
    kept = acts.add_deadline(**_who(request), case_id=case_id, deadline=body.new())
    return Status(201, {"id": kept.pk})


@router.post("/legal-deadlines/{deadline_id}/meet", response={200: DoneOut, **PROBLEMS})
@once()
def meet_deadline(request: HttpRequest, deadline_id: Id, body: DeadlineMetIn) -> Status[Any]:
    """Note that what had to be done was done."""
    kept = acts.meet_deadline(**_who(request), deadline_id=deadline_id, how=body.how)
    return Status(200, {"id": kept.pk})


@router.get("/legal-deadlines", response={200: list[DeadlineOut], **PROBLEMS})
def deadlines(request: HttpRequest) -> list[Any]:
    """Other times of the law that run, the next first, at most a thousand."""
    on = business_day()
    same = ("code", "what", "from_on", "last_day")
    return [
        {
            "id": one.pk,
            "case": one.case_id,
            "customer_no": one.case.customer.no,
            "text": collection.clock_word(one.code, on=on),
            "days_left": (one.last_day - on).days,
            **{name: getattr(one, name) for name in same},
        }
        for one in collection.deadlines(actor_of(request), on=on)[:1000]
    ]


@router.post("/customers/{path:no}/interruptions", response={201: list[DoneOut], **PROBLEMS})
@once()
def interrupt(
    request: HttpRequest, no: No, file: File[UploadedFile], told: Form[InterruptionIn]
) -> Status[Any]:
    """Let the time of limitation run anew; the file is the evidence, and without it nothing moves."""
    upload = Upload(file.name or "", file.read())
    kept = acts.interrupt(**_who(request), customer_no=no, interruption=told.new(upload))
    return Status(201, [{"id": one.pk} for one in kept])


@router.post("/interruptions/{event_id}/take-back", response={200: DoneOut, **PROBLEMS})
@once()
def take_back(request: HttpRequest, event_id: Id, body: TakenBackIn) -> Status[Any]:
    """Say that an interruption was none."""
    kept = acts.take_back_interruption(**_who(request), event_id=event_id, why=body.why)
    return Status(200, {"id": kept.pk})


@router.get("/limitation", response={200: list[ClockOut], **PROBLEMS})
def clocks(request: HttpRequest, asked: Query[ClocksAsked]) -> list[Any]:
    """How long debts within your reach can be enforced, the most urgent first."""
    found = collection.clock_lines(actor_of(request), on=business_day(), which=asked.which)
    return [_clock(one) for one in found[: asked.most]]


@router.get("/customers/{path:no}/limitation", response={200: list[ClockToldOut], **PROBLEMS})
def clocks_of(request: HttpRequest, no: No, bill_no: BillNo = "") -> list[Any]:
    """The clocks of a customer's late debts; of one bill where it is named, with the arithmetic in words."""
    actor, on = actor_of(request), business_day()
    if bill_no:
        line, told = collection.clock_of(actor, no, bill_no, on=on)
        return [{**_clock(line), "told": told}]
    customer = customers.get(actor, no, on=on)
    found = collection.clock_lines(actor, on=on, which="all", customer=customer)
    return [{**_clock(one), "told": []} for one in found]


@router.get("/collection-recovered", response={200: list[CollectionRecoveredOut], **PROBLEMS})
def recovered(
    request: HttpRequest,
    first: Annotated[Day | None, Query()] = None,
    last: Annotated[Day | None, Query()] = None,
    by: Literal["responsible", "collector"] = "responsible",
) -> list[Any]:
    """What each person recovered in a period; this year where none is named."""
    on = business_day()
    year = year_of(on)
    period = Period(first or year.first, max(first or year.first, last or year.last))
    same = ("rank", "person", "rate", "coefficient", "figure")
    return [
        {
            **{name: getattr(one, name) for name in same},
            "due": MoneyOut.of(one.due),
            "recovered": MoneyOut.of(one.recovered),
        }
        for one in collection.appraise(actor_of(request), period, on=on, by=by)
    ]


@router.get("/follow-ups", response={200: list[FollowUpOut], **PROBLEMS})
def follow_ups(request: HttpRequest, day: Annotated[Day | None, Query()] = None) -> list[Any]:
    """Customers to be spoken to in the quarter of a day, the missing first; this quarter if none is named."""
    on = business_day()
    return [
        {
            "customer_no": one.customer.no,
            "grade": one.grade,
            "spoken_on": one.contact.on if one.contact else None,
            "way": one.contact.way if one.contact else "",
            "by": one.contact.by if one.contact else "",
            "is_late": one.is_late,
        }
        for one in collection.follow_ups(actor_of(request), quarter_of(day or on), on=on)
    ]


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _currency(who: dict[str, Any], case_id: int) -> str:
    return collection.get_case(who["actor"], case_id, on=who["on"]).currency


def _case(row: Any) -> dict[str, Any]:
    same = (
        "overdue_days", "lines", "collector", "next_step", "next_step_on", "active_on", "figures_on",
        "opened_on", "closed_on",
    )  # fmt: skip
    late = None if row.late_minor is None else Money(row.late_minor, row.currency)
    return {
        "id": row.pk,
        "customer_no": row.customer.no,
        "customer_name": row.customer.name,
        "overdue": MoneyOut.of(Money(row.overdue_minor, row.currency)),
        "contested": MoneyOut.of(Money(row.disputed_minor, row.currency)),
        "expected_loss": MoneyOut.of(Money(row.loss_minor, row.currency)),
        "expected_late": MoneyOut.of_any(late),
        **{name: getattr(row, name) for name in same},
    }


def _promise(row: Any, case: Any) -> dict[str, Any]:
    same = ("due_on", "promised_by", "state", "judged_on", "consequences")
    return {
        "id": row.pk,
        "case": case.pk,
        "customer_no": case.customer.no,
        "amount": MoneyOut.of(Money(row.amount_minor, case.currency)),
        "paid": MoneyOut.of(Money(row.paid_minor, case.currency)),
        **{name: getattr(row, name) for name in same},
    }


def _clock(one: ClockLine) -> dict[str, Any]:
    same = ("bill_no", "due_on", "runs_from", "last_day", "is_certain", "days_left", "alert", "is_expired")
    return {
        "customer_no": one.customer.no,
        "open": MoneyOut.of(one.open),
        "be_done_by": one.alert_base,
        "interruptions": one.events,
        **{name: getattr(one, name) for name in same},
    }
