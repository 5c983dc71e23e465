"""Dossiers and their papers: kinds, list, missing, show, open, add, line, stage, file, withdraw, numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as acts
from xinheng.facts.dossiers.values import Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit
from xinheng.wiring.cli.output import command, day, operator, past_day, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
No = Annotated[str, typer.Argument(help="The dossier's number.")]
Label = Annotated[str, typer.Argument(help="The paper's label.")]
LineCode = Annotated[str, typer.Argument(help="A line of the checklist, as licence.")]
Why = Annotated[str, typer.Option(help="Why.")]
KindCode = Annotated[str, typer.Option(help="Only this kind, as veh_new_car.")]
CustomerNo = Annotated[str, typer.Option("--customer", help="Only of this customer.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="The day, as 2026-06-30; today if not given.")]
Only = Annotated[
    Literal["incomplete", "expiring", "without_custodian", "drafts", "unsorted", "stale", "undated"] | None,
    typer.Option(help="Only those on this work list."),
]


@app.command("kinds")
@command("dossiers.read")
def kinds(as_json: Json = False) -> None:
    """List the kinds of dossiers in force."""
    rows = [
        {"kind": kind.code, "name": kind.words, "about": kind.subject, "papers": len(kind.lines),
         "source": kind.source}
        for kind in dossiers.kinds(business_day()).values()
    ]  # fmt: skip
    _rows(
        rows,
        _("Kinds of dossiers"),
        [_("Kind of dossier"), _("Name"), _("About what"), _("Lines"), _("Clause")],
        as_json=as_json,
    )


@app.command("list")
@command("dossiers.read")
def listed(
    text: Annotated[str, typer.Argument(help="Part of a number, title, customer or fact.")] = "",
    kind: KindCode = "",
    customer: CustomerNo = "",
    only: Only = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List dossiers with how complete they are."""
    on, wanted = business_day(), Wanted(text=text, kind=kind, customer=customer, only=only or "")
    found = list(dossiers.dossiers(operator(), wanted, on)[:limit])
    states = dossiers.of_dossiers([one.pk for one in found], on)
    rows = [_row(one, states.get(one.pk)) for one in found]
    heads = [_("No."), _("Kind of dossier"), _("Title of the dossier"), _("Customer no."), _("Custodian"),
             _("Papers asked"), _("Papers there"), _("Missing papers")]  # fmt: skip
    _rows(rows, _("Dossiers"), heads, as_json=as_json)


@app.command("missing")
@command("dossiers.read")
def missing(
    kind: KindCode = "",
    customer: CustomerNo = "",
    as_of: AsOf = None,
    limit: Limit = 200,
    as_json: Json = False,
) -> None:
    """List what is missing in the dossiers, a line a paper."""
    wanted = Wanted(kind=kind, customer=customer)
    rows = dossiers.missing_lines(operator(), wanted, past_day(as_of)).head(limit)
    heads = [_("No."), _("Title of the dossier"), _("Kind of dossier"), _("Line of the list"),
             _("Paper wanted"), _("State"), _("Kept by unit"), _("Custodian")]  # fmt: skip
    _rows(list(rows.iter_rows(named=True)), _("Missing papers"), heads, as_json=as_json)


@app.command("show")
@command("dossiers.read")
def show(no: No, as_of: AsOf = None, as_json: Json = False) -> None:
    """Show one dossier with its checklist."""
    who, on = operator(), past_day(as_of)
    dossier = dossiers.get_dossier(who, no, on=business_day())
    rows = [
        {"line": now.line.code, "paper": now.line.words, "state": dossiers.line_word(now.state),
         "stage": dossiers.stage_word(now.stage), "labels": ", ".join(one.label for one in now.papers)}
        for now in dossiers.checklist(who, dossier, on)
    ]  # fmt: skip
    if as_json:
        state = dossiers.of_dossiers([dossier.pk], on).get(dossier.pk)
        say_json({**_row(dossier, state), "lines": rows})
        return
    heads = [_("Line of the list"), _("Paper wanted"), _("State"), _("Stage"), _("Labels")]
    say_table(f"{dossier.no} {dossier.title}", heads, [list(row.values()) for row in rows])


@app.command("open")
@command("dossiers.write")
def open_dossier(  # noqa: PLR0913, PLR0917 - each an option
    kind: Annotated[str, typer.Argument(help="A kind, as veh_new_car.")],
    title: Annotated[str, typer.Argument(help="Its title.")],
    subject: Annotated[str, typer.Option(help="About what, as vehicle:LSV….")] = "",
    customer: Annotated[str, typer.Option("--customer", help="The customer's number.")] = "",
    fact: Annotated[list[str] | None, typer.Option(help="As vin=LSV…; may be given again.")] = None,
    custodian: Annotated[str, typer.Option(help="Who keeps it, a login.")] = "",
    as_json: Json = False,
) -> None:
    """Open a dossier."""
    who, on = operator(), business_day()
    owner = customers.get(who, customer, on=on) if customer else None
    told = dict(one.partition("=")[::2] for one in fact or [])
    facts = {name: value.split(",") if "," in value else value for name, value in told.items()}
    kept = acts.open_dossier(
        actor=who, on=on, kind=kind, subject=subject or f"customer:{customer}", title=title, customer=owner,
        facts=facts, custodian=custodian,
    )  # fmt: skip
    _say(_("Dossier %(no)s is open.") % {"no": kept.no}, {"no": kept.no}, as_json=as_json)


@app.command("add")
@command("dossiers.write")
def add(  # noqa: PLR0913, PLR0917 - each an option
    no: No,
    file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, help="The file.")] = None,
    line: Annotated[str, typer.Option(help="The line it answers, as licence.")] = "",
    title: Annotated[str, typer.Option(help="Its title; the file's name if not given.")] = "",
    form: Annotated[str, typer.Option(help="original, duplicate, copy or electronic.")] = "electronic",
    formed: Annotated[str | None, typer.Option(help="The paper's own day.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day it holds.")] = None,
    original: Annotated[bool, typer.Option("--original", help="The sheet itself is kept too.")] = False,
    as_json: Json = False,
) -> None:
    """Put a paper into a dossier."""
    who, on = operator(), business_day()
    dossier = dossiers.get_dossier(who, no, on=on)
    upload = Upload(file.name, file.read_bytes()) if file else None
    kept = acts.add_paper(
        actor=who, on=on, dossier=dossier, upload=upload, item=line, copy_form=form,
        title=title or (file.name if file else ""), formed_on=day(formed),
        valid_until=day(until) if until else None, has_original=original,
    )  # fmt: skip
    _say(
        _("Paper %(label)s is in the dossier.") % {"label": kept.label},
        {"label": kept.label},
        as_json=as_json,
    )


@app.command("line")
@command("dossiers.write")
def set_line(
    no: No,
    line: LineCode,
    state: Annotated[Literal["asked", "not_applicable", "later"], typer.Argument(help="What is said of it.")],
    why: Why = "",
    until: Annotated[str | None, typer.Option(help="The day it comes, at the latest.")] = None,
    as_json: Json = False,
) -> None:
    """Say that a line does not apply, comes later, or is asked after all."""
    told: dict[str, Any] = {"state": state, "why": why, "until": day(until) if until else None}
    acts.set_line(actor=operator(), on=business_day(), no=no, code=line, **told)
    _say(_("The line is kept."), {"line": line, "state": state}, as_json=as_json)


@app.command("stage")
@command("dossiers.write")
def set_stage(no: No, line: LineCode, stage: str, why: Why = "", as_json: Json = False) -> None:
    """Move a line to its next stage, or back with a reason."""
    acts.set_stage(actor=operator(), on=business_day(), no=no, code=line, stage=stage, why=why)
    _say(_("The line stands at its new stage."), {"line": line, "stage": stage}, as_json=as_json)


@app.command("file")
@command("dossiers.file")
def file_paper(label: Label, as_json: Json = False) -> None:
    """File a paper: it takes its archive number."""
    kept = acts.file_paper(actor=operator(), on=business_day(), label=label)
    _say(kept.number, {"label": kept.label, "number": kept.number}, as_json=as_json)


@app.command("withdraw")
@command("dossiers.file")
def withdraw(label: Label, why: Annotated[str, typer.Argument(help="Why.")], as_json: Json = False) -> None:
    """Take a paper out of force; row and bytes stay."""
    acts.withdraw_paper(actor=operator(), on=business_day(), label=label, why=why)
    _say(_("The paper is out of force."), {"label": label}, as_json=as_json)


@app.command("numbers")
@command("dossiers.read")
def numbers(as_json: Json = False) -> None:
    """Show the register of numbers: what was given, what is void, what is missing."""
    rows = [
        {"series": one.name, "last": one.last, "given": one.given, "void": one.void,
         "gaps": ", ".join(map(str, one.gaps))}
        for one in dossiers.series(operator())
    ]  # fmt: skip
    heads = [_("Series"), _("Last serial"), _("Given"), _("Void"), _("Gaps")]
    _rows(rows, _("Register of numbers"), heads, as_json=as_json)


def _row(one: Any, state: Any) -> dict[str, Any]:
    return {
        "no": one.no, "kind": one.kind, "title": one.title,
        "customer_no": one.customer.no if one.customer else "", "custodian": one.custodian,
        "asked": state.asked if state else 0, "present": state.present if state else 0,
        "missing": state.missing if state else 0,
    }  # fmt: skip


def _rows(rows: list[dict[str, Any]], title: str, heads: list[str], *, as_json: bool) -> None:
    if as_json:
        say_json(rows)
    else:
        say_table(title, heads, [list(row.values()) for row in rows])


def _say(words: str, told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
    else:
        screen.print(words)
