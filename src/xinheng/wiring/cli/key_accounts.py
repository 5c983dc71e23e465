"""Key accounts: lists, profiles, requests from opening to close, service levels kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.periods import month_end, month_start
from xinheng.operations.key_accounts import queries as keys
from xinheng.operations.key_accounts import services as acts
from xinheng.operations.key_accounts.values import NewRequest, Wanted
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen, written

app = typer.Typer(no_args_is_help=True)
What = Annotated[
    Literal["accounts", "requests", "targets", "attainment", "market"], typer.Argument(help="Which list.")
]
No = Annotated[str, typer.Argument(help="The customer's number.")]
Key = Annotated[int, typer.Argument(help="The request's number.")]
On = Annotated[str | None, typer.Option("--on", help="The day, as 2026-06-30; today if not given.")]


@app.command("list")
@command("key_accounts.read")
def listed(
    what: What = "accounts",
    text: Annotated[str, typer.Option("--text", help="Part of a customer or of what is said.")] = "",
    state: Annotated[
        Literal["key", "ordinary", "incomplete", "open", "late", "escalated", "closed"] | None,
        typer.Option(help="Only those so."),
    ] = None,
    limit: Limit = 50,
    out: Annotated[Path | None, typer.Option("--out", help="Write it as an Excel file instead.")] = None,
    as_json: Json = False,
) -> None:
    """Show one of the lists."""
    actor, on, wanted = operator(), business_day(), Wanted(text=text, state=state or "")
    if out is not None:
        content = reports.export_key_accounts(actor=actor, on=on, what=what, wanted=wanted)
        written(out, content, as_json=as_json)
        return
    table = reports.KEY_LISTS[what]
    rows = [table.cells(row, on) for row in table.rows(actor, wanted, on)[:limit]]
    titles = [str(title) for title, _kind, _width in table.columns]
    if as_json:
        say_json({"title": str(table.title), "columns": titles, "rows": rows})
        return
    kinds = [kind for _title, kind, _width in table.columns]
    cells = [[reports.in_words(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in rows]
    say_table(str(table.title), titles, cells)


@app.command()
@command("key_accounts.write")
def profile(
    no: No,
    told: Annotated[list[str], typer.Argument(help="Attributes, as voltage_kv=35; blank takes one away.")],
    as_json: Json = False,
) -> None:
    """Keep what is known of a customer; the rules say whether it is a key account."""
    attributes = {code: value for code, _equals, value in (one.partition("=") for one in told)}
    kept = acts.keep_profile(actor=operator(), on=business_day(), customer_no=no, told=attributes)
    if as_json:
        say_json({"is_key": kept.is_key, "because": kept.because, "missing": kept.missing})
        return
    words = _("%(no)s is a key account.") if kept.is_key else _("%(no)s is an ordinary customer.")
    screen.print(words % {"no": no})


@app.command("open")
@command("key_accounts.write")
def open_request(  # noqa: PLR0913, PLR0917 - each an option
    no: No,
    what: Annotated[str, typer.Argument(help="What is asked for.")],
    contact: Annotated[str, typer.Option("--contact", help="Who called, and what was said.")],
    kind: Annotated[str, typer.Option(help="A service of the rules, as repair.")] = "enquiry",
    channel: Annotated[str, typer.Option(help="Where it came in, as centre.")] = "centre",
    on: On = None,
    as_json: Json = False,
) -> None:
    """Take in what a customer asks for."""
    new = NewRequest(kind, channel, what, contact, day(on))
    kept = acts.open_request(actor=operator(), on=business_day(), customer_no=no, new=new)
    _say(_("Request %(no)s is open.") % {"no": kept.pk}, kept.pk, as_json=as_json)


@app.command()
@command("key_accounts.write")
def accept(key: Key, as_json: Json = False) -> None:
    """Take a request over."""
    acts.accept(actor=operator(), on=business_day(), request_id=key)
    _say(_("Request %(no)s is accepted.") % {"no": key}, key, as_json=as_json)


@app.command()
@command("key_accounts.write")
def note(
    key: Key, words: Annotated[str, typer.Argument(help="What was said or done.")], as_json: Json = False
) -> None:
    """Add to the contact record of a request."""
    acts.note_contact(actor=operator(), on=business_day(), request_id=key, words=words)
    _say(_("Kept with request %(no)s.") % {"no": key}, key, as_json=as_json)


@app.command()
@command("key_accounts.write")
def close(
    key: Key, result: Annotated[str, typer.Argument(help="How it ended.")], as_json: Json = False
) -> None:
    """Close a request that was accepted."""
    acts.close_request(actor=operator(), on=business_day(), request_id=key, result=result)
    _say(_("Request %(no)s is closed.") % {"no": key}, key, as_json=as_json)


@app.command()
@command("key_accounts.read")
def attainment(on: On = None, as_json: Json = False) -> None:
    """Show how far the service levels were kept in the month of a day."""
    first, last = month_start(day(on)), month_end(day(on))
    found = keys.attainment(operator(), since=first, until=last, on=business_day())
    if as_json:
        say_json([{**one.__dict__, "is_kept": one.is_kept} for one in found])
        return
    table = reports.KEY_LISTS["attainment"]
    titles = [str(title) for title, _kind, _width in table.columns]
    cells = [
        ["—" if value in {"", None} else str(value) for value in table.cells(one, last)] for one in found
    ]
    say_table(f"{first} – {last}", titles, cells)


@app.command()
@command("key_accounts.write")
def night(as_json: Json = False) -> None:
    """Let what nobody accepted in time rise to the level above, as each night does."""
    risen = acts.escalate(actor=operator(), on=business_day())
    if as_json:
        say_json({"risen": risen})
        return
    screen.print(_("%(count)s requests rose.") % {"count": len(risen)})


def _say(words: str, key: int, *, as_json: bool) -> None:
    if as_json:
        say_json({"id": key})
    else:
        screen.print(words)
