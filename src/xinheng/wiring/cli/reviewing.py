"""Reviews of runs: begin, accept, look at the calendar and the exceptions; what waits for approval."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from xinheng.base.approvals import queries as approvals
from xinheng.judgements.reviews import queries as reviewed
from xinheng.judgements.reviews import services as reviews
from xinheng.judgements.reviews.values import Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import command, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
DUE = ("customer_no", "customer_name", "policy_code", "grade", "since", "due_on", "is_stale", "person")


@app.command("open")
@command("ratings.review")
def begin(run: Number, as_json: Json = False) -> None:
    """Begin to review a run: its grades become proposals."""
    made = reviews.open_review(actor=operator(), on=business_day(), run_id=run)
    _say(run, made, as_json=as_json)


@app.command()
@command("ratings.review")
def accept(
    run: Number,
    reason: Annotated[str, typer.Option(help="Why they are accepted.")],
    grade: Annotated[str, typer.Option(help="Only those proposed this grade.")] = "",
    as_json: Json = False,
) -> None:
    """Accept the proposed grades of a run that wait for a review."""
    wanted = Wanted(proposed=grade)
    made = reviews.accept(actor=operator(), on=business_day(), run_id=run, wanted=wanted, reason=reason)
    _say(run, made, as_json=as_json)


@app.command()
@command("ratings.read")
def calendar(
    overdue: Annotated[bool, typer.Option("--overdue", help="Only reviews that are overdue.")] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List when grades are looked at again, the most urgent first."""
    on = business_day()
    asked = reviewed.Asked(due_before=on if overdue else None)
    found = list(reviewed.dues(reviewed.calendar(operator(), asked, on=on)[:limit], on=on))
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
    found = reviewed.exceptions(operator(), on=business_day())[:limit]
    rows = [{"customer_no": row.customer.no, **{name: getattr(row, name) for name in names}} for row in found]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("Customer number"), _("Policy"), _("Proposed"), _("Grade"), _("How"), _("Reason"), _("Holds until"),
        _("Approved by"),
    ]  # fmt: skip
    say_table(_("Exceptions and overrides"), columns, [list(row.values()) for row in rows])


@app.command("waiting")
@command("approvals.read")
def waiting(as_json: Json = False) -> None:
    """List what waits for approval, the most urgent first. People decide on the pages or by the API."""
    names = ("id", "kind", "title", "submitted_by", "submitted_on", "due_on")
    found = approvals.requests(operator()).filter(state="open").order_by("due_on", "id")
    rows = [{name: getattr(one, name) for name in names} for one in found]
    if as_json:
        say_json(rows)
        return
    columns = [_("No."), _("Kind"), _("Title"), _("Submitted by"), _("Submitted on"), _("Due on")]
    say_table(_("Waiting for approval"), columns, [list(row.values()) for row in rows])


def _say(run: int, made: int, *, as_json: bool) -> None:
    if as_json:
        say_json({"run_id": run, "proposals": made})
    else:
        screen.print(_("Run %(run)s: %(number)s proposals.") % {"run": run, "number": made})
