"""Webhooks: who is told, and what became of each telling."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.webhooks import queries, services
from xinheng.base.webhooks.values import EVERY, Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import command, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
Events = Annotated[list[str] | None, typer.Option("--event", help="An event, as order.decided; all if none.")]


@app.command("list")
@command("webhooks.read")
def listed(as_json: Json = False) -> None:
    """List who is told of what, and whether it gets through."""
    found = queries.subscriptions(operator())
    names = ("id", "name", "url", "events", "is_on", "failing_since", "answered_at")
    rows = [
        {
            **{name: getattr(one.subscription, name) for name in names},
            "waiting": one.waiting,
            "dead": one.dead,
        }
        for one in found
    ]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."),
        _("Name"),
        _("Address"),
        _("Events"),
        _("Switched on"),
        _("Fails since"),
        _("On its way"),
    ]
    say_table(
        _("Webhooks"),
        [*columns, _("Not delivered")],
        [
            [
                *(row[name] for name in ("id", "name", "url")),
                " ".join(row["events"]),
                _yes(row["is_on"]),
                *(row[name] for name in ("failing_since", "waiting", "dead")),
            ]
            for row in rows
        ],
    )


@app.command()
@command("webhooks.write")
def add(name: str, url: str, event: Events = None, as_json: Json = False) -> None:
    """Tell an address of events from now on; its secret is printed this once."""
    told: dict[str, Any] = {"name": name, "url": url, "events": event or [EVERY]}
    secret, made = services.subscribe(actor=operator(), on=business_day(), **told)
    _say_secret(made.pk, secret, as_json=as_json)


@app.command("renew-secret")
@command("webhooks.write")
def renew_secret(webhook: Number, as_json: Json = False) -> None:
    """Give a webhook another secret, printed this once."""
    secret = services.renew_secret(actor=operator(), on=business_day(), subscription_id=webhook)
    _say_secret(webhook, secret, as_json=as_json)


@app.command()
@command("webhooks.write")
def switch(
    webhook: Number, state: Annotated[Literal["on", "off"], typer.Argument()], as_json: Json = False
) -> None:
    """Stop telling a webhook, or begin again."""
    services.switch(actor=operator(), on=business_day(), subscription_id=webhook, is_on=state == "on")
    _done(webhook, as_json=as_json)


@app.command("try")
@command("webhooks.write")
def send_trial(webhook: Number, as_json: Json = False) -> None:
    """Send a trial event; the running server delivers it."""
    sent = services.send_trial(actor=operator(), on=business_day(), subscription_id=webhook)
    _done(sent.pk, as_json=as_json)


@app.command()
@command("webhooks.read")
def deliveries(
    state: Annotated[
        Literal["waiting", "delivered", "dead"] | None, typer.Option(help="Only those of a state.")
    ] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List what was told, the newest first."""
    found = queries.deliveries(operator(), Wanted(state=state or ""))[:limit]
    rows = [
        [
            row.pk,
            row.subscription.name,
            row.event.event,
            row.subject,
            str(queries.STATES[row.state]),
            row.tries,
            queries.fault_of(row),
        ]
        for row in found
    ]
    if as_json:
        names = ("id", "webhook", "event", "subject", "state", "tries", "fault")
        say_json(
            [
                {**dict(zip(names, row, strict=True)), "state": one.state}
                for row, one in zip(rows, found, strict=True)
            ]
        )
        return
    columns = [_("No."), _("Webhook"), _("Event"), _("Subject"), _("State"), _("Tries"), _("Why not")]
    say_table(_("Deliveries"), columns, rows)


@app.command("send-again")
@command("webhooks.write")
def send_again(delivery: Number, as_json: Json = False) -> None:
    """Send again what could not be delivered."""
    services.send_again(actor=operator(), on=business_day(), delivery_id=delivery)
    _done(delivery, as_json=as_json)


def _say_secret(webhook: int, secret: str, *, as_json: bool) -> None:
    if as_json:
        say_json({"id": webhook, "secret": secret})
        return
    screen.print(
        _("The secret of webhook %(webhook)s, shown this once:") % {"webhook": webhook}, markup=False
    )
    screen.print(secret, markup=False, highlight=False, soft_wrap=True)


def _done(number: int, *, as_json: bool) -> None:
    if as_json:
        say_json({"id": number})
    else:
        screen.print(_("Done: %(number)s") % {"number": number}, markup=False)


def _yes(is_so: bool) -> str:
    return _("yes") if is_so else _("no")
