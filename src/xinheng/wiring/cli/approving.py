"""What waits for approval, and signing it: as the person whose token stands in XINHENG_TOKEN."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.approvals import queries as approvals
from xinheng.base.approvals import services as approving
from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.reviews import services as reviews
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Number
from xinheng.wiring.cli.output import command, day, say_json, say_table, screen
from xinheng.wiring.cli.signing import signatory

WAITING = ("id", "kind", "submitted_by", "submitted_on", "due_on", "state")
Why = Annotated[str, typer.Option("--reason", help="Why.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; needed to return and to reject.")]
ForRole = Annotated[str, typer.Option("--role", help="The role signed for, where several could be.")]
For = Annotated[str, typer.Option("--for", help="On whose behalf, by login, where it was delegated.")]


def add_to(app: typer.Typer) -> None:
    """Give a group of commands those of approving."""
    for name, function in COMMANDS.items():
        app.command(name)(function)


@command("approvals.read")
def waiting(
    mine: Annotated[bool, typer.Option("--mine", help="Only what waits for your signature.")] = False,
    as_json: Json = False,
) -> None:
    """List what waits for approval, the most urgent first."""
    actor = signatory()
    found = approvals.requests(actor).filter(state="open").order_by("due_on", "id")
    _say(list(approvals.inbox(actor, on=business_day()) if mine else found), as_json=as_json)


@command("approvals.decide")
def approve(
    request: Number, reason: Reason = "", role: ForRole = "", on_behalf_of: For = "", as_json: Json = False
) -> None:
    """Sign the present step of what waits for approval."""
    _decide(request, "approve", (reason, role, on_behalf_of), as_json=as_json)


@command("approvals.decide")
def return_(
    request: Number, reason: Why, role: ForRole = "", on_behalf_of: For = "", as_json: Json = False
) -> None:
    """Return what waits for approval to who submitted it."""
    _decide(request, "return", (reason, role, on_behalf_of), as_json=as_json)


@command("approvals.decide")
def reject(
    request: Number, reason: Why, role: ForRole = "", on_behalf_of: For = "", as_json: Json = False
) -> None:
    """Turn down what waits for approval."""
    _decide(request, "reject", (reason, role, on_behalf_of), as_json=as_json)


@command("approvals.submit")
def resubmit(request: Number, as_json: Json = False) -> None:
    """Submit what was returned again; its chain begins anew."""
    done = approving.resubmit(actor=signatory(), on=business_day(), request_id=request)
    _say([done], as_json=as_json)


@command("approvals.submit")
def withdraw(request: Number, reason: Why, as_json: Json = False) -> None:
    """Take back what one submitted and nobody has decided yet."""
    done = approving.withdraw(actor=signatory(), on=business_day(), request_id=request, reason=reason)
    _say([done], as_json=as_json)


@command("approvals.decide")
def delegate(
    taker: Annotated[str, typer.Argument(help="Who decides in your place, by login.")],
    until: Annotated[str, typer.Option(help="The first day it no longer holds, as 2026-12-31.")],
    reason: Why,
    role: ForRole = "",
    as_json: Json = False,
) -> None:
    """Let another person decide in your place for a time, from today on."""
    on = business_day()
    kept = approving.delegate(
        actor=signatory(), on=on, taker=taker, from_on=on, until_on=day(until), reason=reason, role=role
    )
    if as_json:
        say_json({"id": kept.pk, "taker": kept.taker.login, "until_on": kept.until_on})
    else:
        screen.print(
            _("%(taker)s decides until %(until)s.") % {"taker": kept.taker.login, "until": kept.until_on}
        )


@command("approvals.decide")
def change_line(
    proposal: Number,
    grade: Annotated[str, typer.Argument(help="The grade to be given.")],
    reason: Why,
    until: Annotated[str | None, typer.Option(help="The first day it no longer holds.")] = None,
    as_json: Json = False,
) -> None:
    """Give a line of a grade summary another grade; for who may decide on it now."""
    made = reviews.change_line(
        actor=signatory(), on=business_day(), proposal_id=proposal, grade=grade, reason=reason,
        expires_on=day(until) if until else None,
    )  # fmt: skip
    _say_line(made, as_json=as_json)


@command("approvals.decide")
def return_line(proposal: Number, reason: Why, as_json: Json = False) -> None:
    """Take a line off a grade summary, back to the reviewers."""
    made = reviews.return_line(actor=signatory(), on=business_day(), proposal_id=proposal, reason=reason)
    _say_line(made, as_json=as_json)


@command("approvals.decide")
def reject_line(proposal: Number, reason: Why, as_json: Json = False) -> None:
    """Turn a line of a grade summary down for good."""
    made = reviews.reject_line(actor=signatory(), on=business_day(), proposal_id=proposal, reason=reason)
    _say_line(made, as_json=as_json)


COMMANDS: dict[str, Any] = {
    "waiting": waiting,
    "approve": approve,
    "return": return_,
    "reject": reject,
    "resubmit": resubmit,
    "withdraw": withdraw,
    "delegate": delegate,
    "change-line": change_line,
    "return-line": return_line,
    "reject-line": reject_line,
}


def _decide(request: int, decision: str, told: tuple[str, str, str], *, as_json: bool) -> None:
    reason, role, giver = told
    done = approving.decide(
        actor=signatory(), on=business_day(), request_id=request, decision=decision, reason=reason, role=role,
        on_behalf_of=giver,
    )  # fmt: skip
    _say([done], as_json=as_json)


def _say_line(line: Any, *, as_json: bool) -> None:
    told = {"id": line.pk, "customer_no": line.customer.no, "grade": line.grade, "stage": line.stage}
    if as_json:
        say_json(told)
    else:
        say_table("", [_("No."), _("Customer number"), _("Grade"), _("Stage")], [list(told.values())])


def _say(rows: list[Any], *, as_json: bool) -> None:
    chinese = reads_chinese()
    told = [
        {**{name: getattr(one, name) for name in WAITING}, "title": one.title if chinese else one.title_en}
        for one in rows
    ]
    if as_json:
        say_json(told)
        return
    columns = [
        _("No."), _("Kind"), _("Submitted by"), _("Submitted on"), _("Due on"), _("State"),
        _("Matter to decide"),
    ]  # fmt: skip
    say_table(_("Waiting for approval"), columns, [list(row.values()) for row in told])
