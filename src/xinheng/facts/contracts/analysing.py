"""The analysis report of a year or half a year: its figures frozen, its text in parts, none of them empty."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xinheng.base.access import queries as units
from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import Period, add_months, half_year_of, year_of
from xinheng.facts.contracts import counting, errors, policy
from xinheng.facts.contracts.held import check_text
from xinheng.facts.contracts.models import Analysis


@transaction.atomic
def write_analysis(
    *, actor: Actor, on: date, period: Period, parts: dict[str, str], unit: str = ""
) -> Analysis:
    """Write the report of a period with the figures of now; the text of no part may be missing (CTR-08).

    Refuses: AccessDenied, ContractInvalid naming the part.
    """
    require(actor, "contracts.ledger", f"unit:{unit}")
    if period.last >= on:
        raise errors.ContractInvalid(cause=_("The period is not over yet."), field="period")
    asked = policy.general(on).analysis
    told = {one.code: check_text(f"part_{one.code}", parts.get(one.code, ""), 4000) for one in asked}
    unit_id = None
    if unit and (unit_id := units.units_by_code().get(unit)) is None:
        raise errors.ContractInvalid(
            cause=_("There is no open unit %(unit)s.") % {"unit": unit}, field="unit"
        )
    kept = Analysis.objects.create(
        first_on=period.first, last_on=period.last, unit_id=unit_id, parts=told,
        figures=figures(actor, on=on, period=period, unit=unit), written_by=actor.login, written_on=on,
    )  # fmt: skip
    after = {"first": period.first, "last": period.last, "unit": unit}
    subject = f"contract_analysis:{kept.pk}"
    record(actor=actor, act="contracts.write_analysis", subject=subject, on=on, after=after)
    return kept


def figures(actor: Actor, *, on: date, period: Period, unit: str = "") -> dict[str, Any]:
    """The figures of a report as they are kept: rows by kind and by department. Refuses: AccessDenied."""
    rows = {
        by: counting.statistics(actor, on=on, period=period, by=by, unit=unit).rows(named=True)
        for by in counting.GROUPS
    }
    return {"as_of": on.isoformat(), **rows}


def analyses(actor: Actor) -> QuerySet[Analysis]:
    """Every report, the newest first. Refuses: AccessDenied."""
    require(actor, "contracts.read")
    rows = Analysis.objects.select_related("unit")
    if actor.scope.reach == "everything":
        return rows
    return rows.filter(written_by=actor.login)


def reported_periods(on: date) -> list[tuple[Period, date]]:
    """What was to be told last, with the day: the year by 10 January, the first half by 10 July (W-21)."""
    this, day = half_year_of(on), 10
    before = half_year_of(add_months(this.first, -1))
    year = year_of(date(on.year - 1, 1, 1))
    if on.month <= 6:
        return [(year, date(on.year, 1, day))]
    return [(before, date(on.year, 7, day)), (year, date(on.year, 1, day))]
