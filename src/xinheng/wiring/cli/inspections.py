"""Inspections: the work list, cases, evidence, findings with their money, appeals, figures, labels."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from django.utils import timezone
from django.utils.translation import gettext as _

from xinheng.base.kernel.clock import timestamp
from xinheng.facts.archive.values import Upload
from xinheng.operations.inspections import queries as inspections
from xinheng.operations.inspections import services as acts
from xinheng.operations.inspections.values import (
    Assignment,
    BreachFacts,
    Drawn,
    NewCase,
    NewExhibit,
    NewFinding,
    TheftFacts,
    ToldFigures,
    VisitTold,
    Wanted,
)
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.amounts import decimal_of, money_of
from xinheng.wiring.cli.options import AsOf, Json, Limit
from xinheng.wiring.cli.output import command, day, say_json, say_table, screen, written
from xinheng.wiring.cli.signing import signatory

app = typer.Typer(no_args_is_help=True)
No = Annotated[str, typer.Argument(help="The number of the case, as J2026-00001.")]
People = Annotated[list[str], typer.Option("--by", help="Login of an inspector; once for each.")]
Figure = Annotated[str | None, typer.Option(help="A figure of the calculation.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write it as an Excel file instead.")]


@app.command("list")
@command("inspections.read")
def listed(  # noqa: PLR0913, PLR0917 - each an option
    what: Annotated[Literal["work", "findings"], typer.Argument(help="Which list.")] = "work",
    state: Annotated[str, typer.Option(help="Only those so, as work, open, found or confirmed.")] = "",
    level: Annotated[str, typer.Option(help="Only those of this suspicion.")] = "",
    area: Annotated[str, typer.Option(help="Only this area.")] = "",
    text: Annotated[str, typer.Option("--text", help="Part of a consumer or number.")] = "",
    planned: Annotated[str | None, typer.Option("--day", help="The route of a day, area by area.")] = None,
    limit: Limit = 50,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Show the work list, the weightiest first, or the findings."""
    actor, on = signatory(), business_day()
    wanted = Wanted(text, state, level, area, planned_on=day(planned) if planned else None)
    if out is not None:
        content = reports.export_inspections(actor=actor, on=on, what=what, wanted=wanted)
        written(out, content, as_json=as_json)
        return
    table = reports.INSPECTION_LISTS[what]
    columns = table.columns()
    rows = [table.cells(row) for row in table.rows(actor, wanted)[:limit]]
    titles = [one.title for one in columns]
    if as_json:
        say_json({"title": str(table.title), "columns": titles, "rows": rows})
        return
    cells = [
        [reports.in_words(value, one.kind) for value, one in zip(row, columns, strict=True)] for row in rows
    ]
    say_table(str(table.title), titles, cells)


@app.command("open")
@command("inspections.write")
def open_case(
    consumer_no: Annotated[str, typer.Argument(help="The consumer's number.")],
    reason: Annotated[str, typer.Argument(help="Why it is inspected.")],
    source: Annotated[Literal["tip", "own"], typer.Option(help="Where it comes from.")] = "own",
    as_json: Json = False,
) -> None:
    """Open a case from a tip or of your own."""
    new = NewCase(consumer_no, source, reason)
    _say(acts.open_case(actor=signatory(), on=business_day(), new=new), as_json=as_json)


@app.command()
@command("inspections.write")
def suspects(
    run: Annotated[int | None, typer.Option(min=1, help="The ranking; the last one if not given.")] = None,
    most: Annotated[int, typer.Option(min=1, max=500, help="At most so many.")] = 20,
    level: Annotated[str, typer.Option(help="Only those of this suspicion.")] = "",
    as_json: Json = False,
) -> None:
    """Open cases of the first suspects of a ranking."""
    made = acts.open_suspects(actor=signatory(), on=business_day(), run=run, most=most, level=level)
    if as_json:
        say_json([{"no": one.no, "consumer": one.consumer.consumer_no} for one in made])
        return
    screen.print(_("%(cases)s cases are open.") % {"cases": len(made)})


@app.command()
@command("inspections.decide")
def inspector(
    login: Annotated[str, typer.Argument(help="Who inspects.")],
    pass_no: Annotated[str, typer.Argument(help="The number of the work pass.")],
    skill: Annotated[list[str] | None, typer.Option("--skill", help="A skill of the rules.")] = None,
    a_day: Annotated[int, typer.Option(min=0, max=99, help="Cases a day.")] = 4,
    as_json: Json = False,
) -> None:
    """Say who inspects."""
    told: dict[str, Any] = {"login": login, "pass_no": pass_no, "skills": skill or [], "a_day": a_day}
    kept = acts.set_inspector(actor=signatory(), on=business_day(), **told)
    _answer({"login": kept.login, "pass_no": kept.pass_no}, as_json=as_json)


@app.command()
@command("inspections.write")
def assign(
    no: No,
    by: People,
    on: Annotated[str, typer.Option("--on", help="The day of the inspection.")],
    skill: Annotated[str, typer.Option(help="A skill of the rules that one of them has.")] = "",
    as_json: Json = False,
) -> None:
    """Give a case to inspectors for a day."""
    new = Assignment(tuple(by), day(on), skill)
    _say(acts.assign(actor=signatory(), on=business_day(), no=no, new=new), as_json=as_json)


@app.command()
@command("inspections.write")
def plan(
    on: Annotated[str | None, typer.Option("--on", help="The day; today if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Give the weightiest open cases to the teams of a day, area by area."""
    told = acts.plan_day(actor=signatory(), on=business_day(), planned_on=day(on))
    _answer({"given": told.given, "left": told.left}, as_json=as_json)


@app.command()
@command("inspections.write")
def visit(  # noqa: PLR0913, PLR0917 - each an option
    no: No,
    by: People,
    at: Annotated[
        str | None, typer.Option("--at", help="When, as 2026-06-30T10:00; now if not given.")
    ] = None,
    meter: Annotated[str, typer.Option(help="The number of the meter.")] = "",
    seals: Annotated[str, typer.Option(help="Numbers of seals and how they look.")] = "",
    load: Annotated[str | None, typer.Option(help="Measured load in kW.")] = None,
    note: Annotated[str, typer.Option(help="What was seen.")] = "",
    as_json: Json = False,
) -> None:
    """Record the visit of a case."""
    told = VisitTold(_moment(at), tuple(by), meter, seals, _figure(load), note=note)
    kept = acts.record_visit(actor=signatory(), on=business_day(), no=no, told=told)
    _say(kept.case, as_json=as_json)


@app.command()
@command("inspections.write")
def evidence(  # noqa: PLR0913, PLR0917 - each an option
    no: No,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The photograph or file.")],
    kind: Annotated[str, typer.Option(help="A kind of the rules, as photo.")] = "photo",
    place: Annotated[str, typer.Option(help="Where it was taken.")] = "",
    note: Annotated[str, typer.Option(help="What it shows.")] = "",
    at: Annotated[str | None, typer.Option("--at", help="When it was taken; now if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Keep a piece of evidence with its hash."""
    new = NewExhibit(kind, _moment(at), place, note)
    told: dict[str, Any] = {"no": no, "new": new, "upload": Upload(file.name, file.read_bytes())}
    kept = acts.add_exhibit(actor=signatory(), on=business_day(), **told)
    _answer({"id": kept.pk, "sha256": kept.sha256}, as_json=as_json)


@app.command()
@command("inspections.write")
def find(  # noqa: PLR0913, PLR0917 - each an option
    no: No,
    kind: Annotated[Literal["theft", "breach", "none"], typer.Argument(help="What was found.")],
    by: Annotated[list[str] | None, typer.Option("--by", help="Who inspected; once for each.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="The day it was found.")] = None,
    code: Annotated[str, typer.Option(help="How theft was done, or which breach it is.")] = "",
    basis: Annotated[Literal["private_tap", "via_meter", "evidence"], typer.Option()] = "private_tap",
    use: Annotated[Literal["power", "lighting"], typer.Option()] = "lighting",
    price: Figure = None, low_price: Figure = None, base_price: Figure = None,
    kva: Figure = None, kw: Figure = None, kwh: Figure = None, billed_kwh: Figure = None,
    amperes: Figure = None, ratio: Figure = None, hours: Figure = None, times: Figure = None,
    phases: Annotated[int, typer.Option(help="1 or 3.")] = 1,
    days: Annotated[int | None, typer.Option(min=1, help="Days of theft, where found out.")] = None,
    months: Annotated[int | None, typer.Option(min=1)] = None,
    occasions: Annotated[int, typer.Option(min=1)] = 1,
    residential: Annotated[bool, typer.Option("--residential")] = False,
    note: Annotated[str, typer.Option()] = "",
    as_json: Json = False,
) -> None:  # fmt: skip
    """Tell what was found; money is reckoned by the rules of the day. Refused without day or inspectors."""
    theft = breach = None
    if kind == "theft":
        theft = TheftFacts(
            basis, _figure(price) or Decimal(0), use, _figure(kva), _figure(amperes), phases,
            _figure(ratio) or Decimal(1), days, _figure(hours), _figure(kwh),
            _figure(billed_kwh) or Decimal(0), _figure(times),
        )  # fmt: skip
    if kind == "breach":
        named = {"kwh": kwh, "price": price, "low_price": low_price, "kw": kw}
        breach = BreachFacts(
            code, **{name: _figure(text) or Decimal(0) for name, text in named.items()},
            base_price=_figure(base_price), months=months, occasions=occasions, is_residential=residential,
            times=_figure(times),
        )  # fmt: skip
    new = NewFinding(kind, day(on) if on else None, tuple(by or ()), code, note, theft, breach)
    kept = acts.record_finding(actor=signatory(), on=business_day(), no=no, new=new)
    money = {name: str(getattr(kept, name)) for name in ("fee", "penalty", "total")}
    _answer({"no": no, "kind": kept.kind, "kwh": str(kept.kwh), **money}, as_json=as_json)


@app.command()
@command("inspections.write")
def sign(
    no: No,
    role: Annotated[Literal["inspector", "consumer", "witness"], typer.Argument()],
    name: Annotated[str, typer.Argument(help="Who signs.")],
    drawing: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The signature as PNG.")
    ] = None,
    refused: Annotated[bool, typer.Option("--refused", help="The consumer refuses.")] = False,
    as_json: Json = False,
) -> None:
    """Keep a signature on the notice, or that the consumer refused."""
    drawn = Drawn(role, name, drawing.read_bytes() if drawing else b"", refused)
    kept = acts.sign(actor=signatory(), on=business_day(), at=timestamp(), no=no, drawn=drawn)
    _say(kept.case, as_json=as_json)


@app.command()
@command("inspections.decide")
def confirm(no: No, as_json: Json = False) -> None:
    """Confirm a finding: its money is claimed and the grade follows."""
    kept = acts.confirm_finding(actor=signatory(), on=business_day(), no=no)
    _answer({"no": no, "bills": kept.bills, "appeal_until": kept.appeal_until}, as_json=as_json)


@app.command()
@command("inspections.write")
def appeal(
    no: No,
    words: Annotated[str, typer.Argument(help="What the consumer contests.")],
    on: Annotated[str | None, typer.Option("--on", help="The day it came; today if not given.")] = None,
    decide: Annotated[
        Literal["upheld", "overturned"] | None, typer.Option(help="Decide the appeal, the words being why.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Keep an appeal, or decide the one that was kept."""
    told: dict[str, Any] = {"actor": signatory(), "on": business_day(), "no": no}
    if decide:
        made = acts.decide_appeal(**told, result=decide, why=words)
    else:
        made = acts.appeal(**told, words=words, told_on=day(on))
    _answer({"no": no, "due_on": made.due_on, "result": made.result}, as_json=as_json)


@app.command()
@command("inspections.read")
def notice(
    no: No, out: Annotated[Path, typer.Option("--out", help="The PDF file.")], as_json: Json = False
) -> None:
    """Write the notice with calculation sheet and list of evidence as PDF."""
    written(out, reports.print_notice(actor=signatory(), on=business_day(), no=no), as_json=as_json)


@app.command()
@command("inspections.read")
def figures(
    since: Annotated[str | None, typer.Option(help="Found since.")] = None,
    until: Annotated[str | None, typer.Option(help="Found until.")] = None,
    as_json: Json = False,
) -> None:
    """Show what inspections were good for."""
    first, last = (day(text) if text else None for text in (since, until))
    _usefulness(inspections.usefulness(signatory(), since=first, until=last), as_json=as_json)


@app.command()
@command("inspections.read")
def printed(  # noqa: PLR0913, PLR0917 - each an option
    high: Annotated[int, typer.Option(min=0)],
    medium: Annotated[int, typer.Option(min=0)],
    low: Annotated[int, typer.Option(min=0)],
    suspects_told: Annotated[int, typer.Option("--suspects", min=0, help="The total as printed.")],
    theft: Annotated[int, typer.Option(min=0)],
    breach: Annotated[int, typer.Option(min=0)],
    fee: Annotated[str, typer.Option()],
    penalty: Annotated[str, typer.Option()],
    total: Annotated[str, typer.Option(help="The total as printed.")],
    as_json: Json = False,
) -> None:
    """Rates of a printed campaign; totals that do not add up are refused."""
    levels = {"high": high, "medium": medium, "low": low}
    money = (money_of(fee), money_of(penalty), money_of(total))
    told = inspections.usefulness_told(ToldFigures(levels, suspects_told, theft, breach, *money))
    _usefulness(told, as_json=as_json)


@app.command()
@command("inspections.read")
def labels(
    out: Annotated[Path, typer.Option("--out", help="The CSV file; - is standard output.")],
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Write what inspections found as labels for the next ranking: consumer, found, day."""
    found = inspections.labels(signatory(), as_of=day(as_of))
    written(out, found.write_csv().encode(), as_json=as_json)


def _usefulness(told: Any, *, as_json: bool) -> None:
    rows = reports.usefulness_rows(told)
    if as_json:
        say_json({label: value for label, value, _kind in rows})
        return
    cells = [
        [label, _("n/a") if value is None else reports.in_words(value, kind)] for label, value, kind in rows
    ]
    say_table(_("Usefulness of inspections"), [_("Figure"), _("Value")], cells)


def _say(case: Any, *, as_json: bool) -> None:
    _answer({"no": case.no, "state": str(inspections.STATE_WORDS[case.state])}, as_json=as_json)


def _answer(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
        return
    for name, value in told.items():
        screen.print(f"{name}: {', '.join(value) if isinstance(value, list) else value}")


def _figure(text: str | None) -> Decimal | None:
    return None if text is None else decimal_of(text)


def _moment(text: str | None) -> datetime:
    if text is None:
        return timestamp()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(_("A time is written as 2026-06-30T10:00.")) from None
    return moment if moment.tzinfo else timezone.make_aware(moment)
