"""Demand forecasts of any file of series: fit, predict, back-test."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast, get_args

import typer
from django.utils.translation import gettext as _

from xinheng.judgements.demand import services as demand
from xinheng.judgements.demand.services import Columns, Finding, Frequency, Options
from xinheng.wiring.cli import demand_options as said
from xinheng.wiring.cli.arrears import content_of
from xinheng.wiring.cli.options import Json
from xinheng.wiring.cli.output import command, operator, progress, say_json, say_table, screen, written

app = typer.Typer(no_args_is_help=True)
QUANTILES = tuple(place / 100 for place in range(1, 100))
NAMED = 12  # oddities that are listed one by one


@app.command()
@command("demand.run")
def fit(  # noqa: PLR0913, PLR0917 - each an option
    table: said.Table,
    horizon: said.Horizon,
    series: said.Series = "",
    time: said.Time = "",
    value: said.Value = "",
    factor: said.Factors = None,
    known: said.Known = None,
    frequency: said.Frequency = "",
    zone: said.Zone = "",
    no_holidays: said.NoHolidays = False,
    least_months: said.Months = 24,
    band: said.Band = 0.8,
    windows: said.Windows = 0,
    candidate: said.Candidates = None,
    model: said.ModelOut = None,
    as_json: Json = False,
) -> None:
    """Try ways to forecast on the past of each series, keep the best, and say how good it was."""
    columns = Columns(series, time, value, _all(factor, known))
    options = Options(least_months, band, windows, tuple(candidate or ()), tuple(known or ()), zone)
    kept = _fitted(table, horizon, columns, options, frequency, holidays=not no_holidays, quiet=as_json)
    content = demand.packed(kept)
    target = model or Path(f"{table.stem}.demand")
    if not as_json:
        _say(kept.fitted.report, kept.fitted.findings)
        written(target, content, as_json=False)
        return
    target.write_bytes(content)
    say_json({"file": str(target), "bytes": len(content), **_told(kept)})


@app.command()
@command("demand.read")
def predict(
    model: said.ModelIn,
    history: said.Newer = None,
    future: said.Future = None,
    quantiles: said.Quantiles = False,
    out: said.Out = Path("-"),
    as_json: Json = False,
) -> None:
    """Forecast by what `fit` wrote: each series with its band and the way it was forecast."""
    found = demand.predict_file(
        actor=operator(), model=model, newer=history, future=future,
        quantiles=QUANTILES if quantiles else (),
    )  # fmt: skip
    if as_json and str(out) == "-":
        say_json(found.to_dicts())
        return
    written(out, content_of(found, out, _("Forecasts")), as_json=as_json)


@app.command()
@command("demand.run")
def backtest(  # noqa: PLR0913, PLR0917 - each an option
    table: said.Table,
    horizon: said.Horizon,
    series: said.Series = "",
    time: said.Time = "",
    value: said.Value = "",
    factor: said.Factors = None,
    known: said.Known = None,
    frequency: said.Frequency = "",
    zone: said.Zone = "",
    no_holidays: said.NoHolidays = False,
    least_months: said.Months = 24,
    band: said.Band = 0.8,
    windows: said.Windows = 0,
    candidate: said.Candidates = None,
    as_json: Json = False,
) -> None:
    """Test every way to forecast on windows of the past, each by what was known before it."""
    columns = Columns(series, time, value, _all(factor, known))
    options = Options(least_months, band, windows, tuple(candidate or ()), tuple(known or ()), zone)
    kept = _fitted(table, horizon, columns, options, frequency, holidays=not no_holidays, quiet=as_json)
    if as_json:
        say_json(_told(kept))
    else:
        _say(kept.fitted.report, kept.fitted.findings)


def _fitted(  # noqa: PLR0913 - each was an option
    table: Path,
    horizon: int,
    columns: Columns,
    options: Options,
    frequency: str,
    *,
    holidays: bool,
    quiet: bool,
) -> Any:
    known = get_args(Frequency)
    if frequency and frequency not in known:
        told = {"frequency": frequency, "frequencies": ", ".join(known)}
        raise typer.BadParameter(_("%(frequency)s is none of %(frequencies)s.") % told)
    with progress(quiet=quiet) as tell:
        return demand.fit_file(
            actor=operator(), path=table, horizon=horizon, columns=columns, options=options,
            frequency=cast("Frequency", frequency) if frequency else None, holidays=holidays,
            tell=lambda _what, done, total: tell(_("testing by time"), done, total),
        )  # fmt: skip


def _all(factors: list[str] | None, known: list[str] | None) -> tuple[str, ...]:
    """Factors, those known ahead among them, each once."""
    return tuple(dict.fromkeys([*(factors or ()), *(known or ())]))


def _told(kept: Any) -> dict[str, Any]:
    fitted = kept.fitted
    odd = [
        {
            "code": one.code,
            "series": one.unique_id,
            "count": one.count,
            "since": one.since,
            "until": one.until,
        }
        for one in fitted.findings
    ]
    return {"report": fitted.report, "choices": fitted.choices.to_dicts(), "findings": odd}


def _say(report: dict[str, Any], findings: tuple[Finding, ...]) -> None:
    """A report for people: every way tried beside the naive one, and what was odd in the table."""
    names = {"regular": _("steady"), "intermittent": _("stops and starts"), "short": _("short history")}
    rows = []
    for kind in report["kinds"]:
        for name, figures in kind["candidates"].items():
            mark = _("naive") if name == kind["naive"] else ""
            rows.append(_row(f"{names[kind['kind']]} ({kind['series']})", name, figures, mark))
        if kind["chosen"]:
            rows.append(_row(f"{names[kind['kind']]} ({kind['series']})", _("as chosen"), kind["chosen"], ""))
    head = _("%(series)s series, %(horizon)s steps ahead, band %(band)s")
    columns = [
        _("Kind of series"), _("Way to forecast"), "MAPE", "WAPE", "MAE", _("Pinball"), _("Held by the band"),
        _("MAPE of the sum"), "",
    ]  # fmt: skip
    say_table(head % (report | {"band": f"{report['band']:.0%}"}), columns, rows)
    for one in findings[:NAMED]:
        told = {"series": one.unique_id, "words": one, "count": one.count, "since": one.since or "—"}
        screen.print(_("%(series)s: %(words)s (%(count)s, from %(since)s)") % told, markup=False)
    if len(findings) > NAMED:
        screen.print(_("… and %(count)s more") % {"count": len(findings) - NAMED}, markup=False)


def _row(series: str, name: str, figures: dict[str, Any], mark: str) -> list[str | None]:
    shares = [_share(figures.get(key)) for key in ("mape", "wape")]
    numbers = [_number(figures.get(key)) for key in ("mae", "pinball")]
    return [series, name, *shares, *numbers, _share(figures.get("coverage")),
            _share(figures.get("total_mape")), mark]  # fmt: skip


def _share(figure: float | None) -> str | None:
    return None if figure is None else f"{figure:.2%}"


def _number(figure: float | None) -> str | None:
    return None if figure is None else f"{figure:,.4g}"
