"""Disputes and the clocks they stop: list, open, close, a bill's clock, pause, resume."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.disputes import services as acts
from xinheng.facts.disputes.values import Closing, NewDispute, NewPause, Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import command, day, operator, past_day, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
No = Annotated[str, typer.Argument(help="The customer's number.")]
BillNo = Annotated[str, typer.Argument(help="The bill's number.")]
On = Annotated[str | None, typer.Option("--on", help="The day, as 2026-06-30; today if not given.")]


@app.command("list")
@command("disputes.read")
def listed(
    text: Annotated[str, typer.Argument(help="Part of a customer, a bill number or a complaint.")] = "",
    state: Annotated[Literal["open", "closed"] | None, typer.Option(help="Only those so.")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only those whose next step is late.")] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List what customers contest, the newest first."""
    wanted = Wanted(text=text, state=state or "", late=late)
    rows = [_row(row) for row in disputes.disputes(operator(), wanted, on=business_day())[:limit]]
    if as_json:
        say_json(rows)
        return
    columns = [_("No."), _("Customer no."), _("Bill number"), _("Reason"), _("Contested"), _("State"),
               _("Opened on"), _("Owner"), _("By")]  # fmt: skip
    keys = ("id", "customer_no", "bill_no", "reason", "amount", "state", "opened_on", "owner", "next_on")
    say_table(_("Disputes"), columns, [[row[key] for key in keys] for row in rows])


@app.command("open")
@command("disputes.write")
def open_dispute(  # noqa: PLR0913, PLR0917 - each an option
    no: No,
    bill_no: BillNo,
    what: Annotated[str, typer.Argument(help="What is contested.")],
    reason: Annotated[str, typer.Option(help="A reason of the rules, as quality.")] = "other",
    amount: Annotated[str | None, typer.Option(help="As 1234.50; all that is open if not given.")] = None,
    on: On = None,
    case_no: Annotated[str, typer.Option("--complaint", help="Number of the complaint.")] = "",
    as_json: Json = False,
) -> None:
    """Open a dispute; the overdue clock stands still where the rules say so."""
    money = None if amount is None else Money.of(Decimal(amount))
    new = NewDispute(reason, what, day(on), money, case_no=case_no)
    kept = acts.open_dispute(actor=operator(), on=business_day(), customer_no=no, bill_no=bill_no, new=new)
    words = _("Dispute %(dispute)s is open.") % {"dispute": kept.pk}
    _say(words, {"id": kept.pk}, as_json=as_json)


@app.command("close")
@command("disputes.write")
def close_dispute(  # noqa: PLR0913, PLR0917 - each an option
    dispute: Number,
    outcome: Annotated[str, typer.Argument(help="An outcome of the rules, as we_right.")],
    finding: Annotated[str, typer.Argument(help="What was found.")],
    agreed: Annotated[str | None, typer.Option(help="What we let go of, as 1234.50.")] = None,
    credit_bill: Annotated[str, typer.Option("--credit-bill", help="The credit bill it is let go by.")] = "",
    case_no: Annotated[str, typer.Option("--complaint", help="Number of the complaint.")] = "",
    on: On = None,
    as_json: Json = False,
) -> None:
    """Close a dispute with its outcome."""
    who = operator()
    row = disputes.get_dispute(who, dispute, on=business_day())
    money = None if agreed is None else Money.of(Decimal(agreed), row.bill.currency)
    closing = Closing(outcome, finding, day(on), money, credit_bill, case_no=case_no)
    acts.close_dispute(actor=who, on=business_day(), dispute_id=dispute, closing=closing)
    words = _("Dispute %(dispute)s is closed.") % {"dispute": dispute}
    _say(words, {"id": dispute}, as_json=as_json)


@app.command()
@command("disputes.read")
def clock(no: No, bill_no: BillNo, on: On = None, as_json: Json = False) -> None:
    """Show how the overdue days of a bill come about."""
    told = disputes.clock_of(operator(), no, bill_no, as_of=past_day(on), on=business_day())
    if as_json:
        say_json({**told.__dict__, "stretches": [one.__dict__ for one in told.stretches]})
        return
    screen.print(disputes.words_of(told, disputes.rules_in_force(business_day())))


@app.command()
@command("disputes.write")
def pause(  # noqa: PLR0913, PLR0917 - each an option
    no: No,
    bill_no: BillNo,
    kind: Annotated[str, typer.Option(help="plan, promise, court or other.")] = "other",
    on: On = None,
    until: Annotated[str | None, typer.Option(help="The day the clock runs again.")] = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: Json = False,
) -> None:
    """Let the overdue clock of a bill stand still for another reason than a dispute."""
    new = NewPause(kind, day(on), day(until) if until else None, reason)
    kept = acts.pause_clock(actor=operator(), on=business_day(), customer_no=no, bill_no=bill_no, new=new)
    words = _("Pause %(pause)s is kept.") % {"pause": kept.pk}
    _say(words, {"id": kept.pk}, as_json=as_json)


@app.command()
@command("disputes.write")
def resume(
    pause_id: Number,
    on: On = None,
    never_was: Annotated[bool, typer.Option("--never-was", help="As if it had never stood still.")] = False,
    as_json: Json = False,
) -> None:
    """Let the overdue clock run again."""
    told: dict[str, Any] = {"pause_id": pause_id, "until_on": day(on), "never_was": never_was}
    acts.resume_clock(actor=operator(), on=business_day(), **told)
    _say(_("The clock runs again."), {"id": pause_id}, as_json=as_json)


def _say(words: str, told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
    else:
        screen.print(words)


def _row(row: Any) -> dict[str, Any]:
    plain = ("reason", "what", "opened_on", "owner", "next_step", "next_on", "case_no", "state", "outcome",
             "our_fault", "closed_on")  # fmt: skip
    return {
        "id": row.pk,
        "customer_no": row.customer.no,
        "bill_no": row.bill.bill_no,
        "amount": Money(row.amount_minor, row.bill.currency).decimal,
        "currency": row.bill.currency,
        **{name: getattr(row, name) for name in plain},
    }
