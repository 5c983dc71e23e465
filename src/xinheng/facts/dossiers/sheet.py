"""One dossier as it is read: its lines with their papers, its facts, and the bytes of one paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import services as archive
from xinheng.facts.dossiers import policy, rules, selecting
from xinheng.facts.dossiers.completing import lines_now
from xinheng.facts.dossiers.errors import PaperUnknown
from xinheng.facts.dossiers.models import Dossier, Item, Paper, Stage
from xinheng.facts.dossiers.values import AskedFact, LineNow


def checklist(actor: Actor, dossier: Dossier, on: date) -> list[LineNow]:
    """The lines that apply to a dossier, in order, each with the papers the actor is cleared for.

    How a line stands is told by all its papers, also by those that are hidden. Refuses: AccessDenied.
    """
    kind = policy.kind(dossier.kind, on)
    said = {item.code: item for item in Item.objects.filter(dossier=dossier)}
    papers: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers_of(actor, dossier, on):
        papers[paper.item].append(paper)
    told = []
    for row in lines_now([dossier.pk], on).sort("place").iter_rows(named=True):
        line, item = kind.line(row["code"]), said.get(row["code"])
        assert line is not None  # the rows come from the kind
        told.append(
            LineNow(
                line, row["state"], item.why if item else "", item.later_until if item else None,
                item.stage if item else "", papers[line.code],
            )
        )  # fmt: skip
    return told


def papers_of(actor: Actor, dossier: Dossier, on: date) -> list[Paper]:
    """The papers of a dossier the actor is cleared for, those in force first, the newest first."""
    rows = selecting.papers_visible(actor, on).filter(dossier=dossier).select_related("document")
    return sorted(rows.order_by("-pk"), key=lambda paper: paper.state != "in_force")


def stages_of(dossier: Dossier) -> list[Stage]:
    """Every step of the lines of a dossier, the newest first; for callers that asked for the dossier."""
    return list(Stage.objects.filter(dossier=dossier).order_by("-pk"))


def facts_of(actor: Actor, dossier: Dossier, on: date) -> list[tuple[AskedFact, str]]:
    """What the kind asks of the object, and the answers as the actor may see them; "" where none was told."""
    kind = policy.kind(dossier.kind, on)
    return [(fact, fact_text(actor, fact, dossier.facts)) for fact in kind.facts]


def facts_told(dossier: Dossier, on: date) -> tuple[int, int]:
    """How many of the facts that are asked of the object were told, and how many are asked."""
    kind = policy.kind(dossier.kind, on)
    asked = [fact.code for fact in kind.facts if rules.applies(fact, dossier.facts)]
    return sum(code in dossier.facts for code in asked), len(asked)


def fact_text(actor: Actor, fact: AskedFact, facts: Mapping[str, Any]) -> str:
    """One answer in the reader's language, masked where it is about a person."""
    value = facts.get(fact.code)
    if value is None:
        return ""
    if fact.choices:
        names = {choice.code: choice.words for choice in fact.choices}
        held = value if isinstance(value, list) else [value]
        return ", ".join(names.get(one) or str(one) for one in held)
    return access.shown(actor, "id_number", str(value)) if fact.personal else str(value)


def take_paper(actor: Actor, label: str, *, on: date) -> tuple[Paper, bytes]:
    """A paper and its bytes, proven by their hash; the trail notes who took them.

    Refuses: AccessDenied, PaperUnknown, also where there is no file, and what the archive refuses.
    """
    paper = selecting.get_paper(actor, label, on=on)
    if paper.document is None or paper.state == "destroyed":
        raise PaperUnknown(paper=label[:24])
    subject = f"paper:{paper.label}"
    return paper, archive.content(paper.document, actor=actor, on=on, subject=subject)
