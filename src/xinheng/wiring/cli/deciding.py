"""Policies: list, check, adopt, and the schema they are written by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.runs.services import business_day
from xinheng.wiring.cli import workshop
from xinheng.wiring.cli.errors import FileUnreadable
from xinheng.wiring.cli.options import AsOf, Json
from xinheng.wiring.cli.output import FOUND, command, complaints, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
for each in (
    workshop.compare,
    workshop.simulate,
    workshop.show,
    workshop.drafts,
    workshop.draft,
    workshop.submit,
):
    app.command()(each)
File = Annotated[Path, typer.Argument(help="A policy as YAML.", exists=True, dir_okay=False, readable=True)]


@app.command("list")
@command("policies.read")
def in_force(
    as_of: AsOf = None,
    every: Annotated[bool, typer.Option("--all", help="Every version, whenever it holds.")] = False,
    shipped: Annotated[bool, typer.Option("--shipped", help="Shipped packs never adopted here.")] = False,
    as_json: Json = False,
) -> None:
    """List the rating policies in force on a day, and the shipped packs never adopted here."""
    if shipped:
        _say_not_adopted(as_json=as_json)
        return
    found = packs.documents("rating") if every else packs.documents_in_force("rating", on=day(as_of))
    names = ("code", "version", "name", "effective_from", "effective_until", "sha256")
    if as_json:
        say_json([{name: getattr(one, name) for name in names} for one in found])
        return
    columns = [_("Code"), _("Version"), _("Name"), _("From"), _("Until")]
    say_table(_("Policies"), columns, [[getattr(one, name) for name in names[:-1]] for one in found])
    _say_not_adopted(as_json=False)


def _say_not_adopted(*, as_json: bool) -> None:
    packs_left = packs.not_adopted("rating")
    rows = [[one.header.code, one.header.version, one.header.name, str(one.path)] for one in packs_left]
    if as_json:
        say_json([dict(zip(("code", "version", "name", "path"), row, strict=True)) for row in rows])
    elif rows:
        say_table(_("Shipped, not adopted"), [_("Code"), _("Version"), _("Name"), _("File")], rows)
        screen.print(_("Adopt one with: xinheng policies adopt FILE --from DAY"), markup=False)


@app.command()
@command("policies.read")
def check(file: File, as_json: Json = False) -> int:
    """Check a policy. Exit code 3 when it is wrong; every fault is named with file, line and cause."""
    try:
        policy = policies.load(_text(file), file=str(file))
    except PolicyInvalid as invalid:
        problems = list(invalid.params["problems"])
        if as_json:
            say_json({"ok": False, "file": str(file), "problems": problems})
        else:
            for problem in problems or [str(invalid)]:
                complaints.print(f"{file}, {problem}", markup=False, style="red", soft_wrap=True)
        return FOUND
    if as_json:
        say_json({"ok": True, "code": policy.code, "version": policy.version})
    else:
        told = {"code": policy.code, "version": policy.version}
        screen.print(_("The policy %(code)s %(version)s is sound.") % told, markup=False)
    return 0


@app.command()
@command("policies.adopt")
def adopt(
    file: File,
    effective_from: Annotated[
        str, typer.Option("--from", help="The day from which it holds, as 2026-06-30.")
    ],
    past_chain: Annotated[
        str, typer.Option("--past-chain", help="Why a further version is adopted without approval.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Adopt the first version of a rating policy from a day on; a further one is drafted and submitted."""
    begins, text = day(effective_from), _text(file)
    policies.load(text, file=str(file))  # names the file where it is wrong
    kept = adopting.adopt(
        actor=operator(), on=business_day(), kind="rating", text=text, effective_from=begins,
        past_chain_why=past_chain,
    )  # fmt: skip
    told = {"code": kept.code, "version": kept.version, "day": kept.effective_from}
    if as_json:
        say_json({**told, "sha256": kept.sha256})
    else:
        screen.print(_("The policy %(code)s %(version)s holds from %(day)s.") % told, markup=False)


@app.command()
@command("policies.read")
def schema(as_json: Json = False) -> None:  # noqa: ARG001 - it is JSON anyway
    """Print the JSON schema of a rating policy."""
    say_json(policies.json_schema())


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FileUnreadable(file=file) from None
