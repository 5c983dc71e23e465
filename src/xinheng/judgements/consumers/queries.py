"""Questions to consumer risk. Rows of consumers outside the actor's reach are not shown."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.consumers import policy, selecting
from xinheng.judgements.consumers.casefile import WORDS as CASE_WORDS
from xinheng.judgements.consumers.casekeeping import case_figures, case_tables, shipped_case, shipped_figures
from xinheng.judgements.consumers.comparing import accuracy_of
from xinheng.judgements.consumers.document import FACTORS, ConsumerRules, PointRules
from xinheng.judgements.consumers.models import RiskRun
from xinheng.judgements.consumers.periods import over_period
from xinheng.judgements.consumers.pointing import cash_only, history, points_of, standings
from xinheng.judgements.consumers.prepaying import fee_hints, payments_under_way
from xinheng.judgements.consumers.values import Accuracy, Now, Wanted

__all__ = [
    "CASE_WORDS",
    "FACTORS",
    "FEE_STATES",
    "LEVEL_WORDS",
    "METHODS",
    "VOLTAGE_WORDS",
    "accuracies",
    "case_figures",
    "case_tables",
    "cash_only",
    "fee_hints",
    "history",
    "in_force",
    "now_of",
    "over_period",
    "payments_under_way",
    "points_in_force",
    "points_of",
    "risks",
    "run",
    "runs",
    "shipped_case",
    "shipped_figures",
    "standings",
]
LEVEL_WORDS: dict[str, str | Promise] = {
    "high": _("high risk"), "risk": _("at risk"), "none": _("no risk seen"),
    "not_assessable": _("not assessable"),
}  # fmt: skip
VOLTAGE_WORDS: dict[str, str | Promise] = {"low": _("Low voltage"), "high": _("High voltage")}
METHODS: dict[str, str | Promise] = {
    "model": _("late-payment model, tested on later bills"),
    "past": _("each consumer's own past: no model beats it yet"),
}
FEE_STATES: dict[str, str | Promise] = {
    "cut": _("prepare a cut"), "spared": _("important user: never cut"), "warn": _("warn"),
    "restore": _("restore"), "off": _("is off"), "unknown": _("balance not known"), "": _("nothing"),
}  # fmt: skip


def runs(actor: Actor) -> QuerySet[RiskRun]:
    """Every run, the newest month first. Refuses: AccessDenied."""
    access.require(actor, "consumers.read")
    return RiskRun.objects.all()


def run(actor: Actor, run_id: int | None = None) -> RiskRun:
    """A run; the last where none is named. Refuses: AccessDenied, RiskRunUnknown."""
    access.require(actor, "consumers.read", f"risk_run:{run_id or ''}")
    return selecting.run_of(run_id)


def risks(actor: Actor, wanted: Wanted) -> pl.DataFrame:
    """The consumers within reach of a run that pass the filters, most money expected late first.

    Columns of `judging.COLUMNS`.
    Refuses: AccessDenied, RiskRunUnknown, RiskRunAltered.
    """
    access.require(actor, "consumers.read")
    row = selecting.run_of(wanted.run)
    rows = selecting.within(actor, selecting.rows_of(row))
    if wanted.level == "at_risk":
        rows = rows.filter(pl.col("level").is_in(["risk", "high"]))
    elif wanted.level:
        rows = rows.filter(pl.col("level") == wanted.level)
    if wanted.voltage:
        rows = rows.filter(pl.col("voltage") == wanted.voltage)
    if wanted.text:
        held = [pl.col(name).str.contains(wanted.text, literal=True) for name in ("consumer", "name")]
        rows = rows.filter(pl.any_horizontal(*[one.fill_null(value=False) for one in held]))
    return rows


def now_of(actor: Actor, customer_id: int) -> Now:
    """The consumers of one customer by the last run, for who sees the customer. Refuses: AccessDenied."""
    access.require(actor, "consumers.read")
    row = RiskRun.objects.first()
    if row is None:
        return Now(None, None, ())
    rows = selecting.rows_of(row).filter(pl.col("customer_id") == customer_id)
    return Now(row.as_of, row.month, tuple(rows.to_dicts()))


def accuracies(actor: Actor) -> list[Accuracy]:
    """What runs came to, class by class, the newest month first. Of everybody. Refuses: AccessDenied."""
    access.require(actor, "consumers.read", "accuracy")
    return [one for row in RiskRun.objects.all() for one in accuracy_of(row)]


def in_force(on: date) -> ConsumerRules:
    """The rules of risk and fee control of a day."""
    return policy.in_force(on)


def points_in_force(on: date) -> PointRules:
    """The rules of points of a day."""
    return policy.points_in_force(on)
