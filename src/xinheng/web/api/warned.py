"""Warnings: list, one, tell, assign, close; how signals did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.kernel.money import Money
from xinheng.judgements.warnings import queries as warnings
from xinheng.judgements.warnings import services as acts
from xinheng.judgements.warnings.values import Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.fields import AsOf, Id, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import MoneyOut, Page, page_of
from xinheng.web.api.signing_in import actor_of
from xinheng.web.api.warning_schemas import (
    WarningClosingIn,
    WarningOut,
    WarningRecordOut,
    WarningsAsked,
    WarningsAssignedOut,
    WarningsAssignIn,
    WarningTellIn,
    WarningToldOut,
    WarningWatchOut,
)

router = Router(tags=["warnings"])
YEAR = timedelta(days=365)


@router.get("/warnings", response={200: Page[WarningOut], **PROBLEMS})
def listed(request: HttpRequest, asked: Query[WarningsAsked]) -> dict[str, Any]:
    """The warnings within your reach that pass the filters, the oldest first."""
    wanted = Wanted(**asked.model_dump(exclude={"after", "limit"}))
    rows = warnings.warnings(actor_of(request), wanted, on=business_day()).order_by("pk")
    rows = rows.filter(pk__gt=asked.after)
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_out(row) for row in found], "next": following}


@router.get("/warning-records", response={200: list[WarningRecordOut], **PROBLEMS})
def records(request: HttpRequest, since: AsOf = None) -> list[Any]:
    """How each signal did with what it raised from a day on; a year if not given."""
    on = business_day()
    return [one.__dict__ for one in warnings.records(actor_of(request), since=since or on - YEAR, on=on)]


@router.post("/warning-watch", response={200: WarningWatchOut, **PROBLEMS})
@once()
def watch(request: HttpRequest) -> Status[Any]:
    """Look at all customers by every signal now, as the night does."""
    return Status(200, acts.watch(**_who(request)).total.__dict__)


@router.post("/warning-assignments", response={200: WarningsAssignedOut, **PROBLEMS})
@once()
def assign(request: HttpRequest, body: WarningsAssignIn) -> Status[Any]:
    """Give open warnings to a person."""
    changed = acts.assign_warnings(**_who(request), warning_ids=body.warnings, owner=body.owner)
    return Status(200, {"changed": changed})


@router.post("/customers/{path:no}/warnings", response={200: WarningToldOut, **PROBLEMS})
@once()
def tell(request: HttpRequest, no: No, body: WarningTellIn) -> Status[Any]:
    """Tell what another system found of a customer; one cause is told once."""
    return Status(200, acts.raise_warning(**_who(request), customer_no=no, new=body.new()).__dict__)


@router.get("/warnings/{warning_id}", response={200: WarningOut, **PROBLEMS})
def one(request: HttpRequest, warning_id: Id) -> dict[str, Any]:
    """One warning with its evidence."""
    return _out(warnings.get_warning(actor_of(request), warning_id, on=business_day()))


@router.post("/warnings/{warning_id}/close", response={200: WarningOut, **PROBLEMS})
@once()
def close(request: HttpRequest, warning_id: Id, body: WarningClosingIn) -> Status[Any]:
    """Close a warning with what it came to."""
    acts.close_warning(**_who(request), warning_id=warning_id, **body.model_dump())
    return Status(200, one(request, warning_id))


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _out(row: Any) -> dict[str, Any]:
    plain = (
        "id", "signal", "cause", "level", "measure", "bound", "evidence", "raised_on", "due_on", "owner",
        "times", "worse_on", "seen_on", "state", "outcome", "is_true", "note", "closed_on", "closed_by",
    )  # fmt: skip
    amount = None if row.amount_minor is None else Money(row.amount_minor, row.currency)
    return {
        **{name: getattr(row, name) for name in plain},
        "customer_no": row.customer.no if row.customer else None,
        "amount": MoneyOut.of_any(amount),
    }
