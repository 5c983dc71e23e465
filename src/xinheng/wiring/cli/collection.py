"""Collection: the work list, contacts, promises, clocks of limitation, assignment, recoveries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period, quarter_of, year_of
from xinheng.facts.archive.values import Upload
from xinheng.operations.collection import queries as collection
from xinheng.operations.collection import services as acts
from xinheng.operations.collection.values import NewContact, NewInterruption, NextStep, WantedCases
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json, Limit, Number
from xinheng.wiring.cli.output import FOUND, command, day, operator, say_json, say_table, screen, written

app = typer.Typer(no_args_is_help=True)
CustomerArg = Annotated[str, typer.Argument(help="The customer's number.")]
WayArg = Annotated[
    Literal["phone", "visit", "letter", "email", "sms", "chat"], typer.Option(help="How it was.")
]
Which = Literal["alert", "expired", "all"]


@app.command("list")
@command("collection.read")
def listed(
    text: Annotated[str, typer.Argument(help="Part of a customer.")] = "",
    collector: Annotated[str, typer.Option(help='Login of who collects; "-": nobody.')] = "",
    due: Annotated[bool, typer.Option("--due", help="Only those whose next step is due.")] = False,
    idle: Annotated[bool, typer.Option("--idle", help="Only those without activity.")] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List the cases, the largest expected loss first."""
    on = business_day()
    wanted = WantedCases(text=text, collector=collector, due=due, idle=idle)
    rows = [_row(one) for one in collection.cases(operator(), wanted, on=on)[:limit]]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."), _("Customer no."), _("Currency"), _("Overdue"), _("Days"), _("Expected loss"),
        _("Collector"), _("By"), _("Next step"),
    ]  # fmt: skip
    keys = (
        "id", "customer_no", "currency", "overdue", "days", "loss", "collector", "next_step_on", "next_step",
    )  # fmt: skip
    say_table(_("Work list"), columns, [[row[key] for key in keys] for row in rows])


@app.command()
@command("collection.read")
def show(case: Number, as_json: Json = False) -> None:
    """Show one case: what is due today, promises, and the clocks of its debts."""
    on = business_day()
    account = collection.account_of(operator(), case, on=on)
    row = account.case
    told: dict[str, Any] = {
        **_row(row),
        "due": [
            {"bill_no": one.bill_no, "due_on": one.due_on, "days": one.overdue_days, "open": one.open.decimal}
            for one in collection.due_lines(row.customer, on=on, currency=row.currency)
        ],
        "promises": [
            {
                "amount": Money(one.amount_minor, row.currency).decimal, "due_on": one.due_on,
                "state": one.state, "paid": Money(one.paid_minor, row.currency).decimal,
            }
            for one in account.promises
        ],
        "limitation": [
            {"bill_no": one.bill_no, "last_day": one.last_day, "days_left": one.days_left}
            for one in collection.clock_lines(operator(), on=on, which="all", customer=row.customer)
        ],
    }  # fmt: skip
    if as_json:
        say_json(told)
        return
    pairs = [
        [name, "\n".join(str(list(one.values())) for one in value) if isinstance(value, list) else value]
        for name, value in told.items()
    ]
    say_table(_("Case %(case)s") % {"case": case}, [_("What"), _("Value")], pairs)


@app.command()
@command("collection.assign")
def refresh(as_json: Json = False) -> None:
    """Look at the ledger now: judge promises and plans, open, close and weigh the cases."""
    judged, told = acts.end_day(actor=operator(), on=business_day())
    if as_json:
        say_json({"promises": vars(judged), "cases": vars(told)})
        return
    words = _("%(opened)s cases opened, %(closed)s closed, %(running)s run; %(broken)s promises broken.")
    screen.print(words % {**vars(told), "broken": judged.broken + judged.part})


@app.command()
@command("collection.assign")
def assign(
    anew: Annotated[bool, typer.Option("--anew", help="All cases, whoever has them.")] = False,
    as_json: Json = False,
) -> None:
    """Assign cases by skill, the largest expected loss to the strongest who are free."""
    told = acts.assign(actor=operator(), on=business_day(), anew=anew)
    if as_json:
        say_json({"assigned": told.assigned, "left": told.left, "by_collector": told.by_collector})
        return
    words = _("%(assigned)s cases assigned; for %(left)s nobody of the skill is free.")
    screen.print(words % {"assigned": told.assigned, "left": told.left})


@app.command()
@command("collection.assign")
def collector(
    login: Annotated[str, typer.Argument(help="Login of the person.")],
    skill: Annotated[int, typer.Option(min=1, max=5, help="1 to 5, 5 the strongest.")],
    capacity: Annotated[int, typer.Option(min=0, max=10_000, help="Cases at a time.")],
    as_json: Json = False,
) -> None:
    """Say how strong a person is at collecting, and how many cases it takes."""
    told: dict[str, Any] = {"login": login, "skill": skill, "capacity": capacity}
    acts.set_collector(actor=operator(), on=business_day(), **told)
    _tell(told, _("It is kept."), as_json=as_json)


@app.command()
@command("collection.write")
def contact(  # noqa: PLR0913, PLR0917 - each an option
    customer: CustomerArg,
    result: Annotated[str, typer.Option(help="A result of the policy, as reached.")],
    way: WayArg = "phone",
    person: Annotated[str, typer.Option(help="Whom one spoke to.")] = "",
    note: Annotated[str, typer.Option(help="What was said.")] = "",
    made_on: Annotated[str | None, typer.Option("--on", help="The day; today if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Log a contact with a customer."""
    new = NewContact(day(made_on), way, result, person, note)
    kept = acts.log_contact(actor=operator(), on=business_day(), customer_no=customer, contact=new)
    _tell({"id": kept.pk}, _("The contact is kept."), as_json=as_json)


@app.command("next")
@command("collection.write")
def next_step(
    case: Number,
    what: Annotated[str, typer.Argument(help="What is done next.")],
    by: Annotated[str | None, typer.Option(help="By which day; today if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Say what is done next on a case."""
    step = NextStep(what, day(by))
    acts.plan_step(actor=operator(), on=business_day(), case_id=case, step=step)
    told = {"id": case, "what": step.what, "on": step.on}
    _tell(told, _("The next step is kept."), as_json=as_json)


@app.command()
@command("collection.write")
def promise(
    case: Number,
    amount: Annotated[str, typer.Argument(help="An amount in the case's currency, as 1234.50.")],
    due: Annotated[str, typer.Option(help="The promised day.")],
    by: Annotated[str, typer.Option(help="Who promised.")],
    as_json: Json = False,
) -> None:
    """Note a promise to pay; the ledger says whether it was kept."""
    who: dict[str, Any] = {"actor": operator(), "on": business_day()}
    currency = collection.get_case(who["actor"], case, on=who["on"]).currency
    told: dict[str, Any] = {"due_on": day(due), "promised_by": by}
    kept = acts.promise(**who, case_id=case, amount=_amount(amount, currency), **told)
    words = _("The promise is kept; reminders rest until it is judged.")
    _tell({"id": kept.pk, "due_on": kept.due_on}, words, as_json=as_json)


@app.command()
@command("collection.read")
def limitation(
    which: Annotated[Which, typer.Option(help="Which debts.")] = "alert",
    limit: Limit = 200,
    as_of: AsOf = None,
    as_json: Json = False,
) -> int | None:
    """List debts by how long they can still be enforced. Exit code 3 when an alert is reached."""
    found = collection.clock_lines(operator(), on=day(as_of), which=which)
    rows = [
        {
            "customer_no": one.customer.no, "bill_no": one.bill_no, "currency": one.currency,
            "open": one.open.decimal, "due_on": one.due_on, "runs_from": one.runs_from,
            "be_done_by": one.alert_base, "last_day": one.last_day, "days_left": one.days_left,
            "expired": one.is_expired,
        }
        for one in found[:limit]
    ]  # fmt: skip
    if as_json:
        say_json(rows)
    else:
        columns = [
            _("Customer no."), _("Bill"), _("Open"), _("Due on"), _("Runs from"), _("Be done by"),
            _("Last day"), _("Days left"),
        ]  # fmt: skip
        keys = (
            "customer_no",
            "bill_no",
            "open",
            "due_on",
            "runs_from",
            "be_done_by",
            "last_day",
            "days_left",
        )
        say_table(_("Limitation of claims"), columns, [[row[key] for key in keys] for row in rows])
    return FOUND if any(one.alert is not None for one in found) else None


@app.command()
@command("collection.read")
def clock(
    customer: CustomerArg,
    bill: Annotated[str, typer.Argument(help="The bill's number.")],
    as_json: Json = False,
) -> None:
    """Tell how the last day of one debt comes about, sentence by sentence."""
    _line, told = collection.clock_of(operator(), customer, bill, on=business_day())
    if as_json:
        say_json([str(sentence) for sentence in told])
        return
    for sentence in told:
        screen.print(sentence, markup=False)


@app.command()
@command("collection.write")
def interrupt(
    customer: CustomerArg,
    code: Annotated[str, typer.Option(help="What happened: a kind of the policy, as demand_delivered.")],
    happened_on: Annotated[str, typer.Option("--on", help="The day it happened.")],
    evidence: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The file that proves it.")],
    bill: Annotated[
        list[str] | None, typer.Option(help="A bill; all that were due where none is named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Let the time of limitation run anew, with the file that proves why."""
    upload = Upload(evidence.name, evidence.read_bytes())
    new = NewInterruption(code, day(happened_on), upload, tuple(bill or ()))
    kept = acts.interrupt(actor=operator(), on=business_day(), customer_no=customer, interruption=new)
    words = _("The time of %(number)s debts runs anew.") % {"number": len(kept)}
    _tell({"debts": len(kept)}, words, as_json=as_json)


@app.command()
@command("collection.read")
def recovered(
    year: Annotated[int, typer.Argument(min=2000, max=2199, help="The year.")],
    quarter: Annotated[int | None, typer.Option(min=1, max=4, help="Only this quarter.")] = None,
    by: Annotated[Literal["responsible", "collector"], typer.Option(help="Whose merit.")] = "responsible",
    as_json: Json = False,
) -> None:
    """Show what each person recovered of what was overdue, in a year or a quarter."""
    january = year_of(day(f"{year}-01-01"))
    period: Period = quarter_of(day(f"{year}-{quarter * 3:02}-01")) if quarter else january
    rows = [
        {
            "rank": one.rank, "person": one.person, "currency": one.currency, "due": one.due.decimal,
            "recovered": one.recovered.decimal, "rate": one.rate, "figure": one.figure,
        }
        for one in collection.appraise(operator(), period, on=business_day(), by=by)
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    columns = [
        _("Rank"), _("Who"), _("Currency"), _("Due"), _("Recovered"), _("Recovery rate"), _("Figure"),
    ]  # fmt: skip
    say_table(_("Recovered"), columns, [list(row.values()) for row in rows])


@app.command("follow-ups")
@command("collection.read")
def follow_ups(as_of: AsOf = None, as_json: Json = False) -> int | None:
    """List customers to be spoken to in a day's quarter. Exit code 3 when any is missing."""
    on = business_day()
    found = collection.follow_ups(operator(), quarter_of(day(as_of)), on=on)
    rows = [
        {
            "customer_no": one.customer.no, "grade": one.grade,
            "spoken_on": one.contact.on if one.contact else None, "late": one.is_late,
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        say_json(rows)
    else:
        columns = [_("Customer no."), _("Grade"), _("Spoken to"), _("Missed")]
        say_table(_("Follow-ups"), columns, [list(row.values()) for row in rows])
    return FOUND if any(one.contact is None for one in found) else None


@app.command()
@command("exports.read")
def export(
    target: Annotated[Path, typer.Argument(help="The workbook; - is standard output.")], as_json: Json = False
) -> None:
    """Write the work list, promises, clocks and recoveries as Excel."""
    content = reports.export_collection(actor=operator(), on=business_day(), wanted=WantedCases())
    written(target, content, as_json=as_json)


def _row(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk, "customer_no": row.customer.no, "currency": row.currency,
        "overdue": Money(row.overdue_minor, row.currency).decimal, "days": row.overdue_days,
        "loss": Money(row.loss_minor, row.currency).decimal, "collector": row.collector,
        "next_step_on": row.next_step_on, "next_step": row.next_step, "active_on": row.active_on,
    }  # fmt: skip


def _amount(text: str, currency: str) -> Money:
    try:
        found = Money.of(text, currency)
    except ArithmeticError:
        raise typer.BadParameter(_("%(text)s is not an amount such as 1234.50.") % {"text": text}) from None
    return found


def _tell(told: dict[str, Any], words: str, *, as_json: bool) -> None:
    """What was kept, as JSON or in words."""
    if as_json:
        say_json(told)
    else:
        screen.print(words)
