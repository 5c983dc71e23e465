"""The trail: seal, verify, search."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from xinheng.base.audit import queries, services
from xinheng.wiring.cli.output import FOUND, command, day, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


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
def verify(as_json: Json = False) -> int:
    """Check every sealed entry; name the first altered one. Exit code 3 when there is one."""
    found = services.verify()
    if as_json:
        say_json(asdict(found))
    elif found.ok:
        screen.print(
            _("The trail is whole: %(sealed)s entries sealed, %(unsealed)s not sealed yet.") % asdict(found)
        )
    else:
        screen.print(_("Altered: entry %(first_altered)s. %(cause)s") % asdict(found), style="red", markup=False)
    return 0 if found.ok else FOUND


@app.command()
@command("audit.read")
def search(  # noqa: PLR0913 - each filter is an option of the command
    login: str = "",
    act: str = "",
    subject: str = "",
    outcome: str = "",
    since: str = "",
    until: str = "",
    limit: int = 100,
    as_json: Json = False,
) -> None:
    """List entries, newest first."""
    entries = queries.search(
        login=login, act=act, subject=subject, outcome=outcome,
        from_on=day(since) if since else None, until_on=day(until) if until else None,
    ).order_by("-id")[:limit]  # fmt: skip
    if as_json:
        say_json(
            [
                {"id": e.pk, "at": e.at, "day": e.business_day, "login": e.actor_login, "via": e.via, "act": e.act,
                 "subject": e.subject, "outcome": e.outcome, "reason": e.reason, "before": e.before, "after": e.after}
                for e in entries
            ]
        )  # fmt: skip
        return
    rows = [[e.pk, f"{e.at:%Y-%m-%d %H:%M:%S}", e.actor_login, e.act, e.subject, e.outcome, e.reason] for e in entries]
    columns = [_("No."), _("When (UTC)"), _("Who"), _("Act"), _("Subject"), _("Outcome"), _("Reason")]
    say_table(_("Audit trail"), columns, rows)
