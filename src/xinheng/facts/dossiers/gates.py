"""What may not happen while papers are missing, where a kind of dossier says so."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.facts.dossiers import policy
from xinheng.facts.dossiers.completing import GONE, lines_now
from xinheng.facts.dossiers.errors import PapersMissing
from xinheng.facts.dossiers.models import Dossier
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


def _gates(kind: Kind, gate: str) -> bool:
    return gate in kind.must_exist_for or any(gate in line.gates for line in kind.lines)
