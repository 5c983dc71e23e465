"""The ledger of contracts: list, show, draft, end, void, archive, figures, audit, stage."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period
from xinheng.facts.contracts import queries as contracts
from xinheng.facts.contracts import services as acts
from xinheng.facts.contracts.values import EVENT_WORDS, STAGES, STATE_WORDS, Draft, Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
ContractNo = Annotated[str, typer.Argument(help="The contract's number, as XS-2026-0001.")]
No = Annotated[str, typer.Argument(help="The customer's number.")]
On = Annotated[str | None, typer.Option("--on", help="The day, as 2026-06-30; today if not given.")]
Look = Literal["expiring", "past_end", "unarchived", "breached", "unperformed"]


@app.command("list")
@command("contracts.read")
def listed(  # noqa: PLR0913, PLR0917 - each an option
    text: Annotated[str, typer.Argument(help="Part of a number, a title or a customer.")] = "",
    state: Annotated[str, typer.Option(help="Only those so, as signed.")] = "",
    kind: Annotated[str, typer.Option(help="Only of this kind, as sale.")] = "",
    unit: Annotated[str, typer.Option(help="Only of this department and below, by code.")] = "",
    look: Annotated[Look | None, typer.Option(help="Only what is to be looked at so.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List contracts, the last drafted first."""
    wanted = Wanted(text=text, state=state, kind=kind, unit=unit, look=look or "")
    rows = [_row(row) for row in contracts.contracts(operator(), wanted, on=business_day())[:limit]]
    if as_json:
        say_json(rows)
        return
    columns = [_("Contract no."), _("Customer no."), _("Name of the contract"), _("Amount"), _("State"),
               _("Signed on"), _("Holds until")]  # fmt: skip
    keys = ("no", "customer_no", "title", "amount", "state", "signed_on", "ends_on")
    shown = [{**row, "state": STATE_WORDS[row["state"]]} for row in rows]
    say_table(_("Contracts"), columns, [[row[key] for key in keys] for row in shown])


@app.command()
@command("contracts.read")
def show(no: ContractNo, as_json: Json = False) -> None:
    """Show one contract with its events."""
    row = contracts.numbered(operator(), no, on=business_day())
    events = [
        {"kind": one.kind, "finished_on": one.finished_on, "reopened_on": one.reopened_on}
        for one in contracts.events_of(row)
    ]
    if as_json:
        say_json({**_row(row), "events": events})
        return
    screen.print(f"{row.no} {row.title} · {row.customer.name} · {STATE_WORDS[row.state]}")
    for one in events:
        screen.print(f"  {one['finished_on']} {EVENT_WORDS[str(one['kind'])]}")


@app.command()
@command("contracts.write")
def draft(  # noqa: PLR0913, PLR0917 - each an option
    no: No,
    title: Annotated[str, typer.Argument(help="What the contract is called.")],
    matter: Annotated[str, typer.Argument(help="What it is about.")],
    amount: Annotated[str, typer.Argument(help="With tax, as 1234.50.")],
    unit: Annotated[str, typer.Option(help="The department, by code.")],
    kind: Annotated[str, typer.Option(help="A kind of the rules, as sale.")] = "sale",
    ends: Annotated[str | None, typer.Option(help="The last day it holds.")] = None,
    demand: Annotated[str, typer.Option(help="The purchase demand it answers.")] = "",
    as_json: Json = False,
) -> None:
    """Draft a contract; the ledger gives its number."""
    new = Draft(
        unit, kind, title, matter, Money.of(Decimal(amount)), demand=demand,
        ends_on=day(ends) if ends else None,
    )  # fmt: skip
    kept = acts.draft(actor=operator(), on=business_day(), customer_no=no, new=new)
    words = _("Contract %(no)s is drafted.") % {"no": kept.no}
    _say(words, {"id": kept.pk, "no": kept.no}, as_json=as_json)


@app.command()
@command("contracts.write")
def end(
    no: ContractNo,
    reason: Annotated[str, typer.Argument(help="Why it ends.")],
    on: On = None,
    as_json: Json = False,
) -> None:
    """End a contract."""
    kept = acts.end(**_which(no), ended_on=day(on), reason=reason)
    _say(_("The contract is at an end."), _row(kept), as_json=as_json)


@app.command()
@command("contracts.ledger")
def void(
    no: ContractNo,
    reason: Annotated[str, typer.Argument(help="Why it is void.")],
    as_json: Json = False,
) -> None:
    """Cancel what was never signed; its number stays as void."""
    kept = acts.void(**_which(no), reason=reason)
    _say(_("The contract is void; its number stays."), _row(kept), as_json=as_json)


@app.command()
@command("contracts.ledger")
def archive(no: ContractNo, as_json: Json = False) -> None:
    """Close a contract's entry: from now on it is only read."""
    kept = acts.archive(**_which(no))
    _say(_("The entry is archived."), _row(kept), as_json=as_json)


@app.command()
@command("contracts.read")
def figures(
    first: Annotated[str, typer.Argument(help="The first day, as 2026-01-01.")],
    last: Annotated[str, typer.Argument(help="Until this day, as 2026-06-30.")],
    by: Annotated[Literal["kind", "unit", "state"], typer.Option(help="How it is grouped.")] = "kind",
    unit: Annotated[str, typer.Option(help="Only of this department and below, by code.")] = "",
    as_json: Json = False,
) -> None:
    """Show what was signed, due, performed and ended in some days."""
    told: dict[str, Any] = {"on": business_day(), "period": _period(first, last), "by": by, "unit": unit}
    rows = contracts.statistics(operator(), **told).rows(named=True)
    if as_json:
        say_json(rows)
        return
    columns = [_("Grouping"), _("Currency"), _("Contracts signed"), _("Amount"), _("Due"),
               _("Performed in time"), _("Ended"), _("With a breach")]  # fmt: skip
    lines = [
        [row["group"], row["currency"], row["contracts"], Money(row["amount_minor"], row["currency"]),
         row["due"], row["performed"], row["ended"], row["breached"]]
        for row in rows
    ]  # fmt: skip
    say_table(_("Figures of the contracts"), columns, lines)


@app.command()
@command("contracts.audit")
def audit(
    first: Annotated[str, typer.Argument(help="Signed from this day.")],
    last: Annotated[str, typer.Argument(help="Signed until this day.")],
    share: Annotated[str | None, typer.Option(help="0 to 1; as the rules say if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Draw a sample of contracts by a seed that is kept."""
    told: dict[str, Any] = {"period": _period(first, last), "share": Decimal(share) if share else None}
    kept = acts.draw_audit(actor=operator(), on=business_day(), **told)
    numbers = sorted({one.contract.no for one in contracts.findings_of(kept)})
    words = _("Audit %(audit)s: %(size)s of %(population)s contracts, seed %(seed)s.") % {
        "audit": kept.pk, "size": len(numbers), "population": len(kept.population), "seed": kept.seed,
    }  # fmt: skip
    _say(words, {"id": kept.pk, "seed": kept.seed, "contracts": numbers}, as_json=as_json)


@app.command()
@command("contracts.write")
def stage(
    no: No,
    stage: Annotated[
        Literal["latent", "contact", "contract", "upkeep"], typer.Argument(help="Where we stand.")
    ],
    on: On = None,
    why: Annotated[str, typer.Option(help="Why, where it is a step back.")] = "",
    as_json: Json = False,
) -> None:
    """Say where we stand with a customer."""
    told: dict[str, Any] = {"customer_no": no, "stage": stage, "from_on": day(on), "why": why}
    kept = acts.set_stage(actor=operator(), on=business_day(), **told)
    words = _("Customer %(no)s: %(stage)s.") % {"no": no, "stage": STAGES[kept.stage]}
    _say(words, {"stage": kept.stage, "from_on": kept.from_on}, as_json=as_json)


def _period(first: str, last: str) -> Period:
    begins, ends = day(first), day(last)
    return Period(min(begins, ends), max(begins, ends))


def _which(no: str) -> dict[str, Any]:
    who, on = operator(), business_day()
    return {"actor": who, "on": on, "contract_id": contracts.numbered(who, no, on=on).pk}


def _say(words: str, told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
    else:
        screen.print(words)


def _row(row: Any) -> dict[str, Any]:
    plain = ("no", "kind", "title", "matter", "state", "version", "handler", "drafted_on", "signed_on",
             "effective_on", "due_on", "ends_on", "performed_on", "ended_on", "archived_on")  # fmt: skip
    return {
        **{name: getattr(row, name) for name in plain},
        "unit": row.unit.code,
        "customer_no": row.customer.no,
        "amount": Money(row.amount_minor, row.currency).decimal,
        "currency": row.currency,
    }
