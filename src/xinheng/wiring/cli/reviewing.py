"""Reviews of runs: begin, look through, accept, override, submit; the calendar, exceptions, calls."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.judgements.reviews import queries as reviewed
from xinheng.judgements.reviews import services as reviews
from xinheng.judgements.reviews.values import Order, Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli import approving
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import command, day, say_json, say_table, screen
from xinheng.wiring.cli.signing import signatory

app = typer.Typer(no_args_is_help=True)
approving.add_to(app)
DUE = ("customer_no", "customer_name", "policy_code", "grade", "since", "due_on", "stale", "person")
PROPOSAL = ("id", "role", "proposed", "held", "standing", "stage", "grade", "kind", "reason", "expires_on")
SHEET = (
    "id",
    "run_id",
    "policy_code",
    "unit",
    "state",
    "lines",
    "effective_on",
    "submitted_by",
    "request_id",
)
Reason = Annotated[str, typer.Option(help="Why.")]
GradeOf = Annotated[str, typer.Option("--grade", help="Only those proposed this grade.")]
Customer = Annotated[str, typer.Option(help="Only those whose number or name holds this.")]
Unit = Annotated[str, typer.Option(help="Only those this unit answers for, by its code; - for none.")]
Turn = Annotated[
    Literal["", "better", "worse", "moved", "same", "new"],
    typer.Option(help="Only those that moved so against the grade that stands."),
]
Day = Annotated[str | None, typer.Option(help="The day, as 2026-06-30.")]


@app.command("open")
@command("ratings.review")
def begin(run: Number, as_json: Json = False) -> None:
    """Begin to review a run: its grades become proposals."""
    made = reviews.open_review(actor=signatory(), on=business_day(), run_id=run)
    _say(run, made, as_json=as_json)


@app.command()
@command("ratings.read")
def proposals(  # noqa: PLR0913, PLR0917 - each an option
    run: Number,
    grade: GradeOf = "",
    customer: Customer = "",
    unit: Unit = "",
    turn: Turn = "",
    stage: Annotated[str, typer.Option(help="open, reviewed, submitted, approved, rejected.")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List what a run proposes, and what people made of it."""
    wanted = Wanted(text=customer, proposed=grade, unit=unit, turn=turn, stage=stage)
    found = reviewed.proposals(signatory(), run, wanted, Order(), on=business_day())[:limit]
    _say_proposals(list(found), as_json=as_json)


@app.command()
@command("ratings.review")
def accept(  # noqa: PLR0913, PLR0917 - each an option
    run: Number,
    reason: Reason,
    grade: GradeOf = "",
    customer: Customer = "",
    unit: Unit = "",
    turn: Turn = "",
    as_json: Json = False,
) -> None:
    """Accept the proposed grades of a run that wait for a review."""
    wanted = Wanted(text=customer, proposed=grade, unit=unit, turn=turn)
    made = reviews.accept(actor=signatory(), on=business_day(), run_id=run, wanted=wanted, reason=reason)
    _say(run, made, as_json=as_json)


@app.command()
@command("ratings.review")
def override(
    proposal: Number,
    grade: Annotated[str, typer.Argument(help="The grade to be given.")],
    reason: Reason,
    until: Day = None,
    as_json: Json = False,
) -> None:
    """Give one customer another grade than proposed, until a day."""
    made = reviews.override(
        actor=signatory(), on=business_day(), proposal_id=proposal, grade=grade, reason=reason,
        expires_on=day(until) if until else None,
    )  # fmt: skip
    _say_proposals([made], as_json=as_json)


@app.command()
@command("ratings.review")
def reopen(run: Number, grade: GradeOf = "", customer: Customer = "", as_json: Json = False) -> None:
    """Take back what was reviewed and is on no grade summary."""
    wanted = Wanted(text=customer, proposed=grade)
    made = reviews.reopen(actor=signatory(), on=business_day(), run_id=run, wanted=wanted)
    _say(run, made, as_json=as_json)


@app.command()
@command("ratings.review")
def submit(
    run: Number,
    effective_on: Annotated[str | None, typer.Option("--from", help="The day the grades hold from.")] = None,
    note: Annotated[str, typer.Option(help="A word to the approvers.")] = "",
    by_unit: Annotated[bool, typer.Option("--by-unit", help="A grade summary for each unit.")] = False,
    unit: Unit = "",
    as_json: Json = False,
) -> None:
    """Submit what is reviewed as a grade summary to the chain of the policy."""
    told: Any = {
        "actor": signatory(), "on": business_day(), "run_id": run, "wanted": Wanted(unit=unit), "note": note,
        "effective_on": day(effective_on) if effective_on else None,
    }  # fmt: skip
    made = reviews.submit_by_unit(**told) if by_unit else [reviews.submit_sheet(**told)]
    _say_sheets(made, as_json=as_json)


@app.command()
@command("ratings.read")
def sheets(
    state: Annotated[str, typer.Option(help="open, approved, returned, rejected, withdrawn.")] = "",
    policy: Annotated[str, typer.Option(help="Only of this policy.")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List the grade summaries, the newest first."""
    _say_sheets(list(reviewed.sheets(signatory(), state=state, policy=policy)[:limit]), as_json=as_json)


@app.command("sheet")
@command("ratings.read")
def one_sheet(sheet: Number, limit: Limit = 200, as_json: Json = False) -> None:
    """List the lines of a grade summary: exceptions first, then overrides, then the others."""
    actor = signatory()
    found = reviewed.lines_of(actor, reviewed.get_sheet(actor, sheet), on=business_day())
    _say_proposals(list(found[:limit]), as_json=as_json)


@app.command()
@command("ratings.read")
def calendar(
    overdue: Annotated[bool, typer.Option("--overdue", help="Only reviews that are overdue.")] = False,
    stale: Annotated[bool, typer.Option("--stale", help="Only grades whose data are stale.")] = False,
    policy: Annotated[str, typer.Option(help="Only of this policy.")] = "",
    person: Annotated[str, typer.Option(help="Only of this person, by login.")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List when grades are looked at again, the most urgent first."""
    on = business_day()
    asked = reviewed.Asked(due_before=on if overdue else None, stale=stale, policy=policy, person=person)
    found = list(reviewed.dues(reviewed.calendar(signatory(), asked, on=on)[:limit], on=on))
    if as_json:
        say_json([{name: getattr(one, name) for name in DUE} for one in found])
        return
    columns = [_("Customer number"), _("Name"), _("Policy"), _("Grade"), _("Since"), _("Next review")]
    say_table(_("Review calendar"), columns, [[getattr(one, name) for name in DUE[:6]] for one in found])


@app.command()
@command("ratings.read")
def exceptions(limit: Limit = 50, as_json: Json = False) -> None:
    """List grades that stand otherwise than proposed, with reason and approver."""
    names = ("policy_code", "proposed", "grade", "kind", "reason", "effective_until", "approved_by")
    found = reviewed.exceptions(signatory(), on=business_day())[:limit]
    rows = [{"customer_no": row.customer.no, **{name: getattr(row, name) for name in names}} for row in found]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("Customer number"), _("Policy"), _("Proposed"), _("Grade"), _("How"), _("Reason"), _("Holds until"),
        _("Approved by"),
    ]  # fmt: skip
    say_table(_("Exceptions and overrides"), columns, [list(row.values()) for row in rows])


@app.command()
@command("ratings.review")
def call(
    customer_no: str,
    event: Annotated[str, typer.Argument(help="A code of the policies' events.")],
    evidence: Annotated[str, typer.Option(help="What shows it.")],
    as_json: Json = False,
) -> None:
    """Call for a customer's review because something happened; some events lower the grade."""
    made = reviews.call_review(
        actor=signatory(), on=business_day(), customer_no=customer_no, event=event, evidence=evidence
    )
    names = ("id", "policy_code", "event", "due_on")
    rows = [{name: getattr(one, name) for name in names} for one in made]
    if as_json:
        say_json(rows)
        return
    columns = [_("No."), _("Policy"), _("Event"), _("Due on")]
    say_table(_("Reviews called"), columns, [list(row.values()) for row in rows])


@app.command("lift")
@command("ratings.review")
def lift_call(call_no: Number, reason: Reason, as_json: Json = False) -> None:
    """Take a call back because it turned out not to be so; what it lowered stands again."""
    made = reviews.lift_call(actor=signatory(), on=business_day(), call_id=call_no, reason=reason)
    if as_json:
        say_json({"id": made.pk, "lifted_on": made.lifted_on})
    else:
        screen.print(_("The call %(call)s is taken back.") % {"call": made.pk})


def _say_proposals(rows: list[Any], *, as_json: bool) -> None:
    told = [{"customer_no": row.customer.no, **{n: getattr(row, n) for n in PROPOSAL}} for row in rows]
    if as_json:
        say_json(told)
        return
    columns = [
        _("Customer number"), _("No."), _("Role"), _("Proposed"), _("Held by"), _("Stands"), _("Stage"),
        _("Grade"), _("How"), _("Reason"), _("Holds until"),
    ]  # fmt: skip
    words = {"held": reviewed.HELD, "stage": reviewed.STAGE_WORDS, "kind": reviewed.KINDS}
    shown = [[words.get(n, {}).get(v, v) for n, v in row.items()] for row in told]
    say_table(_("Proposals"), columns, shown)


def _say_sheets(rows: list[Any], *, as_json: bool) -> None:
    told = [{name: getattr(row, name) for name in SHEET} for row in rows]
    if as_json:
        say_json(told)
        return
    columns = [
        _("No."), _("Run"), _("Policy"), _("Unit"), _("State"), _("Lines"), _("Hold from"), _("Submitted by"),
        _("Approval no."),
    ]  # fmt: skip
    say_table(_("Grade summaries"), columns, [list(row.values()) for row in told])


def _say(run: int, made: int, *, as_json: bool) -> None:
    if as_json:
        say_json({"run_id": run, "proposals": made})
    else:
        screen.print(_("Run %(run)s: %(number)s proposals.") % {"run": run, "number": made})
