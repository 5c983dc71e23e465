"""Suspected theft: a ranking fitted to a table, tables ranked and explained, runs of the own consumers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import typer
from django.utils.translation import gettext as _

from xinheng.judgements.theft import queries
from xinheng.judgements.theft import services as theft
from xinheng.judgements.theft.values import Suspicion, Wanted
from xinheng.operations.inspections import queries as inspections
from xinheng.runs.services import business_day
from xinheng.wiring.cli import theft_options as said
from xinheng.wiring.cli.arrears import content_of
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import (
    DONE,
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


@app.command()
@command("theft.run")
def fit(  # noqa: PLR0913, PLR0917 - each an option
    table: said.Table,
    consumers: said.Consumers = None,
    labels: said.Labels = None,
    consumer: said.Consumer = "",
    at: said.Day = "",
    use: said.Use = None,
    found: said.Found = "",
    mark: said.Mark = "",
    months: said.Months = "",
    kind: said.Kind = "",
    meter: said.Meter = "",
    index_from: said.IndexFrom = "",
    index_to: said.IndexTo = "",
    start: said.Start = None,
    shape: said.Shape = "",
    without: said.Without = "",
    only_active: said.OnlyActive = False,
    model: said.ModelOut = None,
    as_json: Json = False,
) -> None:
    """Fit a ranking to a table with findings, and say what it is worth on consumers it did not see."""
    options = theft.Said(consumer, at, tuple(use or ()), found, mark, months, kind, meter, index_from,
                         index_to, day(start) if start else None, shape, _names(without))  # fmt: skip
    files = theft.Files(table, options, consumers, labels, only_active)
    with progress(quiet=as_json) as tell:
        kept = theft.fit_table(
            actor=operator(), files=files, tell=lambda what, done, total: tell(_steps(what), done, total)
        )
    content, target = theft.packed(kept), model or Path(f"{table.stem}.theft")
    if as_json:
        target.write_bytes(content)
        say_json({"file": str(target), "bytes": len(content), "report": kept.report})
        return
    _say(kept.report)
    written(target, content, as_json=False)


@app.command()
@command("theft.run")
def rank(  # noqa: PLR0913, PLR0917 - each an option
    table: said.Table,
    model: said.ModelIn = None,
    consumers: said.Consumers = None,
    consumer: said.Consumer = "",
    at: said.Day = "",
    use: said.Use = None,
    mark: said.Mark = "",
    months: said.Months = "",
    kind: said.Kind = "",
    meter: said.Meter = "",
    index_from: said.IndexFrom = "",
    index_to: said.IndexTo = "",
    start: said.Start = None,
    shape: said.Shape = "",
    without: said.Without = "",
    only_active: said.OnlyActive = False,
    out: said.Out = Path("-"),
    as_json: Json = False,
) -> None:
    """Rank the consumers of a table by suspicion, with reasons; by detectors alone without a ranking."""
    options = theft.Said(consumer, at, tuple(use or ()), "", mark, months, kind, meter, index_from, index_to,
                         day(start) if start else None, shape, _names(without))  # fmt: skip
    files = theft.Files(table, options, consumers, None, only_active)
    with progress(quiet=as_json or str(out) == "-") as tell:
        results, told = theft.rank_table(
            actor=operator(), files=files, model=model,
            tell=lambda what, done, total: tell(_steps(what), done, total),
        )  # fmt: skip
    rows = results.with_columns(reasons=pl.Series([_reasons(one) for one in results["evidence"]]))
    rows = rows.drop("detectors", "evidence", "name", "industry", "area")
    if as_json and str(out) == "-":
        say_json(rows.to_dicts())
        return
    if told.numbered and str(out) != "-":
        screen.print(
            _("The columns are numbered; days are counted from 2000-01-03. Say --start."), markup=False
        )
    written(out, content_of(rows, out, _("Suspects")), as_json=as_json)


@app.command()
@command("theft.run")
def explain(  # noqa: PLR0913, PLR0917 - each an option
    table: said.Table,
    one: said.One,
    model: said.ModelIn = None,
    consumers: said.Consumers = None,
    consumer: said.Consumer = "",
    at: said.Day = "",
    use: said.Use = None,
    mark: said.Mark = "",
    months: said.Months = "",
    kind: said.Kind = "",
    meter: said.Meter = "",
    index_from: said.IndexFrom = "",
    index_to: said.IndexTo = "",
    start: said.Start = None,
    shape: said.Shape = "",
    without: said.Without = "",
    as_json: Json = False,
) -> None:
    """Say what speaks against one consumer of a table, in words and figures."""
    options = theft.Said(consumer, at, tuple(use or ()), "", mark, months, kind, meter, index_from, index_to,
                         day(start) if start else None, shape, _names(without))  # fmt: skip
    files = theft.Files(table, options, consumers)
    found, figures = theft.explain_table(actor=operator(), files=files, consumer=one, model=model)
    if as_json:
        say_json({**_plain(found), "figures": figures})
        return
    _say_one(found)
    known = [[*queries.figure(name, value)] for name, value in figures.items() if name != "consumer"]
    say_table("", [_("Figure"), _("Value")], [row for row in known if row[1] != "—"])


@app.command("run")
@command("theft.run")
def run_own(as_json: Json = False) -> None:
    """Rank all own consumers by what is known before today, and keep the run."""
    with progress(quiet=as_json) as tell:
        row = theft.rank(
            actor=operator(), on=business_day(),
            tell=lambda what, done, total: tell(_steps(what), done, total),
        )  # fmt: skip
    if as_json:
        say_json({"run": row.pk, "as_of": row.as_of, "consumers": row.consumers, "levels": row.levels})
        return
    levels = [
        [queries.LEVEL_WORDS[name], count] for name, count in queries.levels(operator(), row.pk).items()
    ]
    say_table(_("Ranking %(number)s as of %(day)s") % {"number": row.pk, "day": row.as_of},
              [_("Level"), _("Consumers")], levels)  # fmt: skip


@app.command("learn")
@command("theft.run")
def learn_own(as_json: Json = False) -> None:
    """Learn a ranking from what inspections found, for the next runs."""
    actor, on = operator(), business_day()
    with progress(quiet=as_json) as tell:
        row = theft.fit(
            actor=actor, on=on, labels=inspections.labels(actor, as_of=on),
            tell=lambda what, done, total: tell(_steps(what), done, total),
        )  # fmt: skip
    if as_json:
        say_json({"learned": row.pk, "found": row.found, "cleared": row.cleared, "report": row.report})
    else:
        _say(row.report)


@app.command("list")
@command("theft.read")
def list_own(
    run: said.Run = None,
    level: said.Level = "",
    industry: said.Industry = None,
    area: said.Area = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List the suspects of a run, the most suspicious first."""
    wanted = Wanted(level=level, industry=industry, area=area)
    rows = [row.suspicion for row in queries.suspects(operator(), run, wanted)[:limit]]
    if as_json:
        say_json({"suspects": [_plain(row) for row in rows]})
        return
    if not rows:
        screen.print(_("No consumer is suspected."), markup=False)
        return
    columns = ["", _("Consumer"), _("Name"), _("Industry"), _("Area"), _("Level"), _("Score"), _("Why")]
    lines = [
        [row.rank, row.consumer_no, row.name, row.industry, row.area, queries.LEVEL_WORDS[row.level],
         f"{row.score:.2f}", "\n".join(one.words for one in row.evidence)]
        for row in rows
    ]  # fmt: skip
    say_table("", columns, lines)


@app.command("show")
@command("theft.read")
def show_own(one: said.One, run: said.Run = None, as_json: Json = False) -> None:
    """Show what a run says of one consumer, be it clean or not assessable."""
    found = queries.suspicion(operator(), one, run)
    if as_json:
        say_json(_plain(found))
    else:
        _say_one(found)


@app.command("replay")
@command("theft.read")
def replay_own(number: Number, as_json: Json = False) -> int | None:
    """Judge a kept run again from its figures. Exit code 3 when anything differs."""
    same = theft.replay(actor=operator(), number=number)
    if as_json:
        say_json({"run": number, "same": same})
    else:
        screen.print(_("The same, row by row.") if same else _("It differs."), markup=False)
    return DONE if same else FOUND


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _steps(what: str) -> str:
    return {
        "measure": _("measuring use"), "judge": _("judging consumers"), "fit": _("fitting the ranking"),
    }.get(what, what)  # fmt: skip


def _reasons(evidence: str) -> str:
    return "; ".join(one.words for one in theft.evidence_of(evidence))


def _plain(found: Suspicion) -> dict[str, Any]:
    return {
        "consumer": found.consumer_no, "rank": found.rank, "score": found.score, "level": found.level,
        "reason": found.reason, "evidence": [one.plain() for one in found.evidence],
    }  # fmt: skip


def _say_one(found: Suspicion) -> None:
    level = queries.LEVEL_WORDS[found.level]
    why = f" · {queries.WHY_NOT[found.reason]}" if found.reason else ""
    score = "" if found.score is None else f" · {found.score:.3f}"
    screen.print(f"{found.consumer_no} {found.name} · {level}{score}{why}", markup=False)
    for one in found.evidence:
        screen.print(f"  {one.words}", markup=False)
    if not found.evidence:
        screen.print("  " + _("No detector speaks."), markup=False)


def _say(report: dict[str, Any]) -> None:
    """What a ranking is worth on consumers it did not see, beside rankings that learn nothing."""
    learned = report["learned"]
    head = _("%(consumers)s consumers, %(found)s with a finding; %(folds)s parts, each judged unseen")
    names = {"detectors": _("Detectors alone"), "unusual": _("Unusual shape alone")}
    rows = [(_("Learned ranking"), learned)]
    rows += [(names.get(name) or queries.figure(name, None)[0], one) for name, one in report["naive"].items()]
    columns = ["", "AUC", _("Average precision"), "MAP@100", "MAP@200"]
    columns += [_("First %(k)s") % {"k": k} for k in learned["precision"]]
    lines = [
        [name, _four(one["auc"]), _four(one["average_precision"]),
         *(_four(value) for value in one["map"].values()),
         *(_four(value) for value in one["precision"].values())]
        for name, one in rows
    ]  # fmt: skip
    say_table(head % {**learned, "folds": report["folds"]}, columns, lines)


def _four(value: float | None) -> str | None:
    return None if value is None else f"{value:.4f}"
