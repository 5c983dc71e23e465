"""Questionnaires of the site: list, read, check, adopt, draft a change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.facts.customers import queries as customers
from xinheng.runs.services import business_day
from xinheng.wiring.cli.errors import FileUnreadable
from xinheng.wiring.cli.options import AsOf, Json
from xinheng.wiring.cli.output import FOUND, command, complaints, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
KIND = "form"
File = Annotated[Path, typer.Argument(help="A form as YAML.", exists=True, dir_okay=False, readable=True)]


@app.command("list")
@command("customers.read")
def in_force(as_of: AsOf = None, as_json: Json = False) -> None:
    """List the forms that may be begun on a day."""
    access.require(operator(), "customers.read")
    found = customers.forms(on=day(as_of)).values()
    rows = [
        {
            "code": one.code, "version": one.version, "name": one.name, "source": one.source,
            "items": len(one.items), "questions": len(one.questions), "sha256": one.sha256,
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    columns = [_("Code"), _("Version"), _("Name"), _("Rule"), _("Items"), _("Questions")]
    say_table(_("Forms"), columns, [list(row.values())[:6] for row in rows])


@app.command()
@command("customers.read")
def show(
    code: Annotated[str, typer.Argument(help="The code of a form.")],
    version: Annotated[str, typer.Option(help="A version; that of today if not given.")] = "",
    as_json: Json = False,
) -> None:
    """Print a form as a document, to be changed and adopted."""
    access.require(operator(), "customers.read")
    chosen = version or getattr(customers.forms(on=business_day()).get(code), "version", "")
    form = customers.form_version(code, chosen)
    text = customers.form_text(form, version=form.version)
    if as_json:
        say_json({"code": form.code, "version": form.version, "text": text})
    else:
        screen.print(text, markup=False, highlight=False, soft_wrap=True)


@app.command()
@command("customers.read")
def check(file: File, as_json: Json = False) -> int:
    """Check a form. Exit code 3 when it is wrong; every fault is named with line and cause."""
    faults = customers.form_faults(_text(file))
    if as_json:
        say_json({"ok": not faults, "file": str(file), "problems": [words for _line, words in faults]})
    elif faults:
        for _line, words in faults:
            complaints.print(f"{file}, {words}", markup=False, style="red", soft_wrap=True)
    else:
        screen.print(_("The form %(file)s is sound.") % {"file": file}, markup=False)
    return FOUND if faults else 0


@app.command()
@command("policies.adopt")
def add(
    file: File,
    effective_from: Annotated[
        str, typer.Option("--from", help="The day from which it holds, as 2026-06-30.")
    ],
    as_json: Json = False,
) -> None:
    """Adopt a new form from a day on; a further version of one is drafted and goes through approval."""
    kept = drafting.adopt(
        actor=operator(), on=business_day(), kind=KIND, text=_text(file), effective_from=day(effective_from)
    )
    told = {"code": kept.code, "version": kept.version, "day": kept.effective_from}
    if as_json:
        say_json({**told, "sha256": kept.sha256})
    else:
        screen.print(_("The form %(code)s %(version)s holds from %(day)s.") % told, markup=False)


@app.command()
@command("policies.draft")
def draft(
    file: File,
    into: Annotated[
        int | None, typer.Option(min=1, help="Save into this draft instead of a new one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Begin a draft of a form with the text of a file, or save one into a draft."""
    actor, today, text = operator(), business_day(), _text(file)
    if into is None:
        kept = drafting.begin_draft(actor=actor, on=today, kind=KIND, text=text)
    else:
        seen = packs.draft(actor, into)
        kept = drafting.save_draft(actor=actor, on=today, draft_id=into, revision=seen.revision, text=text)
    if as_json:
        say_json({"draft": kept.pk, "revision": kept.revision})
    else:
        screen.print(_("Draft %(no)s, revision %(revision)s.") % {"no": kept.pk, "revision": kept.revision})


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FileUnreadable(file=file) from None
