"""What may not happen while papers are missing, where a kind of dossier says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Max, QuerySet

from xinheng.facts.dossiers import policy
from xinheng.facts.dossiers.completing import GONE, THERE, lines_now, of_dossiers
from xinheng.facts.dossiers.errors import PapersMissing
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.facts.dossiers.setwise import among, framed
from xinheng.facts.dossiers.values import Coded, Kind


def require_papers(subject: str, gate: str, on: date) -> None:
    """Let pass where no paper that gates this is missing in the dossiers about a subject.

    gate: "contract.sign", "contract.archive", "limit.grant", "advance.pay", "order.check" … A line put off
    until a day does not stop anything before it. Refuses: PapersMissing, which names them.
    """
    if missing := missing_papers(subject, gate, on):
        raise PapersMissing(subject=subject, papers=", ".join(missing))


def missing_papers(subject: str, gate: str, on: date) -> list[str]:
    """The papers that stop something, in the reader's language; a dossier that must exist is one of them."""
    asking = _asking(subject.partition(":")[0], gate, on)
    lacking = _lacking(Dossier.objects.filter(subject=subject), "subject", [subject], asking, gate, on)
    return list(dict.fromkeys(one.words for one in lacking.get(subject, ())))


def missing_of_customers(
    customer_ids: Collection[int], gate: str, on: date
) -> dict[int, tuple[tuple[str, str], ...]]:
    """The same of many customers at once, by their keys: the Chinese and the English name of each paper.

    Who lacks nothing is left out.
    """
    asking = _asking("customer", gate, on)
    rows = Dossier.objects.filter(customer__in=among(customer_ids))
    lacking = _lacking(rows, "customer_id", customer_ids, asking, gate, on)
    return {key: tuple(dict.fromkeys((one.zh, one.en) for one in some)) for key, some in lacking.items()}


def papers_known(subject: str, on: date) -> list[dict[str, Any]]:
    """How complete the dossiers about a subject are, as plain values to be kept with a decision."""
    rows = Dossier.objects.filter(subject=subject, closed_on=None).order_by("pk")
    held = {pk: (no, kind) for pk, no, kind in rows.values_list("pk", "no", "kind")}
    if not held:
        return []
    states = of_dossiers(list(held), on)
    gone = lines_now(list(held), on).filter(pl.col("state").is_in(GONE) & pl.col("required"))
    lacking = gone.group_by("dossier_id").agg(pl.col("code").sort())
    missing = dict(lacking.iter_rows())
    return [
        {"dossier": no, "kind": kind, "missing": missing.get(pk, []),
         "asked": states[pk].asked if pk in states else 0,
         "present": states[pk].present if pk in states else 0}
        for pk, (no, kind) in held.items()
    ]  # fmt: skip


def run_out_papers(on: date) -> pl.DataFrame:
    """Required papers of customers' open dossiers that ran out and that nothing on their line follows.

    Gives customer_id, dossier (its number), kind, line, words, until (the last day the paper held).
    """
    late = Paper.objects.filter(state="in_force", valid_until__lt=on).exclude(item="").order_by()
    late = late.filter(dossier__customer__isnull=False, dossier__closed_on=None)
    told = late.values("dossier", "item").annotate(last=Max("valid_until"))
    columns = ("dossier", "dossier__customer", "dossier__no", "item", "last")
    schema = {
        "dossier_id": pl.Int64, "customer_id": pl.Int64, "dossier": pl.String, "code": pl.String,
        "until": pl.Date,
    }  # fmt: skip
    papers = framed(told.values_list(*columns), schema)
    lines = lines_now(papers["dossier_id"].unique().to_list(), on)
    gone = lines.filter((pl.col("state") == "expired") & pl.col("required")).drop("until")
    words = [(kind.code, line.code, line.words) for kind in policy.kinds(on).values() for line in kind.lines]
    named = framed(words, {"kind": pl.String, "code": pl.String, "words": pl.String})
    found = papers.join(gone, on=["dossier_id", "code"]).join(named, on=["kind", "code"])
    return found.select("customer_id", "dossier", "kind", pl.col("code").alias("line"), "words", "until")


def customers_with_paper(customer_ids: Collection[int], kind: str, line: str, on: date) -> set[int]:
    """Of these customers, by their keys, those in whose dossier of a kind a line is answered on a day."""
    rows = Dossier.objects.filter(customer__in=among(customer_ids), kind=kind, closed_on=None).order_by("pk")
    held = dict(rows.values_list("pk", "customer_id"))
    there = (pl.col("code") == line) & pl.col("state").is_in(THERE)
    return {held[key] for key in lines_now(list(held), on).filter(there)["dossier_id"]} if held else set()


def _asking(about: str, gate: str, on: date) -> dict[str, Kind]:
    """The kinds about such subjects that stop something."""
    kinds = policy.kinds(on).items()
    return {code: kind for code, kind in kinds if kind.subject == about and _gates(kind, gate)}


def _lacking(
    rows: QuerySet[Dossier], by: str, keys: Iterable[Any], asking: dict[str, Kind], gate: str, on: date
) -> dict[Any, list[Coded]]:
    """What stops each of the subjects, by its key: dossiers that must exist first, then lines."""
    if not asking:
        return {}
    told = rows.filter(kind__in=list(asking), closed_on=None).order_by("pk").values_list("pk", by, "kind")
    held = {pk: (key, kind) for pk, key, kind in told}
    there = set(held.values())
    must = [kind for kind in asking.values() if gate in kind.must_exist_for]
    found: dict[Any, list[Coded]] = {
        key: [kind for kind in must if (key, kind.code) not in there] for key in keys
    }
    lines = lines_now(list(held), on).filter(pl.col("state").is_in(GONE)) if held else pl.DataFrame()
    for row in lines.iter_rows(named=True):
        line = asking[row["kind"]].line(row["code"])
        if line and gate in line.gates:
            found[held[row["dossier_id"]][0]].append(line)
    return {key: some for key, some in found.items() if some}


def _gates(kind: Kind, gate: str) -> bool:
    return gate in kind.must_exist_for or any(gate in line.gates for line in kind.lines)
