"""The lists of consumer risk: their columns and rows, one description for every door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.consumers import queries as consumers
from xinheng.judgements.consumers.errors import RiskRunUnknown
from xinheng.judgements.consumers.values import Wanted
from xinheng.reports.consumers_words import grade_word, why_at_risk
from xinheng.reports.sheets import Kind

Frame = pl.DataFrame | Sequence[dict[str, Any]]


@dataclass(frozen=True)
class RiskColumn:
    """A heading, what its cells are, how wide they are in a workbook, and whether a page shows it."""

    title: str | Promise
    kind: Kind = "text"
    width: int = 14
    listed: bool = True


@dataclass(frozen=True)
class RiskList:
    """One list. rows: what to page through; cells: the values of a row, as many as columns.

    filters: which of level and voltage narrow it. empty: what is said where nothing is there.
    """

    title: str | Promise
    columns: tuple[RiskColumn, ...]
    rows: Callable[[Actor, Wanted, date], Frame]
    cells: Callable[[dict[str, Any], date], tuple[Any, ...]]
    empty: str | Promise
    filters: tuple[str, ...] = ()

    def part(self, rows: Frame, start: int, stop: int) -> list[dict[str, Any]]:
        """Some of the rows, as they stand."""
        if isinstance(rows, pl.DataFrame):
            return rows.slice(start, stop - start).to_dicts()
        return list(rows[start:stop])


def _c(title: Any, kind: Kind = "text", width: int = 14, *, listed: bool = True) -> RiskColumn:
    return RiskColumn(title, kind, width, listed)


def _yuan(minor: int | None) -> Decimal | None:
    return None if minor is None else Money(minor).decimal


def _class(row: dict[str, Any]) -> str:
    return str(consumers.VOLTAGE_WORDS[row["voltage"]])


def _level(row: dict[str, Any]) -> str:
    return str(consumers.LEVEL_WORDS[row["level"]])


def _risk(row: dict[str, Any], on: date) -> tuple[Any, ...]:
    rules = consumers.in_force(on)
    plan = rules.strategy_of(row["grade"] or "", row["level"])
    return (
        row["consumer"], row["name"], _class(row), _level(row), grade_word(row["grade"]),
        _yuan(row["due_minor"]), _yuan(row["expected_late_minor"]), row["chance"],
        _yuan(row["overdue_minor"]), why_at_risk(row), str(plan) if plan else "",
    )  # fmt: skip


def _warning(row: dict[str, Any], _on: date) -> tuple[Any, ...]:
    steps = [row[f"step_{code}"] for code in consumers.FACTORS]
    return (
        row["consumer"], row["name"], _class(row), _level(row), row["base_chance"], row["chance"],
        *[_("neutral") if step is None else f"{step:+d}" for step in steps], row["year_change"],
        row["month_change"], row["stopped_days"], why_at_risk(row),
    )  # fmt: skip


def _plan(row: dict[str, Any], _on: date) -> tuple[Any, ...]:
    return (
        row["rank"], row["consumer"], row["name"], _class(row), _level(row),
        _yuan(row["expected_late_minor"]), _yuan(row["overdue_minor"]), row["unit"] or _("nobody answers"),
        row["person"] or _("nobody answers"),
    )  # fmt: skip


def _plan_rows(actor: Actor, wanted: Wanted, on: date) -> Frame:
    """Consumers at risk, the largest loss first, with the unit and person that answer for the customer."""
    rows = consumers.risks(actor, Wanted(wanted.text, "at_risk", wanted.voltage, wanted.run))
    ids = rows["customer_id"].drop_nulls().unique().to_list()
    held = customers.answering(on=on).filter(customer__in=ids).select_related("unit", "person").order_by()
    answer = {row.customer_id: (row.unit.name, row.person.name if row.person else "") for row in held}
    told = pl.DataFrame(
        [(key, *who) for key, who in answer.items()],
        schema={"customer_id": pl.Int64, "unit": pl.String, "person": pl.String}, orient="row",
    )  # fmt: skip
    return rows.join(told, on="customer_id", how="left", maintain_order="left").with_row_index("rank", 1)


def _over(row: dict[str, Any], _on: date) -> tuple[Any, ...]:
    return (
        row["consumer"], row["name"], _class(row), grade_word(row["grade"]), f"{row['month']:%Y-%m}",
        row["billed"], _yuan(row["open_minor"]), row["allowed_days"], row["days"], row["over_days"],
        row["paused_days"], _("in dispute") if row["is_disputed"] else "",
    )  # fmt: skip


def _fee(row: dict[str, Any], _on: date) -> tuple[Any, ...]:
    return (
        row["consumer"], row["name"], str(consumers.FEE_STATES[row["state"]]), _yuan(row["balance_minor"]),
        row["days_left"], _yuan(row["account_minor"]), _yuan(row["under_way_minor"]),
        _yuan(row["unsettled_minor"]), _yuan(row["daily_minor"]), row["not_before"],
        _("important user") if row["is_important"] else "",
    )  # fmt: skip


def _standing(row: dict[str, Any], on: date) -> tuple[Any, ...]:
    band = consumers.points_in_force(on).band(row["points"])
    flag = _("cash only") if row["is_cash_only"] else ""
    return (
        row["consumer"],
        row["name"],
        row["points"],
        f"{band.code} {band}",
        row["cash"],
        flag,
        row["demerits"],
    )


def _outcome(row: dict[str, Any], _on: date) -> tuple[Any, ...]:
    one = row["told"]
    return (
        f"{one.month:%Y-%m}", one.run_id, str(consumers.VOLTAGE_WORDS[one.voltage]), one.at_risk,
        one.high_risk, one.late, one.foretold, one.foretold_high, one.late_amount, one.by_amount,
        one.by_amount_high, one.by_number, one.by_number_high, one.precision, one.recall, one.money_recall,
    )  # fmt: skip


def _run(row: dict[str, Any], _on: date) -> tuple[Any, ...]:
    run = row["run"]
    totals = {one["voltage"]: one for one in run.totals}
    figures: list[Any] = []
    for voltage in ("high", "low"):
        one = totals.get(voltage, {})
        figures += [one.get("at_risk", 0), one.get("high", 0), _yuan(one.get("foretold_minor", 0))]
    method = str(consumers.METHODS[run.method])
    return (run.pk, f"{run.month:%Y-%m}", run.as_of, *figures, method, run.rules, run.made_by)


def _risks(actor: Actor, wanted: Wanted, _on: date) -> Frame:
    try:
        return consumers.risks(actor, wanted)
    except RiskRunUnknown:
        if wanted.run is not None:
            raise
        return []


def _at_risk(actor: Actor, wanted: Wanted, on: date) -> Frame:
    return _risks(actor, Wanted(wanted.text, wanted.level or "at_risk", wanted.voltage, wanted.run), on)


def _planned(actor: Actor, wanted: Wanted, on: date) -> Frame:
    return _plan_rows(actor, wanted, on) if consumers.runs(actor).exists() else []


def _outcomes(actor: Actor, _wanted: Wanted, _on: date) -> Frame:
    return [{"told": one} for one in consumers.accuracies(actor)]


def _runs(actor: Actor, _wanted: Wanted, _on: date) -> Frame:
    return [{"run": one} for one in consumers.runs(actor)]


WHO = (
    _c(gettext_lazy("Consumer no.")),
    _c(gettext_lazy("Name"), width=28),
    _c(gettext_lazy("Voltage class")),
)
NO_RUN = gettext_lazy("No run was made yet, or the filters leave nobody: run the risk of the month first.")
NOBODY = gettext_lazy("No consumer is at risk in this run.")
CONSUMER_LISTS: dict[str, RiskList] = {
    "risks": RiskList(
        gettext_lazy("Risk by consumer"),
        (
            *WHO, _c(gettext_lazy("Level")), _c(gettext_lazy("Grade"), width=10),
            _c(gettext_lazy("Due in the month (CNY)"), "money", 16),
            _c(gettext_lazy("Expected late (CNY)"), "money", 16),
            _c(gettext_lazy("Chance of lateness"), "share"),
            _c(gettext_lazy("Overdue now (CNY)"), "money", 16),
            _c(gettext_lazy("Why"), width=60), _c(gettext_lazy("Strategy"), width=40, listed=False),
        ),
        _risks, _risk, NO_RUN, ("level", "voltage"),
    ),
    "warnings": RiskList(
        gettext_lazy("Risk warning table"),
        (
            *WHO, _c(gettext_lazy("Level")), _c(gettext_lazy("By payment alone"), "share"),
            _c(gettext_lazy("Chance of lateness"), "share"), _c(gettext_lazy("Credit grade")),
            _c(gettext_lazy("Operating state")), _c(gettext_lazy("Industrial policy")),
            _c(gettext_lazy("Economic situation")), _c(gettext_lazy("Market environment")),
            _c(gettext_lazy("Use against last year"), "share"),
            _c(gettext_lazy("Use against the month before"), "share"),
            _c(gettext_lazy("Days without use"), "count"), _c(gettext_lazy("Why"), width=60, listed=False),
        ),
        _at_risk, _warning, NOBODY, ("voltage",),
    ),
    "plan": RiskList(
        gettext_lazy("Dunning plan, the largest loss first"),
        (
            _c(gettext_lazy("Rank"), "count", 8), *WHO, _c(gettext_lazy("Level")),
            _c(gettext_lazy("Expected late (CNY)"), "money", 16),
            _c(gettext_lazy("Overdue now (CNY)"), "money", 16), _c(gettext_lazy("Unit that answers")),
            _c(gettext_lazy("Person that answers")),
        ),
        _planned, _plan, NOBODY, ("voltage",),
    ),
    "over": RiskList(
        gettext_lazy("Beyond the collection period"),
        (
            *WHO, _c(gettext_lazy("Grade"), width=10), _c(gettext_lazy("Month")),
            _c(gettext_lazy("Billed on"), "date"), _c(gettext_lazy("Open (CNY)"), "money", 16),
            _c(gettext_lazy("Days allowed"), "count"), _c(gettext_lazy("Days so far"), "count"),
            _c(gettext_lazy("Days over"), "count"), _c(gettext_lazy("Days the clock stood still"), "count"),
            _c(gettext_lazy("Dispute")),
        ),
        lambda actor, _wanted, on: consumers.over_period(actor, on=on), _over,
        gettext_lazy("No consumer owes for longer than its grade allows."),
    ),
    "fees": RiskList(
        gettext_lazy("Prepaid balances and fee control"),
        (
            *WHO[:2], _c(gettext_lazy("Hint"), width=22),
            _c(gettext_lazy("Computed balance (CNY)"), "money", 16),
            _c(gettext_lazy("Days left"), "count"), _c(gettext_lazy("On account (CNY)"), "money", 16),
            _c(gettext_lazy("Under way (CNY)"), "money", 16),
            _c(gettext_lazy("Not billed yet (CNY)"), "money", 16),
            _c(gettext_lazy("Use a day (CNY)"), "money", 16), _c(gettext_lazy("No cut before"), "date"),
            _c(gettext_lazy("Note")),
        ),
        lambda actor, _wanted, on: consumers.fee_hints(actor, on=on), _fee,
        gettext_lazy("No consumer pays ahead."),
    ),
    "points": RiskList(
        gettext_lazy("Points of consumers"),
        (
            *WHO[:2], _c(gettext_lazy("Credit points"), "count"), _c(gettext_lazy("Band")),
            _c(gettext_lazy("Towards cash only"), "count"), _c(gettext_lazy("Flag")),
            _c(gettext_lazy("Demerits in force"), "count"),
        ),
        lambda actor, _wanted, on: consumers.standings(actor, as_of=on), _standing,
        gettext_lazy("No event takes points from anybody on this day."),
    ),
    "accuracy": RiskList(
        gettext_lazy("Foretold against what came"),
        (
            _c(gettext_lazy("Month")), _c(gettext_lazy("Risk run")), _c(gettext_lazy("Voltage class")),
            _c(gettext_lazy("At risk"), "count"), _c(gettext_lazy("High risk"), "count"),
            _c(gettext_lazy("Late in fact"), "count"), _c(gettext_lazy("Foretold late (CNY)"), "money", 16),
            _c(gettext_lazy("Foretold late, high risk (CNY)"), "money", 16, listed=False),
            _c(gettext_lazy("Late in fact (CNY)"), "money", 16),
            _c(gettext_lazy("Accuracy by amount"), "share"),
            _c(gettext_lazy("By amount, high risk"), "share", listed=False),
            _c(gettext_lazy("By number"), "share"),
            _c(gettext_lazy("By number, high risk"), "share", listed=False),
            _c(gettext_lazy("Precision"), "share"), _c(gettext_lazy("Recall"), "share"),
            _c(gettext_lazy("Recall by money"), "share"),
        ),
        _outcomes, _outcome,
        gettext_lazy("Nothing is told yet of what came: record it when the month is over."),
    ),
    "runs": RiskList(
        gettext_lazy("Risk runs"),
        (
            _c(gettext_lazy("Risk run")), _c(gettext_lazy("Month")), _c(gettext_lazy("As of"), "date"),
            _c(gettext_lazy("High voltage: at risk"), "count"),
            _c(gettext_lazy("High voltage: high risk"), "count"),
            _c(gettext_lazy("High voltage: foretold late (CNY)"), "money", 16),
            _c(gettext_lazy("Low voltage: at risk"), "count"),
            _c(gettext_lazy("Low voltage: high risk"), "count"),
            _c(gettext_lazy("Low voltage: foretold late (CNY)"), "money", 16),
            _c(gettext_lazy("How it was judged"), width=36),
            _c(gettext_lazy("Rules")), _c(gettext_lazy("Judged by"), listed=False),
        ),
        _runs, _run, gettext_lazy("No run was made yet."),
    ),
}  # fmt: skip


def listed_consumers(actor: Actor, what: str, wanted: Wanted, *, on: date) -> tuple[RiskList, Frame]:
    """One of the lists with its rows, within reach. Refuses: AccessDenied, RiskRunUnknown."""
    access.require(actor, "consumers.read", what)
    found = CONSUMER_LISTS[what]
    return found, found.rows(actor, wanted, on)
