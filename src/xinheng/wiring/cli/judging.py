"""Measure, rate, explain, replay."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.base.packs import queries as packs
from xinheng.base.packs.errors import PolicyUnknown
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as measured
from xinheng.indicators import services as indicators
from xinheng.indicators.values import Card, Value
from xinheng.judgements.ratings import queries as rated
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.ratings.values import Difference, InputValue, Outlook
from xinheng.reports.services import told_text
from xinheng.runs import services as runs
from xinheng.wiring.cli.errors import NotRatedYet
from xinheng.wiring.cli.options import LARGEST_ID, AsOf, Json, Limit
from xinheng.wiring.cli.output import (
    FOUND,
    command,
    day,
    operator,
    progress,
    say_json,
    say_table,
    screen,
)
from xinheng.wiring.cli.speaking import language

app = typer.Typer()
RunNo = Annotated[
    int | None, typer.Option("--run", min=1, max=LARGEST_ID, help="The run; the newest if not given.")
]
Role = Annotated[str, typer.Option(help="Of a policy that grades by role.")]
PolicyCode = Annotated[str, typer.Option("--policy", help="The policy; of all if not given.")]


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
    _say_runs([rated.get_run(run_id) for run_id in done], as_json=as_json)


def _say_runs(found: list[Any], *, as_json: bool) -> None:
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


@app.command("runs")
@command("ratings.read")
def list_runs(policy: PolicyCode = "", as_of: AsOf = None, limit: Limit = 50, as_json: Json = False) -> None:
    """List the rating runs that are done, the newest first."""
    found = rated.runs(operator()).filter(as_of__lte=day(as_of)).order_by("-as_of", "-id")
    if policy:
        found = found.filter(policy_code=policy)
    _say_runs(list(found[:limit]), as_json=as_json)


@app.command()
@command("ratings.read")
def explain(  # noqa: PLR0913, PLR0917 - each an option
    customer_no: str,
    policy: PolicyCode = "",
    run: RunNo = None,
    role: Role = "",
    ways: Annotated[bool, typer.Option("--ways", help="Also say what would raise the grade.")] = False,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Say why a customer has its grade, and what would raise it."""
    newest, today = chosen_run(run, policy, as_of), runs.business_day()
    found = rated.explanation(operator(), newest.pk, customer_no, on=today, role=role)
    better = rated.outlook(operator(), newest.pk, customer_no, on=today, role=role) if ways else None
    if as_json:
        say_json(asdict(found) | ({"outlook": asdict(better)} if better else {}))
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
    if better is not None:
        _say_outlook(better)


def _say_outlook(better: Outlook) -> None:
    screen.print(better.summary, markup=False)
    if better.improvements:
        rows = [[way.grade, way.text] for way in better.improvements]
        say_table(_("What would raise the grade"), [_("Grade"), _("Changes together")], rows)
    for text in better.obstacles:
        screen.print(_("Holds whatever is changed now: %(rule)s") % {"rule": text}, markup=False)


def _outcome(outcome: str) -> str:
    return {"fired": _("fired"), "not_fired": _("did not fire"), "unknown": _("unknown")}[outcome]


def _figures(inputs: tuple[InputValue, ...]) -> str:
    return "\n".join(f"{item.name}: {_looked_at(item)}" for item in inputs)


def _looked_at(item: InputValue) -> str:
    if item.value is None and item.origin == "assessment":
        return _("not assessed")
    return told_text(item.value, item.unit)


@app.command()
@command("ratings.read")
def replay(
    run: Annotated[
        int | None, typer.Argument(min=1, max=LARGEST_ID, help="The run; the newest if not given.")
    ] = None,
    customer: Annotated[str, typer.Option(help="Only the decision on this customer.")] = "",
    policy: PolicyCode = "",
    role: Role = "",
    as_of: AsOf = None,
    as_json: Json = False,
) -> int:
    """Compute a stored run, or one decision of it, again and compare. Exit code 3 when anything differs."""
    run_id = chosen_run(run, policy, as_of).pk
    if customer:
        return _replay_one(run_id, customer, role, as_json=as_json)
    found = ratings.replay(actor=operator(), run_id=run_id)
    if as_json:
        say_json(asdict(found))
    elif found.same:
        told = {"run": run_id, "n": found.customers}
        screen.print(_("Run %(run)s gives the same result for %(n)s customers.") % told)
    else:
        screen.print(_("Run %(run)s does not give the same result.") % {"run": run_id}, style="red")
        screen.print(found.cause, *found.differences, sep="\n", markup=False)
        _say_differences(found.details)
    return 0 if found.same else FOUND


def _replay_one(run_id: int, customer_no: str, role: str, *, as_json: bool) -> int:
    found = ratings.replay_decision(
        actor=operator(), run_id=run_id, customer_no=customer_no, on=runs.business_day(), role=role
    )
    told = {"run": run_id, "customer": found.customer_no, "number": found.compared, "policy": found.policy}
    if as_json:
        say_json(asdict(found))
    elif found.same:
        words = _(
            "Run %(run)s, %(customer)s: %(number)s results computed again by %(policy)s, no difference."
        )
        screen.print(words % told, markup=False)
    else:
        screen.print(_("Run %(run)s does not give the same result.") % told, style="red")
        screen.print(found.cause, markup=False)
        _say_differences(found.differences)
    return 0 if found.same else FOUND


def _say_differences(differences: tuple[Difference, ...]) -> None:
    if differences:
        columns = [_("Customer no."), _("Result"), _("Kept"), _("Computed again"), _("Kept in")]
        rows = [[one.customer_no, one.what, one.kept, one.again, one.kept_in] for one in differences]
        say_table("", columns, rows)


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
        say_json({value.card.code: _figure(value) for value in found})
        return
    rows = [[value.card.code, _name(value.card), _figure(value), _unit(value)] for value in found]
    say_table(no, [_("Code"), _("Name"), _("Figure"), _("Unit")], rows)


def _figure(value: Value) -> Any:
    """A figure as it is written: money in the major unit."""
    if value.card.unit == "CNY" and isinstance(value.figure, int):
        return str(Money(value.figure, value.currency).decimal)
    return value.figure


def _unit(value: Value) -> str:
    return value.currency if value.card.unit == "CNY" else value.card.unit


def _name(card: Card) -> str:
    return card.name if language() == "zh-hans" else card.name_en


def _catalogue(*, as_json: bool) -> None:
    cards = measured.catalogue()
    if as_json:
        say_json([asdict(card) for card in cards])
        return
    rows = [[card.code, _name(card), card.unit, _missing(card), card.source] for card in cards]
    columns = [_("Code"), _("Name"), _("Unit"), _("not measured"), _("Source")]
    say_table(_("Indicators"), columns, rows)


def _missing(card: Card) -> str:
    return card.missing if language() == "zh-hans" else card.missing_en


def chosen_run(run: int | None, policy: str, as_of: str | None) -> Any:
    """A run by its number, else the newest of a policy, or of all, on or before a day."""
    if run:
        return rated.get_run(run)
    newest = rated.latest_run(policy or None, as_of=day(as_of))
    if newest is None and policy and not packs.documents("rating").filter(code=policy).exists():
        raise PolicyUnknown(code=policy, version="")
    if newest is None:
        raise NotRatedYet(as_of=day(as_of))
    return newest
