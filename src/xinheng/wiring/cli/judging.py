"""Measure, rate, explain, replay, export."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as measured
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import queries as rated
from xinheng.judgements.ratings import services as ratings
from xinheng.reports import services as reports
from xinheng.reports.values import Order, Wanted
from xinheng.runs import services as runs
from xinheng.wiring.cli.errors import NotRatedYet
from xinheng.wiring.cli.output import (
    FOUND,
    command,
    day,
    operator,
    progress,
    say_json,
    say_table,
    screen,
    written,
)

app = typer.Typer()
AsOf = Annotated[str | None, typer.Option("--as-of", help="The day, as 2026-06-30; today if not given.")]
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


@app.command()
@command("indicators.measure")
def measure(as_of: AsOf = None, as_json: Json = False) -> None:
    """Measure every indicator of every customer as of a day."""
    done = indicators.measure(actor=operator(), on=runs.business_day(), as_of=day(as_of))
    answer = {"as_of": done.as_of, "customers": done.customers, "values": done.values_path}
    if as_json:
        say_json(answer)
    else:
        screen.print(_("%(customers)s customers measured as of %(as_of)s.") % answer)


@app.command()
@command("ratings.run")
def rate(
    policy: Annotated[list[str] | None, typer.Argument(help="Policy codes; all in force if none.")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Measure and rate every customer by the policies in force on a day."""
    steps = {"measure": _("measuring"), "done": _("done")}
    with progress(quiet=as_json) as tell:
        done = runs.measure_and_rate(
            actor=operator(), on=runs.business_day(), as_of=day(as_of), policies=policy,
            tell=lambda step, done, total: tell(steps.get(step, step), done, total),
        )  # fmt: skip
    found = [rated.get_run(run_id) for run_id in done]
    if as_json:
        say_json(
            [
                {"run": run.pk, "policy": run.policy_code, "version": run.policy_version, "as_of": run.as_of,
                 "customers": run.customers, "graded": run.graded, "counts": run.counts}
                for run in found
            ]
        )  # fmt: skip
        return
    rows = [
        [run.pk, run.policy_code, run.as_of, run.customers, run.graded, _counts(run.counts)] for run in found
    ]
    columns = [_("Run"), _("Policy"), _("As of"), _("Customers"), _("Graded"), _("Grades")]
    say_table(_("Rating runs"), columns, rows)


def _counts(counts: dict[str, int]) -> str:
    return "  ".join(f"{grade or '—'} {number}" for grade, number in counts.items())


@app.command()
@command("ratings.read")
def explain(
    customer_no: str,
    policy: Annotated[
        str | None, typer.Option(help="The policy; that of the newest run if not given.")
    ] = None,
    run: Annotated[int | None, typer.Option(help="The run; the newest if not given.")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Say why a customer has its grade."""
    newest = rated.get_run(run) if run else rated.latest_run(policy, as_of=day(as_of))
    if newest is None:
        raise NotRatedYet(as_of=day(as_of))
    found = rated.explanation(operator(), newest.pk, customer_no, on=runs.business_day())
    if as_json:
        say_json(asdict(found))
        return
    title = f"{found.customer_no} {found.customer_name}  {found.policy_name} {found.policy_version}"
    screen.print(title, markup=False)
    screen.print(f"{found.as_of}  {found.grade or _('not graded')}  {found.summary}", markup=False)
    rows: list[list[Any]] = [
        [
            reason.text,
            _outcome(reason.outcome),
            reason.grade,
            reason.points,
            reason.maximum,
            _figures(reason.inputs),
        ]
        for reason in found.reasons
    ]
    columns = [_("Reason"), _("Outcome"), _("Grade"), _("Points"), _("Of"), _("Figures")]
    say_table("", columns, rows)


def _outcome(outcome: str) -> str:
    return {"fired": _("fired"), "not_fired": _("did not fire"), "unknown": _("unknown")}[outcome]


def _figures(inputs: tuple[Any, ...]) -> str:
    return "\n".join(
        f"{item.name}: {_('not measured') if item.value is None else item.value}" for item in inputs
    )


@app.command()
@command("ratings.read")
def replay(run_id: int, as_json: Json = False) -> int:
    """Compute a stored run again and compare. Exit code 3 when anything differs."""
    found = ratings.replay(actor=operator(), run_id=run_id)
    if as_json:
        say_json(asdict(found))
    elif found.same:
        told = {"run": run_id, "n": found.customers}
        screen.print(_("Run %(run)s gives the same result for %(n)s customers.") % told)
    else:
        screen.print(_("Run %(run)s does not give the same result.") % {"run": run_id}, style="red")
        screen.print(found.cause, *found.differences, sep="\n", markup=False)
    return 0 if found.same else FOUND


@app.command("indicators")
@command("indicators.read")
def indicator_values(
    customer_no: Annotated[str, typer.Argument(help="A customer; the catalogue if not given.")] = "",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Show every indicator of a customer as of a day, or the catalogue of indicators."""
    if not customer_no:
        _catalogue(as_json=as_json)
        return
    no = customers.get(operator(), customer_no, on=runs.business_day()).no
    found = measured.values_of(no, as_of=day(as_of))
    if as_json:
        say_json({value.card.code: value.figure for value in found})
        return
    rows = [[value.card.code, value.card.name, value.figure, value.card.unit] for value in found]
    say_table(no, [_("Code"), _("Name"), _("Figure"), _("Unit")], rows)


def _catalogue(*, as_json: bool) -> None:
    cards = measured.catalogue()
    if as_json:
        say_json([asdict(card) for card in cards])
        return
    rows = [[card.code, card.name, card.unit, card.missing, card.source] for card in cards]
    columns = [_("Code"), _("Name"), _("Unit"), _("not measured"), _("Source")]
    say_table(_("Indicators"), columns, rows)


@app.command()
@command("exports.read")
def export(
    target: Annotated[Path, typer.Argument(help="The Excel file to write.")],
    run: Annotated[int | None, typer.Option(help="A rating run; the customer list if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Write the customer list or a rating run as an Excel workbook."""
    actor, today = operator(), runs.business_day()
    if run is None:
        workbook = reports.export_customers(actor=actor, on=today, wanted=Wanted(), order=Order())
    else:
        workbook = reports.export_run(actor=actor, on=today, run_id=run)
    written(target, workbook, as_json=as_json)
