"""A ledger kept elsewhere is taken in: each row is judged, then all are numbered and written at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import F
from django.utils.translation import gettext as _

from xinheng.base.access import queries as units
from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.contracts import policy
from xinheng.facts.contracts.models import Contract, Serial


@dataclass(frozen=True)
class Known:
    """What rows are held against: kinds and units by code, and the numbers of others that stand there."""

    kinds: dict[str, str]
    places: dict[str, int]
    numbers: dict[tuple[str, str], str]


def judge_rows(frame: pl.DataFrame, *, on: date) -> pl.Series:
    """Why each row cannot be posted, in words; null where it can."""
    rows = Contract.objects.filter(outside_no__in=list(frame["outside_no"].unique())).order_by()
    there = {(unit, number): no for unit, number, no in rows.values_list("unit__code", "outside_no", "no")}
    known = Known(policy.kinds(on), units.units_by_code(), there)
    told = [next(_causes(row, known, on), None) for row in frame.iter_rows(named=True)]
    return pl.Series(told, dtype=pl.String)


def post_contracts(frame: pl.DataFrame, *, batch_no: int, told_on: date, actor: Actor) -> int:
    """Write signed contracts of another ledger; each gets the next number of its department and year.

    Their own number stays beside as the number of the other side. Gives how many. Refuses: AccessDenied.
    """
    require(actor, "contracts.ledger", f"batch:{batch_no}")
    places, made = units.units_by_code(), []
    by_year = frame.with_columns(year=pl.col("signed_on").dt.year())
    for (unit, year), rows in by_year.group_by("unit", "year", maintain_order=True):
        key = places[str(unit)]
        Serial.objects.get_or_create(unit_id=key, year=year)
        Serial.objects.filter(unit_id=key, year=year).update(last=F("last") + rows.height)
        last = Serial.objects.values_list("last", flat=True).get(unit_id=key, year=year)
        first = last - rows.height + 1
        for serial, row in enumerate(rows.iter_rows(named=True), first):
            made.append(_contract(row, key, int(str(year)), serial, told_on))
    Contract.objects.bulk_create(made, batch_size=500)
    after = {"batch": batch_no, "contracts": len(made)}
    subject = f"batch:{batch_no}"
    record(actor=actor, act="contracts.post_contracts", subject=subject, on=told_on, after=after)
    return len(made)


def _causes(row: dict[str, Any], known: Known, on: date) -> Iterator[str]:
    if row["unit"] not in known.places:
        yield _("There is no open unit %(unit)s.") % {"unit": row["unit"]}
    if _kind(row, known.kinds) not in known.kinds:
        yield _("There is no kind of contract %(kind)s.") % {"kind": row["kind"]}
    if no := known.numbers.get((row["unit"], row["outside_no"])):
        yield _("The ledger has this number already: contract %(no)s.") % {"no": no}
    if row["amount_minor"] < 0:
        yield _("An amount is not below zero.")
    signed_on = row["signed_on"]
    for name in ("signed_on", "performed_on", "ended_on"):
        if row[name] and row[name] > on:
            yield _("The day %(day)s is still to come.") % {"day": row[name]}
    begins = row["effective_on"] or signed_on
    earliest = {"due_on": begins, "ends_on": begins, "performed_on": signed_on, "ended_on": signed_on}
    for name, first in earliest.items():
        if row[name] and row[name] < first:
            yield _("The day %(day)s is before %(earliest)s.") % {"day": row[name], "earliest": first}


def _kind(row: dict[str, Any], known: dict[str, str]) -> str:
    """The code of a kind that the row names by its code or by its words; blank: other."""
    told = row["kind"] or "other"
    return next((code for code, words in known.items() if told in (code, words)), told)


def _contract(row: dict[str, Any], unit_id: int, year: int, serial: int, told_on: date) -> Contract:
    kind = _kind(row, policy.kinds(told_on))
    ends_on = row["ends_on"]
    return Contract(
        no=policy.held(kind, told_on).numbered(row["unit"], year, serial), unit_id=unit_id, year=year,
        serial=serial, outside_no=row["outside_no"], kind=kind, customer_id=row["customer_id"],
        title=row["title"], matter=row["matter"] or row["title"], amount_minor=row["amount_minor"],
        currency=row["currency"], terms=row["terms"] or "", handler=row["handler"] or "",
        state="ended" if row["ended_on"] else "signed", drafted_on=told_on, signed_on=row["signed_on"],
        effective_on=row["effective_on"] or row["signed_on"], due_on=row["due_on"] or ends_on,
        ends_on=ends_on, performed_on=row["performed_on"], ended_on=row["ended_on"],
    )  # fmt: skip
