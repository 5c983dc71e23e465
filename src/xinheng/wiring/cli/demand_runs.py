"""Demand forecasts of the own readings: run, list, show, lay events over, and compare with what was used."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.judgements.demand import queries as demand
from xinheng.judgements.demand import services as acts
from xinheng.judgements.demand.errors import ForecastChoiceInvalid
from xinheng.judgements.demand.services import Overlay, Run
from xinheng.judgements.demand.values import NewOverlay, NewRun, Node
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.demand import app
from xinheng.wiring.cli.options import AsOf, Json, Limit, Number
from xinheng.wiring.cli.output import command, day, operator, past_day, progress, say_json, say_table, screen

__all__ = ["app"]
Frequency = Annotated[str, typer.Option(help="month, day or hour.")]
Level = Annotated[str, typer.Option(help="company, area, industry or consumer.")]
NodeNo = Annotated[str, typer.Option("--node", help="The consumer, area or industry; none: the company.")]


@app.command()
@command("demand.run")
def run(
    frequency: Frequency = "month",
    horizon: Annotated[int, typer.Option(min=1, help="Periods ahead.")] = 12,
    leaf: Annotated[
        str, typer.Option(help="What is added up: consumer, or cell (industry of an area).")
    ] = "consumer",
    as_of: AsOf = None,
    reason: Annotated[str, typer.Option(help="Why the run is made.")] = "",
    as_json: Json = False,
) -> None:
    """Forecast every node of the own readings, as known on a day, and keep the run."""
    new = NewRun(past_day(as_of), frequency, horizon, leaf, reason)
    with progress(quiet=as_json) as tell:
        made = acts.forecast(
            actor=operator(), on=business_day(), new=new,
            tell=lambda done, total: tell(_("Forecast"), done, total),
        )  # fmt: skip
    if as_json:
        say_json(_run(made))
        return
    _say_runs([made])


@app.command()
@command("demand.read")
def runs(frequency: Annotated[str, typer.Option(help="Only month, day or hour.")] = "", limit: Limit = 50,
         as_json: Json = False) -> None:  # fmt: skip
    """List the runs, the newest first."""
    rows = list(demand.runs(operator(), frequency=frequency)[:limit])
    if as_json:
        say_json([_run(one) for one in rows])
        return
    _say_runs(rows)


@app.command()
@command("demand.read")
def show(
    number: Annotated[int | None, typer.Argument(min=1, help="The run; none: the last one.")] = None,
    level: Level = "company",
    node: NodeNo = "",
    frequency: Frequency = "month",
    as_json: Json = False,
) -> None:
    """Show a node's forecast with base, factors, overlays and band, in kWh."""
    actor, on = operator(), business_day()
    found = demand.made(actor, number) if number else demand.latest(actor, frequency=frequency)
    if found is None:
        screen.print(_("No forecast was made yet."))
        return
    curve = demand.curve(actor, found, Node(level, node), on=on)
    names = reports.demand_parts_named(actor, found, curve, on=on)
    if as_json:
        say_json({
            "run": found.pk, "level": level, "node": node, "model": curve.model, "is_short": curve.is_short,
            "points": [{**vars(one), "whole": one.whole} for one in curve.points],
        })  # fmt: skip
        return
    columns = [_("Forecast period"), _("Base"), *names.values(), _("Forecast"), _("At least"), _("At most")]
    rows = [
        [reports.demand_moment(one.at, found.frequency), _kwh(one.base),
         *(_kwh(one.part(code)) for code in names), _kwh(one.whole), _kwh(one.low), _kwh(one.high)]
        for one in curve.points
    ]  # fmt: skip
    say_table(f"{found.pk} {demand.LEVEL_WORDS[level]} {node} {curve.model}", columns, rows)


@app.command()
@command("demand.run")
def overlay(  # noqa: PLR0913, PLR0917 - each an option
    title: Annotated[str, typer.Argument(help="What happens.")],
    since: Annotated[str, typer.Option("--from", help="The first day.")],
    reason: Annotated[str, typer.Option(help="Why it is expected.")],
    until: Annotated[str, typer.Option(help="The last day; none: for good.")] = "",
    percent: Annotated[str, typer.Option(help="Of base and factors, as -30.")] = "",
    kwh_a_day: Annotated[str, typer.Option("--kwh-a-day", help="Instead of a percentage.")] = "",
    level: Level = "company",
    node: NodeNo = "",
    as_json: Json = False,
) -> None:
    """Lay a sudden event over all forecasts of its days; the base stays as it is."""
    new = NewOverlay(
        level, title, day(since), reason, node, until=day(until) if until else None,
        percent=_figure("percent", percent), kwh_a_day=_figure("kwh-a-day", kwh_a_day),
    )  # fmt: skip
    kept = acts.lay_overlay(actor=operator(), on=business_day(), new=new)
    if as_json:
        say_json(_overlay(kept))
        return
    _say_overlays([kept])


@app.command()
@command("demand.read")
def overlays(as_json: Json = False) -> None:
    """List what is laid over the forecasts."""
    rows = demand.overlays(operator(), on=business_day())
    if as_json:
        say_json([_overlay(one) for one in rows])
        return
    _say_overlays(rows)


@app.command()
@command("demand.run")
def withdraw(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why it no longer counts.")],
    as_json: Json = False,
) -> None:
    """Take an overlay back; it stays on record."""
    kept = acts.withdraw_overlay(actor=operator(), on=business_day(), number=number, reason=reason)
    if as_json:
        say_json(_overlay(kept))
        return
    _say_overlays([kept])


@app.command()
@command("demand.read")
def accuracy(frequency: Frequency = "month", limit: Limit = 50, as_json: Json = False) -> None:
    """Show forecast against actual of each period that is over, and what the errors come to."""
    actor = operator()
    rows = demand.history(actor, on=business_day(), frequency=frequency)
    figures = demand.figures(rows, demand.latest(actor, frequency=frequency))
    if as_json:
        periods = [{**vars(one), "error": one.error, "share": one.share} for one in rows[:limit]]
        say_json({"figures": [vars(one) for one in figures], "periods": periods})
        return
    heads = [_("Forecast of"), _("Periods compared"), "MAPE", "WAPE", _("Coverage measured")]
    say_table(
        _("What the errors come to"), heads,
        [[str(demand.LEVEL_WORDS[one.level]), str(one.compared), reports.share_text(one.mape),
          reports.share_text(one.wape), reports.share_text(one.coverage)] for one in figures],
    )  # fmt: skip
    columns = [
        _("Forecast period"),
        _("Forecast of"),
        _("No."),
        _("Forecast"),
        _("Used"),
        _("Error"),
        _("Share"),
    ]
    say_table(_("Forecast against use"), columns, [
        [reports.demand_moment(one.at, frequency), str(demand.LEVEL_WORDS[one.level]), one.node,
         _kwh(one.foretold), _kwh(one.actual), _kwh(one.error), reports.share_text(one.share)]
        for one in rows[:limit]
    ])  # fmt: skip


@app.command()
@command("demand.read")
def replay(number: Number, as_json: Json = False) -> None:
    """Make a run again from its kept series and rules, and say whether it is the same."""
    same = acts.replay(actor=operator(), number=number)
    if as_json:
        say_json({"run": number, "same": same})
        return
    screen.print(_("The run is the same.") if same else _("The run differs."))


def _figure(option: str, text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation as error:
        raise ForecastChoiceInvalid(option=option, value=text, cause=_("not a number")) from error


def _kwh(watt_hours: int | None) -> str:
    return "—" if watt_hours is None else f"{watt_hours / 1000:,.1f}"


def _run(one: Run) -> dict[str, Any]:
    names = ("as_of", "frequency", "horizon", "leaf", "state", "cause", "policy", "first", "last", "report")
    return {"run": one.pk, **{name: getattr(one, name) for name in names}}


def _say_runs(rows: list[Run]) -> None:
    columns = [_("No."), _("As of"), _("Frequency"), _("Periods ahead"), _("State"), _("Policy")]
    say_table(_("Forecasts of demand"), columns, [
        [str(one.pk), one.as_of.isoformat(), str(demand.FREQUENCY_WORDS[one.frequency]), str(one.horizon),
         str(demand.STATE_WORDS[one.state]), one.policy]
        for one in rows
    ])  # fmt: skip


def _overlay(one: Overlay) -> dict[str, Any]:
    names = ("kind", "level", "node", "title", "since", "until", "percent", "wh_a_day", "net_kva", "reason",
             "told_by", "withdrawn_on")  # fmt: skip
    return {"overlay": one.pk, **{name: getattr(one, name) for name in names}}


def _say_overlays(rows: list[Overlay]) -> None:
    columns = [_("No."), _("Event"), _("Forecast of"), _("From"), _("Up to"), _("How much"), _("Reason")]
    say_table(_("Laid over the forecasts"), columns, [
        [str(one.pk), one.title, f"{demand.LEVEL_WORDS[one.level]} {one.node}", one.since.isoformat(),
         one.until.isoformat() if one.until else "—", _much(one), one.reason]
        for one in rows
    ])  # fmt: skip


def _much(one: Overlay) -> str:
    if one.percent is not None:
        return f"{one.percent}%"
    return f"{one.net_kva} kVA" if one.wh_a_day is None else f"{_kwh(one.wh_a_day)} kWh/d"
