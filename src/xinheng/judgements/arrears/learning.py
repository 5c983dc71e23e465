"""A model fitted to a ledger and tested, and a ledger back-tested, for files and the own books alike."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import polars as pl

from xinheng.judgements.arrears import fitting, history, reporting
from xinheng.judgements.arrears.errors import TooFewBills
from xinheng.judgements.arrears.fitting import Tell
from xinheng.judgements.arrears.foretelling import Blend
from xinheng.judgements.arrears.storing import Kept
from xinheng.judgements.arrears.values import Columns

LEAST_OF_EACH = 10
LEAST_TESTED = 30  # later bills below which nothing can be said of a model


def learn(  # noqa: PLR0913 - what a fit is made of
    ledger: pl.DataFrame,
    as_of: date,
    marks: list[str],
    *,
    tolerance: int,
    least: int,
    tell: Tell,
    columns: Columns | None = None,
) -> Kept:
    """A model of a ledger as known on a day, tested on the later of its own bills, then fitted to all.

    Refuses: TooFewBills.
    """  # fmt: skip
    known = in_order(history.as_known(ledger, history.day_number(as_of)))
    check_enough(known, as_of, tolerance=tolerance, least=least)
    table, parts = fitting.tested(known, as_of, marks, tolerance=tolerance, tell=tell)
    blend, report = Blend(), nothing_tested()
    if table.height >= LEAST_TESTED:
        report = _later_half(table, parts)
        blend = fitting.blended(table, parts)
    tell("fit", len(fitting.FOLDS), len(fitting.FOLDS) + 1)
    model = fitting.fit_known(known, as_of, marks, tolerance=tolerance, blend=blend)
    tell("fit", len(fitting.FOLDS) + 1, len(fitting.FOLDS) + 1)
    return Kept(model, report, None if columns is None else asdict(columns))


def backtest(
    ledger: pl.DataFrame, as_of: date, marks: list[str], *, tolerance: int, least: int, tell: Tell
) -> dict[str, Any]:
    """The report of a ledger tested by time, and what was foretold of each tested bill under `bills`."""
    known = in_order(history.as_known(ledger, history.day_number(as_of)))
    check_enough(known, as_of, tolerance=tolerance, least=least)
    table, parts = fitting.tested(known, as_of, marks, tolerance=tolerance, tell=tell)
    if table.height < LEAST_TESTED:
        return nothing_tested() | {"table": table}
    return _later_half(table, parts) | {"table": table}


def in_order(known: pl.DataFrame) -> pl.DataFrame:
    """The bills in the order they came, whatever order a file or the books gave them in."""
    return known.sort("known_day", "customer", "bill", maintain_order=True)


def check_enough(known: pl.DataFrame, as_of: date, *, tolerance: int, least: int) -> None:
    """Refuses: TooFewBills, where too little happened to learn from."""
    paid = known.filter(pl.col("paid_day").is_not_null())
    late = paid.filter(pl.col("paid_day") > pl.col("due_day") + tolerance).height
    good = paid.height - late
    if paid.height < least or min(late, good) < LEAST_OF_EACH:
        raise TooFewBills(as_of=as_of, paid=paid.height, late=late, good=good, least=least)


def nothing_tested() -> dict[str, Any]:
    """The report where too few later bills are there to test on."""
    return {"bills": 0, "beats": False, "auc": None, "mae": None, "naive": {}, "groups": [], "starts": []}


def _later_half(table: pl.DataFrame, parts: Any) -> dict[str, Any]:
    """Every start is reported by a blend learned on the starts before it, so nothing tests itself.

    The first start, which has none before it, is put together evenly.
    """
    starts = table["start"].unique().sort().to_list()
    rows = table.with_row_index("place")
    days, chance = fitting.together(parts, Blend.even(parts))
    for start in starts[1:]:
        before = rows.filter(pl.col("start") < start)["place"].to_numpy()
        here = rows.filter(pl.col("start") == start)["place"].to_numpy()
        blend = fitting.blended(table[before], _some(parts, before))
        days[here], chance[here] = fitting.together(_some(parts, here), blend)
    told = reporting.report(table, days, chance)
    each = [_of_start(rows, start, days, chance) for start in starts]
    told = _over_starts(told, each)
    told |= {"beats": reporting.beats(told), "starts": [one["told"] for one in each]}
    return told | {"groups": reporting.by_group(table, chance)}


def _over_starts(told: dict[str, Any], each: list[dict[str, Any]]) -> dict[str, Any]:
    """The report with every AUC as the mean of the starts, by bills: chances of two fits share no scale."""

    def mean(values: list[tuple[float | None, int]]) -> float | None:
        known = [(value, bills) for value, bills in values if value is not None]
        total = sum(bills for _value, bills in known)
        return sum(value * bills for value, bills in known) / total if total else None

    reports = [one["report"] for one in each]
    told["auc"] = mean([(one["auc"], one["bills"]) for one in reports])
    for name, naive in told["naive"].items():
        naive["auc"] = mean([(one["naive"][name]["auc"], one["bills"]) for one in reports])
    return told


def _of_start(rows: pl.DataFrame, start: date, days: Any, chance: Any) -> dict[str, Any]:
    here = rows.filter(pl.col("start") == start)
    places = here["place"].to_numpy()
    report = reporting.report(here.drop("place"), days[places], chance[places])
    past = report["naive"]["past_rate"]
    told = {
        "start": start.isoformat(), "bills": report["bills"], "auc": report["auc"], "mae": report["mae"],
        "naive_auc": past["auc"], "naive_mae": past["mae"],
    }  # fmt: skip
    return {"report": report, "told": told}


def _some(parts: Any, places: Any) -> Any:
    return replace(
        parts, medians=parts.medians[places], learned=parts.learned[places], forest=parts.forest[places],
        room=parts.room[places],
    )  # fmt: skip
