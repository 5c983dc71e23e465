"""Processes: definitions, cases, where each stands; people close steps on the pages or by the API."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.processes import queries as processes
from xinheng.judgements.processes import services as acts
from xinheng.judgements.processes.values import Wanted, text_of
from xinheng.runs.services import business_day
from xinheng.wiring.cli.errors import FileUnreadable
from xinheng.wiring.cli.options import AsOf, Json, Limit, Number
from xinheng.wiring.cli.output import FOUND, command, complaints, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
KIND = "process"
Code = Annotated[str, typer.Argument(help="The code of a process, as flw.")]
File = Annotated[Path, typer.Argument(help="A process as YAML.", exists=True, dir_okay=False, readable=True)]
From = Annotated[str, typer.Option("--from", help="The day from which it holds, as 2026-06-30.")]
Reason = Annotated[str, typer.Option(help="Why; it stands on the trail.")]


@app.command("list")
@command("processes.read")
def in_force(as_of: AsOf = None, as_json: Json = False) -> None:
    """List the processes in force on a day, and the shipped ones never adopted here."""
    found = [kept for kept, _process in processes.definitions(operator(), on=day(as_of))]
    left = packs.not_adopted(KIND)
    names = ("code", "version", "name", "effective_from")
    rows = [{name: getattr(one, name) for name in names} for one in found]
    if as_json:
        shipped = [{"code": one.header.code, "version": one.header.version, "path": one.path} for one in left]
        say_json({"in_force": rows, "shipped": shipped})
        return
    columns = [_("Code"), _("Version"), _("Name"), _("From")]
    say_table(_("Processes"), columns, [list(row.values()) for row in rows])
    if left:
        told = [[one.header.code, one.header.version, one.header.name, one.path] for one in left]
        say_table(_("Shipped, not adopted"), [*columns[:3], _("File")], told)


@app.command()
@command("processes.read")
def check(file: File, as_json: Json = False) -> int:
    """Check a process. Exit code 3 when it is wrong; every fault is named with file, line and cause."""
    try:
        process = processes.load(_text(file), str(file))
    except PolicyInvalid as invalid:
        problems = list(invalid.params["problems"])
        if as_json:
            say_json({"ok": False, "file": str(file), "problems": problems})
        else:
            for problem in problems:
                complaints.print(f"{file}, {problem}", markup=False, style="red", soft_wrap=True)
        return FOUND
    told = {"code": process.code, "version": process.version, "steps": len(process.steps)}
    if as_json:
        say_json({"ok": True, **told})
    else:
        screen.print(_("The process %(code)s %(version)s is sound: %(steps)s steps.") % told, markup=False)
    return 0


@app.command()
@command("policies.adopt")
def adopt(file: File, effective_from: From, as_json: Json = False) -> None:
    """Adopt the first version of a process from a day on; a further one goes through the chain."""
    told: dict[str, Any] = {"actor": operator(), "on": business_day(), "kind": KIND, "text": _text(file)}
    kept = adopting.adopt(**told, effective_from=day(effective_from))
    said = {"code": kept.code, "version": kept.version, "day": kept.effective_from}
    if as_json:
        say_json({**said, "sha256": kept.sha256})
    else:
        screen.print(_("The policy %(code)s %(version)s holds from %(day)s.") % said, markup=False)


@app.command()
@command("processes.read")
def schema(as_json: Json = False) -> None:  # noqa: ARG001 - it is JSON anyway
    """Print the JSON schema of a process."""
    say_json(processes.json_schema())


@app.command()
@command("processes.read")
def board(process: Code, as_json: Json = False) -> None:
    """Show how many cases stand at each step of a process, and how many are overdue."""
    on = business_day()
    _kept, read = processes.definition(operator(), process, on=on)
    heaps = processes.board(operator(), read, Wanted(), on=on)
    if as_json:
        say_json(
            [
                {"step": one.step.no, "lane": one.lane.code, "cases": one.cases, "overdue": one.overdue}
                for one in heaps
            ]
        )
        return
    rows = [[one.step.no, text_of(one.step), text_of(one.lane), one.cases, one.overdue] for one in heaps]
    say_table(text_of(read.name), [_("No."), _("Step"), _("Lane"), _("Cases"), _("Overdue")], rows)


@app.command()
@command("processes.read")
def cases(
    process: Annotated[str, typer.Option(help="Only of this process.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only cases whose step is overdue.")] = False,
    state: Annotated[str, typer.Option(help="open, done, cancelled or all.")] = "open",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List cases with the working days at their step, the most urgent first."""
    on = business_day()
    if state not in (*processes.STATES, "all"):
        raise typer.BadParameter(
            _("it must be one of %(choices)s") % {"choices": "open, done, cancelled, all"}
        )
    wanted = Wanted(process=process, overdue=overdue, state="" if state == "all" else state)
    rows = [_row(case, on) for case in processes.cases(operator(), wanted, on=on)[:limit]]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."), _("Customer number"), _("Process"), _("Step"), _("Lane"), _("State"), _("Since"),
        _("Working days"), _("Target in working days"), _("Due on"), _("Overdue"),
    ]  # fmt: skip
    say_table(_("Cases of processes"), columns, [list(row.values()) for row in rows])


@app.command()
@command("processes.read")
def show(case: Number, as_json: Json = False) -> None:
    """Show one case: the forms of its step and what shows them, and what happened."""
    on = business_day()
    found = processes.get_case(operator(), case, on=on)
    forms = [
        {"form": text_of(one.form), "needed": one.form.needed, "missing": one.lacks,
         "evidence": one.evidence.text if one.evidence else None}
        for one in processes.forms_of(operator(), found, on=on)
    ]  # fmt: skip
    names = ("act", "step", "to_step", "days", "by", "on", "note")
    minutes = [{name: getattr(row, name) for name in names} for row in processes.minutes_of(found)]
    if as_json:
        say_json({**_row(found, on), "forms": forms, "minutes": minutes})
        return
    say_table(
        found.customer.name, [_("Step"), _("State")], [[found.step, str(processes.STATES[found.state])]]
    )
    columns = [_("Form"), _("Needed"), _("Missing"), _("Evidence")]
    say_table(_("Forms of the step"), columns, [list(row.values()) for row in forms])
    columns = [_("Act"), _("Step"), _("To step"), _("Working days"), _("Who"), _("Day"), _("Note")]
    say_table(_("What happened"), columns, [list(row.values()) for row in minutes])


@app.command()
@command("processes.start")
def start(
    process: Code,
    customers: Annotated[list[str], typer.Argument(help="Customer numbers.")],
    as_json: Json = False,
) -> None:
    """Begin a process for customers by number; who is in it already, or closed, is left out."""
    done = acts.start_cases(actor=operator(), on=business_day(), process=process, customer_nos=customers)
    if as_json:
        say_json(vars(done))
        return
    words = _("%(begun)s begun, %(running)s in the process already, %(closed)s closed files.")
    screen.print(words % vars(done))


@app.command()
@command("processes.cancel")
def cancel(case: Number, reason: Reason, as_json: Json = False) -> None:
    """End a case before its last step."""
    done = acts.cancel_case(actor=operator(), on=business_day(), case_id=case, reason=reason)
    if as_json:
        say_json({"id": done.pk, "state": done.state})
    else:
        screen.print(_("Case %(case)s is cancelled.") % {"case": done.pk})


def _row(case: Any, on: Any) -> dict[str, Any]:
    process = processes.kept(case.sha256)
    age = processes.age_of(case, process.step(case.step), on=on)
    return {
        "id": case.pk, "customer_no": case.customer.no, "process": case.process, "step": case.step,
        "lane": text_of(process.lane_of(case.step)), "state": case.state, "since": case.since,
        "days": age.days, "target": age.target, "due_on": case.due_on, "overdue": age.overdue,
    }  # fmt: skip


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FileUnreadable(file=file) from None
