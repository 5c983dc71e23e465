"""Papers come into a dossier, are replaced by newer versions, filed, and leave it."""

from __future__ import annotations

from datetime import date
from typing import Any, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.facts.dossiers import errors, numbering, policy, rules, selecting
from xinheng.facts.dossiers.lines import arrived
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.facts.dossiers.opening import open_one, subject_of, touch
from xinheng.facts.dossiers.values import (
    FORMS,
    Kind,
    Line,
    PaperTold,
    paper_added,
    paper_changed,
    paper_gone,
)


@transaction.atomic
def add_paper(
    *, actor: Actor, on: date, dossier: Dossier, upload: Upload | None, **told: Unpack[PaperTold]
) -> Paper:  # fmt: skip
    """Put a paper into a dossier: a file, a sheet that is kept (upload: None), or both.

    The paper it replaces stays readable. A form that the line does not take is accepted and shown as such.
    Refuses: AccessDenied, DossierUnknown, DossierClosed, LineUnknown, LineTaken, PaperGone, DossierInvalid,
    GradeUnknown, StateSecretRefused, and what the archive refuses.
    """
    require(actor, "dossiers.write", subject_of(dossier))
    dossier = open_one(actor, dossier.no, on=on)
    kind = policy.kind(dossier.kind, on)
    item, copy_form = told["item"], told["copy_form"]
    line = _line(dossier, kind, item)
    _check(told, on)
    secrecy.refuse_state_secret(on, told["title"], upload.file_name if upload else "", told.get("note") or "")
    if upload is None and not told.get("has_original"):
        raise errors.DossierInvalid(
            cause=_("Choose a file, or say that the paper itself is kept."), field="file"
        )
    old = _replaced(dossier, told.get("replaces"), item)
    if line and not line.several and not old:
        _refuse_second(dossier, line)
    document = archive.keep(actor=actor, on=on, upload=upload) if upload else None
    grades = [dossier.secrecy, *([told["secrecy"]] if told.get("secrecy") else [])]
    paper = Paper.objects.create(
        dossier=dossier, item=item, label=numbering.paper_label(on), title=told["title"].strip(),
        document=document,
        file_name=upload.file_name.strip()[-200:] if upload else "", copy_form=copy_form,
        has_original=told.get("has_original", False), secrecy=secrecy.highest(grades, on),
        retention=told.get("retention") or (line.retention if line else "") or kind.retention,
        formed_on=told.get("formed_on") or on, received_on=on, valid_until=told.get("valid_until"),
        pages=told.get("pages"), version=old.version + 1 if old else 1, replaces=old, kept_by=actor.login,
        note=(told.get("note") or "").strip()[:300],
    )  # fmt: skip
    if old:
        old.state = "superseded"
        old.save(update_fields=["state"])
    numbering.name_subject(paper.label, f"paper:{paper.label}")
    arrived(actor, on, dossier, item)
    touch(dossier, on)
    after = {
        "paper": paper.label, "line": item, "title": paper.title, "form": copy_form, "secrecy": paper.secrecy,
        "sha256": document.sha256 if document else "", "version": paper.version,
    }  # fmt: skip
    record(actor=actor, act="dossiers.add_paper", subject=subject_of(dossier), on=on, after=after)
    paper_added.send(sender=Paper, paper=paper, actor=actor, on=on)
    if old:
        paper_changed.send(sender=Paper, paper=old, actor=actor, on=on)
    return paper


@transaction.atomic
def place_paper(*, actor: Actor, on: date, label: str, item: str, why: str = "") -> Paper:
    """Say which line a paper answers: the work list of papers that nobody placed (SIX-01, DAT-05).

    Refuses: AccessDenied, PaperUnknown, DossierClosed, LineUnknown, LineTaken.
    """
    require(actor, "dossiers.write", f"paper:{label[:24]}")
    paper = open_paper(actor, label, on=on)
    line = _line(paper.dossier, policy.kind(paper.dossier.kind, on), item)
    if line and not line.several and paper.item != item:
        _refuse_second(paper.dossier, line)
    before, paper.item = {"line": paper.item}, item
    paper.save(update_fields=["item"])
    arrived(actor, on, paper.dossier, item)
    _told(actor, on, "dossiers.place_paper", paper, before=before, after={"line": item}, reason=why.strip())
    paper_changed.send(sender=Paper, paper=paper, actor=actor, on=on)
    return paper


@transaction.atomic
def file_paper(*, actor: Actor, on: date, label: str) -> Paper:
    """File a paper: it takes its 档号, which is never given again; filing again changes nothing.

    Refuses: AccessDenied, PaperUnknown, PaperGone, DossierClosed, NotArchived, NumbersUsedUp.
    """
    require(actor, "dossiers.file", f"paper:{label[:24]}")
    paper = open_paper(actor, label, on=on)
    if paper.filed_on:
        return paper
    kind = policy.kind(paper.dossier.kind, on)
    if not rules.holds(kind.filed_when, paper.dossier.facts):
        raise errors.NotArchived(dossier=paper.dossier.no)
    paper.number = numbering.paper_number(
        category=kind.category, year=paper.formed_on.year, retention=paper.retention,
        unit=paper.dossier.unit.code, on=on,
    )  # fmt: skip
    paper.filed_on = on
    paper.save(update_fields=["number", "filed_on"])
    numbering.name_subject(paper.number, f"paper:{paper.label}")
    _told(actor, on, "dossiers.file_paper", paper, after={"number": paper.number})
    paper_changed.send(sender=Paper, paper=paper, actor=actor, on=on)
    return paper


@transaction.atomic
def withdraw_paper(*, actor: Actor, on: date, label: str, why: str, state: str = "withdrawn") -> Paper:
    """Take a paper out of force, as wrongly put there or as lost; row and bytes stay, its number is void.

    Refuses: AccessDenied, PaperUnknown, PaperGone, DossierClosed, ReasonMissing.
    """
    require(actor, "dossiers.file", f"paper:{label[:24]}")
    paper = open_paper(actor, label, on=on)
    if not why.strip() or state not in ("withdrawn", "lost"):
        raise errors.ReasonMissing(field="why")
    return _end(actor, on, paper, state, why.strip())


@transaction.atomic
def mark_destroyed(*, actor: Actor, on: date, paper: Paper, why: str) -> Paper:
    """A paper was destroyed by the procedure of retention: a stub stays. For that room alone.

    Refuses: AccessDenied.
    """
    require(actor, "retention.destroy", f"paper:{paper.label}")
    kept = Paper.objects.select_for_update(of=("self",)).select_related("dossier__unit").get(pk=paper.pk)
    return _end(actor, on, kept, "destroyed", why.strip())


@transaction.atomic
def set_paper_secrecy(*, actor: Actor, on: date, paper: Paper, grade: str, why: str) -> Paper:
    """Give a paper the grade that was approved; never below its dossier's.

    Refuses: AccessDenied, PaperUnknown, GradeUnknown, ReasonMissing.
    """
    require(actor, "secrecy.write", f"paper:{paper.label}")
    kept = selecting.get_paper(actor, paper.label, on=on)
    if not why.strip():
        raise errors.ReasonMissing(field="why")
    before = {"secrecy": kept.secrecy}
    kept.secrecy = secrecy.highest((grade, kept.dossier.secrecy), on)
    kept.save(update_fields=["secrecy"])
    after = {"secrecy": kept.secrecy}
    _told(actor, on, "dossiers.set_secrecy", kept, before=before, after=after, reason=why.strip())
    paper_changed.send(sender=Paper, paper=kept, actor=actor, on=on)
    return kept


def open_paper(actor: Actor, label: str, *, on: date) -> Paper:
    """A paper in force of an open dossier, locked. Refuses: PaperUnknown, PaperGone, DossierClosed."""
    paper = selecting.get_paper(actor, label, on=on)
    dossier = open_one(actor, paper.dossier.no, on=on)
    paper = Paper.objects.select_for_update(of=("self",)).select_related("document").get(pk=paper.pk)
    if paper.state != "in_force":
        raise errors.PaperGone(label=label)
    paper.dossier = dossier
    return paper


def _end(actor: Actor, on: date, paper: Paper, state: str, why: str) -> Paper:
    paper.state = state
    paper.save(update_fields=["state"])
    if paper.number and state == "withdrawn":
        numbering.void(paper.number, on=on, why=why or state)
    _told(actor, on, "dossiers.end_paper", paper, after={"state": state}, reason=why)
    paper_gone.send(sender=Paper, paper=paper, actor=actor, on=on)
    return paper


def _told(actor: Actor, on: date, act: str, paper: Paper, **told: Any) -> None:
    touch(paper.dossier, on)
    after = {"paper": paper.label, **told.pop("after")}
    record(actor=actor, act=act, subject=subject_of(paper.dossier), on=on, after=after, **told)


def _line(dossier: Dossier, kind: Kind, item: str) -> Line | None:
    line = kind.line(item)
    if line is None and (item or kind.closed_list):
        raise errors.LineUnknown(dossier=dossier.no, line=item[:40])
    return line


def _refuse_second(dossier: Dossier, line: Line) -> None:
    if there := Paper.objects.filter(dossier=dossier, item=line.code, state="in_force").first():
        raise errors.LineTaken(line=line.words, label=there.label)


def _replaced(dossier: Dossier, told: Any, item: str) -> Paper | None:
    if told is None:
        return None
    old = Paper.objects.select_for_update().filter(pk=told.pk, dossier=dossier, item=item).first()
    if old is None:
        raise errors.PaperUnknown(paper=told.label)
    if old.state != "in_force":
        raise errors.PaperGone(label=old.label)
    return old


def _check(told: PaperTold, on: date) -> None:
    title, pages = told["title"], told.get("pages")
    formed, until = told.get("formed_on") or on, told.get("valid_until")
    wrong = ""
    if not title.strip() or len(title) > 200 or "\x00" in title:
        wrong, cause = "title", _("The text is missing or too long.")
    elif told["copy_form"] not in FORMS:
        wrong, cause = "copy_form", _("There is no such form of a paper.")
    elif formed > on:
        wrong, cause = "formed_on", _("The day of a paper does not lie ahead.")
    elif until and until < formed:
        wrong, cause = "valid_until", _("A paper does not end before it was made.")
    elif pages is not None and not 0 < pages <= 100_000:
        wrong, cause = "pages", _("A paper has between 1 and 100,000 pages.")
    if wrong:
        raise errors.DossierInvalid(cause=cause, field=wrong)
