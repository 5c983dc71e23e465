"""Scorecards: fit one to a table, score a table by one."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import typer
from django.utils.translation import gettext as _

from xinheng.judgements.scorecards import queries
from xinheng.judgements.scorecards import services as scorecards
from xinheng.judgements.scorecards.values import Choices, Columns, Fitted
from xinheng.reports import services as reports
from xinheng.wiring.cli import scoring_options as said
from xinheng.wiring.cli.options import Json
from xinheng.wiring.cli.output import (
    Encoder,
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


@app.command()
@command("scorecards.fit")
def fit(  # noqa: PLR0913, PLR0917 - each an option
    table: said.Table,
    outcome: said.Outcome,
    row_id: said.RowId = "",
    time: said.Time = "",
    group: said.Group = "",
    grade: said.Grade = "",
    bad: said.Bad = "",
    naive: said.Naive = "",
    ordered: said.Ordered = "",
    leave_out: said.LeaveOut = None,
    keep: said.Keep = None,
    special: said.Special = "",
    monotonic: said.Monotonic = False,
    bands: said.Bands = 12,
    items: said.Items = 40,
    pairs: said.Pairs = 20,
    pdo: said.Doubling = 50,
    grades: said.Grades = "",
    unseen: said.Unseen = "average",
    since: said.Since = None,
    folds: said.Folds = 5,
    repeats: said.Repeats = 0,
    seed: said.Seed = 1,
    rivals: said.Rivals = False,
    own: said.Own = False,
    code: said.Code = "scorecard",
    version: said.Version = "1",
    name: said.Name = "",
    out: said.Out = None,
    report: said.Report = None,
    as_json: Json = False,
) -> None:
    """Fit a scorecard to a table and test it on rows it has not seen."""
    columns = Columns(
        outcome, row_id, time, group, grade, bad, naive, tuple(leave_out or ()), tuple(keep or ()),
        tuple(name.strip() for name in ordered.split(",") if name.strip()),
    )  # fmt: skip
    named, shares = _grades(grades)
    choices = Choices(
        code=code, version=version, name=name, monotonic=monotonic, bands=bands, items=items, pairs=pairs,
        points_to_double_odds=pdo, grades=named, shares=shares, special=_numbers(special), unseen=unseen,
        folds=folds, repeats=repeats, seed=seed, since=day(since) if since else None, rivals=rivals,
        own_names=own,
    )  # fmt: skip
    target = out or Path(f"{table.stem}.card.yaml")
    _fit(table, columns, choices, (target, report), as_json=as_json)


def _fit(
    table: Path, columns: Columns, choices: Choices, files: tuple[Path, Path | None], *, as_json: bool
) -> None:
    """Fit, write the files, and say what came of it."""
    words = {"fold": _("testing"), "card": _("fitting the card")}
    with progress(quiet=as_json) as tell:
        fitted = scorecards.fit_table(
            actor=operator(), path=table, columns=columns, choices=choices,
            tell=lambda step, done, total: tell(words[step], done, total),
        )  # fmt: skip
    _keep(fitted, *files)
    if as_json:
        say_json({"card": str(files[0]), "report": fitted.report})
        return
    shown = 2 if columns.ordered else 5 if columns.grade else 3
    for told in queries.report_tables(fitted.report)[:shown]:
        say_table(told.title, list(told.columns), [list(row) for row in told.rows])
    for line in queries.report_lines(fitted.report):
        screen.print(line, markup=False)
    screen.print(_("Written: %(file)s") % {"file": files[0]}, markup=False)


def _keep(fitted: Fitted, target: Path, report: Path | None) -> None:
    """Write the card, and the report in the form its name speaks of."""
    _write(target, fitted.document.encode())
    if report is None:
        return
    match report.suffix.lower():
        case ".md":
            content = queries.report_text(fitted.report, _("Scorecard")).encode()
        case ".xlsx":
            content = _workbook(fitted.report)
        case ".json":
            content = json.dumps(fitted.report, cls=Encoder, ensure_ascii=False, indent=1).encode()
        case _:
            raise typer.BadParameter(_("The report ends in .md, .xlsx or .json."))
    _write(report, content)


def _write(target: Path, content: bytes) -> None:
    try:
        target.write_bytes(content)
    except OSError as error:
        told = {"file": target, "cause": error.strerror}
        raise typer.BadParameter(_("%(file)s cannot be written: %(cause)s") % told) from None


def _workbook(report: dict[str, Any]) -> bytes:
    sheets = [
        reports.Sheet(told.title[:28], [reports.Column(title, width=22) for title in told.columns],
                      [["" if cell is None else str(cell) for cell in row] for row in told.rows])
        for told in queries.report_tables(report)
    ]  # fmt: skip
    notes = [("", line) for line in queries.report_lines(report)]
    return reports.workbook(sheets, notes=notes, about=_("About"))


def _grades(text: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    if not text:
        return Choices.grades, Choices.shares
    pairs = [part.partition("=") for part in text.split(",")]
    try:
        shares = tuple(float(share) for _name, _sign, share in pairs)
    except ValueError:
        raise typer.BadParameter(_("%(text)s is not written as A=0.2,B=0.8.") % {"text": text}) from None
    return tuple(name.strip() for name, _sign, _share in pairs), shares


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise typer.BadParameter(
            _("%(text)s are not numbers with commas between.") % {"text": text}
        ) from None


@app.command()
@command("scorecards.read")
def predict(
    card: said.Card,
    table: said.Table,
    row_id: said.Kept = None,
    points: said.Points = False,
    out: said.Scores = Path("-"),
    as_json: Json = False,
) -> None:
    """Score every row of a table by a card: score, grade and chance of a bad outcome."""
    found = scorecards.predict_table(
        actor=operator(), card=card, path=table, kept=tuple(row_id or ()), points=points
    )
    if as_json and str(out) == "-":
        say_json(found.to_dicts())
        return
    written(out, content_of(found, out), as_json=as_json)


def content_of(found: pl.DataFrame, out: Path) -> bytes:
    """A table as the file its name speaks of; CSV for standard output."""
    target = io.BytesIO()
    match out.suffix.lower():
        case ".parquet":
            found.write_parquet(target)
        case ".xlsx":
            kinds = {
                column: "text" if found[column].dtype == pl.String else "number" for column in found.columns
            }
            columns = [reports.Column(column, kind) for column, kind in kinds.items()]  # type: ignore[arg-type]
            return reports.workbook([reports.Sheet(_("Scores"), columns, found.iter_rows())])
        case ".csv" | "":
            found.write_csv(target)
        case _:
            raise typer.BadParameter(_("%(file)s ends in none of .csv, .xlsx, .parquet.") % {"file": out})
    return target.getvalue()
