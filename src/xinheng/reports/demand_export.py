"""Demand forecasts as Excel and PDF: the parts that add up, the errors, the figures; it is on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.demand import queries as demand
from xinheng.judgements.demand.services import Run
from xinheng.judgements.demand.values import Curve, Node
from xinheng.reports.demand_charts import demand_moment
from xinheng.reports.exports import notes_of
from xinheng.reports.printed import Table
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import Column, Sheet, workbook

THOUSAND = Decimal(1000)


def demand_parts_named(actor: Actor, run: Run, curve: Curve, *, on: date) -> dict[str, str]:
    """The parts of a curve that are not 0, by code, in the reader's language: factors, overlays by number."""
    rules = demand.rules_of(run)
    told = {factor.code: str(factor) for factor in rules.factors}
    factors = dict.fromkeys(code for one in curve.points for code, part in one.factors.items() if part)
    laid = dict.fromkeys(number for one in curve.points for number in one.overlays)
    titles = {one.pk: one.title for one in demand.overlays(actor, on=on)}
    return {
        **{code: told.get(code, code) for code in factors},
        **{str(number): titles.get(number, f"{number}") for number in laid},
    }


def export_demand(*, actor: Actor, on: date, run_id: int, node: Node) -> bytes:
    """One node's forecast with its parts, the nodes below, forecast against actual, and the figures.

    Refuses: AccessDenied, ForecastUnknown, NodeUnknown, ForecastFileChanged.
    """
    access.require(actor, "exports.read", "demand")
    run = demand.made(actor, run_id)
    curve = demand.curve(actor, run, node, on=on)
    names = demand_parts_named(actor, run, curve, on=on)
    content = workbook(
        [
            Sheet(_("Forecast"), _part_columns(names), _part_rows(curve, run, names)),
            *(
                Sheet(str(demand.LEVEL_WORDS[level]), _node_columns(), _node_rows(actor, run, level, on))
                for level in ("area", "industry", "consumer")
            ),
            Sheet(_("Forecast against use"), _error_columns(), _error_rows(actor, run, on)),
            Sheet(_("Outside factors"), _factor_columns(), _factor_rows(run)),
        ],
        notes=notes_of(actor, on, _about(run, node)),
        about=_("About this file"),
    )
    after = {"run": run.pk, "level": node.level, "node": node.no, "rows": len(curve.points)}
    audit.record(actor=actor, act="exports.demand", subject=f"forecast:{run.pk}", on=on, after=after)
    return content


def print_demand(*, actor: Actor, on: date, run_id: int, node: Node) -> bytes:
    """The same on paper: parts and errors of one node. Refuses: as `export_demand`, PrintFontMissing."""
    access.require(actor, "exports.read", "demand")
    run = demand.made(actor, run_id)
    curve = demand.curve(actor, run, node, on=on)
    names = demand_parts_named(actor, run, curve, on=on)
    title = f"{demand.LEVEL_WORDS[node.level]} {node.no}".strip()
    left = _("Forecast %(run)s as of %(day)s") % {"run": run.pk, "day": run.as_of.isoformat()}
    tables = [
        Table(_("Forecast"), title, left, "kWh", _part_columns(names), list(_part_rows(curve, run, names))),
        Table(
            _("Forecast against use"), _("Forecast against use"), left, "kWh", _error_columns(),
            list(_error_rows(actor, run, on)),
        ),
        Table(
            _("Outside factors"), _("Outside factors"), left, run.policy, _factor_columns(),
            list(_factor_rows(run)),
        ),
    ]  # fmt: skip
    footer = f"{_('Demand forecast')} {run.pk} · SHA-256 {run.files['base']['sha256'][:16]}"
    content = print_pdf(tables, title=_("Demand forecast"), footer=footer, apart=False)
    after = {"run": run.pk, "level": node.level, "node": node.no, "form": "pdf"}
    audit.record(actor=actor, act="exports.demand", subject=f"forecast:{run.pk}", on=on, after=after)
    return content


def _about(run: Run, node: Node) -> Iterator[tuple[str, str]]:
    yield "run", f"{run.pk}, {run.as_of.isoformat()}, {run.frequency}, {run.policy}"
    yield "node", f"{node.level} {node.no}".strip()
    for name, told in run.files.items():
        yield name, told["sha256"]


def _kwh(watt_hours: int | None) -> Decimal | None:
    return None if watt_hours is None else Decimal(watt_hours) / THOUSAND


def _part_columns(names: dict[str, str]) -> list[Column]:
    return [
        Column(_("Forecast period"), width=16), Column(_("Base, kWh"), "number", 16),
        *(Column(name, "number", 16) for name in names.values()),
        Column(_("Forecast, kWh"), "number", 16), Column(_("At least"), "number", 16),
        Column(_("At most"), "number", 16),
    ]  # fmt: skip


def _part_rows(curve: Curve, run: Run, names: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    for one in curve.points:
        yield (
            demand_moment(one.at, run.frequency), _kwh(one.base), *(_kwh(one.part(code)) for code in names),
            _kwh(one.whole), _kwh(one.low), _kwh(one.high),
        )  # fmt: skip


def _node_columns() -> list[Column]:
    return [Column(_("No. or code"), width=24), Column(_("Base of all periods, kWh"), "number", 20)]


def _node_rows(actor: Actor, run: Run, level: str, on: date) -> Iterator[tuple[Any, ...]]:
    for name, watt_hours in demand.nodes(actor, run, level, on=on).iter_rows():
        yield name, _kwh(watt_hours)


def _error_columns() -> list[Column]:
    return [
        Column(_("Forecast period"), width=16), Column(_("Forecast of"), width=14),
        Column(_("No. or code"), width=20),
        Column(_("Forecast, kWh"), "number", 16), Column(_("Used, kWh"), "number", 16),
        Column(_("Error, kWh"), "number", 16), Column(_("Share"), "share", 10),
    ]  # fmt: skip


def _error_rows(actor: Actor, run: Run, on: date) -> Iterator[tuple[Any, ...]]:
    for row in demand.compared(actor, run, on=on):
        yield (
            demand_moment(row.at, run.frequency), str(demand.LEVEL_WORDS[row.level]), row.node,
            _kwh(row.foretold), _kwh(row.actual), _kwh(row.error), row.share,
        )  # fmt: skip


def _factor_columns() -> list[Column]:
    return [
        Column(_("Factor"), width=28), Column(_("Weight"), "number", 10), Column(_("State"), width=34),
        Column(_("Share of the weights"), "share", 14), Column(_("Moves the base by"), "share", 14),
    ]  # fmt: skip


def _factor_rows(run: Run) -> Iterator[tuple[Any, ...]]:
    told = {factor.code: str(factor) for factor in demand.rules_of(run).factors}
    for line in run.report.get("factors", []):
        yield (
            told.get(line["code"], line["code"]), Decimal(line["weight"]),
            str(demand.FACTOR_WORDS[line["state"]]), line["most"], line["rate"],
        )  # fmt: skip
