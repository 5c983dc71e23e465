"""Cash application: preview, run, list, accept, reject, undo, runs, bank statements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.base.packs import services as adopting
from xinheng.judgements.matching import queries as matching
from xinheng.judgements.matching import services as acts
from xinheng.judgements.matching.values import Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import command, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
Why = Annotated[str, typer.Option(help="Why; it stands on the trail.")]
Which = Literal["applied", "waiting", "rejected", "undone", "superseded"]


@app.command()
@command("matching.read")
def preview(as_json: Json = False) -> None:
    """Show what a run would do now; nothing is changed."""
    outcome, by_way = matching.preview(operator(), on=business_day())
    rows = [
        {
            "way": row["way"], "confidence": row["confidence"], "is_sure": row["is_sure"],
            "receipts": row["receipts"], "money": Money(row["minor"], row["currency"]).decimal,
            "currency": row["currency"],
        }
        for row in by_way.iter_rows(named=True)
    ]  # fmt: skip
    if as_json:
        say_json({**_counts(outcome), "ways": rows})
        return
    columns = [_("Way of matching"), _("How sure"), _("At once"), _("Receipts"), _("Amount"), _("Currency")]
    told = [
        [*list(row.values())[:2], _("yes") if row["is_sure"] else "", *list(row.values())[3:]] for row in rows
    ]
    say_table(_("What a run would do"), columns, told)
    screen.print(_said(outcome))


@app.command()
@command("matching.write")
def run(as_json: Json = False) -> None:
    """Look at all free money: what is sure is applied, the rest waits for review."""
    outcome = acts.run(actor=operator(), on=business_day())
    if as_json:
        say_json({"run": outcome.run, **_counts(outcome), "ways": outcome.ways})
    else:
        screen.print(_said(outcome))


@app.command("list")
@command("matching.read")
def listed(
    text: Annotated[str, typer.Argument(help="Part of a customer, a receipt or a payer.")] = "",
    state: Annotated[Which, typer.Option(help="Only those so.")] = "waiting",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List proposals, the surest first; those that wait unless told otherwise."""
    found = list(matching.proposals(operator(), Wanted(text=text, state=state), on=business_day())[:limit])
    by_proposal = matching.lines_of(found)
    rows: list[dict[str, Any]] = [
        {
            "id": one.pk, "customer_no": one.customer.no, "receipt_no": one.receipt.receipt_no,
            "free": Money(one.free_minor, one.currency).decimal, "currency": one.currency, "way": one.way,
            "confidence": one.confidence, "state": one.state,
            "bills": {line.bill.bill_no: Money(line.amount_minor, one.currency).decimal
                      for line in by_proposal[one.pk]},
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."),
        _("Customer no."),
        _("Receipt"),
        _("Free"),
        _("Way of matching"),
        _("How sure"),
        _("Bills"),
    ]
    keys = ("id", "customer_no", "receipt_no", "free", "way", "confidence")
    told = [
        [*(row[key] for key in keys), "\n".join(f"{no} {part}" for no, part in row["bills"].items())]
        for row in rows
    ]
    say_table(_("Cash application"), columns, told)


@app.command()
@command("matching.write")
def accept(
    proposals: Annotated[list[int], typer.Argument(min=1, help="Numbers of proposals.")],
    as_json: Json = False,
) -> None:
    """Apply proposals that wait, all of them or none."""
    number = acts.accept(actor=operator(), on=business_day(), proposal_ids=proposals)
    if as_json:
        say_json({"applied": number})
    else:
        screen.print(_("Applied: %(number)s.") % {"number": number})


@app.command()
@command("matching.write")
def reject(proposal: Number, why: Why = "", as_json: Json = False) -> None:
    """Say that a proposal is wrong; the same is not proposed again."""
    one = acts.reject(actor=operator(), on=business_day(), proposal_id=proposal, reason=why)
    if as_json:
        say_json({"id": one.pk, "state": one.state})
    else:
        screen.print(_("Rejected."))


@app.command()
@command("matching.write")
def undo(
    number: Number,
    why: Why = "",
    run: Annotated[bool, typer.Option("--run", help="The number is of a run, not of a proposal.")] = False,
    as_json: Json = False,
) -> None:
    """Take back what a proposal, or a whole run, applied."""
    told: dict[str, Any] = {"actor": operator(), "on": business_day(), "reason": why}
    done = acts.undo_run(**told, run_id=number) if run else acts.undo(**told, proposal_id=number)
    if as_json:
        say_json({"settlements": done})
    else:
        screen.print(_("Settlements taken back: %(number)s.") % {"number": done})


@app.command()
@command("matching.read")
def runs(limit: Limit = 50, as_json: Json = False) -> None:
    """List the runs, the newest first."""
    names = ("receipts", "applied", "waiting", "unmatched")
    rows = [
        {"id": row.pk, "on": row.on, "state": row.state, **{name: row.figures[name] for name in names}}
        for row in matching.runs(operator())[:limit]
    ]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."),
        _("Day"),
        _("State"),
        _("Receipts"),
        _("Applied"),
        _("To be reviewed"),
        _("Not matched"),
    ]
    say_table(_("Runs of cash application"), columns, [list(row.values()) for row in rows])


@app.command()
@command("matching.write")
def bank(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A bank statement.")
    ],
    account: Annotated[str, typer.Option(help="Our account, where the file does not name it.")] = "",
    dialect: Annotated[str, typer.Option(help="Code of the bank; else told by the headings.")] = "",
    as_json: Json = False,
) -> None:
    """Take in a bank statement, all of it or nothing; lines known before are passed over."""
    told: dict[str, Any] = {"file_name": file.name, "content": file.read_bytes()}
    taken = acts.take_bank_file(actor=operator(), on=business_day(), **told, account=account, dialect=dialect)
    if as_json:
        say_json(
            {
                "new": taken.new,
                "known_before": taken.known_before,
                "posted": taken.posted,
                "unknown": taken.unknown,
            }
        )
        return
    words = _("New lines: %(new)s; posted: %(posted)s; of unknown payers: %(unknown)s.")
    screen.print(words % {"new": taken.new, "posted": taken.posted, "unknown": taken.unknown})


@app.command("bank-lines")
@command("matching.read")
def bank_lines(
    state: Annotated[Literal["unknown", "posted", "aside"], typer.Option(help="Only those so.")] = "unknown",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List lines of bank statements; those of unknown payers unless told otherwise."""
    rows = [
        {
            "id": row.pk, "booked_on": row.booked_on, "serial": row.serial, "payer": row.payer,
            "reference": row.reference, "amount": Money(row.amount_minor, row.currency).decimal,
            "customer_no": row.customer.no if row.customer else "",
        }
        for row in matching.bank_lines(operator(), on=business_day(), state=state)[:limit]
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    columns = [_("No."), _("Day"), _("Serial"), _("Payer"), _("Text"), _("Amount"), _("Customer no.")]
    say_table(_("Bank statements"), columns, [list(row.values()) for row in rows])


@app.command()
@command("matching.write")
def assign(
    line: Number,
    customer_no: Annotated[str, typer.Argument(help="The customer's number.")],
    once: Annotated[bool, typer.Option("--once", help="Do not remember the payer.")] = False,
    as_json: Json = False,
) -> None:
    """Say whose money a line of a bank statement is; it becomes a receipt of that customer."""
    told: dict[str, Any] = {"line_id": line, "customer_no": customer_no, "remember": not once}
    row = acts.assign(actor=operator(), on=business_day(), **told)
    if as_json:
        say_json({"id": row.pk, "receipt_no": row.receipt_no})
    else:
        screen.print(_("Posted as receipt %(receipt_no)s.") % {"receipt_no": row.receipt_no})


@app.command()
@command("policies.adopt")
def adopt(as_json: Json = False) -> None:
    """Let the shipped rules of cash application hold from today; where some were adopted nothing changes."""
    on = business_day()
    told: dict[str, Any] = {"codes": ["matching"], "kind": "matching_rules"}
    adopted = adopting.adopt_shipped(actor=operator(), on=on, effective_from=on, **told)
    if as_json:
        say_json([{"code": one.code, "version": one.version} for one in adopted])
    else:
        screen.print(_("In force from today on.") if adopted else _("Rules were adopted before."))


def _counts(outcome: Any) -> dict[str, int]:
    return {name: getattr(outcome, name) for name in ("receipts", "applied", "waiting", "unmatched")}


def _said(outcome: Any) -> str:
    words = _(
        "Receipts: %(receipts)s; applied: %(applied)s; to review: %(waiting)s; not matched: %(unmatched)s."
    )
    return words % _counts(outcome)
