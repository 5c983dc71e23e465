"""Interest and fees for lateness: preview, run, list, correct, waive, rates, check of a term."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.operations.charges import queries as charges
from xinheng.operations.charges import services as acts
from xinheng.operations.charges.values import Asked, NewRate
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import FOUND, command, day, operator, past_day, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
Until = Annotated[
    str | None, typer.Option("--until", help="The day, itself not charged; today if not given.")
]


@app.command()
@command("charges.read")
def preview(until: Until = None, limit: Limit = 50, as_json: Json = False) -> None:
    """Show what came up on overdue claims and was not charged."""
    found = charges.accrued_within(operator(), as_of=past_day(until), on=business_day()).rows
    named = customers.numbers_and_names(found["customer_id"].unique().to_list())
    rows = [
        {
            **row,
            "customer_no": named[row["customer_id"]][0],
            "amount": Money(row["minor"], row["currency"]).decimal,
        }
        for row in found.head(limit).iter_rows(named=True)
    ]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("Customer no."),
        _("Bill number"),
        _("Scheme"),
        _("From"),
        _("Until"),
        _("Days"),
        _("Amount"),
    ]
    keys = ("customer_no", "bill_no", "scheme", "from_on", "until_on", "days", "amount")
    say_table(_("Not charged yet"), columns, [[row[key] for key in keys] for row in rows])
    for currency, minor in found.group_by("currency").agg(pl.col("minor").sum()).sort("currency").iter_rows():
        screen.print(f"{currency} {Money(minor, currency)}")


@app.command()
@command("charges.write")
def run(
    until: Until = None,
    customer: Annotated[
        list[str] | None, typer.Option(help="Only this customer; may be given again.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Charge what came up; no day is charged twice."""
    told: dict[str, Any] = {"until_on": past_day(until), "customer_nos": customer or ()}
    done = acts.post_charges(actor=operator(), on=business_day(), **told)
    totals = {currency: money.decimal for currency, money in done.totals.items()}
    if as_json:
        say_json({"run": done.run, "charges": done.charges, "waiting": done.waiting, "totals": totals})
        return
    sums = ", ".join(f"{currency} {money}" for currency, money in done.totals.items()) or "—"
    words = _("%(charges)s charges were posted: %(sums)s. %(waiting)s are too little and wait.")
    screen.print(words % {"charges": done.charges, "sums": sums, "waiting": done.waiting})


@app.command("list")
@command("charges.read")
def listed(
    text: Annotated[str, typer.Argument(help="Part of a customer, a bill or a claim.")] = "",
    state: Annotated[
        Literal["open", "waived", "correction"] | None, typer.Option(help="Only those so.")
    ] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List what was charged, the newest first."""
    found = charges.charges(operator(), Asked(text=text, state=state or ""), on=business_day())[:limit]
    rows = [
        {
            "id": row.pk, "customer_no": row.customer.no, "bill_no": row.bill.bill_no, "scheme": row.scheme,
            "from_on": row.from_on, "until_on": row.until_on, "days": row.days,
            "amount": Money(row.amount_minor, row.currency).decimal, "currency": row.currency,
            "waived": Money(row.waived_minor, row.currency).decimal, "claim_no": row.claim_no,
        }
        for row in found
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    columns = [_("No."), _("Customer no."), _("Bill number"), _("Scheme"), _("From"), _("Until"), _("Amount"),
               _("Waived"), _("Claim")]  # fmt: skip
    keys = ("id", "customer_no", "bill_no", "scheme", "from_on", "until_on", "amount", "waived", "claim_no")
    say_table(_("Charges"), columns, [[row[key] for key in keys] for row in rows])


@app.command()
@command("charges.write")
def correct(as_json: Json = False) -> None:
    """Bring what was charged to what is known now: more is charged, less is credited."""
    done = acts.correct_charges(actor=operator(), on=business_day())
    words = _("%(raised)s charges were raised and %(lowered)s lowered.")
    told = {"raised": done.raised, "lowered": done.lowered}
    _say(words % told, {"run": done.run, **told}, as_json=as_json)


@app.command()
@command("charges.write")
def waive(
    charge: Number,
    reason: Annotated[str, typer.Argument(help="Why.")],
    amount: Annotated[str | None, typer.Option(help="As 1234.50; all that is left if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Let go of a charge or part of it."""
    who = operator()
    row = charges.get_charge(who, charge, on=business_day())
    money = None if amount is None else Money.of(Decimal(amount), row.currency)
    acts.waive(actor=who, on=business_day(), charge_id=charge, reason=reason, amount=money)
    _say(_("It is waived."), {"id": charge}, as_json=as_json)


@app.command()
@command("charges.read")
def rates(as_json: Json = False) -> None:
    """List the loan prime rates that are known."""
    found = charges.known_rates()
    if as_json:
        say_json([one.__dict__ for one in found])
        return
    columns = [_("From"), _("1 year, percent"), _("5 years, percent"), _("Source")]
    rows = [[one.from_on, one.one_year, one.five_year, one.source] for one in found]
    say_table(_("Loan prime rates"), columns, rows)


@app.command()
@command("charges.write")
def enter(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV: from_on, one_year, five_year.")
    ],
    as_json: Json = False,
) -> None:
    """Enter loan prime rates from a file; those known alike are passed over."""
    frame = pl.read_csv(file, infer_schema=False)
    new = [
        NewRate(
            day(row["from_on"]), Decimal(row["one_year"]), Decimal(row["five_year"]), row.get("source") or ""
        )
        for row in frame.iter_rows(named=True)
    ]
    number = acts.enter_rates(actor=operator(), on=business_day(), rates=new)
    _say(_("%(number)s rates are new.") % {"number": number}, {"new": number}, as_json=as_json)


@app.command("check-term")
@command("charges.read")
def check_term(
    buyer: Annotated[Literal["public", "large", "other"], typer.Argument(help="Who the buyer is.")],
    days: Annotated[int | None, typer.Option(min=0, max=3650, help="Days agreed.")] = None,
    when_paid: Annotated[bool, typer.Option("--when-paid", help="Paid when the buyer is paid.")] = False,
    reason: Annotated[str, typer.Option(help="The recorded reason.")] = "",
    delivered: Annotated[str | None, typer.Option(help="Day of delivery; today if not given.")] = None,
    as_json: Json = False,
) -> int | None:
    """Check a term against the regulation on payments to small enterprises. Exit code 3 when it finds any."""
    found = charges.term_findings(buyer, days, when_paid=when_paid, reason=reason)
    told = {"findings": found, "statutory_due_on": charges.statutory_due_on(past_day(delivered), buyer)}
    words = ", ".join(found) or _("Nothing to find fault with.")
    _say(words, told, as_json=as_json)
    return FOUND if found else None


def _say(words: str, told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
    else:
        screen.print(words)
