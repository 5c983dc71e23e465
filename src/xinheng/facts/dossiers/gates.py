"""What may not happen while papers are missing, where a kind of dossier says so."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import Max

from xinheng.facts.dossiers import policy
from xinheng.facts.dossiers.completing import GONE, lines_now, of_dossiers
from xinheng.facts.dossiers.errors import PapersMissing
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.facts.dossiers.setwise import framed
from xinheng.facts.dossiers.values import Kind


def require_papers(subject: str, gate: str, on: date) -> None:
    """Let pass where no paper that gates this is missing in the dossiers about a subject.

    gate: "contract.sign", "contract.archive", "limit.grant", "advance.pay", "order.check" … A line put off
    until a day does not stop anything before it. Refuses: PapersMissing, which names them.
    """
    if missing := missing_papers(subject, gate, on):
        raise PapersMissing(subject=subject, papers=", ".join(missing))


def missing_papers(subject: str, gate: str, on: date) -> list[str]:
    """The papers that stop something, in the reader's language; a dossier that must exist is one of them."""
    about = subject.partition(":")[0]
    asking = {code: kind for code, kind in policy.kinds(on).items() if kind.subject == about}
    asking = {code: kind for code, kind in asking.items() if _gates(kind, gate)}
    if not asking:
        return []
    rows = Dossier.objects.filter(subject=subject, kind__in=list(asking), closed_on=None).order_by("pk")
    held = dict(rows.values_list("pk", "kind"))
    absent = [
        kind.words
        for code, kind in asking.items()
        if gate in kind.must_exist_for and code not in held.values()
    ]
    lines = lines_now(list(held), on).filter(pl.col("state").is_in(GONE)) if held else pl.DataFrame()
    wanted = [
        line.words
        for row in lines.iter_rows(named=True)
        if (line := asking[row["kind"]].line(row["code"])) and gate in line.gates
    ]
    return absent + list(dict.fromkeys(wanted))


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

    Gives customer_id, dossier (its number), line, words, until (the last day the paper held).
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
    return found.select("customer_id", "dossier", pl.col("code").alias("line"), "words", "until")


def _gates(kind: Kind, gate: str) -> bool:
    return gate in kind.must_exist_for or any(gate in line.gates for line in kind.lines)
