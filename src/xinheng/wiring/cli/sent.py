"""Letters and messages: list, show, send what is due, send again, note what became of one; ways."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.messages import queries as sent
from xinheng.base.messages import services as acts
from xinheng.base.messages.values import Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import command, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
WayOption = Annotated[
    Literal["letter", "email", "sms", "chat", "phone"] | None, typer.Option(help="Only those by a way.")
]
KEYS = ("id", "made_on", "way", "recipient", "title", "state", "tries", "fault")


@app.command("list")
@command("messages.read")
def listed(
    text: Annotated[str, typer.Argument(help="Part of recipient, title or customer.")] = "",
    way: WayOption = None,
    state: Annotated[str, typer.Option(help="Only those so: waiting, to_do, sent, failed …")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List what was sent, the newest first."""
    found = sent.messages(operator(), Wanted(way=way or "", state=state, text=text), None)[:limit]
    rows = [_row(one) for one in found]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."),
        _("Day"),
        _("Way"),
        _("Recipient"),
        _("Subject line"),
        _("State"),
        _("Tries"),
        _("Why not"),
    ]
    say_table(_("Letters and messages"), columns, [[row[key] for key in KEYS] for row in rows])


@app.command()
@command("messages.read")
def show(message: Number, as_json: Json = False) -> None:
    """Show one message with all that became of it."""
    row = sent.message(operator(), message, None)
    steps: list[dict[str, Any]] = [
        {"what": one.what, "at": one.at, "by": one.by, "note": one.note} for one in sent.steps(row.pk)
    ]
    if as_json:
        say_json({**_row(row), "text": row.text, "steps": steps})
        return
    screen.print(row.text, markup=False)
    columns = [_("When"), _("What"), _("Note"), _("Who")]
    rows = [[one["at"], str(sent.STEPS[one["what"]]), one["note"], one["by"]] for one in steps]
    say_table(row.title, columns, rows)


@app.command()
@command("messages.write")
def send_due(as_json: Json = False) -> None:
    """Send what is due now; the running server does so by itself."""
    number = 0
    while some := acts.send_due():
        number += some
    if as_json:
        say_json({"tried": number})
    else:
        screen.print(_("%(number)s messages were tried.") % {"number": number})


@app.command()
@command("messages.write")
def send_again(message: Number, as_json: Json = False) -> None:
    """Send again what failed or came back."""
    _done(acts.send_again(actor=operator(), on=business_day(), message_id=message), as_json=as_json)


@app.command()
@command("messages.write")
def done(
    message: Number,
    state: Annotated[Literal["sent", "delivered", "bounced", "failed"], typer.Argument()],
    note: str = "",
    as_json: Json = False,
) -> None:
    """Note what became of a letter or a call."""
    told: dict[str, Any] = {"message_id": message, "state": state, "note": note}
    _done(acts.note_done(actor=operator(), on=business_day(), **told), as_json=as_json)


@app.command("try")
@command("messages.write")
def send_trial(
    way: Annotated[Literal["email", "sms", "chat"], typer.Argument()], address: str, as_json: Json = False
) -> None:
    """Send a trial by a way to an address."""
    _done(acts.send_trial(actor=operator(), on=business_day(), way=way, address=address), as_json=as_json)


@app.command()
@command("messages.read")
def ways(as_json: Json = False) -> None:
    """List the ways of sending, and whether something can be sent by each."""
    names = ("way", "form", "url", "is_on", "quiet_from", "quiet_until", "gap_minutes", "is_ready", "fault")
    rows = [{name: getattr(one, name) for name in names} for one in sent.channels()]
    if as_json:
        say_json(rows)
        return
    columns = [_("Way"), _("Sent as"), _("Quiet from"), _("Quiet until"), _("Why not")]
    told = [
        [str(sent.WAYS[row["way"]]), str(sent.FORMS[row["form"]]), row["quiet_from"], row["quiet_until"],
         str(sent.FAULTS.get(row["fault"], ""))]
        for row in rows
    ]  # fmt: skip
    say_table(_("Ways of sending"), columns, told)


def _row(one: Any) -> dict[str, Any]:
    plain = (
        "message_id",
        "way",
        "subject",
        "recipient",
        "title",
        "state",
        "made_on",
        "tries",
        "paper_sha256",
    )
    told = {name: getattr(one, name) for name in plain}
    return {"id": one.pk, **told, "address": sent.address_shown(operator(), one), "fault": sent.fault_of(one)}


def _done(row: Any, *, as_json: bool) -> None:
    if as_json:
        say_json({"id": row.pk, "state": row.state})
    else:
        screen.print(f"{row.pk} {sent.STATES[row.state]}")
