"""Papers and dossiers bear grades of secrecy: how one is found for a change of it, and given another."""

from __future__ import annotations

from datetime import date

from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy.services import Keeper, highest
from xinheng.facts.dossiers import opening, papers, selecting


def look(actor: Actor, on: date, label: str) -> tuple[str, str]:
    """Title and grade of a paper that an actor sees. Refuses: AccessDenied, PaperUnknown."""
    found = selecting.get_paper(actor, label, on=on)
    return found.title, found.secrecy


def give(actor: Actor, on: date, label: str, grade: str, why: str) -> None:
    """Give a paper the grade that was approved, never below its dossier's. Refuses as set_paper_secrecy."""
    found = selecting.get_paper(actor, label, on=on)
    papers.set_paper_secrecy(actor=actor, on=on, paper=found, grade=grade, why=why)


def look_at_dossier(actor: Actor, on: date, no: str) -> tuple[str, str]:
    """Title and grade of a dossier that an actor sees. Refuses: AccessDenied, DossierUnknown."""
    found = selecting.get_dossier(actor, no, on=on)
    return found.title, found.secrecy


def give_to_dossier(actor: Actor, on: date, no: str, grade: str, why: str) -> None:
    """Give a dossier the grade that was approved. Refuses as set_dossier_secrecy."""
    opening.set_dossier_secrecy(actor=actor, on=on, no=no, grade=grade, why=why)
    dossier = selecting.get_dossier(actor, no, on=on)
    below = selecting.papers_visible(actor, on).filter(dossier=dossier).exclude(state="destroyed")
    for paper in below.exclude(secrecy=grade).order_by("pk"):
        if highest((paper.secrecy, grade), on) == grade:  # none lies below its dossier
            papers.set_paper_secrecy(actor=actor, on=on, paper=paper, grade=grade, why=why)


PAPERS = Keeper(look, give)
DOSSIERS = Keeper(look_at_dossier, give_to_dossier)
