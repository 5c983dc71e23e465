"""Figures of departments and people: how punctual, how complete, what was fined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Literal

import polars as pl

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period, last_months, month_of
from xinheng.facts.custody import queries as custody
from xinheng.facts.custody.values import WantedHandovers
from xinheng.facts.dossiers import queries as dossiers
from xinheng.operations.duties import policy, selecting
from xinheng.operations.duties.documents import Fines
from xinheng.operations.duties.obligations import worded
from xinheng.operations.duties.values import STANDING, RateLine, SheetLine

By = Literal["unit", "person", "month"]
HANDOVERS = {
    "unit": pl.String, "person": pl.String, "due_on": pl.Date, "accepted_on": pl.Date, "dossier_id": pl.Int64,
    "scheme": pl.String,
}  # fmt: skip


def rates(
    actor: Actor, period: Period, *, on: date, by: By = "unit", schemes: Iterable[str] = ()
) -> list[RateLine]:
    """How many hand-overs that fell due in a period came in time, and complete.

    One that is open and not yet late is not counted. Complete: handed over, and nothing that is asked of its
    dossier is missing. Where nothing was due there is no line, or one whose rate is None (VEH-19).
    Refuses: AccessDenied.
    """
    access.require(actor, "duties.read")
    if not (actor.may("custody.read") and actor.may("customers.read") and actor.may("dossiers.read")):
        return []
    rows = _handovers(actor, period, on, set(schemes))
    if rows.is_empty():
        return []
    asked = custody_complete(rows, on)
    keys = {
        "unit": pl.col("unit"),
        "person": pl.col("person"),
        "month": pl.col("due_on").dt.strftime("%Y-%m"),
    }
    counted = (
        asked.group_by(keys[by].alias("name"))
        .agg(pl.len().alias("due"), pl.col("on_time").sum(), pl.col("complete").sum())
        .sort("name")
    )
    names = people.names_by_login(counted["name"].to_list()) if by == "person" else {}
    return [RateLine(names.get(name, name), *numbers) for name, *numbers in counted.iter_rows()]


def rate_now(actor: Actor, period: Period, *, on: date, schemes: Iterable[str]) -> RateLine:
    """The rates of some schemes in a period, all departments together. Refuses: AccessDenied."""
    lines = rates(actor, period, on=on, schemes=schemes)
    sums = [sum(getattr(one, name) for one in lines) for name in ("due", "on_time", "complete")]
    return RateLine("", *sums)


def trend(actor: Actor, *, on: date, months: int = 12) -> list[RateLine]:
    """The rates of the last months, a line a month, those without hand-overs too. Refuses: AccessDenied."""
    period = last_months(month_of(on).last, months)
    found = {one.name: one for one in rates(actor, period, on=on, by="month")}
    return [
        found.get(f"{month.first:%Y-%m}", RateLine(f"{month.first:%Y-%m}", 0, 0, 0))
        for month in period.months()
    ]


def custody_complete(rows: pl.DataFrame, on: date) -> pl.DataFrame:
    """Hand-overs with whether they came in time, and complete."""
    ids = rows["dossier_id"].drop_nulls().unique().to_list()
    missing = dossiers.completeness(ids, on).select("dossier_id", pl.col("missing")) if ids else None
    if missing is None:
        missing = pl.DataFrame(schema={"dossier_id": pl.Int64, "missing": pl.Int64})
    joined = rows.join(missing, on="dossier_id", how="left").with_columns(
        pl.col("missing").fill_null(0),
        (pl.col("accepted_on") <= pl.col("due_on")).fill_null(value=False).alias("on_time"),
    )
    return joined.with_columns(
        (pl.col("accepted_on").is_not_null() & (pl.col("missing") == 0)).alias("complete")
    )


def month_sheet(actor: Actor, month: Period, *, pack: str = "") -> list[SheetLine]:
    """What each person of a month is fined, by scope; only what stands is summed. Refuses: AccessDenied."""
    rows = selecting.incidents(actor).filter(happened_on__range=(month.first, month.last))
    rows = rows.exclude(state="waived")
    grouped: dict[tuple[str, str, str, str], list[Any]] = defaultdict(list)
    for row in (rows.filter(pack=pack) if pack else rows).order_by("person", "happened_on", "pk"):
        grouped[row.person, row.pack, row.scope, row.currency].append(row)
    names = people.names_by_login({key[0] for key in grouped})
    word = scope_words()
    return [_sheet_line(key, held, names, word(held[-1])) for key, held in sorted(grouped.items())]


def scope_words() -> Callable[[Any], str]:
    """What the line of work of a breach is called in its scheme; each version of a scheme is read once."""
    known: dict[tuple[str, str, str], str] = {}

    def word(row: Any) -> str:
        key = (row.pack, row.version, row.scope)
        if key not in known:
            document = policy.schemes(row.happened_on).get(row.pack)
            found = document.scope(row.scope) if document else None
            known[key] = worded(found) if found else row.scope
        return known[key]

    return word


def responsibilities(actor: Actor, scheme: Fines, period: Period, *, on: date) -> list[dict[str, Any]]:
    """What each department of a scheme answers for, and its figures (VEH-10). Refuses: AccessDenied."""
    rows = selecting.incidents(actor).filter(
        pack=scheme.code, happened_on__range=(period.first, period.last), state__in=STANDING
    )
    minor: dict[str, list[int]] = defaultdict(list)
    for scope, fine, cut in rows.order_by().values_list("scope", "fine_minor", "cut_minor"):
        minor[scope].append(fine + cut)
    return [
        {
            "scope": one, "words": worded(one), "duties": worded(one.duties) if one.duties else "",
            "heads": worded(one.heads) if one.heads else "", "incidents": len(minor[one.code]),
            "fines": Money(sum(minor[one.code]), scheme.currency),
            "rates": rate_now(actor, period, on=on, schemes=one.handovers) if one.handovers else None,
        }
        for one in scheme.scopes
    ]  # fmt: skip


def _handovers(actor: Actor, period: Period, on: date, schemes: set[str]) -> pl.DataFrame:
    wanted = WantedHandovers(since=period.first, until=period.last)
    rows = custody.handovers(actor, on, wanted).exclude(state="cancelled")
    if schemes:
        rows = rows.filter(scheme__in=schemes)
    told = rows.order_by().values_list(
        "from_unit__name", "owner", "due_on", "accepted_on", "dossier_id", "scheme"
    )
    frame = pl.DataFrame(list(told), schema=HANDOVERS, orient="row")
    return frame.filter(pl.col("accepted_on").is_not_null() | (pl.col("due_on") < on))


def _sheet_line(
    key: tuple[str, str, str, str], rows: list[Any], names: dict[str, str], scope: str
) -> SheetLine:
    person, currency = key[0], key[3]
    standing = [row for row in rows if row.state in STANDING]
    return SheetLine(
        person, names.get(person, person), rows[-1].unit.name, scope,
        len([row for row in rows if row.state != "proposed"]),
        len([row for row in standing if row.factor > 1]),
        Money(sum(row.fine_minor for row in standing), currency),
        Money(sum(row.cut_minor for row in standing), currency),
        len([row for row in rows if row.state == "proposed"]),
    )  # fmt: skip
