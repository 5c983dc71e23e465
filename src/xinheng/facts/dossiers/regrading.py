"""Papers bear grades of secrecy: how one is found for a change of its grade, and given another."""

from __future__ import annotations

from datetime import date

from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy.services import Keeper
from xinheng.facts.dossiers import papers, selecting


def look(actor: Actor, on: date, label: str) -> tuple[str, str]:
    """Title and grade of a paper that an actor sees. Refuses: AccessDenied, PaperUnknown."""
    found = selecting.get_paper(actor, label, on=on)
    return found.title, found.secrecy


def give(actor: Actor, on: date, label: str, grade: str, why: str) -> None:
    """Give a paper the grade that was approved, never below its dossier's. Refuses as set_paper_secrecy."""
    found = selecting.get_paper(actor, label, on=on)
    papers.set_paper_secrecy(actor=actor, on=on, paper=found, grade=grade, why=why)


KEEPER = Keeper(look, give)
