"""A past year replayed against a draft check policy: what it would have held, saved and cost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.base.packs import queries as packs
from xinheng.judgements.shadow import queries as shadow
from xinheng.judgements.shadow import services as replays
from xinheng.judgements.shadow.values import Plan
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import Encoder, command, day, operator, progress, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
Files = Annotated[
    list[Path] | None,
    typer.Argument(
        exists=True, dir_okay=False, help="Orders, deliveries, bills, receipts: CSV, Excel, Parquet."
    ),
]
LIMITS = "A file of limits, mean-sales:300, highest-balance:120 (percent), present or none."
PORTION = 1 << 20


@app.command("run")
@command("shadow.run")
def replay(  # noqa: PLR0913, PLR0917 - each an option
    files: Files = None,
    policy: Annotated[str, typer.Option(help="A check policy: a file, or its name as draft:3.")] = "checks",
    limits: Annotated[str, typer.Option(help=LIMITS)] = "none",
    mapping: Annotated[
        Path | None, typer.Option(exists=True, help="A document that says what columns mean.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", help="The first day that is checked.")] = None,
    last: Annotated[str | None, typer.Option("--until", help="The last day.")] = None,
    late: Annotated[int, typer.Option(min=0, max=3650, help="Paid more days late than this is a loss.")] = 30,
    margin: Annotated[int, typer.Option(min=0, max=100, help="Margin of sales, in percent.")] = 20,
    currency: Annotated[
        str, typer.Option(help="The currency that is replayed; the commonest if not given.")
    ] = "",
    terms: Annotated[
        int | None, typer.Option(min=0, max=3650, help="Where no bills are told: due after days.")
    ] = None,
    paid_after: Annotated[
        int | None, typer.Option(min=0, max=3650, help="Where no receipts are told: paid after days.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Also write everything into this folder.")] = None,
    as_json: Json = False,
) -> None:
    """Replay a past, from files or from our own books where none is given, against a check policy."""
    label, text = _policy(policy)
    told, limits_file = list(files or []), Path(limits)
    has_file = limits_file.is_file()
    plan = Plan(
        policy=label, text=text, source="files" if told else "books",
        limits=replays.limits_plan("table" if has_file else limits),
        limits_file=limits_file.name if has_file else "",
        mapping=mapping.read_text(encoding="utf-8") if mapping else "",
        from_on=day(first) if first else None, until_on=day(last) if last else None, late_days=late,
        margin=margin, currency=currency, terms_days=terms, paid_after_days=paid_after,
    )  # fmt: skip
    with ExitStack() as opened, progress(quiet=as_json) as tell:
        handed = {
            path.name: _portions(path, opened) for path in [*told, *([limits_file] if has_file else [])]
        }
        run = replays.replay(
            actor=operator(), on=business_day(), plan=plan, files=handed if told else None,
            tell=lambda done, total: tell(_("customers replayed"), done, total),
        )  # fmt: skip
    if out:
        _write(run, out)
    _say(run, as_json=as_json)


def _portions(path: Path, opened: ExitStack) -> Iterator[bytes]:
    source = opened.enter_context(path.open("rb"))
    return iter(lambda: source.read(PORTION), b"")


def _policy(name: str) -> tuple[str, str]:
    path = Path(name)
    if path.is_file():
        return path.name, path.read_text(encoding="utf-8")
    return packs.text_named(operator(), "checks", name, on=business_day())


def _write(run: Any, out: Path) -> None:
    """The summary, the orders and the customers as files for programs, and all of it as a workbook."""
    out.mkdir(parents=True, exist_ok=True)
    told = json.dumps(_plain(run), cls=Encoder, ensure_ascii=False, indent=1)
    (out / "summary.json").write_text(told, encoding="utf-8")
    shadow.all_orders(run).write_parquet(out / "orders.parquet")
    shadow.customers_of(run).write_csv(out / "customers.csv")
    workbook = reports.export_shadow(actor=operator(), on=business_day(), number=run.pk)
    (out / "replay.xlsx").write_bytes(workbook)


def _plain(run: Any) -> dict[str, Any]:
    return {
        "number": run.pk, "state": run.state, "policy": run.policy, "policy_sha256": run.policy_sha256,
        "currency": run.currency, "from_on": run.from_on, "until_on": run.until_on,
        "documents": run.documents,
        "orders_sha256": run.sha256, "notes": shadow.notes_of(run), **run.summary,
    }  # fmt: skip


def _say(run: Any, *, as_json: bool) -> None:
    if as_json:
        say_json(_plain(run))
        return
    told = {"no": run.pk, "policy": run.policy, "state": shadow.STATES[run.state]}
    screen.print(_("Replay %(no)s by %(policy)s: %(state)s") % told, markup=False)
    if run.state != "done":
        screen.print(run.cause, markup=False)
        return
    words, figures = reports.shadow_headings(), run.summary["all"]
    rows = [[words[name], _figure(run, name, figures[name])] for name in words]
    say_table(f"{run.from_on} – {run.until_on}  {run.currency}", [_("Figure"), _("In all")], rows)
    reasons = [
        [one["rule"], shadow.CHECKS[one["check"]], shadow.STRENGTHS[one["strength"]], one["orders"],
         one["alone"], one["at_gate"]]
        for one in run.summary["reasons"]
    ]  # fmt: skip
    say_table(
        "", [_("Rule"), _("What it looks at"), _("Strength"), _("Orders"), _("It alone"), _("Gate")], reasons
    )
    if agreed := run.summary["agreement"]:
        real = [[_("really blocked"), agreed["both"]["orders"], agreed["only_real"]["orders"]],
                [_("not really blocked"), agreed["only_shadow"]["orders"],
                 agreed["neither"]["orders"]]]  # fmt: skip
        say_table("", ["", _("would be stopped"), _("would pass")], real)
    for note in shadow.notes_of(run):
        screen.print(f"· {note}", markup=False)


def _figure(run: Any, name: str, value: int) -> str:
    return str(Money(value or 0, run.currency)) if name in reports.SHADOW_MONEY else f"{value:,}"


@app.command("list")
@command("shadow.read")
def list_runs(limit: Limit = 50, as_json: Json = False) -> None:
    """List the replays, the newest first."""
    found = shadow.shadow_runs(operator())[:limit]
    if as_json:
        say_json([_plain(run) for run in found])
        return
    rows = [[run.pk, run.on, run.policy, shadow.STATES[run.state], run.orders, run.held] for run in found]
    say_table("", [_("Replay"), _("Day"), _("Policy"), _("State"), _("Orders"), _("Held")], rows)


@app.command()
@command("shadow.read")
def show(number: Number, as_json: Json = False) -> None:
    """Show one replay."""
    _say(shadow.shadow_run(operator(), number), as_json=as_json)


@app.command()
@command("shadow.run")
def discard(number: Number, as_json: Json = False) -> None:
    """Throw a replay that ended away, with its files."""
    replays.discard(actor=operator(), on=business_day(), number=number)
    told = {"number": number}
    if as_json:
        say_json(told)
    else:
        screen.print(_("Replay %(number)s is thrown away.") % told)
