"""Look at the lists of the ledger beside its bills."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
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


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return str(value.decimal)
    if isinstance(value, int | None):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
