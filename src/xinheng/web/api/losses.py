"""Expected losses, allowances, targets and figures of the credit policy, and its registers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from xinheng.base.kernel.money import Money
from xinheng.judgements.losses import queries as losses
from xinheng.judgements.losses import services as acts
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, AfterId, AsOf, Id, Limit, No
from xinheng.web.api.losses_schemas import (
    AllowanceIn,
    AllowanceOut,
    AssessmentEndIn,
    ControlStandingOut,
    CreditTargetOut,
    ExpectedLossOut,
    FigureRowsOut,
    GoalFigureOut,
    ListName,
    MethodName,
    RegisterCloseIn,
    RegisterEntryIn,
    RegisterEntryOut,
    RegisterName,
    SingleAssessmentIn,
    SingleAssessmentOut,
    StateName,
    TargetMonthOut,
    TargetName,
    TaxHintOut,
    ToldCountOut,
    ToldFigureOut,
    ToldFiguresIn,
)
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of
from xinheng.web.api.taken_away import FILE, file_answer

router = Router(tags=["losses and targets"])
By = Annotated[str, Query(max_length=20, description="unit, person, region, grade, customer and so on.")]
EntryForm = Literal["csv", "xlsx"]
Rows = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0, le=10**9)]


@router.get("/credit-figures/{name}", response={200: FigureRowsOut, **PROBLEMS})
def credit_figures(
    request: HttpRequest,
    name: ListName,
    as_of: AsOf = None,
    by: By = "",
    limit: Rows = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """One list of figures: figures, months, rolls, benefit, partners or risks; some are cut by groups."""
    on = business_day()
    day, listed = as_of or on, reports.LOSSES_LISTS[name]
    by = by if by in listed.by else (listed.by[0] if listed.by else "")
    rows = reports.rows_of(name, actor=actor_of(request), as_of=day, on=on, by=by)
    return _listed(rows, listed.fields, day, by, (offset, limit))


def _listed(rows: Any, fields: Any, day: date, by: str, part: tuple[int, int]) -> dict[str, Any]:
    shown = rows.slice(*part).iter_rows(named=True)
    columns = [
        {"key": one.key, "title": str(one.title), "kind": one.kind, "meaning": str(one.meaning)}
        for one in fields
    ]
    lines = [{one.key: _plain(reports.cell(row, one)) for one in fields} for row in shown]
    return {"as_of": day, "by": by, "columns": columns, "count": rows.height, "rows": lines}


def _plain(value: Any) -> Any:
    return str(value.decimal) if isinstance(value, Money) else value


@router.get("/credit-targets", response={200: list[CreditTargetOut], **PROBLEMS})
def credit_targets(request: HttpRequest, as_of: AsOf = None) -> list[Any]:
    """The four targets of the credit policy as they stand."""
    on = business_day()
    return [_target(one) for one in losses.targets(actor_of(request), as_of=as_of or on, on=on)]


@router.get("/credit-targets-by-month", response={200: list[TargetMonthOut], **PROBLEMS})
def credit_targets_by_month(request: HttpRequest, as_of: AsOf = None) -> list[Any]:
    """The four targets month by month, the oldest first."""
    on = business_day()
    found = losses.target_trend(actor_of(request), as_of=as_of or on, on=on)
    return [{"day": day, "targets": [_target(one) for one in targets]} for day, targets in found]


@router.get("/credit-targets/{code}/behind", response={200: FigureRowsOut, **PROBLEMS})
def behind_target(
    request: HttpRequest, code: TargetName, as_of: AsOf = None, limit: Rows = 100, offset: Offset = 0
) -> dict[str, Any]:
    """The bills or orders a target was measured from, the largest first."""
    on = business_day()
    rows = losses.behind(actor_of(request), code, as_of=as_of or on, on=on)
    return _listed(rows, reports.BEHIND_TARGETS, as_of or on, "", (offset, limit))


def _target(one: Any) -> dict[str, Any]:
    ends = {
        name: None if (end := getattr(one, name)) is None else str(end) for name in ("at_least", "at_most")
    }
    told = {name: getattr(one, name) for name in ("code", "zh", "en", "state", "share")}
    return {**told, **ends, "top": str(one.top), "bottom": str(one.bottom)}


@router.get("/credit-goals", response={200: list[GoalFigureOut], **PROBLEMS})
def credit_goals(request: HttpRequest, as_of: AsOf = None) -> list[Any]:
    """The report on the three goals of credit management."""
    on = business_day()
    return losses.goals(actor_of(request), as_of=as_of or on, on=on)


@router.get("/expected-losses", response={200: ExpectedLossOut, **PROBLEMS})
def expected_losses(
    request: HttpRequest, as_of: AsOf = None, method: Annotated[MethodName | None, Query()] = None
) -> dict[str, Any]:
    """What is expected to be lost of what customers within your reach owe."""
    on = business_day()
    found = losses.expected(actor_of(request), as_of=as_of or on, on=on, method=method)
    singles = [
        {
            "customer_no": one.customer_no, "name": one.name, "balance": MoneyOut.of(one.balance),
            "percent": str(one.percent), "required": MoneyOut.of(one.required), "reason": one.reason,
        }
        for one in found.singles
    ]  # fmt: skip
    return {
        "as_of": found.as_of, "method": found.method, "policy": found.policy, "sha256": found.sha256,
        "factor": str(found.factor), "portfolios": [_portfolio(one) for one in found.portfolios],
        "singles": singles, "required": [MoneyOut.of(found.required(one)) for one in found.currencies],
    }  # fmt: skip


def _portfolio(one: Any) -> dict[str, Any]:
    buckets = [
        {
            "code": line.code, "zh": line.zh, "en": line.en, "balance": MoneyOut.of(line.balance),
            "rate": None if line.rate is None else str(line.rate), "applied": str(line.applied),
            "required": MoneyOut.of(line.required),
        }
        for line in one.buckets
    ]  # fmt: skip
    amounts = {"balance": MoneyOut.of(one.balance), "required": MoneyOut.of(one.required)}
    return {"group": one.group, "currency": one.currency, "buckets": buckets, **amounts}


@router.get("/tax-deductible-losses", response={200: list[TaxHintOut], **PROBLEMS})
def tax_deductible(request: HttpRequest, as_of: AsOf = None) -> list[Any]:
    """Open bills whose loss may be deducted from taxable income, the largest first, at most a thousand."""
    on = business_day()
    found = losses.tax_hints(actor_of(request), as_of=as_of or on, on=on)
    return [{**one.__dict__, "open": MoneyOut.of(one.open)} for one in found]


@router.get("/loss-allowances", response={200: Page[AllowanceOut], **PROBLEMS})
def allowances(
    request: HttpRequest,
    state: Annotated[StateName | None, Query()] = None,
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """The allowances that were proposed, the newest first."""
    rows = losses.allowances(actor_of(request), on=business_day()).order_by("-pk")
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(pk__lt=after) if after else rows
    found, following = page_of(list(rows[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_allowance(row) for row in found], "next": following}


@router.post("/loss-allowances", response={201: AllowanceOut, **PROBLEMS})
@once()
def propose_allowance(request: HttpRequest, body: AllowanceIn) -> Status[Any]:
    """Propose an allowance with frozen figures; it goes through its chain."""
    return Status(201, _allowance(acts.propose_allowance(**_who(request), new=body.new())))


@router.get("/loss-allowances/{allowance_id}", response={200: AllowanceOut, **PROBLEMS})
def one_allowance(request: HttpRequest, allowance_id: Id) -> dict[str, Any]:
    """One proposal."""
    return _allowance(losses.get_allowance(actor_of(request), allowance_id, on=business_day()))


@router.get("/loss-allowances/{allowance_id}/export", response=PROBLEMS, openapi_extra=FILE)
def export_allowance(
    request: HttpRequest, allowance_id: Id, form: Annotated[EntryForm, Query(alias="format")] = "csv"
) -> HttpResponse:
    """The entry of a proposal for the books: CSV with codes, or Excel with the figures it rests on."""
    told: dict[str, Any] = {"allowance_id": allowance_id, "form": form}
    content = reports.export_allowance(**_who(request), **told)
    return file_answer(content, f"allowance-{allowance_id}", form)


def _allowance(row: Any) -> dict[str, Any]:
    names = ("opening", "written_off", "recovered", "acquired", "required", "change")
    amounts = {name: MoneyOut.of(Money(getattr(row, f"{name}_minor"), row.currency)) for name in names}
    plain = ("as_of", "currency", "state", "method", "policy", "figures", "sha256", "request_id", "asked_by")
    told = {name: getattr(row, name) for name in plain}
    return {"id": row.pk, "asked_on": row.asked_on, "entries": row.figures["entries"], **told, **amounts}


@router.get("/single-assessments", response={200: list[SingleAssessmentOut], **PROBLEMS})
def single_assessments(request: HttpRequest, as_of: AsOf = None) -> list[Any]:
    """The debtors judged by themselves on a day."""
    return [_assessment(row) for row in losses.assessments(actor_of(request), on=as_of or business_day())]


@router.post("/customers/{path:no}/single-assessment", response={201: SingleAssessmentOut, **PROBLEMS})
@once()
def assess_singly(request: HttpRequest, no: No, body: SingleAssessmentIn) -> Status[Any]:
    """Judge a debtor by itself; what was judged before ends."""
    told: dict[str, Any] = {"percent": body.percent, "reason": body.reason, "from_on": body.from_on}
    return Status(201, _assessment(acts.assess_singly(**_who(request), customer_no=no, **told)))


@router.post("/single-assessments/{assessment_id}/end", response={200: DoneOut, **PROBLEMS})
@once()
def end_single_assessment(request: HttpRequest, assessment_id: Id, body: AssessmentEndIn) -> Status[Any]:
    """Put a debtor back into the portfolio."""
    told: dict[str, Any] = {"assessment_id": assessment_id, "reason": body.reason}
    return Status(200, {"id": acts.end_assessment(**_who(request), **told).pk})


def _assessment(row: Any) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("reason", "from_on", "ended_on")}
    return {"id": row.pk, "customer_no": row.customer.no, "percent": str(row.percent), **told}


@router.get("/credit-controls", response={200: list[ControlStandingOut], **PROBLEMS})
def credit_controls(request: HttpRequest) -> list[Any]:
    """The controls of the three stages; open without a proof in time."""
    found = losses.controls(actor_of(request), on=business_day())
    return [
        {
            "code": one.control.code, "stage": one.control.stage, "zh": one.control.zh, "en": one.control.en,
            "proven_on": one.proven_on, "holds_until": one.holds_until, "is_open": one.is_open,
        }
        for one in found
    ]  # fmt: skip


@router.get("/credit-registers", response={200: Page[RegisterEntryOut], **PROBLEMS})
def register_entries(
    request: HttpRequest,
    register_name: Annotated[RegisterName | None, Query()] = None,
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """The lines of the registers, the newest first."""
    rows = losses.entries(actor_of(request), register_name or "").order_by("-pk")
    rows = rows.filter(pk__lt=after) if after else rows
    found, following = page_of(list(rows[: limit + 1]), limit, lambda row: row.pk)
    return {"items": found, "next": following}


@router.post("/credit-registers", response={201: RegisterEntryOut, **PROBLEMS})
@once()
def enter_register(request: HttpRequest, body: RegisterEntryIn) -> Status[Any]:
    """Enter a line into a register."""
    return Status(201, RegisterEntryOut.from_orm(acts.enter(**_who(request), new=body.new())))


@router.post("/credit-registers/{entry_id}/close", response={200: RegisterEntryOut, **PROBLEMS})
@once()
def close_register_entry(request: HttpRequest, entry_id: Id, body: RegisterCloseIn) -> Status[Any]:
    """Close a line with what came of it."""
    told: dict[str, Any] = {"entry_id": entry_id, "outcome": body.outcome, "is_kept": body.is_kept}
    return Status(200, RegisterEntryOut.from_orm(acts.close_entry(**_who(request), **told)))


@router.get("/told-figures", response={200: list[ToldFigureOut], **PROBLEMS})
def told_figures(request: HttpRequest, limit: Rows = 100) -> list[Any]:
    """Figures of months that the ledger does not know, the newest month first."""
    return list(losses.told(actor_of(request))[:limit])


@router.post("/told-figures", response={201: ToldCountOut, **PROBLEMS})
@once()
def tell_figures(request: HttpRequest, body: ToldFiguresIn) -> Status[Any]:
    """Tell figures of months; all are told, or none."""
    figures = [one.figure() for one in body.figures]
    return Status(201, {"told": acts.tell_figures(**_who(request), figures=figures)})


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}
