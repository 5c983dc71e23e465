"""The trail: seal, verify, search."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated, Literal

import typer
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from xinheng.base.audit import queries, services
from xinheng.wiring.cli.options import Json, Limit
from xinheng.wiring.cli.output import FOUND, command, day, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
HEAD = re.compile(r"\d{1,18}:[0-9a-f]{64}")


@app.command()
@command("audit.seal")
def seal(as_json: Json = False) -> None:
    """Chain the entries that are not chained yet."""
    sealed = services.seal_new_entries()
    if as_json:
        say_json({"sealed": sealed})
    else:
        screen.print(_("%(sealed)s entries sealed.") % {"sealed": sealed})


@app.command()
@command("audit.verify")
def verify(
    head: Annotated[str, typer.Option(help="The head an earlier check gave; finds a cut-off end.")] = "",
    as_json: Json = False,
) -> int:
    """Check every entry; name the first altered, deleted or inserted one. Exit code 3 when there is one."""
    if head and not HEAD.fullmatch(head):
        raise typer.BadParameter(_("%(head)s is no head that `xinheng audit verify` gave.") % {"head": head})
    found = services.verify(noted_head=head)
    if as_json:
        say_json(asdict(found))
    elif found.ok:
        screen.print(
            _("The trail is whole: %(sealed)s entries sealed, %(unsealed)s not sealed yet.") % asdict(found)
        )
        screen.print(found.head, markup=False, highlight=False)
    else:
        screen.print(found.sentence, style="red", markup=False)
    return 0 if found.ok else FOUND


@app.command()
@command("audit.read")
def search(  # noqa: PLR0913, PLR0917 - each an option
    who: Annotated[str, typer.Option(help="A login.")] = "",
    act: Annotated[str, typer.Option(help="An act, as ratings.run or ratings.*")] = "",
    subject: Annotated[str, typer.Option(help="What it was done to, as customer:D0001.")] = "",
    outcome: Annotated[
        Literal["done", "refused"] | None, typer.Option(help="Only what was done, or what was refused.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="The first business day, as 2026-06-01.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="The last business day, as 2026-06-30.")
    ] = None,
    text: Annotated[
        str, typer.Option(help="A part of the reason, subject, name or of what stood there.")
    ] = "",
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="The trail as it stood at the end of a business day.")
    ] = None,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    """List entries, newest first."""
    entries = queries.search(
        login=who,
        act=act,
        subject=subject,
        outcome=outcome or "",
        from_on=day(since) if since else None,
        until_on=min([day(last) for last in (until, as_of) if last], default=None),
        text=text,
    )[:limit]
    if as_json:
        say_json([model_to_dict(entry) | {"at": entry.at} for entry in entries])
        return
    rows = [
        [e.pk, f"{e.at:%Y-%m-%d %H:%M:%S}", e.actor_login, e.act, e.subject, e.outcome, e.reason]
        for e in entries
    ]
    columns = [_("No."), _("When (UTC)"), _("Who"), _("Act"), _("Subject"), _("Outcome"), _("Reason")]
    say_table(_("Audit trail"), columns, rows)
