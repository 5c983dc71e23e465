"""Late payment: a model fitted to a ledger, its forecasts, and how good they are."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import polars as pl
import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.judgements.arrears import queries
from xinheng.judgements.arrears import services as arrears
from xinheng.judgements.arrears.values import Columns, Wanted
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli import arrears_options as said
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import (
    DONE,
    FOUND,
    command,
    operator,
    past_day,
    progress,
    say_json,
    say_table,
    screen,
    written,
)

app = typer.Typer(no_args_is_help=True)


@app.command()
@command("arrears.fit")
def fit(  # noqa: PLR0913, PLR0917 - each an option
    table: said.Table,
    as_of: said.Day,
    customer: said.Customer,
    billed: said.Billed,
    amount: said.Amount,
    bill: said.Bill = "",
    due: said.Due = "",
    terms: said.Terms = 30,
    paid: said.Paid = "",
    took: said.Took = "",
    known: said.Known = "",
    group: said.Group = "",
    currency: said.Currency = "",
    mark: said.Marks = None,
    tolerance: said.Tolerance = 0,
    model: said.ModelOut = None,
    as_json: Json = False,
) -> None:
    """Fit a model to a table of bills as known on a day, and test it on the later of them."""
    columns = Columns(customer, billed, amount, bill, due, paid, took, known, group, currency, terms,
                      tuple(mark or ()))  # fmt: skip
    with progress(quiet=as_json) as tell:
        kept = arrears.fit_table(
            actor=operator(), path=table, columns=columns, as_of=past_day(as_of), tolerance=tolerance,
            tell=lambda what, done, total: tell(_steps(what), done, total),
        )  # fmt: skip
    content = arrears.packed(kept)
    target = model or Path(f"{table.stem}.arrears")
    if not as_json:
        _say(kept.report)
        written(target, content, as_json=False)
        return
    target.write_bytes(content)
    say_json({"file": str(target), "bytes": len(content), "report": kept.report})


@app.command()
@command("arrears.read")
def predict(  # noqa: PLR0913, PLR0917 - each an option
    model: said.ModelIn,
    table: said.Table,
    as_of: said.MaybeDay = None,
    out: said.Out = Path("-"),
    customers: said.CustomersOut = None,
    least_payments: said.Least = 3,
    as_json: Json = False,
) -> None:
    """Foretell the bills of a table by a model: each on the day it came, or those open as of a day."""
    found = arrears.predict_table(
        actor=operator(), model=model, path=table, as_of=past_day(as_of) if as_of else None
    )
    if customers is not None:
        told = arrears.by_customer(found, least=least_payments)
        written(customers, content_of(told, customers, _("Customers")), as_json=False)
    if as_json and str(out) == "-":
        say_json(found.to_dicts())
        return
    written(out, content_of(found, out, _("Bills")), as_json=as_json)


@app.command()
@command("arrears.read")
def backtest(  # noqa: PLR0913, PLR0917 - each an option
    table: said.Table,
    as_of: said.Day,
    customer: said.Customer,
    billed: said.Billed,
    amount: said.Amount,
    bill: said.Bill = "",
    due: said.Due = "",
    terms: said.Terms = 30,
    paid: said.Paid = "",
    took: said.Took = "",
    known: said.Known = "",
    group: said.Group = "",
    currency: said.Currency = "",
    mark: said.Marks = None,
    tolerance: said.Tolerance = 0,
    as_json: Json = False,
) -> None:
    """Test forecasts on the later bills of a table, each by what was known before, beside naive rules."""
    columns = Columns(customer, billed, amount, bill, due, paid, took, known, group, currency, terms,
                      tuple(mark or ()))  # fmt: skip
    with progress(quiet=as_json) as tell:
        found = arrears.backtest_table(
            actor=operator(), path=table, columns=columns, as_of=past_day(as_of), tolerance=tolerance,
            tell=lambda what, done, total: tell(_steps(what), done, total),
        )  # fmt: skip
    found.pop("table")
    if as_json:
        say_json(found)
    else:
        _say(found)


def _steps(what: str) -> str:
    return {"test": _("testing by time"), "fit": _("fitting the model")}.get(what, what)


def _say(report: dict[str, Any]) -> None:
    """A report for people: forecasts beside naive rules, by class, and whether they may be used."""
    if not report["bills"]:
        screen.print(
            _("Too few later bills are there to test forecasts on: they stay switched off."), markup=False
        )
        return
    head = _("%(bills)s later bills, %(late)s late, %(first)s to %(last)s")
    rows = [
        [_("Forecast"), report],
        [_("Past rate of the customer"), report["naive"]["past_rate"]],
        [_("Oldest first"), report["naive"]["oldest"]],
        [_("Largest first"), report["naive"]["largest"]],
    ]
    say_table(
        head % report,
        ["", _("AUC"), _("Brier"), _("Days off (MAE)"), _("Late money in the first tenth")],
        [
            [
                name,
                _four(one["auc"]),
                _four(one.get("brier")),
                _two(one.get("mae")),
                _share(one["money_recall"]["10%"]),
            ]
            for name, one in rows
        ],
    )
    if report["groups"]:
        columns = [_("Class"), _("Month"), _("Expected late"), _("Actually late"), _("Accuracy")]
        rows = [
            [
                one["group"] or "—",
                f"{one['month']:%Y-%m}",
                f"{one['foretold']:,.2f}",
                f"{one['actual']:,.2f}",
                _share(one["accuracy"]),
            ]
            for one in report["groups"]
        ]
        say_table("", columns, rows)
    if report["beats"]:
        screen.print(_("The forecasts do better than every naive rule."), markup=False)
    else:
        screen.print(_("The forecasts do not beat the naive rules: they are switched off."), markup=False)


def _four(figure: float | None) -> str | None:
    return None if figure is None else f"{figure:.4f}"


def _two(figure: float | None) -> str | None:
    return None if figure is None else f"{figure:.2f}"


def _share(figure: float | None) -> str | None:
    return None if figure is None else f"{figure:.1%}"


def content_of(found: pl.DataFrame, out: Path, title: str) -> bytes:
    """A table as the file its name speaks of; CSV for standard output."""
    target = io.BytesIO()
    match out.suffix.lower():
        case ".parquet":
            found.write_parquet(target)
        case ".xlsx":
            kinds = {name: _kind(found[name].dtype) for name in found.columns}
            columns = [reports.Column(name, kind) for name, kind in kinds.items()]
            return reports.workbook([reports.Sheet(title, columns, found.iter_rows())])
        case ".csv" | "":
            found.write_csv(target)
        case _:
            raise typer.BadParameter(_("%(file)s ends in none of .csv, .xlsx, .parquet.") % {"file": out})
    return target.getvalue()


def _kind(dtype: pl.DataType) -> Any:
    return "number" if dtype.is_numeric() else "date" if dtype == pl.Date else "text"


@app.command("train")
@command("arrears.fit")
def train_own(as_json: Json = False) -> None:
    """Train a model on the own books as known before today; if good enough, foretell the open bills."""
    actor, on = operator(), business_day()
    with progress(quiet=as_json) as tell:
        row = arrears.train(
            actor=actor, on=on, tell=lambda what, done, total: tell(_steps(what), done, total)
        )
    if row.beats:
        arrears.foretell(actor=actor, on=on)
    if as_json:
        say_json({"model": row.pk, "sha256": row.sha256, "beats": row.beats, "report": row.report})
    else:
        _say(row.report)


@app.command("list")
@command("arrears.read")
def list_own(
    level: said.Level = "", group: said.OwnGroup = "", limit: Limit = 50, as_json: Json = False
) -> None:
    """List the customers of the last forecast, those with the largest expected late amount first."""
    actor = operator()
    notice = queries.standing(actor).notice
    rows = queries.risks(actor, Wanted(level=level, group=group), on=business_day()).head(limit)
    if as_json:
        say_json({"notice": notice, "customers": rows.to_dicts()})
        return
    if notice:
        screen.print(str(queries.NOTICES[notice]), markup=False)
        return
    columns = [
        _("Customer"),
        _("Class"),
        _("Level"),
        _("Open"),
        _("Expected late"),
        _("Highest chance"),
        _("Why"),
    ]
    lines = [
        [
            row["customer"],
            row["group"],
            queries.LEVEL_WORDS[row["level"]],
            Money(row["open_minor"], row["currency"]),
            Money(row["expected_late_minor"], row["currency"]),
            _share(row["largest"]),
            row["reasons"],
        ]
        for row in rows.iter_rows(named=True)
    ]
    say_table("", columns, lines)


@app.command("replay")
@command("arrears.read")
def replay_own(number: Number, as_json: Json = False) -> int | None:
    """Compute a kept forecast again from its inputs and model. Exit code 3 when anything differs."""
    same = arrears.replay(actor=operator(), forecast_id=number)
    if as_json:
        say_json({"forecast": number, "same": same})
    else:
        screen.print(_("The same, row by row.") if same else _("It differs."), markup=False)
    return DONE if same else FOUND
