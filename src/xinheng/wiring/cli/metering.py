"""Metering: import, batches, rejected, consumers, readings, marks, areas, join, compact."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.periods import month_end, month_start
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering import services as acts
from xinheng.facts.metering.values import AREA_KINDS, KINDS, STATES, VOLTAGES, ConsumerWanted, NewFile
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import (
    FOUND,
    command,
    day,
    operator,
    progress,
    say_json,
    say_table,
    screen,
    written,
)

app = typer.Typer(no_args_is_help=True)
KindName = Literal["network", "consumers", "meters", "readings", "quarters", "events", "areas", "bills"]
Since = Annotated[str | None, typer.Option("--since", help="First day, as 2026-04-01.")]
Until = Annotated[str | None, typer.Option("--until", help="Last day, as 2026-04-30.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write it as an Excel file instead.")]
ConsumerNo = Annotated[str, typer.Argument(help="The consumer's number.")]


@app.command("import")
@command("metering.write")
def imported(  # noqa: PLR0913, PLR0917 - each an option
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, Excel or Parquet.")],
    kind: Annotated[KindName, typer.Option("--kind", help="What the file tells.")] = "readings",
    good_rows: Annotated[bool, typer.Option("--good-rows", help="Leave rejected rows out.")] = False,
    unit: Annotated[str, typer.Option(help="Unit of the figures: Wh, kWh, MWh; kW, MW for points.")] = "",
    first_day: Annotated[str | None, typer.Option(help="The day of column d01 of a wide table.")] = None,
    points_end: Annotated[bool, typer.Option("--points-end", help="Times are ends of quarters.")] = False,
    ratio_applied: Annotated[
        bool, typer.Option("--ratio-applied", help="Figures are multiplied by CT × PT already.")
    ] = False,
    open_unknown: Annotated[
        bool, typer.Option("--open-unknown", help="Open accounts for unknown consumers.")
    ] = False,
    encoding: Annotated[str, typer.Option(help="Encoding of text, where it is not found.")] = "",
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook.")] = "",
    as_json: Json = False,
) -> int | None:
    """Take a file in; every wrong value is named, and a file with one is not taken unless told."""
    told = {
        "unit": unit, "first_day": day(first_day).isoformat() if first_day else "", "points_end": points_end,
        "open_unknown": open_unknown, "encoding": encoding, "sheet": sheet,
    }  # fmt: skip
    options: dict[str, Any] = {name: value for name, value in told.items() if value}
    options |= {"ratio": False} if ratio_applied else {}
    new = NewFile(file, kind, mode="good_rows" if good_rows else "all_or_none", options=options)
    actor = operator()
    with progress(quiet=as_json) as tell:
        batch = acts.import_file(actor=actor, on=business_day(), file=new, tell=tell)
    found = metering.preview(actor, batch.pk)
    if as_json:
        say_json({**asdict(found), "samples": [{**asdict(one), "words": one.words} for one in found.samples]})
    else:
        _say_preview(found)
    return None if found.state == "posted" else FOUND


@app.command()
@command("metering.read")
def batches(limit: Limit = 20, as_json: Json = False) -> None:
    """List the files that were told, the newest first."""
    rows = metering.batches(operator())[:limit]
    if as_json:
        names = ("pk", "kind", "file_name", "state", "rows_total", "rows_new", "rows_known", "rows_changed",
                 "rows_rejected", "causes", "told_on", "told_by")  # fmt: skip
        say_json([{name: getattr(one, name) for name in names} for one in rows])
        return
    cells = [
        [one.pk, KINDS[one.kind], one.file_name, STATES[one.state], one.rows_total, one.rows_new,
         one.rows_changed, one.rows_known, one.rows_rejected, one.told_on]
        for one in rows
    ]  # fmt: skip
    columns = [_("Import"), _("Kind"), _("File"), _("State"), _("Values"), _("New"), _("Changed"), _("Known"),
               _("Rejected"), _("Told on")]  # fmt: skip
    say_table(_("Files of metering"), columns, cells)


@app.command()
@command("metering.read")
def rejected(batch: Number, limit: Limit = 50, out: Out = None, as_json: Json = False) -> None:
    """Show what of a file was not taken, or write its rows as an Excel file to correct."""
    actor = operator()
    if out is not None:
        content = reports.export_metering_rejected(actor=actor, on=business_day(), batch_no=batch)
        written(out, content, as_json=as_json)
        return
    found = metering.rejected(actor, batch, limit=limit)
    if as_json:
        say_json([{**asdict(one), "words": one.words} for one in found])
        return
    rows = [[one.row_no, one.field, one.value, one.consumer, one.day, one.words] for one in found]
    columns = [_("Row"), _("Column"), _("Value"), _("Consumer"), _("Day"), _("Cause")]
    say_table(_("Rejected values"), columns, rows)


@app.command()
@command("metering.read")
def consumers(  # noqa: PLR0913, PLR0917 - each an option
    text: Annotated[str, typer.Argument(help="Part of a number, name, address or meter number.")] = "",
    area: Annotated[str, typer.Option(help="Code of an area, with all below it.")] = "",
    unit: Annotated[str, typer.Option(help="Code of a unit, with all below it.")] = "",
    industry: Annotated[str, typer.Option(help="GB/T 4754; unknown: those without one.")] = "",
    voltage: Annotated[Literal["low", "high"] | None, typer.Option(help="Voltage class.")] = None,
    limit: Limit = 50,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Find consumers."""
    actor = operator()
    wanted = ConsumerWanted(text, area=area, unit_code=unit, industry=industry, voltage=voltage or "")
    if out is not None:
        written(
            out,
            reports.export_metered_consumers(actor=actor, on=business_day(), wanted=wanted),
            as_json=as_json,
        )
        return
    rows = metering.with_supply(metering.consumers(actor, wanted))[:limit]
    if as_json:
        names = ("consumer_no", "name", "industry", "unit_name", "area_name", "voltage", "capacity_kva",
                 "tariff", "opened_on", "closed_on")  # fmt: skip
        say_json([{name: getattr(one, name) for name in names} for one in rows])
        return
    cells = [
        [one.consumer_no, one.name, one.industry, one.unit_name, one.area_name,
         VOLTAGES.get(one.voltage, ""), one.capacity_kva, one.tariff]
        for one in rows
    ]  # fmt: skip
    columns = [_("Consumer"), _("Name"), _("Industry"), _("Unit"), _("Area"), _("Voltage"), _("kVA"),
               _("Tariff")]  # fmt: skip
    say_table(_("Consumers"), columns, cells)


@app.command()
@command("metering.read")
def readings(
    consumer: ConsumerNo, since: Since = None, until: Until = None, out: Out = None, as_json: Json = False
) -> None:
    """Show the daily use of a consumer with its marks."""
    actor, first, last = operator(), _day(since), _day(until)
    if out is not None:
        content = reports.export_metered_readings(
            actor=actor, on=business_day(), consumer_no=consumer, since=first, until=last
        )
        written(out, content, as_json=as_json)
        return
    found = metering.readings_of(actor, consumer, since=first, until=last)
    if as_json:
        say_json([asdict(one) for one in found])
        return
    rows = [[one.day, one.kwh, reports.words_of_marks(one.marks)] for one in found]
    say_table(consumer, [_("Day"), _("Use, kWh"), _("Marks")], rows)


@app.command()
@command("metering.write")
def marks(since: Since = None, until: Until = None, as_json: Json = False) -> None:
    """Find the marks of quality anew by the rules of today; the readings stay as they were told."""
    months = acts.mark_readings(actor=operator(), on=business_day(), since=_day(since), until=_day(until))
    if as_json:
        say_json({"months": months})
    else:
        screen.print(_("Marked: %(months)s months.") % {"months": months})


@app.command()
@command("metering.read")
def areas(since: Since = None, until: Until = None, as_json: Json = False) -> None:
    """Show the areas and how well they are read; without days those of the month."""
    actor = operator()
    first = _day(since) or month_start(business_day())
    found = metering.success(actor, since=first, until=_day(until) or month_end(first))
    named = {one.code: one for one in metering.areas(actor)}
    if as_json:
        say_json([{**asdict(one), "share": one.share} for one in found])
        return
    rows = [
        [one.area, named[one.area].name if one.area in named else "",
         AREA_KINDS[named[one.area].kind] if one.area in named else _("without an area"),
         f"{one.month:%Y-%m}", one.due, one.read, one.good, "—" if one.share is None else f"{one.share:.1%}",
         round(one.kwh, 2)]
        for one in found
    ]  # fmt: skip
    columns = [_("Area"), _("Name"), _("Kind"), _("Month"), _("To be read"), _("Are read")]
    columns += [_("Without marks"), _("Success of reading"), _("Use, kWh")]
    say_table(_("Areas"), columns, rows)


@app.command()
@command("metering.write")
def join(
    consumer: ConsumerNo,
    customer: Annotated[str, typer.Argument(help="The customer's number.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    as_json: Json = False,
) -> None:
    """Join an account to the credit file of who answers for it."""
    told = {"consumer_no": consumer, "customer_no": customer}
    acts.join_customer(actor=operator(), on=business_day(), **told, reason=reason)
    if as_json:
        say_json(told)
    else:
        screen.print(_("Joined: %(consumer)s, %(customer)s") % {"consumer": consumer, "customer": customer})


@app.command()
@command("metering.write")
def compact(as_json: Json = False) -> None:
    """Merge the files of each month into one, and remove what nobody reads any more."""
    done = acts.compact(actor=operator(), on=business_day())
    if as_json:
        say_json(done)
    else:
        screen.print(_("Merged: %(months)s months; removed: %(removed)s files.") % done)


def _day(text: str | None) -> date | None:
    return day(text) if text else None


def _say_preview(found: Any) -> None:
    told = [
        [_("State"), STATES[found.state]], [_("Values"), found.rows], [_("New"), found.new],
        [_("Changed"), found.changed], [_("Known"), found.known], [_("Rejected"), found.rejected],
        *([mark, count] for mark, count in reports.counted_marks(found.marks)),
    ]  # fmt: skip
    say_table(f"{_('Import')} {found.batch_no}", [_("What"), _("How many")], told)
    if found.samples:
        rows = [[one.row_no, one.field, one.value, one.consumer, one.words] for one in found.samples]
        columns = [_("Row"), _("Column"), _("Value"), _("Consumer"), _("Cause")]
        say_table(_("Rejected values"), columns, rows)
    if found.cause:
        screen.print(found.cause, markup=False)
