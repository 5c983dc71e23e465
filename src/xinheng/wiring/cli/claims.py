"""Look at the lists of the ledger beside its bills."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.base.packs import services as adopting
from xinheng.facts.receivables import queries as receivables
from xinheng.reports import queries as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json, Limit
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table

app = typer.Typer()


class Which(StrEnum):
    """The lists there are."""

    PREPAID = "prepaid"
    PLANS = "plans"
    OTHER = "other"
    RETURNED = "returned"
    ASKED = "asked"
    WRITTEN_OFF = "written-off"
    RECOVERED = "recovered"


@app.command()
@command("receivables.read")
def claims(
    which: Annotated[Which, typer.Argument(help="Which list of the ledger.")],
    text: Annotated[str, typer.Option(help="Only of customers this text finds.")] = "",
    as_of: AsOf = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List free money, instalments, other claims, returned payments and write-offs."""
    wanted = reports.ClaimsWanted(text, day(as_of))
    found = reports.claims(operator(), which.value, wanted, on=business_day(), most=limit)
    listed = reports.CLAIM_LISTS[which.value]
    keys = ["customer_no", "customer_name", *(field.key for field in listed.fields), "currency"]
    if as_json:
        say_json([{key.removesuffix("_minor"): _plain(row[key]) for key in keys} for row in found.rows])
        return
    columns = [_("Customer number"), _("Name"), *(str(field.title) for field in listed.fields), _("Currency")]
    say_table(str(listed.title), columns, [[row[key] for key in keys] for row in found.rows])


@app.command()
@command("receivables.read")
def revaluation(as_of: AsOf = None, as_json: Json = False) -> None:
    """Show open foreign items in yuan, as booked and at the rate of a day."""
    rows = reports.revaluation(operator(), on=business_day(), as_of=day(as_of))
    if as_json:
        say_json(
            [
                {"currency": row.open.currency, **{name: _plain(value) for name, value in vars(row).items()}}
                for row in rows
            ]
        )
        return
    columns = [_("Currency"), _("Open"), _("Rate"), _("As booked, in yuan"), _("Worth, in yuan"),
               _("Unrealised gain (loss)")]  # fmt: skip
    told = [[row.open.currency, row.open, row.rate, row.booked, row.worth, row.gain] for row in rows]
    say_table(_("Foreign items"), columns, told)


@app.command("ledger-rules")
@command("receivables.read")
def ledger_rules(
    file: Annotated[
        Path | None, typer.Argument(help="A document to adopt: clearing_order or write_off.", exists=True)
    ] = None,
    effective_from: Annotated[
        str | None, typer.Option("--from", help="The day from which it holds, as 2026-06-30.")
    ] = None,
    past_chain: Annotated[
        str, typer.Option("--past-chain", help="Why a further version is adopted without approval.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Show the order of clearing and who signs write-offs, or adopt a document of them."""
    actor, on = operator(), business_day()
    if file is not None:
        told = {"actor": actor, "on": on, "effective_from": day(effective_from), "past_chain_why": past_chain}
        text = file.read_text(encoding="utf-8")
        adopting.adopt(**told, kind=receivables.document_kind(text), text=text)  # type: ignore[arg-type]
    held = receivables.documents_held(day(effective_from) if file else on)
    if as_json:
        say_json([{"kind": kind, "version": version} for kind, version in held.items()])
        return
    say_table(_("Rules of the ledger"), [_("Kind"), _("Version")], [list(row) for row in held.items()])


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return str(value.decimal)
    if isinstance(value, int | None):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
