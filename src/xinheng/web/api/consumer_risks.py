"""Consumer risk: lists of a run, runs, what came of them, points, payments under way, figures of a case."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from xinheng.judgements.consumers import queries as consumers
from xinheng.judgements.consumers import services as acts
from xinheng.judgements.consumers.values import Accuracy
from xinheng.reports import queries as lists
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.api.consumer_risk_schemas import (
    CaseFiguresIn,
    CaseFiguresOut,
    ConsumerPointsOut,
    DemeritBackIn,
    DemeritIn,
    DemeritKeptOut,
    PaymentEndIn,
    PaymentUnderWayIn,
    PaymentUnderWayOut,
    RiskAccuracyOut,
    RiskListAsked,
    RiskListName,
    RiskListOut,
    RiskOutcomeIn,
    RiskRunIn,
    RiskRunOut,
)
from xinheng.web.api.fields import AsOf, Id
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["consumer risk"])
ConsumerNo = Annotated[str, Path(max_length=40)]


@router.get("/consumer-risks/lists/{what}", response={200: RiskListOut, **PROBLEMS})
def risk_list(request: HttpRequest, what: RiskListName, asked: Query[RiskListAsked]) -> dict[str, Any]:
    """One of the lists in words, within your reach; of the last run where none is named."""
    on = business_day()
    listed, rows = lists.listed_consumers(actor_of(request), what, asked.wanted(), on=on)
    kinds = [one.kind for one in listed.columns]
    part = listed.part(rows, asked.offset, asked.offset + asked.limit)
    return {
        "title": str(listed.title),
        "columns": [str(one.title) for one in listed.columns],
        "rows": [
            [reports.in_words(value, kind) for value, kind in zip(listed.cells(row, on), kinds, strict=True)]
            for row in part
        ],
        "total": len(rows),
    }


@router.get("/consumer-risks/runs/{run_id}", response={200: RiskRunOut, **PROBLEMS})
def risk_run(request: HttpRequest, run_id: Id) -> Any:
    """One run with its totals, where you reach every consumer; else without them."""
    actor = actor_of(request)
    found = consumers.run(actor, run_id)
    return _run(found, sees_all=actor.scope.reach == "everything")


@router.post("/consumer-risks/runs", response={201: RiskRunOut, **PROBLEMS})
@once()
def make_risk_run(request: HttpRequest, body: RiskRunIn) -> Status[Any]:
    """Judge every consumer for a month. Judged again it is another run."""
    actor = actor_of(request)
    made = acts.run_risk(actor=actor, on=business_day(), month=body.month)
    return Status(201, _run(made, sees_all=actor.scope.reach == "everything"))


@router.post("/consumer-risks/runs/{run_id}/outcome", response={200: list[RiskAccuracyOut], **PROBLEMS})
@once()
def record_risk_outcome(request: HttpRequest, run_id: Id) -> list[dict[str, Any]]:
    """Take what came of a run from the bills, when its month is over."""
    actor = actor_of(request)
    acts.record_outcome(actor=actor, on=business_day(), run_id=run_id)
    return [_accuracy(one) for one in consumers.accuracies(actor) if one.run_id == run_id]


@router.post("/consumer-risks/runs/{run_id}/counted", response={200: list[RiskAccuracyOut], **PROBLEMS})
@once()
def tell_risk_outcome(request: HttpRequest, run_id: Id, body: RiskOutcomeIn) -> list[dict[str, Any]]:
    """Tell what came of a run in one class, as people counted it."""
    actor = actor_of(request)
    acts.tell_outcome(actor=actor, on=business_day(), run_id=run_id, **body.told())
    return [_accuracy(one) for one in consumers.accuracies(actor) if one.run_id == run_id]


@router.get("/consumer-risks/accuracy", response={200: list[RiskAccuracyOut], **PROBLEMS})
def risk_accuracy(request: HttpRequest) -> list[dict[str, Any]]:
    """What every run came to, class by class, the newest month first."""
    return [_accuracy(one) for one in consumers.accuracies(actor_of(request))]


@router.get("/consumers/{consumer_no}/points", response={200: ConsumerPointsOut, **PROBLEMS})
def consumer_points(request: HttpRequest, consumer_no: ConsumerNo, as_of: AsOf = None) -> Any:
    """The points of a consumer as of any day, with each demerit in force."""
    return consumers.points_of(actor_of(request), consumer_no, as_of=as_of or business_day())


@router.post("/consumers/{consumer_no}/demerits", response={201: DemeritKeptOut, **PROBLEMS})
@once()
def add_demerit(request: HttpRequest, consumer_no: ConsumerNo, body: DemeritIn) -> Status[Any]:
    """Take points from a consumer by hand."""
    kept = acts.add_demerit(actor=actor_of(request), on=business_day(), new=body.new(consumer_no))
    return Status(201, {"entry_id": kept.pk})


@router.post(
    "/consumers/{consumer_no}/demerits/{entry_id}/take-back", response={200: DemeritKeptOut, **PROBLEMS}
)
@once()
def take_back_demerit(
    request: HttpRequest, consumer_no: ConsumerNo, entry_id: Id, body: DemeritBackIn
) -> dict[str, Any]:
    """Take a demerit back; it then counts on no day."""
    who: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    kept = acts.take_back_demerit(**who, consumer_no=consumer_no, entry_id=entry_id, why=body.why)
    return {"entry_id": kept.pk}


@router.post("/consumers/{consumer_no}/payments-under-way", response={201: PaymentUnderWayOut, **PROBLEMS})
@once()
def tell_payment_under_way(
    request: HttpRequest, consumer_no: ConsumerNo, body: PaymentUnderWayIn
) -> Status[Any]:
    """Keep a payment that has not arrived; it counts towards the computed balance."""
    who: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    kept = acts.tell_payment(**who, consumer_no=consumer_no, **body.told())
    return Status(201, {"payment_id": kept.pk})


@router.post("/consumer-payments/{payment_id}/end", response={200: PaymentUnderWayOut, **PROBLEMS})
@once()
def end_payment_under_way(request: HttpRequest, payment_id: Id, body: PaymentEndIn) -> dict[str, Any]:
    """Say that a payment under way arrived or failed."""
    who: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    kept = acts.end_payment(**who, payment_id=payment_id, outcome=body.outcome)
    return {"payment_id": kept.pk}


@router.get("/consumer-risks/case", response={200: CaseFiguresOut, **PROBLEMS})
def case_figures(request: HttpRequest) -> dict[str, Any]:
    """The newest figures of the case with every rate they come to."""
    return _case(consumers.case_figures(actor_of(request)))


@router.post("/consumer-risks/case", response={201: CaseFiguresOut, **PROBLEMS})
@once()
def load_case_figures(request: HttpRequest, body: CaseFiguresIn) -> Status[Any]:
    """Load figures of a case; totals that do not add up are refused."""
    who: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    return Status(201, _case(acts.load_case(**who, title=body.title, figures=body.figures)))


def _run(row: Any, *, sees_all: bool) -> dict[str, Any]:
    names = ("month", "as_of", "method", "rules", "results_sha256")
    told = {name: getattr(row, name) for name in names}
    return {
        **told,
        "id": row.pk,
        "totals": row.totals if sees_all else [],
        "notes": row.notes if sees_all else {},
    }


def _accuracy(one: Accuracy) -> dict[str, Any]:
    texts = ("foretold", "foretold_high", "late_amount")
    shares = ("by_amount", "by_amount_high", "by_number", "by_number_high")
    plain = ("month", "voltage", "at_risk", "high_risk", "late", "precision", "recall", "money_recall")
    return {
        "run": one.run_id, **{name: getattr(one, name) for name in plain},
        **{name: str(getattr(one, name)) for name in texts},
        **{name: str(round(getattr(one, name), 6)) for name in shares},
    }  # fmt: skip


def _case(row: Any) -> dict[str, Any]:
    tables = [
        {"code": one.code, "title": one.title, "columns": list(one.columns),
         "rows": [{"name": line.name, "values": list(line.values), "how": line.how} for line in one.rows]}
        for one in consumers.case_tables(row)
    ]  # fmt: skip
    return {
        "title": row.title,
        "version": row.version,
        "sha256": row.sha256,
        "figures": row.figures,
        "tables": tables,
    }
