"""What dossiers and kept files call a person for: papers missing or running out, files that are faulty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as archive
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers.values import Wanted
from xinheng.facts.texts import queries as texts
from xinheng.web.pages.archive import FAULTS
from xinheng.web.pages.attention import SHOWN, Call, Line

MANY = 5_000  # dossiers from which on the work lists are only counted where they are opened


def of_dossiers(actor: Actor, on: date) -> Iterator[Call]:
    """Dossiers in which papers run out or are missing, for who keeps dossiers; drafts, for who confirms."""
    if not actor.may("dossiers.read") or dossiers.dossiers_visible(actor, on)[MANY : MANY + 1].exists():
        return
    counts = dossiers.work_counts(actor, on)
    if actor.may("dossiers.write"):
        if number := counts["expiring"]:
            words = ngettext(
                "dossier with papers that run out soon", "dossiers with papers that run out soon", number
            )
            yield _call(actor, on, "expiring", number, words)
        if number := counts["incomplete"]:
            words = ngettext("dossier that lacks papers", "dossiers that lack papers", number)
            yield _call(actor, on, "incomplete", number, words)
    if actor.may("dossiers.file") and (number := counts["drafts"]):
        words = ngettext("dossier waits to be confirmed", "dossiers wait to be confirmed", number)
        yield _call(actor, on, "drafts", number, words)


def of_kept_files(actor: Actor, on: date) -> Iterator[Call]:
    """Papers whose text could not be read, for who may try again; files found faulty by the last check."""
    if actor.may("texts.write") and actor.may("texts.read") and (number := texts.failed(actor, on).count()):
        yield Call(
            code="texts_failed", tone="note", icon="folders", number=f"{number:,}",
            sentence=ngettext("paper could not be read", "papers could not be read", number),
            address=reverse("texts_reading"), act=_("To the reading of papers"),
        )  # fmt: skip
    if not (actor.may("archive.check") or actor.may("audit.read")):
        return
    faulty = archive.faulty(actor)
    if number := len(faulty):
        yield Call(
            code="files_faulty", tone="bad", icon="alert-triangle", number=f"{number:,}",
            sentence=ngettext("kept file is not what came in", "kept files are not what came in", number),
            address=reverse("archive"), act=_("To the kept files"),
            lines=tuple(Line(one.sha256[:16], "", str(FAULTS[one.fault])) for one in faulty[:SHOWN]),
        )  # fmt: skip


def _call(actor: Actor, on: date, only: str, number: int, sentence: str) -> Call:
    few = dossiers.dossiers(actor, Wanted(only=only), on)[:SHOWN]
    return Call(
        code=f"dossiers_{only}",
        tone="warn" if only == "expiring" else "note",
        icon="folders",
        number=f"{number:,}",
        sentence=sentence,
        address=f"{reverse('dossiers')}?only={only}",
        act=_("To the dossiers"),
        lines=tuple(Line(one.title, reverse("dossier", args=[one.no]), one.no) for one in few),
    )
