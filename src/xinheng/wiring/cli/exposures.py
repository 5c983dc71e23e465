"""Exposure of any day; the end of a day; proof and repair of the running sums."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.exporting import form_of
from xinheng.wiring.cli.options import AsOf, Json
from xinheng.wiring.cli.output import (
    FOUND,
    command,
    operator,
    past_day,
    say_json,
    say_table,
    screen,
    written,
)

Segment = Annotated[str, typer.Option(help="A credit segment; over all of them if not given.")]
PARTS = ("receivable", "prepaid", "delivered", "ordered", "held", "foreign")


def add_to(app: typer.Typer) -> None:
    """The commands, among those on limits."""
    app.command()(exposure)
    app.command()(reconcile)
    app.command("recheck-all")(recheck_all)
    app.command("end-day")(end_day)


@command("limits.read")
def exposure(
    customer: Annotated[str, typer.Argument(help="The number of a customer; all of them with --to.")] = "",
    as_of: AsOf = None,
    segment: Segment = "",
    then: Annotated[bool, typer.Option("--then", help="Only with what was known on the day.")] = False,
    target: Annotated[
        Path | None,
        typer.Option("--to", help="Write a file: .xlsx, .csv or .parquet; - for standard output."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what a customer owed on any day and the documents behind it, or write all customers to a file."""
    actor, on, past = operator(), business_day(), past_day(as_of)
    told: dict[str, Any] = {"as_of": past, "segment": segment, "known_on": past if then else None}
    if target is not None and not customer:
        form = "csv" if str(target) == "-" else form_of(target)
        written(target, reports.export_exposures(actor=actor, on=on, form=form, **told), as_json=as_json)
        return
    if target is not None:
        content = reports.export_exposure(actor=actor, on=on, customer_no=customer, **told)
        written(target, content, as_json=as_json)
        return
    if not customer:
        raise typer.BadParameter(_("name a customer, or a file with --to"))
    _say_exposure(
        credit.exposure_as_of(customers.get(actor, customer, on=on), **told), customer, as_json=as_json
    )


@command("limits.read")
def reconcile(
    repair: Annotated[bool, typer.Option("--repair", help="Bring what differs to the facts.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is repaired; it stands on the trail.")] = "",
    as_json: Json = False,
) -> int:
    """Hold every running sum against the facts. Exit code 3 when anything differs, repaired or not."""
    actor, on = operator(), business_day()
    proof = limits.prove(actor=actor, on=on)
    repaired = 0
    if repair and proof.differing:
        repaired = limits.repair(actor=actor, on=on, reason=reason).height
    if as_json:
        told = {"differing": proof.differing, "repaired": repaired, "differences": proof.differences}
        say_json(told)
    elif not proof.differing:
        screen.print(_("Every running sum is what the facts come to."))
    else:
        columns = [
            _("Customer number"), _("Credit segment"), _("Currency"), _("Part"), _("Kept"), _("Facts"),
        ]  # fmt: skip
        rows = [[_shown(each, name) for name in each] for each in proof.differences]
        say_table(_("%(number)s differ") % {"number": proof.differing}, columns, rows)
        if repair:
            screen.print(_("Repaired: %(number)s") % {"number": repaired}, markup=False)
    return FOUND if proof.differing else 0


@command("limits.check")
def recheck_all(as_json: Json = False) -> None:
    """Ask the rules about every held order again; those whose reasons are gone pass."""
    _say_counts(limits.recheck_all(actor=operator(), on=business_day()), as_json=as_json)


@command("limits.check")
def end_day(as_json: Json = False) -> int:
    """End the day: habits, what is overdue, held orders, proof. Exit code 3 when a running sum differs."""
    done = limits.end_day(actor=operator(), on=business_day())
    differing = done.proof.differing
    if as_json:
        say_json(
            {"on": done.on, "accounts": done.accounts, "rechecked": done.rechecked, "differing": differing}
        )
    else:
        told = {"accounts": done.accounts, "orders": sum(done.rechecked.values()), "number": differing}
        words = _(
            "%(accounts)s accounts brought to the day, %(orders)s held orders asked, %(number)s sums differ"
        )
        screen.print(words % told, markup=False)
    return FOUND if differing else 0


def _say_exposure(found: Any, customer: str, *, as_json: bool) -> None:
    shown, currency = found.exposure, found.exposure.currency
    parts = {part: str(Money(getattr(shown, part), currency)) for part in PARTS}
    total = {"exposure": str(Money(shown.minor, currency)), "currency": currency}
    documents = [
        {**row, "minor": str(Money(row["minor"], row["currency"]))}
        for row in found.documents.drop("customer_id").sort("component", "on", "no").iter_rows(named=True)
    ]
    if as_json:
        say_json({**parts, **total, "is_convertible": found.is_convertible, "documents": documents})
        return
    say_table(customer, [_("What"), _("Value")], [[*pair] for pair in {**parts, **total}.items()])
    columns = [
        _("Credit segment"), _("Currency"), _("Part"), _("Document"), _("Day"), _("Due or planned"),
        _("Amount"),
    ]  # fmt: skip
    say_table(_("The documents behind it"), columns, [list(row.values()) for row in documents])


def _shown(row: dict[str, Any], name: str) -> Any:
    return str(Money(row[name], row["currency"])) if name.endswith("_minor") else row[name]


def _say_counts(found: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        say_json(found)
        return
    rows = [[str(credit.STATES[state]), number] for state, number in sorted(found.items())]
    say_table(_("Held orders"), [_("State"), _("Orders")], rows)
